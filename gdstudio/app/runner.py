"""The runner: how a lab's descent advances without the window ever waiting for it.

One thread per lab owns the run. It advances the experiment itself, or lets a child process do so;
either way the newest update lies in one slot, which one timer reads.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from gdstudio.app.run_loop import State, Update
from gdstudio.app.workers import MakeExperiment, ProcessWorker, ThreadWorker

# A little more often than 30 times a second, so that no beat falls below it.
FRAME_MILLISECONDS = 31


class Runner(QObject):
    """Runs one experiment for one lab.

    Signals:
        updated(Update): at most 32 times a second, in the window's thread, when there is news.
    """

    updated = Signal(object)

    def __init__(
        self,
        make_experiment: MakeExperiment,
        *,
        in_process: bool,
        parent: QObject | None = None,
    ) -> None:
        """Prepare a run.

        Args:
            make_experiment: builds the experiment where it runs; can be pickled if `in_process`.
            in_process: whether a child process trains, rather than a thread of this one.
            parent: the owner.
        """
        super().__init__(parent)
        self._make_experiment = make_experiment
        self._in_process = in_process
        self._worker: ThreadWorker | ProcessWorker | None = None
        self._generation = 0
        self._latest: Update | None = None
        self._speed: float | None = None
        self._tickets = 0
        self._waiting: dict[int, Callable[[Any], None]] = {}
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME_MILLISECONDS)
        self._timer.timeout.connect(self._take)

    @property
    def latest(self) -> Update | None:
        """The newest update that was taken."""
        return self._latest

    @property
    def is_running(self) -> bool:
        """Whether the run was going on when last heard of."""
        return self._latest is not None and self._latest.state is State.RUNNING

    def start(self) -> None:
        """Build the experiment in the background and report its first state."""
        if self._worker is None:
            kind = ProcessWorker if self._in_process else ThreadWorker
            self._worker = kind(self._make_experiment)
            self._worker.start()
            self._timer.start()
            self._send("speed", self._speed)

    def run(self) -> None:
        """Run as fast as the speed allows; after the end, for as long again."""
        self._send("run")

    def pause(self) -> None:
        """Stop within a slice, a few milliseconds."""
        self._send("pause")

    def step(self, count: int = 1) -> None:
        """Make `count` steps and pause."""
        self._send("step", count)

    def reset(self, *arguments: Any) -> None:
        """Return to the start; `arguments` go to the experiment's `reset`."""
        if self._latest is not None and self._latest.generation < 0:
            self._restart_worker()
        self._generation += 1
        self._send("reset", self._generation, *arguments)

    def load(self, *arguments: Any) -> None:
        """Continue from elsewhere; `arguments` go to the experiment's `load`."""
        self._generation += 1
        self._send("load", self._generation, *arguments)

    def branch(self, iteration: int) -> None:
        """Go on from the moment that was kept at `iteration`."""
        self._generation += 1
        self._send("branch", self._generation, iteration)

    def ask(self, name: str, *arguments: Any, then: Callable[[Any], None]) -> None:
        """Ask the experiment's ``answer_{name}``; `then` gets the answer, None where there is none.

        It does not disturb the run. Nothing comes once the runner is closed.
        """
        self._tickets += 1
        self._waiting[self._tickets] = then
        self._send("ask", self._tickets, name, *arguments)

    def set_live(self, settings: Any) -> None:
        """Apply changed live settings at the next step."""
        self._send("live", settings)

    def set_speed(self, steps_per_second: float | None) -> None:
        """Set the speed; None is as fast as it goes."""
        self._speed = steps_per_second
        if self._worker is not None:
            self._send("speed", steps_per_second)

    def close(self) -> None:
        """Stop and join thread and process, within a second."""
        self._timer.stop()
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def _restart_worker(self) -> None:
        self.close()
        self._latest = None
        self.start()
        # Whoever asked the worker that has died may ask again.
        waiting, self._waiting = self._waiting, {}
        for then in waiting.values():
            then(None)

    def _send(self, name: str, *arguments: Any) -> None:
        if self._worker is None:
            self.start()
        assert self._worker is not None
        self._worker.send((name, *arguments))

    def _take(self) -> None:
        if self._worker is None:
            return
        update = self._worker.take()
        if update is None:
            return
        self._send("acknowledge")
        # What is from before the last reset is not shown.
        if not 0 <= update.generation < self._generation:
            if update.snapshot is None and self._latest is not None:
                # Where the worker died, what was last heard of its run stays.
                update = replace(update, snapshot=self._latest.snapshot)
            self._latest = update
            self.updated.emit(update)
        # Afterwards, so that nobody takes an answer of a new run for one of the run before.
        for ticket, answer in update.answers:
            then = self._waiting.pop(ticket, None)
            if then is not None:
                then(answer)
