"""A fit in a file, and back; a table of a person's own is in it."""

from typing import Any

import numpy as np
import numpy.typing as npt

from gdstudio.data.catalogue import HOUSE_SETS, load_houses
from gdstudio.data.dataset import Table
from gdstudio.errors import BadInput
from gdstudio.experiment.houses.experiment import HousesExperiment
from gdstudio.experiment.houses.problem import HousesSettings
from gdstudio.experiment.kept_values import table as read_table
from gdstudio.experiment.walk_file import read_walks, walks_to_file
from gdstudio.experiment.walks import WalksState
from gdstudio.storage.run_file import RunFile
from gdstudio.visible_text import shortened, visible

# A larger table of one's own is in no file of a run: it has a file of its own.
MOST_CELLS = 500_000
_LONGEST_NAME = 200


def houses_to_file(state: WalksState, summary: str) -> RunFile:
    """Return a fit as its file has it.

    Raises:
        BadInput: if it is of a table of one's own that is too large.
    """
    table, settings, _ = state.origin
    is_own = not _is_shipped(table)
    origin: dict[str, Any] = {"dataset": table.name, "settings": settings.as_dict()}
    arrays: dict[str, npt.NDArray[Any]] = {}
    if is_own:
        if len(table) * len(table.columns) > MOST_CELLS:
            raise BadInput(
                f"The table {shortened(visible(table.name), 80)} is too large to be kept with a "
                "run; open its own file again."
            )
        origin["table"] = {"columns": list(table.columns), "units": dict(table.units)}
        arrays["table"] = np.stack([table.values[column] for column in table.columns])
    kept = walks_to_file("houses", state, summary, origin)
    return RunFile(kept.kind, kept.values, {**kept.arrays, **arrays})


def houses_from_file(kept: RunFile) -> WalksState:
    """Return a fit; whatever is wrong with it raises something."""
    origin = kept.values["origin"]
    if "table" in origin:
        table = _table(str(origin["dataset"]), origin["table"], kept.arrays["table"])
    else:
        # Only what is shipped can be named.
        table = load_houses(str(origin["dataset"]))
    settings = HousesSettings.from_mapping(origin["settings"])
    if not {settings.input_column, settings.target_column} <= set(table.columns):
        raise ValueError("no such column")
    return read_walks(kept, HousesExperiment(table, settings))


def _is_shipped(table: Table) -> bool:
    return table.name in HOUSE_SETS and table is load_houses(table.name)


def _table(name: str, described: Any, found: npt.NDArray[Any]) -> Table:
    columns = tuple(map(str, described["columns"]))
    values = read_table(found, (len(columns), None))
    if values.size > MOST_CELLS or len(set(columns)) < len(columns):
        raise ValueError("no such table")
    if any(len(column) > _LONGEST_NAME for column in (name, *columns)):
        raise ValueError("too long a name")
    values.flags.writeable = False
    units = {str(key): str(unit)[:_LONGEST_NAME] for key, unit in described["units"].items()}
    return Table(visible(name), columns, dict(zip(columns, values, strict=True)), units)
