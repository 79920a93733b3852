"""A walk in the fog: a person goes step by step and knows the slope under the feet alone."""

import math
from dataclasses import dataclass

import numpy as np

from gdstudio.engine.history import Float64Array
from gdstudio.experiment.functions.terrain import Terrain
from gdstudio.experiment.walks import Path

# A step reaches at most this share of the view's shorter side.
_REACH_SHARE = 0.2
# What the names of its readings begin with.
FOG = "fog"


class FogWalk:
    """The steps of a person on a terrain.

    Attributes:
        reach: the length of the longest step.
        probes: how many steps were made, also those that were taken back.
    """

    def __init__(self, terrain: Terrain, start: tuple[float, float]):
        """Stand at `start`, where the terrain has a value."""
        self._terrain = terrain
        width = terrain.x_view[1] - terrain.x_view[0]
        depth = terrain.y_view[1] - terrain.y_view[0]
        self.reach = _REACH_SHARE * min(width, depth)
        self.probes = 0
        self._places = [start]
        self._losses = [terrain.objective.value(np.array(start))]

    @property
    def steps(self) -> int:
        """How many steps were made."""
        return len(self._places) - 1

    @property
    def place(self) -> tuple[float, float]:
        """(x, y) where the person stands."""
        return self._places[-1]

    @property
    def loss(self) -> float:
        """The loss there."""
        return self._losses[-1]

    @property
    def points(self) -> Float64Array:
        """Where the person has been, (steps + 1, 2)."""
        return np.array(self._places)

    @property
    def losses(self) -> Float64Array:
        """The loss there, (steps + 1,)."""
        return np.array(self._losses)

    def slope(self) -> tuple[float, float]:
        """Return (∂f/∂x, ∂f/∂y) under the feet."""
        gradient = np.empty(2)
        self._terrain.objective.value_and_gradient(np.array(self.place), gradient)
        return float(gradient[0]), float(gradient[1])

    def go(self, dx: float, dy: float) -> str:
        """Make a step; one that is too long is cut to the reach.

        Returns:
            A sentence that says why no step was made, or an empty text.
        """
        length = math.hypot(dx, dy)
        if not length > 0:
            return "A step needs a length."
        share = min(self.reach / length, 1.0)
        x, y = self.place[0] + dx * share, self.place[1] + dy * share
        if self._terrain.objective.trouble_at(x, y):
            return "There is no ground there: the function is undefined. Step somewhere else."
        self.probes += 1
        self._places.append((x, y))
        self._losses.append(self._terrain.objective.value(np.array([x, y])))
        return ""

    def go_downhill(self, length: float) -> str:
        """Make a step of `length` straight against the gradient.

        Returns:
            A sentence that says why no step was made, or an empty text.
        """
        slope_x, slope_y = self.slope()
        size = math.hypot(slope_x, slope_y)
        if not size > 0:
            return "It is level here: slope does not say where downhill is."
        return self.go(-slope_x / size * length, -slope_y / size * length)

    def readings(self) -> dict[str, float]:
        """Return its numbers by name."""
        (x, y), loss = self.place, self.loss
        numbers = {"step": self.steps, "probes": self.probes, "x": x, "y": y, "loss": loss}
        return {f"{FOG}.{name}": number for name, number in numbers.items()}

    def back(self) -> None:
        """Take the last step back, if there is one."""
        if self.steps:
            del self._places[-1], self._losses[-1]


@dataclass(frozen=True)
class FogVerdict:
    """A person's walk beside a descent from the same start.

    Attributes:
        steps: how many steps the person made.
        loss: where the person stands.
        descent_steps: how many of these the descent made; fewer if it ended by itself.
        descent_loss: its loss after them.
        steps_to_match: after how many steps it was as low as the person, None if never.
    """

    steps: int
    loss: float
    descent_steps: int
    descent_loss: float
    steps_to_match: int | None


def compare(fog: FogWalk, path: Path) -> FogVerdict:
    """Return how the person's walk stands beside the descent of `path`."""
    within = path.steps <= fog.steps
    steps, values = path.steps[within], path.values[within]
    low = np.flatnonzero(values <= fog.loss)
    return FogVerdict(
        steps=fog.steps,
        loss=fog.loss,
        descent_steps=int(steps[-1]),
        descent_loss=float(values[-1]),
        steps_to_match=int(steps[low[0]]) if len(low) else None,
    )
