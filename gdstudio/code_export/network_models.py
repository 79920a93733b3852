"""A network as PyTorch and Keras write it: a line for each layer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gdstudio.code_export.common import library_name
from gdstudio.engine.network.activations import ACTIVATIONS
from gdstudio.engine.network.convolution import Convolution
from gdstudio.engine.network.dense import Dense
from gdstudio.engine.network.dropout import Dropout
from gdstudio.engine.network.layer import Layer
from gdstudio.engine.network.network import Network
from gdstudio.engine.network.pooling import MaximumPool
from gdstudio.errors import BadInput


@dataclass(frozen=True)
class Library:
    """How a library names layers.

    Attributes:
        label: what it is called.
        writers: the items of a layer in a list of layers, by its type; the flag says whether its
            sums are handed on as they are.
        picture, flat: what makes a picture of a row of pixels, and a row of a picture.
    """

    label: str
    writers: Mapping[type[Layer], Callable[[Any, bool], list[str]]]
    picture: Callable[[tuple[int, int]], str]
    flat: str


def model_items(network: Network, library: Library, *, pictures: bool) -> list[str]:
    """Return the layers of a model, from the first to the sums of the outputs.

    `pictures` says whether what goes in are images, which convolutions want as such.

    Raises:
        BadInput: if the library has no such layer or activation.
    """
    items: list[str] = []
    is_picture = False
    for number, layer in enumerate(network.layers, start=1):
        wants = isinstance(layer, Convolution | MaximumPool)
        if pictures and wants and not is_picture:
            items.append(library.picture(network.image))
            is_picture = True
        if is_picture and isinstance(layer, Dense):
            items.append(library.flat)
            is_picture = False
        writer = library.writers.get(type(layer))
        if writer is None:
            raise BadInput(
                f"{library.label} programs do not know layers such as layer {number} of this "
                "network; leave it out."
            )
        items += writer(layer, number == len(network.layers))
    return items


def _torch_activation(layer: Dense | Convolution, is_last: bool) -> list[str]:
    kind = layer.activation
    if is_last or kind is ACTIVATIONS["identity"]:
        return []
    return [library_name("PyTorch", kind.source.torch)]


def _torch_convolution(layer: Convolution, is_last: bool) -> list[str]:
    kernel = f"({layer.rows}, {layer.columns})"
    return [
        f"nn.Conv2d({layer.image[2]}, {layer.filters}, {kernel}, stride={layer.stride})",
        *_torch_activation(layer, is_last),
    ]


TORCH = Library(
    "PyTorch",
    {
        Dense: lambda layer, is_last: [
            f"nn.Linear({layer.inputs}, {layer.outputs})",
            *_torch_activation(layer, is_last),
        ],
        Convolution: _torch_convolution,
        MaximumPool: lambda layer, is_last: [f"nn.MaxPool2d({layer.side})"],
        Dropout: lambda layer, is_last: [f"nn.Dropout({layer.rate})"],
    },
    lambda image: f"nn.Unflatten(1, (1, {image[0]}, {image[1]}))",
    "ByPlace()",
)


def _keras_activation(layer: Dense | Convolution, is_last: bool) -> str:
    if is_last:
        return "activation=OUTPUT"
    return f"activation={library_name('Keras', layer.activation.source.keras)}"


def _keras_convolution(layer: Convolution, is_last: bool) -> list[str]:
    kernel = f"({layer.rows}, {layer.columns})"
    activation = _keras_activation(layer, is_last)
    return [
        f"keras.layers.Conv2D({layer.filters}, {kernel}, strides={layer.stride}, {activation}"
        "REGULARIZER)"
    ]


KERAS = Library(
    "Keras",
    {
        Dense: lambda layer, is_last: [
            f"keras.layers.Dense({layer.outputs}, {_keras_activation(layer, is_last)}REGULARIZER)"
        ],
        Convolution: _keras_convolution,
        MaximumPool: lambda layer, is_last: [f"keras.layers.MaxPooling2D({layer.side})"],
        Dropout: lambda layer, is_last: [f"keras.layers.Dropout({layer.rate})"],
    },
    lambda image: f"keras.layers.Reshape(({image[0]}, {image[1]}, 1))",
    "keras.layers.Flatten()",
)
