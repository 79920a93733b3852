"""Looking back at a run, and going on from there."""

import numpy as np
import pytest

from gdstudio.engine.inspect.calibration import calibrate
from gdstudio.experiment.digits.experiment import DigitsExperiment, DigitsSettings
from gdstudio.experiment.time_machine import CAPACITY, TimeMachine


def test_all_first_steps_are_kept_then_ever_fewer_up_to_now():
    machine = TimeMachine(moment_bytes=1000)
    for iteration in range(100_001):
        machine.keep(iteration, lambda: "a moment")
        assert len(machine) <= CAPACITY
    kept = machine.iterations
    assert kept[:30].tolist() == list(range(30))
    # None is farther from the next than a sixteenth of the way to it.
    assert (np.diff(kept[1:]) <= np.maximum(kept[2:] / 16, 1)).all()
    assert 100_000 - kept[-1] <= 100_000 / 16
    assert len(kept) > CAPACITY / 3


def test_as_many_moments_are_kept_from_each_step_to_twice_that_step():
    machine = TimeMachine(moment_bytes=1000)
    for iteration in range(2001):
        machine.keep(iteration, lambda: "a moment")
    kept = machine.iterations
    assert kept[:65].tolist() == list(range(65))
    for first in (64, 128, 256, 512):
        assert ((kept >= first) & (kept < 2 * first)).sum() == 32
    assert kept[-1] >= 2000 - 32


def test_moments_taken_back_stay_and_go_on_as_far_apart_as_they_are():
    machine = TimeMachine(moment_bytes=1000)
    machine.take_back(dict.fromkeys((0, 250, 500, 750, 1000), "kept"))
    for iteration in range(1001, 3001):
        machine.keep(iteration, lambda: "new")
    kept = machine.iterations.tolist()
    assert kept[:5] == [0, 250, 500, 750, 1000]
    assert 1 <= len(kept) - 5 <= 6
    machine.take_back({})
    assert machine.next_due == 0


def test_large_moments_take_a_bounded_memory():
    machine = TimeMachine(moment_bytes=30 * 2**20)
    for iteration in range(1000):
        machine.keep(iteration, lambda: "a large moment")
    assert machine.iterations[0] == 0
    assert 2 <= len(machine) <= 4


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_branch_goes_on_as_the_run_did(some_digits, optimizer):
    settings = DigitsSettings.from_mapping(
        {
            "network": "12, dropout 0.2",
            "loss": "cross-entropy",
            "batch_size": 32,
            "epochs": 3,
            "optimizer": optimizer,
            "learning_rate": 0.01,
            "schedule": "cosine",
        }
    )
    experiment = DigitsExperiment(settings, some_digits)
    while not experiment.finished:
        experiment.advance()
    first = experiment.snapshot()
    assert first.kept[-1] == 57
    # 19 steps are an epoch: within one, at an end, and the very start.
    for iteration in (41, 19, 0):
        visit = experiment.visit(iteration)
        assert visit.iteration == iteration
        experiment.branch(iteration)
        there = experiment.snapshot()
        assert there.iteration == iteration
        assert there.kept[-1] == iteration
        assert len(there.epochs) == iteration // 19
        np.testing.assert_array_equal(there.parameters, visit.parameters)
        while not experiment.finished:
            experiment.advance()
        again = experiment.snapshot()
        assert again.parameters.tobytes() == first.parameters.tobytes()
        assert again.epochs == first.epochs
        np.testing.assert_array_equal(again.curve.mean, first.curve.mean)
        np.testing.assert_array_equal(again.running, first.running)


def test_a_branch_may_take_another_way(some_digits):
    chosen = {"network": "12", "batch_size": 32, "epochs": 1}
    experiment = DigitsExperiment(DigitsSettings.from_mapping(chosen), some_digits)
    experiment.advance(steps=15)
    before = experiment.descent.parameters.copy()
    experiment.branch(5)
    experiment.set_live(DigitsSettings.from_mapping(chosen | {"learning_rate": 0.1}))
    experiment.advance(steps=10)
    assert experiment.descent.iteration == 15
    assert not np.array_equal(experiment.descent.parameters, before)


def test_the_path_reaches_from_the_start_to_now(some_digits):
    chosen = {"network": "12", "batch_size": 32, "epochs": 4}
    experiment = DigitsExperiment(DigitsSettings.from_mapping(chosen), some_digits)
    start = experiment.descent.parameters.copy()
    experiment.advance(steps=50)
    for most_bytes in (2**25, 200_000, 1):
        steps, path = experiment.path(most_bytes)
        assert path.shape == (len(steps), experiment.network.size)
        assert (steps[0], steps[-1]) == (0, 50)
        np.testing.assert_array_equal(path[0], start)
        np.testing.assert_array_equal(path[-1], experiment.descent.parameters)
    assert len(steps) == 2


def test_the_measure_of_being_sure_is_no_training_time(some_digits, monkeypatch):
    now = 0.0

    def slow_calibrate(*arguments):
        nonlocal now
        now += 1000.0
        return calibrate(*arguments)

    monkeypatch.setattr("gdstudio.experiment.digits.experiment.calibrate", slow_calibrate)
    monkeypatch.setattr("gdstudio.experiment.digits.experiment.FEWEST_EXAMPLES", 1)
    monkeypatch.setattr("time.perf_counter", lambda: now)
    experiment = DigitsExperiment(
        DigitsSettings.from_mapping({"network": "12", "loss": "cross-entropy", "epochs": 1}),
        some_digits,
    )
    experiment.advance()
    assert experiment.finished
    assert now == 1000.0
    assert experiment.training_seconds == 0.0
