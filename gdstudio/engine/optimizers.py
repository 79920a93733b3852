"""Optimizers: how a gradient becomes a step. Each changes a flat parameter vector in place.

In order of increasing complexity: gradient descent, momentum.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from gdstudio.engine.objective import FloatArray
from gdstudio.settings import Choice, Number, Settings, declare


class Optimizer(ABC):
    """A rule for the next step, with whatever memory the rule needs.

    Attributes:
        key, label: its name for programs and for people.
        rule: the rule as the step card captions it.
        learning_rate: η; may be changed between steps.
    """

    key: ClassVar[str]
    label: ClassVar[str]
    rule: ClassVar[str]

    def __init__(self, settings: "OptimizerSettings", size: int, dtype: np.dtype[np.floating]):
        self.learning_rate = settings.learning_rate
        self._step = np.zeros(size, dtype)

    @abstractmethod
    def step(self, parameters: FloatArray, gradient: FloatArray) -> None:
        """Change `parameters` in place by the step that `gradient` calls for."""

    @abstractmethod
    def next_step(self, gradient: FloatArray) -> FloatArray:
        """Return the step that `step` would make, without making it, shape ``(size,)``."""

    def configure(self, settings: "OptimizerSettings") -> None:
        """Obey the live settings (learning rate, momentum) from the next step on."""
        self.learning_rate = settings.learning_rate

    def reset(self) -> None:
        """Forget all earlier steps."""

    def stable_rate(self, curvature: float) -> float:
        """Return the largest learning rate that is stable where the cost curves by `curvature`.

        For plain descent on a quadratic: 2 / largest eigenvalue of the Hessian.
        """
        return 2.0 / curvature


class GradientDescent(Optimizer):
    """θ ← θ − η ∇C(θ) (Cauchy, 1847)."""

    key = "sgd"
    label = "Gradient descent"
    rule = "step = −η · slope"

    def step(self, parameters: FloatArray, gradient: FloatArray) -> None:
        """Step against the gradient."""
        np.multiply(gradient, self.learning_rate, out=self._step)
        np.subtract(parameters, self._step, out=parameters)

    def next_step(self, gradient: FloatArray) -> FloatArray:
        """Return −η ∇C."""
        return -self.learning_rate * gradient


class Momentum(Optimizer):
    """v ← μ v − η ∇C(θ), θ ← θ + v (Polyak, 1964): a ball that keeps some of its speed."""

    key = "momentum"
    label = "Momentum"
    rule = "step = μ · last step − η · slope"

    def __init__(self, settings: "OptimizerSettings", size: int, dtype: np.dtype[np.floating]):
        super().__init__(settings, size, dtype)
        self.momentum = settings.momentum
        self.velocity = np.zeros(size, dtype)

    def step(self, parameters: FloatArray, gradient: FloatArray) -> None:
        """Slow the velocity by friction, push it against the gradient, and move by it."""
        np.multiply(gradient, self.learning_rate, out=self._step)
        np.multiply(self.velocity, self.momentum, out=self.velocity)
        np.subtract(self.velocity, self._step, out=self.velocity)
        np.add(parameters, self.velocity, out=parameters)

    def next_step(self, gradient: FloatArray) -> FloatArray:
        """Return μ v − η ∇C."""
        return self.momentum * self.velocity - self.learning_rate * gradient

    def configure(self, settings: "OptimizerSettings") -> None:
        """Obey the live settings from the next step on."""
        super().configure(settings)
        self.momentum = settings.momentum

    def reset(self) -> None:
        """Stand still."""
        self.velocity.fill(0)

    def stable_rate(self, curvature: float) -> float:
        """Return 2(1 + μ) / curvature: momentum bears a larger rate than plain descent."""
        return 2.0 * (1.0 + self.momentum) / curvature


OPTIMIZERS: dict[str, type[Optimizer]] = {kind.key: kind for kind in (GradientDescent, Momentum)}


@dataclass(frozen=True)
class OptimizerSettings(Settings):
    """Which rule makes the step, and its constants."""

    optimizer: str = declare(
        Choice(
            label="Optimizer",
            explanation="The rule that turns the gradient into a step.",
            default="sgd",
            options={key: kind.label for key, kind in OPTIMIZERS.items()},
        )
    )
    learning_rate: float = declare(
        Number(
            label="Learning rate",
            explanation="How far one step goes for a given slope: too small crawls, too large "
            "jumps over the valley.",
            default=1.0,
            live=True,
            minimum=1e-30,
            maximum=1e6,
            logarithmic=True,
            slider_minimum=1e-3,
            slider_maximum=100.0,
        )
    )
    momentum: float = declare(
        Number(
            label="Momentum",
            explanation="The share of the last step that carries over into the next one; only "
            "the optimizer Momentum uses it.",
            default=0.9,
            live=True,
            minimum=0.0,
            maximum=0.999,
        )
    )

    def build(self, size: int, dtype: np.dtype[np.floating]) -> Optimizer:
        """Return the optimizer for a vector of `size` numbers of type `dtype`."""
        return OPTIMIZERS[self.optimizer](self, size, dtype)
