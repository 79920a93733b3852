"""The step table of the houses, with numbers that add up as they are shown.

Each row can be repeated from what it shows: Ypred from the line and X, the error from Y and Ypred,
the slopes from the error and X. So they are worked out from the rounded numbers, as in class. The
sums below are those that descent uses, of the numbers as they are.
"""

import math
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from gdstudio.engine.history import Float64Array
from gdstudio.experiment.houses.problem import HousesProblem
from gdstudio.hand_numbers import decimal, decimals_for
from gdstudio.hand_numbers import rounded as to_decimals

# A minus takes the room of a figure: the table must fit its column.
_FIGURES, _FIGURES_WITH_SIGN = 4, 3
# Differences among sizes that are all alike, such as years, need some figures too.
_FIGURES_OF_SPREAD = 3
# Below and above, numbers are written with a power of ten.
_SMALLEST, _LARGEST = 1e-4, 1e9
_MOST_DECIMALS = 9
# Prices are the sum of an intercept and of slope · size, written out up to here.
_LARGEST_SUMMAND = 1e12
# What is halfway but for the last bit is rounded up, as by hand.
_NUDGE = 1e-7


@dataclass(frozen=True)
class TableForm:
    """How many decimals the columns have, the same for a whole run; None where a power of ten is.

    Attributes:
        x, y: of X; of Y, Ypred and the error.
        slope: of the slopes along b; those along a have the error's.
        a, b: of the line.
    """

    x: int | None
    y: int | None
    slope: int | None
    a: int
    b: int

    @classmethod
    def of(cls, problem: HousesProblem) -> "TableForm":
        """Return the form that suits the data of `problem`, as descent sees them."""
        x, y = problem.objective.x, problem.objective.y
        x_places, y_places = _decimals(x), _decimals(y)
        if x_places is None or y_places is None:
            return cls(x_places, y_places, None, 0, 0)
        size = math.floor(math.log10(float(np.abs(x).max())))
        return cls(
            x_places,
            y_places,
            max(y_places - size, 0),
            y_places + 1,
            min(max(y_places + 1 + size, 0), 2 * _MOST_DECIMALS),
        )


@dataclass(frozen=True)
class TableNumbers:
    """The columns of some rows as they are shown, shape ``(rows,)``, and their line."""

    x: Float64Array
    y: Float64Array
    predicted: Float64Array
    error: Float64Array
    slope_a: Float64Array
    slope_b: Float64Array
    a: float
    b: float


def table_numbers(
    problem: HousesProblem, parameters: Float64Array, form: TableForm, rows: slice = slice(None)
) -> TableNumbers:
    """Return the rows of the table for the line `parameters`, (a, b) as descent sees it."""
    a, b = parameters.tolist()
    x, y = problem.objective.x[rows], problem.objective.y[rows]
    if form.x is None or form.y is None or form.slope is None:
        each = problem.objective.per_house(parameters, rows)
        return TableNumbers(x, y, each.predicted, each.error, each.slope_a, each.slope_b, a, b)
    a, b = (float(to_decimals(number, places)) for number, places in ((a, form.a), (b, form.b)))
    x, y = rounded(x, form.x), rounded(y, form.y)
    with np.errstate(all="ignore"):
        predicted = rounded(a + b * x, form.y)
        error = rounded(y - predicted, form.y)
        slope_b = rounded(-error * x, form.slope)
    return TableNumbers(x, y, predicted, error, -error, slope_b, a, b)


def rounded(numbers: Float64Array, decimals: int) -> Float64Array:
    """Return `numbers` with `decimals` decimals, halves away from zero; 0 has no sign."""
    scale = 10.0**decimals
    with np.errstate(all="ignore"):
        size = np.abs(numbers) * scale
        whole = np.floor(size + 0.5 + _NUDGE) / scale
        # Numbers of more than 15 figures have no decimals left to round.
        whole = np.where(size < 1e15, whole, np.abs(numbers))
        return np.asarray(np.where(whole == 0, 0.0, np.copysign(whole, numbers)))


def price_decimals(problem: HousesProblem) -> int | None:
    """Return how many decimals prices in original units are shown with; None for a power of ten."""
    largest = float(np.abs(problem.y).max())
    return max(decimals_for([largest], _FIGURES), 0) if _SMALLEST <= largest < _LARGEST else None


def repeatable_price(
    intercept: float, slope: float, size: float, decimals: int
) -> tuple[Decimal, Decimal, Decimal] | None:
    """Return intercept, slope and price as they are shown, so that the price can be repeated.

    The price of the exact numbers has `decimals` decimals; intercept and slope have as many as it
    takes for their intercept + slope · size to be that price. None where the numbers are too large
    or too small to be written out.
    """
    largest = max(map(abs, (intercept, slope, size, slope * size)))
    if not largest < _LARGEST_SUMMAND or 0 < abs(size) < 1 / _LARGEST_SUMMAND:
        return None
    exact_a, exact_b, exact_size = (decimal(number) for number in (intercept, slope, size))
    price = to_decimals(exact_a + exact_b * exact_size, decimals)
    # This number of decimals of the slope makes a price of as many as the intercept has, but for
    # one.
    more = math.ceil(math.log10(abs(size) or 1.0)) - 1
    for places in range(decimals + 2, decimals + 2 + _MOST_DECIMALS):
        a, b = to_decimals(exact_a, places), to_decimals(exact_b, max(places + more, 0))
        if to_decimals(a + b * exact_size, decimals) == price:
            break
    return a, b, price


def _decimals(numbers: Float64Array) -> int | None:
    """Return how many decimals a column of data needs, and no more; None for a power of ten."""
    largest, spread = float(np.abs(numbers).max()), float(np.ptp(numbers))
    if not _SMALLEST <= largest < _LARGEST:
        return None
    figures = _FIGURES_WITH_SIGN if (numbers < 0).any() else _FIGURES
    wanted = max(decimals_for([largest], figures), decimals_for([spread], _FIGURES_OF_SPREAD), 0)
    if wanted > _MOST_DECIMALS:
        return None
    for decimals in range(wanted):
        if np.array_equal(np.round(numbers, decimals), numbers):
            return decimals
    return wanted
