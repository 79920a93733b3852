"""Activations: what a neuron makes of its weighted sum z.

A kind says all that the rest of the program wants to know of it: its formula and its slope, as
numbers and as text, where it is flat, and which first weights suit it. `value` and `slope` are the
textbook's formulas. Training uses `apply` and `multiply_by_slope`, which work in place; a kind may
write them anew where that is faster.
"""

import math
from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from gdstudio.engine.network.initializers import He, Initializer, Xavier
from gdstudio.engine.objective import FloatArray
from gdstudio.engine.source_code import Lacks, SourceCode

# Measured: from this number of values on, NumPy's clip and > are up to three times as fast as its
# maximum and sign; for fewer, their calls cost more.
LARGE = 8192
# As an array, for NumPy makes one of a Python number at every call.
ZERO = np.zeros((), np.float32)


class Activation(ABC):
    """A function f of the weighted sum z, and its slope f′(z).

    Attributes:
        key, label: its name for programs and for people.
        curve: the name of the function in a sentence, such as “σ”.
        formula, slope_formula: f and f′ as a textbook writes them.
        output_text, slope_text: how f(z) and f′(z) are written in a calculation.
        slope_by_output: f′ by the output, where a calculation can use it; else empty.
        notice: a sentence on what to notice.
        low, high: the ends of its range.
        is_piecewise_linear: whether it is made of straight pieces.
        initializer: which first weights suit it.
        source: f and f′ as a program of its own has them. The NumPy lines define two functions of
            z, called as `key` is, one of them with ``_slope`` behind: the same numbers as `apply`
            and `multiply_by_slope`, to the last digit.
    """

    key: ClassVar[str]
    label: ClassVar[str]
    curve: ClassVar[str]
    formula: ClassVar[str]
    slope_formula: ClassVar[str]
    output_text: ClassVar[str]
    slope_text: ClassVar[str]
    slope_by_output: ClassVar[str] = ""
    notice: ClassVar[str]
    low: ClassVar[float] = -math.inf
    high: ClassVar[float] = math.inf
    is_piecewise_linear: ClassVar[bool] = False
    initializer: ClassVar[Initializer] = Xavier()
    source: ClassVar[SourceCode]

    @abstractmethod
    def value(self, sums: FloatArray) -> FloatArray:
        """Return f(z), of any shape, in a new array of the same type."""

    @abstractmethod
    def slope(self, sums: FloatArray) -> FloatArray:
        """Return f′(z), of any shape, in a new array of the same type."""

    def apply(self, sums: FloatArray, slopes: FloatArray | None = None) -> None:
        """Replace the weighted sums z by the outputs f(z), in place, any shape.

        With `slopes`, of the same shape, f′(z) is kept there for `multiply_by_slope`. A kind
        whose outputs tell its slope leaves it alone.
        """
        if slopes is not None:
            slopes[...] = self.slope(sums)
        sums[...] = self.value(sums)

    def multiply_by_slope(self, outputs: FloatArray, delta: FloatArray, slopes: FloatArray) -> None:
        """Multiply `delta` in place by f′(z); all of one shape.

        Args:
            outputs: a = f(z).
            delta: ∂C/∂a, which becomes ∂C/∂z.
            slopes: what `apply` was given; its numbers may be overwritten.
        """
        np.multiply(delta, slopes, out=delta)

    def why_flat(self, z: float, output: str) -> str:
        """Return what a neuron is where its slope f′(z) is 0; `output` is f(z) as it is shown."""
        return f"is saturated: it says {output}, where its slope is 0 and lets no error pass"

    @property
    def slope_name(self) -> str:
        """What its slope is called in `slope_formula`, such as ``σ′(z)``."""
        return self.slope_formula.partition(" = ")[0]

    @property
    def most(self) -> float:
        """The largest size that an output can have, ∞ where there is no bound."""
        return max(-self.low, self.high)


