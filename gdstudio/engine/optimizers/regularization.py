"""Regularisation: what is done to a gradient before the optimizer sees it.

First clipping: a gradient longer than the norm allowed is made as short as that, so that a single
batch cannot throw θ far. Then L2: λ w is added for every weight w, the gradient of ½ λ Σ w², so
that weights that do not help fade away; and L1: λ times the sign of w, the gradient of λ Σ |w|,
which drives weights that do not help to 0 itself; biases are left alone. The loss that is reported
stays that of the data alone. This is also the order in PyTorch, whose `clip_grad_norm_` comes
before its `weight_decay`; there, though, biases decay too unless they are in a group of their own,
and the clipped norm falls short of the one allowed by 10⁻⁶.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from gdstudio.engine.objective import FloatArray
from gdstudio.settings import Number, Settings, declare

# λ, the strength of a penalty on large weights.
_penalty = partial(
    Number,
    default=0.0,
    live=True,
    minimum=0.0,
    maximum=10.0,
    logarithmic=True,
    slider_minimum=1e-6,
    slider_maximum=0.1,
)


@dataclass(frozen=True)
class RegularizationSettings(Settings):
    """What keeps weights small and steps short; 0 is off."""

    l2: float = declare(
        _penalty(
            label="L2",
            explanation="Adds this share of every weight to its slope, so that weights that do "
            "not help fade away; 0 is off. The loss shown is that of the data alone.",
        )
    )
    l1: float = declare(
        _penalty(
            label="L1",
            explanation="Adds this number to the slope of a positive weight and takes it from "
            "that of a negative one, so that weights that do not help become 0; 0 is off.",
        )
    )
    clip_norm: float = declare(
        Number(
            label="Clip gradient",
            explanation="A gradient longer than this is made as short as this before the step; "
            "0 is off.",
            default=0.0,
            live=True,
            minimum=0.0,
            maximum=1e6,
            logarithmic=True,
            slider_minimum=1e-2,
            slider_maximum=100.0,
        )
    )


class Regularizer:
    """Clips a gradient and adds L2 and L1, in place.

    Args:
        settings: how much of each.
        weights: returns 1 where a number is a weight and 0 where it is a bias, shape ``(size,)``;
            only asked once L2 or L1 is on.

    Attributes:
        l2, l1: λ of each.
        clip_norm: the norm allowed; 0 allows every one.
    """

    def __init__(
        self, settings: RegularizationSettings, *, weights: Callable[[], FloatArray]
    ) -> None:
        self._ask_weights = weights
        self._weights: FloatArray | None = None
        self.configure(settings)

    @property
    def active(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.l2 or self.l1 or self.clip_norm)

    def configure(self, settings: RegularizationSettings) -> None:
        """Obey `settings` from the next gradient on."""
        self.l2 = settings.l2
        self.l1 = settings.l1
        self.clip_norm = settings.clip_norm
        if (self.l2 or self.l1) and self._weights is None:
            self._weights = self._ask_weights()
            self._term = np.empty_like(self._weights)

    def apply(self, parameters: FloatArray, gradient: FloatArray) -> None:
        """Change `gradient`, shape ``(size,)``, in place."""
        if self.clip_norm:
            length = norm(gradient)
            # A norm that is no number is left to the descent, which will see it in the loss.
            if length > self.clip_norm:
                np.multiply(gradient, self.clip_norm / length, out=gradient)
        if self.l2 and self._weights is not None:
            np.multiply(parameters, self._weights, out=self._term)
            np.multiply(self._term, self.l2, out=self._term)
            np.add(gradient, self._term, out=gradient)
        if self.l1 and self._weights is not None:
            np.sign(parameters, out=self._term)
            np.multiply(self._term, self._weights, out=self._term)
            np.multiply(self._term, self.l1, out=self._term)
            np.add(gradient, self._term, out=gradient)

    def penalty(self, parameters: FloatArray) -> float:
        """Return what L2 and L1 add to the loss: ½ λ₂ Σ w² + λ₁ Σ |w|, over the weights alone."""
        if self._weights is None:
            return 0.0
        weights = parameters[self._weights > 0].astype(np.float64)
        square, size = float(weights @ weights), float(np.abs(weights).sum())
        return 0.5 * self.l2 * square + self.l1 * size


def norm(vector: FloatArray) -> float:
    """Return √Σ v², also where the squares of ``float32`` are too large for it."""
    with np.errstate(over="ignore"):
        square = float(vector @ vector)
    if math.isinf(square):
        square = float(np.square(vector, dtype=np.float64).sum())
    return math.sqrt(square)
