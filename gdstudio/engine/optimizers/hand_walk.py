"""A walk worked out by hand, a line for each result.

Every result is rounded and then used as rounded, as a class does it: with enough places these are
the optimizers' own numbers. The tiny ε that keeps a rule from dividing by 0 is left out.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from gdstudio.engine.optimizers.terms import Constants
from gdstudio.hand_numbers import Blank, Line, Piece, decimal, factor, rounded, text, to_figures


class HandSettings(Constants, Protocol):
    """The numbers of a rule that are given; `OptimizerSettings` holds them."""

    @property
    def learning_rate(self) -> float:
        """η."""


@dataclass
class HandWalk:
    """One number's way down, worked out by hand.

    Attributes:
        name: what it is called: ``a``.
        value: where it is now, rounded to `decimals`.
        settings: the constants of the rule.
        decimals: how many decimals values and steps have.
        figures: how many significant figures squares, means and roots have.
        is_weight: whether AdamW shrinks it.
        given: whether `value` was given, rather than found by the class.
        count: steps made, the one that is being made among them.
    """

    name: str
    value: Decimal
    settings: HandSettings
    decimals: int
    figures: int = 4
    is_weight: bool = True
    given: bool = True
    count: int = 0
    _kept: dict[str, Decimal] = field(default_factory=dict)

    def move(self, step: Decimal) -> Line:
        """Make the step that was found, and return the line that says where it leads."""
        new = self.value + step
        line = (f"new {self.name} = ", self.value_piece, " + ", Blank(factor(step)), " = ",
                Blank(text(new)))  # fmt: skip
        self.value, self.given = new, False
        return line

    @property
    def rate(self) -> Decimal:
        """η."""
        return decimal(self.settings.learning_rate)

    @property
    def momentum(self) -> Decimal:
        """μ."""
        return decimal(self.settings.momentum)

    @property
    def weight_decay(self) -> Decimal:
        """λ, which is 0 for biases."""
        return decimal(self.settings.weight_decay) if self.is_weight else Decimal(0)

    @property
    def value_piece(self) -> Piece:
        """The value as it is written in a line."""
        return text(self.value) if self.given else Blank(text(self.value))

    @property
    def value_factor(self) -> Piece:
        """The value as it is written behind an operator."""
        return factor(self.value) if self.given else Blank(factor(self.value))

    def remembered(self, key: str) -> tuple[Decimal, Piece]:
        """Return a number of the steps before, and how it is written; 0 at first, and given."""
        if key not in self._kept:
            return Decimal(0), "0"
        return self._kept[key], Blank(factor(self._kept[key]))

    def keep(self, key: str, number: Decimal) -> Blank:
        """Remember a number for the next step, and return it as the class finds it."""
        self._kept[key] = number
        return Blank(text(number))

    def short(self, number: Decimal) -> Decimal:
        """Return a value or a step as it is rounded."""
        return rounded(number, self.decimals)

    def square(self, number: Decimal) -> Decimal:
        """Return a square, a mean or a root as it is rounded."""
        return to_figures(number, self.figures)
