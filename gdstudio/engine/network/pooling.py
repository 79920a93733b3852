"""The maximum pool: of every small square of a picture only the largest number goes on."""

from dataclasses import dataclass

import numpy as np

from gdstudio.engine.network.layer import Layer, LayerPass, Shape
from gdstudio.engine.objective import FloatArray


@dataclass(frozen=True)
class MaximumPool(Layer):
    """Squares of `side` × `side` pixels, side by side, each in every channel on its own.

    Rows and columns that do not fill a square at the lower and right edge are left out.

    Attributes:
        image: the shape (rows, columns, channels) of the picture.
    """

    image: tuple[int, int, int]
    side: int

    @property
    def note(self) -> str:
        """``pool 2``."""
        return f"pool {self.side}"

    @property
    def input_shape(self) -> Shape:
        """``(rows, columns, channels)``."""
        return self.image

    @property
    def output_shape(self) -> tuple[int, int, int]:
        """``(rows, columns, channels)``, the rows and columns divided by the side."""
        height, width, channels = self.image
        return height // self.side, width // self.side, channels

    def prepare(
        self,
        parameters: FloatArray,
        gradient: FloatArray | None,
        batch_size: int,
        rng: np.random.Generator | None = None,
    ) -> "MaximumPoolPass":
        """Return the buffers for one batch size."""
        return MaximumPoolPass(self, parameters.dtype, gradient is not None, batch_size)


class MaximumPoolPass(LayerPass):
    """A maximum pool at work on batches of one size."""

    def __init__(
        self, layer: MaximumPool, dtype: np.dtype[np.floating], training: bool, batch_size: int
    ):
        height, width, channels = layer.output_shape
        self.outputs = np.ones((height * width * channels + 1, batch_size), dtype)
        self._largest = self.outputs[:-1].reshape(height, width, channels, batch_size)
        self._image_shape = (*layer.image, batch_size)
        side = layer.side
        # One member of every square at a time.
        self._members = [
            (slice(i, i + height * side, side), slice(j, j + width * side, side))
            for i in range(side)
            for j in range(side)
        ]
        if training:
            self.delta = np.empty_like(self.outputs[:-1])
            self._deltas = self.delta.reshape(self._largest.shape)
            self._wins = np.empty(self._largest.shape, np.bool_)
            self._open = np.empty(self._largest.shape, np.bool_)

    def forward(self, inputs: FloatArray) -> FloatArray:
        """Return `outputs`, the largest of every square."""
        image = inputs[:-1].reshape(self._image_shape)
        first, *others = self._members
        np.copyto(self._largest, image[first])
        for member in others:
            np.maximum(self._largest, image[member], out=self._largest)
        return self.outputs

    def backward(self, inputs: FloatArray, input_delta: FloatArray | None) -> None:
        """Hand each error to the pixel that was the largest, to the first one among equals."""
        if input_delta is None:
            return
        image = inputs[:-1].reshape(self._image_shape)
        errors = input_delta.reshape(self._image_shape)
        # Also what lies in no square.
        errors.fill(0)
        self._open.fill(True)
        for member in self._members:
            np.equal(image[member], self._largest, out=self._wins)
            np.logical_and(self._wins, self._open, out=self._wins)
            np.logical_xor(self._open, self._wins, out=self._open)
            np.multiply(self._deltas, self._wins, out=errors[member])
