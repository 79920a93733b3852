"""The functions that a person may type, each with all that is said of it.

Two rules hold for their values: what is not defined among real numbers is NaN, and what is too
large for a number is infinite. Nothing is raised.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

# What slopes are calculated with: anything with + − · / ** and `call`, such as a vertex of a graph.
Operand = Any


@dataclass(frozen=True)
class Function:
    """A function of one argument u.

    Attributes:
        name: as it is typed.
        numbers, arrays: its value for a float, and for an array.
        slope: its derivative by u, as a formula in u.
        aliases: other names that people type for it.
        printed: its name in print, where that is another one.
        inverse: the function that name⁻¹(u) means; empty where none is known here.
        outside: what goes wrong where it has no value, to follow “the function”.
        code: what it is in a program of its own, of the plain number ``{u}``; empty for the
            function of that name of Python's ``math``.
        torch: the same of a tensor; empty for PyTorch's function of that name.
    """

    name: str
    numbers: Callable[[float], float]
    arrays: Callable[[Any], Any]
    slope: Callable[[Operand], Operand]
    aliases: tuple[str, ...] = ()
    printed: str = ""
    inverse: str = ""
    outside: str = "has no value"
    code: str = ""
    torch: str = ""


def _guarded(function: Callable[[float], float]) -> Callable[[float], float]:
    def guarded(value: float) -> float:
        try:
            return function(value)
        except ValueError:
            return math.nan
        except OverflowError:
            # Only exp, cosh and sinh overflow; sinh keeps the sign.
            return math.copysign(math.inf, value) if function is math.sinh else math.inf

    return guarded


def _sign(value: float) -> float:
    return math.nan if value != value else float((value > 0) - (value < 0))


def _heaviside(value: float) -> float:
    return (1 + _sign(value)) / 2


def _finite_logarithm(logarithm: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda a: np.where(np.equal(a, 0), np.nan, logarithm(a))


def _inverse_tanh(a: Any) -> Any:
    return np.where(np.less(np.abs(a), 1), np.arctanh(a), np.nan)


def _inverse_tanh_number(value: float) -> float:
    return math.atanh(value) if abs(value) < 1 else math.nan


_BETWEEN = "of a number that is not between −1 and 1"
_LOGARITHM = "takes the logarithm of 0 or of a negative number"

# ln is log, as in Python; all angles are in radians.
FUNCTIONS: dict[str, Function] = {
    function.name: function
    for function in (
        Function(
            "sin",
            _guarded(math.sin),
            np.sin,
            lambda u: u.call("cos"),
            aliases=("sen", "sine"),
            inverse="asin",
        ),
        Function(
            "cos",
            _guarded(math.cos),
            np.cos,
            lambda u: -u.call("sin"),
            aliases=("cosine",),
            inverse="acos",
        ),
        Function(
            "tan",
            _guarded(math.tan),
            np.tan,
            lambda u: u.call("tan") ** 2 + 1,
            aliases=("tg", "tangent"),
            inverse="atan",
        ),
        Function(
            "asin",
            _guarded(math.asin),
            np.arcsin,
            lambda u: 1 / (1 - u**2).call("sqrt"),
            aliases=("arcsin", "arcsen"),
            outside=f"takes asin {_BETWEEN}",
        ),
        Function(
            "acos",
            _guarded(math.acos),
            np.arccos,
            lambda u: -1 / (1 - u**2).call("sqrt"),
            aliases=("arccos",),
            outside=f"takes acos {_BETWEEN}",
        ),
        Function(
            "atan",
            math.atan,
            np.arctan,
            lambda u: 1 / (u**2 + 1),
            aliases=("arctan", "arctg", "atg"),
        ),
        Function(
            "sinh",
            _guarded(math.sinh),
            np.sinh,
            lambda u: u.call("cosh"),
            aliases=("sh",),
            inverse="asinh",
        ),
        Function(
            "cosh",
            _guarded(math.cosh),
            np.cosh,
            lambda u: u.call("sinh"),
            aliases=("ch",),
            inverse="acosh",
        ),
        Function(
            "tanh",
            math.tanh,
            np.tanh,
            # 1 − tanh² would lose all its figures where tanh is near 1.
            lambda u: u.call("tanh_slope"),
            aliases=("th",),
            inverse="atanh",
        ),
        Function(
            "asinh",
            math.asinh,
            np.arcsinh,
            lambda u: 1 / (u**2 + 1).call("sqrt"),
            aliases=("arcsinh", "arsinh"),
        ),
        Function(
            "acosh",
            _guarded(math.acosh),
            np.arccosh,
            lambda u: 1 / (u**2 - 1).call("sqrt"),
            aliases=("arccosh", "arcosh"),
            outside="takes acosh of a number below 1",
        ),
        Function(
            "atanh",
            _inverse_tanh_number,
            _inverse_tanh,
            lambda u: 1 / (1 - u**2),
            aliases=("arctanh", "artanh"),
            outside=f"takes atanh {_BETWEEN}",
        ),
        Function(
            "exp",
            _guarded(math.exp),
            np.exp,
            lambda u: u.call("exp"),
        ),
        Function(
            "log",
            _guarded(math.log),
            _finite_logarithm(np.log),
            lambda u: 1 / u,
            aliases=("ln", "log_e"),
            printed="ln",
            outside=_LOGARITHM,
        ),
        Function(
            "log10",
            _guarded(math.log10),
            _finite_logarithm(np.log10),
            lambda u: 1 / (u * u.number(10).call("log")),
            aliases=("lg",),
            printed="log₁₀",
            outside=_LOGARITHM,
        ),
        Function(
            "log2",
            _guarded(math.log2),
            _finite_logarithm(np.log2),
            lambda u: 1 / (u * u.number(2).call("log")),
            aliases=("lb", "ld"),
            printed="log₂",
            outside=_LOGARITHM,
        ),
        Function(
            "sqrt",
            _guarded(math.sqrt),
            np.sqrt,
            lambda u: 1 / (2 * u.call("sqrt")),
            printed="√",
            outside="takes the square root of a negative number",
        ),
        Function(
            "cbrt",
            math.cbrt,
            np.cbrt,
            lambda u: 1 / (3 * u.call("cbrt") ** 2),
            printed="∛",
            torch="torch.sign({u}) * torch.abs({u}) ** (1 / 3)",
        ),
        Function(
            "abs",
            abs,
            np.abs,
            lambda u: u.call("sign"),
            aliases=("fabs", "absolute"),
            code="abs({u})",
        ),
        Function(
            "sign",
            _sign,
            np.sign,
            lambda u: u.call("jump"),
            aliases=("sgn", "signum"),
            code="float(np.sign({u}))",
        ),
        Function(
            "heaviside",
            _heaviside,
            lambda a: (1 + np.sign(a)) / 2,
            lambda u: u.call("jump"),
            aliases=("step",),
            code="float(1 + np.sign({u})) / 2",
            torch="(1 + torch.sign({u})) / 2",
        ),
    )
}


def _tanh_slope(value: float) -> float:
    try:
        return 1 / math.cosh(value) ** 2
    except OverflowError:
        return 0.0


def _jump(value: float) -> float:
    return 0.0 if value < 0 or value > 0 else math.nan


# What only slopes are made of; these cannot be typed.
SLOPE_FUNCTIONS: dict[str, Function] = {
    function.name: function
    for function in (
        Function(
            "tanh_slope",
            _tanh_slope,
            lambda a: 1 / np.cosh(a) ** 2,
            lambda u: -2 * u.call("tanh") * u.call("tanh_slope"),
            code="1 / math.cosh({u}) ** 2",
        ),
        # The slope of sign(u): 0, but none where it jumps.
        Function(
            "jump",
            _jump,
            lambda a: np.where(np.not_equal(a, 0) & ~np.isnan(a), 0.0, np.nan),
            lambda u: u.call("jump"),
            outside="jumps",
            code="0.0",
        ),
    )
}

# The functions of several arguments: the least and the most that they take.
SEVERAL = {"max": (2, 20), "min": (2, 20), "atan2": (2, 2)}
SEVERAL_ALIASES = {"maximum": "max", "minimum": "min", "arctan2": "atan2"}
ALIASES = {
    alias: function.name for function in FUNCTIONS.values() for alias in function.aliases
} | SEVERAL_ALIASES
# Functions that are short for a formula of their arguments a and b, each of which stands in it
# once: a formula must not grow by being read.
SHORTHANDS = {
    "cot": "1/tan(a)",
    "sec": "1/cos(a)",
    "csc": "1/sin(a)",
    "sigmoid": "1/(1 + exp(-a))",
    "softplus": "log(1 + exp(a))",
    "relu": "max(0, a)",
    "square": "a**2",
    "log1p": "log(1 + a)",
    "expm1": "exp(a) - 1",
    "exp2": "2**a",
    "pow": "a**b",
    "hypot": "sqrt(a**2 + b**2)",
}
SHORTHAND_ALIASES = {
    "cotan": "cot",
    "cotg": "cot",
    "ctg": "cot",
    "ctan": "cot",
    "cosec": "csc",
    "logistic": "sigmoid",
    "power": "pow",
}
