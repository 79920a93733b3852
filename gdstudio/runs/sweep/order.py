"""In which order the runs of a sweep are computed: what takes long comes first.

So at the end no worker waits long for the last run of another one. How long a run takes is known
only from those that are done: first, therefore, every value of every setting is tried once.
"""

import heapq
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

_Pair = tuple[str, Any]
# The runs that wait are ranked anew when so much more is known than the last time: each time would
# take longer than to compute thousands of quick runs.
_GROWTH = 1.1


class Order:
    """The runs that wait, by their numbers.

    Args:
        runs: what each run is set to, by name; the names are the same for all.
    """

    def __init__(self, runs: Sequence[Mapping[str, Any]]) -> None:
        values: dict[str, set[Any]] = defaultdict(set)
        for settings in runs:
            for name, value in settings.items():
                values[name].add(value)
        # Of few values each has been seen in many runs: what they explain, the others need not.
        self._names = sorted(values, key=lambda name: len(values[name]))
        self._runs = [tuple((name, one[name]) for name in self._names) for one in runs]
        self._tried: set[_Pair] = set()
        self._seconds: dict[int, float] = {}
        self._effects: dict[_Pair, float] = {}
        self._due = 0.0
        self._heap = [self._rank(number) for number in range(len(runs))]
        heapq.heapify(self._heap)

    def __len__(self) -> int:
        return len(self._heap)

    def take(self) -> int:
        """Return the number of the run that comes next, which waits no longer."""
        while True:
            rank = heapq.heappop(self._heap)
            number = rank[-1]
            now = self._rank(number)
            if now <= rank:
                break
            heapq.heappush(self._heap, now)  # its values have been tried meanwhile
        self._tried.update(self._runs[number])
        return number

    def put_back(self, number: int) -> None:
        """Let a run wait again."""
        heapq.heappush(self._heap, self._rank(number))

    def note(self, number: int, seconds: float) -> None:
        """Learn how long a run has taken."""
        self._seconds[number] = seconds
        if len(self._seconds) >= self._due:
            self._due = _GROWTH * len(self._seconds)
            self._estimate()
            self._heap = [self._rank(number) for *_, number in self._heap]
            heapq.heapify(self._heap)

    def _estimate(self) -> None:
        """Estimate by how many seconds each value makes a run longer."""
        self._effects = {}
        left = dict(self._seconds)
        for place, _ in enumerate(self._names):
            alike: dict[_Pair, list[int]] = defaultdict(list)
            for done in left:
                alike[self._runs[done][place]].append(done)
            for pair, those in alike.items():
                effect = sum(left[done] for done in those) / len(those)
                self._effects[pair] = effect
                for done in those:
                    left[done] -= effect

    def _rank(self, number: int) -> tuple[int, float, int]:
        """Return what is the smallest for the run that comes next; it only grows by a take."""
        pairs = self._runs[number]
        untried = sum(pair not in self._tried for pair in pairs)
        return -untried, -sum(self._effects.get(pair, 0.0) for pair in pairs), number
