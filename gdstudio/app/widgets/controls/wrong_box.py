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


def find_wrong_box(root: QWidget) -> QWidget | None:
    """Return the first box in `root` that is marked wrong, also one that is out of sight."""
    boxes = (box for box in root.findChildren(QWidget) if box.property("wrong"))
    return next(boxes, None)


def find_problem(root: QWidget) -> QLabel | None:
    """Return the first label in `root` that says a problem with what is set."""
    labels = (label for label in root.findChildren(QLabel) if label.property("role") == "problem")
    return next((label for label in labels if label.text() and not label.isHidden()), None)


def problem_with(box: QWidget) -> str:
    """Return what is said to be wrong with the text in `box`."""
    row: QWidget | None = box
    while row is not None and not isinstance(row, FieldRow):
        row = row.parentWidget()
    return row.problem if isinstance(row, FieldRow) else ""


def show_widget(widget: QWidget) -> None:
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
