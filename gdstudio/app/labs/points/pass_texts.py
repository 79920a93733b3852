"""One point on its way through the network and back, as it is written on the diagram."""

from dataclasses import dataclass

import numpy as np

from gdstudio.app.labs.points.network_shown import Texts
from gdstudio.app.widgets.pictures.network_diagram import DiagramSpot
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.points.calculation import NeuronNumbers, PointCalculation
from gdstudio.experiment.points.problem import PointsProblem
from gdstudio.number_text import fixed_text, number_text, percent_text, plain_text, short_text

FORWARD, BACKWARD, STEP = "forward", "backward", "step"
# More terms than this are not written out one by one.
_MOST_TERMS = 4


@dataclass(frozen=True)
class Stage:
    """What of a pass is spoken of.

    Attributes:
        kind: forwards, backwards, or the step that comes next.
        column: the column of the diagram, 1 for the first hidden layer; None for all of it.
    """

    kind: str
    column: int | None = None


def stages(problem: PointsProblem) -> list[Stage]:
    """Return the stages of a pass in their order: forwards, backwards, the step."""
    columns = list(range(1, 1 + sum(1 for layer in problem.network.layers if layer.size)))
    return [
        *(Stage(FORWARD, column) for column in columns),
        *(Stage(BACKWARD, column) for column in reversed(columns)),
        Stage(STEP),
    ]


def write_stage(
    numbers: PointCalculation, kind: str
) -> tuple[tuple[Texts, ...], tuple[Texts, ...]]:
    """Return what stands below each unit, and on each connection, column by column.

    `kind` says what is written: `FORWARD`, `BACKWARD` or `STEP`.
    """
    inputs = tuple((_short(value),) if kind == FORWARD else () for _, value in numbers.features)
    captions: list[Texts] = [inputs]
    texts: list[Texts] = [()]
    for layer in numbers.layers:
        captions.append(tuple(_caption(neuron, kind) for neuron in layer))
        texts.append(
            tuple(
                tuple(_short(value, sign=kind != FORWARD) for value in _written(neuron, kind))
                for neuron in layer
            )
        )
    return tuple(captions), tuple(texts)


def told_captions(captions: tuple[Texts, ...], kind: str) -> tuple[Texts, ...]:
    """Return what is said of each unit that is pointed at, where it does not stand below it.

    `captions` are those of `write_stage`; the bias is said with the name.
    """
    inputs, *layers = captions
    before = {FORWARD: "sum → activation ", BACKWARD: "", STEP: "step of "}[kind]
    return (
        tuple(tuple(f"value {line}" for line in unit) for unit in inputs),
        *(
            tuple(tuple(f"{before}{line}" for line in unit[-1:]) for unit in layer)
            for layer in layers
        ),
    )


def _caption(neuron: NeuronNumbers, kind: str) -> tuple[str, ...]:
    if kind == FORWARD:
        return f"b {_short(neuron.bias)}", f"{_short(neuron.sum)} → {_short(neuron.activation)}"
    if kind == BACKWARD:
        return (f"error {_short(neuron.error or 0.0, sign=True)}",)
    if neuron.steps is None:
        return ()
    return (f"b {_short(float(neuron.steps[-1]), sign=True)}",)


def _written(neuron: NeuronNumbers, kind: str) -> list[float]:
    """Return what stands on the connections into a neuron."""
    which = {FORWARD: neuron.weights, BACKWARD: neuron.point_slopes, STEP: neuron.steps}[kind]
    values: list[float] = [] if which is None else which[: len(neuron.weights)].tolist()
    return values


def explain_stage(
    numbers: PointCalculation, stage: Stage, spot: DiagramSpot, learning_rate: float
) -> str:
    """Return in a few sentences how the numbers of a stage come about."""
    if stage.kind == STEP and numbers.neurons[0].steps is None:
        return "This is an earlier moment; press Now to see the step that comes next."
    if stage.kind == STEP:
        return (
            "The slopes, averaged over the points of the step, make the step that comes next, here "
            f"at learning rate {number_text(learning_rate, 2)}: each number is added to its weight "
            "or bias."
        )
    if stage.column is None:
        return _summary(numbers, stage.kind)
    unit = spot.unit if spot.layer == stage.column else 0
    neuron = numbers.layers[stage.column - 1][unit]
    is_last = stage.column == len(numbers.layers)
    if stage.kind == BACKWARD:
        return f"{neuron.name}: {_error_text(numbers, neuron, is_last=is_last)}"
    text = f"{neuron.name}: {_sum_text(neuron)}"
    if is_last:
        return f"{text}; {_answer(numbers, unit, follows=True)}"
    curve = numbers.activation.curve
    return f"{text}; {curve} of it is {_four(neuron.activation)}." if curve != "z" else f"{text}."


def _summary(numbers: PointCalculation, kind: str) -> str:
    if kind == FORWARD:
        return (
            "Forwards: each neuron multiplies what comes in by the weights, adds it up with its "
            f"bias b to the sum, and passes on sum → activation: {_answer(numbers, 0)}"
        )
    return (
        "Backwards: the error of a neuron says by how much the loss of this point grows when its "
        "sum grows by 1. The slope of a weight is that error times what came in through it."
    )


