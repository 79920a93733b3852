"""A weighted sum with its numbers: input × weight = product, term by term, and the activation."""

import re
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QStackedLayout, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.labels import text_label
from gdstudio.app.widgets.tables.columns import BarColumn, Column, TextColumn
from gdstudio.app.widgets.tables.number_cell import CELL_MARGIN, NumberCell
from gdstudio.app.widgets.tables.number_model import NumberModel
from gdstudio.app.widgets.tables.table_view import TableView
from gdstudio.number_text import count_text, short_text

_LINE, _HEADING = 19, 24
_FIGURES = 3
_WIDEST = "−0.00000"
_LARGEST_BAR, _SMALLEST_BAR = 90, 44
_NAME = 156
_WIDEST_LINE = 620
_LINES = 6
# The words and the numbers of a name, such as “pixel row 26, column 13”.
_PLACE = re.compile(r"(filter|row|column|neuron) ([\d,]*\d)")
_GAP = 14  # for the sign before a number


@dataclass(frozen=True)
class SumLine:
    """One term: what comes in from `name`, times its weight."""

    name: str
    value: float
    weight: float
    product: float


@dataclass(frozen=True)
class WeightedSum:
    """A neuron's sum.

    Attributes:
        origin: where its inputs come from: ``the picture``, ``layer 1``.
        lines: the largest terms, the largest first.
        others, others_sum: how many more there are, and what they add up to.
        bias, total: b, and z = Σ + b.
        formula, activation: how the activation is written, and its value.
    """

    origin: str
    lines: tuple[SumLine, ...]
    others: int
    others_sum: float
    bias: float
    total: float
    formula: str
    activation: float


