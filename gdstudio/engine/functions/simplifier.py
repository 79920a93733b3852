"""A formula in short, in textbook order, as a tree to be printed.

Slopes come from the computation graph as the rules leave them: 4·x³·1 − 3·(2·x·1) + 1. Here they
become 4·x³ − 6·x + 1.
"""

import re
from collections.abc import Iterable
from fractions import Fraction
from functools import reduce

from gdstudio.engine.functions.forms import (
    HALF,
    ONE,
    Applied,
    Base,
    Exponent,
    Form,
    Product,
    as_form,
    degree_of,
    form_of,
    size_of,
    spread,
    varies,
)
from gdstudio.engine.functions.graph import Graph
from gdstudio.engine.functions.text import has_short_decimal
from gdstudio.engine.functions.tree import (
    CONSTANTS,
    Call,
    Constant,
    Negative,
    Node,
    Number,
    Operation,
    Variable,
)

# Numbers of more digits are written with 15 figures.
_LONGEST_NUMBER = 10**15
_LABEL_DEPTH = 4
_Place = tuple[int, list[str | int]]


def simplified(graph: Graph, index: int, *, decimals: bool) -> Node:
    """Return the formula of a vertex in short; `decimals` writes one half as 0.5.

    It has the value of the vertex wherever that has one.

    Raises:
        TooLong: where it would be too long to be read.
    """
    forms: dict[int, Form] = {}
    for one in graph.needed(index):
        part = graph.parts[one]
        forms[one] = form_of(part, [forms[i] for i in part.inputs])
    return _Writer(decimals=decimals).sum(forms[index])


class _Writer:
    """Writes forms down as trees."""

    def __init__(self, *, decimals: bool):
        self._decimals = decimals
        self._known: dict[Form, Node] = {}
        self._factors: dict[tuple[Base, Exponent], tuple[_Place, Node]] = {}

    def sum(self, form: Form) -> Node:
        """Return the tree of a form: falling powers first, numbers after what varies."""
        if form not in self._known:
            terms = sorted(spread(form).terms.items(), key=lambda term: _rank(term[0]))
            self._known[form] = self._sum(_positive_first(terms))
        return self._known[form]

    def _sum(self, terms: "list[tuple[Product, Fraction]]") -> Node:
        if not terms:
            return Number(Fraction(0))
        total = self._term(*terms[0])
        for product, coefficient in terms[1:]:
            sign = "-" if coefficient < 0 else "+"
            total = Operation(sign, total, self._term(product, abs(coefficient)))
        return total

    def _term(self, product: Product, coefficient: Fraction) -> Node:
        """Return a product: one number in front, what it is divided by below."""
        above: list[tuple[_Place, Node]] = []
        below: list[tuple[_Place, Node]] = []
        for base, exponent in product:
            down = isinstance(exponent, Fraction) and exponent < 0
            (below if down else above).append(self._placed(base, exponent, down=down))
        over = [node for _, node in sorted(above, key=lambda one: one[0])]
        under = [node for _, node in sorted(below, key=lambda one: one[0])]
        numerator, denominator = self._halves(abs(coefficient))
        if numerator.value != 1 or not over:
            over.insert(0, numerator)
        if denominator.value != 1:
            under.insert(0, denominator)
        if coefficient < 0:
            over[0] = Negative(over[0])
        whole = _multiply(over)
        return Operation("/", whole, _multiply(under)) if under else whole

    def _placed(self, base: Base, exponent: Exponent, *, down: bool) -> tuple[_Place, Node]:
        """Return where a factor stands, and its tree; `down` turns the exponent's sign."""
        if (base, exponent) not in self._factors:
            node = self._factor(base, -exponent if down else exponent)  # type: ignore[operator]
            self._factors[base, exponent] = _place(base, exponent), node
        return self._factors[base, exponent]

    def _halves(self, number: Fraction) -> tuple[Number, Number]:
        """Return what stands above and below the line for a number that is not negative."""
        if max(number.numerator, number.denominator) >= _LONGEST_NUMBER:
            return Number(Fraction(f"{float(number):.15g}")), Number(Fraction(1))
        if self._decimals and has_short_decimal(number):
            return Number(number), Number(Fraction(1))
        return Number(Fraction(number.numerator)), Number(Fraction(number.denominator))

    def _factor(self, base: Base, exponent: Exponent) -> Node:
        if exponent == 1:
            return self._base(base)
        if exponent == HALF:
            return Call("sqrt", (self._base(base),))
        return Operation("**", self._base(base), self.sum(as_form(exponent)))

    def _base(self, base: Base) -> Node:
        if isinstance(base, str):
            return Constant(base) if base in CONSTANTS else Variable(base)
        if isinstance(base, Applied):
            return Call(base.name, tuple(self.sum(one) for one in _flat(base)))
        return self.sum(base)


