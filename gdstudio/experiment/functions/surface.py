"""Walks on a landscape: one by the chosen rule, and others in a race beside it."""

import math
import pickle
import time
from dataclasses import dataclass, field, replace

import numpy as np

from gdstudio.engine.descent import Descent, Diverged
from gdstudio.engine.history import Float64Array
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS, OptimizerSettings
from gdstudio.experiment.experiment import Experiment, Question
from gdstudio.experiment.functions.rate_search import FoundRate, RateSearch, typed_rate
from gdstudio.experiment.functions.terrain import Terrain
from gdstudio.experiment.functions.walk import TRAIL_ROWS, Trail, Walk, WalkState
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
        free_rates: the keys of the rules whose learning rate is left to the app: their walks do not
            begin before one has been found that was walked with from this start.
    """

    terrain: Terrain
    start: StartSettings = field(default_factory=StartSettings)
    optimizer: OptimizerSettings = field(default_factory=OptimizerSettings)
    rivals: tuple[OptimizerSettings, ...] = ()
    free_rates: frozenset[str] = frozenset()


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
        is_at_minimum: whether it has come to rest where nothing around is lower.
        found: the learning rate that was found for it; None where it is not left to the app, or
            not found yet.
    """

    settings: OptimizerSettings
    steps: int
    point: Float64Array
    cost: float
    distance: float
    state: WalkState
    sentence: str
    trail: Trail
    is_at_minimum: bool = False
    found: FoundRate | None = None

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


@dataclass(frozen=True, eq=False)
class WalkersState:
    """All that the walks go on from.

    Attributes:
        iteration: the steps of the walk that has made most.
        packed: the run itself.
        training_seconds: how long it has computed.
    """

    iteration: int
    packed: bytes
    training_seconds: float


