"""Runs are computed by any executor, with the same numbers; what is lost is computed again."""

import contextlib
import os
import pickle
import signal
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from gdstudio.child_process import ChildDied
from gdstudio.engine.descent import Diverged
from gdstudio.errors import BadInput
from gdstudio.experiment.readings import readings
from gdstudio.experiment.scenario import Scenario
from gdstudio.runs.sweep import computation as computation_module
from gdstudio.runs.sweep.computation import Computation, duration_text
from gdstudio.runs.sweep.processes import ProcessExecutor, ThisMachine
from gdstudio.runs.sweep.run import Measured, compute_run
from gdstudio.runs.sweep.sweep import Sweep

SMALL_DIGITS = Scenario.parse("digits?dataset=pen-digits&training_size=200&epochs=1")


def rates(lab="houses", text="0.01,0.1,1", **more):
    return Sweep.parse(Scenario(lab), {"learning_rate": text}, **more)


def computed(sweep, place, **more):
    with Computation(sweep, place, **more) as computation:
        return dict(computation.results())


def test_the_numbers_are_those_of_the_run_that_the_window_has(one_thread):
    sweep = rates()
    results = computed(sweep, one_thread)
    assert sorted(results) == [0, 1, 2]
    for number, run in enumerate(sweep.runs):
        theirs = run.scenario.prepare()()
        with contextlib.suppress(Diverged):
            theirs.advance(steps=1000)
        known = readings(theirs.snapshot())
        mine = results[number].readings
        assert mine == {name: known[name] for name in mine}
        assert {"sse", "loss", "step"} <= set(mine)
    assert [one.diverged for one in results.values()] == [False, False, True]
    assert results[2].message == f"Diverged at step {results[2].readings['step']:,}."
    assert [one.arrived for one in results.values()] == [False, True, False]


def test_processes_and_a_thread_give_the_same_bits_in_any_order(one_thread, same):
    sweep = Sweep.parse(SMALL_DIGITS, {"network": "10; 5, 5", "learning_rate": "1"}, seeds="2")
    here = computed(sweep, one_thread, keep=True)
    there = computed(sweep, ThisMachine(2), keep=True)
    assert sorted(here) == sorted(there) == [0, 1, 2, 3]
    for number, mine in here.items():
        theirs = there[number]
        assert mine.network.parameters.tobytes() == theirs.network.parameters.tobytes()
        assert mine.readings == theirs.readings
        assert mine.curve == theirs.curve
        assert "samples_per_second" not in mine.readings
    assert len({one.readings["test_loss"] for one in here.values()}) == 4


@dataclass
class Unsteady:
    """A place whose executors do as `acts` say for each submitted call, then work."""

    acts: list
    workers: int = 1
    lost: tuple = (ChildDied,)
    described: str = "unsteady workers"
    opened: int = 0
    computed: list = field(default_factory=list)

    def open(self):
        self.opened += 1
        place = self

        class One(ThreadPoolExecutor):
            def submit(self, function, *arguments):
                act = place.acts.pop(0) if place.acts else None
                if act is None:
                    place.computed.append(arguments[0].values["learning_rate"])
                    return super().submit(function, *arguments)
                future = Future()
                future.set_exception(act)
                return future

        return One(1)


def test_a_pool_that_breaks_is_replaced_and_only_what_is_missing_computed(one_thread, same):
    place = Unsteady([None, None, BrokenExecutor("gone")])
    results = computed(rates(), place)
    assert place.opened == 2
    assert place.computed.count(0.01) == place.computed.count(1.0) == 1
    expected = computed(rates(), one_thread)
    assert {n: same(one) for n, one in results.items()} == {
        n: same(one) for n, one in expected.items()
    }


def test_a_pool_that_breaks_all_the_time_is_given_up_with_a_sentence():
    place = Unsteady([BrokenExecutor("gone")] * 100)
    with pytest.raises(BadInput, match="have died 3 times without a result"):
        computed(rates(), place)
    assert place.opened == 3


def test_a_run_whose_worker_dies_is_tried_a_few_times_and_the_others_go_on():
    place = Unsteady([ChildDied("gone"), None, ChildDied("gone")])
    assert not any(one.failed for one in computed(rates(), place).values())
    assert place.opened == 1
    results = computed(rates(text="0.01"), Unsteady([ChildDied("gone")] * 3))
    assert results[0].failed
    assert "has died 3 times" in results[0].message


