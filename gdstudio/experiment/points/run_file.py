"""A run over the plane in a file: all of `PointsState` in plain values and arrays, and back."""

import contextlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gdstudio.data.points.catalogue import load_points
from gdstudio.engine.descent import DescentState
from gdstudio.engine.network.vector_stream import VectorStreamState
from gdstudio.errors import BadInput
from gdstudio.experiment.kept_values import (
    count,
    generator_state,
    history_arrays,
    loss_history,
    number,
    optimizer_state,
    table,
    vector,
)
from gdstudio.experiment.points.settings import PointsSettings
from gdstudio.experiment.points.snapshot import PointsMoment, PointsState, TestLog
from gdstudio.storage.run_file import RunFile, damaged, load_run, save_run

KIND = "points"


def save_points_run(path: Path, state: PointsState, summary: str) -> None:
    """Keep a run; `summary` says in a few words what it has come to.

    Raises:
        BadInput: if it cannot be written; what was kept before survives.
    """
    save_run(path, _to_file(state, summary))


def load_points_run(path: Path) -> tuple[PointsState, str]:
    """Return a kept run and what it had come to; points from a file are read again, too.

    Raises:
        BadInput: if it cannot be read or makes no sense.
    """
    kept = load_run(path, KIND)
    try:
        state, summary = _from_file(kept), str(kept.values["summary"])[:200]
    except (LookupError, TypeError, ValueError, OverflowError, AttributeError):
        raise damaged(path) from None
    # Here, where nobody waits; whether the file is still there is said when the run is wanted.
    with contextlib.suppress(BadInput):
        load_points(state.settings.data)
    return state, summary


def _to_file(state: PointsState, summary: str) -> RunFile:
    descent, tests = state.moment.descent, state.moment.tests
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
        "is_shuffled": stream.is_shuffled,
        "dropout": dropout,
        "history": [history.capacity, history.width],
        "tests_stride": tests.stride,
        "moves": state.moment.moves,
        "target": state.target,
        "training_seconds": state.training_seconds,
    }
    arrays: dict[str, npt.NDArray[Any]] = {
        "parameters": descent.parameters,
        "tests": np.array(tests.rows, np.float64).reshape(-1, 3),
        **history_arrays(history),
    }
    arrays |= {f"memory{index}": row for index, row in enumerate(descent.optimizer.rows)}
    return RunFile(KIND, values, arrays)


def _from_file(kept: RunFile) -> PointsState:
    """Return the run; whatever is wrong with it raises something."""
    values, arrays = kept.values, kept.arrays
    settings = PointsSettings.from_mapping(values["settings"])
    # How many outputs there are, only the points tell: the run looks at it when it goes on.
    size = len(arrays["parameters"])
    is_shuffled = values["is_shuffled"]
    if type(is_shuffled) is not bool:
        raise ValueError("neither yes nor no")
    descent = DescentState(
        count(values["iteration"]),
        float(values["loss"]),
        vector(arrays, "parameters", size, np.float64),
        optimizer_state(settings.optimizer.build(1, np.dtype(np.float64)), kept, size),
        (
            VectorStreamState(
                count(values["epoch"]),
                count(values["position"]),
                generator_state(values["shuffling"]),
                is_shuffled,
            ),
            generator_state(values["dropout"]),
        ),
    )
    rows = table(arrays["tests"], (None, 3)).tolist()
    stride, target = count(values["tests_stride"]), count(values["target"])
    if not stride or not target:
        raise ValueError("it would be tested without an end, or have ended before it began")
    tests = TestLog(tuple((int(step), loss, share) for step, loss, share in rows), stride)
    moment = PointsMoment(descent, loss_history(kept), tests, count(values["moves"]))
    return PointsState(settings, moment, target, number(values["training_seconds"]))
