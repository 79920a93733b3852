"""The catalogue of curves and surfaces, and functions as losses."""

import numpy as np
import pytest
import sympy

from gdstudio.engine.functions.curves import CURVES, Curve
from gdstudio.engine.functions.expression import Expression
from gdstudio.engine.functions.objective import FunctionObjective
from gdstudio.engine.functions.surfaces import SURFACES

ALL = (*CURVES.values(), *SURFACES.values())


def points_on(entry):
    views = [entry.view] if isinstance(entry, Curve) else [entry.x_view, entry.y_view]
    return np.random.default_rng(2).uniform(*np.transpose(views), (8, len(views)))


@pytest.mark.parametrize("entry", ALL, ids=lambda one: one.key)
def test_slopes_are_those_of_sympy_and_of_central_differences(entry):
    objective = entry.objective
    names = objective.expression.variables
    symbols = sympy.symbols(names, real=True)
    theirs = sympy.sympify(entry.text, locals=dict(zip(names, symbols, strict=True)))
    ours = np.empty(objective.size)
    for point in points_on(entry):
        objective.value_and_gradient(point, ours)
        at = dict(zip(symbols, point.tolist(), strict=True))
        wanted = [float(theirs.diff(symbol).subs(at)) for symbol in symbols]
        np.testing.assert_allclose(ours, wanted, rtol=1e-9, atol=1e-9)
        for index in range(objective.size):
            nudge = np.eye(objective.size)[index] * 1e-6
            central = (objective.value(point + nudge) - objective.value(point - nudge)) / 2e-6
            assert ours[index] == pytest.approx(central, rel=1e-5, abs=1e-4)


SLOPES = {
    "bowl": ("x",),
    "two-valleys": ("4·x³ − 6·x + 1",),
    "many-valleys": ("x/2 + 3·cos(3·x)",),
    "plateau": ("2·x·exp(−x²)",),
    "steep-wall": ("3·exp(3·x)/20 − 1",),
    "kink": ("sign(x)",),
    "saddle-point": ("x³ − x²",),
}
LANDSCAPES = {
    "three-to-one": ("3·x", "y"),
    "bowl": ("x", "y"),
    "ravine": ("x/10", "2·y"),
    "saddle": ("x", "y³/2 − y"),
    "rosenbrock": ("2·x − 400·x·(y − x²) − 2", "200·y − 200·x²"),
    "himmelblau": (
        "4·x·(x² + y − 11) + 2·y² + 2·x − 14",
        "4·y·(y² + x − 7) + 2·x² + 2·y − 22",
    ),
    "beale": (
        "2·(x·y³ − x + 2.625)·(y³ − 1) + 2·(x·y² − x + 2.25)·(y² − 1) + 2·(x·y − x + 1.5)·(y − 1)",
        "6·x·y²·(x·y³ − x + 2.625) + 4·x·y·(x·y² − x + 2.25) + 2·x·(x·y − x + 1.5)",
    ),
    "rastrigin": ("2·x + 20·π·sin(2·π·x)", "2·y + 20·π·sin(2·π·y)"),
}


@pytest.mark.parametrize(
    ("entry", "slopes"),
    [(CURVES[key], slopes) for key, slopes in SLOPES.items()]
    + [(SURFACES[key], slopes) for key, slopes in LANDSCAPES.items()],
)
def test_slopes_are_written_as_in_a_book(entry, slopes):
    assert tuple(slope.pretty for slope in entry.objective.slopes) == slopes


@pytest.mark.parametrize("entry", ALL, ids=lambda one: one.key)
def test_known_minima_are_flat_and_lower_than_their_surroundings(entry):
    objective, gradient = entry.objective, np.empty(entry.objective.size)
    for minimum in entry.minima:
        place = np.atleast_1d(np.asarray(minimum, float))
        value = objective.value(place)
        objective.value_and_gradient(place, gradient)
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


def test_at_a_kink_there_is_a_value_but_no_slope():
    objective = FunctionObjective(Expression.parse("abs(x) + y**2", ("x", "y")))
    gradient = np.empty(2)
    assert objective.value(np.array([0.0, 2.0])) == 4
    assert np.isnan(objective.value_and_gradient(np.array([0.0, 2.0]), gradient))
    assert np.isnan(gradient[0])
    assert gradient[1] == 4
    assert objective.has_kink_at(0.0, 2.0)
    assert not objective.has_kink_at(1.0, 0.0)
    assert not FunctionObjective(Expression.parse("sqrt(x)")).has_kink_at(0.0)
