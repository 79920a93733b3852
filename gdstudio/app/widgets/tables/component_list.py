"""A long, ranked list of numbers of θ: each with its name, value, slope, step, new value, share."""

from typing import Any

import numpy as np
from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QListView, QSizePolicy, QVBoxLayout, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.painting import painted
from gdstudio.app.widgets.scroll_area import keep_gutter
from gdstudio.app.widgets.tables.component_row import (
    COMPONENTS_ROLE,
    HEADERS,
    PADDING,
    RIGHT,
    SHARE,
    ComponentDelegate,
    Components,
    boxes,
)
from gdstudio.number_text import number_text, percent_text

_ROWS_WISHED = 6

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class _Model(QAbstractListModel):
    """Hands the components out, in words too."""

    def __init__(self) -> None:
        super().__init__()
        self.components: Components | None = None

    def replace(self, components: Components | None) -> None:
        count = 0 if components is None else len(components.order)
        if count != self.rowCount():
            self.beginResetModel()
            self.components = components
            self.endResetModel()
            return
        self.components = components
        if count:
            self.dataChanged.emit(self.index(0), self.index(count - 1))

    def rowCount(self, parent: _Index = _ROOT) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() or self.components is None else len(self.components.order)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self.components is None:
            return None
        if role == COMPONENTS_ROLE:
            return self.components
        if role == Qt.ItemDataRole.DisplayRole:
            return self.components.name(index.row())
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            numbers = self.components.numbers(index.row())
            texts = [number_text(number, 6) for number in numbers[:SHARE]]
            texts.append(percent_text(numbers[SHARE], 2))
            told = (f"{name} {text}" for name, text in zip(HEADERS, texts, strict=True))
            return f"{index.row() + 1}. {self.components.name(index.row())}: {', '.join(told)}"
        return None


class ComponentList(QWidget):
    """The list with its headings; only the rows one sees are written.

    Signals:
        chosen(int): the row that the user looks at closely.
    """

    chosen = Signal(int)

    def __init__(self, *, name: str, accessible: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._model = _Model()
        self.view = QListView()
        self.view.setModel(self._model)
        self._rows = ComponentDelegate(self.view)
        self.view.setItemDelegate(self._rows)
        self.view.setAccessibleName(accessible)
        self.view.setToolTip("Choose a number to see its step written out.")
        self.view.setProperty("kind", "rows")
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        keep_gutter(self.view)
        self.view.selectionModel().currentChanged.connect(self._on_current)
        self._heading = _Heading(self.view, self._rows)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._heading)
        layout.addWidget(self.view, 1)
        self.setFocusProxy(self.view)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        current_theme().changed.connect(self._restyle)
        self._restyle()

    def set_components(self, components: Components | None) -> None:
        """Show other components; a number of θ that was chosen stays chosen where it still is."""
        before = self._model.components
        row = self.current_row()
        self._model.replace(components)
        one_line = self._rows.is_one_line(self.view.viewport().width())
        self._rows.measure(components)
        if one_line != self._rows.is_one_line(self.view.viewport().width()):
            self.view.scheduleDelayedItemsLayout()
            self._heading.update()
        if before is None or components is None or row is None:
            return
        places = np.flatnonzero(components.order == before.order[row])
        selection = self.view.selectionModel()
        with QSignalBlocker(selection):
            if len(places):
                flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
                selection.setCurrentIndex(self._model.index(int(places[0])), flag)
            else:
                selection.clear()
        self.view.viewport().update()

    def current_row(self) -> int | None:
        """Return the chosen row, if there is one."""
        index = self.view.currentIndex()
        return index.row() if index.isValid() else None

    def row_count(self) -> int:
        """Return how many components are listed."""
        return self._model.rowCount()

    def row_text(self, row: int) -> str:
        """Return what a row says, name and numbers."""
        return str(self._model.data(self._model.index(row), Qt.ItemDataRole.AccessibleTextRole))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return room for some rows."""
        metrics = QFontMetrics(current_theme().font("small"))
        return QSize(280, self._heading.height() + _ROWS_WISHED * 2 * (metrics.height() + PADDING))

    @Slot()
    def _on_current(self) -> None:
        row = self.current_row()
        if row is not None:
            self.chosen.emit(row)

    @Slot()
    def _restyle(self) -> None:
        self._heading.updateGeometry()
        self.view.scheduleDelayedItemsLayout()
        self.view.viewport().update()
        self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Lay the rows out anew: they may have one line now, or two."""
        super().resizeEvent(event)
        self.view.scheduleDelayedItemsLayout()
        self._heading.update()


class _Heading(QWidget):
    """What the columns are called."""

    def __init__(self, view: QListView, rows: ComponentDelegate) -> None:
        super().__init__()
        self._view, self._rows = view, rows
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        metrics = QFontMetrics(current_theme().font("small"))
        return QSize(80, metrics.height() + PADDING)

    @painted
    def paintEvent(  # noqa: N802 - Qt's name
        self, event: QPaintEvent, painter: QPainter
    ) -> None:
        theme = current_theme()
        painter.setFont(theme.font("small", "medium"))
        painter.setPen(theme.palette.qcolor("muted"))
        viewport = self._view.viewport()
        left = viewport.mapTo(self._view, viewport.rect().topLeft()).x()
        line = QRect(left, 0, viewport.width(), self.height())
        one_line = self._rows.is_one_line(line.width())
        for box, header in zip(boxes(line, one_line=one_line), HEADERS, strict=True):
            fits = painter.fontMetrics().horizontalAdvance(header) <= box.width()
            painter.drawText(box, RIGHT, header if fits else header.split()[0])
        painter.setPen(theme.palette.qcolor("line"))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
