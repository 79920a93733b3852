"""Where downhill leads in the end: to a place of rest, to an edge, into a pole, or on for ever."""

import enum
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdstudio.engine.functions.objective import FunctionObjective
from gdstudio.engine.history import Float64Array
from gdstudio.experiment.functions.ground import ways_around

# A path has at most this number of pieces.
_PIECES = 1000
_FIRST_SHARE = 1 / 50
_FAR_SHARES, _NEAR_SHARE, _SMALLEST_SHARE = (1e-6, 1e-3), 1e-8, 1e-10
# How far ahead of its last piece one looks whether the function ends.
_BEYOND = 1e-8
# No function that anyone walks on for its valleys has them so deep.
_BOTTOMLESS = -1e100
# From here on the path has left for good: shares of the reach.
_FAR = 1e9
# A piece that went well is followed by a longer one.
_GROWTH = 1.4
# At most this number of kinks are followed, where each leads on by this share of the reach.
_KINKS, _KINK_SHARE = 20, 1e-3
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
    path = _Path(objective, np.array(start, np.float64), reach)
    with np.errstate(all="ignore"):
        outlook = path.follow_slope()
        for _ in range(_KINKS):
            if outlook is not Outlook.REST or len(path.here) == 1 or not path.follow_kink():
                break
            outlook = path.leads_away() or path.follow_slope()
    return WayDown(outlook, path.here)


class _Path:
    """A way down, as far as it has been followed.

    Attributes:
        here: where it has come to, shape ``(size,)``.
    """

    def __init__(self, objective: FunctionObjective, start: Float64Array, reach: float) -> None:
        self.here = start
        self._objective, self._reach, self._begin = objective, reach, start
        self._way = np.zeros(len(start))
        self._gradient, self._spare = np.empty(len(start)), np.empty(len(start))
        self._height = objective.value_and_gradient(start, self._gradient)

    def follow_slope(self) -> Outlook:
        """Follow the slope until it ends or leads away."""
        if not math.isfinite(self._height):
            return Outlook.EDGE
        length, far_falls, near_falls = _FIRST_SHARE * self._reach, 0.0, 0.0
        for _ in range(_PIECES):
            steep = float(np.linalg.norm(self._gradient))
            if steep == 0.0 or not math.isfinite(steep):
                break
            way = -self._gradient / steep
            if self._go_evenly(way, length, steep):
                length *= _GROWTH
                if away := self.leads_away():
                    return away
                continue
            length /= 2
            span = max(self._reach, float(np.linalg.norm(self.here)))
            if _FAR_SHARES[0] < length / span < _FAR_SHARES[1]:
                far_falls = max(far_falls, steep * length)
            elif length < _NEAR_SHARE * span:
                near_falls = max(near_falls, steep * length)
            if length < _SMALLEST_SHARE * span:
                # Towards a floor ever shorter pieces fall ever less; towards a pole as far.
                if near_falls > 0.6 * far_falls > 0:
                    return Outlook.POLE
                if self._ends_along(way):
                    return Outlook.EDGE
                break
        else:
            return Outlook.FOREVER if self._height < _BOTTOMLESS else Outlook.OPEN
        return Outlook.FOREVER if self._height < _BOTTOMLESS else Outlook.REST

    def follow_kink(self) -> bool:
        """Go on along a kink, where slopes point across it; return whether that led anywhere."""
        ways = ways_around(self._objective, self.here, reach=self._reach)
        around = self._objective.values(self.here + _KINK_SHARE * self._reach * ways)
        if not (around < self._height).any():
            return False
        way = ways[int(np.nanargmin(around))]
        length, gone = _FIRST_SHARE * self._reach, 0.0
        while length > _SMALLEST_SHARE * self._reach and not self.leads_away():
            middle, there = self.here + length / 2 * way, self.here + length * way
            new = self._objective.value(there)
            if self._height > self._objective.value(middle) > new:
                self.here, self._height, self._way, gone = there, new, way, gone + length
                length *= _GROWTH
            else:
                length /= 2
        if self._ends_along(way):
            self._height = math.nan  # which `follow_slope` takes for the edge that it is
        else:
            self._height = self._objective.value_and_gradient(self.here, self._gradient)
        return gone > _KINK_SHARE * self._reach

    def _go_evenly(self, way: Float64Array, length: float, steep: float) -> bool:
        """Go a piece that is so short that it falls evenly, and so jumps over nothing."""
        value = self._objective.value_and_gradient
        middle = value(self.here + length / 2 * way, self._spare)
        halfway = -float(self._spare @ way) / steep
        there = self.here + length * way
        new = value(there, self._spare)
        at_end = -float(self._spare @ way) / steep
        even = self._height > middle > new and 0.5 <= halfway <= 1.6 and 0.5 <= at_end <= 1.6
        if even:
            self.here, self._height, self._way = there, new, way
            self._gradient, self._spare = self._spare, self._gradient
        return even

    def leads_away(self) -> Outlook | None:
        """Return how it goes on where it has left for good; None as long as it has not."""
        if float(np.linalg.norm(self.here - self._begin)) <= _FAR * self._reach:
            return None
        ever = falls_for_ever(self._objective, self.here, self._way, reach=self._reach)
        return Outlook.FOREVER if ever else Outlook.OPEN

    def _ends_along(self, way: Float64Array) -> bool:
        """Return whether the function ends right ahead."""
        return math.isnan(self._objective.value(self.here + _BEYOND * self._reach * way))


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
