"""Moments of a run that are kept, so that one can look back and go on from there.

All of the first steps are kept, for there most happens; then only some, and ever fewer as the
run grows longer. So the memory is bounded and the moments reach from the start to now.
"""

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

# This number of moments, or as many as fit; of a very large network still a few.
CAPACITY = 240
MEMORY_BYTES = 128 * 2**20
FEWEST = 4
# This share of the moments may be first steps, each kept.
EARLY_SHARE = 1 / 8

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
        self._early = max(int(self._capacity * EARLY_SHARE), 1)
        self.clear()

    def clear(self) -> None:
        """Forget all moments."""
        self._moments: dict[int, KeptMoment] = {}
        self._stride = 1
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
            self._stride *= 2
            self._moments = {
                kept: moment for kept, moment in self._moments.items() if self._is_wanted(kept)
            }
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
        later = [one for one in self._moments if one >= self._early]
        # As far apart as those are that are kept already; else soon as many would be kept again.
        while len(later) > 1 and 2 * self._stride <= later[-1] // len(later):
            self._stride *= 2
        if self._moments:
            self._set_due(next(reversed(self._moments)))

    def _is_wanted(self, iteration: int) -> bool:
        return iteration < self._early or iteration % self._stride == 0

    def _set_due(self, iteration: int) -> None:
        following = iteration + 1
        if following >= self._early:
            following += -following % self._stride
        self.next_due = following
