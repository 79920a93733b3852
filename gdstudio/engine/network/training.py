"""Training on mini-batches: the loss of a few examples at a time."""

import copy
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from threadpoolctl import ThreadpoolController

from gdstudio.engine.network.network import Network, NetworkPass
from gdstudio.engine.objective import FloatArray, Objective
from gdstudio.settings import Settings, WholeNumber, declare

# Up to this number of multiplications a step, one BLAS thread. A second one brings up to 1.7 times
# the speed while the machine has nothing else to do; but BLAS threads wait for each other busily,
# and beside other programs a step was seen to take 5 to 100 times as long (784-100-10, batch 32: 3
# ms for 0.3; 784-128-10, batch 1,000: over 100 ms for 5). Only a step of tens of milliseconds can
# bear that. Filters count once, not at every place: their products are small ones, place by place,
# and a second thread brings least there.
SINGLE_THREAD_PRODUCTS = 1_000_000_000
_one_blas_thread: ContextVar[bool] = ContextVar("one_blas_thread", default=False)


@dataclass(frozen=True)
class TrainingSettings(Settings):
    """How long to train, in what portions, and from which random numbers."""

    batch_size: int = declare(
        WholeNumber(
            label="Batch size",
            explanation="How many images one step looks at: few give quick, noisy steps; many "
            "give slow, steady ones.",
            default=10,
            live=True,
            minimum=1,
            maximum=10_000,
            suggestions=(1, 10, 32, 100, 128, 512, 1000, 10_000),
        )
    )
    epochs: int = declare(
        WholeNumber(
            label="Epochs",
            explanation="How many times the training goes through all training images.",
            default=8,
            minimum=1,
            maximum=10_000,
        )
    )
    seed: int = declare(
        WholeNumber(
            label="Seed",
            explanation="The number that all randomness comes from: the same seed gives the same "
            "result.",
            default=0,
            minimum=0,
            maximum=2**31 - 1,
        )
    )


def blas_threads(parameters: int, batch_size: int) -> int:
    """Return how many BLAS threads suit a step: 1 for small work, all there are for large."""
    is_small = _one_blas_thread.get() or parameters * batch_size <= SINGLE_THREAD_PRODUCTS
    return 1 if is_small else os.cpu_count() or 1


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Let all that is computed meanwhile in this thread take one BLAS thread.

    Where one process per core computes, more would stand in each other's way; and with the same
    number of them results are the same, bit for bit.
    """
    token = _one_blas_thread.set(True)
    _limit.enter()
    try:
        yield
    finally:
        _limit.leave()
        _one_blas_thread.reset(token)


class _BlasLimit:
    """The limit of one BLAS thread, which holds for the process as long as a thread wants it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wanted = 0
        self._limit: Any = None

    def enter(self) -> None:
        with self._lock:
            if not self._wanted:
                self._limit = ThreadpoolController().limit(limits=1, user_api="blas")
            self._wanted += 1

    def leave(self) -> None:
        with self._lock:
            self._wanted -= 1
            if not self._wanted:
                self._limit.restore_original_limits()


_limit = _BlasLimit()


class Examples(Protocol):
    """Where batches come from: an `ExampleStream` of images, or a `VectorStream` of numbers.

    Attributes:
        inputs: the batch with a row of ones below, shape ``(inputs + 1, batch)``.
        wanted: what each output should be, shape ``(outputs, batch)``.
    """

    inputs: FloatArray
    wanted: FloatArray

    def advance(self) -> None:
        """Take the next batch."""

    def peek(self) -> tuple[FloatArray, FloatArray]:
        """Return the `inputs` and `wanted` that the next `advance` takes."""

    def restart(self) -> None:
        """Return to the first batch of the first epoch."""

    def state(self) -> Any:
        """Return where it is now."""

    def restore(self, state: Any) -> None:
        """Go on as from where `state` was taken."""


class TrainingObjective(Objective):
    """The network's loss, averaged over the examples of the current batch.

    Attributes:
        stream: where the batches come from.

    A multiple of the gradient costs no more, see `NetworkPass.loss_and_gradient`.

    Args:
        dropout: what dropout's random numbers come from.
    """

    scales_freely = True

    def __init__(
        self,
        network: Network,
        stream: Examples,
        *,
        dropout: np.random.SeedSequence | None = None,
    ):
        self.size = network.size
        self.dtype = network.dtype
        self.stream = stream
        self._network = network
        self._passes: dict[int, NetworkPass] = {}
        # What the passes are bound to: θ and where the gradient goes.
        self._parameters: FloatArray | None = None
        self._gradient: FloatArray | None = None
        self._dropout = dropout or np.random.SeedSequence(0)
        self._rng = np.random.default_rng(self._dropout)

    def next_examples(self) -> None:
        """Take the next batch."""
        self.stream.advance()

    def restart(self) -> None:
        """Return to the first batch of the first epoch."""
        self.stream.restart()
        self._rng = np.random.default_rng(self._dropout)
        # They draw from the generator that was.
        self._passes.clear()

    def state(self) -> tuple[Any, Any]:
        """Return where the examples and dropout's random numbers are."""
        return self.stream.state(), self._rng.bit_generator.state

    def restore(self, state: tuple[Any, Any]) -> None:
        """Go on with the examples and random numbers as from where `state` was taken."""
        stream, dropout = state
        self.stream.restore(stream)
        self._rng.bit_generator.state = dropout

    def peek(self, parameters: FloatArray, gradient: FloatArray, scale: float = 1.0) -> float:
        """Return the loss of the next batch and write `scale` times its gradient; take nothing."""
        inputs, wanted = self.stream.peek()
        rng = copy.deepcopy(self._rng)
        step = self._network.prepare(parameters, gradient, inputs.shape[1], rng)
        return step.loss_and_gradient(inputs, wanted, scale)

    def value(self, parameters: FloatArray) -> float:
        """Return the loss of the current batch."""
        inputs, wanted = self.stream.inputs, self.stream.wanted
        return self._network.prepare(parameters, None, inputs.shape[1]).average_loss(inputs, wanted)

    def value_and_gradient(self, parameters: FloatArray, gradient: FloatArray) -> float:
        """Return the loss of the current batch and write its gradient."""
        return self.value_and_scaled_gradient(parameters, gradient, 1.0)

    def value_and_scaled_gradient(
        self, parameters: FloatArray, gradient: FloatArray, scale: float
    ) -> float:
        """Return the loss of the current batch and write `scale` times its gradient."""
        stream = self.stream
        if self._parameters is not parameters or self._gradient is not gradient:
            self._parameters, self._gradient = parameters, gradient
            self._passes.clear()
        inputs = stream.inputs
        step = self._passes.get(inputs.shape[1]) or self._prepare(parameters, gradient)
        return step.loss_and_gradient(inputs, stream.wanted, scale)

    def _prepare(self, parameters: FloatArray, gradient: FloatArray) -> NetworkPass:
        """Return a pass for batches of the current size, and keep it."""
        if len(self._passes) >= 4:
            self._passes.clear()
        size = self.stream.inputs.shape[1]
        step = self._network.prepare(parameters, gradient, size, self._rng)
        self._passes[size] = step
        return step
