"""Which columns of a table a lab opens it with: a size and a price, or what is nearest to them."""

import functools
import re
from collections.abc import Sequence
from weakref import WeakKeyDictionary

import numpy as np

from gdstudio.data.dataset import NumberReading, Numbers, Table
from gdstudio.data.tables.column_names import roles_of
from gdstudio.data.tables.number_words import plain_word

# As many rows show what a column is like.
_ROWS = 5_000
# A column of prices among columns without names is this many times as large as the others.
_FAR_LARGER = 20.0
_RATE_TOLERANCE = 0.01
_PAID = re.compile("sold|sale|final|closing|slut|paid|verkauf")
_ASKED = re.compile("ask|list|utgang|start|estimate|previous|old")
# A price per area is sought among as many columns.
_DIVISORS = 40
# What was chosen before: to look at a thousand columns takes longer than a frame.
_CHOSEN: WeakKeyDictionary[Table, dict[tuple[str, str], tuple[str, str]]] = WeakKeyDictionary()


def default_columns(table: Table, *, input: str = "", target: str = "") -> tuple[str, str]:
    """Return the columns ``(input, target)`` that a lab opens `table` with.

    A column that is given is taken, and the other one chosen to go with it.

    The target is a price by its name or its currency, never a price per area if there is another;
    otherwise a column far larger than the others, or the last. The input is a size by its name,
    otherwise what goes with the target most closely. Identifiers, places, floors, flags and years
    are taken only where nothing else is left, and so is a column with one value in every row.
    """
    if input and target:
        return input, target
    known = _CHOSEN.setdefault(table, {})
    if (input, target) not in known:
        known[input, target] = _choose(table, input, target)
    return known[input, target]


def _choose(table: Table, input: str, target: str) -> tuple[str, str]:
    columns = [_Column(table, name, place) for place, name in enumerate(table.columns)]
    if target:
        chosen = next(one for one in columns if one.name == target)
    else:
        chosen = _target([one for one in columns if one.name != input])
    if input:
        return input, chosen.name
    return _input([one for one in columns if one is not chosen], chosen).name, chosen.name


