"""Draws the landscape of the Surface lab in the background, the newest wish alone."""

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
class _Wish:
    terrain: Terrain
    shown: Range
    dots: tuple[int, int]
    solid: Range | None


class LandscapeArtist:
    """Works out grids, pictures and models, one at a time.

    Args:
        background: where.
        done: receives the grid, its picture, and its model if one was wished for.
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
        self._wish: _Wish | None = None

    def draw(
        self, terrain: Terrain, shown: Range, pixels: tuple[int, int], *, solid: Range | None
    ) -> None:
        """Draw what is `shown` of a terrain on `pixels` pixels, and a model of `solid`."""
        width, height = (min(max(int(side / _PIXELS_PER_DOT), _FEWEST), _FINEST) for side in pixels)
        wish = _Wish(terrain, shown, (width, height), solid)
        if _differs(wish, self._wish):
            self._wish = wish
            self._work.ask(
                lambda: in_one_part(lambda: _draw(wish)), lambda drawn: self._take(wish, drawn)
            )

    def _take(self, wish: _Wish, drawn: _Drawn | None) -> None:
        # Another terrain's picture would be wrong now.
        if drawn is not None and self._wish is not None and self._wish.terrain is wish.terrain:
            self._done(*drawn)


def _differs(wish: _Wish, drawn: _Wish | None) -> bool:
    """Return whether `wish` is worth another drawing than the last one that was asked for."""
    if drawn is None or wish.terrain is not drawn.terrain:
        return True
    if wish.solid not in (None, drawn.solid):
        return True
    x0, x1, y0, y1 = wish.shown
    slack = 1e-3 * max(x1 - x0, y1 - y0)
    moved = any(abs(a - b) > slack for a, b in zip(wish.shown, drawn.shown, strict=True))
    return moved or any(a > 1.2 * b for a, b in zip(wish.dots, drawn.dots, strict=True))


def _draw(wish: _Wish) -> _Drawn:
    grid = _grid(wish.terrain, wish.shown, _CELLS)
    picture = loss_picture(grid.x, grid.y, grid.values, columns=wish.dots[0], rows=wish.dots[1])
    mesh = None
    if wish.solid is not None:
        load_opengl()
        solid = _grid(wish.terrain, wish.solid, _SOLID_CELLS)
        mesh = surface_mesh(solid.x, solid.y, solid.values)
    return grid, picture, mesh


def _grid(terrain: Terrain, shown: Range, cells: int) -> TerrainGrid:
    """Return about `cells` cells, about as wide as high."""
    x0, x1, y0, y1 = shown
    aspect = (x1 - x0) / max(y1 - y0, 1e-300)
    columns = min(max(round((cells * aspect) ** 0.5), _FEWEST), cells // _FEWEST)
    return terrain.grid((x0, x1), (y0, y1), columns=columns, rows=max(cells // columns, _FEWEST))
