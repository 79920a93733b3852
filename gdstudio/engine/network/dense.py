"""The dense layer: every input is connected to every neuron, a = f(W x + b)."""

from dataclasses import dataclass

import numpy as np

from gdstudio.engine.network.activations import Activation
from gdstudio.engine.network.layer import Indices, LayerPass, Shape, WeightedLayer
from gdstudio.engine.objective import FloatArray


@dataclass(frozen=True)
class Dense(WeightedLayer):
    """Every input is connected to every neuron: a = f(W x + b)."""

    inputs: int
    outputs: int
    activation: Activation

    @property
    def input_shape(self) -> Shape:
        """``(inputs,)``; a picture is flat already."""
        return (self.inputs,)

    @property
    def output_shape(self) -> Shape:
        """``(outputs,)``."""
        return (self.outputs,)

    @property
    def units(self) -> int:
        """How many neurons there are."""
        return self.outputs

    @property
    def fan_in(self) -> int:
        """A neuron has a weight for every input."""
        return self.inputs

    @property
    def fan_out(self) -> int:
        """An input enters the sum of every neuron."""
        return self.outputs

    @property
    def multiplications(self) -> int:
        """One for every weight."""
        return self.inputs * self.outputs

    @property
    def sum(self) -> str:
        """The weights and the biases, such as ``784·20 + 20``."""
        return f"{self.inputs}·{self.outputs} + {self.outputs}"

    @property
    def weight_shape(self) -> Shape:
        """``(outputs, inputs)``."""
        return (self.outputs, self.inputs)

    def weights(self, parameters: FloatArray) -> FloatArray:
        """Return W in the layer's own part of θ, as the view ``(outputs, inputs)``."""
        return self.matrix(parameters)[:, :-1]

    def sums(self, parameters: FloatArray, inputs: FloatArray) -> FloatArray:
        """Return W x + b."""
        product: FloatArray = np.dot(self.matrix(parameters), inputs)
        return product

    def sources(self, place: tuple[int, int] | None = None) -> Indices:
        """Return all of them."""
        return np.arange(self.inputs)

    def targets(self, parameters: FloatArray, source: int) -> tuple[Indices, FloatArray]:
        """Return all sums, by a column of W."""
        return np.arange(self.outputs), self.weights(parameters)[:, source]

    def prepare(
        self,
        parameters: FloatArray,
        gradient: FloatArray | None,
        batch_size: int,
        rng: np.random.Generator | None = None,
    ) -> "DensePass":
        """Return the buffers for one batch size, bound to the layer's part of θ and of ∇C."""
        return DensePass(self, parameters, gradient, batch_size)


class DensePass(LayerPass):
    """A dense layer at work on batches of one size.

    Its products go through `np.dot`, which calls the same routine as `np.matmul` at less expense.
    """

    def __init__(
        self,
        layer: Dense,
        parameters: FloatArray,
        gradient: FloatArray | None,
        batch_size: int,
    ):
        self.outputs = np.ones((layer.outputs + 1, batch_size), parameters.dtype)
        self._activations = self.outputs[:-1]
        self._activation = layer.activation
        self._matrix = layer.matrix(parameters)
        self._transposed_weights = self._matrix[:, :-1].T
        self._slopes: FloatArray | None = None
        if gradient is not None:
            self.delta = np.empty_like(self._activations)
            self._slopes = np.empty_like(self._activations)
            self._gradient = layer.matrix(gradient)

    def forward(self, inputs: FloatArray) -> FloatArray:
        """Return `outputs`, f(W x + b), for `inputs` of shape ``(inputs + 1, batch)``."""
        np.dot(self._matrix, inputs, out=self._activations)
        self._activation.apply(self._activations, self._slopes)
        return self.outputs

    def backward(self, inputs: FloatArray, input_delta: FloatArray | None) -> None:
        """Turn `delta` into the gradient of the weights, and into the error of the inputs.

        δ = ∂C/∂a ⊙ f′(z);  ∂C/∂W = δ xᵀ;  ∂C/∂x = Wᵀ δ, written into `input_delta` if wanted.
        """
        assert self._slopes is not None
        self._activation.multiply_by_slope(self._activations, self.delta, self._slopes)
        np.dot(self.delta, inputs.T, out=self._gradient)
        if input_delta is not None:
            np.dot(self._transposed_weights, self.delta, out=input_delta)
