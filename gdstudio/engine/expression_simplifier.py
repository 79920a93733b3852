"""A formula in short: like terms and powers collected, numbers worked out, in textbook order.

Slopes come from the computation graph as the rules leave them: 4·x³·1 − 3·(2·x·1) + 1. Here they
become 4·x³ − 6·x + 1. A sum is a table from products to their coefficients, a product a table from
bases to their exponents; what is in brackets is not multiplied out.
"""

from collections.abc import Iterable
from fractions import Fraction
from functools import reduce
from math import gcd, isqrt

from gdstudio.engine.expression_graph import Graph, Part, arithmetic
from gdstudio.engine.expression_text import has_short_decimal, printed
from gdstudio.engine.expression_tree import (
    CONSTANTS,
    Call,
    Constant,
    Negative,
    Node,
    Number,
    Operation,
    Variable,
)

# A formula that needs more than this is too long to be read.
_LARGEST = 1500
# Numbers of more digits are written with 15 figures.
_LONGEST_NUMBER = 10**15
_MOST_BITS = 1000
_HALF = Fraction(1, 2)


class TooLong(ArithmeticError):  # noqa: N818 - an outcome, not a fault
    """The formula is too long to be written down."""


def simplified(graph: Graph, index: int, *, decimals: bool) -> Node:
    """Return the formula of a vertex in short; `decimals` writes one half as 0.5.

    It has the value of the vertex wherever that has one.

    Raises:
        TooLong: where it would be too long to be read.
    """
    forms: dict[int, _Form] = {}
    for one in graph.needed(index):
        part = graph.parts[one]
        forms[one] = _form(part, [forms[i] for i in part.inputs])
    return _Writer(decimals=decimals).sum(forms[index])


class _Applied:
    """A function of some formulas."""

    __slots__ = ("_hash", "arguments", "name", "size")

    def __init__(self, name: str, arguments: "tuple[_Form, ...]"):
        self.name = name
        self.arguments = arguments
        self.size = 1 + sum(one.size for one in arguments)
        self._hash = hash((name, arguments))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Applied)
            and self._hash == other._hash
            and (self.name, self.arguments) == (other.name, other.arguments)
        )


class _Form:
    """A sum: products with their coefficients, none of which is 0.

    Attributes:
        terms: from products to coefficients; a product is a set of (base, exponent), where a base
            is a name, a function of formulas, or a formula, and an exponent a number or a formula.
        size: about how many parts it has, written down.
    """

    __slots__ = ("_hash", "size", "terms")

    def __init__(self, terms: "dict[_Product, Fraction]"):
        self.terms = terms
        self.size = sum(1 + sum(_size(b) + _size(e) for b, e in product) for product in terms)
        if self.size > _LARGEST:
            raise TooLong
        self._hash = hash(frozenset(terms.items()))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Form) and self._hash == other._hash and self.terms == other.terms
        )

    @property
    def number(self) -> Fraction | None:
        """The number that it is, if it is one."""
        if not self.terms:
            return Fraction(0)
        return self.terms.get(_ONE) if len(self.terms) == 1 else None


_Exponent = Fraction | _Form
_Base = str | _Applied | _Form
_Product = frozenset[tuple[_Base, _Exponent]]
_Factors = dict[_Base, _Exponent]
_ONE: _Product = frozenset()


def _size(one: _Base | _Exponent) -> int:
    return one.size if isinstance(one, _Applied | _Form) else 1


def _number(value: Fraction | int) -> _Form:
    return _Form({_ONE: Fraction(value)} if value else {})


