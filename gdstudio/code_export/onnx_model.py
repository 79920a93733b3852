"""A network as an ONNX model: a file that many programs can compute with.

It is an extra: ``pip install "gdstudio[onnx]"``. What goes in are the pixels, 0 to 255, or the
features of places; what comes out are the network's outputs. A row is an example.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from gdstudio.code_export.taken import Taken, TakenDigits, TakenPoints
from gdstudio.engine.network.activations import ACTIVATIONS, Activation
from gdstudio.engine.network.convolution import Convolution
from gdstudio.engine.network.dense import Dense
from gdstudio.engine.network.dropout import Dropout
from gdstudio.engine.network.layer import Layer
from gdstudio.engine.network.network import Network
from gdstudio.engine.network.pooling import MaximumPool
from gdstudio.engine.objective import FloatArray
from gdstudio.errors import BadInput

# With this operator set, all that is asked for here is there, GELU in its form with tanh, too.
_OPSET, _IR = 20, 9
_NODES: dict[str, tuple[str, dict[str, Any]]] = {
    "sigmoid": ("Sigmoid", {}),
    "tanh": ("Tanh", {}),
    "relu": ("Relu", {}),
    "leaky-relu": ("LeakyRelu", {"alpha": 0.01}),
    "gelu": ("Gelu", {"approximate": "tanh"}),
    "identity": ("Identity", {}),
}


def onnx_files(taken: Taken) -> dict[str, bytes]:
    """Return the model of a network that has learned something, as a file.

    Raises:
        BadInput: if onnx is not installed, or there is no network.
    """
    if isinstance(taken, TakenDigits):
        if taken.end is None:
            raise BadInput(
                "This network has learned nothing yet; train it with gdstudio train --save, and "
                "export that file."
            )
        network = taken.settings.network.build()
        return {"digits.onnx": onnx_model(network, taken.end, pixels=True)}
    if isinstance(taken, TakenPoints):
        return {"points.onnx": onnx_model(taken.problem.network, taken.end, pixels=False)}
    raise BadInput(
        "An ONNX model is a network, and this run has none; export it to numpy or torch."
    )


def onnx_model(network: Network, parameters: FloatArray, *, pixels: bool) -> bytes:
    """Return the bytes of the model; with `pixels` it takes 0 to 255.

    Raises:
        BadInput: if onnx is not installed, or knows no such layer.
    """
    try:
        import onnx
    except ImportError:
        raise BadInput(
            'ONNX is an extra; install it with pip install "gdstudio[onnx]", and export again.'
        ) from None
    writer = _Writer(onnx, network, parameters)
    if pixels:
        writer.scale(1 / 255)
    is_picture = False
    parts = network.split(parameters)
    for number, (layer, part) in enumerate(zip(network.layers, parts, strict=True), start=1):
        write = _WRITERS.get(type(layer))
        if write is None:
            raise BadInput(
                f"ONNX models do not know layers such as layer {number} of this network; leave it "
                "out."
            )
        wants = isinstance(layer, Convolution | MaximumPool)
        if wants and not is_picture:
            writer.picture(network.image)
        elif is_picture and isinstance(layer, Dense):
            writer.flat()
        is_picture = wants or (is_picture and isinstance(layer, Dropout))
        write(writer, layer, part)
    return writer.finish()


class _Writer:
    """Nodes one after the other, from the inputs to the outputs."""

    def __init__(self, onnx: Any, network: Network, parameters: FloatArray) -> None:
        self._onnx, self._network = onnx, network
        self._type = onnx.helper.np_dtype_to_tensor_dtype(parameters.dtype)
        self._dtype = parameters.dtype
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._last = "inputs"

    def node(self, kind: str, *others: str, **attributes: Any) -> None:
        """Add a node that takes what came last, and `others`."""
        name = f"{kind.lower()}_{len(self._nodes) + 1}"
        made = self._onnx.helper.make_node(kind, [self._last, *others], [name], **attributes)
        self._nodes.append(made)
        self._last = name

    def constant(self, array: Any) -> str:
        """Add numbers, and return what they are called."""
        name = f"numbers_{len(self._constants) + 1}"
        self._constants.append(
            self._onnx.numpy_helper.from_array(np.ascontiguousarray(array), name)
        )
        return name

    def scale(self, factor: float) -> None:
        """Multiply all by a factor."""
        self.node("Mul", self.constant(np.array(factor, self._dtype)))

    def picture(self, image: tuple[int, int]) -> None:
        """Make a picture of one channel of a row of pixels."""
        self.node("Reshape", self.constant(np.array([-1, 1, *image], np.int64)))

    def flat(self) -> None:
        """Lay a picture flat by row, column, channel, as the app does."""
        self.node("Transpose", perm=[0, 2, 3, 1])
        self.node("Flatten", axis=1)

    def activation(self, kind: Activation) -> None:
        """Add an activation.

        Raises:
            BadInput: if ONNX has no such.
        """
        if kind.key not in _NODES:
            raise BadInput(f"ONNX has no {kind.label}; export this network to numpy.")
        name, attributes = _NODES[kind.key]
        if kind is not ACTIVATIONS["identity"]:
            self.node(name, **attributes)

    def finish(self) -> bytes:
        """Add the output function, and return the model."""
        helper, network = self._onnx.helper, self._network
        output = network.loss.output_activation
        if output is None:
            self.node("Softmax", axis=1)
        else:
            self.activation(output)
        self.node("Identity")
        self._nodes[-1].output[0] = "outputs"
        graph = helper.make_graph(
            self._nodes,
            f"network {network.shape}",
            [helper.make_tensor_value_info("inputs", self._type, ["n", network.inputs])],
            [helper.make_tensor_value_info("outputs", self._type, ["n", network.classes])],
            self._constants,
        )
        opset = [helper.make_opsetid("", _OPSET)]
        model = helper.make_model(graph, opset_imports=opset, producer_name="gdstudio")
        model.ir_version = _IR
        self._onnx.checker.check_model(model)
        written: bytes = model.SerializeToString()
        return written


def _dense(writer: _Writer, layer: Dense, part: FloatArray) -> None:
    weights, biases = layer.weights(part), layer.biases(part)
    writer.node("Gemm", writer.constant(weights), writer.constant(biases), transB=1)
    writer.activation(layer.activation)


def _convolution(writer: _Writer, layer: Convolution, part: FloatArray) -> None:
    weights, biases = layer.weights(part), layer.biases(part)
    writer.node(
        "Conv",
        writer.constant(weights),
        writer.constant(biases),
        kernel_shape=[layer.rows, layer.columns],
        strides=[layer.stride, layer.stride],
    )
    writer.activation(layer.activation)


def _pool(writer: _Writer, layer: MaximumPool, part: FloatArray) -> None:
    side = [layer.side, layer.side]
    writer.node("MaxPool", kernel_shape=side, strides=side)


def _dropout(writer: _Writer, layer: Dropout, part: FloatArray) -> None:
    """Nothing is dropped when a network answers."""


_WRITERS: dict[type[Layer], Callable[[_Writer, Any, FloatArray], None]] = {
    Dense: _dense,
    Convolution: _convolution,
    MaximumPool: _pool,
    Dropout: _dropout,
}
