"""How a line is taken in hand: which part is held, and where it goes when an end is pulled."""

from math import hypot
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import Qt

Grip = Literal["left", "middle", "right", ""]
Direction = Literal["up", "down", "left", "right"]
Point = tuple[float, float]

_REACH_PIXELS = 9.0
_NUDGE = 0.01  # a key moves the line by this share of the points' height
_END_SHARE = 0.25  # this much of the line at either end turns it

KEYS: dict[int, Direction] = {
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
    Qt.Key.Key_Left: "left",
    Qt.Key.Key_Right: "right",
}
CURSORS = {
    "": Qt.CursorShape.ArrowCursor,
    "middle": Qt.CursorShape.SizeVerCursor,
    "end": Qt.CursorShape.OpenHandCursor,
}


def grip_at(start: Point, end: Point, at: Point) -> Grip:
    """Return which part of the line from `start` to `end` is held at `at` (pixels), "" for none."""
    along = (end[0] - start[0], end[1] - start[1])
    to = (at[0] - start[0], at[1] - start[1])
    length = hypot(*along)
    if length == 0:
        return ""
    share = (to[0] * along[0] + to[1] * along[1]) / length**2
    aside = abs(along[0] * to[1] - along[1] * to[0]) / length
    if aside > _REACH_PIXELS or not -0.02 <= share <= 1.02:
        return ""
    if share < _END_SHARE:
        return "left"
    return "right" if share > 1 - _END_SHARE else "middle"


def turned(grip: str, xs: ArrayLike, ys: ArrayLike, to: Point) -> tuple[float, float]:
    """Return (intercept, slope) after the "left" or "right" end is pulled to `to`.

    `xs`, `ys` are the line's two ends; the one that is not held stays where it is.
    """
    xs, ys = np.asarray(xs, dtype=float), np.asarray(ys, dtype=float)
    fixed = 1 if grip == "left" else 0
    # Too near the fixed end a hand would spin the line.
    reach = 0.2 * (xs[1] - xs[0])
    x = min(to[0], xs[1] - reach) if fixed else max(to[0], xs[0] + reach)
    slope = (to[1] - ys[fixed]) / (x - xs[fixed])
    return float(ys[fixed] - slope * xs[fixed]), float(slope)


def nudged(line: Point, direction: Direction, xs: ArrayLike, ys: ArrayLike) -> tuple[float, float]:
    """Return `line` (intercept, slope) moved up or down, or turned about the points' middle.

    `xs`, `ys` are the points: how far they spread says how much a nudge is.
    """
    intercept, slope = line
    step = _NUDGE * max(float(np.ptp(ys)), 1e-12)
    if direction in ("up", "down"):
        return intercept + (step if direction == "up" else -step), slope
    turn = 2 * step / max(float(np.ptp(xs)), 1e-12)
    turn = turn if direction == "right" else -turn
    return intercept - turn * float(np.min(xs) + np.max(xs)) / 2, slope + turn
