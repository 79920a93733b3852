"""What the House prices lab writes on its axes, and the house that it prices at first."""

import math
import re

import numpy as np

from gdstudio.experiment.houses.problem import HousesProblem
from gdstudio.number_text import round_to_figures

# Units as they end the names of columns.
_UNITS = {
    "sqft": "square feet", "ft2": "square feet", "sqm": "m²", "m2": "m²",
    "usd": "dollars", "eur": "euros", "gbp": "pounds",
}  # fmt: skip
# The median of this number of sizes is near enough to that of all.
_SOME_ROWS = 50_000
_ARROWS, _SMALLEST_STEP = 25, 1e-300


def axis_name(column: str, unit: str = "") -> str:
    """Return a column's name in words, and its `unit`: ``size, square feet`` for `size_sqft`.

    A unit that ends the name is the unit where no other is known.
    """
    # “SalePrice” is two words; “GDP” is one, and stays as it is.
    words = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", column).replace("_", " ").split()
    if " ".join(words) != column:
        words = [word.lower() if word[1:].islower() else word for word in words]
    if len(words) > 1 and words[-1].lower() in _UNITS:
        written = _UNITS[words[-1].lower()]
        if words[-2].lower() == "per":
            words[-1] = written
        else:
            words.pop()
            unit = unit or written
    return ", ".join(part for part in (" ".join(words) or column, unit) if part)


def typical_size(problem: HousesProblem) -> float:
    """Return the size of a house from the middle of the data, to as few figures as can be."""
    some = problem.x[:: max(len(problem.x) // _SOME_ROWS, 1)]
    # np.median would load numpy.ma at the start.
    ordered = np.sort(some)
    middle = float(ordered[(len(some) - 1) // 2] + ordered[len(some) // 2]) / 2
    low, high = float(ordered[0]), float(ordered[-1])
    for figures in range(1, 16):
        size = round_to_figures(middle, figures)
        if low <= size <= high:
            return size
    return middle


def size_step(problem: HousesProblem) -> float:
    """Return how far one arrow goes: some thirtieth of the sizes' range, 1, 2 or 5 in front."""
    wanted = float(np.ptp(problem.x)) / _ARROWS
    power = 10.0 ** math.floor(math.log10(wanted)) if wanted > _SMALLEST_STEP else _SMALLEST_STEP
    return power * max(first for first in (1, 2, 5) if first * power <= wanted or first == 1)
