"""A row of a form: its name, its control, and a sentence below."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QBoxLayout,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from gdstudio.app.style_sheet import SPIN_ARROWS
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.controls.control_manners import ControlManners
from gdstudio.app.widgets.labels import set_role, text_label

# At the usual size of text.
_LABEL_WIDTH = 90
_COMBO_WIDTH, _EDIT_WIDTH = 104, 56
_ARROW = 40  # what a combo box has beside its text
_SPIN_MARGIN = 5
_DIGITS = "88,888"


class FieldRow(QWidget):
    """A row of a form: a muted label at the left, a control at the right, a sentence below.

    `hint` is shown small below the control while there is no problem to tell; `message_name` is the
    object name of what shows either.
    """

    def __init__(
        self, label: str, control: QWidget, *, hint: str = "", message_name: str = ""
    ) -> None:
        super().__init__()
        self.label = text_label(label, "muted")
        self.label.setBuddy(control)
        if not control.accessibleName():
            control.setAccessibleName(label)
        # What has the focus within a control is read out, too.
        for edit in control.findChildren(QLineEdit):
            edit.setAccessibleName(control.accessibleName())
        self._hint = hint
        self._narrow = False
        self._column: list[FieldRow] = [self]
        self._message = text_label(hint, "small", name=message_name, wrap=True)
        self._message.setVisible(bool(hint))
        ControlManners(control)
        if isinstance(control, QAbstractSpinBox):
            # The style sheet's padding does not reach the text of a spin box.
            control.lineEdit().setTextMargins(_SPIN_MARGIN, 0, 0, 0)
        control.setSizePolicy(QSizePolicy.Policy.Expanding, control.sizePolicy().verticalPolicy())
        control.setMinimumWidth(40)
        self._control = control

        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(4)
        self.row = QHBoxLayout()
        outer.addLayout(self.row)
        self.row.setSpacing(6)
        self.row.addWidget(self.label)
        self.row.addWidget(control, 1)
        outer.addWidget(self._message)
        if isinstance(control, QComboBox):
            control.model().rowsInserted.connect(self._arrange)
        current_theme().changed.connect(self._restyle)
        self._restyle()

    def keep_label_narrow(self) -> None:
        """Give the label no more room than its text, where rows stand side by side."""
        self._narrow = True
        self._restyle()

    def share_edge(self, rows: Sequence["FieldRow"]) -> None:
        """Let the controls of all `rows`, this one among them, begin at the same place."""
        self._column = list(rows)
        self._arrange()

    @property
    def problem(self) -> str:
        """What is said to be wrong, or nothing."""
        return self._message.text() if self._message.property("role") == "problem" else ""

    def set_problem(self, sentence: str) -> None:
        """Say below the control what is wrong; the empty string takes it back."""
        set_role(self._message, "problem" if sentence else "small")
        self._message.setText(sentence or self._hint)
        self._message.setVisible(bool(sentence or self._hint))

    def set_hint(self, hint: str) -> None:
        """Say something else below the control; no problem is told any more."""
        if hint != self._hint:
            self._hint = hint
            self.set_problem("")

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the room that is needed with the label above the control."""
        width = max(self._label_width(), self._comfortable_width())
        return QSize(width, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put the label above the control where both do not fit side by side."""
        super().resizeEvent(event)
        self._arrange()

    @Slot()
    def _arrange(self) -> None:
        label = max(row._label_width() for row in self._column)
        control = max(row._wished_width() for row in self._column)
        spacing = self.row.spacing()
        # The column of labels is straight as long as the control has its room.
        column = 0 if self._narrow else current_theme().px(_LABEL_WIDTH)
        straight = max(min(column, self.width() - spacing - control), label)
        stacked = label + spacing + control > self.width() > 0
        direction = QBoxLayout.Direction
        self.row.setDirection(direction.TopToBottom if stacked else direction.LeftToRight)
        self.label.setFixedWidth(self._label_width() if stacked else straight)

    def _label_width(self) -> int:
        self.label.ensurePolished()
        return self.label.fontMetrics().horizontalAdvance(self.label.text()) + 1

    def _wished_width(self) -> int:
        """Return the width that the control has with its label above, if it has none beside it."""
        control, width = self._control, self._comfortable_width()
        if isinstance(control, QComboBox) and not control.isEditable():
            metrics = control.fontMetrics()
            texts = [control.itemText(place) for place in range(control.count())]
            widest = max(map(metrics.horizontalAdvance, texts), default=0)
            width = max(width, min(widest + current_theme().px(_ARROW), self.width()))
        return width

    def _comfortable_width(self) -> int:
        """Return the width at which what the control says can be read."""
        control, theme = self._control, current_theme()
        if isinstance(control, QComboBox):
            return theme.px(_COMBO_WIDTH)
        if isinstance(control, QLineEdit):
            return theme.px(_EDIT_WIDTH)
        if isinstance(control, QAbstractSpinBox):
            return control.minimumWidth()
        return control.minimumSizeHint().width()

    @Slot()
    def _restyle(self) -> None:
        if isinstance(self._control, QSpinBox | QDoubleSpinBox):
            spin = self._control
            spin.ensurePolished()
            digits = spin.fontMetrics().horizontalAdvance(f"{_DIGITS}{spin.suffix()}")
            spin.setMinimumWidth(digits + current_theme().px(SPIN_ARROWS) + 2 * _SPIN_MARGIN)
        self._arrange()
