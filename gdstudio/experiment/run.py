"""A run and how it stands, and the runs that gave way to it and can be had back."""

import math
import time
from dataclasses import dataclass

from gdstudio.experiment.experiment import Experiment
from gdstudio.experiment.run_update import State
from gdstudio.experiment.twin import Twin

# A run that has computed, or was watched, for longer than this would be a loss.
LONG_SECONDS = LONG_WATCH_SECONDS = 10.0
# This number of long runs that gave way can be had back, one after the other.
MOST_LOST = 4


@dataclass(eq=False)
class Run:
    """A run and how it stands.

    Attributes:
        experiment: what is advanced.
        generation: the command that began it.
        state, message, remedy: as the window is told.
        computed: how long it has computed, in seconds.
        seconds: how long it has been running, up to `since`.
        since: when it entered its state.
        twin: the run that is stepped together with it, where there is one.
    """

    experiment: Experiment
    generation: int
    state: State = State.PAUSED
    message: str = ""
    remedy: float = math.nan
    computed: float = 0.0
    seconds: float = 0.0
    since: float = 0.0
    twin: Twin | None = None

    @property
    def is_at_end(self) -> bool:
        """Whether no step can be made, by a twin either."""
        is_alone = self.twin is None or self.twin.is_over
        return self.experiment.finished and is_alone

    @property
    def running_seconds(self) -> float:
        """How long it has been running, now included."""
        going = time.perf_counter() - self.since if self.state is State.RUNNING else 0.0
        return self.seconds + going

    @property
    def is_long(self) -> bool:
        """Whether it would be a loss: it has computed long, or somebody has watched it long."""
        return self.computed > LONG_SECONDS or self.running_seconds > LONG_WATCH_SECONDS

    def advance(self, *, steps: float = math.inf, seconds: float = math.inf) -> int:
        """Make steps, with the twin, as `Experiment.advance` does."""
        if self.twin is None:
            return self.experiment.advance(steps=steps, seconds=seconds)
        return self.twin.advance(self.experiment, steps=steps, seconds=seconds)

    def measure_whole(self) -> bool:
        """Measure what was estimated on the way, of the twin, too; return whether anything was."""
        is_new = self.experiment.measure_whole()
        return (self.twin is not None and self.twin.experiment.measure_whole()) or is_new

    def extend(self) -> None:
        """Let it go on after its end, and the twin with it, for as long again."""
        self.experiment.extend()
        if self.twin is not None:
            self.twin.extend()

    def enter(self, state: State, message: str = "", remedy: float = math.nan) -> None:
        """Be in another state."""
        self.seconds, self.since = self.running_seconds, time.perf_counter()
        self.state, self.message, self.remedy = state, message, remedy

    def pause(self) -> None:
        """Be paused, if it is running; so its time does not go on."""
        if self.state is State.RUNNING:
            self.enter(State.PAUSED)

    def finish(self) -> None:
        """Be at the end, and say why."""
        remedy = self.experiment.remedy() if self.experiment.went_wrong else math.nan
        self.enter(State.FINISHED, self.experiment.ending, remedy)


class FormerRuns:
    """The runs that gave way: the last one, whatever it was, and long ones before it."""

    def __init__(self) -> None:
        self._last: Run | None = None
        # Long runs that gave way before that one, the newest last.
        self._lost: list[Run] = []

    @property
    def offered(self) -> str:
        """What the newest of the long runs has come to; empty where there is none."""
        newest = self._newest
        return newest.experiment.summary if newest is not None else ""

    @property
    def lost(self) -> tuple[int, ...]:
        """The generations of the long runs before the last one."""
        return tuple(one.generation for one in self._lost)

    @property
    def _newest(self) -> Run | None:
        """The newest of the long runs; None where there is none."""
        if self._last is not None and self._last.is_long:
            return self._last
        return self._lost[-1] if self._lost else None

    def add(self, run: Run) -> None:
        """Take the run that gives way; of the one before it a long one stays."""
        if self._last is not None and self._last.is_long:
            self._lost = [*self._lost, self._last][-MOST_LOST:]
        run.pause()
        self._last = run

    def drop_short(self) -> None:
        """Drop the last one, unless it is long."""
        if self._last is not None and not self._last.is_long:
            self._last = None

    def clear(self) -> bool:
        """Drop all; return whether there was any."""
        held = self._last is not None or bool(self._lost)
        self._last, self._lost = None, []
        return held

    def swap(self, run: Run) -> Run | None:
        """Return the last one and take `run` in its place; None where there is none."""
        back = self._last
        if back is not None:
            run.pause()
            self._last = run
        return back

    def bring_back(self, run: Run) -> Run | None:
        """Return the newest long one and take `run`; asked again, the ones before it in turn.

        Where none is long it is the last one; None where there is none at all.
        """
        newest = self._newest
        if newest is None or newest is self._last:
            return self.swap(run)
        self._lost.pop()
        self._last = None
        run.pause()
        if run.is_long:
            self._lost.insert(0, run)
        return newest
