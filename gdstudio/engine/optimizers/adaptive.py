"""Optimizers that give every parameter a rate of its own: AdaGrad, RMSProp, Adam, AdamW.

Each divides the slope by the usual size of that parameter's slopes. So a step is about η long,
however steep the cost is, and one η suits many networks. All operations are element by element;
the constants are PyTorch's defaults, and ε is added outside the root, as PyTorch does.

Averages that fade, m ← β m + (1 − β) x, are kept here without their factor (1 − β), which is
applied once to the whole: the same numbers, with fewer passes over the vectors.
"""

import math
from typing import ClassVar

import numpy as np

from gdstudio.engine.objective import FloatArray
from gdstudio.engine.optimizers.optimizer import Block, Constants, Optimizer, Rate


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
    epsilon = 1e-10

    @classmethod
    def suitable_rate(cls, plain: float) -> float:
        """Return 0.01: the slopes' size does not matter."""
        return 0.01

    def _advance(
        self, block: Block, parameters: FloatArray, gradient: FloatArray, learning_rate: Rate
    ) -> FloatArray:
        squares, step = block.memory
        np.multiply(gradient, gradient, out=step)
        np.add(squares, step, out=squares)
        np.sqrt(squares, out=step)
        np.add(step, self.epsilon, out=step)
        np.divide(gradient, step, out=step)
        np.multiply(step, -learning_rate, out=step)
        return step


class RMSProp(Optimizer):
    """s ← ρ s + (1 − ρ) ∇C², θ ← θ − η ∇C / (√s + ε) (Hinton, 2012), with ε = 10⁻⁸.

    AdaGrad that forgets. ρ is 0.99, as in PyTorch; Hinton's lecture has 0.9.
    """

    key = "rmsprop"
    label = "RMSProp"
    rule = "step = −η · slope / √mean slope²"
    adapts = True
    rows = 2
    remembers = 1
    decay = 0.99
    epsilon = 1e-8

    @classmethod
    def suitable_rate(cls, plain: float) -> float:
        """Return 0.001: the slopes' size does not matter."""
        return 0.001

    def _advance(
        self, block: Block, parameters: FloatArray, gradient: FloatArray, learning_rate: Rate
    ) -> FloatArray:
        squares, step = block.memory
        np.multiply(gradient, gradient, out=step)
        np.multiply(squares, self.decay, out=squares)
        np.add(squares, step, out=squares)
        # √s = root · √squares; the root moves to the scalars.
        root = math.sqrt(1.0 - self.decay)
        np.sqrt(squares, out=step)
        np.add(step, self.epsilon / root, out=step)
        np.divide(gradient, step, out=step)
        np.multiply(step, -learning_rate / root, out=step)
        return step


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
    uses: ClassVar[tuple[str, ...]] = ("momentum",)
    adapts = True
    rows = 3
    remembers = 2
    scalars = ("_mean_weight", "_square_weight")
    square_decay = 0.999
    epsilon = 1e-8
    _mean_weight = 0.0
    _square_weight = 0.0

    def configure(self, settings: Constants) -> None:
        """Obey the live settings from the next step on."""
        super().configure(settings)
        self.momentum = settings.momentum

    @classmethod
    def suitable_rate(cls, plain: float) -> float:
        """Return 0.001: the slopes' size does not matter."""
        return 0.001

    def reset(self) -> None:
        """Forget all earlier slopes."""
        super().reset()
        self._mean_weight = self._square_weight = 0.0

    def _begin_step(self) -> None:
        self._mean_weight = self.momentum * self._mean_weight + 1.0
        self._square_weight = self.square_decay * self._square_weight + 1.0

    def _advance(
        self, block: Block, parameters: FloatArray, gradient: FloatArray, learning_rate: Rate
    ) -> FloatArray:
        means, squares, step = block.memory[:3]
        np.multiply(means, self.momentum, out=means)
        np.add(means, gradient, out=means)
        np.multiply(gradient, gradient, out=step)
        np.multiply(squares, self.square_decay, out=squares)
        np.add(squares, step, out=squares)
        # m̂ = means / mean_weight and √v̂ = √squares / root; both divisors move to the scalars.
        root = math.sqrt(self._square_weight)
        np.sqrt(squares, out=step)
        np.add(step, self.epsilon * root, out=step)
        np.divide(means, step, out=step)
        np.multiply(step, -learning_rate * root / self._mean_weight, out=step)
        return step


class AdamW(Adam):
    """θ ← θ − η (m̂ / (√v̂ + ε) + λ θ) (Loshchilov and Hutter, 2019): Adam, and weights shrink.

    The decay does not pass through Adam's division, so every weight shrinks at the same pace; L2 in
    the gradient would be divided too. Only weights decay; PyTorch shrinks the biases as well,
    unless one parts them.
    """

    key = "adamw"
    label = "AdamW"
    rule = "Adam’s step − η · λ · value"
    uses = ("momentum", "weight_decay")
    rows = 4

    def configure(self, settings: Constants) -> None:
        """Obey the live settings from the next step on."""
        super().configure(settings)
        self.weight_decay = settings.weight_decay

    def _advance(
        self, block: Block, parameters: FloatArray, gradient: FloatArray, learning_rate: Rate
    ) -> FloatArray:
        step = super()._advance(block, parameters, gradient, learning_rate)
        shrinkage = block.memory[3]
        np.multiply(parameters, learning_rate * self.weight_decay, out=shrinkage)
        if block.weights is not None:
            np.multiply(shrinkage, block.weights, out=shrinkage)
        np.subtract(step, shrinkage, out=step)
        return step
