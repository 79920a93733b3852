"""How good a network is on the test images: exactly, and quickly on a part of them."""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from gdstudio.data.catalogue import load_test_images
from gdstudio.data.dataset import ImageDataset
from gdstudio.engine.inspect.calibration import FEWEST_EXAMPLES, calibrate
from gdstudio.engine.inspect.evaluation import Evaluation, Evaluator
from gdstudio.engine.network.network import Network
from gdstudio.engine.objective import FloatArray
from gdstudio.storage.network_file import NetworkFile

ESTIMATE_IMAGES = 1000


class DigitsExaminer:
    """Examines one network by the test images of one data set.

    Attributes:
        all_images: how many test images there are.
        some_images: how many of them an estimate takes.
    """

    def __init__(self, network: Network, dataset: ImageDataset) -> None:
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


def with_measure(kept: NetworkFile) -> NetworkFile:
    """Return a network that is to be saved with its measure of being sure.

    It is found on the test images of the data that the network learned from, unless it is known
    or they are too few.

    Raises:
        BadInput: if these cannot be read.
    """
    if "calibration" in kept.training:
        return kept
    test, _ = load_test_images(kept.training["dataset"])
    if len(test) < FEWEST_EXAMPLES:
        return kept
    examiner = Evaluator(kept.settings.build(), test.images, test.labels)
    sums = examiner.evaluate(kept.parameters).sums
    if not np.isfinite(sums).all():
        return kept
    measured = {"calibration": calibrate(sums, test.labels).as_dict()}
    return replace(kept, training=kept.training | measured)
