"""A column of cells as numbers: what marks its decimals and what it counts, by its own cells.

Nothing is decided for the whole file: the next column may be a list, a date or another country's.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from gdstudio.data.dataset import Numbers
from gdstudio.data.tables.column_names import roles_of, unit_of
from gdstudio.data.tables.number_words import Unit
from gdstudio.data.tables.numbers import CORE, LONGEST, Unread, Written, rewritten, understand

MARKS = (".", ",")
_Kind = Literal["missing", "left_out", "against", "open", "supports", "converted", "plain"]
_USUAL_LENGTH = 40
# As many shapes of cells are remembered; those of a column of names would fill the memory.
_REMEMBERED = 5_000
_DIGITS_ALIKE = str.maketrans("123456789", "000000000")
# Digits that belong to a unit (m2) or to a power of ten (1e5) are not alike.
_NOT_ALIKE = re.compile(r"[^\W\d_]0|e[+-]0", re.I)
_FIGURES = {
    mark: str.maketrans({" ": None, "'": None, "_": None, other: None, mark: "."})
    for mark, other in ((".", ","), (",", "."))
}
_MONTH = re.compile(r"(?:0?[1-9]|1[0-2])[./](?:19|20)\d\d")
_SHORT_LIST = re.compile(r"\d{1,3},\d{1,3}")
_NEVER_IN_THOUSANDS = frozenset({"place", "rate"})
# Sizes below this are no houses, in any unit of area.
_SMALLEST_HOUSE = 10.0


_LIST = "is a list"
_DATE = "is a month"


@dataclass(frozen=True)
class Surroundings:
    """What the rest of a file says of how its numbers are written.

    Attributes:
        delimiter: what parts its columns.
        marks: the marks of decimals that other columns prove.
    """

    delimiter: str = ","
    marks: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ColumnForm:
    """How a column's cells are read.

    Attributes:
        mark: what marks the decimals, "." or ",".
        is_proven: whether one of its cells can be read in no other way.
        is_money: whether M and L multiply.
        unit: what it counts; None if that is not said.
        unknown: words behind its numbers that stand for its unit, though no known one.
        before: a word before its numbers that stands for its currency.
        refusal: why its cells are no numbers though they look so; nothing where they are.
    """

    mark: str = "."
    is_proven: bool = False
    is_money: bool = False
    unit: Unit | None = None
    unknown: str = ""
    before: str = ""
    refusal: str = ""

    @property
    def is_list(self) -> bool:
        """Whether its commas part the entries of lists."""
        return self.refusal == _LIST


def form_of(
    name: str, cells: Sequence[str], surroundings: Surroundings, wanted_mark: str = ""
) -> ColumnForm:
    """Return how the column called `name` is read, by some of its cells.

    `wanted_mark` is what marks the decimals where the cells leave it open.
    """
    read = [one for one in map(understand, cells) if isinstance(one, Written)]
    roles = roles_of(name)
    before = _shared([one.before for one in read]) if roles & {"price", "value", "rent"} else ""
    read = [one for one in read if one.before == before or not one.before]
    is_money = bool(roles & {"price", "value", "rent"}) or any(map(_is_sum, read))
    proofs = Counter(one.proves for one in read)
    proven = proofs["."] + proofs[","] > 0
    if proven:
        mark = "," if proofs[","] > proofs["."] else "."
    elif wanted_mark:
        mark = wanted_mark
    else:
        mark = likely_mark(name, read, surroundings, is_money=is_money)
    unit = _unit(name, read, is_money=is_money)
    words = _shared([one.unknown for one in read])
    # Every cell ends in it, so it is a unit; an address is not.
    is_unit = all(c.isalpha() or c == " " for c in words)
    shared = words if is_unit and len(words) <= (15 if roles else 6) else ""
    refusal = _refusal(name, cells, proofs[","])
    return ColumnForm(mark, proven, is_money, unit, shared, before, refusal)


def _unit(name: str, read: Sequence[Written], *, is_money: bool) -> Unit | None:
    """Return what most cells say that they count, otherwise what the name says, or a few cells."""
    units = Counter(one.unit_for(is_money=is_money) for one in read)
    usual = units.most_common(1)[0][0] if units else None
    told = unit_of(name)
    if usual is not None and 2 * units[usual] >= len(read):
        in_thousands = (
            told is not None and told.kind == "money" and told.name.endswith(f" {usual.name}")
        )
        return told if in_thousands and not any(one.power for one in read) else usual
    return told or next((unit for unit, _ in units.most_common() if unit is not None), None)


def _refusal(name: str, cells: Sequence[str], commas: int) -> str:
    """Say why a column that looks like numbers has none: months, or lists such as “3,2”."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    months = sum(_MONTH.fullmatch(cell) is not None for cell in filled)
    if months and 10 * months >= 9 * len(filled) and any(cell[0] == "0" for cell in filled):
        return _DATE
    if "list" in roles_of(name) and commas and all(map(_SHORT_LIST.fullmatch, filled)):
        return _LIST
    return ""


