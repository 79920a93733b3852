"""The one grammar that names a network: its hidden layers from input to output, with commas.

    20                      a dense layer of 20 neurons
    conv 8x5x5 stride 2     8 filters of 5 × 5 pixels, 2 pixels apart (1 if not said), no padding
    pool 2                  the largest number of every 2 × 2 pixels
    dropout 0.3             each number silenced with probability 0.3, while training

The outputs, one for each class, are implied. This module knows what is written, not whether it
fits together.
"""

import re
from dataclasses import dataclass

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
_CONVOLUTION = re.compile(
    rf"conv\s*{_WHOLE}{_TIMES}{_WHOLE}{_TIMES}{_WHOLE}(?:\s*stride\s*{_WHOLE})?"
)
_POOL = re.compile(rf"pool\s*{_WHOLE}")
_DROPOUT = re.compile(r"dropout\s*([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))")


@dataclass(frozen=True)
class DensePart:
    """A dense layer as it is written, such as ``20``."""

    neurons: int

    def __str__(self) -> str:
        return str(self.neurons)


@dataclass(frozen=True)
class ConvolutionPart:
    """A convolution as it is written, such as ``conv 8x5x5 stride 2``."""

    filters: int
    rows: int
    columns: int
    stride: int

    def __str__(self) -> str:
        stride = f" stride {self.stride}" if self.stride > 1 else ""
        return f"conv {self.filters}x{self.rows}x{self.columns}{stride}"


@dataclass(frozen=True)
class PoolPart:
    """A maximum pool as it is written, such as ``pool 2``."""

    side: int

    def __str__(self) -> str:
        return f"pool {self.side}"


@dataclass(frozen=True)
class DropoutPart:
    """Dropout as it is written, such as ``dropout 0.3``."""

    rate: float

    def __str__(self) -> str:
        return f"dropout {plain_text(self.rate)}"


Part = DensePart | ConvolutionPart | PoolPart | DropoutPart


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
    if lower.startswith("conv"):
        return _convolution(lower, number)
    if lower.startswith("pool"):
        return _pool(lower, number)
    if lower.startswith("dropout"):
        return _dropout(lower, number)
    return _dense(part, number)


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


def _dense(part: str, number: int) -> DensePart:
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
    return DensePart(count)


def _convolution(part: str, number: int) -> ConvolutionPart:
    found = _CONVOLUTION.fullmatch(part)
    if not found:
        raise BadInput(
            f"Hidden layer {number} is “{_shown(part)}”: write a convolution as filters x rows x "
            "columns, such as “conv 8x5x5” or “conv 8x5x5 stride 2”."
        )
    filters, rows, columns, stride = found.groups(default="1")
    return ConvolutionPart(
        _checked(filters, number, "a number of filters of", MAXIMUM_NEURONS),
        _checked(rows, number, "filters with a number of rows of", MAXIMUM_SIDE),
        _checked(columns, number, "filters with a number of columns of", MAXIMUM_SIDE),
        _checked(stride, number, "the stride", MAXIMUM_SIDE),
    )


def _pool(part: str, number: int) -> PoolPart:
    found = _POOL.fullmatch(part)
    if not found:
        raise BadInput(
            f"Hidden layer {number} is “{_shown(part)}”: write a pool with the side of its "
            "squares, such as “pool 2”."
        )
    return PoolPart(_checked(found[1], number, "a pool with the side", MAXIMUM_SIDE, least=2))


def _dropout(part: str, number: int) -> DropoutPart:
    found = _DROPOUT.fullmatch(part)
    if not found:
        raise BadInput(
            f"Hidden layer {number} is “{_shown(part)}”: write dropout with the share that is "
            "silenced, such as “dropout 0.3”."
        )
    # Rounded as it will be written, so that what is written says all.
    rate = round_to_figures(float(found[1]), 6)
    if not MINIMUM_RATE <= rate <= MAXIMUM_RATE:
        raise BadInput(
            f"Hidden layer {number} silences a share of {_shown(found[1])}; take one from "
            f"{plain_text(MINIMUM_RATE)} to {plain_text(MAXIMUM_RATE)}."
        )
    return DropoutPart(rate)
