"""What lies on the canvas: its pixels, where they come from, and which digit it is, if known.

Which digit a drawing is, only its author knows: nobody else fills in the label of one.
"""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Self

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]


class Origin(Enum):
    """Where a picture comes from, and so who knows which digit it is."""

    DRAWING = "drawing"
    FILE = "file"
    TEST_IMAGE = "test image"

    @property
    def question(self) -> str:
        """What to ask for the label; empty where the data set has it."""
        return {
            Origin.DRAWING: "Which digit did you draw?",
            Origin.FILE: "Which digit is it?",
            Origin.TEST_IMAGE: "",
        }[self]


@dataclass(frozen=True, eq=False)
class CanvasExample:
    """A picture with ink, and its label as far as that is known.

    Attributes:
        picture: what the network receives, ``(rows, columns)`` bytes.
        origin: where it comes from.
        label: the right answer: a test image has one, of all else the author says it.
    """

    picture: Picture
    origin: Origin
    label: int | None = None

    def labelled(self, label: int) -> Self:
        """Return the same with the label that its author says; a test image keeps its own."""
        return self if self.origin is Origin.TEST_IMAGE else replace(self, label=label)
