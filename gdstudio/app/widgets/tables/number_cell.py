"""How a cell of a table is painted: its text or its bar, no more, so that tables keep up with runs.

Cells painted by a style sheet cost more than all the plots beside them.
"""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, Qt, Slot
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.tables.columns import AnyColumn, BarColumn, TextColumn
from gdstudio.app.widgets.tables.number_model import NumberModel

CELL_MARGIN = 4  # from a number to the right edge of its cell
_BAR_HEIGHT = 7
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class NumberCell(QStyledItemDelegate):
    """Paints the cells of a `NumberModel`: numbers to the right, texts to the left, bars, a line.

    Attributes:
        new_row, new_column: whose cells are new; None is all.
        newness: how much they stand out, 0 to 1.
        awaited: the cells, (row, column), that are painted empty: their numbers are on the way.

    A line of another colour is above the first of the cells that stand out: what is a sum.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.new_row: int | None = None
        self.new_column: int | None = None
        self.newness = 0.0
        self.awaited: set[tuple[int, int]] = set()
        current_theme().changed.connect(self._restyle)
        self._restyle()

    @Slot()
    def _restyle(self) -> None:
        # Fonts and colours are made once: a cell is painted thousands of times a second.
        theme = current_theme()
        self._font, self._bold = theme.font("small"), theme.font("small", "bold")
        self._bar_height = theme.px(_BAR_HEIGHT)
        self._colors: dict[str, QColor] = {}

    def _color(self, name: str) -> QColor:
        if name not in self._colors:
            self._colors[name] = current_theme().palette.qcolor(name)
        return self._colors[name]

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint a cell."""
        model, box = index.model(), option.rect
        assert isinstance(model, NumberModel)
        row, place = index.row(), index.column()
        column = model.columns[place]
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, self._color("selection"))
        elif self.newness and self._is_new(row, place):
            ground = QColor(self._color("selection"))
            ground.setAlphaF(self.newness)
            painter.fillRect(box, ground)
        painter.setPen(self._color("grid"))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        if isinstance(column, BarColumn):
            self._paint_bar(painter, box, model.share(row, place), model.color(row, place))
            return
        if (row, place) in self.awaited:
            return
        is_strong = _is_strong(column, row)
        if is_strong and row and not _is_strong(column, row - 1):
            painter.setPen(self._color("line"))
            painter.drawLine(box.topLeft(), box.topRight())
        painter.setFont(self._bold if is_strong else self._font)
        text = model.text(row, place)
        if isinstance(column, TextColumn):
            painter.setPen(self._color(model.color(row, place)))
            middle = Qt.TextElideMode.ElideMiddle
            room = box.width() - CELL_MARGIN
            painter.drawText(box, _LEFT, painter.fontMetrics().elidedText(text, middle, room))
            return
        if column.prefixes:
            painter.setPen(self._color("muted"))
            painter.drawText(box, _LEFT, column.prefixes[row])
        painter.setPen(self._color(model.color(row, place)))
        painter.drawText(box.adjusted(0, 0, -CELL_MARGIN, 0), _RIGHT, text)

    def _is_new(self, row: int, column: int) -> bool:
        return self.new_row in (None, row) and self.new_column in (None, column)

    def _paint_bar(self, painter: QPainter, box: QRect, share: float | None, color: str) -> None:
        """Paint a bar from the middle of the cell, as long as its share of the longest one."""
        if share is None:
            return
        room, middle = (box.width() - 2 * CELL_MARGIN) / 2, box.center().x()
        length = abs(share) * room
        start = middle if share > 0 else middle - length
        top = box.top() + (box.height() - self._bar_height) / 2
        painter.fillRect(QRectF(start, top, length, self._bar_height), self._color(color))
        painter.fillRect(QRectF(middle, box.top(), 1, box.height()), self._color("line"))


def _is_strong(column: AnyColumn, row: int) -> bool:
    return not isinstance(column, BarColumn) and bool(column.strong) and column.strong[row]
