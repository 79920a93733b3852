"""The optimizers' steps, figure by figure."""

import numpy as np
import pytest

from gdstudio.engine.optimizers import OPTIMIZERS, OptimizerSettings
from gdstudio.errors import BadInput


def build(size=2, **chosen):
    return OptimizerSettings(**chosen).build(size, np.dtype(np.float64))


def test_gradient_descent_steps_against_the_slope():
    optimizer = build(optimizer="sgd", learning_rate=0.5)
    theta = np.array([1.0, -2.0])
    optimizer.step(theta, np.array([4.0, 1.0]))
    np.testing.assert_array_equal(theta, [-1.0, -2.5])
    optimizer.step(theta, np.array([-2.0, 0.0]))
    np.testing.assert_array_equal(theta, [0.0, -2.5])


def test_momentum_keeps_a_share_of_the_last_step():
    optimizer = build(optimizer="momentum", learning_rate=0.5, momentum=0.5)
    theta = np.array([1.0, 0.0])
    optimizer.step(theta, np.array([4.0, -2.0]))  # v = (−2, 1)
    np.testing.assert_array_equal(theta, [-1.0, 1.0])
    optimizer.step(theta, np.array([0.0, 2.0]))  # v = ½ (−2, 1) − ½ (0, 2) = (−1, −0.5)
    np.testing.assert_array_equal(theta, [-2.0, 0.5])
    optimizer.step(theta, np.array([0.0, 0.0]))  # v = (−0.5, −0.25)
    np.testing.assert_array_equal(theta, [-2.5, 0.25])
    optimizer.reset()
    optimizer.step(theta, np.array([1.0, 0.0]))  # nothing remembered: v = (−0.5, 0)
    np.testing.assert_array_equal(theta, [-3.0, 0.25])


@pytest.mark.parametrize("key", list(OPTIMIZERS))
def test_the_announced_step_is_the_step_made(key):
    rng = np.random.default_rng(4)
    optimizer = build(5, optimizer=key, learning_rate=0.3, momentum=0.8)
    theta = rng.normal(size=5)
    for _ in range(4):
        gradient = rng.normal(size=5)
        before = theta.copy()
        announced = optimizer.next_step(gradient)
        np.testing.assert_array_equal(theta, before)
        optimizer.step(theta, gradient)
        np.testing.assert_array_equal(theta, before + announced)


@pytest.mark.parametrize("key", list(OPTIMIZERS))
def test_live_settings_apply_from_the_next_step(key):
    optimizer = build(optimizer=key, learning_rate=1.0, momentum=0.9)
    theta = np.zeros(2)
    optimizer.step(theta, np.array([1.0, 0.0]))
    optimizer.configure(OptimizerSettings(optimizer=key, learning_rate=0.25, momentum=0.0))
    theta[:] = 0
    optimizer.step(theta, np.array([0.0, 1.0]))
    np.testing.assert_array_equal(theta, [0.0, -0.25])


@pytest.mark.parametrize("key", list(OPTIMIZERS))
@pytest.mark.parametrize(("factor", "settles"), [(0.98, True), (1.02, False)])
def test_the_stable_rate_parts_settling_from_exploding(key, factor, settles):
    curvature = 3.0
    rate = factor * build(1, optimizer=key, momentum=0.6).stable_rate(curvature)
    optimizer = build(1, optimizer=key, learning_rate=rate, momentum=0.6)
    theta = np.array([1.0])
    for _ in range(2000):
        optimizer.step(theta, curvature * theta)
    assert abs(theta[0]) < 1e-3 if settles else abs(theta[0]) > 1e3


@pytest.mark.parametrize("rate", ["0", "-1", "nan", "inf", "1e7", "fast", ""])
def test_an_impossible_learning_rate_is_refused_in_a_sentence(rate):
    with pytest.raises(BadInput, match=r"^Learning rate must be a number from .*\.$"):
        OptimizerSettings(learning_rate=rate)
