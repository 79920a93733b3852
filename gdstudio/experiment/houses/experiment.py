"""A line is fitted to house prices."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gdstudio.data.dataset import Table
from gdstudio.engine.descent import Diverged
from gdstudio.engine.history import Float64Array, LossCurve
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.engine.regression import LinearRegression
from gdstudio.experiment.houses.problem import (
    HousesProblem,
    HousesSettings,
    LineSettings,
    round_down,
    round_up,
)
from gdstudio.experiment.readings import Curve
from gdstudio.experiment.walks import Walk, WalksExperiment, WalkSnapshot, WalkState
from gdstudio.number_text import plain_text

# What the two numbers of a line are called, as settings and as readings.
_LINE = ("intercept", "slope")
# Every 16th step is followed by a look whether the line has arrived.
_LOOK_EVERY = 16
# Slopes below this share of what cancels in them are 0.
_LEVEL = 1e-9
# A rate whose bound is not known is tried for this number of steps, or this long, before it is
# offered.
_TRIAL_STEPS, _TRIAL_SECONDS, _TRIES = 1000, 0.5, 8


@dataclass(frozen=True)
class HousesSnapshot:
    """A fit at one moment.

    Attributes:
        settings, problem: what is fitted, and how.
        iteration: steps made.
        stands_at: steps that led to the line; one that exploded is not among them.
        parameters: (a, b), in the numbers that descent sees.
        sse: the loss there.
        gradient: (∂SSE/∂a, ∂SSE/∂b) there.
        next_step: what the optimizer will add to (a, b) next.
        curve: the loss before each step.
        path: the (a, b) walked, shape ``(n, 2)``, thinned out when it is long.
        diverged: whether SSE exploded, and the line has gone back to a good one.
    """

    settings: HousesSettings
    problem: HousesProblem
    iteration: int
    stands_at: int
    parameters: Float64Array
    sse: float
    gradient: Float64Array
    next_step: Float64Array
    curve: LossCurve
    path: Float64Array
    diverged: bool

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

    def in_force(self) -> dict[str, Any]:
        """Return the settings that the run obeys, by name."""
        return self.settings.as_dict()

    def curves(self) -> dict[str, Curve]:
        """Return SSE after each number of steps, that of the line as it is now the last.

        After a divergence the line is one of those before.
        """
        steps, losses = self.curve.steps - 1.0, self.curve.mean
        if not self.diverged:
            steps, losses = np.append(steps, self.iteration), np.append(losses, self.sse)
        return {"loss": (steps, losses)}

    def trail(self) -> Curve:
        """Return the lines on the way: a, and b."""
        return self.path[:, 0], self.path[:, 1]


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

    settings: HousesSettings

    def __init__(
        self, table: Table, settings: HousesSettings, problem: HousesProblem | None = None
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

    @property
    def origin(self) -> tuple[Table, HousesSettings, HousesProblem]:
        """The data, the settings, and what these choose from them."""
        return self._table, self.settings, self.problem

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
            stands_at=seen.stands_at,
            parameters=seen.point,
            sse=seen.value,
            gradient=seen.gradient,
            next_step=seen.next_step,
            curve=self.history.curve(),
            path=path,
            diverged=walk.stray is not None,
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
