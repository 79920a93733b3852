"""The local minima of functions in a view: those that are known, and no others."""

import itertools

import numpy as np
import pytest

from gdstudio.engine.functions.curves import CURVES
from gdstudio.engine.functions.expression import Expression
from gdstudio.engine.functions.objective import FunctionObjective
from gdstudio.engine.functions.surfaces import SURFACES
from gdstudio.experiment.functions.local_minima import LocalMinima, find_minima

VIEW = (-5.0, 5.0)
RASTRIGIN = "20 + x**2 + y**2 - 10*cos(2*pi*x) - 10*cos(2*pi*y)"
ACKLEY = "20 + e - 20*exp(-0.2*sqrt((x**2 + y**2)/2)) - exp((cos(2*pi*x) + cos(2*pi*y))/2)"
HALF_PI = np.pi / 2

# (function, its minima in view)
ALONE = [
    ("x**2 + y**2", [(0, 0)]),
    ("(1 - x)**2 + 100*(y - x**2)**2", [(1, 1)]),
    ("(1 - x)**2 + 1000000*(y - x**2)**2", [(1, 1)]),
    ("x**4 - 3*x**2 + x + y**2", [(-1.3008395659, 0), (1.1309011226, 0)]),
    ("(x**2 + y - 11)**2 + (x + y**2 - 7)**2",
     [(3, 2), (-2.805118, 3.131313), (-3.779310, -3.283186), (3.584428, -1.848127)]),
    ("(1.5 - x + x*y)**2 + (2.25 - x + x*y**2)**2 + (2.625 - x + x*y**3)**2", [(3, 0.5)]),
    ("sin(x)*cos(y)", [(-HALF_PI, 0), (HALF_PI, np.pi), (HALF_PI, -np.pi), (3 * HALF_PI, 0),
                       (-3 * HALF_PI, np.pi), (-3 * HALF_PI, -np.pi)]),
    ("abs(x - 1) + abs(y + 2)", [(1, -2)]),
    ("abs(x - 2*y) + (x + y)**2", [(0, 0)]),
    ("sqrt((x - 1)**2 + y**2)", [(1, 0)]),
    ("(x**2 + y**2)**0.05", [(0, 0)]),
    ("sqrt(x) + y**2", [(0, 0)]),  # at the edge
    ("-sqrt(25 - x**2 - y**2)", [(0, 0)]),
    ("(x**2 + y**2 - 4)**2 + 0.1*x", [(-2.0031177, 0)]),
    ("x**3 + y**3 - 3*x*y", [(1, 1)]),
    ("x*y*exp(-x**2 - y**2)", [(0.70710678, -0.70710678), (-0.70710678, 0.70710678)]),
    ("1 - exp(-10*(x**2 + y**2))", [(0, 0)]),
    ("1e-12*(x**2 + y**2)", [(0, 0)]),
    ("1e12*(x**2 + y**2)", [(0, 0)]),
    ("x**4 + y**4", [(0, 0)]),
    ("atan(x)**2 + y**2", [(0, 0)]),
    ("-1/(1 + x**2 + y**2)", [(0, 0)]),
    ("(x - 5)**2 + (y + 5)**2", [(5, -5)]),  # in the corner of the view
    ("(x - 5.05)**2 + y**2", []),  # just outside
    ("sin(x + y) + (x - y)**2 - 1.5*x + 2.5*y + 1",
     [(-0.5471976, -1.5471976), (2.5943951, 1.5943951), (-3.6887902, -4.6887902)]),
    ("x**2*y**4 + x**4*y**2 - 3*x**2*y**2 + 1", [(1, 1), (1, -1), (-1, 1), (-1, -1)]),
]  # fmt: skip
NONE = ["x + y", "x**2 - y**2", "log(x*y)", "5", "1/(x**2 + y**2)", "tan(x*y)", "log(x**2 + y**2)",
        "log((x - 0.1234)**2 + y**2)", "log(x) + y**2", "x*y", "x**3 + y**2", "exp(-x**2 - y**2)",
        "sin(x) + y", "tanh(x) + y**2", "1/x + y**2", "-x**2 - y**2", "x**2 + y**3", "exp(x)*y",
        "sin(x)**2 + cos(x)**2"]  # fmt: skip
