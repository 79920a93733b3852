"""Walks on a landscape: one by the chosen rule, and others in a race beside it."""

import math
import time
from dataclasses import dataclass, field, replace

import numpy as np

from gdstudio.engine.descent import Descent, Diverged
from gdstudio.engine.history import Float64Array
from gdstudio.engine.optimizers import OPTIMIZERS, OptimizerSettings
from gdstudio.experiment.experiment import Experiment
from gdstudio.experiment.terrain import Terrain, one_figure
from gdstudio.experiment.walk import TRAIL_ROWS, Trail, Walk, WalkState
from gdstudio.settings import Number, Settings, declare


@dataclass(frozen=True)
class StartSettings(Settings):
    """Where all walks start."""

    start_x: float = declare(
        Number(
            label="x starts at",
            explanation="How far to the right the walk starts.",
            default=1.0,
            minimum=-1e6,
            maximum=1e6,
        )
    )
    start_y: float = declare(
        Number(
            label="y starts at",
            explanation="How far up on the map the walk starts.",
            default=1.0,
            minimum=-1e6,
            maximum=1e6,
        )
    )

    @property
    def point(self) -> tuple[float, float]:
        """(x, y)."""
        return self.start_x, self.start_y


@dataclass(frozen=True)
class SurfaceSettings:
    """Everything a person chooses for walks on a landscape.

    Attributes:
        terrain: the landscape.
        start: where all start.
        optimizer: the rule of the walk that is explained.
        rivals: the rules of those that race against it, each another one.
    """

    terrain: Terrain
    start: StartSettings = field(default_factory=StartSettings)
    optimizer: OptimizerSettings = field(default_factory=OptimizerSettings)
    rivals: tuple[OptimizerSettings, ...] = ()


@dataclass(frozen=True)
class WalkerSnapshot:
    """One walk at one moment.

    Attributes:
        settings: its rule; the key is unique among the walkers.
        steps: how many it has made.
        point: (x, y) where it stands; after a divergence the last good place.
        cost: the cost there.
        distance: from there to the nearest minimum, NaN where none is known.
        state: whether it walks, has arrived, is stuck or has diverged.
        sentence: how it ended, or an empty text.
        trail: where it has been.
    """

    settings: OptimizerSettings
    steps: int
    point: Float64Array
    cost: float
    distance: float
    state: WalkState
    sentence: str
    trail: Trail

    @property
    def key(self) -> str:
        """The key of its rule."""
        return self.settings.optimizer


@dataclass(frozen=True)
class SurfaceSnapshot:
    """All walks at one moment.

    The terrain is not in it: a snapshot crosses to the window many times a second.

    Attributes:
        iteration: the steps of the walk that has made most.
        walkers: the explained one first.
        gradient: (∂f/∂x, ∂f/∂y) where the first stands.
        next_step: what the first will add to (x, y) next.
    """

    iteration: int
    walkers: tuple[WalkerSnapshot, ...]
    gradient: Float64Array
    next_step: Float64Array


