"""Where the Digits lab's answers are explained and its networks taught: it owns the dialog."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from gdstudio.app.background import Background
from gdstudio.app.labs.digits_reading import DigitsReading
from gdstudio.app.runner import Runner
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.misreading import Question


class MisreadingDesk(QObject):
    """Opens the dialog on what is drawn, and hands what was taught to the network it is for.

    Attributes:
        dialog: None until it is first asked for.

    Signals:
        problem(str): something could not be done.
    """

    problem = Signal(str)

    def __init__(
        self,
        reading: DigitsReading,
        runner: Runner,
        background: Background,
        dataset: Callable[[], str],
    ) -> None:
        """Serve one lab; `dataset` tells the key of the data set chosen there."""
        super().__init__(reading)
        self.dialog: Any = None
        self._reading = reading
        self._runner = runner
        self._background = background
        self._dataset = dataset
        reading.explain_clicked.connect(self.explain)

    @Slot(bool)
    def explain(self, teach: bool = False) -> None:
        """Say why what is drawn was read as it was, and offer to teach the right answer."""
        question = self._reading.question()
        if question is None:
            return
        if self.dialog is None:
            # Nobody should wait for it who has not asked.
            from gdstudio.app.labs.misreading_dialog import MisreadingDialog

            parent: QWidget = self._reading
            self.dialog = MisreadingDialog(self._background, parent)
            self.dialog.kept.connect(self._take_taught)
            self.dialog.problem.connect(self.problem)
        self.dialog.ask(question, self._dataset(), teach=teach)

    @Slot(object, object)
    def _take_taught(self, question: Question, parameters: FloatArray) -> None:
        latest = self._runner.latest
        settings = latest.snapshot.settings if latest and latest.snapshot else None
        if question.shipped:
            self._reading.teach_shipped(parameters)
        elif settings is not None and settings.network == question.settings:
            self._runner.load(settings, parameters)
        else:
            self.problem.emit("The lab has another network by now; ask it again and teach that.")
