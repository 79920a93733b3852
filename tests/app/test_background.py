"""Slow jobs come back in the window's thread, or as a sentence, or not at all."""

import threading

import pytest

from gdstudio.app.background import Background
from gdstudio.errors import BadInput


@pytest.fixture
def background(qapp):
    background = Background()
    yield background
    background.close()


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
