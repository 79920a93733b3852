"""The box whose text cannot be used: found, brought into sight, and named."""

from typing import Protocol, runtime_checkable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QScrollArea, QWidget

from gdstudio.app.widgets.controls.field_row import FieldRow


@runtime_checkable
class Foldable(Protocol):
    """A part of the window that may be out of sight, and can be opened."""

    def unfold(self) -> None:
        """Come into sight."""


def show_what_is_wrong(root: QWidget) -> str:
    """Bring the first problem in `root` into sight, and return its sentence; empty for none.

    That is a box marked wrong, also one that is out of sight, or a label that says a problem.
    """
    for box in root.findChildren(QWidget):
        if box.property("wrong"):
            _show(box)
            return _problem_with(box)
    for label in root.findChildren(QLabel):
        if label.property("role") == "problem" and label.text() and not label.isHidden():
            _show(label)
            return label.text()
    return ""


def _problem_with(box: QWidget) -> str:
    """Return what is said to be wrong with the text in `box`."""
    row: QWidget | None = box
    while row is not None and not isinstance(row, FieldRow):
        row = row.parentWidget()
    return row.problem if isinstance(row, FieldRow) else ""


def _show(widget: QWidget) -> None:
    """Bring `widget` into sight: open what hides it, scroll to it, and give it the focus."""
    around: list[QWidget] = []
    parent = widget.parentWidget()
    while parent is not None:
        around.append(parent)
        parent = parent.parentWidget()
    for one in reversed(around):
        if isinstance(one, Foldable):
            one.unfold()
    if widget.focusPolicy() is not Qt.FocusPolicy.NoFocus:
        widget.setFocus(Qt.FocusReason.OtherFocusReason)
    edit = widget.lineEdit() if isinstance(widget, QComboBox) else widget
    if isinstance(edit, QLineEdit):
        edit.selectAll()
    for area in around:
        if isinstance(area, QScrollArea):
            # What was just opened has its place after the next turn only.
            QTimer.singleShot(0, area, lambda area=area: area.ensureWidgetVisible(widget))
