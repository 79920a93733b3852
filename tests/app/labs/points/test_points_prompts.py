"""What the prompts of the Points lab promise is so."""

import numpy as np
import pytest

from gdstudio.app.labs.points.prompts import TRIALS
from gdstudio.experiment.scenario import Scenario


def run_of(key, steps):
    run = TRIALS[key].scenario.prepare()()
    first = run.snapshot()
    run.advance(steps=steps)
    return run, first, run.snapshot()


def test_no_line_parts_exclusive_or():
    _, _, now = run_of("line", 2000)
    assert not now.settings.network.hidden
    assert now.loss == pytest.approx(np.log(2), abs=0.01), "unsure everywhere"
    assert now.test.accuracy < 0.75


def test_two_neurons_do():
    _, _, now = run_of("two_neurons", 2000)
    assert now.settings.network.hidden == (2,)
    assert now.test.accuracy >= 0.95


def test_too_many_neurons_learn_the_noise():
    run, _, early = run_of("noise", 100)
    run.advance(steps=900)
    now = run.snapshot()
    assert now.training.accuracy == 1.0
    assert now.test.accuracy < 0.9
    assert now.loss < early.loss / 10
    assert now.test.loss > 2 * early.test.loss


def test_a_dead_neuron_has_no_slope_and_stays_as_it_was():
    _, first, now = run_of("dead", 500)
    assert not first.gradient[:3].any()
    assert now.parameters[:3].tolist() == [1, 0.5, -9]
    assert (now.parameters[3:9] != first.parameters[3:9]).all(), "the others learn"


def test_on_the_plateau_all_is_wrong_and_nothing_moves_until_a_hand_comes():
    run, first, now = run_of("plateau", 1000)
    assert now.training.accuracy < 0.05
    assert now.loss > 0.99 * first.loss
    assert np.abs(now.gradient).max() < 1e-3
    run.set_parameters({6: 0.5, 7: 0.5, 8: 0.0})
    run.extend()
    run.advance(steps=2000)
    assert run.snapshot().test.accuracy > 0.95


def test_features_do_without_neurons():
    _, _, now = run_of("features", 500)
    assert len(now.parameters) == 3
    assert now.test.accuracy > 0.98


@pytest.mark.parametrize("key", TRIALS)
def test_each_is_a_setup_code_that_is_read_back(key):
    scenario = TRIALS[key].scenario
    assert Scenario.parse(scenario.code) == scenario
