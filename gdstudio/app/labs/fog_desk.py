"""The walk in the fog of the Surface lab: the person's steps, and the verdict afterwards."""

from PySide6.QtCore import QObject, Signal, Slot

from gdstudio.app.labs.fog_card import FogCard
from gdstudio.app.labs.surface_numbers import SurfaceNumbers
from gdstudio.app.labs.surface_progress import SurfaceProgress
from gdstudio.app.number_format import count_text, number_text
from gdstudio.engine.optimizers import OPTIMIZERS
from gdstudio.experiment.fog import FogVerdict, FogWalk, compare
from gdstudio.experiment.surface import WalkerSnapshot
from gdstudio.experiment.terrain import Terrain
from gdstudio.experiment.walk import WalkState


class FogDesk(QObject):
    """Lets a person walk in the fog, and afterwards shows that walk beside the descent's.

    Attributes:
        card: the controls of the walk.
        is_on: whether there is fog.

    Signals:
        lifted(): the person wants to see the map.
        walked(int, float): the person has made so many steps and stands at this cost.
    """

    lifted = Signal()
    walked = Signal(int, float)

    def __init__(self, progress: SurfaceProgress, numbers: SurfaceNumbers) -> None:
        super().__init__(progress)
        self._progress, self._numbers = progress, numbers
        self._walk: FogWalk | None = None
        self._awaits_verdict = False
        self.is_on = False
        self.card = FogCard()
        self.card.hide()
        numbers.fog_slot.addWidget(self.card)
        self.card.way_chosen.connect(self._go)
        self.card.downhill_chosen.connect(self._go_downhill)
        self.card.back_chosen.connect(self._go_back)
        self.card.lift_clicked.connect(self.lifted)

    @property
    def steps(self) -> int:
        """How many steps the person made."""
        return 0 if self._walk is None else self._walk.steps

    def begin(self, terrain: Terrain, start: tuple[float, float]) -> None:
        """Let the person stand in the fog at `start`."""
        self._walk = FogWalk(terrain, start)
        self.is_on = True
        self._awaits_verdict = False
        self._progress.set_fog(self._walk.reach)
        self._numbers.set_fogged(True)
        self.card.begin(self._walk.reach)
        self.card.show()
        self._show()

    def end(self) -> None:
        """Lift the fog; the person's walk stays in sight."""
        if not self.is_on:
            return
        self.is_on = False
        self._awaits_verdict = self.steps > 0
        self.card.hide()
        self._progress.set_fog(None)
        self._numbers.set_fogged(False)
        if not self._awaits_verdict:
            self.forget()

    def forget(self) -> None:
        """Take the person's walk away."""
        self._walk = None
        self._awaits_verdict = False
        self._progress.forget_you()
        self._numbers.forget_you()

    def go_to(self, x: float, y: float) -> None:
        """Step to (x, y), or towards it where it is too far."""
        if self._walk is not None:
            here_x, here_y = self._walk.place
            self._go(x - here_x, y - here_y)

    def verdict(self, descent: WalkerSnapshot) -> str:
        """Return, once, how the person's walk compares; empty while descent is still behind."""
        walk = self._walk
        if walk is None or not self._awaits_verdict:
            return ""
        if descent.state is WalkState.WALKING and descent.steps < walk.steps:
            return ""
        self._awaits_verdict = False
        return verdict_text(
            compare(walk, descent.trail), OPTIMIZERS[descent.key].label, descent.state
        )

    @Slot(float, float)
    def _go(self, dx: float, dy: float) -> None:
        if self._walk is not None:
            self._show(self._walk.go(dx, dy))

    @Slot(float)
    def _go_downhill(self, length: float) -> None:
        if self._walk is None:
            return
        slope_x, slope_y = self._walk.slope()
        size = (slope_x**2 + slope_y**2) ** 0.5
        if size > 0:
            self._go(-slope_x / size * length, -slope_y / size * length)
        else:
            self._show("It is level here: slope does not say where downhill is.")

    @Slot()
    def _go_back(self) -> None:
        if self._walk is not None:
            self._walk.back()
            self._show()

    def _show(self, problem: str = "") -> None:
        walk = self._walk
        assert walk is not None
        slopes = walk.slope()
        self._progress.show_your_walk(walk.points, walk.costs)
        self._progress.show_gradient(*walk.place, *slopes)
        self._numbers.show_gradient(walk.place, *slopes)
        self._numbers.show_your_costs(walk.costs)
        self.card.show_walk(walk.steps, walk.cost, problem)
        self.walked.emit(walk.steps, walk.cost)


def verdict_text(verdict: FogVerdict, rule: str, state: WalkState) -> str:
    """Return the person's walk and the descent's in one sentence each."""
    yours = "1 step" if verdict.steps == 1 else f"{count_text(verdict.steps)} steps"
    made = "1 step" if verdict.descent_steps == 1 else f"{count_text(verdict.descent_steps)} steps"
    text = (
        f"You made {yours} and came to cost {number_text(verdict.cost)}. {rule} came to "
        f"{number_text(verdict.descent_cost)} in {made}"
    )
    if state is WalkState.DIVERGED:
        return f"{text} and then diverged."
    if verdict.steps_to_match is None:
        return f"{text}: you are lower."
    if verdict.steps_to_match == 0:
        return f"{text}; you are no lower than at the start."
    if verdict.descent_cost == verdict.cost:
        return f"{text}: as low as you."
    return f"{text}; it was as low as you after {count_text(verdict.steps_to_match)}."
