"""The slopes of typed functions: those of SymPy, those of difference quotients, and at edges."""

import math
import random

import numpy as np
import pytest
import sympy
from expression_generator import Generator
from expression_oracle import Undefined, slopes
from hypothesis import given, settings
from hypothesis import strategies as st

from gdstudio.engine.functions.expression import Expression
from gdstudio.engine.functions.objective import FunctionObjective

SMOOTH = (
    "x**4 - 3*x**2 + x",
    "-x**2 + 2**-x",
    "sin(3*x)*exp(-x/2) + cos(x)**3",
    "tanh(x) - atan(2*x)/3",
    "sqrt(x**2 + 1)/(1 + x**4)",
    "log(x**2 + 2) + sinh(x)/cosh(x)",
    "tan(x/5) + asin(x/9) - acos(x/8)",
    "x**x",
    "0.125*x**3 - 1.5*x",
    "abs(x - 0.3)*x",
    "exp(exp(x/3))",
    "2*pi*x + e**x",
    "(x + 1)**7/(x**2 + 3)**2",
    "asinh(x) + acosh(x + 1) - atanh(x/3)",
    "x**0.3*(2 - x/4)**1.7",
)
# What is left to the texts of other notations is tested with these.
NAMES = {"ln": sympy.log, "e": sympy.E, "abs": sympy.Abs, "sign": sympy.sign}


@pytest.mark.parametrize("text", SMOOTH)
def test_values_and_slopes_are_those_of_sympy(text):
    expression = Expression.parse(text)
    slope = expression.derivative("x")
    symbol = sympy.Symbol("x", real=True)
    theirs = sympy.sympify(text.replace("e**x", "E**x"), locals={"x": symbol})
    points = np.random.default_rng(4).uniform(0.2, 2.5, 12)
    values, found = expression.value(points), slope.value(points)
    for x, value, steepness in zip(points.tolist(), values, found, strict=True):
        assert value == pytest.approx(float(theirs.subs(symbol, x)), rel=1e-12)
        assert steepness == pytest.approx(float(theirs.diff(symbol).subs(symbol, x)), rel=1e-11)
        assert expression.with_slopes((x,)) == [expression.at(x), slope.at(x)]
        nudge = 1e-6
        central = (expression.at(x + nudge) - expression.at(x - nudge)) / (2 * nudge)
        assert steepness == pytest.approx(central, rel=1e-6, abs=1e-7)


def formulas(depth=3):
    """Return formulas that SymPy differentiates within some milliseconds."""
    leaves = st.sampled_from(["x", "x", "x", "y", "2", "3", "0.5", "pi"])

    def grown(inner):
        calls = st.sampled_from("sin cos atan tanh exp sqrt log cosh asinh".split())  # noqa: SIM905
        return st.one_of(
            st.builds("{}({})".format, calls, inner),
            st.builds("({}){}({})".format, inner, st.sampled_from("+-*/"), inner),
            st.builds("({})**{}".format, inner, st.sampled_from(["2", "3", "-1", "0.5", "x"])),
            st.builds("(-({}))".format, inner),
        )

    return st.recursive(leaves, grown, max_leaves=6)


@settings(max_examples=250, deadline=None, derandomize=True, database=None)
@given(formulas())
def test_slopes_of_made_up_functions_are_those_of_sympy(text):
    expression = Expression.parse(text, ("x", "y"))
    x, y = sympy.symbols("x y", positive=True)
    theirs = sympy.sympify(text, locals={"x": x, "y": y})
    for name, symbol in (("x", x), ("y", y)):
        wanted = theirs.diff(symbol)
        slope = expression.derivative(name)
        printed = sympy.sympify(slope.text, locals={"x": x, "y": y, "e": sympy.E})
        for point in ((0.7, 1.3), (2.25, 0.5)):
            number = wanted.evalf(30, subs=dict(zip((x, y), point, strict=True)))
            if not number.is_real or not 1e-12 < abs(number) < 1e9:
                continue
            if not expression.check_at(*point):
                assert slope.at(*point) == pytest.approx(float(number), rel=1e-7)
            again = printed.evalf(30, subs=dict(zip((x, y), point, strict=True)))
            assert float(again) == pytest.approx(float(number), rel=1e-9), slope.text


