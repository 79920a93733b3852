"""The step that comes next, when θ is long: its largest components, and what all of it comes to."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdstudio.engine.history import Float64Array
from gdstudio.engine.network.network import Network
from gdstudio.engine.network.parameter_names import layer_name
from gdstudio.engine.objective import FloatArray

COMPONENTS = 200


@dataclass(frozen=True, eq=False)
class NextStep:
    """What the step that comes next does, without having been made.

    Slopes are as the optimizer sees them: clipped and with L2, where these are on. Shares are of
    the sum of slope² over all of θ: for gradient descent, of the fall in loss that the step
    promises, η Σ slope².

    Attributes:
        iteration: steps made so far.
        loss: the loss of the examples that come next, where θ is now.
        size: how many components θ has.
        order: the indices of the components with the steepest slopes, the steepest first, ``(K,)``.
        values, slopes, steps: those components of θ, of ∇C and of the step, shape ``(K,)``.
        is_weight: whether each of them is a weight; biases are not, shape ``(K,)``.
        slope_norm, step_norm: √Σ slope² and √Σ step² over all components.
        by_layer: the share of each layer that has weights, by the layer's name.
        learning_rate: η of this step, where a schedule has it other than the settings.
    """

    iteration: int
    loss: float
    size: int
    order: npt.NDArray[np.int64]
    values: Float64Array
    slopes: Float64Array
    steps: Float64Array
    is_weight: npt.NDArray[np.bool_]
    slope_norm: float
    step_norm: float
    by_layer: tuple[tuple[str, float], ...]
    learning_rate: float | None = None

    @property
    def new_values(self) -> Float64Array:
        """The components of θ after the step, shape ``(K,)``."""
        return self.values + self.steps

    @property
    def shares(self) -> Float64Array:
        """Each component's share of Σ slope², shape ``(K,)``; 0 where all slopes are 0."""
        whole = self.slope_norm**2
        return np.square(self.slopes) / whole if whole > 0 else np.zeros_like(self.slopes)


def rank_next_step(
    network: Network | None,
    parameters: FloatArray,
    gradient: FloatArray,
    step: FloatArray,
    *,
    iteration: int,
    loss: float,
    learning_rate: float | None = None,
    count: int = COMPONENTS,
) -> NextStep:
    """Return the `count` components with the steepest slopes; all vectors have shape ``(size,)``.

    Without a `network` there are no shares by layer.
    """
    size = len(parameters)
    steepness = np.abs(gradient)
    if count < size:
        chosen = np.argpartition(steepness, size - count)[size - count :]
    else:
        chosen = np.arange(size)
    # Equal ones in the order of θ, so that the list does not tremble.
    order = chosen[np.lexsort((chosen, -steepness[chosen]))].astype(np.int64)
    exact = gradient.astype(np.float64, copy=False)
    squared = float(exact @ exact)
    by_layer = []
    is_weight = np.ones(len(order), np.bool_)
    if network is not None:
        end = 0
        for number, layer, part in network.weighted(exact):
            share = float(part @ part) / squared if squared > 0 else 0.0
            by_layer.append((layer_name(network, number), share))
            start, end = end, end + layer.size
            within = (order >= start) & (order < end)
            # Every unit's weights are followed by its bias.
            is_weight[within] = (order[within] - start) % (layer.fan_in + 1) != layer.fan_in
    values, slopes, steps = (
        _read_only(vector[order].astype(np.float64)) for vector in (parameters, gradient, step)
    )
    for array in (order, is_weight):
        array.flags.writeable = False
    return NextStep(
        iteration=iteration,
        loss=float(loss),
        size=size,
        order=order,
        values=values,
        slopes=slopes,
        steps=steps,
        is_weight=is_weight,
        slope_norm=float(np.sqrt(squared)),
        step_norm=float(np.linalg.norm(step.astype(np.float64, copy=False))),
        by_layer=tuple(by_layer),
        learning_rate=learning_rate,
    )


def _read_only(array: Float64Array) -> Float64Array:
    array.flags.writeable = False
    return array