class Sigmoid(Activation):
    """σ(z) = 1 / (1 + e⁻ᶻ), with σ′ = a (1 − a)."""

    key = "sigmoid"
    label = "Sigmoid"
    curve = "σ"
    formula = "σ(z) = 1 / (1 + e⁻ᶻ)"
    slope_formula = "σ′(z) = σ(z) · (1 − σ(z))"
    output_text = "σ(z)"
    slope_text = "σ′(z)"
    slope_by_output = "output · (1 − output)"
    notice = "From 0 to 1; far from 0 the curve is flat, and the neuron learns slowly."
    low = 0.0
    high = 1.0
    source: ClassVar[SourceCode] = SourceCode(
        numpy="""
def sigmoid(z):
    # 1 / (1 + exp(-z)), by way of tanh, which cannot overflow.
    return np.tanh(z * 0.5) * 0.5 + 0.5


def sigmoid_slope(z):
    a = sigmoid(z)
    return (1.0 - a) * a
""",
        torch="nn.Sigmoid()",
        keras='"sigmoid"',
        sklearn='"logistic"',
    )

    def value(self, sums: FloatArray) -> FloatArray:
        """σ by way of tanh, σ(z) = ½ + ½ tanh(z / 2), which cannot overflow."""
        outputs: FloatArray = np.tanh(sums * 0.5) * 0.5 + 0.5
        return outputs

    def slope(self, sums: FloatArray) -> FloatArray:
        """Return a (1 − a)."""
        outputs = self.value(sums)
        return (1.0 - outputs) * outputs

    def apply(self, sums: FloatArray, slopes: FloatArray | None = None) -> None:
        """Write ½ + ½ tanh(z / 2)."""
        np.multiply(sums, 0.5, out=sums)
        np.tanh(sums, out=sums)
        np.multiply(sums, 0.5, out=sums)
        np.add(sums, 0.5, out=sums)

    def multiply_by_slope(self, outputs: FloatArray, delta: FloatArray, slopes: FloatArray) -> None:
        """Multiply by a (1 − a)."""
        np.subtract(1.0, outputs, out=slopes)
        np.multiply(slopes, outputs, out=slopes)
        np.multiply(delta, slopes, out=delta)


class Tanh(Activation):
    """tanh(z), with slope 1 − a²."""

    key = "tanh"
    label = "Tanh"
    curve = "tanh"
    formula = "tanh(z) = (eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ)"
    slope_formula = "tanh′(z) = 1 − tanh(z)²"
    output_text = "tanh(z)"
    slope_text = "tanh′(z)"
    slope_by_output = "1 − output²"
    notice = "Like σ, but from −1 to 1 and four times as steep at 0."
    low = -1.0
    high = 1.0
    source: ClassVar[SourceCode] = SourceCode(
        numpy="""
def tanh(z):
    return np.tanh(z)


def tanh_slope(z):
    a = np.tanh(z)
    return 1.0 - a * a
""",
        torch="nn.Tanh()",
        keras='"tanh"',
        sklearn='"tanh"',
    )

    def value(self, sums: FloatArray) -> FloatArray:
        """Return tanh(z)."""
        outputs: FloatArray = np.tanh(sums)
        return outputs

    def slope(self, sums: FloatArray) -> FloatArray:
        """Return 1 − a²."""
        outputs = self.value(sums)
        return 1.0 - outputs * outputs

    def apply(self, sums: FloatArray, slopes: FloatArray | None = None) -> None:
        """Write tanh(z)."""
        np.tanh(sums, out=sums)

    def multiply_by_slope(self, outputs: FloatArray, delta: FloatArray, slopes: FloatArray) -> None:
        """Multiply by 1 − a²."""
        np.multiply(outputs, outputs, out=slopes)
        np.subtract(1.0, slopes, out=slopes)
        np.multiply(delta, slopes, out=delta)


