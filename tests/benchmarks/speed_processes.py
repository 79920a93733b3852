"""A process for each contestant, so that the thread pools of one do not disturb the others."""

import multiprocessing
import os
from multiprocessing.connection import Connection
from typing import Any

from speed_contest import Contestant, Round, Task
from speed_engine import Ours, Products
from speed_rivals import Jax, PyTorch, ScikitLearn

CONTESTANTS: dict[str, type[Contestant]] = {
    "this engine": Ours,
    "PyTorch": PyTorch,
    "scikit-learn": ScikitLearn,
    "JAX": Jax,
    "products": Products,
}


class Seat:
    """One contestant in a process of its own, which waits between its rounds.

    Args:
        name: the contestant's.
        threads: how many threads its products may use; None is its own choice.

    Raises:
        ImportError: from `wait_until_ready`, if the contestant's library is missing.
    """

    def __init__(self, name: str, threads: int | None):
        self.name = name
        self.threads = threads
        context = multiprocessing.get_context("spawn")
        self._line, line = context.Pipe()
        self._process = context.Process(target=_serve, args=(name, threads, line), daemon=True)
        self._process.start()
        line.close()

    def wait_until_ready(self) -> dict[str, str]:
        """Return the versions of what it uses."""
        return self._receive()

    def train(self, task: Task, seed: int) -> Round:
        """Learn one epoch, while everybody else waits."""
        self._line.send((task, seed))
        return self._receive()

    def close(self) -> None:
        """End the process."""
        self._line.close()
        self._process.join()

    def _receive(self) -> Any:
        answer = self._line.recv()
        if isinstance(answer, Exception):
            raise answer
        return answer


def _serve(name: str, threads: int | None, line: Connection) -> None:
    if name == "JAX" and threads == 1 and hasattr(os, "sched_setaffinity"):
        # XLA has no other way to say how many threads it may use; its pool counts processors.
        os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])
    try:
        contestant = CONTESTANTS[name](threads)
    except ImportError as error:
        line.send(error)
        return
    line.send(contestant.versions())
    while True:
        try:
            task, seed = line.recv()
        except EOFError:
            return
        line.send(contestant.train(task, seed))
