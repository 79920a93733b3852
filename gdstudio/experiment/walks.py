"""Walks: descents that remember their paths and end by themselves, alone or side by side.

The Slope, Surface and House prices labs are this one machine; what differs is the problem: what is
walked on, when a walk has arrived, and what is said of it.
"""

import copy
import enum
import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Self, TypeVar

import numpy as np

from gdstudio.engine.descent import Descent, DescentState, Diverged
from gdstudio.engine.history import Float64Array, LossHistory
from gdstudio.engine.objective import FloatArray, Objective
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.experiment.experiment import Experiment
from gdstudio.experiment.readings import Curve

# A loss a million times the starting loss has exploded.
EXPLOSION = 1e6
# A longer path is thinned out.
PATH_ROWS = 2000


class WalkState(enum.Enum):
    """How a walk stands."""

    WALKING = enum.auto()
    ARRIVED = enum.auto()
    STUCK = enum.auto()
    DIVERGED = enum.auto()


@dataclass(frozen=True, eq=False)
class Path:
    """Where a walk has been; one row per step, thinned out where it is long.

    The last row is where the walk stands, and its move the one that comes next.

    Attributes:
        steps: how many steps had been made there, shape ``(n,)``.
        points: θ there, shape ``(n, size)``.
        values: C there, shape ``(n,)``.
        slopes: ∇C there, shape ``(n, size)``.
        moves: the step made from there, shape ``(n, size)``; NaN where none can be made.
    """

    steps: Float64Array
    points: Float64Array
    values: Float64Array
    slopes: Float64Array
    moves: Float64Array

    @property
    def steepest(self) -> float:
        """The steepest slope on the way."""
        known = self.slopes[np.isfinite(self.slopes)]
        return float(np.abs(known).max()) if known.size else 0.0


# Steps made, θ there, C and ∇C there, and θ after the step.
_Row = tuple[int, list[float], float, list[float], list[float]]
ObjectiveT = TypeVar("ObjectiveT", bound=Objective)


@dataclass(frozen=True, eq=False)
class WalkMoment:
    """All that one walk goes on from, beside its start and what it walks on.

    Attributes:
        descent: where it is, and what its optimizer remembers.
        good: the last good θ, to which a divergence returns, shape ``(size,)``.
        settings: its optimizer's, those in force.
        notes: what it has noted on the way, by the names in `Walk.NOTES`.
    """

    descent: DescentState
    good: FloatArray
    settings: OptimizerSettings
    notes: dict[str, Any]


