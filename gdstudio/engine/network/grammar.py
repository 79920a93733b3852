"""The one grammar that names a network: its hidden layers from input to output, with commas.

    20                      a dense layer of 20 neurons
    conv 8x5x5 stride 2     8 filters of 5 × 5 pixels, 2 pixels apart (1 if not said), no padding
    pool 2                  the largest number of every 2 × 2 pixels
    dropout 0.3             each number silenced with probability 0.3, while training

The outputs, one for each class, are implied. A kind of layer that is written says
all of it: how it is read, how it is written, and which layer it makes of the picture or the numbers
that reach it.
"""

import math
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Self

from gdstudio.engine.network.activations import Activation
from gdstudio.engine.network.convolution import Convolution
from gdstudio.engine.network.dense import Dense
from gdstudio.engine.network.dropout import Dropout
from gdstudio.engine.network.layer import Layer, Shape
from gdstudio.engine.network.pooling import MaximumPool
from gdstudio.errors import BadInput
from gdstudio.number_text import plain_text, round_to_figures

MAXIMUM_LAYERS = 12
MAXIMUM_NEURONS = 5_000
# No picture that goes through a network has longer sides.
MAXIMUM_SIDE = 64
MINIMUM_RATE, MAXIMUM_RATE = 0.01, 0.95

_EXAMPLE = "write the sizes of the hidden layers with commas between them, such as “20, 20”"
_WHOLE = "([+-]?[0-9]+)"
_TIMES = r"\s*[x×]\s*"


class Part(ABC):
    """A layer as it is written; its text is the normal form.

    Attributes:
        word: what it begins with.
        example: how it is written, for people.
        pattern: how it is written, as `matched` looks for it.
        advice: what to write where it is not so: “write …”.
    """

    word: ClassVar[str]
    example: ClassVar[str]
    pattern: ClassVar[re.Pattern[str]]
    advice: ClassVar[str]

    @classmethod
    def matched(cls, part: str, number: int) -> tuple[str, ...]:
        """Return the numbers in `part`; “1” stands for those that may be left out.

        Raises:
            BadInput: if it is not written so.
        """
        found = cls.pattern.fullmatch(part)
        if not found:
            raise BadInput(f"Hidden layer {number} is “{_shown(part)}”: {cls.advice}.")
        return found.groups(default="1")

    @classmethod
    @abstractmethod
    def read(cls, part: str, number: int) -> Self:
        """Return what `part`, in small letters, says as hidden layer `number`, from 1.

        Raises:
            BadInput: with a sentence that names the layer at fault.
        """

    @abstractmethod
    def build(self, number: int, shape: Shape, activation: Activation) -> Layer:
        """Return the layer that takes numbers of `shape`.

        Raises:
            BadInput: if it does not fit.
        """

    @abstractmethod
    def __str__(self) -> str:
        """Return how it is written."""


@dataclass(frozen=True)
class DensePart(Part):
    """A dense layer as it is written, such as ``20``."""

    neurons: int

    word = ""
    example = "20 is a layer of 20 neurons"

    @classmethod
    def read(cls, part: str, number: int) -> Self:
        """Return what ``20`` says."""
        if not part:
            raise BadInput(f"Hidden layer {number} has no size: {_EXAMPLE}.")
        shown = _shown(part)
        if not re.fullmatch(_WHOLE, part):
            raise BadInput(f"Hidden layer {number} is “{shown}”, not a whole number: {_EXAMPLE}.")
        count = _bounded(part, MAXIMUM_NEURONS)
        if count < 1:
            raise BadInput(f"Hidden layer {number} has {shown} neurons; give it at least 1.")
        if count > MAXIMUM_NEURONS:
            raise BadInput(
                f"Hidden layer {number} has {shown} neurons; give it at most {MAXIMUM_NEURONS:,}."
            )
        return cls(count)

    def build(self, number: int, shape: Shape, activation: Activation) -> Layer:
        """Return the layer; a picture is flat already."""
        return Dense(math.prod(shape), self.neurons, activation)

    def __str__(self) -> str:
        return str(self.neurons)


class PicturePart(Part):
    """A layer that looks at a picture through windows of some rows and columns.

    Attributes:
        name: what it is, with its article.
        windows: what the windows are.
    """

    name: ClassVar[str]
    windows: ClassVar[str]

    def picture(self, number: int, shape: Shape, rows: int, columns: int) -> tuple[int, int, int]:
        """Return the picture of `shape` that reaches it, where windows of that size fit in.

        Raises:
            BadInput: if it is none, or too small.
        """
        if len(shape) != 3:
            raise BadInput(
                f"Hidden layer {number} ({self}) is {self.name} behind a dense layer, which leaves "
                "no picture to look at; put it before the dense layers."
            )
        image = (shape[0], shape[1], shape[2])
        if rows > image[0] or columns > image[1]:
            raise BadInput(
                f"Hidden layer {number} ({self}) does not fit: its {self.windows} are "
                f"{rows}×{columns} pixels, but the picture that reaches it has only "
                f"{image[0]}×{image[1]}; make them smaller or leave the layer out."
            )
        return image


