"""From a drawing's strokes to what a network receives, and what is noticed about them."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from gdstudio.data.grouping import find_signs
from gdstudio.data.remarks import Noticed, Reading, Remark
from gdstudio.data.strokes.inking import SIDE, to_image

# A drawing whose longer side is less than this part of the paper's shorter side is tiny.
_TINY = 0.07
# The pen's way through the pen digits is at most 5 times the longer side of their box.
_LONGEST_WAY = 9.0
_MOST_STROKES = 30


def read_drawing(
    strokes: Sequence[npt.ArrayLike],
    *,
    paper: tuple[float, float] | None = None,
    image: tuple[int, int] = (SIDE, SIDE),
) -> Reading:
    """Return the drawing as a network receives it, and what was noticed about it.

    Args:
        strokes: for each stroke ``(n, 2)`` points, y downwards.
        paper: the width and height of what it was drawn on, where they are known.
        image: the rows and columns of what the network receives.

    Raises:
        BadInput: as `to_image` does.
    """
    picture = to_image(strokes, image)
    drawn = [np.asarray(stroke, np.float64) for stroke in strokes]
    drawn = [stroke for stroke in drawn if stroke.size]
    return Reading(picture, tuple(_notice(drawn, paper)) if drawn else ())


def _notice(
    strokes: list[npt.NDArray[np.float64]], paper: tuple[float, float] | None
) -> list[Noticed]:
    lows = np.array([stroke.min(axis=0) for stroke in strokes])
    highs = np.array([stroke.max(axis=0) for stroke in strokes])
    with np.errstate(over="ignore"):
        side = float((highs.max(axis=0) - lows.min(axis=0)).max())
    if side == 0.0:
        return [Noticed(Remark.DOT)]
    if not np.isfinite(side):
        return []
    noticed = []
    if paper is not None and side < _TINY * min(paper):
        noticed.append(Noticed(Remark.TINY))
    ways = np.array([np.hypot(*np.diff(stroke / side, axis=0).T).sum() for stroke in strokes])
    if ways.sum() > _LONGEST_WAY:
        return [*noticed, Noticed(Remark.SCRIBBLE)]
    if len(strokes) <= _MOST_STROKES:
        # Strokes that begin near another's end are of one sign, as pieces of ink are; a dot has
        # the pen's own width.
        boxes = np.concatenate((lows, highs), axis=1) / side
        signs = find_signs(boxes, ways + 0.02)
        if signs.count > 1:
            noticed.append(Noticed(Remark.ROWS if signs.rows else Remark.SEVERAL, signs.count))
    return noticed
