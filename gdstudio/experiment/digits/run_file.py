"""A training run in a file: all of `DigitsState` in plain values and arrays, and back."""

import dataclasses
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gdstudio.engine.history import LossHistory
from gdstudio.engine.network.example_stream import StreamState
from gdstudio.experiment.digits.moment import DigitsMoment, DigitsState
from gdstudio.experiment.digits.settings import DigitsSettings
from gdstudio.experiment.digits.snapshot import EpochReport, MeasuredAccuracy
from gdstudio.experiment.digits.training_log import TrainingLog
from gdstudio.experiment.kept_values import Arrays, count, number, table, vector
from gdstudio.experiment.training_file import (
    earlier_moments,
    load_training,
    read_descent,
    read_history,
    read_place,
    training_arrays,
    training_values,
)
from gdstudio.storage.run_file import RunFile, save_run

KIND = "digits"


def save_digits_run(path: Path, state: DigitsState, summary: str) -> None:
    """Keep a run; `summary` says in a few words what it has come to.

    Raises:
        BadInput: if it cannot be written; what was kept before survives.
    """
    save_run(path, run_to_file(state, summary))


def load_digits_run(path: Path) -> tuple[DigitsState, str]:
    """Return a kept run and what it had come to.

    Raises:
        BadInput: if it cannot be read or makes no sense.
    """
    return load_training(path, KIND, run_from_file)


def run_to_file(state: DigitsState, summary: str) -> RunFile:
    """Return a run as its file has it; `summary` says in a few words what it has come to."""
    values, arrays = _moment_to_file(state.moment, summary)
    values |= {
        "settings": state.settings.as_dict(),
        "training_seconds": state.training_seconds,
        "first_sample": state.first_sample,
    }
    for name in ("opened", "good"):
        if (found := getattr(state, name)) is not None:
            arrays[name] = found
    past = []
    for place, moment in enumerate(state.past):
        told, numbers = _moment_to_file(moment, "")
        past.append(told)
        arrays |= {f"{_PAST}{place}.{name}": one for name, one in numbers.items()}
    return RunFile(KIND, {**values, "past": past}, arrays)


def _moment_to_file(
    moment: DigitsMoment, summary: str
) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    descent, log, history = moment.descent, moment.log, moment.history.state()
    values = {
        **training_values(descent, history, summary),
        "log": {
            **{name: getattr(log, name) for name in _COUNTS},
            "epoch_loss": log.epoch_loss,
            "measure": None if math.isinf(log.measure) else log.measure,
            "explosion": log.explosion,
            **{
                name: None if one is None else dataclasses.asdict(one)
                for name, one in (("accuracy", log.accuracy), ("whole", log.whole))
            },
            "epochs": [dataclasses.asdict(report) for report in log.epochs],
        },
    }
    arrays = {
        **training_arrays(descent, history),
        "running": np.array(log.running, np.float64).reshape(-1, 2),
    }
    return values, arrays


_COUNTS = (
    "target_epochs",
    "first_epoch",
    "epoch_steps",
    "samples",
    "next_estimate",
)
_PAST = "past"


def run_from_file(kept: RunFile) -> DigitsState:
    """Return the run; whatever is wrong with it raises something."""
    values, arrays = kept.values, kept.arrays
    settings = DigitsSettings.from_mapping(values["settings"])
    size = settings.network.build().size
    theta = {
        name: vector(arrays, name, size, np.float32) if name in arrays else None
        for name in ("opened", "good")
    }
    return DigitsState(
        settings,
        theta["opened"],
        _moment(kept, settings, size),
        number(values["training_seconds"]),
        count(values["first_sample"]),
        theta["good"],
        tuple(_moment(earlier, settings, size) for earlier in earlier_moments(kept, _PAST)),
    )


def _moment(kept: RunFile, settings: DigitsSettings, size: int) -> DigitsMoment:
    stream = StreamState(*read_place(kept))
    descent = read_descent(kept, settings.optimizer, size, np.dtype(np.float32), stream)
    history = read_history(kept) if descent.iteration else LossHistory()
    return DigitsMoment(descent, history, _log(kept.values["log"], kept.arrays))


def _log(values: Mapping[str, Any], arrays: Arrays) -> TrainingLog:
    reports = []
    for epoch, report in enumerate(values["epochs"], start=1):
        parts = {str(part): number(share) for part, share in report["accuracy_by_part"].items()}
        train, test, accuracy = (
            number(report[name]) for name in ("train_loss", "test_loss", "test_accuracy")
        )
        reports.append(EpochReport(epoch, count(report["step"]), train, test, accuracy, parts))
    counts = {name: count(values[name]) for name in _COUNTS}
    if not counts["first_epoch"] < counts["target_epochs"]:
        raise ValueError("it would never end")
    explosion, measure = values["explosion"], values["measure"]
    running = table(arrays["running"], (None, 2)).tolist()
    return TrainingLog(
        epochs=reports,
        running=[(int(step), share) for step, share in running],
        accuracy=_measured(values["accuracy"]),
        # Files of earlier versions have the ends of the epochs alone.
        whole=_measured(values.get("whole")),
        epoch_loss=number(values["epoch_loss"]),
        measure=math.inf if measure is None else number(measure),
        explosion=None if explosion is None else (count(explosion[0]), number(explosion[1])),
        **counts,
    )


def _measured(values: Mapping[str, Any] | None) -> MeasuredAccuracy | None:
    if values is None:
        return None
    share, counts = number(values["value"]), ("images", "all_images", "step")
    return MeasuredAccuracy(share, *(count(values[name]) for name in counts))
