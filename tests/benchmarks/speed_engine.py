"""The engine in the contest of speed, and the limit that its matrix products set."""

import math
import time
from unittest import mock

import numpy as np
from speed_contest import LEARNING_RATE, Contestant, Round, Task

from gdstudio.data.dataset import ImageDataset
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.engine.network.training import TrainingSettings
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.experiment.digits.experiment import DigitsExperiment, DigitsSettings

# The limit is measured for an epoch, or for about so many seconds: with two threads small products
# can be slow indeed.
LAPS = 20
PATIENCE = 3.0


class Ours(Contestant):
    """The engine as the window and the command line run it; it chooses its threads itself."""

    def train(self, task: Task, seed: int) -> Round:
        """Learn one epoch."""
        experiment = _experiment(task, seed, self.digits)
        experiment.advance()
        return Round(experiment.samples_per_second, experiment.epochs[-1].test_accuracy)


class Products(Contestant):
    """The matrix products of this engine's step, over and over, and nothing else: the limit.

    One step is made to see which products it takes; they are then repeated in the same buffers.
    """

    def train(self, task: Task, seed: int) -> Round:
        """Repeat the products of one step."""
        from threadpoolctl import threadpool_limits

        products = products_of_a_step(_experiment(task, seed, self.digits))
        matmul, clock = np.matmul, time.perf_counter
        steps = len(self.digits.training) // task.batch_size // LAPS
        done = 0
        with threadpool_limits(self.threads, user_api="blas"):
            begun = clock()
            while done < LAPS * steps and clock() - begun < PATIENCE:
                for _ in range(steps):
                    for left, right, out in products:
                        matmul(left, right, out=out)
                done += steps
            seconds = clock() - begun
        return Round(done * task.batch_size / seconds, math.nan)


def _experiment(task: Task, seed: int, digits: ImageDataset) -> DigitsExperiment:
    settings = DigitsSettings(
        network=NetworkSettings(network=task.name, activation="relu", loss="cross-entropy"),
        optimizer=OptimizerSettings(optimizer="sgd", learning_rate=LEARNING_RATE),
        training=TrainingSettings(batch_size=task.batch_size, epochs=1, seed=seed),
    )
    return DigitsExperiment(settings, digits)


def products_of_a_step(
    experiment: DigitsExperiment,
) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Return the operands and the target of every matrix product that one step makes."""
    seen = []
    product = np.matmul

    def note(left: np.ndarray, right: np.ndarray, out: np.ndarray) -> np.ndarray:
        seen.append((left, right, out))
        return product(left, right, out=out)

    experiment.advance(steps=1)
    with mock.patch.object(np, "matmul", note), mock.patch.object(np, "dot", note):
        experiment.advance(steps=1)
    return seen
