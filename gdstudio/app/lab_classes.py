"""The labs, in the order of the story; each is loaded when it is asked for."""

from collections.abc import Callable
from typing import Protocol

from gdstudio.app.labs.lab import Lab


class LabKind(Protocol):
    """The class of a lab: what is known of it before it is made, see `Lab`."""

    key: str
    tab_text: str
    icon: str
    summary: str

    def __call__(self) -> Lab:
        """Make the lab."""

    def in_one_process(self) -> Lab:
        """Make the lab where all runs in threads."""


def _slope() -> LabKind:
    from gdstudio.app.labs.slope.lab import SlopeLab

    return SlopeLab


def _surface() -> LabKind:
    from gdstudio.app.labs.surface.lab import SurfaceLab

    return SurfaceLab


def _houses() -> LabKind:
    from gdstudio.app.labs.houses.lab import HousesLab

    return HousesLab


def _points() -> LabKind:
    from gdstudio.app.labs.points.lab import PointsLab

    return PointsLab


def _digits() -> LabKind:
    from gdstudio.app.labs.digits.lab import DigitsLab

    return DigitsLab


# A lab is one entry here, by its key.
LAB_CLASSES: dict[str, Callable[[], LabKind]] = {
    "slope": _slope,
    "surface": _surface,
    "houses": _houses,
    "points": _points,
    "digits": _digits,
}
