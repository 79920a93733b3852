"""Jobs in a child process: answered, refused in time, or ended."""

import multiprocessing
import os
import threading
import time

import pytest

from gdstudio.child_process import ChildDied, JobProcess, Stopped
from gdstudio.errors import BadInput

LONG = 60.0


def double(number):
    return 2 * number


def process_id():
    return os.getpid()


def refuse(sentence):
    raise BadInput(sentence)


def hang():
    while True:
        pass


def never_listen():
    threading.Event().wait()


def die():
    os._exit(3)


def unpicklable():
    return lambda: None


def overflow():
    import numpy as np

    return bool(np.isinf(np.float32(1e30) * np.float32(1e30)))


@pytest.fixture
def jobs():
    process = JobProcess()
    yield process
    process.close()
    assert not multiprocessing.active_children()


def test_jobs_are_done_by_one_child(jobs):
    assert jobs.run(double, 21, seconds=LONG) == 42
    first = jobs.run(process_id, seconds=LONG)
    assert first != os.getpid()
    assert jobs.run(process_id, seconds=LONG) == first


def test_what_a_job_raises_is_raised_here(jobs):
    with pytest.raises(BadInput, match="Too small"):
        jobs.run(refuse, "Too small.", seconds=LONG)
    assert jobs.run(double, 1, seconds=LONG) == 2, "the child goes on"
    # Python says it in other words from 3.13 on.
    with pytest.raises(RuntimeError, match=r"pickle|local object"):
        jobs.run(unpicklable, seconds=LONG)


@pytest.mark.parametrize("endless", [hang, never_listen])
def test_a_job_that_takes_too_long_is_ended_and_the_next_is_done(jobs, endless):
    first = jobs.run(process_id, seconds=LONG)
    with pytest.raises(TimeoutError):
        jobs.run(endless, seconds=0.1)
    assert jobs.run(process_id, seconds=LONG) != first


def test_a_job_that_nobody_waits_for_is_ended(jobs):
    begun = time.monotonic()
    with pytest.raises(Stopped):
        jobs.run(hang, seconds=LONG, should_stop=lambda: time.monotonic() > begun + 0.1)
    assert not multiprocessing.active_children()


def test_a_child_that_dies_is_told(jobs):
    with pytest.raises(ChildDied):
        jobs.run(die, seconds=LONG)
    assert jobs.run(double, 1, seconds=LONG) == 2


def test_closing_ends_what_another_thread_waits_for():
    jobs = JobProcess()
    assert jobs.run(double, 1, seconds=LONG) == 2
    outcome = []

    def wait():
        try:
            jobs.run(hang, seconds=LONG)
        except Stopped:
            outcome.append("stopped")

    waiting = threading.Thread(target=wait)
    waiting.start()
    jobs.close()
    waiting.join(LONG)
    assert outcome == ["stopped"]
    assert not multiprocessing.active_children()
    with pytest.raises(Stopped):
        jobs.run(double, 1, seconds=LONG)


def test_a_child_prints_no_warning_of_numpy(jobs, capfd):
    assert jobs.run(overflow, seconds=LONG)
    assert capfd.readouterr().err == ""
