"""The loop that advances an experiment and obeys the window: the same in a thread or a process.

Commands come in as tuples ``(name, *arguments)``; updates go out one at a time, and only when the
window has taken the one before. So nothing can pile up, however fast the descent goes.
"""

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from gdstudio.engine.descent import Diverged
from gdstudio.errors import BadInput
from gdstudio.experiment.experiment import Experiment

log = logging.getLogger(__name__)

FOREVER = 3600.0


class State(Enum):
    """What a run is doing."""

    LOADING = "loading"
    PAUSED = "paused"
    RUNNING = "running"
    FINISHED = "finished"
    DIVERGED = "diverged"
    FAILED = "failed"


@dataclass(frozen=True)
class Update:
    """The newest state of a run, as it crosses to the window.

    Attributes:
        generation: counts resets; an update of an earlier generation is stale.
        state: what the run is doing.
        message: a sentence about it, or nothing.
        remedy: after divergence, a learning rate that would have done.
        snapshot: the experiment's snapshot; None before it exists.
        answers: what was asked since the last update: its ticket and the answer, None where there
            is none.
    """

    generation: int
    state: State
    message: str = ""
    remedy: float = math.nan
    snapshot: Any = None
    answers: tuple[tuple[int, Any], ...] = ()


class Channel(Protocol):
    """What the loop needs of the line to the window; a multiprocessing connection has it."""

    def poll(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds; return whether a command has come."""

    def recv(self) -> tuple[Any, ...]:
        """Return the next command.

        Raises:
            EOFError: when the window is gone.
        """

    def send(self, update: Update) -> None:
        """Hand the window an update."""


class RunLoop:
    """Serves one experiment until it is told to stop.

    Args:
        make_experiment: builds the experiment; called in the loop's own thread or process.
        channel: the line to the window.
        slice_seconds: how long to compute before looking at the line again.
        breath_seconds: how long to leave the interpreter to others after each slice.
    """

    def __init__(
        self,
        make_experiment: Callable[[], Experiment],
        channel: Channel,
        *,
        slice_seconds: float = 0.005,
        breath_seconds: float = 0.0,
    ) -> None:
        self._make_experiment = make_experiment
        self._channel = channel
        self._slice = slice_seconds
        self._breath = breath_seconds
        self._experiment: Experiment | None = None
        self._snapshot: Any = None
        self._answers: list[tuple[int, Any]] = []
        self._generation = 0
        self._state = State.LOADING
        self._message = ""
        self._remedy = math.nan
        self._changed = True
        self._may_send = True
        self._stopped = False
        self._rate: float | None = None
        self._due = 0.0

    def serve(self) -> None:
        """Obey and advance until ``stop`` comes or the window is gone."""
        try:
            self._guard(self._load_experiment)
            while not self._stopped:
                self._publish()
                self._obey()
                if self._state is State.RUNNING and not self._stopped:
                    self._guard(self._advance)
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return

    def _load_experiment(self) -> None:
        self._experiment = self._make_experiment()
        self._state = State.PAUSED

    def _guard(self, act: Callable[..., None], *arguments: Any) -> None:
        """Do something that may fail; a failure becomes a sentence and ends the run."""
        try:
            act(*arguments)
        except Diverged as divergence:
            assert self._experiment is not None
            self._state = State.DIVERGED
            self._message = self._experiment.explain(divergence)
            self._remedy = self._experiment.remedy()
        except BadInput as error:
            self._state = State.FAILED
            self._message = str(error)
        except MemoryError:
            self._state = State.FAILED
            self._message = (
                "There is not enough memory for this; choose a smaller network or batch."
            )
        except Exception as error:
            # The last line of defence: what was learned so far stays, and the window says so.
            log.exception("The run stopped")
            self._state = State.FAILED
            self._message = (
                f"The run stopped because of a fault in the app ({type(error).__name__}); "
                "the log file, named in About, tells more. Press Reset to go on."
            )
        self._changed = True

    def _obey(self) -> None:
        """Carry out all commands that have come; wait for one where there is nothing to do."""
        timeout = 0.0
        if self._state is not State.RUNNING:
            timeout = FOREVER
        elif self._rate is not None:
            timeout = max(self._due - time.perf_counter(), 0.0)
        elif self._breath:
            timeout = self._breath
        while not self._stopped and self._channel.poll(timeout):
            name, *arguments = self._channel.recv()
            getattr(self, f"on_{name}")(*arguments)
            timeout = 0.0

    def _publish(self) -> None:
        if not (self._changed and self._may_send):
            return
        self._snapshot = None
        if self._experiment is not None:
            self._guard(self._look)
        self._may_send = False
        self._changed = False
        answers, self._answers = tuple(self._answers), []
        self._channel.send(
            Update(
                self._generation,
                self._state,
                self._message,
                self._remedy,
                self._snapshot,
                answers,
            )
        )

    def _look(self) -> None:
        assert self._experiment is not None
        self._snapshot = self._experiment.snapshot()

    def _advance(self) -> None:
        assert self._experiment is not None
        now = time.perf_counter()
        if self._rate is None:
            self._experiment.advance(seconds=self._slice)
        else:
            if now < self._due:
                return
            # A run that fell behind does not race to catch up.
            self._due = max(self._due, now - 2 * self._slice)
            steps = max(int((now - self._due) * self._rate), 0) + 1
            done = self._experiment.advance(steps=steps, seconds=self._slice)
            self._due += done / self._rate
        self._changed = True
        if self._experiment.finished:
            self._state = State.FINISHED
            self._message = self._experiment.ending

    def on_acknowledge(self) -> None:
        """Note that the window has taken the last update."""
        self._may_send = True

    def on_run(self) -> None:
        """Run on; a finished run is extended."""
        if self._experiment is None or self._state is State.DIVERGED:
            return
        if self._experiment.finished:
            self._experiment.extend()
        self._enter(State.RUNNING)
        self._due = time.perf_counter()

    def on_pause(self) -> None:
        """Stop after the current slice."""
        if self._state is State.RUNNING:
            self._enter(State.PAUSED)

    def on_step(self, count: int = 1) -> None:
        """Make a few steps and pause."""
        if self._experiment is None or self._state is State.DIVERGED:
            return
        if self._experiment.finished:
            self._experiment.extend()
        self._enter(State.PAUSED)
        self._guard(self._step, count)

    def _step(self, count: int) -> None:
        assert self._experiment is not None
        self._experiment.advance(steps=count)
        if self._experiment.finished:
            self._state = State.FINISHED
            self._message = self._experiment.ending

    def on_reset(self, generation: int, *arguments: Any) -> None:
        """Return to the start, under new settings if given."""
        self._generation = generation
        self._enter(State.PAUSED)
        if self._experiment is None:
            self._guard(self._load_experiment)
        if self._experiment is not None:
            self._guard(self._experiment.reset, *arguments)

    def on_load(self, generation: int, *arguments: Any) -> None:
        """Continue from elsewhere, such as an opened network."""
        self._generation = generation
        self._enter(State.PAUSED)
        if self._experiment is not None:
            self._guard(self._experiment.load, *arguments)

    def on_branch(self, generation: int, iteration: int) -> None:
        """Go on from an earlier moment of the run."""
        self._generation = generation
        self._enter(State.PAUSED)
        if self._experiment is not None:
            self._guard(self._experiment.branch, iteration)

    def on_ask(self, ticket: int, name: str, *arguments: Any) -> None:
        """Let the experiment's ``answer_{name}`` answer; a question never ends a run."""
        answer = None
        try:
            answer = getattr(self._experiment, f"answer_{name}")(*arguments)
        except Exception:
            log.exception("No answer to %s", name)
        self._answers.append((ticket, answer))
        self._changed = True

    def on_live(self, settings: Any) -> None:
        """Obey changed live settings from the next step on."""
        if self._experiment is not None:
            self._guard(self._experiment.set_live, settings)

    def on_speed(self, rate: float | None) -> None:
        """Make `rate` steps a second; None is as fast as it goes."""
        self._rate = rate
        self._due = time.perf_counter()

    def on_stop(self) -> None:
        """End the loop."""
        self._stopped = True

    def _enter(self, state: State) -> None:
        self._state = state
        self._message = ""
        self._remedy = math.nan
        self._changed = True