class ReLU(Activation):
    """max(0, z), with slope 1 where z > 0 and 0 elsewhere."""

    key = "relu"
    label = "ReLU"
    curve = "ReLU"
    formula = "ReLU(z) = max(0, z)"
    slope_formula = "ReLU′(z) = 1 where z > 0, else 0"
    output_text = "max(0, z)"
    slope_text = "ReLU′(z)"
    notice = "It never flattens above 0; below 0 the neuron is silent, and learns nothing."
    low = 0.0
    is_piecewise_linear = True
    initializer = He()
    source: ClassVar[SourceCode] = SourceCode(
        numpy="""
def relu(z):
    return np.maximum(z, 0.0)


def relu_slope(z):
    return (z > 0.0).astype(z.dtype)
""",
        torch="nn.ReLU()",
        keras='"relu"',
        sklearn='"relu"',
    )

    def value(self, sums: FloatArray) -> FloatArray:
        """Return max(0, z)."""
        outputs: FloatArray = np.maximum(sums, ZERO)
        return outputs

    def slope(self, sums: FloatArray) -> FloatArray:
        """Return 1 where z > 0, else 0."""
        return (sums > 0.0).astype(sums.dtype)

    def apply(self, sums: FloatArray, slopes: FloatArray | None = None) -> None:
        """Cut off what is negative."""
        if sums.size < LARGE:
            np.maximum(sums, ZERO, out=sums)
        else:
            np.clip(sums, 0.0, np.inf, out=sums)

    def multiply_by_slope(self, outputs: FloatArray, delta: FloatArray, slopes: FloatArray) -> None:
        """Multiply by 1 or 0: the sign of a, or for many numbers whether a > 0."""
        if outputs.size < LARGE:
            np.sign(outputs, out=slopes)
        else:
            np.greater(outputs, 0.0, out=slopes)
        np.multiply(delta, slopes, out=delta)

    def why_flat(self, z: float, output: str) -> str:
        """Return that it is silent."""
        return "is silent: its z is not above 0, where ReLU is flat and lets no error pass"


class LeakyReLU(Activation):
    """z where z > 0 and 0.01 z elsewhere, with slopes 1 and 0.01 (Maas, Hannun and Ng 2013)."""

    key = "leaky-relu"
    label = "Leaky ReLU"
    curve = "leaky ReLU"
    formula = "LReLU(z) = z where z > 0, else 0.01 z"
    slope_formula = "LReLU′(z) = 1 where z > 0, else 0.01"
    output_text = "max(0.01 z, z)"
    slope_text = "LReLU′(z)"
    notice = "Like ReLU, but below 0 a hundredth still passes: no neuron is silent for ever."
    is_piecewise_linear = True
    _LEAK = 0.01
    initializer = He(_LEAK)
    source: ClassVar[SourceCode] = SourceCode(
        numpy=f"""
def leaky_relu(z):
    return np.maximum({_LEAK} * z, z)


def leaky_relu_slope(z):
    return np.maximum(np.sign(z), {_LEAK})
""",
        torch=f"nn.LeakyReLU({_LEAK})",
        keras=f"keras.layers.LeakyReLU({_LEAK})",
        sklearn=Lacks("has no leaky ReLU, only relu, tanh, logistic and identity"),
    )

    def value(self, sums: FloatArray) -> FloatArray:
        """Return the larger one of z and 0.01 z."""
        outputs: FloatArray = np.maximum(sums, sums * self._LEAK)
        return outputs

    def slope(self, sums: FloatArray) -> FloatArray:
        """Return 1 where z > 0, else 0.01."""
        # sign(z) is 1, 0 or −1.
        slopes: FloatArray = np.maximum(np.sign(sums), self._LEAK)
        return slopes

    def multiply_by_slope(self, outputs: FloatArray, delta: FloatArray, slopes: FloatArray) -> None:
        """Multiply by 1 or 0.01: a has the sign of z."""
        np.sign(outputs, out=slopes)
        np.maximum(slopes, self._LEAK, out=slopes)
        np.multiply(delta, slopes, out=delta)

    def apply(self, sums: FloatArray, slopes: FloatArray | None = None) -> None:
        """Take the larger one of z and 0.01 z."""
        leaked = np.multiply(sums, self._LEAK, out=slopes)
        np.maximum(sums, leaked, out=sums)