def _answer(numbers: PointCalculation, unit: int, *, follows: bool = False) -> str:
    """Say what comes out, what was wanted, and the loss of that."""
    assert numbers.wanted is not None
    assert numbers.loss is not None
    label = numbers.output_label
    what = f"the {label} of it is" if follows and label != "linear" else "the answer is"
    output, wanted = _four(float(numbers.outputs[unit])), _plain(float(numbers.wanted[unit]))
    return f"{what} {output}, where {wanted} is wanted: its loss is {_four(numbers.loss)}."


def _sum_text(neuron: NeuronNumbers) -> str:
    """Return how a sum comes about: ``0.5 · 1.2 + (−0.3) · 0.4 + 0.1 = 0.58``."""
    total = _four(neuron.sum)
    if len(neuron.weights) > _MOST_TERMS:
        products = _four(float(np.sum(neuron.products)))
        return (
            f"{len(neuron.weights)} products add up to {products}, with the bias "
            f"{_four(neuron.bias)} to {total}"
        )
    terms = _terms(neuron.weights, neuron.inputs)
    return f"{terms} + {_factor(neuron.bias)} = {total}"


def _error_text(numbers: PointCalculation, neuron: NeuronNumbers, *, is_last: bool) -> str:
    assert neuron.error is not None
    assert neuron.point_slopes is not None
    error = neuron.error
    if is_last:
        assert numbers.wanted is not None
        output, wanted = float(numbers.outputs[neuron.unit]), float(numbers.wanted[neuron.unit])
        text = f"output − wanted = {_four(output)} − {_plain(wanted)}"
        # Where the slope of the output function does not cancel, it is a factor of its own.
        if not np.isclose(error, output - wanted):
            text = f"({text}) · slope {_four(neuron.slope)}"
    else:
        above = numbers.layers[neuron.layer + 1]
        terms = f"the {len(above)} errors it leads to, each times its weight"
        if len(above) <= _MOST_TERMS:
            terms = _terms(
                np.array([one.weights[neuron.unit] for one in above]),
                np.array([one.error or 0.0 for one in above]),
            )
        text = f"({terms}) · slope {_four(neuron.slope)}"
    first, x = float(neuron.point_slopes[0]), float(neuron.inputs[0])
    return (
        f"its error is {text} = {_four(error)}. The slope of its first weight is {_four(error)} · "
        f"{_factor(x)} = {_four(first)}."
    )


def _terms(weights: FloatArray, others: FloatArray) -> str:
    pairs = zip(weights.tolist(), others.tolist(), strict=True)
    return " + ".join(f"{_factor(w)} · {_factor(x)}" for w, x in pairs)


def _short(value: float, *, sign: bool = False) -> str:
    """Return a number for the diagram: two decimals, or two figures where these say nothing."""
    if value == 0 or 0.05 <= abs(value) < 100:
        return fixed_text(value, 2, sign=sign)
    return "≈ 0" if abs(value) < 1e-4 else short_text(value, 2, sign=sign)


def _four(value: float) -> str:
    return number_text(value, 4)


def _factor(value: float) -> str:
    text = number_text(value, 3)
    return f"({text})" if value < 0 else text


def _plain(value: float) -> str:
    return plain_text(value, 3) if value in (0.0, 1.0) else number_text(value, 3)


def point_name(problem: PointsProblem, index: int) -> str:
    """Return which point is followed: ``point 12, class B, at x 0.52, y −1.20``."""
    points = problem.points
    use = "test point" if points.is_test[index] else "point"
    answer = float(points.answers[index])
    if points.classes:
        right = f"class {points.classes[int(answer)]}"
    else:
        right = f"{points.target} {number_text(points.target_scale.original(answer), 3)}"
    where = ", ".join(
        f"{name} {number_text(scale.original(one), 3)}"
        for name, scale, one in zip(
            points.axes, points.scales, points.places[index].tolist(), strict=True
        )
    )
    return f"{use} {index + 1}, {right}, at {where}"


def place_text(problem: PointsProblem, parameters: FloatArray, x: float, y: float) -> str:
    """Return the numbers of a place: where it is, and what the network answers there.

    Of several classes the two likeliest are named.
    """
    points = problem.points
    outputs = problem.outputs(parameters, np.array([[x, y]]))[:, 0].tolist()
    names = problem.settings.outputs
    if problem.settings.is_regression:
        said = f"{names[0]} {number_text(points.target_scale.original(outputs[0]), 3)}"
    elif len(outputs) == 1:
        said = f"{names[0]} {percent_text(outputs[0])}"
    else:
        likeliest = sorted(zip(outputs, names, strict=True), reverse=True)[:2]
        said = ", ".join(f"{name} {percent_text(one, 0)}" for one, name in likeliest)
    where = " · ".join(
        # Without the unit in brackets, there is room.
        f"{axis.split(' (')[0]} {number_text(scale.original(one), 3)}"
        for axis, scale, one in zip(points.axes, points.scales, (x, y), strict=True)
    )
    return f"{where} · {said}"
