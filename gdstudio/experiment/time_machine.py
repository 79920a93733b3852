"""Moments of a run that are kept, so that one can look back and go on from there.

All of the first steps are kept, for there most happens, and then every 2nd, every 4th and so on, as
many from step 100 to 200 as from 1,000 to 2,000. So the moments reach from the start to now, the
memory is bounded, and the longer a run is, the less it costs to keep them.
"""

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

# This number of moments, or as many as fit; of a very large network still a few.
CAPACITY = 240
MEMORY_BYTES = 128 * 2**20
FEWEST = 4
# Every moment before this step is kept, and half as many from each later step to twice that step.
DENSE = 64

KeptMoment = TypeVar("KeptMoment")
Iterations = npt.NDArray[np.int64]


class TimeMachine(Generic[KeptMoment]):
    """Keeps moments by their iteration.

    Attributes:
        next_due: the first iteration from now on at which a moment is to be kept.
    """

    def __init__(self, *, moment_bytes: int) -> None:
        """Make room for moments of `moment_bytes` bytes each."""
        self._moment_bytes = max(moment_bytes, 1)
        self._capacity = max(min(CAPACITY, MEMORY_BYTES // max(moment_bytes, 1)), FEWEST)
        self.clear()

    def clear(self) -> None:
        """Forget all moments."""
        self._moments: dict[int, KeptMoment] = {}
        self._dense = DENSE
        self.next_due = 0

    def __len__(self) -> int:
        return len(self._moments)

    @property
    def iterations(self) -> Iterations:
        """The iterations of the kept moments, rising, shape ``(n,)``."""
        return np.fromiter(self._moments, np.int64, len(self._moments))

    def keep(self, iteration: int, take: Callable[[], KeptMoment]) -> None:
        """Keep the moment that `take` returns, if one is due at `iteration`."""
        if iteration < self.next_due:
            return
        self._moments[iteration] = take()
        while len(self._moments) > self._capacity:
            self._thin()
        self._set_due(iteration)

    def at(self, iteration: int) -> KeptMoment:
        """Return the last moment kept at or before `iteration`, else the first one.

        Raises:
            LookupError: if nothing is kept.
        """
        if not self._moments:
            raise LookupError("no moment is kept yet")
        earlier = [kept for kept in self._moments if kept <= iteration]
        return self._moments[earlier[-1] if earlier else next(iter(self._moments))]

    def forget_after(self, iteration: int) -> None:
        """Drop the moments later than `iteration`: the run goes on from there."""
        self._moments = {
            kept: moment for kept, moment in self._moments.items() if kept <= iteration
        }
        self._set_due(iteration)

    def spread(self, count: int) -> list[KeptMoment]:
        """Return at most `count` moments, evenly chosen, the first and the last among them."""
        moments = list(self._moments.values())
        if len(moments) <= count:
            return moments
        if count < 1:
            return []
        chosen = np.linspace(0, len(moments) - 1, count).round().astype(int)
        return [moments[index] for index in chosen]

    def kept_within(self, most_bytes: int) -> list[KeptMoment]:
        """Return moments, evenly chosen, as many as fit in `most_bytes`."""
        return self.spread(most_bytes // self._moment_bytes) if most_bytes else []

    def take_back(self, moments: Mapping[int, KeptMoment]) -> None:
        """Keep these moments, by their iterations, in place of all there are."""
        self.clear()
        self._moments = dict(sorted(moments.items()))
        if not self._moments:
            return
        last = next(reversed(self._moments))
        # As far apart as those are that are kept already; else soon as many would be kept again.
        while self._dense > 2 and self._count_up_to(last) > 2 * len(self._moments):
            self._dense //= 2
        self._set_due(last)

    def _thin(self) -> None:
        """Keep about half of the moments, the first one among them."""
        if self._dense > 2:
            self._dense //= 2
            wanted = [one for one in self._moments if one % self._stride(one) == 0]
        else:
            wanted = list(self._moments)[::2]
        self._moments = {one: self._moments[one] for one in wanted}

    def _stride(self, iteration: int) -> int:
        """Return how far apart the moments are around `iteration`: a power of two."""
        return max((1 << iteration.bit_length()) // self._dense, 1)

    def _count_up_to(self, iteration: int) -> int:
        """Return how many moments are due from 1 to `iteration`."""
        stride = self._stride(iteration)
        doublings = stride.bit_length() - 1
        return doublings * self._dense // 2 + iteration // stride

    def _set_due(self, iteration: int) -> None:
        following = iteration + 1
        self.next_due = following + -following % self._stride(following)
