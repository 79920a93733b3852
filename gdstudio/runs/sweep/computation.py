"""How the runs of a sweep are computed: by any executor, as they come, each lost one again."""

import math
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    wait,
)
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from gdstudio.errors import BadInput, fault_sentence
from gdstudio.number_text import plain_text
from gdstudio.runs.sweep.order import Order
from gdstudio.runs.sweep.run import Measured, RunResult, Task, compute_run, measure_run
from gdstudio.runs.sweep.sweep import Sweep, sweepable
from gdstudio.settings import Number

# How often it is asked whether to stop, in seconds.
_LOOK_SECONDS = 0.05
# This number of runs per worker is handed over: one is computed while the next one waits.
_AHEAD = 2
# How often a run is tried whose worker dies, and how often a pool may break without any result.
MOST_TRIES = 3
# At most this number of kinds of runs is measured, each for this long.
_MOST_MEASURED, _MEASURE_SECONDS = 12, 0.3
_LOST = f"Its worker has died {MOST_TRIES} times, perhaps for lack of memory."

OutcomeT = TypeVar("OutcomeT")


class Place(Protocol):
    """Where runs are computed."""

    @property
    def workers(self) -> int:
        """How many runs are computed at the same time."""

    @property
    def lost(self) -> tuple[type[BaseException], ...]:
        """What a call raises whose worker has died; it is computed again."""

    @property
    def described(self) -> str:
        """Where that is, in a few words."""

    def open(self) -> Executor:
        """Return what computes there.

        Raises:
            BadInput: if nothing does.
        """


@dataclass(frozen=True)
class Estimate:
    """What a sweep will cost.

    Attributes:
        runs: how many runs there are.
        seconds: how long they take together with that number of workers; None where no run could
            be measured.
        described: with what workers.
    """

    runs: int
    seconds: float | None
    described: str

    @property
    def sentence(self) -> str:
        """The estimate in a sentence."""
        count = "1 run" if self.runs == 1 else f"{self.runs:,} runs"
        if self.seconds is None:
            return f"{count} with {self.described}."
        return f"{count}, {duration_text(self.seconds)} with {self.described}."


