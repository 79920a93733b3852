"""What is recorded: a run from its start, which of its moments, how large and how long."""

from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from gdstudio.data.dataset import Drawing
from gdstudio.errors import BadInput
from gdstudio.experiment.scenario import Scenario
from gdstudio.number_text import count_text
from gdstudio.settings import Number, WholeNumber

STEPS = WholeNumber(
    label="Steps",
    explanation="How many steps of the run are recorded, from its start on.",
    default=100,
    minimum=1,
    maximum=1_000_000,
)
FRAMES = WholeNumber(
    label="Frames",
    explanation="How many pictures are made, spread evenly over the steps.",
    default=60,
    minimum=2,
    maximum=600,
)
SECONDS = Number(
    label="Seconds",
    explanation="How long the recording takes, with a rest at its end.",
    default=6.0,
    minimum=0.5,
    maximum=120.0,
)
WIDTH = WholeNumber(
    label="Width",
    explanation="How many pixels the recording is wide.",
    default=800,
    minimum=320,
    maximum=1920,
)
HEIGHT = WholeNumber(
    label="Height",
    explanation="How many pixels the recording is high.",
    default=450,
    minimum=180,
    maximum=1200,
)
# All frames are held in memory, three bytes a pixel.
MOST_PIXELS = 150_000_000
# How the lab is looked at while it is recorded is said by what is recorded of it.
_LOOKS = frozenset({"speed", "fog", "picture"})


@dataclass(frozen=True)
class RecordingPlan:
    """What is recorded. It can be pickled.

    Attributes:
        scenario: all that the run obeys.
        scene: what of the lab is recorded, by its key; empty for the first that has something to
            show.
        steps: how many steps are recorded.
        frames: how many pictures are made of them, at most; a step has one at most.
        size: pixels, (wide, high).
        seconds: how long it takes.
        palette: the colours, by their key.
        drawing: what is drawn on the canvas meanwhile, where there is one.
    """

    scenario: Scenario
    scene: str = ""
    steps: int = STEPS.default
    frames: int = FRAMES.default
    size: tuple[int, int] = (WIDTH.default, HEIGHT.default)
    seconds: float = SECONDS.default
    palette: str = "light"
    drawing: Drawing = field(default_factory=list)

    def __post_init__(self) -> None:
        STEPS.check(self.steps)
        FRAMES.check(self.frames)
        SECONDS.check(self.seconds)
        WIDTH.check(self.size[0])
        HEIGHT.check(self.size[1])
        pixels = len(self.moments()) * self.size[0] * self.size[1]
        if pixels > MOST_PIXELS:
            fewer = MOST_PIXELS // (self.size[0] * self.size[1])
            raise BadInput(
                f"That many frames of this size do not fit into memory; ask for {fewer} frames at "
                "most, or for a smaller size."
            )

    def moments(self) -> list[int]:
        """Return after which steps a picture is made: 0, …, `steps`, rising."""
        count = min(self.frames, self.steps + 1)
        moments = np.unique(np.linspace(0, self.steps, count).round().astype(int))
        return [int(moment) for moment in moments]

    @property
    def code(self) -> str:
        """The setup code of what is recorded; a few words where there is none."""
        try:
            return self.bare_scenario().code
        except BadInput:
            return f"{self.scenario.lab}, with data of one’s own"

    def bare_scenario(self) -> Scenario:
        """Return what the run obeys, without how the lab was looked at."""
        kept = {name: one for name, one in self.scenario.view.items() if name not in _LOOKS}
        now = self.scenario
        return Scenario(now.lab, now.settings, now.start, kept)

    def of(self, scene: str) -> Self:
        """Return the plan to record this scene."""
        return replace(self, scene=scene)


@dataclass(frozen=True)
class Recording:
    """A recording that has been made.

    Attributes:
        content: the bytes of its file.
        frames: how many pictures it has.
        steps: after how many steps the last of them was made.
        ended: why that was not the last step that was asked for; empty where it was.
        diverged: whether it ended because the loss exploded.
    """

    content: bytes
    frames: int
    steps: int
    ended: str = ""
    diverged: bool = False

    @property
    def sentence(self) -> str:
        """What to say of it."""
        what = f"{count_text(self.frames)} frames up to step {count_text(self.steps)}"
        size = f"{count_text(max(round(len(self.content) / 1024), 1))} KiB"
        return f"{what}, {size}." + (f" {self.ended}" if self.ended else "")
