"""A training run at the moments that are kept: enough to look at them, and to go on from them."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from gdstudio.engine.descent import Descent, DescentState
from gdstudio.engine.history import LossHistory
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.digits.next_step import NextStep
from gdstudio.experiment.digits.settings import DigitsSettings
from gdstudio.experiment.digits.training_log import TrainingLog
from gdstudio.experiment.time_machine import Iterations, TimeMachine

# About what the losses and the epochs up to a moment take.
_HISTORY_BYTES = 30_000


@dataclass(frozen=True, eq=False)
class DigitsMoment:
    """All that a run goes on from.

    Attributes:
        descent: parameters, optimizer, and the place in the examples.
        history: the losses up to then.
        log: the epochs up to then.
    """

    descent: DescentState
    history: LossHistory
    log: TrainingLog


@dataclass(frozen=True, eq=False)
class DigitsState:
    """A whole run, as it is kept: what it goes on from, and under which settings.

    Attributes:
        settings: those in force.
        opened: the θ that it started from where a network was opened, shape ``(size,)``.
        moment: where it is.
        training_seconds: how long it has trained, since `first_sample`.
        first_sample: how many examples led to where these seconds are counted from.
        good: the last good θ, to which a divergence returns, shape ``(size,)``; None where that is
            not known.
        past: earlier moments, as far as they fit.
    """

    settings: DigitsSettings
    opened: FloatArray | None
    moment: DigitsMoment
    training_seconds: float
    first_sample: int = 0
    good: FloatArray | None = None
    past: tuple[DigitsMoment, ...] = ()

    @property
    def iteration(self) -> int:
        """Steps made."""
        return self.moment.descent.iteration


@dataclass(frozen=True, eq=False)
class Visit:
    """What one sees at a kept moment.

    Attributes:
        iteration, epoch: steps made, epochs begun.
        parameters: θ, read-only, shape ``(size,)``.
        loss: the mean over the last steps before it; NaN at the start.
    """

    iteration: int
    epoch: int
    parameters: FloatArray
    loss: float


@dataclass(frozen=True, eq=False)
class PredictedStep:
    """What the step after a moment does, or would do.

    Attributes:
        settings: those that it obeys.
        step: its largest components.
    """

    settings: DigitsSettings
    step: NextStep


class DigitsPast(TimeMachine[DigitsMoment]):
    """The kept moments of a training run."""

    @classmethod
    def of(cls, descent: Descent) -> "DigitsPast":
        """Return an empty past with room for moments of `descent`."""
        rows = 1 + descent.optimizer.remembers
        return cls(moment_bytes=rows * descent.parameters.nbytes)

    def within(self, most_bytes: int) -> tuple[DigitsMoment, ...]:
        """Return as many moments as fit in `most_bytes`, with the losses up to each."""
        share = self._moment_bytes / (self._moment_bytes + _HISTORY_BYTES)
        return tuple(self.kept_within(int(most_bytes * share)))

    def restore(self, moments: Iterable[DigitsMoment]) -> None:
        """Keep these in place of all there are."""
        self.take_back({one.descent.iteration: one for one in moments})

    def visit(self, iteration: int) -> Visit:
        """Return what one sees at the last moment kept at or before `iteration`."""
        moment = self.at(iteration)
        stream, _ = moment.descent.examples
        return Visit(
            moment.descent.iteration,
            stream.epoch,
            moment.descent.parameters,
            moment.history.recent(),
        )

    def path(self, now: Descent, *, most_bytes: int) -> tuple[Iterations, FloatArray]:
        """Return the way walked: the kept steps ``(n,)``, `now` the last, and θ ``(n, size)``.

        Where all of them take more than `most_bytes`, they are some of them, at least two.
        """
        count = max(most_bytes // now.parameters.nbytes, 2)
        moments = [moment.descent for moment in self.spread(count)]
        if moments[-1].iteration < now.iteration:
            moments.append(now.state())
        steps = np.array([moment.iteration for moment in moments], np.int64)
        return steps, np.stack([moment.parameters for moment in moments])
