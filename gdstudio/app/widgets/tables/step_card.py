"""The step that comes next, written out: value, slope, step, new value."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.colors import sign_color
from gdstudio.app.widgets.controls.buttons import worksheet_button
from gdstudio.app.widgets.labels import ElidedLabel, text_label
from gdstudio.app.widgets.tables.columns import Column, TextColumn
from gdstudio.app.widgets.tables.number_flight import NumberFlight, NumberWay
from gdstudio.app.widgets.tables.number_table import Cell, NumberTable, column_width
from gdstudio.hand_numbers import sum_texts
from gdstudio.number_text import number_text, short_text

_HEADERS = ("value", "slope", "step", "new value")
_SIGNED = (False, True, True, False)
# How the rows are written, the best first: with how many figures of the value and of the slope, and
# whether each parameter has a column of its own, which takes less width for a few of them.
_FORMS = (
    (5, 4, False),
    (4, 4, False),
    (5, 4, True),
    (4, 4, True),
    (4, 3, False),
    (3, 3, False),
    (3, 3, True),
    (2, 2, False),
)
_SLOPE_FIGURES = 4
# Who makes a step in another order of sums than the card may differ by so much.
_ROUNDING = 1e-6


@dataclass(frozen=True)
class StepRow:
    """One parameter's next step: new_value = value + step.

    Attributes:
        is_weight: whether a rule that shrinks weights shrinks it; biases stay.
    """

    name: str
    value: float
    slope: float
    step: float
    new_value: float
    is_weight: bool = True

    @property
    def numbers(self) -> tuple[float, float, float, float]:
        """What the row shows, in the order of the headers."""
        return self.value, self.slope, self.step, self.new_value


class SeenNewValue(NamedTuple):
    """The new value of a row, and the box of the cell in which it is seen."""

    row: StepRow
    box: QRect

    def is_now(self, value: float) -> bool:
        """Return whether the step led to this very number, as far as rounding tells."""
        rounding = _ROUNDING * max(abs(self.row.value), abs(self.row.step))
        return abs(self.row.new_value - value) <= rounding


class StepCard(Card):
    """A card with a row for each parameter, the rule, the update with its numbers, a sentence.

    In each row value + step = new value, in the figures that are shown. Where the card is narrow
    the table is turned, a column for each parameter, before figures are given up.

    Signals:
        worksheet_clicked(): the user wants a worksheet of this step.
    """

    worksheet_clicked = Signal()

    def __init__(
        self,
        title: str = "Next step",
        *,
        name: str = "step_card",
        rule: str = "step = −η · slope",
        empty_text: str = "The next step appears here.",
    ) -> None:
        super().__init__(title, note="", name=name)
        self._rule = ElidedLabel(rule, "muted")
        self._rule.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.add_header_widget(self._rule)
        self._worksheet = worksheet_button()
        self._worksheet.clicked.connect(self.worksheet_clicked)
        self.add_header_widget(self._worksheet)
        self._rows: list[StepRow] = []
        self._is_turned = False
        self._flight = NumberFlight(self)
        self._numbers = NumberTable(name="step_card_table", scrolls=False)
        self._numbers.view.setAccessibleName(f"{title}: {', '.join(_HEADERS)}")
        # Numbers give figures up rather than make the card wider.
        self._numbers.setMinimumWidth(1)
        self.add(self._numbers)
        self._written = text_label("", "muted", wrap=True)
        self._written.setTextFormat(Qt.TextFormat.RichText)
        self._written.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.add(self._written)
        self._sentence = text_label("", "muted", wrap=True)
        self.add(self._sentence)
        self._empty = text_label(empty_text, "muted", wrap=True)
        self.add(self._empty)
        current_theme().changed.connect(self._write)
        self._room = self._numbers.room
        self._numbers.view.resized.connect(self._use_room)
        self.clear()

    def set_rule(self, rule: str) -> None:
        """Caption the card with the optimizer's own rule."""
        self._rule.setText(rule)

    def offer_worksheet(self) -> None:
        """Show the button that asks for a worksheet."""
        self._worksheet.show()

    def set_steps(self, rows: Sequence[StepRow], *, flies: bool = False) -> None:
        """Show the next step of each parameter.

        With `flies`, after a single step, the values stand out, and each that was a new value
        before flies to where it stands now.
        """
        self._flight.land()
        starts = self.new_values(self) if flies else {}
        self._rows = list(rows)
        self._write()
        self._empty.setVisible(not rows)
        self._numbers.setVisible(bool(rows))
        spoken = (
            f"{r.name}: value {number_text(r.value)}, slope {number_text(r.slope)}, "
            f"step {number_text(r.step)}, new value {number_text(r.new_value)}"
            for r in rows
        )
        self.setAccessibleDescription("; ".join(spoken))
        if flies and rows:
            self._numbers.mark_new(**({"row": 0} if self._is_turned else {"column": 1}))
            self._flight.fly(
                [
                    NumberWay(starts[row.name].box, self._cell(place, 0))
                    for place, row in enumerate(rows)
                    if row.name in starts and starts[row.name].is_now(row.value)
                ]
            )

    def new_values(self, within: QWidget) -> dict[str, SeenNewValue]:
        """Return by its name each new value that is in sight in `within`."""
        boxes = ((row, self._cell(i, 3).box(within)) for i, row in enumerate(self._rows))
        return {row.name: SeenNewValue(row, box) for row, box in boxes if box is not None}

    def _cell(self, row: int, place: int) -> Cell:
        """Return the cell of a parameter in which the number of this header stands."""
        row, column = (place, row + 1) if self._is_turned else (row, place + 1)
        return Cell(self._numbers, row, column)

    def set_written_out(self, lines: Sequence[str]) -> None:
        """Show the update with its numbers, a line each; <b>…</b> marks what results."""
        self._written.setText("<br>".join(lines))
        self._written.setVisible(bool(lines))

    def set_sentence(self, text: str) -> None:
        """Say in words what the numbers mean."""
        self._sentence.setText(text)
        self._sentence.setVisible(bool(text))

    def clear(self, text: str = "") -> None:
        """Show no step, and say `text` (if given) instead."""
        if text:
            self._empty.setText(text)
        self.set_steps([])
        self.set_written_out([])
        self.set_sentence("")

    def table(self) -> tuple[list[str], list[list[str | float]]]:
        """Return headers and a row for each parameter, for a CSV."""
        return ["parameter", *_HEADERS], [[row.name, *row.numbers] for row in self._rows]

    @Slot()
    def _use_room(self) -> None:
        """Write the numbers in the form that fits, where the table has become wider or narrower."""
        if self._numbers.room != self._room:
            self._write()

    @Slot()
    def _write(self) -> None:
        """Write the rows in the best form that the card has room for."""
        self._room = self._numbers.room
        if not self._rows:
            return
        sums: dict[int, list[tuple[str, str, str]]] = {}
        # Of many parameters each a column of its own would never fit.
        narrowest = column_width([], []) * (len(self._rows) + 1)
        may_turn = narrowest <= self._numbers.room
        for figures, slope_figures, is_turned in _FORMS:
            if is_turned and not may_turn:
                continue
            if figures not in sums:
                sums[figures] = sum_texts([(row.value, row.step) for row in self._rows], figures)
            columns = _columns(self._rows, sums[figures], slope_figures, is_turned=is_turned)
            if self._numbers.has_room_for(columns):
                break
        if is_turned != self._is_turned:
            self._flight.land()
        self._is_turned = is_turned
        self._numbers.set_columns(columns)
        self._numbers.show_all_rows()


