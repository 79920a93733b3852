"""Which connections of a network matter for one example: weight × what comes along it.

A connection from neuron j to neuron i contributes wᵢⱼ · aⱼ to the weighted sum zᵢ. Where a filter
is at either end, the connection stands for all the weights between the two: a filter is taken at
the place of its strongest response, and of a filter below all places that the weights look at.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdstudio.engine.inspect.trace import LayerTrace, Trace
from gdstudio.engine.network.layer import WeightedLayer
from gdstudio.engine.objective import FloatArray

Indices = npt.NDArray[np.intp]

# This number of values at a time stays in the processor's cache.
_CHUNK = 1 << 17
# The bound on the strongest is taken from the maxima of this number of blocks for each one wanted.
_BLOCKS = 4


@dataclass(frozen=True, eq=False)
class Connections:
    """Connections into one layer, the strongest first.

    Attributes:
        sources: where each comes from, shape ``(n,)``: a neuron or filter of the last layer with
            weights below, or an input of the layer where there is none.
        targets: the neuron or filter it goes to, shape ``(n,)``.
        contributions: what it adds to the weighted sum, shape ``(n,)``.
    """

    sources: Indices
    targets: Indices
    contributions: FloatArray

    def __len__(self) -> int:
        return len(self.contributions)


def strongest_places(one: LayerTrace) -> Indices:
    """Return where each filter responds most, (row, column) of its map, shape ``(filters, 2)``."""
    height, width, filters = one.layer.output_shape
    places = one.activations.reshape(height * width, filters).argmax(axis=0)
    return np.stack(np.unravel_index(places, (height, width)), axis=1)


@np.errstate(all="ignore")  # numbers may have exploded
def strongest_connections(
    trace: Trace, number: int, count: int, *, unit: int | None = None
) -> Connections:
    """Return the `count` strongest connections into the layer `number`, or into one unit of it.

    Raises:
        ValueError: if the layer has no weights.
    """
    one = trace.layers[number - 1]
    layer = one.layer
    if not isinstance(layer, WeightedLayer):
        raise ValueError(f"layer {number} has no weights")
    below = [lower.layer for lower in trace.weighted if lower.number < number]
    channels = below[-1].units if below and isinstance(below[-1], WeightedLayer) else 0
    units = np.arange(layer.units) if unit is None else np.array([unit])
    weights = layer.matrix(one.parameters)[:, :-1]
    sources, inputs = _received(one, units)
    grouped = 0 < channels < layer.fan_in
    found = []
    rows = max(_CHUNK // layer.fan_in, 1)
    for start in range(0, len(units), rows):
        chunk = units[start : start + rows]
        chunk_inputs = inputs[start : start + rows] if inputs.ndim == 2 else inputs
        # A slice is a view: nothing is copied where all units are asked for.
        chosen = weights[chunk[0] : chunk[-1] + 1]
        contributions = chosen * chunk_inputs
        if grouped:
            contributions = contributions.reshape(len(chunk), -1, channels).sum(axis=1)
        strongest = _largest(contributions.reshape(-1), count)
        row, column = np.divmod(strongest, contributions.shape[1])
        if not channels:
            column = sources[start + row, column] if sources.ndim == 2 else sources[column]
        found.append((column, chunk[row], contributions.reshape(-1)[strongest]))
    parts = [np.concatenate(part) for part in zip(*found, strict=True)]
    order = np.argsort(-np.abs(parts[2]), kind="stable")[:count]
    return Connections(parts[0][order], parts[1][order], parts[2][order])


def _received(one: LayerTrace, units: Indices) -> tuple[Indices, FloatArray]:
    """Return where the inputs of `units` stand and what they are: for all the same, or by unit."""
    layer = one.layer
    assert isinstance(layer, WeightedLayer)
    if not layer.has_places:
        return np.arange(len(one.inputs)), one.inputs
    places = strongest_places(one)[units].tolist()
    sources = np.stack([layer.sources((row, column)) for row, column in places])
    return sources, one.inputs[sources]


def _largest(values: FloatArray, count: int) -> Indices:
    """Return the places of the `count` largest sizes, or of all, in no order.

    The maxima of some blocks are themselves among the values; so the count-th largest of them is
    at most the count-th largest of all, and few others reach it.
    """
    sizes = np.abs(values)
    candidates = np.arange(len(sizes))
    block = len(sizes) // (_BLOCKS * count) if count else 0
    if block > _BLOCKS:
        blocks = sizes[: block * _BLOCKS * count].reshape(-1, block).max(axis=1)
        bound = np.partition(blocks, len(blocks) - count)[len(blocks) - count]
        candidates = np.flatnonzero(sizes >= bound)
    if len(candidates) <= count:
        return candidates
    best = np.argpartition(-sizes[candidates], count)[:count] if count else slice(0)
    return candidates[best]
