"""Which optimizers there are, in order of increasing complexity, and how one is chosen."""

from dataclasses import dataclass

import numpy as np

from gdstudio.engine.objective import FloatArray
from gdstudio.engine.optimizers.adaptive import AdaGrad, Adam, AdamW, RMSProp
from gdstudio.engine.optimizers.optimizer import Optimizer
from gdstudio.engine.optimizers.plain import GradientDescent, Momentum, Nesterov
from gdstudio.settings import Choice, Number, Settings, declare

OPTIMIZERS: dict[str, type[Optimizer]] = {
    kind.key: kind for kind in (GradientDescent, Momentum, Nesterov, AdaGrad, RMSProp, Adam, AdamW)
}
# The settings that only some of them use, by name.
CONSTANTS = ("momentum", "weight_decay")


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
            slider_minimum=1e-4,
            slider_maximum=100.0,
        )
    )
    momentum: float = declare(
        Number(
            label="Momentum",
            explanation="The share of the last step that carries over into the next one; "
            "Momentum, Nesterov, Adam and AdamW use it.",
            default=0.9,
            live=True,
            minimum=0.0,
            maximum=0.999,
        )
    )
    weight_decay: float = declare(
        Number(
            label="Weight decay",
            explanation="The share, times the learning rate, by which AdamW shrinks every weight "
            "at each step, so that weights that do not help fade away.",
            default=0.01,
            live=True,
            minimum=0.0,
            maximum=10.0,
            logarithmic=True,
            slider_minimum=1e-4,
            slider_maximum=1.0,
        )
    )

    def build(
        self, size: int, dtype: np.dtype[np.floating], *, weights: FloatArray | None = None
    ) -> Optimizer:
        """Return the optimizer for a vector of `size` numbers of type `dtype`.

        `weights` is 1 where a number is a weight and 0 where it is a bias, shape ``(size,)``; None
        takes all for weights.
        """
        return OPTIMIZERS[self.optimizer](self, size, dtype, weights=weights)

    @property
    def uses(self) -> tuple[str, ...]:
        """The settings that the chosen rule obeys beside the learning rate, by name."""
        return OPTIMIZERS[self.optimizer].uses

    def suitable_rate(self, plain: float) -> float:
        """Return a learning rate that suits the rule where `plain` suits gradient descent."""
        return OPTIMIZERS[self.optimizer].suitable_rate(plain)
