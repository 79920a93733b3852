"""What a training run has brought so far: its epochs, its estimates, and how far it is to go."""

import math
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from gdstudio.engine.history import Float64Array
from gdstudio.experiment.digits.snapshot import EpochReport, MeasuredAccuracy

MOST_ESTIMATES = 2000


@dataclass
class TrainingLog:
    """The log of one run.

    Attributes:
        target_epochs: where the run is to end, in epochs from the start.
        first_epoch: where it began when it was last extended.
        epochs: the finished epochs' reports.
        running: steps and accuracies, estimated between the epochs' ends and exact there.
        accuracy: the newest that was measured; None before the first.
        whole: the newest that was measured on all test images; None before the first.
        epoch_loss, epoch_steps: the losses of the epoch under way, added up, and how many.
        samples: the examples of all finished epochs.
        next_estimate: the step at which the accuracy is to be estimated again.
        measure: a loss above it is beyond all measure.
        explosion: the first step with such a loss, and the learning rate there.
    """

    target_epochs: int
    first_epoch: int = 0
    epochs: list[EpochReport] = field(default_factory=list)
    running: list[tuple[int, float]] = field(default_factory=list)
    accuracy: MeasuredAccuracy | None = None
    whole: MeasuredAccuracy | None = None
    epoch_loss: float = 0.0
    epoch_steps: int = 0
    samples: int = 0
    next_estimate: int = 0
    measure: float = math.inf
    explosion: tuple[int, float] | None = None

    def copy(self) -> Self:
        """Return a log of its own that goes on from here."""
        return replace(self, epochs=list(self.epochs), running=list(self.running))

    @property
    def finished(self) -> bool:
        """Whether all epochs are done."""
        return len(self.epochs) >= self.target_epochs

    def extend(self, epochs: int) -> None:
        """Go on for `epochs` more epochs, counted from the last that is done."""
        self.first_epoch = len(self.epochs)
        self.target_epochs = self.first_epoch + epochs

    def share_done(self, epochs_done: float) -> float:
        """Return how much of the way is done, 0 to 1, after `epochs_done` epochs."""
        return (epochs_done - self.first_epoch) / (self.target_epochs - self.first_epoch)

    def add_step(self, loss: float) -> None:
        """Count a step of the epoch under way."""
        self.epoch_loss += loss
        self.epoch_steps += 1

    def add_accuracy(self, accuracy: MeasuredAccuracy) -> None:
        """Note an accuracy; where there are many, every second one goes, but not the newest."""
        self.take_accuracy(accuracy)
        self.running.append((accuracy.step, accuracy.value))
        if len(self.running) > MOST_ESTIMATES:
            del self.running[-2::-2]

    def take_accuracy(self, accuracy: MeasuredAccuracy) -> None:
        """Note an accuracy that is no part of `running`: only where a run rests it is measured."""
        self.accuracy = accuracy
        if accuracy.is_exact:
            self.whole = accuracy

    def end_epoch(self, report: EpochReport, *, samples: int, test_images: int) -> None:
        """Note what the epoch brought, and begin the next."""
        self.epochs.append(report)
        self.add_accuracy(
            MeasuredAccuracy(report.test_accuracy, test_images, test_images, report.step)
        )
        self.samples += samples
        self.epoch_loss = 0.0
        self.epoch_steps = 0

    def estimates(self) -> tuple[Float64Array, Float64Array]:
        """Return the steps and the accuracies of `running`, each of shape ``(n,)``."""
        running = np.array(self.running, np.float64).reshape(-1, 2)
        return running[:, 0].copy(), running[:, 1].copy()
