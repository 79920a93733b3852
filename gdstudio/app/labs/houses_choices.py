"""What the House prices lab proposes: things to try, starts of the line, a house to price."""

import re

import numpy as np

from gdstudio.engine.regression import STANDARDISED, Scaling
from gdstudio.experiment.houses import HousesProblem, LineSettings

# The middle of so many sizes is near enough to that of all.
_SOME_ROWS = 50_000

PROMPTS = (
    (
        "story",
        "Story’s first step",
        "Ten houses, a = 0.45, b = 0.75, learning rate 0.01: press Step and follow every number.",
    ),
    (
        "diverge",
        "Make it diverge",
        "A learning rate a tenth above the largest stable one: each step lands higher than "
        "the last.",
    ),
    (
        "crawl",
        "Tiny steps",
        "A hundredth of a good learning rate: it arrives too, but when?",
    ),
    ("other_start", "Another start", "Does it end at the same line?"),
    (
        "raw",
        "Raw dollars",
        "Without standardising, the valley is so narrow that descent hardly gets along it.",
    ),
    ("ames", "2,930 real houses", "Sales in Ames, Iowa, from 2006 to 2010."),
)


def start_of(seed: int, raw: HousesProblem | None = None) -> LineSettings:
    """Return the start of the line that `seed` decides; seed 0 is the start of the story.

    With `raw`, the same line in the original units of that problem's data.
    """
    line = LineSettings()
    if seed:
        rng = np.random.default_rng(seed)
        line = LineSettings(round(float(rng.uniform(0, 1)), 2), round(float(rng.uniform(-1, 1)), 2))
    if raw is None:
        return line
    scaling = Scaling.of(STANDARDISED, raw.x, raw.y)
    a, b = scaling.line_in_original_units(line.intercept, line.slope)
    return LineSettings(float(f"{a:.4g}"), float(f"{b:.4g}"))


def spoken_name(column: str) -> str:
    """Return a column's name without the unit that the axis tells anyway."""
    return re.sub(r"_(sqft|usd|m2|eur)$", "", column).replace("_", " ")


def typical_size(problem: HousesProblem) -> int:
    """Return the size of a house from the middle of the data, to one figure."""
    some = problem.x[:: max(len(problem.x) // _SOME_ROWS, 1)]
    return int(float(f"{np.median(some):.0e}"))
