"""A training run in a file: all of `DigitsState` in plain values and arrays, and back."""

import dataclasses
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gdstudio.engine.descent import DescentState
from gdstudio.engine.history import HistoryState, LossHistory
from gdstudio.engine.network.example_stream import StreamState
from gdstudio.engine.objective import FloatArray
from gdstudio.engine.optimizers.optimizer import OptimizerState
from gdstudio.experiment.digits.moment import DigitsMoment, DigitsState
from gdstudio.experiment.digits.settings import DigitsSettings
from gdstudio.experiment.digits.snapshot import EpochReport, MeasuredAccuracy
from gdstudio.experiment.digits.training_log import TrainingLog
from gdstudio.storage.run_file import RunFile, damaged, load_run, save_run

KIND = "digits"

_Arrays = Mapping[str, npt.NDArray[Any]]


def save_digits_run(path: Path, state: DigitsState, summary: str) -> None:
    """Keep a run; `summary` says in a few words what it has come to.

    Raises:
        BadInput: if it cannot be written; what was kept before survives.
    """
    save_run(path, _to_file(state, summary))


def load_digits_run(path: Path) -> tuple[DigitsState, str]:
    """Return a kept run and what it had come to.

    Raises:
        BadInput: if it cannot be read or makes no sense.
    """
    kept = load_run(path, KIND)
    try:
        return _from_file(kept), str(kept.values["summary"])[:200]
    except (LookupError, TypeError, ValueError, OverflowError, AttributeError):
        raise damaged(path) from None


def _to_file(state: DigitsState, summary: str) -> RunFile:
    descent, log = state.moment.descent, state.moment.log
    history = state.moment.history.state()
    stream, dropout = descent.examples
    values = {
        "summary": summary,
        "settings": state.settings.as_dict(),
        "iteration": descent.iteration,
        "loss": descent.loss,
        "scalars": list(descent.optimizer.scalars),
        "epoch": stream.epoch,
        "position": stream.position,
        "shuffling": stream.shuffling,
        "dropout": dropout,
        "history": [history.capacity, history.width],
        "log": {
            **{name: getattr(log, name) for name in _COUNTS},
            "epoch_loss": log.epoch_loss,
            "measure": None if math.isinf(log.measure) else log.measure,
            "explosion": log.explosion,
            "accuracy": None if log.accuracy is None else dataclasses.asdict(log.accuracy),
            "epochs": [dataclasses.asdict(report) for report in log.epochs],
        },
        "training_seconds": state.training_seconds,
        "first_sample": state.first_sample,
    }
    arrays: dict[str, npt.NDArray[Any]] = {
        "parameters": descent.parameters,
        "buckets": history.buckets,
        "pending": history.pending,
        "last": history.last,
        "running": np.array(log.running, np.float64).reshape(-1, 2),
    }
    arrays |= {f"memory{index}": row for index, row in enumerate(descent.optimizer.rows)}
    if state.opened is not None:
        arrays["opened"] = state.opened
    return RunFile(KIND, values, arrays)


_COUNTS = (
    "target_epochs",
    "first_epoch",
    "epoch_steps",
    "samples",
    "next_estimate",
)


def _from_file(kept: RunFile) -> DigitsState:
    """Return the run; whatever is wrong with it raises something."""
    values, arrays = kept.values, kept.arrays
    settings = DigitsSettings.from_mapping(values["settings"])
    size = settings.network.build().size
    optimizer = settings.optimizer.build(1, np.dtype(np.float32))
    rows = tuple(_vector(arrays, f"memory{n}", size) for n in range(optimizer.remembers))
    scalars = tuple(value if type(value) is int else _number(value) for value in values["scalars"])
    if len(scalars) != len(optimizer.scalars):
        raise ValueError("the optimizer remembers something else")
    descent = DescentState(
        _count(values["iteration"]),
        float(values["loss"]),
        _vector(arrays, "parameters", size),
        OptimizerState(rows, scalars),
        (
            StreamState(
                _count(values["epoch"]),
                _count(values["position"]),
                _generator_state(values["shuffling"]),
            ),
            _generator_state(values["dropout"]),
        ),
    )
    capacity, width = values["history"]
    history = HistoryState(
        _count(capacity),
        _count(width),
        _table(arrays["buckets"], (3, None)),
        _table(arrays["pending"], (None,)),
        _table(arrays["last"], (None,)),
    )
    return DigitsState(
        settings,
        _vector(arrays, "opened", size) if "opened" in arrays else None,
        DigitsMoment(descent, LossHistory.of(history), _log(values["log"], arrays)),
        _number(values["training_seconds"]),
        _count(values["first_sample"]),
    )


def _log(values: Mapping[str, Any], arrays: _Arrays) -> TrainingLog:
    reports = []
    for number, report in enumerate(values["epochs"], start=1):
        parts = {str(part): _number(share) for part, share in report["accuracy_by_part"].items()}
        train, test, accuracy = (
            _number(report[name]) for name in ("train_loss", "test_loss", "test_accuracy")
        )
        reports.append(EpochReport(number, _count(report["step"]), train, test, accuracy, parts))
    counts = {name: _count(values[name]) for name in _COUNTS}
    if not counts["first_epoch"] < counts["target_epochs"]:
        raise ValueError("it would never end")
    measured, explosion, measure = values["accuracy"], values["explosion"], values["measure"]
    running = _table(arrays["running"], (None, 2)).tolist()
    return TrainingLog(
        epochs=reports,
        running=[(int(step), share) for step, share in running],
        accuracy=None
        if measured is None
        else MeasuredAccuracy(
            _number(measured["value"]),
            _count(measured["images"]),
            _count(measured["all_images"]),
            _count(measured["step"]),
        ),
        epoch_loss=_number(values["epoch_loss"]),
        measure=math.inf if measure is None else _number(measure),
        explosion=None if explosion is None else (_count(explosion[0]), _number(explosion[1])),
        **counts,
    )


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**53:
        raise ValueError("not a count")
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise ValueError("not a number")
    return float(value)


def _vector(arrays: _Arrays, name: str, size: int) -> FloatArray:
    """Return one number for each parameter, read-only."""
    found = arrays[name]
    if found.dtype != np.float32 or found.shape != (size,) or not np.isfinite(found).all():
        raise ValueError("not the numbers of this network")
    found.flags.writeable = False
    return found


def _table(found: npt.NDArray[Any], shape: tuple[int | None, ...]) -> npt.NDArray[np.float64]:
    fits = found.ndim == len(shape) and all(
        wanted in (None, there) for wanted, there in zip(shape, found.shape, strict=True)
    )
    if found.dtype != np.float64 or not fits:
        raise ValueError("not such a table")
    return found


def _generator_state(state: Any) -> dict[str, Any]:
    """Return the state of a random generator, if there can be such a one."""
    np.random.default_rng(0).bit_generator.state = state
    return dict(state)
