"""What all runs have in common: a descent that advances in slices and can be read at any time."""

import math
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar

import numpy as np

from gdstudio.engine.descent import Descent, Diverged
from gdstudio.engine.history import LossHistory

RunT = TypeVar("RunT")
AnswerT = TypeVar("AnswerT")


@dataclass(frozen=True)
class Question(ABC, Generic[RunT, AnswerT]):
    """What the window asks of a run while it goes on: a value that crosses to the run."""

    @abstractmethod
    def answer(self, run: RunT) -> AnswerT:
        """Return the answer of that run, a value that crosses to the window."""


class Experiment(ABC):
    """A descent with its history. It has no thread and prints nothing.

    Attributes:
        settings: those in force.
        descent: what is stepped.
        history: the loss of every step, where the step was taken.
        training_seconds: the time spent in steps alone.
    """

    settings: Any
    descent: Descent

    def __init__(self) -> None:
        self.history = LossHistory()
        self.training_seconds = 0.0

    def advance(self, *, steps: float = math.inf, seconds: float = math.inf) -> int:
        """Make steps until one of the bounds, or the end of the run, is reached; return how many.

        Raises:
            Diverged: when the loss explodes; the last good parameters are back then.
        """
        step, append, after_step = self.step, self.history.append, self.after_step
        clock = time.perf_counter
        done = 0
        begun = clock()
        self._evaluation_seconds = 0.0
        try:
            # Overflow is reported by the descent, as divergence.
            with np.errstate(all="ignore"):
                while done < steps and not self.finished:
                    append(step())
                    done += 1
                    after_step()
                    if clock() - begun >= seconds:
                        break
        finally:
            self.training_seconds += clock() - begun - self._evaluation_seconds
        return done

    def step(self) -> float:
        """Make one step and return the loss where it was taken.

        Raises:
            Diverged: when the loss explodes.
        """
        return self.descent.step(self.learning_rate)

    @property
    def iteration(self) -> int:
        """How many steps were made."""
        return self.descent.iteration

    @property
    @abstractmethod
    def learning_rate(self) -> float:
        """η of the step that comes next."""

    def after_step(self) -> None:
        """Do what falls due between two steps."""

    def measure_whole(self) -> bool:
        """Where the run rests, measure in full what was estimated on the way.

        Returns:
            Whether anything was.
        """
        return False

    @property
    @abstractmethod
    def finished(self) -> bool:
        """Whether the run has reached its end."""

    @property
    def planned_steps(self) -> float:
        """How many steps it makes to its end, counted from its start; ∞ where nobody has said."""
        return math.inf

    @property
    def exploded(self) -> bool:
        """Whether the loss was beyond all measure, though it stayed a number."""
        return False

    @property
    def ending(self) -> str:
        """One sentence that says why the run has ended."""
        return ""

    @property
    def went_wrong(self) -> bool:
        """Whether the run came to its end and yet to nothing: `ending` says so."""
        return False

    @abstractmethod
    def extend(self) -> None:
        """Let a finished run go on, for as long again."""

    @property
    def summary(self) -> str:
        """What the run has come to, in a few words."""
        steps = len(self.history)
        return "1 step" if steps == 1 else f"{steps:,} steps"

    @abstractmethod
    def restarted(self, *arguments: Any) -> Self:
        """Return a run at the start, under new settings if they are given.

        This run stays as it is, and can go on.
        """

    @abstractmethod
    def set_live(self, settings: Any) -> None:
        """Obey changed live settings from the next step on."""

    def opened(self, *arguments: Any) -> Self:
        """Return a run that begins with something opened, where there is such; this one stays."""
        raise NotImplementedError

    def state(self, *, past_bytes: int = 0) -> Any:
        """Return all that the run can go on from, bit for bit; None where that is not kept.

        It can be pickled, shares no array that the run changes, and says how many steps were made
        and how long they took, as its `iteration` and `training_seconds`. Of the earlier moments
        that the run keeps it has as many as fit in about `past_bytes`.
        """
        return None

    def resumed(self, state: Any) -> Self:
        """Return a run that goes on from what `state` of some run returned; this one stays."""
        raise NotImplementedError

    def branch(self, iteration: int) -> None:
        """Go on from where the run was after `iteration` steps, under the settings in force now.

        Where it has forgotten that moment, it is the last one before that it keeps.

        Raises:
            NotImplementedError: by runs that keep no moments.
        """
        raise NotImplementedError

    def follow(self, other: Any) -> None:
        """Before the first step, take from another run what both leave to the app to find."""

    @property
    def threads(self) -> int:
        """With how many threads of linear algebra it computes, on which its last digits depend."""
        return 1

    def take_threads(self) -> None:
        """Compute with that many threads, after another run may have computed with others."""

    @abstractmethod
    def snapshot(self) -> Any:
        """Return the state of the run as an immutable value with copies of all arrays."""

    @abstractmethod
    def explain(self, divergence: Diverged) -> str:
        """Return one sentence that says why the run diverged and what to do."""

    @abstractmethod
    def remedy(self) -> float:
        """Return a learning rate that would not have diverged."""
