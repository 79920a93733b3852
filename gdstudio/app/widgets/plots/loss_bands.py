"""A loss over two numbers as a picture: bands of equal loss, however wild the function is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BANDS = 14
_FINE = 320  # pixels of the picture along each side, unless more are asked for
# Values farther out than this many times the spread of nearly all others are poles, not hills.
_POLE = 5.0
_NEARLY_ALL = 0.02
# The exponents of heights: √ makes the bands of a bowl look equally wide, a narrow valley needs
# less, and where there is no bottom heights are what they are.
_STEEPEST, _BOWL, _LEVEL = 0.1, 0.5, 1.0
# Half of a model's ground is at least as high as this, unless that takes a smaller exponent.
_MODEL_MIDDLE, _FLATTEST_MODEL = 0.15, 0.25


@dataclass(frozen=True)
class Relief:
    """How the values of a loss become heights from 0 to 1.

    Attributes:
        low, high: the values at heights 0 and 1; what is beyond them counts as they do.
        power: height = ((value − low) / (high − low)) ** power.
    """

    low: float
    high: float
    power: float

    def heights(self, values: Floats) -> Floats:
        """Return the heights of `values`, NaN where they are."""
        spread = max(self.high - self.low, 1e-300)
        with np.errstate(all="ignore"):
            share = np.clip((values - self.low) / spread, 0.0, 1.0)
        return np.asarray(share**self.power)


def relief_of(values: Floats) -> Relief:
    """Return the relief in which half of `values` (rows are y) lies below half the height."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return Relief(0.0, 1.0, _LEVEL)
    low, high = _without_poles(finite)
    if not high > low:
        return Relief(low, high, _LEVEL)
    middle = float(np.median(np.clip((finite - low) / (high - low), 0.0, 1.0)))
    power = np.log(0.5) / np.log(min(max(middle, 1e-9), 0.999))
    highest = _BOWL if _has_a_bottom(values, low) else _LEVEL
    return Relief(low, high, float(np.clip(power, _STEEPEST, highest)))


def gentle_relief_of(values: Floats) -> Relief:
    """Return the relief as one would model it: true to scale, unless that hides the low lands."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return Relief(0.0, 1.0, _LEVEL)
    low, high = _without_poles(finite)
    middle = float(np.median(np.clip((finite - low) / max(high - low, 1e-300), 0.0, 1.0)))
    power = np.log(_MODEL_MIDDLE) / np.log(min(max(middle, 1e-9), 0.999))
    return Relief(low, high, float(np.clip(power, _FLATTEST_MODEL, _LEVEL)))


@dataclass(frozen=True, eq=False)
class LossPicture:
    """The bands of a loss, ready to be coloured.

    Attributes:
        bands: 0 for the lowest, 255 for the highest, (rows y, columns x) uint8.
        holes: where the loss is undefined, of the same shape; None is nowhere.
        place: (left, bottom, width, height) in units of the axes.
    """

    bands: NDArray[np.uint8]
    holes: NDArray[np.bool_] | None
    place: tuple[float, float, float, float]

    def colored(self, ramp: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the picture in the colours of `ramp` (256, 3), holes transparent, as RGBA."""
        table = np.full((256, 4), 255, dtype=np.uint8)
        table[:, :3] = ramp
        picture = table[self.bands]
        if self.holes is not None:
            picture[self.holes] = 0
        return picture


def loss_picture(
    x: Floats, y: Floats, values: Floats, *, columns: int = _FINE, rows: int = _FINE
) -> LossPicture:
    """Return the bands of `values` (rows are y, columns are x) over evenly spaced, rising axes."""
    relief = relief_of(values)
    # A slope up to infinity is steep, but no number lies between it and its neighbour.
    values = np.clip(values, relief.low, relief.high)
    # Bilinear between the given points, so that the edges of bands are smooth.
    fine_x = np.linspace(0, len(x) - 1, columns)
    fine_y = np.linspace(0, len(y) - 1, rows)
    left = np.minimum(fine_x.astype(int), len(x) - 2)
    below = np.minimum(fine_y.astype(int), len(y) - 2)
    tx, ty = fine_x - left, (fine_y - below)[:, None]
    across = values[:, left] * (1 - tx) + values[:, left + 1] * tx
    height = relief.heights(across[below] * (1 - ty) + across[below + 1] * ty)
    holes = np.isnan(height)
    height[holes] = 1.0
    bands = np.minimum((height * BANDS).astype(int), BANDS - 1)
    half_x, half_y = (x[-1] - x[0]) / (columns - 1) / 2, (y[-1] - y[0]) / (rows - 1) / 2
    place = (
        float(x[0] - half_x),
        float(y[0] - half_y),
        float(x[-1] - x[0] + 2 * half_x),
        float(y[-1] - y[0] + 2 * half_y),
    )
    picture = (bands * (255 / (BANDS - 1))).astype(np.uint8)
    return LossPicture(picture, holes if holes.any() else None, place)


def _without_poles(finite: Floats) -> tuple[float, float]:
    """Return the lowest and the highest value that are no part of a pole."""
    low, high = float(finite.min()), float(finite.max())
    inner_low, inner_high = map(float, np.quantile(finite, (_NEARLY_ALL, 1 - _NEARLY_ALL)))
    spread = inner_high - inner_low
    if spread > 0 and high - inner_high > _POLE * spread:
        high = inner_high
    if spread > 0 and inner_low - low > _POLE * spread:
        low = inner_low
    return low, high


def _has_a_bottom(values: Floats, low: float) -> bool:
    """Return whether the lowest value lies inside, where descent could end."""
    edges = np.concatenate([values[0], values[-1], values[:, 0], values[:, -1]])
    inside = values[1:-1, 1:-1]
    with np.errstate(all="ignore"):
        lowest_at_the_edge = np.nanmin(np.where(np.isfinite(edges), edges, np.inf))
        lowest_inside = np.nanmin(np.where(np.isfinite(inside), inside, np.inf), initial=np.inf)
    return bool(lowest_inside <= max(low, lowest_at_the_edge))
