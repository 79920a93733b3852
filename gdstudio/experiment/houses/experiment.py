"""A line is fitted to house prices."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np

from gdstudio.data.column_pair import choose_columns
from gdstudio.data.dataset import Table
from gdstudio.engine.descent import Diverged
from gdstudio.engine.history import Float64Array, LossCurve
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.engine.regression import RAW, LinearRegression, ScaleSettings, Scaling
from gdstudio.errors import BadInput
from gdstudio.experiment.walks import Walk, WalksExperiment, WalkSnapshot, WalkState
from gdstudio.number_text import plain_text
from gdstudio.settings import Number, Settings, declare

# The start and the rate of the story, for ten houses between 0 and 1.
STORY_RATE = 0.01
# What the two numbers of a line are called, as settings and as readings.
_LINE = ("intercept", "slope")
# Every 16th step is followed by a look whether the line has arrived.
_LOOK_EVERY = 16
# Slopes below this share of what cancels in them are 0.
_LEVEL = 1e-9
# A rate whose bound is not known is tried for this number of steps, or this long, before it is
# offered.
_TRIAL_STEPS, _TRIAL_SECONDS, _TRIES = 1000, 0.5, 8
# No size, price or line is larger; their squares and sums of squares are still finite.
LARGEST = 1e150
# Raw numbers need a learning rate of about 1 / ΣX²; so much room is left below it.
_SPARE = 0.01
_LARGEST_RATIO, _LARGEST_RAW = 1e306, 1e100
_SMALLEST_SPREAD, _SMALLEST_SHARE = 1e-140, 1e-12


@dataclass(frozen=True)
class LineSettings(Settings):
    """Where the line starts, in the numbers that descent sees."""

    intercept: float = declare(
        Number(
            label="a starts at",
            explanation="The price where X is 0, before the first step.",
            default=0.45,
            minimum=-LARGEST,
            maximum=LARGEST,
        )
    )
    slope: float = declare(
        Number(
            label="b starts at",
            explanation="How much the price grows when X grows by 1, before the first step.",
            default=0.75,
            minimum=-LARGEST,
            maximum=LARGEST,
        )
    )


@dataclass(frozen=True)
class HousesSettings:
    """Everything a person chooses for a fit; columns are names in the table."""

    input_column: str
    target_column: str
    scale: ScaleSettings = field(default_factory=ScaleSettings)
    line: LineSettings = field(default_factory=LineSettings)
    optimizer: OptimizerSettings = field(
        default_factory=lambda: OptimizerSettings(learning_rate=STORY_RATE)
    )

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Self:
        """Return the settings with what `values` says of them by name; it names both columns.

        Raises:
            BadInput: for the first value that cannot be used.
        """
        return cls(
            values["input_column"],
            values["target_column"],
            ScaleSettings.from_mapping(values),
            LineSettings.from_mapping(values),
            OptimizerSettings.from_mapping({"learning_rate": STORY_RATE} | dict(values)),
        )

    def as_dict(self) -> dict[str, Any]:
        """Return all values by name, ready for JSON."""
        columns = {"input_column": self.input_column, "target_column": self.target_column}
        return columns | self.scale.as_dict() | self.line.as_dict() | self.optimizer.as_dict()


@dataclass(frozen=True)
class HousesProblem:
    """The data of a fit, ready to be drawn; never changed once made.

    Attributes:
        x, y: the houses used, in original units, shape ``(n,)``.
        scaling: from original units to those that descent sees.
        objective: SSE over the scaled data.
        notes: sentences about rows that were left out.
    """

    x: Float64Array
    y: Float64Array
    scaling: Scaling
    objective: LinearRegression
    notes: tuple[str, ...]

    @classmethod
    def of(cls, table: Table, settings: HousesSettings) -> "HousesProblem":
        """Return the problem that `settings` choose from `table`.

        Raises:
            BadInput: if the columns cannot be used.
        """
        x, y, notes = choose_columns(table, settings.input_column, settings.target_column)
        scaling = Scaling.of(settings.scale.scale, x, y)
        _check_ratio(settings, x, y)
        if settings.scale.scale == RAW:
            _check_raw(settings, x, y)
        objective = LinearRegression(scaling.scale_x(x), scaling.scale_y(y))
        return cls(x, y, scaling, objective, tuple(notes))

    def suggested_rate(self, optimizer: OptimizerSettings) -> float:
        """Return a learning rate, to one figure, at about half the largest stable one.

        Where no stable rate is known, it is a share of the two numbers to be found, of their
        geometric mean.
        """
        stable = self.stable_rate(optimizer)
        if stable is not None:
            return _selectable(round_down(stable / 2))
        best = [abs(number) for number in self.objective.least_squares()]
        share = optimizer.kind.share_of_numbers()
        largest = max(best) or 1.0
        rate = share * largest * math.sqrt(max(min(best) / largest, 1e-12))
        return _selectable(round_down(optimizer.bounded_by_decay(rate)))

    def stable_rate(self, optimizer: OptimizerSettings) -> float | None:
        """Return the learning rate above which the steps grow; None where none is known."""
        _, curvature = self.objective.curvatures()
        return optimizer.stable_rate(curvature)


def _selectable(rate: float) -> float:
    """Return the learning rate nearest to `rate` that can be chosen."""
    declared = OptimizerSettings.declared()["learning_rate"]
    assert isinstance(declared, Number)
    return min(max(rate, declared.minimum), declared.maximum)


def _check_ratio(settings: "HousesSettings", x: Float64Array, y: Float64Array) -> None:
    """Refuse data whose line is steeper, or flatter, than any number."""
    if not 1 / _LARGEST_RATIO < float(np.ptp(y)) / float(np.ptp(x)) < _LARGEST_RATIO:
        raise BadInput(
            f"The numbers of “{settings.input_column}” and “{settings.target_column}” differ too"
            " much in size for a line; choose other columns."
        )


def _check_raw(settings: "HousesSettings", x: Float64Array, y: Float64Array) -> None:
    """Refuse raw sizes whose squares no learning rate suits, or that differ by next to nothing."""
    column = settings.input_column
    largest, spread = float(np.abs(x).max()), float(np.ptp(x))
    height = float(np.abs(y).max())
    too = ""
    if height > _LARGEST_RAW:
        column, too = settings.target_column, "large"
    elif len(x) * largest**2 * _selectable(0.0) > _SPARE:
        too = "large"
    elif largest < _SMALLEST_SPREAD or height > _LARGEST_RAW * spread:
        too = "small"
    elif spread < max(_SMALLEST_SPREAD, _SMALLEST_SHARE * largest):
        too = "close to each other"
    if too:
        raise BadInput(
            f"The raw numbers of “{column}” are too {too} to compute with; choose another scale."
        )


def suitable_rate(
    problem: HousesProblem, settings: HousesSettings, card_rates: Mapping[str, float]
) -> float:
    """Return a learning rate that suits the data and the optimizer.

    `card_rates` are those that the data's card names for plain descent, by the scale's key.
    """
    card_rate = card_rates.get(settings.scale.scale)
    if card_rate is not None and settings.optimizer.kind.follows_slope:
        return card_rate
    return problem.suggested_rate(settings.optimizer)


def round_down(number: float) -> float:
    """Return a positive number with all figures but the first cut off."""
    exponent = math.floor(math.log10(number))
    return float(f"{math.floor(number / 10.0**exponent)}e{exponent}")


def round_up(number: float) -> float:
    """Return a positive number rounded up to three figures."""
    exponent = math.floor(math.log10(number)) - 2
    return float(f"{math.ceil(number / 10.0**exponent * (1 - 1e-12))}e{exponent}")


@dataclass(frozen=True)
class HousesSnapshot:
    """A fit at one moment.

    Attributes:
        settings, problem: what is fitted, and how.
        iteration: steps made.
        parameters: (a, b), in the numbers that descent sees.
        sse: the loss there.
        gradient: (∂SSE/∂a, ∂SSE/∂b) there.
        next_step: what the optimizer will add to (a, b) next.
        curve: the loss before each step.
        path: the (a, b) walked, shape ``(n, 2)``, thinned out when it is long.
    """

    settings: HousesSettings
    problem: HousesProblem
    iteration: int
    parameters: Float64Array
    sse: float
    gradient: Float64Array
    next_step: Float64Array
    curve: LossCurve
    path: Float64Array

    def readings(self) -> dict[str, float | None]:
        """Return its numbers by name; None where one is not known."""
        problem = self.problem
        numbers = self.parameters.tolist()
        values: dict[str, float | None] = {
            **line_readings(self.iteration, numbers, self.sse, self.gradient.tolist()),
            "loss": self.sse,
            "learning_rate": self.settings.optimizer.learning_rate,
            "stable_learning_rate": problem.stable_rate(self.settings.optimizer),
            "houses": len(problem.x),
        }
        for name, pair in (
            ("change.", self.next_step.tolist()),
            ("equation.", problem.scaling.line_in_original_units(*numbers)),
            ("least_squares.", problem.objective.least_squares()),
        ):
            values |= {name + one: number for one, number in zip(_LINE, pair, strict=True)}
        return values


def line_readings(
    step: int, line: Sequence[float], sse: float, gradient: Sequence[float]
) -> dict[str, float]:
    """Return a line, its SSE and the slopes of that as readings, by name."""
    slopes = (f"gradient.{name}" for name in _LINE)
    return {
        "step": step,
        **dict(zip(_LINE, line, strict=True)),
        "sse": sse,
        **dict(zip(slopes, gradient, strict=True)),
    }


class LineWalk(Walk[LinearRegression]):
    """A descent of (a, b) on SSE, until the steps no longer change the line."""

    def __init__(self, problem: HousesProblem, line: LineSettings, settings: OptimizerSettings):
        """Prepare a walk from `line`."""
        objective = problem.objective
        # A start on the best line has next to no SSE: then the flat line sets the measure.
        flat = np.array([objective.y.mean(), 0.0])
        super().__init__(
            objective,
            (line.intercept, line.slope),
            settings,
            scale=objective.value(flat),
            # The intercept is a bias, the slope a weight.
            weights=np.array([0.0, 1.0]),
        )
        self._problem = problem
        self._set_measure()

    def _set_measure(self) -> None:
        """Judge arrival by the steps of a good rate: those of a tiny one are small anywhere."""
        suggested = self._problem.suggested_rate(self.settings)
        self._tiny = 1e-12 / max(1.0, suggested / self.settings.learning_rate)

    def configure(self, settings: OptimizerSettings) -> None:
        """Obey the live settings from the next step on; a walk at rest may go on."""
        super().configure(settings)
        self._set_measure()

    def go_on(self) -> None:
        """Let the walk go on; one that diverged goes on from the last good line."""
        self.state, self.stray = WalkState.WALKING, None

    def _judge(self, before: list[float], slopes: list[float], after: list[float]) -> None:
        if self.iteration % _LOOK_EVERY == 0 and all(map(math.isfinite, after)):
            steps = self.next_step()[2].tolist()
            if all(
                abs(step) <= self._tiny * (1e-3 + abs(number))
                for step, number in zip(steps, after, strict=True)
            ):
                self.state = WalkState.ARRIVED

    @property
    def sentence(self) -> str:
        """Say that the line has arrived, and what holds it there; empty while it walks."""
        if self.state is not WalkState.ARRIVED:
            return ""
        if self._is_level():
            why = "the slopes are practically 0"
        else:
            why = "what the slopes add, the decay takes away"
        return f"Arrived after {self.iteration:,} steps: {why}, so further steps change nothing."

    def _is_level(self) -> bool:
        """Return whether the slopes are 0 but for rounding, beside what cancels in them."""
        gradient, line = np.empty(2), self.descent.parameters
        self.objective.value_and_gradient(line, gradient)
        each = self.objective.per_house(line)
        terms = np.abs(each.slope_a).sum(), np.abs(each.slope_b).sum()
        return bool((np.abs(gradient) <= _LEVEL * np.array(terms)).all())


class HousesExperiment(WalksExperiment[LineWalk]):
    """Fits price = a + b · size by descent on SSE."""

    def __init__(
        self, table: Table, settings: HousesSettings, *, problem: HousesProblem | None = None
    ):
        """Prepare a fit; `problem` is what `settings` choose from `table`, where it is known."""
        self.problem = HousesProblem.of(table, settings) if problem is None else problem
        super().__init__([LineWalk(self.problem, settings.line, settings.optimizer)])
        self.settings = settings
        self._table = table
        self._milder = math.nan

    def _is_same_problem(self, table: Table, settings: HousesSettings) -> bool:
        """Return whether the data and their scale are those in use, so that nothing is redone."""
        return table is self._table and all(
            getattr(settings, name) == getattr(self.settings, name)
            for name in ("input_column", "target_column", "scale")
        )

    def restarted(
        self, settings: HousesSettings | None = None, table: Table | None = None
    ) -> "HousesExperiment":
        """Return a fit from the start; new settings and new data take effect.

        Raises:
            BadInput: if the new columns cannot be used.
        """
        settings, table = settings or self.settings, self._table if table is None else table
        same = self._is_same_problem(table, settings)
        return HousesExperiment(table, settings, problem=self.problem if same else None)

    def set_live(self, settings: HousesSettings) -> None:
        """Obey the optimizer's live settings from the next step on; keep the rest."""
        self.walks[0].configure(settings.optimizer)
        self.settings = replace(self.settings, optimizer=self.walks[0].settings)

    def snapshot(self) -> HousesSnapshot:
        """Return the state of the fit, with copies."""
        walk = self.walks[0]
        seen = WalkSnapshot.of(walk)
        path = seen.path.points
        if walk.stray is not None:
            # From where the loss exploded it has gone back.
            path = np.vstack([path, seen.point])
        return HousesSnapshot(
            settings=self.settings,
            problem=self.problem,
            iteration=seen.iteration,
            parameters=seen.point,
            sse=seen.value,
            gradient=seen.gradient,
            next_step=seen.next_step,
            curve=self.history.curve(),
            path=path,
        )

    def explain(self, divergence: Diverged) -> str:
        """Say that the steps grew, above which rate they do, and what rate is a good one."""
        optimizer = self.settings.optimizer
        text = f"The steps grew: the learning rate {plain_text(self.walks[0].rate)} is too large."
        stable = self.problem.stable_rate(optimizer)
        if stable is not None:
            # The line is quadratic: below this rate no walk diverges, from wherever it starts.
            self._milder = self.problem.suggested_rate(optimizer)
            above = round_up(stable)
            return (
                f"{text} Here anything above {plain_text(above)} diverges; "
                f"{plain_text(self._milder)} is a good one."
            )
        self._milder = self._tried_rate()
        return (
            text
            if math.isnan(self._milder)
            else f"{text} {plain_text(self._milder)} is a good one."
        )

    def remedy(self) -> float:
        """Return a rate with which a walk from the same start does not diverge; NaN for none."""
        return self._milder

    def _tried_rate(self) -> float:
        """Return a smaller rate, walked with; NaN where none of a few goes well."""
        rate = min(
            self.problem.suggested_rate(self.settings.optimizer), round_down(self.walks[0].rate / 2)
        )
        for _ in range(_TRIES):
            rule = replace(self.settings.optimizer, learning_rate=rate)
            trial = HousesExperiment(
                self._table, replace(self.settings, optimizer=rule), problem=self.problem
            )
            try:
                trial.advance(steps=_TRIAL_STEPS, seconds=_TRIAL_SECONDS)
            except Diverged:
                rate = round_down(rate / 10)
            else:
                return rate
        return math.nan
