"""The landscape of the Surface lab, drawn as it is seen."""

from PySide6.QtCore import QObject, Signal

from gdstudio.app.labs.surface.landscape_artist import LandscapeArtist
from gdstudio.app.labs.surface.progress import SurfaceProgress
from gdstudio.app.labs.switching import sentence_of
from gdstudio.app.running.background import Background
from gdstudio.app.widgets.plots.loss_bands import LossPicture
from gdstudio.app.widgets.plots.surface_mesh import SurfaceMesh
from gdstudio.experiment.functions.terrain import Terrain, TerrainGrid


class LandscapeController(QObject):
    """Lets a landscape be drawn at the range and the size at which it is seen.

    Args:
        progress: where it is seen.
        background: where it is drawn.

    Signals:
        missed(str): why a new landscape cannot be drawn; nothing of it is seen.
        problem(str): why one that was seen could not be drawn anew; it is seen as it was.
    """

    missed = Signal(str)
    problem = Signal(str)

    def __init__(self, progress: SurfaceProgress, background: Background) -> None:
        super().__init__(progress)
        self._progress = progress
        self._artist = LandscapeArtist(background, self._show, self._miss)
        self._terrain: Terrain | None = None
        self._seen: Terrain | None = None

    def set_terrain(self, terrain: Terrain) -> None:
        """Show another landscape as it is usually seen; one that is shown stays as it is seen."""
        if terrain is not self._terrain:
            self._terrain = None
            self._progress.set_terrain(terrain)
            self._terrain = terrain

    def draw(self) -> None:
        """Draw what is to be seen, unless that is there."""
        progress = self._progress
        if self._terrain is not None:
            self._artist.draw(
                self._terrain,
                progress.wanted_range(),
                progress.pixels(),
                solid=progress.solid_range() if progress.is_3d_shown else None,
            )

    def _show(self, grid: TerrainGrid, picture: LossPicture, mesh: SurfaceMesh | None) -> None:
        try:
            self._progress.set_grid(grid, picture, mesh)
        except Exception as error:
            self._miss(sentence_of(error))
        else:
            self._seen = self._terrain

    def _miss(self, sentence: str) -> None:
        if self._seen is self._terrain:
            self.problem.emit(sentence)
            return
        self._progress.forget_grid()
        self.missed.emit(sentence)
