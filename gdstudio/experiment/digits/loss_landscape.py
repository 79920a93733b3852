"""A landscape of the loss around a network, with the walk on it, computed apart from the window."""

import bisect
import importlib
import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdstudio.data.catalogue import load_images
from gdstudio.engine.inspect.landscape import Landscape, LandscapeSettings, landscape
from gdstudio.engine.inspect.plane import Shadow
from gdstudio.engine.jobs import Work
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.digits.network_moment import Moment

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


@dataclass(frozen=True, eq=False)
class FoundLandscape:
    """A landscape, and of what it is one.

    Attributes:
        landscape: the map.
        moment: the network it was computed around.
        seconds: how long that took.
        walk: the walk as the map shows it.
    """

    landscape: Landscape
    moment: Moment
    seconds: float
    walk: WalkShadow


def landscape_around(
    moment: Moment,
    settings: LandscapeSettings,
    steps: Steps,
    path: FloatArray,
) -> Work[FoundLandscape]:
    """Compute the landscape around the network of `moment`, with the path it walked.

    Args:
        moment: whose it is.
        settings: how large and how fine.
        steps: when each point of the path was passed, shape ``(n,)``.
        path: θ there, shape ``(n, size)``.
    """
    # The plot asks for quantiles, and the first of them imports this: not in the window's turn.
    importlib.import_module("numpy.ma")
    training = load_images(moment.dataset).training
    yield 0.0
    begun = time.perf_counter()
    found = yield from landscape(
        moment.network, moment.parameters, path, training.images, training.labels, settings
    )
    seconds = time.perf_counter() - begun
    return FoundLandscape(found, moment, seconds, WalkShadow(found, steps))
