"""What is chosen for walks on a landscape, by name: the values of a scenario, and back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

import numpy as np

from gdstudio.engine.functions.objective import slope_names
from gdstudio.engine.functions.surfaces import SURFACES, VARIABLES
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS, OptimizerSettings
from gdstudio.errors import BadInput
from gdstudio.experiment.experiment import Experiment
from gdstudio.experiment.functions.fog import FOG, FogWalk
from gdstudio.experiment.functions.surface import (
    StartSettings,
    SurfaceExperiment,
    SurfaceSettings,
)
from gdstudio.experiment.functions.terrain import OWN, Terrain
from gdstudio.experiment.readings import COMMON_READINGS, Reading
from gdstudio.experiment.vocabulary import (
    SEED,
    Several,
    Vocabulary,
    YesNo,
    function_setting,
    speed_setting,
)
from gdstudio.settings import Choice, Setting

# The landscape on which the lab opens.
FIRST_SURFACE = "three-to-one"


@dataclass(frozen=True)
class SurfaceChoices:
    """All that is chosen for walks on a landscape.

    Attributes:
        terrain, start: where one walks, and from where.
        optimizer: the key of the rule of the walk that is explained.
        rules: the settings of all optimizers, by key.
        racing: the keys of those that would run in a race.
        is_race: whether there is one.
        chosen_rates: the keys of the rules whose learning rate somebody chose; the others are left
            to the app.
    """

    terrain: Terrain
    start: StartSettings
    optimizer: str
    rules: Mapping[str, OptimizerSettings]
    racing: frozenset[str]
    is_race: bool
    chosen_rates: frozenset[str] = frozenset()

    @classmethod
    def usual(cls, terrain: Terrain) -> Self:
        """Return what is chosen on a landscape before anyone chose."""
        rules = {key: OptimizerSettings(key) for key in OPTIMIZERS}
        first = OptimizerSettings().optimizer
        return cls(terrain, StartSettings(), first, rules, first_racing(), False).on(terrain)

    @classmethod
    def of(cls, settings: SurfaceSettings) -> Self:
        """Return the choices under which walks go so; of rules that do not run, the usual ones."""
        usual = cls.usual(settings.terrain)
        running = {one.optimizer: one for one in (settings.optimizer, *settings.others)}
        return replace(
            usual,
            start=settings.start,
            optimizer=settings.optimizer.optimizer,
            rules={**usual.rules, **running},
            racing=frozenset(running) if settings.others else usual.racing,
            is_race=bool(settings.others),
            chosen_rates=frozenset(OPTIMIZERS) - settings.free_rates,
        )

    @classmethod
    def from_mapping(cls, terrain: Terrain, values: Mapping[str, Any]) -> Self:
        """Return what `values` says by name; the rest is as usual on the landscape.

        Raises:
            BadInput: where a walk cannot start.
        """
        usual = cls.usual(terrain)
        x, y = start_of(terrain, values.get("seed", 0))
        start = StartSettings.from_mapping({"start_x": x, "start_y": y} | dict(values))
        if trouble := terrain.trouble_at(*start.point):
            raise BadInput(trouble)
        optimizer = values.get("optimizer", usual.optimizer)
        rules, chosen = dict(usual.rules), set()
        for key in OPTIMIZERS:
            named = {
                name: values[f"{key}.{name}"]
                for name in OptimizerSettings.declared()
                if f"{key}.{name}" in values
            }
            if key == optimizer:
                named |= {name: values[name] for name in rules[key].as_dict() if name in values}
            if "learning_rate" in named:
                chosen.add(key)
            rules[key] = replace(rules[key], **named)
        racing = frozenset(values.get("race", ()))
        return cls(
            terrain,
            start,
            optimizer,
            rules,
            racing or usual.racing,
            is_race=bool(racing),
            chosen_rates=frozenset(chosen),
        )

    def as_dict(self, seed: int = 0) -> dict[str, Any]:
        """Return by name what is chosen, without what is as usual on the landscape.

        `seed` is what the start was drawn from.
        """
        usual = self.usual(self.terrain)
        values: dict[str, Any] = {
            "function": self.terrain.objective.expression.text
            if self.terrain.key == OWN
            else self.terrain.key,
            "optimizer": self.optimizer,
            "seed": seed,
        }
        if self.is_race:
            values["race"] = tuple(self.racing | {self.optimizer})
        start = StartSettings(*start_of(self.terrain, seed)).as_dict()
        values |= {name: x for name, x in self.start.as_dict().items() if x != start[name]}
        for key, rule in self.rules.items():
            before = "" if key == self.optimizer else f"{key}."
            for name, value in rule.as_dict().items():
                is_rate = name == "learning_rate"
                is_chosen = key in self.chosen_rates
                if is_chosen if is_rate else value != usual.rules[key].as_dict()[name]:
                    values[before + name] = value
        return values

    @property
    def settings(self) -> SurfaceSettings:
        """How the walks go that are to be seen: the explained one, and the others in a race."""
        others = [key for key in OPTIMIZERS if key in self.racing and key != self.optimizer]
        return SurfaceSettings(
            terrain=self.terrain,
            start=self.start,
            optimizer=self.rules[self.optimizer],
            others=tuple(self.rules[key] for key in others) if self.is_race else (),
            free_rates=frozenset(OPTIMIZERS) - self.chosen_rates,
        )

    def on(self, terrain: Terrain) -> Self:
        """Return the choices on another terrain: its start, and rates that suit it."""
        rules = {
            key: replace(rule, learning_rate=terrain.suitable_rate(key))
            for key, rule in self.rules.items()
        }
        start = StartSettings(*terrain.start)
        return replace(self, terrain=terrain, start=start, rules=rules, chosen_rates=frozenset())


def first_racing() -> frozenset[str]:
    """Return who races before anyone chose."""
    return frozenset(key for key, kind in OPTIMIZERS.items() if kind.races_first)


def start_of(terrain: Terrain, seed: int) -> tuple[float, float]:
    """Return where a walk starts that `seed` decides; seed 0 is what is usual there."""
    return terrain.random_start(np.random.default_rng(seed)) if seed else terrain.start


def surface_terrain(values: Mapping[str, Any]) -> Terrain:
    """Return the landscape that `values` names, at once, or the function, which takes a moment.

    Raises:
        BadInput: where the function cannot be drawn.
    """
    function = values.get("function", FIRST_SURFACE)
    if function in SURFACES:
        return Terrain.of_surface(SURFACES[function])
    return Terrain.of_text(function)


def fog_walk(values: Mapping[str, Any], choices: SurfaceChoices) -> FogWalk | None:
    """Return a person's walk at its start, where `values` ask for fog."""
    return FogWalk(choices.terrain, choices.start.point) if values.get("fog") else None


