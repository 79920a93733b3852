"""Where the error of one hidden neuron comes from: the errors above, by the weights between.

    ∂C/∂a = Σ w · ∂C/∂z above,   ∂C/∂z = ∂C/∂a · f′(z)

(Nielsen, *Neural Networks and Deep Learning*, chapter 2, BP2). Dropout hands errors on as they
are when a network answers; a maximum pool hands each to the place that was the largest.
"""

from dataclasses import dataclass

import numpy as np

from gdstudio.engine.inspect.trace import Indices, LayerTrace, Trace
from gdstudio.engine.network.layer import WeightedLayer
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


@np.errstate(all="ignore")  # numbers may have exploded
def error_terms(trace: Trace, number: int, place: int) -> ErrorTerms | None:
    """Return the terms of ∂C/∂a at `place` (flat, from 0) of the layer `number` (from 1).

    None for the outputs, which have theirs from the loss, and below a maximum pool, which hands
    on one error or none.

    Raises:
        ValueError: if the trace has no way back.
    """
    if trace.gradient is None:
        raise ValueError("without a wanted answer there are no errors")
    above = _layer_above(trace, number)
    if above is None or above.error is None:
        return None
    if not isinstance(above.layer, WeightedLayer):
        return None
    sources, weights = above.layer.targets(above.parameters, place)
    weights, errors = weights.astype(above.error.dtype), above.error[sources]
    return ErrorTerms(above.number, sources, weights, errors, weights * errors)


def _layer_above(trace: Trace, number: int) -> LayerTrace | None:
    """Return the next layer that makes something else of what it gets."""
    return next((one for one in trace.layers[number:] if not one.layer.passes_on), None)
