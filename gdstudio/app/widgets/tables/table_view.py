"""How every table looks and is used: no grid, fixed columns; Ctrl+C copies what is selected."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QStyledItemDelegate,
    QTableView,
    QWidget,
)

from gdstudio.number_text import machine_text

ROW_HEIGHT = 24  # at the usual size of text


class TableView(QTableView):
    """A view of rows whose columns get their widths from who owns it.

    What is selected goes to the clipboard as tab-separated text, numbers as programs read them.

    Signals:
        resized(): the room for columns is other than before.
    """

    resized = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAlternatingRowColors(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(16)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Say that there is other room."""
        super().resizeEvent(event)
        self.resized.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Copy, or do what Qt's tables do."""
        if not event.matches(QKeySequence.StandardKey.Copy):
            super().keyPressEvent(event)
            return
        chosen = sorted((i.row(), i.column()) for i in self.selectedIndexes())
        rows: dict[int, list[str]] = {}
        for row, column in chosen:
            text = str(self.model().data(self.model().index(row, column)))
            rows.setdefault(row, []).append(machine_text(text))
        if rows:
            QGuiApplication.clipboard().setText("\n".join("\t".join(r) for r in rows.values()))


class CellEditor(QStyledItemDelegate):
    """The editor of a cell: a plain box of the cell's own size."""

    def __init__(self, view: QTableView, *, name: str, accessible: str) -> None:
        """Edit cells of `view` in boxes of an object name and an accessible name."""
        super().__init__(view)
        self._name, self._accessible = name, accessible

    def createEditor(  # noqa: N802 - Qt's name
        self, parent: QWidget, option: object, index: object
    ) -> QWidget:
        """Return the box."""
        edit = QLineEdit(parent)
        edit.setObjectName(self._name)
        edit.setAccessibleName(self._accessible)
        edit.setTextMargins(0, 0, 0, 0)
        edit.setStyleSheet("padding: 0 2px; min-height: 0;")
        return edit
