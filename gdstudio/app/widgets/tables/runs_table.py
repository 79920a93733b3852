"""Kept runs as a table: their names, what differs, what came of them; sorted by any column."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QItemSelectionModel, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.tables.columns import AnyColumn, Column, TextColumn
from gdstudio.app.widgets.tables.number_model import NumberModel
from gdstudio.app.widgets.tables.table_view import ROW_HEIGHT, CellEditor, TableView

_PADDING, _CHECK, _MARK = 18, 30, 12
_ROWS_WISHED = 12


@dataclass(frozen=True)
class RunRow:
    """A kept run.

    Attributes:
        place: its number among the kept runs.
        name: what it is called.
        color: of its line, a colour of the palette.
        in_sight: whether its lines are shown.
        cells: what its other columns say.
    """

    place: int
    name: str
    color: str
    in_sight: bool
    cells: tuple[str, ...]


class RunsTable(TableView):
    """The runs, one a row: check who is in sight, double-click a name to change it.

    Signals:
        checked(int, bool): the run of this number is to be in sight, or hidden.
        renamed(int, str): it is to be called so.
        sort_wanted(int): the heading of this column was clicked; 0 has the names.
        chosen(): another run is chosen, or none.
        opened(int), deleted(int): Enter was pressed on a run, or Delete.
    """

    checked = Signal(int, bool)
    renamed = Signal(int, str)
    sort_wanted = Signal(int)
    chosen = Signal()
    opened = Signal(int)
    deleted = Signal(int)

    def __init__(self, *, name: str = "runs_table") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName("Kept runs")
        self.setToolTip(
            "Click a heading to sort; double-click a name, or F2, to change it; unchecked runs are "
            "not drawn."
        )
        self._rows: tuple[RunRow, ...] = ()
        self._model = NumberModel()
        self._model.checked.connect(lambda row, on: self.checked.emit(self._rows[row].place, on))
        self._model.typed.connect(
            lambda row, _column, text: self.renamed.emit(self._rows[row].place, text)
        )
        self.setModel(self._model)
        self.setItemDelegate(CellEditor(self, name="run_name_edit", accessible="Name of the run"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self.sort_wanted)
        header.setSortIndicatorShown(False)
        self.selectionModel().selectionChanged.connect(self.chosen)
        self.resized.connect(self._fit_columns)
        current_theme().changed.connect(self._restyle)
        self._restyle()

    def set_rows(
        self,
        rows: Sequence[RunRow],
        titles: Sequence[tuple[str, str, bool]],
        *,
        sorted_by: int | None = None,
        descending: bool = False,
    ) -> None:
        """Show `rows`; `titles` has the heading of each column, what it tells, and if it is text.

        What is chosen stays chosen.
        """
        place = self.chosen_place()
        self._rows = tuple(rows)
        dimmed = ["text" if row.in_sight else "muted" for row in rows]
        columns: list[AnyColumn] = [
            TextColumn(
                "run",
                [row.name for row in rows],
                tooltip="What the run is called: by what differs, until you name it.",
                colors=dimmed,
                tooltips=[row.name for row in rows],
                marks=[self._mark(row.color if row.in_sight else "border") for row in rows],
                checks=[row.in_sight for row in rows],
                editable=True,
                whole=True,
            )
        ]
        for index, (title, told, is_text) in enumerate(titles):
            texts = [row.cells[index] for row in rows]
            if is_text:
                columns.append(TextColumn(title, texts, tooltip=told, colors=dimmed, whole=True))
            else:
                nothing: list[float | None] = [None] * len(rows)
                columns.append(Column(title, nothing, tooltip=told, texts=texts, colors=dimmed))
        self._model.replace(columns)
        header = self.horizontalHeader()
        header.setSortIndicatorShown(sorted_by is not None)
        if sorted_by is not None:
            order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
            header.setSortIndicator(sorted_by, order)
        self._choose(place)
        self._fit_columns()
        self.updateGeometry()

    def chosen_place(self) -> int | None:
        """Return the number of the run that is chosen."""
        chosen = self.selectionModel().selectedRows()
        row = chosen[0].row() if chosen else -1
        return self._rows[row].place if 0 <= row < len(self._rows) else None

    def choose(self, place: int) -> None:
        """Choose the run of this number."""
        self._choose(place)
        self.chosen.emit()

    def _choose(self, place: int | None) -> None:
        row = next((n for n, one in enumerate(self._rows) if one.place == place), None)
        selection = self.selectionModel()
        with QSignalBlocker(selection):
            if row is None:
                selection.clear()
            else:
                flags = QItemSelectionModel.SelectionFlag
                index = self._model.index(row, 0)
                selection.setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.viewport().update()

    def row_count(self) -> int:
        """Return how many rows there are."""
        return self._model.rowCount()

    def cell_text(self, row: int, column: int) -> str:
        """Return what a cell shows; column 0 has the names."""
        return self._model.text(row, column)

    def titles(self) -> list[str]:
        """Return the headings."""
        return [column.title for column in self._model.columns]

    def _mark(self, color: str) -> QPixmap:
        theme = current_theme()
        side, ratio = theme.px(_MARK), max(self.devicePixelRatioF(), 2.0)
        pixmap = QPixmap(QSize(side, side) * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        with QPainter(pixmap) as painter:
            painter.fillRect(0, side // 2 - 1, side, 3, theme.palette.qcolor(color))
        return pixmap

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return room for a dozen rows, or for as many as there are."""
        row = current_theme().px(ROW_HEIGHT)
        rows = min(max(self.row_count(), 4), _ROWS_WISHED)
        wide = sum(self._needs()) + 2 * self.frameWidth() + 16
        return QSize(wide, self.horizontalHeader().sizeHint().height() + rows * row + 8)

    def _needs(self) -> list[int]:
        """Return the pixels that each column needs."""
        theme = current_theme()
        metrics = QFontMetrics(theme.font("small"))
        bold = QFontMetrics(theme.font("small", "bold"))
        needs = []
        for place, column in enumerate(self._model.columns):
            texts = [self._model.text(row, place) for row in range(self.row_count())]
            widest = max((metrics.horizontalAdvance(text) for text in texts), default=0)
            title = bold.horizontalAdvance(column.title) + theme.px(14)  # with the arrow
            needs.append(max(widest, title) + theme.px(_PADDING))
        if needs:
            needs[0] += theme.px(_CHECK + _MARK)
        return needs

    @Slot()
    def _fit_columns(self) -> None:
        """Give each column what it needs, and the name what is left over."""
        needs = self._needs()
        if not needs:
            return
        needs[0] += max(self.viewport().width() - sum(needs), 0)
        header = self.horizontalHeader()
        for place, need in enumerate(needs):
            if header.sectionSize(place) != need:
                header.resizeSection(place, need)

    @Slot()
    def _restyle(self) -> None:
        self.verticalHeader().setDefaultSectionSize(current_theme().px(ROW_HEIGHT))
        self._fit_columns()
        self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Go back to the chosen run on Enter, delete it on Delete."""
        place = self.chosen_place()
        typing = self.state() == QAbstractItemView.State.EditingState
        if not typing and place is not None and not event.modifiers():
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.opened.emit(place)
                return
            if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
                self.deleted.emit(place)
                return
        super().keyPressEvent(event)
