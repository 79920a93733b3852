"""The valleys of a function of x and y that nobody has worked out: searched for in a view."""

import math
from collections.abc import Callable

import numpy as np

from gdstudio.engine.history import Float64Array

# Only the deepest are looked at closely, and each no longer than so.
MOST = 30
_MOST_LOOKS = 4000
_EXACT = 1e-10
Function = Callable[[float, float], float]


def find_valleys(
    function: Function, x: Float64Array, y: Float64Array, values: Float64Array
) -> tuple[tuple[float, float], ...]:
    """Return the lowest points of `function` inside a view, the deepest first.

    `values` are those over evenly spaced, rising axes (rows are y). A valley is where a point of
    the grid lies lower than all eight around it; its floor is then found by a compass search
    (Fermi and Metropolis, 1952), which needs no slope and so finds kinks, too.
    """
    walls = np.where(np.isfinite(values), values, np.inf)
    middle = walls[1:-1, 1:-1]
    lower = np.isfinite(middle)
    for down in (0, 1, 2):
        for right in (0, 1, 2):
            if (down, right) != (1, 1):
                beside = walls[down : down + middle.shape[0], right : right + middle.shape[1]]
                # Beside a hole it may go down for ever; of two equally low, the first counts.
                lower &= np.isfinite(beside)
                lower &= middle < beside if (down, right) < (1, 1) else middle <= beside
    places = np.argwhere(lower)
    order = np.argsort(middle[lower])[:MOST]
    cell = float(max(x[1] - x[0], y[1] - y[0]))
    found: list[tuple[float, float, float]] = []
    for row, column in places[order].tolist():
        spot = _floor(function, float(x[column + 1]), float(y[row + 1]), cell)
        inside = x[0] <= spot[1] <= x[-1] and y[0] <= spot[2] <= y[-1]
        if inside and all(math.hypot(spot[1] - a, spot[2] - b) > cell for _, a, b in found):
            found.append(spot)
    return tuple((a, b) for _, a, b in sorted(found))


def _floor(function: Function, x: float, y: float, cell: float) -> tuple[float, float, float]:
    """Return the cost and the place of the floor of the valley around (x, y)."""
    lowest, step, looks = function(x, y), cell, 0
    while step > _EXACT * cell and looks < _MOST_LOOKS:
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1)):
            looks += 1
            value = function(x + dx * step, y + dy * step)
            if value < lowest:
                lowest, x, y = value, x + dx * step, y + dy * step
                break
        else:
            step /= 2
    return lowest, _tidy(x, cell), _tidy(y, cell)


def _tidy(number: float, cell: float) -> float:
    """Return 0 for what is 0 but for rounding."""
    return 0.0 if abs(number) < 1e-8 * cell else number
