"""A worksheet for the House prices lab: the slopes of SSE house by house, the step, the new SSE."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np

from gdstudio.engine.history import Float64Array
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.engine.optimizers.hand_walk import HandWalk
from gdstudio.engine.regression import LinearRegression
from gdstudio.errors import BadInput
from gdstudio.experiment.houses.experiment import HousesSnapshot
from gdstudio.experiment.houses.houses_choices import HOUSES
from gdstudio.experiment.houses.problem import HousesProblem, round_down
from gdstudio.experiment.worksheets.worksheet import (
    Grid,
    Task,
    Worksheet,
    change_line,
    steps_text,
    unrounded_text,
)
from gdstudio.hand_numbers import (
    Blank,
    Line,
    Piece,
    decimal,
    decimals_for,
    places_of,
    plain,
    rounded,
    rounding_note,
    text,
)
from gdstudio.number_text import round_to_figures

# What the line's numbers and its loss are called, as everywhere in the lab.
_A, _B, _SSE = (HOUSES.label(name) for name in ("intercept", "slope", "sse"))
_SLOPE_A, _SLOPE_B = (HOUSES.label(f"gradient.{name}") for name in ("intercept", "slope"))
_LINE, _ERROR = f"Ypred = {_A} + {_B} · X", "error = Y − Ypred"
MOST_HOUSES = 10
_GIVEN_FIGURES = 8
_HALF = Decimal("0.5")
# The intercept is a bias, the slope a weight.
_WEIGHTS = np.array([0.0, 1.0])


def houses_worksheet(snapshot: HousesSnapshot, *, steps: int = 1) -> Worksheet:
    """Return a worksheet of `steps` steps that begins with the line of `snapshot`.

    Of more than ten houses, ten that span the sizes are taken, with a learning rate that suits
    those. What the optimizer remembers of earlier steps is left behind.

    Raises:
        BadInput: if the line is no longer finite, or the numbers are too large or too small.
    """
    if not np.isfinite(snapshot.parameters).all() or not np.isfinite(snapshot.gradient).all():
        raise BadInput("This line has no finite numbers any more; press Reset, then try again.")
    problem, optimizer = snapshot.problem, snapshot.settings.optimizer
    objective = problem.objective
    x, y = objective.x, objective.y
    count = len(x)
    if count > MOST_HOUSES:
        chosen = np.argsort(x, kind="stable")[np.linspace(0, count - 1, MOST_HOUSES).astype(int)]
        x, y = x[chosen], y[chosen]
        optimizer = _suited(optimizer, LinearRegression(x, y))
    try:
        hand = _HandHouses(x, y, snapshot.parameters.tolist(), optimizer)
        tasks = [task for number in range(1, steps + 1) for task in hand.step(number)]
        tasks.append(hand.result(steps))
    except ArithmeticError:
        raise BadInput(
            "These numbers are too large or too small to calculate with by hand; choose another"
            " scale."
        ) from None
    return Worksheet(
        title="House prices: gradient descent by hand",
        aim=f"Find a line that misses {_houses(len(x))} by less, with nothing but slopes: "
        f"{steps_text(steps)} downhill on {_SSE}.",
        givens=(
            ("Data", _data_text(snapshot, len(x), count)),
            ("Line", f"{_LINE}, with {_A} = {hand.start[0]} and {_B} = {hand.start[1]}"),
            ("Loss", f"{_SSE} = ½ Σ error², where {_ERROR}"),
            *optimizer.givens(),
        ),
        tasks=tuple(tasks),
        note=hand.note,
        check=_check(LinearRegression(x, y), snapshot.parameters, optimizer, steps),
    )


class _HandHouses:
    """The table of the houses, filled in with rounded numbers, step after step.

    Attributes:
        start: a and b at first, as written.
        note: how to round.
    """

    def __init__(
        self,
        x: np.ndarray,
        y: np.ndarray,
        line: Sequence[float],
        optimizer: OptimizerSettings,
    ) -> None:
        objective = LinearRegression(x, y)
        theta, gradient = np.array(line), np.empty(2)
        objective.value_and_gradient(theta, gradient)
        first = optimizer.build(2, objective.dtype, weights=_WEIGHTS).next_step(
            theta, gradient, optimizer.learning_rate
        )
        each = objective.per_house(theta)
        # Given numbers keep at least their whole part.
        self._x_places = max(decimals_for(x.tolist(), 4), 0)
        self._y_places = max(decimals_for(y.tolist(), 4), 0)
        wide = self._y_places - decimal(float(np.abs(x).max())).adjusted()
        slopes = each.slope_b.tolist()
        self._slope_places = max(decimals_for(slopes, 3), min(wide, decimals_for(slopes, 4)))
        squares = decimals_for((each.error**2).tolist(), 4)
        self._square_places = max(squares, self._y_places) if self._y_places else squares
        self._x = [rounded(number, self._x_places) for number in x.tolist()]
        self._y = [rounded(number, self._y_places) for number in y.tolist()]
        self._a, self._b = (
            HandWalk(name, rounded(value, places), optimizer, decimals=places, is_weight=is_weight)
            for name, value, places, is_weight in (
                (_A, line[0], places_of(line[0], float(first[0])), False),
                (_B, line[1], places_of(line[1], float(first[1])), True),
            )
        )
        self._kind = optimizer.kind
        self.start = (text(self._a.value), text(self._b.value))
        self.note = rounding_note(
            [
                ("Ypred", self._y_places),
                ("error", self._y_places),
                ("error · X", self._slope_places),
                ("error²", self._square_places),
                (_SSE, self._square_places),
                *((f"{walk.name} with its steps", walk.decimals) for walk in (self._a, self._b)),
            ],
            figures=4 if optimizer.kind.adapts else None,
        )
        self._sse: list[Decimal] = []

    def step(self, number: int) -> list[Task]:
        """Make a step, and return what the class does for it."""
        if number == 1:
            line = f"the line {_A} = {text(self._a.value)}, {_B} = {text(self._b.value)}"
        else:
            line = f"your new {_A} and {_B}"
        slope_a, slope_b, grid = self._table(slopes=True)
        update: list[Line] = [
            *self._kind.step_by_hand(self._a, slope_a),
            *self._kind.step_by_hand(self._b, slope_b),
        ]
        return [
            Task(
                f"Step {number}: the slopes",
                f"Fill in the table for {line}. Add up the last three columns: the sums are the "
                f"slopes of {_SSE} along {_A} and along {_B}, and twice {_SSE}.",
                grid,
                (self._sse_line(_SSE),),
            ),
            Task(
                f"Step {number}: the update",
                "Each number takes a step against its slope.",
                lines=tuple(update),
            ),
        ]

    def result(self, steps: int) -> Task:
        """Return the last task: the SSE of the line that was found."""
        _, _, grid = self._table(slopes=False)
        line = self._sse_line(f"new {_SSE}")
        ending = change_line(_SSE, self._sse[0], self._sse[-1])
        which = "your new line" if steps == 1 else f"the line after step {steps}"
        return Task(
            "Did it help?", f"Fill in the table for {which}.", grid, (line, ending)
        )  # fmt: skip

    def _table(self, *, slopes: bool) -> tuple[Decimal, Decimal, Grid]:
        """Return the sums of both slopes and the table, for the line as it is; note its SSE."""
        rows: list[tuple[Piece, ...]] = []
        total_a = total_b = squares = Decimal(0)
        for number, (x, y) in enumerate(zip(self._x, self._y, strict=True), start=1):
            predicted = rounded(self._a.value + self._b.value * x, self._y_places)
            error = y - predicted
            slope_b = rounded(-error * x, self._slope_places)
            square = rounded(error * error, self._square_places)
            total_a, total_b, squares = total_a - error, total_b + slope_b, squares + square
            found = [predicted, error, *([-error, slope_b] if slopes else []), square]
            # −0 is 0 for a class.
            blanks = [Blank(text(entry if entry else abs(entry))) for entry in found]
            rows.append((str(number), text(x), text(y), *blanks))
        self._sse.append(rounded(_HALF * squares, self._square_places))
        sums = [total_a, total_b, squares] if slopes else [squares]
        self._squares = squares
        titles = (f"{_SLOPE_A} = −error", f"{_SLOPE_B} = −error · X") if slopes else ()
        headers = ("", "X", "Y", _LINE, _ERROR, *titles, "error²")
        empty = ("", "", "", "", "Σ")
        return total_a, total_b, Grid(
            headers, tuple(rows), (*empty, *(Blank(text(entry)) for entry in sums))
        )  # fmt: skip

    def _sse_line(self, name: str) -> Line:
        """Return how SSE follows from the sum of the squares."""
        return (f"{name} = ½ · ", Blank(text(self._squares)), " = ", Blank(text(self._sse[-1])))


def _check(
    objective: LinearRegression, start: Float64Array, optimizer: OptimizerSettings, steps: int
) -> str:
    """Say where the same steps lead when nothing is rounded."""
    theta, gradient = start.copy(), np.empty(2)
    rule = optimizer.build(2, objective.dtype, weights=_WEIGHTS)
    for _ in range(steps):
        objective.value_and_gradient(theta, gradient)
        rule.step(theta, gradient, optimizer.learning_rate)
    found = (*theta.tolist(), objective.value(theta))
    return unrounded_text(zip((_A, _B, _SSE), found, strict=True))


def _suited(optimizer: OptimizerSettings, objective: LinearRegression) -> OptimizerSettings:
    """Return the settings with a rate that suits a few of the houses."""
    stable = optimizer.stable_rate(objective.curvatures()[1])
    return optimizer if stable is None else replace(optimizer, learning_rate=round_down(stable / 2))


def _data_text(snapshot: HousesSnapshot, taken: int, count: int) -> str:
    """Say what X and Y are, and of how many houses."""
    settings, problem = snapshot.settings, snapshot.problem
    which = f"{taken} of {count:,} houses that span the sizes"
    if count == taken:
        which = _houses(count).capitalize()
    x, y = (name.replace("_", " ") for name in (settings.input_column, settings.target_column))
    return f"{which}. X is the {x}{_scaled(problem, 'x')}; Y is the {y}{_scaled(problem, 'y')}"


def _scaled(problem: HousesProblem, axis: str) -> str:
    scaling = problem.scaling
    low, span = (
        (scaling.x_offset, scaling.x_divisor)
        if axis == "x"
        else (scaling.y_offset, scaling.y_divisor)
    )
    if (low, span) == (0.0, 1.0):
        return ""
    name = "X" if axis == "x" else "Y"
    # A mean and a deviation have no end of decimals.
    low, span = (round_to_figures(number, _GIVEN_FIGURES) for number in (low, span))
    # Not to be broken over two lines.
    formula = f"{name} = ({axis} − {plain(low)}) / {plain(span)}".replace(" ", "\N{NO-BREAK SPACE}")
    return f", scaled: {formula}"


def _houses(count: int) -> str:
    return "ten houses" if count == MOST_HOUSES else f"{count} houses"
