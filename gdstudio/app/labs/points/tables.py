"""Points from a CSV file of the user's own: asked for, and read before they are used."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from gdstudio.app.running.background import Background
from gdstudio.app.running.latest_work import LatestWork
from gdstudio.experiment.points.problem import PointsProblem
from gdstudio.experiment.points.settings import PointsSettings

_TABLE_FILES = "Tables (*.csv *.tsv *.tab *.txt *.dat *.md);;All files (*)"


class PointsTables(QObject):
    """Reads tables in the background; of several the newest counts.

    Signals:
        read(object, object): the `PointsSettings` for a table, and its `PointsProblem`.
        refused(str): why a table cannot be used.
    """

    read = Signal(object, object)
    refused = Signal(str)

    def __init__(self, background: Background, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._work = LatestWork(background, self.refused.emit)

    @Slot()
    def ask_and_open(self) -> None:
        """Ask for a CSV file, and open it."""
        window = self._window.window()
        name, _ = QFileDialog.getOpenFileName(window, "Open a table", "", _TABLE_FILES)
        if name:
            self.open_table(Path(name))

    def open_table(self, path: Path) -> None:
        """Read the points in a CSV file."""
        settings = PointsSettings.from_choices({"dataset": str(path.absolute())})
        self._work.replace(
            lambda: PointsProblem.of(settings.data, settings.network),
            lambda problem: self.read.emit(settings, problem),
            saying=f"Reading {path.name}…",
        )
