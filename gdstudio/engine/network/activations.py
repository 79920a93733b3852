"""Activations: what a neuron makes of its weighted sum z.

Each is applied in place, and its slope f′(z) is written in terms of the output a = f(z), because
after the forward pass a is what the buffer holds.
"""

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from gdstudio.engine.objective import FloatArray

# Measured: from so many numbers on NumPy's clip and > are up to three times as fast as its maximum
# and sign; for fewer, their calls cost more.
LARGE = 8192
# As an array, for NumPy makes one of a Python number at every call.
ZERO = np.zeros((), np.float32)


class Activation(ABC):
    """A function f of the weighted sum, and its slope.

    Attributes:
        key, label: its name for programs and for people.
        formula: f as a textbook writes it.
        rectifies: whether it silences half its inputs, so that initial weights must be larger.
    """

    key: ClassVar[str]
    label: ClassVar[str]
    formula: ClassVar[str]
    rectifies: ClassVar[bool] = False

    @abstractmethod
    def apply(self, sums: FloatArray) -> None:
        """Replace the weighted sums z by the outputs f(z), in place, any shape."""

    @abstractmethod
    def multiply_by_slope(
        self, outputs: FloatArray, delta: FloatArray, scratch: FloatArray
    ) -> None:
        """Multiply `delta` in place by f′(z), given the outputs a = f(z); all of one shape."""


class Sigmoid(Activation):
    """σ(z) = 1 / (1 + e⁻ᶻ), with σ′ = a (1 − a)."""

    key = "sigmoid"
    label = "Sigmoid"
    formula = "σ(z) = 1 / (1 + e⁻ᶻ)"

    def apply(self, sums: FloatArray) -> None:
        """σ by way of tanh, σ(z) = ½ + ½ tanh(z / 2), which cannot overflow."""
        np.multiply(sums, 0.5, out=sums)
        np.tanh(sums, out=sums)
        np.multiply(sums, 0.5, out=sums)
        np.add(sums, 0.5, out=sums)

    def multiply_by_slope(
        self, outputs: FloatArray, delta: FloatArray, scratch: FloatArray
    ) -> None:
        """Multiply by a (1 − a)."""
        np.subtract(1.0, outputs, out=scratch)
        np.multiply(scratch, outputs, out=scratch)
        np.multiply(delta, scratch, out=delta)


class Tanh(Activation):
    """tanh(z), with slope 1 − a²."""

    key = "tanh"
    label = "Tanh"
    formula = "tanh(z)"

    def apply(self, sums: FloatArray) -> None:
        """Apply tanh."""
        np.tanh(sums, out=sums)

    def multiply_by_slope(
        self, outputs: FloatArray, delta: FloatArray, scratch: FloatArray
    ) -> None:
        """Multiply by 1 − a²."""
        np.multiply(outputs, outputs, out=scratch)
        np.subtract(1.0, scratch, out=scratch)
        np.multiply(delta, scratch, out=delta)


class ReLU(Activation):
    """max(0, z), with slope 1 where a > 0 and 0 elsewhere."""

    key = "relu"
    label = "ReLU"
    formula = "max(0, z)"
    rectifies = True

    def apply(self, sums: FloatArray) -> None:
        """Cut off what is negative."""
        if sums.size < LARGE:
            np.maximum(sums, ZERO, out=sums)
        else:
            np.clip(sums, 0.0, np.inf, out=sums)

    def multiply_by_slope(
        self, outputs: FloatArray, delta: FloatArray, scratch: FloatArray
    ) -> None:
        """Multiply by 1 or 0: the sign of a, or for many numbers whether a > 0."""
        if outputs.size < LARGE:
            np.sign(outputs, out=scratch)
        else:
            np.greater(outputs, 0.0, out=scratch)
        np.multiply(delta, scratch, out=delta)


class Identity(Activation):
    """z itself, with slope 1: layers of it are no more than one linear layer."""

    key = "identity"
    label = "Identity"
    formula = "z"

    def apply(self, sums: FloatArray) -> None:
        """Leave the sums as they are."""

    def multiply_by_slope(
        self, outputs: FloatArray, delta: FloatArray, scratch: FloatArray
    ) -> None:
        """Leave delta as it is."""


ACTIVATIONS: dict[str, Activation] = {
    kind.key: kind for kind in (Sigmoid(), Tanh(), ReLU(), Identity())
}