def _flat(applied: Applied) -> "tuple[Form, ...]":
    """Return the arguments; max(max(a, b), c) is max(a, b, c)."""
    first, others = applied.arguments[0], applied.arguments[1:]
    if others and applied.name in ("max", "min") and len(first.terms) == 1:
        ((product, coefficient),) = first.terms.items()
        inner = next(iter(product), None)
        if coefficient == 1 and len(product) == 1 and inner is not None:
            base, exponent = inner
            if isinstance(base, Applied) and base.name == applied.name and exponent == 1:
                return (*_flat(base), *others)
    return applied.arguments


def _positive_first(
    terms: "list[tuple[Product, Fraction]]",
) -> "list[tuple[Product, Fraction]]":
    """Return y − x² for −x² + y, and 1 − tanh(x)² + …; −x³ + x + 1 stays in falling powers."""
    (product, coefficient), *others = terms or [(ONE, Fraction(1))]
    is_power = all(isinstance(base, str) for base, _ in product)
    found = next((place for place, term in enumerate(terms) if term[1] > 0), None)
    if coefficient > 0 or found is None or (is_power and len(others) > 1):
        return terms
    return [terms[found], *terms[:found], *terms[found + 1 :]]


def _rank(product: Product) -> tuple[float, bool, list[tuple[str, Fraction]]]:
    """Return where a term stands in its sum: high powers first, of the others numbers last.

    Of equal powers of variables alone x² comes first, then x·y, then y².
    """
    powers = [
        (base, -exponent)
        for base, exponent in product
        if isinstance(base, str) and isinstance(exponent, Fraction)
    ]
    order = sorted(powers) if len(powers) == len(product) else [("~", Fraction(0))]
    return -degree_of(product), not varies(product), order


def _place(base: Base, exponent: Exponent) -> _Place:
    """Return where a factor stands: constants, variables, sums, other powers, functions.

    Of one kind they stand in the order of the alphabet, and of their numbers: sin(2·x)·sin(10·x).
    """
    letters, *rest = re.split("([0-9]+)", _label(base, _LABEL_DEPTH))
    order = [letters, *(int(one) if one.isdecimal() else one for one in rest), size_of(base)]
    if isinstance(exponent, Form):
        return 3, order
    if isinstance(base, str):
        return (0 if base in CONSTANTS else 1), order
    return (2 if isinstance(base, Form) else 4), order


def _label(one: Base | Exponent, depth: int) -> str:
    """Return a text to sort by; what lies deeper than `depth` is not looked at."""
    if isinstance(one, Applied):
        inside = (
            ",".join(_label(argument, depth - 1) for argument in one.arguments) if depth else ""
        )
        return f"{one.name}({inside})"
    if not isinstance(one, Form):
        return str(one)
    if not depth:
        return "…"
    terms = []
    for product, coefficient in one.terms.items():
        factors = sorted(f"{_label(b, depth - 1)}^{_label(e, depth - 1)}" for b, e in product)
        terms.append("*".join([str(coefficient), *factors]))
    return "+".join(sorted(terms))


def _multiply(factors: Iterable[Node]) -> Node:
    return reduce(lambda product, factor: Operation("*", product, factor), factors)
