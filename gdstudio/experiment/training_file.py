"""A training run in a file: what runs of all networks have in common, written and read.

A lab adds what only its own runs have; whatever is wrong in a file is refused in one sentence.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from gdstudio.engine.descent import DescentState
from gdstudio.engine.history import HistoryState, LossHistory
from gdstudio.engine.network.example_stream import StreamState
from gdstudio.engine.network.vector_stream import VectorStreamState
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.engine.optimizers.optimizer import OptimizerState
from gdstudio.experiment.kept_values import Arrays, count, generator_state, number, table, vector
from gdstudio.storage.run_file import RunFile, damaged, load_run

_State = TypeVar("_State")
# No run keeps more moments than this.
MOST_MOMENTS = 1000


def load_training(path: Path, kind: str, read: Callable[[RunFile], _State]) -> tuple[_State, str]:
    """Return what `read` makes of a kept run of the lab `kind`, and what the run had come to.

    Whatever `read` raises about its values means that the file is damaged.

    Raises:
        BadInput: if it cannot be read or makes no sense.
    """
    kept = load_run(path, kind)
    try:
        return read(kept), str(kept.values["summary"])[:200]
    except (LookupError, TypeError, ValueError, OverflowError, AttributeError):
        raise damaged(path) from None


def training_values(descent: DescentState, history: HistoryState, summary: str) -> dict[str, Any]:
    """Return the plain values of a training; `descent` took its examples from a stream."""
    stream, dropout = descent.examples
    return {
        "summary": summary,
        "iteration": descent.iteration,
        "loss": descent.loss,
        "scalars": list(descent.optimizer.scalars),
        "epoch": stream.epoch,
        "position": stream.position,
        "shuffling": stream.shuffling,
        "dropout": dropout,
        "history": [history.capacity, history.width],
    }


def training_arrays(descent: DescentState, history: HistoryState) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of a training: θ, what the optimizer remembers, the losses on the way."""
    memory = {f"memory{place}": row for place, row in enumerate(descent.optimizer.rows)}
    return {
        "parameters": descent.parameters,
        **memory,
        "buckets": history.buckets,
        "pending": history.pending,
        "last": history.last,
    }


def earlier_moments(kept: RunFile, name: str) -> list[RunFile]:
    """Return the earlier moments of a training, each as a file of its own; none in an older file.

    The plain values of all of them are the list called `name`, and the arrays of the first are
    called ``<name>0.<array>``.
    """
    found = []
    for place, values in enumerate(kept.values.get(name, [])[:MOST_MOMENTS]):
        before = f"{name}{place}."
        arrays = {
            key.removeprefix(before): one
            for key, one in kept.arrays.items()
            if key.startswith(before)
        }
        found.append(RunFile(kept.kind, values, arrays))
    return found


def read_descent(
    kept: RunFile,
    optimizer: OptimizerSettings,
    size: int,
    dtype: np.dtype[Any],
    stream: StreamState | VectorStreamState,
) -> DescentState:
    """Return the descent of `training_values` and `training_arrays`, at `stream`.

    Raises:
        LookupError, TypeError, ValueError: where it makes no sense.
    """
    values = kept.values
    return DescentState(
        count(values["iteration"]),
        float(values["loss"]),
        vector(kept.arrays, "parameters", size, dtype),
        optimizer_state(optimizer, values["scalars"], kept.arrays, size, dtype),
        (stream, generator_state(values["dropout"])),
    )


def read_place(kept: RunFile) -> tuple[int, int, dict[str, Any]]:
    """Return epoch, position and shuffling of the stream that a training takes examples from."""
    values = kept.values
    return (
        count(values["epoch"]),
        count(values["position"]),
        generator_state(values["shuffling"]),
    )


def read_history(kept: RunFile) -> LossHistory:
    """Return the losses on the way."""
    capacity, width = kept.values["history"]
    return LossHistory.of(
        HistoryState(
            count(capacity),
            count(width),
            table(kept.arrays["buckets"], (3, None)),
            table(kept.arrays["pending"], (None,)),
            table(kept.arrays["last"], (None,)),
        )
    )


def optimizer_state(
    settings: OptimizerSettings, scalars: Any, arrays: Arrays, size: int, dtype: np.dtype[Any]
) -> OptimizerState:
    """Return what an optimizer remembered of `size` parameters: rows and scalars.

    Raises:
        LookupError, TypeError, ValueError: where it makes no sense.
    """
    optimizer = settings.build(1, dtype)
    names = [f"memory{place}" for place in range(optimizer.remembers)]
    rows = tuple(vector(arrays, name, size, dtype) for name in names)
    remembered = tuple(value if type(value) is int else number(value) for value in scalars)
    if len(remembered) != len(optimizer.scalars):
        raise ValueError("the optimizer remembers something else")
    return OptimizerState(rows, remembered)
