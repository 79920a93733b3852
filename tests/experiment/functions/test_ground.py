"""What kind of ground there is: a catalogue of known places, and functions made at random."""

import numpy as np
import pytest

from gdstudio.engine.functions.expression import Expression
from gdstudio.engine.functions.objective import FunctionObjective
from gdstudio.experiment.functions.ground import Ground, site_at

VALLEY, FLOOR, LEVEL = Ground.VALLEY, Ground.FLOOR, Ground.LEVEL
HILLTOP, SADDLE, SLOPE = Ground.HILLTOP, Ground.SADDLE, Ground.SLOPE
LEFT, RIGHT = (-1.0,), (1.0,)

# (function, where a walk has come to rest, what there is, where it falls)
ON_CURVES = [
    ("x**2/2", 1e-9, VALLEY, None),
    ("x**4", 1e-3, VALLEY, None),
    ("x**10", 0.1, VALLEY, None),
    ("x**100", 0.81, FLOOR, None),  # as flat as numbers go from −0.7 to 0.7
    ("x**4 - 3*x**2 + x", 1.13090112, VALLEY, None),
    ("x**4 - 3*x**2 + x", -1.30083956, VALLEY, None),
    ("x**4 - 3*x**2 + x", 0.16993844, HILLTOP, None),
    ("x**4/4 - x**3/3", -3e-5, SLOPE, RIGHT),
    ("x**4/4 - x**3/3", 1.0 + 1e-9, VALLEY, None),
    ("x**3", 3e-5, SLOPE, LEFT),
    ("-x**3", -1e-6, SLOPE, RIGHT),
    ("x**5", 1e-2, SLOPE, LEFT),
    ("x*abs(x)", 1e-9, SLOPE, LEFT),
    ("x*abs(x)", 0.0, SLOPE, LEFT),
    ("x**3*abs(x)", 1e-3, SLOPE, LEFT),
    ("1 - x**2", 0.0, HILLTOP, None),
    ("-x**4", 0.0, HILLTOP, None),
    ("cos(x)", 3.14159265, VALLEY, None),
    ("cos(x)", 0.0, HILLTOP, None),
    ("x + sin(x)", 3.14159265358979, SLOPE, LEFT),
    ("x - sin(x)", 1e-4, SLOPE, LEFT),
    ("5 + 0*x", 1.0, LEVEL, None),
    ("sin(x)**2 + cos(x)**2", 0.7, LEVEL, None),
    ("1 - exp(-x**2)", 30.0, LEVEL, None),
    ("1 - exp(-x**2)", 1e-9, VALLEY, None),
    ("exp(-x**2)", 30.0, LEVEL, None),
    ("abs(x)", 0.0, VALLEY, None),
    ("x**2 + sign(x)", 1e-9, SLOPE, LEFT),
    ("tanh(x)", -30.0, LEVEL, None),
    ("exp(-x)", 700.0, LEVEL, None),
    ("abs(x - 1) + abs(x + 1)", 0.3, FLOOR, None),
    ("abs(abs(x) - 1) + abs(abs(x) + 1)", 0.2, FLOOR, None),
    ("(abs(x - 1) + x - 1)**2", -3.0, LEVEL, None),  # to the left for ever, for all one can see
    ("sqrt(abs(x))", 0.0, VALLEY, None),
    ("x**1.5", 0.0, VALLEY, None),
    ("sqrt(x)", 0.0, VALLEY, None),
    ("x - log(x)", 1.0, VALLEY, None),
    ("x*log(x)", 0.36787944, VALLEY, None),
    ("-1/x**2", 1e9, LEVEL, None),
    ("exp(x) - x", 0.0, VALLEY, None),
    ("cosh(x)", 0.0, VALLEY, None),
    ("x**2 + 1e6", 1e-6, VALLEY, None),
    ("1e-12*x**2", 1e-9, VALLEY, None),
    ("1e12*x**2", 1e-9, VALLEY, None),
    ("(x - 1e6)**2", 1e6, VALLEY, None),
    ("((x - 3)/1e6)**2", 3.0, VALLEY, None),
    ("(1e6*(x - 3))**2", 3.0, VALLEY, None),
    ("x**3 - 10000*x**2", 6666.66666667, VALLEY, None),
    ("x**6 - 3*x**4 + 3*x**2 - 1", 1.0, SLOPE, LEFT),  # (x² − 1)³
    ("x**6 - 3*x**4 + 3*x**2 - 1", 0.0, VALLEY, None),
]
ON_SURFACES = [
    ("x**2 + y**2", (1e-9, 0.0), VALLEY),
    ("3*x**2/2 + y**2/2", (0.0, 1e-9), VALLEY),
    ("x**2 + y**4", (0.0, 1e-4), VALLEY),
    ("x**4 + y**4 - x**2*y**2", (0.0, 0.0), VALLEY),
    ("100*(y - x**2)**2 + (1 - x)**2", (1.0, 1.0), VALLEY),
    ("(x**2 + y - 11)**2 + (x + y**2 - 7)**2", (3.0, 2.0), VALLEY),
    ("(x**2 + y - 11)**2 + (x + y**2 - 7)**2", (-0.270844591, -0.923038522), HILLTOP),
    ("(x**2 + y - 11)**2 + (x + y**2 - 7)**2", (0.0866775046, 2.88425470), SADDLE),
    ("x**2/2 - y**2/2 + y**4/8", (0.0, 0.0), SADDLE),
    ("x**2/2 - y**2/2 + y**4/8", (0.0, 1.41421356), VALLEY),
    ("x**2 - y**2", (1e-9, 0.0), SADDLE),
    ("x*y", (0.0, 0.0), SADDLE),
    ("x**3 - 3*x*y**2", (1e-5, 1e-5), SLOPE),  # the monkey's saddle falls on three sides
    ("x**2 + y**3", (1e-9, 1e-5), SLOPE),
    ("(x - 2*y)**2 + (2*x + y)**3", (0.0, 0.0), SLOPE),
    ("(y - x**2)*(y - 2*x**2)", (0.0, 0.0), SLOPE),  # Peano: it rises along every straight line
    ("-x**2 - y**2", (0.0, 0.0), HILLTOP),
    ("exp(-x**2 - y**2)", (0.0, 0.0), HILLTOP),
    ("5", (1.0, 1.0), LEVEL),
    ("exp(-x**2 - y**2)", (30.0, 30.0), LEVEL),
    ("(x - 2*y)**2", (2.0, 1.0), FLOOR),
    ("x**2 - 4*x*y + 4*y**2", (2.0, 1.0), FLOOR),
    ("(x**2 + y**2 - 4)**2", (2.0, 0.0), FLOOR),
    ("(x**2 + y**2 - 4)**2", (1.2, 1.6), FLOOR),
    ("(y - x**2)**2", (0.0, 0.0), FLOOR),
    ("(x*y - 1)**2", (1.0, 1.0), FLOOR),
    ("x**2", (0.0, 1.0), FLOOR),
    ("x**2*y**2", (0.0, 0.0), FLOOR),
    ("x**2*y**2", (1e-6, 1.0), FLOOR),
    ("abs(x - 2*y)", (2.0, 1.0), FLOOR),
    ("abs(x - 1) + abs(y + 2)", (1.0, -2.0), VALLEY),
    ("abs(abs(x) + abs(y) - 2) + abs(x) + abs(y) - 2", (0.3, 0.3), FLOOR),
    ("sqrt(x) + y**2", (0.0, 0.0), VALLEY),
    ("1e-12*(x**2 + y**2)", (0.0, 0.0), VALLEY),
    ("1e6*(x**2 + y**2)", (0.0, 0.0), VALLEY),
]  # fmt: skip


