"""Which pieces of ink belong to one sign, by the boxes around them.

A digit may be in several pieces: the bar of a five, a pen that was lifted, a pencil that failed.
Such pieces stand above each other or nearly touch. Signs side by side keep a distance.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Boxes = npt.NDArray[np.floating]

# In parts of the height of the highest piece: pieces nearer than this are of one sign, and pieces
# above each other up to a larger gap.
_NEAR = 0.06
_BELOW = 0.3
# Of the narrower piece's width, what must be above the other.
_OVERLAP = 0.3
# A sign of this part of the highest one's height, and of the heaviest one's ink, counts as another.
_HEIGHT = 0.5
_WEIGHT = 0.12
# What is smaller belongs to the digit if it is as near as this, and else is a mark.
_MARK = 0.15


@dataclass(frozen=True, eq=False)
class Signs:
    """The signs that pieces make.

    Attributes:
        chosen: ``(n,)`` whether each piece belongs to the sign that is to be read, or, where there
            are several, to any of them.
        count: how many there are of about one size.
        rows: whether some of these stand above others.
        marks: how many small pieces were left out.
    """

    chosen: npt.NDArray[np.bool_]
    count: int
    rows: bool
    marks: int


def find_signs(boxes: Boxes, weights: npt.NDArray[np.floating]) -> Signs:
    """Return which pieces make which sign.

    Args:
        boxes: ``(n, 4)``, n ≥ 1: left, top, right and bottom of each piece.
        weights: ``(n,)`` how much ink each has.
    """
    names = _joined(boxes)
    count = names.max() + 1
    sign = np.empty((count, 4))
    for name in range(count):
        of = boxes[names == name]
        sign[name] = (*of[:, :2].min(axis=0), *of[:, 2:].max(axis=0))
    ink = np.bincount(names, weights, count)
    heights = sign[:, 3] - sign[:, 1]
    sizes = np.maximum(heights, 0.6 * (sign[:, 2] - sign[:, 0]))
    main = int((ink * sizes).argmax())
    alike = (sizes >= _HEIGHT * sizes[main]) & (ink >= _WEIGHT * ink[main])
    alike[main] = True
    if alike.sum() > 1:
        return Signs(alike[names], int(alike.sum()), _in_rows(sign[alike]), int((~alike).sum()))
    gaps = np.array([_gap(one, sign[main]) for one in sign])
    kept = gaps <= _MARK * sizes[main]
    return Signs(kept[names], 1, False, int((~kept).sum()))


def _joined(boxes: Boxes) -> npt.NDArray[np.intp]:
    """Return the number of the sign of each piece, ``(n,)``, from 0."""
    highest = max((boxes[:, 3] - boxes[:, 1]).max(), 0.3 * (boxes[:, 2] - boxes[:, 0]).max())
    names = np.arange(len(boxes))
    for one in range(len(boxes)):
        for other in range(one):
            if names[one] != names[other] and _belong(boxes[one], boxes[other], highest):
                names[names == names[one]] = names[other]
    return np.unique(names, return_inverse=True)[1]


def _belong(one: Boxes, other: Boxes, highest: float) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    below = max(one[1], other[1]) - min(one[3], other[3])
    if max(-across, below) <= _NEAR * highest:
        return True
    narrower = min(one[2] - one[0], other[2] - other[0])
    shorter = min(one[3] - one[1], other[3] - other[1])
    # Two high pieces above each other are two signs, such as of two lines of writing.
    two_lines = shorter > 0.45 * highest and below > 2 * _NEAR * highest
    return bool(across > _OVERLAP * narrower and below <= _BELOW * highest and not two_lines)


def _gap(one: Boxes, other: Boxes) -> float:
    """Return the larger of the distances between two boxes across and down, 0 where they meet."""
    across = max(one[0], other[0]) - min(one[2], other[2])
    below = max(one[1], other[1]) - min(one[3], other[3])
    return float(max(across, below, 0.0))


def _in_rows(signs: Boxes) -> bool:
    """Return whether one of the signs stands wholly above another."""
    return bool(signs[:, 1].max() >= signs[:, 3].min())
