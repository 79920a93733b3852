"""A table of cells by two settings, the bluer the better; a cell can be chosen."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
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
from gdstudio.app.widgets.labels import literal_text
from gdstudio.app.widgets.painting import painted

_STRONGEST, _FAINTEST = 0.85, 0.06
# In pixels, at the usual size of text.
_LINE, _HIGHEST_ROW, _LEAST_CELL, _MOST_LABEL = 22, 56, 36, 140
_MOVES = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


@dataclass(frozen=True)
class HeatCell:
    """One cell.

    Attributes:
        key: what it is known by; None for one that cannot be chosen.
        text: what stands in it.
        share: 0 is the worst, 1 the best; None has no colour.
        told: the same in words.
    """

    key: int | None = None
    text: str = ""
    share: float | None = None
    told: str = ""


class HeatMapView(QWidget):
    """Cells in rows and columns that have names. Arrows move the mark, Enter opens the cell.

    Signals:
        chosen(int), opened(int): the key of a cell.
    """

    chosen = Signal(int)
    opened = Signal(int)

    def __init__(self, *, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._rows: tuple[str, ...] = ()
        self._columns: tuple[str, ...] = ()
        self._labels = ("", "")
        self._cells: tuple[tuple[HeatCell, ...], ...] = ()
        self._key: int | None = None
        current_theme().changed.connect(self._on_theme)

    def set_cells(
        self,
        labels: tuple[str, str],
        rows: Sequence[str],
        columns: Sequence[str],
        cells: Sequence[Sequence[HeatCell]],
    ) -> None:
        """Show `cells`, row by row; `labels` say what rows and columns are."""
        self._labels, self._rows, self._columns = labels, tuple(rows), tuple(columns)
        self._cells = tuple(map(tuple, cells))
        self.setAccessibleName(f"{labels[0]} by {labels[1]}" if rows else "Map")
        self._describe()
        self.update()

    def choose(self, key: int | None) -> None:
        """Frame the cell of `key`, or none, without a signal."""
        self._key = key
        self._describe()
        self.update()

    def cell_rect(self, row: int, column: int) -> QRectF:
        """Return where a cell is, in the widget's pixels."""
        left, top = self._left(), self._top()
        width = (self.width() - left - 1) / max(len(self._columns), 1)
        height = (self.height() - top - 1) / max(len(self._rows), 1)
        height = min(height, current_theme().px(_HIGHEST_ROW))
        return QRectF(left + column * width, top + row * height, width, height)

    def text_at(self, row: int, column: int) -> str:
        """Return what stands in a cell."""
        return self._cells[row][column].text

    def table(self) -> tuple[list[str], list[list[str]]]:
        """Return headers and rows, for a CSV."""
        heads = [f"{self._labels[0]} \\ {self._labels[1]}", *self._columns]
        rows = zip(self._rows, self._cells, strict=True)
        return heads, [[name, *(cell.text for cell in cells)] for name, cells in rows]

    def _left(self) -> int:
        theme = current_theme()
        metrics = QFontMetrics(theme.font("small"))
        widest = max(map(metrics.horizontalAdvance, (self._labels[0], *self._rows)))
        return min(widest + 12, theme.px(_MOST_LABEL), max(self.width() // 3, 1))

    def _top(self) -> int:
        return 2 * current_theme().px(_LINE)

    def _at(self, place: QPointF) -> tuple[int, int] | None:
        for row, cells in enumerate(self._cells):
            for column in range(len(cells)):
                if self.cell_rect(row, column).contains(place):
                    return row, column
        return None

    def _place(self) -> tuple[int, int] | None:
        return next(
            (
                (row, column)
                for row, cells in enumerate(self._cells)
                for column, cell in enumerate(cells)
                if cell.key is not None and cell.key == self._key
            ),
            None,
        )

    def _take(self, row: int, column: int) -> None:
        key = self._cells[row][column].key
        if key is not None:
            self.choose(key)
            self.chosen.emit(key)

    def _describe(self) -> None:
        place = self._place()
        what = "" if place is None else f"{self._cells[place[0]][place[1]].told}. "
        self.setAccessibleDescription(f"{what}The arrows choose a cell, Enter opens it as a run.")

    @Slot()
    def _on_theme(self) -> None:
        self.updateGeometry()
        self.update()

    # Qt's own.

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return room for cells of which one reads a little."""
        theme = current_theme()
        rows, columns = max(len(self._rows), 1), max(len(self._columns), 1)
        width = min(columns * theme.px(_LEAST_CELL) + theme.px(60), theme.px(320))
        return QSize(width, min(rows, 8) * theme.px(_LINE) + self._top())

    @painted
    def paintEvent(self, event: QPaintEvent, painter: QPainter) -> None:  # noqa: N802
        """Paint names and cells."""
        theme = current_theme()
        palette, line = theme.palette, theme.px(_LINE)
        metrics = QFontMetrics(theme.font("small"))
        centre, left = Qt.AlignmentFlag.AlignCenter, self._left()

        def write(box: QRectF, text: str, flags: Qt.AlignmentFlag = centre) -> None:
            fits = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()) - 4)
            painter.drawText(box, flags, fits)

        painter.setFont(theme.font("small"))
        painter.setPen(palette.qcolor("muted"))
        vertical = Qt.AlignmentFlag.AlignVCenter
        write(QRectF(0, line, left, line), self._labels[0], vertical | Qt.AlignmentFlag.AlignLeft)
        write(QRectF(left, 0, self.width() - left, line), self._labels[1])
        for row, cells in enumerate(self._cells):
            for column, cell in enumerate(cells):
                box = self.cell_rect(row, column)
                if not row:
                    painter.setPen(palette.qcolor("text"))
                    write(QRectF(box.left(), line, box.width(), line), self._columns[column])
                if not column:
                    painter.setPen(palette.qcolor("text"))
                    place = QRectF(0, box.top(), left - 6, box.height())
                    write(place, self._rows[row], vertical | Qt.AlignmentFlag.AlignLeft)
                inner = box.adjusted(1, 1, -1, -1)
                color = palette.qcolor("field")
                if cell.share is not None:
                    strength = _FAINTEST + (_STRONGEST - _FAINTEST) * cell.share
                    color = mixed(palette.qcolor("panel"), palette.qcolor("positive"), strength)
                painter.fillRect(inner, color)
                if cell.key is not None and cell.share is None:
                    painter.setPen(palette.qcolor("negative"))
                else:
                    painter.setPen(readable_on(color))
                write(inner, cell.text)
                if cell.key is not None and cell.key == self._key:
                    painter.setPen(QPen(palette.qcolor("text"), 2))
                    painter.drawRect(inner.adjusted(1, 1, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Choose the cell."""
        place = self._at(event.position())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self._take(*place)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Open the cell."""
        place = self._at(event.position())
        key = None if place is None else self._cells[place[0]][place[1]].key
        if key is not None:
            self.opened.emit(key)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Choose the neighbour by the arrows, open by Enter."""
        move, place = _MOVES.get(Qt.Key(event.key())), self._place()
        if move is not None and self._cells:
            row, column = (0, 0) if place is None else (place[0] + move[0], place[1] + move[1])
            self._take(
                min(max(row, 0), len(self._rows) - 1), min(max(column, 0), len(self._columns) - 1)
            )
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._key is not None:
            self.opened.emit(self._key)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Say of the cell below the mouse what it is."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self._at(QPointF(event.pos()))
            told = "" if place is None else self._cells[place[0]][place[1]].told
            QToolTip.showText(event.globalPos(), literal_text(told), self)
            return True
        return super().event(event)
