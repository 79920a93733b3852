"""Optimizers that give every parameter a rate of its own: AdaGrad, RMSProp, Adam, AdamW.

Each divides the slope by the usual size of that parameter's slopes. So a step is about η long,
however steep the loss is, and one η suits many networks. All operations are element by element;
the constants are PyTorch's defaults, and ε is added outside the root, as PyTorch does.

Averages that fade, m ← β m + (1 − β) x, are kept here without their factor (1 − β), which is
applied once to the whole: the same numbers, with fewer passes over the vectors.
"""

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

import numpy as np

from gdstudio.engine.objective import FloatArray
from gdstudio.engine.optimizers.hand_walk import HandWalk
from gdstudio.engine.optimizers.optimizer import Optimizer, Rate
from gdstudio.engine.optimizers.terms import DECAY, Constants, Quantity, Term
from gdstudio.engine.source_code import Lacks, SourceCode
from gdstudio.hand_numbers import Blank, Line, decimal, factor, plain, quotient, root, text

_ONE = Decimal(1)
NO_SOLVER = Lacks("has no such solver, only sgd, with momentum or without, and adam")
_MEAN_DIVIDED = (
    "What η multiplies is the mean slope divided by its usual size: a steeper slope alone makes no "
    "longer step."
)


class AdaGrad(Optimizer):
    """s ← s + ∇C², θ ← θ − η ∇C / (√s + ε) (Duchi and others, 2011), with ε = 10⁻¹⁰.

    The sum only grows: steps become shorter and shorter. s starts at 0, as PyTorch's does.
    """

    key = "adagrad"
    label = "AdaGrad"
    rule = "step = −η · slope / √Σ slope²"
    adapts = True
    rows = 2
    remembers = 1
    carried = "usual size"
    terms: ClassVar[tuple[Term, ...]] = (Term(of=Quantity.SLOPE, divided=True),)
    division_note = "Each slope is divided by its own usual size, so the steeper does not rule."
    why_not_straight = "each slope is divided by its own usual size"
    color = "walker_4"
    marker = "d"
    epsilon = 1e-10
    source: ClassVar[SourceCode] = SourceCode(
        memory=("squares",),
        numpy="memory.squares = memory.squares + gradient * gradient\n"
        f"return -rate * (gradient / (np.sqrt(memory.squares) + {epsilon}))",
        torch=f"torch.optim.Adagrad(groups, lr=LEARNING_RATE, eps={epsilon})",
        keras="keras.optimizers.Adagrad(LEARNING_RATE, initial_accumulator_value=0.0)",
        sklearn=NO_SOLVER,
        differs="Keras adds its ε inside the root.",
    )

    @classmethod
    def suitable_rate(cls, plain: float) -> float:
        """Return 0.01: the slopes' size does not matter."""
        return 0.01

    @classmethod
    def rate_on_function(cls, plain: float, width: float) -> float:
        """Return a tenth of the view: its steps shrink, so it sets out with longer ones."""
        return 0.1 * width

    def _advance(
        self, parameters: FloatArray, gradient: FloatArray, learning_rate: Rate
    ) -> FloatArray:
        squares, step = self._memory
        np.multiply(gradient, gradient, out=step)
        np.add(squares, step, out=squares)
        np.sqrt(squares, out=step)
        np.add(step, self.epsilon, out=step)
        np.divide(gradient, step, out=step)
        np.multiply(step, -learning_rate, out=step)
        return step

    @classmethod
    def _by_hand(cls, walk: HandWalk, slope: Decimal) -> tuple[Decimal, list[Line]]:
        last, piece = walk.remembered("squares")
        squares = walk.square(last + slope * slope)
        usual = walk.square(root(squares))
        return _divided(walk, slope, usual, [
            (f"Σ slope² of {walk.name} = ", piece, " + ", Blank(factor(slope)), "² = ",
             walk.keep("squares", squares)),
            ("√Σ slope² = ", Blank(text(usual))),
        ])  # fmt: skip


