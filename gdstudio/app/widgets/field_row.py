"""A row of a form: its name, its control, and a sentence below."""

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QSpinBox, QVBoxLayout, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.labels import repolish, text_label

_LABEL_WIDTH = 88


class _IgnoreWheel(QObject):
    """Lets the wheel scroll the panel instead of changing a setting that has no focus."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if isinstance(event, QWheelEvent) and not watched.hasFocus():  # type: ignore[attr-defined]
            event.ignore()
            return True
        return False


class FieldRow(QWidget):
    """A row of a form: a muted label at the left, a control at the right, a sentence below.

    `hint` is shown small below the control while there is no problem to tell.
    """

    def __init__(self, label: str, control: QWidget, *, hint: str = "") -> None:
        super().__init__()
        self.label = text_label(label, "muted")
        self.label.setBuddy(control)
        if not control.accessibleName():
            control.setAccessibleName(label)
        self._hint = hint
        self._narrow = False
        self._message = text_label(hint, "small", wrap=True)
        self._message.setVisible(bool(hint))
        self._wheel_filter = _IgnoreWheel(self)
        for one in (control, *control.findChildren(QWidget)):
            if isinstance(one, QComboBox | QSpinBox):
                one.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
                one.installEventFilter(self._wheel_filter)
            if isinstance(one, QSpinBox):
                # The style sheet's padding does not reach the text of a spin box.
                one.lineEdit().setTextMargins(6, 0, 0, 0)
        control.setSizePolicy(QSizePolicy.Policy.Expanding, control.sizePolicy().verticalPolicy())
        control.setMinimumWidth(40)

        self.row = QHBoxLayout()
        self.row.setSpacing(8)
        self.row.addWidget(self.label)
        self.row.addWidget(control, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(4)
        outer.addLayout(self.row)
        outer.addWidget(self._message)
        current_theme().changed.connect(self._restyle)
        self._restyle()

    def keep_label_narrow(self) -> None:
        """Give the label no more room than its text, where rows stand side by side."""
        self._narrow = True
        self._restyle()

    def set_problem(self, sentence: str) -> None:
        """Say below the control what is wrong; the empty string takes it back."""
        self._message.setProperty("role", "problem" if sentence else "small")
        repolish(self._message)
        self._message.setText(sentence or self._hint)
        self._message.setVisible(bool(sentence or self._hint))

    @Slot()
    def _restyle(self) -> None:
        self.label.setMinimumWidth(0 if self._narrow else current_theme().px(_LABEL_WIDTH))
