"""How many images a second the engine learns from, beside PyTorch's eager loop.

Run by hand, on a machine that does nothing else:

    python tests/benchmarks/engine_speed.py

784-20-20-10, ReLU, cross-entropy, plain gradient descent, learning rate 0.1, all 60,000 images of
MNIST in memory. Both sides shuffle and gather their batches, and ours converts bytes as well;
evaluation is left out of the time. The rounds alternate, so that both meet the same moods of the
machine, and each side's best round counts. PyTorch gets the better of one thread and two. Both
must come to like accuracy.
"""

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gdstudio.data.catalogue import MNIST, load_digits
from gdstudio.engine.network import NetworkSettings
from gdstudio.engine.optimizers import OptimizerSettings
from gdstudio.engine.training import TrainingSettings
from gdstudio.experiment.digits import DigitsExperiment, DigitsSettings

try:
    import torch
except ImportError:
    torch = None

LEARNING_RATE = 0.1
BATCH_SIZES = (32, 10, 128)
TRIAL_IMAGES = 6_400
# Two runs from different starts differ by about one point of accuracy after an epoch or two.
LIKE_ACCURACY = 0.03


@dataclass
class Round:
    """One side's training in one round."""

    samples_per_second: float
    accuracy: float


def ours(batch_size: int, epochs: int, seed: int) -> Round:
    """Train with this engine, as the window and the command line do."""
    settings = DigitsSettings(
        network=NetworkSettings(network="20, 20", activation="relu", loss="cross-entropy"),
        optimizer=OptimizerSettings(optimizer="sgd", learning_rate=LEARNING_RATE),
        training=TrainingSettings(batch_size=batch_size, epochs=epochs, seed=seed),
    )
    experiment = DigitsExperiment(settings)
    experiment.advance()
    return Round(experiment.samples_per_second, experiment.epochs[-1].test_accuracy)


def pytorch(threads: int, *, images: int | None = None) -> Callable[[int, int, int], Round]:
    """Return the same training in PyTorch's eager loop, perhaps on its first images only."""

    def train(batch_size: int, epochs: int, seed: int) -> Round:
        torch.set_num_threads(threads)
        torch.manual_seed(seed)
        digits = load_digits(MNIST)
        inputs = torch.from_numpy(digits.training.images[:images].astype(np.float32) / 255)
        labels = torch.from_numpy(digits.training.labels[:images].astype(np.int64))
        network = torch.nn.Sequential(
            torch.nn.Linear(784, 20),
            torch.nn.ReLU(),
            torch.nn.Linear(20, 20),
            torch.nn.ReLU(),
            torch.nn.Linear(20, 10),
        )
        loss = torch.nn.CrossEntropyLoss()
        optimizer = torch.optim.SGD(network.parameters(), lr=LEARNING_RATE)
        begun = time.perf_counter()
        for _ in range(epochs):
            for chosen in torch.randperm(len(inputs)).split(batch_size):
                optimizer.zero_grad()
                loss(network(inputs[chosen]), labels[chosen]).backward()
                optimizer.step()
        seconds = time.perf_counter() - begun
        with torch.no_grad():
            test = torch.from_numpy(digits.test.images.astype(np.float32) / 255)
            answers = network(test).argmax(dim=1).numpy()
        return Round(epochs * len(inputs) / seconds, float(np.mean(answers == digits.test.labels)))

    return train


def better_threads(batch_size: int) -> int:
    """Return how many threads PyTorch is faster with, tried on a part of an epoch."""
    tried = {
        threads: max(
            pytorch(threads, images=TRIAL_IMAGES)(batch_size, 1, seed).samples_per_second
            for seed in range(2)
        )
        for threads in (1, 2)
    }
    return max(tried, key=tried.__getitem__)


def compare(batch_size: int, epochs: int, rounds: int) -> tuple[Round, Round, int]:
    """Return our best round, PyTorch's best round and how many threads it had."""
    threads = better_threads(batch_size)
    sides = (ours, pytorch(threads))
    done = [[train(batch_size, epochs, seed) for train in sides] for seed in range(rounds)]
    mine, others = (
        max(column, key=lambda one: one.samples_per_second) for column in zip(*done, strict=True)
    )
    return mine, others, threads


def machine() -> str:
    """Return what decides the figures: processor, versions, BLAS."""
    from threadpoolctl import threadpool_info

    model = platform.processor() or platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            model = next(
                (line.split(":")[1].strip() for line in file if "model name" in line), model
            )
    lines = [
        f"{model}, {os.cpu_count()} cores, {platform.system()} {platform.release()}",
        f"Python {platform.python_version()}, NumPy {np.__version__}, PyTorch {torch.__version__}",
    ]
    lines += [
        f"{library['internal_api']} {library['version']}, {library.get('architecture', '?')}"
        for library in threadpool_info()
        if library["user_api"] == "blas"
    ]
    forced = [f"{key}={value}" for key, value in os.environ.items() if key.startswith("OPENBLAS_")]
    return "\n".join([*lines, *sorted(forced)])


def main() -> int:
    """Print the table; return 1 if the two do not learn alike, 2 if PyTorch is missing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=2, help="per round (default 2)")
    parser.add_argument("--rounds", type=int, default=3, help="alternating (default 3)")
    options = parser.parse_args()
    if torch is None:
        print(
            "PyTorch is missing; install it with: pip install -e '.[benchmark]'",
            file=sys.stderr,
        )
        return 2
    print(machine())
    print(f"784-20-20-10, ReLU, cross-entropy; best of {options.rounds} alternating rounds\n")
    print(" batch   this engine       PyTorch  threads  ratio  test accuracy of both")
    alike = True
    for batch_size in BATCH_SIZES:
        mine, other, threads = compare(batch_size, options.epochs, options.rounds)
        alike &= abs(mine.accuracy - other.accuracy) <= LIKE_ACCURACY
        print(
            f"{batch_size:>6}  {mine.samples_per_second:>10,.0f}/s  "
            f"{other.samples_per_second:>10,.0f}/s  {threads:>7}  "
            f"{mine.samples_per_second / other.samples_per_second:>5.2f}  "
            f"{mine.accuracy:.1%} and {other.accuracy:.1%}",
            flush=True,
        )
    if not alike:
        print(
            "The two did not come to like accuracy, so their speeds say nothing.", file=sys.stderr
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
