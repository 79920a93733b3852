"""One point on its way through the network, forwards and back, as plain numbers for each neuron.

Forwards each neuron makes the sum z = Σ w · x + b of what enters it and the activation a = f(z).
Backwards, with the loss C of this one point, each neuron has an error δ = ∂C/∂z, which is what the
layer above hands down times f′(z), and each weight the slope ∂C/∂w = δ · x. The step that comes
next follows the slopes averaged over its points; beside those of the one point they are told, too.
"""

from dataclasses import dataclass

import numpy as np

from gdstudio.engine.history import Float64Array
from gdstudio.engine.inspect.trace import Trace, trace_example
from gdstudio.engine.network.activations import ACTIVATIONS, Activation
from gdstudio.engine.network.layer import WeightedLayer
from gdstudio.engine.network.loss import LossTable
from gdstudio.engine.network.parameter_names import unit_name
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.points.problem import PointsProblem


@dataclass(frozen=True, eq=False)
class NeuronNumbers:
    """All numbers of one neuron or output for one point.

    Attributes:
        layer, unit: where it stands, from 0; the outputs are the last layer.
        name: such as “neuron 1 of layer 1” or “output B”.
        sources: what enters it, by name, such as “x” or “neuron 2 of layer 1”.
        first: where its weights begin in θ; its bias follows the last of them.
        inputs, weights, products: x, w and w · x, shape ``(n,)``.
        bias: b.
        sum: z.
        activation: a = f(z).
        slope: f′(z); NaN for softmax, where each output depends on every sum.
        error: δ = ∂C/∂z; None without a right answer.
        point_slopes: the slopes ∂C/∂w of this point alone, those of the weights and then that of
            the bias, shape ``(n + 1,)``; None without a right answer.
        slopes: those of the step that comes next, averaged over its points, with L1 and L2; None
            where that step was not given.
        steps: what it adds to the weights and the bias, same shape; None likewise.
    """

    layer: int
    unit: int
    name: str
    sources: tuple[str, ...]
    first: int
    inputs: FloatArray
    weights: FloatArray
    products: FloatArray
    bias: float
    sum: float
    activation: float
    slope: float
    error: float | None
    point_slopes: FloatArray | None
    slopes: FloatArray | None
    steps: FloatArray | None

    @property
    def bias_index(self) -> int:
        """Where its bias stands in θ."""
        return self.first + len(self.weights)


@dataclass(frozen=True, eq=False)
class PointCalculation:
    """One point on its way through the network.

    Attributes:
        place: x and y.
        features: what is made of them, by name.
        layers: the neurons of each hidden layer, and the outputs last.
        activation: what hidden neurons make of their sums.
        output_label: the output function's name, such as “sigmoid”.
        outputs: the network's answer, shape ``(outputs,)``.
        answer: the class that it says, counted from 0, or the number.
        wanted: what each output should have been, shape ``(outputs,)``; None if not known.
        loss: that of this point; None likewise.
        loss_table: how the loss is worked out; None likewise.
    """

    place: tuple[float, float]
    features: tuple[tuple[str, float], ...]
    layers: tuple[tuple[NeuronNumbers, ...], ...]
    activation: Activation
    output_label: str
    outputs: FloatArray
    answer: float
    wanted: FloatArray | None
    loss: float | None
    loss_table: LossTable | None

    @property
    def neurons(self) -> tuple[NeuronNumbers, ...]:
        """All neurons and outputs, from the first layer on."""
        return tuple(neuron for layer in self.layers for neuron in layer)


def calculate(
    problem: PointsProblem,
    parameters: FloatArray,
    place: tuple[float, float],
    answer: float | None = None,
    *,
    gradient: FloatArray | None = None,
    next_step: FloatArray | None = None,
) -> PointCalculation:
    """Return every number of one point's way through the network; nothing is dropped out.

    Args:
        problem: points and network.
        parameters: θ, shape ``(size,)``.
        place: x and y as descent sees them.
        answer: the right class, counted from 0, or number; without it there is no way back.
        gradient: the slopes of the step that comes next, as a snapshot has them, or None.
        next_step: what that step adds to θ, or None.
    """
    settings, network = problem.settings, problem.network
    places = np.array([place], np.float64)
    inputs = settings.inputs(places)[:-1, 0]
    wanted = None if answer is None else settings.wanted(np.array([answer]))[:, 0]
    trace = trace_example(network, parameters, inputs, wanted)
    layers, first = [], 0
    for index, one in enumerate(trace.weighted):
        size = one.layer.size
        layers.append(_neurons(trace, index, first, gradient, next_step))
        first += size
    with np.errstate(all="ignore"):
        said = float(settings.answers(trace.outputs[:, np.newaxis])[0])
    table = None
    last = trace.weighted[-1].sums
    if wanted is not None and trace.loss is not None and last is not None:
        table = network.loss.loss_table(trace.outputs, last, wanted, trace.loss)
    names = (feature.label for feature in settings.feature_list)
    return PointCalculation(
        place=place,
        features=tuple(zip(names, inputs.tolist(), strict=True)),
        layers=tuple(layers),
        activation=ACTIVATIONS[settings.activation],
        output_label=network.loss.output_label,
        outputs=trace.outputs,
        answer=said,
        wanted=wanted,
        loss=trace.loss,
        loss_table=table,
    )


def _neurons(
    trace: Trace,
    index: int,
    first: int,
    gradient: FloatArray | None,
    next_step: FloatArray | None,
) -> tuple[NeuronNumbers, ...]:
    """Return the neurons of the layer `index`, whose numbers begin at `first` in θ."""
    network, one = trace.network, trace.weighted[index]
    layer = one.layer
    assert isinstance(layer, WeightedLayer)
    assert one.sums is not None  # it has weights
    matrix = layer.matrix(one.parameters).copy()
    width = layer.fan_in + 1
    if index:
        below = trace.weighted[index - 1]
        sources = tuple(unit_name(network, below.number, unit) for unit in range(layer.fan_in))
    else:
        sources = network.input_names
    neurons = []
    for unit in range(layer.units):
        start = first + unit * width
        part = slice(start, start + width)
        weights = matrix[unit, :-1]
        neurons.append(
            NeuronNumbers(
                layer=index,
                unit=unit,
                name=unit_name(network, one.number, unit),
                sources=sources,
                first=start,
                inputs=one.inputs,
                weights=weights,
                products=_quiet_product(weights, one.inputs),
                bias=float(matrix[unit, -1]),
                sum=float(one.sums[unit]),
                activation=float(one.activations[unit]),
                slope=float("nan") if one.slopes is None else float(one.slopes[unit]),
                error=_item(one.error, unit),
                point_slopes=None if trace.gradient is None else trace.gradient[part],
                slopes=None if gradient is None else gradient[part],
                steps=None if next_step is None else next_step[part],
            )
        )
    return tuple(neurons)


def _quiet_product(weights: FloatArray, inputs: FloatArray) -> FloatArray:
    with np.errstate(all="ignore"):
        product: FloatArray = weights * inputs
    return product


def _item(values: FloatArray | None, unit: int) -> float | None:
    return None if values is None else float(values[unit])


@dataclass(frozen=True, eq=False)
class NearestPoint:
    """The point of a set that is nearest to a place: its number from 0, and how far it is."""

    index: int
    distance: float


def nearest_point(problem: PointsProblem, place: tuple[float, float]) -> NearestPoint:
    """Return the point, of those to learn from and to test with, that is nearest to `place`."""
    distances: Float64Array = np.hypot(*(problem.points.places - np.array(place)).T)
    index = int(distances.argmin())
    return NearestPoint(index, float(distances[index]))