class RMSProp(AdaGrad):
    """s ← ρ s + (1 − ρ) ∇C², θ ← θ − η ∇C / (√s + ε) (Hinton, 2012), with ε = 10⁻⁸.

    AdaGrad that forgets. ρ is 0.99, as in PyTorch; Hinton's lecture has 0.9.
    """

    key = "rmsprop"
    label = "RMSProp"
    rule = "step = −η · slope / √mean slope²"
    color = "walker_5"
    marker = "p"
    races_first = True
    decay = 0.99
    epsilon = 1e-8
    source: ClassVar[SourceCode] = SourceCode(
        memory=("squares",),
        numpy=f"share = math.sqrt(1.0 - {decay})\n"
        f"memory.squares = {decay} * memory.squares + gradient * gradient\n"
        "# √mean slope² is share · √squares: the factor is applied once, at the end.\n"
        f"usual_size = np.sqrt(memory.squares) + {epsilon} / share\n"
        "return -rate / share * (gradient / usual_size)",
        torch=f"torch.optim.RMSprop(groups, lr=LEARNING_RATE, alpha={decay})",
        keras=f"keras.optimizers.RMSprop(LEARNING_RATE, rho={decay})",
        sklearn=NO_SOLVER,
        differs="Keras adds its ε inside the root.",
    )

    @classmethod
    def suitable_rate(cls, plain: float) -> float:
        """Return 0.001: the slopes' size does not matter."""
        return 0.001

    @classmethod
    def rate_on_function(cls, plain: float, width: float) -> float:
        """Return a two-hundredth of the view."""
        return 0.005 * width

    def _advance(
        self, parameters: FloatArray, gradient: FloatArray, learning_rate: Rate
    ) -> FloatArray:
        squares, step = self._memory
        np.multiply(gradient, gradient, out=step)
        np.multiply(squares, self.decay, out=squares)
        np.add(squares, step, out=squares)
        # √s = share · √squares; the share moves to the scalars.
        share = math.sqrt(1.0 - self.decay)
        np.sqrt(squares, out=step)
        np.add(step, self.epsilon / share, out=step)
        np.divide(gradient, step, out=step)
        np.multiply(step, -learning_rate / share, out=step)
        return step

    @classmethod
    def _by_hand(cls, walk: HandWalk, slope: Decimal) -> tuple[Decimal, list[Line]]:
        decay = decimal(cls.decay)
        last, piece = walk.remembered("squares")
        squares = walk.square(decay * last + (_ONE - decay) * slope * slope)
        usual = walk.square(root(squares))
        return _divided(walk, slope, usual, [
            (f"mean slope² of {walk.name} = {plain(decay)} · ", piece,
             f" + {plain(_ONE - decay)} · ", Blank(factor(slope)), "² = ",
             walk.keep("squares", squares)),
            ("√mean slope² = ", Blank(text(usual))),
        ])  # fmt: skip


class Adam(Optimizer):
    """θ ← θ − η m̂ / (√v̂ + ε) (Kingma and Ba, 2015), with ε = 10⁻⁸.

    m ← β₁ m + (1 − β₁) ∇C and v ← β₂ v + (1 − β₂) ∇C² are fading averages; m̂ = m / (1 − β₁ᵗ) and
    v̂ = v / (1 − β₂ᵗ) make up for their start at 0. β₁ is the momentum of the settings, β₂ 0.999.
    Here m and v are plain sums with fading weights, divided by the sum of these weights: the same
    m̂ and v̂, also when β₁ is changed on the way.
    """

    key = "adam"
    label = "Adam"
    rule = "step = −η · mean slope / √mean slope²"
    uses: ClassVar[Mapping[str, str]] = {"momentum": "β"}
    adapts = True
    rows = 3
    remembers = 2
    carried = "mean slope / usual size"
    terms: ClassVar[tuple[Term, ...]] = (
        Term(of=Quantity.CARRIED, mover="the mean of the slopes so far"),
    )
    division_note = _MEAN_DIVIDED
    why_not_straight = "it follows the mean of the slopes so far, each divided by its usual size"
    color = "walker_6"
    marker = "star"
    races_first = True
    scalars: ClassVar[tuple[str, ...]] = ("_mean_weight", "_square_weight")
    square_decay = 0.999
    epsilon = 1e-8
    source: ClassVar[SourceCode] = SourceCode(
        memory=("means", "squares", "mean_weight", "square_weight"),
        numpy="# Fading sums, and what their weights add up to: their quotients are the means.\n"
        "memory.means = MOMENTUM * memory.means + gradient\n"
        f"memory.squares = {square_decay} * memory.squares + gradient * gradient\n"
        "memory.mean_weight = MOMENTUM * memory.mean_weight + 1.0\n"
        f"memory.square_weight = {square_decay} * memory.square_weight + 1.0\n"
        "share = math.sqrt(memory.square_weight)\n"
        f"quotient = memory.means / (np.sqrt(memory.squares) + {epsilon} * share)\n"
        "return -rate * share / memory.mean_weight * quotient",
        torch=f"torch.optim.Adam(groups, lr=LEARNING_RATE, betas=(MOMENTUM, {square_decay}))",
        keras=f"keras.optimizers.Adam(LEARNING_RATE, beta_1=MOMENTUM, epsilon={epsilon})",
        sklearn="solver='adam', beta_1=MOMENTUM",
    )
    _mean_weight = 0.0
    _square_weight = 0.0

    def configure(self, settings: Constants) -> None:
        """Obey the live settings from the next step on."""
        self.momentum = settings.momentum

    @classmethod
    def suitable_rate(cls, plain: float) -> float:
        """Return 0.001: the slopes' size does not matter."""
        return 0.001

    @classmethod
    def rate_on_function(cls, plain: float, width: float) -> float:
        """Return a fiftieth of the view."""
        return 0.02 * width

    def reset(self) -> None:
        """Forget all earlier slopes."""
        super().reset()
        self._mean_weight = self._square_weight = 0.0

    def _advance(
        self, parameters: FloatArray, gradient: FloatArray, learning_rate: Rate
    ) -> FloatArray:
        means, squares, step = self._memory[:3]
        np.multiply(means, self.momentum, out=means)
        np.add(means, gradient, out=means)
        np.multiply(gradient, gradient, out=step)
        np.multiply(squares, self.square_decay, out=squares)
        np.add(squares, step, out=squares)
        self._mean_weight = self.momentum * self._mean_weight + 1.0
        self._square_weight = self.square_decay * self._square_weight + 1.0
        # m̂ = means / mean_weight and √v̂ = √squares / share; both divisors move to the scalars.
        share = math.sqrt(self._square_weight)
        np.sqrt(squares, out=step)
        np.add(step, self.epsilon * share, out=step)
        np.divide(means, step, out=step)
        np.multiply(step, -learning_rate * share / self._mean_weight, out=step)
        return step

    @classmethod
    def _by_hand(cls, walk: HandWalk, slope: Decimal) -> tuple[Decimal, list[Line]]:
        """Kingma and Ba's own form, with m and v and their corrections."""
        beta, decay = walk.momentum, decimal(cls.square_decay)
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
             Blank(factor(slope)), " = ", walk.keep("m", mean)),
            (f"v of {walk.name} = {plain(decay)} · ", square_piece, f" + {plain(_ONE - decay)} · ",
             Blank(factor(slope)), "² = ", walk.keep("v", squares)),
            (f"mean slope = m / {text(mean_share)} = ", Blank(text(fair_mean)),
             f"     usual size = √(v / {text(square_share)}) = ", Blank(text(usual))),
            (f"step of {walk.name} = −η · mean slope / usual size = −{plain(walk.rate)} · ",
             Blank(factor(fair_mean)), " / ", Blank(text(usual)), " = ", Blank(text(step))),
        ]  # fmt: skip
        return step, lines


