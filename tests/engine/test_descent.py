"""A descent can be stepped, repeated bit for bit, and survives its own explosion."""

import math

import numpy as np
import pytest

from gdstudio.engine.descent import CHECKPOINT_INTERVAL, SMALL, Descent, Diverged
from gdstudio.engine.objective import Objective
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS, OptimizerSettings


class Bowl(Objective):
    """C(θ) = ½ Σ θ², over as many numbers as one likes; counts how often it was restarted."""

    def __init__(self, size=2, dtype=np.float64):
        self.size = size
        self.dtype = np.dtype(dtype)
        self.restarts = 0

    def value(self, parameters):
        return 0.5 * float(parameters @ parameters)

    def value_and_gradient(self, parameters, gradient):
        np.copyto(gradient, parameters)
        return self.value(parameters)

    def restart(self):
        self.restarts += 1


def descend(objective=None, *, start=(3.0, -4.0), limit=math.inf, **chosen):
    objective = objective or Bowl(len(start))
    optimizer = OptimizerSettings(**chosen).build(objective.size, objective.dtype)
    return Descent(objective, optimizer, np.array(start), limit=limit)


def until_it_diverges(descent, rate):
    """Step until it diverges; return the outcome and θ before and after every step made."""
    walk = [descent.parameters.copy()]
    with np.errstate(all="ignore"):
        for _ in range(1000):
            try:
                descent.step(rate)
            except Diverged as divergence:
                return divergence, walk
            walk.append(descent.parameters.copy())
    pytest.fail("it did not diverge in 1,000 steps")


def test_a_step_reports_where_it_was_taken():
    descent = descend()
    assert math.isnan(descent.loss)
    assert descent.step(0.5) == 12.5
    assert (descent.iteration, descent.loss) == (1, 12.5)
    np.testing.assert_array_equal(descent.gradient, [3.0, -4.0])
    np.testing.assert_array_equal(descent.parameters, [1.5, -2.0])
    assert descent.step(0.5) == 3.125


@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
def test_reset_repeats_the_walk_bit_for_bit(optimizer):
    descent = descend(optimizer=optimizer)
    first = [(descent.step(0.1), *descent.parameters) for _ in range(50)]
    descent.reset()
    assert descent.iteration == 0
    assert math.isnan(descent.loss)
    assert descent.objective.restarts == 1
    np.testing.assert_array_equal(descent.parameters, [3.0, -4.0])
    assert [(descent.step(0.1), *descent.parameters) for _ in range(50)] == first


def test_a_new_start_stays_the_start():
    descent = descend()
    descent.reset(np.array([1.0, 1.0]))
    descent.step(0.5)
    descent.reset()
    np.testing.assert_array_equal(descent.parameters, [1.0, 1.0])


def test_the_start_that_was_handed_in_is_left_alone():
    start = np.array([3.0, -4.0])
    descent = descend(start=start)
    descent.step(0.5)
    np.testing.assert_array_equal(start, [3.0, -4.0])


def test_beyond_the_limit_the_last_good_parameters_are_back():
    descent = descend(limit=100.0)  # θ → −2 θ: losses 12.5, 50, 200
    divergence, _ = until_it_diverges(descent, 3.0)
    assert (divergence.iteration, divergence.loss) == (2, 200.0)
    np.testing.assert_array_equal(descent.parameters, [-6.0, 8.0])
    assert descent.iteration == 2


@pytest.mark.parametrize("optimizer", [key for key, rule in OPTIMIZERS.items() if not rule.adapts])
@pytest.mark.parametrize("size", [2, SMALL + 1])
def test_an_explosion_leaves_finite_parameters(size, optimizer):
    descent = descend(Bowl(size, np.float32), start=np.ones(size), optimizer=optimizer)
    divergence, _ = until_it_diverges(descent, 1e6)
    assert not math.isfinite(divergence.loss)
    assert np.isfinite(descent.parameters).all()


@pytest.mark.parametrize("size", [2, SMALL + 1])
def test_a_cost_that_is_no_number_stops_the_descent(size):
    class Cliff(Bowl):
        """A bowl whose 100th evaluation fails."""

        calls = 0

        def value(self, parameters):
            self.calls += 1
            return math.nan if self.calls == 100 else super().value(parameters)

    descent = descend(Cliff(size), start=np.ones(size))
    divergence, walk = until_it_diverges(descent, 0.01)
    assert divergence.iteration == descent.iteration == 99
    # The last place whose loss was seen to be good; a large θ is copied only now and then.
    back = 98 if size <= SMALL else 98 - 98 % CHECKPOINT_INTERVAL
    np.testing.assert_array_equal(descent.parameters, walk[back])


def test_after_an_explosion_a_smaller_rate_leads_on():
    """Momentum must not remember the speed of the explosion."""
    settings = OptimizerSettings(optimizer="momentum")
    bowl = Bowl(2, np.float32)
    descent = Descent(bowl, settings.build(2, bowl.dtype), np.ones(2))
    until_it_diverges(descent, 1e6)
    before = bowl.value(descent.parameters)
    for _ in range(200):
        descent.step(0.1)
    assert bowl.value(descent.parameters) < before / 1000
