"""Points painted by hand: added, erased, undone, and written as a short text.

The text has the class of each point, or the number that is to be predicted there, and its place;
numbers have two decimals::

    A -1.2 0.5, A -1 0.7, B 1.3 -0.4
    0.5 -1.2 0.5, 0.75 -1 0.7, -2 1.3 -0.4
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from gdstudio.data.dataset import Numbers
from gdstudio.data.points.point_set import MOST_POINTS, PointSet
from gdstudio.errors import BadInput
from gdstudio.number_text import MINUS, plain_text

CLASSES = ("A", "B", "C", "D")
# How far from 0 a number to predict can be.
LARGEST_NUMBER = 100.0
_LARGEST = 100.0

_MANY = (
    "These points have more classes than one can paint; choose others, or press Clear to paint "
    "your own."
)
_MANY_NUMBERS = (
    "These points have more different numbers than there are classes to paint; choose points with "
    "classes first."
)
_FAR = (
    "Some of these points are too far out to paint among them; choose others, or press Clear to "
    "paint your own."
)


@dataclass(frozen=True)
class PaintedPoint:
    """A point: its answer and its place, numbers to two decimals.

    The answer is the name of its class, or the number to predict.
    """

    answer: str | float
    x: float
    y: float

    @property
    def has_number(self) -> bool:
        """Whether its answer is a number, not a class."""
        return not isinstance(self.answer, str)

    @property
    def text(self) -> str:
        """How it is written: ``A -1.2 0.5``, or ``0.5 -1.2 0.5``."""
        answer = self.answer if isinstance(self.answer, str) else f"{self.answer:g}"
        return f"{answer} {self.x:g} {self.y:g}"


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
    points = tuple(_read(words) for words in parts)
    if len({point.has_number for point in points}) > 1:
        raise BadInput(
            "Some points have a class and some a number; give all of them the one or the other."
        )
    return points


def _read(words: list[str]) -> PaintedPoint:
    shown = " ".join(words)[:30]
    wrong = BadInput(
        f"“{shown}” is no point; write its class, {', '.join(CLASSES[:-1])} or {CLASSES[-1]}, or "
        "the number to predict, and its place, such as “A -1.2 0.5” or “0.7 -1.2 0.5”."
    )
    if len(words) != 3:
        raise wrong
    name = words[0].upper()
    try:
        answer = name if name in CLASSES else _rounded(float(words[0]))
        x, y = (_rounded(float(word)) for word in words[1:])
    except ValueError:
        raise wrong from None
    if not max(abs(x), abs(y)) <= _LARGEST:
        raise BadInput(
            f"“{shown}” is too far out; write places within {plain_text(_LARGEST)} of the middle."
        )
    if not isinstance(answer, str) and not abs(answer) <= LARGEST_NUMBER:
        raise BadInput(
            f"The number to predict of “{shown}” is too large; write numbers within "
            f"{plain_text(LARGEST_NUMBER)} of 0."
        )
    return PaintedPoint(answer, x, y)


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
    """Return places ``(n, 2)``, answers ``(n,)`` and the names of the classes, none for numbers.

    Names that are unused go, and classes are counted anew from 0: of points of A and C, C is the
    second.
    """
    places = np.array([(point.x, point.y) for point in points], np.float64).reshape(-1, 2)
    if any(point.has_number for point in points):
        return places, np.array([point.answer for point in points], np.float64), ()
    used = sorted({str(point.answer) for point in points})
    answers = np.array([used.index(str(point.answer)) for point in points], np.float64)
    return places, answers, tuple(used)


def as_painted(points: PointSet, *, with_numbers: bool) -> Points:
    """Return points of any source as painted ones, with numbers to predict or with classes.

    Classes become numbers from −1 to 1 (`numbers_of_classes`), and a few different numbers classes.

    Raises:
        BadInput: where these cannot be painted.
    """
    answers: list[Any]
    if not with_numbers:
        answers = _classes_of(points)
    elif points.is_regression:
        answers = [_rounded(number) for number in points.answers.tolist()]
    else:
        by_class = list(numbers_of_classes(points).values())
        answers = [by_class[label] for label in points.answers.astype(int).tolist()]
    numbers = points.answers if points.is_regression else 0.0
    if np.abs(points.places).max() > _LARGEST or np.abs(numbers).max() > LARGEST_NUMBER:
        raise BadInput(_FAR)
    return tuple(
        PaintedPoint(answer, _rounded(x), _rounded(y))
        for (x, y), answer in zip(points.places.tolist(), answers, strict=True)
    )


def numbers_of_classes(points: PointSet) -> dict[str, float]:
    """Return which number each class becomes, by its name; none where there are no classes."""
    numbers = np.linspace(-1.0, 1.0, len(points.classes)).tolist()
    return {name: _rounded(number) for name, number in zip(points.classes, numbers, strict=True)}


def _classes_of(points: PointSet) -> list[str]:
    labels = points.answers.astype(np.intp)
    if points.is_regression:
        different, labels = np.unique(points.answers, return_inverse=True)
        if len(different) > len(CLASSES):
            raise BadInput(_MANY_NUMBERS)
    elif len(points.classes) > len(CLASSES):
        raise BadInput(_MANY)
    return [CLASSES[label] for label in labels.tolist()]


class Painting:
    """Points as they are painted, with everything that was done to them so that it can be undone.

    A drag adds or erases many points; between `begin` and the next `begin` all of it is one change,
    undone at once.
    """

    def __init__(self, points: Points = ()) -> None:
        self._points = points
        self._before: list[Points] = []

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

    def begin(self) -> None:
        """Begin a change, such as a click or a drag."""
        if not self._before or self._before[-1] != self._points:
            self._before.append(self._points)

    def add(self, answer: str | float, x: float, y: float) -> bool:
        """Add a point with its class or number; return whether there was room for it.

        Where there is the same point already, none is added.

        Raises:
            BadInput: if there are as many points already as can be.
        """
        if not max(abs(x), abs(y)) <= _LARGEST:
            return False
        answer = answer if isinstance(answer, str) else _rounded(answer)
        point = PaintedPoint(answer, _rounded(x), _rounded(y))
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
                self._points = points
                return True
        return False

    def _change(self, points: Points) -> None:
        if not self._before:
            self._before.append(self._points)
        self._points = points
