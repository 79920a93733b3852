"""What is said of the cost of one example beside the average over many."""

import math

from gdstudio.number_text import number_text

# Between these ratios two costs are about the same; below the last it is next to nothing.
_LESS, _MORE, _NOTHING = 0.95, 1.05, 1e-6


def comparison_text(own: float | None, average: float | None) -> str:
    """Return how one cost compares with the average; nothing where one of them is not known."""
    if own is None or average is None or not math.isfinite(own) or not math.isfinite(average):
        return ""
    if own == average:
        return "It costs as much as the average."
    if not average > 0:
        return ""
    times = own / average
    if times >= _MORE:
        return f"It costs {_times(times)} the average."
    if times > _LESS:
        return "It costs about as much as the average."
    if times > _NOTHING:
        return f"The average is {_times(1 / times)} that."
    return "It costs next to nothing."


def _times(times: float) -> str:
    return f"{number_text(times, 2)} times"