class Computation:
    """The runs of one sweep, computed at a place; used in a `with`, which ends all that was begun.

    Args:
        sweep: what is computed.
        place: where.
        keep: whether networks are to come back.
        whole: whether whole runs are to come back, as they can be kept.
        should_stop: asked all the time; once it is true, what is not done is not done.
    """

    def __init__(
        self,
        sweep: Sweep,
        place: Place,
        *,
        keep: bool = False,
        whole: bool = False,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._sweep, self._place, self._should_stop = sweep, place, should_stop
        self._tasks = [
            Task(sweep.scenario.lab, run.values, sweep.steps, keep, whole) for run in sweep.runs
        ]
        self._executor: Executor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._close()

    def _close(self) -> None:
        executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=True, cancel_futures=True)

    def estimate(self, *, goes_on: bool = False) -> Estimate:
        """Return what it will cost, by a look at one run of each kind.

        Runs are of one kind that differ only in numbers, such as the learning rate, and seeds. What
        workers need until they stand and have loaded the data is counted; where it `goes_on` with
        the same workers, only for those that have not begun yet.
        """
        kinds = _kinds(self._sweep)
        firsts = [runs[0] for runs in kinds.values()]
        stride = -(-len(firsts) // _MOST_MEASURED)
        chosen = firsts[::stride]
        measured: dict[int, Measured] = dict.fromkeys(chosen, Measured(known=False))
        begun, start_up = time.perf_counter(), math.nan
        for place, found in self._map(
            [(measure_run, (self._tasks[one], _MEASURE_SECONDS)) for one in chosen],
            lambda sentence: Measured(known=False),
            Order([{}] * len(chosen)),
        ):
            measured[chosen[place]] = found
            if math.isnan(start_up):  # later ones have waited for the ones before
                start_up = max(time.perf_counter() - begun - found.inside, 0.0)
        known = [one.seconds for one in measured.values() if one.known]
        workers = self._place.workers
        if not known:
            return Estimate(self._sweep.count, None, self._place.described)
        usual = sum(known) / len(known)
        each = []
        for runs in kinds.values():
            here = measured.get(runs[0])
            each += [here.seconds if here is not None and here.known else usual] * len(runs)
        needed = min(workers, len(each))
        begins = start_up + max((one.loading for one in measured.values()), default=0.0)
        warm = min(len(chosen), needed) if goes_on else 0
        seconds = begins * (1 - warm / needed) + max(sum(each) / needed, *each)
        return Estimate(self._sweep.count, seconds, self._place.described)

    def results(self) -> Iterator[tuple[int, RunResult]]:
        """Compute all runs; yield each one's number and what became of it, as they come.

        Raises:
            BadInput: if workers die all the time; what was yielded is as it was.
        """
        order = Order([run.settings for run in self._sweep.runs])
        calls = [(compute_run, (task,)) for task in self._tasks]
        for number, result in self._map(calls, RunResult.failure, order):
            if not result.failed:
                order.note(number, result.seconds)
            yield number, result

    def _map(
        self,
        calls: Sequence[tuple[Callable[..., OutcomeT], tuple[Any, ...]]],
        failed: Callable[[str], OutcomeT],
        waiting: Order,
    ) -> Iterator[tuple[int, OutcomeT]]:
        """Yield the number of each call and what it returned, as they come."""
        tries, breaks = Counter[int](), 0
        pending: dict[Future[OutcomeT], int] = {}
        lost: tuple[type[BaseException], ...] = (*self._place.lost, CancelledError)
        try:
            while (waiting or pending) and not self._should_stop():
                is_broken = False
                while waiting and len(pending) < _AHEAD * self._place.workers:
                    number = waiting.take()
                    function, arguments = calls[number]
                    try:
                        future = self._open().submit(function, *arguments)
                    except BrokenExecutor:
                        waiting.put_back(number)
                        is_broken = True
                        break
                    pending[future] = number
                done, _ = wait(pending, timeout=_LOOK_SECONDS, return_when=FIRST_COMPLETED)
                for future in done:
                    number = pending.pop(future)
                    try:
                        outcome = future.result()
                    except BrokenExecutor:
                        is_broken = True
                        waiting.put_back(number)
                        continue
                    except lost:
                        tries[number] += 1
                        if tries[number] < MOST_TRIES:
                            waiting.put_back(number)
                            continue
                        outcome = failed(_LOST)
                    except Exception as error:  # one run's fault does not end the others
                        outcome = failed(fault_sentence(error))
                    breaks = 0
                    yield number, outcome
                if is_broken:
                    breaks += 1
                    if breaks >= MOST_TRIES:
                        raise BadInput(
                            f"The workers have died {MOST_TRIES} times without a result, perhaps "
                            "for lack of memory; use fewer of them."
                        )
                    # What was handed over to the pool that broke is lost with it, if not done.
                    for future, number in pending.items():
                        if not future.done():
                            waiting.put_back(number)
                    pending = {future: one for future, one in pending.items() if future.done()}
                    self._close()
        finally:
            for future in pending:
                future.cancel()

    def _open(self) -> Executor:
        if self._executor is None:
            self._executor = self._place.open()
        return self._executor


def _kinds(sweep: Sweep) -> Mapping[Any, list[int]]:
    """Return the numbers of the runs that take about as long as each other."""
    declared = sweepable(sweep.vocabulary)
    kinds: dict[Any, list[int]] = {}
    for number, run in enumerate(sweep.runs):
        kind = tuple(
            value for name, value in run.settings.items() if not isinstance(declared[name], Number)
        )
        kinds.setdefault(kind, []).append(number)
    return kinds


def duration_text(seconds: float) -> str:
    """Return about how long something takes, in words."""
    if seconds < 1.5:
        return "about a second"
    if seconds < 90:
        return f"about {plain_text(seconds, 1 if seconds < 20 else 2)} seconds"
    if seconds < 90 * 60:
        return f"about {round(seconds / 60):,} minutes"
    if seconds < 48 * 3600:
        return f"about {round(seconds / 3600):,} hours"
    return f"about {round(seconds / 86400):,} days"