@dataclass(frozen=True)
class ConvolutionPart(PicturePart):
    """A convolution as it is written, such as ``conv 8x5x5 stride 2``."""

    filters: int
    rows: int
    columns: int
    stride: int

    word = "conv"
    example = "conv 8x5x5 stride 2 (8 filters of 5×5 pixels)"
    pattern = re.compile(
        rf"conv\s*{_WHOLE}{_TIMES}{_WHOLE}{_TIMES}{_WHOLE}(?:\s*stride\s*{_WHOLE})?"
    )
    advice = (
        "write a convolution as filters x rows x columns, such as “conv 8x5x5” or “conv 8x5x5 "
        "stride 2”"
    )
    name = "a convolution"
    windows = "filters"

    @classmethod
    def read(cls, part: str, number: int) -> Self:
        """Return what ``conv 8x5x5 stride 2`` says."""
        filters, rows, columns, stride = cls.matched(part, number)
        return cls(
            _checked(filters, number, "a number of filters of", MAXIMUM_NEURONS),
            _checked(rows, number, "filters with a number of rows of", MAXIMUM_SIDE),
            _checked(columns, number, "filters with a number of columns of", MAXIMUM_SIDE),
            _checked(stride, number, "the stride", MAXIMUM_SIDE),
        )

    def build(self, number: int, shape: Shape, activation: Activation) -> Layer:
        """Return the convolution."""
        image = self.picture(number, shape, self.rows, self.columns)
        return Convolution(image, self.filters, self.rows, self.columns, self.stride, activation)

    def __str__(self) -> str:
        stride = f" stride {self.stride}" if self.stride > 1 else ""
        return f"conv {self.filters}x{self.rows}x{self.columns}{stride}"


@dataclass(frozen=True)
class PoolPart(PicturePart):
    """A maximum pool as it is written, such as ``pool 2``."""

    side: int

    word = "pool"
    example = "pool 2"
    pattern = re.compile(rf"pool\s*{_WHOLE}")
    advice = "write a pool with the side of its squares, such as “pool 2”"
    name = "a pool"
    windows = "squares"

    @classmethod
    def read(cls, part: str, number: int) -> Self:
        """Return what ``pool 2`` says."""
        (side,) = cls.matched(part, number)
        return cls(_checked(side, number, "a pool with the side", MAXIMUM_SIDE, least=2))

    def build(self, number: int, shape: Shape, activation: Activation) -> Layer:
        """Return the pool."""
        return MaximumPool(self.picture(number, shape, self.side, self.side), self.side)

    def __str__(self) -> str:
        return f"pool {self.side}"


@dataclass(frozen=True)
class DropoutPart(Part):
    """Dropout as it is written, such as ``dropout 0.3``."""

    rate: float

    word = "dropout"
    example = "dropout 0.3"
    pattern = re.compile(r"dropout\s*([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))")
    advice = "write dropout with the share that is silenced, such as “dropout 0.3”"

    @classmethod
    def read(cls, part: str, number: int) -> Self:
        """Return what ``dropout 0.3`` says."""
        (share,) = cls.matched(part, number)
        # Rounded as it will be written, so that what is written says all.
        rate = round_to_figures(float(share), 6)
        if not MINIMUM_RATE <= rate <= MAXIMUM_RATE:
            raise BadInput(
                f"Hidden layer {number} silences a share of {_shown(share)}; take one from "
                f"{plain_text(MINIMUM_RATE)} to {plain_text(MAXIMUM_RATE)}."
            )
        return cls(rate)

    def build(self, number: int, shape: Shape, activation: Activation) -> Layer:
        """Return the layer, which changes no shape."""
        return Dropout(shape, self.rate)

    def __str__(self) -> str:
        return f"dropout {plain_text(self.rate)}"


# By the words they begin with; what begins with none of them is dense.
PARTS: dict[str, type[Part]] = {
    kind.word: kind for kind in (ConvolutionPart, PoolPart, DropoutPart)
}


def grammar_text() -> str:
    """Return how layers are written, in a line."""
    *others, last = (kind.example for kind in PARTS.values())
    return f"{DensePart.example}; also {', '.join(others)} and {last}"


def parse_layers(text: str) -> tuple[Part, ...]:
    """Return the hidden layers that `text` names, from input to output.

    Raises:
        BadInput: with a sentence that names the layer at fault.
    """
    if not text.strip():
        return ()
    parts = [part.strip() for part in text.split(",")]
    if len(parts) > MAXIMUM_LAYERS:
        raise BadInput(f"A network has at most {MAXIMUM_LAYERS} hidden layers, not {len(parts)}.")
    return tuple(_parse(part, number) for number, part in enumerate(parts, start=1))


def _parse(part: str, number: int) -> Part:
    lower = part.lower()
    kind = next((kind for word, kind in PARTS.items() if lower.startswith(word)), None)
    return DensePart.read(part, number) if kind is None else kind.read(lower, number)


def _shown(part: str) -> str:
    return part if len(part) <= 20 else part[:19] + "…"


def _bounded(digits: str, most: int) -> int:
    """Return the number, or one more than `most` for one of more digits than Python reads."""
    if len(digits) <= 20:
        return int(digits)
    return 0 if digits.startswith("-") else most + 1


def _checked(digits: str, number: int, what: str, most: int, *, least: int = 1) -> int:
    value = _bounded(digits, most)
    if not least <= value <= most:
        raise BadInput(
            f"Hidden layer {number} has {what} {_shown(digits)}; take one from {least} to {most:,}."
        )
    return value
