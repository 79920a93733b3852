"""How good a network is on the test images: exactly, and quickly on a part of them."""

from typing import Any

import numpy.typing as npt

from gdstudio.data.dataset import DigitDataset
from gdstudio.engine.evaluation import Evaluation, Evaluator
from gdstudio.engine.network import Network
from gdstudio.engine.objective import FloatArray

ESTIMATE_IMAGES = 1000


class DigitsExaminer:
    """Examines one network by the test images of one data set.

    Attributes:
        all_images: how many test images there are.
        some_images: how many of them an estimate takes.
    """

    def __init__(self, network: Network, dataset: DigitDataset) -> None:
        self._dataset = dataset
        test = dataset.test
        self._all = Evaluator(network, test.images, test.labels)
        stride = max(len(test) // ESTIMATE_IMAGES, 1)
        self._some = Evaluator(network, test.images[::stride], test.labels[::stride])
        self.all_images = len(test)
        self.some_images = len(test.labels[::stride])

    def evaluate(self, parameters: FloatArray) -> Evaluation:
        """Return loss, accuracy and answers on all test images."""
        return self._all.evaluate(parameters)

    def estimate(self, parameters: FloatArray) -> float:
        """Return the accuracy on about a thousand of them."""
        return self._some.evaluate(parameters).accuracy

    def accuracy_by_part(self, answers: npt.NDArray[Any]) -> dict[str, float]:
        """Return the accuracy of `answers`, shape ``(n,)``, on each part of the test set."""
        right = answers == self._dataset.test.labels
        return {name: float(right[part].mean()) for name, part in self._dataset.test_parts.items()}
