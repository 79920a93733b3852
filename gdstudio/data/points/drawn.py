"""Kinds of points that are drawn by chance: blobs, a circle, spirals and others.

A kind says all that is said of it; `DRAWN_POINTS` lists them. Points lie within about 2.5 of the
middle, and the noise n is a standard deviation along both axes unless a kind says otherwise.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from gdstudio.data.dataset import Numbers

# By the names of settings: what suits points with which the usual settings do not go well.
NOTHING_SUITS: Mapping[str, Any] = MappingProxyType({})
_TWO, _THREE, _FOUR = ("A", "B"), ("A", "B", "C"), ("A", "B", "C", "D")


class DrawnPoints(ABC):
    """Points with their answers, drawn by chance.

    Attributes:
        key, label: its name for programs and for people.
        what: what it is, in a sentence.
        notice: what to notice, in a sentence.
        classes: the names of the classes; empty where a number is to be predicted.
        target: what that number is called.
        suits: settings of the network and its training that suit it, by name, where the usual ones
            do not.
    """

    key: ClassVar[str]
    label: ClassVar[str]
    what: ClassVar[str]
    notice: ClassVar[str]
    classes: ClassVar[tuple[str, ...]] = _TWO
    target: ClassVar[str] = ""
    suits: ClassVar[Mapping[str, Any]] = NOTHING_SUITS

    @abstractmethod
    def draw(self, rng: np.random.Generator, count: int, noise: float) -> tuple[Numbers, Numbers]:
        """Return `count` places ``(n, 2)`` and their answers ``(n,)``, drawn from `rng`.

        Of every class there are as many, but for a rest; the order is that of the classes in turn.
        """

    def _labels(self, count: int) -> Numbers:
        return np.arange(count, dtype=np.float64) % len(self.classes)


class _Blobs(DrawnPoints):
    """Round heaps around a centre each, of standard deviation 0.3 + n."""

    _centres: ClassVar[tuple[tuple[float, float], ...]]

    def draw(self, rng: np.random.Generator, count: int, noise: float) -> tuple[Numbers, Numbers]:
        """Draw each point around the centre of its class."""
        labels = self._labels(count)
        centres = np.array(self._centres)[labels.astype(int)]
        return centres + rng.normal(0.0, 0.3 + noise, (count, 2)), labels


class TwoBlobs(_Blobs):
    """Two heaps, which a line parts."""

    key = "blobs"
    label = "Two blobs"
    what = "Two round heaps of points, one of each class."
    notice = "A single neuron is enough: its boundary is a line."
    suits: ClassVar[Mapping[str, Any]] = {"network": ""}
    _centres = ((-1.2, -1.2), (1.2, 1.2))


class ThreeBlobs(_Blobs):
    """Three heaps in a triangle."""

    key = "three"
    label = "Three classes"
    what = "Three round heaps of points, one of each class."
    notice = "There is an output for each class, and the largest one is the answer."
    classes = _THREE
    suits: ClassVar[Mapping[str, Any]] = {"network": ""}
    _centres = ((-1.5, -1.0), (1.5, -1.0), (0.0, 1.5))


class FourBlobs(_Blobs):
    """Four heaps in a square."""

    key = "four"
    label = "Four classes"
    what = "Four round heaps of points in a square, one of each class."
    notice = "Two lines part four classes: each neuron can draw one of them."
    classes = _FOUR
    suits: ClassVar[Mapping[str, Any]] = {"network": "2"}
    _centres = ((-1.5, -1.5), (1.5, -1.5), (-1.5, 1.5), (1.5, 1.5))


class Circle(DrawnPoints):
    """A disc of radius 0.9 within a ring of radii 1.6 to 2.5."""

    key = "circle"
    label = "Circle"
    what = "A disc of points of one class with a ring of the other around it."
    notice = "No line parts them; three neurons can close a triangle around the disc, and the "
    notice += "features x² and y² need no hidden neuron at all."

    def draw(self, rng: np.random.Generator, count: int, noise: float) -> tuple[Numbers, Numbers]:
        """Draw evenly over the disc and over the ring."""
        labels = self._labels(count)
        inner, outer = np.where(labels == 0, 0.0, 1.6), np.where(labels == 0, 0.9, 2.5)
        radius = np.sqrt(rng.uniform(inner**2, outer**2))
        angle = rng.uniform(0.0, 2 * math.pi, count)
        places = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
        return places + rng.normal(0.0, noise, (count, 2)), labels


class ExclusiveOr(DrawnPoints):
    """Four squares; class B where exactly one of x and y is positive."""

    key = "xor"
    label = "Exclusive or"
    what = "Four squares of points; those that face each other across the middle are of one class."
    notice = "No line parts them, however long it is trained; two neurons can, and so can xy."
    suits: ClassVar[Mapping[str, Any]] = {"network": "4"}

    def draw(self, rng: np.random.Generator, count: int, noise: float) -> tuple[Numbers, Numbers]:
        """Draw evenly over squares of side 1.8, 1 apart."""
        labels = self._labels(count)
        right = rng.integers(0, 2, count)
        top = np.where(labels == 0, right, 1 - right)
        signs = 2.0 * np.column_stack([right, top]) - 1.0
        places = signs * rng.uniform(0.5, 2.3, (count, 2))
        return places + rng.normal(0.0, noise, (count, 2)), labels


class TwoMoons(DrawnPoints):
    """Two half circles that reach into each other (as scikit-learn's `make_moons`, 1.4 times)."""

    key = "moons"
    label = "Two moons"
    what = "Two half moons of points that reach into each other."
    notice = "The boundary has to bend twice: count the neurons that this takes."

    def draw(self, rng: np.random.Generator, count: int, noise: float) -> tuple[Numbers, Numbers]:
        """Draw evenly along the half circles."""
        labels = self._labels(count)
        angle = rng.uniform(0.0, math.pi, count)
        upper = np.column_stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25])
        lower = np.column_stack([0.5 - np.cos(angle), 0.25 - np.sin(angle)])
        places = 1.4 * np.where(labels[:, np.newaxis] == 0, upper, lower)
        return places + rng.normal(0.0, noise, (count, 2)), labels


