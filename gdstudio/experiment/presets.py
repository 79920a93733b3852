"""Presets: scenarios of Digits worth trying, good and bad ones, with reasons and what to watch."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

from gdstudio.errors import BadInput
from gdstudio.experiment.digits.settings import DigitsSettings
from gdstudio.experiment.scenario import Scenario


@dataclass(frozen=True)
class Preset:
    """A scenario with a name.

    Attributes:
        key, title: its name for programs and for people.
        why: why these settings are good, or how they are bad.
        watch: what to look at while it trains.
        values: the settings that differ from the story's, by name.
        good: whether it is meant to learn well.
    """

    key: str
    title: str
    why: str
    watch: str
    values: Mapping[str, Any]
    good: bool = True

    @cached_property
    def scenario(self) -> Scenario:
        """The settings of the story, changed by `values`."""
        return Scenario.of("digits", self.values)

    def settings(self) -> DigitsSettings:
        """Return all settings."""
        return DigitsSettings.from_choices(self.scenario.values)


_CONVOLUTION = "conv 16x5x5 stride 2, conv 48x5x5 stride 2, dropout 0.2, 128, dropout 0.3"
_MODERN = MappingProxyType({"activation": "relu", "loss": "cross-entropy"})

PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        preset.key: preset
        for preset in (
            Preset(
                key="story",
                title="The story’s network",
                why="Two hidden layers of 20 sigmoid neurons and the squared error: small enough "
                "to look at every part, and already right 93 to 95 times in 100.",
                watch="The loss falls steeply in the first epoch; after that every point of "
                "accuracy takes longer.",
                values={},
            ),
            Preset(
                key="tweaks",
                title="A couple of tweaks",
                why="ReLU keeps slopes alive where sigmoid flattens them, cross-entropy punishes "
                "confident mistakes, 256 neurons see more, and a learning rate that fades lets "
                "the weights settle.",
                watch="It passes 98 %: far beyond the story’s network, with the same idea.",
                values=_MODERN
                | {
                    "network": "256, 128",
                    "optimizer": "momentum",
                    "learning_rate": 0.05,
                    "batch_size": 64,
                    "epochs": 10,
                    "schedule": "cosine",
                },
            ),
            Preset(
                key="more-complex",
                title="More complex",
                why="Convolution looks for the same small pattern everywhere in the image, dropout "
                "keeps neurons from relying on each other, and shifted and turned images are new "
                "ones.",
                watch="Above 99 % on images it never saw; watch the filters become edges.",
                values=_MODERN
                | {
                    "network": _CONVOLUTION,
                    "optimizer": "adam",
                    "learning_rate": 0.002,
                    "batch_size": 64,
                    "epochs": 15,
                    "schedule": "cosine",
                    "shift": 1,
                    "rotation": 10.0,
                    "scale": 15.0,
                    "shear": 10.0,
                    "thickness": 1.0,
                },
            ),
            Preset(
                key="handwriting",
                title="Reads your handwriting",
                why="People draw on a tablet differently from how they write on paper. So it "
                "learns from both, MNIST and pen strokes, and every stroke is drawn anew each "
                "time, as if by another hand; scribbles, letters and rows of digits teach "
                "it to doubt.",
                watch="The two accuracies in the tooltip of the curve: MNIST, and pen writers it "
                "never saw.",
                values=_MODERN
                | {
                    "dataset": "mnist-and-pen-digits",
                    "pen_repeats": 3,
                    "scribbles": 8000,
                    "stroke_variation": 100.0,
                    "network": _CONVOLUTION,
                    "optimizer": "adam",
                    "learning_rate": 0.002,
                    "batch_size": 64,
                    "epochs": 12,
                    "schedule": "cosine",
                    "shift": 1,
                    "rotation": 10.0,
                    "scale": 20.0,
                    "shear": 10.0,
                    "thickness": 1.5,
                },
            ),
            Preset(
                key="rate-too-high",
                title="Learning rate too high",
                why="Each step jumps over the valley and lands higher than it started; with "
                "neurons that only add up, nothing holds it back.",
                watch="The loss explodes within a few steps, and the run stops by itself.",
                values=_MODERN | {"activation": "identity", "learning_rate": 10.0},
                good=False,
            ),
            Preset(
                key="rate-too-low",
                title="Learning rate too low",
                why="The direction is right, but the steps are a thousand times too short.",
                watch="The loss falls, so slowly that after eight epochs it has only come down to "
                "0.45: the loss of a network that gives every image the same answer.",
                values={"learning_rate": 0.001},
                good=False,
            ),
            Preset(
                key="all-zero",
                title="All weights zero",
                why="Neurons that start alike get the same slopes and stay alike: chance has to "
                "tell them apart, and here it was left out.",
                watch="For about an epoch all pictures of the hidden neurons are the same, and the "
                "accuracy is that of a guess. Then the rounding of the computer’s numbers, all "
                "that is left of chance, has grown enough to part them, and it begins to learn.",
                values={"initial_weights": "zero"},
                good=False,
            ),
            Preset(
                key="saturated",
                title="Sigmoid saturated",
                why="Weights that start far too large push every sigmoid to 0 or 1, where its "
                "slope is almost nothing.",
                watch="The loss starts very high, and falls while the outputs become less sure. "
                "After an epoch less than half of the digits are read right, where the story’s "
                "network reads nine of ten; how it goes on, the seed decides.",
                values={"initial_weights": "huge"},
                good=False,
            ),
        )
    }
)


def find_preset(key: str) -> Preset:
    """Return the preset called `key`.

    Raises:
        BadInput: if there is none.
    """
    if key not in PRESETS:
        raise BadInput(f"There is no preset “{key[:40]}”; choose one of {', '.join(PRESETS)}.")
    return PRESETS[key]
