"""The threads that own runs: one advances the experiment itself, one lets a child process do so.

The newest update lies in one slot, which the runner's timer reads.
"""

import contextlib
import logging
import multiprocessing
import queue
import threading
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QThread

from gdstudio import child_process
from gdstudio.app.running import training_process
from gdstudio.app.running.training_process import PiecewiseConnection
from gdstudio.experiment.experiment import Experiment
from gdstudio.experiment.run_loop import RunLoop
from gdstudio.experiment.run_update import State, TwinState, Update

log = logging.getLogger(__name__)

# A run has this long to end by itself, from when it is told to.
STOP_SECONDS = 0.4
# The generation of the update that says that the child has died.
DEAD = -1

MakeExperiment = Callable[[], Experiment]
# In which generation a run began, what it can go on from, and its twin, where it has one.
Kept = tuple[int, Any, TwinState | None]


class _Slot:
    """The newest update. Replacing one reference is atomic, so no lock is needed.

    Attributes:
        kept: the last of the states that the updates brought, whoever took them.
    """

    def __init__(self) -> None:
        self._update: Update | None = None
        self.kept: Kept | None = None

    def put(self, update: Update) -> None:
        if update.kept is not None:
            self.kept = (update.run, update.kept, update.kept_twin)
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


class ThreadWorker(threading.Thread):
    """Advances the experiment in this thread.

    It is a daemon: a step without end does not keep the process from ending.
    """

    def __init__(self, make_experiment: MakeExperiment) -> None:
        super().__init__(name="gdstudio-run", daemon=True)
        self._slot = _Slot()
        self._patience: float | None = None
        self._channel = _QueueChannel(self._slot)
        # The breath leaves the interpreter's lock to the window between slices.
        self._loop = RunLoop(
            make_experiment, self._channel, slice_seconds=0.002, breath_seconds=0.001
        )

    def send(self, command: tuple[Any, ...]) -> None:
        """Give the run a command."""
        self._channel.commands.put(command)

    def take(self) -> Update | None:
        """Take the newest update, if there is one."""
        return self._slot.take()

    @property
    def kept(self) -> Kept | None:
        """What a run can go on from, as was last heard of."""
        return self._slot.kept

    def stop(self) -> None:
        """Tell the run to end; nobody waits for it here."""
        if self._patience is None:
            self._patience = time.monotonic() + STOP_SECONDS
            self.send((RunLoop.on_stop,))

    def close(self) -> None:
        """Stop the run, and join what runs it if that ends in time."""
        self.stop()
        assert self._patience is not None
        self.join(max(self._patience - time.monotonic(), 0.0))
        if self.is_alive():
            log.warning("A run did not stop in time; it is left to the end of the process")

    def run(self) -> None:
        """Own the run until it is stopped (the thread's body)."""
        self._loop.serve()


class ProcessWorker(QThread):
    """Lets a spawned child process advance the experiment, and listens to it."""

    def __init__(self, make_experiment: MakeExperiment) -> None:
        super().__init__()
        self._slot = _Slot()
        self._make_experiment = make_experiment
        connection, self._child_end = multiprocessing.get_context("spawn").Pipe()
        self._connection = PiecewiseConnection(connection)
        self._process = child_process.new_child(
            training_process.serve, make_experiment, self._child_end, name="gdstudio-training"
        )
        self._patience: float | None = None
        self._commands: queue.SimpleQueue[tuple[Any, ...] | None] = queue.SimpleQueue()
        # A large network does not fit the pipe at once; the window must not wait for the child.
        self._sender = threading.Thread(
            target=self._send_commands, name="gdstudio-commands", daemon=True
        )
        self._sender.start()

    def send(self, command: tuple[Any, ...]) -> None:
        """Give the run a command."""
        self._commands.put(command)

    def _send_commands(self) -> None:
        """Pass the commands on, in order (the body of a thread of its own)."""
        while (command := self._commands.get()) is not None:
            # Where the child is gone, `run` says so.
            with contextlib.suppress(OSError):
                self._connection.send(command)

    def take(self) -> Update | None:
        """Take the newest update, if there is one."""
        return self._slot.take()

    @property
    def kept(self) -> Kept | None:
        """What a run can go on from, as was last heard of."""
        return self._slot.kept

    def stop(self) -> None:
        """Tell the run to end; nobody waits for it here."""
        if self._patience is None:
            self._patience = time.monotonic() + STOP_SECONDS
            self.send((RunLoop.on_stop,))
            self._commands.put(None)

    def close(self) -> None:
        """Stop the run and join what runs it."""
        self.stop()
        assert self._patience is not None
        left = max(self._patience - time.monotonic(), 0.0)
        if not self.wait(int(left * 1000)):
            # In the middle of a long evaluation; nothing of it is needed any more.
            self._process.kill()
            self.wait()
        self._sender.join()
        if self._process.pid is not None:
            self._process.join()
            self._process.close()
        self._connection.close()

    def run(self) -> None:
        """Own the run until it is stopped (the thread's body)."""
        try:
            child_process.start(self._process)
        except (OSError, RuntimeError):
            # Where no child can be had, it trains here: slower, but it trains.
            log.exception("The training process could not start")
            channel = _Shortcut(PiecewiseConnection(self._child_end), self._slot)
            RunLoop(self._make_experiment, channel).serve()
            return
        self._child_end.close()
        listen(self._connection, self._slot.put)
        if self._patience is None:
            self._slot.put(Update(DEAD, State.FAILED))


class _Shortcut:
    """The child's end of the line, used in this process: commands by it, updates to the slot."""

    def __init__(self, connection: PiecewiseConnection, slot: _Slot) -> None:
        self.poll = connection.poll
        self.recv = connection.recv
        self.send = slot.put


def listen(connection: PiecewiseConnection, put: Callable[[Update], None]) -> None:
    """Hand on all that comes over `connection` until the other end is closed."""
    while True:
        try:
            put(connection.recv())
        except (EOFError, OSError):
            return
