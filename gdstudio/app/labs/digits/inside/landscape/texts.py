"""What is said of a landscape: what one sees, how much of the path it holds, how it was made."""

import math

from gdstudio.engine.inspect.landscape import Landscape
from gdstudio.number_text import count_text, fixed_text, number_text, percent_text

EMPTY = (
    "A slice through the real loss of this network appears here, with the path it walked. "
    "Press Compute."
)


def about_text(size: int) -> str:
    """Return what a slice is, for a network of `size` parameters."""
    return (
        f"The loss depends on {count_text(size)} numbers; a picture has room for two. So this is a "
        "slice: the loss where all of them move along two directions, α and β, from where the "
        "network is."
    )


def height_text(found: Landscape) -> str:
    """Return how high the landscape is here, at its lowest and at its highest."""
    lowest, highest = float(found.losses.min()), float(found.losses.max())
    return (
        f"Loss at α = β = 0: {number_text(found.centre_loss, 3)}; on this map from "
        f"{number_text(lowest, 3)} (strongest blue) to {number_text(highest, 3)} (faintest)."
    )


def share_text(found: Landscape) -> str:
    """Return how much of the path the plane holds, and what α and β count."""
    share = found.share
    if found.plane.principal:
        return (
            f"This plane holds {percent_text(share)} of the path: of its squared distances from "
            "where it ends. The rest runs beside it. α and β are distances in all the numbers."
        )
    reach = (
        "At α = 1 each neuron’s weights have moved by their own length (filter-normalised); "
        "biases stay."
    )
    if math.isnan(share):
        return f"Two random directions. {reach}"
    decimals = 1 if share >= 0.01 else 2
    text = f"Two random directions hold {percent_text(share, decimals)} of the path"
    if share < 0.5:
        text += f", so {'nearly all' if share < 0.05 else 'most'} of it runs beside this plane"
    return f"{text}. {reach}"


def made_text(found: Landscape, source: str, seconds: float) -> str:
    """Return around what, on what and how finely it was computed, and how fast."""
    rows, columns = found.losses.shape
    return (
        f"Computed around {source}, on {count_text(found.images)} training images at "
        f"{columns} × {rows} points, in {time_text(seconds)}."
    )


OTHER = "Another network is shown now; press Compute for its own map."
FAR = "The network is far from this slice by now; press Compute for a new map."


def now_text(step: int, distance: float) -> str:
    """Return where the dot is that stands for a network so far from the plane."""
    return (
        f"The dot is the network at step {count_text(step)}, {number_text(distance, 3)} away from "
        "this plane."
    )


def time_text(seconds: float) -> str:
    """Return a time as one says it: ``0.4 s``, ``75 s``, ``12 min``."""
    if seconds < 9.95:
        return f"{fixed_text(max(seconds, 0.1), 1)} s"
    return f"{fixed_text(seconds, 0)} s" if seconds < 99.5 else f"{fixed_text(seconds / 60, 0)} min"


def left_text(share: float, seconds: float) -> str:
    """Return how far it is, and how long it will take where that can be told."""
    done = f"{percent_text(share, 0)} done"
    if share <= 0 or seconds < 1:
        return done
    return f"{done}, about {time_text(seconds * (1 - share) / share)} left"