# (function, how far (1.3, 0.2) is from the floor of its valley)
FLOORS = [
    ("(x - 2*y)**2", 0.9 / np.sqrt(5)),
    ("abs(x - 2*y)", 0.9 / np.sqrt(5)),
    ("x**2", 1.3),
    ("(x**2 + y**2 - 4)**2", 2 - np.hypot(1.3, 0.2)),
    ("abs(x**2 + y**2 - 4)", 2 - np.hypot(1.3, 0.2)),
    ("x**2*y**2", 0.2),
    ("abs(x*y)", 0.2),
    ("exp(x + y) + exp(-x - y)", 1.5 / np.sqrt(2)),
    ("cos(x)", np.pi - 1.3),
    ("abs(abs(x) + abs(y) - 2) + abs(x) + abs(y) - 2", 0.0),
]


def minima(text, *views):
    variables = ("x", "y")[: len(views)]
    objective = FunctionObjective(Expression.parse(text, variables))
    values = np.linspace(*views[0], 50)
    heights = float(np.nanstd(objective.expression.value(*[values] * len(views)))) or 1.0
    return find_minima(objective, *views, heights=heights)


def same(found, expected):
    return len(found) == len(expected) and all(
        min(np.hypot(*(np.array(one) - other)) for other in expected) < 1e-5 for one in found
    )


@pytest.mark.parametrize(("text", "expected"), ALONE)
def test_all_minima_are_found_and_nothing_else(text, expected):
    found = minima(text, VIEW, VIEW)
    assert same(found.points, expected), found.points
    assert found.is_complete


@pytest.mark.parametrize("text", NONE)
def test_where_there_is_none_none_is_claimed(text):
    found = minima(text, VIEW, VIEW)
    assert not found
    assert found.distance(np.zeros(2)) == np.inf


@pytest.mark.parametrize(("text", "distance"), FLOORS)
def test_a_floor_is_known_all_along(text, distance):
    found = minima(text, VIEW, VIEW)
    assert found.distance(np.array([1.3, 0.2])) == pytest.approx(distance, abs=2e-3)


@pytest.mark.parametrize("text", [RASTRIGIN, ACKLEY])
def test_at_each_of_many_minima_one_has_arrived(text):
    found = minima(text, VIEW, VIEW)
    assert len(found.points) == 121
    for x, y in itertools.product(range(-5, 6), repeat=2):
        place = np.array(min(found.points, key=lambda p: (p[0] - x) ** 2 + (p[1] - y) ** 2))
        assert np.abs(place - (x, y)).max() < 0.5
        assert found.distance(place) == 0
    # The lowest comes first.
    assert found.points[0] == (0.0, 0.0)


def test_more_minima_than_can_be_looked_at_are_owned_up_to():
    found = minima("sin(20*x)*sin(20*y)", VIEW, VIEW)
    assert len(found.points) > 300
    assert not found.is_complete


def test_minima_of_random_polynomials_are_those_of_their_roots():
    rng = np.random.default_rng(9)
    for _ in range(15):
        roots = np.sort(rng.uniform(-3, 3, 5))
        if np.diff(roots).min() < 0.15:
            continue
        integral = np.polyint(np.poly(roots))
        text = " + ".join(f"({c!r})*x**{n}" for n, c in enumerate(integral[::-1].tolist()))
        objective = FunctionObjective(Expression.parse(text))
        found = find_minima(objective, (-4.0, 4.0), heights=1.0)
        assert sorted(x for (x,) in found.points) == pytest.approx(roots[::2].tolist(), abs=1e-6)


@pytest.mark.parametrize("surface", SURFACES.values(), ids=lambda one: one.key)
def test_the_books_name_all_minima_of_our_surfaces_in_view(surface):
    found = find_minima(surface.objective, surface.x_view, surface.y_view, heights=10.0)
    assert same(surface.minima, found.points), found.points


@pytest.mark.parametrize("curve", CURVES.values(), ids=lambda one: one.key)
def test_the_books_name_all_minima_of_our_curves_in_view(curve):
    found = find_minima(curve.objective, curve.view, heights=10.0)
    assert sorted(x for (x,) in found.points) == pytest.approx(sorted(curve.minima), abs=1e-6)


def test_what_is_known_from_the_books_is_taken_as_it_is():
    known = LocalMinima.known((0.0, 1.0), (2.0, 1.0), size=2)
    assert known.distance(np.array([2.0, 1.5])) == 0.5
    assert bool(known)
    assert not LocalMinima.known(size=2)