@pytest.mark.parametrize("seed", range(200))
def test_slopes_at_edges_and_kinks_are_right_or_said_not_to_exist(seed):
    made = Generator(random.Random(seed), ("x", "y"))
    expression = None
    while expression is None:
        try:
            expression = Expression.parse(made.formula(4), made.variables)
        except ValueError:
            continue
    for _ in range(6):
        point = [made.random.choice((-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0)) for _ in "xy"]
        value, *found = expression.with_slopes(point)
        for name, slope in zip("xy", found, strict=True):
            try:
                sides = slopes(expression.tree, dict(zip("xy", point, strict=True)), name)
            except Undefined:
                continue
            known = [side for side in sides if side is not None]
            if not math.isfinite(slope) or not known or max(map(abs, (*known, value))) > 1e9:
                continue
            for side in known:
                assert slope == pytest.approx(side, rel=1e-6, abs=1e-6), (expression.text, point)


@pytest.mark.parametrize(
    ("text", "x", "slope"),
    [
        # Where slopes from both sides differ, there is none.
        ("abs(x)", 0, None),
        ("abs(x)", -2, -1),
        ("max(0, x)", 0, None),
        ("max(0, x)", -1, 0),
        ("max(x, 2*x - 1, 3)", 2, None),
        ("min(x, x**2)", 1, None),
        ("abs(x**2 - 4)", 2, None),
        ("abs(abs(x) - 1)", 1, None),
        ("sign(x)", 0, None),
        ("sign(x)", 3, 0),
        ("heaviside(x - 1)", 1, None),
        ("atan2(x, -1)", 0, None),
        ("sqrt(x**2)", 0, None),
        ("abs(sin(x))", 0, None),
        # Where they agree, there is one.
        ("x*abs(x)", 0, 0),
        ("abs(x)**3", 0, 0),
        ("abs(x**3)", 0, 0),
        ("max(0, x)**2", 0, 0),
        ("max(x**2, 2*x - 1)", 1, 2),
        ("abs(x) - abs(x) + x", 0, 1),
        ("max(x, x)", 5, 1),
        ("relu(x) - relu(-x)", 0, 1),
        # At the edge of where they are defined.
        ("sqrt(x)", 0, None),
        ("x**0.5", 0, None),
        ("x**(2/3)", 0, None),
        ("x**1.5", 0, 0),
        ("cbrt(x)", 0, None),
        ("cbrt(x)", -8, 1 / 12),
        ("asin(x)", 1, None),
        ("acosh(x)", 1, None),
        ("x*log(x)", 0, None),
        ("sqrt(1 - x**2)", 1, None),
        # Powers.
        ("x**0", 0, 0),
        ("x**1", 0, 1),
        ("x**2", 0, 0),
        ("x**3", 0, 0),
        ("x**-1", 0, None),
        ("x**x", 0, None),
        ("x**x", 1, 1),
        ("x**x", -2, None),
        ("x**(x + 2)", 0, 0),
        ("0**x", 1, 0),
        ("0**x", 0, None),
        ("1/x", 0, None),
        ("(x + 1)**7", -1, 0),
        ("tan(x)", 0, 1),
        ("tanh(x)", 15, 4 * math.exp(-30)),
        ("1/(1 + exp(-x))", 0, 0.25),
    ],
)
def test_a_slope_is_a_number_only_where_there_is_one(text, x, slope):
    objective = FunctionObjective(Expression.parse(text))
    gradient = np.empty(1)
    value = objective.value_and_gradient(np.array([float(x)]), gradient)
    over = objective.slopes[0].value(np.array([float(x)]))[0]
    if slope is None:
        assert np.isnan(gradient[0])
        assert np.isnan(over)
        assert np.isnan(value)
        assert objective.trouble_at(x)
    else:
        assert gradient[0] == pytest.approx(slope, rel=1e-10)
        assert over == pytest.approx(slope, rel=1e-10)
        assert objective.trouble_at(x) == ""


def test_what_is_wrong_with_a_slope_is_said():
    def said(text, x):
        return FunctionObjective(Expression.parse(text)).trouble_at(x)

    assert said("abs(x)", 0) == "The function has a kink at x = 0, so it has no slope there"
    assert said("sign(x)", 0) == "The function jumps at x = 0, so it has no slope there"
    assert said("sqrt(x)", 0) == "The slope divides by zero at x = 0"
    assert said("log(x)", -1).startswith("The function takes the logarithm of a negative number")


