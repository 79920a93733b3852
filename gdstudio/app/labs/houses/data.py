"""Which houses the House prices lab fits: opened, looked at before they are used, or refused."""

import functools
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from gdstudio.app.labs.houses.setup import HousesSetup
from gdstudio.app.running.background import Background
from gdstudio.app.running.latest_work import LatestWork
from gdstudio.data.dataset import Table
from gdstudio.data.tables.default_columns import default_columns
from gdstudio.data.tables.table import read_table
from gdstudio.errors import BadInput
from gdstudio.experiment.houses.problem import HousesProblem

# As many rows are looked at within a frame.
QUICK_ROWS = 50_000
TABLE_FILES = "Tables (*.csv *.tsv *.tab *.txt *.dat *.md);;All files (*)"


class HousesData(QObject):
    """Looks at the data that the panel has chosen before they are used.

    Signals:
        accepted(object): the `HousesProblem` of the chosen data, which can be used.
        refused(str): why the chosen data cannot be used.
        problem(str): a file cannot be read.
    """

    accepted = Signal(object)
    refused = Signal(str)
    problem = Signal(str)

    def __init__(self, panel: HousesSetup, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._panel, self._background = panel, background
        self._reading = LatestWork(background, self.problem.emit)
        self._looking = LatestWork(background, self.refused.emit)
        # The marks of decimals that the user chose, by file and column.
        self._marks: dict[Path, dict[str, str]] = {}

    def open_table(self, path: Path) -> None:
        """Open a CSV file in place of the houses."""
        self._read(path, {}, self._panel.add_table)

    @Slot(str, str)
    def read_again(self, column: str, decimal_mark: str) -> None:
        """Read the file of the chosen table again, a column of it with another mark of decimals."""
        path = self._panel.path()
        if path is not None:
            marks = {**self._marks.get(path, {}), column: decimal_mark}
            self._read(path, marks, self._panel.replace_table)

    def _read(self, path: Path, marks: dict[str, str], show: Callable[[Table, Path], None]) -> None:
        def read() -> Table:
            stop = self._background.closing.is_set
            table = read_table(path, decimal_mark=marks, should_stop=stop)
            default_columns(table)  # which takes long where there are many; it is remembered
            return table

        def take(table: Table) -> None:
            self._marks[path] = marks
            show(table, path)

        self._reading.replace(read, take, saying=f"Reading {path.name}…")

    @property
    def is_looking(self) -> bool:
        """Whether the chosen data are still looked at."""
        return self._looking.is_busy

    def drop(self) -> None:
        """Look at nothing any more: what was in force before stays."""
        self._looking.drop()

    @Slot()
    def ask_and_open(self) -> None:
        """Ask for a CSV file, and open it."""
        name, _ = QFileDialog.getOpenFileName(self._panel.window(), "Open a table", "", TABLE_FILES)
        if name:
            self.open_table(Path(name))

    def look(self) -> None:
        """Look at the chosen data: a moment for a few, in the background for many."""
        table, settings = self._panel.table, self._panel.settings()
        look = functools.partial(HousesProblem.of, table, settings)
        if len(table) > QUICK_ROWS:
            # Means and sums over a million rows take longer than a frame.
            self._looking.replace(look, self.accepted.emit, saying="Looking at the houses…")
            return
        self._looking.drop()
        try:
            problem = look()
        except BadInput as error:
            self.refused.emit(str(error))
        else:
            self.accepted.emit(problem)
