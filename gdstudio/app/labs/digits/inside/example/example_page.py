"""One example: the loss of its answer, and how the error goes back through the layers."""

import time
from functools import partial

from gdstudio.app.labs.digits.class_choice import ClassChoice
from gdstudio.app.labs.digits.inside.example.backpropagation_card import BackpropagationCard
from gdstudio.app.labs.digits.inside.example.example_loss_card import ExampleLossCard
from gdstudio.app.labs.digits.inside.page import InsidePage
from gdstudio.app.running.latest_work import Ask, LatestWork
from gdstudio.engine.inspect.trace import Trace
from gdstudio.experiment.digits.example_loss import AverageLoss, average_of, trace_of
from gdstudio.experiment.digits.network_moment import Moment

# While training goes on the average is computed at most this often, in seconds.
_PAUSE = 1.0


class ExamplePage(InsidePage):
    """The loss of what lies on the canvas, and backpropagation step by step."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask)
        self._moment: Moment | None = None
        self._averaged: AverageLoss | None = None
        self._asked_at = 0.0
        # The average takes its time, and the example shall not wait for it.
        self._slow = self.add_background()
        self._example = LatestWork(self.background, self._on_example_failure)
        self._average = LatestWork(self._slow, self._on_average_failure)
        self._wanted = ClassChoice()
        self._wanted.chosen.connect(self.class_said)
        self._loss = ExampleLossCard()
        self._loss.body.insertWidget(0, self._wanted)
        self._back = BackpropagationCard()
        self.column.addWidget(self._loss)
        self.column.addWidget(self._back)
        self.column.addStretch(1)

    def show_moment(self, moment: Moment) -> None:
        """Show this moment's picture on its way there and back; the average follows."""
        before = self._moment
        self._moment = moment
        if before is not None and before.settings != moment.settings:
            self._example.drop()
            self._average.drop()
            self._averaged = None
            self._asked_at = 0.0
            self._loss.show_average(None, 0, "")
        self._wanted.ask(moment.drawn, moment.wanted)
        self._show_example(moment)
        self._renew_average(moment)

    def close_page(self) -> None:
        """Stop what runs in the background."""
        self._example.drop()
        self._average.drop()
        super().close_page()

    def _show_example(self, moment: Moment) -> None:
        if moment.picture is None or moment.wanted is None:
            self._example.drop()
            self._show_trace(None, drawn=moment.picture is not None)
        else:
            self._example.ask(partial(trace_of, moment), self._show_trace)

    def _show_trace(self, trace: Trace | None, *, drawn: bool = True) -> None:
        """Show a trace with a wanted answer; or that nothing is drawn, or not said what."""
        self._loss.show_trace(trace, drawn=drawn)
        self._back.show_trace(trace)

    def _renew_average(self, moment: Moment) -> None:
        """Have the average computed where θ may be another, while training not all the time."""
        now = time.monotonic()
        if moment.running and now - self._asked_at < _PAUSE:
            return
        self._asked_at = now
        work = partial(average_of, moment, lambda: self._averaged)
        self._average.ask(work, self._on_average)

    def _on_average(self, average: AverageLoss | None) -> None:
        if average is not None and average is not self._averaged:
            self._averaged = average
            self._loss.show_average(average.loss, average.images, "test images")

    def _on_example_failure(self, sentence: str) -> None:
        self._show_trace(None)
        self._loss.show_problem(sentence)

    def _on_average_failure(self, sentence: str) -> None:
        self._averaged = None
        self._loss.show_average_problem(sentence)