def _rules() -> dict[str, Setting]:
    """Return the settings of each optimizer by itself, such as ``adam.learning_rate``."""
    declared = OptimizerSettings.declared()
    return {
        f"{key}.{name}": replace(setting, label=f"{setting.label} of {kind.label}")
        for key, kind in OPTIMIZERS.items()
        for name, setting in declared.items()
        if name != "optimizer"
    }


def _check(values: dict[str, Any]) -> dict[str, Any]:
    """Name what is said of the explained optimizer by itself as what is said of the walk."""
    explained = values.get("optimizer", OptimizerSettings().optimizer)
    for name in OptimizerSettings.declared():
        own = f"{explained}.{name}"
        if own in values:
            if values.get(name, values[own]) != values[own]:
                raise BadInput(
                    f"{name} and {own} are of the same optimizer here and differ; keep one of them."
                )
            values[name] = values.pop(own)
    if values.get("race"):
        racing = (*values["race"], explained)
        values["race"] = tuple(key for key in OPTIMIZERS if key in racing)
    if values.get("fog") and values.get("race"):
        raise BadInput("In the fog nobody races; leave out either fog or race.")
    return values


def _prepare(values: dict[str, Any]) -> Callable[[], Experiment]:
    choices = SurfaceChoices.from_mapping(surface_terrain(values), values)
    return partial(SurfaceExperiment, choices.settings)


SURFACE = Vocabulary(
    key="surface",
    title="Surface",
    settings={
        "function": function_setting(SURFACES, VARIABLES, FIRST_SURFACE),
        **OptimizerSettings.declared(),
        "race": Several(
            label="race",
            explanation="Which optimizers race from the same start; none is no race.",
            options=tuple(OPTIMIZERS),
        ),
        **_rules(),
    },
    start={"seed": SEED, **StartSettings.declared()},
    view={
        "fog": YesNo(label="fog", explanation="Whether a person walks without a map."),
        "picture": Choice(
            label="picture",
            explanation="How the landscape is drawn: as a map, in three dimensions, or both.",
            default="map",
            options={"map": "Map", "surface": "3-D", "both": "Both"},
        ),
        "speed": speed_setting(10),
    },
    readings={
        **COMMON_READINGS,
        "loss": Reading("The loss where the walk stands: the value of the function."),
        "x": Reading("Where the walk stands, along x."),
        "y": Reading("Where the walk stands, along y."),
        "value": Reading("The value of the function where the walk stands.", "f(x, y)"),
        **{
            f"gradient.{name}": Reading(f"How the value changes with {name}.", called)
            for name, called in zip(VARIABLES, slope_names(VARIABLES), strict=True)
        },
        "change.x": Reading("What the next step adds to x.", "step of x"),
        "change.y": Reading("What the next step adds to y.", "step of y"),
        "distance": Reading("How far the walk is from the nearest minimum that is known."),
        FOG: Reading(
            "A person's walk in the fog: fog.step, fog.x, fog.y and fog.loss; fog.probes are its "
            "steps with those that were taken back.",
            parts={"probes": Reading.count("Its steps with those that were taken back.")},
        ),
    },
    told=("step", "x", "y", "value", "gradient.x", "gradient.y"),
    prepare=_prepare,
    depending=frozenset(
        {"learning_rate", *StartSettings.declared()}
        | {f"{key}.learning_rate" for key in OPTIMIZERS}
    ),
    ground=frozenset({"function"}),
    aside=frozenset({"race"}),
    check=_check,
)
