"""The contest of speed: what is learned, by whom, and what a round of it brings.

Each contestant is made once per process. `train` learns one epoch of MNIST's 60,000 images from
new random weights, with ReLU, cross-entropy, plain gradient descent and `float32`, and says how
fast that went; building the network, compiling and evaluating are left out of the time, shuffling
and gathering the batches are not.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from gdstudio.data.catalogue import MNIST, load_images

LEARNING_RATE = 0.1
CLASSES = 10
PIXELS = 28


@dataclass(frozen=True)
class Task:
    """What is to be learned with.

    Attributes:
        layers: the hidden layers: a number is a dense layer of so many neurons, a tuple
            ``(filters, size, stride)`` a convolution.
        batch_size: how many images a step looks at.
        goals: the ratio of this engine's speed to each contestant's that we want to reach.
    """

    layers: tuple[int | tuple[int, int, int], ...]
    batch_size: int
    goals: dict[str, float]

    @property
    def name(self) -> str:
        """The network in the app's own grammar."""
        return ", ".join(
            f"conv {part[0]}x{part[1]}x{part[1]} stride {part[2]}"
            if isinstance(part, tuple)
            else str(part)
            for part in self.layers
        )

    @property
    def has_convolutions(self) -> bool:
        """Whether some layer is a convolution."""
        return any(isinstance(part, tuple) for part in self.layers)

    def weight_shapes(self) -> list[tuple[int, ...]]:
        """Return the shape of each layer's weights.

        ``(inputs, outputs)`` of a dense layer, ``(height, width, channels, filters)`` of a
        convolution.
        """
        height, channels = PIXELS, 1
        inputs = PIXELS * PIXELS
        shapes: list[tuple[int, ...]] = []
        for part in (*self.layers, CLASSES):
            if isinstance(part, tuple):
                filters, size, stride = part
                shapes.append((size, size, channels, filters))
                height, channels = (height - size) // stride + 1, filters
                inputs = height * height * channels
            else:
                shapes.append((inputs, part))
                inputs = part
        return shapes


@dataclass(frozen=True)
class Round:
    """One epoch of one contestant.

    Attributes:
        samples_per_second: training alone.
        accuracy: on the 10,000 test images; NaN where nothing is learned.
    """

    samples_per_second: float
    accuracy: float


class Contestant(ABC):
    """One way to train.

    Attributes:
        threads: how many threads its products may use; None is its own choice.
    """

    def __init__(self, threads: int | None):
        self.threads = threads
        self.digits = load_images(MNIST)

    def versions(self) -> dict[str, str]:
        """Return the versions of what it learns with, by name."""
        return {"NumPy": np.__version__}

    @abstractmethod
    def train(self, task: Task, seed: int) -> Round:
        """Learn one epoch."""

    def floats(self) -> np.ndarray:
        """Return the training images as ``(n, 784)`` numbers from 0 to 1."""
        return self.digits.training.images.astype(np.float32) / np.float32(255)

    def test_floats(self) -> np.ndarray:
        """Return the test images as ``(n, 784)`` numbers from 0 to 1."""
        return self.digits.test.images.astype(np.float32) / np.float32(255)

    def round(self, seconds: float, answers: np.ndarray) -> Round:
        """Return the round that took so long and then answers the test images so."""
        accuracy = float(np.mean(answers == self.digits.test.labels))
        return Round(len(self.digits.training) / seconds, accuracy)