class TwoSpirals(DrawnPoints):
    """Two arms of a spiral, one and a quarter turns each, from radius 0.4 to 2.5."""

    key = "spirals"
    label = "Two spirals"
    what = "Two arms of points that wind around each other."
    notice = "The hardest of all: it takes two hidden layers, and patience."
    suits: ClassVar[Mapping[str, Any]] = {"network": "8, 8", "optimizer": "adam"}

    def draw(self, rng: np.random.Generator, count: int, noise: float) -> tuple[Numbers, Numbers]:
        """Draw along the arms, as evenly as on a disc."""
        labels = self._labels(count)
        along = np.sqrt(rng.uniform(0.0, 1.0, count))
        radius = 0.4 + 2.1 * along
        angle = 2.5 * math.pi * along + math.pi * labels
        places = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
        return places + rng.normal(0.0, noise, (count, 2)), labels


class NoisyLine(DrawnPoints):
    """A number that grows along x: t = 0.5 + 0.8 x + noise; y does not matter."""

    key = "line"
    label = "Line with noise"
    what = "At every place a number, t = 0.5 + 0.8 x and some noise; y does not matter."
    notice = "With the one feature x this is the line to houses: two parameters, and a bowl."
    classes = ()
    target = "t"
    suits: ClassVar[Mapping[str, Any]] = {
        "features": "x",
        "network": "",
        "loss": "squared-error",
        "learning_rate": 0.1,
        "steps": 200,
    }

    def draw(self, rng: np.random.Generator, count: int, noise: float) -> tuple[Numbers, Numbers]:
        """Draw evenly over the plane; the noise, twice n, is in the number."""
        places = rng.uniform(-2.5, 2.5, (count, 2))
        return places, 0.5 + 0.8 * places[:, 0] + rng.normal(0.0, 2 * noise, count)


DRAWN_POINTS: dict[str, DrawnPoints] = {
    kind.key: kind
    for kind in (
        TwoBlobs(),
        Circle(),
        ExclusiveOr(),
        TwoMoons(),
        TwoSpirals(),
        NoisyLine(),
        ThreeBlobs(),
        FourBlobs(),
    )
}
