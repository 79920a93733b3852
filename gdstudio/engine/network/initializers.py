"""Initial weights: small and random, scaled so that signals neither fade nor explode."""

import math
from dataclasses import dataclass

import numpy as np

from gdstudio.engine.network.activations import Activation
from gdstudio.settings import Choice, Settings, declare

# What the weights are multiplied by. Good ones stay as they are; the others show why.
_FACTORS = {"random": 1.0, "zero": 0.0, "huge": 20.0}


@dataclass(frozen=True)
class InitialSettings(Settings):
    """How the weights start."""

    initial_weights: str = declare(
        Choice(
            label="First weights",
            explanation="Random weights of a good size; or, to see why, all zero or twenty times "
            "too large.",
            default="random",
            options={"random": "Random", "zero": "All zero", "huge": "Far too large"},
        )
    )

    @property
    def factor(self) -> float:
        """What the random weights are multiplied by."""
        return _FACTORS[self.initial_weights]


def initial_weights(
    rng: np.random.Generator,
    inputs: int,
    outputs: int,
    activation: Activation,
    *,
    fan_out: int | None = None,
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return random weights of shape ``(outputs, inputs)``.

    Xavier (Glorot and Bengio 2010), uniform within ±√(6 / (inputs + outputs)); for an activation
    that rectifies He (He et al. 2015), normal with standard deviation √(2 / inputs). Biases start
    at zero in both. Where weights are shared, `fan_out` says how many sums an input really
    enters; it takes the place of `outputs` in Xavier's rule.
    """
    if activation.rectifies:
        return rng.normal(0.0, math.sqrt(2.0 / inputs), (outputs, inputs))
    limit = math.sqrt(6.0 / (inputs + (fan_out or outputs)))
    return rng.uniform(-limit, limit, (outputs, inputs))
