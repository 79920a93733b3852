"""The derivative of a typed function, exact, by SymPy.

SymPy is imported when the first derivative is asked for: it takes half a second. It is handed a
tree, never a text, and numbers only in doses: SymPy works out powers of whole numbers exactly, and
somebody may type 9**9**9. So parts without variables become one number first, and numbers that
could still multiply to something huge go through as letters and come back as numbers.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from gdstudio.engine.expression_text import is_short
from gdstudio.engine.expression_tree import (
    Call,
    Constant,
    Negative,
    Node,
    Number,
    Operation,
    Variable,
    is_constant,
    walk,
)
from gdstudio.engine.expression_values import number_value
from gdstudio.errors import BadInput

# As much as SymPy may multiply together, and as long as a derivative may become.
_HUGE = 10**6
_MOST_TIMES = 1000
# A number that is raised to a power may become as long as this.
_MOST_BITS = 64
_MOST_NODES = 1500
_MOST_TERMS = 60
_LONGEST_INTEGER = 10**300


def differentiate(node: Node, variable: str) -> Node:
    """Return the tree of ∂(node)/∂(variable).

    |x| has the slope sign(x), and sign(x) the slope 0, at 0 too.

    Raises:
        BadInput: where the derivative would be too long to write down.
    """
    symbols = _Symbols(decimals=_has_decimals(node))
    try:
        return symbols.leave(symbols.enter(node).diff(symbols.variable(variable)))
    except (OverflowError, RecursionError):
        raise _too_long() from None


def _has_decimals(node: Node) -> bool:
    return any(isinstance(one, Number) and one.value.denominator != 1 for one in walk(node))


def _too_long() -> BadInput:
    return BadInput("The slope of this function is too long to write down; use a simpler one.")


class _Symbols:
    """Takes trees to SymPy and back; knows which letters stand for which numbers."""

    def __init__(self, *, decimals: bool) -> None:
        """Begin anew; `decimals` writes one half as 0.5, as the person does who typed so."""
        import sympy

        self._sympy = sympy
        self._variables: dict[str, Any] = {}
        self._numbers: dict[Any, Fraction] = {}
        self._decimals = decimals
        self._magnitude = 1
        self._times = 1
        self._nodes = 0

        # SymPy's own Abs asks whether its argument is real, and answers with two pages.
        class Magnitude(sympy.Function):  # type: ignore[misc]
            def fdiff(self, argindex: int = 1) -> Any:
                return Sign(self.args[0])

        class Sign(sympy.Function):  # type: ignore[misc]
            def fdiff(self, argindex: int = 1) -> Any:
                return sympy.Integer(0)

        self._functions: dict[str, Callable[[Any], Any]] = {
            name: getattr(sympy, name)
            for name in "sin cos tan asin acos atan sinh cosh tanh exp log sqrt".split()  # noqa: SIM905
        }
        self._functions |= {"abs": Magnitude, "sign": Sign}
        self._names = {made: name for name, made in self._functions.items() if name != "sqrt"}

    def variable(self, name: str) -> Any:
        """Return the symbol of a variable."""
        return self._variables.setdefault(name, self._sympy.Symbol(name))

    def enter(self, node: Node) -> Any:
        """Return `node` as SymPy has it."""
        if isinstance(node, Number):
            return self._number(node.value)
        if isinstance(node, Constant):
            return self._sympy.pi if node.name == "pi" else self._sympy.E
        if isinstance(node, Variable):
            return self.variable(node.name)
        if isinstance(node, Negative):
            return -self.enter(node.of)
        folded = fold(node)
        if folded is not None:
            return -self._number(-folded) if folded < 0 else self._number(folded)
        if isinstance(node, Call):
            return self._functions[node.name](self.enter(node.of))
        if node.sign == "**":
            return self._raised(node)
        left, right = self.enter(node.left), self.enter(node.right)
        if node.sign == "+":
            return left + right
        if node.sign == "-":
            return left - right
        if node.sign == "*":
            return left * right
        return left / right

    def _raised(self, node: Operation) -> Any:
        """Return a power; a whole exponent stays one, or the slope would divide by what it raises.

        In its base numbers are multiplied so often, and must be smaller.
        """
        exponent = fold(node.right)
        if exponent is None or exponent.denominator != 1 or abs(exponent) > _MOST_TIMES:
            return self.enter(node.left) ** self.enter(node.right)
        before, self._times = self._times, self._times * max(abs(int(exponent)), 1)
        base = self.enter(node.left)
        self._times = before
        return base ** int(exponent)

    def _number(self, value: Fraction) -> Any:
        """Return a number exactly while numbers are few and small, otherwise as a letter."""
        size = max(abs(value.numerator), value.denominator)
        raised_is_small = size == 1 or size.bit_length() * self._times <= _MOST_BITS
        if raised_is_small and self._magnitude * size <= _HUGE:
            self._magnitude *= size
            return self._sympy.Rational(value.numerator, value.denominator)
        letter = self._sympy.Dummy(positive=True)
        self._numbers[letter] = value
        return letter

    def leave(self, one: Any) -> Node:
        """Return what SymPy found as a tree."""
        self._nodes += 1
        if self._nodes > _MOST_NODES:
            raise _too_long()
        if one in self._numbers:
            return Number(self._numbers[one])
        if one.is_Rational:
            return self._signed(Fraction(int(one.p), int(one.q)))
        if one.is_Symbol:
            return Variable(one.name)
        if one.is_Add:
            return self._sum(one)
        if one.is_Mul:
            return self._product(one)
        if one.is_Pow:
            return self._power(one.base, one.exp)
        if one in (self._sympy.pi, self._sympy.E):
            return Constant("pi" if one == self._sympy.pi else "e")
        if one.func in self._names:
            return Call(self._names[one.func], self.leave(one.args[0]))
        return self._rewritten(one)

    def _rewritten(self, one: Any) -> Node:
        """Return what SymPy made of sin(x + π/2) and the like."""
        unusual = {"cot": "tan", "sec": "cos", "csc": "sin", "coth": "tanh"}
        usual = unusual.get(one.func.__name__)
        if usual is None:
            # Infinite, complex, or a derivative that SymPy left undone.
            raise BadInput("This function has no slope that can be written down; use another one.")
        return Operation("/", Number(Fraction(1)), Call(usual, self.leave(one.args[0])))

    def _signed(self, value: Fraction) -> Node:
        if max(abs(value.numerator), value.denominator) > _LONGEST_INTEGER:
            raise _too_long()
        if value < 0:
            return Negative(self._signed(-value))
        if self._is_one_number(value):
            return Number(value)
        return Operation(
            "/", Number(Fraction(value.numerator)), Number(Fraction(value.denominator))
        )

    def _is_one_number(self, value: Fraction) -> bool:
        return value.denominator == 1 or (self._decimals and is_short(value))

    def _sum(self, one: Any) -> Node:
        # Letters for numbers go where numbers go: behind.
        terms = sorted(one.as_ordered_terms(), key=self._is_number)
        if len(terms) > _MOST_TERMS:
            raise _too_long()
        total = self.leave(terms[0])
        for term in terms[1:]:
            added = self.leave(term)
            if isinstance(added, Negative):
                total = Operation("-", total, added.of)
            else:
                total = Operation("+", total, added)
        return total

    def _is_number(self, one: Any) -> bool:
        return not one.free_symbols & set(self._variables.values())

    def _product(self, one: Any) -> Node:
        """Return a product with one coefficient in front and what is divided by below."""
        coefficient = Fraction(1)
        above: list[Node] = []
        below: list[Node] = []
        for factor in one.as_ordered_factors():
            if factor in self._numbers:
                coefficient *= self._numbers[factor]
            elif factor.is_Rational:
                coefficient *= Fraction(int(factor.p), int(factor.q))
            elif factor.is_Pow and factor.base in self._numbers and factor.exp == -1:
                coefficient /= self._numbers[factor.base]
            elif factor.is_Pow and factor.exp.is_Rational and factor.exp < 0:
                below.append(self._power(factor.base, -factor.exp))
            else:
                above.append(self.leave(factor))
        size = abs(coefficient)
        if max(size.numerator, size.denominator) > _LONGEST_INTEGER:
            raise _too_long()
        if not self._is_one_number(size) and size.denominator <= _HUGE:
            below.insert(0, Number(Fraction(size.denominator)))
            size = Fraction(size.numerator)
        if size != 1 or not above:
            above.insert(0, Number(size))
        whole = _multiplied(above)
        if below:
            whole = Operation("/", whole, _multiplied(below))
        return Negative(whole) if coefficient < 0 else whole

    def _power(self, base: Any, exponent: Any) -> Node:
        if exponent == 1:
            return self.leave(base)
        if exponent.is_Rational and exponent < 0:
            return Operation("/", Number(Fraction(1)), self._power(base, -exponent))
        if exponent == self._sympy.Rational(1, 2):
            return Call("sqrt", self.leave(base))
        if base == self._sympy.E:
            return Call("exp", self.leave(exponent))
        return Operation("**", self.leave(base), self.leave(exponent))


def _multiplied(factors: list[Node]) -> Node:
    product = factors[0]
    for factor in factors[1:]:
        product = Operation("*", product, factor)
    return product


def fold(node: Node) -> Fraction | None:
    """Return the number that plain arithmetic without variables comes to; None for all else.

    1/3 stays exact; a power of large numbers is rounded to a float's 53 bits.
    """
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Negative):
        inner = fold(node.of)
        return None if inner is None else -inner
    if not isinstance(node, Operation) or not is_constant(node):
        return None
    left, right = fold(node.left), fold(node.right)
    if left is None or right is None:
        return None
    small = max(abs(left.numerator), left.denominator, abs(right.numerator), right.denominator)
    if small > 10**12 or (node.sign == "**" and (right.denominator != 1 or abs(right) > 20)):
        rounded = number_value(node)
        # A root stays a root: SymPy knows √2 exactly.
        return None if node.sign == "**" and right.denominator != 1 else Fraction(rounded)
    if node.sign == "+":
        return left + right
    if node.sign == "-":
        return left - right
    if node.sign == "*":
        return left * right
    return left / right if node.sign == "/" else left ** int(right)
