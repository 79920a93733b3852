"""L2 and clipping: what is done to a gradient before the optimizer sees it."""

import numpy as np
import pytest

from gdstudio.engine.descent import Descent
from gdstudio.engine.objective import Objective
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.engine.optimizers.regularization import RegularizationSettings, Regularizer, norm

# Two weights and a bias.
WEIGHTS = np.array([1.0, 1.0, 0.0])


def regularizer(**chosen):
    return Regularizer(RegularizationSettings(**chosen), weights=lambda: WEIGHTS)


def applied(parameters, gradient, **chosen):
    gradient = np.array(gradient)
    regularizer(**chosen).apply(np.array(parameters), gradient)
    return gradient


def test_l2_adds_its_share_of_every_weight_and_none_of_a_bias():
    gradient = applied([2.0, -4.0, 8.0], [1.0, 1.0, 1.0], l2=0.25)
    np.testing.assert_array_equal(gradient, [1.5, 0.0, 1.0])


def test_l2_is_the_gradient_of_half_lambda_times_the_squares_of_the_weights():
    rng = np.random.default_rng(0)
    theta, step = rng.normal(size=3), 1e-6

    def cost(parameters):
        return 0.5 * 0.3 * float((WEIGHTS * parameters**2).sum())

    by_differences = [
        (cost(theta + step * unit) - cost(theta - step * unit)) / (2 * step) for unit in np.eye(3)
    ]
    gradient = applied(theta, np.zeros(3), l2=0.3)
    np.testing.assert_allclose(gradient, by_differences, atol=1e-9)


def test_l1_adds_its_number_with_the_sign_of_every_weight_and_none_to_a_bias():
    gradient = applied([2.0, -4.0, 8.0], [1.0, 1.0, 1.0], l1=0.25)
    np.testing.assert_array_equal(gradient, [1.25, 0.75, 1.0])
    np.testing.assert_array_equal(applied([0.0, 1.0, 1.0], np.zeros(3), l1=2), [0, 2, 0])


def test_both_are_the_gradient_of_the_penalty_and_can_change_on_the_way():
    rng = np.random.default_rng(1)
    theta, step = rng.normal(size=3), 1e-6
    rule = regularizer(l1=0.2)
    rule.configure(RegularizationSettings(l1=0.2, l2=0.3))
    by_differences = [
        (rule.penalty(theta + step * unit) - rule.penalty(theta - step * unit)) / (2 * step)
        for unit in np.eye(3)
    ]
    np.testing.assert_allclose(applied(theta, np.zeros(3), l1=0.2, l2=0.3), by_differences, 1e-6)
    assert regularizer().penalty(theta) == 0


def test_a_long_gradient_is_cut_to_the_norm_and_keeps_its_direction():
    np.testing.assert_allclose(applied(np.zeros(3), [3.0, 0.0, -4.0], clip_norm=2), [1.2, 0, -1.6])


def test_a_short_gradient_is_left_alone():
    gradient = applied(np.zeros(3), [3.0, 0.0, -4.0], clip_norm=5)
    np.testing.assert_array_equal(gradient, [3, 0, -4])


def test_the_gradient_of_the_data_is_clipped_before_l2_is_added():
    gradient = applied([2.0, 0.0, 0.0], [3.0, 0.0, -4.0], clip_norm=2, l2=5)
    np.testing.assert_allclose(gradient, [1.2 + 10, 0, -1.6])


def test_a_gradient_whose_squares_are_too_large_for_its_type_is_clipped_too():
    gradient = np.array([3e25, 0.0, -4e25], np.float32)
    assert norm(gradient) == pytest.approx(5e25, rel=1e-6)
    regularizer(clip_norm=1).apply(np.zeros(3, np.float32), gradient)
    np.testing.assert_allclose(gradient, [0.6, 0, -0.8], rtol=1e-6)


def test_a_descent_steps_by_what_is_left_and_reports_the_cost_of_the_data():
    class Bowl(Objective):
        size, dtype = 3, np.dtype(np.float64)

        def value(self, parameters):
            return 0.5 * float(parameters @ parameters)

        def value_and_gradient(self, parameters, gradient):
            np.copyto(gradient, parameters)
            return self.value(parameters)

    optimizer = OptimizerSettings().build(3, Bowl.dtype)
    descent = Descent(Bowl(), optimizer, np.array([3.0, 0.0, 4.0]))
    descent.regularizer = regularizer(clip_norm=1, l2=0.1)
    assert descent.step(0.5) == 12.5
    # (0.6, 0, 0.8) after clipping, and a tenth of the weight 3.
    np.testing.assert_allclose(descent.gradient, [0.9, 0, 0.8])
    np.testing.assert_allclose(descent.parameters, [2.55, 0, 3.6])


def test_every_step_has_the_rate_that_it_is_handed():
    class Slope(Objective):
        size, dtype = 1, np.dtype(np.float64)

        def value(self, parameters):
            return float(parameters[0])

        def value_and_gradient(self, parameters, gradient):
            gradient[0] = 1
            return self.value(parameters)

    descent = Descent(Slope(), OptimizerSettings().build(1, Slope.dtype), np.array([0.0]))
    descent.step(1.0)
    assert descent.parameters[0] == -1.0
    descent.step(0.25)
    assert descent.parameters[0] == -1.25
