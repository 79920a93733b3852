"""The optimizers' steps, figure by figure."""

import math
import re

import numpy as np
import pytest

from gdstudio.engine.optimizers.catalogue import CONSTANTS, OPTIMIZERS, OptimizerSettings
from gdstudio.errors import BadInput

PLAIN = [key for key, rule in OPTIMIZERS.items() if not rule.adapts]
ADAPTIVE = [key for key, rule in OPTIMIZERS.items() if rule.adapts]


def build(size=2, *, weights=None, learning_rate=1.0, **chosen):
    """Return an optimizer, its η as well, as the descent hands it to every step."""
    settings = OptimizerSettings(learning_rate=learning_rate, **chosen)
    return Walker(settings, settings.build(size, np.dtype(np.float64), weights=weights))


class Walker:
    """An optimizer that is handed the η of its settings at every step."""

    def __init__(self, settings, optimizer):
        self.rate, self.optimizer = settings.learning_rate, optimizer
        self.reset, self.stable_rate = optimizer.reset, settings.stable_rate

    def configure(self, settings):
        self.rate = settings.learning_rate
        self.optimizer.configure(settings)

    def step(self, theta, gradient):
        self.optimizer.step(theta, gradient, self.rate)

    def next_step(self, theta, gradient):
        return self.optimizer.next_step(theta, gradient, self.rate)


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


def test_nesterov_goes_where_the_new_speed_is_about_to_carry_it():
    optimizer = build(1, optimizer="nesterov", learning_rate=0.5, momentum=0.5)
    theta = np.array([0.0])
    optimizer.step(theta, np.array([4.0]))  # v = −2, step = ½ · −2 − 2 = −3
    assert theta == [-3.0]
    optimizer.step(theta, np.array([-2.0]))  # v = −1 + 1 = 0, step = 0 + 1
    assert theta == [-2.0]
    optimizer.step(theta, np.array([2.0]))  # v = −1, step = −½ − 1
    assert theta == [-3.5]


def test_adagrad_divides_by_the_root_of_all_squares_so_far():
    optimizer = build(optimizer="adagrad", learning_rate=0.5)
    theta = np.zeros(2)
    optimizer.step(theta, np.array([3.0, 0.0]))  # s = (9, 0): ½ · 3 / 3, and nothing over nothing
    np.testing.assert_allclose(theta, [-0.5, 0.0], rtol=1e-9)
    optimizer.step(theta, np.array([-4.0, 0.001]))  # s = (25, 10⁻⁶): ½ · 4 / 5, ½ · 1
    np.testing.assert_allclose(theta, [-0.1, -0.5], rtol=1e-6)


def test_rmsprop_divides_by_the_root_of_a_fading_mean_of_squares():
    optimizer = build(1, optimizer="rmsprop", learning_rate=0.1)
    theta = np.zeros(1)
    optimizer.step(theta, np.array([2.0]))  # s = 0.01 · 4 = 0.04: 0.1 · 2 / 0.2
    np.testing.assert_allclose(theta, [-1.0], rtol=1e-6)
    optimizer.step(theta, np.array([-1.0]))  # s = 0.99 · 0.04 + 0.01 · 1 = 0.0496
    np.testing.assert_allclose(theta, [-1.0 + 0.1 / math.sqrt(0.0496)], rtol=1e-6)


def test_adam_divides_the_mean_slope_by_the_root_of_the_mean_square():
    optimizer = build(1, optimizer="adam", learning_rate=0.1, momentum=0.5)
    theta = np.zeros(1)
    optimizer.step(theta, np.array([-8.0]))  # m̂ = −8, v̂ = 64: one whole rate
    np.testing.assert_allclose(theta, [0.1], rtol=1e-8)
    optimizer.step(theta, np.array([2.0]))
    # m = ½ · −4 + ½ · 2 = −1, m̂ = −1 / ¾; v = 0.999 · 0.064 + 0.001 · 4, v̂ = v / 0.001999
    mean, square = -1 / 0.75, (0.999 * 0.064 + 0.004) / 0.001999
    np.testing.assert_allclose(theta, [0.1 - 0.1 * mean / math.sqrt(square)], rtol=1e-8)
    optimizer.reset()
    optimizer.step(theta.__imul__(0), np.array([5.0]))
    np.testing.assert_allclose(theta, [-0.1], rtol=1e-8)


def test_adamw_shrinks_the_weights_apart_from_the_slope_and_leaves_biases_alone():
    chosen = {"learning_rate": 0.1, "momentum": 0.9}
    adam = build(optimizer="adam", **chosen)
    adamw = build(optimizer="adamw", weight_decay=0.5, weights=np.array([1.0, 0.0]), **chosen)
    gradient = np.array([3.0, -1.0])
    shrinking, plain = np.array([4.0, 4.0]), np.array([4.0, 4.0])
    adamw.step(shrinking, gradient)
    adam.step(plain, gradient)
    np.testing.assert_allclose(shrinking - plain, [-0.1 * 0.5 * 4.0, 0.0], atol=1e-15)
    everything = build(optimizer="adamw", weight_decay=0.5, **chosen)
    step = everything.next_step(np.array([4.0, 4.0]), np.zeros(2))
    np.testing.assert_allclose(step, [-0.2, -0.2])


