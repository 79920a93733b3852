"""Kept runs: named arrays and plain values in one safetensors file. No pickle is ever loaded."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gdstudio.data.files import read_bytes, shown_name
from gdstudio.engine.network.architecture import MAXIMUM_PARAMETERS
from gdstudio.errors import BadInput
from gdstudio.folders import make_folder
from gdstudio.storage.atomic_file import replacing

FORMAT = "gdstudio-run"
VERSION = 1
# θ, where it started, and what an optimizer remembers at most, each of four bytes; and the rest.
MAXIMUM_BYTES = 5 * 4 * MAXIMUM_PARAMETERS + 20_000_000


@dataclass(frozen=True, eq=False)
class RunFile:
    """A run as it is kept.

    Attributes:
        kind: which lab's.
        values: what is plain, ready for JSON.
        arrays: numbers, by name.
    """

    kind: str
    values: Mapping[str, Any]
    arrays: Mapping[str, npt.NDArray[Any]]


def save_run(path: Path, run: RunFile) -> None:
    """Write a run; its folder is made where there is none.

    Raises:
        BadInput: if it cannot be written; an old file at `path` survives.
    """
    payload = run_bytes(run)
    make_folder(path.parent, "The last run could not be kept")
    with replacing(path) as temporary:
        temporary.write_bytes(payload)


def run_bytes(run: RunFile) -> bytes:
    """Return the content of a run's file."""
    from safetensors.numpy import save

    metadata = {
        "format": FORMAT,
        "version": str(VERSION),
        "kind": run.kind,
        "values": json.dumps(run.values),
    }
    arrays = {name: np.ascontiguousarray(array) for name, array in run.arrays.items()}
    return save(arrays, metadata=metadata)


def load_run(path: Path, kind: str) -> RunFile:
    """Read a run of a lab.

    Raises:
        BadInput: if it cannot be read, or is not such a run.
    """
    content = read_bytes(path, size_limit=MAXIMUM_BYTES)
    try:
        return read_run(content, kind)
    except ValueError:
        raise damaged(path) from None


def read_run(content: bytes, kind: str) -> RunFile:
    """Return the run of a lab that is the content of a file.

    Raises:
        ValueError: if it is not such a run.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        arrays = load(content)
        length = int.from_bytes(content[:8], "little")
        metadata = json.loads(content[8 : 8 + length])["__metadata__"]
        known = (metadata["format"], metadata["version"], metadata["kind"])
        values = json.loads(metadata["values"])
    except (SafetensorError, LookupError, TypeError, ValueError, RecursionError):
        raise ValueError("not a run") from None
    if known != (FORMAT, str(VERSION), kind) or not isinstance(values, dict):
        raise ValueError("not such a run")
    return RunFile(kind, values, arrays)


def damaged(path: Path) -> BadInput:
    """Return the sentence for a file of a kept run that cannot be used."""
    return BadInput(f"The run kept in “{shown_name(path)}” is damaged and cannot be brought back.")