class GELU(Activation):
    """The Gaussian error linear unit z Φ(z), in the form with tanh (Hendrycks and Gimpel 2016).

    Φ is the share of a standard normal distribution below z; with u(z) = √(2/π) (z + 0.044715 z³)

        f(z) = ½ z (1 + tanh u),    f′(z) = ½ (1 + tanh u) + ½ z (1 − tanh² u) u′(z),

    which differs from z Φ(z) by less than 0.0005.
    """

    key = "gelu"
    label = "GELU"
    curve = "GELU"
    formula = "GELU(z) = ½ z · (1 + tanh u),  u = √(2/π) · (z + 0.044715 z³)"
    slope_formula = "GELU′(z) = ½ (1 + tanh u) + ½ z · (1 − tanh² u) · u′"
    output_text = "GELU(z)"
    slope_text = "GELU′(z)"
    notice = "A smooth ReLU: it bends below 0, where it dips to −0.17, and has no corner."
    low = -0.170041
    initializer = He()
    _ROOT, _CUBE = math.sqrt(2.0 / math.pi), 0.044715
    # From here on tanh u is 1, to the last place; and no power of a larger z overflows.
    _FAR = 12.0
    source: ClassVar[SourceCode] = SourceCode(
        numpy=f"""
ROOT = math.sqrt(2.0 / math.pi)


def gelu(z):
    return (1.0 + np.tanh(bent(z))) * (0.5 * z)


def gelu_slope(z):
    near = np.clip(z, -{_FAR}, {_FAR})
    tanh = np.tanh(bent(z))
    rise = ROOT + (3.0 * ROOT * {_CUBE}) * near * near
    return 0.5 + 0.5 * (tanh + near * rise * (1.0 - tanh * tanh))


def bent(z):
    near = np.clip(z, -{_FAR}, {_FAR})
    return near * (ROOT + ROOT * {_CUBE} * near * near)
""",
        torch='nn.GELU(approximate="tanh")',
        keras="lambda z: keras.activations.gelu(z, approximate=True)",
        sklearn=Lacks("has no GELU, only relu, tanh, logistic and identity"),
    )

    def value(self, sums: FloatArray) -> FloatArray:
        """Return ½ z (1 + tanh u)."""
        return (1.0 + self._tanh(sums)[1]) * (0.5 * sums)

    def slope(self, sums: FloatArray) -> FloatArray:
        """Return ½ (1 + tanh u) + ½ z (1 − tanh² u) u′."""
        return self._slope(*self._tanh(sums))

    def apply(self, sums: FloatArray, slopes: FloatArray | None = None) -> None:
        """Write ½ z (1 + tanh u), and the slope with the same tanh u, which takes longest."""
        near, tanh = self._tanh(sums)
        if slopes is not None:
            slopes[...] = self._slope(near, tanh)
        np.multiply(sums, 0.5, out=sums)
        np.add(tanh, 1.0, out=tanh)
        np.multiply(tanh, sums, out=sums)

    def why_flat(self, z: float, output: str) -> str:
        """Return that it is silent, or exactly at the bottom of the dip, near −0.75."""
        if z > -1:
            return (
                "is at the bottom of the dip of GELU, where its slope is 0 and lets no error pass"
            )
        return "is silent: its z is so far below 0 that GELU is flat and lets no error pass"

    def _tanh(self, sums: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return z, no further from 0 than tells, and tanh u."""
        near = np.clip(sums, -self._FAR, self._FAR)
        return near, np.tanh(near * (self._ROOT + self._ROOT * self._CUBE * near * near))

    def _slope(self, near: FloatArray, tanh: FloatArray) -> FloatArray:
        rise = self._ROOT + (3.0 * self._ROOT * self._CUBE) * near * near
        return 0.5 + 0.5 * (tanh + near * rise * (1.0 - tanh * tanh))


class Identity(Activation):
    """z itself, with slope 1: layers of it are no more than one linear layer."""

    key = "identity"
    label = "Identity"
    curve = "z"
    formula = "f(z) = z"
    slope_formula = "f′(z) = 1"
    output_text = "z"
    slope_text = "1"
    notice = "No bend at all: however many layers, the network is no more than one linear layer."
    is_piecewise_linear = True
    source: ClassVar[SourceCode] = SourceCode(
        numpy="""
def identity(z):
    return z


def identity_slope(z):
    return np.ones_like(z)
""",
        torch="nn.Identity()",
        keras='"linear"',
        sklearn='"identity"',
    )

    def value(self, sums: FloatArray) -> FloatArray:
        """Return z."""
        return sums.copy()

    def slope(self, sums: FloatArray) -> FloatArray:
        """Return 1."""
        return np.ones_like(sums)

    def apply(self, sums: FloatArray, slopes: FloatArray | None = None) -> None:
        """Leave the sums as they are."""

    def multiply_by_slope(self, outputs: FloatArray, delta: FloatArray, slopes: FloatArray) -> None:
        """Leave delta as it is."""


# In the order in which they are offered.
ACTIVATIONS: dict[str, Activation] = {
    kind.key: kind for kind in (Sigmoid(), Tanh(), ReLU(), LeakyReLU(), GELU(), Identity())
}
