"""From a moment to the arrays that the Network page shows: no widgets here, any thread may do it.

Small networks are looked at at once, large ones in the background: `is_quick` tells which.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdstudio.app.widgets.pictures.layers import PictureLayer, Wires
from gdstudio.engine.inspect.contributions import (
    Connections,
    strongest_connections,
    strongest_places,
)
from gdstudio.engine.inspect.edits import Edit, SwitchOff
from gdstudio.engine.inspect.trace import LayerTrace, Trace, trace_example
from gdstudio.engine.network.layer import Shape, WeightedLayer
from gdstudio.engine.network.network import Network
from gdstudio.engine.network.pixels import to_inputs
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.digits.network_moment import Moment

# Measured: some 2 ms on one core.
_QUICK_MULTIPLICATIONS = 2_000_000


@dataclass(frozen=True, eq=False)
class NetworkView:
    """A moment, and what there is to see of it.

    Attributes:
        moment: what was looked at.
        trace: every number of the example's way.
        layers, wires: for the picture.
        unedited: the ten outputs that the network gives without edits; None if there are none.
    """

    moment: Moment
    trace: Trace
    layers: tuple[PictureLayer, ...]
    wires: tuple[Wires, ...]
    unedited: FloatArray | None


def is_quick(network: Network) -> bool:
    """Return whether a look takes only a few milliseconds."""
    return sum(layer.multiplications for layer in network.layers) <= _QUICK_MULTIPLICATIONS


def look(moment: Moment, count: int, edits: tuple[Edit, ...]) -> NetworkView:
    """Return what there is to see, with `count` connections into each layer.

    Raises:
        ValueError: if the moment has no picture.
    """
    if moment.picture is None:
        raise ValueError("there is no picture to look at")
    inputs = to_inputs(moment.picture, moment.network.dtype)
    trace = trace_example(moment.network, moment.parameters, inputs)
    unedited = None
    if edits:
        unedited = trace_example(moment.network, moment.unedited, inputs).outputs
    numbers = [one.number for one in trace.weighted]
    return NetworkView(
        moment=moment,
        trace=trace,
        layers=tuple(_picture_layer(trace, one, edits) for one in trace.weighted),
        wires=tuple(
            wires_of(trace, place, strongest_connections(trace, number, count))
            for place, number in enumerate(numbers)
        ),
        unedited=unedited,
    )


def wires_of(trace: Trace, place: int, connections: Connections) -> Wires:
    """Return connections into the layer at `place` among those with weights, as drawn."""
    sources: npt.NDArray[np.intp] | npt.NDArray[np.floating] = connections.sources
    if place == 0:
        # What enters the first layer is the image, or a pool of it: places from 0 to 1.
        number = trace.weighted[0].number
        rows, columns = _entering_shape(trace.network, number)[:2]
        row, column = np.divmod(connections.sources, columns)
        sources = np.stack([(column + 0.5) / columns, (row + 0.5) / rows], axis=1)
    return Wires(place, sources, connections.targets, connections.contributions)


def _entering_shape(network: Network, number: int) -> Shape:
    """Return the shape of what enters layer `number`, a picture as such."""
    image = (*network.image, 1)
    shape = network.layers[number - 2].output_shape if number > 1 else image
    return shape if len(shape) == 3 else image


def _picture_layer(trace: Trace, one: LayerTrace, edits: tuple[Edit, ...]) -> PictureLayer:
    layer = one.layer
    assert isinstance(layer, WeightedLayer)
    is_last = one.number == len(trace.layers)
    values, places = one.activations, None
    if layer.has_places:
        values = one.activations.reshape(layer.output_shape).transpose(2, 0, 1)
        places = strongest_places(one)
    kind = "outputs" if is_last else f"{layer.unit_word}s"
    notes: tuple[str, ...] = (f"{layer.units:,} {kind}", *_after(trace.network, one.number))
    if is_last:
        notes = (trace.network.loss.output_label,)
    mine = [edit for edit in edits if edit.layer == one.number]
    off = frozenset(edit.unit for edit in mine if isinstance(edit, SwitchOff))
    return PictureLayer(
        title="outputs" if is_last else f"layer {one.number}",
        notes=notes,
        kind=kind,
        values=values,
        scale=_scale(one, is_last=is_last),
        places=places,
        off=off,
        names=trace.network.names if is_last else (),
        edited=frozenset(edit.unit for edit in mine) - off,
    )


def _after(network: Network, number: int) -> tuple[str, ...]:
    """Return what stands behind layer `number` before the next one with weights, in a line."""
    words = []
    for layer in network.layers[number:]:
        if isinstance(layer, WeightedLayer):
            break
        words.append(layer.note)
    return (", ".join(filter(None, words)),) if any(words) else ()


def _scale(one: LayerTrace, *, is_last: bool) -> float:
    """Return what is lit fully: the most there can be, else the layer's own largest."""
    layer = one.layer
    assert isinstance(layer, WeightedLayer)
    if is_last:
        return 1.0
    most = layer.activation.most
    return most if math.isfinite(most) else float(np.abs(one.activations).max()) or 1.0
