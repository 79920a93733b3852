"""The walk on a map: the path's points where the map shows them, and those that follow."""

import bisect

import numpy as np
import numpy.typing as npt

from gdstudio.engine.landscape import Landscape
from gdstudio.engine.plane import Shadow

Float64Array = npt.NDArray[np.float64]
Steps = npt.NDArray[np.integer]

# Twice as many points, and every other one of those that followed is forgotten.
_MOST = 2000


class WalkShadow:
    """The points of one walk on one map, by the step at which each was passed.

    Args:
        landscape: the map.
        steps: when each point of its path was passed, rising, shape ``(n,)``.
    """

    def __init__(self, landscape: Landscape, steps: Steps):
        path = landscape.path
        self._steps: list[int] = [int(step) for step in steps]
        self._places: list[tuple[float, float]] = [
            (float(alpha), float(beta)) for alpha, beta in path.coordinates
        ]
        # Further from the plane than any point of the walk was from θ*, it is another walk.
        self._reach = float(path.squares.max(initial=0.0))

    def is_near(self, now: Shadow) -> bool:
        """Return whether a point is near enough for its place on the map to mean something."""
        return self._reach == 0 or float(now.beside[0]) <= self._reach

    def add(self, step: int, now: Shadow) -> None:
        """Take in where the network is at `step`; what was known of that step is replaced."""
        place = (float(now.coordinates[0, 0]), float(now.coordinates[0, 1]))
        index = bisect.bisect_left(self._steps, step)
        if index < len(self._steps) and self._steps[index] == step:
            self._places[index] = place
            return
        self._steps.insert(index, step)
        self._places.insert(index, place)
        if len(self._steps) > 2 * _MOST:
            del self._steps[1:-1:2]
            del self._places[1:-1:2]

    def until(self, step: int | None) -> Float64Array:
        """Return the points passed up to `step`, in order, shape ``(n, 2)``; None means all."""
        end = len(self._steps) if step is None else bisect.bisect_right(self._steps, step)
        return np.array(self._places[:end], float).reshape(-1, 2)
