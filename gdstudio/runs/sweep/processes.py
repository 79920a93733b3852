"""Where runs are computed on this machine: child processes, one run at a time in each."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from gdstudio.child_process import ChildDied, JobProcess

P = ParamSpec("P")
T = TypeVar("T")

# A run may take as long as it takes; what is too long is said before the start.
_FOR_EVER = 30 * 24 * 3600.0
# How much others on this machine come before a sweep that is computed beside them.
_BESIDE_OTHERS = 10


class ProcessExecutor(Executor):
    """Calls functions in child processes, which are started as they are needed.

    A child that dies takes only its own call with it, which raises `ChildDied`; the next one has
    another child. `shutdown` with `cancel_futures` ends calls that have begun, too.

    Args:
        workers: how many children there are at most.
        gentle: whether other programs come before them.
    """

    def __init__(self, workers: int, *, gentle: bool = False) -> None:
        self._gentle = gentle
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="gdstudio-sweep")
        self._own = threading.local()
        self._children: list[JobProcess] = []
        self._stopped = threading.Event()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Call `fn`, which a child can import, with arguments that can be pickled."""
        if kwargs:
            raise TypeError("a child process takes positional arguments")
        return self._threads.submit(self._in_child, fn, args)

    def _in_child(self, fn: Callable[..., T], arguments: tuple[Any, ...]) -> T:
        child: JobProcess | None = getattr(self._own, "child", None)
        if child is None:
            child = self._own.child = JobProcess(name="gdstudio-sweep")
            self._children.append(child)
        result: T = child.run(
            _called,
            self._gentle,
            fn,
            arguments,
            seconds=_FOR_EVER,
            should_stop=self._stopped.is_set,
        )
        return result

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more calls; end those that were begun, if they are cancelled."""
        if cancel_futures:
            self._stopped.set()
        self._threads.shutdown(wait=wait, cancel_futures=cancel_futures)
        if wait:
            for child in self._children:
                child.close()


def _called(gentle: bool, fn: Callable[..., T], arguments: tuple[Any, ...]) -> T:
    """Call `fn` in the child."""
    if gentle and hasattr(os, "nice"):
        with suppress(OSError):
            os.nice(max(_BESIDE_OTHERS - os.nice(0), 0))
    return fn(*arguments)


@dataclass(frozen=True)
class ThisMachine:
    """Child processes of this machine.

    Attributes:
        workers: how many; 0 is one for each processor.
        gentle: whether other programs come first.
        lost: what a call raises whose worker has died.
    """

    workers: int = 0
    gentle: bool = False
    lost: tuple[type[BaseException], ...] = (ChildDied, TimeoutError)

    def __post_init__(self) -> None:
        if not self.workers:
            object.__setattr__(self, "workers", processors())

    @property
    def described(self) -> str:
        """Where that is, in a few words."""
        return "1 worker" if self.workers == 1 else f"{self.workers:,} workers"

    def open(self) -> ProcessExecutor:
        """Return what computes there."""
        return ProcessExecutor(self.workers, gentle=self.gentle)


def processors() -> int:
    """Return how many processors this program may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1
