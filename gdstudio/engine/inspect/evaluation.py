"""How good a network is on examples it did not train on."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdstudio.engine.inspect.portions import portions
from gdstudio.engine.network.network import Network
from gdstudio.engine.network.pixels import ByteArray, write_inputs
from gdstudio.engine.objective import FloatArray

# How many examples at once; fewer where a large network would hold too many numbers for them.
_ROWS = 1000
_NUMBERS = 64_000_000


@dataclass(frozen=True)
class Evaluation:
    """What a network answers to a set of examples.

    Attributes:
        loss: the loss averaged over the examples.
        accuracy: the share of right answers, 0 to 1.
        answers: the digit answered to each example, shape ``(n,)``.
        sums: the last layer's weighted sums z for each example, shape ``(n, classes)``.
    """

    loss: float
    accuracy: float
    answers: npt.NDArray[np.uint8]
    sums: FloatArray

    def confusion(self, labels: ByteArray) -> npt.NDArray[np.int64]:
        """Return how often each class got each answer: ``confusion[actual, answered]``."""
        classes = self.sums.shape[1]
        table = np.zeros((classes, classes), np.int64)
        np.add.at(table, (labels, self.answers), 1)
        return table


class Evaluator:
    """Evaluates θ on examples, in buffers of its own.

    Args:
        images: shape ``(n, pixels)``, 0 to 255.
        labels: shape ``(n,)``.
    """

    def __init__(self, network: Network, images: ByteArray, labels: ByteArray):
        self._network = network
        self._images = images
        self._labels = labels
        self._rows = max(min(_ROWS, _NUMBERS // network.numbers), 1)
        self._floats: FloatArray = np.ones((self._rows, network.inputs + 1), network.dtype)

    def evaluate(self, parameters: FloatArray) -> Evaluation:
        """Return loss, accuracy and answers of the network with these parameters."""
        network = self._network
        answers = np.empty(len(self._labels), np.uint8)
        sums: FloatArray = np.empty((len(self._labels), network.classes), network.dtype)
        total = 0.0
        for portion in portions(
            network, parameters, self._images, self._labels, size=self._rows, floats=self._floats
        ):
            step, part = portion.step, portion.part
            total += portion.count * step.average_loss(portion.inputs, portion.wanted)
            sums[part] = step.sums.T
            answers[part] = step.loss.outputs.argmax(axis=0)
        count = max(len(self._labels), 1)
        right = int(np.count_nonzero(answers == self._labels))
        return Evaluation(total / count, right / count, answers, sums)


def read_only(parameters: FloatArray) -> FloatArray:
    """Return θ itself where it is read-only, and otherwise a copy that is."""
    if parameters.flags.writeable:
        parameters = parameters.copy()
        parameters.flags.writeable = False
    return parameters


class Reader:
    """Reads single images with a θ that stays, for answers while training goes on elsewhere.

    Attributes:
        network: what reads.
        parameters: θ, read-only, shape ``(size,)``.
    """

    def __init__(self, network: Network):
        self.network = network
        self._inputs: FloatArray = np.ones((network.inputs + 1, 1), network.dtype)
        self.load(np.zeros(network.size, network.dtype))

    def load(self, parameters: FloatArray) -> None:
        """Take over θ, shape ``(size,)``: as it is where it is read-only, otherwise a copy.

        Raises:
            ValueError: if it is not the θ of such a network.
        """
        if parameters.shape != (self.network.size,):
            raise ValueError(f"θ has the shape {parameters.shape}, not ({self.network.size},)")
        self.parameters = read_only(parameters.astype(self.network.dtype, copy=False))
        self._pass = self.network.prepare(self.parameters, None, 1)

    @property
    def sums(self) -> npt.NDArray[np.floating]:
        """The last layer's weighted sums z for the image read last, shape ``(classes,)``."""
        return self._pass.sums[:, 0]

    def read(self, image: ByteArray) -> npt.NDArray[np.floating]:
        """Return the outputs, shape ``(classes,)``, for one image of any shape, 0 to 255."""
        write_inputs(image.reshape(-1, 1), self._inputs[:-1])
        # A network whose numbers have exploded is read, too: the window shows what came of it.
        with np.errstate(all="ignore"):
            return self._pass.forward(self._inputs)[:, 0].copy()


def class_accuracy(confusion: npt.NDArray[np.integer]) -> npt.NDArray[np.float64]:
    """Return the share on the diagonal of each row; NaN where a row is empty."""
    totals = confusion.sum(axis=1)
    shares: npt.NDArray[np.float64] = np.full(len(totals), np.nan)
    np.divide(np.diagonal(confusion), totals, out=shares, where=totals > 0)
    return shares
