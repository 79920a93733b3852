"""Adamax: Adam with the largest slope of late in place of the mean square."""

from decimal import Decimal
from typing import ClassVar

import numpy as np

from gdstudio.engine.objective import FloatArray
from gdstudio.engine.optimizers.adaptive import NO_SOLVER, Adam
from gdstudio.engine.optimizers.hand_walk import HandWalk
from gdstudio.engine.optimizers.optimizer import Rate
from gdstudio.engine.source_code import SourceCode
from gdstudio.hand_numbers import Blank, Line, decimal, factor, plain, quotient, text

_ONE = Decimal(1)


class Adamax(Adam):
    """θ ← θ − η m̂ / u (Kingma and Ba, 2015), with m̂ as in Adam.

    u ← max(β₂ u, |∇C| + ε) is the largest slope of late, which fades; it was never too small at
    first, and so needs no correction. β₂ is 0.999 and ε 10⁻⁸, as in PyTorch.
    """

    key = "adamax"
    label = "Adamax"
    rule = "step = −η · mean slope / largest slope"
    rows = 4
    scalars: ClassVar[tuple[str, ...]] = ("_mean_weight",)
    carried = "mean slope / largest slope"
    division_note = (
        "What η multiplies is the mean slope divided by the largest of late: a steeper slope alone "
        "makes no longer step."
    )
    why_not_straight = (
        "it follows the mean of the slopes so far, each divided by its largest of late"
    )
    color = "walker_8"
    marker = "t"
    races_first = False
    source: ClassVar[SourceCode] = SourceCode(
        memory=("means", "largest", "mean_weight"),
        numpy="memory.means = MOMENTUM * memory.means + gradient\n"
        f"size = np.abs(gradient) + {Adam.epsilon}\n"
        f"memory.largest = np.maximum({Adam.square_decay} * memory.largest, size)\n"
        "memory.mean_weight = MOMENTUM * memory.mean_weight + 1.0\n"
        "return -rate / memory.mean_weight * (memory.means / memory.largest)",
        torch="torch.optim.Adamax(groups, lr=LEARNING_RATE, "
        f"betas=(MOMENTUM, {Adam.square_decay}))",
        keras=f"keras.optimizers.Adamax(LEARNING_RATE, beta_1=MOMENTUM, epsilon={Adam.epsilon})",
        sklearn=NO_SOLVER,
        differs="Keras adds its ε where the division is.",
    )

    @classmethod
    def suitable_rate(cls, plain: float) -> float:
        """Return 0.005: one large slope shortens the steps that follow, so more than Adam's."""
        return 0.005

    def _advance(
        self, parameters: FloatArray, gradient: FloatArray, learning_rate: Rate
    ) -> FloatArray:
        means, largest, step, size = self._memory
        np.multiply(means, self.momentum, out=means)
        np.add(means, gradient, out=means)
        np.abs(gradient, out=size)
        np.add(size, self.epsilon, out=size)
        np.multiply(largest, self.square_decay, out=largest)
        np.maximum(largest, size, out=largest)
        np.divide(means, largest, out=step)
        # m̂ = means / mean_weight, as in Adam.
        self._mean_weight = self.momentum * self._mean_weight + 1.0
        np.multiply(step, -learning_rate / self._mean_weight, out=step)
        return step

    @classmethod
    def _by_hand(cls, walk: HandWalk, slope: Decimal) -> tuple[Decimal, list[Line]]:
        beta, decay = walk.momentum, decimal(cls.square_decay)
        (mean, mean_piece), (largest, largest_piece) = walk.remembered("m"), walk.remembered("u")
        mean = walk.square(beta * mean + (_ONE - beta) * slope)
        largest = walk.square(max(decay * largest, abs(slope)))
        # m was 0 at first: what it lacks of a mean is made up for.
        mean_share = _ONE - beta**walk.count
        fair_mean = walk.square(quotient(mean, mean_share))
        step = walk.short(quotient(-walk.rate * fair_mean, largest))
        lines: list[Line] = [
            (f"m of {walk.name} = {plain(beta)} · ", mean_piece, f" + {plain(_ONE - beta)} · ",
             Blank(factor(slope)), " = ", walk.keep("m", mean)),
            (f"u of {walk.name} = the larger of {plain(decay)} · ", largest_piece, " and ",
             Blank(text(abs(slope))), " = ", walk.keep("u", largest)),
            (f"mean slope = m / {text(mean_share)} = ", Blank(text(fair_mean))),
            (f"step of {walk.name} = −η · mean slope / u = −{plain(walk.rate)} · ",
             Blank(factor(fair_mean)), " / ", Blank(text(largest)), " = ", Blank(text(step))),
        ]  # fmt: skip
        return step, lines
