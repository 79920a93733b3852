"""The slopes of typed functions by another way: difference quotients in 100 figures, by mpmath."""

import mpmath

from gdstudio.engine.functions.tree import (
    Call,
    Constant,
    Negative,
    Node,
    Number,
    Variable,
)

_FIGURES = 100
_NUDGE = mpmath.mpf(10) ** -35
_CALLS = {
    "log": mpmath.log,
    "log10": lambda u: mpmath.log(u) / mpmath.log(10),
    "log2": lambda u: mpmath.log(u) / mpmath.log(2),
    "cbrt": lambda u: mpmath.sign(u) * mpmath.cbrt(abs(u)),
    "abs": abs,
    "sign": mpmath.sign,
    "heaviside": lambda u: (1 + mpmath.sign(u)) / 2,
    "max": max,
    "min": min,
    "atan2": mpmath.atan2,
} | {
    name: getattr(mpmath, name)
    for name in (
        "sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh exp sqrt".split()  # noqa: SIM905
    )
}


class Undefined(Exception):  # noqa: N818 - an outcome, not a fault
    """There is no real value."""


def value(node: Node, point: dict[str, mpmath.mpf]) -> mpmath.mpf:
    """Return the value of a tree.

    Raises:
        Undefined: where it has none among real numbers, or a huge one.
    """
    if isinstance(node, Number):
        return mpmath.mpf(node.value.numerator) / node.value.denominator
    if isinstance(node, Constant):
        return +mpmath.pi if node.name == "pi" else +mpmath.e
    if isinstance(node, Variable):
        return point[node.name]
    if isinstance(node, Negative):
        return -value(node.of, point)
    if isinstance(node, Call):
        arguments = [value(one, point) for one in node.arguments]
        if node.name == "atan2" and arguments == [0, 0]:
            raise Undefined
        return _real(_CALLS[node.name], *arguments)
    left, right = value(node.left, point), value(node.right, point)
    if node.sign == "**":
        if left == 0 and right == 0:
            return mpmath.mpf(1)
        if abs(right) > 10**4:
            raise Undefined
        return _real(lambda: left**right)
    return _real(
        {
            "+": lambda: left + right,
            "-": lambda: left - right,
            "*": lambda: left * right,
            "/": lambda: left / right,
        }[node.sign]
    )


def _real(function, *arguments):
    try:
        found = function(*arguments)
    except (ZeroDivisionError, ValueError, OverflowError):
        raise Undefined from None
    if isinstance(found, mpmath.mpc) or not mpmath.isfinite(found) or abs(found) > 1e300:
        raise Undefined
    return found


def slopes(node: Node, point: dict[str, float], variable: str) -> tuple[float | None, float | None]:
    """Return the slopes from the left and from the right; None where f is not defined there.

    Raises:
        Undefined: where f has no value at `point` itself.
    """
    with mpmath.workdps(_FIGURES):
        exact = {name: mpmath.mpf(number) for name, number in point.items()}
        here = value(node, exact)
        found = []
        for nudge in (-_NUDGE, _NUDGE):
            try:
                there = value(node, exact | {variable: exact[variable] + nudge})
            except Undefined:
                found.append(None)
            else:
                found.append(float((there - here) / nudge))
        return found[0], found[1]
