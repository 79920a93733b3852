"""A weighted sum with its numbers: input × weight = product, line by line, down to the activation.

The lines are painted in columns, so that the figures stand below each other while they change.
"""

import re
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.painting import painted
from gdstudio.number_text import count_text, short_text

_LINE = 19
_FIGURES = 3
_WIDEST = "−0.00000"
_LARGEST_BAR, _SMALLEST_BAR = 90, 44
_NAME = 156
_WIDEST_LINE = 620
_LINES = 6
# The words and the numbers of a name, such as “pixel row 26, column 13”.
_PLACE = re.compile(r"(filter|row|column|neuron) ([\d,]*\d)")
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


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
        current_theme().changed.connect(self._on_theme)

    def show_sum(self, weighted_sum: WeightedSum | None) -> None:
        """Show the numbers of a neuron; None says what to do."""
        self._sum = weighted_sum
        self.setAccessibleDescription(self.text())
        self.update()

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

    # Qt's own.

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return room for as many lines as there ever are: so nothing below it moves."""
        px = current_theme().px
        return QSize(px(320), (_LINES + 5) * px(_LINE) + 2)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return room for the numbers and a short name."""
        return QSize(current_theme().px(230), self.sizeHint().height())

    @painted
    def paintEvent(  # noqa: N802 - Qt's name
        self, event: QPaintEvent, painter: QPainter
    ) -> None:
        """Paint the terms, and the sum below them."""
        theme = current_theme()
        painter.setFont(theme.font("small"))
        if self._sum is None:
            painter.setPen(theme.palette.qcolor("muted"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(16, 0, -16, 0), flags, self._empty_text)
            return
        closing = _closing(self._sum)
        amounts = [term.product for term in self._sum.lines] + [row.amount for row in closing[:-1]]
        edges = _Edges.within(self._used_width(), max(map(abs, amounts)) or 1.0)
        line = theme.px(_LINE)
        heading, names = _names(self._sum, painter.fontMetrics(), edges.value - theme.px(6))
        _paint_headings(painter, edges, heading)
        for index, (name, term) in enumerate(zip(names, self._sum.lines, strict=True), start=1):
            _paint_term(painter, edges, index * line, name, term)
        top = (len(self._sum.lines) + 1) * line
        for row in closing:
            painter.setFont(theme.font("small", "bold" if row.is_result else "regular"))
            painter.setPen(theme.palette.qcolor("text" if row.is_result else "muted"))
            painter.drawText(QRectF(0, top, edges.product - edges.gap, line), _LEFT, row.words)
            if row.is_signed:
                _paint_amount(painter, edges, top, row.amount)
            else:
                box = QRectF(edges.product, top, edges.number, line)
                painter.drawText(box, _RIGHT, row.figure)
            if row.has_line_above:
                painter.setPen(theme.palette.qcolor("line"))
                painter.drawLine(0, top, self._used_width(), top)
            top += line

    def _used_width(self) -> int:
        """Return the width of the lines: figures far from their names would be hard to read."""
        return min(self.width(), current_theme().px(_WIDEST_LINE))

    @Slot()
    def _on_theme(self) -> None:
        self.updateGeometry()
        self.update()


@dataclass(frozen=True)
class _Row:
    """A line below the terms."""

    words: str
    amount: float
    is_signed: bool = True
    is_result: bool = False
    has_line_above: bool = False

    @property
    def figure(self) -> str:
        return _number(self.amount) if self.is_signed else short_text(self.amount, _FIGURES)


@dataclass(frozen=True)
class _Edges:
    """Where the columns begin, how wide a number is, and what the longest bar stands for."""

    value: float
    weight: float
    product: float
    bar: float
    number: float
    gap: float
    bar_room: float
    largest: float

    @classmethod
    def within(cls, width: int, largest: float) -> "_Edges":
        theme = current_theme()
        number = QFontMetrics(theme.font("small", "bold")).horizontalAdvance(_WIDEST) + 2
        gap = theme.px(14)
        # In little room the names of the inputs say more than the bars.
        names = width - 3 * number - 3 * gap - theme.px(_NAME)
        bar_room = min(theme.px(_LARGEST_BAR), names) if names >= theme.px(_SMALLEST_BAR) else 0
        product = width - number - (bar_room + gap if bar_room else 0)
        weight = product - gap - number
        value = weight - gap - number
        bar = product + number + gap
        return cls(value, weight, product, bar, number, gap, bar_room, largest)


def _closing(shown: WeightedSum) -> list[_Row]:
    """Return the lines below the terms; the last one is the activation."""
    rows = []
    if shown.others:
        noun = "input" if shown.others == 1 else "inputs"
        rows.append(_Row(f"{count_text(shown.others)} more {noun} together", shown.others_sum))
    rows.append(_Row("+ bias", shown.bias))
    rows.append(_Row("= z", shown.total, is_result=True, has_line_above=True))
    rows.append(
        _Row(f"activation {shown.formula} =", shown.activation, is_signed=False, is_result=True)
    )
    return rows


def _names(shown: WeightedSum, metrics: QFontMetrics, room: float) -> tuple[str, list[str]]:
    """Return the heading of the names, and the names: the numbers in them where all do not fit."""
    names = [term.name for term in shown.lines]
    if all(metrics.horizontalAdvance(name) <= room for name in names):
        return f"from {shown.origin}", names
    parts = [_PLACE.findall(name) for name in names]
    words = [", ".join(word for word, _ in part) for part in parts]
    if not words[0] or len(set(words)) > 1:
        return f"from {shown.origin}", names
    return words[0], [", ".join(number for _, number in part) for part in parts]


def _paint_headings(painter: QPainter, edges: _Edges, heading: str) -> None:
    theme = current_theme()
    line = theme.px(_LINE)
    painter.setPen(theme.palette.qcolor("muted"))
    painter.setFont(theme.font("small", "medium"))
    painter.drawText(QRectF(0, 0, edges.value, line), _LEFT, heading)
    for edge, word in (
        (edges.value, "input"),
        (edges.weight, "weight"),
        (edges.product, "product"),
    ):
        painter.drawText(QRectF(edge, 0, edges.number, line), _RIGHT, word)
    painter.setFont(theme.font("small"))


def _paint_term(painter: QPainter, edges: _Edges, top: float, name: str, term: SumLine) -> None:
    theme = current_theme()
    line = theme.px(_LINE)
    painter.setPen(theme.palette.qcolor("muted"))
    room = edges.value - theme.px(6)
    metrics = painter.fontMetrics()
    text = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, int(room))
    painter.drawText(QRectF(0, top, room, line), _LEFT, text)
    for edge, sign in ((edges.weight, "×"), (edges.product, "=")):
        box = QRectF(edge - edges.gap, top, edges.gap, line)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, sign)
    painter.setPen(theme.palette.qcolor("text"))
    for edge, figure in ((edges.value, term.value), (edges.weight, term.weight)):
        box = QRectF(edge, top, edges.number, line)
        painter.drawText(box, _RIGHT, short_text(figure, _FIGURES))
    _paint_amount(painter, edges, top, term.product)


def _paint_amount(painter: QPainter, edges: _Edges, top: float, amount: float) -> None:
    """Write a number in the colour of its sign, and its bar beside it."""
    theme = current_theme()
    hue = theme.palette.qcolor("positive" if amount > 0 else "negative" if amount < 0 else "muted")
    line = theme.px(_LINE)
    painter.setPen(hue)
    painter.drawText(QRectF(edges.product, top, edges.number, line), _RIGHT, _number(amount))
    if not edges.bar_room:
        return
    middle = edges.bar + edges.bar_room / 2
    length = abs(amount) / edges.largest * edges.bar_room / 2
    height = theme.px(7)
    start = middle if amount > 0 else middle - length
    painter.fillRect(QRectF(start, top + (line - height) / 2, length, height), hue)
    painter.fillRect(QRectF(middle, top, 1, line), theme.palette.qcolor("line"))


def _number(value: float) -> str:
    return short_text(value, _FIGURES, sign=True)


def _term_text(term: SumLine) -> str:
    value, weight = short_text(term.value, _FIGURES), short_text(term.weight, _FIGURES)
    return f"{value} × {weight} = {_number(term.product)}"
