"""One point on its way through the network and back, as it is written on the diagram."""

from dataclasses import dataclass

import numpy as np

from gdstudio.app.labs.points.network_shown import Texts
from gdstudio.app.widgets.pictures.network_diagram import DiagramSpot
from gdstudio.engine.inspect.trace import LayerTrace, Trace, trace_example
from gdstudio.engine.network.activations import ACTIVATIONS
from gdstudio.engine.network.layer import WeightedLayer
from gdstudio.engine.network.parameter_names import unit_name
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.points.problem import PointsProblem
from gdstudio.number_text import fixed_text, number_text, short_text

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


def trace_point(problem: PointsProblem, parameters: FloatArray, index: int) -> Trace:
    """Return all numbers of the point `index` on its way through the network and back."""
    points, settings = problem.points, problem.settings
    inputs = settings.inputs(points.places[index : index + 1])[:-1, 0]
    wanted = settings.wanted(points.answers[index : index + 1])[:, 0]
    return trace_example(problem.network, parameters, inputs, wanted)


def write_stage(
    trace: Trace, kind: str, step: FloatArray | None
) -> tuple[tuple[Texts, ...], tuple[Texts, ...]]:
    """Return what stands below each unit, and on each connection, column by column.

    Args:
        trace: the point.
        kind: what is written: `FORWARD`, `BACKWARD` or `STEP`.
        step: what the next step adds to θ, shape ``(size,)``; for `STEP` alone.
    """
    inputs = tuple((_short(value),) for value in trace.inputs.tolist())
    captions: list[Texts] = [inputs if kind == FORWARD else tuple(() for _ in inputs)]
    texts: list[Texts] = [()]
    parts = trace.network.weighted(step) if kind == STEP and step is not None else []
    for place, one in enumerate(trace.weighted):
        if kind == FORWARD:
            matrix = _matrix(one, one.parameters)
            assert one.sums is not None
            rows = zip(
                matrix[:, -1].tolist(), one.sums.tolist(), one.activations.tolist(), strict=True
            )
            captions.append(
                tuple((f"b {_short(b)}", f"{_short(z)} → {_short(a)}") for b, z, a in rows)
            )
        elif kind == BACKWARD:
            assert one.gradient is not None
            matrix = _matrix(one, one.gradient)
            assert one.error is not None
            captions.append(tuple((f"error {_short(e, sign=True)}",) for e in one.error.tolist()))
        else:
            matrix = _matrix(one, parts[place][2])
            captions.append(
                tuple((f"b {_short(value, sign=True)}",) for value in matrix[:, -1].tolist())
            )
        texts.append(
            tuple(
                tuple(_short(value, sign=kind != FORWARD) for value in row)
                for row in matrix[:, :-1].tolist()
            )
        )
    return tuple(captions), tuple(texts)


def explain_stage(
    problem: PointsProblem, trace: Trace, stage: Stage, spot: DiagramSpot, learning_rate: float
) -> str:
    """Return in a few sentences how the numbers of a stage come about."""
    if stage.kind == STEP:
        return (
            "Averaged over the points of the step, the slopes give the step that comes next, here "
            f"at learning rate {number_text(learning_rate, 2)}: each number is added to its weight."
        )
    if stage.column is None:
        return _summary(problem, trace, stage.kind)
    unit = spot.unit if spot.layer == stage.column else 0
    layer = trace.weighted[stage.column - 1]
    name = unit_name(trace.network, layer.number, unit)
    is_last = stage.column == len(trace.weighted)
    if stage.kind == FORWARD:
        text = f"{name}: {_sum_text(layer, unit)}"
        if is_last:
            return f"{text}; {_answer(problem, trace, unit, follows=True)}"
        assert layer.sums is not None
        z, a = float(layer.sums[unit]), float(layer.activations[unit])
        curve = ACTIVATIONS[problem.settings.activation].curve
        return f"{text}; {curve} of it is {_four(a)}." if curve != "z" else f"{text} = {_four(z)}."
    return f"{name}: {_error_text(problem, trace, layer, unit, is_last=is_last)}"


def _summary(problem: PointsProblem, trace: Trace, kind: str) -> str:
    if kind == FORWARD:
        return (
            "Forwards: each neuron multiplies what comes in by the weights, adds it up with its "
            f"bias b to the sum, and passes on sum → activation: {_answer(problem, trace, 0)}"
        )
    return (
        "Backwards: the error of a neuron says by how much the cost of this point grows when its "
        "sum grows by 1; times what came in it is the slope of each weight, written on it."
    )


