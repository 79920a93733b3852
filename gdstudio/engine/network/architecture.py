"""From what is written to layers that fit together: each takes the shape that the one before gives.

Here an impossible network is told from a possible one, before any memory is asked for.
"""

import math

from gdstudio.engine.network.activations import ACTIVATIONS, Activation
from gdstudio.engine.network.dense import Dense
from gdstudio.engine.network.grammar import Part, parse_layers
from gdstudio.engine.network.layer import Layer, Shape
from gdstudio.errors import BadInput
from gdstudio.number_text import fixed_text

# What a network sees and answers unless something else is said: the digits of MNIST.
IMAGE = (28, 28)
DIGITS = tuple("0123456789")
MINIMUM_CLASSES, MAXIMUM_CLASSES = 2, 26
MINIMUM_SIDE = 3
# Each costs some 30 bytes while it is trained: θ, gradient, step, velocity, copies.
MAXIMUM_PARAMETERS = 30_000_000
# For one image, forwards: some thousand steps of 128 images an hour.
MAXIMUM_MULTIPLICATIONS = 200_000_000
# For one image, while it is trained: 8 megabytes.
MAXIMUM_NUMBERS = 2_000_000


def shape_text(shape: Shape) -> str:
    """Return a shape as people write it: ``12×12×8``, ``28×28`` (one channel), ``64``."""
    return "×".join(map(str, shape[:2] if len(shape) == 3 and shape[2] == 1 else shape))


def canonical_network(text: str) -> str:
    """Return the normal form of a network's text, such as ``conv 8x5x5 stride 2, 64``.

    Whether the layers fit the images is found by `build_layers`, which knows their shape.

    Raises:
        BadInput: if it cannot be read; the sentence names the layer and the reason.
    """
    return ", ".join(map(str, parse_layers(text)))


def fitting_network(text: str, image: tuple[int, int], classes: int) -> str:
    """Return the normal form of a network's text, if its layers fit such images and each other.

    Raises:
        BadInput: as `canonical_network` and `build_layers` do.
    """
    build_layers(parse_layers(text), ACTIVATIONS["identity"], image, classes)
    return canonical_network(text)


def build_layers(
    parts: tuple[Part, ...],
    activation: Activation,
    image: tuple[int, int] = IMAGE,
    classes: int = len(DIGITS),
) -> tuple[Layer, ...]:
    """Return the layers for images of that shape, and behind them the sums that the loss takes.

    Args:
        parts: the hidden layers as they are written.
        activation: that of the hidden layers.
        image: rows and columns of the images.
        classes: how many classes are told apart: the last layer has a neuron for each.

    Raises:
        BadInput: if a layer does not fit its input, or the whole is too large.
    """
    layers: list[Layer] = []
    shape: Shape = (*image, 1)
    for number, part in enumerate(parts, start=1):
        layer = part.build(number, shape, activation)
        if layer.numbers > MAXIMUM_NUMBERS:
            raise BadInput(
                f"Hidden layer {number} ({part}) would hold {layer.numbers:,} numbers for every "
                "image; give it fewer filters or a larger stride."
            )
        layers.append(layer)
        shape = layer.output_shape
    layers.append(Dense(math.prod(shape), classes, ACTIVATIONS["identity"]))
    count = sum(layer.size for layer in layers)
    if count > MAXIMUM_PARAMETERS:
        raise BadInput(
            f"This network would have {count:,} weights and biases; make its layers smaller, "
            f"{MAXIMUM_PARAMETERS:,} are the most."
        )
    work = sum(layer.multiplications for layer in layers)
    if work > MAXIMUM_MULTIPLICATIONS:
        raise BadInput(
            f"This network would need {fixed_text(work / 1e6, 0)} million multiplications for "
            "every image; give its convolutions fewer filters or a larger stride."
        )
    return tuple(layers)