def test_adamax_divides_the_mean_slope_by_the_largest_of_late():
    optimizer = build(1, optimizer="adamax", learning_rate=0.1, momentum=0.5)
    theta = np.zeros(1)
    optimizer.step(theta, np.array([-8.0]))  # m̂ = −8, u = 8: one whole rate
    np.testing.assert_allclose(theta, [0.1], rtol=1e-8)
    optimizer.step(theta, np.array([2.0]))  # m̂ = (½ · −4 + ½ · 2) / ¾ = −4/3, u = 0.999 · 8
    np.testing.assert_allclose(theta, [0.1 + 0.1 * (4 / 3) / 7.992], rtol=1e-8)
    optimizer.step(theta, np.array([10.0]))  # m̂ = (½ · −1 + ½ · 10) / ⅞ = 36/7, u = 10
    np.testing.assert_allclose(theta, [0.1 + 0.4 / 3 / 7.992 - 0.36 / 7], rtol=1e-8)


def test_adadelta_divides_by_usual_slopes_and_multiplies_by_usual_steps():
    optimizer = build(1, optimizer="adadelta", learning_rate=2.0)
    theta = np.zeros(1)
    # s = 0.1 · 9 = 0.9, u = 0: Δ = 3 · √10⁻⁶ / √(0.9 + 10⁻⁶), and θ moves by 2 Δ.
    delta = 3 * 1e-3 / math.sqrt(0.9 + 1e-6)
    optimizer.step(theta, np.array([3.0]))
    np.testing.assert_allclose(theta, [-2 * delta], rtol=1e-12)
    # s = 0.9 · 0.9 + 0.1 · 1 = 0.91, u = 0.1 Δ² = 10⁻⁶ (for Δ² is about 10⁻⁵): the step grows.
    other = math.sqrt(0.1 * delta**2 + 1e-6) / math.sqrt(0.91 + 1e-6)
    optimizer.step(theta, np.array([-1.0]))
    np.testing.assert_allclose(theta, [-2 * delta + 2 * other], rtol=1e-12)
    assert other > 1.4e-3 / math.sqrt(0.91)
    # Where nothing slopes it stays, and forgets at its pace.
    assert optimizer.next_step(theta, np.zeros(1)) == 0


def test_lion_steps_by_a_sign_and_shrinks_the_weights():
    optimizer = build(
        optimizer="lion", learning_rate=0.1, momentum=0.5, weight_decay=0.5,
        weights=np.array([1.0, 0.0]),
    )  # fmt: skip
    theta = np.array([4.0, 4.0])
    # Signs of ½ · 0 + ½ · slope; the weight shrinks by 0.1 · 0.5 · 4. Then m = (0.03, −0.01).
    optimizer.step(theta, np.array([3.0, -1.0]))
    np.testing.assert_allclose(theta, [4 - 0.1 - 0.2, 4 + 0.1], rtol=1e-12)
    # ½ · 0.03 − ½ · 0.02 > 0, against the newest slope; ½ · −0.01 + ½ · 0.02 > 0, with it.
    optimizer.step(theta, np.array([-0.02, 0.02]))
    np.testing.assert_allclose(theta, [3.7 - 0.1 - 0.05 * 3.7, 4.0], rtol=1e-12)
    # m = 0.99 · 0.03 − 0.01 · 0.02 = 0.0295: half of it outweighs half of −0.0294 just so.
    before = theta[0]
    optimizer.step(theta, np.array([-0.0294, 0.0]))
    np.testing.assert_allclose(theta[0], before - 0.1 - 0.05 * before, rtol=1e-12)


def test_where_nothing_ever_sloped_lion_stays():
    optimizer = build(1, optimizer="lion", weight_decay=0.0)
    assert optimizer.next_step(np.array([2.0]), np.zeros(1)) == 0


def test_every_rule_looks_like_no_other():
    looks = [(kind.color, kind.marker) for kind in OPTIMIZERS.values()]
    for one in zip(*looks, strict=True):
        assert len(set(one)) == len(OPTIMIZERS)


def test_a_constant_says_which_rules_use_it():
    for name in CONSTANTS:
        said = OptimizerSettings.declared()[name].explanation
        for kind in OPTIMIZERS.values():
            named = re.search(rf"\b{kind.label}\b", said) is not None
            assert named == (name in kind.uses), kind.label


def test_an_adaptive_step_does_not_depend_on_the_size_of_the_slopes():
    """The same walk on a loss a thousand times as high."""
    rng = np.random.default_rng(0)
    gradients = rng.normal(size=(20, 3))
    for key in ADAPTIVE:
        low, high = build(3, optimizer=key), build(3, optimizer=key)
        one, other = np.zeros(3), np.zeros(3)
        # Adadelta adds an ε of 10⁻⁶ to squares, which small slopes feel.
        size = 1000 if key == "adadelta" else 1
        for gradient in gradients:
            low.step(one, size * gradient)
            high.step(other, 1000 * size * gradient)
        np.testing.assert_allclose(one, other, rtol=1e-6)


