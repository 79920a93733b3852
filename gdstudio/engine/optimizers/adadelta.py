"""Adadelta: a step has the unit of what it changes, and hardly needs a learning rate."""

from decimal import Decimal
from typing import ClassVar

import numpy as np

from gdstudio.engine.objective import FloatArray
from gdstudio.engine.optimizers.adaptive import NO_SOLVER, RMSProp
from gdstudio.engine.optimizers.hand_walk import HandWalk
from gdstudio.engine.optimizers.optimizer import Rate
from gdstudio.engine.source_code import SourceCode
from gdstudio.hand_numbers import Blank, Line, decimal, factor, plain, quotient, root, text

_ONE = Decimal(1)


class Adadelta(RMSProp):
    """s ← ρ s + (1 − ρ) ∇C², Δ = ∇C √(u + ε) / √(s + ε), u ← ρ u + (1 − ρ) Δ², θ ← θ − η Δ.

    By Zeiler (2012), with ρ = 0.9 and ε = 10⁻⁶ as in PyTorch. s is a fading mean of the squared
    slopes, u one of the squared steps; both start at 0. So a slope is divided by its usual size and
    multiplied by the usual length of a step, and η is 1 where nobody chose another. ε is not only
    there against a division by 0: the first steps are as long as it allows.

    The means are kept without their factor (1 − ρ), which stands above and below and cancels.
    """

    key = "adadelta"
    label = "Adadelta"
    rule = "step = −η · slope · usual step / usual slope"
    rows = 4
    remembers = 2
    carried = "usual slope / usual step"
    division_note = (
        "Each slope is divided by its own usual size and multiplied by the usual length of its "
        "steps: they set out short and grow."
    )
    color = "walker_10"
    marker = "t3"
    races_first = False
    decay = 0.9
    epsilon = 1e-6
    source: ClassVar[SourceCode] = SourceCode(
        memory=("squares", "lengths"),
        numpy="# Both means are kept without their factor, which stands above and below.\n"
        f"epsilon = {epsilon} / (1.0 - {decay})\n"
        f"memory.squares = {decay} * memory.squares + gradient * gradient\n"
        "quotient = (memory.lengths + epsilon) / (memory.squares + epsilon)\n"
        "step = np.sqrt(quotient) * gradient\n"
        f"memory.lengths = {decay} * memory.lengths + step * step\n"
        "return -rate * step",
        torch=f"torch.optim.Adadelta(groups, lr=LEARNING_RATE, rho={decay})",
        keras=f"keras.optimizers.Adadelta(LEARNING_RATE, rho={decay}, epsilon={epsilon})",
        sklearn=NO_SOLVER,
    )

    @classmethod
    def suitable_rate(cls, plain: float) -> float:
        """Return 1: the steps find their length by themselves."""
        return 1.0

    @classmethod
    def share_of_numbers(cls) -> float:
        """Return 1: the first steps are far shorter than η."""
        return 1.0

    @classmethod
    def rate_on_function(cls, plain: float, width: float) -> float:
        """Return a tenth of the view: more, and it circles around the lowest point for ever."""
        return 0.1 * width

    def _advance(
        self, parameters: FloatArray, gradient: FloatArray, learning_rate: Rate
    ) -> FloatArray:
        squares, lengths, step, room = self._memory
        epsilon = self.epsilon / (1.0 - self.decay)
        np.multiply(squares, self.decay, out=squares)
        np.multiply(gradient, gradient, out=room)
        np.add(squares, room, out=squares)
        np.add(lengths, epsilon, out=step)
        np.add(squares, epsilon, out=room)
        np.divide(step, room, out=step)
        np.sqrt(step, out=step)
        np.multiply(step, gradient, out=step)
        np.multiply(lengths, self.decay, out=lengths)
        np.multiply(step, step, out=room)
        np.add(lengths, room, out=lengths)
        np.multiply(step, -learning_rate, out=step)
        return step

    @classmethod
    def _by_hand(cls, walk: HandWalk, slope: Decimal) -> tuple[Decimal, list[Line]]:
        decay, epsilon = decimal(cls.decay), decimal(cls.epsilon)
        (squares, square_piece), (lengths, length_piece) = (
            walk.remembered("s"), walk.remembered("u"))  # fmt: skip
        squares = walk.square(decay * squares + (_ONE - decay) * slope * slope)
        usual_step = walk.square(root(lengths + epsilon))
        usual_slope = walk.square(root(squares + epsilon))
        delta = walk.square(quotient(slope * usual_step, usual_slope))
        step = walk.short(-walk.rate * delta)
        lengths = walk.square(decay * lengths + (_ONE - decay) * delta * delta)
        lines: list[Line] = [
            (f"s of {walk.name} = {plain(decay)} · ", square_piece, f" + {plain(_ONE - decay)} · ",
             Blank(factor(slope)), "² = ", walk.keep("s", squares)),
            (f"usual slope = √(s + {plain(epsilon)}) = ", Blank(text(usual_slope)),
             f"     usual step = √(u + {plain(epsilon)}) = ", Blank(text(usual_step))),
            ("Δ = slope · usual step / usual slope = ", Blank(text(delta)),
             f"     step of {walk.name} = −η · Δ = −{plain(walk.rate)} · ", Blank(factor(delta)),
             " = ", Blank(text(step))),
            (f"u of {walk.name} = {plain(decay)} · ", length_piece, f" + {plain(_ONE - decay)} · ",
             Blank(factor(delta)), "² = ", walk.keep("u", lengths)),
        ]  # fmt: skip
        return step, lines
