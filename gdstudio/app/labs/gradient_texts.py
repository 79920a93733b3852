"""What a gradient of two components says, in words."""

import math

from gdstudio.app.number_format import number_text

# Slopes smaller than this are none.
FLAT = 1e-9
# Ratios that round to 1.0 are no difference.
_EQUAL = 1.05
# From here on the smaller component counts for nothing.
_ALONE = 1e4

MEANING = (
    "The gradient (blue arrow) points to where the cost rises fastest. Each step goes the other "
    "way, downhill (orange arrow)."
)


def gradient_text(slope_x: float, slope_y: float) -> str:
    """Return the sentence that compares the components: which number matters more here."""
    if not (math.isfinite(slope_x) and math.isfinite(slope_y)):
        return "There is no gradient here: the slope is undefined."
    x, y = abs(slope_x), abs(slope_y)
    if max(x, y) < FLAT:
        return "The gradient is 0 here: it is level, and slope does not say where to go."
    larger, smaller = max(x, y), min(x, y)
    name, other = ("x", "y") if x >= y else ("y", "x")
    if smaller == 0 or larger / smaller >= _ALONE:
        return f"Only {name} matters here: along {other} it is next to level."
    ratio = larger / smaller
    if ratio < _EQUAL:
        return "x and y matter equally here."
    shown = f"{ratio:.1f}" if ratio < 100 else number_text(ratio, 3)
    return f"{name} matters {shown} times as much as {other} here."
