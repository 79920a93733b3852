"""The text of a function: as one types it, and as one writes it in print."""

from fractions import Fraction

from gdstudio.engine.expression_tree import (
    Call,
    Constant,
    Negative,
    Node,
    Number,
    Operation,
    Variable,
)

_SUM, _PRODUCT, _SIGNED, _POWER, _ATOM = range(5)
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_MINUS = "\N{MINUS SIGN}"


def typed(node: Node) -> str:
    """Return the text that parses to `node`, such as ``x**4 - 3*x**2 + x``."""
    return _write(node, 0, pretty=False)


def printed(node: Node) -> str:
    """Return the text for people, such as x⁴ − 3·x² + x."""
    return _write(node, 0, pretty=True)


def number_text(value: Fraction) -> str:
    """Return a number without a sign: whole, a short exact decimal, or its 15 leading figures."""
    if value.denominator == 1 and value < 10**15:
        return str(value.numerator)
    return f"{float(value):.15g}"


def is_short(value: Fraction) -> bool:
    """Return whether a number has a short decimal, so that it reads better than a fraction."""
    text = number_text(value)
    return len(text) <= 8 and Fraction(text) == value


def _binding(node: Node) -> int:
    """Return how tightly the outermost part of `node` holds together."""
    if isinstance(node, Operation):
        return {"+": _SUM, "-": _SUM, "**": _POWER}.get(node.sign, _PRODUCT)
    if isinstance(node, Negative):
        return _SIGNED
    return _ATOM


def _write(node: Node, least: int, *, pretty: bool) -> str:
    """Return the text of `node`, in brackets if it holds together less tightly than `least`."""
    text = _bare(node, pretty=pretty)
    return f"({text})" if _binding(node) < least else text


def _bare(node: Node, *, pretty: bool) -> str:
    if isinstance(node, Number):
        return number_text(node.value)
    if isinstance(node, Constant):
        return "π" if pretty and node.name == "pi" else node.name
    if isinstance(node, Variable):
        return node.name
    if isinstance(node, Negative):
        return (_MINUS if pretty else "-") + _write(node.of, _PRODUCT, pretty=pretty)
    if isinstance(node, Call):
        return _called(node, pretty=pretty)
    if node.sign == "**":
        return _raised(node, pretty=pretty)
    if node.sign in "+-":
        sign = _MINUS if pretty and node.sign == "-" else node.sign
        left = _write(node.left, _SUM, pretty=pretty)
        # a + -b would be two signs in a row.
        right = _write(node.right, _PRODUCT, pretty=pretty)
        right = f"({right})" if right[0] in f"-{_MINUS}" else right
        return f"{left} {sign} {right}"
    sign = "·" if pretty and node.sign == "*" else node.sign
    left = _write(node.left, _PRODUCT, pretty=pretty)
    right = _write(node.right, _POWER, pretty=pretty)
    if pretty and node.sign == "/" and " " in left + right:
        sign = " / "
    return f"{left}{sign}{right}"


def _called(node: Call, *, pretty: bool) -> str:
    inside = _write(node.of, 0, pretty=pretty)
    if pretty and node.name == "abs" and "|" not in inside:
        return f"|{inside}|"
    name = "√" if pretty and node.name == "sqrt" else node.name
    name = "ln" if pretty and name == "log" else name
    return f"{name}({inside})"


def _raised(node: Operation, *, pretty: bool) -> str:
    base = _write(node.left, _ATOM, pretty=pretty)
    exponent = _write(node.right, 0, pretty=pretty)
    digits = exponent.replace(_MINUS, "-")
    # A second row of small figures could not be told from the first.
    if pretty and digits.lstrip("-").isdecimal() and base[-1] not in "⁰¹²³⁴⁵⁶⁷⁸⁹":
        return base + digits.translate(_SUPERSCRIPTS)
    exponent = _write(node.right, _SIGNED, pretty=pretty)
    return f"{base}{'^' if pretty else '**'}{exponent}"
