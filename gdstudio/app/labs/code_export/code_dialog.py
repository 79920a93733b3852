"""The text of a run's program, beside the lab while steps are made."""

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QFont,
    QFontDatabase,
    QGuiApplication,
    QHideEvent,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.controls.field_row import FieldRow
from gdstudio.app.widgets.labels import set_role, text_label
from gdstudio.code_export.program import Part, Program
from gdstudio.code_export.targets import TARGETS

_SIZE = QSize(760, 620)
# How long the lines of each part of a step are lit.
_LIT_MILLISECONDS = 450
_PARTS = {
    Part.FORWARD: "Forward: what comes out.",
    Part.COST: "The loss: how wrong that is.",
    Part.GRADIENT: "The gradient: how the loss changes with each number.",
    Part.STEP: "The step: the numbers are changed.",
}


class CodeDialog(QDialog):
    """Shows a program, to be copied or saved; while a step is made its lines are lit.

    Signals:
        target_chosen(str): another library is wanted.
        save_wanted(): the program is to be saved.
    """

    target_chosen = Signal(str)
    save_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("export_code_dialog")
        self.setWindowTitle("The run as a program")
        self._program: Program | None = None
        self._left: list[Part] = []
        self._target = QComboBox()
        self._target.setObjectName("export_target_combo")
        self._target.setToolTip("The library that the program is written with.")
        self._target.setAccessibleDescription(self._target.toolTip())
        for key, target in TARGETS.items():
            self._target.addItem(target.label, key)
        self._target.currentIndexChanged.connect(self._on_target)
        self._said = text_label("", "muted", name="export_code_label", wrap=True)
        self._text = QPlainTextEdit()
        self._text.setObjectName("export_code_text")
        self._text.setAccessibleName("The program")
        self._text.setReadOnly(True)
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._part = text_label("", "muted", name="export_part_label")
        self._copy = IconButton(
            "Copy", icon="copy", name="export_copy_button", tooltip="Copy the whole program."
        )
        self._copy.clicked.connect(self._on_copy)
        self._save = IconButton(
            "Save…",
            icon="save",
            kind="primary",
            name="export_save_button",
            tooltip="Save the program, and its numbers beside it, in a folder.",
        )
        self._save.clicked.connect(self.save_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addWidget(FieldRow("Written with", self._target))
        column.addWidget(self._said)
        column.addWidget(self._text, 1)
        row = QHBoxLayout()
        column.addLayout(row)
        row.setSpacing(8)
        row.addWidget(self._part, 1)
        row.addWidget(self._copy)
        row.addWidget(self._save)
        self._clock = QTimer(self)
        self._clock.setInterval(_LIT_MILLISECONDS)
        self._clock.timeout.connect(self._light_next)
        current_theme().changed.connect(self._restyle)
        self._restyle()
        self.tell("")

    @property
    def target(self) -> str:
        """The key of the target that is chosen."""
        return str(self._target.currentData())

    @property
    def is_lighting(self) -> bool:
        """Whether lines of a step are being lit."""
        return self._clock.isActive()

    def show_program(self, program: Program) -> None:
        """Show a program; where one reads stays in sight."""
        self._program = program
        if program.text != self._text.toPlainText():
            bar = self._text.verticalScrollBar()
            at = bar.value()
            self._text.setPlainText(program.text)
            bar.setValue(at)
        self.setWindowTitle(program.title.rstrip("."))
        self.tell(f"It needs {' and '.join(program.needs)}.")

    def tell(self, sentence: str, *, is_problem: bool = False) -> None:
        """Say what there is to say of the program; a problem takes its place."""
        set_role(self._said, "problem" if is_problem else "muted")
        self._said.setText(sentence)
        if is_problem:
            self._program = None
            self._text.clear()
            self._end_light()
        for button in (self._copy, self._save):
            button.setEnabled(self._program is not None)

    def light_step(self) -> None:
        """Light the lines of forward, cost, gradient and step, one after the other."""
        if self._program is None or not self.isVisible():
            return
        self._left = [part for part in _PARTS if self._program.lines_of(part)]
        self._light_next()
        self._clock.start()

    @Slot()
    def _light_next(self) -> None:
        if not self._left or self._program is None:
            self._end_light()
            return
        part = self._left.pop(0)
        lines = self._program.lines_of(part)
        self._part.setText(_PARTS[part])
        document = self._text.document()
        selections = []
        for number in lines:
            one = QTextEdit.ExtraSelection()
            one.cursor = QTextCursor(document.findBlockByNumber(number))
            one.format.setBackground(current_theme().palette.qcolor("selection"))
            one.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            selections.append(one)
        self._text.setExtraSelections(selections)
        self._bring_into_sight(lines)

    def _bring_into_sight(self, lines: range) -> None:
        """Scroll to the lines that are lit, without moving the cursor."""
        bar = self._text.verticalScrollBar()
        seen = range(bar.value(), bar.value() + bar.pageStep())
        if lines.start not in seen or lines.stop - 1 not in seen:
            bar.setValue(max(lines.start - 1, 0))

    def _end_light(self) -> None:
        self._clock.stop()
        self._left = []
        self._text.setExtraSelections([])
        self._part.setText("")

    @Slot()
    def _on_target(self) -> None:
        self._end_light()
        self.target_chosen.emit(self.target)

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text.toPlainText())
        self.tell("Copied the program.")

    @Slot()
    def _restyle(self) -> None:
        theme = current_theme()
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setStyleHint(QFont.StyleHint.Monospace)
        font.setPixelSize(theme.px(13))
        self._text.setFont(font)
        screen = self.screen().availableSize()
        self.resize(
            min(theme.px(_SIZE.width()), screen.width()),
            min(theme.px(_SIZE.height()), screen.height() - theme.px(60)),
        )

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Light nothing any more."""
        self._end_light()
        super().hideEvent(event)
