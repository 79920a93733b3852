"""Layers: how the activations of one layer become those of the next, forwards and backwards.

A layer only describes itself; its weights live in the network's flat vector and its buffers in a
pass, made once per batch size. Arrays are feature-major, one column per example, and every input
carries a last row of ones: so the bias is one more weight of each neuron, and a layer's forward
pass, its gradient and its error are one matrix product each.
"""

from dataclasses import dataclass

import numpy as np

from gdstudio.engine.activations import Activation
from gdstudio.engine.initializers import initial_weights
from gdstudio.engine.objective import FloatArray


@dataclass(frozen=True)
class Dense:
    """Every input is connected to every neuron: a = f(W x + b).

    Its parameters are, neuron by neuron, that neuron's weights and then its bias.
    """

    inputs: int
    outputs: int
    activation: Activation

    @property
    def size(self) -> int:
        """How many weights and biases the layer has."""
        return self.outputs * (self.inputs + 1)

    @property
    def sum(self) -> str:
        """The layer's share of the parameter count as it is reckoned, such as ``784·20 + 20``."""
        return f"{self.inputs}·{self.outputs} + {self.outputs}"

    def matrix(self, parameters: FloatArray) -> FloatArray:
        """Return the layer's own part of θ as the view ``(outputs, inputs + 1)``, bias last."""
        return parameters.reshape(self.outputs, self.inputs + 1)

    def initialize(self, parameters: FloatArray, rng: np.random.Generator) -> None:
        """Write random weights and zero biases into the layer's own part of θ."""
        matrix = self.matrix(parameters)
        matrix[:, :-1] = initial_weights(rng, self.inputs, self.outputs, self.activation)
        matrix[:, -1] = 0

    def prepare(
        self, parameters: FloatArray, gradient: FloatArray | None, batch_size: int
    ) -> "DensePass":
        """Return the buffers for one batch size, bound to the layer's part of θ and of ∇C."""
        return DensePass(self, parameters, gradient, batch_size)


class DensePass:
    """A dense layer at work on batches of one size.

    Attributes:
        outputs: the activations with the row of ones below, shape ``(outputs + 1, batch)``.
        activations: the same without the ones, shape ``(outputs, batch)``.
        delta: ∂C/∂a of these, shape ``(outputs, batch)``; ∂C/∂z once `backward` has run.
    """

    def __init__(
        self,
        layer: Dense,
        parameters: FloatArray,
        gradient: FloatArray | None,
        batch_size: int,
    ):
        self.outputs = np.ones((layer.outputs + 1, batch_size), parameters.dtype)
        self.activations = self.outputs[:-1]
        self.delta = np.empty_like(self.activations)
        self._scratch = np.empty_like(self.activations)
        self._activation = layer.activation
        self._matrix = layer.matrix(parameters)
        self._transposed_weights = self._matrix[:, :-1].T
        self._gradient = None if gradient is None else layer.matrix(gradient)

    def forward(self, inputs: FloatArray) -> FloatArray:
        """Return `outputs` for `inputs` of shape ``(inputs + 1, batch)``."""
        np.matmul(self._matrix, inputs, out=self.activations)
        self._activation.apply(self.activations)
        return self.outputs

    def backward(self, inputs: FloatArray, input_delta: FloatArray | None) -> None:
        """Turn `delta` into the gradient of the weights, and into the error of the inputs.

        δ = ∂C/∂a ⊙ f′(z);  ∂C/∂W = δ xᵀ;  ∂C/∂x = Wᵀ δ, written into `input_delta` if wanted.
        """
        self._activation.multiply_by_slope(self.activations, self.delta, self._scratch)
        np.matmul(self.delta, inputs.T, out=self._gradient)
        if input_delta is not None:
            np.matmul(self._transposed_weights, self.delta, out=input_delta)
