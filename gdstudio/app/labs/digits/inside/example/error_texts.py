"""Backpropagation in words and with its numbers: one layer, and one neuron of it, at a time."""

import math
from dataclasses import dataclass

import numpy as np

from gdstudio.engine.history import Float64Array
from gdstudio.engine.inspect.error_terms import ErrorTerms, error_terms
from gdstudio.engine.inspect.trace import LayerTrace, Trace
from gdstudio.engine.network.layer import WeightedLayer
from gdstudio.engine.network.network import Network
from gdstudio.engine.network.parameter_names import parameter_names
from gdstudio.number_text import count_text, count_word, number_text, plain_text

_TERMS = 3


@dataclass(frozen=True, eq=False)
class StrongestComponents:
    """The largest components of −∂C/∂w among a neuron's weights: −error × input.

    Attributes:
        indices: where they stand in θ, shape ``(n,)``.
        names: what each leads from.
        inputs: what came in through each, 1 for the bias, shape ``(n,)``; None for a filter, whose
            they are sums over all its places.
        negative_gradient: −∂C/∂w, shape ``(n,)``.
        silent: through how many of the neuron's weights nothing came in.
    """

    indices: list[int]
    names: list[str]
    inputs: Float64Array | None
    negative_gradient: Float64Array
    silent: int


def layer_heading(trace: Trace, one: LayerTrace) -> str:
    """Return what a layer is called over its bars."""
    layer = one.layer
    if one is trace.layers[-1]:
        return f"The {count_word(len(one.activations))} outputs"
    assert isinstance(layer, WeightedLayer)
    units = f"Layer {one.number}: {count_text(layer.units)} {layer.unit_word}s"
    if layer.has_places:
        units += f" at {'×'.join(map(str, layer.output_shape[:2]))} places"
    return units


def layer_idea(trace: Trace, one: LayerTrace) -> str:
    """Return how the errors of a layer come about, in a sentence or two."""
    if one is trace.layers[-1]:
        text = (
            "Here it begins: how far is each output from what is wanted? Its error says how fast "
            "the loss rises with its sum z: blue is too high, orange too low."
        )
        flat = [
            trace.network.names[place]
            for place in range(len(one.activations))
            if is_saturated(trace, one, place)
        ]
        if flat:
            which = f"{', '.join(flat[:-1])} and {flat[-1]}" if len(flat) > 1 else flat[0]
            plural = "s" if len(flat) > 1 else ""
            curve = _output_curve(trace)
            text += f" Output{plural} {which}: far off, but on the flat part of {curve}."
        return text
    above = trace.layers[one.number]
    if isinstance(above.layer, WeightedLayer):
        how = "takes the errors above it, each times the weight between"
    else:
        how = "takes what the layers above hand down to it"
    assert isinstance(one.layer, WeightedLayer)
    return (
        f"Each {one.layer.unit_word} {how}: that is its own part in the mistake. Blue is too high, "
        "orange too low."
    )


def unit_name(network: Network, number: int, place: int) -> str:
    """Return what a neuron is called, or a filter with its place; `place` is flat, from 0."""
    layer = network.layers[number - 1]
    if number == len(network.layers):
        return f"output {network.names[place]}"
    assert isinstance(layer, WeightedLayer)
    unit, where = place, ""
    if layer.has_places:
        row, column, unit = map(int, np.unravel_index(place, layer.output_shape))
        where = f" at row {row + 1}, column {column + 1}"
    return f"{layer.unit_word} {unit + 1}{where} of layer {number}"


def unit_label(network: Network, number: int, place: int) -> str:
    """Return the number that stands below the bar of a neuron; places of a picture have none."""
    if number == len(network.layers):
        return network.names[place]
    return str(place + 1) if len(network.layers[number - 1].output_shape) == 1 else ""


def error_lines(trace: Trace, one: LayerTrace, place: int) -> list[str]:
    """Return the formula of one error, then the same with its numbers, as rich text."""
    assert one.error is not None
    assert one.activation_error is not None
    assert trace.wanted is not None
    name = unit_name(trace.network, one.number, place)
    result = f"<b>{_signed(float(one.error[place]))}</b>"
    if one is trace.layers[-1]:
        output, wanted = float(one.activations[place]), float(trace.wanted[place])
        loss = trace.network.loss
        words = loss.error_form.format(output="output", wanted="wanted")
        difference = loss.error_form.format(output=_output_text(output), wanted=plain_text(wanted))
        activation = loss.output_activation
        if activation is None or one.slopes is None:
            return [f"error of {name} = {words}", f"= {difference} = {result}"]
        slope = number_text(float(one.slopes[place]), 3)
        lines = [
            f"error of {name} = ({words}) · {activation.slope_text}",
            f"= ({difference}) · {slope} = {result}",
        ]
        if activation.slope_by_output:
            lines.append(f"with {activation.slope_text} = {activation.slope_by_output} = {slope}")
        return lines
    assert one.slopes is not None
    layer = one.layer
    assert isinstance(layer, WeightedLayer)
    slope_name = layer.activation.slope_text
    slope = number_text(float(one.slopes[place]), 3)
    came = _in_product(float(one.activation_error[place]))
    terms = error_terms(trace, one.number, place)
    if terms is None:
        return [
            f"error of {name} = what comes down to it · {slope_name}",
            f"= {came} · {slope} = {result}",
        ]
    return [
        f"error of {name} = Σ weight · error above · {slope_name}",
        f"= ({_terms_text(terms)}) · {slope}",
        f"= {came} · {slope} = {result}",
    ]


