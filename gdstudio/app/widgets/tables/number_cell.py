"""How a cell of a table of numbers is painted: its text, no more, so that tables keep up with runs.

Cells painted by a style sheet cost more than all the plots beside them.
"""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt, Slot
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.tables.number_model import NumberModel

CELL_MARGIN = 4  # from a number to the right edge of its cell
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class NumberCell(QStyledItemDelegate):
    """Paints the cells of a `NumberModel`: numbers to the right, a thin line below."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        current_theme().changed.connect(self._restyle)
        self._restyle()

    @Slot()
    def _restyle(self) -> None:
        # Fonts and colours are made once: a cell is painted thousands of times a second.
        theme = current_theme()
        self._font = theme.font("small")
        names = ("grid", "selection", "text", "positive", "negative")
        self._colors = {name: theme.palette.qcolor(name) for name in names}

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint a cell."""
        model, box, colors = index.model(), option.rect, self._colors
        assert isinstance(model, NumberModel)
        row, column = index.row(), index.column()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, colors["selection"])
        painter.setPen(colors["grid"])
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        painter.setFont(self._font)
        painter.setPen(colors[model.color(row, column)])
        painter.drawText(box.adjusted(0, 0, -CELL_MARGIN, 0), _RIGHT, model.text(row, column))
