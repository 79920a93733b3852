"""A list with names: each row has one, and numbers beside it; a row can be chosen."""

from collections.abc import Hashable, Sequence
from typing import Any

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QSizePolicy

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.tables.columns import Column, TextColumn
from gdstudio.app.widgets.tables.number_model import BRIEFEST, NumberModel
from gdstudio.app.widgets.tables.table_view import ROW_HEIGHT, TableView

_PADDING = 16
_NAME_LETTERS = 18


class RankedTable(TableView):
    """Names with numbers, in an order of their own; what was chosen is followed as they change.

    Signals:
        row_chosen(object): the key of the row that the user chose.
    """

    row_chosen = Signal(object)

    def __init__(self, *, name: str, accessible: str, rows_shown: int = 8) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self._keys: list[Hashable] = []
        self._rows_shown = rows_shown
        self._model = NumberModel()
        self.setModel(self._model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.resized.connect(self._fit_columns)
        self.selectionModel().currentRowChanged.connect(self._on_current)
        current_theme().changed.connect(self._restyle)
        self._restyle()

    def set_rows(
        self,
        names: Sequence[str],
        columns: Sequence[Column | TextColumn],
        *,
        title: str,
        keys: Sequence[Hashable] | None = None,
    ) -> None:
        """Show a row for each of `names`, with `columns` of as many numbers or texts.

        A row is known by its key, which is its name unless `keys` are given.
        """
        rows = self._model.rowCount()
        self._keys = list(names if keys is None else keys)
        self._model.replace([TextColumn(title, list(names)), *columns])
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
        return self._model.text(row, column)

    def table(self) -> tuple[list[str], list[list[Any]]]:
        """Return headers and rows with all figures, for a CSV."""
        return self._model.table()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return room for the rows wished for."""
        heading = self.horizontalHeader().sizeHint().height()
        return QSize(280, heading + self._rows_shown * current_theme().px(ROW_HEIGHT) + 4)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the height of the rows wished for, and little width."""
        return QSize(160, self.sizeHint().height())

    @Slot()
    def _fit_columns(self) -> None:
        """Give the numbers what they need, more briefly written if need be; the names the rest."""
        theme = current_theme()
        plain, bold = QFontMetrics(theme.font("small")), QFontMetrics(theme.font("small", "bold"))
        model = self._model
        room = self.viewport().width()
        for brevity in range(BRIEFEST + 1):
            model.set_brevity(brevity)
            needs = [
                max(
                    bold.horizontalAdvance(column.title),
                    *(plain.horizontalAdvance(text) for text in model.widest(place)),
                )
                + _PADDING
                for place, column in enumerate(model.columns)
                if place
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
        self.verticalHeader().setDefaultSectionSize(current_theme().px(ROW_HEIGHT))
        self._fit_columns()
        self.updateGeometry()
        self.viewport().update()
