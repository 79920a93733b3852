"""What edits do to the accuracy: the network without and with them, on the same test images."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gdstudio.data.catalogue import load_digit_test_set
from gdstudio.engine.evaluation import Evaluator
from gdstudio.engine.network import Network
from gdstudio.engine.objective import FloatArray

# So many multiplications for both together: some seconds on one core at the most.
_BUDGET = 40_000_000_000
# At a time, between two looks at whether it is still wanted.
_PIECE = 1_000_000_000
_FEWEST = 100


@dataclass(frozen=True)
class Effect:
    """The share of right answers without and with the edits, 0 to 1, on so many test images."""

    before: float
    after: float
    images: int


def compare_accuracy(
    network: Network,
    before: FloatArray,
    after: FloatArray,
    *,
    dataset: str,
    stopped: Callable[[], bool] = lambda: False,
) -> Effect | None:
    """Return the accuracy of two θ on the test images of `dataset`, None if it was stopped.

    With a very large network only some test images, evenly spread, are asked.

    Raises:
        BadInput: if there is no such data set.
    """
    test, _ = load_digit_test_set(dataset)
    each = 2 * max(sum(layer.multiplications for layer in network.layers), 1)
    most = max(_BUDGET // each, _FEWEST)
    chosen = slice(None, None, max(math.ceil(len(test) / most), 1))
    images, labels = test.images[chosen], test.labels[chosen]
    right = [0, 0]
    rows = max(_PIECE // each, 1)
    for start in range(0, len(labels), rows):
        if stopped():
            return None
        piece = slice(start, start + rows)
        evaluator = Evaluator(network, images[piece], labels[piece])
        for index, parameters in enumerate((before, after)):
            answers = evaluator.evaluate(parameters).answers
            right[index] += int(np.count_nonzero(answers == labels[piece]))
    return Effect(right[0] / len(labels), right[1] / len(labels), len(labels))
