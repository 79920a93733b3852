"""Functions that a person types: what can be read, what it is worth, how steep it is."""

import math
import pickle

import numpy as np
import pytest

from gdstudio.engine.functions.expression import Expression
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
    "max(0, 1 - x)**2 + min(x, 1/x, 3)",
    "log(x, 3) + log10(x) - log2(x)/x",
    "cbrt(x - 1) + atan2(x, 2 - x)",
    "asinh(x) + acosh(x + 1) - atanh(x/3)",
    "sign(x - 1)*heaviside(x)",
    "1.5e-9*x + 1e30",
    "-(x*2)/(3/x) - (1 - (x - 2))",
)


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
        "atan2(x, -1)",
        "atan2(x, x)",
        "max(x, abs(x))",
        "(x + 1)**(x - 2)",
    ):
        expression = Expression.parse(text)
        for function in (expression, expression.derivative("x")):
            alone = np.array([function.at(x) for x in points.tolist()])
            np.testing.assert_allclose(function.value(points), alone, rtol=1e-13, err_msg=text)


def test_values_broadcast_over_two_variables():
    expression = Expression.parse("x**2 + 10*y", ("x", "y"))
    found = expression.value(np.array([[1.0, 2.0]]), np.array([[0.0], [1.0], [2.0]]))
    np.testing.assert_array_equal(found, [[1, 4], [11, 14], [21, 24]])
    assert Expression.parse("3").value(np.zeros(4)).tolist() == [3, 3, 3, 3]
    assert expression.derivative("y").text == "10"
    assert expression.with_slopes((3.0, 1.0)) == [19, 6, 10]


def test_what_is_printed_can_be_typed():
    for text in TYPED:
        expression = Expression.parse(text)
        again = Expression.parse(expression.pretty)
        # 1.5·10⁻⁹ is a number where it is printed, and a product where it is typed.
        assert again == expression or ("10⁻⁹" in again.pretty and again.at(2) == expression.at(2))
        assert again.pretty == expression.pretty
        assert Expression.parse(expression.text).tree == expression.tree
        slope = expression.derivative("x")
        assert Expression.parse(slope.pretty).pretty == Expression.parse(slope.text).pretty
    assert Expression.parse("x² − 3·x × 2 ÷ 4 + √(|x|)^3").at(4) == 16 - 6 + 8


def test_python_and_people_agree_about_signs_and_powers():
    assert Expression.parse("-x^2").at(3) == -9
    assert Expression.parse("2^3^2").at(0) == 512
    assert Expression.parse("x/2*4 - -1").at(3) == 7


def test_a_function_can_be_sent_to_another_process():
    for text in TYPED:
        expression = Expression.parse(text)
        expression.value(np.ones(3))
        twin = pickle.loads(pickle.dumps(expression))
        assert twin == expression
        assert twin.tree == expression.tree


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1/0", "“1/0” divides by zero"),
        ("(1/0)^0*x", "“1/0” divides by zero"),
        ("0*log(0)*x", "“ln(0)” takes the logarithm of 0"),
        ("x + sqrt(-1)", "“√(−1)” takes the square root of a negative number"),
        ("(-8)**(1/3) + x", "takes a fractional power of a negative number"),
        ("x*asin(2)", "not between −1 and 1"),
        ("atan2(0, 0)*x", "takes the angle of the point (0, 0)"),
        ("x*exp(1000)", "is too large for a number"),
        ("x/(1e99*1e99*1e99*1e99)", "is too large for a number"),
        ("(-2)^x", "“(−2)^x” has values at single places only"),
        ("(1 - 3)^(x/2)", "has values at single places only"),
        ("9**9**9**9", "too large"),
        ("1e999", "The number 1e999 is too large"),
        ("1e-300*x**2", "The number 1e-300 is too small"),
        ("1e-999999999*x", "too small"),
        ("x**1e9", "exponent is too large"),
        ("((2*x)**1000)**1000", "exponent is too large"),
        ("x**" * 40 + "x", "too many powers"),
        ("(" * 90 + "x" + ")" * 90, "too many brackets"),
        ("|" * 90 + "x" + "|" * 90, "too many brackets"),
        ("√" * 90 + "x", "too many brackets"),
        ("sin " * 90 + "x", "too many brackets"),
        ("x+" * 110 + "x", "too long"),
        ("x" * 5000, "5,000 characters"),
        ("(" * 10_000 + "x" + ")" * 10_000, "20,001 characters"),
        ("x+" * 500_000, "1,000,000 characters"),
    ],
)
def test_what_has_no_value_or_is_too_large_gets_one_sentence(text, said):
    with pytest.raises(BadInput) as problem:
        Expression.parse(text)
    assert said in str(problem.value)
    assert len(str(problem.value)) < 160


@pytest.mark.parametrize(
    ("text", "x", "said"),
    [
        ("1/x", 0.0, "divides by zero at x = 0"),
        ("x**-1", 0.0, "divides by zero"),
        ("sqrt(x)", -1.0, "square root of a negative number at x = −1"),
        ("log(x)", 0.0, "logarithm of 0"),
        ("log(x)", -2.0, "logarithm of a negative number"),
        ("log10(x)", 0.0, "logarithm of 0"),
        ("x**(1/3)", -8.0, "a fractional power of a negative number"),
        ("asin(x)", 2.0, "not between −1 and 1"),
        ("acosh(x)", 0.5 - 1, "acosh of a number below 1"),
        ("atan2(x - x, x)", 0.0, "the angle of the point (0, 0)"),
        ("exp(x)", 1e4, "too large for a number"),
        ("sinh(x)", -1e4, "too large for a number"),
    ],
)
def test_a_place_without_a_value_is_nan_and_explained(text, x, said):
    expression = Expression.parse(text)
    assert not math.isfinite(expression.at(x))
    assert not np.isfinite(expression.value(np.array([x]))).any()
    assert said in expression.check_at(x)
    assert expression.check_at(1.5 if "acosh" in text else 0.5) == ""


def test_places_are_written_in_few_figures():
    expression = Expression.parse("x + y", ("x", "y"))
    assert expression.place(2.0, -1.23456) == "x = 2, y = −1.235"
    assert expression.place(1e6, -1.5e-7) == "x = 1,000,000, y = −1.5 × 10⁻⁷"
