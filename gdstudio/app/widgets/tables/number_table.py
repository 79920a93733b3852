"""A table of numbers, of any length: only the cells one sees are written."""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from PySide6.QtCore import (
    QPoint,
    QRect,
    QSize,
    Qt,
    Slot,
)
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QHeaderView,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gdstudio.app.motion import FADE_MILLISECONDS, Glide
from gdstudio.app.theme import FontWeight, current_theme
from gdstudio.app.widgets.painting import painted
from gdstudio.app.widgets.scroll_area import keep_gutter
from gdstudio.app.widgets.tables.columns import BarColumn, Column, TextColumn
from gdstudio.app.widgets.tables.number_cell import CELL_MARGIN, NumberCell
from gdstudio.app.widgets.tables.number_model import BRIEFEST, NumberModel
from gdstudio.app.widgets.tables.table_view import ROW_HEIGHT, TableView

_PADDING = 6  # what a cell takes beside its text: its margin, and what parts it from the next
_TREMBLE = 4
_ROWS_WISHED = 10


# All figures are equally wide, and no kerning moves them: numbers are measured sign by sign.
_NUMERIC = frozenset("0123456789.,+−–×⁰¹²³⁴⁵⁶⁷⁸⁹⁻ ")


class _Widths(dict[str, float]):
    """How wide texts are in a font; each is measured once, and of numbers each sign."""

    def __init__(self, font: QFont) -> None:
        self._metrics = QFontMetricsF(font)

    def __missing__(self, text: str) -> float:
        if len(text) > 1 and _NUMERIC.issuperset(text):
            return sum(map(self.__getitem__, text))
        self[text] = width = self._metrics.horizontalAdvance(text)
        return width


@lru_cache(maxsize=8)
def _widths(_pixels: int, weight: FontWeight) -> _Widths:
    return _Widths(current_theme().font("small", weight))


def column_width(texts: Sequence[str], strong: Sequence[str]) -> int:
    """Return the pixels that a column needs for its texts, and for those that stand out."""
    size = current_theme().font("small").pixelSize()
    plain, bold = _widths(size, "regular"), _widths(size, "bold")
    widths = [plain[text] for text in (*texts, "0.00")] + [bold[text] for text in strong]
    return math.ceil(max(widths)) + _PADDING


