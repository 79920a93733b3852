"""Where downhill leads in the end: to a place of rest, to an edge, into a pole, or on for ever."""

import enum
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdstudio.engine.function_objective import FunctionObjective
from gdstudio.engine.history import Float64Array

# A path has at most so many pieces.
_PIECES = 1000
_FIRST_SHARE = 1 / 50
_FAR_SHARES, _NEAR_SHARE, _SMALLEST_SHARE = (1e-6, 1e-3), 1e-8, 1e-10
# How far ahead of its last piece one looks whether the function ends.
_BEYOND = 1e-8
# No function that anyone walks on for its valleys has them so deep.
_BOTTOMLESS = -1e100
# From here on the path has left for good: shares of the reach.
_FAR = 1e9
# Doublings of a length that reach from any view to the largest numbers.
_DOUBLINGS = 1100


class Outlook(enum.Enum):
    """How a way downhill ends."""

    REST = "rest"  # at ground that is lower than what is around it, or level
    EDGE = "edge"  # where the function ends
    POLE = "pole"  # where it falls without bound
    FOREVER = "forever"  # nowhere: it falls for ever
    OPEN = "open"  # too far off to be seen, or ever more slowly


@dataclass(frozen=True, eq=False)
class WayDown:
    """Where downhill leads from a start.

    Attributes:
        outlook: how it ends.
        point: where it ends, or how far it was followed, shape ``(size,)``.
    """

    outlook: Outlook
    point: Float64Array


def way_down(objective: FunctionObjective, start: npt.ArrayLike, *, reach: float) -> WayDown:
    """Follow the steepest way down from `start`, ``(size,)``, in pieces that never climb.

    It is what descent with ever smaller learning rates comes to. `reach` is a length that is
    nothing unusual.
    """
    here = np.array(start, np.float64)
    gradient, there_gradient = np.empty(len(here)), np.empty(len(here))
    begin = here.copy()
    with np.errstate(all="ignore"):
        height = objective.value_and_gradient(here, gradient)
        if not math.isfinite(height):
            return WayDown(Outlook.EDGE, here)
        length, far_falls, near_falls = _FIRST_SHARE * reach, 0.0, 0.0
        for _ in range(_PIECES):
            steep = float(np.linalg.norm(gradient))
            if steep == 0.0 or not math.isfinite(steep):
                break
            way = -gradient / steep
            middle = objective.value_and_gradient(here + length / 2 * way, there_gradient)
            halfway = -float(there_gradient @ way) / steep
            there = here + length * way
            new = objective.value_and_gradient(there, there_gradient)
            at_end = -float(there_gradient @ way) / steep
            # A piece is so short that it falls evenly: it jumps over nothing.
            if height > middle > new and all(0.5 <= share <= 1.6 for share in (halfway, at_end)):
                here, height = there, new
                gradient, there_gradient = there_gradient, gradient
                length *= 1.4
                if float(np.linalg.norm(here - begin)) > _FAR * reach:
                    ever = falls_for_ever(objective, here, way, reach=reach)
                    return WayDown(Outlook.FOREVER if ever else Outlook.OPEN, here)
                continue
            length /= 2
            span = max(reach, float(np.linalg.norm(here)))
            if _FAR_SHARES[0] < length / span < _FAR_SHARES[1]:
                far_falls = max(far_falls, steep * length)
            elif length < _NEAR_SHARE * span:
                near_falls = max(near_falls, steep * length)
            if length < _SMALLEST_SHARE * span:
                # Towards a floor ever shorter pieces fall ever less; towards a pole as far.
                if near_falls > 0.6 * far_falls > 0:
                    return WayDown(Outlook.POLE, here)
                beyond = objective.value(here + _BEYOND * reach * way)
                if math.isnan(beyond):
                    return WayDown(Outlook.EDGE, here)
                break
        else:
            return WayDown(Outlook.FOREVER if height < _BOTTOMLESS else Outlook.OPEN, here)
    return WayDown(Outlook.FOREVER if height < _BOTTOMLESS else Outlook.REST, here)


def falls_for_ever(
    objective: FunctionObjective, point: npt.ArrayLike, way: npt.ArrayLike, *, reach: float
) -> bool:
    """Return whether f falls along `way` from `point` as far as there are numbers, without bound.

    It is looked at wherever the distance has doubled; drops that shrink to nothing are a bound.
    """
    here, ahead = np.asarray(point, np.float64), np.asarray(way, np.float64)
    size = float(np.linalg.norm(ahead))
    if not (size > 0 and math.isfinite(size)):
        return False
    with np.errstate(all="ignore"):
        lengths = reach * np.exp2(np.arange(_DOUBLINGS, dtype=np.float64))
        lengths = np.concatenate([[0.0], lengths[np.isfinite(lengths)]])
        values = objective.values(here + lengths[:, None] * (ahead / size))
    ends = np.flatnonzero(~np.isfinite(values))
    if len(ends):
        if values[ends[0]] != -math.inf:
            return False
        values = values[: ends[0]]
    drops = -np.diff(values)
    if len(drops) < 3:
        return bool(len(ends)) and bool((drops > 0).all())
    return bool((drops > 0).all() and drops[-1] >= 1e-4 * drops[0])
