"""Optimizers with one learning rate for all: gradient descent, momentum, Nesterov's momentum."""

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

import numpy as np

from gdstudio.engine.objective import FloatArray
from gdstudio.engine.optimizers.hand_walk import HandWalk
from gdstudio.engine.optimizers.optimizer import Optimizer, Rate
from gdstudio.engine.optimizers.terms import Constants, Quantity, Term
from gdstudio.engine.source_code import SourceCode
from gdstudio.hand_numbers import Blank, Line, factor, plain, text
from gdstudio.number_text import round_to_figures


class GradientDescent(Optimizer):
    """θ ← θ − η ∇C(θ) (Cauchy, 1847)."""

    key = "sgd"
    label = "Gradient descent"
    rule = "step = −η · slope"
    follows_slope = True
    terms: ClassVar[tuple[Term, ...]] = (Term(of=Quantity.SLOPE),)
    color = "walker_1"
    marker = "o"
    races_first = True
    source: ClassVar[SourceCode] = SourceCode(
        numpy="return -rate * gradient",
        torch="torch.optim.SGD(groups, lr=LEARNING_RATE)",
        keras="keras.optimizers.SGD(LEARNING_RATE)",
        sklearn="solver='sgd', momentum=0.0",
    )

    @classmethod
    def stable_rate(cls, curvature: float, constants: Constants) -> float:
        """Return 2 / curvature."""
        return 2.0 / curvature

    def _advance(
        self, parameters: FloatArray, gradient: FloatArray, learning_rate: Rate
    ) -> FloatArray:
        (step,) = self._memory
        np.multiply(gradient, -learning_rate, out=step)
        return step

    @classmethod
    def _by_hand(cls, walk: HandWalk, slope: Decimal) -> tuple[Decimal, list[Line]]:
        step = walk.short(-walk.rate * slope)
        start = f"step of {walk.name} = −η · slope = −{plain(walk.rate)} · "
        return step, [(start, Blank(factor(slope)), " = ", Blank(text(step)))]


class Momentum(Optimizer):
    """v ← μ v − η ∇C(θ), θ ← θ + v (Polyak, 1964): a ball that keeps some of its speed.

    PyTorch has η outside, b ← μ b + ∇C, θ ← θ − η b: the same walk while η stays what it is. When
    η changes, here the speed carries on and only the new push is smaller.
    """

    key = "momentum"
    label = "Momentum"
    rule = "step = μ · last step − η · slope"
    uses: ClassVar[Mapping[str, str]] = {"momentum": "μ"}
    rows = 2
    remembers = 1
    carried = "last step"
    terms: ClassVar[tuple[Term, ...]] = (
        Term(of=Quantity.CARRIED, sign=1, has_rate=False, constant="momentum", mover="the speed"),
        Term(of=Quantity.SLOPE),
    )
    why_not_straight = "it keeps some of its speed"
    color = "walker_2"
    marker = "s"
    races_first = True
    source: ClassVar[SourceCode] = SourceCode(
        memory=("speed",),
        numpy="memory.speed = MOMENTUM * memory.speed - rate * gradient\nreturn memory.speed",
        torch="torch.optim.SGD(groups, lr=LEARNING_RATE, momentum=MOMENTUM)",
        keras="keras.optimizers.SGD(LEARNING_RATE, momentum=MOMENTUM)",
        sklearn="solver='sgd', momentum=MOMENTUM, nesterovs_momentum=False",
    )

    def configure(self, settings: Constants) -> None:
        """Obey the live settings from the next step on."""
        self.momentum = settings.momentum

    @classmethod
    def suitable_rate(cls, plain: float) -> float:
        """Return a tenth: with the usual μ = 0.9 a steady slope is walked ten times as fast."""
        return round_to_figures(plain / 10, 6)

    @classmethod
    def rate_on_function(cls, plain: float, width: float) -> float:
        """Return three tenths: on a smooth function some speed does no harm."""
        return 0.3 * plain

    @classmethod
    def stable_rate(cls, curvature: float, constants: Constants) -> float:
        """Return 2(1 + μ) / curvature: momentum bears a larger rate than plain descent."""
        return 2.0 * (1.0 + constants.momentum) / curvature

    def _advance(
        self, parameters: FloatArray, gradient: FloatArray, learning_rate: Rate
    ) -> FloatArray:
        velocity, push = self._memory[:2]
        np.multiply(gradient, -learning_rate, out=push)
        np.multiply(velocity, self.momentum, out=velocity)
        np.add(velocity, push, out=velocity)
        return velocity

    @classmethod
    def _by_hand(cls, walk: HandWalk, slope: Decimal) -> tuple[Decimal, list[Line]]:
        last, piece = walk.remembered("step")
        step = walk.short(walk.momentum * last - walk.rate * slope)
        start = f"step of {walk.name} = μ · last step − η · slope = {plain(walk.momentum)} · "
        line = (start, piece, f" − {plain(walk.rate)} · ", Blank(factor(slope)), " = ",
                walk.keep("step", step))  # fmt: skip
        return step, [line]


class Nesterov(Momentum):
    """v ← μ v − η ∇C(θ), θ ← θ + μ v − η ∇C(θ) (Nesterov, 1983): it looks ahead.

    The slope is taken where the speed is about to carry θ, and θ here is that place: so it was
    rewritten by Bengio and others (2013), and so PyTorch has it, with η outside as in `Momentum`.
    """

    key = "nesterov"
    label = "Nesterov"
    rule = "step = μ · new speed − η · slope"
    rows = 3
    carried = "new speed"
    color = "walker_3"
    marker = "t1"
    races_first = False
    source: ClassVar[SourceCode] = SourceCode(
        memory=("speed",),
        numpy="push = -rate * gradient\n"
        "memory.speed = MOMENTUM * memory.speed + push\n"
        "return MOMENTUM * memory.speed + push",
        torch="torch.optim.SGD(groups, lr=LEARNING_RATE, momentum=MOMENTUM, nesterov=True)",
        keras="keras.optimizers.SGD(LEARNING_RATE, momentum=MOMENTUM, nesterov=True)",
        sklearn="solver='sgd', momentum=MOMENTUM, nesterovs_momentum=True",
    )

    @classmethod
    def stable_rate(cls, curvature: float, constants: Constants) -> float:
        """Return 2(1 + μ) / ((1 + 2μ) curvature): looking ahead costs some of the reach."""
        return super().stable_rate(curvature, constants) / (1.0 + 2.0 * constants.momentum)

    def _advance(
        self, parameters: FloatArray, gradient: FloatArray, learning_rate: Rate
    ) -> FloatArray:
        velocity = super()._advance(parameters, gradient, learning_rate)
        push, step = self._memory[1:]
        np.multiply(velocity, self.momentum, out=step)
        np.add(step, push, out=step)
        return step

    @classmethod
    def _by_hand(cls, walk: HandWalk, slope: Decimal) -> tuple[Decimal, list[Line]]:
        last, piece = walk.remembered("speed")
        speed = walk.short(walk.momentum * last - walk.rate * slope)
        step = walk.short(walk.momentum * speed - walk.rate * slope)
        share, push = plain(walk.momentum), f" − {plain(walk.rate)} · "
        return step, [
            (f"speed of {walk.name} = μ · last speed − η · slope = {share} · ", piece, push,
             Blank(factor(slope)), " = ", walk.keep("speed", speed)),
            (f"step of {walk.name} = μ · speed − η · slope = {share} · ", Blank(factor(speed)),
             push, Blank(factor(slope)), " = ", Blank(text(step))),
        ]  # fmt: skip
