"""Readings: what a run can be asked for as named numbers, at one moment.

One mapping per experiment, with the names that the command line's JSON has where it says the same.
What is not known yet, such as the accuracy before anything was measured, is left out. The
`Vocabulary` of a lab says what each name means; in names such as ``gradient.x`` the part after the
point is a parameter.
"""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

Readings = Mapping[str, float]

# What can be asked of every run.
COMMON_READINGS: Mapping[str, str] = {
    "step": "How many steps have been made.",
    "loss": "The cost where the run stands: what descent makes smaller.",
    "learning_rate": "The learning rate of the next step.",
    "gradient": "How the cost changes with each parameter, such as gradient.x.",
    "change": "What the next step adds to each parameter, such as change.x.",
}


class Readable(Protocol):
    """The snapshot of a run."""

    def readings(self) -> Mapping[str, float | None]:
        """Return its numbers by name; None and NaN are not known."""


def readings(snapshot: Readable) -> Readings:
    """Return what a run can be asked for at the moment of `snapshot`, by name.

    In a race on a landscape the others follow by their keys, such as ``adam.value``.
    """
    return MappingProxyType(
        {
            name: value
            for name, value in snapshot.readings().items()
            if value is not None and not math.isnan(value)
        }
    )
