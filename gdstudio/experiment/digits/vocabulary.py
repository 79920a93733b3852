"""The names by which a training run on images is set up, and asked."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from gdstudio.experiment.digits.experiment import DigitsExperiment
from gdstudio.experiment.digits.settings import GROUPS, DigitsSettings
from gdstudio.experiment.experiment import Experiment
from gdstudio.experiment.readings import COMMON_READINGS
from gdstudio.experiment.vocabulary import Vocabulary, speed_setting
from gdstudio.settings import Choice, Setting


def _check(values: dict[str, Any]) -> dict[str, Any]:
    """Let the groups check what goes together; all images there are is the default."""
    settings = DigitsSettings.from_mapping(values)
    if settings.data.images_used == replace(settings.data, training_size=0).images_used:
        values.pop("training_size", None)
    return values


def _prepare(values: dict[str, Any]) -> Callable[[], Experiment]:
    return partial(DigitsExperiment, DigitsSettings.from_choices(values))


def _declared() -> dict[str, Setting]:
    """Return the settings of Digits; images of one's own are elsewhere on another machine."""
    declared = {name: one for group in GROUPS for name, one in group.declared().items()}
    images = declared["dataset"]
    assert isinstance(images, Choice)
    declared["dataset"] = Choice(
        label=images.label,
        explanation=images.explanation,
        default=images.default,
        options=images.options,
    )
    return declared


_DECLARED = _declared()

DIGITS = Vocabulary(
    key="digits",
    title="Digits",
    settings={name: one for name, one in _DECLARED.items() if name != "seed"},
    start={"seed": _DECLARED["seed"]},
    view={"speed": speed_setting(0)},
    readings={
        **COMMON_READINGS,
        "epoch": "How many times the training has begun to go through the images.",
        "parameters": "How many weights and biases the network has.",
        "train_loss": "The mean loss over the steps of the last epoch that is done.",
        "test_loss": "The loss on all test images at the end of that epoch.",
        "test_accuracy": "The share of test images that are read right, as measured last.",
        "samples_per_second": "How many images are learned from in a second.",
    },
    prepare=_prepare,
    depending=frozenset({"learning_rate"}),
    check=_check,
)
