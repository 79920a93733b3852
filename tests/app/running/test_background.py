"""Slow jobs come back in the window's thread, or as a sentence, or not at all."""

import functools
import multiprocessing
import threading
import time

import pytest

from gdstudio.app.running.background import Background
from gdstudio.app.running.latest_work import LatestWork
from gdstudio.errors import BadInput


@pytest.fixture
def background(qapp):
    background = Background()
    yield background
    background.close()


def wait_for_threads():
    """Let what was left behind end before the test does."""
    for thread in threading.enumerate():
        if thread.name.startswith("gdstudio-"):
            thread.join(10)


def test_results_come_back_in_order_in_the_windows_thread(background, qtbot):
    told = []
    for number in (1, 2):
        background.submit(
            lambda number=number: (number, threading.current_thread()),
            lambda result: told.append((*result, threading.current_thread())),
            pytest.fail,
        )
    assert background.is_busy
    qtbot.waitUntil(lambda: not background.is_busy)
    assert [number for number, _, _ in told] == [1, 2]
    for _, worked_in, told_in in told:
        assert told_in is threading.current_thread()
        assert worked_in is not told_in


def test_problems_come_back_as_sentences(background, qtbot):
    def fail(error):
        raise error

    said = []
    background.submit(lambda: fail(BadInput("Too small.")), pytest.fail, said.append)
    background.submit(lambda: fail(ZeroDivisionError()), pytest.fail, said.append)
    qtbot.waitUntil(lambda: not background.is_busy)
    assert said[0] == "Too small."
    assert "ZeroDivisionError" in said[1]
    assert "log" in said[1]


def test_a_job_may_submit_another(background, qtbot):
    told = []
    background.submit(
        lambda: 1, lambda one: background.submit(lambda: one + 1, told.append, pytest.fail),
        pytest.fail,
    )  # fmt: skip
    qtbot.waitUntil(lambda: told == [2])
    assert not background.is_busy


def test_closing_asks_jobs_to_give_up_and_tells_nothing(background, qtbot):
    gave_up, told = [], []
    started = threading.Event()

    def work():
        started.set()
        gave_up.append(background.closing.wait(30))

    background.submit(work, told.append, told.append)
    background.submit(lambda: gave_up.append("begun"), told.append, told.append)
    assert started.wait(10)
    background.close()
    qtbot.wait(40)
    assert gave_up == [True]
    assert told == []


def test_what_must_finish_is_done_even_while_closing(qapp):
    background = Background()
    gate, done = threading.Event(), []
    background.submit(gate.wait, lambda _: None, lambda _: None)
    background.submit(lambda: done.append("dropped"), lambda _: None, lambda _: None)
    background.submit(
        lambda: done.append("saved"), lambda _: None, lambda _: None, must_finish=True
    )
    gate.set()
    background.close()
    assert "saved" in done


def test_saving_does_not_wait_for_a_job_without_end(background, qtbot):
    gate, told = threading.Event(), []
    background.submit(gate.wait, lambda _: None, pytest.fail)
    background.submit(lambda: "saved", told.append, pytest.fail, must_finish=True)
    qtbot.waitUntil(lambda: told == ["saved"])
    gate.set()


def test_of_jobs_that_replace_each_other_only_the_newest_counts(background, qtbot, monkeypatch):
    monkeypatch.setattr("gdstudio.app.running.background._STUCK_SECONDS", 3600.0)
    gate, started, begun, told = threading.Event(), threading.Event(), [], []
    latest = LatestWork(background, pytest.fail)

    def first():
        started.set()
        gate.wait()

    latest.replace(first, lambda _: told.append("first"))
    assert started.wait(60)
    for number in range(300):
        latest.replace(
            lambda number=number: begun.append(number),
            lambda _, number=number: told.append(number),
        )
    gate.set()
    qtbot.waitUntil(lambda: not background.is_busy)
    assert begun == [299], "those that nobody wants any more are not even begun"
    assert told == [299]


def test_a_job_that_replaces_another_says_its_own_failure(background, qtbot):
    said, usual = [], []
    latest = LatestWork(background, usual.append)

    def fail():
        raise BadInput("Too small.")

    latest.replace(fail, pytest.fail, failed=said.append)
    qtbot.waitUntil(lambda: not latest.is_busy)
    latest.replace(fail, pytest.fail)
    qtbot.waitUntil(lambda: not latest.is_busy)
    assert (said, usual) == (["Too small."], ["Too small."])


