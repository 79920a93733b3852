"""What a network gets wrong: which digits it takes for which, and its worst mistakes.

Each example has its answer, how sure the network was of it, and its loss. From these come the
confusion matrix, the accuracy per digit, and the examples of every cell, the worst first.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from gdstudio.data.dataset import ImageSet
from gdstudio.engine.inspect.evaluation import class_accuracy
from gdstudio.engine.inspect.portions import portion_size, portions
from gdstudio.engine.jobs import Work
from gdstudio.engine.network.network import Network
from gdstudio.engine.objective import FloatArray

Float64Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

LOSS, SURENESS = "loss", "sureness"
# What is done at once: examples, multiplications (some tens of milliseconds) and numbers held.
_EXAMPLES = 1000
_MULTIPLICATIONS = 250_000_000
_NUMBERS = 16_000_000


@dataclass(frozen=True, eq=False)
class Review:
    """What a network answers to examples whose right answers are known.

    Attributes:
        labels: the right answers, shape ``(n,)``.
        answers: the digit of the brightest output, shape ``(n,)``.
        sureness: that output, shape ``(n,)``.
        losses: each example's own loss, shape ``(n,)``.
        classes: how many classes there are.
    """

    labels: npt.NDArray[np.uint8]
    answers: npt.NDArray[np.uint8]
    sureness: Float64Array
    losses: Float64Array
    classes: int = 10

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def is_answered(self) -> bool:
        """Whether the outputs are numbers; those of a network that has exploded are not."""
        return bool(np.isfinite(self.sureness).all())

    @property
    def accuracy(self) -> float:
        """The share of right answers, 0 to 1; NaN without examples or without answers."""
        if not len(self) or not self.is_answered:
            return float("nan")
        return float(np.mean(self.answers == self.labels))

    @property
    def mistaken(self) -> int:
        """How many answers are wrong."""
        return int(np.count_nonzero(self.answers != self.labels))

    @cached_property
    def confusion(self) -> npt.NDArray[np.int64]:
        """How often each class got each answer: ``confusion[actual, answered]``."""
        table: npt.NDArray[np.int64] = np.zeros((self.classes, self.classes), np.int64)
        np.add.at(table, (self.labels, self.answers), 1)
        return table

    @property
    def accuracy_by_class(self) -> Float64Array:
        """The share of each class's examples that is read right; NaN where there is none."""
        return class_accuracy(self.confusion)

    def cell(self, actual: int, answered: int, *, by: str = LOSS) -> Indices:
        """Return the examples of one cell of the confusion matrix, in order."""
        return self._ordered((self.labels == actual) & (self.answers == answered), by)

    def mistakes(self, *, by: str = LOSS) -> Indices:
        """Return all misread examples, in order.

        `by` is ``loss``, the highest first, or ``sureness``, first where the network was surest of
        what is wrong; among equals the lower number comes first.
        """
        return self._ordered(self.answers != self.labels, by)

    def _ordered(self, chosen: npt.NDArray[np.bool_], by: str) -> Indices:
        indices = np.flatnonzero(chosen)
        keys = self.losses if by == LOSS else self.sureness
        order: Indices = indices[np.argsort(-keys[indices], kind="stable")]
        return order


def review(network: Network, parameters: FloatArray, examples: ImageSet) -> Work[Review]:
    """Find what the network with these parameters answers to each example."""
    count = len(examples)
    answers: npt.NDArray[np.uint8] = np.zeros(count, np.uint8)
    sureness, losses = np.zeros(count), np.zeros(count)
    size = portion_size(network, most=_EXAMPLES, multiplications=_MULTIPLICATIONS, numbers=_NUMBERS)
    for portion in portions(network, parameters, examples.images, examples.labels, size=size):
        part, step = portion.part, portion.step
        with np.errstate(over="ignore", invalid="ignore"):
            outputs = step.forward(portion.inputs)
            wanted = portion.wanted.astype(np.float64)
            losses[part] = network.loss.example_losses(outputs, step.sums, wanted)
        answers[part] = outputs.argmax(axis=0)
        sureness[part] = outputs.max(axis=0)
        yield part.stop / count
    return Review(examples.labels, answers, sureness, losses, network.classes)
