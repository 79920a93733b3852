"""The optimizers' rules as one works them out by hand, a line for each result.

Every result is rounded and then used as rounded, as a class does it: with enough places these are
the optimizers' own numbers. Constants and formulas are those of `gdstudio.engine.optimizers`; the
tiny ε that keeps them from dividing by 0 is left out.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from gdstudio.engine.optimizers.adaptive import Adam, RMSProp
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS, OptimizerSettings
from gdstudio.experiment.hand_numbers import (
    decimal,
    plain,
    quotient,
    root,
    rounded,
    text,
    to_figures,
)
from gdstudio.experiment.worksheets.worksheet import Blank, Line, Piece

_ONE = Decimal(1)


@dataclass
class HandWalk:
    """One number's way down, worked out by hand.

    Attributes:
        name: what it is called: ``a``.
        value: where it is now, rounded to `decimals`.
        settings: the rule and its constants.
        decimals: how many decimals values and steps have.
        figures: how many significant figures squares, means and roots have.
        is_weight: whether AdamW shrinks it.
        given: whether `value` was given, rather than found by the class.
        count: steps made.
    """

    name: str
    value: Decimal
    settings: OptimizerSettings
    decimals: int
    figures: int = 4
    is_weight: bool = True
    given: bool = True
    count: int = 0
    _kept: dict[str, Decimal] = field(default_factory=dict)

    def step(self, slope: Decimal) -> list[Line]:
        """Make a step and return its lines; `slope` was found by the class."""
        self.count += 1
        step, lines = _RULES[self.settings.optimizer](self, slope)
        new = self.value + step
        lines.append(
            (f"new {self.name} = ", self._value(), " + ", Blank(_factor(step)), " = ",
             Blank(text(new)))
        )  # fmt: skip
        self.value, self.given = new, False
        return lines

    @property
    def rate(self) -> Decimal:
        """η."""
        return decimal(self.settings.learning_rate)

    @property
    def momentum(self) -> Decimal:
        """μ."""
        return decimal(self.settings.momentum)

    def remembered(self, key: str) -> tuple[Decimal, Piece]:
        """Return a number of the steps before, and how it is written; 0 at first, and given."""
        if key not in self._kept:
            return Decimal(0), "0"
        return self._kept[key], Blank(_factor(self._kept[key]))

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

    def _value(self) -> Piece:
        return text(self.value) if self.given else Blank(text(self.value))


_Rule = Callable[[HandWalk, Decimal], tuple[Decimal, list[Line]]]


def givens_of(settings: OptimizerSettings) -> list[tuple[str, str]]:
    """Return the rule and its constants as a sheet gives them."""
    rule = OPTIMIZERS[settings.optimizer]
    givens = [("Rule", f"{rule.label}: {rule.rule}"),
              ("Learning rate", f"η = {plain(settings.learning_rate)}")]  # fmt: skip
    if "momentum" in rule.uses:
        symbol = "β" if rule.adapts else "μ"
        givens.append(("Momentum", f"{symbol} = {plain(settings.momentum)}"))
    if "weight_decay" in rule.uses:
        givens.append(("Weight decay", f"λ = {plain(settings.weight_decay)}"))
    if settings.optimizer != "sgd":
        givens.append(("At first", "nothing is remembered: what the rule carries over is 0"))
    return givens


def _plain(walk: HandWalk, slope: Decimal) -> tuple[Decimal, list[Line]]:
    step = walk.short(-walk.rate * slope)
    start = f"step of {walk.name} = −η · slope = −{plain(walk.rate)} · "
    return step, [(start, Blank(_factor(slope)), " = ", Blank(text(step)))]


def _momentum(walk: HandWalk, slope: Decimal) -> tuple[Decimal, list[Line]]:
    last, piece = walk.remembered("step")
    step = walk.short(walk.momentum * last - walk.rate * slope)
    start = f"step of {walk.name} = μ · last step − η · slope = {plain(walk.momentum)} · "
    line = (start, piece, f" − {plain(walk.rate)} · ", Blank(_factor(slope)), " = ",
            walk.keep("step", step))  # fmt: skip
    return step, [line]


def _nesterov(walk: HandWalk, slope: Decimal) -> tuple[Decimal, list[Line]]:
    last, piece = walk.remembered("speed")
    speed = walk.short(walk.momentum * last - walk.rate * slope)
    step = walk.short(walk.momentum * speed - walk.rate * slope)
    share, push = plain(walk.momentum), f" − {plain(walk.rate)} · "
    return step, [
        (f"speed of {walk.name} = μ · last speed − η · slope = {share} · ", piece, push,
         Blank(_factor(slope)), " = ", walk.keep("speed", speed)),
        (f"step of {walk.name} = μ · speed − η · slope = {share} · ", Blank(_factor(speed)), push,
         Blank(_factor(slope)), " = ", Blank(text(step))),
    ]  # fmt: skip


def _adagrad(walk: HandWalk, slope: Decimal) -> tuple[Decimal, list[Line]]:
    last, piece = walk.remembered("squares")
    squares = walk.square(last + slope * slope)
    usual = walk.square(root(squares))
    return _divided(walk, slope, usual, [
        (f"Σ slope² of {walk.name} = ", piece, " + ", Blank(_factor(slope)), "² = ",
         walk.keep("squares", squares)),
        ("√Σ slope² = ", Blank(text(usual))),
    ])  # fmt: skip


def _rmsprop(walk: HandWalk, slope: Decimal) -> tuple[Decimal, list[Line]]:
    decay = decimal(RMSProp.decay)
    last, piece = walk.remembered("squares")
    squares = walk.square(decay * last + (_ONE - decay) * slope * slope)
    usual = walk.square(root(squares))
    return _divided(walk, slope, usual, [
        (f"mean slope² of {walk.name} = {plain(decay)} · ", piece, f" + {plain(_ONE - decay)} · ",
         Blank(_factor(slope)), "² = ", walk.keep("squares", squares)),
        ("√mean slope² = ", Blank(text(usual))),
    ])  # fmt: skip


def _divided(
    walk: HandWalk, slope: Decimal, usual: Decimal, lines: list[Line]
) -> tuple[Decimal, list[Line]]:
    step = walk.short(quotient(-walk.rate * slope, usual))
    line = (f"step of {walk.name} = −η · slope / usual size = −{plain(walk.rate)} · ",
            Blank(_factor(slope)), " / ", Blank(text(usual)), " = ", Blank(text(step)))  # fmt: skip
    return step, [*lines, line]


def _adam(walk: HandWalk, slope: Decimal) -> tuple[Decimal, list[Line]]:
    """Kingma and Ba's own form, with m and v and their corrections."""
    beta, decay = walk.momentum, decimal(Adam.square_decay)
    (mean, mean_piece), (squares, square_piece) = walk.remembered("m"), walk.remembered("v")
    mean = walk.square(beta * mean + (_ONE - beta) * slope)
    squares = walk.square(decay * squares + (_ONE - decay) * slope * slope)
    # Both were 0 at first: what they lack of a mean is made up for.
    mean_share, square_share = _ONE - beta**walk.count, _ONE - decay**walk.count
    fair_mean = walk.square(quotient(mean, mean_share))
    usual = walk.square(root(quotient(squares, square_share)))
    step = walk.short(quotient(-walk.rate * fair_mean, usual))
    lines: list[Line] = [
        (f"m of {walk.name} = {plain(beta)} · ", mean_piece, f" + {plain(_ONE - beta)} · ",
         Blank(_factor(slope)), " = ", walk.keep("m", mean)),
        (f"v of {walk.name} = {plain(decay)} · ", square_piece, f" + {plain(_ONE - decay)} · ",
         Blank(_factor(slope)), "² = ", walk.keep("v", squares)),
        (f"mean slope = m / {text(mean_share)} = ", Blank(text(fair_mean)),
         f"     usual size = √(v / {text(square_share)}) = ", Blank(text(usual))),
        (f"step of {walk.name} = −η · mean slope / usual size = −{plain(walk.rate)} · ",
         Blank(_factor(fair_mean)), " / ", Blank(text(usual)), " = ", Blank(text(step))),
    ]  # fmt: skip
    return step, lines


def _adamw(walk: HandWalk, slope: Decimal) -> tuple[Decimal, list[Line]]:
    adams, lines = _adam(walk, slope)
    if not walk.is_weight:
        return adams, lines
    decay = decimal(walk.settings.weight_decay)
    step = walk.short(adams - walk.rate * decay * walk.value)
    value: Piece = _factor(walk.value) if walk.given else Blank(_factor(walk.value))
    lines.append(
        ("with decay: Adam’s step − η · λ · value = ", Blank(text(adams)),
         f" − {plain(walk.rate)} · {plain(decay)} · ", value, " = ", Blank(text(step)))
    )  # fmt: skip
    return step, lines


_RULES: dict[str, _Rule] = {
    "sgd": _plain,
    "momentum": _momentum,
    "nesterov": _nesterov,
    "adagrad": _adagrad,
    "rmsprop": _rmsprop,
    "adam": _adam,
    "adamw": _adamw,
}


def _factor(number: Decimal) -> str:
    return f"({text(number)})" if number < 0 else text(number)
