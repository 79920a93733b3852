"""A history of losses that stays small however long the training goes on."""

import math
from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

# How many losses the mean that people read is taken over.
RECENT = 200

Float64Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class LossCurve:
    """A history at one moment; four arrays of one length, one entry per bucket of steps.

    Attributes:
        steps: the last step of each bucket.
        minimum, mean, maximum: of the losses in it.
    """

    steps: Float64Array
    minimum: Float64Array
    mean: Float64Array
    maximum: Float64Array


@dataclass(frozen=True, eq=False)
class HistoryState:
    """All that a history goes on from.

    Attributes:
        capacity, width: how many buckets there may be, and how many steps each one holds.
        buckets: minimum, mean and maximum of the full ones, shape ``(3, n)``.
        pending: the losses that are in no bucket yet, shape ``(m,)``.
        last: the last losses, `RECENT` of them at most.
    """

    capacity: int
    width: int
    buckets: Float64Array
    pending: Float64Array
    last: Float64Array


class LossHistory:
    """Minimum, mean and maximum of the loss per bucket of steps.

    When all buckets are full, neighbours are merged and a bucket holds twice as many steps; so at
    most `capacity` entries are ever kept, and they always reach from the first step to the last.
    """

    def __init__(self, *, capacity: int = 1024):
        self._capacity = capacity
        self._buckets = np.empty((3, capacity))
        self.clear()

    def __len__(self) -> int:
        return self._count * self._width + len(self._pending)

    def clear(self) -> None:
        """Forget everything."""
        self._count = 0
        self._width = 1
        self._pending: list[float] = []
        self._last: deque[float] = deque(maxlen=RECENT)

    def copy(self) -> "LossHistory":
        """Return a history of its own that goes on from here."""
        twin = LossHistory(capacity=self._capacity)
        twin._buckets[:, : self._count] = self._buckets[:, : self._count]
        twin._count, twin._width = self._count, self._width
        twin._pending = list(self._pending)
        twin._last.extend(self._last)
        return twin

    def state(self) -> HistoryState:
        """Return all that the history goes on from, as copies."""
        return HistoryState(
            self._capacity,
            self._width,
            self._buckets[:, : self._count].copy(),
            np.array(self._pending, np.float64),
            np.array(self._last, np.float64),
        )

    @classmethod
    def of(cls, state: HistoryState) -> "LossHistory":
        """Return a history that goes on from `state`.

        Raises:
            ValueError: if there is no such history.
        """
        count = state.buckets.shape[1]
        if not count + len(state.pending) > 0 or not 0 <= count <= state.capacity <= 2**20:
            raise ValueError("no such history")
        if state.capacity % 2 or state.width < 1 or len(state.last) > RECENT:
            raise ValueError("no such history")
        history = cls(capacity=state.capacity)
        history._buckets[:, :count] = state.buckets
        history._count, history._width = count, state.width
        history._pending = state.pending.tolist()
        history._last.extend(state.last.tolist())
        return history

    def append(self, loss: float) -> None:
        """Add the loss of one more step."""
        self._pending.append(loss)
        self._last.append(loss)
        if len(self._pending) >= max(self._width, 256):
            self._fold()

    def recent(self) -> float:
        """Return the mean of the last losses, `RECENT` of them at most; NaN before the first."""
        return math.fsum(self._last) / len(self._last) if self._last else math.nan

    def curve(self) -> LossCurve:
        """Return the history so far, the unfinished last bucket included."""
        self._fold()
        columns = self._buckets[:, : self._count]
        steps = np.arange(1, self._count + 1, dtype=np.float64) * self._width
        if self._pending:
            rest = np.array(self._pending)
            columns = np.column_stack([columns, [rest.min(), rest.mean(), rest.max()]])
            steps = np.append(steps, float(len(self)))
        columns = columns.copy()
        return LossCurve(steps, columns[0], columns[1], columns[2])

    def _fold(self) -> None:
        """Move pending losses into buckets, as far as they fill whole ones."""
        while len(self._pending) >= self._width:
            room = self._capacity - self._count
            if not room:
                self._merge()
                continue
            whole = min(len(self._pending) // self._width, room)
            taken = np.array(self._pending[: whole * self._width]).reshape(whole, self._width)
            target = self._buckets[:, self._count : self._count + whole]
            np.min(taken, axis=1, out=target[0])
            np.mean(taken, axis=1, out=target[1])
            np.max(taken, axis=1, out=target[2])
            self._count += whole
            del self._pending[: whole * self._width]

    def _merge(self) -> None:
        minimum, mean, maximum = self._buckets.reshape(3, -1, 2)
        half = self._capacity // 2
        self._buckets[0, :half] = minimum.min(axis=1)
        self._buckets[1, :half] = mean.mean(axis=1)
        self._buckets[2, :half] = maximum.max(axis=1)
        self._count = half
        self._width *= 2
