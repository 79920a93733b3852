"""What a network answers everywhere in the plane, as colour numbers and boundary lines.

All of it is NumPy alone, so that it can be made in a process that has no window; the colours
themselves are looked up when it is painted, in the palette that is in force (`plane_colors`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Range = tuple[float, float, float, float]
Segments = NDArray[np.float64]

# How many colour numbers there are.
COLORS = 256
# The side of the cells over which a boundary is followed, in dots: straight pieces of that length
# look smooth.
_BOUNDARY_CELL = 2
# Which edges of a cell a line connects, by the corners above 0: 1 lower left, 2 lower right,
# 4 upper right, 8 upper left. Edges: 0 below, 1 right, 2 above, 3 left.
_EDGES: dict[int, tuple[tuple[int, int], ...]] = {
    1: ((3, 0),),
    2: ((0, 1),),
    3: ((3, 1),),
    4: ((1, 2),),
    5: ((3, 2), (0, 1)),
    6: ((0, 2),),
    7: ((3, 2),),
    8: ((2, 3),),
    9: ((0, 2),),
    10: ((3, 0), (1, 2)),
    11: ((1, 2),),
    12: ((3, 1),),
    13: ((0, 1),),
    14: ((3, 0),),
}


@dataclass(frozen=True, eq=False)
class PlanePicture:
    """What is answered everywhere, ready to be painted.

    Attributes:
        place: (x from, x to, y from, y to): the corners are the first and last points computed.
        numbers: colour numbers, shape ``(rows, columns)``, the highest y first.
        classes: how many classes are told apart; 0 for signed numbers.
        boundary: where the answer changes, lines (x, y, x, y), shape ``(n, 4)``.
    """

    place: Range
    numbers: NDArray[np.uint8]
    classes: int
    boundary: Segments


def signed_picture(values: Floats, place: Range, *, boundary: bool = True) -> PlanePicture:
    """Return the picture of signed answers: −1 is the strongest orange, 1 the strongest blue.

    Args:
        values: shape ``(rows, columns)``, the lowest y first.
        place: where the first and the last of them are.
        boundary: whether the line where they are 0 belongs to it.
    """
    with np.errstate(all="ignore"):
        shares = np.clip(np.nan_to_num(values), -1, 1) * np.float32(127.5) + np.float32(128)
    numbers = shares.astype(np.uint8)[::-1]
    lines = _boundary(values, place) if boundary else np.empty((0, 4))
    return PlanePicture(place, numbers, 0, lines)


def class_picture(shares: Floats, place: Range) -> PlanePicture:
    """Return the picture of a share for each class, such as its probability.

    The colour is that of the class with the largest share, the paler the nearer the second is.

    Args:
        shares: shape ``(classes, rows, columns)``, the lowest y first; 0 to 1.
        place: where the first and the last of them are.
    """
    classes = len(shares)
    shades = COLORS // classes
    with np.errstate(all="ignore"):
        clean = np.nan_to_num(shares)
    numbers = np.zeros(clean.shape[1:], np.uint8)
    lines = []
    for one in range(classes):
        others = [clean[other] for other in range(classes) if other != one]
        highest = others[0]
        for other in others[1:]:
            highest = np.maximum(highest, other)
        lead = clean[one] - highest
        shade = (np.clip(lead, 0, 1) * (shades - 1)).astype(np.uint8) + np.uint8(one * shades)
        numbers[lead >= 0] = shade[lead >= 0]
        # The line around the last one is that of those beside it.
        if one < classes - 1:
            lines.append(_boundary(lead, place))
    return PlanePicture(place, numbers[::-1], classes, np.concatenate(lines))


def _boundary(values: Floats, place: Range) -> Segments:
    """Return where `values` pass through 0, in pieces that are quick to paint."""
    rows, columns = values.shape
    cell = _BOUNDARY_CELL if min(rows, columns) > 100 else 1
    x0, x1, y0, y1 = place
    seen = values[::cell, ::cell]
    x1 = x0 + (x1 - x0) * (seen.shape[1] - 1) * cell / max(columns - 1, 1)
    y1 = y0 + (y1 - y0) * (seen.shape[0] - 1) * cell / max(rows - 1, 1)
    return level_lines(seen, (x0, x1, y0, y1))


def level_lines(values: Floats, place: Range) -> Segments:
    """Return where `values` pass through 0, as lines (x, y, x, y), shape ``(n, 4)``.

    Marching squares: within a cell of the grid the line is straight, and where it meets an edge is
    interpolated between the edge's ends. What is not finite has no line.
    """
    rows, columns = values.shape
    if rows < 2 or columns < 2:
        return np.empty((0, 4))
    above = (values > 0).astype(np.uint8)
    code = above[:-1, :-1] + 2 * above[:-1, 1:] + 4 * above[1:, 1:] + 8 * above[1:, :-1]
    row, column = np.nonzero((code != 0) & (code != 15))
    if not len(row):
        return np.empty((0, 4))
    kind = code[row, column]
    corners = [
        values[row + down, column + across].astype(np.float64)
        for down, across in ((0, 0), (0, 1), (1, 1), (1, 0))
    ]
    middle = sum(corners)
    # A saddle is split as the middle of the cell says.
    kind = np.where((kind == 5) & (middle < 0), 10, np.where((kind == 10) & (middle < 0), 5, kind))
    with np.errstate(all="ignore"):
        low, right, high, left = (
            corners[a] / (corners[a] - corners[b]) for a, b in ((0, 1), (1, 2), (3, 2), (0, 3))
        )
    ones, zeros = np.ones(len(row)), np.zeros(len(row))
    at_x, at_y = (low, ones, high, zeros), (zeros, right, ones, left)
    lines = []
    for number, pairs in _EDGES.items():
        chosen = kind == number
        if not chosen.any():
            continue
        for begin, end in pairs:
            ends = (at_x[begin], at_y[begin], at_x[end], at_y[end])
            lines.append(
                np.stack([*(one[chosen] for one in ends), column[chosen], row[chosen]], axis=1)
            )
    found = np.concatenate(lines)
    found[:, [0, 2]] += found[:, 4:5]
    found[:, [1, 3]] += found[:, 5:6]
    x0, x1, y0, y1 = place
    found[:, [0, 2]] = x0 + found[:, [0, 2]] * ((x1 - x0) / (columns - 1))
    found[:, [1, 3]] = y0 + found[:, [1, 3]] * ((y1 - y0) / (rows - 1))
    segments: Segments = found[np.isfinite(found).all(axis=1), :4]
    return segments
