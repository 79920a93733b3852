"""Dropout: in every training step some neurons, chosen by chance, stay silent.

None can rely on its neighbours then, and the network overfits less (Srivastava et al. 2014). What
stays is enlarged to keep the mean, a · m / (1 − p) with m = 0 in a share p of the cases: so nothing
needs to be changed when the network answers, and then nothing is dropped.
"""

import math
from dataclasses import dataclass

import numpy as np

from gdstudio.engine.network.layer import Layer, LayerPass, Shape
from gdstudio.engine.objective import FloatArray


@dataclass(frozen=True)
class Dropout(Layer):
    """Silences each input with probability `rate`, while training only.

    Attributes:
        shape: the shape of what goes in and comes out, per example.
    """

    shape: Shape
    rate: float

    passes_on = True
    note = "dropout"

    @property
    def input_shape(self) -> Shape:
        """`shape`."""
        return self.shape

    @property
    def output_shape(self) -> Shape:
        """`shape`."""
        return self.shape

    def prepare(
        self,
        parameters: FloatArray,
        gradient: FloatArray | None,
        batch_size: int,
        rng: np.random.Generator | None = None,
    ) -> LayerPass:
        """Return the buffers for one batch size; without `rng` all inputs pass."""
        if rng is None:
            return InactiveDropoutPass(self, gradient, batch_size)
        return DropoutPass(self, parameters.dtype, batch_size, rng)


class DropoutPass(LayerPass):
    """Dropout in training, on batches of one size.

    Attributes:
        mask: what the inputs are multiplied with, 0 or 1 / (1 − p), shape ``(features, batch)``;
            1 until it is first drawn.
    """

    is_random = True

    def __init__(
        self,
        layer: Dropout,
        dtype: np.dtype[np.floating],
        batch_size: int,
        rng: np.random.Generator,
    ):
        features = math.prod(layer.shape)
        self.outputs = np.ones((features + 1, batch_size), dtype)
        self._activations = self.outputs[:-1]
        self.delta = np.empty((features, batch_size), dtype)
        self.mask: FloatArray = np.ones((features, batch_size), dtype)
        self._rate = layer.rate
        self._rng = rng

    def draw(self) -> None:
        """Choose by chance who stays silent in this step."""
        mask = self.mask
        self._rng.random(out=mask, dtype=mask.dtype.type)
        np.greater_equal(mask, self._rate, out=mask)
        np.multiply(mask, 1.0 / (1.0 - self._rate), out=mask)

    def forward(self, inputs: FloatArray) -> FloatArray:
        """Return `outputs`, the inputs times the mask."""
        np.multiply(inputs[:-1], self.mask, out=self._activations)
        return self.outputs

    def backward(self, inputs: FloatArray, input_delta: FloatArray | None) -> None:
        """Let the errors pass as the inputs passed: times the mask."""
        if input_delta is not None:
            np.multiply(self.delta, self.mask, out=input_delta)


class InactiveDropoutPass(LayerPass):
    """Dropout when the network answers: everything passes as it is."""

    def __init__(self, layer: Dropout, gradient: FloatArray | None, batch_size: int):
        if gradient is not None:
            self.delta = np.empty((math.prod(layer.shape), batch_size), gradient.dtype)

    def forward(self, inputs: FloatArray) -> FloatArray:
        """Return the inputs."""
        self.outputs = inputs
        return inputs

    def backward(self, inputs: FloatArray, input_delta: FloatArray | None) -> None:
        """Let the errors pass."""
        if input_delta is not None:
            np.copyto(input_delta, self.delta)
