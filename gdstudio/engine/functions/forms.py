"""Formulas as sums of products: like terms and powers collect themselves, numbers are worked out.

A sum is a table from products to their coefficients, a product a set of bases with exponents; what
is in brackets is not multiplied out. Where a formula has a value, its form has the same.
"""

from fractions import Fraction
from functools import reduce
from math import gcd, isqrt

from gdstudio.engine.functions.graph import Part, arithmetic
from gdstudio.engine.functions.tree import CONSTANTS

# A formula that needs more than this is too long to be read.
_LARGEST = 2500
_MOST_BITS = 1000
HALF = Fraction(1, 2)


class TooLong(ArithmeticError):  # noqa: N818 - an outcome, not a fault
    """The formula is too long to be written down."""


class Applied:
    """A function of some formulas."""

    __slots__ = ("_hash", "arguments", "name", "size", "varies")

    def __init__(self, name: str, arguments: "tuple[Form, ...]"):
        self.name = name
        self.arguments = arguments
        self.size = 1 + sum(one.size for one in arguments)
        self.varies = any(one.varies for one in arguments)
        self._hash = hash((name, arguments))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Applied)
            and self._hash == other._hash
            and (self.name, self.arguments) == (other.name, other.arguments)
        )


class Form:
    """A sum: products with their coefficients, none of which is 0.

    Attributes:
        terms: from products to coefficients; a product is a set of (base, exponent), where a base
            is a name, a function of formulas, or a formula, and an exponent a number or a formula.
        size: about how many parts it has, written down.
        degree: the highest power of its variables.
        varies: whether there is a variable in it.
    """

    __slots__ = ("_hash", "degree", "size", "terms", "varies")

    def __init__(self, terms: "dict[Product, Fraction]"):
        self.terms = terms
        self.size = sum(1 + sum(size_of(b) + size_of(e) for b, e in product) for product in terms)
        if self.size > _LARGEST:
            raise TooLong
        self.degree = max(map(degree_of, terms), default=0.0)
        self.varies = any(map(varies, terms))
        self._hash = hash(frozenset(terms.items()))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Form) and self._hash == other._hash and self.terms == other.terms

    @property
    def number(self) -> Fraction | None:
        """The number that it is, if it is one."""
        if not self.terms:
            return Fraction(0)
        return self.terms.get(ONE) if len(self.terms) == 1 else None


Exponent = Fraction | Form
Base = str | Applied | Form
Product = frozenset[tuple[Base, Exponent]]
_Factors = dict[Base, Exponent]
ONE: Product = frozenset()


def size_of(one: Base | Exponent) -> int:
    """Return about how many parts it has, written down."""
    return one.size if isinstance(one, Applied | Form) else 1


def _number(value: Fraction | int) -> Form:
    return Form({ONE: Fraction(value)} if value else {})


def form_of(part: Part, inputs: list[Form]) -> Form:
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


def _called(name: str, *arguments: Form) -> Form:
    first, number = arguments[0], arguments[0].number
    if name == "jump":
        return _number(0)
    if name == "sqrt":
        return _power(first, HALF)
    if name == "log" and number == 1:
        return _number(0)
    if (name == "exp" and number == 0) or (name == "log" and first == _E):
        return _number(1)
    return _product(Fraction(1), {Applied(name, arguments): Fraction(1)})


def _added(a: Form, b: Form) -> Form:
    terms = dict(spread(a).terms)
    for product, coefficient in spread(b).terms.items():
        total = terms.pop(product, Fraction(0)) + coefficient
        if total:
            terms[product] = _bounded(total)
    return Form(terms)


def spread(form: Form) -> Form:
    """Return 2·(x + 1) as 2·x + 2."""
    if len(form.terms) != 1:
        return form
    ((product, coefficient),) = form.terms.items()
    base, exponent = next(iter(product), ("", 1))
    if len(product) != 1 or exponent != 1 or not isinstance(base, Form):
        return form
    return Form({one: _bounded(c * coefficient) for one, c in base.terms.items()})


