"""Readings: what a run can be asked for as named numbers, at one moment.

A snapshot hands out its numbers by name, with the names that the command line's JSON has where it
says the same. What is not known yet, such as the accuracy before anything was measured, is left
out. The `Vocabulary` of a lab declares each name as a `Reading`: what it means, what people call
it, how it is written. The bar, a screen reader and the commands take their words from there.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol

from gdstudio.engine.history import Float64Array
from gdstudio.number_text import count_text, number_text, percent_text

Readings = Mapping[str, float]
# Positions and values, two arrays of one shape ``(n,)``, positions rising where they are steps.
Curve = tuple[Float64Array, Float64Array]


def _number(value: float | None, figures: int) -> str:
    return number_text(value, figures)


def _count(value: float | None, figures: int) -> str:
    return "–" if value is None or math.isnan(value) else count_text(round(value))


def _share(value: float | None, figures: int) -> str:
    return percent_text(value, max(figures - 3, 0))


@dataclass(frozen=True)
class Reading:
    """A number that a run can be asked for.

    Attributes:
        meaning: one sentence.
        label: what people call it; empty where that is its name.
        unit: what it counts, if anything.
        write: returns the text of a value, with a number of significant figures.
        symbol: how it is written in a calculation; empty where no calculation has it.
        higher_is_better: whether descent is to make it larger, as a share of right answers.
        parts: parts of it that are written otherwise than it is, by the name behind the point.
        estimates: the reading that it is a newer estimate of, and is told in place of.
        is_of_the_machine: whether two runs that are otherwise the same may differ in it.
    """

    meaning: str
    label: str = ""
    unit: str = ""
    write: Callable[[float | None, int], str] = _number
    symbol: str = ""
    higher_is_better: bool = False
    is_of_the_machine: bool = False
    estimates: str = ""
    parts: Mapping[str, "Reading"] = field(default_factory=dict)

    @classmethod
    def count(
        cls, meaning: str, label: str = "", unit: str = "", *, is_of_the_machine: bool = False
    ) -> "Reading":
        """Return the reading of a whole number."""
        return cls(meaning, label, unit, _count, is_of_the_machine=is_of_the_machine)

    @classmethod
    def share(cls, meaning: str, label: str = "", *, estimates: str = "") -> "Reading":
        """Return the reading of a fraction that is written as a percentage: of right answers."""
        return cls(meaning, label, write=_share, higher_is_better=True, estimates=estimates)

    def text(self, value: float | None, figures: int = 4) -> str:
        """Return a value as it is written everywhere; a dash where it is not known."""
        return self.write(value, figures)


# What can be asked of every run.
COMMON_READINGS: Mapping[str, Reading] = {
    "step": Reading.count("How many steps have been made.", unit="steps"),
    "loss": Reading("The loss where the run stands: what descent makes smaller.", symbol="C"),
    "learning_rate": Reading("The learning rate of the next step.", "learning rate"),
}
# And where each parameter has a name.
GRADIENT_READINGS: Mapping[str, Reading] = {
    "gradient": Reading("How the loss changes with each parameter, such as gradient.x."),
    "change": Reading("What the next step adds to each parameter, such as change.x."),
}


class Readable(Protocol):
    """The snapshot of a run."""

    def readings(self) -> Mapping[str, float | None]:
        """Return its numbers by name; None and NaN are not known."""


class Traced(Readable, Protocol):
    """The snapshot of a run that knows how it came there."""

    def in_force(self) -> Mapping[str, Any]:
        """Return settings that the run obeys by name, at least those whose default depends."""

    def curves(self) -> Mapping[str, Curve]:
        """Return readings by name over the steps at which they are known, ``loss`` among them."""

    def trail(self) -> Curve | None:
        """Return where it has been, across and up as the lab draws it; None where it draws none."""


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


def told(snapshot: Readable) -> Readings:
    """Return the readings by name that words and the bar tell in place of what `readings` says.

    That is after how many steps the place is where the run stands: where the last step exploded,
    and the run went back, one less than were made.
    """
    stands_at = getattr(snapshot, "stands_at", None)
    return {} if stands_at is None else {"step": stands_at}


def as_row(numbers: Mapping[str, Any]) -> dict[str, Any]:
    """Return readings as a row of the command line's JSON: parts of one thing as one list.

    ``gradient.x`` and ``gradient.y`` become ``"gradient": [x, y]``.
    """
    row: dict[str, Any] = {}
    for name, value in numbers.items():
        first, point, _ = name.partition(".")
        if point:
            row.setdefault(first, []).append(value)
        else:
            row[name] = value
    return row