def is_saturated(trace: Trace, one: LayerTrace, place: int) -> bool:
    """Return whether an output is far from what is wanted, on the flat part of its curve."""
    if one is not trace.layers[-1] or one.slopes is None or one.activation_error is None:
        return False
    return abs(float(one.activation_error[place])) > 0.5 and float(one.slopes[place]) < 0.05


def _output_curve(trace: Trace) -> str:
    activation = trace.network.loss.output_activation
    return activation.curve if activation else trace.network.loss.output_label


def error_meaning(trace: Trace, one: LayerTrace, place: int) -> str:
    """Return what one error says in plain words."""
    assert one.error is not None
    name = unit_name(trace.network, one.number, place)
    name = name[0].upper() + name[1:]
    error = float(one.error[place])
    if not math.isfinite(error):
        return f"{name} has no error that is a number: the numbers of this network have exploded."
    if is_saturated(trace, one, place):
        return (
            f"{name} is far off and hardly learns: its z is so far from 0 that "
            f"{_output_curve(trace)} is flat there, and the flat slope makes the error small."
        )
    if error == 0:
        return f"{name} {_reason_without_error(trace, one, place)}: it has no wishes."
    return f"{name} is too {'high' if error > 0 else 'low'}: its weighted sum should " + (
        "fall." if error > 0 else "rise."
    )


def _reason_without_error(trace: Trace, one: LayerTrace, place: int) -> str:
    """Return why an error is 0: nothing is wrong, nothing comes down, or no slope lets it pass."""
    if one is trace.layers[-1]:
        return "is what was wanted, as exactly as its numbers can tell"
    if one.slopes is not None and one.slopes[place] == 0:
        layer = one.layer
        assert isinstance(layer, WeightedLayer)
        assert one.sums is not None
        output = number_text(float(one.activations[place]))
        return layer.activation.why_flat(float(one.sums[place]), output)
    return "has no part in the mistake: no error comes down to it"


def sizes_text(trace: Trace, current: int) -> str:
    """Return how large the errors of each layer are, typically, from the outputs back."""
    parts = []
    for one in reversed(trace.weighted):
        assert one.error is not None
        errors = one.error.astype(np.float64)
        typical = math.sqrt(float(np.dot(errors, errors)) / len(errors))
        is_last = one is trace.layers[-1]
        text = f"{'outputs' if is_last else f'layer {one.number}'} {number_text(typical, 2)}"
        parts.append(f"<b>{text}</b>" if one.number == current else text)
    return "Typical size of an error: " + " → ".join(parts)


def strongest_components(
    trace: Trace, one: LayerTrace, place: int, count: int
) -> StrongestComponents:
    """Return the `count` largest components for the neuron or filter at `place`."""
    layer = one.layer
    assert isinstance(layer, WeightedLayer)
    assert one.gradient is not None
    # The places of a picture are ordered by row, column, filter.
    unit = place % layer.units
    row = -layer.matrix(one.gradient)[unit].astype(np.float64)
    start = sum(each.size for each in trace.network.layers[: one.number - 1])
    count = min(count, len(row))
    order = np.sort(np.argpartition(-np.abs(row), count - 1)[:count])
    order = order[np.argsort(-np.abs(row[order]), kind="stable")]
    indices = (start + unit * (layer.fan_in + 1) + order).tolist()
    inputs, silent = None, 0
    if not layer.has_places:
        entered = np.append(one.inputs, 1).astype(np.float64)
        inputs, silent = entered[order], int(np.count_nonzero(entered == 0))
    names = [_source(name) for name in parameter_names(trace.network, indices)]
    return StrongestComponents(indices, names, inputs, row[order] + 0.0, silent)


def components_text(one: LayerTrace, place: int, components: StrongestComponents) -> str:
    """Return how an error becomes the components for weights."""
    layer = one.layer
    assert isinstance(layer, WeightedLayer)
    assert one.error is not None
    if components.inputs is None:
        return (
            "A filter has the same weights at all its places: its wish for a weight is "
            "−error × input, added up over all of them."
        )
    text = (
        f"wish for a weight = −error × its input = {_in_product(-float(one.error[place]))} × "
        "input; for the bias the input is 1."
    )
    if components.silent:
        text += (
            f" Through {count_text(components.silent)} of its {count_text(layer.fan_in)} weights "
            "nothing comes in: no wish."
        )
    return text


def _source(name: str) -> str:
    """Return the part of a weight's name that tells it from the neuron's others."""
    if name.startswith("bias"):
        return "its bias"
    before = name.split(" → ")[0].split(" of filter ")[0]
    channel = name.partition(", on ")[2]
    return f"{before}, on {channel}" if channel else before


def _terms_text(terms: ErrorTerms) -> str:
    """Return the largest terms of Σ weight · error, and what the others come to."""
    order = np.argsort(-np.abs(terms.products), kind="stable")[:_TERMS]
    parts = []
    for term in order:
        weight, error = float(terms.weights[term]), float(terms.errors[term])
        parts.append(f"{_in_product(weight)} · {_in_product(error)}")
    left = len(terms.products) - len(order)
    if left > 0:
        rest = float(terms.products.sum() - terms.products[order].sum())
        parts.append(f"{_in_product(rest)} from {count_text(left)} more")
    return " + ".join(parts)


def _output_text(output: float) -> str:
    """Return an output; one that is all but 1 so that one can take 1 from it."""
    if 0.9995 < output < 1:
        return f"(1 − {number_text(1 - output, 3)})"
    return number_text(output)


def _in_product(value: float) -> str:
    """Return a number as a factor: in brackets where it is negative or has a power of ten."""
    text = number_text(value, 3)
    return f"({text})" if value < 0 or "×" in text else text


def _signed(value: float) -> str:
    return number_text(value, 3, sign=True)
