"""What a number of θ is called: which pixel or neuron it leads from, and where to.

Neurons, filters, rows, columns and layers are counted from 1, as people do, and layers with pools
and dropout among them, as `Network.weighted` counts; outputs are called by their digit.
"""

import bisect
import math
from collections.abc import Iterable
from itertools import accumulate

from gdstudio.engine.network.layer import WeightedLayer
from gdstudio.engine.network.network import Network

__all__ = [
    "layer_name",
    "layer_name_of",
    "parameter_name",
    "parameter_names",
    "source_name",
    "unit_name",
]


def parameter_name(network: Network, index: int) -> str:
    """Return the name of component `index` of θ, such as ``neuron 3 of layer 1 → output 7``.

    Weights of a dense layer lead from a pixel, a neuron or a place of a picture to a neuron or an
    output; a weight of a convolution is a place in its filter.

    Raises:
        IndexError: if θ has no such component.
    """
    return parameter_names(network, [index])[0]


def parameter_names(network: Network, indices: Iterable[int]) -> list[str]:
    """Return the names of several components of θ, in the order of `indices`.

    Raises:
        IndexError: if θ has no such component.
    """
    ends = list(accumulate(layer.size for layer in network.layers))
    names = []
    for index in map(int, indices):
        if not 0 <= index < network.size:
            raise IndexError(f"θ has {network.size} components, none is number {index}")
        place = bisect.bisect_right(ends, index)
        layer = network.layers[place]
        assert isinstance(layer, WeightedLayer)  # the others have no size
        unit, weight = divmod(index - (ends[place] - layer.size), layer.fan_in + 1)
        names.append(_name(network, place + 1, layer, unit, weight))
    return names


def layer_name(network: Network, number: int) -> str:
    """Return the name of layer `number`, counted from 1: ``layer 1``, ``outputs`` for the last."""
    return "outputs" if number == len(network.layers) else f"layer {number}"


def layer_name_of(network: Network, index: int) -> str:
    """Return the name of the layer that component `index` of θ belongs to."""
    ends = list(accumulate(layer.size for layer in network.layers))
    return layer_name(network, bisect.bisect_right(ends, index) + 1)


def unit_name(network: Network, number: int, unit: int) -> str:
    """Return the name of unit `unit`, from 0: ``neuron 3 of layer 1``, ``output 7``."""
    return _unit(network, number, unit, "of")


def source_name(network: Network, number: int, place: int) -> str:
    """Return the name of what enters layer `number` at `place`: ``pixel row 12, column 7``."""
    return _source(network, number, place)


def _name(network: Network, number: int, layer: WeightedLayer, unit: int, weight: int) -> str:
    if weight == layer.fan_in:
        return f"bias of {_unit(network, number, unit, 'in')}"
    text = layer.weight_text(weight, _unit(network, number, unit, "in"))
    return text or f"{_source(network, number, weight)} → {_unit(network, number, unit, 'of')}"


def _unit(network: Network, number: int, unit: int, joint: str) -> str:
    """Return the name of a neuron, filter or output: ``neuron 3 of layer 1``, ``output 7``."""
    if number == len(network.layers):
        return f"output {network.names[unit]}"
    layer = network.layers[number - 1]
    assert isinstance(layer, WeightedLayer)
    return f"{layer.unit_word} {unit + 1} {joint} layer {number}"


def _source(network: Network, number: int, weight: int) -> str:
    """Return the name of what enters layer `number` at the place `weight`."""
    before = number - 1
    while before and network.layers[before - 1].passes_on:
        before -= 1  # what dropout hands on is the layer's before it
    if before == 0 and network.input_names:
        return network.input_names[weight]
    if before == 0:
        rows, columns = _image_sides(network)
        row, column, _ = _place((rows, columns, 1), weight)
        return f"pixel row {row}, column {column}"
    shape = network.layers[before - 1].output_shape
    if len(shape) == 1:
        return f"neuron {weight + 1} of layer {before}"
    row, column, channel = _place(shape, weight)
    within = f"filter {channel}, " if shape[2] > 1 else ""
    return f"{within}row {row}, column {column} of layer {before}"


def _image_sides(network: Network) -> tuple[int, int]:
    shape = network.layers[0].input_shape
    if len(shape) == 3:
        return shape[0], shape[1]
    side = math.isqrt(network.inputs)
    # Pictures are squares; inputs that are none count as one row.
    return (side, side) if side * side == network.inputs else (1, network.inputs)


def _place(shape: tuple[int, ...], index: int) -> tuple[int, int, int]:
    """Return row, column and channel, counted from 1."""
    rest, channel = divmod(index, shape[2])
    row, column = divmod(rest, shape[1])
    return row + 1, column + 1, channel + 1
