"""The cost and the gradient averaged over many examples, some at a time.

    C = 1/n Σ Cᵢ  and so  ∇C = 1/n Σ ∇Cᵢ

Each is `Work`: between its parts it can be stopped. Nothing is dropped.
"""

from collections.abc import Iterator

import numpy as np

from gdstudio.engine.jobs import Work
from gdstudio.engine.network.example_stream import ByteArray
from gdstudio.engine.network.network import Network, NetworkPass
from gdstudio.engine.objective import FloatArray

# What one part may take: about so many multiplications forwards (half a second there and back),
# or numbers held at once.
_MULTIPLICATIONS = 1_000_000_000
_NUMBERS = 16_000_000
_MOST_ROWS = 500


def average_cost(
    network: Network, parameters: FloatArray, images: ByteArray, labels: ByteArray
) -> Work[float]:
    """Return the cost averaged over examples.

    Args:
        network: the network.
        parameters: θ, shape ``(size,)``, of the network's type.
        images: shape ``(n, inputs)``, 0 to 255; n is at least 1.
        labels: the digit each shows, shape ``(n,)``; beyond the classes nothing is wanted.
    """
    total, done = 0.0, 0
    for step, inputs, wanted in _parts(network, parameters, None, images, labels):
        total += step.cost(inputs, wanted) * wanted.shape[1]
        done += wanted.shape[1]
        yield done / len(labels)
    return total / len(labels)


def average_gradient(
    network: Network, parameters: FloatArray, images: ByteArray, labels: ByteArray
) -> Work[FloatArray]:
    """Return ∇C averaged over examples, shape ``(size,)``; the arguments are `average_cost`'s."""
    part: FloatArray = np.empty(network.size, network.dtype)
    total: FloatArray = np.zeros(network.size, network.dtype)
    done = 0
    for step, inputs, wanted in _parts(network, parameters, part, images, labels):
        step.cost_and_gradient(inputs, wanted)
        np.multiply(part, wanted.shape[1] / len(labels), out=part)
        np.add(total, part, out=total)
        done += wanted.shape[1]
        yield done / len(labels)
    return total


def _parts(
    network: Network,
    parameters: FloatArray,
    gradient: FloatArray | None,
    images: ByteArray,
    labels: ByteArray,
) -> Iterator[tuple[NetworkPass, FloatArray, FloatArray]]:
    """Yield some examples at a time: the pass for so many, their inputs and wanted outputs."""
    work = sum(layer.multiplications for layer in network.layers)
    rows = min(_MULTIPLICATIONS // max(work, 1), _NUMBERS // max(network.numbers, 1), _MOST_ROWS)
    rows = min(max(rows, 1), len(labels))
    floats: FloatArray = np.ones((rows, network.inputs + 1), network.dtype)
    classes = np.arange(network.classes)[:, None]
    step, prepared = None, 0
    for start in range(0, len(labels), rows):
        some = labels[start : start + rows]
        if step is None or len(some) != prepared:
            prepared = len(some)
            step = network.prepare(parameters, gradient, prepared)
        inputs = floats[:prepared]
        scale = network.dtype.type(1 / 255)
        np.multiply(images[start : start + rows], scale, out=inputs[:, :-1])
        yield step, inputs.T, (some == classes).astype(network.dtype)
