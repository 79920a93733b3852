"""Long work as a generator: between its parts it says how much is done, and can be stopped.

So the same code runs in a test, on the command line and in a thread of the window, and knows
nothing of any of them.
"""

from collections.abc import Callable, Generator
from typing import TypeVar

T = TypeVar("T")

# What is yielded is the share that is done, 0 to 1; what is returned is the result.
Work = Generator[float, None, T]


def in_one_part(function: Callable[[], T]) -> Work[T]:
    """Return work that calls `function`, and cannot be stopped once it has begun."""
    yield 0.0
    return function()


def finish(
    work: Work[T],
    *,
    stopped: Callable[[], bool] = lambda: False,
    progress: Callable[[float], None] = lambda _share: None,
) -> T | None:
    """Do all of `work` and return its result, or None where it was `stopped` on the way.

    Both are called between the parts: `stopped` is asked, `progress` is told the share done.
    """
    try:
        while True:
            progress(next(work))
            if stopped():
                work.close()
                return None
    except StopIteration as done:
        result: T = done.value
        return result