def _columns(
    rows: Sequence[StepRow],
    sums: Sequence[tuple[str, str, str]],
    slope_figures: int,
    *,
    is_turned: bool,
) -> list[Column | TextColumn]:
    """Return the columns of the table; turned, each parameter has one.

    `sums` are the texts of value, step and new value of each.
    """
    texts = [
        (value, _slope_text(row.slope, slope_figures), step, new)
        for row, (value, step, new) in zip(rows, sums, strict=True)
    ]
    names = [row.name for row in rows]
    if is_turned:
        strong = [header == "new value" for header in _HEADERS]
        return [
            TextColumn("", _HEADERS, strong=strong, whole=True),
            *(
                Column(row.name, row.numbers, texts=text, colors=_colors(row), strong=strong)
                for row, text in zip(rows, texts, strict=True)
            ),
        ]
    return [
        TextColumn("", names, strong=[True] * len(rows), whole=True),
        *(
            Column(
                header,
                [row.numbers[place] for row in rows],
                texts=[text[place] for text in texts],
                signed=_SIGNED[place],
                strong=[header == "new value"] * len(rows),
            )
            for place, header in enumerate(_HEADERS)
        ),
    ]


def _colors(row: StepRow) -> list[str]:
    """Return the palette's names for the colours of a parameter's numbers."""
    pairs = zip(row.numbers, _SIGNED, strict=True)
    return [sign_color(number) if is_signed else "text" for number, is_signed in pairs]


def _slope_text(slope: float, figures: int) -> str:
    """Return a slope; one with a power of ten gives figures up for its room."""
    write = number_text if figures == _SLOPE_FIGURES else short_text
    text = write(slope, figures, sign=True)
    return write(slope, 2, sign=True) if "×" in text else text
