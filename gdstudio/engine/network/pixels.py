"""Pixels as a network takes them: 0 to 255 becomes 0 to 1."""

import numpy as np
import numpy.typing as npt

from gdstudio.engine.objective import FloatArray

ByteArray = npt.NDArray[np.uint8]


def to_inputs(pixels: ByteArray, dtype: np.dtype[np.floating]) -> FloatArray:
    """Return pixels of any shape as inputs of a network, in a vector of its type."""
    inputs: FloatArray = pixels.reshape(-1) * dtype.type(1 / 255)
    return inputs


def write_inputs(pixels: npt.NDArray[np.generic], out: FloatArray) -> None:
    """Write pixels, also such as are numbers of a network's type already, to `out` of that type."""
    np.multiply(pixels, out.dtype.type(1 / 255), out=out)
