"""Numbers as one calculates with them by hand: decimal, rounded as in school, written plainly.

A calculation is lines of text in which blanks stand for the numbers to be found.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from gdstudio.errors import BadInput
from gdstudio.number_text import MINUS, number_text, power_text, short_text

# Enough for every product that is rounded afterwards.
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_PLACES = (
    "whole numbers",
    "tens",
    "hundreds",
    "thousands",
    "ten thousands",
    "hundred thousands",
    "millions",
    "ten millions",
    "hundred millions",
    "billions",
)
# Numbers with more digits are not for hands.
_LONGEST = 20
_SMALLEST_PLAIN, _LARGEST_PLAIN = -7, 12
# Sums of larger and of smaller numbers have a power of ten.
_SMALLEST_SUMMAND, _LARGEST_SUMMAND = -4, 9
# How many figures a small number gives up to have as many decimals as the others.
_FIGURES_LOST = 2
# A step that would take more decimals than these beside those of its value is not written with it.
_MORE_DECIMALS = 3


@dataclass(frozen=True)
class Blank:
    """A number that the class finds; the key shows it."""

    answer: str


@dataclass(frozen=True)
class Repeated(Blank):
    """A number that the class has found before: it is written again, and is no answer more."""


Piece = str | Blank
Line = tuple[Piece, ...]


def decimal(number: float | Decimal) -> Decimal:
    """Return `number` as it is written: 0.1 is a tenth."""
    if isinstance(number, Decimal):
        return number
    # For a cache, 0 and −0 are one.
    return _decimal(float(number)) if number else Decimal(repr(float(number)))


# The numbers of a step are written again and again until they fit where they stand.
@lru_cache(maxsize=512)
def _decimal(number: float) -> Decimal:
    return Decimal(repr(number))


def rounded(number: float | Decimal, decimals: int) -> Decimal:
    """Return `number` with `decimals` decimals, halves away from zero; −3 rounds to thousands.

    Raises:
        BadInput: if it would be too long to be worked with by hand, as where a walk explodes.
    """
    exact = decimal(number)
    if not exact.is_finite() or (exact and exact.adjusted() + decimals > _LONGEST):
        raise BadInput(
            "The numbers of these steps grow too long to be worked out by hand; choose a smaller "
            "learning rate, or fewer steps."
        )
    result = exact.quantize(Decimal(1).scaleb(-decimals), context=_EXACT)
    return abs(result) if result == 0 else result


def to_figures(number: float | Decimal, figures: int) -> Decimal:
    """Return `number` with `figures` significant figures; 0 stays 0."""
    exact = decimal(number)
    return rounded(exact, decimals_for([exact], figures)) if exact else exact


def decimals_for(numbers: Iterable[float | Decimal], figures: int) -> int:
    """Return how many decimals the largest of `numbers` needs to show `figures` figures."""
    largest = max((abs(decimal(number)) for number in numbers), default=Decimal(0))
    if largest == 0 or not largest.is_finite():
        return figures - 1
    return figures - 1 - largest.adjusted()


def root(number: Decimal) -> Decimal:
    """Return √number, to be rounded."""
    return number.sqrt(_EXACT)


def quotient(above: Decimal, below: Decimal) -> Decimal:
    """Return above / below, to be rounded; 0 / 0 is 0, as an optimizer's ε makes it."""
    return Decimal(0) if above == 0 and below == 0 else _EXACT.divide(above, below)


def text(number: float | Decimal) -> str:
    """Return `number` with a true minus and thousands apart, keeping its decimals."""
    exact = decimal(number)
    if exact and not _SMALLEST_PLAIN < exact.adjusted() < _LARGEST_PLAIN:
        digits, power = f"{exact:e}".lower().split("e")
        return power_text(digits, int(power))
    # Thousands that rounding made are written out: 1.2E+4 is 12,000.
    return f"{abs(exact) if exact == 0 else exact:,f}".replace("-", MINUS)


def plain(number: float | Decimal) -> str:
    """Return a setting as it was typed, without zeros at its end: ``0.01``."""
    value = float(number)
    if value and math.isfinite(value) and -5 < Decimal(repr(value)).adjusted() < 9:
        exact = Decimal(repr(value))
        return text(exact.to_integral() if exact == exact.to_integral() else exact.normalize())
    return text(Decimal(repr(value)).normalize())


def factor(number: Decimal) -> str:
    """Return `number` as it stands behind an operator: in brackets where it is negative."""
    return f"({text(number)})" if number < 0 else text(number)


