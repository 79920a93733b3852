"""How far a line among points reaches, and how much of the plane shows them well."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_OVERHANG = 0.04  # the line goes this share of the points' width beyond them
_MOST_ABOVE, _MOST_ASIDE = 0.4, 0.5  # shares of the points' extent that others may claim
_FARTHEST = 10.0  # errors are drawn to this many times the points' height
_MARGIN_X, _MARGIN_Y = 0.06, 0.08


def line_ends(line: tuple[float, float], xs: Floats) -> tuple[Floats, Floats]:
    """Return x and y (both (2,)) of the ends of `line` (intercept, slope) over points at `xs`."""
    ends = np.array([xs.min(), xs.max()])
    overhang = _OVERHANG * (ends[1] - ends[0])
    ends += [-overhang, overhang]
    return ends, line[0] + line[1] * ends


def errors_of(line: tuple[float, float] | None, xs: Floats, ys: Floats) -> tuple[Floats, Floats]:
    """Return x and y (both (2n,)) of the upright pieces from `line` to each of n points.

    Each begins at the line, so that the dashes of two errors at one x lie on each other.
    Without a line there are none.
    """
    if line is None:
        return np.empty(0), np.empty(0)
    on_line = line[0] + line[1] * xs
    # Dashes towards a line that flew away would be painted for ever.
    reach = _FARTHEST * max(
        float(np.ptp(ys) if len(ys) else 0.0), float(np.abs(ys).max(initial=0.0))
    )
    on_line = np.clip(on_line, -reach, reach)
    return np.repeat(xs, 2), np.column_stack([on_line, ys]).ravel()


def beyond(ends: tuple[Floats, Floats], shown: tuple[float, float]) -> str:
    """Return where a line between `ends` is, if not between the heights `shown`; else nothing."""
    low, high = shown
    lowest, highest = float(ends[1].min()), float(ends[1].max())
    far = high - low
    if lowest > high:
        return "far above" if lowest > high + far else "above"
    if highest < low:
        return "far below" if highest < low - far else "below"
    return ""


def range_around(
    xs: Floats, ys: Floats, heights: Iterable[float], extra: tuple[float, float] | None
) -> tuple[float, float, float, float]:
    """Return (x from, x to, y from, y to) that shows the points, `heights` and an `extra` point.

    Heights and the extra point are wanted in view, but must not shrink the points to nothing:
    where they are far away, they stay outside.
    """
    x_all, y_all = [float(xs.min()), float(xs.max())], [float(ys.min()), float(ys.max())]
    wide, high = x_all[1] - x_all[0], y_all[1] - y_all[0]
    lowest, highest = y_all[0] - _MOST_ABOVE * high, y_all[1] + _MOST_ABOVE * high
    left, right = x_all[0] - _MOST_ASIDE * wide, x_all[1] + _MOST_ASIDE * wide
    if extra is not None:
        x_all.append(min(max(extra[0], left), right))
        heights = [*heights, extra[1]]
    y_all += [min(max(height, lowest), highest) for height in heights]
    x0, x1, y0, y1 = min(x_all), max(x_all), min(y_all), max(y_all)
    margin_x, margin_y = _MARGIN_X * (x1 - x0), _MARGIN_Y * (y1 - y0)
    return x0 - margin_x, x1 + margin_x, y0 - margin_y, y1 + margin_y
