"""How much is tried: little in the daily run, as much as one likes by hand.

GDSTUDIO_FUZZ=5000 pytest tests/fuzz           so many inputs of each kind
GDSTUDIO_FUZZ_SEED=7                           others than yesterday's
"""

import os
import random
import signal
import threading
import time

import pytest

# Reading a file or a text takes hundredths of a second, on a busy machine many times that. What has
# computed for this long, or waited for that long, does not end.
_ENDLESS_SECONDS, _ENDLESS_WAIT = 20, 600


class _Clock:
    """The time that one input has had."""

    def begin(self):
        self._computed, self._begun = time.thread_time(), time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, _ENDLESS_SECONDS, _ENDLESS_SECONDS)

    def look(self, *_):
        computed, waited = time.thread_time() - self._computed, time.monotonic() - self._begun
        if computed > _ENDLESS_SECONDS or waited > _ENDLESS_WAIT:
            raise TimeoutError("it did not end")


class Trials:
    """The inputs of one kind.

    Attributes:
        seed: what they are made from.
        wanted: how many were asked for by hand; 0 for the usual number.
    """

    def __init__(self, seed: int):
        self.seed = seed
        self.wanted = int(os.environ.get("GDSTUDIO_FUZZ", "0"))

    def chances(self, usual: int):
        """Yield a source of chance for each trial, so that each can be repeated alone."""
        for number in range(self.wanted or usual):
            yield number, random.Random(f"{self.seed} {number}")


@pytest.fixture
def trials():
    return Trials(int(os.environ.get("GDSTUDIO_FUZZ_SEED", "0")))


@pytest.fixture(autouse=True)
def _clock():
    """Raise where a single input is read without end (a watch over all would need one per test)."""
    if (
        not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
    ):
        yield None
        return
    clock = _Clock()
    before = signal.signal(signal.SIGALRM, clock.look)
    yield clock
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def bounded(_clock):
    """Return a function to be called before each input: from then on it has its time."""
    return (lambda: None) if _clock is None else _clock.begin
