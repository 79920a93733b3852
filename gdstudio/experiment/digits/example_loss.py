"""What the page of one example shows, computed apart from the window."""

from collections.abc import Callable, Generator
from dataclasses import dataclass

import numpy as np

from gdstudio.data.catalogue import load_test_images
from gdstudio.engine.inspect.averages import average_loss
from gdstudio.engine.inspect.trace import Trace, trace_example
from gdstudio.engine.network.pixels import to_inputs
from gdstudio.experiment.digits.network_moment import Moment

# Over as many test images as take about a second.
_MULTIPLICATIONS = 5_000_000_000
_FEWEST = 100


@dataclass(frozen=True, eq=False)
class AverageLoss:
    """The loss averaged over some test images at a moment."""

    moment: Moment
    loss: float
    images: int


def trace_of(moment: Moment) -> Generator[float, None, Trace]:
    """Return the way of what is drawn there and back, for the answer that is wanted."""
    assert moment.picture is not None
    assert moment.wanted is not None
    yield 0.0
    inputs = to_inputs(moment.picture, moment.network.dtype)
    return trace_example(moment.network, moment.parameters, inputs, moment.wanted)


def average_of(
    moment: Moment, before: Callable[[], AverageLoss | None]
) -> Generator[float, None, AverageLoss]:
    """Return the loss averaged over test images, evenly taken from all there are.

    Where θ and the images are still those of `before`, that is returned again.
    """
    old = before()
    if old is not None and has_same_average(old.moment, moment):
        return old
    test, _ = load_test_images(moment.dataset)
    yield 0.0
    work = sum(layer.multiplications for layer in moment.network.layers)
    count = min(max(_MULTIPLICATIONS // max(work, 1), _FEWEST), len(test))
    chosen = slice(None) if count == len(test) else np.arange(count) * len(test) // count
    images, labels = test.images[chosen], test.labels[chosen]
    loss = yield from average_loss(moment.network, moment.parameters, images, labels)
    return AverageLoss(moment, loss, count)


def has_same_average(one: Moment, other: Moment) -> bool:
    """Return whether averages over the data are the same at two moments."""
    if one.dataset != other.dataset or one.settings != other.settings:
        return False
    before, after = one.parameters, other.parameters
    return before is after or bool(np.array_equal(before, after))
