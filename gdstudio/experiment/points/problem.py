"""What a network over the plane learns: its points, as numbers that go in and are to come out."""

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from gdstudio.data.points.catalogue import PointsDataSettings, load_points
from gdstudio.data.points.point_set import PointSet
from gdstudio.engine.history import Float64Array
from gdstudio.engine.network.losses import LOSSES
from gdstudio.engine.network.network import Network
from gdstudio.engine.network.parameter_names import parameter_names
from gdstudio.engine.network.plane_network import PlaneNetworkSettings
from gdstudio.engine.objective import FloatArray

__all__ = ["PointsProblem", "Scores", "fitting"]


def fitting(network: PlaneNetworkSettings, points: PointSet) -> PlaneNetworkSettings:
    """Return the network with the outputs that `points` need, and a loss that goes with them.

    Where a number is to be predicted and the loss is for classes, it is the squared error.
    """
    loss = network.loss
    if points.is_regression and LOSSES[loss].for_numbers is None:
        loss = next(key for key, kind in LOSSES.items() if kind.for_numbers is not None)
    return replace(network, loss=loss, classes=points.classes, target=points.target)


@dataclass(frozen=True)
class Scores:
    """How good a network is on some points.

    Attributes:
        loss: the average loss, without L2 and L1; NaN where there are no points.
        accuracy: the share of points that get their class, 0 to 1; NaN for numbers to predict, or
            where there are no points.
    """

    loss: float
    accuracy: float


@dataclass(frozen=True, eq=False)
class PointsProblem:
    """The points of a run and the network that is to learn them; never changed once made.

    Attributes:
        points: the points.
        settings: the network's, with the outputs that the points need.
        network: that network, in double precision.
        inputs, wanted: the training points: features with a row of ones below, shape ``(features +
            1, n)``, and what each output should be, ``(outputs, n)``.
        test_inputs, test_wanted: the same of the points to test with; n may be 0.
    """

    points: PointSet
    settings: PlaneNetworkSettings
    network: Network
    inputs: FloatArray
    wanted: FloatArray
    test_inputs: FloatArray
    test_wanted: FloatArray

    @classmethod
    def of(
        cls,
        data: PointsDataSettings,
        network: PlaneNetworkSettings,
        points: PointSet | None = None,
    ) -> "PointsProblem":
        """Return the problem that the settings describe; `points` are those of `data`, if known.

        Raises:
            BadInput: if the points cannot be had, or there is nothing to learn from them.
        """
        points = points or load_points(data)
        settings = fitting(network, points)
        return cls(
            points,
            settings,
            settings.build(),
            settings.inputs(points.training_places),
            settings.wanted(points.training_answers),
            settings.inputs(points.test_places),
            settings.wanted(points.test_answers),
        )

    def is_same_as(self, other: "PointsProblem") -> bool:
        """Return whether both are of the same network and the same points."""
        mine, theirs = self.points, other.points
        if self.settings != other.settings or len(mine) != len(theirs):
            return False
        return mine is theirs or (
            np.array_equal(mine.places, theirs.places)
            and np.array_equal(mine.answers, theirs.answers)
            and np.array_equal(mine.is_test, theirs.is_test)
        )

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """What each number of θ is called, such as ``x → neuron 1 of layer 1``."""
        return tuple(parameter_names(self.network, range(self.network.size)))

    @property
    def parameter_keys(self) -> tuple[str, ...]:
        """What each number of θ is called by programs: ``w1_2_1``, ``b1_2``, counted from 1.

        The numbers are those of the layer (the outputs are the last one), neuron, and input.
        """
        layers = self.network.weighted(np.zeros(self.network.size))
        return _parameter_keys(tuple((layer.units, layer.fan_in) for _, layer, _ in layers))

    @property
    def parameter_sum(self) -> str:
        """How the parameter count comes about: ``2·3 + 3 + 3·1 + 1 = 13``."""
        parts = " + ".join(part.strip() for part in self.network.parameter_sum.split("  +  "))
        return f"{parts} = {self.network.size}"

    @property
    def limits(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """From where to where the plane is shown, along x and along y."""
        return self.points.limits

    @property
    def guess_loss(self) -> float:
        """The loss of a guess: of a network whose weights are all 0, which answers the same to all.

        For classes its outputs are 1/n each, for a number to predict they are 0, its mean.
        """
        return self.loss(np.zeros(self.network.size))

    def loss(self, parameters: FloatArray) -> float:
        """Return the average loss over the training points for θ, shape ``(size,)``."""
        step = self.network.prepare(parameters, None, self.inputs.shape[1])
        with np.errstate(all="ignore"):
            return step.average_loss(self.inputs, self.wanted)

    def scores(self, parameters: FloatArray, *, test: bool = False) -> Scores:
        """Return loss and accuracy on the training points, or on those to test with."""
        points, settings = self.points, self.settings
        inputs, wanted = (
            (self.test_inputs, self.test_wanted) if test else (self.inputs, self.wanted)
        )
        if not inputs.shape[1]:
            return Scores(math.nan, math.nan)
        step = self.network.prepare(parameters, None, inputs.shape[1])
        with np.errstate(all="ignore"):
            loss = step.average_loss(inputs, wanted)
            if settings.is_regression:
                return Scores(loss, math.nan)
            answers = points.test_answers if test else points.training_answers
            right = settings.answers(step.loss.outputs) == answers
        return Scores(loss, float(np.mean(right)))

    def outputs(self, parameters: FloatArray, places: Float64Array) -> FloatArray:
        """Return what the network answers at `places` ``(n, 2)``: shape ``(outputs, n)``."""
        step = self.network.prepare(parameters, None, len(places))
        with np.errstate(all="ignore"):
            return step.forward(self.settings.inputs(places)).copy()


@lru_cache(maxsize=16)
def _parameter_keys(layers: tuple[tuple[int, int], ...]) -> tuple[str, ...]:
    """Return the keys for layers, each by the number of its neurons and of the inputs of one."""
    keys: list[str] = []
    for place, (units, fan_in) in enumerate(layers, start=1):
        for unit in range(1, units + 1):
            keys += [f"w{place}_{unit}_{source}" for source in range(1, fan_in + 1)]
            keys.append(f"b{place}_{unit}")
    return tuple(keys)
