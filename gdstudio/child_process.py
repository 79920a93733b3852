"""Child processes: one way to start them, and jobs that run where they can be ended.

A thread cannot be ended from outside; a process can. So what may compute without end (a derivative
of a typed function, a file that nobody has checked) runs in a child, and whoever waits for it says
how long.
"""

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any

from gdstudio import import_path
from gdstudio.number_text import plain_text

_LOOK_SECONDS = 0.02
# Python sets threads and files up within this time, even on a busy machine.
_START_SECONDS = 20.0

_starting = threading.Lock()


class Stopped(Exception):  # noqa: N818 - an outcome, not a fault
    """Nobody waits for the job any more; its process has been ended."""


class ChildDied(RuntimeError):  # noqa: N818 - an outcome, not a fault
    """The child ended before its job did, perhaps for lack of memory."""


def new_child(target: Callable[..., None], *arguments: Any, name: str) -> SpawnProcess:
    """Return a child process that will call `target`; it ends with this process.

    `start` starts it: never its own `start`.
    """
    context = multiprocessing.get_context("spawn")
    return context.Process(target=target, args=arguments, name=name, daemon=True)


def start(child: SpawnProcess) -> None:
    """Start a child that finds the modules of Python and of the app, and no others.

    Raises:
        OSError, RuntimeError: if no child can be had.
    """
    with _starting, _safe_path(), _hidden_main():
        child.start()


@contextlib.contextmanager
def _safe_path() -> Iterator[None]:
    """Let a child that starts look for modules neither here nor where this process was started.

    multiprocessing hands on ``sys.path``, and the environment decides on what is in it before.
    """
    before = sys.path[:]
    import_path.protect()
    try:
        yield
    finally:
        sys.path[:] = before


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


def settle_in() -> None:
    """Behave as a child should; the first thing that every child calls.

    Ctrl+C in the terminal, and its closing, are for the parent, which then stops its children in
    order; and what overflows in a run that diverges is said by the parent, not printed by NumPy.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    warnings.filterwarnings("ignore", category=RuntimeWarning)


class JobProcess:
    """Does one job at a time in a child process, which is started when it is first needed.

    It may be used from any thread, by one at a time. After a job that was ended, the next one
    starts another child.
    """

    def __init__(self, *, name: str = "gdstudio-job") -> None:
        self._name = name
        self._child: SpawnProcess | None = None
        self._connection: Connection | None = None
        self._closed = False
        self._busy = threading.Lock()

    def run(
        self,
        job: Callable[..., Any],
        *arguments: Any,
        seconds: float,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> Any:
        """Return what ``job(*arguments)`` returns, or raise what it raises.

        Args:
            job: a function that the child can import.
            arguments: what can be pickled.
            seconds: how long it may take, beside the start of the child.
            should_stop: asked all the time; once it is true nobody waits any more.

        Raises:
            TimeoutError: if it took longer; its child has been ended.
            Stopped: if `should_stop` said so, or the process was closed; its child has been ended.
            ChildDied: if the child ended by itself.
        """
        with self._busy:
            if self._closed:
                raise Stopped
            try:
                connection = self._ready(should_stop)
                connection.send((job, arguments, seconds))
                worked, result = self._wait(connection, seconds, should_stop)
            except BaseException as error:
                self._end()
                if isinstance(error, OSError | EOFError) and not isinstance(error, TimeoutError):
                    # What could not be sent is let go of now: of such buffers Python 3.13 complains
                    # where it collects them later.
                    traceback.clear_frames(error.__traceback__)
                    raise ChildDied(f"{self._name} ended before its job did") from None
                raise
        if worked:
            return result
        raise result

    def close(self) -> None:
        """End the child, whatever it does; who waits for a job gets `Stopped`."""
        self._closed = True
        with self._busy:
            self._end()

    def _ready(self, should_stop: Callable[[], bool]) -> Connection:
        """Return the line to a child that listens."""
        if self._connection is not None:
            return self._connection
        ours, theirs = multiprocessing.get_context("spawn").Pipe()
        self._connection = ours
        self._child = new_child(_serve, theirs, name=self._name)
        try:
            start(self._child)
        finally:
            theirs.close()
        self._wait(ours, _START_SECONDS, should_stop)
        return ours

    def _wait(self, connection: Connection, seconds: float, should_stop: Callable[[], bool]) -> Any:
        """Return what comes over `connection`, within `seconds`."""
        deadline = time.monotonic() + seconds
        while not connection.poll(_LOOK_SECONDS):
            if self._closed or should_stop():
                raise Stopped
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self._name} took longer than {plain_text(seconds)} seconds")
        return connection.recv()

    def _end(self) -> None:
        """End the child; the next job starts another."""
        child, self._child = self._child, None
        connection, self._connection = self._connection, None
        if child is not None and child.pid is not None:
            child.kill()
            child.join()
            child.close()
        if connection is not None:
            connection.close()


def _serve(connection: Connection) -> None:
    """Do the jobs that come over `connection` until the other end is closed."""
    settle_in()
    parent = multiprocessing.parent_process()
    if parent is not None:
        # A parent that was killed cannot end its children.
        threading.Thread(target=_follow, args=(parent,), daemon=True).start()
    connection.send("ready")
    while True:
        try:
            job, arguments, seconds = connection.recv()
        except (EOFError, OSError):
            return
        if hasattr(signal, "setitimer"):
            # The system ends what even a thread of this process could not.
            signal.setitimer(signal.ITIMER_REAL, seconds + 5.0)
        answer: tuple[bool, Any]
        try:
            answer = True, job(*arguments)
        except Exception as error:
            answer = False, error
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)
        try:
            connection.send(answer)
        except OSError:
            return
        except Exception as error:
            # What cannot be pickled is told in words.
            connection.send((False, RuntimeError(f"{type(error).__name__}: {error}")))


def _follow(parent: Any) -> None:
    parent.join()
    os._exit(1)
