"""Examples for training, in an order that a seed decides, taken a batch at a time."""

import math
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from gdstudio.engine.network.pixels import write_inputs
from gdstudio.engine.objective import FloatArray

ByteArray = npt.NDArray[np.uint8]

# Examples are shuffled and converted about this many at a time: as numbers they take 400 kB, and
# stay beside the network in the cache that a core has for itself.
BLOCK = 128


class Augmentation(Protocol):
    """Changes examples as they are taken, so that every epoch shows them in another variant.

    Attributes:
        numbers: how many random numbers an example takes.
    """

    numbers: int

    def __call__(self, images: ByteArray, numbers: FloatArray, /) -> None:
        """Change ``(n, pixels)`` images in place by ``(n, self.numbers)`` numbers from 0 to 1."""


class Redrawing(Protocol):
    """Makes some examples anew as they are taken, from what they are made of.

    Attributes:
        numbers: how many random numbers an example takes.
    """

    numbers: int

    def __call__(
        self, images: ByteArray, examples: npt.NDArray[np.intp], numbers: FloatArray, /
    ) -> None:
        """Remake images ``(n, pixels)`` of the `examples` ``(n,)`` in place, where it can."""


@dataclass(frozen=True)
class StreamState:
    """A place in a stream of examples.

    Attributes:
        epoch, position: as the stream has them.
        shuffling: the state of the generator before it shuffled this epoch.
    """

    epoch: int
    position: int
    shuffling: Any


