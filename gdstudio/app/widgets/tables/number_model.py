"""Columns of numbers and of texts as Qt's tables ask for them: a cell is written when looked at.

Numbers may be typed, and texts be checked; whoever owns the table hears of it, and the columns
change when they are replaced.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.colors import sign_color
from gdstudio.app.widgets.labels import literal_text
from gdstudio.app.widgets.tables.columns import AnyColumn, BarColumn, Column, TextColumn
from gdstudio.number_text import in_thousands, number_text, short_text

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()

# How briefly numbers can be written: with the figures that a column asks for; with k and M from
# 10,000 on; and at last with two figures, or one and a power of ten. Columns of fixed decimals keep
# them, so that rows can be worked out by hand: of these only the sums become briefer.
BRIEFEST = 2
_FEWEST_FIGURES = 2
_SUM_FIGURES = 3
# Where there is little room, the sum of a column of fixed decimals has this number of figures.
_BRIEF_SUM_FIGURES = 4
# From here on a column of fixed decimals writes its numbers with powers of ten.
_LARGEST_PLAIN, _FIXED_FIGURES = 1e12, 6


@dataclass(frozen=True)
class _Form:
    """How the numbers of a column are written; without `decimals` each has its own power of ten."""

    decimals: int | None
    thousands: int = 0
    brevity: int = 0
    figures: int = _FEWEST_FIGURES
    is_fixed: bool = False

    def written(self, value: float, *, signed: bool) -> str:
        if self.decimals is None or not abs(value) < _LARGEST_PLAIN:
            write = short_text if self.brevity else number_text
            return write(value, self.figures, sign=signed)
        return in_thousands(value, self.thousands, self.decimals, sign=signed)

    def total(self, value: float, *, signed: bool) -> str:
        """Return a sum.

        One far smaller than its summands has its own figures; one far larger needs fewer decimals.
        """
        if self.is_fixed and self.brevity and self.decimals and 0 < abs(value) < _LARGEST_PLAIN:
            exponent = math.floor(math.log10(abs(value)))
            decimals = max(0, _BRIEF_SUM_FIGURES - 1 - exponent)
            return in_thousands(value, 0, min(decimals, self.decimals), sign=signed)
        if self.decimals is not None and not self.is_fixed and math.isfinite(value):
            last = 1000.0**self.thousands / 10.0**self.decimals
            if 0 < abs(value) < 10 * last:
                write = short_text if self.brevity else number_text
                return write(value, _SUM_FIGURES, sign=signed)
        return self.written(value, signed=signed)


class NumberModel(QAbstractTableModel):
    """The columns, written cell by cell when asked.

    Signals:
        checked(int, bool): a row was checked or unchecked.
        typed(int, int, str): a text was typed into a row, and into which column.
    """

    checked = Signal(int, bool)
    typed = Signal(int, int, str)

    def __init__(self) -> None:
        super().__init__()
        self.columns: list[AnyColumn] = []
        self.arrays: list[np.ndarray] = []
        self._shown: list[np.ndarray] = []
        self._brevity = 0
        self._forms: list[_Form] = []
        self._extremes: list[list[float]] = []

    def replace(self, columns: Sequence[AnyColumn]) -> None:
        """Show other columns; a table of the same shape is refreshed, not reset."""
        arrays = [_array(column) for column in columns]
        rows = len(arrays[0]) if arrays else 0
        same_shape = rows == self.rowCount() and [(c.title, c.tooltip) for c in columns] == [
            (c.title, c.tooltip) for c in self.columns
        ]
        if not same_shape:
            self.beginResetModel()
        try:
            self.columns, self.arrays = list(columns), arrays
            self._shown = [
                array
                if not isinstance(column, Column) or column.shown is None
                else np.asarray(column.shown)
                for array, column in zip(arrays, columns, strict=True)
            ]
            self._extremes = [
                _extremes(array) if isinstance(column, Column) else []
                for array, column in zip(self._shown, columns, strict=True)
            ]
            self._choose_forms()
        finally:  # a reset that has begun has to end
            if not same_shape:
                self.endResetModel()
        if same_shape:
            self._refresh()

    def set_brevity(self, brevity: int) -> None:
        """Write numbers at full length (0), or more briefly, up to `BRIEFEST`."""
        if brevity != self._brevity:
            self._brevity = brevity
            self._choose_forms()
            self._refresh()

    def text(self, row: int, column: int) -> str:
        """Return what a cell shows."""
        shown, one = self._shown[column][row], self.columns[column]
        if isinstance(one, TextColumn):
            return str(shown)
        if isinstance(one, BarColumn):
            return ""
        if one.texts:
            return one.texts[row]
        return "" if shown is None else self.written(float(shown), column)

    def color(self, row: int, column: int) -> str:
        """Return the palette's name for the colour of a cell."""
        one, shown = self.columns[column], self._shown[column][row]
        if isinstance(one, BarColumn):
            return sign_color(shown or 0.0)
        if one.colors:
            return one.colors[row]
        return "text" if shown is None else self.color_of(shown, column)

    def share(self, row: int, column: int) -> float | None:
        """Return a bar's share of the longest of its column, −1 to 1; None where there is none."""
        value = self._shown[column][row]
        if value is None:
            return None
        longest = max((abs(v) for v in self._shown[column] if v is not None), default=0.0)
        share = float(value) / longest if longest else 0.0
        return share if math.isfinite(share) else 0.0

    def color_of(self, value: float, column: int) -> str:
        """Return the palette's name for the colour of a number of a column."""
        return sign_color(value) if self._is_signed(column) else "text"

    def table(self) -> tuple[list[str], list[list[Any]]]:
        """Return headers and rows with all figures, for a CSV."""
        columns = [["" if v is None else v for v in array.tolist()] for array in self.arrays]
        titles = [column.title for column in self.columns]
        return titles, [list(row) for row in zip(*columns, strict=True)]

    def written(self, value: float, column: int) -> str:
        """Return `value` as the numbers of a column are written."""
        return self._forms[column].written(value, signed=self._is_signed(column))

    def total(self, value: float, column: int) -> str:
        """Return the sum of a column as it is written."""
        return self._forms[column].total(value, signed=self._is_signed(column))

    def widest(self, column: int) -> list[str]:
        """Return the texts of a column that could be the widest."""
        one, values = self.columns[column], self._extremes[column]
        if isinstance(one, TextColumn):
            return list(one.values) if one.whole else []
        if isinstance(one, Column) and one.texts:
            return sorted(one.texts, key=len)[-3:]
        if self._forms[column].decimals is None:
            # A number between them may have more figures than they have.
            values = [*values, *map(_with_all_figures, values)]
        return [self.written(value, column) for value in values]

    def _is_signed(self, column: int) -> bool:
        one = self.columns[column]
        return isinstance(one, Column) and one.signed

    def _side(self, column: int) -> Qt.AlignmentFlag:
        is_text = isinstance(self.columns[column], TextColumn)
        side = Qt.AlignmentFlag.AlignLeft if is_text else Qt.AlignmentFlag.AlignRight
        return side | Qt.AlignmentFlag.AlignVCenter

    def _choose_forms(self) -> None:
        self._forms = [
            _Form(0)
            if not isinstance(column, Column)
            else _Form(
                column.decimals, brevity=self._brevity, figures=_FIXED_FIGURES, is_fixed=True
            )
            if column.decimals is not None
            else _Form(None, brevity=self._brevity, figures=_fewer(column.figures, self._brevity))
            if column.each
            else _form(extremes, column.figures, self._brevity)
            for extremes, column in zip(self._extremes, self.columns, strict=True)
        ]

    def _refresh(self) -> None:
        if self.rowCount():
            last = self.index(self.rowCount() - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def rowCount(self, parent: _Index = _ROOT) -> int:  # noqa: N802 - Qt's name
        """Return how many rows there are."""
        return 0 if parent.isValid() or not self.arrays else len(self.arrays[0])

    def columnCount(self, parent: _Index = _ROOT) -> int:  # noqa: N802 - Qt's name
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Return what can be done with a cell."""
        column, row = self.columns[index.column()], index.row()
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if isinstance(column, TextColumn):
            if column.checks and not (column.fixed and column.fixed[row]):
                flags |= Qt.ItemFlag.ItemIsUserCheckable
            if column.editable:
                flags |= Qt.ItemFlag.ItemIsEditable
        elif isinstance(column, Column) and column.editable and column.editable[row]:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the text of a cell, its colour, its place, and all its figures as a tooltip."""
        row, place = index.row(), index.column()
        column = self.columns[place]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self.text(row, place)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._side(place)
        if role == Qt.ItemDataRole.ForegroundRole:
            is_text = isinstance(column, TextColumn) and not column.colors
            return None if is_text else current_theme().palette.qcolor(self.color(row, place))
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tooltip(row, place) or None
        if isinstance(column, TextColumn):
            if role == Qt.ItemDataRole.CheckStateRole and column.checks:
                return Qt.CheckState.Checked if column.checks[row] else Qt.CheckState.Unchecked
            if role == Qt.ItemDataRole.DecorationRole and column.marks:
                return column.marks[row]
        return None

    def setData(  # noqa: N802 - Qt's name
        self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        """Tell what was checked or typed; the columns change when they are replaced."""
        row, place = index.row(), index.column()
        flags = self.flags(index)
        if role == Qt.ItemDataRole.CheckStateRole and flags & Qt.ItemFlag.ItemIsUserCheckable:
            self.checked.emit(row, Qt.CheckState(value) == Qt.CheckState.Checked)
            return True
        is_other = str(value) != self.text(row, place)
        if role == Qt.ItemDataRole.EditRole and is_other and flags & Qt.ItemFlag.ItemIsEditable:
            self.typed.emit(row, place, str(value))
            return True
        return False

    def _tooltip(self, row: int, place: int) -> str:
        """Return what explains a cell: all figures of a number, the whole of a text."""
        column, value = self.columns[place], self.arrays[place][row]
        if isinstance(column, TextColumn):
            told = column.tooltips[row] if column.tooltips else ""
            return literal_text(told or (column.tooltip if column.colors else str(value)))
        if value is None:
            return literal_text(column.tooltip)
        told = f"{column.title}: {number_text(float(value), 9)}"
        is_typed = isinstance(column, Column) and column.editable and column.editable[row]
        return literal_text(f"{told}\n{column.tooltip}" if is_typed else told)

    def headerData(  # noqa: N802 - Qt's name
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Return a title and what explains it."""
        if orientation != Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.ToolTipRole:
            return literal_text(self.columns[section].tooltip) or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._side(section)
        return None


def _array(column: AnyColumn) -> np.ndarray:
    """Return the values of a column; as objects where they are texts, or where some are missing."""
    values = column.values
    is_text = isinstance(column, TextColumn)
    if is_text or (isinstance(values, Sequence) and any(value is None for value in values)):
        return np.asarray(values, object)
    return np.asarray(values)


def _extremes(values: np.ndarray) -> list[float]:
    """Return the lowest, the highest and the smallest of the finite values, and one that is not."""
    if values.dtype == object:
        values = np.array([value for value in values if value is not None], float)
    finite = np.isfinite(values)
    some = [] if finite.all() else [float(values[~finite][0])]
    values = values[finite & (values != 0)]
    if not len(values):
        return [0.0, *some]
    smallest = values[np.abs(values).argmin()]
    return [float(values.min()), float(values.max()), float(smallest), *some]


def _with_all_figures(value: float) -> float:
    """Return a number as large as `value` whose every figure is wide."""
    if value == 0 or not math.isfinite(value):
        return value
    power = math.floor(math.log10(abs(value)))
    return math.copysign(8.88888888 * 10.0 ** min(power, 307), value)


def _fewer(figures: int, brevity: int) -> int:
    """Return how many of the figures remain that a column asks for."""
    return min(figures, _FEWEST_FIGURES) if brevity == BRIEFEST else figures


def _form(extremes: Sequence[float], figures: int, brevity: int) -> _Form:
    """Return how a column is written: the largest value has `figures`, all have its decimals."""
    largest = max((abs(value) for value in extremes if math.isfinite(value)), default=0.0)
    if largest == 0.0:
        return _Form(0, brevity=brevity)
    if largest < 1e-4 or largest >= 1e9:
        return _Form(None, brevity=brevity, figures=1 if brevity == BRIEFEST else _FEWEST_FIGURES)
    figures = _fewer(figures, brevity)
    exponent = math.floor(math.log10(largest) + 1e-9)
    thousands = exponent // 3 if brevity and exponent >= 4 else 0
    return _Form(max(0, figures - 1 - exponent + 3 * thousands), thousands, brevity)
