"""Pictures moved, turned, resized and slanted: one linear map for each.

Where a pixel of the new picture comes from in the old one is, in units of 1/256 pixel, the sum of
a number of its column and a number of its row. Its shade is interpolated between four neighbours,
packed into one 32-bit number beforehand, so that it takes one look-up, and one multiplication
weighs two of them at once.
"""

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from gdstudio.data.dataset import Images

Amounts = npt.NDArray[np.float64]

# With this number of pictures at a time, all that is computed for them stays in the processor's
# cache.
CHUNK = 32
PARTS = 256  # of a pixel
_PAD = 1
_LOW_BYTES = np.uint32(0x00FF00FF)


class Warp:
    """Applies linear maps to pictures, in buffers of its own; outside of a picture is blank."""

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


def move(pictures: Images, right: Amounts, down: Amounts) -> None:
    """Move ``(n, rows, columns)`` pictures in place by ``(n,)`` whole pixels.

    Each new picture is a window into the old one with a wide rim.
    """
    limit = int(max(np.abs(right).max(), np.abs(down).max()))
    rim = ((0, 0), (limit, limit), (limit, limit))
    windows = sliding_window_view(np.pad(pictures, rim), pictures.shape[1:], axis=(1, 2))
    rows, columns = (limit - amounts.astype(np.intp) for amounts in (down, right))
    pictures[...] = windows[np.arange(len(pictures)), rows, columns]
