"""A word at the edge of a plot about what lies beyond it."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QLabel, QWidget

_DISTANCE = 6


class EdgeNote(QLabel):
    """A short text at the upper or lower edge of `parent`, with an arrow that way."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "beyond")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def tell(self, what: str, where: str, within: QRect) -> None:
        """Say that `what` is `where` ("above", "far below", …) beyond `within`; "" says nothing."""
        self.setVisible(bool(where))
        if not where:
            return
        is_above = where.endswith("above")
        self.setText(f"{what} is {where} {'↑' if is_above else '↓'}")
        self.adjustSize()
        top = within.top() if is_above else within.bottom() - self.height()
        inwards = _DISTANCE if is_above else -_DISTANCE
        self.move(within.center().x() - self.width() // 2, top + inwards)
