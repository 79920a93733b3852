"""Drawings that are no digits: scribbles, letters, signs, and two digits side by side.

A network that has only ever seen digits is sure of everything. Shown some of these beside the
digits, with no answer better than another, it learns to doubt (Hendrycks et al. 2019, "Deep
anomaly detection with outlier exposure").
"""

import numpy as np

from gdstudio.data.dataset import Images, Stroke
from gdstudio.data.strokes.inking import to_image
from gdstudio.data.strokes.pen_forms import DIGIT_FORMS, SIGNS, form_strokes

# What stands in the place of a label.
NO_DIGIT = 255

_SHARES = {"sign": 0.42, "curve": 0.2, "zigzag": 0.08, "lines": 0.1, "spiral": 0.05, "row": 0.12}


def scribbles(count: int, rng: np.random.Generator) -> Images:
    """Return `count` pictures that are no digits, ``(count, 784)`` ``uint8``."""
    pictures = np.empty((count, 784), np.uint8)
    for picture, drawing in zip(pictures, scribble_drawings(count, rng), strict=True):
        picture[:] = to_image(drawing).reshape(-1)
    return pictures


def scribble_drawings(count: int, rng: np.random.Generator) -> list[list[Stroke]]:
    """Return `count` drawings that are no digits, each a list of strokes ``(n, 2)``."""
    return [_drawing(rng) for _ in range(count)]


def _drawing(rng: np.random.Generator) -> list[Stroke]:
    chance = rng.random()
    for kind, share in _SHARES.items():
        chance -= share
        if chance < 0:
            return _slanted(_DRAWN[kind](rng), rng)
    return [np.zeros((1, 2))]  # a dot


def _sign(rng: np.random.Generator) -> list[Stroke]:
    strokes = form_strokes(str(rng.choice(SIGNS)))
    # Every stroke its own place and size, every corner its own place.
    return [
        stroke * rng.normal(1.0, 0.06) + rng.normal(0, 0.4, 2) + rng.normal(0, 0.15, stroke.shape)
        for stroke in strokes
    ]


def _curves(rng: np.random.Generator) -> list[Stroke]:
    return [_curve(rng) for _ in range(1 if rng.random() < 0.7 else int(rng.integers(2, 4)))]


def _curve(rng: np.random.Generator) -> Stroke:
    """Return a smooth line through random places."""
    places = rng.uniform(0, 9, (int(rng.integers(6, 16)), 2))
    at = np.linspace(0, len(places) - 1, 80)
    line = np.column_stack([np.interp(at, np.arange(len(places)), axis) for axis in places.T])
    weights = np.hanning(13)
    padded = np.pad(line, ((6, 6), (0, 0)), mode="edge")
    smooth = [np.convolve(axis, weights / weights.sum(), mode="valid") for axis in padded.T]
    return np.column_stack(smooth)


def _zigzag(rng: np.random.Generator) -> list[Stroke]:
    turns = int(rng.integers(4, 13))
    across = np.linspace(0, 9, turns) + rng.normal(0, 0.4, turns)
    up = np.arange(turns) % 2 * rng.uniform(1.5, 9) + rng.normal(0, 0.5, turns)
    return [np.column_stack([across, up])]


def _lines(rng: np.random.Generator) -> list[Stroke]:
    """Return some straight lines, here and there or, as often, side by side as in hatching."""
    count = int(rng.integers(3, 8))
    if rng.random() < 0.5:
        return [rng.uniform(0, 9, (2, 2)) for _ in range(count)]
    ends = np.array([[0.0, 0.0], [0.0, 9.0]]) + rng.normal(0, 1.5, (2, 2))
    step = np.array([9.0 / count, 0.0])
    lines = [ends + place * step + rng.normal(0, 0.3, (2, 2)) for place in range(count)]
    if rng.random() < 0.5:
        lines += [line[:, ::-1] for line in lines]
    return lines


def _spiral(rng: np.random.Generator) -> list[Stroke]:
    way = np.linspace(0.1, 1.0, 100)
    angle = 2 * np.pi * rng.uniform(2.0, 5.0) * way + rng.uniform(0, 2 * np.pi)
    return [9 * np.column_stack([way * np.cos(angle), way * np.sin(angle)])]


def _row(rng: np.random.Generator) -> list[Stroke]:
    """Return two or three digits side by side."""
    strokes: list[Stroke] = []
    right = 0.0
    for _ in range(2 if rng.random() < 0.7 else 3):
        forms = DIGIT_FORMS[int(rng.integers(10))]
        digit = form_strokes(str(rng.choice(forms)))
        points = np.concatenate(digit)
        size = rng.normal(1.0, 0.08)
        place = np.array([right - size * points[:, 0].min(), rng.normal(0, 0.5)])
        strokes += [stroke * size + place for stroke in digit]
        right += size * np.ptp(points[:, 0]) + rng.uniform(0.5, 4.0)
    return strokes


def _slanted(strokes: list[Stroke], rng: np.random.Generator) -> list[Stroke]:
    angle = rng.normal(0, 0.2)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shape = np.array([[rng.uniform(0.6, 1.3), rng.normal(0, 0.15)], [0, 1]])
    return [stroke @ (shape @ turn) for stroke in strokes]


_DRAWN = {
    "sign": _sign,
    "curve": _curves,
    "zigzag": _zigzag,
    "lines": _lines,
    "spiral": _spiral,
    "row": _row,
}
