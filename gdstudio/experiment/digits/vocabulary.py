"""The names by which a training run on images is set up, and asked."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from gdstudio.data.catalogue import IMAGE_SETS, image_set, is_known
from gdstudio.experiment.digits.experiment import DigitsExperiment
from gdstudio.experiment.digits.settings import GROUPS, DigitsSettings
from gdstudio.experiment.experiment import Experiment
from gdstudio.experiment.readings import COMMON_READINGS, Reading
from gdstudio.experiment.vocabulary import DataChoice, Vocabulary, speed_setting


def _check(values: dict[str, Any]) -> dict[str, Any]:
    """Let the groups check what goes together; all images there are is the default."""
    settings = DigitsSettings.from_mapping(values)
    if settings.data.images_used == replace(settings.data, training_size=0).images_used:
        values.pop("training_size", None)
    return values


def _prepare(values: dict[str, Any]) -> Callable[[], Experiment]:
    return partial(DigitsExperiment, DigitsSettings.from_choices(values))


def _is_own(value: Any) -> bool:
    return value not in IMAGE_SETS and is_known(str(value))


def _no_code(key: str) -> str:
    return (
        f"The images are your own, {image_set(key).card.title}, which no setup code can hold; "
        "choose another data set to copy one."
    )


_DECLARED = {name: one for group in GROUPS for name, one in group.declared().items()}
# Images of one's own are elsewhere on another machine.
_DECLARED["dataset"] = DataChoice.of(_DECLARED["dataset"], is_own=_is_own, why_no_code=_no_code)

DIGITS = Vocabulary(
    key="digits",
    title="Digits",
    settings={name: one for name, one in _DECLARED.items() if name != "seed"},
    start={"seed": _DECLARED["seed"]},
    view={"speed": speed_setting(0)},
    readings={
        **COMMON_READINGS,
        "epoch": Reading.count(
            "How many times the training has begun to go through the images.", unit="epochs"
        ),
        "parameters": Reading.count(
            "How many weights and biases the network has.", "weights and biases"
        ),
        "train_loss": Reading(
            "The mean loss over the steps of the last epoch that is done.", "training loss"
        ),
        "test_loss": Reading("The loss on all test images at the end of that epoch.", "test loss"),
        "test_accuracy": Reading.share(
            "The share of all test images that are read right, measured at the end of each epoch, "
            "and where the run pauses.",
            "test accuracy",
        ),
        "estimated_accuracy": Reading.share(
            "The share of some of them, about 1,000, that are read right, as long as that was "
            "measured last.",
            "estimated test accuracy",
            estimates="test_accuracy",
        ),
        "samples_per_second": Reading.count(
            "How many images are learned from in a second.",
            "speed of training",
            unit="images a second",
            is_of_the_machine=True,
        ),
        "next": Reading(
            "As long as no step is made: next.loss, the loss on the images of the first one, and "
            "next.value, next.slope and next.change of the weight or bias with the steepest slope."
        ),
    },
    told=("step", "epoch", "loss", "test_accuracy"),
    ends="epochs",
    judged_by=("test_accuracy", "test_loss", "loss"),
    prepare=_prepare,
    depending=frozenset({"learning_rate"}),
    check=_check,
)