class _Column:
    """What speaks for a column and against it.

    Attributes:
        rank: 0 for a number like others, the higher the less it is wanted.
    """

    def __init__(self, table: Table, name: str, place: int) -> None:
        self.name, self.place = name, place
        self.roles = roles_of(name)
        self.kind = table.readings.get(name, NumberReading()).kind
        values = table.values[name]
        self.values = values[:: max(len(values) // _ROWS, 1)][: 2 * _ROWS]
        known = self.values[np.isfinite(self.values)]
        self.is_constant = not len(known) or bool((known == known[0]).all())
        self.known_share = len(known) / max(len(self.values), 1)
        self.rank = self._rank(known)

    @functools.cached_property
    def median(self) -> float:
        """How large its numbers usually are; 0 without any."""
        known = self.values[np.isfinite(self.values)]
        return float(np.median(np.abs(known))) if len(known) else 0.0

    def _rank(self, known: Numbers) -> int:
        if self.is_constant:
            return 9
        if _counts(known) or ("identifier" in self.roles and not self._is_measured):
            return 8
        if len(set(known.tolist())) <= 2 and len(known) > 3:
            return 7
        if "place" in self.roles:
            return 6
        if "floor" in self.roles and not self._is_measured:
            return 5
        if ("year" in self.roles and not self._is_measured) or _are_years(known):
            return 4
        if "rate" in self.roles or self.kind == "rate":
            return 3
        return 1 if self.known_share < 0.5 else 0

    @property
    def _is_measured(self) -> bool:
        return bool(self.roles & {"price", "value", "rent", "area"}) or self.kind in (
            "money",
            "area",
        )

    @property
    def price_likeness(self) -> int:
        """How much its name and its currency speak for a price; 0 if nothing does."""
        if "rate" in self.roles or self.kind == "rate":
            return 1
        if "fee" in self.roles:
            return 2
        for likeness, roles in ((5, {"rent"}), (7, {"price"}), (6, {"value"})):
            if self.roles & roles and not ("rooms" in self.roles or self.kind == "area"):
                return likeness
        return 4 if self.kind == "money" else 0

    @property
    def is_asked(self) -> int:
        """-1 for a price that was paid, 1 for one that is only asked, 0 for any other."""
        plain = plain_word(self.name)
        return bool(_ASKED.search(plain)) - bool(_PAID.search(plain))

    @property
    def size_likeness(self) -> int:
        """How much its name and its unit speak for the size of a house; 0 if nothing does."""
        if "rate" in self.roles or self.kind in ("rate", "money", "count"):
            return 0
        if "area" in self.roles or self.kind == "area":
            if "land" in self.roles:
                return 1
            return 3 if "living" in self.roles else 2
        return 0


def _target(columns: Sequence[_Column]) -> _Column:
    usual = [one for one in columns if one.rank == min(other.rank for other in columns)]
    priced = [one for one in columns if one.price_likeness > 1 and one.rank < 4]
    if priced:
        whole = [one for one in priced if not any(_is_rate_of(one, columns, o) for o in priced)]
        return min(
            whole or priced,
            key=lambda one: (
                one.rank > 1, -one.price_likeness, one.is_asked, one.rank, one.place
            ),
        )  # fmt: skip
    rates = [one for one in columns if one.price_likeness == 1 and one.rank < 4]
    if rates:
        return rates[0]
    usual = [one for one in columns if one.rank < 4 and not one.size_likeness] or usual
    if len(columns) > 1:
        largest = max(usual, key=lambda one: one.median)
        others = [one.median for one in usual if one is not largest]
        if (
            others
            and largest.median > _FAR_LARGER * max(others)
            and re.fullmatch(r"column \d+", largest.name)
        ):
            return largest
    best = min(one.rank for one in usual)
    return [one for one in usual if one.rank == best][-1]


def _input(columns: Sequence[_Column], target: _Column) -> _Column:
    in_order = sorted(columns, key=lambda one: _wish(one, target))
    divisors = in_order[:_DIVISORS]
    # The best that is not just the target divided by another.
    likely = in_order[:_DIVISORS]
    return next((one for one in likely if not _is_rate_of(one, divisors, target)), in_order[0])


def _wish(column: _Column, target: _Column) -> tuple[float, ...]:
    """Return what a column is sorted by as an input: the smaller, the better."""
    likeness = column.size_likeness
    # Another price predicts a price too well to be of use.
    is_usable = column.rank < 3 and (column.price_likeness < 4 or target.price_likeness < 4)
    if is_usable and likeness > 1:
        return (0, -likeness, column.rank, -round(_correlation(column, target), 1), column.place)
    if is_usable:
        return (1, column.rank, -_correlation(column, target), column.place)
    return (2 if column.rank < 3 else 3, column.rank, column.place)


def _is_rate_of(column: _Column, others: Sequence[_Column], target: _Column) -> bool:
    """Return whether `column` is the target divided by another column, in nearly every row."""
    for other in others[:_DIVISORS]:
        if other is column or other is target or column is target:
            continue
        with np.errstate(all="ignore"):
            ratio = column.values * other.values / target.values
        known = np.isfinite(ratio)
        if known.sum() > 4 and np.median(np.abs(ratio[known] - 1)) < _RATE_TOLERANCE:
            return column.median < target.median and "area" not in column.roles
    return False


def _correlation(column: _Column, target: _Column) -> float:
    both = np.isfinite(column.values) & np.isfinite(target.values)
    if both.sum() < 3:
        return 0.0
    x, y = column.values[both], target.values[both]
    with np.errstate(all="ignore"):
        x, y = x / np.abs(x).max(), y / np.abs(y).max()
        x, y = x - x.mean(), y - y.mean()
        found = abs(float(x @ y)) / float(np.sqrt((x @ x) * (y @ y)))
    return found if np.isfinite(found) else 0.0


def _counts(known: Numbers) -> bool:
    """Return whether a column counts its rows in steps of 1."""
    return len(known) > 3 and bool((np.diff(known) == 1).all())


def _are_years(known: Numbers) -> bool:
    return bool(len(known)) and bool(
        ((known >= 1800) & (known <= 2100) & (known == np.floor(known))).mean() > 0.95
    )
