"""What is chosen for walks on a curve, by name: the values of a scenario, and back."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from gdstudio.engine.functions.curves import CURVES
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.errors import BadInput
from gdstudio.experiment.experiment import Experiment
from gdstudio.experiment.functions.slope import SlopeExperiment, SlopeSettings, StartSettings
from gdstudio.experiment.functions.slope_problem import SlopeProblem
from gdstudio.experiment.readings import COMMON_READINGS, Reading
from gdstudio.experiment.vocabulary import SEED, Vocabulary, YesNo, function_setting, speed_setting

# The curve on which the lab opens.
FIRST_CURVE = "bowl"
_DRAWN, _MARGIN = 50, 0.08


def starts_of(problem: SlopeProblem, seed: int) -> tuple[float, float]:
    """Return where two walks start that `seed` decides; seed 0 is what is usual on the curve."""
    if seed:
        low, high = problem.view
        margin = _MARGIN * (high - low)
        drawn = np.random.default_rng(seed).uniform(low + margin, high - margin, _DRAWN).round(2)
        found = [x for x in drawn.tolist() if not problem.objective.trouble_at(x)]
        if len(found) > 1:
            return found[0], found[1]
    return problem.start, problem.other_start


def slope_problem(values: Mapping[str, Any]) -> SlopeProblem:
    """Return the curve that `values` names, at once, or the function, which takes a moment.

    Raises:
        BadInput: where the function has no values or no slope.
    """
    function = values.get("function", FIRST_CURVE)
    return SlopeProblem.of(CURVES[function]) if function in CURVES else SlopeProblem.typed(function)


def slope_settings(problem: SlopeProblem, values: Mapping[str, Any]) -> SlopeSettings:
    """Return how walks go that `values` describes by name; the rest is as usual on the curve.

    Raises:
        BadInput: where a walk cannot start.
    """
    first, other = starts_of(problem, values.get("seed", 0))
    named = {"start": first, "other_start": other} | dict(values)
    settings = SlopeSettings.from_mapping(named)
    if settings.rate_is_free:
        rate = problem.suggested_rate(settings.optimizer)
        settings = replace(settings, optimizer=replace(settings.optimizer, learning_rate=rate))
    for x in settings.starts:
        if trouble := problem.objective.trouble_at(x):
            raise BadInput(f"{trouble}; start elsewhere.")
    return settings


def slope_values(problem: SlopeProblem, settings: SlopeSettings, seed: int) -> dict[str, Any]:
    """Return by name what is chosen, without what is as usual on the curve."""
    values = settings.as_dict()
    if values.pop("rate_is_free"):
        del values["learning_rate"]
    for name, usual in zip(("start", "other_start"), starts_of(problem, seed), strict=True):
        if values[name] == usual:
            del values[name]
    function = problem.key or problem.objective.expression.text
    return {"function": function, "seed": seed} | values


def _prepare(values: dict[str, Any]) -> Callable[[], Experiment]:
    problem = slope_problem(values)
    return partial(SlopeExperiment, problem, slope_settings(problem, values))


SLOPE = Vocabulary(
    key="slope",
    title="Slope",
    settings={
        "function": function_setting(CURVES, ("x",), FIRST_CURVE),
        **OptimizerSettings.declared(),
    },
    start={
        "seed": SEED,
        **StartSettings.declared(),
        "both": YesNo(label="both", explanation="Whether a second walk starts, too."),
    },
    view={
        "predict": YesNo(
            label="predict", explanation="Whether each step is to be predicted first."
        ),
        "speed": speed_setting(5),
    },
    readings={
        **COMMON_READINGS,
        "loss": Reading("The value where the walk has come to, also where it exploded.", "f(x)"),
        "x": Reading("Where the walk stands."),
        "value": Reading("The value of the function where the walk stands.", "f(x)"),
        "slope": Reading("The slope of the curve where the walk stands."),
        "gradient.x": Reading("The slope, too: how the value changes with x.", "slope"),
        "change.x": Reading("What the next step adds to x.", "step of x"),
        "other": Reading("The second walk: other.step, other.x, other.value and other.slope."),
    },
    told=("step", "x", "value", "slope"),
    prepare=_prepare,
    depending=frozenset({"learning_rate", *StartSettings.declared()}),
    ground=frozenset({"function"}),
    aside=frozenset({"both", "other_start"}),
)
