"""A network over many examples, some at a time, in buffers that are made once."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gdstudio.engine.network.network import Network, NetworkPass
from gdstudio.engine.network.pixels import ByteArray, write_inputs
from gdstudio.engine.objective import FloatArray


@dataclass(frozen=True, eq=False)
class Portion:
    """Some of the examples, ready to be computed.

    Attributes:
        part: which they are; it holds `count` examples.
        step: the pass for these examples.
        inputs: shape ``(inputs + 1, count)``, with a row of ones for the biases.
        wanted: the one-hot answers, shape ``(classes, count)``; all 0 for a label beyond the
            classes.
    """

    part: slice
    step: NetworkPass
    inputs: FloatArray
    wanted: FloatArray

    @property
    def count(self) -> int:
        """How many examples they are."""
        return int(self.wanted.shape[1])


def portion_size(network: Network, *, most: int, multiplications: int, numbers: int) -> int:
    """Return how many examples to take at once, at least one.

    Args:
        network: the network.
        most: how many at most.
        multiplications: how many of them one portion may take, forwards.
        numbers: how many numbers of the network's layers may be held at once.
    """
    work = sum(layer.multiplications for layer in network.layers)
    held = numbers // max(network.numbers, 1)
    return max(min(most, multiplications // max(work, 1), held), 1)


def portions(
    network: Network,
    parameters: FloatArray,
    images: ByteArray,
    labels: ByteArray,
    *,
    size: int,
    gradient: FloatArray | None = None,
    floats: FloatArray | None = None,
) -> Iterator[Portion]:
    """Yield the examples, `size` at a time; what a portion holds is written over by the next.

    Args:
        network: the network.
        parameters: θ, shape ``(size,)``, of the network's type.
        images: shape ``(n, inputs)``, 0 to 255.
        labels: the class of each, shape ``(n,)``.
        size: how many examples at once.
        gradient: where a pass writes ∇C, shape ``(size,)``; None where none is asked for.
        floats: a buffer to use again, ``(size, inputs + 1)``, its last column ones.
    """
    if floats is None:
        floats = np.ones((min(size, len(labels)), network.inputs + 1), network.dtype)
    classes = np.arange(network.classes)[:, None]
    step, prepared = None, 0
    for start in range(0, len(labels), size):
        part = slice(start, min(start + size, len(labels)))
        some = labels[part]
        if step is None or len(some) != prepared:
            prepared = len(some)
            step = network.prepare(parameters, gradient, prepared)
        inputs = floats[:prepared]
        write_inputs(images[part], inputs[:, :-1])
        yield Portion(part, step, inputs.T, (some == classes).astype(network.dtype))
