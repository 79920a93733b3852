"""What a gradient of two components says, in words, and how the step goes beside it."""

import math
from collections.abc import Sequence

from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.number_text import fixed_text, number_text

# Slopes smaller than this share of a usual one are none.
FLAT = 1e-9
# Ratios that round to 1.0 are no difference.
_EQUAL = 1.05
# From here on the smaller component counts for nothing.
_ALONE = 1e4
# Two directions whose angle has this cosine, or more, are one.
_STRAIGHT = 0.9999

MEANING = (
    "The gradient (blue arrow) points to where the cost rises fastest, the orange arrow straight "
    "downhill."
)
_PLAIN = (
    "The gradient (blue arrow) points to where the cost rises fastest. Each step goes the other "
    "way, downhill (orange arrow)."
)


def gradient_text(slope_x: float, slope_y: float, *, usual: float = 0.0) -> str:
    """Return the sentence that compares the components: which number matters more here.

    `usual` is a slope that is nothing unusual; what is level is so beside it.
    """
    if not (math.isfinite(slope_x) and math.isfinite(slope_y)):
        return "There is no gradient here: the slope is undefined."
    x, y = abs(slope_x), abs(slope_y)
    if max(x, y) <= FLAT * usual:
        flat = "" if max(x, y) == 0 else "practically "
        return f"The gradient is {flat}0 here: it is level, and slope does not say where to go."
    larger, smaller = max(x, y), min(x, y)
    name, other = ("x", "y") if x >= y else ("y", "x")
    if smaller == 0 or larger / smaller >= _ALONE:
        return f"Only {name} matters here: along {other} it is next to level."
    ratio = larger / smaller
    if ratio < _EQUAL:
        about = "" if number_text(x) == number_text(y) else "about "
        return f"x and y matter {about}equally here."
    shown = fixed_text(ratio, 1) if ratio < 100 else number_text(ratio, 3)
    return f"{name} matters {shown} times as much as {other} here."


def meaning_text(
    gradient: Sequence[float], step: Sequence[float], settings: OptimizerSettings
) -> str:
    """Say what both arrows are, and whether the step that comes next goes downhill.

    `gradient` and `step` are (x, y). Where there is no gradient, nothing is said.
    """
    if not all(map(math.isfinite, gradient)):
        return ""
    if settings.kind.follows_slope:
        return _PLAIN
    steep, long = math.hypot(*gradient), math.hypot(*step)
    if not (0 < steep < math.inf and 0 < long < math.inf):
        return MEANING
    fall = -sum((a / steep) * (b / long) for a, b in zip(gradient, step, strict=True))
    if fall >= _STRAIGHT:
        return f"{MEANING} This step goes straight downhill."
    why = settings.kind.why_not_straight
    if fall > 0:
        return f"{MEANING} This step goes downhill, but not straight: {why}."
    if fall == 0:
        return f"{MEANING} This step goes along the slope: {why}."
    return f"{MEANING} This step goes uphill: {why}."
