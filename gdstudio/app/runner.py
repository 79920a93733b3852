"""The runner: how a lab's descent advances without the window ever waiting for it.

One thread per lab owns the run. It advances the experiment itself, or lets a child process do so;
either way the newest update lies in one slot, which one timer reads.
"""

import contextlib
import logging
import multiprocessing
import queue
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Any

from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal

from gdstudio.app import training_process
from gdstudio.app.run_loop import RunLoop, State, Update
from gdstudio.experiment.experiment import Experiment

log = logging.getLogger(__name__)

# A little more often than 30 times a second, so that no beat falls below it.
FRAME_MILLISECONDS = 31
STOP_MILLISECONDS = 700

MakeExperiment = Callable[[], Experiment]


class _Slot:
    """The newest update. Replacing one reference is atomic, so no lock is needed."""

    def __init__(self) -> None:
        self._update: Update | None = None

    def put(self, update: Update) -> None:
        self._update = update

    def take(self) -> Update | None:
        update, self._update = self._update, None
        return update


class _QueueChannel:
    """The line between the window and a loop in a thread of this process."""

    def __init__(self, slot: _Slot) -> None:
        self.commands: queue.SimpleQueue[tuple[Any, ...]] = queue.SimpleQueue()
        self._slot = slot
        self._next: tuple[Any, ...] | None = None

    def poll(self, timeout: float) -> bool:
        if self._next is None:
            try:
                self._next = self.commands.get(timeout > 0, timeout if timeout > 0 else None)
            except queue.Empty:
                return False
        return True

    def recv(self) -> tuple[Any, ...]:
        assert self._next is not None
        command, self._next = self._next, None
        return command

    def send(self, update: Update) -> None:
        self._slot.put(update)


class _ThreadWorker(QThread):
    """Advances the experiment in this thread."""

    def __init__(self, make_experiment: MakeExperiment) -> None:
        super().__init__()
        self._slot = _Slot()
        self._channel = _QueueChannel(self._slot)
        # The breath leaves the interpreter's lock to the window between slices.
        self._loop = RunLoop(
            make_experiment, self._channel, slice_seconds=0.002, breath_seconds=0.001
        )

    def send(self, command: tuple[Any, ...]) -> None:
        self._channel.commands.put(command)

    def take(self) -> Update | None:
        return self._slot.take()

    def close(self) -> None:
        self.send(("stop",))
        self.wait()

    def run(self) -> None:
        self._loop.serve()


class _ProcessWorker(QThread):
    """Lets a spawned child process advance the experiment, and listens to it."""

    def __init__(self, make_experiment: MakeExperiment) -> None:
        super().__init__()
        self._slot = _Slot()
        self._make_experiment = make_experiment
        context = multiprocessing.get_context("spawn")
        self._connection, self._child_end = context.Pipe()
        self._process = context.Process(
            target=training_process.serve,
            args=(make_experiment, self._child_end),
            name="gdstudio-training",
            daemon=True,
        )
        self._closing = False

    def send(self, command: tuple[Any, ...]) -> None:
        # Where the child is gone, `run` says so.
        with contextlib.suppress(OSError):
            self._connection.send(command)

    def take(self) -> Update | None:
        return self._slot.take()

    def close(self) -> None:
        self._closing = True
        self.send(("stop",))
        if not self.wait(STOP_MILLISECONDS):
            # In the middle of a long evaluation; nothing of it is needed any more.
            self._process.kill()
            self.wait()
        if self._process.pid is not None:
            self._process.join()
            self._process.close()
        self._connection.close()

    def run(self) -> None:
        try:
            with _hidden_main():
                self._process.start()
        except (OSError, RuntimeError):
            # Where no child can be had, it trains here: slower, but it trains.
            log.exception("The training process could not start")
            RunLoop(self._make_experiment, _Shortcut(self._child_end, self._slot)).serve()
            return
        self._child_end.close()
        listen(self._connection, self._slot.put)
        if not self._closing:
            self._slot.put(
                Update(
                    -1,
                    State.FAILED,
                    "The training process has ended unexpectedly, perhaps for lack of memory; "
                    "press Reset to start it again.",
                )
            )


class _Shortcut:
    """The child's end of the line, used in this process: commands by it, updates to the slot."""

    def __init__(self, connection: Connection, slot: _Slot) -> None:
        self.poll = connection.poll
        self.recv = connection.recv
        self.send = slot.put


@contextlib.contextmanager
def _hidden_main() -> Iterator[None]:
    """Keep a spawned child from running the main script of this process again.

    multiprocessing re-imports it so that functions defined there can be called; ours are not. A
    script that opens our window without an ``if __name__ == "__main__"`` would open another.
    """
    main = sys.modules["__main__"]
    hidden = {name: main.__dict__.get(name) for name in ("__file__", "__spec__")}
    main.__dict__.update(dict.fromkeys(hidden))
    try:
        yield
    finally:
        main.__dict__.update(hidden)


def listen(connection: Connection, put: Callable[[Update], None]) -> None:
    """Hand on all that comes over `connection` until the other end is closed."""
    while True:
        try:
            put(connection.recv())
        except (EOFError, OSError):
            return


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
        self._worker: _ThreadWorker | _ProcessWorker | None = None
        self._generation = 0
        self._latest: Update | None = None
        self._speed: float | None = None
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
            kind = _ProcessWorker if self._in_process else _ThreadWorker
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
        if 0 <= update.generation < self._generation:
            return  # from before the last reset
        if update.snapshot is None and self._latest is not None:
            # Where the worker died, what was last heard of its run stays.
            update = replace(update, snapshot=self._latest.snapshot)
        self._latest = update
        self.updated.emit(update)
