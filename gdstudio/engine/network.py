"""A network: layers over one flat parameter vector, its grammar and its settings."""

import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from gdstudio.engine.activations import ACTIVATIONS
from gdstudio.engine.layers import Dense
from gdstudio.engine.losses import LOSSES, Loss
from gdstudio.engine.objective import FloatArray
from gdstudio.errors import BadInput
from gdstudio.settings import Choice, Settings, Text, declare

PIXELS = 784
CLASSES = 10
MAXIMUM_NEURONS = 5_000
MAXIMUM_LAYERS = 12
# Each costs some 30 bytes while it is trained: θ, gradient, step, velocity, copies.
MAXIMUM_PARAMETERS = 30_000_000
_EXAMPLE = "write the sizes of the hidden layers with commas between them, such as “20, 20”"


def parse_hidden_layers(text: str) -> tuple[int, ...]:
    """Return the sizes of the hidden layers that `text` names, from input to output.

    Raises:
        BadInput: with a sentence that names the layer at fault.
    """
    if not text.strip():
        return ()
    parts = [part.strip() for part in text.split(",")]
    if len(parts) > MAXIMUM_LAYERS:
        raise BadInput(f"A network has at most {MAXIMUM_LAYERS} hidden layers, not {len(parts)}.")
    hidden = tuple(_neurons(part, number) for number, part in enumerate(parts, start=1))
    sizes = (PIXELS, *hidden, CLASSES)
    count = sum((inputs + 1) * outputs for inputs, outputs in pairwise(sizes))
    if count > MAXIMUM_PARAMETERS:
        raise BadInput(
            f"This network would have {count:,} weights and biases; make its layers smaller, "
            f"{MAXIMUM_PARAMETERS:,} are the most."
        )
    return hidden


def _neurons(part: str, number: int) -> int:
    if not part:
        raise BadInput(f"Hidden layer {number} has no size: {_EXAMPLE}.")
    shown = part if len(part) <= 20 else part[:19] + "…"
    if not re.fullmatch("[+-]?[0-9]+", part):
        raise BadInput(f"Hidden layer {number} is “{shown}”, not a whole number: {_EXAMPLE}.")
    # A number of thousands of digits is refused before Python refuses to read it.
    huge = 0 if part.startswith("-") else MAXIMUM_NEURONS + 1
    count = int(part) if len(part) <= 20 else huge
    if count < 1:
        raise BadInput(f"Hidden layer {number} has {shown} neurons; give it at least 1.")
    if count > MAXIMUM_NEURONS:
        raise BadInput(
            f"Hidden layer {number} has {shown} neurons; give it at most {MAXIMUM_NEURONS:,}."
        )
    return count


@dataclass(frozen=True)
class NetworkSettings(Settings):
    """The shape of the network, its activation and its loss."""

    network: str = declare(
        Text(
            label="Hidden layers",
            explanation="The number of neurons in each hidden layer, from input to output, with "
            "commas between them.",
            default="20, 20",
            example="20, 20",
            canonical=lambda text: ", ".join(map(str, parse_hidden_layers(text))),
        )
    )
    activation: str = declare(
        Choice(
            label="Activation",
            explanation="What each hidden neuron makes of its weighted sum.",
            default="sigmoid",
            options={key: kind.label for key, kind in ACTIVATIONS.items()},
        )
    )
    loss: str = declare(
        Choice(
            label="Loss",
            explanation="What a wrong answer costs: squared error goes with sigmoid outputs, "
            "cross-entropy with softmax.",
            default="squared-error",
            options={key: kind.label for key, kind in LOSSES.items()},
        )
    )

    def build(self, *, dtype: npt.DTypeLike = np.float32) -> "Network":
        """Return the network that these settings describe: 784 inputs, 10 outputs."""
        sizes = (PIXELS, *parse_hidden_layers(self.network), CLASSES)
        hidden = ACTIVATIONS[self.activation]
        identity = ACTIVATIONS["identity"]
        activations = [hidden] * (len(sizes) - 2) + [identity]
        layers = map(Dense, sizes, sizes[1:], activations)
        return Network(tuple(layers), LOSSES[self.loss], dtype=dtype)


