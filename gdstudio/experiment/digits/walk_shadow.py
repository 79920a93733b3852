"""The walk on a map: the path's points where the map shows them, and those that follow."""

import bisect

import numpy as np
import numpy.typing as npt

from gdstudio.engine.inspect.landscape import Landscape
from gdstudio.engine.inspect.plane import Shadow

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

    def is_near(self, squares: float) -> bool:
        """Return whether a point so far from the plane, squared, has a meaning on the map."""
        return self._reach == 0 or squares <= self._reach

    def lacks(self, steps: Steps) -> npt.NDArray[np.bool_]:
        """Return which of `steps` are not known, shape ``(n,)``."""
        return ~np.isin(steps, self._steps)

    def add(self, steps: Steps, shadows: Shadow) -> None:
        """Take in where the walk was at `steps`, those too far away left out."""
        for step, (alpha, beta), beside in zip(
            steps.tolist(), shadows.coordinates.tolist(), shadows.beside.tolist(), strict=True
        ):
            if self.is_near(beside):
                self._insert(step, (alpha, beta))

    def clear(self) -> None:
        """Forget all points: another walk begins."""
        self._steps.clear()
        self._places.clear()

    def _insert(self, step: int, place: tuple[float, float]) -> None:
        index = bisect.bisect_left(self._steps, step)
        if index < len(self._steps) and self._steps[index] == step:
            self._places[index] = place
            return
        self._steps.insert(index, step)
        self._places.insert(index, place)
        if len(self._steps) > 2 * _MOST:
            del self._steps[1:-1:2]
            del self._places[1:-1:2]

    def until(self, step: int) -> Float64Array:
        """Return the points passed up to `step`, in order, shape ``(n, 2)``."""
        end = bisect.bisect_right(self._steps, step)
        return np.array(self._places[:end], float).reshape(-1, 2)
