"""A race as a table: who runs, with which settings, and how far each one got."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QVBoxLayout,
    QWidget,
)

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.labels import text_label
from gdstudio.app.widgets.tables.columns import Column, TextColumn
from gdstudio.app.widgets.tables.number_model import NumberModel
from gdstudio.app.widgets.tables.table_view import ROW_HEIGHT, CellEditor, TableView
from gdstudio.number_text import count_text, plain_text, short_text

NAME, RATE, MOMENTUM, STEPS, LOSS, DISTANCE, STATE = range(7)
TITLES = ("rule", "rate", "μ", "steps", "loss", "away", "state")
_TOOLTIPS = (
    "Who runs: check or uncheck; the walk that is explained always runs.",
    "The learning rate; double-click or F2 to type another, at any time.",
    "Momentum: the share of the last step that carries over; double-click or F2 to type another.",
    "How many steps it has made.",
    "The loss where it stands.",
    "How far it is from the nearest minimum.",
    "Whether it walks, has arrived at level ground, or has diverged.",
)

_MARK, _CHECK = 10, 35
_PADDING = 8
_STATE_COLORS = {"good": "test", "problem": "negative"}
# What cells may come to show, so that columns do not tremble.
_WIDEST = ("", "0.0008", "0.9", "8,888", "8×10⁻¹⁰", "8×10⁻¹⁰", "diverged")


@dataclass(frozen=True)
class RaceRow:
    """One rule of the race.

    Attributes:
        key, label: its name for programs and for people.
        color, marker: its colour's name in the palette, and the shape of its mark.
        chosen: whether it runs.
        fixed: whether it must run.
        rate: its learning rate.
        momentum: the share of the last step that carries over, None where its rule has none.
        steps, loss, distance: how far it got; None while it does not run.
        state: in a word; `state_kind` is "info", "good" or "problem".
        sentence: the same in a sentence.
    """

    key: str
    label: str
    color: str
    marker: str
    chosen: bool
    fixed: bool
    rate: float
    momentum: float | None
    steps: int | None = None
    loss: float | None = None
    distance: float | None = None
    state: str = ""
    state_kind: str = "info"
    sentence: str = ""


class RaceTable(QWidget):
    """All rules, one a row; the figures follow the race.

    Signals:
        chosen_changed(str, bool): the user lets a rule run, or not.
        rate_typed(str, str), momentum_typed(str, str): the user typed a text for a rule.
    """

    chosen_changed = Signal(str, bool)
    rate_typed = Signal(str, str)
    momentum_typed = Signal(str, str)

    def __init__(self, *, name: str = "race_table") -> None:
        super().__init__()
        self.setObjectName(name)
        self._needs = [0] * len(TITLES)
        self._marks: dict[tuple[str, str, float, int], QPixmap] = {}
        self._rows: list[RaceRow] = []
        self._model = NumberModel()
        self._model.checked.connect(self._on_checked)
        self._model.typed.connect(self._on_typed)
        self.view = _RaceView()
        self.view.setModel(self._model)
        self.view.setItemDelegate(
            CellEditor(self.view, name="race_cell_edit", accessible="New value")
        )
        self.view.setAccessibleName("Race")
        self.view.setToolTip("Check who runs; double-click a rate or a momentum to change it.")
        self.view.resized.connect(self._fit_columns)
        self._problem = text_label("", "problem", wrap=True, name=f"{name}_problem")
        self._problem.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.view, 1)
        column.addWidget(self._problem)
        current_theme().changed.connect(self._restyle)
        self._restyle()

    def set_rows(self, rows: Sequence[RaceRow]) -> None:
        """Show the rules as they are now."""
        longer = len(rows) != len(self._rows)
        if rows == self._rows:
            return
        self._rows = list(rows)
        if longer:
            self._restyle()
        else:
            self._write()
            self._fit_columns()

    def set_problem(self, sentence: str) -> None:
        """Say below the table what is wrong with what was typed; "" takes it back."""
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))

    def rows(self) -> list[RaceRow]:
        """Return what is shown."""
        return list(self._rows)

    def table(self) -> tuple[list[str], list[list[str | float]]]:
        """Return headers and a row for each rule that runs, for a CSV."""
        return [*TITLES], [
            [
                row.label,
                row.rate,
                "" if row.momentum is None else row.momentum,
                "" if row.steps is None else row.steps,
                "" if row.loss is None else row.loss,
                "" if row.distance is None or math.isnan(row.distance) else row.distance,
                row.state,
            ]
            for row in self._rows
            if row.chosen
        ]

    def _write(self) -> None:
        """Write the rows into the table."""
        rows = self._rows
        plain = ["text" if row.chosen else "muted" for row in rows]

        def numbers(
            column: int, values: list[float | None], write: Callable[[float], str]
        ) -> Column:
            return Column(
                TITLES[column],
                values,
                tooltip=_TOOLTIPS[column],
                texts=["" if value is None else write(value) for value in values],
                colors=plain,
                editable=[column in (RATE, MOMENTUM) and value is not None for value in values],
            )

        self._model.replace(
            [
                TextColumn(
                    TITLES[NAME],
                    [row.label for row in rows],
                    tooltip=_TOOLTIPS[NAME],
                    colors=[
                        "positive" if row.chosen and row.fixed else color
                        for row, color in zip(rows, plain, strict=True)
                    ],
                    marks=[self._mark(row) for row in rows],
                    checks=[row.chosen for row in rows],
                    fixed=[row.fixed for row in rows],
                ),
                numbers(RATE, [row.rate for row in rows], _setting_text),
                numbers(MOMENTUM, [row.momentum for row in rows], _setting_text),
                numbers(STEPS, [row.steps for row in rows], _steps_text),
                numbers(LOSS, [row.loss for row in rows], _brief),
                numbers(DISTANCE, [row.distance for row in rows], _brief),
                TextColumn(
                    TITLES[STATE],
                    [row.state for row in rows],
                    tooltip=_TOOLTIPS[STATE],
                    colors=[
                        _STATE_COLORS.get(row.state_kind, "muted") if row.chosen else "muted"
                        for row in rows
                    ],
                    tooltips=[row.sentence for row in rows],
                ),
            ]
        )

    @Slot(int, bool)
    def _on_checked(self, row: int, chosen: bool) -> None:
        self.chosen_changed.emit(self._rows[row].key, chosen)

    @Slot(int, int, str)
    def _on_typed(self, row: int, column: int, text: str) -> None:
        key = self._rows[row].key
        if column == RATE:
            self.rate_typed.emit(key, text)
        elif column == MOMENTUM:
            self.momentum_typed.emit(key, text)

    def _mark(self, row: RaceRow) -> QPixmap:
        """Return the mark that a rule has on the map."""
        theme = current_theme()
        color = theme.palette.qcolor(row.color if row.chosen else "border")
        key = (row.marker, color.name(), self.devicePixelRatioF(), theme.px(_MARK))
        if key not in self._marks:
            side, ratio = theme.px(_MARK) + 2, max(self.devicePixelRatioF(), 2.0)
            pixmap = QPixmap(QSize(side, side) * ratio)
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            with QPainter(pixmap) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.translate(side / 2, side / 2)
                painter.scale(theme.px(_MARK), theme.px(_MARK))
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(color)
                painter.drawPath(pg.graphicsItems.ScatterPlotItem.Symbols[row.marker])
            self._marks[key] = pixmap
        return self._marks[key]

    @Slot()
    def _fit_columns(self) -> None:
        """Give every column what it needs; the name and the state share what is left."""
        metrics = QFontMetrics(current_theme().font("small"))
        rows = range(len(self._rows))
        needs = [
            max(
                metrics.horizontalAdvance(text)
                for text in (widest, title, *(self._model.text(row, column) for row in rows))
            )
            + _PADDING
            for column, (widest, title) in enumerate(zip(_WIDEST, TITLES, strict=True))
        ]
        needs[NAME] += current_theme().px(_CHECK + _MARK)
        # Columns grow while a race goes on, but do not shrink: they would tremble.
        self._needs = [max(pair) for pair in zip(needs, self._needs, strict=True)]
        needs = self._needs
        spare = self.view.viewport().width() - sum(needs)
        header = self.view.horizontalHeader()
        for column, need in enumerate(needs):
            share = {NAME: 0, STATE: 0}.get(column, max(spare, 0) // (len(needs) - 2))
            if header.sectionSize(column) != need + share:
                header.resizeSection(column, need + share)

    @Slot()
    def _restyle(self) -> None:
        self._needs = [0] * len(TITLES)
        row = current_theme().px(ROW_HEIGHT)
        self.view.verticalHeader().setDefaultSectionSize(row)
        self._write()
        self._fit_columns()
        header = self.view.horizontalHeader().sizeHint().height()
        rows = len(self._rows)
        self.view.setMaximumHeight(header + rows * row + 4)
        self.view.setMinimumHeight(header + min(rows, 3) * row + 4)
        self.updateGeometry()


class _RaceView(TableView):
    """The view; Space checks a rule, and keys that mean nothing here go on to the lab."""

    def __init__(self) -> None:
        super().__init__()
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(320, self.maximumHeight())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        index = self.currentIndex()
        typing = self.state() == QAbstractItemView.State.EditingState
        space = event.key() == Qt.Key.Key_Space
        on_a_check = index.isValid() and bool(
            self.model().flags(index) & Qt.ItemFlag.ItemIsUserCheckable
        )
        letter = bool(event.text()) and event.text().isprintable() and not event.modifiers()
        if not typing and letter and not (space and on_a_check):
            event.ignore()
        else:
            super().keyPressEvent(event)


def _setting_text(number: float) -> str:
    return plain_text(number, 4, grouped=False)


def _steps_text(number: float) -> str:
    return count_text(int(number))


def _brief(number: float) -> str:
    """Return a number with three figures, or one and a power of ten."""
    text = short_text(number, 3)
    return short_text(number, 1) if "×" in text else text
