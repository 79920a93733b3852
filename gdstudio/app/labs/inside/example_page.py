"""One example: what its answer costs, and how the error goes back through the layers."""

import time
from collections.abc import Generator
from functools import partial

import numpy as np
from PySide6.QtCore import Slot

from gdstudio.app.labs.inside.backpropagation_card import BackpropagationCard
from gdstudio.app.labs.inside.example_cost_card import ExampleCostCard
from gdstudio.app.labs.inside.latest_work import LatestWork
from gdstudio.app.labs.inside.moment import Moment
from gdstudio.app.labs.inside.page import Ask, InsidePage
from gdstudio.app.labs.inside.wanted_row import WantedRow
from gdstudio.data.catalogue import load_digit_test_set
from gdstudio.engine.averages import average_cost
from gdstudio.engine.network import Network
from gdstudio.engine.objective import FloatArray
from gdstudio.engine.trace import trace_example

# While training goes on the average is reckoned once in so many seconds, over as many images as
# take about a second.
_PAUSE = 1.0
_MULTIPLICATIONS = 5_000_000_000
_FEWEST = 100


class ExamplePage(InsidePage):
    """The cost of what lies on the canvas, and backpropagation step by step."""

    key = "example"
    tab_text = "One example"
    tooltip = "Its cost, and backpropagation step by step."

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask)
        self._moment: Moment | None = None
        self._averaged: tuple[str, FloatArray] | None = None
        self._asked_at = 0.0
        self._average = LatestWork(self.background, self._on_failure)
        self._wanted = WantedRow()
        self._wanted.chosen.connect(self._on_said)
        self._cost = ExampleCostCard()
        self._cost.body.insertWidget(0, self._wanted)
        self._back = BackpropagationCard()
        self.column.addWidget(self._cost)
        self.column.addWidget(self._back)
        self.column.addStretch(1)
        self._wanted.resolve(known=None, assumed=None)

    def show_moment(self, moment: Moment) -> None:
        """Show this moment's picture on its way there and back; the average follows."""
        before = self._moment
        self._moment = moment
        if before is not None and before.network.shape != moment.network.shape:
            self._average.drop()
            self._averaged = None
            self._cost.show_average(None, 0, "")
        self._show_example()
        self._renew_average(moment)

    def close_page(self) -> None:
        """Stop what runs in the background."""
        self._average.drop()
        super().close_page()

    def _show_example(self) -> None:
        moment = self._moment
        if moment is None:
            return
        if moment.picture is None:
            self._wanted.resolve(known=None, assumed=None)
            self._cost.show_trace(None)
            self._back.show_trace(None)
            return
        network = moment.network
        inputs = moment.picture.reshape(-1) * network.dtype.type(1 / 255)
        assumed = int(trace_example(network, moment.parameters, inputs).outputs.argmax())
        wanted = self._wanted.resolve(known=moment.wanted, assumed=assumed)
        trace = trace_example(network, moment.parameters, inputs, wanted)
        self._cost.show_trace(trace)
        self._back.show_trace(trace)

    def _renew_average(self, moment: Moment) -> None:
        """Have the average reckoned where θ is another, while training not all the time."""
        if self._averaged is not None:
            dataset, parameters = self._averaged
            if dataset == moment.dataset and _same(parameters, moment.parameters):
                return
        now = time.monotonic()
        if moment.running and now - self._asked_at < _PAUSE:
            return
        self._asked_at = now
        self._averaged = (moment.dataset, moment.parameters)
        work = partial(_cost_of, moment.network, moment.parameters, moment.dataset)
        self._average.ask(work, self._on_average)

    @Slot(int)
    def _on_said(self, _digit: int) -> None:
        self._show_example()

    def _on_average(self, result: tuple[float, int] | None) -> None:
        if result is not None:
            cost, count = result
            self._cost.show_average(cost, count, "test images")

    def _on_failure(self, sentence: str) -> None:
        self._averaged = None
        self._cost.show_average_problem(sentence)


def _cost_of(
    network: Network, parameters: FloatArray, dataset: str
) -> Generator[float, None, tuple[float, int]]:
    """Return the cost averaged over test images, and over how many."""
    test, _ = load_digit_test_set(dataset)
    yield 0.0
    work = sum(layer.multiplications for layer in network.layers)
    count = min(max(_MULTIPLICATIONS // max(work, 1), _FEWEST), len(test))
    chosen = slice(None) if count == len(test) else np.arange(count) * len(test) // count
    images, labels = test.images[chosen], test.labels[chosen]
    cost = yield from average_cost(network, parameters, images, labels)
    return cost, count


def _same(one: FloatArray, other: FloatArray) -> bool:
    return one is other or (len(one) == len(other) and bool(np.array_equal(one, other)))
