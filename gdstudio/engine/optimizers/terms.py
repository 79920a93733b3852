"""A step taken apart into the terms of its optimizer's rule, so that it can be written out.

A rule names its terms. The rule, the slope and the step of a parameter are known; what the
optimizer carries over from earlier steps follows from them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

# Less than this share of a term is rounding: in float32 the terms come out with seven figures.
_ROUNDING = 1e-5


class Constants(Protocol):
    """The constants that a rule may obey; `OptimizerSettings` holds them."""

    @property
    def momentum(self) -> float:
        """The share of the previous step that carries over."""

    @property
    def weight_decay(self) -> float:
        """The share, times η, by which weights shrink."""


class Quantity(Enum):
    """What a term multiplies: a number of the parameter, or what the rule carries over for it."""

    SLOPE = "slope"
    VALUE = "value"
    CARRIED = "carried"


@dataclass(frozen=True, kw_only=True)
class Term:
    """A product of the sum that makes a step: ± η · constant · quantity / carried.

    Attributes:
        of: what is multiplied.
        sign: 1 or −1.
        has_rate: whether η is a factor.
        constant: the setting that is a factor, by name; empty for none.
        divided: whether it is divided by what the rule carries over.
        mover: what moves the number by this term, where that is not its own slope: “the speed”.
        weights_only: whether biases go without it.
    """

    of: Quantity
    sign: int = -1
    has_rate: bool = True
    constant: str = ""
    divided: bool = False
    mover: str = ""
    weights_only: bool = False

    def formula(self, carried: str, symbols: Mapping[str, str]) -> str:
        """Return it as one writes it: ``η · slope``; `symbols` are those of the constants."""
        factors = ["η"] if self.has_rate else []
        if self.constant:
            factors.append(symbols[self.constant])
        factors.append(carried if self.of is Quantity.CARRIED else self.of.value)
        return " · ".join(factors) + (f" / {carried}" if self.divided else "")


# A weight that shrinks by a share of itself, λ times η.
DECAY = Term(of=Quantity.VALUE, constant="weight_decay", mover="the decay", weights_only=True)


@dataclass(frozen=True)
class Product:
    """A term with the numbers of one step.

    Attributes:
        term: which one.
        rate, constant: its factors; None where it has none.
        quantity: what they multiply.
        divisor: what it is divided by; None for nothing.
    """

    term: Term
    rate: float | None
    constant: float | None
    quantity: float
    divisor: float | None = None

    @property
    def result(self) -> float:
        """What it adds to the step."""
        return (
            _coefficient(self.term, self.rate, self.constant)
            * self.quantity
            / (1.0 if self.divisor is None else self.divisor)
        )


@dataclass(frozen=True)
class StepTerms:
    """One parameter's step as the sum of its terms.

    Attributes:
        products: the terms, without those that are nothing.
        carried: what the rule carries over for this parameter; 0 where it carries nothing.
    """

    products: tuple[Product, ...]
    carried: float

    def movers(self, step: float) -> list[str]:
        """Return what moves the parameter the way of `step`, beside its own slope."""
        return [p.term.mover for p in self.products if p.result * step > 0 and p.term.mover]


def step_terms(
    terms: Sequence[Term],
    constants: Mapping[str, float],
    *,
    value: float,
    slope: float,
    step: float,
    rate: float,
    is_weight: bool = True,
) -> StepTerms:
    """Return the terms that make `step` where a parameter has `value` and `slope`.

    `constants` are the settings that the terms name; `rate` is η of that step.
    """
    known: list[Product] = []
    open_terms: list[Term] = []
    for term in terms:
        if term.weights_only and not is_weight:
            continue
        if term.of is Quantity.CARRIED or term.divided:
            open_terms.append(term)
            continue
        quantity = slope if term.of is Quantity.SLOPE else value
        product = Product(term, *_factors(term, constants, rate), quantity)
        if product.constant != 0.0:
            known.append(product)
    if not open_terms:
        return StepTerms(tuple(known), 0.0)
    (term,) = open_terms
    factors = _factors(term, constants, rate)
    coefficient = _coefficient(term, *factors)
    rest = step - sum(product.result for product in known)
    largest = max([abs(step), *(abs(product.result) for product in known)])
    factor = rest / coefficient if coefficient and abs(rest) > _ROUNDING * largest else 0.0
    if term.divided:
        # The slope divided by something is what is left; where nothing is, there is no divisor.
        carried = slope / factor if factor else 0.0
        product = Product(term, *factors, slope if factor else 0.0, carried if factor else None)
    else:
        carried, product = factor, Product(term, *factors, factor)
    goes_by_slope = any(product.term.of is Quantity.SLOPE for product in known)
    shown = [] if factor == 0.0 and goes_by_slope else [product]
    order = {id(term): number for number, term in enumerate(terms)}
    products = sorted([*known, *shown], key=lambda product: order[id(product.term)])
    return StepTerms(tuple(products), carried)


def _factors(
    term: Term, constants: Mapping[str, float], rate: float
) -> tuple[float | None, float | None]:
    constant = constants[term.constant] if term.constant else None
    return rate if term.has_rate else None, constant


def _coefficient(term: Term, rate: float | None, constant: float | None) -> float:
    rate = 1.0 if rate is None else rate
    return term.sign * rate * (1.0 if constant is None else constant)
