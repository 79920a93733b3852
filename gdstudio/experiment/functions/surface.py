"""Walks on a landscape: one by the chosen rule, and others in a race beside it."""

import math
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gdstudio.engine.functions.surfaces import VARIABLES
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS, OptimizerSettings
from gdstudio.experiment.functions.experiment import FunctionExperiment
from gdstudio.experiment.functions.rate_search import FoundRate
from gdstudio.experiment.functions.terrain import Terrain
from gdstudio.experiment.functions.walk import FunctionWalk, place_readings
from gdstudio.experiment.readings import Curve
from gdstudio.experiment.walks import PATH_ROWS, WalkSnapshot, WalkState
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
        others: the rules of those that race against it, each another one.
        free_rates: the keys of the rules whose learning rate is left to the app: their walks do not
            begin before one has been found that was walked with from this start.
    """

    terrain: Terrain
    start: StartSettings = field(default_factory=StartSettings)
    optimizer: OptimizerSettings = field(default_factory=OptimizerSettings)
    others: tuple[OptimizerSettings, ...] = ()
    free_rates: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class SurfaceWalk(WalkSnapshot):
    """One walk at one moment; its key is unique among them.

    Attributes:
        distance: from where it stands to the nearest minimum, NaN where none is known.
        is_at_minimum: whether it has come to rest where nothing around is lower.
        found: the learning rate that was found for it; None where it is not left to the app, or
            not found yet.
    """

    distance: float = math.nan
    is_at_minimum: bool = False
    found: FoundRate | None = None


@dataclass(frozen=True)
class SurfaceSnapshot:
    """All walks at one moment.

    The terrain is not in it: a snapshot crosses to the window many times a second.

    Attributes:
        iteration: the steps of the walk that has made most.
        walks: the explained one first.
    """

    iteration: int
    walks: tuple[SurfaceWalk, ...]

    @property
    def stands_at(self) -> int | None:
        """The steps that led to where the walk stands, without one that exploded; None in a race.

        There the step is that of the walk that has made most.
        """
        return self.walks[0].stands_at if len(self.walks) == 1 else None

    def readings(self) -> dict[str, float]:
        """Return its numbers by name."""
        values: dict[str, float] = {}
        for walk in self.walks:
            place, gradient = walk.point.tolist(), walk.gradient.tolist()
            now = place_readings(VARIABLES, walk.iteration, place, walk.value, gradient) | {
                "loss": walk.value,
                "distance": walk.distance,
                "learning_rate": walk.settings.learning_rate,
            }
            before = f"{walk.key}." if values else ""
            values |= {before + name: value for name, value in now.items()}
        changes = self.walks[0].next_step.tolist()
        return values | dict(zip(("change.x", "change.y"), changes, strict=True))

    def in_force(self) -> dict[str, Any]:
        """Return the start and the rules that the walks obey, by name."""
        first, *others = self.walks
        x, y = first.path.points[0].tolist()
        values = first.settings.as_dict() | {"start_x": x, "start_y": y}
        for walk in others:
            values |= {f"{walk.key}.{name}": one for name, one in walk.settings.as_dict().items()}
        return values

    def curves(self) -> dict[str, Curve]:
        """Return the loss of the explained walk."""
        return {"loss": self.walks[0].losses()}

    def trail(self) -> Curve:
        """Return the places of the explained walk: x, and y."""
        points = self.walks[0].path.points
        return points[:, 0], points[:, 1]


class SurfaceExperiment(FunctionExperiment):
    """Walks downhill on a landscape, all in step; one that ends stops while the others go on."""

    settings: SurfaceSettings

    def __init__(self, settings: SurfaceSettings):
        terrain = settings.terrain
        super().__init__(
            terrain.objective,
            [(settings.start.point, rule) for rule in (settings.optimizer, *settings.others)],
            settings.free_rates,
            scale=terrain.scale,
            reach=terrain.width,
            trusted=terrain.minima_are_known,
        )
        self.settings = settings
        # What a walk that is over has left behind does not change any more.
        self._kept: dict[int, SurfaceWalk] = {}

    def _suitable_rate(self, rule: OptimizerSettings) -> float:
        return self.settings.terrain.suitable_rate(rule.optimizer)

    def _note_settings(self) -> None:
        self._kept.clear()
        first, *rest = (walk.settings for walk in self.walks)
        self.settings = replace(
            self.settings, optimizer=first, others=tuple(rest), free_rates=self.free_rates
        )

    @property
    def ending(self) -> str:
        """Say how the walk ended, or who arrived first."""
        if len(self.walks) == 1:
            return super().ending
        arrived = [walk for walk in self.walks if walk.is_at_minimum]
        diverged = [walk for walk in self.walks if walk.state is WalkState.DIVERGED]
        if not arrived:
            return f"The race is over: none reached a minimum; {_count(len(diverged))} diverged."
        first = min(arrived, key=lambda walk: walk.iteration)
        label = OPTIMIZERS[first.settings.optimizer].label
        text = f"The race is over: {label} arrived first, after {first.iteration:,} steps"
        return f"{text}; {_count(len(diverged))} diverged." if diverged else f"{text}."

    def _lost_sentence(self, lost: FunctionWalk) -> str:
        all_of_them = f"All {len(self.walks)} walks diverged. " if len(self.walks) > 1 else ""
        return all_of_them + lost.sentence

    def extend(self) -> None:
        """Let walks that came to rest look again, in case a setting has changed since."""
        self._kept.clear()
        super().extend()

    @property
    def origin(self) -> tuple[SurfaceSettings]:
        """The settings."""
        return (self.settings,)

    def restarted(self, settings: SurfaceSettings | None = None) -> "SurfaceExperiment":
        """Return walks from the start; new settings take effect."""
        return self._knowing(SurfaceExperiment(settings or self.settings))

    def set_live(self, settings: SurfaceSettings) -> None:
        """Let every walk obey the live settings of its rule from the next step on."""
        rules = {one.optimizer: one for one in (settings.optimizer, *settings.others)}
        self._obey(rules, settings.free_rates)

    def snapshot(self) -> SurfaceSnapshot:
        """Return the state of all walks, with copies."""
        walks = tuple(self._look_at(index) for index in range(len(self.walks)))
        return SurfaceSnapshot(self.iteration, walks)

    def _look_at(self, index: int) -> SurfaceWalk:
        if index in self._kept:
            return self._kept[index]
        walk = self.walks[index]
        point = walk.descent.parameters
        distance = self.settings.terrain.distance(point)
        site = walk.site if walk.is_at_minimum else None
        if site is not None:
            # Where it has arrived there is one, found in view before or not.
            distance = min(distance, float(np.linalg.norm(point - site.point)), key=_by_size)
        seen = SurfaceWalk.of(
            walk,
            rows=max(PATH_ROWS // len(self.walks), 1),
            distance=distance,
            is_at_minimum=site is not None,
            found=self.found_for(walk.settings.optimizer),
        )
        if walk.is_over:
            self._kept[index] = seen
        return seen


def _by_size(distance: float) -> float:
    """Return what orders distances, NaN last."""
    return math.inf if math.isnan(distance) else distance


def _count(number: int) -> str:
    return "none" if not number else "one" if number == 1 else f"{number}"
