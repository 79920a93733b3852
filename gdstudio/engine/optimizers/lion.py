"""Lion: every parameter takes a step of the same length, by a sign."""

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

import numpy as np

from gdstudio.engine.objective import FloatArray
from gdstudio.engine.optimizers.adaptive import NO_SOLVER
from gdstudio.engine.optimizers.hand_walk import HandWalk
from gdstudio.engine.optimizers.optimizer import Optimizer, Rate
from gdstudio.engine.optimizers.terms import DECAY, Constants, Quantity, Term
from gdstudio.engine.source_code import Lacks, SourceCode
from gdstudio.hand_numbers import Blank, Line, decimal, factor, plain, text

_ONE = Decimal(1)


class Lion(Optimizer):
    """θ ← θ − η (sign(β₁ m + (1 − β₁) ∇C) + λ θ) (Chen and others, 2023), found by a search.

    Then m ← β₂ m + (1 − β₂) ∇C: a fading mean of the slopes, which starts at 0. Only the sign of
    its mixture with the newest slope decides; so every step is η long, whatever the slope. β₁ is
    the momentum of the settings, β₂ 0.99. Only weights decay.
    """

    key = "lion"
    label = "Lion"
    rule = "step = −η · sign of mean slope − η · λ · value"
    uses: ClassVar[Mapping[str, str]] = {"momentum": "β", "weight_decay": "λ"}
    adapts = True
    rows = 3
    remembers = 1
    carried = "sign of mean slope"
    terms: ClassVar[tuple[Term, ...]] = (
        Term(of=Quantity.CARRIED, mover="the mean of the slopes so far"),
        DECAY,
    )
    division_note = (
        "What η multiplies is only the sign of the mean slope: every step is as long as every "
        "other, however steep it is."
    )
    why_not_straight = "it follows the signs of the mean slopes alone, and x and y decay"
    color = "walker_9"
    marker = "t2"
    mean_decay = 0.99
    source: ClassVar[SourceCode] = SourceCode(
        memory=("mean",),
        numpy="direction = MOMENTUM * memory.mean + (1.0 - MOMENTUM) * gradient\n"
        f"memory.mean = {mean_decay} * memory.mean + (1.0 - {mean_decay}) * gradient\n"
        "return -rate * (np.sign(direction) + WEIGHT_DECAY * theta * IS_WEIGHT)",
        torch=Lacks("has no Lion"),
        keras="keras.optimizers.Lion(LEARNING_RATE, weight_decay=WEIGHT_DECAY, "
        f"beta_1=MOMENTUM, beta_2={mean_decay})",
        sklearn=NO_SOLVER,
    )

    def configure(self, settings: Constants) -> None:
        """Obey the live settings from the next step on."""
        self.momentum = settings.momentum
        self.weight_decay = settings.weight_decay

    @classmethod
    def suitable_rate(cls, plain: float) -> float:
        """Return 0.001, with which small networks learn well; large ones take less."""
        return 0.001

    @classmethod
    def rate_on_function(cls, plain: float, width: float) -> float:
        """Return a thousandth of the view: so far from the lowest point the steps end."""
        return 0.001 * width

    def _advance(
        self, parameters: FloatArray, gradient: FloatArray, learning_rate: Rate
    ) -> FloatArray:
        mean, step, room = self._memory
        np.multiply(mean, self.momentum, out=step)
        np.multiply(gradient, 1.0 - self.momentum, out=room)
        np.add(step, room, out=step)
        np.multiply(mean, self.mean_decay, out=mean)
        np.multiply(gradient, 1.0 - self.mean_decay, out=room)
        np.add(mean, room, out=mean)
        # In place it would take ten times as long.
        np.sign(step, out=room)
        np.multiply(parameters, self.weight_decay, out=step)
        if self._weights is not None:
            np.multiply(step, self._weights, out=step)
        np.add(step, room, out=step)
        np.multiply(step, -learning_rate, out=step)
        return step

    @classmethod
    def _by_hand(cls, walk: HandWalk, slope: Decimal) -> tuple[Decimal, list[Line]]:
        beta, decay = walk.momentum, decimal(cls.mean_decay)
        mean, piece = walk.remembered("m")
        mixed = walk.square(beta * mean + (_ONE - beta) * slope)
        sign = Decimal((mixed > 0) - (mixed < 0))
        mean = walk.square(decay * mean + (_ONE - decay) * slope)
        step = walk.short(-walk.rate * (sign + walk.weight_decay * walk.value))
        found: Line = (f"step of {walk.name} = −η · sign = −{plain(walk.rate)} · ",
                       Blank(factor(sign)))  # fmt: skip
        if walk.is_weight:
            found = (f"step of {walk.name} = −η · sign − η · λ · value = −{plain(walk.rate)} · ",
                     Blank(factor(sign)),
                     f" − {plain(walk.rate)} · {plain(walk.weight_decay)} · ",
                     walk.value_factor)  # fmt: skip
        lines: list[Line] = [
            (f"c of {walk.name} = {plain(beta)} · ", piece, f" + {plain(_ONE - beta)} · ",
             Blank(factor(slope)), " = ", Blank(text(mixed)), "     its sign: ",
             Blank(text(sign))),
            (*found, " = ", Blank(text(step))),
            (f"m of {walk.name} = {plain(decay)} · ", piece, f" + {plain(_ONE - decay)} · ",
             Blank(factor(slope)), " = ", walk.keep("m", mean)),
        ]  # fmt: skip
        return step, lines
