"""Where the error of one hidden neuron comes from: the errors above, by the weights between.

    ∂C/∂a = Σ w · ∂C/∂z above,   ∂C/∂z = ∂C/∂a · f′(z)

(Nielsen, *Neural Networks and Deep Learning*, chapter 2, BP2). Dropout hands errors on as they
are when a network answers; a maximum pool hands each to the place that was the largest.
"""

from dataclasses import dataclass

import numpy as np

from gdstudio.engine.inspect.trace import Indices, LayerTrace, Trace
from gdstudio.engine.network.convolution import Convolution
from gdstudio.engine.network.dense import Dense
from gdstudio.engine.network.dropout import Dropout
from gdstudio.engine.objective import FloatArray


@dataclass(frozen=True, eq=False)
class ErrorTerms:
    """The terms of Σ w · error that come down to one neuron, or to one place of a picture.

    Attributes:
        number: the layer above, from which they come.
        sources: where those errors stand in that layer, shape ``(n,)``.
        weights, errors, products: w, ∂C/∂z above, and w · ∂C/∂z, shape ``(n,)``.
    """

    number: int
    sources: Indices
    weights: FloatArray
    errors: FloatArray
    products: FloatArray


def error_terms(trace: Trace, number: int, place: int) -> ErrorTerms | None:
    """Return the terms of ∂C/∂a at `place` (flat, from 0) of the layer `number` (from 1).

    None for the outputs, which have theirs from the cost, and below a maximum pool, which hands
    on one error or none.

    Raises:
        ValueError: if the trace has no way back.
    """
    if trace.gradient is None:
        raise ValueError("without a wanted answer there are no errors")
    above = _layer_above(trace, number)
    if above is None or above.error is None:
        return None
    if isinstance(above.layer, Dense):
        weights = above.layer.weights(above.parameters)[:, place].astype(above.error.dtype)
        sources = np.arange(len(weights))
    elif isinstance(above.layer, Convolution):
        sources, weights = _above_place(above, above.layer, place)
    else:
        return None
    errors = above.error[sources]
    return ErrorTerms(above.number, sources, weights, errors, weights * errors)


def _layer_above(trace: Trace, number: int) -> LayerTrace | None:
    """Return the next layer that is no dropout."""
    return next((one for one in trace.layers[number:] if not isinstance(one.layer, Dropout)), None)


def _above_place(above: LayerTrace, layer: Convolution, place: int) -> tuple[Indices, FloatArray]:
    """Return which sums of a convolution a place of its picture enters, and by which weights."""
    row, column, channel = np.unravel_index(place, layer.image)
    height, width, filters = layer.output_shape
    # The kernel's row i is on the place where the window begins i rows above it.
    tops, i = _windows(int(row), layer.rows, layer.stride, height)
    lefts, j = _windows(int(column), layer.columns, layer.stride, width)
    every = np.arange(height * width * filters).reshape(height, width, filters)
    sources = every[np.ix_(tops, lefts)]
    kernels = layer.weights(above.parameters)[:, channel][:, i][:, :, j]
    assert above.error is not None
    return sources.reshape(-1), kernels.transpose(1, 2, 0).reshape(-1).astype(above.error.dtype)


def _windows(at: int, size: int, stride: int, count: int) -> tuple[Indices, Indices]:
    """Return the windows along one side that hold `at`, and where in each it is."""
    numbers = np.arange(count)
    within = at - numbers * stride
    holds = (within >= 0) & (within < size)
    return numbers[holds], within[holds]