def _form(part: Part, inputs: list[_Form]) -> _Form:
    """Return the form of a vertex of those of its inputs."""
    kind = part.kind
    if kind == "number":
        return _number(part.number)
    if not inputs:
        return _product(Fraction(1), {part.name: Fraction(1)})
    first, second = inputs[0], inputs[-1]
    if kind == "negative":
        return _scaled(first, Fraction(-1))
    if kind == "+":
        return _added(first, second)
    if kind == "-":
        return _difference(first, second)
    if kind == "*":
        return _times(first, second)
    if kind == "/":
        return _times(first, _power(second, Fraction(-1)))
    if kind == "**":
        return _power(first, _plain(second))
    if kind == "power_log":
        return _times(_power(first, _plain(second)), _called("log", first))
    if kind == "abs_slope":
        return _times(_called("sign", first), inputs[1])
    if kind in ("max_slope", "min_slope", "choice"):
        a, b, p, q = inputs[:4]
        a, b = (b, a) if kind == "min_slope" else (a, b)
        return _added(
            _times(p, _called("heaviside", _difference(a, b))),
            _times(q, _called("heaviside", _difference(b, a))),
        )
    if kind == "beside_cut":
        return inputs[2]
    if kind == "tanh_slope":
        return _difference(_number(1), _power(_called("tanh", first), Fraction(2)))
    return _called(kind, *inputs)


def _called(name: str, *arguments: _Form) -> _Form:
    first, number = arguments[0], arguments[0].number
    if name == "jump":
        return _number(0)
    if name == "sqrt":
        return _power(first, _HALF)
    if name == "log" and number == 1:
        return _number(0)
    if (name == "exp" and number == 0) or (name == "log" and first == _E):
        return _number(1)
    return _product(Fraction(1), {_Applied(name, arguments): Fraction(1)})


def _added(a: _Form, b: _Form) -> _Form:
    terms = dict(_spread(a).terms)
    for product, coefficient in _spread(b).terms.items():
        total = terms.pop(product, Fraction(0)) + coefficient
        if total:
            terms[product] = _bounded(total)
    return _Form(terms)


def _spread(form: _Form) -> _Form:
    """Return 2·(x + 1) as 2·x + 2."""
    if len(form.terms) != 1:
        return form
    ((product, coefficient),) = form.terms.items()
    base, exponent = next(iter(product), ("", 1))
    if len(product) != 1 or exponent != 1 or not isinstance(base, _Form):
        return form
    return _Form({one: _bounded(c * coefficient) for one, c in base.terms.items()})


def _difference(a: _Form, b: _Form) -> _Form:
    return _added(a, _scaled(b, Fraction(-1)))


def _scaled(form: _Form, factor: Fraction) -> _Form:
    if not factor or not form.terms:
        return _number(0)
    if len(form.terms) > 1:
        shared, factors = _as_product(form)
        return _product(shared * factor, factors)
    return _Form({product: _bounded(c * factor) for product, c in form.terms.items()})


def _bounded(number: Fraction) -> Fraction:
    """Return a number of not too many digits."""
    if number.numerator.bit_length() + number.denominator.bit_length() <= _MOST_BITS:
        return number
    try:
        return Fraction(f"{float(number):.17g}")
    except (OverflowError, ValueError):
        raise TooLong from None


def _times(a: _Form, b: _Form) -> _Form:
    for number, other in ((a.number, b), (b.number, a)):
        if number is not None:
            return _scaled(other, number)
    coefficient, factors = _as_product(a)
    others_coefficient, others = _as_product(b)
    for base, exponent in others.items():
        factors[base] = _exponents_added(factors[base], exponent) if base in factors else exponent
    return _product(coefficient * others_coefficient, factors)


def _as_product(form: _Form) -> tuple[Fraction, _Factors]:
    """Return a coefficient and factors; those of a sum are what all its terms share, and it."""
    if len(form.terms) == 1:
        ((product, coefficient),) = form.terms.items()
        return coefficient, dict(product)
    coefficients = list(form.terms.values())
    if any(one.denominator != 1 for one in coefficients):
        return Fraction(1), {form: Fraction(1)}
    shared = Fraction(reduce(gcd, (int(one) for one in coefficients)))
    shared = -shared if all(one < 0 for one in coefficients) else shared
    rest = _Form({product: c / shared for product, c in form.terms.items()})
    return shared, {rest: Fraction(1)}


def _exponents_added(a: _Exponent, b: _Exponent) -> _Exponent:
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a + b
    return _plain(_added(_as_form(a), _as_form(b)))