def _difference(a: Form, b: Form) -> Form:
    return _added(a, _scaled(b, Fraction(-1)))


def _scaled(form: Form, factor: Fraction) -> Form:
    if not factor or not form.terms:
        return _number(0)
    if len(form.terms) > 1:
        shared, factors = _as_product(form)
        return _product(shared * factor, factors)
    return Form({product: _bounded(c * factor) for product, c in form.terms.items()})


def _bounded(number: Fraction) -> Fraction:
    """Return a number of not too many digits."""
    if number.numerator.bit_length() + number.denominator.bit_length() <= _MOST_BITS:
        return number
    try:
        return Fraction(f"{float(number):.17g}")
    except (OverflowError, ValueError):
        raise TooLong from None


def _times(a: Form, b: Form) -> Form:
    for number, other in ((a.number, b), (b.number, a)):
        if number is not None:
            return _scaled(other, number)
    coefficient, factors = _as_product(a)
    others_coefficient, others = _as_product(b)
    for base, exponent in others.items():
        factors[base] = _exponents_added(factors[base], exponent) if base in factors else exponent
    return _product(coefficient * others_coefficient, factors)


def _as_product(form: Form) -> tuple[Fraction, _Factors]:
    """Return a coefficient and factors; those of a sum are what all its terms share, and it."""
    if len(form.terms) == 1:
        ((product, coefficient),) = form.terms.items()
        return coefficient, dict(product)
    coefficients = list(form.terms.values())
    if any(one.denominator != 1 for one in coefficients):
        return Fraction(1), {form: Fraction(1)}
    shared = Fraction(reduce(gcd, (int(one) for one in coefficients)))
    shared = -shared if all(one < 0 for one in coefficients) else shared
    rest = Form({product: c / shared for product, c in form.terms.items()})
    return shared, {rest: Fraction(1)}


def _exponents_added(a: Exponent, b: Exponent) -> Exponent:
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a + b
    return _plain(_added(as_form(a), as_form(b)))


def as_form(exponent: Exponent) -> Form:
    """Return an exponent as a formula."""
    return exponent if isinstance(exponent, Form) else _number(exponent)


def _plain(form: Form) -> Exponent:
    number = form.number
    return form if number is None else number


def _product(coefficient: Fraction, factors: _Factors) -> Form:
    """Return a coefficient times powers, with what can be worked out worked out."""
    kept: _Factors = {}
    waiting = list(factors.items())
    while waiting:
        base, exponent = waiting.pop()
        if exponent == 0:
            continue
        whole = isinstance(exponent, Fraction) and exponent.denominator == 1
        if whole and isinstance(base, Form) and len(base.terms) == 1:
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
        if isinstance(base, Form) and exponent == coefficient == 1:
            return base
    return Form({frozenset(kept.items()): coefficient})


def _multiplied(a: Exponent, factor: Fraction) -> Exponent:
    return a * factor if isinstance(a, Fraction) else _plain(_scaled(a, factor))


def _power(base: Form, exponent: Exponent) -> Form:
    if exponent == 0:
        return _number(1)
    if exponent == 1:
        return base
    number = base.number
    if number is not None and isinstance(exponent, Fraction):
        result = _root(number) if exponent == HALF else arithmetic("**", number, exponent)
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


def degree_of(product: Product) -> float:
    """Return the power with which a product grows in its variables; functions count for nothing."""
    total = 0.0
    for base, exponent in product:
        if isinstance(exponent, Fraction):
            if isinstance(base, str):
                total += float(exponent) * (base not in CONSTANTS)
            elif isinstance(base, Form):
                total += float(exponent) * base.degree
    return total


def varies(product: Product) -> bool:
    """Return whether there is a variable in it."""
    return any(_has_variable(one) for pair in product for one in pair)


def _has_variable(one: Base | Exponent) -> bool:
    if isinstance(one, str):
        return one not in CONSTANTS
    return isinstance(one, Applied | Form) and one.varies


_E = _product(Fraction(1), {"e": Fraction(1)})
