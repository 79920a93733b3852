"""Looking back at a run, and going on from there."""

import numpy as np
import pytest

from gdstudio.experiment.digits.experiment import DigitsExperiment, DigitsSettings
from gdstudio.experiment.time_machine import CAPACITY, TimeMachine


def test_all_first_steps_are_kept_then_ever_fewer_up_to_now():
    machine = TimeMachine(moment_bytes=1000)
    for iteration in range(100_001):
        machine.keep(iteration, lambda: "a moment")
        assert len(machine) <= CAPACITY
    kept = machine.iterations
    assert kept[:30].tolist() == list(range(30))
    gaps = np.diff(kept[30:])
    assert 100_000 - kept[-1] < gaps.max() <= 2 * 100_000 / (CAPACITY / 2 - 30)
    assert len(kept) > CAPACITY / 3


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
