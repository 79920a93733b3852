"""Columns of numbers as Qt's tables ask for them: a cell is written when it is looked at."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from gdstudio.app.number_format import number_text
from gdstudio.app.theme import current_theme

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        title: its header.
        values: numbers, shape (n,).
        signed: whether positive is blue with a plus, negative orange.
        tooltip: what the header explains.
        figures: how many significant figures the largest value shows; the others of the column
            have as many decimals as that one.
    """

    title: str
    values: ArrayLike
    signed: bool = False
    tooltip: str = ""
    figures: int = 3


class NumberModel(QAbstractTableModel):
    """The columns, written cell by cell when asked."""

    def __init__(self) -> None:
        super().__init__()
        self.columns: list[Column] = []
        self.arrays: list[np.ndarray] = []
        self.decimals: list[int | None] = []

    def replace(self, columns: Sequence[Column]) -> None:
        """Show other columns; a table of the same shape is refreshed, not reset."""
        arrays = [np.asarray(column.values) for column in columns]
        rows = len(arrays[0]) if arrays else 0
        same_shape = rows == self.rowCount() and [(c.title, c.tooltip) for c in columns] == [
            (c.title, c.tooltip) for c in self.columns
        ]
        if not same_shape:
            self.beginResetModel()
        self.columns, self.arrays = list(columns), arrays
        self.decimals = [
            _decimals(array, column.figures) for array, column in zip(arrays, columns, strict=True)
        ]
        if not same_shape:
            self.endResetModel()
        elif rows:
            self.dataChanged.emit(self.index(0, 0), self.index(rows - 1, len(columns) - 1))

    def text(self, row: int, column: int) -> str:
        """Return what a cell shows."""
        return self.written(float(self.arrays[column][row]), column)

    def written(self, value: float, column: int) -> str:
        """Return `value` as the numbers of a column are written."""
        spec, decimals = self.columns[column], self.decimals[column]
        if decimals is None or not math.isfinite(value):
            return number_text(value, 2, sign=spec.signed)
        text = f"{value:{'+' if spec.signed else ''},.{decimals}f}"
        return text.replace("-", "−")

    def widest(self, column: int) -> list[str]:
        """Return the texts of a column that could be the widest."""
        array = self.arrays[column]
        if not len(array):
            return []
        return [self.written(float(value), column) for value in (array.min(), array.max())]

    def rowCount(self, parent: _Index = _ROOT) -> int:  # noqa: N802 - Qt's name
        """Return how many rows there are."""
        return 0 if parent.isValid() or not self.arrays else len(self.arrays[0])

    def columnCount(self, parent: _Index = _ROOT) -> int:  # noqa: N802 - Qt's name
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the text of a cell, its colour, its place, and all its figures as a tooltip."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(index.row(), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole and self.columns[index.column()].signed:
            value = self.arrays[index.column()][index.row()]
            return current_theme().palette.qcolor(sign_color(float(value)))
        if role == Qt.ItemDataRole.ToolTipRole:
            value = float(self.arrays[index.column()][index.row()])
            return f"{self.columns[index.column()].title}: {number_text(value, 9)}"
        return None

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
            return self.columns[section].tooltip or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None


def _decimals(values: np.ndarray, figures: int) -> int | None:
    """Return the decimals at which the largest value has `figures`; None for very small ones."""
    largest = float(np.abs(values).max(initial=0.0, where=np.isfinite(values)))
    if largest == 0.0:
        return 0
    if largest < 1e-4:
        return None
    return max(0, figures - 1 - math.floor(math.log10(largest) + 1e-9))


def sign_color(value: float) -> str:
    """Return the palette's name for the colour of a signed number."""
    return "positive" if value > 0 else "negative" if value < 0 else "text"
