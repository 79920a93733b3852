"""A run over the plane in a file: all of `PointsState` in plain values and arrays, and back."""

import contextlib
from pathlib import Path

import numpy as np

from gdstudio.data.points.catalogue import load_points
from gdstudio.engine.network.vector_stream import VectorStreamState
from gdstudio.errors import BadInput
from gdstudio.experiment.kept_values import count, number, table
from gdstudio.experiment.points.settings import PointsSettings
from gdstudio.experiment.points.snapshot import PointsMoment, PointsState, TestLog
from gdstudio.experiment.training_file import (
    load_training,
    read_descent,
    read_history,
    read_place,
    training_arrays,
    training_values,
)
from gdstudio.storage.run_file import RunFile, save_run

KIND = "points"


def save_points_run(path: Path, state: PointsState, summary: str) -> None:
    """Keep a run; `summary` says in a few words what it has come to.

    Raises:
        BadInput: if it cannot be written; what was kept before survives.
    """
    save_run(path, run_to_file(state, summary))


def load_points_run(path: Path) -> tuple[PointsState, str]:
    """Return a kept run and what it had come to; points from a file are read again, too.

    Raises:
        BadInput: if it cannot be read or makes no sense.
    """
    state, summary = load_training(path, KIND, run_from_file)
    # Here, where nobody waits; whether the file is still there is said when the run is wanted.
    with contextlib.suppress(BadInput):
        load_points(state.settings.data)
    return state, summary


def run_to_file(state: PointsState, summary: str) -> RunFile:
    """Return a run as its file has it; `summary` says in a few words what it has come to."""
    descent, tests = state.moment.descent, state.moment.tests
    history = state.moment.history.state()
    values = {
        **training_values(descent, history, summary),
        "settings": state.settings.as_dict(),
        "is_shuffled": descent.examples[0].is_shuffled,
        "tests_stride": tests.stride,
        "moves": state.moment.moves,
        "target": state.target,
        "training_seconds": state.training_seconds,
    }
    arrays = {
        **training_arrays(descent, history),
        "tests": np.array(tests.rows, np.float64).reshape(-1, 3),
    }
    return RunFile(KIND, values, arrays)


def run_from_file(kept: RunFile) -> PointsState:
    """Return the run; whatever is wrong with it raises something."""
    values, arrays = kept.values, kept.arrays
    settings = PointsSettings.from_mapping(values["settings"])
    # How many outputs there are, only the points tell: the run looks at it when it goes on.
    size = len(arrays["parameters"])
    is_shuffled = values["is_shuffled"]
    if type(is_shuffled) is not bool:
        raise ValueError("neither yes nor no")
    stream = VectorStreamState(*read_place(kept), is_shuffled)
    descent = read_descent(kept, settings.optimizer, size, np.dtype(np.float64), stream)
    rows = table(arrays["tests"], (None, 3)).tolist()
    stride, target = count(values["tests_stride"]), count(values["target"])
    if not stride or not target:
        raise ValueError("it would be tested without an end, or have ended before it began")
    tests = TestLog(tuple((int(step), loss, share) for step, loss, share in rows), stride)
    moment = PointsMoment(descent, read_history(kept), tests, count(values["moves"]))
    return PointsState(settings, moment, target, number(values["training_seconds"]))
