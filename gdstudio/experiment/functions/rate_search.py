"""A learning rate that has been tried: walked with, by the real rule, from the very start.

A first guess walks alone. Where that does not go well, rates a person would type (1, 2 or 5 times a
power of ten) walk side by side, as one vector of many walks; the best of them then walks alone once
more, exactly as it will for the user.
"""

import math
import time
from collections.abc import Generator, Hashable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from gdstudio.engine.functions.objective import FunctionObjective
from gdstudio.engine.history import Float64Array
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.experiment.functions.downhill import Outlook, WayDown, falls_for_ever, way_down
from gdstudio.experiment.functions.ground import BoolArray
from gdstudio.experiment.functions.walk import FLAT, STILL, FunctionWalk
from gdstudio.experiment.walks import EXPLOSION, WalkState
from gdstudio.number_text import plain_text

# How many steps are walked with every rate.
STEPS = 1000
# What came of the latest searches is kept: a race has ten, and a start may be dragged about.
_MOST_KEPT = 100
# After this number of them others get a turn.
_PORTION = 25
SMALLEST, LARGEST = 1e-30, 1e6
# At most this number of the rates that went well side by side walk once more alone, until one goes
# well.
_FINALISTS = 6
# A walk whose second half lowers the loss by less than this share of all has practically come down.
_LITTLE = 0.01
_RISE = 1e-6


@dataclass(frozen=True)
class FoundRate:
    """What came of a search.

    Attributes:
        learning_rate: the rate to use.
        works: whether walks with it do not diverge, as far as was walked and can be seen ahead.
        arrives: after how many steps all walks have come to rest; None where some were still on
            their way at the end of the trial.
        why_not: where no rate works, one sentence that says why; else empty.
    """

    learning_rate: float
    works: bool
    arrives: int | None = None
    why_not: str = ""

    @property
    def promise(self) -> str:
        """One sentence: what was seen of this rate, or why there is none."""
        if not self.works:
            return self.why_not
        good = f"{plain_text(self.learning_rate)} is a good one"
        return f"{good}: {STEPS:,} steps with it go well." if self.arrives is None else f"{good}."


def typed_rate(number: float) -> float:
    """Return the nearest rate as one types it: 1, 2 or 5 times a power of ten, in range."""
    number = min(max(number, SMALLEST), LARGEST)
    exponent = math.floor(math.log10(number))
    first = number / 10.0**exponent
    figure = min((1, 2, 5, 10), key=lambda one: abs(math.log(first / one)))
    return min(max(float(f"{figure}e{exponent}"), SMALLEST), LARGEST)