def test_a_job_that_is_stuck_does_not_keep_the_next_one_waiting(qtbot, monkeypatch):
    monkeypatch.setattr("gdstudio.app.running.background._STUCK_SECONDS", 0.01)
    background = Background()
    gate, started, told = threading.Event(), threading.Event(), []

    def stuck():
        started.set()
        gate.wait()

    job = background.submit(stuck, pytest.fail, pytest.fail)
    background.submit(lambda: "later", told.append, pytest.fail)
    assert started.wait(10)
    background.drop(job)
    qtbot.wait(30)
    background.submit(lambda: "next", told.append, pytest.fail)
    qtbot.waitUntil(lambda: told == ["later", "next"])
    gate.set()
    background.close()
    wait_for_threads()


def test_what_waits_behind_a_job_that_gets_stuck_is_done_in_time(qtbot, monkeypatch):
    monkeypatch.setattr("gdstudio.app.running.background._STUCK_SECONDS", 0.05)
    background = Background()
    latest = LatestWork(background, pytest.fail)
    gate, started, told = threading.Event(), threading.Event(), []

    def stuck():
        started.set()
        gate.wait()

    latest.replace(stuck, pytest.fail)
    assert started.wait(60)
    latest.replace(lambda: "next", told.append)
    qtbot.waitUntil(lambda: told == ["next"], timeout=60_000)
    gate.set()
    background.close()
    wait_for_threads()


def test_a_report_that_fails_loses_no_other(background, qtbot):
    told, said = [], []
    background.working.connect(said.append)

    def trouble(_result):
        raise ArithmeticError("in the window")

    with qtbot.capture_exceptions() as caught:
        background.submit(lambda: 1, trouble, pytest.fail, saying="Reading…")
        background.submit(lambda: 2, told.append, pytest.fail)
        qtbot.waitUntil(lambda: told == [2])
    assert [kind for kind, _, _ in caught] == [ArithmeticError]
    assert said == ["Reading…", ""], "it is not said for ever"


def test_what_is_worked_on_is_said_until_it_is_over(background, qtbot):
    gate, said = threading.Event(), []
    background.working.connect(said.append)
    background.submit(gate.wait, lambda _: None, pytest.fail, saying="Reading a…")
    b = background.submit(lambda: 1, lambda _: None, pytest.fail, saying="Reading b…")
    background.submit(lambda: 1, lambda _: None, pytest.fail)
    background.drop(b)
    gate.set()
    qtbot.waitUntil(lambda: not background.is_busy)
    assert said == ["Reading a…", "Reading b…", "Reading a…", ""]


def endless():
    while True:
        pass


def test_a_job_in_a_child_is_ended_when_its_time_is_over(background, qtbot):
    said, told = [], []
    background.submit(
        endless, pytest.fail, said.append, child_seconds=0.05, too_long="That is too much work."
    )
    background.submit(functools.partial(sum, (1, 2)), told.append, pytest.fail, child_seconds=60)
    qtbot.waitUntil(lambda: bool(said and told), timeout=60_000)
    assert said == ["That is too much work."]
    assert told == [3]


def test_a_job_in_a_child_is_ended_when_a_newer_one_comes_and_when_the_window_closes(qtbot):
    background = Background()
    told = []
    latest = LatestWork(background, pytest.fail)
    latest.replace(endless, pytest.fail, child_seconds=600)
    latest.replace(functools.partial(sum, (1, 2)), told.append, child_seconds=60)
    qtbot.waitUntil(lambda: told == [3], timeout=60_000)
    background.submit(endless, pytest.fail, pytest.fail, child_seconds=600)
    background.close()
    assert not multiprocessing.active_children()


def test_one_child_does_not_wait_for_what_another_one_does(background, qtbot):
    told = []
    background.submit(endless, pytest.fail, pytest.fail, child_seconds=600)
    background.submit(
        functools.partial(sum, (1, 2)), told.append, pytest.fail, child_seconds=60, child="other"
    )
    qtbot.waitUntil(lambda: told == [3], timeout=60_000)


def test_closing_does_not_wait_for_ever(qapp):
    background = Background()
    gate, started = threading.Event(), threading.Event()

    def without_end():
        started.set()
        gate.wait()

    background.submit(without_end, pytest.fail, pytest.fail)
    background.submit(
        gate.wait, pytest.fail, pytest.fail, must_finish=True, saying="Saving mine.csv…"
    )
    assert started.wait(10)
    begun = time.monotonic()
    background.close()
    assert time.monotonic() - begun < 30
    assert background.lost == [
        "Saving mine.csv was not finished when the window closed; check the file before you rely "
        "on it."
    ]
    gate.set()
    wait_for_threads()


def test_a_save_that_fails_while_the_window_closes_is_told(qapp):
    background = Background()

    def fail():
        raise BadInput("mine.csv could not be saved: the disk is full.")

    background.submit(fail, pytest.fail, pytest.fail, must_finish=True)
    background.close()
    assert background.lost == ["mine.csv could not be saved: the disk is full."]
