"""No more points than a screen can show: the lowest and the highest of each column of pixels."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def decimate(x: Floats, y: Floats, columns: int) -> tuple[Floats, Floats]:
    """Return at most about two points for each of `columns`, keeping every peak and the ends.

    Args:
        x: positions in rising order, shape (n,).
        y: finite values, shape (n,).
        columns: how many pixels wide the picture is.
    """
    n = len(x)
    if n <= 2 * columns or columns < 1:
        return x, y
    size = -(-n // columns)
    whole = n // size * size
    blocks = y[:whole].reshape(-1, size)
    starts = np.arange(0, whole, size)
    kept = np.concatenate(
        [
            starts + blocks.argmin(axis=1),
            starts + blocks.argmax(axis=1),
            [0, n - 1],
            [whole + y[whole:].argmax(), whole + y[whole:].argmin()] if whole < n else [],
        ]
    )
    kept = np.unique(kept.astype(np.intp))
    return x[kept], y[kept]


def decimate_band(
    x: Floats, low: Floats, high: Floats, columns: int
) -> tuple[Floats, Floats, Floats]:
    """Return at most about one (x, low, high) for each of `columns`, widest extent kept."""
    n = len(x)
    if n <= columns or columns < 1:
        return x, low, high
    starts = np.arange(0, n, -(-n // columns))
    return x[starts], np.minimum.reduceat(low, starts), np.maximum.reduceat(high, starts)
