"""Readings: what a run can be asked for as named numbers, at one moment.

One mapping per experiment, with the names that the command line's JSON has where it says the same.
What is not known yet, such as the accuracy before anything was measured, is left out.
`EXPLANATIONS` says what each name means; in names such as ``gradient.x`` the part after the point
is a parameter.
"""

import math
from collections.abc import Mapping
from functools import singledispatch
from types import MappingProxyType
from typing import Any

from gdstudio.experiment.digits.snapshot import DigitsSnapshot
from gdstudio.experiment.functions.slope import SlopeSnapshot, SlopeWalk
from gdstudio.experiment.functions.surface import SurfaceSnapshot
from gdstudio.experiment.houses.experiment import HousesSnapshot

Readings = Mapping[str, float]

EXPLANATIONS: Mapping[str, str] = MappingProxyType(
    {
        "step": "How many steps have been made.",
        "loss": "The cost where the run stands: what descent makes smaller.",
        "learning_rate": "The learning rate of the next step.",
        "value": "The value of the function where the walk stands.",
        "x": "Where the walk stands, along x.",
        "y": "Where the walk stands, along y.",
        "slope": "The slope of the curve where the walk stands; of the line to houses it is b.",
        "sse": "Half the sum of the squared errors, in the numbers that descent sees.",
        "intercept": "a, the intercept of the line, in the numbers that descent sees.",
        "gradient": "How the cost changes with each parameter, such as gradient.x.",
        "change": "What the next step adds to each parameter, such as change.x.",
        "distance": "How far the walk is from the nearest minimum that is known.",
        "other": "The second walk on a curve: other.step, other.x, other.value and other.slope.",
        "equation": "The line in dollars and square feet: equation.intercept and equation.slope.",
        "stable_learning_rate": "Above this learning rate the steps of the rule grow.",
        "least_squares": "The best line: least_squares.intercept and least_squares.slope.",
        "houses": "How many houses are fitted.",
        "epoch": "How many times the training has begun to go through the images.",
        "parameters": "How many weights and biases the network has.",
        "train_loss": "The mean loss over the steps of the last epoch that is done.",
        "test_loss": "The loss on all test images at the end of that epoch.",
        "test_accuracy": "The share of test images that are read right, as measured last.",
        "samples_per_second": "How many images are learned from in a second.",
    }
)


@singledispatch
def readings(snapshot: Any) -> Readings:
    """Return what a run can be asked for at the moment of `snapshot`, by name.

    In a race on a landscape the others follow by their keys, such as ``adam.value``.
    """
    raise TypeError(f"{type(snapshot).__name__} has no readings")


def _known(values: Mapping[str, float | None]) -> Readings:
    """Return the numbers that are known."""
    return MappingProxyType(
        {
            name: value
            for name, value in values.items()
            if value is not None and not math.isnan(value)
        }
    )


def _walk(moment: SlopeWalk) -> dict[str, float]:
    return {
        "step": moment.iteration,
        "x": moment.x,
        "value": moment.value,
        "slope": moment.slope,
    }


@readings.register
def _of_curve(snapshot: SlopeSnapshot) -> Readings:
    first, *others = snapshot.walks
    values = _walk(first) | {
        "loss": first.value,
        "gradient.x": first.slope,
        "change.x": first.step,
        "learning_rate": snapshot.settings.optimizer.learning_rate,
    }
    for other in others:
        values |= {f"other.{name}": value for name, value in _walk(other).items()}
    return _known(values)


@readings.register
def _of_landscape(snapshot: SurfaceSnapshot) -> Readings:
    values: dict[str, float] = {}
    for walk in snapshot.walks:
        x, y = walk.point.tolist()
        now = {
            "step": walk.iteration,
            "x": x,
            "y": y,
            "value": walk.value,
            "loss": walk.value,
            "distance": walk.distance,
            "learning_rate": walk.settings.learning_rate,
        }
        before = f"{walk.key}." if values else ""
        values |= {before + name: value for name, value in now.items()}
    first = snapshot.walks[0]
    for name, numbers in (("gradient", first.gradient), ("change", first.next_step)):
        values |= dict(zip((f"{name}.x", f"{name}.y"), numbers.tolist(), strict=True))
    return _known(values)


@readings.register
def _of_houses(snapshot: HousesSnapshot) -> Readings:
    problem, line = snapshot.problem, ("intercept", "slope")
    numbers = snapshot.parameters.tolist()
    values: dict[str, float | None] = {
        "step": snapshot.iteration,
        "loss": snapshot.sse,
        "sse": snapshot.sse,
        "learning_rate": snapshot.settings.optimizer.learning_rate,
        "stable_learning_rate": problem.stable_rate(snapshot.settings.optimizer),
        "houses": len(problem.x),
    }
    for name, pair in (
        ("", numbers),
        ("gradient.", snapshot.gradient.tolist()),
        ("change.", snapshot.next_step.tolist()),
        ("equation.", problem.scaling.line_in_original_units(*numbers)),
        ("least_squares.", problem.objective.least_squares()),
    ):
        values |= {name + one: number for one, number in zip(line, pair, strict=True)}
    return _known(values)


@readings.register
def _of_digits(snapshot: DigitsSnapshot) -> Readings:
    last = snapshot.epochs[-1] if snapshot.epochs else None
    accuracy = None if snapshot.accuracy is None else snapshot.accuracy.value
    return _known(
        {
            "step": snapshot.iteration,
            "epoch": snapshot.epoch,
            "loss": snapshot.loss,
            "learning_rate": snapshot.learning_rate,
            "parameters": len(snapshot.parameters),
            "samples_per_second": snapshot.samples_per_second,
            "train_loss": None if last is None else last.train_loss,
            "test_loss": None if last is None else last.test_loss,
            "test_accuracy": accuracy,
        }
    )
