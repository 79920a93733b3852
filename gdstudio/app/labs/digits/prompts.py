"""What the Digits lab proposes to try: the story's network, or a change of the one in view."""

from gdstudio.experiment.presets import find_preset
from gdstudio.experiment.prompts import Prompt
from gdstudio.experiment.scenario import Scenario

_SEEDS = 2**31


def _one_image(now: Scenario) -> Scenario:
    return now.changed({"batch_size": 1})


def _other_weights(now: Scenario) -> Scenario:
    return now.changed({"seed": (now.values.get("seed", 0) + 1) % _SEEDS})


def _slowly(now: Scenario) -> Scenario:
    return now.changed({"speed": 50})


PROMPTS = (
    Prompt(
        "story",
        "Story’s network",
        "784-20-20-10, sigmoid, squared error, learning rate 1, batch 10.",
        Scenario("digits"),
    ),
    Prompt(
        "one_image",
        "One image per step",
        "Batch size 1: watch how noisy the loss becomes, and that it learns all the same.",
        _one_image,
        runs=True,
    ),
    Prompt(
        "other_weights",
        "Other weights",
        "A new seed: other random weights, and it still learns. Does it end the same?",
        _other_weights,
        runs=True,
    ),
    Prompt(
        "slowly",
        "Learn while I draw",
        "Fifty steps a second: draw a digit and see its bar grow while the network learns.",
        _slowly,
        runs=True,
    ),
    Prompt(
        "diverge",
        "Make it diverge",
        "A learning rate far too high: the steps grow until the loss explodes.",
        find_preset("rate-too-high").scenario,
        runs=True,
    ),
)

# A seven with a bar through it, as one draws it on the continent.
SEVEN = (
    ((60, 60), (120, 48), (185, 52), (178, 90), (150, 150), (130, 215)),
    ((85, 132), (130, 128), (190, 124)),
)
