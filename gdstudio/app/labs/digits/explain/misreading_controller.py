"""Where the Digits lab's answers are explained and its network taught: it owns the dialog."""

from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from gdstudio.app.labs.digits.reading import DigitsReading
from gdstudio.app.running.runner import Runner
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.digits.misreading import Question
from gdstudio.experiment.run_update import Update

GONE = "Not kept: the lab has another network by now; ask it again and teach that."


class MisreadingController(QObject):
    """Opens the dialog on what is drawn, and hands what was taught to the network it is for.

    Attributes:
        dialog: None until it is first asked for.

    Signals:
        problem(str): something could not be done.
        kept(): the lab's network goes on from what was taught; it is the same network.
    """

    problem = Signal(str)
    kept = Signal()

    def __init__(
        self, reading: DigitsReading, runner: Runner, dataset: Callable[[], str | None]
    ) -> None:
        """Serve one lab; `dataset` tells the key of the data set that its run learns from."""
        super().__init__(reading)
        self.dialog: Any = None
        self._reading = reading
        self._runner = runner
        self._dataset = dataset
        self._question: Question | None = None
        self._run = -1  # whose network was asked
        self._handed_over: int | None = None  # the start that goes on from what was taught
        runner.updated.connect(self._on_update)
        reading.explain_clicked.connect(self.explain)
        reading.answered.connect(self._pass_class_on)

    @Slot(bool)
    def explain(self, teach: bool = False) -> None:
        """Say why what is drawn was read as it was, and offer to teach the right answer."""
        question, dataset, latest = self._reading.question(), self._dataset(), self._runner.latest
        if question is None or dataset is None or latest is None:
            return
        if self.dialog is None:
            # Nobody should wait for it who has not asked.
            from gdstudio.app.labs.digits.explain.misreading_dialog import MisreadingDialog

            parent: QWidget = self._reading
            self.dialog = MisreadingDialog(self._keep, parent)
            self.dialog.class_said.connect(self._take_class)
            self.dialog.problem.connect(self.problem)
        self._run = latest.run
        self._question = question
        self.dialog.ask(question, dataset, teach=teach)

    def give_up(self) -> None:
        """Tell what runs in the background to end soon; nobody waits for it here."""
        if self.dialog is not None:
            self.dialog.give_up()

    def close(self) -> None:
        """Stop what runs in the background."""
        if self.dialog is not None:
            self.dialog.close_background()

    def _keep(self, parameters: FloatArray) -> str:
        """Give the lab's network θ, shape ``(size,)``; return why not where that cannot be."""
        latest = self._runner.latest
        if latest is None or latest.snapshot is None or not self._runner.is_up_to_date:
            return GONE
        if latest.run != self._run:
            return GONE
        self._runner.load(latest.snapshot.settings, parameters)
        self._run = self._handed_over = self._runner.generation
        self.kept.emit()
        return ""

    @Slot(object)
    def _on_update(self, update: Update) -> None:
        """Where the lab could not take what was handed over, say so."""
        if update.generation == self._handed_over:
            self._handed_over = None
            self._run = update.run
            if update.refused:
                self.dialog.teaching.take_back_keep(update.refused)

    @Slot(object, int)
    def _take_class(self, question: Question, label: int) -> None:
        """Remember what the user said of a picture, if it still lies on the canvas."""
        if self._is_shown(question):
            self._reading.say_class(label)

    @Slot()
    def _pass_class_on(self) -> None:
        """Tell the dialog what the user said elsewhere of its picture."""
        example = self._reading.example
        if self._question is None or example is None or example.label is None:
            return
        if self._is_shown(self._question):
            self.dialog.take_class(example.label)

    def _is_shown(self, question: Question) -> bool:
        picture = self._reading.picture
        return picture is not None and np.array_equal(picture, question.picture)
