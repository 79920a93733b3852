"""Descent: an objective, an optimizer and a start, stepped one gradient at a time."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from gdstudio.engine.objective import FloatArray, Objective
from gdstudio.engine.optimizers.optimizer import Optimizer, OptimizerState
from gdstudio.engine.optimizers.regularization import Regularizer

# Up to this many numbers a copy costs nothing beside a step.
SMALL = 1000
CHECKPOINT_INTERVAL = 64


class Diverged(ArithmeticError):  # noqa: N818 - an outcome, not a fault
    """The loss is no longer finite, or beyond the limit; the last good parameters are back.

    Attributes:
        iteration: the step at which it was seen.
        loss: the loss that was seen there.
    """

    def __init__(self, iteration: int, loss: float):
        super().__init__(f"the loss at step {iteration} is {loss}")
        self.iteration = iteration
        self.loss = loss


@dataclass(frozen=True, eq=False)
class DescentState:
    """All that the rest of a descent depends on, beside its settings.

    Attributes:
        iteration, loss, parameters: as the descent had them; θ is a read-only copy.
        optimizer: what the optimizer remembered.
        examples: where the objective was in its examples.
    """

    iteration: int
    loss: float
    parameters: FloatArray
    optimizer: OptimizerState
    examples: Any


class Descent:
    """θ follows the negative gradient of an objective, one step at a time.

    Attributes:
        parameters: θ, shape ``(size,)``, changed in place by every step.
        iteration: steps made since the start.
        loss: C where the last step was taken (for mini-batches: over its examples); NaN at first.
        limit: a finite loss above this counts as divergence.
        regularizer: what is done to a gradient before the optimizer sees it; None is nothing.
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
        self.parameters = np.array(start, dtype=objective.dtype)
        self._gradient = np.zeros_like(self.parameters)
        self._scale = 1.0
        self._start = self.parameters.copy()
        self._good = self.parameters.copy()
        self._interval = 1 if objective.size <= SMALL else CHECKPOINT_INTERVAL
        self.iteration = 0
        self.loss = math.nan

    @property
    def gradient(self) -> FloatArray:
        """∇C where the last step was taken, as the optimizer saw it, shape ``(size,)``."""
        if self._scale != 1.0:
            np.divide(self._gradient, self._scale, out=self._gradient)
            self._scale = 1.0
        return self._gradient

    @property
    def start(self) -> FloatArray:
        """θ at the start, shape ``(size,)``; not to be changed."""
        return self._start

    def step(self, learning_rate: float) -> float:
        """Make one step at that rate and return the loss where it was taken.

        Raises:
            Diverged: if that loss is not finite or above `limit`; no step is made then, and
                `parameters` are the last good ones.
        """
        objective = self.objective
        objective.next_examples()
        scale = self._scale = self._gradient_scale(learning_rate)
        if scale == 1.0:
            loss = objective.value_and_gradient(self.parameters, self._gradient)
        else:
            loss = objective.value_and_scaled_gradient(self.parameters, self._gradient, scale)
        if not loss <= self.limit or math.isinf(loss):
            self.restore_last_good()
            raise Diverged(self.iteration, loss)
        parameters = self.parameters
        if self.iteration % self._interval == 0:
            np.copyto(self._good, parameters)
        if self.regularizer is not None:
            self.regularizer.apply(parameters, self._gradient)
        if scale != 1.0:
            np.add(parameters, self._gradient, out=parameters)
        else:
            self.optimizer.step(parameters, self._gradient, learning_rate)
        self.iteration += 1
        self.loss = loss
        return loss

    def _gradient_scale(self, learning_rate: float) -> float:
        """Return what the gradient is multiplied by as it is computed.

        Plain descent on a network needs no pass over θ to multiply by η: with −η the gradient is
        written as the step that it calls for.
        """
        folds = (
            self.optimizer.follows_slope
            and self.objective.scales_freely
            and self.regularizer is None
            and learning_rate > 0.0
        )
        return -learning_rate if folds else 1.0

    def state(self) -> DescentState:
        """Return a copy of all that the next steps depend on."""
        parameters = self.parameters.copy()
        parameters.flags.writeable = False
        return DescentState(
            self.iteration, self.loss, parameters, self.optimizer.state(), self.objective.state()
        )

    def last_good(self) -> FloatArray:
        """Return a copy of the θ to which a divergence would return now."""
        return self._good.copy()

    def restore(self, state: DescentState, *, good: FloatArray | None = None) -> None:
        """Go on as from where `state` was taken: the next steps are the same, bit for bit.

        A divergence returns to `good`, where nothing is said to where `state` was taken.
        """
        np.copyto(self.parameters, state.parameters)
        np.copyto(self._good, state.parameters if good is None else good)
        self.optimizer.restore(state.optimizer)
        self.objective.restore(state.examples)
        self.iteration, self.loss = state.iteration, state.loss

    def next_step(self, learning_rate: float) -> tuple[float, FloatArray, FloatArray]:
        """Return the loss, the slopes and the step that come next, without making it.

        The slopes are as the optimizer sees them, regularised. The arrays have shape ``(size,)``.
        """
        scale = self._gradient_scale(learning_rate)
        gradient = np.empty_like(self.parameters)
        loss = self.objective.peek(self.parameters, gradient, scale)
        if scale != 1.0:
            return loss, gradient / scale, gradient
        if self.regularizer is not None:
            self.regularizer.apply(self.parameters, gradient)
        step = self.optimizer.next_step(self.parameters, gradient, learning_rate)
        return loss, gradient, step

    def restore_last_good(self) -> None:
        """Put the last good parameters back; forget the speed of the steps that grew."""
        np.copyto(self.parameters, self._good)
        self.optimizer.reset()

    def reset(self, start: FloatArray | None = None) -> None:
        """Return to the start (or to a new one): same parameters, no memory, same examples."""
        if start is not None:
            self._start = np.array(start, dtype=self.objective.dtype)
        np.copyto(self.parameters, self._start)
        np.copyto(self._good, self._start)
        self._gradient.fill(0)
        self._scale = 1.0
        self.optimizer.reset()
        self.objective.restart()
        self.iteration = 0
        self.loss = math.nan
