"""The one idea behind every lab: a loss C(θ) of one flat vector of parameters, and its gradient."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating]


class Objective(ABC):
    """A loss C(θ) that descent makes smaller.

    Attributes:
        size: how many numbers θ holds.
        dtype: their precision; θ and the gradient are contiguous vectors of this type.
        scales_freely: whether a multiple of the gradient costs no more than the gradient.
    """

    size: int
    dtype: np.dtype[np.floating]
    scales_freely: ClassVar[bool] = False

    @abstractmethod
    def value(self, parameters: FloatArray) -> float:
        """Return C(θ) for `parameters` of shape ``(size,)``."""

    @abstractmethod
    def value_and_gradient(self, parameters: FloatArray, gradient: FloatArray) -> float:
        """Return C(θ) and write ∇C(θ) into `gradient`, both of shape ``(size,)``."""

    def value_and_scaled_gradient(
        self, parameters: FloatArray, gradient: FloatArray, scale: float
    ) -> float:
        """Return C(θ) and write `scale` · ∇C(θ) into `gradient`, both of shape ``(size,)``."""
        value = self.value_and_gradient(parameters, gradient)
        if scale != 1.0:
            np.multiply(gradient, scale, out=gradient)
        return value

    def next_examples(self) -> None:
        """Choose the examples of the next step; a loss over all of them has nothing to choose."""

    def restart(self) -> None:
        """Return to the first examples, so that a descent can be repeated step by step."""

    def state(self) -> Any:
        """Return where it is in its examples, for `restore`."""
        return None

    def restore(self, state: Any) -> None:
        """Go back (or on) to where `state` was taken."""

    def peek(self, parameters: FloatArray, gradient: FloatArray, scale: float = 1.0) -> float:
        """Do as `value_and_scaled_gradient`, with the next examples; these stay the next."""
        return self.value_and_scaled_gradient(parameters, gradient, scale)