def place_text(decimals: int) -> str:
    """Return how one rounds: ``3 decimals``, ``whole numbers``, ``hundreds``."""
    if decimals > 0:
        return f"{decimals} decimal{'s' if decimals > 1 else ''}"
    return _PLACES[-decimals] if -decimals < len(_PLACES) else f"{-decimals} zeros at the end"


def places_of(value: float, step: float, figures: int = 4) -> int:
    """Return how many decimals a value needs so that its figures and those of a step can be seen.

    Of the value, `figures` are; of the step, one fewer. A step that is far too small to matter is
    not seen.
    """
    own = decimals_for([value], figures)
    return min(max(own, decimals_for([step], figures - 1) if step else own), own + 4)


def sum_texts(sums: Sequence[tuple[float, float]], figures: int = 4) -> list[tuple[str, str, str]]:
    """Return each value, its step and their sum as texts that add up as they are shown.

    The three of a sum have as many decimals (`places_of`), and all sums as many as the largest
    needs, unless that has hardly any or another would lose more than two figures. What is very
    large or very small has a power of ten, the same for the three. A step too small to be seen
    beside its value has figures of its own.

    Args:
        sums: the values with their steps.
        figures: how many figures of a value are seen at least.
    """
    if not all(math.isfinite(value) and math.isfinite(value + step) for value, step in sums):
        return [_apart(value, step, figures) for value, step in sums]
    sizes = [(max(abs(value), abs(value + step)) or abs(step), abs(step)) for value, step in sums]
    powers = [_power(max(pair)) for pair in sizes]
    places = [_decimals(*pair, power, figures) for pair, power in zip(sizes, powers, strict=True)]
    if sizes and not any(powers):
        largest, longest = max(size for size, _ in sizes), max(step for _, step in sizes)
        common = _decimals(largest, longest, 0, figures)
        if _FIGURES_LOST <= common <= max(places) <= common + _FIGURES_LOST:
            places = [common] * len(places)
    return [
        _added(decimal(value).scaleb(-power), decimal(step).scaleb(-power), place, power, figures)
        for (value, step), power, place in zip(sums, powers, places, strict=True)
    ]


def _decimals(value: float, step: float, power: int, figures: int) -> int:
    """Return how many decimals beside 10^power a sum has with a value and a step of these sizes."""
    if not value:
        return 0
    own = decimals_for([value], figures)
    is_seen = step and decimals_for([step], 1) <= own + _MORE_DECIMALS
    return max((places_of(value, step, figures) if is_seen else own) + power, 0)


def _apart(value: float, step: float, figures: int) -> tuple[str, str, str]:
    """Return the texts of numbers that have no sum, such as infinite ones."""
    return (
        number_text(value, figures),
        number_text(step, figures, sign=True),
        number_text(value + step, figures),
    )


def _power(largest: float) -> int:
    """Return the power of ten that a sum is written with; 0 is none."""
    power = decimal(largest).adjusted() if largest else 0
    return 0 if _SMALLEST_SUMMAND <= power < _LARGEST_SUMMAND else power


def _added(
    value: Decimal, step: Decimal, places: int, power: int, figures: int
) -> tuple[str, str, str]:
    """Return a value, a step and their sum, each rounded to `places` decimals beside 10^power."""
    first, second = rounded(value, places), rounded(step, places)
    ending = power_text("1", power).replace("10", "×10", 1) if power else ""

    def written(number: Decimal, sign: str = "") -> str:
        return f"{sign}{text(number)}{ending}" if number else "0"

    sign = "+" if second > 0 else ""
    shown = written(second, sign)
    if step and not second:
        shown = short_text(float(step.scaleb(power)), min(figures, 3), sign=True)
    total = first + second
    return written(first), shown, written(abs(total) if total == 0 else total)


def rounding_note(places: Sequence[tuple[str, int]], *, figures: int | None = None) -> str:
    """Return how to round what is named, by its decimals, and anything else to some figures."""
    groups: dict[int, list[str]] = {}
    for name, decimals in places:
        groups.setdefault(decimals, []).append(name)
    parts = [f"{_listed(names)} to {place_text(decimals)}" for decimals, names in groups.items()]
    if figures is not None:
        parts.append(f"anything else to {figures} figures")
    return f"Round {'; '.join(parts)}. A 5 rounds up. Go on with the rounded numbers."


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
