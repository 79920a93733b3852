"""The loss that is simply a function: C(θ) = f(x), or f(x, y)."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from gdstudio.engine.functions.expression import Expression
from gdstudio.engine.history import Float64Array
from gdstudio.engine.objective import FloatArray, Objective

# What is wrong where a function has a value, but slopes that differ from side to side.
_KINKS = ("has a kink", "jumps")


def slope_names(variables: Sequence[str]) -> list[str]:
    """Return how the slopes of f by its variables are written: f′(x), or ∂f/∂x and ∂f/∂y."""
    if len(variables) == 1:
        return [f"f′({variables[0]})"]
    return [f"∂f/∂{name}" for name in variables]


class FunctionObjective(Objective):
    """C(θ) = f(θ), whose slopes are formulas, too.

    Where f or one of its slopes is not defined, C is NaN, so that a descent stops there.

    Attributes:
        expression: f.
        slopes: ∂f by each variable, in order.
    """

    def __init__(self, expression: Expression):
        """Make the loss of `expression`."""
        self.expression = expression
        self.slopes = tuple(map(expression.derivative, expression.variables))
        self.size = len(expression.variables)
        self.dtype = np.dtype(np.float64)

    def __reduce__(self) -> tuple[type["FunctionObjective"], tuple[Expression]]:
        return FunctionObjective, (self.expression,)

    def value(self, parameters: FloatArray) -> float:
        """Return f; NaN where it is not defined."""
        return self.expression.at(*parameters.tolist())

    def value_and_gradient(self, parameters: FloatArray, gradient: FloatArray) -> float:
        """Return f and write its slopes; f counts as undefined where a slope is not finite."""
        value, *slopes = self.expression.with_slopes(parameters.tolist())
        gradient[:] = slopes
        return value if all(map(math.isfinite, slopes)) else math.nan

    def values(self, points: npt.ArrayLike) -> Float64Array:
        """Return f at many points, shape ``(..., size)`` to ``(...)``; NaN where undefined."""
        at = np.asarray(points, np.float64)
        return self.expression.value(*np.moveaxis(at, -1, 0))

    def gradients(self, points: npt.ArrayLike) -> Float64Array:
        """Return the slopes at many points, shape ``(..., size)`` to the same."""
        columns = np.moveaxis(np.asarray(points, np.float64), -1, 0)
        return np.stack([slope.value(*columns) for slope in self.slopes], axis=-1)

    def trouble_at(self, *point: float) -> str:
        """Return what goes wrong at `point`, with f or with a slope; an empty text if nothing."""
        expression = self.expression
        value, *slopes = expression.with_slopes(point)
        place = expression.place(*point)
        if not math.isfinite(value):
            return f"The function {expression.trouble_at(*point)} at {place}"
        for slope, found in zip(self.slopes, slopes, strict=True):
            if not math.isfinite(found):
                return _slope_trouble(slope.trouble_at(*point), place)
        return ""

    def has_kink_at(self, *point: float) -> bool:
        """Return whether f has a value at `point`, but slopes that differ from side to side."""
        if not self.expression.may_have_kinks:
            return False
        value, *slopes = self.expression.with_slopes(point)
        return math.isfinite(value) and any(
            math.isnan(found) and slope.trouble_at(*point) in _KINKS
            for slope, found in zip(self.slopes, slopes, strict=True)
        )

    def hessian(self, parameters: FloatArray) -> Float64Array:
        """Return the second derivatives, shape ``(size, size)``; NaN where there are none."""
        found = np.array(self.expression.second_slopes(parameters.tolist()))
        hessian: Float64Array = found.reshape(self.size, self.size)
        return hessian


def _slope_trouble(wrong: str, place: str) -> str:
    if wrong in _KINKS:
        return f"The function {wrong} at {place}, so it has no slope there"
    return f"The slope {wrong} at {place}"
