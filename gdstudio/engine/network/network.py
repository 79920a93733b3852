"""A network: layers over one flat parameter vector, its grammar and its settings."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdstudio.engine.network.activations import ACTIVATIONS
from gdstudio.engine.network.architecture import (
    DIGITS,
    IMAGE,
    MAXIMUM_CLASSES,
    MINIMUM_CLASSES,
    MINIMUM_SIDE,
    build_layers,
    canonical_network,
    shape_text,
)
from gdstudio.engine.network.grammar import MAXIMUM_SIDE, grammar_text, parse_layers
from gdstudio.engine.network.layer import Layer, LayerPass, Shape, WeightedLayer
from gdstudio.engine.network.loss import Loss
from gdstudio.engine.network.losses import LOSSES
from gdstudio.engine.objective import FloatArray
from gdstudio.errors import BadInput
from gdstudio.number_text import fixed_text
from gdstudio.settings import Choice, Labels, Settings, Text, declare

__all__ = ["DIGITS", "IMAGE", "Network", "NetworkPass", "NetworkSettings"]

MAXIMUM_BATCH_BYTES = 2_000_000_000


@dataclass(frozen=True)
class NetworkSettings(Settings):
    """The shape of the network, its activation and its loss.

    Attributes:
        image: rows and columns of the images that it sees. Nobody chooses it: the data have it.
        classes: what each output stands for; the data have them, too.

    Raises:
        BadInput: on construction, if a layer does not fit the images.
    """

    network: str = declare(
        Text(
            label="Hidden layers",
            explanation=f"From input to output, with commas between them: {grammar_text()}.",
            default="20, 20",
            example="20, 20",
            canonical=canonical_network,
        )
    )
    activation: str = declare(
        Choice(
            label="Activation",
            explanation="What each hidden neuron or filter makes of its weighted sum.",
            default="sigmoid",
            options=Labels(ACTIVATIONS),
        )
    )
    loss: str = declare(
        Choice(
            label="Loss",
            explanation="What a wrong answer costs; it brings the function of the outputs: "
            + ", ".join(
                f"{kind.output_label} with {kind.label.lower()}" for kind in LOSSES.values()
            )
            + ".",
            default="squared-error",
            options=Labels(LOSSES),
        )
    )

    image: tuple[int, int] = IMAGE
    classes: tuple[str, ...] = DIGITS

    def __post_init__(self) -> None:
        """Check each value, and that the layers fit the images and each other."""
        super().__post_init__()
        if not MINIMUM_CLASSES <= len(self.classes) <= MAXIMUM_CLASSES:
            raise BadInput(
                f"A network tells {MINIMUM_CLASSES} to {MAXIMUM_CLASSES} classes apart, not "
                f"{len(self.classes)}."
            )
        if not all(MINIMUM_SIDE <= side <= MAXIMUM_SIDE for side in self.image):
            raise BadInput(
                f"A network sees images of {MINIMUM_SIDE} to {MAXIMUM_SIDE} pixels a side, not "
                f"{self.image[0]} × {self.image[1]}."
            )
        self._layers()

    @property
    def has_digits(self) -> bool:
        """Whether it reads digits in the form of MNIST's."""
        return (self.image, self.classes) == (IMAGE, DIGITS)

    def build(self, *, dtype: npt.DTypeLike = np.float32) -> "Network":
        """Return the network: an input for each pixel, an output for each class."""
        return Network(
            self._layers(), LOSSES[self.loss], dtype=dtype, image=self.image, names=self.classes
        )

    def _layers(self) -> tuple[Layer, ...]:
        return build_layers(
            parse_layers(self.network),
            ACTIVATIONS[self.activation],
            self.image,
            len(self.classes),
        )