class _SumRow(QWidget):
    """The sums, below the columns they belong to."""

    def __init__(self, header: QHeaderView, model: NumberModel) -> None:
        super().__init__()
        self.sums: dict[str, float] = {}
        self._header, self._model = header, model
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        header.sectionResized.connect(self._on_moved)
        header.geometriesChanged.connect(self._on_moved)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(80, current_theme().px(26))

    @painted
    def paintEvent(  # noqa: N802 - Qt's name
        self, event: QPaintEvent, painter: QPainter
    ) -> None:
        theme = current_theme()
        # The view has a frame, and where it scrolls its columns have moved.
        columns = self._header.viewport()
        left = self.mapFromGlobal(columns.mapToGlobal(QPoint(0, 0))).x()
        painter.setPen(theme.palette.qcolor("line"))
        painter.drawLine(0, 0, left + columns.width(), 0)
        # What is scrolled out of the columns' view is not to stand beside it.
        painter.setClipRect(QRect(left, 0, columns.width(), self.height()))
        painter.setFont(theme.font("small", "bold"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        boxes = [
            QRect(
                left + self._header.sectionViewportPosition(i), 0,
                self._header.sectionSize(i) - CELL_MARGIN, self.height(),
            )
            for i in range(len(self._model.columns))
        ]  # fmt: skip
        summed = [i for i, c in enumerate(self._model.columns) if c.title in self.sums]
        if summed and summed[0] > 0:
            painter.setPen(theme.palette.qcolor("text"))
            painter.drawText(boxes[summed[0] - 1], right, "Σ")
        for i in summed:
            value = self.sums[self._model.columns[i].title]
            painter.setPen(theme.palette.qcolor(self._model.color_of(value, i)))
            painter.drawText(boxes[i], right, self._model.total(value, i))

    @Slot()
    def _on_moved(self) -> None:
        self.update()


class Cell(NamedTuple):
    """One cell of a table."""

    table: "NumberTable"
    row: int
    column: int

    @property
    def text(self) -> str:
        """What the cell shows."""
        return self.table.cell_text(self.row, self.column)

    def box(self, within: QWidget) -> QRect | None:
        """Return where it is in the pixels of `within`; None if it is not in sight there."""
        view = self.table.view
        viewport = view.viewport()
        box = view.visualRect(view.model().index(self.row, self.column))
        is_there = viewport.isVisible() and within.isAncestorOf(viewport)
        if not (is_there and viewport.rect().contains(box.center())):
            return None
        return box.translated(viewport.mapTo(within, QPoint(0, 0)))


class NumberTable(QWidget):
    """Columns of numbers with their sums pinned below; Ctrl+C copies what is selected."""

    def __init__(self, *, name: str = "", scrolls: bool = True) -> None:
        """Make an empty table; one that never `scrolls` needs no room for a scroll bar."""
        super().__init__()
        self.setObjectName(name)
        self._model = NumberModel()
        self.view = TableView()
        self.view.setModel(self._model)
        self._cell = NumberCell(self.view)
        self.view.setItemDelegate(self._cell)
        self._fade = Glide(self._fade_out, self, milliseconds=FADE_MILLISECONDS)
        self.view.setAccessibleName(name.replace("_", " ") or "Table")
        if scrolls:
            # How briefly numbers are written depends on the width, and with it the height.
            keep_gutter(self.view)
        header = self.view.horizontalHeader()
        self._sums = _SumRow(header, self._model)
        self._sums.hide()
        self.view.resized.connect(self._fit_columns)
        self.view.horizontalScrollBar().valueChanged.connect(self._sums.update)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.view, 1)
        layout.addWidget(self._sums)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        current_theme().changed.connect(self._restyle)
        self._restyle()

    def set_columns(
        self, columns: Sequence[Column | TextColumn], sums: Mapping[str, float] | None = None
    ) -> None:
        """Show `columns`, all of one length, and `sums` by title of the column they belong to.

        With the same titles and the same number of rows, what is selected and scrolled to stays.
        """
        wished = self.sizeHint()
        self._fade.finish()
        self._model.replace(columns)
        if self.sizeHint() != wished:
            self.updateGeometry()
        self._sums.sums = dict(sums or {})
        self._sums.setVisible(bool(sums))
        self._fit_columns()
        self._sums.update()

    def mark_new(self, *, row: int | None = None, column: int | None = None) -> None:
        """Let the cells of a row or a column stand out for a moment: their numbers are new."""
        if self.isVisible():
            self._cell.new_row, self._cell.new_column = row, column
            self._fade.begin()

    def set_awaited(self, cell: Cell, awaited: bool) -> None:
        """Paint `cell` of this table empty, or no longer: its number is on the way there."""
        change = self._cell.awaited.add if awaited else self._cell.awaited.discard
        change((cell.row, cell.column))
        self.view.viewport().update()

    def _fade_out(self, share: float) -> None:
        self._cell.newness = 1.0 - share
        self.view.viewport().update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return room for ten rows with their heading and sums, or for as many as there are."""
        theme = current_theme()
        rows = min(max(self._model.rowCount(), 1), _ROWS_WISHED)
        heading = self.view.horizontalHeader().sizeHint().height()
        return QSize(280, heading + rows * theme.px(ROW_HEIGHT) + theme.px(26) + 4)

    def has_room_for(self, columns: Sequence[Column | TextColumn]) -> bool:
        """Return whether columns of texts would fit without scrolling sideways."""
        needs = (
            column_width(
                texts,
                [column.title, *(texts if any(column.strong) else ())],
            )
            for column in columns
            for texts in [column.values if isinstance(column, TextColumn) else column.texts]
        )
        return sum(needs) <= self.room

    @property
    def room(self) -> int:
        """The pixels that the columns have together."""
        return self.view.viewport().width()

    def show_all_rows(self) -> None:
        """Be exactly as high as the rows are."""
        bar = self.view.horizontalScrollBar()
        scrolls = self.view.horizontalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAsNeeded
        height = (
            self.view.horizontalHeader().sizeHint().height()
            + self.row_count() * current_theme().px(ROW_HEIGHT)
            + 2 * self.view.frameWidth()
            + (bar.sizeHint().height() if scrolls else 0)
        )
        if height != self.height() or self.minimumHeight() != height:
            self.setFixedHeight(height)

    def row_count(self) -> int:
        """Return how many rows there are, without the sums."""
        return self._model.rowCount()

    def cell_text(self, row: int, column: int) -> str:
        """Return what a cell shows."""
        return self._model.text(row, column)

    def table(self) -> tuple[list[str], list[list[Any]]]:
        """Return headers and rows with all figures, for a CSV."""
        return self._model.table()

    @Slot()
    def _fit_columns(self) -> None:
        """Give each column what it needs, more briefly written if need be; share out the rest."""
        header, viewport = self.view.horizontalHeader(), self.view.viewport()
        for brevity in range(BRIEFEST + 1):
            self._model.set_brevity(brevity)
            needs = self._needs()
            room = viewport.width() - sum(needs)
            if room >= 0:
                break
        policy = Qt.ScrollBarPolicy
        self.view.setHorizontalScrollBarPolicy(
            policy.ScrollBarAlwaysOff if room >= 0 else policy.ScrollBarAsNeeded
        )
        share, rest = divmod(max(room, 0), max(len(needs), 1))
        widths = [need + share + (1 if i < rest else 0) for i, need in enumerate(needs)]
        sizes = [header.sectionSize(i) for i in range(len(needs))]
        # Small changes are left alone, or the table would tremble while numbers change.
        steady = all(abs(a - b) <= _TREMBLE for a, b in zip(sizes, widths, strict=True))
        fits = all(a >= b for a, b in zip(sizes, needs, strict=True))
        if steady and fits and sum(sizes) == viewport.width():
            return
        for i, width in enumerate(widths):
            header.resizeSection(i, width)

    def _needs(self) -> list[int]:
        """Return the pixels that each column needs."""
        needs = []
        for i, column in enumerate(self._model.columns):
            texts, strong = self._model.widest(i), [column.title]
            if column.title in self._sums.sums:
                strong.append(self._model.total(self._sums.sums[column.title], i))
            if not isinstance(column, BarColumn) and any(column.strong):
                strong += texts
            needs.append(column_width(texts, strong))
        return needs

    @Slot()
    def _restyle(self) -> None:
        self._fit_columns()
        self.view.verticalHeader().setDefaultSectionSize(current_theme().px(ROW_HEIGHT))
        self.view.viewport().update()
        self._sums.updateGeometry()
        self._sums.update()
