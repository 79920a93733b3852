"""The layers of a network in NumPy: a few lines for each, forwards and back.

In the lines ``a[k]`` is what layer k says, with a row of ones below, ``z[k]`` its weighted sums,
``W[k]`` its weights with the bias last, and ``G[k]`` how the cost changes with each of these. Every
column is an example. A picture lies flat, ordered by row, column, channel.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from gdstudio.engine.network.activations import ACTIVATIONS, Activation
from gdstudio.engine.network.convolution import Convolution
from gdstudio.engine.network.dense import Dense
from gdstudio.engine.network.dropout import Dropout
from gdstudio.engine.network.layer import Layer
from gdstudio.engine.network.network import Network
from gdstudio.engine.network.pooling import MaximumPool
from gdstudio.errors import BadInput

_IDENTITY = ACTIVATIONS["identity"]


@dataclass(frozen=True)
class LayerLines:
    """One layer as code.

    Attributes:
        forward: lines that make ``a[k]``, of the last layer ``z[k]``, from ``a[k - 1]``.
        backward: lines that make ``G[k]`` from ``d``, the error of ``a[k]`` or ``z[k]``.
        error: a line that makes ``d`` the error of ``a[k - 1]``.
        helper: functions that the lines of `forward` call.
        error_helper: functions that the line of `error` calls.
    """

    forward: tuple[str, ...]
    backward: tuple[str, ...] = ()
    error: tuple[str, ...] = ()
    helper: str = ""
    error_helper: str = ""


def function_name(activation: Activation) -> str:
    """Return what a program calls an activation."""
    return activation.key.replace("-", "_")


def layer_lines(network: Network, *, training: bool = True) -> list[LayerLines]:
    """Return the lines of every layer; without `training` dropout does nothing."""
    last = len(network.layers)
    return [
        LayerLines((f"a[{number}] = a[{number - 1}]",))
        if isinstance(layer, Dropout) and not training
        else _lines(layer, number, is_last=number == last)
        for number, layer in enumerate(network.layers, start=1)
    ]


def _lines(layer: Layer, k: int, *, is_last: bool) -> LayerLines:
    writer = WRITERS.get(type(layer))
    if writer is None:
        raise BadInput(
            f"NumPy programs do not know layers such as layer {k} of this network; leave it out."
        )
    lines = writer(layer, k)
    if is_last:
        # The loss takes the sums themselves.
        lines = replace(lines, forward=lines.forward[:1], backward=lines.backward[-1:])
    return lines


def _dropout(layer: Dropout, k: int) -> LayerLines:
    return LayerLines(
        (
            f"m[{k}] = dropout(a[{k - 1}], {layer.rate}, training)",
            f"a[{k}] = with_ones(a[{k - 1}][:-1] * m[{k}])",
        ),
        error=(f"d = d * m[{k}]",),
        helper=_DROPOUT,
    )


def _dense(layer: Dense, k: int) -> LayerLines:
    name = function_name(layer.activation)
    slope = [f"d = d * {name}_slope(z[{k}])"] if layer.activation is not _IDENTITY else []
    return LayerLines(
        (f"z[{k}] = W[{k}] @ a[{k - 1}]", f"a[{k}] = with_ones({name}(z[{k}]))"),
        (*slope, f"G[{k}][:] = d @ a[{k - 1}].T"),
        (f"d = W[{k}][:, :-1].T @ d",),
    )


def _convolution(layer: Convolution, k: int) -> LayerLines:
    name, kernel = function_name(layer.activation), f"{layer.rows}, {layer.columns}, {layer.stride}"
    where = f"{tuple(layer.image)}, {kernel}"
    return LayerLines(
        (
            f"p[{k}] = patches(a[{k - 1}], {where})",
            f"z[{k}] = W[{k}][:, :-1] @ p[{k}] + W[{k}][:, -1:]",
            f"a[{k}] = with_ones({name}(z[{k}]))",
        ),
        (
            f"d = d.reshape(z[{k}].shape) * {name}_slope(z[{k}])",
            f"G[{k}][:, :-1] = (d @ p[{k}].swapaxes(2, 3)).sum(axis=(0, 1))",
            f"G[{k}][:, -1] = d.sum(axis=(0, 1, 3))",
        ),
        (f"d = spread(W[{k}][:, :-1].T @ d, {where})",),
        _PATCHES,
        _SPREAD,
    )


def _pool(layer: MaximumPool, k: int) -> LayerLines:
    where = f"{tuple(layer.image)}, {layer.side}"
    return LayerLines(
        (f"a[{k}] = with_ones(squares(a[{k - 1}], {where}).max(axis=-1))",),
        error=(f"d = to_largest(d, a[{k - 1}], {where})",),
        helper=_SQUARES,
        error_helper=_TO_LARGEST,
    )


# What writes each kind of layer.
WRITERS: dict[type[Layer], Callable[[Any, int], LayerLines]] = {
    Dense: _dense,
    Convolution: _convolution,
    MaximumPool: _pool,
    Dropout: _dropout,
}


WITH_ONES = '''
def with_ones(a):
    """Return a laid flat, with a row of ones below: a bias is a weight of an input 1."""
    flat = a.reshape(-1, a.shape[-1])
    return np.vstack([flat, np.ones_like(flat[:1])])
'''
_DROPOUT = '''
def dropout(a, rate, training):
    """Return what each number is multiplied with: 0 for those that stay silent."""
    if not training:
        return 1.0
    stays = dropped.random((len(a) - 1, a.shape[1]), dtype=a.dtype) >= rate
    return stays.astype(a.dtype) * (1.0 / (1.0 - rate))
'''
_PATCHES = '''
def patches(a, shape, rows, columns, stride):
    """Return what a filter sees at each place: (height, width, its weights, examples)."""
    picture = a[:-1].reshape(*shape, -1)
    windows = np.lib.stride_tricks.sliding_window_view(picture, (rows, columns), (0, 1))
    windows = windows[::stride, ::stride].transpose(0, 1, 4, 5, 2, 3)
    height, width = windows.shape[:2]
    return windows.reshape(height, width, -1, a.shape[1])
'''
_SPREAD = '''
def spread(d, shape, rows, columns, stride):
    """Return the error of a picture: those of its patches, added where they overlap."""
    height, width, _, examples = d.shape
    pixels = d.reshape(height, width, rows, columns, shape[2], examples)
    picture = np.zeros((*shape, examples), d.dtype)
    for i in range(rows):
        for j in range(columns):
            place = picture[i : i + stride * height : stride]
            place[:, j : j + stride * width : stride] += pixels[:, :, i, j]
    return picture.reshape(-1, examples)
'''
_SQUARES = '''
def squares(a, shape, side):
    """Return the squares of a picture: (height, width, channels, examples, pixels)."""
    height, width, channels = shape[0] // side, shape[1] // side, shape[2]
    picture = a[:-1].reshape(*shape, -1)[: height * side, : width * side]
    parts = picture.reshape(height, side, width, side, channels, -1)
    parts = parts.transpose(0, 2, 4, 5, 1, 3)
    return parts.reshape(height, width, channels, -1, side * side)
'''
_TO_LARGEST = '''
def to_largest(d, a, shape, side):
    """Return the error of a picture: each goes to the pixel that was the largest."""
    parts = squares(a, shape, side)
    height, width, channels, examples, _ = parts.shape
    winner = parts.argmax(axis=-1)[..., np.newaxis]
    errors = np.zeros_like(parts)
    np.put_along_axis(errors, winner, d.reshape(winner.shape), axis=-1)
    errors = errors.reshape(height, width, channels, examples, side, side)
    errors = errors.transpose(0, 4, 1, 5, 2, 3)
    picture = np.zeros((*shape, examples), d.dtype)
    picture[: height * side, : width * side] = errors.reshape(
        height * side, width * side, channels, examples
    )
    return picture.reshape(-1, examples)
'''
