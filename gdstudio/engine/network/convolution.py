"""The convolution: a few small filters look at every place of a picture.

The sum of filter f at the place (y, x) of the result is

    z[y, x, f] = b[f] + Σ W[f, i, j, c] · a[y·stride + i, x·stride + j, c],

over the rows i and columns j of the kernel and the channels c of the picture; no padding. With the
examples of a batch side by side, what a filter sees at one place is a matrix of K = rows · columns
· channels numbers by examples, and all filters are one product with it. The matrices of neighbours
overlap; so only the kernel's columns are laid side by side (a copy of long runs), and the matrix
of each place is a strided view into that copy.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.lib.stride_tricks import as_strided

from gdstudio.engine.network.activations import ACTIVATIONS, Activation
from gdstudio.engine.network.layer import Indices, LayerPass, PictureShape, Shape, WeightedLayer
from gdstudio.engine.objective import FloatArray

# Backwards, this number of values is made and used up at a time: they stay in the processor's
# cache.
CHUNK = 1 << 18


@dataclass(frozen=True)
class Convolution(WeightedLayer):
    """`filters` filters of `rows` × `columns` pixels, `stride` pixels apart, no padding.

    Attributes:
        image: the shape (rows, columns, channels) of the picture they look at.
    """

    image: tuple[int, int, int]
    filters: int
    rows: int
    columns: int
    stride: int
    activation: Activation

    unit_word = "filter"

    @property
    def input_shape(self) -> Shape:
        """``(rows, columns, channels)``."""
        return self.image

    @property
    def output_shape(self) -> tuple[int, int, int]:
        """``(rows, columns, filters)``."""
        height, width, _ = self.image
        return (
            (height - self.rows) // self.stride + 1,
            (width - self.columns) // self.stride + 1,
            self.filters,
        )

    @property
    def units(self) -> int:
        """How many filters there are."""
        return self.filters

    @property
    def fan_in(self) -> int:
        """A filter has a weight for every pixel of its kernel in every channel."""
        return self.rows * self.columns * self.image[2]

    @property
    def fan_out(self) -> int:
        """An input enters the sums of every filter, at most once for each pixel of its kernel."""
        return self.rows * self.columns * self.filters

    @property
    def multiplications(self) -> int:
        """One for every weight at every place."""
        height, width, filters = self.output_shape
        return height * width * filters * self.fan_in

    @property
    def numbers(self) -> int:
        """How many numbers it holds for one example in training."""
        bands = self.output_shape[1] * self.image[0] * self.columns * self.image[2]
        return super().numbers + bands + self.fan_in

    @property
    def sum(self) -> str:
        """The weights and the biases, such as ``5·5·8·24 + 24``."""
        return f"{self.rows}·{self.columns}·{self.image[2]}·{self.filters} + {self.filters}"

    @property
    def weight_shape(self) -> Shape:
        """``(filters, channels, rows, columns)``, the order in which others keep them too."""
        return (self.filters, self.image[2], self.rows, self.columns)

    def weights(self, parameters: FloatArray) -> FloatArray:
        """Return W in the layer's own part of θ, as a view of shape `weight_shape`."""
        flat = self.matrix(parameters)[:, :-1]
        kernels = flat.reshape(self.filters, self.rows, self.columns, self.image[2])
        return kernels.transpose(0, 3, 1, 2)

    def picture_shape(self, before: PictureShape) -> PictureShape:
        """Return the shape of a kernel."""
        return self.rows, self.columns, self.image[2]

    def weight_text(self, weight: int, unit: str) -> str:
        """Return such as ``row 3, column 1 of filter 2``, and on which filter before."""
        rest, channel = divmod(weight, self.image[2])
        row, column = divmod(rest, self.columns)
        text = f"row {row + 1}, column {column + 1} of {unit}"
        return text if self.image[2] == 1 else f"{text}, on filter {channel + 1} before"

    def sums(self, parameters: FloatArray, inputs: FloatArray) -> FloatArray:
        """Return z of every filter at every place."""
        linear = replace(self, activation=ACTIVATIONS["identity"])
        work = linear.prepare(parameters, None, inputs.shape[1])
        work.forward(inputs)
        return work.activations

    def sources(self, place: tuple[int, int] | None = None) -> Indices:
        """Return what a filter sees at `place`.

        Raises:
            ValueError: without a place.
        """
        if place is None:
            raise ValueError("a filter has a sum for every place: say which")
        top, left = place[0] * self.stride, place[1] * self.stride
        picture = np.arange(math.prod(self.image)).reshape(self.image)
        return picture[top : top + self.rows, left : left + self.columns].reshape(-1)

    def targets(self, parameters: FloatArray, source: int) -> tuple[Indices, FloatArray]:
        """Return the sums of all places whose window holds the input."""
        row, column, channel = np.unravel_index(source, self.image)
        # The kernel's row i is on the place where the window begins i rows above it.
        tops, i = _windows(int(row), self.rows, self.stride, self.output_shape[0])
        lefts, j = _windows(int(column), self.columns, self.stride, self.output_shape[1])
        every = np.arange(math.prod(self.output_shape)).reshape(self.output_shape)
        kernels = self.weights(parameters)[:, channel][:, i][:, :, j]
        return every[np.ix_(tops, lefts)].reshape(-1), kernels.transpose(1, 2, 0).reshape(-1)

    def prepare(
        self,
        parameters: FloatArray,
        gradient: FloatArray | None,
        batch_size: int,
        rng: np.random.Generator | None = None,
    ) -> "ConvolutionPass":
        """Return the buffers for one batch size, bound to the layer's part of θ and of ∇C."""
        return ConvolutionPass(self, parameters, gradient, batch_size)