def _die_once(path, number):
    """End the process that computes it, the first time."""
    try:
        with open(path, "x"):
            os.kill(os.getpid(), signal.SIGKILL)
    except FileExistsError:
        return number


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="nobody is killed so here")
def test_a_child_that_is_killed_takes_only_its_own_call_with_it(tmp_path):
    with ProcessExecutor(1) as executor:
        calls = [executor.submit(_die_once, str(tmp_path / "died"), n) for n in range(3)]
        with pytest.raises(ChildDied):
            calls[0].result(timeout=120)
        assert [call.result(timeout=120) for call in calls[1:]] == [1, 2]


def test_what_is_wrong_with_one_run_is_said_of_that_one(one_thread):
    sweep = Sweep.parse(Scenario.parse("slope?function=log(x)&start=1"), {"start": "1, 2, -1"})
    results = computed(sweep, one_thread)
    assert [one.failed for _, one in sorted(results.items())] == [False, False, True]
    assert "start elsewhere" in results[2].message


def test_a_fault_of_the_app_is_a_sentence_too(one_thread, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("gdstudio.runs.sweep.run._begin", broken)
    assert "a fault in the app" in computed(rates(text="1"), one_thread)[0].message


def test_what_is_stopped_keeps_what_is_done(one_thread):
    done = []
    sweep = rates(text="0.01..0.1 log 20")
    with Computation(sweep, one_thread, should_stop=lambda: len(done) >= 3) as computation:
        for number, _ in computation.results():
            done.append(number)
    assert 3 <= len(done) < 20


def test_a_run_that_has_begun_is_ended_at_once():
    endless = Sweep.parse(Scenario("points"), {"steps": "1000000"}, seeds="4")
    stop = []
    with Computation(endless, ThisMachine(1), should_stop=lambda: bool(stop)) as computation:
        computation.estimate()
        stop.append(True)
        assert list(computation.results()) == []
    # The fixture of all tests sees that no thread and no child is left.


def test_the_cost_is_known_before_the_start(one_thread):
    with Computation(rates(seeds="2"), one_thread) as computation:
        estimate = computation.estimate()
    assert estimate.runs == 6
    assert 0 < estimate.seconds < 600
    assert estimate.sentence.startswith("6 runs, about ")
    assert estimate.sentence.endswith("with one thread.")


def test_the_cost_grows_with_what_there_is_to_do(one_thread):
    def seconds(scenario):
        with Computation(Sweep.parse(scenario, {}), one_thread) as computation:
            return computation.estimate().seconds

    few, many = (Scenario.parse(f"points?steps={steps}") for steps in (5_000, 1_000_000))
    assert seconds(many) > 5 * seconds(few)


def test_what_workers_need_to_begin_is_counted(monkeypatch):
    """Of 2 workers, each stands after 4 seconds and loads data for 3; 6 runs take 1 each."""
    clock = iter((100.0, 110.0))
    monkeypatch.setattr(computation_module.time, "perf_counter", lambda: next(clock))

    class Place:
        workers, lost, described = 2, (), "2 workers"

        def open(self):
            return AtOnce()

    class AtOnce(Executor):
        def submit(self, function, *arguments):
            future = Future()
            future.set_result(Measured(seconds=1.0, loading=3.0, inside=6.0))
            return future

    with Computation(rates(seeds="2"), Place()) as computation:
        assert computation.estimate().seconds == 4 + 3 + 6 / 2
    clock = iter((100.0, 110.0))
    with Computation(rates(seeds="2"), Place()) as computation:
        # One of the two has begun with the look at the first run.
        assert computation.estimate(goes_on=True).seconds == (4 + 3) / 2 + 6 / 2


def test_runs_that_cannot_be_made_cannot_be_measured_either(one_thread):
    sweep = Sweep.parse(Scenario.parse("slope?function=log(x)"), {"start": "-1, -2"})
    with Computation(sweep, one_thread) as computation:
        assert computation.estimate().sentence == "2 runs with one thread."


def test_durations_in_words():
    told = [duration_text(seconds) for seconds in (0.2, 2.4, 43, 300, 9000, 864000)]
    assert told == [
        "about a second",
        "about 2 seconds",
        "about 43 seconds",
        "about 5 minutes",
        "about 2 hours",
        "about 10 days",
    ]


def test_a_task_is_small(one_thread):
    sweep = Sweep.parse(SMALL_DIGITS, {"learning_rate": "1"})
    computation = Computation(sweep, one_thread)
    assert len(pickle.dumps((compute_run, computation._tasks[0]))) < 1_000