class Network:
    """Layers and a loss. It holds no parameters: θ is a flat vector that is handed in.

    The last layer hands its weighted sums to the loss, which brings the output function.

    Attributes:
        layers: from input to output.
        loss: the loss with its output function.
        size: how many weights and biases there are.
        image: rows and columns of the images.
        names: what the outputs stand for.
        input_names: what the inputs are called, where they are no pixels; else empty.
        inputs, classes: what goes in and comes out per example.
        numbers: how many it holds for one example in training, its buffers' size.
    """

    def __init__(
        self,
        layers: Iterable[Layer],
        loss: Loss,
        *,
        dtype: npt.DTypeLike = np.float32,
        image: tuple[int, int] = IMAGE,
        names: tuple[str, ...] = DIGITS,
        input_names: tuple[str, ...] = (),
    ):
        self.image = image
        self.names = names
        self.input_names = input_names
        self.layers = tuple(layers)
        self.loss = loss
        self.dtype: np.dtype[np.floating] = np.dtype(dtype)  # type: ignore[assignment]
        self.size = sum(layer.size for layer in self.layers)
        self.inputs = math.prod(self.layers[0].input_shape)
        self.classes = math.prod(self.layers[-1].output_shape)
        self.numbers = sum(layer.numbers for layer in self.layers)

    @property
    def parameter_sum(self) -> str:
        """How the parameter count comes about: ``784·20 + 20  +  20·10 + 10``."""
        return "  +  ".join(layer.sum for layer in self.layers if isinstance(layer, WeightedLayer))

    @property
    def shape(self) -> str:
        """The network in a word: ``784-20-20-10``, or ``28×28-12×12×8-64-10``."""
        return "-".join(map(shape_text, self._shapes()))

    @property
    def shapes(self) -> str:
        """The shape after each layer: ``28×28 → 12×12×8 = 1152 → 64 → 10``.

        Where a dense layer follows a picture, it says how many numbers that is when laid flat.
        """
        texts = [shape_text(shape) for shape in self._shapes()]
        flat = max((n for n, shape in enumerate(self._shapes()) if len(shape) > 1), default=-1)
        if flat >= 0:
            texts[flat] += f" = {math.prod(self._shapes()[flat])}"
        return " → ".join(texts)

    @property
    def sees_pictures(self) -> bool:
        """Whether some layer looks at a picture as such, as convolutions and pools do."""
        return any(len(layer.output_shape) == 3 for layer in self.layers)

    def _shapes(self) -> list[Shape]:
        """Return the input's shape, and those behind each layer; dropout changes none."""
        behind = [layer.output_shape for layer in self.layers if not layer.passes_on]
        return [self.layers[0].input_shape, *behind]

    def split(self, vector: FloatArray) -> list[FloatArray]:
        """Return each layer's own part of a flat vector (θ or ∇C), as views."""
        ends = np.cumsum([layer.size for layer in self.layers])
        return np.split(vector, ends[:-1])

    def weighted(self, vector: FloatArray) -> list[tuple[int, WeightedLayer, FloatArray]]:
        """Return the layers that have weights: number, counted from 1, layer, and its own part."""
        return [
            (number, layer, part)
            for number, (layer, part) in enumerate(
                zip(self.layers, self.split(vector), strict=True), start=1
            )
            if isinstance(layer, WeightedLayer)
        ]

    def matrices(self, parameters: FloatArray) -> list[FloatArray]:
        """Return the weights of each layer that has some, as views.

        Each has shape ``(units, weights + 1)``, the bias last; the units are neurons or filters.
        """
        return [layer.matrix(part) for _, layer, part in self.weighted(parameters)]

    def weight_mask(self) -> FloatArray:
        """Return 1 for every weight and 0 for every bias, shape ``(size,)``."""
        mask: FloatArray = np.zeros(self.size, self.dtype)
        for matrix in self.matrices(mask):
            matrix[:, :-1] = 1
        return mask

    @property
    def first_weighted(self) -> WeightedLayer:
        """The first layer that has weights."""
        return next(layer for layer in self.layers if isinstance(layer, WeightedLayer))

    def first_pictures(self, parameters: FloatArray) -> FloatArray:
        """Return what the first neurons or filters look for: ``(units, rows, columns)``, a view.

        They look at one channel, for nothing before them makes more.
        """
        number, layer, part = self.weighted(parameters)[0]
        before = self.layers[number - 2].output_shape if number > 1 else (*self.image, 1)
        rows, columns, channels = before
        return layer.pictures(part, (rows, columns, channels))[..., 0]

    def initial_parameters(self, rng: np.random.Generator) -> FloatArray:
        """Return a new flat vector of random weights and zero biases."""
        parameters: FloatArray = np.zeros(self.size, self.dtype)
        for _, layer, part in self.weighted(parameters):
            layer.initialize(part, rng)
        return parameters

    def check_batch(self, batch_size: int) -> None:
        """Raise `BadInput` if training in batches of this size takes too much memory."""
        each = self.numbers * self.dtype.itemsize
        if each * batch_size > MAXIMUM_BATCH_BYTES:
            raise BadInput(
                f"With this network a batch of {batch_size:,} images takes "
                f"{fixed_text(each * batch_size / 1e9, 1)} GB of memory; take batches of at most "
                f"{MAXIMUM_BATCH_BYTES // each:,} images, or smaller layers."
            )

    def prepare(
        self,
        parameters: FloatArray,
        gradient: FloatArray | None,
        batch_size: int,
        rng: np.random.Generator | None = None,
    ) -> "NetworkPass":
        """Return the buffers for one batch size, bound to θ and, for training, to ∇C.

        `rng` is what dropout draws from; without it nothing is dropped.
        """
        return NetworkPass(self, parameters, gradient, batch_size, rng)


