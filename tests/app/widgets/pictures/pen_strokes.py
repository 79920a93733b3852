"""A pen on a tablet, as Qt tells widgets of it."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPointingDevice, QTabletEvent
from PySide6.QtWidgets import QApplication


def draw_with_pen(widget, *points):
    """Press a pen at the first of some points, move it from one to the next, and lift it there."""
    kinds = QTabletEvent.Type
    moves = [(kinds.TabletMove, point) for point in points[1:]]
    for kind, (x, y) in (
        (kinds.TabletPress, points[0]),
        *moves,
        (kinds.TabletRelease, points[-1]),
    ):
        at = QPointF(x, y)
        is_down = kind != kinds.TabletRelease
        event = QTabletEvent(
            kind,
            QPointingDevice.primaryPointingDevice(),
            at,
            QPointF(widget.mapToGlobal(at.toPoint())),
            0.5, 0, 0, 0, 0, 0,
            Qt.KeyboardModifier.NoModifier,
            Qt.MouseButton.LeftButton,
            Qt.MouseButton.LeftButton if is_down else Qt.MouseButton.NoButton,
        )  # fmt: skip
        QApplication.sendEvent(widget, event)
        assert event.isAccepted(), "or Qt would play a mouse as well"