def _shared(words: Sequence[str]) -> str:
    """Return the word that nearly all have, and more than one; otherwise nothing."""
    word, times = Counter(words).most_common(1)[0] if words else ("", 0)
    return word if times > 1 and 10 * times >= 9 * len(words) else ""


def _is_sum(one: Written) -> bool:
    """Return whether a number is one of money: by its currency, or by its “thousand” or “lakh”."""
    if one.unit is None:
        return one.power in (3, 5, 6, 7)
    return one.unit.kind == "money"


def likely_mark(
    name: str, read: Sequence[Written], surroundings: Surroundings, *, is_money: bool
) -> str:
    """Return the likelier mark of decimals of cells such as 1.234, all of which leave it open."""
    is_open = [one for one in read if one.is_open]
    if not is_open:
        return "."
    # In 1.234 the point parts thousands if a comma marks the decimals, and the other way round.
    points = sum("." in one.point for one in is_open)
    sign = "." if 2 * points > len(is_open) else ","
    other = "," if sign == "." else "."
    roles = roles_of(name)
    # Above 0 the sign parts thousands, otherwise it marks decimals.
    score = 0
    if sign == ",":
        score += 0 if surroundings.delimiter == ";" else 2
    else:
        score += 1 if surroundings.delimiter == ";" else -1
    if other in surroundings.marks:
        score += 2
    if sign in surroundings.marks:
        score -= 2
    if is_money:
        score += 3
    if roles & _NEVER_IN_THOUSANDS and not is_money:
        score -= 3
    if any(one.power for one in is_open):
        score -= 3  # 1.774k
    grouped = [one.comma if sign == "." else one.point for one in is_open]
    round_ones = sum(figures.endswith("0") for figures in grouped)
    if 4 * round_ones >= len(grouped):
        score += 2
    elif round_ones == 0 and len(grouped) >= 30:
        score -= 2  # zeros at the end of decimals are left out
    bare = [int(one.point) for one in read if one.point == one.comma and one.point.isdigit()]
    if any(number >= 1000 for number in bare):
        score -= 3
    elif len(bare) > 1 or (bare and len(is_open) < 20):
        score += 2
    if "area" in roles or any(one.unit is not None and one.unit.kind == "area" for one in is_open):
        sizes = [one.value(sign) for one in is_open]
        score += 2 if float(np.median(sizes)) < _SMALLEST_HOUSE else 0
    return other if score > 0 else sign


@dataclass(frozen=True, slots=True)
class _Recipe:
    """How all cells that differ in their digits only are read: what took long is done once.

    Attributes:
        start, end: where the figures are; `end` is 0 where the cell has to be understood anew.
        factor: what they are multiplied by.
    """

    kind: _Kind
    why: str
    mark: str
    start: int = 0
    end: int = 0
    factor: float = 1.0

    @classmethod
    def of(cls, text: str, value: float, kind: _Kind, why: str, mark: str) -> "_Recipe":
        found = CORE.search(text)
        if found is None or _NOT_ALIKE.search(text.translate(_DIGITS_ALIKE)) or found[0][0] == "0":
            return cls(kind, why, mark)
        if math.isnan(value):
            return cls(kind, why, mark, found.start(), found.end(), math.nan)
        figures = _figures(found[0], mark)
        factor = 1.0 if figures == abs(value) else round(abs(value) / figures)
        if figures * factor != abs(value):
            return cls(kind, why, mark)
        return cls(kind, why, mark, found.start(), found.end(), math.copysign(factor, value))

    def suits(self, text: str) -> bool:
        """Return whether the digits of `text` do not matter for how it is read."""
        return self.end > 0 and text[self.start] != "0"

    def value(self, text: str) -> float:
        if math.isnan(self.factor):
            return self.factor
        return self.factor * _figures(text[self.start : self.end], self.mark)


