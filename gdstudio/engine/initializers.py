"""Initial weights: small and random, scaled so that signals neither fade nor explode."""

import math

import numpy as np

from gdstudio.engine.activations import Activation


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
