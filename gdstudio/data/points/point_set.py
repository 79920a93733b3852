"""Points in the plane with their right answers, as every source gives them."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from gdstudio.data.dataset import Numbers
from gdstudio.errors import BadInput

Flags = npt.NDArray[np.bool_]

# The plane that is shown reaches from −3 to 3 along both axes, or as far as the points.
HALF_WIDTH = 3.0
# More points are drawn and learned from too slowly to be watched.
MOST_POINTS = 5_000
MOST_CLASSES = 6


@dataclass(frozen=True)
class AxisScale:
    """How a measured number became a number that descent sees: (number − offset) / unit."""

    offset: float = 0.0
    unit: float = 1.0

    def original(self, number: float) -> float:
        """Return the number as it was measured."""
        return self.offset + self.unit * number

    def scaled(self, number: float) -> float:
        """Return a measured number as descent sees it."""
        return (number - self.offset) / self.unit


@dataclass(frozen=True, eq=False)
class PointSet:
    """Points in the plane with their right answers.

    Attributes:
        title: what they are called.
        places: x and y as descent sees them, shape ``(n, 2)``.
        answers: the class of each point, counted from 0, or the number to predict, as descent sees
            it; shape ``(n,)``.
        is_test: which of them are kept apart to test with, shape ``(n,)``.
        classes: the names of the classes; empty where a number is to be predicted.
        axes: what x and y are called.
        target: what the number to predict is called; empty for classes.
        scales: how x and y became what descent sees.
        target_scale: the same for the number to predict.
        notes: sentences about what was left out.
    """

    title: str
    places: Numbers
    answers: Numbers
    is_test: Flags
    classes: tuple[str, ...]
    axes: tuple[str, str] = ("x", "y")
    target: str = ""
    scales: tuple[AxisScale, AxisScale] = (AxisScale(), AxisScale())
    target_scale: AxisScale = AxisScale()
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.places)

    @property
    def is_regression(self) -> bool:
        """Whether a number is to be predicted, not a class."""
        return not self.classes

    @property
    def training_places(self) -> Numbers:
        """The places to learn from, shape ``(n, 2)``."""
        return self.places[~self.is_test]

    @property
    def training_answers(self) -> Numbers:
        """Their answers, shape ``(n,)``."""
        return self.answers[~self.is_test]

    @property
    def test_places(self) -> Numbers:
        """The places that training never sees, shape ``(n, 2)``; there may be none."""
        return self.places[self.is_test]

    @property
    def test_answers(self) -> Numbers:
        """Their answers, shape ``(n,)``."""
        return self.answers[self.is_test]

    @property
    def limits(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """From where to where the plane is shown along x and along y: all points have room."""
        x, y = (
            (min(-HALF_WIDTH, float(low) * 1.05), max(HALF_WIDTH, float(high) * 1.05))
            for low, high in zip(self.places.min(axis=0), self.places.max(axis=0), strict=True)
        )
        return x, y


def check_points(places: Numbers, answers: Numbers, classes: tuple[str, ...]) -> None:
    """Raise `BadInput` if there is nothing to learn from such points.

    Args:
        places: shape ``(n, 2)``.
        answers: shape ``(n,)``.
        classes: the names of the classes; empty for a number to predict.
    """
    if not len(places):
        raise BadInput("There are no points yet; add some of two classes, or choose other points.")
    if not (np.isfinite(places).all() and np.isfinite(answers).all()):
        raise BadInput("A point has no finite place or answer; correct it or leave it out.")
    if len(places) > 1 and not np.ptp(places, axis=0).any():
        raise BadInput(
            "All points are in one place, so nothing can tell them apart; add some elsewhere."
        )
    if classes and (answers == answers[0]).all():
        only = classes[int(answers[0])]
        raise BadInput(
            f"All points are of one class, {only}, so there is nothing to tell apart; add some of "
            "another class."
        )
    if not classes and len(places) < 2:
        raise BadInput("There is only one point; a line needs at least two.")
    if not classes and not np.ptp(answers):
        raise BadInput(
            "The number to predict is the same at every point, so there is nothing to learn; choose"
            " another one, or add points with other numbers."
        )


def split(answers: Numbers, share: float, rng: np.random.Generator, *, by_class: bool) -> Flags:
    """Return which points are kept apart to test with, shape ``(n,)``.

    Of every class the share is the same, as nearly as can be, and one point at least is left to
    learn from.
    """
    is_test = np.zeros(len(answers), np.bool_)
    groups = sorted(set(answers.tolist())) if by_class else [None]
    for group in groups:
        members = np.arange(len(answers)) if group is None else np.flatnonzero(answers == group)
        count = min(round(share * len(members)), len(members) - 1)
        is_test[rng.permutation(members)[:count]] = True
    return is_test


def none_of(answers: Numbers) -> Flags:
    """Return that no point is kept apart, shape ``(n,)``."""
    return np.zeros(len(answers), np.bool_)


def ready(points: PointSet, test_share: float, seed: np.random.SeedSequence) -> PointSet:
    """Return `points` with a share of them kept apart to test with; nobody can change them.

    Raises:
        BadInput: if there is nothing to learn from them.
    """
    check_points(points.places, points.answers, points.classes)
    rng = np.random.default_rng(seed)
    is_test = split(points.answers, test_share, rng, by_class=not points.is_regression)
    for array in (points.places, points.answers, is_test):
        array.flags.writeable = False
    return replace(points, is_test=is_test)
