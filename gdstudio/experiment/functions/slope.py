"""Walks down a curve: one number is changed until its slope is 0."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.experiment.functions.crossing import Crossing, crossing
from gdstudio.experiment.functions.experiment import FunctionExperiment
from gdstudio.experiment.functions.rate_search import FoundRate
from gdstudio.experiment.functions.slope_problem import SlopeProblem
from gdstudio.experiment.functions.walk import FunctionWalk, place_readings
from gdstudio.experiment.readings import Curve
from gdstudio.experiment.walks import WalkSnapshot, WalkState
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
class SlopeWalk(WalkSnapshot):
    """One walk at one moment.

    Attributes:
        crossed: what the last step jumped over, where the slope changed its sign.
    """

    crossed: Crossing = Crossing.NOTHING

    @property
    def x(self) -> float:
        """Where it stands."""
        return float(self.point[0])

    @property
    def slope(self) -> float:
        """f′ there."""
        return float(self.gradient[0])

    @property
    def step(self) -> float:
        """What the optimizer will add to x next."""
        return float(self.next_step[0])

    @property
    def seen_value(self) -> float:
        """The value where the path ends; a walk that exploded has gone farther than x."""
        return float(self.path.values[-1])


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
    walks: tuple[SlopeWalk, ...]
    iteration: int
    found: FoundRate | None = None

    def readings(self) -> dict[str, float]:
        """Return its numbers by name."""
        first, *others = self.walks
        values = _numbers(first) | {
            "loss": first.seen_value,
            "gradient.x": first.slope,
            "change.x": first.step,
            "learning_rate": self.settings.optimizer.learning_rate,
        }
        for other in others:
            values |= {f"other.{name}": value for name, value in _numbers(other).items()}
        return values

    def in_force(self) -> dict[str, Any]:
        """Return the settings that the run obeys, by name."""
        return self.settings.as_dict()

    def curves(self) -> dict[str, Curve]:
        """Return the values of the first walk."""
        return {"loss": self.walks[0].losses()}

    def trail(self) -> None:
        """Return nothing: all ways lie on the same curve."""


def _numbers(walk: SlopeWalk) -> dict[str, float]:
    return place_readings(("x",), walk.iteration, (walk.x,), walk.value, (walk.slope,))


class SlopeExperiment(FunctionExperiment):
    """Walks on one curve from one start or two, until they come to rest."""

    settings: SlopeSettings

    def __init__(self, problem: SlopeProblem, settings: SlopeSettings):
        super().__init__(
            problem.objective,
            [((start,), settings.optimizer) for start in settings.starts],
            frozenset({settings.optimizer.optimizer} if settings.rate_is_free else ()),
            scale=problem.scale,
            reach=problem.width,
            trusted=bool(problem.key),
        )
        self.problem = problem
        self.settings = settings

    def _suitable_rate(self, rule: OptimizerSettings) -> float:
        return self.problem.suggested_rate(rule)

    def _note_settings(self) -> None:
        self.settings = replace(
            self.settings,
            optimizer=self.walks[0].settings,
            rate_is_free=bool(self.free_rates),
        )

    @property
    def lost(self) -> FunctionWalk | None:
        """The walk with whose divergence the run has ended: the first that did."""
        lost = (walk for walk in self.walks if walk.state is WalkState.DIVERGED)
        return next(lost, None) if self.finished else None

    @property
    def ending(self) -> str:
        """Say how the walks ended."""
        if len(self.walks) == 1:
            return super().ending
        steps = " and ".join(f"{walk.iteration:,}" for walk in self.walks)
        return f"Both walks came to rest, after {steps} steps."

    @property
    def origin(self) -> tuple[SlopeProblem, SlopeSettings]:
        """The function, and the settings."""
        return self.problem, self.settings

    def restarted(
        self, settings: SlopeSettings | None = None, problem: SlopeProblem | None = None
    ) -> "SlopeExperiment":
        """Return walks from the start; new settings and another curve take effect."""
        return self._knowing(SlopeExperiment(problem or self.problem, settings or self.settings))

    def set_live(self, settings: SlopeSettings) -> None:
        """Obey the optimizer's live settings from the next step on; keep the rest."""
        key = self.settings.optimizer.optimizer
        rule = replace(settings.optimizer, optimizer=key)
        self._obey({key: rule}, frozenset({key} if settings.rate_is_free else ()))

    def snapshot(self) -> SlopeSnapshot:
        """Return the state of the walks, with copies."""
        walks = tuple(SlopeWalk.of(walk, crossed=_crossed(walk)) for walk in self.walks)
        found = self.found_for(self.settings.optimizer.optimizer)
        return SlopeSnapshot(self.settings, self.problem, walks, self.iteration, found)


def _crossed(walk: FunctionWalk) -> Crossing:
    """Return what the last step of a walk jumped over."""
    path = walk.path()
    if len(path.steps) > 1 and path.slopes[-2, 0] * path.slopes[-1, 0] < 0:
        return crossing(walk.objective, float(path.points[-2, 0]), float(path.points[-1, 0]))
    return Crossing.NOTHING
