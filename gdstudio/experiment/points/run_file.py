"""A run over the plane in a file: all of `PointsState` in plain values and arrays, and back."""

import contextlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gdstudio.data.points.catalogue import load_points
from gdstudio.engine.history import LossHistory
from gdstudio.engine.network.vector_stream import VectorStreamState
from gdstudio.errors import BadInput
from gdstudio.experiment.kept_values import count, number, table, vector
from gdstudio.experiment.points.settings import PointsSettings
from gdstudio.experiment.points.snapshot import (
    Hand,
    PointsMoment,
    PointsPast,
    PointsState,
    TestLog,
)
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
    values, arrays = _moment_to_file(state.moment, summary)
    values |= {
        "settings": state.settings.as_dict(),
        "target": state.target,
        "training_seconds": state.training_seconds,
    }
    if state.good is not None:
        arrays["good"] = state.good
    if state.past is not None:
        told = []
        for place, moment in enumerate(state.past.moments):
            one, numbers = _moment_to_file(moment, "")
            told.append(one)
            arrays |= {f"{_PAST}{place}.{name}": array for name, array in numbers.items()}
        values[_PAST] = told
        values["settings_since"] = [[step, one.as_dict()] for step, one in state.past.settings]
        values["hands"] = [
            [hand.iteration, list(map(list, hand.changes.items())), hand.moves]
            for hand in state.past.hands
        ]
    return RunFile(KIND, values, arrays)


_PAST = "past"


def _moment_to_file(
    moment: PointsMoment, summary: str
) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    descent, tests, history = moment.descent, moment.tests, moment.history.state()
    values = {
        **training_values(descent, history, summary),
        "is_shuffled": descent.examples[0].is_shuffled,
        "tests_stride": tests.stride,
        "moves": moment.moves,
    }
    arrays = {
        **training_arrays(descent, history),
        "tests": np.array(tests.rows, np.float64).reshape(-1, 3),
    }
    return values, arrays


def run_from_file(kept: RunFile) -> PointsState:
    """Return the run; whatever is wrong with it raises something."""
    values, arrays = kept.values, kept.arrays
    settings = PointsSettings.from_mapping(values["settings"])
    # How many outputs there are, only the points tell: the run looks at it when it goes on.
    size = len(arrays["parameters"])
    target = count(values["target"])
    if not target:
        raise ValueError("it would have ended before it began")
    return PointsState(
        settings,
        _moment(kept, settings, size),
        target,
        number(values["training_seconds"]),
        vector(arrays, "good", size, np.float64) if "good" in arrays else None,
        _past(kept, settings, size),
    )


def _moment(kept: RunFile, settings: PointsSettings, size: int) -> PointsMoment:
    values = kept.values
    is_shuffled = values["is_shuffled"]
    if type(is_shuffled) is not bool:
        raise ValueError("neither yes nor no")
    stream = VectorStreamState(*read_place(kept), is_shuffled)
    descent = read_descent(kept, settings.optimizer, size, np.dtype(np.float64), stream)
    rows = table(kept.arrays["tests"], (None, 3)).tolist()
    stride = count(values["tests_stride"])
    if not stride:
        raise ValueError("it would be tested without an end")
    tests = TestLog(tuple((int(step), loss, share) for step, loss, share in rows), stride)
    history = read_history(kept) if descent.iteration else LossHistory()
    return PointsMoment(descent, history, tests, count(values["moves"]))


def _past(kept: RunFile, settings: PointsSettings, size: int) -> PointsPast | None:
    values = kept.values
    if _PAST not in values:
        return None
    moments = tuple(_moment(one, settings, size) for one in earlier_moments(kept, _PAST))
    since = [
        (count(step), PointsSettings.from_mapping(one)) for step, one in values["settings_since"]
    ]
    hands = [
        Hand(count(step), {_place(key, size): number(one) for key, one in changes}, count(moves))
        for step, changes, moves in values["hands"]
    ]
    if not since or since[0][0]:
        raise ValueError("nobody says how it began")
    return PointsPast(moments, tuple(since), tuple(hands))


def _place(value: Any, size: int) -> int:
    if count(value) >= size:
        raise ValueError("no such weight")
    return int(value)
