"""Many drawings at once: pen paths of equally many dots, moved as arrays and inked together.

`gdstudio.data.strokes.to_image` inks one drawing exactly. Training inks a thousand a second and
more, each a little differently every time, so a path is kept as `DOTS` dots at even distances, and
what happens to one drawing happens to a whole chunk of them. The pictures are those of `to_image`
but for a tenth of a pixel in the place of the centre.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdstudio.data.dataset import Images
from gdstudio.data.strokes.inking import CENTRE, INK_SIDE, SIDE

Points = npt.NDArray[np.float32]
Indices = npt.NDArray[np.intp]

DOTS = 160
# Drawings inked at once: what is computed for their pixels stays in the cache.
CHUNK = 96
# Distances are squared in this part of a pixel, as 16-bit whole numbers: quick to compare.
_PARTS = 16
_FARTHEST = 11 * _PARTS
_PIXELS = (np.arange(SIDE, dtype=np.int16) * _PARTS)[:, np.newaxis]


@dataclass(frozen=True, eq=False)
class PenPaths:
    """The pen's paths in `n` drawings.

    Attributes:
        dots: ``(n, DOTS, 2)`` (x, y), y downwards; the longer side of the box is 1, its middle 0.
        first, last: ``(n, DOTS)`` the first and the last dot of the stroke that each belongs to.
    """

    dots: Points
    first: npt.NDArray[np.uint8]
    last: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.dots)

    def of(self, which: Indices) -> "PenPaths":
        """Return the drawings of the indices ``(m,)``."""
        return PenPaths(self.dots[which], self.first[which], self.last[which])

    def and_of(self, drawings: Sequence[Sequence[npt.ArrayLike]]) -> "PenPaths":
        """Return these, and after them those of more drawings."""
        more = pen_paths(drawings)
        return PenPaths(
            np.concatenate([self.dots, more.dots]),
            np.concatenate([self.first, more.first]),
            np.concatenate([self.last, more.last]),
        )


def pen_paths(drawings: Sequence[Sequence[npt.ArrayLike]]) -> PenPaths:
    """Return the paths of drawings, each a list of strokes ``(n, 2)``, none empty."""
    dots = np.empty((len(drawings), DOTS, 2), np.float32)
    first, last = np.empty((2, len(drawings), DOTS), np.uint8)
    for index, drawing in enumerate(drawings):
        strokes = [np.asarray(stroke, np.float64) for stroke in drawing][: DOTS // 2]
        starts = _evenly(strokes, dots[index])
        ends = np.append(starts[1:], DOTS)
        first[index] = np.repeat(starts, ends - starts)
        last[index] = np.repeat(ends - 1, ends - starts)
    return PenPaths(boxed(dots), first, last)


def _evenly(strokes: list[npt.NDArray[np.float64]], dots: Points) -> Indices:
    """Write evenly spaced dots along the strokes, and return where each stroke begins."""
    travelled = [
        np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(stroke, axis=0).T))))
        for stroke in strokes
    ]
    lengths = np.array([way[-1] for way in travelled])
    # Every stroke has its two ends, and of the others its share.
    spare = DOTS - 2 * len(strokes)
    shares = np.cumsum(lengths) / max(lengths.sum(), 1e-30)
    shares[-1] = 1.0
    ends = np.rint(shares * spare).astype(np.intp) + 2 * np.arange(1, len(strokes) + 1)
    starts = np.concatenate(([0], ends[:-1]))
    for stroke, way, start, end in zip(strokes, travelled, starts, ends, strict=True):
        at = np.linspace(0.0, way[-1], end - start)
        for axis in (0, 1):
            dots[start:end, axis] = np.interp(at, way, stroke[:, axis])
    return starts


def boxed(dots: Points) -> Points:
    """Return ``(n, DOTS, 2)`` dots with the longer side of each drawing's box 1, its middle 0."""
    low, high = dots.min(axis=1, keepdims=True), dots.max(axis=1, keepdims=True)
    side = (high - low).max(axis=2, keepdims=True)
    boxes: Points = (dots - (low + high) / 2) / np.where(side == 0.0, np.float32(1.0), side)
    return boxes


def ink_paths(dots: Points, pen_width: Points) -> Images:
    """Return pictures ``(n, 28, 28)`` of boxed dots, inked by pens of ``(n,)`` pixels' width.

    The longer side of the inked box is 20 pixels, the dots' mean in the middle.
    """
    width = np.asarray(pen_width, np.float32)[:, np.newaxis, np.newaxis]
    placed = dots * (np.float32(INK_SIDE) - width)
    # Strokes that were squeezed have denser dots: each counts for the way to its neighbour.
    steps = np.hypot(*np.moveaxis(np.diff(placed, axis=1), 2, 0))
    steps = np.minimum(steps, np.float32(1.0)) + np.float32(1e-3)
    weights = np.concatenate((steps, steps[:, -1:]), axis=1)[:, :, np.newaxis]
    placed += np.float32(CENTRE) - (placed * weights).sum(axis=1, keepdims=True) / weights.sum(
        axis=1, keepdims=True
    )
    placed *= _PARTS
    pictures = np.empty((len(dots), SIDE, SIDE), np.uint8)
    for start in range(0, len(dots), CHUNK):
        part = slice(start, start + CHUNK)
        distance = np.sqrt(_nearest(placed[part]), dtype=np.float32) / _PARTS
        covered = width[part] / 2 + np.float32(0.5) - np.moveaxis(distance, 2, 0)
        np.clip(covered, 0.0, 1.0, out=covered)
        covered *= 255.0
        np.copyto(pictures[part], np.rint(covered, out=covered), casting="unsafe")
    return pictures


def _nearest(dots: Points) -> npt.NDArray[np.uint16]:
    """Return for each pixel, ``(28, 28, n)``, the square of the distance to the nearest dot.

    The drawings come last: so one instruction compares many of them.
    """
    # For each dot a column of 28 pixels, each for all drawings.
    x, y = np.rint(np.moveaxis(dots, (2, 1), (0, 1))).astype(np.int16, order="C")
    columns, rows = (
        np.square(np.clip(_PIXELS - one[:, np.newaxis], -_FARTHEST, _FARTHEST)).view(np.uint16)
        for one in (x, y)
    )
    nearest = np.full((SIDE, SIDE, len(dots)), 2 * _FARTHEST**2, np.uint16)
    sums = np.empty_like(nearest)
    for across, down in zip(columns, rows, strict=True):
        np.add(down[:, np.newaxis], across, out=sums)
        np.minimum(nearest, sums, out=nearest)
    return nearest
