"""The one idea behind every lab: a cost C(θ) of one flat vector of parameters, and its gradient."""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating]


class Objective(ABC):
    """A cost C(θ) that descent makes smaller.

    Attributes:
        size: how many numbers θ holds.
        dtype: their precision; θ and the gradient are contiguous vectors of this type.
    """

    size: int
    dtype: np.dtype[np.floating]

    @abstractmethod
    def value(self, parameters: FloatArray) -> float:
        """Return C(θ) for `parameters` of shape ``(size,)``."""

    @abstractmethod
    def value_and_gradient(self, parameters: FloatArray, gradient: FloatArray) -> float:
        """Return C(θ) and write ∇C(θ) into `gradient`, both of shape ``(size,)``."""

    def next_examples(self) -> None:
        """Choose the examples of the next step; a cost over all of them has nothing to choose."""

    def restart(self) -> None:
        """Return to the first examples, so that a descent can be repeated step by step."""

    def place(self) -> Any:
        """Return where it is in its examples, for `return_to`."""
        return None

    def return_to(self, place: Any) -> None:
        """Go back (or on) to where `place` was taken."""

    def peek(self, parameters: FloatArray, gradient: FloatArray) -> float:
        """Do as `value_and_gradient`, with the examples that come next; these stay the next."""
        return self.value_and_gradient(parameters, gradient)
