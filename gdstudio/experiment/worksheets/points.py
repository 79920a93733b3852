"""A worksheet for the Points lab: one point forwards and back through a network, and the step."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from gdstudio.engine.history import Float64Array
from gdstudio.engine.network.activations import ACTIVATIONS, Activation
from gdstudio.engine.objective import FloatArray
from gdstudio.engine.optimizers.hand_walk import HandWalk
from gdstudio.errors import BadInput
from gdstudio.experiment.points.calculation import NeuronNumbers, calculate
from gdstudio.experiment.points.experiment import PointsSnapshot
from gdstudio.experiment.points.problem import PointsProblem
from gdstudio.experiment.readings import COMMON_READINGS
from gdstudio.experiment.worksheets.worksheet import (
    Grid,
    Task,
    Worksheet,
    change_line,
    steps_text,
)
from gdstudio.hand_numbers import (
    Blank,
    Line,
    Piece,
    decimals_for,
    factor,
    plain,
    quotient,
    rounded,
    rounding_note,
    text,
    to_figures,
)

MOST_PARAMETERS = 40
_DECIMALS, _MOST_DECIMALS = 4, 7
_LOSS = COMMON_READINGS["loss"].symbol
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def points_worksheet(
    snapshot: PointsSnapshot, *, point: int | None = None, steps: int = 1
) -> Worksheet:
    """Return a worksheet of `steps` steps on one point, that begins with the network as it is.

    Args:
        snapshot: the run.
        point: which of its points, as they stand in the set; otherwise the first to learn from.
        steps: how many steps are made, each on this point alone. What the optimizer remembers of
            earlier steps is left behind, and so are L2, L1 and dropout.

    Raises:
        BadInput: if the network has too many numbers for a sheet, or they are not finite.
    """
    problem, parameters = snapshot.problem, snapshot.parameters
    count = len(parameters)
    if count > MOST_PARAMETERS:
        raise BadInput(
            f"This network has {count:,} weights and biases, too many to work with by hand; choose"
            f" one with at most {MOST_PARAMETERS}."
        )
    points = problem.points
    index = int(np.flatnonzero(~points.is_test)[0]) if point is None else point
    place = (float(points.places[index, 0]), float(points.places[index, 1]))
    answer = float(points.answers[index])
    first = calculate(problem, parameters, place, answer)
    found = [first.loss, *parameters.tolist()]
    found += [slope for n in first.neurons for slope in _numbers(n.point_slopes)]
    if not np.isfinite(np.array(found, np.float64)).all():
        raise BadInput("This network has no finite numbers any more; press Reset, then try again.")
    try:
        with np.errstate(all="ignore"):  # what grows too large is refused
            hand = _HandNetwork(snapshot, place, answer)
            tasks = [task for number in range(1, steps + 1) for task in hand.step(number)]
            tasks.append(hand.result(steps))
    except ArithmeticError:
        raise BadInput(
            "These numbers are too large or too small to calculate with by hand; press Reset, then"
            " try again."
        ) from None
    settings, rule = problem.settings, snapshot.settings.optimizer
    activation, loss = ACTIVATIONS[settings.activation], problem.network.loss
    answers = points.classes[int(answer)] if points.classes else plain(hand.wanted[0])
    called = f"the network {problem.network.shape}"
    if not settings.hidden:
        called = settings.model if settings.model.endswith("regression") else f"a {settings.model}"
    hidden = [("Activation", f"{activation.formula}; {activation.slope_formula}")]
    left_out = [("Left out", "L2 and L1: the slopes are those of this point's loss alone")]
    rules = snapshot.settings.regularization
    return Worksheet(
        title="A network by hand: forwards, back, and a step",
        aim=f"Follow one point through {called}, find the slope of each of its {count} numbers,"
        f" and make {steps_text(steps)} downhill.",
        givens=(
            ("Point", f"{hand.point_text}; right answer: {answers}"),
            *(hidden if settings.hidden else []),
            ("Output", f"{loss.output_label}: output = {loss.output_text}"),
            ("Loss", f"{_LOSS} = {loss.formula}"),
            ("Wanted", ", ".join(hand.wanted_texts)),
            *rule.givens(),
            *(left_out if rules.l1 or rules.l2 else []),
        ),
        tasks=tuple(tasks),
        note=rounding_note([("every number", hand.decimals)]),
        check=_check(snapshot, place, answer, steps),
    )


def _numbers(values: FloatArray | None) -> list[float]:
    return [] if values is None else [float(value) for value in values]


class _HandNetwork:
    """The network, its numbers rounded as a class rounds them, step after step.

    Attributes:
        decimals: how many decimals every number has.
        point_text: the point and its features.
        wanted, wanted_texts: what each output should be.
    """

    def __init__(self, snapshot: PointsSnapshot, place: tuple[float, float], answer: float) -> None:
        problem, settings = snapshot.problem, snapshot.settings
        numbers = calculate(problem, snapshot.parameters, place, answer)
        self._problem, self._layers = problem, numbers.layers
        self._activation = ACTIVATIONS[settings.network.activation]
        self._loss = problem.network.loss
        slopes = np.concatenate([np.asarray(n.point_slopes) for n in numbers.neurons])
        # A step is to be seen.
        steps = np.abs(slopes) * settings.optimizer.learning_rate
        largest = float(steps.max())
        needed = decimals_for([largest], 3) if largest > 0 else _DECIMALS
        self.decimals = min(max(needed, _DECIMALS), _MOST_DECIMALS)
        is_weight = problem.network.weight_mask() > 0
        self._walks = [
            HandWalk(
                f"θ{str(place).translate(_SUBSCRIPTS)}",
                self._short(value),
                settings.optimizer,
                decimals=self.decimals,
                is_weight=bool(weight),
            )
            for place, (value, weight) in enumerate(
                zip(snapshot.parameters.tolist(), is_weight.tolist(), strict=True), start=1
            )
        ]
        self._kind = settings.optimizer.kind
        self._inputs = [self._short(value) for _, value in numbers.features]
        features = [
            f"{name} = {plain(value)}"
            for (name, _), value in zip(numbers.features, self._inputs, strict=True)
        ]
        self.point_text = ", ".join(features)
        wanted = _numbers(numbers.wanted)
        self.wanted = [self._short(value) for value in wanted]
        self.wanted_texts = [
            f"{plain(value)} of {neuron.name}"
            for value, neuron in zip(self.wanted, numbers.layers[-1], strict=True)
        ]
        self._losses: list[Decimal] = []

    def _short(self, number: float | Decimal) -> Decimal:
        return rounded(number, self.decimals)

    def step(self, number: int) -> list[Task]:
        """Make a step, and return what the class does for it."""
        before = "the weights and biases given" if number == 1 else "your new weights and biases"
        given = self._given() if number == 1 else None
        forward = self._forward()
        loss = self._loss_line(_LOSS)
        errors, slope_of = self._backward()
        grid, lines = self._update(slope_of)
        return [
            Task(
                f"Step {number}: forwards",
                f"With {before}, find the sum z and the output of each neuron, then the loss.",
                given,
                (*forward, loss),
            ),
            Task(
                f"Step {number}: back",
                "Find the error δ of each neuron: how the loss changes with its sum z.",
                lines=tuple(errors),
            ),
            Task(
                f"Step {number}: the slopes and the step",
                "The slope of a weight is δ of its neuron times what the weight is multiplied by; "
                "that of a bias is δ. Each number takes its step.",
                grid,
                tuple(lines),
            ),
        ]

    def result(self, steps: int) -> Task:
        """Return the last task: the loss of the network that was found."""
        forward = self._forward()
        line = self._loss_line(f"new {_LOSS}")
        ending = change_line(_LOSS, self._losses[0], self._losses[-1])
        return Task(
            "Did it help?",
            f"Forwards once more, after {steps_text(steps)}.",
            lines=(*forward, line, ending),
        )

    def _given(self) -> Grid:
        """Return all weights and biases."""
        names = self._problem.parameter_names
        rows: list[tuple[Piece, ...]] = [
            (walk.name, name, text(walk.value))
            for walk, name in zip(self._walks, names, strict=True)
        ]
        return Grid(("", "weight or bias", "value"), tuple(rows))

    def _forward(self) -> list[Line]:
        """Return the lines that find the sums and outputs, and remember these."""
        lines: list[Line] = []
        below: list[tuple[Decimal, Piece]] = [(value, factor(value)) for value in self._inputs]
        self._entered, self._sums, self._outputs = [], [], []
        for layer in self._layers:
            self._entered.append([value for value, _ in below])
            sums = []
            for neuron in layer:
                total, line = self._sum(neuron, below)
                sums.append(total)
                lines.append(line)
            is_last = layer is self._layers[-1]
            outputs, found = self._respond(layer, sums, is_last=is_last)
            lines += found
            self._sums.append(sums)
            self._outputs.append(outputs)
            below = [(value, Blank(factor(value))) for value in outputs]
        return lines

    def _sum(
        self, neuron: NeuronNumbers, below: Sequence[tuple[Decimal, Piece]]
    ) -> tuple[Decimal, Line]:
        """Return z of a neuron and the line that finds it."""
        pieces: list[Piece] = [f"{neuron.name}: z = "]
        total = Decimal(0)
        for place, (value, piece) in enumerate(below):
            walk = self._walks[neuron.first + place]
            total += walk.value * value
            pieces += [walk.value_factor if place else walk.value_piece, " · ", piece, " + "]
        bias = self._walks[neuron.bias_index]
        total = self._short(total + bias.value)
        return total, (*pieces, bias.value_factor, " = ", Blank(text(total)))

    def _respond(
        self, layer: Sequence[NeuronNumbers], sums: list[Decimal], *, is_last: bool
    ) -> tuple[list[Decimal], list[Line]]:
        """Return the outputs of a layer for its sums, and the lines that find them."""
        activation: Activation | None = self._activation
        if is_last:
            activation = self._loss.output_activation
        if activation is None:
            return self._softmax(layer, sums)
        values = activation.value(np.array([float(z) for z in sums]))
        outputs = [self._short(value) for value in values.tolist()]
        lines: list[Line] = [
            (f"{neuron.name}: output = {activation.output_text} = ", Blank(text(output)))
            for neuron, output in zip(layer, outputs, strict=True)
        ]
        return outputs, lines

    def _softmax(
        self, layer: Sequence[NeuronNumbers], sums: list[Decimal]
    ) -> tuple[list[Decimal], list[Line]]:
        powers = [self._short(float(np.exp(float(z)))) for z in sums]
        total = sum(powers, Decimal(0))
        outputs = [self._short(quotient(power, total)) for power in powers]
        lines: list[Line] = [
            (f"{neuron.name}: eᶻ = ", Blank(text(power)))
            for neuron, power in zip(layer, powers, strict=True)
        ]
        lines.append(("Σ eᶻ = ", Blank(text(total))))
        lines += [
            (f"{neuron.name}: output = eᶻ / Σ eᶻ = ", Blank(text(output)))
            for neuron, output in zip(layer, outputs, strict=True)
        ]
        return outputs, lines

    def _loss_line(self, name: str) -> Line:
        outputs, wanted = (
            np.array([float(v) for v in values]) for values in (self._outputs[-1], self.wanted)
        )
        exact = self._loss.hand_loss(outputs, wanted)
        if not np.isfinite(exact):
            raise BadInput(
                "The output of this network is so near to 0 or 1 that rounded numbers cannot tell; "
                "choose another point, or press Reset."
            )
        loss = self._short(exact)
        self._losses.append(loss)
        return (f"{name} = ", Blank(text(loss)))

    def _backward(self) -> tuple[list[Line], list[Decimal]]:
        """Return the lines that find the errors, and the slope of every number of θ."""
        outputs, wanted = (
            np.array([float(v) for v in values]) for values in (self._outputs[-1], self.wanted)
        )
        form = self._loss.sum_error_form.format(output="output", wanted="wanted")
        errors = [self._short(e) for e in self._loss.sum_errors(outputs, wanted).tolist()]
        lines: list[Line] = [
            (f"{neuron.name}: δ = {form} = ", Blank(text(error)))
            for neuron, error in zip(self._layers[-1], errors, strict=True)
        ]
        slopes: list[Decimal] = []
        for index in range(len(self._layers) - 1, -1, -1):
            slopes = [
                self._short(error * value)
                for error in errors
                for value in (*self._entered[index], Decimal(1))
            ] + slopes
            if index:
                errors, found = self._errors_below(index, errors)
                lines += found
        return lines, slopes

    def _errors_below(
        self, index: int, errors: Sequence[Decimal]
    ) -> tuple[list[Decimal], list[Line]]:
        """Return the errors of the layer below layer `index`, whose own are `errors`."""
        activation, above = self._activation, self._layers[index]
        sums, outputs = (
            np.array([float(v) for v in values[index - 1]])
            for values in (self._sums, self._outputs)
        )
        # What a class takes the slope from: the output, where it can.
        found = np.ones_like(sums)
        activation.multiply_by_slope(outputs.copy(), found, activation.slope(sums))
        slope_name = activation.slope_name
        by_output = f"{activation.slope_by_output} = " if activation.slope_by_output else ""
        below: list[Decimal] = []
        lines: list[Line] = []
        for neuron, slope in zip(self._layers[index - 1], found.tolist(), strict=True):
            slope_here = self._short(slope)
            pieces: list[Piece] = [f"{neuron.name}: δ = ("]
            total = Decimal(0)
            for place, (upper, error) in enumerate(zip(above, errors, strict=True)):
                walk = self._walks[upper.first + neuron.unit]
                total += walk.value * error
                joint = [" + "] if place else []
                pieces += [*joint, walk.value_factor, " · ", Blank(factor(error))]
            own = self._short(total * slope_here)
            below.append(own)
            lines += [
                (f"{neuron.name}: {slope_name} = {by_output}", Blank(text(slope_here))),
                (*pieces, f") · {slope_name} = ", Blank(text(own))),
            ]
        return below, lines

    def _update(self, slopes: Sequence[Decimal]) -> tuple[Grid, list[Line]]:
        """Make the step of every number; return the table, and lines where a rule needs them."""
        names = self._problem.parameter_names
        rows: list[tuple[Piece, ...]] = []
        lines: list[Line] = []
        is_plain = self._kind.follows_slope
        for walk, name, slope in zip(self._walks, names, slopes, strict=True):
            before = walk.value_piece
            start = walk.value
            found = self._kind.step_by_hand(walk, slope)
            cells: list[Piece] = [walk.name, name, before, Blank(text(slope))]
            if is_plain:
                cells += [Blank(text(walk.value - start)), Blank(text(walk.value))]
            else:
                lines += found
            rows.append(tuple(cells))
        headers = ("", "weight or bias", "value", "slope")
        steps = ("step = −η · slope", "new value") if is_plain else ()
        return Grid((*headers, *steps), tuple(rows)), lines


def _check(snapshot: PointsSnapshot, place: tuple[float, float], answer: float, steps: int) -> str:
    """Say where the same steps lead when nothing is rounded."""
    problem, settings = snapshot.problem, snapshot.settings.optimizer
    theta, gradient = snapshot.parameters.copy(), np.empty(len(snapshot.parameters))
    network = problem.network
    rule = settings.build(network.size, network.dtype, weights=network.weight_mask())
    inputs, wanted = _column(problem, place, answer)
    step = network.prepare(theta, gradient, 1)
    first = step.loss_and_gradient(inputs, wanted)
    for _ in range(steps):
        step.loss_and_gradient(inputs, wanted)
        rule.step(theta, gradient, settings.learning_rate)
    last = step.average_loss(inputs, wanted)
    before, after = (text(to_figures(loss, 6)) for loss in (first, last))
    return f"With nothing rounded: {_LOSS} = {before} at first and {after} at the end."


def _column(
    problem: PointsProblem, place: tuple[float, float], answer: float
) -> tuple[Float64Array, Float64Array]:
    settings = problem.settings
    inputs = settings.inputs(np.array([place], np.float64)).astype(np.float64)
    return inputs, settings.wanted(np.array([answer])).astype(np.float64)
