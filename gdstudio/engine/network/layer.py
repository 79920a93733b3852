"""What every layer has: how the activations of one become those of the next, and back.

A layer only describes itself; its weights live in the network's flat vector and its buffers in a
pass, made once per batch size. Arrays are feature-major, one column per example, and every input
carries a last row of ones: so the bias of a dense layer is one more weight of each neuron. The
features of a picture are ordered by row, column, channel; so a picture is flat already, and
flattening one for a dense layer costs nothing.
"""

import math
from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from gdstudio.engine.network.activations import Activation
from gdstudio.engine.objective import FloatArray

Indices = npt.NDArray[np.intp]
# (neurons,), or (rows, columns, channels) of a picture.
Shape = tuple[int, ...]
# Rows, columns, channels.
PictureShape = tuple[int, int, int]


class LayerPass(ABC):
    """A layer at work on batches of one size.

    Attributes:
        is_random: whether chance has a part in it: then `draw` is called before each step.
        outputs: the activations with the row of ones below, shape ``(outputs + 1, batch)``.
        delta: ∂C/∂a of the activations a, shape ``(outputs, batch)``, written from above before
            `backward` runs, which may change it. Only passes that were given a gradient have it.
    """

    is_random: ClassVar[bool] = False
    outputs: FloatArray
    delta: FloatArray

    def draw(self) -> None:
        """Draw what chance decides in the step that comes next."""

    @property
    def activations(self) -> FloatArray:
        """The outputs without their ones, shape ``(outputs, batch)``, a view."""
        return self.outputs[:-1]

    @abstractmethod
    def forward(self, inputs: FloatArray) -> FloatArray:
        """Return `outputs` for `inputs` of shape ``(inputs + 1, batch)``."""

    @abstractmethod
    def backward(self, inputs: FloatArray, input_delta: FloatArray | None) -> None:
        """Turn `delta` into the gradient of the layer's parameters and the error of its inputs.

        `inputs` are those of the last `forward`; ∂C/∂x, shape ``(inputs, batch)``, is written
        into `input_delta` if that is wanted.
        """


class Layer(ABC):
    """A layer's shape and its share of the parameters.

    Attributes:
        passes_on: whether it hands on what it gets, as it is, when a network answers.
        note: what it is in a word or two, where it stands behind a layer with weights.
    """

    passes_on: ClassVar[bool] = False

    @property
    def note(self) -> str:
        """Nothing, for a layer that is shown by itself."""
        return ""

    @property
    def size(self) -> int:
        """How many weights and biases the layer has; most kinds have none."""
        return 0

    @property
    def has_places(self) -> bool:
        """Whether what comes out is a picture: a unit has a number for each place of it."""
        return len(self.output_shape) == 3

    @property
    def multiplications(self) -> int:
        """How many multiplications it makes for one example, forwards."""
        return 0

    @property
    @abstractmethod
    def input_shape(self) -> Shape:
        """The shape of what goes in, per example."""

    @property
    @abstractmethod
    def output_shape(self) -> Shape:
        """The shape of what comes out, per example."""

    @property
    def numbers(self) -> int:
        """How many numbers it holds for one example in training: activations, errors, scratch."""
        return 3 * math.prod(self.output_shape)

    @abstractmethod
    def prepare(
        self,
        parameters: FloatArray,
        gradient: FloatArray | None,
        batch_size: int,
        rng: np.random.Generator | None = None,
    ) -> LayerPass:
        """Return the buffers for one batch size, bound to the layer's part of θ and of ∇C.

        With `rng` the pass is one of training and may be random; without, it never is.
        """


class WeightedLayer(Layer):
    """A layer of neurons or filters: each has weights and a bias, and all have one activation.

    A unit has one sum over all inputs, or, where the layer has places, one at each of them.

    Its parameters are, unit by unit, that unit's weights and then its bias.

    Attributes:
        activation: what a unit makes of its weighted sum.
        unit_word: what a unit is.
    """

    activation: Activation
    unit_word: ClassVar[str] = "neuron"

    @abstractmethod
    def sums(self, parameters: FloatArray, inputs: FloatArray) -> FloatArray:
        """Return z, shape ``(outputs, batch)``, for `inputs` of shape ``(inputs + 1, batch)``.

        `parameters` are in place of the layer's own part of θ.
        """

    @abstractmethod
    def sources(self, place: tuple[int, int] | None = None) -> Indices:
        """Return which inputs enter one sum, in the order of a unit's weights.

        `place` says which sum of its unit, (row, column), where there are places.
        """

    @abstractmethod
    def targets(self, parameters: FloatArray, source: int) -> tuple[Indices, FloatArray]:
        """Return which sums an input enters, and by which weights of the layer's part of θ."""

    @property
    @abstractmethod
    def units(self) -> int:
        """How many neurons or filters there are."""

    @property
    @abstractmethod
    def fan_in(self) -> int:
        """How many weights a unit has."""

    @property
    @abstractmethod
    def fan_out(self) -> int:
        """How many sums an input enters."""

    @property
    @abstractmethod
    def sum(self) -> str:
        """The layer's share of the parameter count as a formula, such as ``784·20 + 20``."""

    @property
    @abstractmethod
    def weight_shape(self) -> Shape:
        """The shape of `weights`, units first."""

    @abstractmethod
    def weights(self, parameters: FloatArray) -> FloatArray:
        """Return the weights in the layer's own part of θ, as a view of shape `weight_shape`."""

    def picture_shape(self, before: PictureShape) -> PictureShape:
        """Return the shape of what a unit looks for, where that of the picture is `before`."""
        return before

    def pictures(self, parameters: FloatArray, before: PictureShape) -> FloatArray:
        """Return what each unit looks for: ``(units, *picture_shape(before))``, a view."""
        weights = self.matrix(parameters)[:, :-1]
        return weights.reshape(self.units, *self.picture_shape(before))

    def weight_text(self, weight: int, unit: str) -> str:
        """Return which weight of `unit` that is; nothing where it belongs to one input."""
        return ""

    @property
    def size(self) -> int:
        """How many weights and biases the layer has."""
        return self.units * (self.fan_in + 1)

    def matrix(self, parameters: FloatArray) -> FloatArray:
        """Return the layer's own part of θ as the view ``(units, fan_in + 1)``, bias last."""
        return parameters.reshape(self.units, self.fan_in + 1)

    def biases(self, parameters: FloatArray) -> FloatArray:
        """Return the biases in the layer's own part of θ, as a view of shape ``(units,)``."""
        return self.matrix(parameters)[:, -1]

    def initialize(self, parameters: FloatArray, rng: np.random.Generator) -> None:
        """Write random weights and zero biases into the layer's own part of θ."""
        matrix = self.matrix(parameters)
        matrix[:, :-1] = self.activation.initializer.draw(
            rng, self.fan_in, self.units, fan_out=self.fan_out
        )
        matrix[:, -1] = 0
