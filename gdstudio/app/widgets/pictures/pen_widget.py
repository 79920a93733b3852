"""What one draws on: mouse, pen and finger all put down the same pen."""

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QTabletEvent, QTouchEvent
from PySide6.QtWidgets import QWidget


class PenWidget(QWidget):
    """Follows one pen at a time; a mouse that a finger or a pen only plays is not heard twice.

    Attributes:
        pen: what is drawing: "mouse", "tablet", "touch", or nothing.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.pen = ""
        self._touch_id = -1

    def begin_stroke(self, at: QPointF) -> None:
        """Draw from here; the pen has been put down."""
        raise NotImplementedError

    def extend_stroke(self, at: QPointF) -> None:
        """Draw on to here; where the pen is lifted, this is called once more."""
        raise NotImplementedError

    def end_stroke(self) -> None:
        """Know that the pen has been lifted."""

    def _put_down(self, at: QPointF, pen: str) -> None:
        self.pen = pen
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.begin_stroke(at)

    def _lift(self) -> None:
        if self.pen:
            self.pen = ""
            self.end_stroke()

    # Qt's own.

    def event(self, event: QEvent) -> bool:
        """Take touches; everything else as usual."""
        if isinstance(event, QTouchEvent):
            return self._touch(event)
        return super().event(event)

    def _touch(self, event: QTouchEvent) -> bool:
        """Follow the first finger; a second one does not draw."""
        event.accept()
        points = event.points()
        if event.type() == QEvent.Type.TouchBegin and points:
            self._touch_id = points[0].id()
            self._put_down(points[0].position(), "touch")
        elif self.pen == "touch":
            for point in points:
                if point.id() == self._touch_id:
                    self.extend_stroke(point.position())
        if event.type() in (QEvent.Type.TouchEnd, QEvent.Type.TouchCancel):
            self._lift()
        return True

    def tabletEvent(self, event: QTabletEvent) -> None:  # noqa: N802 - Qt's name
        """Draw with a pen, at its full resolution."""
        event.accept()
        if event.type() == QEvent.Type.TabletPress:
            if event.button() == Qt.MouseButton.LeftButton:
                self._put_down(event.position(), "tablet")
        elif self.pen == "tablet":
            self.extend_stroke(event.position())
            if event.type() == QEvent.Type.TabletRelease:
                self._lift()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Put the pen down."""
        if event.button() == Qt.MouseButton.LeftButton and self.pen not in ("tablet", "touch"):
            self._put_down(event.position(), "mouse")

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Draw."""
        if self.pen == "mouse":
            self.extend_stroke(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Lift the pen."""
        if event.button() == Qt.MouseButton.LeftButton and self.pen == "mouse":
            self.extend_stroke(event.position())
            self._lift()
