"""What each neuron or filter looks for, as pictures: its weights, laid out as what they look at.

A neuron of a deeper layer looks at neurons, and those at the picture. Without their activations
and biases, what it looks for there is one product of matrices, W = Wₗ · … · W₂ · W₁: the *linear
part*, and no more than that. What lies between two pictures is not linear in this simple way; so
a neuron behind filters looks at their maps, and a filter behind filters at theirs: then a picture
is a mosaic of one part for each filter below.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from gdstudio.engine.inspect.trace import Trace
from gdstudio.engine.network.layer import WeightedLayer
from gdstudio.engine.network.network import Network
from gdstudio.engine.objective import FloatArray

# More parts of a mosaic could not be told apart.
MOST_PARTS = 64

Kind = Literal["weights", "combination", "filters"]


@dataclass(frozen=True)
class Mosaic:
    """Parts of `rows` × `columns` numbers in a square, a line of nothing between them.

    Attributes:
        parts: how many parts are shown, the first of `channels`.
    """

    rows: int
    columns: int
    channels: int

    @property
    def parts(self) -> int:
        """How many parts are shown."""
        return min(self.channels, MOST_PARTS)

    @property
    def across(self) -> int:
        """How many parts stand side by side."""
        return math.ceil(math.sqrt(self.parts))

    @property
    def shape(self) -> tuple[int, int]:
        """The rows and columns of the whole."""
        down = math.ceil(self.parts / self.across)
        gap = 1 if self.parts > 1 else 0
        return down * (self.rows + gap) - gap, self.across * (self.columns + gap) - gap

    def lay(self, pictures: FloatArray) -> FloatArray:
        """Return (n, rows, columns, channels) as (n, height, width)."""
        height, width = self.shape
        whole: FloatArray = np.zeros((len(pictures), height, width), pictures.dtype)
        for part in range(self.parts):
            row, column = divmod(part, self.across)
            top, left = row * (self.rows + 1), column * (self.columns + 1)
            whole[:, top : top + self.rows, left : left + self.columns] = pictures[..., part]
        return whole

    def locate(self, row: int, column: int) -> tuple[int, int, int] | None:
        """Return (channel, row, column) of what stands there, None on a line between parts."""
        down, inner_row = divmod(row, self.rows + 1)
        across, inner_column = divmod(column, self.columns + 1)
        part = down * self.across + across
        if inner_row == self.rows or inner_column == self.columns or part >= self.parts:
            return None
        return part, inner_row, inner_column


@dataclass(frozen=True, eq=False)
class NeuronPictures:
    """Pictures of some units of one layer.

    Attributes:
        number: the layer's number.
        first: the first unit shown.
        kind: whether they are a first layer's weights, a deeper one's linear part, or filters.
        weights: what each looks for, shape ``(n, height, width)``.
        mosaic: how the parts of a picture stand.
        seen: weights ⊙ what is there, or of filters their maps; None without an input.
        seen_mosaic: how the parts of those stand.
    """

    number: int
    first: int
    kind: Kind
    weights: FloatArray
    mosaic: Mosaic
    seen: FloatArray | None
    seen_mosaic: Mosaic


@np.errstate(all="ignore")  # numbers may have exploded
def neuron_pictures(
    network: Network,
    parameters: FloatArray,
    number: int,
    units: slice,
    trace: Trace | None = None,
) -> NeuronPictures:
    """Return the pictures of `units` of layer `number`; `trace` knows what the layer saw.

    Raises:
        ValueError: if the layer has no weights.
    """
    weighted = {n: (layer, part) for n, layer, part in network.weighted(parameters)}
    if number not in weighted:
        raise ValueError(f"layer {number} has no weights")
    layer, part = weighted[number]
    first = units.indices(layer.units)[0]
    if layer.has_places:
        return _filter_pictures(network, layer, part, number, units, trace)
    chain = dense_chain(network, number)
    weights = layer.matrix(part)[units, :-1]
    for below in reversed(chain[:-1]):
        lower, lower_part = weighted[below]
        weights = weights @ lower.matrix(lower_part)[:, :-1]
    rows, columns, channels = _picture_shape(network, chain[0])
    mosaic = Mosaic(rows, columns, channels)
    shape = (len(weights), rows, columns, channels)
    seen = None
    if trace is not None:
        seen = mosaic.lay((weights * trace.layers[chain[0] - 1].inputs).reshape(shape))
    return NeuronPictures(
        number=number,
        first=first,
        kind="weights" if len(chain) == 1 else "combination",
        weights=mosaic.lay(weights.reshape(shape)),
        mosaic=mosaic,
        seen=seen,
        seen_mosaic=mosaic,
    )


def dense_chain(network: Network, number: int) -> list[int]:
    """Return the dense layers up to `number` without a picture between them, the first first."""
    chain = [number]
    for below in range(number - 1, 0, -1):
        layer = network.layers[below - 1]
        if len(layer.output_shape) == 3:
            break
        if layer.size:
            chain.insert(0, below)
    return chain


def picture_work(network: Network, number: int, count: int) -> int:
    """Return about how many multiplications the pictures of `count` units take."""
    layer = network.layers[number - 1]
    if layer.has_places or not layer.size:
        return layer.size
    return count * sum(
        network.layers[below - 1].size for below in dense_chain(network, number)[:-1]
    )


def picture_pixels(network: Network, number: int) -> int:
    """Return how many pixels the larger of a unit's two pictures has."""
    layer = network.layers[number - 1]
    first = number if layer.has_places else dense_chain(network, number)[0]
    shape = _picture_shape(network, first)
    if not layer.has_places:
        return math.prod(Mosaic(*shape).shape)
    height, width, _ = layer.output_shape
    assert isinstance(layer, WeightedLayer)
    return max(math.prod(Mosaic(*layer.picture_shape(shape)).shape), height * width)


def _filter_pictures(
    network: Network,
    layer: WeightedLayer,
    part: FloatArray,
    number: int,
    units: slice,
    trace: Trace | None,
) -> NeuronPictures:
    height, width, filters = layer.output_shape
    pictures = layer.pictures(part, _picture_shape(network, number))[units]
    mosaic = Mosaic(*pictures.shape[1:])
    seen = None
    if trace is not None:
        maps = trace.layers[number - 1].activations.reshape(height, width, filters)
        seen = maps.transpose(2, 0, 1)[units]
    return NeuronPictures(
        number=number,
        first=units.indices(layer.units)[0],
        kind="filters",
        weights=mosaic.lay(pictures),
        mosaic=mosaic,
        seen=seen,
        seen_mosaic=Mosaic(height, width, 1),
    )


def _picture_shape(network: Network, number: int) -> tuple[int, int, int]:
    """Return the shape of the picture that layer `number` looks at."""
    below = [layer.output_shape for layer in network.layers[: number - 1]]
    image = (*network.image, 1)
    shape = below[-1] if below else image
    if len(shape) != 3:
        shape = image
    return shape[0], shape[1], shape[2]