class SurfaceExperiment(Experiment):
    """Walks downhill on a landscape, all in step; one that ends stops while the others go on."""

    def __init__(self, settings: SurfaceSettings):
        super().__init__()
        terrain = settings.terrain
        self.settings = settings
        self.walks = [
            Walk(terrain.objective, settings.start.point, optimizer, scale=terrain.scale)
            for optimizer in (settings.optimizer, *settings.rivals)
        ]
        self.descent: Descent = self.walks[0].descent
        # What a walk that is over has left behind does not change any more.
        self._kept: dict[int, WalkerSnapshot] = {}

    def advance(self, *, steps: float = math.inf, seconds: float = math.inf) -> int:
        """Let every walk that is not over make steps, one each in turn; return how many rounds.

        Raises:
            Diverged: when no walk is left because all have diverged.
        """
        begun = time.perf_counter()
        done = 0
        try:
            while done < steps and not self.finished:
                going = [walk for walk in self.walks if not walk.is_over]
                for walk in going:
                    loss = walk.advance()
                    if walk is self.walks[0] and walk.state is not WalkState.DIVERGED:
                        self.history.append(loss)
                if all(walk.state is WalkState.DIVERGED for walk in self.walks):
                    first = self.walks[0]
                    raise Diverged(first.iteration, first.descent.loss)
                done += 1
                if time.perf_counter() - begun >= seconds:
                    break
        finally:
            self.training_seconds += time.perf_counter() - begun
        return done

    @property
    def finished(self) -> bool:
        """Whether every walk has ended by itself."""
        return all(walk.is_over for walk in self.walks)

    @property
    def ending(self) -> str:
        """Say how the walk ended, or who arrived first."""
        if len(self.walks) == 1:
            return self.walks[0].sentence
        arrived = [walk for walk in self.walks if walk.state is WalkState.ARRIVED]
        diverged = [walk for walk in self.walks if walk.state is WalkState.DIVERGED]
        if not arrived:
            return f"The race is over: none arrived; {_count(len(diverged))} diverged."
        first = min(arrived, key=lambda walk: walk.iteration)
        text = f"The race is over: {_label(first)} arrived first, after {first.iteration:,} steps"
        return f"{text}; {_count(len(diverged))} diverged." if diverged else f"{text}."

    def extend(self) -> None:
        """Let walks that came to rest look again, in case a setting has changed since."""
        self._kept.clear()
        for walk in self.walks:
            walk.go_on()

    def restarted(self, settings: SurfaceSettings | None = None) -> "SurfaceExperiment":
        """Return walks from the start; new settings take effect."""
        return SurfaceExperiment(settings or self.settings)

    def set_live(self, settings: SurfaceSettings) -> None:
        """Let every walk obey the live settings of its rule from the next step on."""
        wanted = {one.optimizer: one for one in (settings.optimizer, *settings.rivals)}
        self._kept.clear()
        for walk in self.walks:
            if walk.settings.optimizer in wanted:
                walk.configure(wanted[walk.settings.optimizer])
        first, *rest = (walk.settings for walk in self.walks)
        self.settings = replace(self.settings, optimizer=first, rivals=tuple(rest))

    def snapshot(self) -> SurfaceSnapshot:
        """Return the state of all walks, with copies."""
        walkers = tuple(self._look_at(index) for index in range(len(self.walks)))
        _, gradient, next_step = self.walks[0].next_step()
        for array in (gradient, next_step):
            array.flags.writeable = False
        return SurfaceSnapshot(
            iteration=max(walker.steps for walker in walkers),
            walkers=walkers,
            gradient=np.asarray(gradient, np.float64),
            next_step=np.asarray(next_step, np.float64),
        )

    def _look_at(self, index: int) -> WalkerSnapshot:
        if index in self._kept:
            return self._kept[index]
        walk = self.walks[index]
        point = np.array(walk.descent.parameters, np.float64)
        point.flags.writeable = False
        seen = WalkerSnapshot(
            settings=walk.settings,
            steps=walk.iteration,
            point=point,
            cost=walk.objective.value(point),
            distance=self.settings.terrain.distance(point),
            state=walk.state,
            sentence=walk.sentence,
            trail=walk.trail(most=max(TRAIL_ROWS // len(self.walks), 1)),
        )
        if walk.is_over:
            self._kept[index] = seen
        return seen

    def explain(self, divergence: Diverged) -> str:
        """Say that the steps grew, and what to do."""
        first = self.walks[0]
        sentence = first.sentence
        if len(self.walks) > 1:
            sentence = f"All {len(self.walks)} walks diverged. {sentence}"
        return f"{sentence} {self.remedy():g} is a good one." if "rate" in sentence else sentence

    def remedy(self) -> float:
        """Return a rate that suits the landscape, or a tenth where that was not small enough."""
        optimizer = self.settings.optimizer
        return milder_rate(self.settings.terrain, optimizer)


def milder_rate(terrain: Terrain, optimizer: OptimizerSettings) -> float:
    """Return a rate for a walk that has diverged with that of `optimizer`."""
    suitable = terrain.suitable_rate(optimizer.optimizer)
    if suitable < optimizer.learning_rate:
        return suitable
    return max(one_figure(optimizer.learning_rate / 10), 1e-30)


def _label(walk: Walk) -> str:
    return OPTIMIZERS[walk.settings.optimizer].label


def _count(number: int) -> str:
    return "none" if not number else "one" if number == 1 else f"{number}"