class RateSearch:
    """A search for a learning rate; it can be done in portions, between other things.

    Attributes:
        found: what came of it; None before its end.
    """

    def __init__(
        self,
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
    ) -> None:
        """Prepare to search.

        Args:
            objective: the function.
            starts: where walks start, (x, …) each; all of them are to go well.
            settings: the rule and its constants; its own rate does not matter.
            guess: a rate that may suit; one near it is preferred.
            trusted: whether the guess is good wherever it does not fail, though it may be slow.
            below: only rates smaller than this are looked at.
            scale: a loss that is nothing unusual here, as `FunctionWalk` takes it.
            reach: a length that is nothing unusual here.
            steps: how many steps to walk.
        """
        self._objective, self._settings = objective, replace(settings, learning_rate=1.0)
        self._starts = np.array(starts, np.float64)
        self._guess, self._trusted, self._below = guess, trusted, below
        self._scale, self._reach, self._steps = scale, reach, steps
        self._portions = self._search()
        self.found: FoundRate | None = None

    @property
    def key(self) -> Hashable:
        """All that decides what comes of it."""
        return (
            self._objective.expression,
            self._starts.shape,
            self._starts.tobytes(),
            self._settings,
            (self._guess, self._trusted, self._below, self._scale, self._reach, self._steps),
        )

    def __getstate__(self) -> dict[str, object]:
        """Return what goes to another process: a search that is under way begins anew there."""
        return {name: value for name, value in vars(self).items() if name != "_portions"}

    def __setstate__(self, state: dict[str, object]) -> None:
        vars(self).update(state)
        self._portions = self._search()

    @cached_property
    def _ways(self) -> list[WayDown]:
        """Where downhill leads from each start."""
        return [way_down(self._objective, start, reach=self._reach) for start in self._starts]

    @cached_property
    def _longest(self) -> float:
        """How long a step may be that does not throw a walk out of all that there is to see."""
        ends = [
            float(np.abs(way.point - start).max())
            for way, start in zip(self._ways, self._starts, strict=True)
            if way.outlook is Outlook.REST
        ]
        return max(self._reach, 1.5 * max(ends, default=0.0))

    def work(self, seconds: float = math.inf) -> FoundRate | None:
        """Search on for so long, or to the end; return what was found, None for nothing yet."""
        until = time.perf_counter() + seconds
        while self.found is None:
            try:
                next(self._portions)
            except StopIteration as end:
                self.found = end.value
            if time.perf_counter() >= until:
                break
        return self.found

    def _search(self) -> Generator[None, None, FoundRate]:
        if self._guess < self._below:
            tried = yield from self._walk_with(self._guess, strict=True)
            if tried is not None and (self._trusted or tried.arrives is not None):
                return tried
        trials = _Trials(self._objective, self._starts, self._settings, self._rates(), self._scale,
                         self._reach)  # fmt: skip
        yield from trials.walk(self._steps)
        # Only where there is a place to rest, one may be slow to come there.
        has_end = all(way.outlook is Outlook.REST for way in self._ways)
        order = trials.best_first(self._guess, has_end=has_end, longest=self._longest)
        for rate in order[:_FINALISTS]:
            found = yield from self._walk_with(rate)
            if found is not None:
                return found
        shown = order[0] if order else typed_rate(min(self._guess, self._below / 10))
        return FoundRate(shown, works=False, why_not=self._why_not())

    def _rates(self) -> Float64Array:
        """Return the rates to try, rising: all that one would type, and the guess."""
        rates = {float(f"{one}e{decade}") for decade in range(-30, 7) for one in (1, 2, 5)}
        rates.add(self._guess)
        chosen = sorted(r for r in rates if SMALLEST <= r <= LARGEST and r < self._below)
        return np.array(chosen or [SMALLEST])

    def _walk_with(
        self, rate: float, *, strict: bool = False
    ) -> Generator[None, None, FoundRate | None]:
        """Walk from all starts, as the user will; return None where that does not go well."""
        arrives: int | None = 0
        adapts = self._settings.kind.adapts
        settings = replace(self._settings, learning_rate=rate)
        for start in self._starts.tolist():
            walk = FunctionWalk(
                self._objective, start, settings, scale=self._scale, reach=self._reach
            )
            first = highest = self._objective.value(np.array(start))
            for step in range(self._steps):
                if walk.is_over:
                    break
                highest = max(highest, walk.advance())
                if step % _PORTION == 0:
                    yield
            # Rules whose steps grow with the slope are to come down without being thrown up first.
            calm = adapts or highest <= first + _RISE * max(abs(first), self._scale)
            if walk.state is WalkState.DIVERGED or (strict and not calm):
                return None
            moves = np.abs(walk.path().moves[:-1])
            longest = float(moves.max(initial=0.0))
            if strict and longest > self._reach and longest > self._longest:
                return None
            if walk.state is WalkState.WALKING:
                arrives = None
                ahead = way_down(self._objective, walk.descent.parameters, reach=self._reach)
                if ahead.outlook in _REASONS:
                    return None
            elif arrives is not None:
                arrives = max(arrives, walk.iteration)
        return FoundRate(rate, works=True, arrives=arrives)

    def _why_not(self) -> str:
        """Say why no rate works from these starts."""
        for way in self._ways:
            if way.outlook in _REASONS:
                place = self._objective.expression.place(*_tidy(way, self._reach))
                return _REASONS[way.outlook].format(place=place)
        return "No learning rate that was tried is safe from this start."


_REASONS = {
    Outlook.EDGE: "No learning rate is safe here: downhill leads to {place}, where the function "
    "ends.",
    Outlook.POLE: "No learning rate is safe here: downhill leads to {place}, where the function "
    "falls without bound.",
    Outlook.FOREVER: "No learning rate arrives from here: downhill leads on for ever, and there is "
    "no lowest point that way.",
}


def _tidy(end: WayDown, reach: float) -> list[float]:
    """Return where a way down ends, without what rounding made of it."""
    decimals = max(0, 3 - math.floor(math.log10(reach)))
    return [round(x, decimals) + 0.0 for x in end.point.tolist()]


