"""The runner: the newest update only, nothing stale, and an end that always comes."""

import math
import multiprocessing
import threading
from dataclasses import dataclass

import pytest

from gdstudio.app.running.runner import Runner
from gdstudio.experiment import run
from gdstudio.experiment.experiment import Question
from gdstudio.experiment.run_update import State, Update
from gdstudio.experiment.scenario import Scenario

WAIT = 10_000


@dataclass(frozen=True)
class Kept:
    """What a counting experiment can go on from."""

    start: int
    iteration: int
    training_seconds: float = 0.0


class Forgetful:
    """Mixed in: nothing is kept of such a run."""

    def state(self):
        return None


class Counting:
    """An experiment in place of a real one: it counts."""

    finished = False
    ending = ""

    def __init__(self):
        self.count, self.start = 0, 0

    def advance(self, *, steps=math.inf, seconds=math.inf):
        done = int(min(steps, 50))
        self.count += done
        return done

    def extend(self):
        pass

    def restarted(self, start=0):
        return self._at(start, start)

    def resumed(self, state):
        return self._at(state.start, state.iteration)

    def _at(self, start, count):
        other = type(self)()
        other.start, other.count = start, count
        return other

    def state(self):
        return Kept(self.start, self.count)

    summary = "some steps"
    went_wrong = False

    def set_live(self, settings):
        self.start = settings

    def branch(self, iteration):
        self.count = iteration

    def snapshot(self):
        return self.start, self.count


@dataclass(frozen=True)
class Sum(Question[Counting, int]):
    """A question whose answer comes of what is asked alone."""

    numbers: tuple[int, ...]

    def answer(self, run):
        return sum(self.numbers)


@dataclass(frozen=True)
class Trouble(Question[Counting, int]):
    """A question that has no answer."""

    def answer(self, run):
        raise ArithmeticError("no answer")


class ForgetfulCounting(Forgetful, Counting):
    """An experiment of which nothing is kept."""


class Stuck(Counting):
    """An experiment whose steps never end by themselves."""

    released = threading.Event()

    def advance(self, *, steps=math.inf, seconds=math.inf):
        threading.Event().wait(3600)
        return 1


@pytest.fixture
def runner_of():
    runners = []

    def make(kind=Counting, *, in_process=False):
        runner = Runner(kind, in_process=in_process)
        runners.append(runner)
        return runner

    yield make
    for runner in runners:
        runner.close()


@pytest.mark.parametrize("in_process", [False, True])
def test_it_runs_pauses_steps_and_resets(runner_of, qtbot, in_process):
    runner = runner_of(in_process=in_process)
    assert runner.latest is None
    runner.start()
    qtbot.waitUntil(lambda: bool(runner.latest is not None), timeout=WAIT)
    assert runner.latest.snapshot == (0, 0)
    runner.run()
    qtbot.waitUntil(
        lambda: bool(runner.is_running and runner.latest.snapshot[1] > 1000), timeout=WAIT
    )
    runner.pause()
    qtbot.waitUntil(lambda: bool(not runner.is_running), timeout=WAIT)
    paused_at = runner.latest.snapshot[1]
    runner.step()
    qtbot.waitUntil(lambda: bool(runner.latest.snapshot[1] > paused_at), timeout=WAIT)
    assert runner.latest.snapshot[1] == paused_at + 1
    runner.reset(500)
    qtbot.waitUntil(lambda: bool(runner.latest.snapshot == (500, 500)), timeout=WAIT)
    runner.set_live(7)
    qtbot.waitUntil(lambda: bool(runner.latest.snapshot == (7, 500)), timeout=WAIT)
    runner.close()
    assert not multiprocessing.active_children()


def test_updates_come_in_order_and_never_from_before_a_reset(runner_of, qtbot):
    runner = runner_of()
    seen = []
    runner.updated.connect(seen.append)
    runner.run()
    for start in (1000, 2000, 3000):
        qtbot.waitUntil(lambda: bool(runner.is_running), timeout=WAIT)
        before = len(seen)
        runner.reset(start)
        runner.run()
        qtbot.waitUntil(lambda n=before: bool(len(seen) > n + 1), timeout=WAIT)
        assert all(update.snapshot[0] == start for update in seen[before:])
        counts = [update.snapshot[1] for update in seen[before:]]
        assert counts == sorted(counts)


def test_only_the_newest_update_waits_for_the_window(runner_of, qtbot):
    runner = runner_of()
    runner.start()
    worker = runner._worker
    for count in range(100):
        worker._slot.put(Update(0, State.RUNNING, snapshot=count))
    assert worker.take().snapshot == 99
    assert worker.take() is None


def test_closing_ends_a_process_that_does_not_listen(runner_of, qtbot):
    runner = runner_of(Stuck, in_process=True)
    runner.start()
    qtbot.waitUntil(lambda: bool(runner.latest is not None), timeout=WAIT)
    runner.run()
    runner.close()
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("in_process", [False, True])
def test_closing_at_once_ends_too(runner_of, in_process):
    runner = runner_of(in_process=in_process)
    runner.close()
    runner.start()
    runner.run()
    runner.close()
    runner.close()
    assert not multiprocessing.active_children()


