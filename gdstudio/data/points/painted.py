"""Points painted by hand: added, erased, undone, and written as a short text.

The text has the name of the class and the place of each point, to two decimals::

    A -1.2 0.5, A -1 0.7, B 1.3 -0.4
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from gdstudio.data.dataset import Numbers
from gdstudio.data.points.point_set import MOST_POINTS
from gdstudio.errors import BadInput
from gdstudio.number_text import MINUS, plain_text

CLASSES = ("A", "B", "C", "D")
_LARGEST = 100.0


@dataclass(frozen=True)
class PaintedPoint:
    """A point: its class, counted from 0, and its place to two decimals."""

    label: int
    x: float
    y: float

    @property
    def text(self) -> str:
        """How it is written: ``A -1.2 0.5``."""
        return f"{CLASSES[self.label]} {self.x:g} {self.y:g}"


Points = tuple[PaintedPoint, ...]


# While somebody paints the same text is read again and again.
@lru_cache(maxsize=8)
def read_points(text: str) -> Points:
    """Return the points that `text` names.

    Raises:
        BadInput: for the first one that cannot be read, or if there are too many.
    """
    parts = [part.split() for part in text.replace(MINUS, "-").split(",") if part.strip()]
    if len(parts) > MOST_POINTS:
        raise BadInput(f"There are {len(parts):,} points; take at most {MOST_POINTS:,}.")
    return tuple(_read(words) for words in parts)


def _read(words: list[str]) -> PaintedPoint:
    shown = " ".join(words)[:30]
    wrong = BadInput(
        f"“{shown}” is no point; write its class, {', '.join(CLASSES[:-1])} or {CLASSES[-1]}, and "
        "its place, such as “A -1.2 0.5”."
    )
    if len(words) != 3 or words[0].upper() not in CLASSES:
        raise wrong
    try:
        x, y = (_rounded(float(word)) for word in words[1:])
    except ValueError:
        raise wrong from None
    if not max(abs(x), abs(y)) <= _LARGEST:
        raise BadInput(
            f"“{shown}” is too far out; write places within {plain_text(_LARGEST)} of the middle."
        )
    return PaintedPoint(CLASSES.index(words[0].upper()), x, y)


def _rounded(number: float) -> float:
    # Adding 0 makes 0 of −0.
    return round(number, 2) + 0.0


def points_text(points: Points) -> str:
    """Return the text of `points`, which `read_points` reads."""
    return ", ".join(point.text for point in points)


@lru_cache(maxsize=8)
def canonical_points(text: str) -> str:
    """Return the normal form of a text of points.

    Raises:
        BadInput: as `read_points` does.
    """
    return points_text(read_points(text))


def as_arrays(points: Points) -> tuple[Numbers, Numbers, tuple[str, ...]]:
    """Return places ``(n, 2)``, classes ``(n,)`` and their names; names that are unused go.

    Classes are counted anew from 0: of points of A and C, C is the second.
    """
    used = sorted({point.label for point in points})
    places = np.array([(point.x, point.y) for point in points], np.float64).reshape(-1, 2)
    labels = np.array([used.index(point.label) for point in points], np.float64)
    return places, labels, tuple(CLASSES[label] for label in used)


class Painting:
    """Points as they are painted, with everything that was done to them so that it can be undone.

    A drag adds or erases many points; between `begin` and the next `begin` all of it is one change,
    undone at once.
    """

    def __init__(self, points: Points = ()) -> None:
        self._points = points
        self._before: list[Points] = []
        self._after: list[Points] = []

    @property
    def points(self) -> Points:
        """The points that there are now."""
        return self._points

    @property
    def text(self) -> str:
        """The points as a text, for the settings."""
        return points_text(self._points)

    @property
    def can_undo(self) -> bool:
        """Whether there is something to undo."""
        return any(points != self._points for points in self._before)

    @property
    def can_redo(self) -> bool:
        """Whether something was undone, and nothing done since."""
        return bool(self._after)

    def begin(self) -> None:
        """Begin a change, such as a click or a drag."""
        if not self._before or self._before[-1] != self._points:
            self._before.append(self._points)

    def add(self, label: int, x: float, y: float) -> bool:
        """Add a point of a class, counted from 0; return whether there was room for it.

        Where a point of that class is already, none is added.

        Raises:
            BadInput: if there are as many points already as can be.
        """
        if not max(abs(x), abs(y)) <= _LARGEST:
            return False
        point = PaintedPoint(label, _rounded(x), _rounded(y))
        if point in self._points:
            return False
        if len(self._points) >= MOST_POINTS:
            raise BadInput(f"There are {MOST_POINTS:,} points, as many as can be; erase some.")
        self._change((*self._points, point))
        return True

    def erase(self, x: float, y: float, radius: float) -> int:
        """Take away the points within `radius` of a place; return how many these were."""
        kept = tuple(p for p in self._points if math.hypot(p.x - x, p.y - y) > radius)
        erased = len(self._points) - len(kept)
        if erased:
            self._change(kept)
        return erased

    def clear(self) -> None:
        """Take away all points, as a change of its own."""
        self.begin()
        if self._points:
            self._change(())

    def replace(self, points: Points) -> None:
        """Put other points in their place, as a change of its own, such as a pasted text."""
        self.begin()
        self._change(points)

    def undo(self) -> bool:
        """Undo the last change; return whether there was one."""
        while self._before:
            points = self._before.pop()
            if points != self._points:
                self._after.append(self._points)
                self._points = points
                return True
        return False

    def redo(self) -> bool:
        """Do again what was undone last; return whether there was such."""
        if not self._after:
            return False
        self._before.append(self._points)
        self._points = self._after.pop()
        return True

    def _change(self, points: Points) -> None:
        if not self._before:
            self._before.append(self._points)
        self._points = points
        self._after.clear()
