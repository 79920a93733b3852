"""Weights changed by hand, and the contest with descent."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from gdstudio.app.labs.points.network_shown import parameter_index
from gdstudio.app.running.background import Background
from gdstudio.app.running.latest_work import LatestWork
from gdstudio.app.running.runner import Runner
from gdstudio.app.widgets.pictures.network_diagram import DiagramSpot, NetworkDiagram
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.points.experiment import PointsSnapshot, descent_reaches
from gdstudio.experiment.points.questions import SetParameters
from gdstudio.number_text import count_text, number_text


class HandController(QObject):
    """Takes changes from the diagrams to the run, the newest alone, and counts who is better.

    Between a change and the moment at which the run has it, everything shows what the hand did.

    Signals:
        changed(): θ is another by hand; `parameters` has it.
        refused(str): why a change cannot be.
        told(str): how the contest stands; empty where there is none.
        won(str): the hand is better than descent.
    """

    changed = Signal()
    refused = Signal(str)
    told = Signal(str)
    won = Signal(str)

    def __init__(
        self,
        runner: Runner,
        background: Background,
        snapshot: Callable[[], PointsSnapshot | None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._runner, self._snapshot = runner, snapshot
        self._goals = LatestWork(background, self.refused.emit)
        self._held: dict[int, float] = {}
        self._waiting: dict[int, float] = {}
        self._is_asked = False
        self._is_dragging = self._is_move_due = False
        self._is_contest = False
        self._goal: float | None = None
        self._goal_of: object = None
        self._has_won = False

    def listen(self, diagram: NetworkDiagram) -> None:
        """Take changes from `diagram`."""
        diagram.changed.connect(self._change)
        diagram.released.connect(self._release)

    def parameters(self, of_run: FloatArray) -> FloatArray:
        """Return θ of the run, shape ``(size,)``, with what the hand has just changed."""
        if not self._held:
            return of_run
        parameters = of_run.copy()
        for index, value in self._held.items():
            if index < len(parameters):
                parameters[index] = value
        return parameters

    @property
    def is_busy(self) -> bool:
        """Whether something is being changed."""
        return self._is_dragging or bool(self._held)

    def forget(self) -> None:
        """Let go of everything: another run begins."""
        self._held, self._waiting = {}, {}
        self._is_dragging = self._is_move_due = False
        self._has_won = False

    def move(self, changes: dict[int, float]) -> None:
        """Change some numbers of θ, by where they stand in it, as one move."""
        if self._runner.is_running:
            self._runner.pause()
        self._held |= changes
        self._waiting |= changes
        self._is_move_due = True
        self._send()
        self.changed.emit()

    @Slot(object, float)
    def _change(self, spot: DiagramSpot, value: float) -> None:
        snapshot = self._snapshot()
        if snapshot is None:
            return
        if self._runner.is_running:
            self._runner.pause()
        if not self._is_dragging:
            self._is_dragging = self._is_move_due = True
        index = parameter_index(snapshot.problem.network, spot)
        self._held[index] = self._waiting[index] = value
        self._send()
        self.changed.emit()

    @Slot()
    def _release(self) -> None:
        self._is_dragging = False
        self._send()
        self.changed.emit()

    def _send(self) -> None:
        """Hand the newest changes to the run; a drag as a whole is one move."""
        if self._is_asked or not self._waiting:
            return
        changes, self._waiting = self._waiting, {}
        is_move, self._is_move_due = self._is_move_due, False
        self._is_asked = True
        self._runner.ask(SetParameters(changes, is_move), lambda said: self._take(changes, said))

    def _take(self, changes: dict[int, float], said: str | None) -> None:
        self._is_asked = False
        if said:
            self.refused.emit(said)
        # What the run has by now needs no more to be held.
        self._held = {
            index: value
            for index, value in self._held.items()
            if index in self._waiting or changes.get(index) != value or said
        }
        if said:
            self._held = {}
        self._send()
        self.changed.emit()

    # The contest.

    def set_contest(self, on: bool) -> None:
        """Begin the contest, or give it up."""
        self._is_contest, self._has_won = on, False
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
        self._goals.ask(lambda: descent_reaches(replace(settings)), self._take_goal)

    def _take_goal(self, goal: float | None) -> None:
        self._goal = goal
        self.tell()

    def tell(self) -> None:
        """Say how the contest stands."""
        snapshot = self._snapshot()
        if not self._is_contest or snapshot is None:
            self.told.emit("")
            return
        self._find_goal()
        if snapshot.iteration:
            self.told.emit("Descent has made steps itself; press Reset to try by hand.")
            return
        moves = "1 move" if snapshot.moves == 1 else f"{count_text(snapshot.moves)} moves"
        text = f"Your loss after {moves}: {number_text(snapshot.loss, 3)}."
        if self._goal is None:
            self.told.emit(f"{text} Descent is trying, too…")
            return
        steps = count_text(snapshot.settings.training.steps)
        goal = number_text(self._goal, 3)
        text += f" Descent reaches {goal} in {steps} steps."
        if snapshot.loss < self._goal and snapshot.moves:
            text += " You have beaten it!"
            if not self._has_won:
                self._has_won = True
                self.won.emit(f"You have beaten descent with {moves}.")
        else:
            text += " Drag connections and neurons."
        self.told.emit(text)