@pytest.mark.parametrize("key", list(OPTIMIZERS))
def test_the_announced_step_is_the_step_made(key):
    rng = np.random.default_rng(4)
    optimizer = build(5, optimizer=key, learning_rate=0.3, momentum=0.8, weight_decay=0.1)
    theta = rng.normal(size=5)
    for _ in range(4):
        gradient = rng.normal(size=5)
        before = theta.copy()
        announced = optimizer.next_step(theta, gradient)
        np.testing.assert_array_equal(theta, before)
        optimizer.step(theta, gradient)
        np.testing.assert_array_equal(theta, before + announced)


@pytest.mark.parametrize("key", PLAIN)
def test_live_settings_apply_from_the_next_step(key):
    optimizer = build(optimizer=key, learning_rate=1.0, momentum=0.9)
    theta = np.zeros(2)
    optimizer.step(theta, np.array([1.0, 0.0]))
    optimizer.configure(OptimizerSettings(optimizer=key, learning_rate=0.25, momentum=0.0))
    theta[:] = 0
    optimizer.step(theta, np.array([0.0, 1.0]))
    np.testing.assert_array_equal(theta, [0.0, -0.25])


@pytest.mark.parametrize("key", ADAPTIVE)
def test_a_live_rate_scales_the_next_adaptive_step(key):
    chosen = {"optimizer": key, "learning_rate": 1.0, "weight_decay": 0.0}
    optimizer = build(**chosen)
    theta = np.zeros(2)
    optimizer.step(theta, np.array([1.0, -2.0]))
    gradient = np.array([0.5, 1.0])
    before = optimizer.next_step(theta, gradient)
    optimizer.configure(OptimizerSettings(**(chosen | {"learning_rate": 0.25})))
    np.testing.assert_allclose(optimizer.next_step(theta, gradient), before / 4)


def test_live_momentum_and_decay_reach_adamw():
    optimizer = build(1, optimizer="adamw", learning_rate=0.1, momentum=0.9)
    theta = np.array([2.0])
    optimizer.step(theta, np.array([1.0]))
    optimizer.configure(
        OptimizerSettings(optimizer="adamw", learning_rate=0.1, momentum=0.0, weight_decay=0.5)
    )
    theta[:] = 2.0
    # Without momentum the mean slope is the last one; v̂ = 1 all the time.
    step = optimizer.next_step(theta, np.array([-1.0]))
    np.testing.assert_allclose(step, [0.1 - 0.1 * 0.5 * 2.0], atol=1e-8)


@pytest.mark.parametrize("key", list(OPTIMIZERS))
def test_a_constant_changes_the_walk_of_those_that_say_so(key):
    for name in CONSTANTS:
        walks = []
        for value in (0.1, 0.6):
            optimizer = build(optimizer=key, learning_rate=0.1, **{name: value})
            theta = np.array([1.0, -1.0])
            for gradient in ([1.0, 0.2], [-0.5, 0.3], [-0.003, 0.2]):
                optimizer.step(theta, np.array(gradient))
            walks.append(theta)
        assert (walks[0] != walks[1]).any() == (name in OPTIMIZERS[key].uses)


@pytest.mark.parametrize("key", PLAIN)
@pytest.mark.parametrize(("factor", "settles"), [(0.98, True), (1.02, False)])
def test_the_stable_rate_parts_settling_from_exploding(key, factor, settles):
    curvature = 3.0
    rate = factor * build(1, optimizer=key, momentum=0.6).stable_rate(curvature)
    optimizer = build(1, optimizer=key, learning_rate=rate, momentum=0.6)
    theta = np.array([1.0])
    for _ in range(2000):
        optimizer.step(theta, curvature * theta)
    assert abs(theta[0]) < 1e-3 if settles else abs(theta[0]) > 1e3


@pytest.mark.parametrize("key", ADAPTIVE)
def test_no_rate_is_called_stable_where_none_is_known(key):
    assert build(optimizer=key).stable_rate(3.0) is None


def test_a_suitable_rate_follows_plain_descent_only_where_steps_grow_with_the_slope():
    def suitable(key, plain):
        return OptimizerSettings(optimizer=key).suitable_rate(plain)

    assert [suitable("sgd", plain) for plain in (1.0, 0.1)] == [1.0, 0.1]
    assert [suitable("momentum", plain) for plain in (1.0, 0.1)] == [0.1, 0.01]
    for key in ADAPTIVE:
        assert suitable(key, 1.0) == suitable(key, 0.1)
        # Adadelta's steps set out far shorter than its rate.
        assert suitable(key, 1.0) <= (1.0 if key == "adadelta" else 0.01)


@pytest.mark.parametrize("rate", ["0", "-1", "nan", "inf", "1e7", "fast", ""])
def test_an_impossible_learning_rate_is_refused_in_a_sentence(rate):
    with pytest.raises(BadInput, match=r"^Learning rate must be a number from .*\.$"):
        OptimizerSettings(learning_rate=rate)
