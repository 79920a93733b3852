"""What the gradient asks for: all components of −∇C, the largest first.

−∇C points to where the loss falls fastest; each component says up or down for one weight or bias.
Its share is that of the squared length, c² / Σ c²: for a small plain step −η ∇C the loss falls by
η Σ (∂C/∂w)², and so the share is also how much of that fall it brings.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdstudio.engine.network.network import Network
from gdstudio.engine.network.parameter_names import layer_name
from gdstudio.engine.objective import FloatArray

Indices = npt.NDArray[np.intp]

# At most this number are put in order, the largest: the rest cannot be told apart.
MOST_ORDERED = 1_000_000


@dataclass(frozen=True)
class LayerShare:
    """What one layer has of the gradient.

    Attributes:
        number: the layer's, as `Network.weighted` counts.
        name: what it is called.
        start, size: where its components begin in θ, and how many they are.
        share: its part of the squared length, 0 to 1.
    """

    number: int
    name: str
    start: int
    size: int
    share: float


@dataclass(frozen=True, eq=False)
class Ranking:
    """The components of −∇C by their size.

    Attributes:
        negative_gradient: −∇C, shape ``(size,)``, as θ is ordered.
        order: indices into it, the largest component first, shape ``(n,)``; all of them, or of a
            very large network the largest.
        squared_length: Σ c² of the components c.
        layers: the share of each layer that has weights.
    """

    negative_gradient: FloatArray
    order: Indices
    squared_length: float
    layers: tuple[LayerShare, ...]

    @property
    def size(self) -> int:
        """How many components there are, ordered or not."""
        return len(self.negative_gradient)

    @property
    def ordered(self) -> FloatArray:
        """The components of −∇C in the order of their size, shape ``(n,)``."""
        return self.negative_gradient[self.order]

    @property
    def shares(self) -> FloatArray:
        """The part of the squared length that each has, in their order, shape ``(n,)``."""
        squares = np.square(self.ordered.astype(np.float64))
        return squares / self.squared_length if self.squared_length > 0 else squares

    def layer_places(self) -> npt.NDArray[np.int64]:
        """Return which of `layers` each belongs to, in their order, shape ``(n,)``."""
        ends = np.cumsum([layer.size for layer in self.layers])
        return np.searchsorted(ends, self.order, side="right")

    def rank_of(self, index: int) -> int | None:
        """Return the place of component `index` of θ in the order, from 0; None beyond its end."""
        found = np.flatnonzero(self.order == index)
        return int(found[0]) if len(found) else None


@np.errstate(all="ignore")  # numbers may have exploded
def rank_gradient(network: Network, gradient: FloatArray, *, most: int = MOST_ORDERED) -> Ranking:
    """Return the components of −∇C in their order; of more than `most` the largest.

    Args:
        network: the network whose ∇C it is.
        gradient: ∇C, shape ``(size,)``.
        most: how many are put in order.
    """
    sizes = np.abs(gradient)
    if most < len(sizes):
        chosen = np.argpartition(sizes, len(sizes) - most)[len(sizes) - most :]
        chosen.sort()
    else:
        chosen = np.arange(len(sizes))
    # Equal ones keep the order of θ, so that the list is the same each time.
    order = chosen[np.argsort(-sizes[chosen], kind="stable")]
    layers, start = [], 0
    squared_length = _squared_length(gradient)
    for number, layer, part in network.weighted(gradient):
        share = _squared_length(part) / squared_length if squared_length > 0 else 0.0
        name = layer_name(network, number)
        layers.append(LayerShare(number, name, start, layer.size, share))
        start += layer.size
    negative_gradient = -gradient
    for array in (negative_gradient, order):
        array.flags.writeable = False
    return Ranking(negative_gradient, order, squared_length, tuple(layers))


@np.errstate(all="ignore")  # numbers may have exploded
def agreement(one: FloatArray, other: FloatArray) -> float | None:
    """Return the cosine of the angle between two gradients, 1 for the same direction.

    None where one of them is zero and has no direction; both have shape ``(size,)``.
    """
    lengths = np.sqrt(_squared_length(one)) * np.sqrt(_squared_length(other))
    if not lengths > 0:
        return None
    return float(np.dot(one.astype(np.float64), other.astype(np.float64)) / lengths)


def _squared_length(vector: FloatArray) -> float:
    exact = vector.astype(np.float64, copy=False)
    return float(np.dot(exact, exact))
