"""Places to compute runs at that need no child process."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest


@dataclass
class OneThread:
    """One thread of this process."""

    workers: int = 1
    lost: tuple = ()
    described: str = "one thread"

    def open(self):
        return ThreadPoolExecutor(self.workers)


@pytest.fixture
def one_thread():
    return OneThread()


def same(result):
    """Return what must be the same wherever a run is computed."""
    return dataclasses.replace(result, seconds=0.0)


@pytest.fixture(name="same")
def _same():
    return same
