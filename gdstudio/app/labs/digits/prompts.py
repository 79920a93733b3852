"""What the Digits lab proposes to try: key, text, and what it does."""

from gdstudio.experiment.presets import find_preset
from gdstudio.experiment.scenario import Scenario

PROMPTS = (
    (
        "story",
        "Story’s network",
        "784-20-20-10, sigmoid, squared error, learning rate 1, batch 10.",
    ),
    (
        "one_image",
        "One image per step",
        "Batch size 1: watch how noisy the loss becomes, and that it learns all the same.",
    ),
    (
        "other_weights",
        "Other weights",
        "A new seed: other random weights, and it still learns. Does it end the same?",
    ),
    (
        "slowly",
        "Learn while I draw",
        "Fifty steps a second: draw a digit and see its bar grow while the network learns.",
    ),
    (
        "diverge",
        "Make it diverge",
        "A learning rate far too high: the steps grow until the cost explodes.",
    ),
)
# Those that set everything up anew.
SCENARIOS = {
    "story": Scenario("digits"),
    "slowly": Scenario.parse("digits?speed=50"),
    "diverge": find_preset("rate-too-high").scenario,
}

# A seven with a bar through it, as one draws it on the continent.
SEVEN = (
    ((60, 60), (120, 48), (185, 52), (178, 90), (150, 150), (130, 215)),
    ((85, 132), (130, 128), (190, 124)),
)
