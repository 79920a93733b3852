"""Which class is taken for which: a table of counts, and beside it how much of each is right."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.colors import mixed, readable_on
from gdstudio.app.widgets.painting import painted
from gdstudio.engine.inspect.evaluation import class_accuracy
from gdstudio.number_text import class_text, count_text, percent_text

_DIGITS = tuple("0123456789")
# In pixels, at the usual size of text.
_LABEL, _LINE, _ROW = 18, 20, 25
_BARS, _FIGURE, _SHORTEST_BAR = 120, 52, 28
_LONGEST_LABEL = 96
_WIDEST = "8888"
# So much smaller the counts may become for the bars.
_TIGHT = 0.85
_SMALLEST_CELL, _LARGEST_CELL, _MARGINS = 20, 56, 4
# Mistakes that make up this share of a digit have the full colour.
_FULL_SHARE = 0.12
_STRONGEST, _FAINTEST = 0.9, 0.06
_MOVES = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class ConfusionGrid(QWidget):
    """A row for each class it is by a column for each answer; at the right a bar for each row.

    The diagonal, what is right, is calm; mistakes are the more orange the larger their share of
    their row. Arrows move the mark, Enter chooses the cell.

    Signals:
        cell_clicked(int, int): the class it is, and the answer, of a cell.
    """

    cell_clicked = Signal(int, int)

    def __init__(self, *, name: str = "confusion_grid") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName("Which class is taken for which")
        self._classes = _DIGITS
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._table: NDArray[np.int64] | None = None
        self._chosen: tuple[int, int] | None = None
        self._marked = (0, 0)
        self._pressed: tuple[int, int] | None = None
        current_theme().changed.connect(self._on_theme)
        self._describe()

    def set_table(self, table: ArrayLike | None) -> None:
        """Show ``table[actual, answered]``, counts; None shows that there is none yet."""
        self._table = None if table is None else np.array(table, dtype=np.int64)
        self._describe()
        self.update()

    def set_classes(self, classes: tuple[str, ...]) -> None:
        """Have rows and columns for these classes from now on; what was shown of others goes."""
        if classes != self._classes:
            self._classes = classes
            self._chosen, self._marked = None, (0, 0)
            self.set_table(None)
            self.updateGeometry()

    def set_chosen(self, cell: tuple[int, int] | None) -> None:
        """Frame a cell (actual, answered); None frames none."""
        self._chosen = cell
        if cell is not None:
            self._marked = cell
        self._describe()
        self.update()

    @property
    def chosen(self) -> tuple[int, int] | None:
        """The cell that is framed."""
        return self._chosen

    def counts(self) -> NDArray[np.int64] | None:
        """Return what is shown, a copy."""
        return None if self._table is None else self._table.copy()

    def cell_rect(self, actual: int, answered: int) -> QRect:
        """Return where a cell is, in the widget's pixels."""
        return self._cell(actual, answered).toRect()

    def value_text(self, actual: int, answered: int) -> str:
        """Return what is told of a cell."""
        if self._table is None:
            return ""
        count, whole = int(self._table[actual, answered]), int(self._table[actual].sum())
        share = f" ({percent_text(count / whole)})" if whole else ""
        name = self._classes[answered]
        verb = "read right" if actual == answered else f"taken for {class_text(name)}"
        is_one = self._classes[actual]
        many = f"{is_one}s" if self._classes == _DIGITS else class_text(is_one)
        return f"{count_text(count)} of {count_text(whole)} {many}{share} {verb}"

    def table(self) -> tuple[list[str], list[list[float | int | str]]]:
        """Return headers and a row for each class, for a CSV."""
        is_digits = self._classes == _DIGITS
        kind = "digit" if is_digits else "class"
        headers = [kind, *(f"answered {name}" for name in self._classes), "right"]
        if self._table is None:
            return headers, []
        shares = class_accuracy(self._table)
        return headers, [
            [
                digit if is_digits else name,
                *map(int, self._table[digit]),
                float(shares[digit]),
            ]
            for digit, name in enumerate(self._classes)
        ]

    def _paint_head(self, painter: QPainter) -> None:
        theme = current_theme()
        painter.setFont(theme.font("small", "bold"))
        painter.setPen(theme.palette.qcolor("muted"))
        line = theme.px(_LINE)
        for digit, name in enumerate(self._classes):
            column, row = self._cell(0, digit), self._cell(digit, 0)
            above = QRectF(column.left(), 0, column.width(), line)
            _draw_fitting(painter, above, name)
            beside = QRectF(0, row.top(), row.left() - (4 if len(name) > 1 else 0), row.height())
            _draw_fitting(painter, beside, name)
        painter.setFont(theme.font("small"))
        right = self._cell(0, len(self._classes) - 1).right()
        painter.drawText(
            QRectF(right, 0, self.width() - right, line),
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
            "read right",
        )

    def _paint_cells(self, painter: QPainter, table: NDArray[np.int64]) -> None:
        theme = current_theme()
        palette = theme.palette
        shares = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
        texts = [[str(count) if count else "" for count in row] for row in table.tolist()]
        widest = max((text for row in texts for text in row), key=len, default="")
        painter.setFont(_fitting(widest, self._cell(0, 0).width() - _MARGINS, theme.font("small")))
        for actual in range(len(self._classes)):
            for answered in range(len(self._classes)):
                box = self._cell(actual, answered).adjusted(0.5, 0.5, -0.5, -0.5)
                share = float(shares[actual, answered])
                color = palette.qcolor("text")
                if actual == answered:
                    painter.fillRect(box, palette.qcolor("selection"))
                elif share > 0:
                    # By the root, or nobody would see the rare ones.
                    strength = min((share / _FULL_SHARE) ** 0.5, 1.0)
                    alpha = _FAINTEST + (_STRONGEST - _FAINTEST) * strength
                    ground = mixed(palette.qcolor("panel"), palette.qcolor("negative"), alpha)
                    painter.fillRect(box, ground)
                    color = readable_on(ground)
                else:
                    painter.fillRect(box, palette.qcolor("field"))
                painter.setPen(color)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, texts[actual][answered])

    def _paint_bars(self, painter: QPainter, table: NDArray[np.int64]) -> None:
        theme = current_theme()
        palette = theme.palette
        shares = class_accuracy(table)
        figure = theme.px(_FIGURE)
        painter.setFont(theme.font("small"))
        for digit, share in enumerate(shares.tolist()):
            row = self._cell(digit, len(self._classes) - 1)
            left = row.right() + theme.px(10)
            whole = max(self.width() - figure - left - 4, 0)
            bar = QRectF(left, row.center().y() - 3, whole, 6)
            painter.fillRect(bar, palette.qcolor("grid"))
            if not np.isnan(share):
                bar.setWidth(whole * share)
                painter.fillRect(bar, palette.qcolor("test"))
            painter.setPen(palette.qcolor("text"))
            painter.drawText(
                QRectF(self.width() - figure, row.top(), figure, row.height()),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                percent_text(share),
            )

    def _cell(self, actual: int, answered: int) -> QRectF:
        theme = current_theme()
        left, top, height = self._label_width(), theme.px(_LINE), theme.px(_ROW)
        # In little room the bars give way before the counts do.
        widest = QFontMetrics(theme.font("small")).horizontalAdvance(_WIDEST)
        counts = len(self._classes) * (_TIGHT * widest + _MARGINS)
        least, most = theme.px(_FIGURE + _SHORTEST_BAR), theme.px(_BARS)
        bars = min(max(self.width() - left - counts, least), most)
        # In much room, the bars take what the counts have no use for.
        bars = max(bars, self.width() - left - len(self._classes) * theme.px(_LARGEST_CELL))
        width = max((self.width() - left - bars) / len(self._classes), _SMALLEST_CELL)
        return QRectF(left + answered * width, top + actual * height, width, height)

    def _label_width(self) -> int:
        """Return the room for the names of the rows: what the longest needs, within reason."""
        theme = current_theme()
        metrics = QFontMetrics(theme.font("small", "bold"))
        widest = max(metrics.horizontalAdvance(name) for name in self._classes)
        return min(max(widest + 8, theme.px(_LABEL)), theme.px(_LONGEST_LABEL))

    def _cell_at(self, point: QPointF) -> tuple[int, int] | None:
        first = self._cell(0, 0)
        column = (point.x() - first.left()) // first.width()
        row = (point.y() - first.top()) // first.height()
        inside = 0 <= row < len(self._classes) and 0 <= column < len(self._classes)
        return (int(row), int(column)) if inside and self._table is not None else None

    def _describe(self) -> None:
        if self._table is None:
            self.setAccessibleDescription("Nothing is counted yet.")
        else:
            self.setAccessibleDescription(self.value_text(*self._marked))

    @Slot()
    def _on_theme(self) -> None:
        self.updateGeometry()
        self.update()

    # Qt's own.

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return room for cells in which three figures fit."""
        theme = current_theme()
        height = theme.px(_LINE) + len(self._classes) * theme.px(_ROW) + 1
        return QSize(
            self._label_width() + theme.px(_BARS) + len(self._classes) * theme.px(34), height
        )

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return room for small cells."""
        theme = current_theme()
        width = (
            self._label_width()
            + theme.px(_FIGURE + _SHORTEST_BAR)
            + len(self._classes) * _SMALLEST_CELL
        )
        return QSize(width, self.sizeHint().height())

    @painted
    def paintEvent(  # noqa: N802 - Qt's name
        self, event: QPaintEvent, painter: QPainter
    ) -> None:
        """Paint digits, counts, bars and the frame of what is chosen."""
        theme = current_theme()
        palette = theme.palette
        if self._table is None:
            painter.setFont(theme.font())
            painter.setPen(palette.qcolor("muted"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            text = "How often each class gets each answer appears here."
            painter.drawText(self.rect(), flags, text)
            return
        self._paint_head(painter)
        self._paint_cells(painter, self._table)
        self._paint_bars(painter, self._table)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._chosen is not None:
            painter.setPen(QPen(palette.qcolor("text"), 2))
            painter.drawRect(self._cell(*self._chosen).adjusted(1, 1, -1, -1))
        if self.hasFocus():
            painter.setPen(QPen(palette.qcolor("positive"), 2))
            painter.drawRect(self._cell(*self._marked).adjusted(1, 1, -1, -1))

    def event(self, event: QEvent) -> bool:
        """Tell the numbers of the cell under the mouse."""
        if isinstance(event, QHelpEvent):
            cell = self._cell_at(QPointF(event.pos()))
            if cell is not None:
                told = f"{self.value_text(*cell)}. Click to see them."
                QToolTip.showText(event.globalPos(), told, self)
                return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Remember the cell."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self._cell_at(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Choose the cell, if the mouse is still on it."""
        cell, self._pressed = self._pressed, None
        if cell is not None and cell == self._cell_at(event.position()):
            self._marked = cell
            self.cell_clicked.emit(*cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Move the mark, or choose its cell; leave every other key to the window."""
        key = Qt.Key(event.key())
        if self._table is not None and key in _MOVES:
            row, column = (
                min(max(place + move, 0), len(self._classes) - 1)
                for place, move in zip(self._marked, _MOVES[key], strict=True)
            )
            self._marked = (row, column)
            self._describe()
            self.update()
        elif self._table is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.cell_clicked.emit(*self._marked)
        else:
            super().keyPressEvent(event)


def _draw_fitting(painter: QPainter, box: QRectF, text: str) -> None:
    """Write a name in the middle of `box`, as much of it as there is room for."""
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)


def _fitting(text: str, room: float, font: QFont) -> QFont:
    """Return `font`, or as much smaller as `text` needs for `room` pixels."""
    widest = max(QFontMetrics(font).horizontalAdvance(text), 1)
    fitting = QFont(font)
    fitting.setPixelSize(max(7, min(font.pixelSize(), int(font.pixelSize() * room / widest))))
    return fitting
