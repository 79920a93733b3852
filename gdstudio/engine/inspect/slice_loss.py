"""The loss of one network at many points of a plane, faster than one point after the other.

The sums of the first layer that has weights are linear in its parameters, and so in α and β:

    z(θ* + α d₁ + β d₂) = Z₀ + α Z₁ + β Z₂,

where Z₀, Z₁, Z₂ are the sums with θ*, d₁ and d₂ in place of θ. They are made once, and most of the
multiplications with them: of 784-20-20-10, 96 in a hundred. What lies above is computed point by
point, in the network's own passes. Nothing is dropped: this is the network as it answers.
"""

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np

from gdstudio.engine.inspect.plane import Float64Array, Plane
from gdstudio.engine.jobs import Work
from gdstudio.engine.network.layer import WeightedLayer
from gdstudio.engine.network.network import Network, NetworkPass
from gdstudio.engine.network.pixels import write_inputs
from gdstudio.engine.objective import FloatArray

# Between two places to stop, at most this number of multiplications, some tens of milliseconds,
_MULTIPLICATIONS = 250_000_000
# and this number of activations, which stay in the cache;
_NUMBERS = 1 << 18
# and parameters are brought to a point this many at a time.
_PARAMETERS = 1 << 18
# First sums of at most this number of bytes are held at once; a network with more takes several
# rounds.
_HELD_BYTES = 300_000_000


@dataclass(eq=False)
class _Block:
    """Some of the examples, and what is known of them before any point.

    Attributes:
        sums: Z₀, Z₁, Z₂, each of shape ``(sums, examples)``.
        row: Z₀ + β Z₂ of the present β, same shape.
        wanted: the one-hot answers, ``(classes, examples)``.
        step: the pass of this many examples, over the point's parameters.
    """

    sums: tuple[FloatArray, FloatArray, FloatArray]
    row: FloatArray
    wanted: FloatArray
    step: NetworkPass


class SliceLoss:
    """The average loss of some examples at the points of a plane.

    Args:
        images: shape ``(n, pixels)``, 0 to 255; n at least 1.
        labels: shape ``(n,)``.
    """

    def __init__(
        self,
        network: Network,
        plane: Plane,
        images: np.ndarray[Any, np.dtype[np.uint8]],
        labels: np.ndarray[Any, np.dtype[np.uint8]],
    ):
        self._network = network
        self._plane = plane
        self._images = images
        self._labels = labels
        self._number = next(n for n, layer in enumerate(network.layers) if layer.size)
        self._above = network.layers[self._number].size
        self._parameters: FloatArray = np.zeros(network.size, network.dtype)
        self._scratch: FloatArray = np.empty(min(_PARAMETERS, network.size), network.dtype)
        self._passes: dict[int, NetworkPass] = {}

    def grid(self, alphas: Float64Array, betas: Float64Array) -> Work[Float64Array]:
        """Compute the loss at every α and β: shape ``(betas, alphas)``.

        What is not finite, far out where the sums overflow, stays as it is.
        """
        totals: Float64Array = np.zeros((len(betas), len(alphas)))
        rounds = self._rounds()
        points = totals.size * len(rounds)
        done = 0
        for parts in rounds:
            blocks = []
            for part in parts:
                blocks.append(self._block(part))
                yield done / points
            for index, beta in enumerate(betas.tolist()):
                for block in blocks:
                    np.multiply(block.sums[2], beta, out=block.row)
                    np.add(block.row, block.sums[0], out=block.row)
                    yield done / points
                for place, alpha in enumerate(alphas.tolist()):
                    for _ in self._move(alpha, beta):
                        yield done / points
                    for block in blocks:
                        totals[index, place] += self._total(block, alpha)
                        yield done / points
                    done += 1
        return totals / len(self._labels)

    def _rounds(self) -> list[list[slice]]:
        """Return the parts of the examples that are worked on at once, as few rounds as need be."""
        network, count = self._network, len(self._labels)
        sums = self._sums_per_example
        work = sum(layer.multiplications for layer in network.layers)
        numbers = max(sum(layer.numbers for layer in network.layers) // 3, 1)
        most = max(min(_MULTIPLICATIONS // work, _NUMBERS // numbers), 1)
        blocks = -(-count // most)
        ends = [count * number // blocks for number in range(blocks + 1)]
        parts = [slice(start, end) for start, end in itertools.pairwise(ends)]
        held = 4 * sums * network.dtype.itemsize * -(-count // blocks)
        together = max(_HELD_BYTES // held, 1)
        return [parts[start : start + together] for start in range(0, blocks, together)]

    @property
    def _sums_per_example(self) -> int:
        return int(np.prod(self._network.layers[self._number].output_shape))

    def _block(self, part: slice) -> _Block:
        network, labels = self._network, self._labels[part]
        step = self._passes.get(len(labels))
        if step is None:
            step = network.prepare(self._parameters, None, len(labels))
            self._passes[len(labels)] = step
        below: FloatArray = np.ones((network.inputs + 1, len(labels)), network.dtype)
        write_inputs(self._images[part].T, below[:-1])
        # Without weights of their own, these layers are the same at every point.
        for layer in step.layers[: self._number]:
            below = layer.forward(below)
        plane = self._plane
        zero, one, two = (
            self._first.sums(vector[: self._first.size], below)
            for vector in (plane.centre, plane.first, plane.second)
        )
        wanted = (labels == np.arange(network.classes)[:, None]).astype(network.dtype)
        return _Block((zero, one, two), np.empty_like(zero), wanted, step)

    @property
    def _first(self) -> WeightedLayer:
        layer = self._network.layers[self._number]
        assert isinstance(layer, WeightedLayer)
        return layer

    def _move(self, alpha: float, beta: float) -> Work[None]:
        """Bring the parameters above the first layer to a point, piece by piece."""
        plane, target = self._plane, self._parameters
        for start in range(self._above, len(target), _PARAMETERS):
            if start > self._above:
                yield 0.0
            part = slice(start, start + _PARAMETERS)
            moved = target[part]
            scratch = self._scratch[: len(moved)]
            np.multiply(plane.first[part], alpha, out=moved)
            np.multiply(plane.second[part], beta, out=scratch)
            np.add(moved, scratch, out=moved)
            np.add(moved, plane.centre[part], out=moved)

    def _total(self, block: _Block, alpha: float) -> float:
        """Return the summed loss of a block at the present β and this α."""
        step = block.step
        first = step.layers[self._number]
        sums = first.activations
        with np.errstate(over="ignore", invalid="ignore"):
            np.multiply(block.sums[1], alpha, out=sums)
            np.add(sums, block.row, out=sums)
            self._first.activation.apply(sums)
            below = first.outputs
            for layer in step.layers[self._number + 1 :]:
                below = layer.forward(below)
            average = step.loss.average_loss(step.sums, block.wanted)
        return average * len(block.wanted.T)
