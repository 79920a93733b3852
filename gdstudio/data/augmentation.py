"""Augmentation: pictures changed a little each time the network sees them.

A seven that is moved, turned or slanted a little is still a seven. A network that meets every
picture in a new variant each epoch has, in effect, many more examples to learn from, and learns
what does not matter. Every amount is drawn evenly between −limit and +limit; a limit of 0 turns
its change off.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from gdstudio.data.dataset import Images
from gdstudio.data.strokes.inking import SIDE
from gdstudio.settings import Number, Settings, WholeNumber, declare

Numbers = npt.NDArray[np.floating]
Amounts = npt.NDArray[np.float64]

# With this number of pictures at a time, all that is computed for them stays in the processor's
# cache.
CHUNK = 32
PARTS = 256  # of a pixel
_PAD = 1
_LOW_BYTES = np.uint32(0x00FF00FF)

# Noise is a window into a fixed table: drawing it anew for every picture would cost more than
# all else, and nobody could tell.
_TABLE = 1 << 16
_NOISE_BITS = 4


@dataclass(frozen=True)
class AugmentationSettings(Settings):
    """How much the training pictures are changed each time they are shown; 0 is not at all."""

    shift: int = declare(
        WholeNumber(
            label="Shift",
            explanation="Each picture is moved by up to this many whole pixels, across and down.",
            default=0,
            live=True,
            minimum=0,
            maximum=8,
            unit="pixels",
        )
    )
    rotation: float = declare(
        Number(
            label="Rotation",
            explanation="Each picture is turned by up to this angle, either way.",
            default=0.0,
            live=True,
            minimum=0.0,
            maximum=180.0,
            slider_maximum=45.0,
            unit="degrees",
        )
    )
    scale: float = declare(
        Number(
            label="Scale",
            explanation="Each picture becomes wider or narrower and taller or shorter by up to "
            "this part of its size.",
            default=0.0,
            live=True,
            minimum=0.0,
            maximum=50.0,
            unit="%",
        )
    )
    shear: float = declare(
        Number(
            label="Slant",
            explanation="Each picture is slanted by up to this angle, to the left or the right.",
            default=0.0,
            live=True,
            minimum=0.0,
            maximum=45.0,
            unit="degrees",
        )
    )
    thickness: float = declare(
        Number(
            label="Thickness",
            explanation="The strokes of each picture become thicker or thinner by up to this many "
            "pixels.",
            default=0.0,
            live=True,
            minimum=0.0,
            maximum=2.0,
            unit="pixels",
        )
    )
    noise: float = declare(
        Number(
            label="Noise",
            explanation="Each picture is sprinkled with noise of up to this part of full ink.",
            default=0.0,
            live=True,
            minimum=0.0,
            maximum=100.0,
            unit="%",
        )
    )

    def build(self, image: tuple[int, int] = (SIDE, SIDE)) -> "Augmentation | None":
        """Return what changes pictures of the shape `image`; None to leave them alone."""
        return Augmentation(self, image) if any(self.as_dict().values()) else None


@dataclass(frozen=True, eq=False)
class Changes:
    """What happens to each of `n` pictures.

    Attributes:
        right, down: ``(n,)`` whole pixels.
        rotation: ``(n,)`` degrees, anticlockwise.
        width, height: ``(n,)`` factors.
        slant: ``(n,)`` degrees; the upper end moves to the right.
        thickness: ``(n,)`` pixels that the strokes become thicker by.
        noise: ``(n,)`` standard deviation in levels of 255.
        noise_place: ``(n,)`` where the noise is taken from.
    """

    right: Amounts
    down: Amounts
    rotation: Amounts
    width: Amounts
    height: Amounts
    slant: Amounts
    thickness: Amounts
    noise: Amounts
    noise_place: npt.NDArray[np.intp]

    def inverse_matrix(self) -> Amounts:
        """Return ``(2, 2, n)``: what undoes rotation, then slant, then width and height."""
        cos, sin = np.cos(np.radians(self.rotation)), np.sin(np.radians(self.rotation))
        lean = np.tan(np.radians(self.slant))
        return np.array(
            (
                ((cos + lean * sin) / self.width, (lean * cos - sin) / self.width),
                (sin / self.height, cos / self.height),
            )
        )


class Augmentation:
    """Changes pictures in place by random numbers that are handed to it.

    Attributes:
        numbers: how many random numbers a picture takes, whatever is turned on; so that one kind
            of change does not alter the others.
    """

    numbers = 9

    def __init__(self, settings: AugmentationSettings, image: tuple[int, int] = (SIDE, SIDE)):
        self._settings = settings
        self._image = image
        self._pixels = image[0] * image[1]
        self._warps = any((settings.rotation, settings.scale, settings.shear))
        self._warp = _Warp(image)
        noise = np.random.default_rng(0).standard_normal(_TABLE + self._pixels)
        self._noise = np.rint(noise * 2**_NOISE_BITS).astype(np.int16)

    def changes(self, numbers: Numbers) -> Changes:
        """Return what ``(n, 9)`` random numbers from 0 to 1 mean under the settings."""
        limits = self._settings
        even: Amounts = 2.0 * np.asarray(numbers, np.float64).T - 1.0
        places = 2 * limits.shift + 1
        right, down = (
            np.minimum(np.floor((one + 1.0) / 2.0 * places), places - 1) - limits.shift
            for one in even[:2]
        )
        return Changes(
            right=right,
            down=down,
            rotation=even[2] * limits.rotation,
            width=1.0 + even[3] * limits.scale / 100.0,
            height=1.0 + even[4] * limits.scale / 100.0,
            slant=even[5] * limits.shear,
            thickness=even[6] * limits.thickness,
            noise=(even[7] + 1.0) / 2.0 * limits.noise * 2.55,
            noise_place=((even[8] + 1.0) / 2.0 * _TABLE).astype(np.intp),
        )

    def __call__(self, images: Images, numbers: Numbers) -> None:
        """Change ``(n, pixels)`` pictures in place, each by its row of ``(n, 9)`` `numbers`."""
        limits = self._settings
        for first in range(0, len(images), CHUNK):
            pictures = images[first : first + CHUNK].reshape(-1, *self._image)
            changes = self.changes(numbers[first : first + CHUNK])
            if self._warps:
                self._warp(pictures, changes.inverse_matrix(), changes.right, changes.down)
            elif limits.shift:
                _move(pictures, changes.right, changes.down)
            if limits.thickness:
                _thicken(pictures, changes.thickness)
            if limits.noise:
                self._sprinkle(pictures, changes)

    def _sprinkle(self, pictures: Images, changes: Changes) -> None:
        """Add noise; shades stay within 0 and 255."""
        noise = sliding_window_view(self._noise, self._pixels)[changes.noise_place]
        levels = np.rint(changes.noise).astype(np.int16)
        noise *= levels[:, np.newaxis]
        noise >>= _NOISE_BITS
        noise += pictures.reshape(-1, self._pixels)
        np.clip(noise, 0, 255, out=noise)
        np.copyto(pictures, noise.reshape(-1, *self._image), casting="unsafe")


class _Warp:
    """Applies linear maps to pictures, in buffers of its own; outside of a picture is blank.

    Where a pixel of the new picture comes from in the old one is, in units of 1/256 pixel, the sum
    of a number of its column and a number of its row. Its shade is interpolated between four
    neighbours, packed into one 32-bit number beforehand, so that it takes one look-up, and one
    multiplication weighs two of them at once.
    """

    def __init__(self, image: tuple[int, int]) -> None:
        """Prepare for pictures of the shape `image`, (rows, columns)."""
        self._rows, self._columns = image
        pixels = (CHUNK, *image)
        # A power of two: a row is found by a shift.
        self._shift = (max(image) + 2 * _PAD - 1).bit_length()
        self._padded = side = 2**self._shift
        # A ring of blank pixels around each picture; what lies outside is blank too.
        padded = CHUNK * side**2
        self._source = np.zeros(padded + side + 1, np.uint32)
        self._pairs = np.zeros(padded + side, np.uint32)
        self._packed = np.zeros(padded, np.uint32)
        self._places = np.empty((2, *pixels), np.int32)
        self._index = np.empty(pixels, np.intp)
        self._shades = np.empty((2, *pixels), np.uint32)
        self._first = (np.arange(CHUNK, dtype=np.int32) * side**2)[:, np.newaxis, np.newaxis]

    def __call__(self, pictures: Images, matrix: Amounts, right: Amounts, down: Amounts) -> None:
        """Change up to 32 pictures ``(n, rows, columns)`` in place.

        Args:
            pictures: at most `CHUNK` of them.
            matrix: ``(2, 2, n)``: from the new picture to the old one, about the ink's centre.
            right: ``(n,)`` pixels that the new picture is moved to the right by.
            down: ``(n,)`` pixels that it is moved down by.
        """
        count = len(pictures)
        self._pack(pictures)
        x, y = self._find_places(matrix, right, down)
        index, (left, right) = self._index[:count], self._shades[:, :count]
        rows, columns = left.view(np.int32), right.view(np.int32)
        np.right_shift(y, 8, out=rows)
        np.left_shift(rows, self._shift, out=rows)
        np.right_shift(x, 8, out=columns)
        rows += columns
        rows += self._first[:count]
        np.copyto(index, rows)
        np.bitwise_and(x, PARTS - 1, out=x)
        np.bitwise_and(y, PARTS - 1, out=y)
        x_part, y_part = x.view(np.uint32), y.view(np.uint32)
        # Each packed number holds, from its lowest byte up: here, to the right, below, below right.
        np.take(self._packed, index, out=left, mode="clip")
        np.right_shift(left, 8, out=right)
        np.bitwise_and(left, _LOW_BYTES, out=left)
        np.bitwise_and(right, _LOW_BYTES, out=right)
        right *= x_part
        np.subtract(PARTS, x_part, out=x_part)
        left *= x_part
        left += right
        # Now the upper two are weighed in the lower half, the lower two in the upper half.
        np.right_shift(left, 16, out=right)
        left &= np.uint32(0xFFFF)
        right *= y_part
        np.subtract(PARTS, y_part, out=y_part)
        left *= y_part
        left += right
        left += np.uint32(PARTS**2 // 2)
        left >>= np.uint32(16)
        np.copyto(pictures, left, casting="unsafe")

    def _pack(self, pictures: Images) -> None:
        """Put every pixel with its right, lower and lower right neighbours into one number."""
        source, pairs, packed = self._source, self._pairs, self._packed
        side = self._padded
        square = source[: len(packed)].reshape(CHUNK, side, side)
        inner = slice(_PAD, _PAD + self._rows), slice(_PAD, _PAD + self._columns)
        square[: len(pictures), *inner] = pictures
        np.left_shift(source[1:], 8, out=pairs)
        pairs |= source[:-1]
        np.left_shift(pairs[side:], 16, out=packed)
        packed |= pairs[: len(packed)]

    def _find_places(self, matrix: Amounts, right: Amounts, down: Amounts) -> npt.NDArray[np.int32]:
        """Return the place (x, y) in the padded old picture of each pixel of the new one.

        It is ``centre + M (pixel − centre − move)``, in 1/256 pixels.
        """
        places = self._places[:, : len(right)]
        centre = self._columns / 2, self._rows / 2
        across = (np.arange(self._columns) - centre[0] - right[:, np.newaxis]) * PARTS
        below = (np.arange(self._rows) - centre[1] - down[:, np.newaxis]) * PARTS
        sides = self._columns, self._rows
        for place, (by_column, by_row), side in zip(places, matrix, sides, strict=True):
            middle = (side / 2 + _PAD) * PARTS
            columns = np.rint(by_column[:, np.newaxis] * across).astype(np.int32)
            rows = np.rint(by_row[:, np.newaxis] * below + middle).astype(np.int32)
            np.add(rows[:, :, np.newaxis], columns[:, np.newaxis, :], out=place)
            np.clip(place, 0, (side + _PAD) * PARTS, out=place)
        return places


def _move(pictures: Images, right: Amounts, down: Amounts) -> None:
    """Move ``(n, rows, columns)`` pictures in place by ``(n,)`` whole pixels.

    Each new picture is a window into the old one with a wide rim.
    """
    limit = int(max(np.abs(right).max(), np.abs(down).max()))
    rim = ((0, 0), (limit, limit), (limit, limit))
    windows = sliding_window_view(np.pad(pictures, rim), pictures.shape[1:], axis=(1, 2))
    rows, columns = (limit - amounts.astype(np.intp) for amounts in (down, right))
    pictures[...] = windows[np.arange(len(pictures)), rows, columns]


def _thicken(pictures: Images, amounts: Amounts) -> None:
    """Make strokes thicker, or thinner where the amount is negative, by parts of pixels.

    The darkest (lightest) of a pixel's neighbours, mixed in by half the amount, moves the edge of
    a stroke outwards (inwards) by half the amount: interpolation along the steepest way. The four
    nearest neighbours reach less far aslant than straight, the eight nearest farther; their mean
    is round enough. Thinner is thicker paper.
    """
    flip = np.where(amounts < 0.0, 255, 0).astype(np.uint8)[:, np.newaxis, np.newaxis]
    part = np.rint(np.abs(amounts) * (PARTS / 2)).astype(np.uint16)[:, np.newaxis, np.newaxis]
    pictures ^= flip
    across, down = _darkest_along(pictures, 2), _darkest_along(pictures, 1)
    four = np.maximum(across, down)
    eight = _darkest_along(across, 1)
    gain = eight.astype(np.uint16)
    gain += four
    gain >>= 1
    gain -= pictures
    gain *= part
    gain >>= 8
    pictures += gain.astype(np.uint8)
    pictures ^= flip


def _darkest_along(pictures: Images, axis: int) -> Images:
    """Return the darkest of each pixel and its two neighbours along one axis."""
    darkest = pictures.copy()
    # Views with that axis first, of the same pixels.
    new, old = np.moveaxis(darkest, axis, 0), np.moveaxis(pictures, axis, 0)
    np.maximum(new[1:], old[:-1], out=new[1:])
    np.maximum(new[:-1], old[1:], out=new[:-1])
    return darkest