class Walk(ABC, Generic[ObjectiveT]):
    """A descent from one start under one optimizer, with its path.

    Attributes:
        objective: what is walked on.
        settings: the optimizer's.
        descent: what is stepped; after a divergence it holds the last good θ.
        state: how the walk stands.
        stray: where the loss exploded or was not defined, for a walk that diverged; else None.
        rate: the learning rate of the last step, or the largest of those since the loss was last
            no higher than at the start: the steps that grew.
        NOTES: the attributes that change on the way and decide how it goes on, or what is said.
    """

    NOTES: ClassVar[tuple[str, ...]] = ("state", "stray", "rate", "_rows", "_stride")

    def __init__(
        self,
        objective: ObjectiveT,
        start: Sequence[float] | FloatArray,
        settings: OptimizerSettings,
        *,
        scale: float,
        weights: FloatArray | None = None,
    ) -> None:
        """Prepare a walk from `start`, shape ``(size,)``.

        `scale` is a loss that is nothing unusual here; the starting loss is judged by it where it
        is small. `weights` says which parameters are weights, as `OptimizerSettings.build` has it.
        """
        self.objective = objective
        self.settings = settings
        point = np.array(start, np.float64)
        self._start_loss = abs(objective.value(point))
        # A start where the loss is 0 would make any loss an explosion.
        measure = max(self._start_loss, scale) if math.isfinite(self._start_loss) else scale
        optimizer = settings.build(objective.size, objective.dtype, weights=weights)
        self.descent = Descent(objective, optimizer, point, limit=EXPLOSION * measure)
        self.state = WalkState.WALKING
        self.stray: tuple[float, ...] | None = None
        self.rate = settings.learning_rate
        self._rows: list[_Row] = []
        self._stride = 1

    @property
    def iteration(self) -> int:
        """How many steps were made."""
        return self.descent.iteration

    @property
    def stands_at(self) -> int:
        """How many steps led to where it stands: the one that exploded does not."""
        went_back = self.stray is not None and self.stray != tuple(self.descent.parameters.tolist())
        return max(self.iteration - went_back, 0)

    @property
    def is_over(self) -> bool:
        """Whether the walk has ended by itself."""
        return self.state is not WalkState.WALKING

    @property
    @abstractmethod
    def sentence(self) -> str:
        """One sentence that says how the walk ended; an empty text while it walks."""

    @abstractmethod
    def _judge(self, before: list[float], slopes: list[float], after: list[float]) -> None:
        """See whether the walk has ended with the step from `before` to `after`."""

    def _is_lost(self, before: list[float], value: float, after: list[float]) -> bool:
        """Return whether the step just made led to where a walk never ends."""
        return False

    def advance(self) -> float:
        """Make one step as `step` does, whatever overflows on the way."""
        with np.errstate(all="ignore"):
            return self.step()

    def step(self) -> float:
        """Make one step and return the loss where it was taken; a walk that is over stays.

        A divergence changes `state` and raises nothing; the loss that exploded is returned then.
        """
        descent, rate = self.descent, self.settings.learning_rate
        if self.is_over:
            return descent.loss
        before: list[float] = descent.parameters.tolist()
        try:
            value = descent.step(rate)
        except Diverged as divergence:
            return self._diverge(before, divergence.loss)
        after: list[float] = descent.parameters.tolist()
        slopes: list[float] = descent.gradient.tolist()
        if self._is_lost(before, value, after):
            descent.iteration -= 1
            descent.restore_last_good()
            return self._diverge(before, value)
        self.rate = max(self.rate, rate) if value > self._start_loss else rate
        if (descent.iteration - 1) % self._stride == 0:
            self._rows.append((descent.iteration - 1, before, value, slopes, after))
            if len(self._rows) > PATH_ROWS:
                del self._rows[1::2]
                self._stride *= 2
        self._judge(before, slopes, after)
        return value

    def _diverge(self, place: list[float], value: float) -> float:
        self.state, self.stray = WalkState.DIVERGED, tuple(place)
        # The step that strayed is not the place where the walk stands.
        if self._rows and all(map(math.isfinite, [*place, value])):
            nothing = [math.nan] * len(place)
            self._rows.append((self.iteration, place, value, nothing, nothing))
        return value

    def next_step(self) -> tuple[float, FloatArray, FloatArray]:
        """Return the loss, the slopes and the step that come next, without making it."""
        with np.errstate(all="ignore"):
            return self.descent.next_step(self.settings.learning_rate)

    def path(self, *, most: int = PATH_ROWS) -> Path:
        """Return the path so far, as copies; about `most` rows of it, or fewer."""
        rows = self._rows[:: -(-max(len(self._rows), 1) // most)]
        moves = [np.subtract(after, before) for _, before, _, _, after in rows]
        if self.stray is None or not rows:
            value, slopes, move = self.next_step()
            rows.append(
                (self.iteration, self.descent.parameters.tolist(), value, slopes.tolist(), [])
            )
            moves.append(move)
        steps, points, values, gradients, _ = zip(*rows, strict=True)
        return Path(*map(read_only, (steps, points, values, gradients, moves)))

    def configure(self, settings: OptimizerSettings) -> None:
        """Obey the live settings from the next step on; a walk at rest may go on."""
        self.settings = self.settings.with_live(settings)
        self.descent.optimizer.configure(self.settings)
        self.go_on()

    def moment(self) -> WalkMoment:
        """Return all that the walk goes on from, as copies."""
        notes = {name: copy.copy(getattr(self, name)) for name in self.NOTES}
        return WalkMoment(self.descent.state(), self.descent.last_good(), self.settings, notes)

    def restore(self, moment: WalkMoment) -> None:
        """Go on from where `moment` was taken, bit for bit; of a walk from the same start."""
        self.configure(moment.settings)
        self.settings = moment.settings
        self.descent.optimizer.configure(moment.settings)
        self.descent.restore(moment.descent, good=moment.good)
        for name in self.NOTES:
            setattr(self, name, copy.copy(moment.notes[name]))

    def go_on(self) -> None:
        """Let a walk that came to rest look again; one that diverged stays."""
        if self.state is not WalkState.DIVERGED:
            self.state = WalkState.WALKING


def read_only(numbers: Any) -> Float64Array:
    """Return a copy of `numbers` that nobody can change."""
    copy = np.array(numbers, np.float64)
    copy.flags.writeable = False
    return copy


@dataclass(frozen=True, eq=False)
class WalkSnapshot:
    """One walk at one moment.

    Attributes:
        settings: its optimizer's.
        state: how it stands.
        sentence: how it ended; empty while it walks.
        iteration: steps made.
        stands_at: the steps that led to where it stands, without one that exploded.
        point: θ where it stands, shape ``(size,)``; after a divergence the last good one.
        value: C there.
        gradient: ∇C there.
        next_step: what the optimizer will add to θ next.
        path: where it has been; the last row is where it is, or where it exploded.
    """

    settings: OptimizerSettings
    state: WalkState
    sentence: str
    iteration: int
    stands_at: int
    point: Float64Array
    value: float
    gradient: Float64Array
    next_step: Float64Array
    path: Path

    @classmethod
    def of(cls, walk: Walk[Any], *, rows: int = PATH_ROWS, **more: Any) -> Self:
        """Return `walk` as it stands, with at most `rows` of its path; `more` is the kind's own."""
        value, gradient, next_step = walk.next_step()
        return cls(
            settings=walk.settings,
            state=walk.state,
            sentence=walk.sentence,
            iteration=walk.iteration,
            stands_at=walk.stands_at,
            point=read_only(walk.descent.parameters),
            value=value,
            gradient=read_only(gradient),
            next_step=read_only(next_step),
            path=walk.path(most=rows),
            **more,
        )

    @property
    def key(self) -> str:
        """The key of its optimizer."""
        return self.settings.optimizer

    def losses(self) -> Curve:
        """Return the loss over the steps, without one that exploded."""
        path = self.path
        good = path.steps <= self.iteration
        if self.state is WalkState.DIVERGED and len(path.steps) > 1:
            good[-1] = False
        return path.steps[good], path.values[good]


@dataclass(frozen=True, eq=False)
class WalksState:
    """All that walks go on from.

    Attributes:
        iteration: the steps of the walk that has made most.
        origin: the arguments that make the same run at its start; values that nobody changes.
        walks: the walks, in order.
        history: the losses up to then.
        training_seconds: how long it has computed.
        found: the learning rates that were found for rules that leave them to the app, by key.
    """

    iteration: int
    origin: tuple[Any, ...]
    walks: tuple[WalkMoment, ...]
    history: LossHistory
    training_seconds: float
    found: dict[str, Any]


WalkT = TypeVar("WalkT", bound=Walk[Any])


class WalksExperiment(Experiment, Generic[WalkT]):
    """Walks in step, one or several; one that ends stops while the others go on.

    Attributes:
        walks: the first is the one that is explained.
        descent: that of the first.
    """

    def __init__(self, walks: Sequence[WalkT]) -> None:
        super().__init__()
        self.walks = tuple(walks)
        self.descent = self.walks[0].descent

    @property
    def learning_rate(self) -> float:
        """η of the first walk."""
        return self.walks[0].settings.learning_rate

    def step(self) -> float:
        """Let every walk that is not over make a step; return the loss where the first did.

        Raises:
            Diverged: when the run ends with `lost`.
        """
        values = [walk.step() for walk in self.walks]
        if self.finished and (lost := self.lost) is not None:
            raise Diverged(lost.iteration, values[self.walks.index(lost)])
        return values[0]

    @property
    def lost(self) -> WalkT | None:
        """The walk with whose divergence the run has ended: the first one, where all diverged."""
        diverged = all(walk.state is WalkState.DIVERGED for walk in self.walks)
        return self.walks[0] if diverged else None

    @property
    def iteration(self) -> int:
        """The steps of the walk that has made most."""
        return max(walk.iteration for walk in self.walks)

    @property
    def finished(self) -> bool:
        """Whether every walk has ended by itself."""
        return WalkState.WALKING not in [walk.state for walk in self.walks]

    @property
    def ending(self) -> str:
        """Say how the walk ended."""
        return self.walks[0].sentence

    def extend(self) -> None:
        """Let walks that came to rest look again, in case a setting has changed since."""
        for walk in self.walks:
            walk.go_on()

    @property
    @abstractmethod
    def origin(self) -> tuple[Any, ...]:
        """The arguments that make the same run at its start."""

    def found_rates(self) -> dict[str, Any]:
        """Return the learning rates that were found, by the key of their rule."""
        return {}

    def take_found_rates(self, found: dict[str, Any]) -> None:
        """Know the learning rates that were found for a run from the same start."""

    def state(self, *, past_bytes: int = 0) -> WalksState:
        """Return all that the walks go on from."""
        return WalksState(
            self.iteration,
            self.origin,
            tuple(walk.moment() for walk in self.walks),
            self.history.copy(),
            self.training_seconds,
            self.found_rates(),
        )

    def resumed(self, state: WalksState) -> Self:
        """Return a run that goes on from `state`, bit for bit."""
        run = type(self)(*state.origin)
        for walk, moment in zip(run.walks, state.walks, strict=True):
            walk.restore(moment)
        run.history = state.history.copy()
        run.training_seconds = state.training_seconds
        run.take_found_rates(state.found)
        return run
