"""Descent: an objective, an optimizer and a start, stepped one gradient at a time."""

import math
from collections.abc import Callable

import numpy as np

from gdstudio.engine.objective import FloatArray, Objective
from gdstudio.engine.optimizer import Optimizer
from gdstudio.engine.regularization import Regularizer

# Up to this many numbers a copy costs nothing beside a step.
SMALL = 1000
CHECKPOINT_INTERVAL = 64


class Diverged(ArithmeticError):  # noqa: N818 - an outcome, not a fault
    """The cost is no longer finite, or beyond the limit; the last good parameters are back.

    Attributes:
        iteration: the step at which it was seen.
        loss: the cost that was seen there.
    """

    def __init__(self, iteration: int, loss: float):
        super().__init__(f"the cost at step {iteration} is {loss}")
        self.iteration = iteration
        self.loss = loss


class Descent:
    """θ follows the negative gradient of an objective, one step at a time.

    Attributes:
        parameters: θ, shape ``(size,)``, changed in place by every step.
        gradient: ∇C where the last step was taken, as the optimizer saw it, shape ``(size,)``.
        iteration: steps made since the start.
        loss: C where the last step was taken (for mini-batches: over its examples); NaN at first.
        limit: a finite cost above this counts as divergence.
        regularizer: what is done to a gradient before the optimizer sees it; None is nothing.
        rate: called before every step for the learning rate of that step, once its examples are
            chosen; None leaves the optimizer's own.
    """

    def __init__(
        self,
        objective: Objective,
        optimizer: Optimizer,
        start: FloatArray,
        *,
        limit: float = math.inf,
    ):
        self.objective = objective
        self.optimizer = optimizer
        self.limit = limit
        self.regularizer: Regularizer | None = None
        self.rate: Callable[[], float] | None = None
        self.parameters = np.array(start, dtype=objective.dtype)
        self.gradient = np.zeros_like(self.parameters)
        self._start = self.parameters.copy()
        self._good = self.parameters.copy()
        self._interval = 1 if objective.size <= SMALL else CHECKPOINT_INTERVAL
        self.iteration = 0
        self.loss = math.nan

    def step(self) -> float:
        """Make one step and return the cost where it was taken.

        Raises:
            Diverged: if that cost is not finite or above `limit`; no step is made then, and
                `parameters` are the last good ones.
        """
        objective = self.objective
        objective.next_examples()
        loss = objective.value_and_gradient(self.parameters, self.gradient)
        if not loss <= self.limit or math.isinf(loss):
            self.restore()
            raise Diverged(self.iteration, loss)
        if self.iteration % self._interval == 0:
            np.copyto(self._good, self.parameters)
        if self.regularizer is not None:
            self.regularizer.apply(self.parameters, self.gradient)
        if self.rate is not None:
            self.optimizer.learning_rate = self.rate()
        self.optimizer.step(self.parameters, self.gradient)
        self.iteration += 1
        self.loss = loss
        return loss

    def restore(self) -> None:
        """Put the last good parameters back; forget the speed of the steps that grew."""
        np.copyto(self.parameters, self._good)
        self.optimizer.reset()

    def reset(self, start: FloatArray | None = None) -> None:
        """Return to the start (or to a new one): same parameters, no memory, same examples."""
        if start is not None:
            self._start = np.array(start, dtype=self.objective.dtype)
        np.copyto(self.parameters, self._start)
        np.copyto(self._good, self._start)
        self.gradient.fill(0)
        self.optimizer.reset()
        self.objective.restart()
        self.iteration = 0
        self.loss = math.nan