class ExampleStream:
    """Training examples in an order that is new in every epoch and the same for the same seed.

    Attributes:
        augmentation: what changes the examples, None to take them as they are; another one
            applies to the examples that are not yet gathered. What happens to an example depends
            on the seed, the epoch and its place in the epoch's order, not on the batch size.
        redrawing: what makes examples anew before they are changed, or None.
        epoch: epochs begun, counted from 1 once the first batch was taken.
        position: examples taken in this epoch.
        inputs: the batch with a row of ones below, shape ``(pixels + 1, batch)``, values 0 to 1.
        wanted: the one-hot answers, shape ``(classes, batch)``.
    """

    def __init__(
        self,
        images: ByteArray,
        labels: ByteArray,
        seed: np.random.SeedSequence,
        *,
        classes: int,
        batch_size: int,
        dtype: npt.DTypeLike = np.float32,
        augmentation: Augmentation | None = None,
        augmentation_seed: np.random.SeedSequence | None = None,
        redrawing: Redrawing | None = None,
        redrawing_seed: np.random.SeedSequence | None = None,
    ):
        self.augmentation = augmentation
        self.redrawing = redrawing
        self._augmentation_numbers = _EpochNumbers(augmentation_seed)
        self._redrawing_numbers = _EpochNumbers(redrawing_seed)
        self._images = images
        self._labels = labels
        self._has_no_answer = bool(len(labels)) and int(labels.max()) >= classes
        self._seed = seed
        self._classes = classes
        self._each_class = np.arange(classes, dtype=labels.dtype)[:, None]
        self._dtype: np.dtype[np.floating] = np.dtype(dtype)  # type: ignore[assignment]
        self.batch_size = batch_size
        self.restart()

    def __len__(self) -> int:
        return len(self._images)

    @property
    def batches_per_epoch(self) -> int:
        """How many batches an epoch has; the last may be smaller."""
        return math.ceil(len(self) / self._batch_size)

    @property
    def batch_size(self) -> int:
        """How many examples a batch holds; a change applies to the next batch."""
        return self._batch_size

    @batch_size.setter
    def batch_size(self, batch_size: int) -> None:
        self._batch_size = batch_size
        rows = max(BLOCK // batch_size, 1) * batch_size
        self._bytes = np.empty((rows, self._images.shape[1]), np.uint8)
        self._floats = np.ones((rows, self._images.shape[1] + 1), self._dtype)
        self._one_hot = np.empty(rows * self._classes, self._dtype)
        self._block: list[tuple[FloatArray, FloatArray]] = []

    def restart(self) -> None:
        """Return to the first batch of the first epoch."""
        self._rng = np.random.default_rng(self._seed)
        self._shuffling = self._rng.bit_generator.state
        self.epoch = 0
        self.position = len(self)
        self._block = []

    def state(self) -> StreamState:
        """Return where the stream is now."""
        return StreamState(self.epoch, self.position, self._shuffling)

    def restore(self, state: StreamState) -> None:
        """Go on as from where `state` was taken, with the same examples in the same order."""
        self._rng.bit_generator.state = state.shuffling
        self._shuffling = state.shuffling
        self.epoch, self.position = state.epoch, state.position
        self._block = []
        if self.epoch:
            self._order = self._rng.permutation(len(self))

    def peek(self) -> tuple[FloatArray, FloatArray]:
        """Return copies of the `inputs` and `wanted` that the next `advance` takes."""
        if self.position < len(self):
            if not self._block:
                self._convert_block()
            inputs, wanted = self._block[-1]
            return inputs.copy(order="K"), wanted.copy()
        state = self.state()
        self.advance()
        inputs, wanted = self.inputs.copy(order="K"), self.wanted.copy()
        self.restore(state)
        return inputs, wanted

    def advance(self) -> None:
        """Take the next batch: `inputs` and `wanted` are its views, valid until the next call."""
        if self.position >= len(self):
            self._shuffling = self._rng.bit_generator.state
            self._order = self._rng.permutation(len(self))
            self.epoch += 1
            self.position = 0
        if not self._block:
            self._convert_block()
        self.inputs, self.wanted = self._block.pop()
        self.position += self.inputs.shape[1]

    def _convert_block(self) -> None:
        """Gather and convert as many whole batches as fit a block, or the smaller last one."""
        left = len(self) - self.position
        size = min(self._batch_size, left)
        rows = min(len(self._bytes), left // size * size)
        order = self._order[self.position : self.position + rows]
        gathered = self._bytes[:rows]
        np.take(self._images, order, axis=0, out=gathered, mode="clip")
        here = slice(self.position, self.position + rows)
        if self.redrawing is not None:
            shape = (len(self), self.redrawing.numbers)
            self.redrawing(gathered, order, self._redrawing_numbers.of(self.epoch, shape)[here])
        if self.augmentation is not None:
            shape = (len(self), self.augmentation.numbers)
            self.augmentation(gathered, self._augmentation_numbers.of(self.epoch, shape)[here])
        # Converted as they are and then scaled, ones and all: in one go NumPy takes longer.
        floats = self._floats[:rows]
        np.copyto(floats[:, :-1], gathered)
        write_inputs(floats, floats)
        floats[:, -1] = 1
        batches = rows // size
        one_hot = self._one_hot[: rows * self._classes].reshape(batches, self._classes, size)
        labels = self._labels[order]
        np.equal(labels.reshape(batches, 1, size), self._each_class, out=one_hot, casting="unsafe")
        if self._has_no_answer:
            # What belongs to no class wants every output alike.
            none = np.flatnonzero(labels >= self._classes)
            one_hot[none // size, :, none % size] = 1 / self._classes
        # Last first, for `pop` takes from the end.
        self._block = [
            (floats[index * size : (index + 1) * size].T, one_hot[index])
            for index in reversed(range(batches))
        ]


class _EpochNumbers:
    """Random numbers for every example, others in every epoch, the same whenever asked again."""

    def __init__(self, seed: np.random.SeedSequence | None):
        self._seed = seed or np.random.SeedSequence(0)
        self._of: tuple[int, tuple[int, int]] | None = None
        self._numbers: FloatArray = np.empty(0, np.float32)

    def of(self, epoch: int, shape: tuple[int, int]) -> FloatArray:
        """Return the epoch's numbers from 0 to 1, ``shape`` (examples, numbers of each)."""
        if self._of != (epoch, shape):
            # A stream for every epoch: what uses it may be turned on or off at any time.
            key = (*self._seed.spawn_key, epoch)
            rng = np.random.default_rng(np.random.SeedSequence(self._seed.entropy, spawn_key=key))
            self._numbers = rng.random(shape, np.float32)
            self._of = (epoch, shape)
        return self._numbers
