"""Walks in a file: what runs of the three labs with few numbers have in common, and back.

What makes no sense in a file raises a `ValueError`, `TypeError` or `LookupError`.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from gdstudio.engine.descent import DescentState
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.engine.optimizers.optimizer import OptimizerState
from gdstudio.experiment.kept_values import count, number, table, vector
from gdstudio.experiment.training_file import optimizer_state, read_history
from gdstudio.experiment.walks import (
    PATH_ROWS,
    Walk,
    WalkMoment,
    WalksExperiment,
    WalksState,
    WalkState,
)
from gdstudio.storage.run_file import RunFile

_ROWS, _STRAY, _MEMORY = "_rows", "stray", "_memory"
_MOST_WALKS, _MOST_REMEMBERED = 64, 1000


def walks_to_file(kind: str, state: WalksState, summary: str, origin: Mapping[str, Any]) -> RunFile:
    """Return walks as their file has them; `origin` is what makes the same run at its start."""
    history = state.history.state()
    values: dict[str, Any] = {
        "summary": summary,
        "origin": dict(origin),
        "training_seconds": state.training_seconds,
        "history": [history.capacity, history.width],
        "walks": [_walk_values(moment) for moment in state.walks],
    }
    arrays: dict[str, npt.NDArray[Any]] = {
        "buckets": history.buckets,
        "pending": history.pending,
        "last": history.last,
    }
    for place, moment in enumerate(state.walks):
        named = {
            "parameters": moment.descent.parameters,
            "good": moment.good,
            "rows": _rows_table(moment.notes[_ROWS], len(moment.good)),
            **{f"memory{n}": row for n, row in enumerate(moment.descent.optimizer.rows)},
        }
        arrays |= {f"walk{place}.{name}": array for name, array in named.items()}
    return RunFile(kind, values, arrays)


def read_walks(
    kept: RunFile, run: WalksExperiment[Any], found: Mapping[str, Any] | None = None
) -> WalksState:
    """Return the state that a file holds; `run` is the same one at its start.

    `found` are the learning rates that were found for it.
    """
    walks = kept.values["walks"]
    if not isinstance(walks, list) or len(walks) != len(run.walks) or len(walks) > _MOST_WALKS:
        raise ValueError("not these walks")
    moments = tuple(
        _moment(kept, place, values, walk)
        for place, (values, walk) in enumerate(zip(walks, run.walks, strict=True))
    )
    history = read_history(kept) if any(one.descent.iteration for one in moments) else run.history
    return WalksState(
        max(moment.descent.iteration for moment in moments),
        run.origin,
        moments,
        history,
        number(kept.values["training_seconds"]),
        dict(found or {}),
    )


def _walk_values(moment: WalkMoment) -> dict[str, Any]:
    return {
        "iteration": moment.descent.iteration,
        "loss": moment.descent.loss,
        "scalars": list(moment.descent.optimizer.scalars),
        "settings": moment.settings.as_dict(),
        "notes": {
            name: _plain(name, value) for name, value in moment.notes.items() if name != _ROWS
        },
    }


def _plain(name: str, value: Any) -> Any:
    """Return a note as JSON has it; numbers come back bit for bit."""
    if isinstance(value, WalkState):
        return value.name
    if name == _MEMORY:
        return [[rows.hex(), list(scalars)] for rows, scalars in value]
    return list(value) if isinstance(value, tuple) else value


def _rows_table(rows: list[Any], size: int) -> npt.NDArray[np.float64]:
    """Return the path as a table: steps, θ, C, ∇C, and θ after the step."""
    flat = [[step, *before, value, *slopes, *after] for step, before, value, slopes, after in rows]
    return np.array(flat, np.float64).reshape(-1, 2 + 3 * size)


def _moment(kept: RunFile, place: int, values: Any, walk: Walk[Any]) -> WalkMoment:
    """Return the moment of one walk; `walk` is the same one at its start."""
    before = f"walk{place}."
    arrays = {
        name.removeprefix(before): array
        for name, array in kept.arrays.items()
        if name.startswith(before)
    }
    size = walk.objective.size
    dtype = np.dtype(np.float64)
    settings = OptimizerSettings.from_mapping(values["settings"])
    if settings.optimizer != walk.settings.optimizer:
        raise ValueError("another rule")
    optimizer: OptimizerState = optimizer_state(settings, values["scalars"], arrays, size, dtype)
    descent = DescentState(
        count(values["iteration"]),
        float(values["loss"]),
        vector(arrays, "parameters", size, dtype),
        optimizer,
        walk.descent.state().examples,
    )
    good = vector(arrays, "good", size, dtype)
    notes = {
        name: _rows(arrays["rows"], size)
        if name == _ROWS
        else _note(name, values["notes"][name], getattr(walk, name), size)
        for name in walk.NOTES
    }
    return WalkMoment(descent, good, settings, notes)


def _rows(found: npt.NDArray[Any], size: int) -> list[Any]:
    rows = table(found, (None, 2 + 3 * size))
    if len(rows) > PATH_ROWS + 2 or not np.isfinite(rows[:, 0]).all():
        raise ValueError("no path")
    parts = (slice(1, 1 + size), slice(2 + size, 2 + 2 * size), slice(2 + 2 * size, None))
    return [
        (int(row[0]), row[parts[0]], row[1 + size], row[parts[1]], row[parts[2]])
        for row in rows.tolist()
    ]


def _note(name: str, value: Any, fresh: Any, size: int) -> Any:
    """Return a note of a walk, of the kind that a `fresh` walk has there."""
    if isinstance(fresh, WalkState):
        return WalkState[value]
    if name == _STRAY:
        return None if value is None else tuple(_floats(value, size))
    if name == _MEMORY:
        if len(value) > _MOST_REMEMBERED:
            raise ValueError("too much is remembered")
        return [(bytes.fromhex(rows), tuple(map(number, scalars))) for rows, scalars in value]
    if isinstance(fresh, bool):
        if type(value) is not bool:
            raise ValueError("neither yes nor no")
        return value
    if isinstance(fresh, int):
        return count(value)
    if isinstance(fresh, float):
        return _float(value)
    return _floats(value, size) if value else []


def _floats(value: Any, size: int) -> list[float]:
    if not isinstance(value, list) or len(value) != size:
        raise ValueError("not that many numbers")
    return [_float(one) for one in value]


def _float(value: Any) -> float:
    """Return a number; it may be infinite, as a limit is, but is one."""
    if type(value) not in (int, float) or math.isnan(value):
        raise ValueError("not a number")
    return float(value)
