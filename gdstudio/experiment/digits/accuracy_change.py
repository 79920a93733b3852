"""What a change of θ does to the accuracy: both answer the same test images."""

import math
from dataclasses import dataclass

import numpy as np

from gdstudio.data.catalogue import load_test_images
from gdstudio.engine.inspect.evaluation import Evaluator
from gdstudio.engine.jobs import Work
from gdstudio.engine.network.network import Network
from gdstudio.engine.objective import FloatArray

# At most this many multiplications for both together: some seconds on one core.
_BUDGET = 40_000_000_000
# At a time, between two looks at whether it is still wanted: a tenth of a second.
_PIECE = 1_000_000_000
_FEWEST = 100


@dataclass(frozen=True)
class AccuracyChange:
    """How many of the same test images were misread before, and are after.

    Attributes:
        images: how many images were tried, at least one.
        wrong_before, wrong_after: how many of them were misread.
    """

    images: int
    wrong_before: int
    wrong_after: int

    @property
    def before(self) -> float:
        """The share of right answers before, 0 to 1."""
        return 1 - self.wrong_before / self.images

    @property
    def after(self) -> float:
        """The share of right answers after, 0 to 1."""
        return 1 - self.wrong_after / self.images


def compare_accuracy(
    network: Network,
    before: FloatArray,
    after: FloatArray,
    *,
    dataset: str,
    wrong_before: int | None = None,
) -> Work[AccuracyChange]:
    """Return the accuracy of two θ on the test images of `dataset`.

    Only some test images of a very large network, evenly spread, are tried. `wrong_before` is what
    was found of `before` already.

    Raises:
        BadInput: if there is no such data set.
    """
    test, _ = load_test_images(dataset)
    each = 2 * max(sum(layer.multiplications for layer in network.layers), 1)
    most = max(_BUDGET // each, _FEWEST)
    chosen = slice(None, None, max(math.ceil(len(test) / most), 1))
    images, labels = test.images[chosen], test.labels[chosen]
    asked = (before, after) if wrong_before is None else (after,)
    wrong = [0] * len(asked)
    rows = max(_PIECE // each, 1)
    for start in range(0, len(labels), rows):
        piece = slice(start, start + rows)
        evaluator = Evaluator(network, images[piece], labels[piece])
        for place, parameters in enumerate(asked):
            answers = evaluator.evaluate(parameters).answers
            wrong[place] += int(np.count_nonzero(answers != labels[piece]))
        yield min(start + rows, len(labels)) / len(labels)
    if wrong_before is not None:
        wrong.insert(0, wrong_before)
    return AccuracyChange(len(labels), *wrong)
