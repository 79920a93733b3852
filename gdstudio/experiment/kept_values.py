"""What a kept run is read from: values of a file that anybody may have changed, checked one by one.

What makes no sense raises a `ValueError`, `TypeError` or `LookupError`; who reads the file says so.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from gdstudio.engine.objective import FloatArray

Arrays = Mapping[str, npt.NDArray[Any]]


def count(value: Any) -> int:
    """Return a whole number from 0."""
    if type(value) is not int or not 0 <= value < 2**53:
        raise ValueError("not a count")
    return value


def number(value: Any) -> float:
    """Return a finite number."""
    if type(value) not in (int, float) or not math.isfinite(value):
        raise ValueError("not a number")
    return float(value)


def vector(arrays: Arrays, name: str, size: int, dtype: npt.DTypeLike) -> FloatArray:
    """Return one finite number for each parameter, read-only, shape ``(size,)``."""
    found = arrays[name]
    if found.dtype != dtype or found.shape != (size,) or not np.isfinite(found).all():
        raise ValueError("not the numbers of this network")
    found.flags.writeable = False
    return found


def table(found: npt.NDArray[Any], shape: tuple[int | None, ...]) -> npt.NDArray[np.float64]:
    """Return an array in double precision of this shape, where None is any length."""
    fits = found.ndim == len(shape) and all(
        wanted in (None, there) for wanted, there in zip(shape, found.shape, strict=True)
    )
    if found.dtype != np.float64 or not fits:
        raise ValueError("not such a table")
    return found


def generator_state(state: Any) -> dict[str, Any]:
    """Return the state of a random generator, if there can be such a one."""
    np.random.default_rng(0).bit_generator.state = state
    return dict(state)
