"""One example on its way through a network, forwards and back, with every number kept.

Forwards each layer makes weighted sums z = W x + b and activations a = f(z). Backwards, with the
loss C of this one example, each layer has the error of its activations ∂C/∂a, which the layer
above hands down as Σ w · error, the error of its sums

    ∂C/∂z = ∂C/∂a · f′(z),

and from that its part of the gradient, ∂C/∂w = ∂C/∂z · x (Nielsen, *Neural Networks and Deep
Learning*, chapter 2, BP1 to BP4). Training throws most of these away; here nobody is in a hurry.
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from gdstudio.engine.network.layer import Layer, LayerPass, WeightedLayer
from gdstudio.engine.network.network import Network
from gdstudio.engine.objective import FloatArray

__all__ = ["LayerTrace", "Terms", "Trace", "trace_example", "weighted_terms"]

Indices = npt.NDArray[np.intp]
Kept = TypeVar("Kept", bound=FloatArray | None)


@dataclass(frozen=True, eq=False)
class LayerTrace:
    """What one layer made of one example; pictures are flat, by row, column, channel.

    Attributes:
        number: the layer's place from 1, as `Network.weighted` counts.
        layer: its description.
        parameters: its own part of θ, as it was handed in.
        inputs: what entered, shape ``(inputs,)``.
        sums: z, shape ``(outputs,)``; None for layers without weights.
        activations: what came out, shape ``(outputs,)``; of the last layer what the loss's output
            function made of its sums.
        slopes: f′(z), shape ``(outputs,)``; None without weights, and for softmax, where each
            output depends on every sum.
        activation_error: ∂C/∂a, shape ``(outputs,)``; None where no answer was wanted.
        error: ∂C/∂z, shape ``(outputs,)``; None also for layers without weights.
        gradient: the layer's part of ∇C; None where no answer was wanted.
    """

    number: int
    layer: Layer
    parameters: FloatArray
    inputs: FloatArray
    sums: FloatArray | None
    activations: FloatArray
    slopes: FloatArray | None
    activation_error: FloatArray | None
    error: FloatArray | None
    gradient: FloatArray | None


@dataclass(frozen=True, eq=False)
class Trace:
    """One example on its way through a network.

    Attributes:
        network: the network it went through.
        inputs: x, shape ``(inputs,)``.
        layers: each layer's numbers, from input to output, those without weights too.
        outputs: the network's answer, shape ``(classes,)``.
        wanted: the answer that was wanted, shape ``(classes,)``, or None.
        loss: the loss of this example, exact where an output is all but 0 or 1, or None.
        gradient: ∇C of this example, shape ``(size,)``, or None.
    """

    network: Network
    inputs: FloatArray
    layers: tuple[LayerTrace, ...]
    outputs: FloatArray
    wanted: FloatArray | None
    loss: float | None
    gradient: FloatArray | None

    @property
    def weighted(self) -> tuple[LayerTrace, ...]:
        """The layers that have weights."""
        return tuple(one for one in self.layers if isinstance(one.layer, WeightedLayer))


@dataclass(frozen=True, eq=False)
class Terms:
    """How one weighted sum comes about: z = Σ inputs · weights + bias.

    Attributes:
        sources: where the inputs stand among those of the layer, shape ``(n,)``.
        inputs, weights, products: x, w and w · x, shape ``(n,)``.
        bias: b.
        sum: z.
    """

    sources: Indices
    inputs: FloatArray
    weights: FloatArray
    products: FloatArray
    bias: float
    sum: float


def trace_example(
    network: Network,
    parameters: FloatArray,
    inputs: FloatArray,
    wanted: int | FloatArray | None = None,
) -> Trace:
    """Return every number of one example's way through the network; nothing is dropped.

    Args:
        network: the network.
        parameters: θ, shape ``(size,)``, of the network's type.
        inputs: x, 0 to 1, of any shape with as many numbers as the network has inputs.
        wanted: the right class, or what each output should be, shape ``(classes,)``; without it
            there is no way back. An answer that is no digit has 0 everywhere.

    Returns:
        The numbers, in arrays that are read-only and nobody else's.
    """
    # A network whose numbers have exploded is looked at, too, and shows what came of it.
    with np.errstate(all="ignore"):
        return _trace(network, parameters, inputs, wanted)


def _trace(
    network: Network,
    parameters: FloatArray,
    inputs: FloatArray,
    wanted: int | FloatArray | None,
) -> Trace:
    column: FloatArray = np.ones((network.inputs + 1, 1), network.dtype)
    column[:-1, 0] = np.reshape(inputs, -1)
    gradient = None if wanted is None else np.empty_like(parameters, network.dtype)
    step = network.prepare(parameters, gradient, 1)
    entered, sums = [column], []
    for layer, part, work in zip(
        network.layers, network.split(parameters), step.layers, strict=True
    ):
        weighted = layer if isinstance(layer, WeightedLayer) else None
        sums.append(None if weighted is None else weighted.sums(part, entered[-1])[:, 0].copy())
        entered.append(work.forward(entered[-1]))
    target = None if wanted is None else _wanted_vector(network, wanted)
    if target is None:
        step.loss.respond(step.sums)
    else:
        step.loss.average_loss(step.sums, target[:, None])
    outputs = step.loss.outputs[:, 0].copy()
    loss = None
    if target is not None:
        last = sums[-1]
        assert last is not None  # there is no network whose last layer has no weights
        pair = (outputs[:, None], last[:, None], target[:, None])
        loss = float(network.loss.example_losses(*pair)[0])
    errors: list[tuple[FloatArray | None, FloatArray | None]]
    errors = [(None, None)] * len(step.layers) if target is None else _go_back(step.layers, entered)
    parts: list[FloatArray | None]
    parts = [None] * len(step.layers) if gradient is None else [*network.split(gradient)]
    layers = []
    for index, (layer, part) in enumerate(
        zip(network.layers, network.split(parameters), strict=True)
    ):
        is_last = index == len(network.layers) - 1
        activations = outputs if is_last else entered[index + 1][:-1, 0].copy()
        before, after = errors[index]
        if is_last and target is not None:
            before = network.loss.output_errors(outputs, target)
        layers.append(
            LayerTrace(
                number=index + 1,
                layer=layer,
                parameters=part,
                inputs=_kept(entered[index][:-1, 0].copy()),
                sums=_kept(sums[index]),
                activations=_kept(activations),
                slopes=_kept(_slopes(network, layer, sums[index], is_last=is_last)),
                activation_error=_kept(before),
                error=_kept(after) if isinstance(layer, WeightedLayer) else None,
                gradient=_kept(parts[index]),
            )
        )
    return Trace(
        network=network,
        inputs=layers[0].inputs,
        layers=tuple(layers),
        outputs=_kept(outputs),
        wanted=_kept(target),
        loss=loss,
        gradient=_kept(gradient),
    )


@np.errstate(all="ignore")  # numbers may have exploded
def weighted_terms(
    trace: Trace, number: int, unit: int, place: tuple[int, int] | None = None
) -> Terms:
    """Return the terms of one sum of the layer `number`.

    Args:
        trace: the example.
        number: the layer's, from 1.
        unit: the neuron or filter, from 0.
        place: (row, column) of the result, for a filter.

    Raises:
        ValueError: if the layer has no weights, or a filter is asked for without a place.
    """
    one = trace.layers[number - 1]
    layer = one.layer
    if not isinstance(layer, WeightedLayer) or one.sums is None:
        raise ValueError(f"layer {number} has no weights")
    row = layer.matrix(one.parameters)[unit].astype(one.sums.dtype)
    sources = layer.sources(place)
    which = unit if place is None else np.ravel_multi_index((*place, unit), layer.output_shape)
    inputs = one.inputs[sources]
    return Terms(
        sources=sources,
        inputs=inputs,
        weights=row[:-1],
        products=inputs * row[:-1],
        bias=float(row[-1]),
        sum=float(one.sums[int(which)]),
    )


def _go_back(
    layers: list[LayerPass], entered: list[FloatArray]
) -> list[tuple[FloatArray | None, FloatArray | None]]:
    """Return ∂C/∂a and ∂C/∂z of each layer, and write the gradient along the way."""
    errors: list[tuple[FloatArray | None, FloatArray | None]] = []
    for index in range(len(layers) - 1, -1, -1):
        work = layers[index]
        before = work.delta[:, 0].copy()
        work.backward(entered[index], layers[index - 1].delta if index else None)
        # `backward` has multiplied it by the slope.
        errors.insert(0, (before, work.delta[:, 0].copy()))
    return errors


def _wanted_vector(network: Network, wanted: int | FloatArray) -> FloatArray:
    if isinstance(wanted, int | np.integer):
        vector: FloatArray = np.zeros(network.classes, network.dtype)
        vector[wanted] = 1
        return vector
    return np.array(wanted, network.dtype)


def _slopes(
    network: Network, layer: Layer, sums: FloatArray | None, *, is_last: bool
) -> FloatArray | None:
    if not isinstance(layer, WeightedLayer) or sums is None:
        return None
    activation = network.loss.output_activation if is_last else layer.activation
    return None if activation is None else activation.slope(sums)


def _kept(array: Kept) -> Kept:
    """Let nobody change what was recorded."""
    if array is not None:
        array.flags.writeable = False
    return array
