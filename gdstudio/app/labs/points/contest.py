"""The contest of a hand with descent: who comes to the smaller loss."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from gdstudio.app.labs.points.explain import PointsExplain
from gdstudio.app.running.background import Background
from gdstudio.app.running.latest_work import LatestWork
from gdstudio.experiment.points.experiment import DescentEnd, descent_reaches
from gdstudio.experiment.points.snapshot import PointsSnapshot
from gdstudio.number_text import count_text, number_text


class Contest(QObject):
    """Says below the network how far a hand has come, and how far descent comes.

    Args:
        facts: where it is begun, and said.
        background: where descent is tried.
        snapshot: returns the run as it is, with the moves of the hand.
        begin: goes back to the start; returns whether that can be.

    Signals:
        won(str): the hand is better than descent.
        problem(str): descent cannot be tried, and why.
    """

    won = Signal(str)
    problem = Signal(str)

    def __init__(
        self,
        facts: PointsExplain,
        background: Background,
        snapshot: Callable[[], PointsSnapshot | None],
        begin: Callable[[], bool],
    ) -> None:
        super().__init__(facts)
        self._button, self._label = facts.fit_button, facts.fit_label
        self._snapshot, self._begin = snapshot, begin
        self._goals = LatestWork(background, self.problem.emit)
        self._is_on = self._has_won = False
        self._goal: DescentEnd | None = None
        self._goal_of: object = None
        self._button.clicked.connect(self._set_on)

    def begin_run(self) -> None:
        """Let another run be won anew."""
        self._has_won = False

    def tell(self) -> None:
        """Say how it stands."""
        snapshot = self._snapshot()
        if not self._is_on or snapshot is None:
            self._say("")
            return
        self._find_goal()
        if snapshot.iteration:
            self._say("Descent has made steps itself; press Reset to try by hand.")
            return
        moves = "1 move" if snapshot.moves == 1 else f"{count_text(snapshot.moves)} moves"
        text = f"Your loss after {moves}: {number_text(snapshot.loss, 3)}."
        if self._goal is None:
            self._say(f"{text} Descent is trying, too…")
            return
        text += f" {_end_text(self._goal)}"
        if snapshot.loss < self._goal.loss and snapshot.moves:
            text += " You have beaten it!"
            if not self._has_won:
                self._has_won = True
                self.won.emit(f"You have beaten descent with {moves}.")
        else:
            text += " Drag connections and neurons."
        self._say(text)

    @Slot(bool)
    def _set_on(self, on: bool) -> None:
        """Begin, or give up."""
        if on and not self._begin():
            self._button.setChecked(False)
            return
        self._is_on, self._has_won = on, False
        if on:
            self._find_goal()
        self.tell()

    def _find_goal(self) -> None:
        snapshot = self._snapshot()
        if snapshot is None:
            return
        settings = snapshot.settings
        if settings == self._goal_of:
            return
        self._goal, self._goal_of = None, settings
        self._goals.drop()  # where descent came to under other settings
        self._goals.ask(lambda: descent_reaches(replace(settings)), self._take_goal)

    def _take_goal(self, goal: DescentEnd | None) -> None:
        self._goal = goal
        self.tell()

    def _say(self, text: str) -> None:
        if self._label.text() != text:
            self._label.setText(text)
            self._label.setVisible(bool(text))


def _end_text(end: DescentEnd) -> str:
    """Return how far descent comes."""
    loss = number_text(end.loss, 3)
    if end.exploded:
        return f"Descent explodes at step {count_text(end.steps)}; the loss before was {loss}."
    steps = "1 step" if end.steps == 1 else f"{count_text(end.steps)} steps"
    return f"Descent reaches {loss} in {steps}."
