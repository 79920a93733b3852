"""A training run at one moment, as the window and the saved file see it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from gdstudio.engine.history import Float64Array, LossCurve
from gdstudio.engine.inspect.calibration import Calibration
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.digits.next_step import NextStep
from gdstudio.experiment.digits.settings import DigitsSettings
from gdstudio.experiment.readings import Curve
from gdstudio.experiment.time_machine import Iterations
from gdstudio.settings import WholeNumber
from gdstudio.storage.network_file import NetworkFile


@dataclass(frozen=True)
class EpochReport:
    """What one epoch brought.

    Attributes:
        epoch: counted from 1.
        step: steps made by its end.
        train_loss: the mean over the epoch's steps.
        test_loss, test_accuracy: on the whole test set at its end.
        accuracy_by_part: the same accuracy on each part of the test set, by the part's name.
    """

    epoch: int
    step: int
    train_loss: float
    test_loss: float
    test_accuracy: float
    accuracy_by_part: dict[str, float]

    def readings(self) -> dict[str, float]:
        """Return its numbers by name."""
        return {
            "epoch": self.epoch,
            "train_loss": self.train_loss,
            "test_loss": self.test_loss,
            "test_accuracy": self.test_accuracy,
        }


@dataclass(frozen=True)
class MeasuredAccuracy:
    """The share of test images that are read right, and on how many of them it was measured.

    Attributes:
        value: the share, 0 to 1.
        images: how many were tried.
        all_images: how many there are.
        step: after how many steps.
    """

    value: float
    images: int
    all_images: int
    step: int

    @property
    def is_exact(self) -> bool:
        """Whether all of them were tried."""
        return self.images == self.all_images


@dataclass(frozen=True)
class DigitsSnapshot:
    """A training run at one moment.

    Attributes:
        settings: those in force.
        iteration, epoch: steps made, epochs begun.
        loss: the mean over the last steps; NaN before the first.
        curve: the training loss so far.
        running: steps ``(n,)`` and accuracies ``(n,)`` estimated on a part of the test images.
        accuracy: the newest accuracy that was measured; None before the first.
        epochs: the finished epochs' reports.
        parameters: a read-only copy of θ.
        samples_per_second: of training alone, since the start or the moment that the run went on
            from; NaN before the first step.
        learning_rate: that of the next step, as the schedule has it.
        target_epochs: where the run will end, more than `settings` say once it was extended.
        kept: the steps at which moments are kept to be looked back at, shape ``(n,)``.
        calibration: when it may say that it is sure; None where it was not measured at this step.
        whole: the newest accuracy that was measured on all test images; None before the first.
        first_step: what the first step will do; None once it is made, or where it takes many
            images.
    """

    settings: DigitsSettings
    iteration: int
    epoch: int
    loss: float
    curve: LossCurve
    running: tuple[Float64Array, Float64Array]
    accuracy: MeasuredAccuracy | None
    epochs: tuple[EpochReport, ...]
    parameters: FloatArray
    samples_per_second: float
    learning_rate: float
    target_epochs: int
    kept: Iterations
    calibration: Calibration | None = None
    whole: MeasuredAccuracy | None = None
    first_step: NextStep | None = None

    def readings(self) -> dict[str, float | None]:
        """Return its numbers by name; None where one is not known."""
        last = self.epochs[-1] if self.epochs else None
        newest, whole = self.accuracy, self.whole
        return {
            **({} if last is None else last.readings()),
            "step": self.iteration,
            "epoch": self.epoch,
            "loss": self.loss,
            "learning_rate": self.learning_rate,
            "parameters": len(self.parameters),
            "samples_per_second": self.samples_per_second,
            **({} if whole is None else {"test_accuracy": whole.value}),
            "estimated_accuracy": None if newest is None or newest.is_exact else newest.value,
            **({} if self.first_step is None else _steepest(self.first_step)),
        }

    def in_force(self) -> dict[str, Any]:
        """Return the settings that the run obeys, by name."""
        return self.settings.as_dict()

    def curves(self) -> dict[str, Curve]:
        """Return how the run came there, by reading."""
        epochs = self.epochs
        ends = np.array([epoch.step for epoch in epochs], np.float64)
        return {
            "loss": (self.curve.steps, self.curve.mean),
            "test_loss": (ends, np.array([epoch.test_loss for epoch in epochs], np.float64)),
            "test_accuracy": self.running,
        }

    def trail(self) -> None:
        """Return nothing: no way is drawn."""

    def network_file(self) -> NetworkFile:
        """Return the network as it was at that moment, ready to be kept."""
        data = self.settings.data
        size = data.declared()["training_size"]
        assert isinstance(size, WholeNumber)
        training = self.settings.as_dict() | {
            # Fewer than one can choose are all that there are.
            "training_size": data.images_used if data.images_used >= size.minimum else 0,
            "epochs_done": len(self.epochs),
            "steps": self.iteration,
            "test_accuracy": self.epochs[-1].test_accuracy if self.epochs else None,
        }
        if self.calibration is not None:
            training["calibration"] = self.calibration.as_dict()
        return NetworkFile(self.settings.network, self.parameters, training)


def _steepest(step: NextStep) -> dict[str, float | None]:
    """Return by name the loss before `step`, and what it does where the slope is steepest."""
    return {
        "next.loss": step.loss,
        "next.value": float(step.values[0]),
        "next.slope": float(step.slopes[0]),
        "next.change": float(step.steps[0]),
    }
