"""The cost that is simply a function: C(θ) = f(x), or f(x, y)."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from gdstudio.engine.expression import Expression
from gdstudio.engine.history import Float64Array
from gdstudio.engine.objective import FloatArray, Objective

# The cube root of a float's precision: where the errors of a central difference are smallest.
_NUDGE = 6e-6


class FunctionObjective(Objective):
    """C(θ) = f(θ), whose slopes are formulas, too.

    Where f or one of its slopes is not defined, C is NaN, so that a descent stops there.

    Attributes:
        expression: f.
        slopes: ∂f by each variable, in order.
    """

    def __init__(self, expression: Expression, slopes: Sequence[Expression] | None = None):
        """Make the cost of `expression`; without its `slopes` SymPy finds them, which takes long.

        Raises:
            BadInput: where f has no slope that can be written down.
        """
        self.expression = expression
        self.slopes = tuple(
            slopes or (expression.derivative(name) for name in expression.variables)
        )
        self.size = len(expression.variables)
        self.dtype = np.dtype(np.float64)

    def value(self, parameters: FloatArray) -> float:
        """Return f; NaN where it is not defined."""
        return self.expression.at(*parameters.tolist())

    def value_and_gradient(self, parameters: FloatArray, gradient: FloatArray) -> float:
        """Return f and write its slopes; f counts as undefined where a slope is not finite."""
        point = parameters.tolist()
        value = self.expression.at(*point)
        for index, slope in enumerate(self.slopes):
            found = slope.at(*point)
            gradient[index] = found
            if not math.isfinite(found):
                value = math.nan
        return value

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
        if wrong := self.expression.trouble_at(*point):
            return f"The function {wrong} at {self.expression.place(*point)}"
        for slope in self.slopes:
            if wrong := slope.trouble_at(*point):
                return f"The slope {wrong} at {self.expression.place(*point)}"
        return ""

    def hessian(self, parameters: FloatArray) -> Float64Array:
        """Return the second derivatives, shape ``(size, size)``.

        They are central differences of the exact slopes: good to about nine figures, and SymPy is
        not needed.
        """
        rows = np.empty((self.size, self.size))
        below, above = np.empty(self.size), np.empty(self.size)
        for index in range(self.size):
            nudge = _NUDGE * max(1.0, abs(float(parameters[index])))
            moved = np.array(parameters, np.float64)
            moved[index] += nudge
            self.value_and_gradient(moved, above)
            moved[index] -= 2 * nudge
            self.value_and_gradient(moved, below)
            rows[index] = (above - below) / (2 * nudge)
        hessian: Float64Array = (rows + rows.T) / 2
        return hessian