def _figures(core: str, mark: str) -> float:
    return float(core.translate(_FIGURES[mark]))


@dataclass
class NumberColumn:
    """Reads a column block by block, and counts what it meets.

    Attributes:
        form: how it is read.
        numbers: cells that are numbers.
        filled: cells that are not empty and do not say that a value is missing.
        supports: numbers that can only be read with the mark of the form.
        against: numbers that can only be read with the other one; they are left out.
        left_out: other filled cells that are left out.
        converted: cells in another unit of area.
        example, why: the first cell that is left out, and what is said of it.
        open_example: the first cell that could be read otherwise.
    """

    form: ColumnForm
    numbers: int = 0
    filled: int = 0
    supports: int = 0
    against: int = 0
    left_out: int = 0
    converted: int = 0
    example: str = ""
    why: str = ""
    open_example: str = ""
    _recipes: dict[str, "_Recipe"] = field(default_factory=dict)

    def read(self, cells: Sequence[str]) -> Numbers:
        """Return the cells as ``(n,)`` ``float64``; NaN where one is missing or no number."""
        values = self._read_plain(cells)
        if values is None:
            values = np.array([self._read_one(cell) for cell in cells], np.float64)
        return values

    def _read_plain(self, cells: Sequence[str]) -> Numbers | None:
        """Return cells that are all as Python writes numbers, or with a comma for the point."""
        joined = "".join(cells)
        mark, other = self.form.mark, "," if self.form.mark == "." else "."
        if self.form.refusal or other in joined or "_" in joined or not joined.isascii():
            return None
        # A number of thousands of digits would take long.
        if len(joined) > _USUAL_LENGTH * len(cells):
            return None
        marks = joined.count(mark)
        if marks and not (self.form.is_proven or self.supports):
            return None
        try:
            values = np.array(
                [float(cell.replace(",", ".")) for cell in cells]
                if mark == "," and marks
                else [float(cell) for cell in cells],
                np.float64,
            )
        except ValueError:
            return None
        known = int(np.count_nonzero(~np.isnan(values)))
        self.numbers += known
        self.filled += known
        self.supports += marks
        return values

    def _read_one(self, cell: str) -> float:
        if len(cell) > LONGEST:
            cell = cell[: LONGEST + 1]
        text = rewritten(cell.strip())
        shape = text.translate(_DIGITS_ALIKE)
        recipe = self._recipes.get(shape)
        if recipe is None or not recipe.suits(text):
            value, kind, why = self._understood(cell)
            if len(shape) <= _USUAL_LENGTH and len(self._recipes) < _REMEMBERED:
                self._recipes[shape] = _Recipe.of(text, value, kind, why, self.form.mark)
        else:
            value, kind, why = recipe.value(text), recipe.kind, recipe.why
        if kind == "missing":
            return value
        self.filled += 1
        if kind in ("left_out", "against"):
            self.example, self.why = self.example or cell, self.why or why
        elif kind == "open":
            self.open_example = self.open_example or cell
        if kind not in ("left_out", "against"):
            self.numbers += 1
        if kind in ("left_out", "against", "supports", "converted"):
            setattr(self, kind, getattr(self, kind) + 1)
        return value

    def _understood(self, cell: str) -> tuple[float, _Kind, str]:
        one, form = understand(cell), self.form
        if isinstance(one, Unread):
            return math.nan, "left_out" if one.why else "missing", one.why
        if form.refusal:
            return math.nan, "left_out", form.refusal
        if one.before and one.before != form.before:
            return math.nan, "left_out", "begins with words"
        if one.unknown and one.unknown != form.unknown:
            return math.nan, "left_out", "is followed by words that are no unit known here"
        value = one.value(form.mark, is_money=form.is_money)
        if math.isnan(value):
            return value, "against", "marks its decimals differently from the others"
        unit = one.unit_for(is_money=form.is_money)
        if unit is not None and form.unit is not None and unit != form.unit:
            if unit.square_metres and form.unit.square_metres:
                return value * unit.square_metres / form.unit.square_metres, "converted", ""
            if not {unit.name, form.unit.name} & {"¥", "kr", ""}:
                return math.nan, "left_out", f"counts {unit.name}, not {form.unit.name}"
        if one.is_open:
            return value, "open", ""
        return value, "supports" if one.proves else "plain", ""
