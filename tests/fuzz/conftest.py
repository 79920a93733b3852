"""How much is tried: little in the daily run, as much as one likes by hand.

GDSTUDIO_FUZZ=5000 pytest tests/fuzz           so many inputs of each kind
GDSTUDIO_FUZZ_SEED=7                           others than yesterday's
"""

import os
import random
import signal
import threading

import pytest

# Reading a file or a text takes hundredths of a second. What takes this long does not end.
_ENDLESS_SECONDS = 60


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
def _nothing_endless():
    """Raise where a single input is read without end (a watch over all would need one per test)."""
    if (
        not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return

    def raise_it(*_):
        raise TimeoutError("it did not end")

    before = signal.signal(signal.SIGALRM, raise_it)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def bounded():
    """Return a function to be called before each input: from then on it has its time."""
    return lambda: (
        signal.setitimer(signal.ITIMER_REAL, _ENDLESS_SECONDS)
        if hasattr(signal, "setitimer")
        else None
    )