@pytest.mark.parametrize(
    ("text", "slope"),
    [
        ("x**4 - 3*x**2 + x", "4·x³ − 6·x + 1"),
        ("x + 3*x**2 - x**4", "−4·x³ + 6·x + 1"),
        ("0.5*x**2", "x"),
        ("sqrt(x)", "1/(2·√(x))"),
        ("x**0.5", "0.5/√(x)"),
        ("x**(1/3)", "1/(3·x^(2/3))"),
        ("1/x", "−1/x²"),
        ("abs(x)", "sign(x)"),
        ("sign(x)", "0"),
        ("7", "0"),
        ("3*x - 2", "3"),
        ("123456789*x**2", "246913578·x"),
        # Whatever the numbers, the slope is defined at the bottom, too.
        ("(x - 1e6)**2", "2·x − 2000000"),
        ("(x + 123456)**3", "3·(x + 123456)²"),
        ("(100*x)**4", "400000000·x³"),
        ("5*(x - 2)^2 + 3", "10·x − 20"),
        ("x*(x - 1)", "2·x − 1"),
        ("x**2*exp(-x)", "2·x·exp(−x) − x²·exp(−x)"),
        ("exp(-x**2/2)/sqrt(2*pi)", "−x·exp(−x²/2)/√(2·π)"),
        ("sin(x)*cos(x)", "cos(x)² − sin(x)²"),
        ("sin(x)/x", "cos(x)/x − sin(x)/x²"),
        ("x*ln(x) - x", "ln(x)"),
        ("log10(x)", "1/(x·ln(10))"),
        ("2**x", "2^x·ln(2)"),
        ("e^(2*x)", "2·e^(2·x)"),
        ("x**x", "x^x + x^x·ln(x)"),
        ("tanh(x)", "1 − tanh(x)²"),
        ("1/(1 + exp(-x))", "exp(−x) / (exp(−x) + 1)²"),
        ("max(0, x)", "heaviside(x)"),
        ("max(0, x)**2", "2·heaviside(x)·max(0, x)"),
        ("sqrt(1 - x**2)", "−x / √(1 − x²)"),
        ("20*(1 - exp(-0.2*x))", "4·exp(−0.2·x)"),
        ("tanh(x^100 + x)", "(100·x⁹⁹ + 1)·(1 − tanh(x¹⁰⁰ + x)²)"),
    ],
)
def test_the_slope_is_written_as_a_person_would(text, slope):
    assert Expression.parse(text).derivative("x").pretty == slope


@pytest.mark.parametrize(
    "text",
    [
        "2**x**x**x**x**x**x**x",
        "exp(10**6*log(2*x))",
        "(2*x)**999*(3*x)**998",
        "exp(100*100*100*100*100*100*log(x))",
        "sin(" * 30 + "x" + ")" * 30,
        "/".join(["x"] * 45),
        "x/(1+" * 18 + "x" + ")" * 18,
        "1.1**(x*99999999999)",
        "*".join(f"sin({k}*x)" for k in range(1, 40)),
        "*".join(f"(x+{k})" for k in range(1, 40)),
        "tanh(x^300+x)",
        "tanh(((10-x)*(x+x))**100)",
        "tanh(x*(1-x)**60)",
        "tanh(x*(1-x)**999)",
        "asin(sinh(x**1000))",
        "(1/3)**200*x + 0.1**300*x**2",
    ],
)
def test_every_function_has_its_slope_at_once_however_long_it_is_written_out(text):
    expression = Expression.parse(text)
    slope = expression.derivative("x")
    assert slope.at(0.5) == expression.with_slopes((0.5,))[1]
    assert len(slope.pretty) < 20_000
    parts = len(slope._vertex.graph.needed(slope._vertex.index))
    assert parts < 40 * sum(1 for _ in text)


def test_a_slope_too_long_to_be_read_is_used_all_the_same():
    text = "/".join(f"({k}+sin(x*{k}*x^{k}))" for k in range(2, 14))
    slope = Expression.parse(text).derivative("x")
    assert math.isfinite(slope.at(0.5))
    nested = Expression.parse("x^" * 8 + "x").derivative("x")
    assert nested.at(1.0) == 1.0


def test_second_slopes_are_exact_and_none_at_kinks():
    expression = Expression.parse("x**3*y + exp(x)*y**2 + abs(x - 1)*x", ("x", "y"))
    x, y = 0.7, -1.2
    mixed = 3 * x**2 + 2 * np.exp(x) * y
    wanted = [6 * x * y + np.exp(x) * y**2 - 2, mixed, mixed, 2 * np.exp(x)]
    assert expression.second_slopes((x, y)) == pytest.approx(wanted, rel=1e-12)
    assert math.isnan(expression.second_slopes((1.0, y))[0])
    for text, curvature in (("x**y", None), ("max(0, x)**2", 2.0), ("tanh(x)", None)):
        made = Expression.parse(text, ("x", "y"))
        found = made.second_slopes((1.3, 2.5))[0]
        if curvature is not None:
            assert found == curvature
        nudge = 1e-5
        above, below = made.with_slopes((1.3 + nudge, 2.5)), made.with_slopes((1.3 - nudge, 2.5))
        assert found == pytest.approx((above[1] - below[1]) / (2 * nudge), rel=1e-6)
