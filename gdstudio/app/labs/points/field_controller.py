"""What is seen of a network over the plane: its answer everywhere, or a neuron's, and the tiles."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Slot

from gdstudio.app.labs.points.explain import PointsExplain
from gdstudio.app.labs.points.field_artist import FieldArtist
from gdstudio.app.labs.points.field_painter import DrawnField, FieldRequest
from gdstudio.app.labs.points.numbers_page import NumbersPage
from gdstudio.app.labs.points.pass_texts import place_text
from gdstudio.app.labs.points.plane_page import PlanePage
from gdstudio.app.running.background import Background
from gdstudio.app.widgets.pictures.network_diagram import DiagramSpot
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.points.problem import PointsProblem

# Dots of the field along its longer side once it rests.
_RESTING_DOTS = 1000
# While fields follow each other, the small ones are shown with every second one, and a little after
# it: all at once would take a frame.
_TILES_EVERY, _TILES_AFTER = 2, 4


@dataclass(frozen=True, eq=False)
class SeenNetwork:
    """The network that is to be seen.

    Attributes:
        problem: what it learns.
        parameters: θ, shape ``(size,)``.
        next_step: what the next step adds to it; None of an earlier moment.
        learning_rate: η of that step.
        is_moving: whether another θ follows soon.
    """

    problem: PointsProblem
    parameters: FloatArray
    next_step: FloatArray | None
    learning_rate: float
    is_moving: bool


class FieldController(QObject):
    """Lets the field be drawn whenever something has changed, and shows all parts of one moment.

    Args:
        page, facts, numbers: where it is shown.
        background: where it is drawn.
        seen: returns the network that is to be seen; None while there is none.
        failed: receives a sentence.
        in_process: whether a child process draws what moves.
    """

    def __init__(
        self,
        page: PlanePage,
        facts: PointsExplain,
        numbers: NumbersPage,
        background: Background,
        seen: Callable[[], SeenNetwork | None],
        failed: Callable[[str], None],
        *,
        in_process: bool,
    ) -> None:
        super().__init__(page)
        self._page, self._facts, self._numbers, self._seen = page, facts, numbers, seen
        self._artist = FieldArtist(background, self._show, failed, in_process=in_process)
        self._pointed: DiagramSpot | None = None
        self._drawn: tuple[PointsProblem, DrawnField] | None = None
        self._count = 0
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_TILES_AFTER)
        self._later.timeout.connect(self._show_tiles)
        page.plane.view_changed.connect(self.draw)
        page.plane.set_read_out(self._read_out)
        for diagram in (facts.tiles, numbers.diagram):
            diagram.pointed.connect(self._point_at)

    def forget(self) -> None:
        """Let go of the neuron that was pointed at: another network is shown."""
        self._pointed = None
        self._page.plane.set_caption("")

    @Slot()
    def draw(self) -> None:
        """Ask for the field as it is now."""
        seen = self._seen()
        if seen is None:
            return
        plane, spot = self._page.plane, self._pointed
        columns, rows = 2, 2
        if plane.isVisible():
            columns, rows = plane.grid_size(
                self._artist.live_dots if seen.is_moving else _RESTING_DOTS
            )
        request = FieldRequest.of(
            seen.problem,
            seen.parameters,
            place=plane.visible_range(),
            columns=columns,
            rows=rows,
            chosen=None if spot is None else (spot.layer - 1, spot.unit),
            is_moving=seen.is_moving,
        )
        self._artist.draw(request)

    def _show(self, request: FieldRequest, drawn: DrawnField) -> None:
        """Show what was drawn."""
        seen = self._seen()
        if seen is None or request.settings is not seen.problem.settings:
            return
        self._drawn = seen.problem, drawn
        self._page.show_picture(drawn.picture)
        self._page.plane.refresh_read_out()
        self._count += 1
        if not request.is_moving:
            self._later.stop()
            self._show_tiles()
        elif self._count % _TILES_EVERY == 0:
            self._later.start()

    @Slot()
    def _show_tiles(self) -> None:
        """Show the small fields and the numbers of the moment that the plane shows."""
        seen = self._seen()
        if seen is None or self._drawn is None or self._drawn[0] is not seen.problem:
            return
        problem, drawn = self._drawn
        self._facts.show_network(problem, drawn.parameters, drawn.tiles)
        self._numbers.show_network(
            drawn.parameters, drawn.tiles, seen.next_step, seen.learning_rate
        )

    def _read_out(self, x: float, y: float) -> str:
        """Return the numbers of a place."""
        seen = self._seen()
        if self._drawn is None or seen is None or self._drawn[0] is not seen.problem:
            return ""
        return place_text(seen.problem, self._drawn[1].parameters, x, y)

    @Slot(object)
    def _point_at(self, spot: DiagramSpot | None) -> None:
        """Show large in the plane what a neuron answers."""
        is_neuron = spot is not None and spot.layer > 0 and spot.source is None
        self._pointed = spot if is_neuron else None
        text = "" if self._pointed is None else self._facts.tiles.describe(self._pointed)
        self._page.plane.set_caption(text)
        self.draw()