class SumView(QWidget):
    """Shows a `WeightedSum`; blue bars add, orange ones take away."""

    def __init__(self, *, name: str = "", empty_text: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName("The weighted sum of this neuron")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._empty_text = empty_text
        self._sum: WeightedSum | None = None
        self._model = NumberModel()
        self.view = TableView()
        self.view.setModel(self._model)
        self.view.setItemDelegate(NumberCell(self.view))
        self.view.setAccessibleName(self.accessibleName())
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.verticalHeader().setMinimumSectionSize(1)
        never = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.view.setHorizontalScrollBarPolicy(never)
        self.view.setVerticalScrollBarPolicy(never)
        self.view.resized.connect(self._fit_columns)
        self._empty = text_label(empty_text, "muted", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.view)
        current_theme().changed.connect(self._on_theme)
        self._on_theme()

    def show_sum(self, weighted_sum: WeightedSum | None) -> None:
        """Show the numbers of a neuron; None says what to do."""
        self._sum = weighted_sum
        for widget in (self, self.view):
            widget.setAccessibleDescription(self.text())
        self._pages.setCurrentWidget(self._empty if weighted_sum is None else self.view)
        self._write()

    def sum(self) -> WeightedSum | None:
        """Return what is shown."""
        return self._sum

    def text(self) -> str:
        """Return what is shown, line by line."""
        if self._sum is None:
            return self._empty_text
        lines = [f"{term.name}: {_term_text(term)}" for term in self._sum.lines]
        return "\n".join([*lines, *(f"{row.words} {row.figure}" for row in _closing(self._sum))])

    def table(self) -> tuple[list[str], list[list[str | float]]]:
        """Return headers and rows with all figures, for a CSV."""
        headers = ["from", "input", "weight", "product"]
        if self._sum is None:
            return headers, []
        rows: list[list[str | float]] = [
            [term.name, term.value, term.weight, term.product] for term in self._sum.lines
        ]
        rows += [
            [f"{self._sum.others} more", "", "", self._sum.others_sum],
            ["bias", "", "", self._sum.bias],
            ["z", "", "", self._sum.total],
            [f"activation = {self._sum.formula}", "", "", self._sum.activation],
        ]
        return headers, rows

    def _write(self) -> None:
        """Write the terms, and the sum below them."""
        shown = self._sum
        if shown is None:
            return
        terms, closing = shown.lines, _closing(shown)
        below = len(closing)
        heading, names = self._names(shown)
        strong = [False] * len(terms) + [row.is_result for row in closing]
        amounts: list[float | None] = [term.product for term in terms]
        # An activation is none of the amounts that add up.
        amounts += [row.amount if row.is_signed else None for row in closing]
        products = [term.product for term in terms] + [row.amount for row in closing]
        self._model.replace(
            [
                TextColumn(
                    heading,
                    [*names, *(row.words for row in closing)],
                    colors=["text" if is_strong else "muted" for is_strong in strong],
                    tooltips=[*(t.name for t in terms), *(row.words for row in closing)],
                    strong=strong,
                ),
                _numbers("input", [term.value for term in terms], below),
                _numbers("weight", [term.weight for term in terms], below, "×"),
                Column(
                    "product",
                    products,
                    texts=[
                        *(_number(term.product) for term in terms),
                        *(row.figure for row in closing),
                    ],
                    colors=["text" if amount is None else _color(amount) for amount in amounts],
                    strong=strong,
                    prefixes=["="] * len(terms) + [""] * below,
                ),
                BarColumn("", amounts),
            ]
        )
        self.view.clearSpans()
        for row in range(len(terms), len(terms) + below):
            self.view.setSpan(row, 0, 1, 3)
        self._fit_columns()

    def _names(self, shown: WeightedSum) -> tuple[str, list[str]]:
        """Return the heading of the names, and the names: their numbers where all do not fit."""
        names = [term.name for term in shown.lines]
        metrics = QFontMetrics(current_theme().font("small"))
        room = self._widths()[0] - CELL_MARGIN
        if all(metrics.horizontalAdvance(name) <= room for name in names):
            return f"from {shown.origin}", names
        parts = [_PLACE.findall(name) for name in names]
        words = [", ".join(word for word, _ in part) for part in parts]
        if not words[0] or len(set(words)) > 1:
            return f"from {shown.origin}", names
        return words[0], [", ".join(number for _, number in part) for part in parts]

    def _widths(self) -> list[int]:
        """Return the widths of the columns: figures far from their names would be hard to read."""
        theme = current_theme()
        width = min(self.width(), theme.px(_WIDEST_LINE))
        metrics = QFontMetrics(theme.font("small", "bold"))
        number = metrics.horizontalAdvance(_WIDEST) + CELL_MARGIN + 2
        gap = theme.px(_GAP)
        # In little room the names of the inputs say more than the bars.
        left = width - 3 * number - 2 * gap - theme.px(_NAME)
        bar = min(theme.px(_LARGEST_BAR), left) if left >= theme.px(_SMALLEST_BAR) else 0
        return [width - 3 * number - 2 * gap - bar, number, number + gap, number + gap, bar]

    @Slot()
    def _fit_columns(self) -> None:
        widths, header = self._widths(), self.view.horizontalHeader()
        for place, width in enumerate(widths[: header.count()]):
            self.view.setColumnHidden(place, width <= 0)
            if width > 0:
                header.resizeSection(place, width)

    # Qt's own.

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Write the names as they fit."""
        super().resizeEvent(event)
        self._write()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return room for as many lines as there ever are: so nothing below it moves."""
        px = current_theme().px
        return QSize(px(320), px(_HEADING) + (_LINES + 4) * px(_LINE) + 2)

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        """Return no: what is said where there is no sum must not make it smaller."""
        return False

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return room for the numbers and a short name."""
        return QSize(current_theme().px(230), self.sizeHint().height())

    @Slot()
    def _on_theme(self) -> None:
        px = current_theme().px
        self.view.verticalHeader().setDefaultSectionSize(px(_LINE))
        # Whether there are columns or not.
        self.view.horizontalHeader().setFixedHeight(px(_HEADING))
        self._write()
        self.updateGeometry()
        self.view.viewport().update()


@dataclass(frozen=True)
class _Row:
    """A line below the terms."""

    words: str
    amount: float
    is_signed: bool = True
    is_result: bool = False

    @property
    def figure(self) -> str:
        return _number(self.amount) if self.is_signed else short_text(self.amount, _FIGURES)


def _closing(shown: WeightedSum) -> list[_Row]:
    """Return the lines below the terms; the last one is the activation."""
    rows = []
    if shown.others:
        noun = "input" if shown.others == 1 else "inputs"
        rows.append(_Row(f"{count_text(shown.others)} more {noun} together", shown.others_sum))
    rows.append(_Row("+ bias", shown.bias))
    rows.append(_Row("= z", shown.total, is_result=True))
    rows.append(
        _Row(f"activation {shown.formula} =", shown.activation, is_signed=False, is_result=True)
    )
    return rows


def _numbers(title: str, values: list[float], empty: int, sign: str = "") -> Column:
    """Return a column of the terms' numbers, with `empty` cells below them."""
    texts = [short_text(value, _FIGURES) for value in values] + [""] * empty
    signs = [sign] * len(values) + [""] * empty
    return Column(title, [*values, *[None] * empty], texts=texts, prefixes=signs)


def _color(amount: float) -> str:
    return "positive" if amount > 0 else "negative" if amount < 0 else "muted"


def _number(value: float) -> str:
    return short_text(value, _FIGURES, sign=True)


def _term_text(term: SumLine) -> str:
    value, weight = short_text(term.value, _FIGURES), short_text(term.weight, _FIGURES)
    return f"{value} × {weight} = {_number(term.product)}"