def _as_form(exponent: _Exponent) -> _Form:
    return exponent if isinstance(exponent, _Form) else _number(exponent)


def _plain(form: _Form) -> _Exponent:
    number = form.number
    return form if number is None else number


def _product(coefficient: Fraction, factors: _Factors) -> _Form:
    """Return a coefficient times powers, with what can be worked out worked out."""
    kept: _Factors = {}
    waiting = list(factors.items())
    while waiting:
        base, exponent = waiting.pop()
        if exponent == 0:
            continue
        whole = isinstance(exponent, Fraction) and exponent.denominator == 1
        if whole and isinstance(base, _Form) and len(base.terms) == 1:
            ((product, number),) = base.terms.items()
            raised = arithmetic("**", number, exponent)  # type: ignore[arg-type]
            if raised is not None:
                coefficient *= raised
                waiting += [(b, _multiplied(e, exponent)) for b, e in product]  # type: ignore[arg-type]
                continue
        kept[base] = _exponents_added(kept[base], exponent) if base in kept else exponent
        if kept[base] == 0:
            del kept[base]
    coefficient = _bounded(coefficient)
    if len(kept) == 1:
        ((base, exponent),) = kept.items()
        if isinstance(base, _Form) and exponent == coefficient == 1:
            return base
    return _Form({frozenset(kept.items()): coefficient})


def _multiplied(a: _Exponent, factor: Fraction) -> _Exponent:
    return a * factor if isinstance(a, Fraction) else _plain(_scaled(a, factor))


def _power(base: _Form, exponent: _Exponent) -> _Form:
    if exponent == 0:
        return _number(1)
    if exponent == 1:
        return base
    number = base.number
    if number is not None and isinstance(exponent, Fraction):
        result = _root(number) if exponent == _HALF else arithmetic("**", number, exponent)
        if result is not None:
            return _number(result)
    whole = isinstance(exponent, Fraction) and exponent.denominator == 1
    if len(base.terms) == 1:
        ((product, coefficient),) = base.terms.items()
        if whole:
            return _product(Fraction(1), {base: exponent})
        if coefficient == 1 and len(product) == 1:
            ((inner, inner_exponent),) = product
            if inner_exponent == 1:
                return _product(Fraction(1), {inner: exponent})
    return _product(Fraction(1), {base: exponent})


def _root(number: Fraction) -> Fraction | None:
    if number < 0:
        return None
    above, below = isqrt(number.numerator), isqrt(number.denominator)
    root = Fraction(above, below)
    return root if root * root == number else None


_E = _product(Fraction(1), {"e": Fraction(1)})


class _Writer:
    """Writes forms down as trees."""

    def __init__(self, *, decimals: bool):
        self._decimals = decimals
        self._known: dict[_Form, Node] = {}

    def sum(self, form: _Form) -> Node:
        """Return the tree of a form: falling powers first, numbers after what varies."""
        if form not in self._known:
            terms = sorted(_spread(form).terms.items(), key=lambda term: _rank(term[0]))
            self._known[form] = self._sum(_positive_first(terms))
        return self._known[form]

    def _sum(self, terms: "list[tuple[_Product, Fraction]]") -> Node:
        if not terms:
            return Number(Fraction(0))
        total = self._term(*terms[0])
        for product, coefficient in terms[1:]:
            sign = "-" if coefficient < 0 else "+"
            total = Operation(sign, total, self._term(product, abs(coefficient)))
        return total

    def _term(self, product: _Product, coefficient: Fraction) -> Node:
        """Return a product: one number in front, what it is divided by below."""
        above: list[tuple[tuple[int, str], Node]] = []
        below: list[tuple[tuple[int, str], Node]] = []
        for base, exponent in product:
            down = isinstance(exponent, Fraction) and exponent < 0
            node = self._factor(base, -exponent if down else exponent)  # type: ignore[operator]
            (below if down else above).append((_place(base, exponent, node), node))
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

    def _halves(self, number: Fraction) -> tuple[Number, Number]:
        """Return what stands above and below the line for a number that is not negative."""
        if max(number.numerator, number.denominator) >= _LONGEST_NUMBER:
            return Number(Fraction(f"{float(number):.15g}")), Number(Fraction(1))
        if self._decimals and has_short_decimal(number):
            return Number(number), Number(Fraction(1))
        return Number(Fraction(number.numerator)), Number(Fraction(number.denominator))

    def _factor(self, base: _Base, exponent: _Exponent) -> Node:
        if exponent == 1:
            return self._base(base)
        if exponent == _HALF:
            return Call("sqrt", (self._base(base),))
        return Operation("**", self._base(base), self.sum(_as_form(exponent)))

    def _base(self, base: _Base) -> Node:
        if isinstance(base, str):
            return Constant(base) if base in CONSTANTS else Variable(base)
        if isinstance(base, _Applied):
            return Call(base.name, tuple(self.sum(one) for one in _flat(base)))
        return self.sum(base)


