"""A learning rate that has been tried: walked with, by the real rule, from the very start.

Rates a person would type (1, 2 or 5 times a power of ten) walk side by side, as one vector of many
walks. The one that is suggested then walks once more, alone, exactly as it will for the user.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gdstudio.engine.function_objective import FunctionObjective
from gdstudio.engine.history import Float64Array
from gdstudio.engine.optimizers import OPTIMIZERS, OptimizerSettings
from gdstudio.experiment.downhill import Outlook, WayDown, falls_for_ever, way_down
from gdstudio.experiment.walk import EXPLOSION, FLAT, STILL, Walk, WalkState

# So many steps are walked with every rate.
STEPS = 1500
SMALLEST, LARGEST = 1e-30, 1e6
# Decades of rates above and below the first guess.
_DECADES = 12
# A walk whose second half lowers the cost by less than this share of all has practically come down.
_LITTLE = 0.01
_RISE = 1e-6


@dataclass(frozen=True)
class FoundRate:
    """What came of the search.

    Attributes:
        learning_rate: the rate to use.
        works: whether walks with it do not diverge, as far as was walked and can be seen ahead.
        arrives: after how many steps all walks have come to rest; None where some were still on
            their way after `STEPS`.
        why_not: where no rate works, one sentence that says why; else empty.
    """

    learning_rate: float
    works: bool
    arrives: int | None = None
    why_not: str = ""


def typed_rate(number: float) -> float:
    """Return the nearest rate as one types it: 1, 2 or 5 times a power of ten, in range."""
    number = min(max(number, SMALLEST), LARGEST)
    exponent = math.floor(math.log10(number))
    first = number / 10.0**exponent
    figure = min((1, 2, 5, 10), key=lambda one: abs(math.log(first / one)))
    return min(max(float(f"{figure}e{exponent}"), SMALLEST), LARGEST)


def find_rate(
    objective: FunctionObjective,
    starts: Sequence[Sequence[float]],
    settings: OptimizerSettings,
    *,
    guess: float,
    trusted: bool = False,
    below: float = math.inf,
    scale: float,
    reach: float,
    steps: int = STEPS,
) -> FoundRate:
    """Return a learning rate with which walks from all of `starts` go well.

    Args:
        objective: the function.
        starts: where walks start, (x, …) each.
        settings: the rule and its constants; its own rate does not matter.
        guess: a rate that may suit; one near it is preferred.
        trusted: whether the guess is good wherever it does not fail, though it may be slow.
        below: only rates smaller than this are looked at.
        scale: a cost that is nothing unusual here, as `Walk` takes it.
        reach: a length that is nothing unusual here.
        steps: how many steps to walk.
    """
    places = np.array(starts, np.float64)
    if trusted and guess < below:
        tried = _walked(objective, places, settings, guess, scale, reach, steps, strict=True)
        if tried is not None:
            return tried
    rates = _rates_around(guess, below)
    if not rates:
        return FoundRate(guess, works=False, why_not="No smaller learning rate was tried.")
    trials = _Trials(objective, places, settings, np.array(rates), scale, reach)
    trials.walk(steps)
    for rate in trials.best_first(guess):
        found = _walked(objective, places, settings, rate, scale, reach, steps)
        if found is not None:
            return found
    return FoundRate(
        _smallest_worry(trials, guess, below), False, why_not=_why(objective, places, reach)
    )


def _rates_around(guess: float, below: float) -> list[float]:
    """Return the rates to try, from small to large."""
    middle = math.floor(math.log10(min(max(min(guess, below), SMALLEST), LARGEST)))
    rates = [
        float(f"{figure}e{middle + decade}")
        for decade in range(-_DECADES, _DECADES + 1)
        for figure in (1, 2, 5)
    ]
    if guess not in rates:
        rates.append(guess)
    return sorted(rate for rate in rates if SMALLEST <= rate <= LARGEST and rate < below)


class _Trials:
    """Walks with several rates from several starts, step by step side by side.

    Attributes:
        rates: the rates tried, rising, ``(rates,)``.
    """

    def __init__(
        self,
        objective: FunctionObjective,
        starts: Float64Array,
        settings: OptimizerSettings,
        rates: Float64Array,
        scale: float,
        reach: float,
    ) -> None:
        self.rates = rates
        self._objective = objective
        count, size = starts.shape
        self._shape = (len(rates), count, size)
        self._adapts = OPTIMIZERS[settings.optimizer].adapts
        self._theta = np.broadcast_to(starts, self._shape).copy()
        self._optimizer = settings.build(self._theta.size, objective.dtype)
        # All rules work element by element, so each walk can have a rate of its own.
        self._optimizer.learning_rate = np.repeat(rates, count * size)  # type: ignore[assignment]
        self._first = objective.values(starts)
        usual = np.fmax(np.abs(self._first), scale)
        self._limit, self._bottom = EXPLOSION * usual, -EXPLOSION * usual
        self._calm_limit = self._first + _RISE * usual
        self._reach = reach
        shape = self._shape[:2]
        self._alive, self._rested = np.ones(shape, np.bool_), np.zeros(shape, np.bool_)
        self._calm = np.ones(shape, np.bool_)
        self._middle = np.broadcast_to(self._first, shape).copy()
        self._last = self._middle.copy()

    def walk(self, steps: int) -> None:
        """Make so many steps with every rate, or fewer where all walks are over before."""
        steepest = np.zeros(self._shape[:2])
        moves = np.zeros(self._shape)
        with np.errstate(all="ignore"):
            for step in range(steps + 1):
                values = self._objective.values(self._theta)
                slopes = self._objective.gradients(self._theta)
                known = np.isfinite(values) & np.isfinite(slopes).all(axis=2)
                self._alive &= known & (values <= self._limit)
                self._look_for_bottom(values, moves)
                going = self._alive & ~self._rested
                if not going.any():
                    break
                self._last = np.where(going, values, self._last)
                if step <= steps // 2:
                    self._middle = np.where(going, values, self._middle)
                self._calm &= ~going | (values <= self._calm_limit)
                steep = np.abs(slopes).max(axis=2)
                steepest = np.fmax(steepest, np.where(going, steep, 0.0))
                before = self._theta.copy()
                self._optimizer.step(self._theta.reshape(-1), slopes.reshape(-1))
                moves = self._theta - before
                length, far = np.abs(moves).max(axis=2), np.abs(self._theta).max(axis=2)
                still = (steep <= FLAT * steepest) & (length <= STILL * (1e-3 + far))
                self._rested |= going & still

    def _look_for_bottom(self, values: Float64Array, moves: Float64Array) -> None:
        """Give up walks that fall for ever; a deep valley may be as deep as it is."""
        for rate, start in np.argwhere(self._alive & (values < self._bottom)):
            here = self._theta[rate, start]
            if falls_for_ever(self._objective, here, moves[rate, start], reach=self._reach):
                self._alive[rate, start] = False
            else:
                self._bottom[start] *= EXPLOSION

    def best_first(self, guess: float) -> list[float]:
        """Return the rates that did not fail, the best first."""
        alive = np.asarray(self._alive.all(axis=1))
        calm = np.asarray(self._calm.all(axis=1) | self._adapts)
        fall = self._first - self._last
        late = self._middle - self._last
        down = np.asarray((self._rested | ((late <= _LITTLE * fall) & (fall > 0))).all(axis=1))
        lower = np.asarray((self._last < self._first).all(axis=1) | self._rested.all(axis=1))
        # With room to spare: twice the rate does not fail either.
        roomy = np.append(alive[1:], False) | self._rested.all(axis=1)

        def worth(index: int) -> tuple[float, ...]:
            distance = abs(math.log(self.rates[index] / guess))
            return (
                not (calm[index] and lower[index]),
                not down[index],
                not roomy[index],
                distance,
                self.rates[index],
            )

        order = sorted(np.flatnonzero(alive).tolist(), key=worth)
        return [float(self.rates[index]) for index in order]


def _walked(
    objective: FunctionObjective,
    starts: Float64Array,
    settings: OptimizerSettings,
    rate: float,
    scale: float,
    reach: float,
    steps: int,
    *,
    strict: bool = False,
) -> FoundRate | None:
    """Walk with one rate from all starts, as the user will; None where that does not go well."""
    arrives: int | None = 0
    adapts = OPTIMIZERS[settings.optimizer].adapts
    for start in starts.tolist():
        walk = Walk(
            objective, start, replace(settings, learning_rate=rate), scale=scale, reach=reach
        )
        first = highest = objective.value(np.array(start))
        for _ in range(steps):
            if walk.is_over:
                break
            highest = max(highest, walk.advance())
        # Rules whose steps grow with the slope are to come down without being thrown up first.
        calm = adapts or highest <= first + _RISE * max(abs(first), scale)
        if walk.state is WalkState.DIVERGED or (strict and not calm):
            return None
        if walk.state is WalkState.WALKING:
            arrives = None
            ahead = way_down(objective, walk.descent.parameters, reach=reach)
            if ahead.outlook in (Outlook.EDGE, Outlook.POLE, Outlook.FOREVER):
                return None
        elif arrives is not None:
            arrives = max(arrives, walk.iteration)
    return FoundRate(rate, works=True, arrives=arrives)


def _smallest_worry(trials: _Trials, guess: float, below: float) -> float:
    """Return a rate with which one sees most, where none works: the best of the failures."""
    order = trials.best_first(guess)
    return order[0] if order else typed_rate(min(guess, below / 10))


def _why(objective: FunctionObjective, starts: Float64Array, reach: float) -> str:
    """Say why no rate works from these starts."""
    for start in starts:
        end = way_down(objective, start, reach=reach)
        if end.outlook in _REASONS:
            place = objective.expression.place(*_tidy(end, reach))
            return f"No learning rate is safe here: {_REASONS[end.outlook].format(place=place)}"
    return "No learning rate that was tried is safe from this start."


_REASONS = {
    Outlook.EDGE: "downhill leads to {place}, where the function ends.",
    Outlook.POLE: "downhill leads to {place}, where the function falls without bound.",
    Outlook.FOREVER: "downhill leads on for ever, and there is no lowest point that way.",
}


def _tidy(end: WayDown, reach: float) -> list[float]:
    """Return where a way down ends, without what rounding made of it."""
    decimals = max(0, 5 - math.floor(math.log10(reach)))
    return [round(x, decimals) + 0.0 for x in end.point.tolist()]
