"""Draws the landscape of the Surface lab in the background, the newest alone."""

from collections.abc import Callable
from dataclasses import dataclass

from gdstudio.app.running.background import Background
from gdstudio.app.running.latest_work import LatestWork
from gdstudio.app.widgets.plots.loss_bands import LossPicture, loss_picture
from gdstudio.app.widgets.plots.opengl_support import load_opengl
from gdstudio.app.widgets.plots.surface_mesh import SurfaceMesh, surface_mesh
from gdstudio.engine.jobs import in_one_part
from gdstudio.experiment.functions.terrain import Terrain, TerrainGrid

Range = tuple[float, float, float, float]
_Drawn = tuple[TerrainGrid, LossPicture, SurfaceMesh | None]

_CELLS, _SOLID_CELLS = 26_000, 8_100
# A picture finer than this is not seen to be.
_FINEST, _PIXELS_PER_DOT = 640, 1.4
_FEWEST = 40


@dataclass(frozen=True)
class _Request:
    terrain: Terrain
    shown: Range
    dots: tuple[int, int]
    solid: Range | None


class LandscapeArtist:
    """Works out grids, pictures and models, one at a time.

    Args:
        background: where.
        done: receives the grid, its picture, and its model if one was asked for.
        failed: receives a sentence.
    """

    def __init__(
        self,
        background: Background,
        done: Callable[[TerrainGrid, LossPicture, SurfaceMesh | None], None],
        failed: Callable[[str], None],
    ) -> None:
        self._work = LatestWork(background, failed)
        self._done = done
        self._request: _Request | None = None

    def draw(
        self, terrain: Terrain, shown: Range, pixels: tuple[int, int], *, solid: Range | None
    ) -> None:
        """Draw what is `shown` of a terrain on `pixels` pixels, and a model of `solid`."""
        width, height = (min(max(int(side / _PIXELS_PER_DOT), _FEWEST), _FINEST) for side in pixels)
        request = _Request(terrain, shown, (width, height), solid)
        if _differs(request, self._request):
            self._request = request
            self._work.ask(
                lambda: in_one_part(lambda: _draw(request)),
                lambda drawn: self._take(request, drawn),
            )

    def _take(self, request: _Request, drawn: _Drawn | None) -> None:
        # Another terrain's picture would be wrong now.
        if (
            drawn is not None
            and self._request is not None
            and self._request.terrain is request.terrain
        ):
            self._done(*drawn)


def _differs(request: _Request, drawn: _Request | None) -> bool:
    """Return whether `request` is worth another drawing than the last one that was asked for."""
    if drawn is None or request.terrain is not drawn.terrain:
        return True
    if request.solid not in (None, drawn.solid):
        return True
    x0, x1, y0, y1 = request.shown
    slack = 1e-3 * max(x1 - x0, y1 - y0)
    moved = any(abs(a - b) > slack for a, b in zip(request.shown, drawn.shown, strict=True))
    return moved or any(a > 1.2 * b for a, b in zip(request.dots, drawn.dots, strict=True))


def _draw(request: _Request) -> _Drawn:
    grid = _grid(request.terrain, request.shown, _CELLS)
    picture = loss_picture(
        grid.x, grid.y, grid.values, columns=request.dots[0], rows=request.dots[1]
    )
    mesh = None
    if request.solid is not None:
        load_opengl()
        solid = _grid(request.terrain, request.solid, _SOLID_CELLS)
        mesh = surface_mesh(solid.x, solid.y, solid.values)
    return grid, picture, mesh


def _grid(terrain: Terrain, shown: Range, cells: int) -> TerrainGrid:
    """Return about `cells` cells, about as wide as high."""
    x0, x1, y0, y1 = shown
    aspect = (x1 - x0) / max(y1 - y0, 1e-300)
    columns = min(max(round((cells * aspect) ** 0.5), _FEWEST), cells // _FEWEST)
    return terrain.grid((x0, x1), (y0, y1), columns=columns, rows=max(cells // columns, _FEWEST))
