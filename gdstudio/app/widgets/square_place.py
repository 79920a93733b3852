"""A place for one widget that is always square."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget


class SquarePlace(QWidget):
    """Holds one widget as the largest square that fits, at the top, in the middle across."""

    def __init__(self, held: QWidget) -> None:
        super().__init__()
        self._held = held
        held.setParent(self)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fit the square."""
        super().resizeEvent(event)
        side = min(self.width(), self.height())
        self._held.setGeometry((self.width() - side) // 2, 0, side, side)
