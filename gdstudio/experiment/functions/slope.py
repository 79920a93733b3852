"""Walks down a curve: one number is changed until its slope is 0."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from gdstudio.engine.descent import Diverged
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.experiment.experiment import Experiment, Question
from gdstudio.experiment.functions.crossing import Crossing, crossing
from gdstudio.experiment.functions.rate_search import FoundRate, RateSearch, typed_rate
from gdstudio.experiment.functions.slope_problem import SlopeProblem
from gdstudio.experiment.functions.walk import Trail, Walk, WalkState
from gdstudio.settings import Number, Settings, declare


@dataclass(frozen=True)
class StartSettings(Settings):
    """Where the walks start."""

    start: float = declare(
        Number(
            label="Start at x",
            explanation="Where the walk starts; you can also click or drag on the curve.",
            default=3.0,
            live=True,
            minimum=-1e12,
            maximum=1e12,
        )
    )
    other_start: float = declare(
        Number(
            label="Second start at x",
            explanation="Where a second walk starts, by the same rule on the same curve.",
            default=-3.0,
            live=True,
            minimum=-1e12,
            maximum=1e12,
        )
    )


@dataclass(frozen=True)
class SlopeSettings:
    """Everything a person chooses for walks on a curve.

    Attributes:
        start: where walks start.
        both: whether a second one walks.
        optimizer: the rule of all walks.
        rate_is_free: whether the learning rate is left to the app: then a walk does not begin
            before one has been found that was walked with from these starts.
    """

    start: StartSettings = field(default_factory=StartSettings)
    both: bool = False
    optimizer: OptimizerSettings = field(
        default_factory=lambda: OptimizerSettings(learning_rate=0.2)
    )
    rate_is_free: bool = False

    @property
    def starts(self) -> tuple[float, ...]:
        """The x where walks start."""
        first = (self.start.start,)
        return (*first, self.start.other_start) if self.both else first

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Self:
        """Return the settings with what `values` says of them by name.

        The learning rate is left to the app where neither it nor ``rate_is_free`` is named.

        Raises:
            BadInput: for the first value that cannot be used.
        """
        return cls(
            StartSettings.from_mapping(values),
            both=bool(values.get("both", False)),
            optimizer=OptimizerSettings.from_mapping({"learning_rate": 0.2} | dict(values)),
            rate_is_free=bool(values.get("rate_is_free", "learning_rate" not in values)),
        )

    def as_dict(self) -> dict[str, Any]:
        """Return all values by name, ready for JSON."""
        chosen = {"both": self.both, "rate_is_free": self.rate_is_free}
        return self.start.as_dict() | self.optimizer.as_dict() | chosen


@dataclass(frozen=True, eq=False)
class WalkMoment:
    """One walk at one moment.

    Attributes:
        trail: where it has been; the last row is where it is, or where it exploded.
        state: how it stands.
        sentence: how it ended; empty while it walks.
        iteration: steps made.
        x, value, slope: where it stands, f and f′ there.
        next_step: what the optimizer will add to x next.
        crossed: what the last step jumped over, where the slope changed its sign.
    """

    trail: Trail
    state: WalkState
    sentence: str
    iteration: int
    x: float
    value: float
    slope: float
    next_step: float
    crossed: Crossing = Crossing.NOTHING

    @property
    def seen_value(self) -> float:
        """The value where the trail ends; a walk that exploded has gone farther than x."""
        return float(self.trail.values[-1])


@dataclass(frozen=True, eq=False)
class SlopeSnapshot:
    """All walks at one moment.

    Attributes:
        settings, problem: what is walked on, and how.
        walks: one or two.
        iteration: the steps of the walk that made most.
        found: the learning rate that was found for these starts; None where it is not left to the
            app, or not found yet.
    """

    settings: SlopeSettings
    problem: SlopeProblem
    walks: tuple[WalkMoment, ...]
    iteration: int
    found: FoundRate | None = None


class _SideBySide:
    """Steps walks together, as one descent."""

    def __init__(self, walks: Sequence[Walk]):
        self._walks = walks

    def step(self, learning_rate: float) -> float:
        """Let every walk make a step, at its own rate; return the value where the first one did.

        Raises:
            Diverged: when no walk goes on and one of them exploded.
        """
        values = [walk.advance() for walk in self._walks]
        lost = [walk for walk in self._walks if walk.state is WalkState.DIVERGED]
        if lost and all(walk.is_over for walk in self._walks):
            raise Diverged(lost[0].iteration, values[self._walks.index(lost[0])])
        return values[0]


class SlopeExperiment(Experiment):
    """Walks on one curve from one start or two, until they come to rest."""

    def __init__(self, problem: SlopeProblem, settings: SlopeSettings):
        super().__init__()
        self.problem = problem
        self.settings = settings
        self.walks = [
            Walk(
                problem.objective,
                (start,),
                settings.optimizer,
                scale=problem.scale,
                reach=problem.width,
            )
            for start in settings.starts
        ]
        self.descent = _SideBySide(self.walks)  # type: ignore[assignment]
        self._search: RateSearch | None = None
        self._milder: FoundRate | None = None

    @property
    def learning_rate(self) -> float:
        """η."""
        return self.settings.optimizer.learning_rate

    def advance(self, *, steps: float = math.inf, seconds: float = math.inf) -> int:
        """Make steps; before the first one the learning rate is found, where that is free.

        Raises:
            Diverged: when no walk goes on and one of them exploded.
        """
        return super().advance(steps=steps, seconds=seconds) if self.find_rate(seconds) else 0

    def find_rate(self, seconds: float = math.inf) -> bool:
        """Look on for a learning rate, for so long; return whether nothing is left to be found."""
        if not self.settings.rate_is_free or self.walks[0].iteration:
            return True
        if self._search is None:
            guess = self.problem.suggested_rate(self.settings.optimizer)
            self._search = self._new_search(guess, trusted=bool(self.problem.key))
        elif self._search.found is not None:
            return True
        found = self._search.work(seconds)
        if found is not None:
            optimizer = replace(self.settings.optimizer, learning_rate=found.learning_rate)
            self._configure(optimizer)
        return found is not None

    def _new_search(self, guess: float, *, trusted: bool, below: float = math.inf) -> RateSearch:
        problem = self.problem
        return RateSearch(
            problem.objective,
            [(start,) for start in self.settings.starts],
            self.settings.optimizer,
            guess=guess,
            trusted=trusted,
            below=below,
            scale=problem.scale,
            reach=problem.width,
        )

    def _configure(self, optimizer: OptimizerSettings) -> None:
        self.settings = replace(self.settings, optimizer=optimizer)
        for walk in self.walks:
            walk.configure(optimizer)

    @property
    def found(self) -> FoundRate | None:
        """The learning rate that was found for these starts, once it is."""
        return None if self._search is None else self._search.found

    @property
    def finished(self) -> bool:
        """Whether every walk has come to rest."""
        return all(walk.is_over for walk in self.walks)

    @property
    def ending(self) -> str:
        """Say how the walks ended."""
        if len(self.walks) == 1:
            return self.walks[0].sentence
        steps = " and ".join(f"{walk.iteration:,}" for walk in self.walks)
        return f"Both walks came to rest, after {steps} steps."

    def extend(self) -> None:
        """Go on, in case a setting has changed since."""
        for walk in self.walks:
            walk.go_on()

    def restarted(
        self, settings: SlopeSettings | None = None, problem: SlopeProblem | None = None
    ) -> "SlopeExperiment":
        """Return walks from the start; new settings and another curve take effect."""
        return SlopeExperiment(problem or self.problem, settings or self.settings)

    def set_live(self, settings: SlopeSettings) -> None:
        """Obey the optimizer's live settings from the next step on; keep the rest.

        A learning rate that is free stays what was found; before the first step it is found anew.
        """
        optimizer = self.settings.optimizer.with_live(settings.optimizer)
        if settings.rate_is_free:
            optimizer = replace(optimizer, learning_rate=self.settings.optimizer.learning_rate)
        if not self.walks[0].iteration:
            self._search = None
        self.settings = replace(self.settings, rate_is_free=settings.rate_is_free)
        self._configure(optimizer)

    def snapshot(self) -> SlopeSnapshot:
        """Return the state of the walks, with copies."""
        moments = tuple(_moment(walk) for walk in self.walks)
        steps = max(moment.iteration for moment in moments)
        return SlopeSnapshot(self.settings, self.problem, moments, steps, self.found)

    def explain(self, divergence: Diverged) -> str:
        """Say how the walk that exploded ended, and what rate is a good one, if any is."""
        lost = next(walk for walk in self.walks if walk.state is WalkState.DIVERGED)
        self._milder = None
        if not lost.may_be_mended:
            return lost.sentence
        optimizer = self.settings.optimizer
        below = min(lost.rate, optimizer.learning_rate)
        suggested = self.problem.suggested_rate(optimizer)
        guess = suggested if suggested < below else typed_rate(below / 4)
        self._milder = self._new_search(guess, trusted=True, below=below).work()
        assert self._milder is not None
        return f"{lost.sentence} {self._milder.promise}"

    def remedy(self) -> float:
        """Return a smaller rate that was tried from these starts; NaN where none helps."""
        milder = self._milder
        return milder.learning_rate if milder is not None and milder.works else math.nan


@dataclass(frozen=True)
class FindRate(Question[SlopeExperiment, bool]):
    """Asks the run to look for a learning rate for at most `seconds`."""

    seconds: float

    def answer(self, run: SlopeExperiment) -> bool:
        """Return whether nothing is left; the snapshot that comes with it has what was found."""
        return run.find_rate(self.seconds)


def _moment(walk: Walk) -> WalkMoment:
    value, slope, step = walk.next_step()
    trail = walk.trail()
    crossed = Crossing.NOTHING
    if len(trail.steps) > 1 and trail.slopes[-2, 0] * trail.slopes[-1, 0] < 0:
        crossed = crossing(walk.objective, float(trail.points[-2, 0]), float(trail.points[-1, 0]))
    return WalkMoment(
        trail=trail,
        state=walk.state,
        sentence=walk.sentence,
        iteration=walk.iteration,
        x=float(walk.descent.parameters[0]),
        value=value,
        slope=float(slope[0]),
        next_step=float(step[0]),
        crossed=crossed,
    )
