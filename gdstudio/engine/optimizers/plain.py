"""Optimizers with one learning rate for all: gradient descent, momentum, Nesterov's momentum."""

import numpy as np

from gdstudio.engine.objective import FloatArray
from gdstudio.engine.optimizers.optimizer import Block, Constants, Optimizer, Rate
from gdstudio.number_text import round_to_figures


class GradientDescent(Optimizer):
    """θ ← θ − η ∇C(θ) (Cauchy, 1847)."""

    key = "sgd"
    label = "Gradient descent"
    rule = "step = −η · slope"
    follows_slope = True

    def stable_rate(self, curvature: float) -> float:
        """Return 2 / curvature."""
        return 2.0 / curvature

    def _advance(
        self, block: Block, parameters: FloatArray, gradient: FloatArray, learning_rate: Rate
    ) -> FloatArray:
        (step,) = block.memory
        np.multiply(gradient, -learning_rate, out=step)
        return step


class Momentum(Optimizer):
    """v ← μ v − η ∇C(θ), θ ← θ + v (Polyak, 1964): a ball that keeps some of its speed.

    PyTorch has η outside, b ← μ b + ∇C, θ ← θ − η b: the same walk while η stays what it is. When
    η changes, here the speed carries on and only the new push is smaller.
    """

    key = "momentum"
    label = "Momentum"
    rule = "step = μ · last step − η · slope"
    uses = ("momentum",)
    rows = 2
    remembers = 1

    def configure(self, settings: Constants) -> None:
        """Obey the live settings from the next step on."""
        super().configure(settings)
        self.momentum = settings.momentum

    @classmethod
    def suitable_rate(cls, plain: float) -> float:
        """Return a tenth: with the usual μ = 0.9 a steady slope is walked ten times as fast."""
        return round_to_figures(plain / 10, 6)

    def stable_rate(self, curvature: float) -> float:
        """Return 2(1 + μ) / curvature: momentum bears a larger rate than plain descent."""
        return 2.0 * (1.0 + self.momentum) / curvature

    def _advance(
        self, block: Block, parameters: FloatArray, gradient: FloatArray, learning_rate: Rate
    ) -> FloatArray:
        velocity, push = block.memory[:2]
        np.multiply(gradient, -learning_rate, out=push)
        np.multiply(velocity, self.momentum, out=velocity)
        np.add(velocity, push, out=velocity)
        return velocity


class Nesterov(Momentum):
    """v ← μ v − η ∇C(θ), θ ← θ + μ v − η ∇C(θ) (Nesterov, 1983): it looks ahead.

    The slope is taken where the speed is about to carry θ, and θ here is that place: so it was
    rewritten by Bengio and others (2013), and so PyTorch has it, with η outside as in `Momentum`.
    """

    key = "nesterov"
    label = "Nesterov"
    rule = "step = μ · new speed − η · slope"
    rows = 3

    def stable_rate(self, curvature: float) -> float:
        """Return 2(1 + μ) / ((1 + 2μ) curvature): looking ahead costs some of the reach."""
        return super().stable_rate(curvature) / (1.0 + 2.0 * self.momentum)

    def _advance(
        self, block: Block, parameters: FloatArray, gradient: FloatArray, learning_rate: Rate
    ) -> FloatArray:
        velocity = super()._advance(block, parameters, gradient, learning_rate)
        push, step = block.memory[1:]
        np.multiply(velocity, self.momentum, out=step)
        np.add(step, push, out=step)
        return step