# A layer's backward pass, the layer whose outputs it takes, and where it writes their error.
Backward = tuple[Callable[[FloatArray, FloatArray | None], None], LayerPass, FloatArray]


class NetworkPass:
    """A network at work on batches of one size, over one θ; it follows θ as it changes in place.

    Attributes:
        layers: the layers' passes, with their activations and errors.
        loss: the loss's pass, with the outputs.
        sums: the last layer's weighted sums z, shape ``(classes, batch)``.
    """

    def __init__(
        self,
        network: Network,
        parameters: FloatArray,
        gradient: FloatArray | None,
        batch_size: int,
        rng: np.random.Generator | None = None,
    ):
        parts = network.split(parameters)
        slopes = [None] * len(parts) if gradient is None else network.split(gradient)
        self.layers = [
            layer.prepare(part, slope, batch_size, rng)
            for layer, part, slope in zip(network.layers, parts, slopes, strict=True)
        ]
        self.loss = network.loss.prepare(network.classes, batch_size, network.dtype)
        # The loss writes its error where the last layer looks for it.
        self.layers[-1].delta = self.loss.delta
        self.sums = self.layers[-1].activations
        self._random = [layer for layer in self.layers if layer.is_random]
        # What a step calls is looked up once: the lookups would take a tenth of a small step.
        self._forwards = [layer.forward for layer in self.layers]
        self._backwards: list[Backward] = []
        if gradient is None:
            return
        # Below the first weights no error is asked for.
        first = next(n for n, layer in enumerate(network.layers) if layer.size)
        for index in range(len(self.layers) - 1, first, -1):
            below = self.layers[index - 1]
            self._backwards.append((self.layers[index].backward, below, below.delta))
        self._last_backward = self.layers[first].backward
        self._below_first = self.layers[first - 1] if first else None

    def forward(self, inputs: FloatArray) -> FloatArray:
        """Return the outputs ``(classes, batch)`` for `inputs` of shape ``(inputs + 1, batch)``."""
        return self.loss.respond(self._sums(inputs))

    def average_loss(self, inputs: FloatArray, wanted: FloatArray) -> float:
        """Return the loss averaged over the batch; `wanted` is one-hot, ``(classes, batch)``.

        Where numbers are dropped, they are those of the last `loss_and_gradient`.
        """
        return self.loss.average_loss(self._sums(inputs), wanted)

    def loss_and_gradient(
        self, inputs: FloatArray, wanted: FloatArray, scale: float = 1.0
    ) -> float:
        """Return the loss averaged over the batch and write its gradient (backpropagation).

        The gradient is linear in δ, the error of the last sums: with `scale` a multiple of it is
        written, with no more work.
        """
        self.loss.scale_delta(scale)
        for layer in self._random:
            layer.draw()
        loss = self.average_loss(inputs, wanted)
        for backward, below, delta in self._backwards:
            backward(below.outputs, delta)
        below_first = self._below_first
        self._last_backward(inputs if below_first is None else below_first.outputs, None)
        return loss

    def _sums(self, inputs: FloatArray) -> FloatArray:
        for forward in self._forwards:
            inputs = forward(inputs)
        return self.sums
