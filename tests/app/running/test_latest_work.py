"""Of what is asked for while something is being done, only the newest is done."""

import threading

import pytest

from gdstudio.app.running.background import Background
from gdstudio.app.running.latest_work import LatestQuestion, LatestWork
from gdstudio.engine.jobs import in_one_part
from gdstudio.errors import BadInput


@pytest.fixture
def background(qtbot):
    one = Background()
    yield one
    one.close()


class Held:
    """Work that waits in its first part until it is let go."""

    def __init__(self, result):
        self.result = result
        self.begun, self.free = threading.Event(), threading.Event()
        self.finished = False

    def __call__(self):
        self.begun.set()
        self.free.wait(60)
        yield 0.25
        self.finished = True
        return self.result


@pytest.fixture
def held():
    made = []

    def make(result):
        made.append(Held(result))
        return made[-1]

    yield make
    for one in made:
        one.free.set()


def wait_begun(qtbot, one):
    qtbot.waitUntil(one.begun.is_set, timeout=60_000)


@pytest.mark.parametrize("gentle", [False, True])
def test_of_what_was_asked_for_meanwhile_only_the_last_is_done(qtbot, background, held, gentle):
    found, problems = [], []
    work = LatestWork(background, problems.append, gentle=gentle)
    first, second, third = held("first"), held("second"), held("third")
    second.free.set()
    third.free.set()
    work.ask(first, found.append)
    wait_begun(qtbot, first)
    work.ask(second, found.append)
    work.ask(third, found.append)
    assert work.is_busy
    first.free.set()
    qtbot.waitUntil(lambda: len(found) == 2, timeout=60_000)
    assert found == ["first", "third"]
    assert not second.begun.is_set()
    assert not problems
    assert not work.is_busy
    assert work.share == 0.25
    assert work.seconds > 0


@pytest.mark.parametrize("gentle", [False, True])
def test_what_is_dropped_stops_and_is_not_told(qtbot, background, held, gentle):
    found, problems = [], []
    work = LatestWork(background, problems.append, gentle=gentle)
    first, second = held("first"), held("second")
    second.free.set()
    work.ask(first, found.append)
    wait_begun(qtbot, first)
    work.drop()
    assert not work.is_busy
    work.ask(second, found.append)
    first.free.set()
    qtbot.waitUntil(lambda: bool(found), timeout=60_000)
    assert found == ["second"]
    assert not first.finished
    assert not problems


def test_a_fault_is_said_and_the_next_is_done(qtbot, background, held):
    found, problems = [], []
    work = LatestWork(background, problems.append)
    first, second = held("first"), held("second")
    second.free.set()

    def fail():
        first.begun.set()
        first.free.wait(60)
        raise BadInput("Nothing is there.")

    work.ask(lambda: in_one_part(fail), found.append)
    wait_begun(qtbot, first)
    work.ask(second, found.append)
    first.free.set()
    qtbot.waitUntil(lambda: bool(found), timeout=60_000)
    assert problems == ["Nothing is there."]
    assert found == ["second"]


def test_who_gets_a_result_can_ask_anew(qtbot, background):
    found = []
    work = LatestWork(background, pytest.fail)

    def again(result):
        found.append(result)
        if result < 3:
            work.ask(lambda: in_one_part(lambda: result + 1), again)

    work.ask(lambda: in_one_part(lambda: 1), again)
    qtbot.waitUntil(lambda: not work.is_busy, timeout=60_000)
    assert found == [1, 2, 3]


def test_of_questions_to_a_run_only_the_last_is_asked_next_and_what_is_dropped_is_not_told():
    asked, told = [], []
    questions = LatestQuestion(lambda question, then: asked.append((question, then)))
    for question in ("first", "second", "third"):
        questions.ask(question, lambda answer, question=question: told.append((question, answer)))
    assert [question for question, _ in asked] == ["first"]
    assert questions.is_busy
    asked[0][1](1)
    assert [question for question, _ in asked] == ["first", "third"]
    questions.drop()
    assert not questions.is_busy
    questions.ask("fourth", lambda answer: told.append(("fourth", answer)))
    asked[1][1](3)
    asked[2][1](None)
    assert told == [("first", 1), ("fourth", None)], "no answer is told, too"
    assert not questions.is_busy


def test_a_report_that_fails_keeps_nothing_waiting():
    asked, told = [], []
    questions = LatestQuestion(lambda question, then: asked.append((question, then)))

    def trouble(_answer):
        raise ArithmeticError("in the window")

    questions.ask("first", trouble)
    questions.ask("second", told.append)
    with pytest.raises(ArithmeticError):
        asked[0][1](1)
    asked[1][1](2)
    assert told == [2]
