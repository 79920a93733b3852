"""How a row of a ranked list is laid out and painted: a name, and the numbers of its step."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.colors import sign_color
from gdstudio.number_text import number_text, percent_text, short_text

HEADERS = ("value", "slope", "step", "new value", "share")
SHARE = len(HEADERS) - 1
_WIDTHS = (1.0, 1.0, 1.0, 1.1, 0.75)  # of the columns, as shares
PADDING = 6
# What a delegate asks a model for, beside texts.
COMPONENTS_ROLE = Qt.ItemDataRole.UserRole

_SIGNED = (1, 2)
_BOLD = 3
_FIGURES = 4
_GAP = 10
_AIR = 4  # between a number and the next
# At the usual size of text: a row that is this wide has name and numbers on one line.
_ONE_LINE = 600
_NAME_SHARE = 0.46
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, eq=False)
class Components:
    """What a list shows; all arrays have shape ``(n,)``.

    Attributes:
        order: which number of θ each is.
        name_of: returns the name of a number of θ; asked only for what is seen.
        values, slopes, steps, new_values: the step of each.
        shares: how much of the whole gradient each is, 0 to 1.
    """

    order: np.ndarray
    name_of: Callable[[int], str]
    values: np.ndarray
    slopes: np.ndarray
    steps: np.ndarray
    new_values: np.ndarray
    shares: np.ndarray

    def name(self, row: int) -> str:
        """Return the name of the number in a row."""
        return self.name_of(int(self.order[row]))

    def numbers(self, row: int) -> tuple[float, ...]:
        """Return value, slope, step, new value and share of a row."""
        columns = (self.values, self.slopes, self.steps, self.new_values, self.shares)
        return tuple(float(column[row]) for column in columns)


class ComponentDelegate(QStyledItemDelegate):
    """Paints a row: its name, and the numbers beside it or below it.

    Attributes:
        name_width: the pixels that the longest name needs.
    """

    name_width = 0

    def measure(self, components: Components | None) -> None:
        """Find out how much room the names of `components` need."""
        count = 0 if components is None else len(components.order)
        names = [_ranked(components, row) for row in range(count)] if components else []
        metrics = QFontMetrics(current_theme().font("small", "medium"))
        self.name_width = metrics.horizontalAdvance(max(names, key=len, default=""))

    def is_one_line(self, width: int) -> bool:
        """Return whether name and numbers have room beside each other in a row of this width."""
        names = width * _NAME_SHARE - PADDING - _GAP
        return width >= current_theme().px(_ONE_LINE) and names >= self.name_width

    def sizeHint(  # noqa: N802 - Qt's name
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the room of a row: one line or two, by the width of the list."""
        metrics = QFontMetrics(current_theme().font("small"))
        view = option.widget
        width = view.viewport().width() if isinstance(view, QListView) else option.rect.width()
        lines = 1 if self.is_one_line(width) else 2
        return QSize(width, lines * (metrics.height() + 2) + PADDING)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint a row."""
        components: Components | None = index.data(COMPONENTS_ROLE)
        if components is None:
            return
        theme = current_theme()
        palette = theme.palette
        box = option.rect
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, palette.qcolor("selection"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, palette.qcolor("grid"))
        painter.setPen(palette.qcolor("grid"))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        wide = self.is_one_line(box.width())
        first = box.adjusted(0, 0, 0, 0 if wide else -box.height() // 2)
        second = box if wide else box.adjusted(0, box.height() // 2, 0, 0)
        cells = boxes(second, one_line=wide)
        name_box = first.adjusted(PADDING, 0, -PADDING, 0)
        if wide:
            name_box.setRight(cells[0].left() - _GAP)
        font = theme.font("small", "medium")
        _write(
            painter, name_box, _ranked(components, index.row()), font, palette.qcolor("text"), _LEFT
        )
        small = theme.font("small")
        for column, (cell, number) in enumerate(
            zip(cells, components.numbers(index.row()), strict=True)
        ):
            face = font if column == _BOLD else small
            if column == SHARE:
                text, color = percent_text(number, 2 if number < 0.01 else 1), "muted"
            else:
                text = _fitting(number, cell.width() - _AIR, QFontMetrics(face), column in _SIGNED)
                color = sign_color(number) if column in _SIGNED else "text"
            _write(painter, cell, text, face, palette.qcolor(color), RIGHT)
        painter.restore()


def _ranked(components: Components, row: int) -> str:
    return f"{row + 1}  {components.name(row)}"


def boxes(line: QRect, *, one_line: bool) -> list[QRect]:
    """Return the boxes of the five numbers; `one_line` leaves room for the name before them."""
    left = line.left() + (round(line.width() * _NAME_SHARE) if one_line else 0)
    unit = (line.right() - PADDING - left) / sum(_WIDTHS)
    edges = [left + unit * sum(_WIDTHS[:column]) for column in range(len(HEADERS))]
    return [
        QRect(round(edge), line.top(), round(unit * width) - 2, line.height())
        for edge, width in zip(edges, _WIDTHS, strict=True)
    ]


def _fitting(number: float, width: int, metrics: QFontMetrics, signed: bool) -> str:
    """Return a number with as many figures as there is room for."""
    for figures in (_FIGURES, _FIGURES - 1):
        text = number_text(number, figures, sign=signed)
        if metrics.horizontalAdvance(text) <= width:
            return text
    for figures in (_FIGURES - 1, _FIGURES - 2):
        text = short_text(number, figures, sign=signed)
        if metrics.horizontalAdvance(text) <= width:
            break
    return text


def _write(
    painter: QPainter, box: QRect, text: str, font: QFont, color: QColor, side: Qt.AlignmentFlag
) -> None:
    painter.setFont(font)
    painter.setPen(color)
    elided = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, side, elided)
