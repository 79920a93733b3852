"""The dialog of a sweep: what is typed is computed, and shown as it comes."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from gdstudio.app.labs.sweep.sweep_form import SweepForm
from gdstudio.app.labs.sweep.sweep_results import SweepResults
from gdstudio.app.labs.sweep.sweep_work import SweepWork
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.labels import text_label
from gdstudio.app.widgets.scroll_area import ScrollArea
from gdstudio.experiment.scenario import Scenario
from gdstudio.experiment.vocabulary import Vocabulary
from gdstudio.runs.sweep.charts import SweepView
from gdstudio.runs.sweep.processes import processors

_SIZE, _EDGE, _FORM_WIDTH = QSize(980, 600), 48, 300
_WAIT_MILLISECONDS = 700
_INTRODUCTION = (
    "A run for each combination of values, computed beside the lab: lists such as 0.1, 1, 10, "
    "ranges such as 0.01..10 log 7 or 1..5 linear 5; networks have semicolons between them."
)


class SweepDialog(QDialog):
    """Sweeps settings of a lab; it stays open while the lab is used.

    Signals:
        opened(Findings, int), kept(Findings, int): the user wants this run of that sweep in the
            lab, or among the kept ones.
        said(str): what to say of a sweep that ended while nobody looked.
    """

    opened = Signal(object, int)
    kept = Signal(object, int)
    said = Signal(str)

    def __init__(
        self,
        vocabulary: Vocabulary,
        scenario: Callable[[], Scenario | None],
        readings: Callable[[], Mapping[str, float]],
        is_running: Callable[[], bool],
        parent: QWidget,
    ) -> None:
        """Make the dialog.

        Args:
            vocabulary: the names of the lab.
            scenario: returns what the lab is set to; None where something typed cannot be used.
            readings: returns what its run can be asked for.
            is_running: whether the run goes on.
            parent: the window.
        """
        super().__init__(parent)
        self.setObjectName("sweep_dialog")
        self.setWindowTitle(f"Sweep: {vocabulary.title}")
        self._is_running = is_running
        self.work = SweepWork(self)
        self.work.refused.connect(self._on_refused)
        self.work.came.connect(self._show)
        self.work.ended.connect(self._on_ended)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_WAIT_MILLISECONDS)
        self._wait.timeout.connect(self._estimate)
        self.form = SweepForm(vocabulary, scenario, readings)
        self.form.edited.connect(self._on_edited)
        self.form.start_clicked.connect(self.start)
        self.form.cancel_clicked.connect(self.work.cancel)
        self.work.estimated.connect(self.form.say)
        self.results = SweepResults()
        self.results.opened.connect(self.opened)
        self.results.kept.connect(self.kept)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 16, 16, 16)
        outer.setSpacing(12)
        outer.addWidget(text_label(_INTRODUCTION, "muted", wrap=True))
        columns = QHBoxLayout()
        outer.addLayout(columns, 1)
        columns.setSpacing(16)
        self._form_area = ScrollArea(self.form)
        self._form_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        columns.addWidget(self._form_area)
        columns.addWidget(self.results, 1)
        current_theme().changed.connect(self._fit_screen)
        self._fit_screen()

    @Slot()
    def _on_edited(self) -> None:
        self.work.drop_estimate()
        if self.isVisible() and not self.work.is_busy:
            self._wait.start()

    def _workers(self) -> int:
        """Return how many runs are computed at the same time: the lab's own comes first."""
        return max(processors() - self._is_running(), 1)

    @Slot()
    def _estimate(self) -> None:
        make = self.form.make()
        if make is not None:
            self.form.say("Looking what that costs…")
            self.work.estimate(make, self._workers())

    @Slot()
    def start(self) -> None:
        """Compute what is typed."""
        self._wait.stop()
        make = self.form.make()
        if make is None or self.work.is_busy:
            return
        self.results.forget_choices()
        self.form.say("")
        self.form.say_progress("Starting…")
        self.work.start(make, self._workers())
        self.form.show_busy(self.work.is_busy)

    @Slot(str)
    def _on_refused(self, sentence: str) -> None:
        self.form.say(sentence, is_problem=True)

    @Slot(object)
    def _show(self, view: SweepView) -> None:
        planned = view.findings.sweep.count
        self.form.show_progress(view.done, planned)
        self.form.say_progress(f"{view.done:,} of {planned:,} runs are done.")
        self.results.show_view(view)

    @Slot(str)
    def _on_ended(self, sentence: str) -> None:
        view = self.results.view
        if view is None or (sentence and sentence != "Stopped."):
            self.form.say(sentence, is_problem=True)
            self.form.say_progress("")
        if view is not None:
            done, planned = view.done, view.findings.sweep.count
            end = "" if done == planned else " Stopped."
            self.form.say_progress(f"{done:,} of {planned:,} runs are done.{end}")
            if not self.isVisible():
                self.said.emit(f"The sweep has ended: {done:,} of {planned:,} runs are done.")
        self.form.show_busy(self.work.is_busy)

    @Slot()
    def _fit_screen(self) -> None:
        """Be as large as the dialog needs, as far as the screen has room."""
        px = current_theme().px
        wanted = QSize(px(_SIZE.width()), px(_SIZE.height()))
        screen = self.screen().availableSize() - QSize(_EDGE, _EDGE)
        self.resize(wanted.boundedTo(screen))
        self._form_area.setFixedWidth(min(px(_FORM_WIDTH), screen.width() // 3))

    # Qt's own.

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Say what it would cost."""
        super().showEvent(event)
        if not self.work.is_busy:
            self._wait.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Look no longer what something would cost; a sweep goes on."""
        super().hideEvent(event)
        self._wait.stop()
        self.work.drop_estimate()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Keep Enter, which ends typing in a box, from closing the dialog."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
