"""Schedules: how the learning rate changes on the way through a run.

Each is a pure function of the progress p, the share of the run that is done, 0 to 1. What it
returns multiplies the learning rate, so that the rate can still be changed at any time.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from gdstudio.settings import Choice, Number, Settings, declare


def constant(progress: float) -> float:
    """Return 1: the learning rate stays what it is."""
    return 1.0


def step(progress: float) -> float:
    """Return 1, a tenth from half of the run on, a hundredth from three quarters on."""
    return 1.0 if progress < 0.5 else 0.1 if progress < 0.75 else 0.01


def cosine(progress: float) -> float:
    """Return ½ (1 + cos πp): from 1 gently down to 0 (Loshchilov and Hutter, 2017)."""
    return 0.5 * (1.0 + math.cos(math.pi * min(progress, 1.0)))


class Schedule(NamedTuple):
    """A schedule with its name for people, and as a program of its own has it.

    The code is an expression of ``progress``.
    """

    label: str
    factor: Callable[[float], float]
    code: str


SCHEDULES: Mapping[str, Schedule] = MappingProxyType(
    {
        "constant": Schedule("Constant", constant, "1.0"),
        "step": Schedule(
            "In steps", step, "1.0 if progress < 0.5 else 0.1 if progress < 0.75 else 0.01"
        ),
        "cosine": Schedule(
            "Cosine", cosine, "0.5 * (1.0 + math.cos(math.pi * min(progress, 1.0)))"
        ),
    }
)


@dataclass(frozen=True)
class ScheduleSettings(Settings):
    """How the learning rate rises at first and falls later on."""

    schedule: str = declare(
        Choice(
            label="Schedule",
            explanation="How the learning rate falls on the way: not at all, to a tenth at half "
            "and again at three quarters of the run, or along a cosine down to 0.",
            default="constant",
            live=True,
            options={key: one.label for key, one in SCHEDULES.items()},
        )
    )
    warmup: float = declare(
        Number(
            label="Warm-up",
            explanation="The share of the run in which the learning rate first grows from 0 to "
            "its full size; the schedule has the rest.",
            default=0.0,
            live=True,
            minimum=0.0,
            maximum=0.5,
        )
    )

    @property
    def is_constant(self) -> bool:
        """Whether the learning rate never changes by itself."""
        return self.schedule == "constant" and self.warmup == 0.0

    def factor(self, progress: float) -> float:
        """Return what multiplies the learning rate when the share `progress` of the run is done.

        With a warm-up of w: p / w as long as p < w, then the schedule at (p − w) / (1 − w).
        """
        if progress < self.warmup:
            return progress / self.warmup
        return SCHEDULES[self.schedule].factor((progress - self.warmup) / (1.0 - self.warmup))