def site(text, point, *, reach=8.0, heights=1.0):
    variables = ("x", "y")[: len(point)]
    objective = FunctionObjective(Expression.parse(text, variables))
    return site_at(objective, point, reach=reach, heights=heights)


@pytest.mark.parametrize(("text", "x", "ground", "fall"), ON_CURVES)
def test_places_on_curves(text, x, ground, fall):
    found = site(text, (x,))
    assert found.ground is ground
    if fall is not None:
        assert tuple(found.fall) == fall


@pytest.mark.parametrize(("text", "point", "ground"), ON_SURFACES)
def test_places_on_surfaces(text, point, ground):
    assert site(text, point).ground is ground


def test_an_edge_is_noticed_and_a_hole_is_no_place():
    assert site("sqrt(x)", (0.0,)).at_edge
    assert not site("x**2", (0.0,)).at_edge
    assert site("1/x", (0.0,)).ground is Ground.UNDEFINED


def test_turns_of_random_polynomials_are_what_their_roots_say():
    rng = np.random.default_rng(7)
    for _ in range(40):
        roots = np.sort(rng.uniform(-3, 3, rng.integers(1, 6)))
        if len(roots) > 1 and np.diff(roots).min() < 0.15:
            continue
        lead = float(rng.choice([-1.0, 1.0])) * 10.0 ** float(rng.uniform(-6, 6))
        polynomial = lead * np.poly(roots)
        integral = np.polyint(polynomial)
        text = " + ".join(f"({c!r})*x**{n}" for n, c in enumerate(integral[::-1].tolist()))
        heights = float(np.ptp(np.polyval(integral, np.linspace(-3, 3, 50))))
        for root in roots:
            curvature = np.polyval(np.polyder(polynomial), root)
            found = site(text, (float(root),), reach=6.0, heights=heights)
            assert found.ground is (VALLEY if curvature > 0 else HILLTOP), (text, root)
            assert found.point[0] == pytest.approx(root, abs=1e-6)


def test_random_quadratics_near_and_far_large_and_small_are_what_their_curvatures_say():
    rng = np.random.default_rng(8)
    for number in range(100):
        is_level = number % 5 == 0
        curvatures = 10.0 ** rng.uniform(-2, 2, 2) * rng.choice([-1.0, 1.0], 2)
        angle = rng.uniform(0, np.pi)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        hessian = (turn @ np.diag(curvatures) @ turn.T).round(6)
        # Shifted and scaled, in x and in f.
        s, k = (float(f"1e{rng.integers(-6, 7)}") for _ in range(2))
        p, q = (float(f"{number:.4g}") for number in rng.uniform(-1, 1, 2) * s)
        x, y = f"((x - ({p!r}))/{s!r})", f"((y - ({q!r}))/{s!r})"
        (a, b), (_, c) = hessian.tolist()
        text = f"{k!r}*(({a!r})*{x}**2 + 2*({b!r})*{x}*{y} + ({c!r})*{y}**2)"
        if is_level:
            text = f"{k!r}*(({a!r})*{x} + ({b!r})*{y})**2"
        found = site(text, (p, q), reach=5 * s, heights=k)
        low, high = np.linalg.eigvalsh(hessian)
        if is_level:
            assert found.ground is FLOOR, text
        elif low > 0:
            assert found.ground is VALLEY, text
        else:
            assert found.ground is (SADDLE if high > 0 else HILLTOP), text
