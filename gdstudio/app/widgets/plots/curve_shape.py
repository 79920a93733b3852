"""Which points of a curve are drawn, and how far a view reaches after what leaves it."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Curve = Callable[[Floats], Floats]

# A view grows by these shares of its usual size after a walk that leaves it, up to a limit.
_GROWTH = 0.5
_FARTHEST = 3.0


def drawable(
    curve: Curve, x0: float, x1: float, y0: float, y1: float, columns: int
) -> tuple[Floats, Floats]:
    """Return the points of a curve within a view; NaN where it is undefined or jumps to a pole."""
    x = np.linspace(x0, x1, columns)
    height = max(y1 - y0, 1e-300)
    with np.errstate(all="ignore"):
        y = np.clip(curve(x), y0 - 4 * height, y1 + 4 * height)
        leaps = np.abs(np.diff(y)) > 5 * height
    y = y.copy()
    y[1:][leaps] = np.nan
    return x, y


def grown(low: float, high: float, values: Floats) -> tuple[float, float]:
    """Return a range that reaches after `values`, in whole strides and not too far."""
    values = values[np.isfinite(values)]
    size = high - low
    if not len(values):
        return low, high
    stride = _GROWTH * size
    more = np.ceil((float(values.max()) - high) / stride) if values.max() > high else 0.0
    less = np.ceil((low - float(values.min())) / stride) if values.min() < low else 0.0
    most = _FARTHEST / _GROWTH
    return low - stride * min(less, most), high + stride * min(more, most)
