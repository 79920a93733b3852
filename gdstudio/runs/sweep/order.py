"""In which order the runs of a sweep are computed: what takes long comes first.

So at the end no worker waits long for the last run of another one. How long a run takes is known
only from those that are done: first, therefore, every value of every setting is tried once.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

_Pair = tuple[str, Any]


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
        self._waiting = set(range(len(runs)))
        self._tried: set[_Pair] = set()
        self._seconds: dict[int, float] = {}
        self._effects: dict[_Pair, float] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def take(self) -> int:
        """Return the number of the run that comes next, which waits no longer."""
        number = max(self._waiting, key=self._urgency)
        self._waiting.remove(number)
        self._tried.update(self._runs[number])
        return number

    def put_back(self, number: int) -> None:
        """Let a run wait again."""
        self._waiting.add(number)

    def note(self, number: int, seconds: float) -> None:
        """Learn how long a run has taken."""
        self._seconds[number] = seconds
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

    def _urgency(self, number: int) -> tuple[int, float, int]:
        """Return what is the largest for the run that comes next."""
        pairs = self._runs[number]
        untried = sum(pair not in self._tried for pair in pairs)
        return untried, sum(self._effects.get(pair, 0.0) for pair in pairs), -number
