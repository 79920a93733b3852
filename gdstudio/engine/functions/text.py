"""The text of a function: as one types it, and as one writes it in print."""

from fractions import Fraction

from gdstudio.engine.functions.known_functions import FUNCTIONS
from gdstudio.engine.functions.tree import (
    Call,
    Constant,
    Negative,
    Node,
    Number,
    Operation,
    Variable,
)
from gdstudio.number_text import MINUS, power_text

_SUM, _PRODUCT, _SIGNED, _POWER, _ATOM = range(5)
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_RAISED = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
# Powers of ten between which a number is written out.
_SMALLEST_PLAIN, _LARGEST_PLAIN = -7, 15
# A number with a longer decimal is better read as a fraction.
_SHORT = 8


def typed(node: Node) -> str:
    """Return the text that parses to `node`, such as ``x**4 - 3*x**2 + x``."""
    return _write(node, 0, pretty=False)


def printed(node: Node) -> str:
    """Return the text for people, such as x⁴ − 3·x² + x."""
    return _write(node, 0, pretty=True)


def number_text(value: Fraction) -> str:
    """Return a number without a sign, exactly; it must have a decimal that ends."""
    whole, places = value.numerator, 0
    while value.denominator != 1 and whole % value.denominator:
        whole, places = whole * 10, places + 1
    whole //= value.denominator
    while whole and not whole % 10:
        whole, places = whole // 10, places - 1
    digits = str(whole)
    power = len(digits) - 1 - places
    if not whole or not _SMALLEST_PLAIN < power < _LARGEST_PLAIN:
        point = f".{digits[1:]}" if len(digits) > 1 else ""
        return f"{digits[0]}{point}e{power}" if whole else "0"
    if places <= 0:
        return digits + "0" * -places
    digits = digits.rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}"


def _power_of_ten(value: Fraction) -> str:
    """Return a very small or large number as it is printed, 1.2·10⁻⁹; else an empty text.

    With the sign that every product of a function has.
    """
    digits, _, power = number_text(value).partition("e")
    return power_text(digits, int(power)).replace(" × ", "·") if power else ""


def has_short_decimal(value: Fraction) -> bool:
    """Return whether a number has a short decimal, so that it reads better than a fraction."""
    return Fraction(f"{float(value):.{_SHORT}g}") == value and len(number_text(value)) <= _SHORT


def _binding(node: Node, *, pretty: bool) -> int:
    """Return how tightly the outermost part of `node` holds together."""
    if pretty and isinstance(node, Number) and (found := _power_of_ten(node.value)):
        return _PRODUCT if "·" in found else _POWER
    if isinstance(node, Operation):
        return {"+": _SUM, "-": _SUM, "**": _POWER}.get(node.sign, _PRODUCT)
    if isinstance(node, Negative):
        return _SIGNED
    return _ATOM


def _write(node: Node, least: int, *, pretty: bool) -> str:
    """Return the text of `node`, in brackets if it holds together less tightly than `least`."""
    text = _bare(node, pretty=pretty)
    return f"({text})" if _binding(node, pretty=pretty) < least else text


def _bare(node: Node, *, pretty: bool) -> str:
    if isinstance(node, Number):
        return (pretty and _power_of_ten(node.value)) or number_text(node.value)
    if isinstance(node, Constant):
        return "π" if pretty and node.name == "pi" else node.name
    if isinstance(node, Variable):
        return node.name
    if isinstance(node, Negative):
        return (MINUS if pretty else "-") + _write(node.of, _POWER, pretty=pretty)
    if isinstance(node, Call):
        return _called(node, pretty=pretty)
    if node.sign == "**":
        return _raised(node, pretty=pretty)
    if node.sign in "+-":
        sign = MINUS if pretty and node.sign == "-" else node.sign
        left = _write(node.left, _SUM, pretty=pretty)
        # a + -b would be two signs in a row.
        right = _write(node.right, _PRODUCT, pretty=pretty)
        right = f"({right})" if right[0] in f"-{MINUS}" else right
        return f"{left} {sign} {right}"
    return _multiplied(node, pretty=pretty)


def _multiplied(node: Operation, *, pretty: bool) -> str:
    sign = "·" if pretty and node.sign == "*" else node.sign
    left = _write(node.left, _PRODUCT, pretty=pretty)
    if pretty and isinstance(node.left, Operation) and node.left.sign == "/":
        # 1/2·x can be read in two ways.
        left = f"({left})"
    right = _write(node.right, _POWER, pretty=pretty)
    if pretty and node.sign == "/" and " " in left + right:
        sign = " / "
    return f"{left}{sign}{right}"


def _called(node: Call, *, pretty: bool) -> str:
    inside = ", ".join(_write(one, 0, pretty=pretty) for one in node.arguments)
    if not pretty:
        return f"{node.name}({inside})"
    if node.name == "abs" and "|" not in inside:
        return f"|{inside}|"
    if node.name == "log" and len(node.arguments) == 2:
        base = _write(node.arguments[1], 0, pretty=True)
        if base.isdecimal():
            return f"log{base.translate(_SUBSCRIPTS)}({_write(node.arguments[0], 0, pretty=True)})"
        return f"log({inside})"
    function = FUNCTIONS.get(node.name)
    return f"{function.printed if function and function.printed else node.name}({inside})"


def _raised(node: Operation, *, pretty: bool) -> str:
    base = _write(node.left, _ATOM, pretty=pretty)
    exponent = _write(node.right, 0, pretty=pretty)
    digits = exponent.replace(MINUS, "-")
    # A second row of small figures could not be told from the first.
    if pretty and digits.lstrip("-").isdecimal() and base[-1] not in _RAISED:
        return base + digits.translate(_SUPERSCRIPTS)
    exponent = _write(node.right, _ATOM, pretty=pretty)
    return f"{base}{'^' if pretty else '**'}{exponent}"
