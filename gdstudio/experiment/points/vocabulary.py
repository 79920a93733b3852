"""The names by which a network over the plane is set up, and asked."""

import os
from collections.abc import Callable
from functools import partial
from typing import Any

from gdstudio.data.points.catalogue import is_own_file
from gdstudio.experiment.experiment import Experiment
from gdstudio.experiment.points.experiment import PointsExperiment
from gdstudio.experiment.points.problem import PointsProblem
from gdstudio.experiment.points.settings import GROUPS, PointsSettings
from gdstudio.experiment.readings import COMMON_READINGS, GRADIENT_READINGS, Reading
from gdstudio.experiment.vocabulary import DataChoice, Vocabulary, speed_setting


def _is_own(value: Any) -> bool:
    return isinstance(value, str) and is_own_file(value)


def _no_code(key: str) -> str:
    return (
        f"The points are from your own file {os.path.basename(key)}, which no setup code can hold; "
        "choose other points to copy one."
    )


_DECLARED = {name: one for group in GROUPS for name, one in group.declared().items()}
# A file of one's own is elsewhere on another machine.
_DECLARED["dataset"] = DataChoice.of(_DECLARED["dataset"], is_own=_is_own, why_no_code=_no_code)
_START = ("seed", "weights")
# What suits the points may be different for each set of them; `_check` leaves that out.
_DEPENDING = frozenset(name for group in GROUPS[1:] for name in group.declared())


def _check(values: dict[str, Any]) -> dict[str, Any]:
    """Let the groups check what goes together; what suits the points is the default."""
    settings = PointsSettings.from_choices(values)
    usual = PointsSettings.from_choices({"dataset": settings.data.dataset}).as_dict()
    usual["learning_rate"] = settings.suitable_rate()
    return {
        name: value
        for name, value in values.items()
        if name not in _DEPENDING or value != usual[name]
    }


def _prepare(values: dict[str, Any]) -> Callable[[], Experiment]:
    settings = PointsSettings.from_choices(values)
    # Whether there is anything to learn from the points is seen once they are there.
    PointsProblem.of(settings.data, settings.network)
    return partial(PointsExperiment, settings)


POINTS = Vocabulary(
    key="points",
    title="Points",
    settings={name: one for name, one in _DECLARED.items() if name not in _START},
    start={name: _DECLARED[name] for name in _START},
    view={"speed": speed_setting(0)},
    readings={
        **COMMON_READINGS,
        **GRADIENT_READINGS,
        "epoch": Reading.count(
            "How many times the training has begun to go through the points.", unit="epochs"
        ),
        "parameters": Reading.count(
            "How many weights and biases the network has.", "weights and biases"
        ),
        "train_accuracy": Reading.share(
            "The share of the points learned from that get their class.", "training accuracy"
        ),
        "test_loss": Reading("The loss over the points that training never sees.", "test loss"),
        "test_accuracy": Reading.share(
            "The share of the points that training never sees that get their class.",
            "test accuracy",
        ),
        "moves": Reading.count("How many changes were made by hand.", unit="moves"),
        "parameter": Reading(
            "Each weight and bias, such as parameter.w1_2_1: of layer 1, counted without the "
            "inputs, neuron 2, the weight of its input 1; parameter.b1_2 is its bias."
        ),
    },
    told=("step", "loss", "train_accuracy", "test_accuracy"),
    ends="steps",
    judged_by=("test_accuracy", "test_loss", "loss"),
    prepare=_prepare,
    depending=_DEPENDING,
    check=_check,
)
