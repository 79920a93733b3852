"""The walk in the fog of the Surface lab: the person's steps, and the verdict afterwards."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal, Slot

from gdstudio.app.labs.surface.arrow_keys import ArrowKeys
from gdstudio.app.labs.surface.fog_card import FogCard
from gdstudio.app.labs.surface.numbers import SurfaceNumbers
from gdstudio.app.labs.surface.progress import SurfaceProgress
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS
from gdstudio.experiment.functions.fog import FogVerdict, FogWalk, compare
from gdstudio.experiment.functions.surface import SurfaceWalk
from gdstudio.experiment.readings import Readings
from gdstudio.experiment.walks import WalkState
from gdstudio.number_text import count_text, number_text


@dataclass(frozen=True)
class Fog:
    """How a person's walk stands.

    Attributes:
        walk: its steps; None where there is none.
        is_on: whether there is fog, or it was lifted.
        awaits_verdict: whether descent is about to walk as far.
    """

    walk: FogWalk | None = None
    is_on: bool = False
    awaits_verdict: bool = False


CLEAR = Fog()


class FogController(QObject):
    """Lets a person walk in the fog, and afterwards shows that walk beside the descent's.

    Attributes:
        card: the controls of the walk.
        keys: the arrow keys, which step.
        is_on: whether there is fog.

    Signals:
        lifted(): the person wants to see the map.
        walked(int, float): the number of steps the person has made, and the loss there.
        told(str): where the last step has led, in words; or why it was not made.
    """

    lifted = Signal()
    walked = Signal(int, float)
    told = Signal(str)

    def __init__(self, progress: SurfaceProgress, numbers: SurfaceNumbers) -> None:
        super().__init__(progress)
        self._progress, self._numbers = progress, numbers
        self._walk: FogWalk | None = None
        self._awaits_verdict = False
        self.is_on = False
        self.card = FogCard()
        self.keys = ArrowKeys(progress)
        self.keys.pressed.connect(self.card.step)
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

    def readings(self) -> Readings:
        """Return the numbers of the person's walk by name; none where there is none."""
        return {} if self._walk is None else self._walk.readings()

    def state(self) -> Fog:
        """Return how the walk stands; its steps go on in what is returned."""
        return Fog(self._walk, self.is_on, self._awaits_verdict)

    def show(self, fog: Fog) -> None:
        """Show a walk as it stands: in the fog, or lifted, or none."""
        begins = fog.is_on and fog.walk is not self._walk
        self._walk, self.is_on, self._awaits_verdict = fog.walk, fog.is_on, fog.awaits_verdict
        self.card.setVisible(fog.is_on)
        self.keys.switch(fog.is_on)
        if begins:
            self._progress.contour.setFocus(Qt.FocusReason.OtherFocusReason)
        self._numbers.set_fogged(fog.is_on)
        if fog.walk is None:
            self._progress.set_fog(None)
            self._progress.forget_you()
            self._numbers.forget_you()
            return
        self._progress.set_fog(fog.walk.reach if fog.is_on else None)
        if fog.is_on:
            self.card.begin(fog.walk.reach)
            self._show()
        else:
            self._progress.show_your_walk(fog.walk.points, fog.walk.losses)
            self._numbers.show_your_losses(fog.walk.losses)

    def lift(self) -> None:
        """Lift the fog; a walk of some steps stays in sight, and gets its verdict."""
        walk = self._walk if self.steps else None
        self.show(Fog(walk, awaits_verdict=walk is not None))

    def go_to(self, x: float, y: float) -> None:
        """Step to (x, y), or towards it where it is too far."""
        if self._walk is not None:
            here_x, here_y = self._walk.place
            self._go(x - here_x, y - here_y)

    def verdict(self, descent: SurfaceWalk) -> str:
        """Return, once, how the person's walk compares; empty while descent is still behind."""
        walk = self._walk
        if walk is None or not self._awaits_verdict:
            return ""
        if descent.state is WalkState.WALKING and descent.iteration < walk.steps:
            return ""
        self._awaits_verdict = False
        return verdict_text(
            compare(walk, descent.path), OPTIMIZERS[descent.key].label, descent.state
        )

    @Slot(float, float)
    def _go(self, dx: float, dy: float) -> None:
        if self._walk is not None:
            self._make_known(self._walk.go(dx, dy))

    @Slot(float)
    def _go_downhill(self, length: float) -> None:
        if self._walk is not None:
            self._make_known(self._walk.go_downhill(length))

    @Slot()
    def _go_back(self) -> None:
        if self._walk is not None:
            self._walk.back()
            self._make_known()

    def _make_known(self, problem: str = "") -> None:
        """Show where a step has led, and tell it; `problem` is why it was not made."""
        self._show(problem)
        walk = self._walk
        assert walk is not None
        along_x, along_y = map(number_text, walk.slope())
        self.told.emit(
            problem
            or f"Step {count_text(walk.steps)}, loss {number_text(walk.loss)}; the slope is "
            f"{along_x} along x, {along_y} along y."
        )

    def _show(self, problem: str = "") -> None:
        walk = self._walk
        assert walk is not None
        slopes = walk.slope()
        self._progress.show_your_walk(walk.points, walk.losses)
        self._progress.show_gradient(*walk.place, *slopes)
        self._numbers.show_gradient(walk.place, *slopes)
        self._numbers.show_your_losses(walk.losses)
        self.card.show_walk(walk.steps, walk.probes, walk.loss, problem)
        self.walked.emit(walk.steps, walk.loss)


def verdict_text(verdict: FogVerdict, rule: str, state: WalkState) -> str:
    """Return the person's walk and the descent's in one sentence each."""
    yours = "1 step" if verdict.steps == 1 else f"{count_text(verdict.steps)} steps"
    made = "1 step" if verdict.descent_steps == 1 else f"{count_text(verdict.descent_steps)} steps"
    text = (
        f"You made {yours} and came to a loss of {number_text(verdict.loss)}. {rule} came to "
        f"{number_text(verdict.descent_loss)} in {made}"
    )
    if state is WalkState.DIVERGED:
        return f"{text} and then diverged."
    if verdict.steps_to_match is None:
        return f"{text}: you are lower."
    if verdict.steps_to_match == 0:
        return f"{text}; you are no lower than at the start."
    if verdict.descent_loss == verdict.loss:
        return f"{text}: as low as you."
    return f"{text}; it was as low as you after {count_text(verdict.steps_to_match)}."
