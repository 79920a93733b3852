"""Straight lines across a picture: the ruling of paper, and the sides of a frame.

A line that leans a little is level in a picture that is sheared by as much, and then a row is full
of it. It is taken out only where it is as thin as itself: where a stroke crosses, ink stays.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdstudio.data.pictures.pieces import Mask

# The steepest line, in rows per column.
_STEEPEST = 0.1
_SMALL_SIDE = 320
# How full of ink a line must be from its first to its last pixel.
_FULL = 0.82
# The thickest line, as a part of the picture's longer side.
_THICKEST = 0.04
_NO_RUN = 1 << 30
# Rows of the small picture between two lines.
_APART = 6


@dataclass(frozen=True, eq=False)
class Lines:
    """Straight lines in a picture.

    Attributes:
        mask: ``(height, width)`` the pixels that are of a line and of nothing else.
        count: how many there are.
        thickness: of the thickest, in pixels.
    """

    mask: Mask
    count: int
    thickness: float


def straight_lines(mask: Mask, *, least: float, few: float, at_edges: float = 1.0) -> Lines:
    """Return the lines that run across or down a picture, leaning by up to 6°.

    Args:
        mask: ``(height, width)`` where there is ink.
        least: the part of the picture's width (height) that a line must reach across.
        few: the same where there are fewer than three such lines side by side.
        at_edges: how far from the upper and lower (left and right) edge a line may be, as a part
            of the height (width); 1 is anywhere.
    """
    lying, standing = (_lying(one, least, few, at_edges) for one in (mask, mask.T))
    return Lines(
        lying.mask | standing.mask.T,
        lying.count + standing.count,
        max(lying.thickness, standing.thickness),
    )


def _lying(mask: Mask, least: float, few: float, at_edges: float) -> Lines:
    """Return the lines that run from left to right."""
    factor = max(1, -(-max(mask.shape) // _SMALL_SIDE))
    small = _any_of(mask, factor)
    height, width = small.shape
    found = np.zeros(mask.shape, np.bool_)
    if width < 8 or height < 8:
        return Lines(found, 0, 0.0)
    columns = np.arange(width) - width // 2
    candidates: list[tuple[float, int, float, float]] = []
    most = int(_STEEPEST * width) // 2 * 2
    for steps in range(-most, most + 1, 2):
        slope = steps / width
        rows = np.arange(height)[:, np.newaxis] + np.rint(slope * columns).astype(np.intp)
        inside = (rows >= 0) & (rows < height)
        level = small[np.clip(rows, 0, height - 1), np.arange(width)] & inside
        level[1:] |= level[:-1]  # so that every second slope is enough
        count = level.sum(axis=1)
        reach = width - level.argmax(axis=1) - level[:, ::-1].argmax(axis=1)
        near = np.minimum(np.arange(height), np.arange(height)[::-1]) <= at_edges * height
        for row in np.flatnonzero((reach >= least * width) & (count >= _FULL * reach) & near):
            candidates.append((float(count[row]), int(row), slope, float(reach[row])))
    # The fullest first; those near it are the same line.
    kept: list[tuple[int, float, float]] = []
    for _, place, slope, length in sorted(candidates, reverse=True):
        if all(abs(place - other) > _APART for other, _, _ in kept):
            kept.append((place, slope, length))
    if len(kept) < 3:
        kept = [line for line in kept if line[2] >= few * width]
    return _taken_out(mask, sorted(kept), factor)


def _taken_out(mask: Mask, lines: list[tuple[int, float, float]], factor: int) -> Lines:
    """Return the pixels of the lines (row, slope) in the picture made smaller by `factor`."""
    found = np.zeros(mask.shape, np.bool_)
    if not lines:
        return Lines(found, 0, 0.0)
    thickness = _run_lengths(mask)
    down, right = np.mgrid[: mask.shape[0], : mask.shape[1]]
    middle_column = mask.shape[1] // (2 * factor) * factor
    count, thickest = 0, 0.0
    for row, slope, _ in lines:
        away = np.abs(down + 0.5 - row * factor - slope * (right - middle_column))
        # Of most columns the line alone: the thinnest run there is the line's own.
        runs = np.where(mask & (away <= 1.5 * factor), thickness, _NO_RUN).min(axis=0)
        runs = runs[runs < _NO_RUN]
        thick = float(np.median(runs)) if len(runs) else np.inf
        if thick > _THICKEST * max(mask.shape):
            continue
        found |= mask & (away <= thick + factor) & (thickness <= 1.6 * thick + 1)
        count += 1
        thickest = max(thickest, thick)
    return Lines(found, count, thickest)


def _any_of(mask: Mask, factor: int) -> Mask:
    """Return the mask made smaller: a pixel is set where any of its square is."""
    padded = np.pad(mask, [(0, -side % factor) for side in mask.shape])
    height, width = (side // factor for side in padded.shape)
    return np.asarray(padded.reshape(height, factor, width, factor).any(axis=(1, 3)))


def _run_lengths(mask: Mask) -> npt.NDArray[np.int32]:
    """Return for each pixel of the mask how many of its column hang together with it."""
    padded = np.zeros((mask.shape[1], mask.shape[0] + 2), np.int8)
    padded[:, 1:-1] = mask.T
    steps = np.diff(padded, axis=1)
    first, last = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    lengths = np.zeros(padded.shape[0] * steps.shape[1], np.int32)
    count = last - first
    place = (
        np.repeat(first, count)
        + np.arange(count.sum())
        - np.repeat(np.cumsum(count) - count, count)
    )
    lengths[place] = np.repeat(count, count)
    return lengths.reshape(mask.shape[1], -1)[:, :-1].T
