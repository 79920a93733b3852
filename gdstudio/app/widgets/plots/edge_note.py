"""A word at the edge of a plot about what lies beyond it."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QLabel, QWidget

_DISTANCE = 6
_ARROWS = {"above": "↑", "below": "↓", "left": "←", "right": "→"}


class EdgeNote(QLabel):
    """A short text at an edge of `parent`, with an arrow that way."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", "beyond")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def tell(self, what: str, where: str, within: QRect) -> None:
        """Say that `what` is `where` beyond `within`; "" says nothing.

        `where` ends in “above”, “below”, “left” or “right”, such as “far below”.
        """
        self.setVisible(bool(where))
        if not where:
            return
        arrow = _ARROWS[where.rpartition(" ")[2]]
        self.setText(f"{what} is {where} {arrow}")
        self.adjustSize()
        left = within.center().x() - self.width() // 2
        top = within.center().y() - self.height() // 2
        if arrow == "←":
            left = within.left() + _DISTANCE
        elif arrow == "→":
            left = within.right() - self.width() - _DISTANCE
        elif arrow == "↑":
            top = within.top() + _DISTANCE
        else:
            top = within.bottom() - self.height() - _DISTANCE
        self.move(left, top)