class SurfaceExperiment(Experiment):
    """Walks downhill on a landscape, all in step; one that ends stops while the others go on."""

    def __init__(self, settings: SurfaceSettings):
        super().__init__()
        terrain = settings.terrain
        self.settings = settings
        self.walks = [
            Walk(
                terrain.objective,
                settings.start.point,
                optimizer,
                scale=terrain.scale,
                reach=terrain.width,
            )
            for optimizer in (settings.optimizer, *settings.rivals)
        ]
        self.descent: Descent = self.walks[0].descent
        # What a walk that is over has left behind does not change any more.
        self._kept: dict[int, WalkerSnapshot] = {}
        self._searches: dict[str, RateSearch] = {}
        self._milder: FoundRate | None = None

    def find_rates(self, seconds: float = math.inf) -> bool:
        """Look on for learning rates, for so long; return whether nothing is left to be found."""
        until = time.perf_counter() + seconds
        for walk in self.walks:
            key = walk.settings.optimizer
            if key not in self.settings.free_rates or walk.iteration:
                continue
            if key not in self._searches:
                terrain = self.settings.terrain
                self._searches[key] = self._new_search(
                    walk.settings,
                    terrain.suitable_rate(key),
                    trusted=terrain.minima_are_known,
                )
            elif self._searches[key].found is not None:
                continue
            found = self._searches[key].work(until - time.perf_counter())
            if found is None:
                return False
            walk.configure(replace(walk.settings, learning_rate=found.learning_rate))
            self._note_settings()
        return True

    def _new_search(
        self, rule: OptimizerSettings, guess: float, *, trusted: bool, below: float = math.inf
    ) -> RateSearch:
        terrain = self.settings.terrain
        return RateSearch(
            terrain.objective,
            [self.settings.start.point],
            rule,
            guess=guess,
            trusted=trusted,
            below=below,
            scale=terrain.scale,
            reach=terrain.width,
        )

    def _note_settings(self) -> None:
        """Let the settings say what the walks obey."""
        self._kept.clear()
        first, *rest = (walk.settings for walk in self.walks)
        self.settings = replace(self.settings, optimizer=first, rivals=tuple(rest))

    @property
    def learning_rate(self) -> float:
        """η of the walk that is explained."""
        return self.walks[0].settings.learning_rate

    def advance(self, *, steps: float = math.inf, seconds: float = math.inf) -> int:
        """Let every walk that is not over make steps, one each in turn; return how many rounds.

        Before the first steps the learning rates that are free are found.

        Raises:
            Diverged: when no walk is left because all have diverged.
        """
        if not self.find_rates(seconds):
            return 0
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
        arrived = [walk for walk in self.walks if walk.is_at_minimum]
        diverged = [walk for walk in self.walks if walk.state is WalkState.DIVERGED]
        if not arrived:
            return f"The race is over: none reached a minimum; {_count(len(diverged))} diverged."
        first = min(arrived, key=lambda walk: walk.iteration)
        text = f"The race is over: {_label(first)} arrived first, after {first.iteration:,} steps"
        return f"{text}; {_count(len(diverged))} diverged." if diverged else f"{text}."

    def extend(self) -> None:
        """Let walks that came to rest look again, in case a setting has changed since."""
        self._kept.clear()
        for walk in self.walks:
            walk.go_on()

    def state(self) -> WalkersState:
        """Return the whole run, packed: it goes from process to process, and into no file."""
        steps = max(walk.iteration for walk in self.walks)
        return WalkersState(steps, pickle.dumps(self), self.training_seconds)

    def resumed(self, state: WalkersState) -> "SurfaceExperiment":
        """Return a run that goes on from `state`, bit for bit."""
        run: SurfaceExperiment = pickle.loads(state.packed)
        return run

    def restarted(self, settings: SurfaceSettings | None = None) -> "SurfaceExperiment":
        """Return walks from the start; new settings take effect."""
        return SurfaceExperiment(settings or self.settings)

    def set_live(self, settings: SurfaceSettings) -> None:
        """Let every walk obey the live settings of its rule from the next step on.

        A learning rate that is free stays what was found; before the first step it is found anew.
        """
        wanted = {one.optimizer: one for one in (settings.optimizer, *settings.rivals)}
        self.settings = replace(self.settings, free_rates=settings.free_rates)
        for walk in self.walks:
            key = walk.settings.optimizer
            if key not in wanted:
                continue
            rule = wanted[key]
            if key in settings.free_rates:
                rule = replace(rule, learning_rate=walk.settings.learning_rate)
            if not walk.iteration and replace(rule, learning_rate=1.0) != replace(
                walk.settings, learning_rate=1.0
            ):
                self._searches.pop(key, None)
            walk.configure(rule)
        self._note_settings()

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
        distance = self.settings.terrain.distance(point)
        site = walk.site if walk.is_at_minimum else None
        if site is not None:
            # Where it has arrived there is one, found in view before or not.
            distance = min(distance, float(np.linalg.norm(point - site.point)), key=_by_size)
        search = self._searches.get(walk.settings.optimizer)
        seen = WalkerSnapshot(
            settings=walk.settings,
            steps=walk.iteration,
            point=point,
            cost=walk.objective.value(point),
            distance=distance,
            state=walk.state,
            sentence=walk.sentence,
            trail=walk.trail(most=max(TRAIL_ROWS // len(self.walks), 1)),
            is_at_minimum=site is not None,
            found=None if search is None else search.found,
        )
        if walk.is_over:
            self._kept[index] = seen
        return seen

    def explain(self, divergence: Diverged) -> str:
        """Say how the explained walk ended, and what rate is a good one, if any is."""
        first = self.walks[0]
        sentence = first.sentence
        if len(self.walks) > 1:
            sentence = f"All {len(self.walks)} walks diverged. {sentence}"
        self._milder = None
        if not first.may_be_mended:
            return sentence
        below = min(first.rate, first.settings.learning_rate)
        suitable = self.settings.terrain.suitable_rate(first.settings.optimizer)
        guess = suitable if suitable < below else typed_rate(below / 4)
        search = self._new_search(first.settings, guess, trusted=True, below=below)
        self._milder = search.work()
        assert self._milder is not None
        return f"{sentence} {self._milder.promise}"

    def remedy(self) -> float:
        """Return a smaller rate that was tried from this start; NaN where none helps."""
        milder = self._milder
        return milder.learning_rate if milder is not None and milder.works else math.nan


@dataclass(frozen=True)
class FindRates(Question[SurfaceExperiment, bool]):
    """Asks the run to look for learning rates for at most `seconds`."""

    seconds: float

    def answer(self, run: SurfaceExperiment) -> bool:
        """Return whether nothing is left; the snapshot that comes with it has what was found."""
        return run.find_rates(self.seconds)


def _by_size(distance: float) -> float:
    """Return what orders distances, NaN last."""
    return math.inf if math.isnan(distance) else distance


def _label(walk: Walk) -> str:
    return OPTIMIZERS[walk.settings.optimizer].label


def _count(number: int) -> str:
    return "none" if not number else "one" if number == 1 else f"{number}"