class RateCache:
    """What came of the latest searches: one that was made before need not be done again."""

    def __init__(self) -> None:
        self._found: dict[Hashable, FoundRate] = {}

    def recall(self, search: RateSearch) -> RateSearch:
        """Return `search`, at its end where the same one was kept."""
        search.found = self._found.get(search.key)
        return search

    def keep(self, search: RateSearch) -> None:
        """Keep what came of a search, if it is at its end."""
        if search.found is None:
            return
        self._found.pop(search.key, None)
        self._found[search.key] = search.found
        if len(self._found) > _MOST_KEPT:
            del self._found[next(iter(self._found))]


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
        self._objective, self._reach = objective, reach
        count, size = starts.shape
        self._shape = (len(rates), count, size)
        self._adapts = settings.kind.adapts
        self._theta = np.broadcast_to(starts, self._shape).copy()
        self._optimizer = settings.build(self._theta.size, objective.dtype)
        # All rules work element by element, so each walk can have a rate of its own.
        self._rate_of_each = np.repeat(rates, count * size)
        self._first = objective.values(starts)
        usual = np.fmax(np.abs(self._first), scale)
        self._limit, self._bottom = EXPLOSION * usual, -EXPLOSION * usual
        self._calm_limit = self._first + _RISE * usual
        shape = self._shape[:2]
        self._alive: BoolArray = np.ones(shape, np.bool_)
        self._rested: BoolArray = np.zeros(shape, np.bool_)
        self._calm: BoolArray = np.ones(shape, np.bool_)
        self._middle = np.broadcast_to(self._first, shape).copy()
        self._last = self._middle.copy()
        self._longest = np.zeros(shape)

    def walk(self, steps: int) -> Generator[None, None, None]:
        """Make `steps` steps with every rate, or fewer where all walks are over before."""
        steepest = np.zeros(self._shape[:2])
        moves = np.zeros(self._shape)
        for step in range(steps + 1):
            with np.errstate(all="ignore"):
                values = self._objective.values(self._theta)
                slopes = self._objective.gradients(self._theta)
                known = np.isfinite(values) & np.isfinite(slopes).all(axis=2)
                self._alive &= known & (values <= self._limit)
                self._look_for_bottom(values, moves)
                going = self._alive & ~self._rested
                if not going.any():
                    return
                self._last = np.where(going, values, self._last)
                if step <= steps // 2:
                    self._middle = np.where(going, values, self._middle)
                self._calm &= ~going | (values <= self._calm_limit)
                steep = np.abs(slopes).max(axis=2)
                steepest = np.fmax(steepest, np.where(going, steep, 0.0))
                before = self._theta.copy()
                self._optimizer.step(
                    self._theta.reshape(-1), slopes.reshape(-1), self._rate_of_each
                )
                moves = self._theta - before
                length, far = np.abs(moves).max(axis=2), np.abs(self._theta).max(axis=2)
                self._longest = np.where(going, np.fmax(self._longest, length), self._longest)
                still = (steep <= FLAT * steepest) & (length <= STILL * (1e-3 + far))
                self._rested |= going & still
            if step % _PORTION == 0:
                yield

    def _look_for_bottom(self, values: Float64Array, moves: Float64Array) -> None:
        """Give up walks that fall for ever; a deep valley may be as deep as it is."""
        for rate, start in np.argwhere(self._alive & (values < self._bottom)):
            here = self._theta[rate, start]
            if falls_for_ever(self._objective, here, moves[rate, start], reach=self._reach):
                self._alive[rate, start] = False
            else:
                self._bottom[start] *= EXPLOSION

    def best_first(self, guess: float, *, has_end: bool, longest: float) -> list[float]:
        """Return the rates that did not fail, the best first.

        `has_end` is whether walks have an end to reach, so that slow ones are worse; steps over
        `longest` throw them out.
        """
        alive = np.asarray(self._alive.all(axis=1))
        calm = np.asarray(self._calm.all(axis=1) | self._adapts)
        fall = self._first - self._last
        late = self._middle - self._last
        rested = np.asarray(self._rested.all(axis=1))
        down = np.asarray((self._rested | ((late <= _LITTLE * fall) & (fall > 0))).all(axis=1))
        lower = np.asarray((self._rested | (fall > 0)).all(axis=1))
        stays = np.asarray((self._longest <= longest).all(axis=1))
        # With room to spare: twice the rate does not fail either.
        roomy = rested | np.append(alive[1:], False)

        def worth(index: int) -> tuple[float, ...]:
            distance = abs(math.log(self.rates[index] / guess))
            well = calm[index] and lower[index] and stays[index]
            slow = has_end and not down[index]
            return (not well, slow, not roomy[index], distance, self.rates[index])

        order = sorted(np.flatnonzero(alive).tolist(), key=worth)
        return [float(self.rates[index]) for index in order]
