"""The box whose text cannot be used: found, brought into sight, and named."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QScrollArea, QWidget
from shiboken6 import isValid

from gdstudio.app.widgets.controls.field_row import FieldRow

# Milliseconds in which a layout comes to rest, also on a busy machine.
_FINDS_ITS_PLACE = 2000


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
    _keep_in_sight([one for one in around if isinstance(one, QScrollArea)], widget)


def _keep_in_sight(areas: Sequence[QScrollArea], widget: QWidget) -> None:
    """Scroll to `widget`, also while what was just opened or said still finds its place.

    `areas` are those around it, from the innermost outwards.
    """

    def ensure() -> None:
        for area in areas:
            if isValid(area) and isValid(widget):
                area.ensureWidgetVisible(widget)

    def ensure_soon() -> None:
        QTimer.singleShot(0, widget, ensure)  # what is inside is moved after the range is known

    ensure_soon()
    for area in areas:
        moved = area.verticalScrollBar().rangeChanged.connect(ensure_soon)
        QTimer.singleShot(_FINDS_ITS_PLACE, area, lambda moved=moved: QObject.disconnect(moved))
