"""Looking back at a run over the plane: to an earlier moment, or one step back."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gdstudio.app.running.latest_work import LatestQuestion
from gdstudio.app.running.runner import Runner
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.controls.time_strip import TimeStrip
from gdstudio.experiment.points.questions import MomentAt
from gdstudio.experiment.points.snapshot import PointsSnapshot, PointsVisit


class PointsMoments(QWidget):
    """The slider over the kept moments, and the button that takes the last step back.

    Attributes:
        visit: the earlier moment that is looked at; None for now.

    Signals:
        seen_changed(): another moment is looked at.
    """

    seen_changed = Signal()

    def __init__(self, runner: Runner) -> None:
        super().__init__()
        self._runner = runner
        self._visits = LatestQuestion(runner.ask)
        self.visit: PointsVisit | None = None
        self._strip = TimeStrip()
        self._strip.visited.connect(self._go_back)
        self._strip.returned.connect(self._return)
        self._strip.branch_clicked.connect(self._branch)
        self._back = IconButton(
            "Step back",
            kind="quiet",
            name="step_back_button",
            tooltip="Take the last step back: the run is where it was one step before.",
        )
        self._back.clicked.connect(self.step_back)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._strip, 1)
        row.addWidget(self._back)

    def show_snapshot(self, snapshot: PointsSnapshot) -> None:
        """Offer the moments that are kept by now."""
        self._strip.set_steps(snapshot.kept)
        self._back.setEnabled(snapshot.iteration > 0)

    def forget(self) -> None:
        """Look at now: another run begins."""
        self.visit = None
        self._visits.drop()
        self._strip.return_to_now()

    @Slot()
    def step_back(self) -> None:
        """Take the last step back."""
        latest = self._runner.latest
        snapshot = None if latest is None else latest.snapshot
        if snapshot is None or not snapshot.iteration or not self._runner.is_up_to_date:
            return
        if self._runner.is_running:
            self._runner.pause()
        self.visit = None
        self._runner.branch(snapshot.iteration - 1)

    @Slot(int)
    def _go_back(self, step: int) -> None:
        self._visits.ask(MomentAt(step), self._arrive)

    def _arrive(self, visit: PointsVisit | None) -> None:
        if self._strip.shown is not None and visit is not None:
            self.visit = visit
            self.seen_changed.emit()

    @Slot()
    def _return(self) -> None:
        if self.visit is not None:
            self.visit = None
            self.seen_changed.emit()

    @Slot()
    def _branch(self) -> None:
        visit, self.visit = self.visit, None
        if visit is not None and self._runner.is_up_to_date:
            self._runner.branch(visit.iteration)
        self._strip.return_to_now()