class Network:
    """Layers and a loss. It holds no parameters: θ is a flat vector that is handed in.

    The last layer hands its weighted sums to the loss, which brings the output function.

    Attributes:
        layers: from input to output.
        loss: the loss with its output function.
        size: how many weights and biases there are.
        inputs, classes: what goes in and comes out per example.
    """

    def __init__(self, layers: tuple[Dense, ...], loss: Loss, *, dtype: npt.DTypeLike = np.float32):
        self.layers = layers
        self.loss = loss
        self.dtype: np.dtype[np.floating] = np.dtype(dtype)  # type: ignore[assignment]
        self.size = sum(layer.size for layer in layers)
        self.inputs = layers[0].inputs
        self.classes = layers[-1].outputs

    @property
    def parameter_sum(self) -> str:
        """How the parameter count is reckoned: ``784·20 + 20  +  20·10 + 10``."""
        return "  +  ".join(layer.sum for layer in self.layers)

    @property
    def shape(self) -> str:
        """The network in a word: ``784-20-20-10``."""
        return "-".join(map(str, [self.inputs, *(layer.outputs for layer in self.layers)]))

    def split(self, vector: FloatArray) -> list[FloatArray]:
        """Return each layer's own part of a flat vector (θ or ∇C), as views."""
        ends = np.cumsum([layer.size for layer in self.layers])
        return np.split(vector, ends[:-1])

    def matrices(self, parameters: FloatArray) -> list[FloatArray]:
        """Return each layer's weights as the view ``(outputs, inputs + 1)``, bias last."""
        parts = self.split(parameters)
        return [layer.matrix(part) for layer, part in zip(self.layers, parts, strict=True)]

    def initial_parameters(self, rng: np.random.Generator) -> FloatArray:
        """Return a new flat vector of random weights and zero biases."""
        parameters: FloatArray = np.zeros(self.size, self.dtype)
        for layer, part in zip(self.layers, self.split(parameters), strict=True):
            layer.initialize(part, rng)
        return parameters

    def prepare(
        self, parameters: FloatArray, gradient: FloatArray | None, batch_size: int
    ) -> "NetworkPass":
        """Return the buffers for one batch size, bound to θ and, for training, to ∇C."""
        return NetworkPass(self, parameters, gradient, batch_size)


class NetworkPass:
    """A network at work on batches of one size, over one θ; it follows θ as it changes in place.

    Attributes:
        layers: the layers' passes, with their activations and errors.
        loss: the loss's pass, with the outputs.
    """

    def __init__(
        self,
        network: Network,
        parameters: FloatArray,
        gradient: FloatArray | None,
        batch_size: int,
    ):
        parts = network.split(parameters)
        slopes = [None] * len(parts) if gradient is None else network.split(gradient)
        self.layers = [
            layer.prepare(part, slope, batch_size)
            for layer, part, slope in zip(network.layers, parts, slopes, strict=True)
        ]
        self.loss = network.loss.prepare(network.classes, batch_size, network.dtype)
        # The loss writes its error where the last layer looks for it.
        self.layers[-1].delta = self.loss.delta

    def forward(self, inputs: FloatArray) -> FloatArray:
        """Return the outputs ``(classes, batch)`` for `inputs` of shape ``(inputs + 1, batch)``."""
        return self.loss.respond(self._sums(inputs))

    def cost(self, inputs: FloatArray, wanted: FloatArray) -> float:
        """Return the cost averaged over the batch; `wanted` is one-hot, ``(classes, batch)``."""
        return self.loss.cost(self._sums(inputs), wanted)

    def cost_and_gradient(self, inputs: FloatArray, wanted: FloatArray) -> float:
        """Return the cost averaged over the batch and write its gradient (backpropagation)."""
        cost = self.cost(inputs, wanted)
        layers = self.layers
        for index in range(len(layers) - 1, 0, -1):
            below = layers[index - 1]
            layers[index].backward(below.outputs, below.delta)
        layers[0].backward(inputs, None)
        return cost

    def _sums(self, inputs: FloatArray) -> FloatArray:
        for layer in self.layers:
            inputs = layer.forward(inputs)
        return self.layers[-1].activations
