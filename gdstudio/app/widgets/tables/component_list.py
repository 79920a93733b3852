"""A long, ranked list: each row has a name, and its numbers beside it or, in little room, below."""

from collections.abc import Hashable, Sequence
from typing import Any

from PySide6.QtCore import (
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
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.painting import painted
from gdstudio.app.widgets.scroll_area import keep_gutter
from gdstudio.app.widgets.tables.columns import Column, TextColumn
from gdstudio.app.widgets.tables.number_model import BRIEFEST, NumberModel
from gdstudio.number_text import number_text

_ROWS_WISHED = 6
_PADDING = 6
_GAP = 10
_AIR = 4  # between a number and the next
# At the usual size of text: a row that is this wide has name and numbers on one line.
_ONE_LINE = 600
_NAME_SHARE = 0.46
_SPOKEN_FIGURES = 6
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

_Index = QModelIndex | QPersistentModelIndex


class _RowModel(NumberModel):
    """Columns whose rows can be spoken as a whole."""

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the whole row as text for a screen reader, and as tooltip; else as any table."""
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.row_text(index.row())
        return super().data(index, role)

    def row_text(self, row: int) -> str:
        """Return what a row says, name and numbers."""

        def spoken(number: float) -> str:
            return number_text(float(number), _SPOKEN_FIGURES)

        told = (
            f"{column.title} {self.text(row, place) if column.texts else spoken(values[row])}"
            for place, (column, values) in enumerate(zip(self.columns, self.arrays, strict=True))
            if isinstance(column, Column)
        )
        return f"{row + 1}. {self.text(row, 0)}: {', '.join(told)}"


class ComponentList(QWidget):
    """The list with its headings; only the rows one sees are written.

    Signals:
        chosen(int): the row that the user looks at closely.
    """

    chosen = Signal(int)

    def __init__(self, *, name: str, accessible: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._keys: list[Hashable] = []
        self._model = _RowModel()
        self.view = QListView()
        self.view.setModel(self._model)
        self._rows = _RowDelegate(self.view, self._model)
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

    def set_rows(
        self,
        names: Sequence[str],
        columns: Sequence[Column],
        *,
        keys: Sequence[Hashable],
        strong: str = "",
    ) -> None:
        """Show a row for each of `names`, with `columns` of as many numbers.

        A row is known by its key: one that was chosen stays chosen where it is still listed. The
        column whose title is `strong` stands out.
        """
        before, row = self._keys, self.current_row()
        one_line = self._rows.is_one_line(self.view.viewport().width())
        self._keys = list(keys)
        self._model.replace([TextColumn("name", list(names)), *columns])
        self._rows.measure(strong)
        self._fit()
        if one_line != self._rows.is_one_line(self.view.viewport().width()):
            self.view.scheduleDelayedItemsLayout()
        self._heading.update()
        if row is None or row >= len(before):
            return
        selection = self.view.selectionModel()
        with QSignalBlocker(selection):
            if before[row] in self._keys:
                flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
                place = self._keys.index(before[row])
                selection.setCurrentIndex(self._model.index(place, 0), flag)
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
        return self._model.row_text(row)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return room for some rows."""
        metrics = QFontMetrics(current_theme().font("small"))
        return QSize(280, self._heading.height() + _ROWS_WISHED * 2 * (metrics.height() + _PADDING))

    def _fit(self) -> None:
        """Write the numbers as briefly as they have to be for the room there is."""
        room = [box.width() - _AIR for box in self._rows.boxes(self.view.viewport().rect())]
        metrics = QFontMetrics(current_theme().font("small", "medium"))
        for brevity in range(BRIEFEST + 1):
            self._model.set_brevity(brevity)
            widest = (self._model.widest(place) for place in range(1, len(room) + 1))
            if all(
                metrics.horizontalAdvance(text) <= width
                for texts, width in zip(widest, room, strict=True)
                for text in texts
            ):
                break

    @Slot()
    def _on_current(self) -> None:
        row = self.current_row()
        if row is not None:
            self.chosen.emit(row)

    @Slot()
    def _restyle(self) -> None:
        self._fit()
        self._heading.updateGeometry()
        self.view.scheduleDelayedItemsLayout()
        self.view.viewport().update()
        self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Lay the rows out anew: they may have one line now, or two."""
        super().resizeEvent(event)
        self._fit()
        self.view.scheduleDelayedItemsLayout()
        self._heading.update()


class _RowDelegate(QStyledItemDelegate):
    """Paints a row: its name, and the numbers beside it or below it.

    Attributes:
        strong: the title of the column that stands out.
    """

    def __init__(self, view: QListView, model: _RowModel) -> None:
        super().__init__(view)
        self._model = model
        self.strong = ""
        self._name_width = 0

    def measure(self, strong: str) -> None:
        """Find out how much room the names need."""
        self.strong = strong
        names = [self._ranked(row) for row in range(self._model.rowCount())]
        metrics = QFontMetrics(current_theme().font("small", "medium"))
        self._name_width = metrics.horizontalAdvance(max(names, key=len, default=""))

    def is_one_line(self, width: int) -> bool:
        """Return whether name and numbers have room beside each other in a row of this width."""
        names = width * _NAME_SHARE - _PADDING - _GAP
        return width >= current_theme().px(_ONE_LINE) and names >= self._name_width

    def boxes(self, line: QRect) -> list[QRect]:
        """Return the boxes of the numbers in a line; what is written briefly has less room."""
        columns = (one for one in self._model.columns[1:] if isinstance(one, Column))
        shares = [0.75 if column.texts else 1.0 for column in columns]
        name = _NAME_SHARE if self.is_one_line(line.width()) else 0.0
        left = line.left() + round(line.width() * name)
        unit = (line.right() - _PADDING - left) / (sum(shares) or 1.0)
        edges = [left + unit * sum(shares[:place]) for place in range(len(shares))]
        return [
            QRect(round(edge), line.top(), round(unit * share) - 2, line.height())
            for edge, share in zip(edges, shares, strict=True)
        ]

    def sizeHint(  # noqa: N802 - Qt's name
        self, option: QStyleOptionViewItem, index: _Index
    ) -> QSize:
        """Return the room of a row: one line or two, by the width of the list."""
        metrics = QFontMetrics(current_theme().font("small"))
        view = option.widget
        width = view.viewport().width() if isinstance(view, QListView) else option.rect.width()
        lines = 1 if self.is_one_line(width) else 2
        return QSize(width, lines * (metrics.height() + 2) + _PADDING)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint a row."""
        theme, model, row, box = current_theme(), self._model, index.row(), option.rect
        palette = theme.palette
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, palette.qcolor("selection"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, palette.qcolor("grid"))
        painter.setPen(palette.qcolor("grid"))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        wide = self.is_one_line(box.width())
        first = box.adjusted(0, 0, 0, 0 if wide else -box.height() // 2)
        second = box if wide else box.adjusted(0, box.height() // 2, 0, 0)
        cells = self.boxes(second)
        name_box = first.adjusted(_PADDING, 0, -_PADDING, 0)
        if wide and cells:
            name_box.setRight(cells[0].left() - _GAP)
        medium, small = theme.font("small", "medium"), theme.font("small")
        _write(painter, name_box, self._ranked(row), medium, palette.qcolor("text"), _LEFT)
        for place, cell in enumerate(cells, start=1):
            face = medium if model.columns[place].title == self.strong else small
            color = palette.qcolor(model.color(row, place))
            _write(painter, cell, model.text(row, place), face, color, _RIGHT)
        painter.restore()

    def _ranked(self, row: int) -> str:
        return f"{row + 1}  {self._model.text(row, 0)}"


class _Heading(QWidget):
    """What the columns are called."""

    def __init__(self, view: QListView, rows: _RowDelegate) -> None:
        super().__init__()
        self._view, self._rows = view, rows
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        metrics = QFontMetrics(current_theme().font("small"))
        return QSize(80, metrics.height() + _PADDING)

    @painted
    def paintEvent(  # noqa: N802 - Qt's name
        self, event: QPaintEvent, painter: QPainter
    ) -> None:
        theme = current_theme()
        painter.setFont(theme.font("small", "medium"))
        painter.setPen(theme.palette.qcolor("muted"))
        viewport, model = self._view.viewport(), self._view.model()
        assert isinstance(model, NumberModel)
        left = viewport.mapTo(self._view, viewport.rect().topLeft()).x()
        line = QRect(left, 0, viewport.width(), self.height())
        for place, box in enumerate(self._rows.boxes(line), start=1):
            header = model.columns[place].title
            fits = painter.fontMetrics().horizontalAdvance(header) <= box.width()
            painter.drawText(box, _RIGHT, header if fits else header.split()[0])
        painter.setPen(theme.palette.qcolor("line"))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)


def _write(
    painter: QPainter, box: QRect, text: str, font: QFont, color: QColor, side: Qt.AlignmentFlag
) -> None:
    painter.setFont(font)
    painter.setPen(color)
    elided = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, side, elided)
