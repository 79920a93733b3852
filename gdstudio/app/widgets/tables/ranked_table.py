"""A list with names: each row has one, and numbers beside it; a row can be chosen."""

from collections.abc import Hashable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableView

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.tables.number_model import BRIEFEST, Column, NumberModel

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()

_PADDING = 16
_NAME_LETTERS = 18


class _Model(QAbstractTableModel):
    """Names in the first column; the numbers are written by the model of all our tables."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers = NumberModel()
        self.title = ""
        self.names: Sequence[str] = ()

    def replace(self, title: str, names: Sequence[str], columns: Sequence[Column]) -> None:
        same = len(names) == len(self.names) and [c.title for c in columns] == [
            c.title for c in self.numbers.columns
        ]
        if not same:
            self.beginResetModel()
        try:
            self.title, self.names = title, names
            self.numbers.replace(columns)
        finally:  # a reset that has begun has to end
            if not same:
                self.endResetModel()
        if same and names:
            last = self.index(len(names) - 1, len(columns))
            self.dataChanged.emit(self.index(0, 0), last)

    def rowCount(self, parent: _Index = _ROOT) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self.names)

    def columnCount(self, parent: _Index = _ROOT) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self.numbers.columns) + 1

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = index.row(), index.column()
        if column:
            return self.numbers.data(self.numbers.index(row, column - 1), role)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.names[row]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(  # noqa: N802 - Qt's name
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if section or orientation != Qt.Orientation.Horizontal:
            return self.numbers.headerData(section - 1, orientation, role)
        if role == Qt.ItemDataRole.DisplayRole:
            return self.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None


class RankedTable(QTableView):
    """Names with numbers, in an order of their own; what was chosen is followed as they change.

    Signals:
        row_chosen(object): the key of the row that the user chose.
    """

    row_chosen = Signal(object)

    def __init__(self, *, name: str, accessible: str, rows_wished: int = 8) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self._keys: list[Hashable] = []
        self._rows_wished = rows_wished
        self._model = _Model()
        self.setModel(self._model)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(16)
        self.selectionModel().currentRowChanged.connect(self._on_current)
        current_theme().changed.connect(self._restyle)
        self._restyle()

    def set_rows(
        self,
        names: Sequence[str],
        columns: Sequence[Column],
        *,
        title: str,
        keys: Sequence[Hashable] | None = None,
    ) -> None:
        """Show a row for each of `names`, with `columns` of as many numbers.

        A row is known by its key, which is its name unless `keys` are given.
        """
        rows = len(self._model.names)
        self._keys = list(names if keys is None else keys)
        self._model.replace(title, list(names), columns)
        if rows != len(names):
            self.updateGeometry()
        self._fit_columns()

    def choose(self, key: Hashable | None) -> None:
        """Mark the row of `key`, or none where it is not listed, without a signal."""
        selection = self.selectionModel()
        row = self._keys.index(key) if key in self._keys else None
        with QSignalBlocker(selection):
            if row is None:
                selection.clear()
            elif selection.currentIndex().row() != row or not selection.isRowSelected(row):
                flags = QItemSelectionModel.SelectionFlag
                selection.setCurrentIndex(
                    self._model.index(row, 0), flags.ClearAndSelect | flags.Rows
                )
        self.viewport().update()

    def row_count(self) -> int:
        """Return how many rows there are."""
        return self._model.rowCount()

    def cell_text(self, row: int, column: int) -> str:
        """Return what a cell shows; column 0 has the names."""
        return str(self._model.data(self._model.index(row, column)))

    def table(self) -> tuple[list[str], list[list[Any]]]:
        """Return headers and rows with all figures, for a CSV."""
        numbers = self._model.numbers
        headers = [self._model.title, *(column.title for column in numbers.columns)]
        columns = [array.tolist() for array in numbers.arrays]
        return headers, [
            [name, *cells] for name, *cells in zip(self._model.names, *columns, strict=True)
        ]

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return room for the rows wished for."""
        heading = self.horizontalHeader().sizeHint().height()
        return QSize(280, heading + self._rows_wished * current_theme().px(24) + 4)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the height of the rows wished for, and little width."""
        return QSize(160, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Give the columns their room anew."""
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Give the numbers what they need, more briefly written if need be; the names the rest."""
        theme = current_theme()
        plain, bold = QFontMetrics(theme.font("small")), QFontMetrics(theme.font("small", "bold"))
        numbers = self._model.numbers
        room = self.viewport().width()
        for brevity in range(BRIEFEST + 1):
            numbers.set_brevity(brevity)
            needs = [
                max(
                    bold.horizontalAdvance(column.title),
                    *(plain.horizontalAdvance(text) for text in numbers.widest(place)),
                )
                + _PADDING
                for place, column in enumerate(numbers.columns)
            ]
            if room - sum(needs) >= plain.averageCharWidth() * _NAME_LETTERS:
                break
        widths = [max(room - sum(needs), 0), *needs]
        header = self.horizontalHeader()
        for place, width in enumerate(widths[: header.count()]):
            if header.sectionSize(place) != width:
                header.resizeSection(place, width)

    @Slot(QModelIndex)
    def _on_current(self, current: QModelIndex) -> None:
        if current.isValid():
            self.row_chosen.emit(self._keys[current.row()])

    @Slot()
    def _restyle(self) -> None:
        self.verticalHeader().setDefaultSectionSize(current_theme().px(24))
        self._fit_columns()
        self.updateGeometry()
        self.viewport().update()
