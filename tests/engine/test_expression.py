"""Functions that a person types: what can be read, what it is worth, how steep it is."""

import math

import numpy as np
import pytest
import sympy

from gdstudio.engine.expression import Expression
from gdstudio.errors import BadInput

TYPED = (
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
)


@pytest.mark.parametrize("text", TYPED)
def test_values_and_slopes_are_those_of_sympy_and_of_central_differences(text):
    expression = Expression.parse(text)
    slope = expression.derivative("x")
    symbol = sympy.Symbol("x", real=True)
    theirs = sympy.sympify(text.replace("e**x", "E**x"), locals={"x": symbol})
    points = np.random.default_rng(4).uniform(0.2, 2.5, 12)
    values, slopes = expression.value(points), slope.value(points)
    for x, value, steepness in zip(points.tolist(), values, slopes, strict=True):
        assert value == pytest.approx(float(theirs.subs(symbol, x)), rel=1e-12)
        assert steepness == pytest.approx(float(theirs.diff(symbol).subs(symbol, x)), rel=1e-11)
        nudge = 1e-6
        central = (expression.at(x + nudge) - expression.at(x - nudge)) / (2 * nudge)
        assert steepness == pytest.approx(central, rel=1e-6, abs=1e-7)


def test_one_point_and_an_array_of_points_agree():
    points = np.concatenate([np.linspace(-3, 3, 61), [0.0, 1e200, -1e200, 800.0]])
    for text in (
        *TYPED,
        "1/x",
        "log(x)",
        "sqrt(x)",
        "x**-2",
        "x**(1/3)",
        "sign(x)",
        "1/(1+exp(x))",
    ):
        expression = Expression.parse(text)
        alone = np.array([expression.at(x) for x in points.tolist()])
        np.testing.assert_allclose(expression.value(points), alone, rtol=1e-13, err_msg=text)


def test_values_broadcast_over_two_variables():
    expression = Expression.parse("x**2 + 10*y", ("x", "y"))
    found = expression.value(np.array([[1.0, 2.0]]), np.array([[0.0], [1.0], [2.0]]))
    np.testing.assert_array_equal(found, [[1, 4], [11, 14], [21, 24]])
    assert Expression.parse("3").value(np.zeros(4)).tolist() == [3, 3, 3, 3]
    assert expression.derivative("y").text == "10"


@pytest.mark.parametrize(
    ("text", "slope"),
    [
        ("x**4 - 3*x**2 + x", "4·x³ − 6·x + 1"),
        ("0.5*x**2", "x"),
        ("sqrt(x)", "1/(2·√(x))"),
        ("x**0.5", "0.5/√(x)"),
        ("1/x", "−1/x²"),
        ("abs(x)", "sign(x)"),
        ("sign(x)", "0"),
        ("123456789*x**2", "246913578·x"),
        ("7", "0"),
        # Whatever the numbers, the slope is defined at the bottom, too.
        ("(x - 1e6)**2", "2·x − 2000000"),
        ("(x + 123456)**3", "3·(x + 123456)²"),
        ("(100*x)**4", "400000000·x³"),
    ],
)
def test_the_slope_is_written_as_a_person_would(text, slope):
    assert Expression.parse(text).derivative("x").pretty == slope


def test_what_is_printed_can_be_typed():
    for text in TYPED:
        expression = Expression.parse(text)
        assert Expression.parse(expression.pretty) == expression
        slope = expression.derivative("x")
        assert Expression.parse(slope.pretty).text == Expression.parse(slope.text).text
    assert Expression.parse("x² − 3·x × 2 ÷ 4 + √(|x|)^3").at(4) == 16 - 6 + 8


def test_python_and_people_agree_about_signs_and_powers():
    assert Expression.parse("-x^2").at(3) == -9
    assert Expression.parse("2^3^2").at(0) == 512
    assert Expression.parse("x/2*4 - -1").at(3) == 7


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Type a function of x"),
        ("   ", "Type a function of x"),
        ("(", "missing after “(”"),
        ("x +", "missing after “+”"),
        ("x)", "one “)” too many"),
        ("sin(x", "add a “)”"),
        ("2x", "write 2*x"),
        ("x(x+1)", "write x*(…)"),
        ("sin x", "Write sin(x)"),
        ("sin()", "Nothing stands in sin()"),
        ("y + 1", "no “y” here; use x"),
        ("X", "“x” in small letters"),
        ("import os", "no “import”"),
        ("__import__('os').system('ls')", "has no meaning here"),
        ("x.real", "“.” has no meaning"),
        ("lambda: 0", "has no meaning"),
        ("x if x else 1", "no “if”"),
        ("x = 2", "“=” has no meaning"),
        ("1,5*x", "decimals with a point"),
        ("x" * 5000, "5,000 characters"),
        ("1/0", "divides by zero"),
        ("x + sqrt(-1)", "square root of a negative number"),
        ("log(0)*x", "logarithm of 0"),
        ("9**9**9**9", "too large"),
        ("1e999", "too large"),
        ("1e-300*x**2", "The number 1e-300 is too small"),
        ("1e-999999999*x", "too small"),
        ("x**1e9", "exponent is too large"),
        ("((2*x)**1000)**1000", "exponent is too large"),
        ("x**" * 40 + "x", "too many powers"),
        ("(" * 90 + "x" + ")" * 90, "too many brackets"),
        ("x+" * 90 + "x", "too long"),
        ("½*x", "“½” has no meaning"),
        ("x\0", "has no meaning"),
    ],
)
def test_what_cannot_be_read_gets_one_sentence(text, said):
    with pytest.raises(BadInput) as problem:
        Expression.parse(text)
    assert said in str(problem.value)
    assert len(str(problem.value)) < 160


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
    ],
)
def test_what_would_be_endless_is_bounded(text):
    try:
        slope = Expression.parse(text).derivative("x")
    except BadInput as problem:
        assert "too long to write down" in str(problem)  # noqa: PT017 - either is right
    else:
        slope.at(0.5)
        assert len(slope.text) < 50_000


@pytest.mark.parametrize(
    ("text", "x", "said"),
    [
        ("1/x", 0.0, "divides by zero at x = 0"),
        ("x**-1", 0.0, "divides by zero"),
        ("sqrt(x)", -1.0, "square root of a negative number at x = −1"),
        ("log(x)", 0.0, "logarithm of 0"),
        ("x**(1/3)", -8.0, "broken power of a negative number"),
        ("asin(x)", 2.0, "not between −1 and 1"),
        ("exp(x)", 1e4, "too large for a number"),
    ],
)
def test_a_place_without_a_value_is_nan_and_explained(text, x, said):
    expression = Expression.parse(text)
    assert not math.isfinite(expression.at(x))
    assert not np.isfinite(expression.value(np.array([x]))).any()
    assert said in expression.check_at(x)
    assert expression.check_at(0.5) == ""
