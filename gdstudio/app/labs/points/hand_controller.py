"""Weights changed by hand."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from gdstudio.app.labs.points.network_shown import parameter_index
from gdstudio.app.running.runner import Runner
from gdstudio.app.widgets.pictures.network_diagram import DiagramSpot, NetworkDiagram
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.points.questions import SetParameters
from gdstudio.experiment.points.snapshot import PointsSnapshot


class HandController(QObject):
    """Takes changes from the diagrams to the run, the newest alone.

    Between a change and the moment at which the run has it, everything shows what the hand did.

    Signals:
        changed(): θ is another by hand; `parameters` has it.
        refused(str): why a change cannot be.
    """

    changed = Signal()
    refused = Signal(str)

    def __init__(
        self,
        runner: Runner,
        snapshot: Callable[[], PointsSnapshot | None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._runner, self._snapshot = runner, snapshot
        self._held: dict[int, float] = {}
        self._waiting: dict[int, float] = {}
        self._is_asked = False
        self._is_dragging = self._is_move_due = False

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
