"""Fitting a line, price = a + b · size, with the loss SSE = ½ Σ (Y − Ypred)²."""

from dataclasses import dataclass

import numpy as np

from gdstudio.engine.history import Float64Array
from gdstudio.engine.objective import FloatArray, Objective
from gdstudio.settings import Choice, Settings, declare

MIN_MAX = "min-max"
STANDARDISED = "standardised"
RAW = "raw"


@dataclass(frozen=True)
class ScaleSettings(Settings):
    """The numbers that descent sees."""

    scale: str = declare(
        Choice(
            label="Scale",
            explanation="Min–max puts sizes and prices from 0 (the smallest) to 1 (the largest); "
            "standardised gives them mean 0 and standard deviation 1; raw leaves square feet and "
            "dollars.",
            default=MIN_MAX,
            options={
                MIN_MAX: "Min–max: 0 to 1",
                STANDARDISED: "Standardised: mean 0",
                RAW: "Raw numbers",
            },
        )
    )


@dataclass(frozen=True)
class Scaling:
    """X = (x − x_offset) / x_divisor and likewise Y.

    The offset is the minimum and the divisor the range for min–max, the mean and the standard
    deviation (over n) for standardised numbers, 0 and 1 for raw ones.
    """

    x_offset: float
    x_divisor: float
    y_offset: float
    y_divisor: float

    @classmethod
    def of(cls, scale: str, x: Float64Array, y: Float64Array) -> "Scaling":
        """Return the scaling named `scale` (a key of `ScaleSettings.scale`) for this data."""
        if scale == RAW:
            return cls(0.0, 1.0, 0.0, 1.0)
        if scale == STANDARDISED:
            return cls(*_mean_and_deviation(x), *_mean_and_deviation(y))
        return cls(float(x.min()), float(np.ptp(x)), float(y.min()), float(np.ptp(y)))

    def scale_x(self, x: Float64Array) -> Float64Array:
        """Return X for inputs in original units."""
        return (x - self.x_offset) / self.x_divisor

    def scale_y(self, y: Float64Array) -> Float64Array:
        """Return Y for targets in original units."""
        return (y - self.y_offset) / self.y_divisor

    def line_in_original_units(self, intercept: float, slope: float) -> tuple[float, float]:
        """Return (a, b) of the same line over the original x and y."""
        original_slope = slope * self.y_divisor / self.x_divisor
        return (
            self.y_offset + intercept * self.y_divisor - original_slope * self.x_offset,
            original_slope,
        )

    def line_in_scaled_units(self, intercept: float, slope: float) -> tuple[float, float]:
        """Return (a, b) that descent would see for a line over the original x and y."""
        return (
            (intercept + slope * self.x_offset - self.y_offset) / self.y_divisor,
            slope * self.x_divisor / self.y_divisor,
        )


def _mean_and_deviation(values: Float64Array) -> tuple[float, float]:
    # Within their range, so that squares of tiny numbers are not lost.
    low, spread = float(values.min()), float(np.ptp(values))
    within = (values - low) / spread
    return low + spread * float(within.mean()), spread * float(within.std())


@dataclass(frozen=True)
class PerHouse:
    """The sums of the story, house by house; every array has shape ``(n,)``.

    Attributes:
        predicted: Ypred = a + b X.
        error: Y − Ypred.
        slope_a: the house's share of ∂SSE/∂a, −(Y − Ypred).
        slope_b: the house's share of ∂SSE/∂b, −(Y − Ypred) X.
    """

    predicted: Float64Array
    error: Float64Array
    slope_a: Float64Array
    slope_b: Float64Array


class LinearRegression(Objective):
    """SSE(a, b) = ½ Σ (Y − (a + b X))², whose θ is (a, b).

    The data enter only through their means and their sums of squares about the means, taken once;
    so a step costs the same for ten houses and for a million.
    """

    def __init__(self, x: Float64Array, y: Float64Array):
        self.size = 2
        self.dtype = np.dtype(np.float64)
        self.x = x
        self.y = y
        self._count = len(x)
        self._mean_x = float(x.mean())
        self._mean_y = float(y.mean())
        dx, dy = x - self._mean_x, y - self._mean_y
        self._sxx = float(dx @ dx)
        self._sxy = float(dx @ dy)
        self._best_slope = self._sxy / self._sxx
        # Summed from the residuals themselves, where a difference of sums would cancel.
        residual = dy - self._best_slope * dx
        self._least_sse = 0.5 * float(residual @ residual)

    def value(self, parameters: FloatArray) -> float:
        """Return SSE."""
        return float(self.surface(parameters[0], parameters[1]))

    def surface(self, intercept: FloatArray | float, slope: FloatArray | float) -> Float64Array:
        """Return SSE for arrays of a and b, by NumPy's broadcasting: the landscape."""
        mean_error = self._mean_y - intercept - np.multiply(slope, self._mean_x)
        tilt = slope - np.float64(self._best_slope)
        return np.asarray(
            self._least_sse + 0.5 * (self._count * mean_error**2 + self._sxx * tilt**2)
        )

    def value_and_gradient(self, parameters: FloatArray, gradient: FloatArray) -> float:
        """Return SSE; write ∂SSE/∂a = −Σ(Y − Ypred) and ∂SSE/∂b = −Σ(Y − Ypred) X."""
        intercept, slope = float(parameters[0]), float(parameters[1])
        mean_error = self._mean_y - intercept - slope * self._mean_x
        tilt = slope - self._best_slope
        gradient[0] = -self._count * mean_error
        gradient[1] = -self._count * mean_error * self._mean_x + self._sxx * tilt
        return self._least_sse + 0.5 * (
            self._count * mean_error * mean_error + self._sxx * tilt * tilt
        )

    def per_house(self, parameters: FloatArray, rows: slice = slice(None)) -> PerHouse:
        """Return the sums of the story for the houses of `rows`."""
        x = self.x[rows]
        predicted = parameters[0] + parameters[1] * x
        error = self.y[rows] - predicted
        return PerHouse(predicted, error, -error, -error * x)

    def least_squares(self) -> tuple[float, float]:
        """Return the (a, b) of least SSE, in closed form."""
        return self._mean_y - self._best_slope * self._mean_x, self._best_slope

    def hessian(self) -> Float64Array:
        """Return the second derivatives [[n, ΣX], [ΣX, ΣX²]]."""
        total_x = self._count * self._mean_x
        return np.array(
            [[self._count, total_x], [total_x, self._sxx + total_x * self._mean_x]], np.float64
        )

    def curvatures(self) -> tuple[float, float]:
        """Return the Hessian's eigenvalues, smallest first."""
        low, high = np.linalg.eigvalsh(self.hessian())
        return float(low), float(high)
