"""Drawings that are no digits: scribbles, letters and signs, inked as a user's drawing is.

A network that has only ever seen digits is sure of everything. Shown some of these beside the
digits, with no answer better than another, it learns to doubt (Hendrycks et al. 2019, "Deep
anomaly detection with outlier exposure").
"""

import numpy as np
import numpy.typing as npt

from gdstudio.data.dataset import Images
from gdstudio.data.strokes import to_image

# What stands in the place of a label.
NO_DIGIT = 255

Stroke = npt.NDArray[np.float64]

# Corners on a square of 0 to 4, strokes apart by blanks. Letters that look like digits
# (B, D, G, I, L, O, S, Z and their like) are left out.
_SIGNS = (
    "04-20-44 12-32", "40-00-04-44 02-32", "00-04 40-44 02-42", "00-04 40-02-44",
    "04-00-23-40-44", "04-00-44-40", "04-00-30-41-02-44", "00-44 40-04", "00-14-22-34-40",
    "00-40 20-24", "04-00-40-44-04", "24-20 02-42", "00-02-42 40-44", "00-24-40", "00-22-40 22-24",
    "02-42", "00-44", "01-41 03-43", "20-44-04-20", "00-40-20-24", "04-00-40-44", "12-22-21-11-12",
    "00-04-44-40", "10-30-41-42-33-44 22-44", "00-40 00-04 02-32 04-44", "04-02-13-33-42-44",
    "00-10-14-04 30-40-44-34", "00-44 02-42 04-40 20-24", "00-12-20-32-40", "22-24-44-40-00-04",
    "04-01-10-30-41-44", "00-33-30-03", "40-31-24 00-24", "01-10-21-30-41-24-01",
)  # fmt: skip


def scribbles(count: int, rng: np.random.Generator) -> Images:
    """Return `count` pictures that are no digits, ``(count, 784)`` ``uint8``."""
    pictures = np.empty((count, 784), np.uint8)
    for picture in pictures:
        picture[:] = to_image(_drawing(rng)).reshape(-1)
    return pictures


def _drawing(rng: np.random.Generator) -> list[Stroke]:
    kind = rng.choice(4, p=[0.55, 0.2, 0.2, 0.05])
    if kind == 0:
        strokes = _sign(str(rng.choice(_SIGNS)), rng)
    elif kind == 1:
        strokes = [_curve(rng)]
    elif kind == 2:
        strokes = [_zigzag(rng)]
    else:
        strokes = [np.zeros((1, 2)) + rng.uniform(-1, 1, (1, 2))]
    return _slanted(strokes, rng)


def _sign(corners: str, rng: np.random.Generator) -> list[Stroke]:
    strokes = []
    for stroke in corners.split():
        points = np.array([[int(c[0]), int(c[1])] for c in stroke.split("-")], float)
        strokes.append(points + rng.normal(0, 0.25, points.shape))
    return strokes


def _curve(rng: np.random.Generator) -> Stroke:
    """Return a smooth line through random places."""
    places = rng.uniform(0, 4, (int(rng.integers(5, 12)), 2))
    at = np.linspace(0, len(places) - 1, 80)
    line = np.column_stack([np.interp(at, np.arange(len(places)), axis) for axis in places.T])
    weights = np.hanning(13)
    padded = np.pad(line, ((6, 6), (0, 0)), mode="edge")
    smooth = [np.convolve(axis, weights / weights.sum(), mode="valid") for axis in padded.T]
    return np.column_stack(smooth)


def _zigzag(rng: np.random.Generator) -> Stroke:
    turns = int(rng.integers(4, 13))
    across = np.linspace(0, 4, turns) + rng.normal(0, 0.2, turns)
    height = rng.uniform(0.8, 4)
    up = np.arange(turns) % 2 * height + rng.normal(0, 0.25, turns)
    return np.column_stack([across, up])


def _slanted(strokes: list[Stroke], rng: np.random.Generator) -> list[Stroke]:
    angle = rng.normal(0, 0.2)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shape = np.array([[rng.uniform(0.6, 1.3), rng.normal(0, 0.15)], [0, 1]])
    return [stroke @ (shape @ turn) for stroke in strokes]
