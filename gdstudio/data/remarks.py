"""What is noticed about a picture or a drawing before a network reads it."""

from dataclasses import dataclass
from enum import Enum, auto

import numpy as np
import numpy.typing as npt


class Remark(Enum):
    """A kind of thing that is noticed."""

    # What was done to find the digit.
    FRAME = auto()
    """A frame around the digit was left out."""
    RULING = auto()
    """Straight lines across the paper were left out."""
    MARKS = auto()
    """Small marks beside the digit were left out."""
    # Why this may not be one whole digit.
    SEVERAL = auto()
    """Pieces of ink stand side by side; `count` of them."""
    ROWS = auto()
    """Pieces of ink stand side by side and above each other; `count` of them."""
    WIDE = auto()
    """The ink is much wider than it is high."""
    EDGE = auto()
    """The ink touches the edge of the picture."""
    DOT = auto()
    """The ink is nearly a dot."""
    TINY = auto()
    """The drawing takes a very small part of the paper."""
    SCRIBBLE = auto()
    """The pen went a far longer way than any digit takes."""
    LINES = auto()
    """There are straight lines and nothing else."""
    NOTHING = auto()
    """Nothing stands out from the paper."""
    TWO_WAYS = auto()
    """The file could have been read otherwise, too."""


@dataclass(frozen=True)
class Noticed:
    """Something noticed, and of how many things it is true."""

    remark: Remark
    count: int = 1


@dataclass(frozen=True, eq=False)
class Reading:
    """A picture or a drawing as a network receives it, and what was noticed about it.

    Attributes:
        picture: ``(28, 28)`` ``uint8``, ink 255 on 0; empty where nothing was found.
        noticed: what was left out to find the digit, and why it may not be one whole digit.
    """

    picture: npt.NDArray[np.uint8]
    noticed: tuple[Noticed, ...] = ()


# With these an answer is in doubt, whatever the network says.
DOUBTFUL = frozenset(
    {Remark.SEVERAL, Remark.ROWS, Remark.DOT, Remark.SCRIBBLE, Remark.LINES, Remark.EDGE}
)