def test_a_child_that_dies_is_told_and_reset_starts_another_at_the_same_speed(runner_of, qtbot):
    runner = runner_of(ForgetfulCounting, in_process=True)
    runner.set_speed(1.0)
    runner.step(5)
    qtbot.waitUntil(lambda: bool(runner.latest and runner.latest.snapshot == (0, 5)), timeout=WAIT)
    (child,) = multiprocessing.active_children()
    child.kill()
    qtbot.waitUntil(lambda: bool(runner.latest.state is State.FAILED), timeout=WAIT)
    assert "Reset" in runner.latest.message
    assert runner.latest.snapshot == (0, 5), "what was learned stays"
    runner.step()
    runner.reset(3)
    qtbot.waitUntil(lambda: bool(runner.latest and runner.latest.snapshot == (3, 3)), timeout=WAIT)
    runner.run()
    qtbot.waitUntil(lambda: bool(runner.latest.snapshot[1] > 3), timeout=WAIT)
    assert runner.latest.snapshot[1] <= 5, "one step a second, not as fast as it goes"


@pytest.mark.parametrize("in_process", [False, True])
def test_what_is_asked_is_answered_once_while_it_runs(runner_of, qtbot, in_process):
    runner = runner_of(in_process=in_process)
    answers = []
    runner.run()
    qtbot.waitUntil(lambda: bool(runner.is_running), timeout=WAIT)
    runner.ask(Sum((1, 2, 3)), answers.append)
    runner.ask(Trouble(), answers.append)
    qtbot.waitUntil(lambda: len(answers) == 2, timeout=WAIT)
    assert answers == [6, None]
    qtbot.waitUntil(lambda: bool(runner.is_running), timeout=WAIT)
    runner.branch(40)
    qtbot.waitUntil(lambda: bool(runner.latest.snapshot == (0, 40)), timeout=WAIT)
    assert runner.latest.state is State.PAUSED


def test_a_child_that_dies_has_left_what_the_run_goes_on_from(runner_of, qtbot, monkeypatch):
    runner = runner_of(in_process=True)
    runner.reset(20)
    runner.step(5)
    qtbot.waitUntil(
        lambda: bool(runner.kept is not None and runner.kept.iteration == 25), timeout=WAIT
    )
    runner.step(2)
    qtbot.waitUntil(lambda: bool(runner.latest.snapshot == (20, 27)), timeout=WAIT)
    (child,) = multiprocessing.active_children()
    child.kill()
    qtbot.waitUntil(lambda: bool(runner.latest.state is State.FAILED), timeout=WAIT)
    assert "Run goes on from step 2" in runner.latest.message
    said = 25 if "step 25" in runner.latest.message else 27
    runner.set_live(7)
    runner.step()
    qtbot.waitUntil(lambda: bool(runner.latest.state is State.PAUSED), timeout=WAIT)
    assert runner.latest.snapshot == (7, said + 1), "from there, under the newest settings"


def houses():
    """Make a run that can have a twin."""
    return Scenario.parse("houses?learning_rate=0.01").prepare()()


def test_a_child_that_dies_has_left_what_the_twin_goes_on_from(runner_of, qtbot):
    runner, run = runner_of(houses, in_process=True), houses()
    beside = Scenario.parse("houses?learning_rate=0.02").prepare()()
    table = run.origin[0]
    runner.reset_with_twin((run.settings, table), "it", (beside.settings, table))
    runner.step(25)
    qtbot.waitUntil(
        lambda: bool(runner.kept is not None and runner.kept.iteration == 25), timeout=WAIT
    )
    (child,) = multiprocessing.active_children()
    child.kill()
    qtbot.waitUntil(lambda: bool(runner.latest.state is State.FAILED), timeout=WAIT)
    runner.step(5)
    qtbot.waitUntil(lambda: bool(runner.latest.state is State.PAUSED), timeout=WAIT)
    run.advance(steps=30)
    beside.advance(steps=30)
    seen = runner.latest.snapshot, runner.latest.twin.snapshot
    for snapshot, alone in zip(seen, (run, beside), strict=True):
        assert (snapshot.parameters == alone.descent.parameters).all()


def soon_long():
    """Make an experiment where a run is long at once, in the child, too."""
    run.LONG_SECONDS = 0.0
    return Counting()


@pytest.mark.parametrize("in_process", [False, True])
def test_closing_hands_over_a_long_run_as_it_ended(runner_of, qtbot, monkeypatch, in_process):
    monkeypatch.setattr(run, "LONG_SECONDS", run.LONG_SECONDS)
    runner = runner_of(soon_long, in_process=in_process)
    runner.step(5)
    qtbot.waitUntil(lambda: bool(runner.latest and runner.latest.snapshot == (0, 5)), timeout=WAIT)
    for _ in range(3):
        runner.step()
    runner.close()
    assert runner.kept.iteration == 8, "all that was asked for before"


def test_a_run_is_brought_back_and_goes_again(runner_of, qtbot):
    runner = runner_of()
    runner.step(5)
    runner.reset(100)
    runner.undo()
    qtbot.waitUntil(lambda: bool(runner.latest and runner.latest.snapshot == (0, 5)), timeout=WAIT)
    runner.undo()
    qtbot.waitUntil(lambda: bool(runner.latest.snapshot == (100, 100)), timeout=WAIT)
