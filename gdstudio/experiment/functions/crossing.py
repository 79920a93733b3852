"""What lies between two places of a curve: what a step has jumped over."""

import enum
import math

import numpy as np

from gdstudio.engine.functions.objective import FunctionObjective

_PLACES = 129
_HALVINGS = 80
# How near to the place where the slope changes its sign one looks on both sides.
_ASIDE = 1e-7


class Crossing(enum.Enum):
    """What a step has jumped over."""

    NOTHING = "nothing"  # the slope has the same sign on both sides
    VALLEY = "valley"
    HILLTOP = "hilltop"
    SEVERAL = "several"  # valleys and hills
    BREAK = "break"  # a pole, a gap, or a jump of the function


def crossing(objective: FunctionObjective, begin: float, end: float) -> Crossing:
    """Return what lies between `begin` and `end`, where f and its slope are defined."""
    low, high = min(begin, end), max(begin, end)
    places = np.linspace(low, high, _PLACES)
    with np.errstate(all="ignore"):
        slopes, values = objective.slopes[0].value(places), objective.expression.value(places)
    if not np.isfinite(values).all():
        return Crossing.BREAK
    if not slopes[0] * slopes[-1] < 0:
        return Crossing.NOTHING
    rises = slopes[np.isfinite(slopes) & (slopes != 0)] > 0
    turns = np.flatnonzero(rises[1:] != rises[:-1])
    where = _sign_change(objective, low, high)
    if where is None:
        return Crossing.BREAK
    if len(turns) > 1:
        return Crossing.SEVERAL
    left, right = where
    bottom = (objective.expression.at(left) + objective.expression.at(right)) / 2
    # On a valley floor both sides are lower than the ends; on a hilltop they are higher.
    ends = float(values[0]), float(values[-1])
    if slopes[0] < 0:
        return Crossing.VALLEY if bottom <= min(ends) else Crossing.BREAK
    return Crossing.HILLTOP if bottom >= max(ends) else Crossing.BREAK


def _sign_change(
    objective: FunctionObjective, low: float, high: float
) -> tuple[float, float] | None:
    """Return two places close by each other between which the slope changes its sign.

    None where f does not go on evenly from one to the other: at a pole or a jump.
    """
    f, slope = objective.expression.at, objective.slopes[0].at
    sign = math.copysign(1.0, slope(low))
    width = high - low
    largest = max(abs(f(low)), abs(f(high)))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        there = slope(middle)
        if not math.isfinite(f(middle)):
            return None
        if math.isnan(there):  # the tip of a kink may have no slope
            low = high = middle
            break
        if there * sign > 0:
            low = middle
        else:
            high = middle
    aside = _ASIDE * width
    left, right = f(low - aside), f(high + aside)
    inner = f(low), f(high)
    known = all(map(math.isfinite, (left, right, *inner)))
    # Beside a smooth floor, or a kink, the values a little aside are nearly those of the floor.
    height = max(largest, abs(left), abs(right))
    near = max(abs(inner[0] - left), abs(inner[1] - right), abs(inner[0] - inner[1]))
    return (low, high) if known and near <= 1e-3 * height + 1e-300 else None