def _flat(applied: _Applied) -> "tuple[_Form, ...]":
    """Return the arguments; max(max(a, b), c) is max(a, b, c)."""
    first, others = applied.arguments[0], applied.arguments[1:]
    if others and applied.name in ("max", "min") and len(first.terms) == 1:
        ((product, coefficient),) = first.terms.items()
        inner = next(iter(product), None)
        if coefficient == 1 and len(product) == 1 and inner is not None:
            base, exponent = inner
            if isinstance(base, _Applied) and base.name == applied.name and exponent == 1:
                return (*_flat(base), *others)
    return applied.arguments


def _positive_first(
    terms: "list[tuple[_Product, Fraction]]",
) -> "list[tuple[_Product, Fraction]]":
    """Return y − x² for −x² + y, and 1 − tanh(x)² + …; −x³ + x + 1 stays in falling powers."""
    (product, coefficient), *others = terms or [(_ONE, Fraction(1))]
    is_power = all(isinstance(base, str) for base, _ in product)
    found = next((place for place, term in enumerate(terms) if term[1] > 0), None)
    if coefficient > 0 or found is None or (is_power and len(others) > 1):
        return terms
    return [terms[found], *terms[:found], *terms[found + 1 :]]


def _rank(product: _Product) -> tuple[Fraction, bool, list[tuple[str, Fraction]]]:
    """Return where a term stands in its sum: high powers first, of the others numbers last.

    Of equal powers of variables alone x² comes first, then x·y, then y².
    """
    powers = [
        (base, -exponent)
        for base, exponent in product
        if isinstance(base, str) and isinstance(exponent, Fraction)
    ]
    order = sorted(powers) if len(powers) == len(product) else [("~", Fraction(0))]
    return -_degree(product), not _varies(product), order


def _degree(product: _Product) -> Fraction:
    """Return the power with which a product grows in its variables; functions count for nothing."""
    total = Fraction(0)
    for base, exponent in product:
        if isinstance(exponent, Fraction):
            if isinstance(base, str):
                total += exponent * (base not in CONSTANTS)
            elif isinstance(base, _Form):
                total += exponent * max(map(_degree, base.terms))
    return total


def _varies(product: _Product) -> bool:
    return any(_has_variable(one) for pair in product for one in pair)


def _has_variable(one: _Base | _Exponent) -> bool:
    if isinstance(one, str):
        return one not in CONSTANTS
    if isinstance(one, _Applied):
        return any(map(_has_variable, one.arguments))
    return isinstance(one, _Form) and any(map(_varies, one.terms))


def _place(base: _Base, exponent: _Exponent, node: Node) -> tuple[int, str]:
    """Return where a factor stands: constants, variables, sums, other powers, functions."""
    text = printed(node)
    if isinstance(exponent, _Form):
        return 3, text
    if isinstance(base, str):
        return (0 if base in CONSTANTS else 1), text
    return (2 if isinstance(base, _Form) else 4), text


def _multiply(factors: Iterable[Node]) -> Node:
    return reduce(lambda product, factor: Operation("*", product, factor), factors)