class ConvolutionPass(LayerPass):
    """A convolution at work on batches of one size."""

    def __init__(
        self,
        layer: Convolution,
        parameters: FloatArray,
        gradient: FloatArray | None,
        batch_size: int,
    ):
        self._layer = layer
        self._activation = layer.activation
        height, width, filters = layer.output_shape
        dtype = parameters.dtype
        self.outputs = np.ones((height * width * filters + 1, batch_size), dtype)
        self._activations = self.outputs[:-1].reshape(height, width, filters, batch_size)
        matrix = layer.matrix(parameters)
        self._weights = matrix[:, :-1]
        self._biases = matrix[:, -1:]
        self._image_shape = (*layer.image, batch_size)
        # For each column of places: every row of the picture, the kernel's columns side by side.
        self._bands = np.empty(
            (width, layer.image[0], layer.columns, layer.image[2], batch_size), dtype
        )
        across, down, _, step, example = self._bands.strides
        self._patches = as_strided(
            self._bands,
            (height, width, layer.fan_in, batch_size),
            (layer.stride * down, across, step, example),
        )
        self._inputs: FloatArray | None = None
        self._source: FloatArray | None = None
        self._turned: tuple[FloatArray, FloatArray] | None = None
        self._slopes: FloatArray | None = None
        if gradient is not None:
            self._prepare_backward(gradient, batch_size)

    def _prepare_backward(self, gradient: FloatArray, batch_size: int) -> None:
        layer = self._layer
        height, width, filters = layer.output_shape
        dtype = self.outputs.dtype
        self.delta = np.empty_like(self.outputs[:-1])
        self._deltas = self.delta.reshape(self._activations.shape)
        self._slopes = np.empty_like(self._activations)
        self._ones = np.ones(batch_size, dtype)
        self._sums = np.empty((height, width, filters), dtype)
        matrix = layer.matrix(gradient)
        self._weight_gradient = matrix[:, :-1]
        self._bias_gradient = matrix[:, -1]
        room, chunks = self._chunks((filters, layer.fan_in))
        self._shares = [
            (
                self._deltas[chunk],
                self._patches[chunk].transpose(0, 1, 3, 2),
                _shaped(room, chunk),
            )
            for chunk in chunks
        ]
        self._share = np.empty((filters, layer.fan_in), dtype)
        # Made when first asked for: the first layer's inputs have no error.
        self._patch_deltas: list[tuple[FloatArray, FloatArray, int, int]] = []
        self._transposed_weights = self._weights.T

    def _chunks(self, shape: tuple[int, int]) -> tuple[FloatArray, list[tuple[slice, slice]]]:
        """Return room for matrices of `shape` at some places, and (rows, columns) in turn."""
        height, width, _ = self._layer.output_shape
        places = max(CHUNK // math.prod(shape), 1)
        columns = min(places, width)
        rows = min(max(places // width, 1), height)
        room: FloatArray = np.empty((rows * columns, *shape), self.outputs.dtype)
        return room, [
            (slice(y, min(y + rows, height)), slice(x, min(x + columns, width)))
            for y in range(0, height, rows)
            for x in range(0, width, columns)
        ]

    def forward(self, inputs: FloatArray) -> FloatArray:
        """Return `outputs`, f(z), for `inputs` of shape ``(inputs + 1, batch)``."""
        if inputs is not self._inputs:
            self._bind(inputs)
        assert self._source is not None
        np.copyto(self._bands, self._source)
        np.matmul(self._weights, self._patches, out=self._activations)
        np.add(self._activations, self._biases, out=self._activations)
        self._activation.apply(self._activations, self._slopes)
        return self.outputs

    def _bind(self, inputs: FloatArray) -> None:
        """See the picture in `inputs` as the bands that are copied from it."""
        if inputs.flags.c_contiguous:
            self._inputs = inputs
            self._source = self._as_bands(inputs[:-1].reshape(self._image_shape))
            return
        # Examples one after the other, as training hands them in, are turned once and not once
        # for every column of the kernel.
        if self._turned is None:
            image = np.empty(self._image_shape, self.outputs.dtype)
            self._turned = (image, self._as_bands(image))
        self._inputs = None
        image, self._source = self._turned
        np.copyto(image, inputs[:-1].reshape(self._image_shape))

    def _as_bands(self, image: FloatArray) -> FloatArray:
        row, column, channel, example = image.strides
        return as_strided(
            image,
            self._bands.shape,
            (column * self._layer.stride, row, column, channel, example),
            writeable=False,
        )

    def backward(self, inputs: FloatArray, input_delta: FloatArray | None) -> None:
        """Turn `delta` into the gradient of the filters, and into the error of the inputs.

        With δ = ∂C/∂a ⊙ f′(z) and P the matrix of a place: ∂C/∂W = Σ δ Pᵀ and ∂C/∂b = Σ δ over
        all places, and ∂C/∂P = Wᵀ δ, added up where the places overlap.
        """
        assert self._slopes is not None
        self._activation.multiply_by_slope(self._activations, self._deltas, self._slopes)
        np.matmul(self._deltas, self._ones, out=self._sums)
        np.add.reduce(self._sums, axis=(0, 1), out=self._bias_gradient)
        target = self._weight_gradient
        for deltas, patches, shares in self._shares:
            np.matmul(deltas, patches, out=shares)
            np.add.reduce(shares, axis=(0, 1), out=target)
            if target is self._share:
                np.add(self._weight_gradient, target, out=self._weight_gradient)
            target = self._share
        if input_delta is not None:
            self._spread(input_delta.reshape(self._image_shape))

    def _spread(self, image_delta: FloatArray) -> None:
        """Write the error of the picture, shape ``(rows, columns, channels, batch)``."""
        layer = self._layer
        stride = layer.stride
        if not self._patch_deltas:
            self._prepare_spread()
        image_delta.fill(0)
        for deltas, patches, top, left in self._patch_deltas:
            np.matmul(self._transposed_weights, deltas, out=patches)
            rows, columns = deltas.shape[:2]
            pixels = patches.reshape(
                rows, columns, layer.rows, layer.columns, *self._image_shape[2:]
            )
            for i in range(layer.rows):
                band = image_delta[top + i : top + i + stride * rows : stride]
                for j in range(layer.columns):
                    place = band[:, left + j : left + j + stride * columns : stride]
                    np.add(place, pixels[:, :, i, j], out=place)

    def _prepare_spread(self) -> None:
        layer = self._layer
        room, chunks = self._chunks((layer.fan_in, self.outputs.shape[1]))
        self._patch_deltas = [
            (
                self._deltas[chunk],
                _shaped(room, chunk),
                chunk[0].start * layer.stride,
                chunk[1].start * layer.stride,
            )
            for chunk in chunks
        ]


def _shaped(room: FloatArray, chunk: tuple[slice, slice]) -> FloatArray:
    """Return the part of `room` for the places of a chunk, by row and column."""
    rows, columns = (part.stop - part.start for part in chunk)
    return room[: rows * columns].reshape(rows, columns, *room.shape[1:])


def _windows(at: int, size: int, stride: int, count: int) -> tuple[Indices, Indices]:
    """Return the windows along one side that hold `at`, and where in each it is."""
    numbers = np.arange(count)
    within = at - numbers * stride
    holds = (within >= 0) & (within < size)
    return numbers[holds], within[holds]