def _answer(problem: PointsProblem, trace: Trace, unit: int, *, follows: bool = False) -> str:
    """Say what comes out, what was wanted, and what that costs."""
    assert trace.wanted is not None
    assert trace.cost is not None
    label = problem.network.loss.output_label
    what = f"the {label} of it is" if follows and label != "linear" else "the answer is"
    output, wanted = _four(float(trace.outputs[unit])), _plain(float(trace.wanted[unit]))
    return f"{what} {output}, where {wanted} is wanted: this point costs {_four(trace.cost)}."


def _sum_text(layer: LayerTrace, unit: int) -> str:
    """Return how a sum comes about: ``sum = 0.5 · 1.2 − 0.3 · 0.4 + 0.1 = 0.58``."""
    row = _matrix(layer, layer.parameters)[unit]
    assert layer.sums is not None
    z = float(layer.sums[unit])
    weights, inputs = row[:-1].tolist(), layer.inputs.tolist()
    if len(weights) > _MOST_TERMS:
        total = _four(float(np.dot(row[:-1], layer.inputs)))
        return (
            f"{len(weights)} products add up to {total}, with the bias {_four(row[-1])} {_four(z)}"
        )
    terms = " + ".join(f"{_factor(w)} · {_factor(x)}" for w, x in zip(weights, inputs, strict=True))
    return f"{terms} + {_factor(float(row[-1]))} = {_four(z)}"


def _error_text(
    problem: PointsProblem, trace: Trace, layer: LayerTrace, unit: int, *, is_last: bool
) -> str:
    assert layer.error is not None
    assert layer.gradient is not None
    error = float(layer.error[unit])
    if is_last:
        assert trace.wanted is not None
        output, wanted = float(trace.outputs[unit]), float(trace.wanted[unit])
        text = f"output − wanted = {_four(output)} − {_plain(wanted)}"
        if layer.slopes is not None and layer.activation_error is not None:
            slope = float(layer.slopes[unit])
            # Where the output function's slope does not cancel, it is a factor of its own.
            if not np.isclose(error, output - wanted):
                text = f"({text}) · slope {_four(slope)}"
        text = f"its error is {text} = {_four(error)}"
    else:
        above = trace.weighted[list(trace.weighted).index(layer) + 1]
        weights = _matrix(above, above.parameters)[:, unit].tolist()
        assert above.error is not None
        errors = above.error.tolist()
        assert layer.slopes is not None
        slope = float(layer.slopes[unit])
        terms = " + ".join(
            f"{_factor(w)} · {_factor(e)}" for w, e in zip(weights, errors, strict=True)
        )
        if len(weights) > _MOST_TERMS:
            terms = f"the {len(weights)} errors it leads to, each times its weight,"
        text = f"its error is ({terms}) · slope {_four(slope)} = {_four(error)}"
    x = float(layer.inputs[0])
    first = float(_matrix(layer, layer.gradient)[unit, 0])
    return f"{text}. Slope of its first weight: {_four(error)} · {_factor(x)} = {_four(first)}."


def _matrix(one: LayerTrace, part: FloatArray) -> FloatArray:
    assert isinstance(one.layer, WeightedLayer)
    return one.layer.matrix(part)


def _short(value: float, *, sign: bool = False) -> str:
    """Return a number for the diagram: two decimals, or two figures where these say nothing."""
    if value == 0 or 0.05 <= abs(value) < 100:
        return fixed_text(value, 2, sign=sign)
    if abs(value) < 1e-4:
        return "0.0000" if not sign else "≈ 0"
    return short_text(value, 2, sign=sign)


def _four(value: float) -> str:
    return number_text(value, 4)


def _factor(value: float) -> str:
    text = number_text(value, 3)
    return f"({text})" if value < 0 else text


def _plain(value: float) -> str:
    return f"{value:g}".replace("-", "−") if value == round(value) else number_text(value, 3)


def point_name(problem: PointsProblem, index: int) -> str:
    """Return which point is followed: ``point 12, class B, at x 0.52, y −1.20``."""
    points = problem.points
    use = "test point" if points.is_test[index] else "point"
    (x, y), answer = points.places[index].tolist(), float(points.answers[index])
    right = (
        f"class {points.classes[int(answer)]}"
        if points.classes
        else (f"{points.target} {number_text(points.target_scale.original(answer), 3)}")
    )
    where = ", ".join(
        f"{name} {number_text(scale.original(one), 3)}"
        for name, scale, one in zip(points.axes, points.scales, (x, y), strict=True)
    )
    return f"{use} {index + 1}, {right}, at {where}"
