"""How the runs of each lab are written into files and read again. No pickle is ever loaded."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gdstudio.experiment.digits import run_file as digits
from gdstudio.experiment.functions import run_file as functions
from gdstudio.experiment.houses import run_file as houses
from gdstudio.experiment.points import run_file as points
from gdstudio.experiment.training_file import load_training
from gdstudio.storage.run_file import RunFile, save_run


@dataclass(frozen=True)
class RunFormat:
    """How the runs of one lab are kept in files.

    Attributes:
        kind: the key of the lab.
        to_file: returns what a run goes on from as its file has it, and in a few words what it has
            come to; raises `BadInput` where it cannot be kept.
        from_file: returns what a file holds; raises whatever is wrong with it.
    """

    kind: str
    to_file: Callable[[Any, str], RunFile]
    from_file: Callable[[RunFile], Any]

    def save(self, path: Path, state: Any, summary: str) -> None:
        """Write a run.

        Raises:
            BadInput: if it cannot be written; what was kept before survives.
        """
        save_run(path, self.to_file(state, summary))

    def load(self, path: Path) -> tuple[Any, str]:
        """Return a run and what it had come to.

        Raises:
            BadInput: if it cannot be read or makes no sense.
        """
        return load_training(path, self.kind, self.from_file)


RUN_FORMATS = {
    one.kind: one
    for one in (
        RunFormat("slope", functions.slope_to_file, functions.slope_from_file),
        RunFormat("surface", functions.surface_to_file, functions.surface_from_file),
        RunFormat("houses", houses.houses_to_file, houses.houses_from_file),
        RunFormat("points", points.run_to_file, points.run_from_file),
        RunFormat("digits", digits.run_to_file, digits.run_from_file),
    )
}
