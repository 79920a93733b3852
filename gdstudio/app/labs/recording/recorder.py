"""Records the run of one lab: it owns the dialog, and what works beside the window."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from gdstudio.app.labs.recording.scene import Scene
from gdstudio.app.running.runner import Runner
from gdstudio.app.widgets.controls.buttons import SetupButtons
from gdstudio.data.dataset import Drawing
from gdstudio.data.files import shown_name
from gdstudio.errors import BadInput
from gdstudio.experiment.scenario import Scenario

if TYPE_CHECKING:
    from gdstudio.app.labs.recording.recording_dialog import RecordingDialog
    from gdstudio.app.labs.recording.recording_work import RecordingWork
    from gdstudio.recording.plan import Recording, RecordingPlan

# What problems with a recording are about.
RECORDING = "recording"


class _Lab(Protocol):
    """Whose run is recorded; what each of these does is said by `Lab`."""

    @property
    def title(self) -> str: ...

    @property
    def in_one_process(self) -> Callable[[], Any]: ...

    @property
    def setup_buttons(self) -> SetupButtons: ...

    @property
    def runner(self) -> Runner: ...

    def commit(self) -> bool: ...

    def scenario(self) -> Scenario: ...

    def scenes(self) -> Mapping[str, Scene]: ...

    def drawing(self) -> Drawing: ...

    def say_result(self, sentence: str, *, mends: str = "") -> None: ...

    def say_problem(self, sentence: str, *, about: str = "") -> None: ...

    def window(self) -> QWidget: ...


class Recorder(QObject):
    """Makes recordings of one lab.

    Attributes:
        dialog: None until it is first asked for.
    """

    def __init__(self, lab: _Lab, parent: QObject) -> None:
        super().__init__(parent)
        self._lab = lab
        self.dialog: RecordingDialog | None = None
        self._work: RecordingWork | None = None
        lab.setup_buttons.record_button.clicked.connect(self.open)

    @Slot()
    def open(self) -> None:
        """Open the dialog."""
        lab = self._lab
        if self.dialog is None:
            # Nobody should wait for it who has not asked.
            from gdstudio.app.labs.recording.recording_dialog import RecordingDialog
            from gdstudio.app.labs.recording.recording_work import RecordingWork

            self.dialog = RecordingDialog(lab.title, lab.scenes(), self._plan, lab.window())
            self._work = RecordingWork(self)
            self._work.came.connect(self.dialog.show_progress)
            self._work.saved.connect(self._tell_saved)
            self._work.failed.connect(self._tell_failed)
            self.dialog.wanted.connect(self._start)
            self.dialog.cancel_clicked.connect(self._cancel)
        if self._work is not None and not self._work.is_busy:
            self._propose()
        self.dialog.show()
        self.dialog.activateWindow()

    def _propose(self) -> None:
        """Propose the steps that the run has made, and the drawing where there is one."""
        from gdstudio.recording.plan import STEPS

        assert self.dialog is not None
        latest, scenes = self._lab.runner.latest, self._lab.scenes()
        made = 0 if latest is None or latest.snapshot is None else latest.snapshot.iteration
        is_drawn = "drawing" in scenes and bool(self._lab.drawing())
        scene = "drawing" if is_drawn else next(iter(scenes))
        self.dialog.propose(scene, min(made, STEPS.maximum) or STEPS.default)
        self.dialog.say("")

    def _plan(self) -> "RecordingPlan | None":
        from gdstudio.recording.plan import RecordingPlan

        lab = self._lab
        try:
            if lab.commit():
                return RecordingPlan(lab.scenario(), drawing=lab.drawing())
        except BadInput as refused:
            lab.say_problem(str(refused), about=RECORDING)
        return None

    @Slot(object, object)
    def _start(self, plan: "RecordingPlan", path: Path) -> None:
        assert self.dialog is not None
        assert self._work is not None
        try:
            self._work.start(self._lab.in_one_process, plan, path)
        except BadInput as refused:
            self.dialog.say(str(refused), is_problem=True)
            return
        self.dialog.say("The run is set up…")
        self.dialog.show_busy(True)

    @Slot()
    def _cancel(self) -> None:
        assert self.dialog is not None
        assert self._work is not None
        self._work.cancel()
        self.dialog.show_busy(False)
        self.dialog.say("Cancelled; no file was written.")

    @Slot(object, object)
    def _tell_saved(self, path: Path, made: "Recording") -> None:
        assert self.dialog is not None
        self.dialog.show_busy(False)
        said = f"Saved {shown_name(path)}: {made.sentence}"
        self.dialog.say(said)
        self._lab.say_result(said, mends=RECORDING)

    @Slot(str)
    def _tell_failed(self, sentence: str) -> None:
        assert self.dialog is not None
        self.dialog.show_busy(False)
        self.dialog.say(sentence, is_problem=True)
        if not self.dialog.isVisible():
            self._lab.say_problem(sentence, about=RECORDING)

    def give_up(self) -> None:
        """Tell what runs in the background to end soon; nobody waits for it here."""
        if self._work is not None:
            self._work.give_up()

    def close(self) -> None:
        """Stop what runs in the background."""
        if self._work is not None:
            self._work.close()
        if self.dialog is not None:
            self.dialog.close()
