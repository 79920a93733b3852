"""The catalogue of curves and surfaces, and functions as costs."""

import numpy as np
import pytest

from gdstudio.engine.curves import CURVES, Curve
from gdstudio.engine.expression import Expression
from gdstudio.engine.function_objective import FunctionObjective
from gdstudio.engine.surfaces import SURFACES

ALL = (*CURVES.values(), *SURFACES.values())


def points_on(entry):
    views = [entry.view] if isinstance(entry, Curve) else [entry.x_view, entry.y_view]
    return np.random.default_rng(2).uniform(*np.transpose(views), (8, len(views)))


@pytest.mark.parametrize("entry", ALL, ids=lambda one: one.key)
def test_given_slopes_are_sympys_and_those_of_central_differences(entry):
    objective = entry.objective
    exact = FunctionObjective(objective.expression)
    ours, theirs = np.empty(objective.size), np.empty(objective.size)
    for point in points_on(entry):
        value = objective.value_and_gradient(point, ours)
        assert value == exact.value_and_gradient(point, theirs)
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)
        for index in range(objective.size):
            nudge = np.eye(objective.size)[index] * 1e-6
            central = (objective.value(point + nudge) - objective.value(point - nudge)) / 2e-6
            assert ours[index] == pytest.approx(central, rel=1e-5, abs=1e-4)


@pytest.mark.parametrize("entry", ALL, ids=lambda one: one.key)
def test_known_minima_are_flat_and_lower_than_their_surroundings(entry):
    objective, gradient = entry.objective, np.empty(entry.objective.size)
    for minimum in entry.minima:
        place = np.atleast_1d(np.asarray(minimum, float))
        value = objective.value_and_gradient(place, gradient)
        if entry.key != "kink":
            np.testing.assert_allclose(gradient, 0, atol=1e-9)
            assert np.linalg.eigvalsh(objective.hessian(place)).min() > 0
        for way in np.vstack([np.eye(objective.size), -np.eye(objective.size)]):
            assert objective.value(place + 1e-3 * way) > value


def test_the_three_to_one_example_has_that_gradient_at_its_start():
    surface = SURFACES["three-to-one"]
    gradient = np.empty(2)
    surface.objective.value_and_gradient(np.array(surface.start), gradient)
    assert gradient.tolist() == [3, 1]


def test_the_hessian_is_that_of_the_second_derivatives():
    objective = FunctionObjective(Expression.parse("x**3*y + exp(x)*y**2", ("x", "y")))
    x, y = 0.7, -1.2
    wanted = [
        [6 * x * y + np.exp(x) * y**2, 3 * x**2 + 2 * np.exp(x) * y],
        [3 * x**2 + 2 * np.exp(x) * y, 2 * np.exp(x)],
    ]
    np.testing.assert_allclose(objective.hessian(np.array([x, y])), wanted, rtol=1e-8)


def test_where_only_the_slope_is_undefined_the_cost_counts_as_undefined():
    objective = FunctionObjective(Expression.parse("sqrt(x)"))
    gradient = np.empty(1)
    assert objective.value(np.array([0.0])) == 0
    assert np.isnan(objective.value_and_gradient(np.array([0.0]), gradient))
    assert objective.trouble_at(0.0) == "The slope divides by zero at x = 0"
    assert objective.trouble_at(-1.0).startswith("The function takes the square root")
