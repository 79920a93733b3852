"""From a moment to what the Neurons page shows: pictures, names, numbers; for any thread."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gdstudio.app.labs.digits.inside.network.network_view import is_quick
from gdstudio.engine.inspect.contributions import strongest_places
from gdstudio.engine.inspect.neuron_pictures import (
    MOST_PARTS,
    Mosaic,
    NeuronPictures,
    neuron_pictures,
    picture_pixels,
    picture_work,
)
from gdstudio.engine.inspect.trace import Trace, trace_example
from gdstudio.engine.network.layer import WeightedLayer
from gdstudio.engine.network.network import Network
from gdstudio.engine.network.parameter_names import unit_name
from gdstudio.engine.network.pixels import to_inputs
from gdstudio.experiment.digits.network_moment import Moment
from gdstudio.number_text import count_text, number_text

_MOST_TILES, _FEWEST_TILES = 60, 4
_MOST_PIXELS = 60_000
_QUICK_WORK = 20_000_000


@dataclass(frozen=True, eq=False)
class NeuronsView:
    """What there is to see of some units of a layer.

    Attributes:
        moment: what was looked at.
        pictures: what they look for, and see.
        trace: what the network made of the input; None without one.
        names: what each unit is called.
    """

    moment: Moment
    pictures: NeuronPictures
    trace: Trace | None
    names: tuple[str, ...]


def weighted_numbers(network: Network) -> list[int]:
    """Return the numbers of the layers that have weights."""
    return [number for number, layer in enumerate(network.layers, start=1) if layer.size]


def units_of(network: Network, number: int) -> int:
    """Return how many neurons or filters layer `number` has."""
    layer = network.layers[number - 1]
    assert isinstance(layer, WeightedLayer)
    return layer.units


def layer_text(network: Network, number: int) -> str:
    """Return a layer's name for a list: ``layer 1 · 20 neurons``."""
    units = count_text(units_of(network, number))
    if number == len(network.layers):
        return f"the {units} outputs"
    layer = network.layers[number - 1]
    assert isinstance(layer, WeightedLayer)
    return f"layer {number} · {units} {layer.unit_word}s"


def tiles_at_once(network: Network, number: int) -> int:
    """Return how many units are shown at a time."""
    fit = _MOST_PIXELS // picture_pixels(network, number)
    return min(max(fit, _FEWEST_TILES), _MOST_TILES)


def is_quick_view(network: Network, number: int) -> bool:
    """Return whether a look takes only a few milliseconds."""
    work = picture_work(network, number, tiles_at_once(network, number))
    return is_quick(network) and work <= _QUICK_WORK


def look_at_neurons(moment: Moment, number: int, first: int) -> NeuronsView:
    """Return what there is to see of the units of layer `number` from `first` on."""
    network = moment.network
    trace = None
    if moment.picture is not None:
        inputs = to_inputs(moment.picture, network.dtype)
        trace = trace_example(network, moment.parameters, inputs)
    units = slice(first, first + tiles_at_once(network, number))
    pictures = neuron_pictures(network, moment.parameters, number, units, trace)
    names = (unit_name(network, number, first + n) for n in range(len(pictures.weights)))
    return NeuronsView(moment, pictures, trace, tuple(names))


def explanation(view: NeuronsView) -> str:
    """Return what the pictures of this layer are."""
    pictures = view.pictures
    mosaic = pictures.mosaic
    parts = ""
    if mosaic.channels > 1:
        parts = " Each part of a tile belongs to one filter below"
        if mosaic.channels > MOST_PARTS:
            parts += f" (the first {MOST_PARTS} of {count_text(mosaic.channels)})"
        parts += "."
    if pictures.kind == "combination":
        return (
            "The linear part only: what the layer below looks for, each times its weight, added "
            "up. Activations and biases are left out, so take it as a hint." + parts
        )
    if pictures.kind == "filters":
        size = f"{mosaic.rows} × {mosaic.columns}"
        what = "pixels" if mosaic.channels == 1 else "places"
        return f"Each filter looks at {size} {what} at a time, all over the picture." + parts
    what = "ink" if mosaic.channels == 1 else "a bright place"
    return f"Blue: {what} here excites the neuron. Orange: {what} here inhibits it." + parts


def locator(mosaic: Mosaic) -> Callable[[int, int], str]:
    """Return what tells a place of a picture in words; empty on a line between parts."""

    def locate(row: int, column: int) -> str:
        found = mosaic.locate(row, column)
        if found is None:
            return ""
        text = f"row {found[1] + 1}, column {found[2] + 1}"
        return text if mosaic.channels == 1 else f"filter {found[0] + 1} below, {text}"

    return locate


def neuron_sentences(view: NeuronsView, tile: int) -> tuple[str, str]:
    """Return what its picture says, and what it says to the input, in numbers."""
    pictures = view.pictures
    weights = pictures.weights[tile]
    locate = locator(pictures.mosaic)
    extremes = []
    for index in (int(weights.argmax()), int(weights.argmin())):
        row, column = divmod(index, weights.shape[1])
        value = number_text(float(weights[row, column]), 3, sign=True)
        extremes.append(f"{value} at {locate(row, column) or 'no place'}")
    most = f"Largest {extremes[0]}; smallest {extremes[1]}."
    if not weights.any():
        most = "All its weights are 0."
    if view.trace is None or pictures.seen is None:
        return most, ""
    one = view.trace.layers[pictures.number - 1]
    unit = pictures.first + tile
    assert isinstance(one.layer, WeightedLayer)
    if one.layer.has_places:
        if not pictures.seen[tile].any():
            return most, "It is silent all over this picture: its map is 0 everywhere."
        row, column = strongest_places(one)[unit]
        value = number_text(float(pictures.seen[tile, row, column]), 3)
        return most, f"Responds most, {value}, at row {row + 1}, column {column + 1}."
    assert one.sums is not None
    total = number_text(float(pictures.seen[tile].sum(dtype=np.float64)), 3, sign=True)
    z = number_text(float(one.sums[unit]), 3, sign=True)
    activation = number_text(float(one.activations[unit]), 3)
    if pictures.kind == "combination":
        return most, (
            f"The tile’s sum is {total}; with activations and biases z = {z}, and it says "
            f"{activation}."
        )
    bias = number_text(float(one.layer.biases(one.parameters)[unit]), 3, sign=True)
    if pictures.mosaic.channels > MOST_PARTS:
        return most, f"z = {z} with the bias {bias}, and it says {activation}."
    return most, f"Sum {total}, with the bias {bias}: z = {z}, and it says {activation}."
