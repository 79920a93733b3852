"""The loss of one example, term by term, beside the average over many."""

import math

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QVBoxLayout, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.labels import text_label
from gdstudio.app.widgets.tables.columns import Column, TextColumn
from gdstudio.app.widgets.tables.number_table import NumberTable
from gdstudio.engine.inspect.trace import Trace
from gdstudio.engine.network.network import DIGITS
from gdstudio.number_text import count_text, number_text
from gdstudio.visible_text import shortened

# Between these ratios two losses are about the same; below the last it is next to nothing.
_LESS, _MORE, _NOTHING = 0.95, 1.05, 1e-6
EMPTY = "Draw a digit, or press “Show me one”: the loss of its answer appears here."
UNSAID = "The loss of this answer depends on which digit was wanted, and only who drew it knows."
_BESIDE = 400  # from this width on there is room for the table and the numbers side by side
_LONGEST_NAME = 12


class ExampleLossCard(Card):
    """Ten outputs, ten wanted values, what each adds to the loss; and the average beside it."""

    def __init__(self) -> None:
        super().__init__("The loss of this example", name="example_cost_card")
        self._empty = text_label(EMPTY, "muted", name="example_empty_label", wrap=True)
        self._table = NumberTable(name="example_table", scrolls=False)
        self._sum = text_label("", "small", name="example_sum_label", wrap=True)
        self._loss = text_label("", "large", name="example_cost_label")
        self._average = text_label("", "large", name="average_cost_label")
        self._average_note = text_label("", "small", name="average_note_label", wrap=True)
        self._comparison = text_label("", "normal", name="cost_comparison_label", wrap=True)
        self._numbers = _column(
            text_label("this example", "muted"),
            self._loss,
            self._sum,
            text_label("on average", "muted"),
            self._average,
            self._average_note,
            self._comparison,
        )
        self._content = QWidget()
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._content)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(16)
        self._row.addWidget(self._table, 5)
        self._row.addWidget(self._numbers, 3)
        self._losses: tuple[float | None, float | None] = (None, None)
        self.add(self._empty)
        self.add(self._content)
        self.set_exports(
            self._table, self._table.table, file_name="loss-of-an-example",
            button_name="example_export_button",
        )  # fmt: skip
        self._content.hide()
        current_theme().changed.connect(self._resize_table)

    def show_trace(self, trace: Trace | None, *, drawn: bool = True) -> None:
        """Show the loss of a trace that has a wanted answer.

        None while nothing is `drawn`, or while nobody has said which digit it is.
        """
        self._empty.setText(UNSAID if drawn else EMPTY)
        self._empty.setVisible(trace is None)
        self._content.setVisible(trace is not None)
        self._losses = (None if trace is None else trace.loss, self._losses[1])
        if trace is None or trace.wanted is None or trace.loss is None:
            self.set_note("")
            return
        self.set_note(trace.network.loss.formula)
        self._show_table(trace)
        self._loss.setText(number_text(trace.loss))
        self._resize_table()
        self._compare()

    def show_problem(self, sentence: str) -> None:
        """Say why there is nothing to see."""
        self._empty.setText(sentence)

    def show_average(self, loss: float | None, count: int, what: str) -> None:
        """Show the loss averaged over `count` images of `what`; None while it is computed."""
        self._losses = (self._losses[0], loss)
        self._average.setText("…" if loss is None else number_text(loss))
        self._average_note.setText(f"over {count_text(count)} {what}" if count else "")
        self._compare()

    def show_average_problem(self, sentence: str) -> None:
        """Say why there is no average."""
        self._losses = (self._losses[0], None)
        self._average.setText("–")
        self._average_note.setText(sentence)
        self._compare()

    def _show_table(self, trace: Trace) -> None:
        sums = trace.layers[-1].sums
        assert sums is not None
        assert trace.wanted is not None
        assert trace.loss is not None
        table = trace.network.loss.loss_table(trace.outputs, sums, trace.wanted, trace.loss)
        columns: list[Column | TextColumn] = [
            Column(one.title, one.values, one.signed, one.tooltip, one.figures)
            for one in table.columns
        ]
        columns.insert(0, _classes(trace.network.names))
        self._table.set_columns(columns, {table.summed: table.total})
        self._sum.setText(table.result)

    def _compare(self) -> None:
        self._comparison.setText(comparison_text(*self._losses))

    @Slot()
    def _resize_table(self) -> None:
        # All ten rows are seen, always.
        self._table.setFixedHeight(self._table.sizeHint().height() + 4)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put the numbers below the table where both do not fit side by side."""
        super().resizeEvent(event)
        narrow = self.inner_width() < current_theme().px(_BESIDE)
        direction = QBoxLayout.Direction
        self._row.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)


def _classes(names: tuple[str, ...]) -> Column | TextColumn:
    """Return the column that names the classes."""
    if names == DIGITS:
        return Column("digit", np.arange(len(names)), figures=1)
    return TextColumn("class", [shortened(name, _LONGEST_NAME) for name in names])


def _column(*labels: QLabel) -> QWidget:
    widget = QWidget()
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 8, 0, 0)
    column.setSpacing(4)
    for label in labels:
        if label.text() == "on average":
            column.addSpacing(12)
        label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        column.addWidget(label)
    column.addStretch(1)
    return widget


def comparison_text(own: float | None, average: float | None) -> str:
    """Return how one loss compares with the average; nothing where one of them is not known."""
    if own is None or average is None or not math.isfinite(own) or not math.isfinite(average):
        return ""
    if own == average:
        return "Its loss is as large as the average."
    if not average > 0:
        return ""
    times = own / average
    if times >= _MORE:
        return f"Its loss is {_times(times)} the average."
    if times > _LESS:
        return "Its loss is about as large as the average."
    if times > _NOTHING:
        return f"The average is {_times(1 / times)} that."
    return "Its loss is next to nothing."


def _times(times: float) -> str:
    return f"{number_text(times, 2)} times"