class AdamW(Adam):
    """θ ← θ − η (m̂ / (√v̂ + ε) + λ θ) (Loshchilov and Hutter, 2019): Adam, and weights shrink.

    The decay does not pass through Adam's division, so every weight shrinks at the same pace; L2 in
    the gradient would be divided too. Only weights decay; PyTorch shrinks the biases as well,
    unless they are in a group of their own.
    """

    key = "adamw"
    label = "AdamW"
    rule = "Adam’s step − η · λ · value"
    uses: ClassVar[Mapping[str, str]] = {"momentum": "β", "weight_decay": "λ"}
    rows = 4
    terms = (*Adam.terms, DECAY)
    why_not_straight = "it follows the mean of the slopes so far, and x and y decay"
    color = "walker_7"
    marker = "h"
    races_first = False
    source: ClassVar[SourceCode] = SourceCode(
        memory=Adam.source.memory,
        numpy=Adam.source.numpy.replace("return ", "adam_step = ")
        + "\nreturn adam_step - theta * (rate * WEIGHT_DECAY) * IS_WEIGHT",
        torch=f"torch.optim.AdamW(groups, lr=LEARNING_RATE, betas=(MOMENTUM, {Adam.square_decay}))",
        keras="keras.optimizers.AdamW(LEARNING_RATE, weight_decay=WEIGHT_DECAY, "
        f"beta_1=MOMENTUM, epsilon={Adam.epsilon})",
        sklearn=NO_SOLVER,
    )

    def configure(self, settings: Constants) -> None:
        """Obey the live settings from the next step on."""
        super().configure(settings)
        self.weight_decay = settings.weight_decay

    def _advance(
        self, parameters: FloatArray, gradient: FloatArray, learning_rate: Rate
    ) -> FloatArray:
        step = super()._advance(parameters, gradient, learning_rate)
        shrinkage = self._memory[3]
        np.multiply(parameters, learning_rate * self.weight_decay, out=shrinkage)
        if self._weights is not None:
            np.multiply(shrinkage, self._weights, out=shrinkage)
        np.subtract(step, shrinkage, out=step)
        return step

    @classmethod
    def _by_hand(cls, walk: HandWalk, slope: Decimal) -> tuple[Decimal, list[Line]]:
        adams, lines = super()._by_hand(walk, slope)
        if not walk.is_weight:
            return adams, lines
        decay = walk.weight_decay
        step = walk.short(adams - walk.rate * decay * walk.value)
        lines.append(
            ("with decay: Adam’s step − η · λ · value = ", Blank(text(adams)),
             f" − {plain(walk.rate)} · {plain(decay)} · ", walk.value_factor, " = ",
             Blank(text(step)))
        )  # fmt: skip
        return step, lines


def _divided(
    walk: HandWalk, slope: Decimal, usual: Decimal, lines: list[Line]
) -> tuple[Decimal, list[Line]]:
    """Return the step −η · slope / usual size, and `lines` with the one that finds it."""
    step = walk.short(quotient(-walk.rate * slope, usual))
    line = (f"step of {walk.name} = −η · slope / usual size = −{plain(walk.rate)} · ",
            Blank(factor(slope)), " / ", Blank(text(usual)), " = ", Blank(text(step)))  # fmt: skip
    return step, [*lines, line]
