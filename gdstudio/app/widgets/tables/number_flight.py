"""Numbers on their way, from the cell where they were worked out to the one where they stand next.

Only the drawing is on its way: what the goal's table says, and tells a screen reader, is there from
the beginning; no more than its cell is painted empty until the number has come.
"""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gdstudio.app.motion import Glide
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.painting import painted
from gdstudio.app.widgets.tables.number_cell import CELL_MARGIN
from gdstudio.app.widgets.tables.number_table import Cell

_PADDING, _ROUND = 5, 4
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class NumberWay(NamedTuple):
    """The way of one number.

    Attributes:
        start: the box of the cell that it leaves, in the pixels of what the flight lies over.
        goal: the cell that it goes to, whose number it is.
    """

    start: QRect
    goal: Cell


class NumberFlight(QWidget):
    """Lies over its parent while numbers fly there, and is hidden otherwise; it takes no mouse."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        self._below = parent
        self._ways: list[NumberWay] = []
        self._share = 1.0
        self._painted: list[QRect] = []
        self._glide = Glide(self._move, self)

    def fly(self, ways: Sequence[NumberWay]) -> None:
        """Let numbers go these ways, but for those whose goal is not in sight."""
        self.land()
        self._ways = [way for way in ways if way.goal.box(self._below) is not None]
        if not self._ways:
            return
        for way in self._ways:
            way.goal.table.set_awaited(way.goal, True)
        self.show()
        self.raise_()
        self._glide.begin()

    def land(self) -> None:
        """Let all numbers be where they stand."""
        self._glide.finish()

    def places(self) -> list[tuple[str, QRect]]:
        """Return each number that is seen to fly, and its box now, in the pixels of the parent."""
        places = []
        for start, goal in self._ways:
            box = goal.box(self._below)
            if box is not None:
                # Numbers stand at the right of their cells.
                way = box.topRight() - start.topRight()
                box.moveTopRight(start.topRight() + way * self._share)
                places.append((goal.text, box))
        return places

    def _move(self, share: float) -> None:
        self._share = share
        if share >= 1.0:
            for way in self._ways:
                way.goal.table.set_awaited(way.goal, False)
            self._ways, self._painted = [], []
            self.hide()
            return
        self.setGeometry(self._below.rect())
        now = [box for _, box in self.places()]
        for box in (*self._painted, *now):
            self.update(box.adjusted(-_PADDING, -_PADDING, _PADDING, _PADDING))
        self._painted = now

    @painted
    def paintEvent(  # noqa: N802 - Qt's name
        self, event: QPaintEvent, painter: QPainter
    ) -> None:
        """Paint the numbers, each on a ground of its own: it passes over others."""
        theme = current_theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font("small", "bold"))
        for text, box in self.places():
            inner = box.adjusted(0, 0, -CELL_MARGIN, 0)
            ground = painter.boundingRect(inner, _RIGHT, text)
            ground.adjust(-_PADDING, -2, _PADDING, 2)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.palette.qcolor("selection"))
            painter.drawRoundedRect(ground, _ROUND, _ROUND)
            painter.setPen(theme.palette.qcolor("text"))
            painter.drawText(inner, _RIGHT, text)
