"""One neuron's sum with its numbers: the largest terms, the rest, bias, z and activation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gdstudio.app.labs.digits.inside.network.edit_controls import Editable
from gdstudio.app.widgets.pictures.network_picture import Spot
from gdstudio.app.widgets.tables.sum_view import SumLine, WeightedSum
from gdstudio.engine.inspect.contributions import strongest_connections, strongest_places
from gdstudio.engine.inspect.edits import Edit, ScaleWeight
from gdstudio.engine.inspect.trace import LayerTrace, Terms, Trace, weighted_terms
from gdstudio.engine.network.layer import WeightedLayer
from gdstudio.engine.network.parameter_names import source_name, unit_name
from gdstudio.number_text import short_text

LARGEST_TERMS = 6


@dataclass(frozen=True, eq=False)
class Unit:
    """A neuron or filter of a trace.

    Attributes:
        one: its layer.
        unit: which of the layer, from 0.
        place: where on its map, for a filter.
        terms: its sum.
        name: what it is called.
    """

    one: LayerTrace
    unit: int
    place: tuple[int, int] | None
    terms: Terms
    name: str


def unit_of(trace: Trace, spot: Spot) -> Unit:
    """Return what a spot of the picture shows."""
    one = trace.weighted[spot.column]
    place = spot.place
    assert isinstance(one.layer, WeightedLayer)
    if one.layer.has_places and place is None:
        row, column = strongest_places(one)[spot.unit]
        place = (int(row), int(column))
    return Unit(
        one=one,
        unit=spot.unit,
        place=place,
        terms=weighted_terms(trace, one.number, spot.unit, place),
        name=unit_name(trace.network, one.number, spot.unit),
    )


def activation_of(trace: Trace, unit: Unit) -> tuple[str, float]:
    """Return how its activation is written, and what it is."""
    layer = unit.one.layer
    assert isinstance(layer, WeightedLayer)
    which = unit.unit
    if unit.place is not None:
        shape = layer.output_shape
        which = int(np.ravel_multi_index((*unit.place, unit.unit), shape))
    value = float(unit.one.activations[which])
    if unit.one.number < len(trace.layers):
        return layer.activation.output_text, value
    return trace.network.loss.output_text, value


def sum_of(trace: Trace, spot: Spot) -> WeightedSum:
    """Return the sum of a neuron or filter as it is shown."""
    unit = unit_of(trace, spot)
    terms = unit.terms
    count = min(LARGEST_TERMS, len(terms.products))
    order = np.argsort(-np.abs(terms.products), kind="stable")
    largest, others = order[:count], order[count:]
    sign, activation = activation_of(trace, unit)
    lines = [
        SumLine(
            _within_layer(source_name(trace.network, unit.one.number, int(terms.sources[index]))),
            float(terms.inputs[index]),
            float(terms.weights[index]),
            float(terms.products[index]),
        )
        for index in largest
    ]
    below = [one.number for one in trace.layers[: unit.one.number - 1] if not one.layer.passes_on]
    return WeightedSum(
        origin=f"layer {below[-1]}" if below else "the picture",
        lines=tuple(lines),
        others=len(others),
        others_sum=float(terms.products[others].sum(dtype=np.float64)),
        bias=terms.bias,
        total=terms.sum,
        formula=sign,
        activation=activation,
    )


def brief_of(trace: Trace, spot: Spot) -> str:
    """Return its sum in a line."""
    terms, (sign, activation) = (
        unit_of(trace, spot).terms,
        activation_of(trace, unit_of(trace, spot)),
    )
    products, bias, total = (
        short_text(value, sign=True)
        for value in (float(terms.products.sum(dtype=np.float64)), terms.bias, terms.sum)
    )
    return (
        f"{title_of(trace, spot)}: Σ input × weight {products}, bias {bias}: z = {total}, "
        f"{sign} = {short_text(activation)}."
    )


def _within_layer(name: str) -> str:
    """Return a name without its layer: all terms of a sum come from the same."""
    return name.partition(" of layer ")[0]


def title_of(trace: Trace, spot: Spot) -> str:
    """Return the name of a neuron or filter, for a title; of a filter with its place."""
    unit = unit_of(trace, spot)
    text = unit.name[0].upper() + unit.name[1:]
    if unit.place is None:
        return text
    where = "strongest at" if spot.place is None else "at"
    return f"{text}, {where} row {unit.place[0] + 1}, column {unit.place[1] + 1}"


def editable_of(trace: Trace, spot: Spot, edits: Sequence[Edit]) -> Editable:
    """Return what can be edited at a neuron or filter.

    Of its weights that is the one that contributes most now, or the one that was edited last.
    """
    unit = unit_of(trace, spot)
    number, network = unit.one.number, trace.network
    edited = [
        edit.weight
        for edit in edits
        if isinstance(edit, ScaleWeight) and (edit.layer, edit.unit) == (number, spot.unit)
    ]
    weight = edited[-1] if edited else int(np.abs(unit.terms.products).argmax())
    layer = unit.one.layer
    assert isinstance(layer, WeightedLayer)
    source, source_of = None, ""
    below = [one for one in trace.weighted if one.number < number]
    if (
        below
        and isinstance(below[-1].layer, WeightedLayer)
        and below[-1].layer.units < layer.fan_in
    ):
        strongest = strongest_connections(trace, number, 1, unit=spot.unit)
        source = int(strongest.sources[0])
        source_of = unit_name(network, below[-1].number, source)
    return Editable(
        layer=number,
        unit=spot.unit,
        is_output=number == len(trace.layers),
        weight=weight,
        weight_name=source_name(network, number, int(unit.terms.sources[weight])),
        source=source,
        source_name=source_of,
    )
