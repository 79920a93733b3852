"""Sliding windows over pictures: maximum, minimum, mean, and what they make together."""

from typing import Any

import numpy as np
import numpy.typing as npt

Shades = npt.NDArray[np.float32]


def closing(shades: Shades, size: int) -> Shades:
    """Return the picture without what is dark and narrower than `size` pixels.

    The maximum over a square window, then the minimum over the same (Serra 1982): a dark line is
    painted over by the paper beside it, and the edge of a wide shadow stays where it is. Beyond
    its edges a picture goes on as it ends there.

    Args:
        shades: ``(height, width)``.
        size: the window's side.
    """
    padded = np.pad(shades, size - 1, mode="edge")
    for axis in (0, 1):
        padded = sliding(np.maximum, padded, size, axis)
    for axis in (0, 1):
        padded = sliding(np.minimum, padded, size, axis)
    return padded


def sliding(extreme: np.ufunc, values: npt.NDArray[Any], size: int, axis: int) -> npt.NDArray[Any]:
    """Return the extreme of each `size` neighbours along an axis, which gets shorter by size − 1.

    Windows of 1, 2, 4, … are joined in pairs, so that a large one costs little more than a small.
    """
    values = np.moveaxis(values, axis, 0)
    width = 1
    while 2 * width <= size:
        values = extreme(values[:-width], values[width:])
        width *= 2
    rest = size - width
    if rest:
        values = extreme(values[:-rest], values[rest:])
    return np.moveaxis(values, 0, axis)


def thickened(mask: npt.NDArray[np.bool_], reach: int) -> npt.NDArray[np.bool_]:
    """Return the mask, larger by `reach` pixels on all sides."""
    padded = np.pad(mask, reach)
    for axis in (0, 1):
        padded = sliding(np.logical_or, padded, 2 * reach + 1, axis)
    return padded


def mean_of_nine(shades: Shades) -> Shades:
    """Return each pixel's mean with its eight neighbours."""
    padded = np.pad(shades, 1, mode="edge")
    rows = padded[:-2] + padded[1:-1] + padded[2:]
    means: Shades = (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / np.float32(9)
    return means


def reduced(shades: npt.NDArray[np.floating], factor: int) -> npt.NDArray[np.floating]:
    """Return the means of squares of `factor` pixels; an odd rest at the edges is left out."""
    height, width = (side // factor for side in shades.shape[:2])
    cut = shades[: height * factor, : width * factor]
    return np.asarray(
        cut.reshape(height, factor, width, factor, *shades.shape[2:]).mean(axis=(1, 3))
    )
