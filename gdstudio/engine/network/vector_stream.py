"""Examples that are a few numbers each, taken a batch at a time, or all of them at every step."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from gdstudio.engine.objective import FloatArray


@dataclass(frozen=True)
class VectorStreamState:
    """A place in a stream of examples.

    Attributes:
        epoch, position: as the stream has them.
        shuffling: the state of the generator before it shuffled this epoch.
        is_shuffled: whether it did; where all examples are taken at once their order stays.
    """

    epoch: int
    position: int
    shuffling: Any
    is_shuffled: bool


class VectorStream:
    """Training examples, in an order that is new in every epoch and the same for the same seed.

    Where a batch holds all of them they stay in their own order, so that each step follows the one
    gradient that can be worked out by hand.

    Attributes:
        epoch: epochs begun, counted from 1 once the first batch was taken.
        position: examples taken in this epoch.
        inputs: the batch with a row of ones below, shape ``(inputs + 1, batch)``.
        wanted: what each output should be, shape ``(outputs, batch)``.

    Args:
        inputs: all examples with a row of ones below, shape ``(inputs + 1, n)``.
        wanted: what each output should be, shape ``(outputs, n)``.
        batch_size: how many examples a batch holds; 0 is all.
    """

    def __init__(
        self,
        inputs: FloatArray,
        wanted: FloatArray,
        seed: np.random.SeedSequence,
        *,
        batch_size: int = 0,
    ):
        self._inputs = np.ascontiguousarray(inputs)
        self._wanted = np.ascontiguousarray(wanted)
        self._seed = seed
        self.batch_size = batch_size
        self.restart()

    def __len__(self) -> int:
        return len(self._inputs.T)

    @property
    def takes_all(self) -> bool:
        """Whether every batch holds all examples."""
        return not 0 < self.batch_size < len(self)

    def restart(self) -> None:
        """Return to the first batch of the first epoch."""
        self._rng = np.random.default_rng(self._seed)
        self._shuffling = self._rng.bit_generator.state
        self._is_shuffled = False
        self.epoch = 0
        self.position = len(self)

    def state(self) -> VectorStreamState:
        """Return where the stream is now."""
        return VectorStreamState(self.epoch, self.position, self._shuffling, self._is_shuffled)

    def restore(self, state: VectorStreamState) -> None:
        """Go on as from where `state` was taken, with the same examples in the same order."""
        self._rng.bit_generator.state = self._shuffling = state.shuffling
        self.epoch, self.position = state.epoch, state.position
        self._is_shuffled = state.is_shuffled
        if self._is_shuffled:
            self._order = self._rng.permutation(len(self))

    def peek(self) -> tuple[FloatArray, FloatArray]:
        """Return the `inputs` and `wanted` that the next `advance` takes; they are not changed."""
        if self.position >= len(self) and self.takes_all:
            return self._inputs, self._wanted
        state = self.state()
        self.advance()
        batch = self.inputs, self.wanted
        self.restore(state)
        return batch

    def advance(self) -> None:
        """Take the next batch: `inputs` and `wanted` are not to be changed."""
        if self.position >= len(self):
            self._shuffling = self._rng.bit_generator.state
            self._is_shuffled = not self.takes_all
            if self._is_shuffled:
                self._order = self._rng.permutation(len(self))
            self.epoch += 1
            self.position = 0
        if not self._is_shuffled:
            self.inputs, self.wanted = self._inputs, self._wanted
            self.position = len(self)
            return
        end = len(self) if self.takes_all else self.position + self.batch_size
        chosen = self._order[self.position : end]
        self.inputs, self.wanted = self._inputs[:, chosen], self._wanted[:, chosen]
        self.position += len(chosen)
