"""The dialog of a recording: what is recorded, how large and how long, and how far it is."""

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QLineEdit,
    QProgressBar,
    QWidget,
)

from gdstudio.app.labs.recording.scene import Scene
from gdstudio.app.palette import PALETTES
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.controls.field_row import FieldRow
from gdstudio.app.widgets.form_dialog import FormDialog
from gdstudio.app.widgets.labels import set_role
from gdstudio.errors import BadInput
from gdstudio.folders import documents_folder
from gdstudio.number_text import count_text, plain_text
from gdstudio.recording.plan import FRAMES, HEIGHT, SECONDS, STEPS, WIDTH, RecordingPlan
from gdstudio.settings import Setting

SIZES = ((WIDTH.default, HEIGHT.default), (480, 270), (1280, 720), (600, 600))
_KINDS = "GIF (*.gif);;WebP (*.webp);;APNG (*.png)"
_INTRODUCTION = (
    "A moving picture of the run that is set up here, from its start. What was changed by hand on "
    "the way is not in it."
)


class RecordingDialog(FormDialog):
    """Asks for a recording; it stays open while the lab is used.

    Signals:
        wanted(RecordingPlan, Path): this is to be recorded into that file.
        cancel_clicked(): no more.
    """

    wanted = Signal(object, object)
    cancel_clicked = Signal()

    def __init__(
        self,
        title: str,
        scenes: Mapping[str, Scene],
        plan: Callable[[], RecordingPlan | None],
        parent: QWidget,
    ) -> None:
        """Make the dialog.

        Args:
            title: what the lab is called.
            scenes: what can be recorded of it, by key.
            plan: returns what the lab is set to, to be recorded; None where something typed cannot
                be used.
            parent: the window.
        """
        super().__init__(parent, name="recording_dialog", title=f"Record: {title}")
        self._plan = plan
        self._scene = QComboBox()
        self._scene.setObjectName("record_scene_combo")
        for key, scene in scenes.items():
            self._scene.addItem(scene.title, key)
        self._size = QComboBox()
        self._size.setObjectName("record_size_combo")
        for wide, high in SIZES:
            self._size.addItem(f"{count_text(wide)} × {count_text(high)} pixels", (wide, high))
        self._edits: dict[str, tuple[Setting, QLineEdit, FieldRow]] = {}
        self.add_text(_INTRODUCTION)
        self.column.addWidget(FieldRow("What", self._scene))
        for name, setting in (("steps", STEPS), ("frames", FRAMES), ("seconds", SECONDS)):
            self.column.addWidget(self._row(name, setting))
        self.column.addWidget(FieldRow("Size", self._size))
        self._progress = QProgressBar()
        self._progress.setObjectName("record_progress")
        self._progress.setAccessibleName("Progress of the recording")
        self._progress.setTextVisible(False)
        self.column.addWidget(self._progress)
        self._said = self.add_text(name="record_label")
        self._start = IconButton(
            "Record…",
            icon="record",
            kind="primary",
            name="record_start_button",
            tooltip="Choose a file, and make the recording beside the lab.",
        )
        self._start.clicked.connect(self._ask_where)
        self._cancel = IconButton(
            "Cancel", name="record_cancel_button", tooltip="Make this recording no longer."
        )
        self._cancel.clicked.connect(self.cancel_clicked)
        self.add_buttons(self._cancel, self._start)
        self.show_busy(False)

    def _row(self, name: str, setting: Setting) -> FieldRow:
        edit = QLineEdit(plain_text(setting.default))
        edit.setObjectName(f"record_{name}_edit")
        edit.setToolTip(setting.explanation)
        edit.setAccessibleDescription(setting.explanation)
        row = FieldRow(setting.label, edit, message_name=f"record_{name}_problem")
        self._edits[name] = setting, edit, row
        return row

    def propose(self, scene: str, steps: int) -> None:
        """Propose what is recorded, and how many steps of it."""
        place = self._scene.findData(scene)
        self._scene.setCurrentIndex(max(place, 0))
        self._edits["steps"][1].setText(plain_text(steps))

    def plan(self) -> RecordingPlan | None:
        """Return what is typed; None where it cannot be used, which is said."""
        values, is_right = {}, True
        for name, (setting, edit, row) in self._edits.items():
            try:
                values[name] = setting.parse(edit.text())
                row.set_problem("")
            except BadInput as refused:
                row.set_problem(str(refused))
                is_right = False
        now = self._plan() if is_right else None
        if now is None:
            return None
        palette = next(k for k, one in PALETTES.items() if one is current_theme().palette)
        try:
            return RecordingPlan(
                now.scenario,
                self._scene.currentData(),
                size=self._size.currentData(),
                palette=palette,
                drawing=now.drawing,
                **values,
            )
        except BadInput as refused:
            self.say(str(refused), is_problem=True)
            return None

    @Slot()
    def _ask_where(self) -> None:
        plan = self.plan()
        if plan is None:
            return
        suggested = str(documents_folder() / f"{plan.scenario.lab}.gif")
        path, kind = QFileDialog.getSaveFileName(self, "Save the recording", suggested, _KINDS)
        if not path:
            return
        if not Path(path).suffix:
            path += kind[kind.index("*") + 1 : kind.index(")")]
        self.wanted.emit(plan, Path(path))

    def say(self, sentence: str, *, is_problem: bool = False) -> None:
        """Say how far it is, what became of it, or why there is none."""
        set_role(self._said, "problem" if is_problem else "muted")
        self._said.setText(sentence)

    def show_busy(self, busy: bool) -> None:
        """Show whether a recording is being made."""
        self._start.setEnabled(not busy)
        self._cancel.setVisible(busy)
        self._progress.setVisible(busy)
        self._progress.setRange(0, 0)

    @Slot(int, int)
    def show_progress(self, done: int, planned: int) -> None:
        """Show how many of how many pictures are made."""
        self._progress.setRange(0, planned)
        self._progress.setValue(done)
        self.say(f"{count_text(done)} of {count_text(planned)} frames are made.")
