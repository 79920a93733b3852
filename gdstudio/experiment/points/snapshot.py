"""A run over the plane at one moment: what one sees of it, and what it can go on from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gdstudio.engine.descent import DescentState
from gdstudio.engine.history import Float64Array, LossCurve, LossHistory
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.points.problem import PointsProblem, Scores
from gdstudio.experiment.points.settings import PointsSettings
from gdstudio.experiment.readings import Curve
from gdstudio.experiment.time_machine import Iterations

# At first the points are tested every this number of steps, then ever more rarely.
_FIRST_STRIDE, _MOST_TESTS = 5, 500


@dataclass(frozen=True)
class TestCurve:
    """How good the network was on the way, arrays of one shape ``(n,)``.

    Attributes:
        steps: after how many steps.
        loss, accuracy: on the points to test with; NaN where there are none, accuracy also where a
            number is predicted.
    """

    steps: Float64Array
    loss: Float64Array
    accuracy: Float64Array


@dataclass
class TestLog:
    """What the tests on the way brought; where there are many, every second one goes."""

    rows: tuple[tuple[int, float, float], ...] = ()
    stride: int = _FIRST_STRIDE

    def add(self, iteration: int, scores: Scores) -> None:
        """Note the scores after `iteration` steps."""
        self.rows = (*self.rows, (iteration, scores.loss, scores.accuracy))
        if len(self.rows) > _MOST_TESTS:
            self.stride *= 2
            self.rows = tuple(row for row in self.rows if row[0] % self.stride == 0)

    def curve(self) -> TestCurve:
        """Return what was noted."""
        columns = np.array(self.rows, np.float64).reshape(-1, 3).T
        return TestCurve(*(column.copy() for column in columns))


@dataclass(frozen=True, eq=False)
class PointsMoment:
    """All that a run goes on from.

    Attributes:
        descent: parameters, optimizer, and the place in the examples.
        history: the losses up to then.
        tests: the tests up to then.
        moves: changes made by hand up to then.
    """

    descent: DescentState
    history: LossHistory
    tests: TestLog
    moves: int


@dataclass(frozen=True)
class Hand:
    """What a hand changed after some steps: new values by place, and the moves up to then."""

    iteration: int
    changes: Mapping[int, float]
    moves: int


@dataclass(frozen=True, eq=False)
class PointsPast:
    """Where a run has been.

    Attributes:
        moments: those that are kept, rising.
        settings: those in force from a number of steps on, rising.
        hands: what was changed by hand, rising.
    """

    moments: tuple[PointsMoment, ...]
    settings: tuple[tuple[int, PointsSettings], ...]
    hands: tuple[Hand, ...] = ()


@dataclass(frozen=True, eq=False)
class PointsState:
    """A whole run, as it is kept: what it goes on from, and under which settings.

    Attributes:
        settings: those in force.
        moment: where it is.
        target: after how many steps it is to end.
        training_seconds: how long it has computed.
        good: the last good θ, to which a divergence returns, shape ``(size,)``; None where that is
            not known.
        past: earlier moments, as far as they fit, and what was changed on the way, so that it can
            be walked again from one to the next.
    """

    settings: PointsSettings
    moment: PointsMoment
    target: int
    training_seconds: float
    good: FloatArray | None = None
    past: "PointsPast | None" = None

    @property
    def iteration(self) -> int:
        """Steps made."""
        return self.moment.descent.iteration


@dataclass(frozen=True, eq=False)
class PointsSnapshot:
    """A run at one moment. All arrays are copies.

    Attributes:
        settings: those in force; the network has the outputs that the points need.
        problem: points and network.
        iteration, epoch: steps made, times that the training has begun to go through the points.
        training, test: loss and accuracy as the network is now.
        penalty: what L2 and L1 add to the loss that descent makes smaller.
        curve: the loss of each step where it was taken, over its own points.
        tests: the points to test with, on the way.
        parameters: θ, shape ``(size,)``, read-only.
        gradient: ∇C of the step that comes next, as the optimizer sees it: with L2 and L1, and
            clipped; shape ``(size,)``.
        next_step: what that step adds to θ, shape ``(size,)``.
        next_loss: the loss of its points.
        learning_rate: its η.
        moves: how many changes were made by hand since the start.
        target: after how many steps the run ends.
        kept: the steps at which moments are kept to be looked back at, shape ``(n,)``.
    """

    settings: PointsSettings
    problem: PointsProblem
    iteration: int
    epoch: int
    training: Scores
    test: Scores
    penalty: float
    curve: LossCurve
    tests: TestCurve
    parameters: FloatArray
    gradient: FloatArray
    next_step: FloatArray
    next_loss: float
    learning_rate: float
    moves: int
    target: int
    kept: Iterations

    @property
    def loss(self) -> float:
        """The average loss over all training points, without L2 and L1."""
        return self.training.loss

    def readings(self) -> dict[str, float | None]:
        """Return its numbers by name; NaN where one is not known."""
        values: dict[str, float | None] = {
            "step": self.iteration,
            "epoch": self.epoch,
            "loss": self.loss,
            "learning_rate": self.learning_rate,
            "parameters": len(self.parameters),
            "train_accuracy": self.training.accuracy,
            "test_loss": self.test.loss,
            "test_accuracy": self.test.accuracy,
            "moves": self.moves,
        }
        keys = self.problem.parameter_keys
        for kind, numbers in (
            ("parameter", self.parameters),
            ("gradient", self.gradient),
            ("change", self.next_step),
        ):
            pairs = zip(keys, numbers.tolist(), strict=True)
            values |= {f"{kind}.{key}": number for key, number in pairs}
        return values

    def in_force(self) -> dict[str, Any]:
        """Return the settings that the run obeys, by name."""
        return self.settings.as_dict()

    def curves(self) -> dict[str, Curve]:
        """Return how the run came there, by reading."""
        tests = self.tests
        known = {"test_loss": tests.loss, "test_accuracy": tests.accuracy}
        return {
            "loss": (self.curve.steps, self.curve.mean),
            **{name: (tests.steps, values) for name, values in known.items()},
        }

    def trail(self) -> None:
        """Return nothing: no way is drawn."""


@dataclass(frozen=True, eq=False)
class PointsVisit:
    """What one sees at a kept moment: steps made, θ ``(size,)`` read-only, and the scores there."""

    iteration: int
    parameters: FloatArray
    training: Scores
    test: Scores
