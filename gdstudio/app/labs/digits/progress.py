"""The middle column of the Digits lab: loss, accuracy, and what the hidden neurons look for."""

import numpy as np
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.pictures.pixel_grid import PixelGrid
from gdstudio.app.widgets.plots.accuracy_plot import AccuracyPlot
from gdstudio.app.widgets.plots.loss_plot import LossPlot
from gdstudio.data.catalogue import card, image_set
from gdstudio.engine.history import Float64Array, LossCurve
from gdstudio.engine.network.losses import LOSSES
from gdstudio.engine.network.network import Network, NetworkSettings
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.digits.experiment import DigitsSnapshot, EpochReport
from gdstudio.experiment.digits.snapshot import MeasuredAccuracy
from gdstudio.experiment.digits.vocabulary import DIGITS
from gdstudio.number_text import count_text, count_word, percent_text

# The line is the mean over this share of the steps so far; the band has every one of them.
SMOOTHING = 0.01


def smoothed(values: Float64Array) -> Float64Array:
    """Return the mean over the last few values at each place, shape ``(n,)`` like `values`."""
    window = int(len(values) * SMOOTHING)
    if window < 2:
        return values
    sums = np.cumsum(values)
    counts = np.minimum(np.arange(1, len(values) + 1), window)
    sums[window:] -= sums[:-window].copy()
    return sums / counts


def accuracy_texts(
    accuracy: MeasuredAccuracy | None, dataset: str, *, step: int
) -> tuple[str, str]:
    """Return an accuracy, and on what and when it was measured.

    It is that of a run that learns from `dataset` and has come to `step`.
    """
    if accuracy is None:
        return "–", f"on {count_text(image_set(dataset).test_count)} test images"
    when = "" if accuracy.step == step else f" at step {count_text(accuracy.step)}"
    all_images = count_text(accuracy.all_images)
    if accuracy.is_exact:
        return DIGITS.text("test_accuracy", accuracy.value), f"on {all_images} test images{when}"
    value = f"≈ {DIGITS.text('test_accuracy', accuracy.value)}"
    return value, f"on {count_text(accuracy.images)} of {all_images} test images{when}"


def parts_text(report: EpochReport) -> str:
    """Return the accuracy on each part of the test images; nothing where there is but one."""
    parts = report.accuracy_by_part
    if len(parts) < 2:
        return ""
    told = ", ".join(f"{card(key).title} {percent_text(value)}" for key, value in parts.items())
    return f"At the end of epoch {count_text(report.epoch)}: {told}."


def _joined(upper: Card, lower: Card) -> QFrame:
    """Return two cards as one: they have a frame and a time together."""
    frame = QFrame()
    frame.setObjectName("learning_card")
    frame.setProperty("kind", "card")
    column = QVBoxLayout(frame)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for one, stretch in ((upper, 5), (lower, 4)):
        one.setProperty("kind", "part")
        column.addWidget(one, stretch)
    return frame


class DigitsProgress(QWidget):
    """Shows snapshots of a training run."""

    def __init__(self) -> None:
        super().__init__()
        self.loss_plot = LossPlot()
        self.loss_card = Card("Loss")
        self.loss_card.add(self.loss_plot, 1)
        self.loss_card.set_legend(self.loss_plot.legend())
        self.loss_card.set_exports(
            self.loss_plot, self.loss_plot.series_table, file_name="loss", button_name="loss_menu"
        )
        self.accuracy_plot = AccuracyPlot()
        self.accuracy_card = Card("Accuracy")
        self.accuracy_card.add(self.accuracy_plot, 1)
        self.accuracy_card.set_value("–", "test", name="test_accuracy_label")
        self.accuracy_card.set_exports(
            self.accuracy_plot,
            self.accuracy_plot.series_table,
            file_name="accuracy",
            button_name="accuracy_menu",
        )
        self.grid = PixelGrid(name="hidden_neurons_view", empty_text="The weights appear here.")
        self.grid_card = Card("What the first hidden neurons look for")
        self.grid_card.add(self.grid, 1)
        self.grid_card.set_legend(
            [("excites", "positive", "line"), ("inhibits", "negative", "line")]
        )
        self.grid_card.set_exports(
            self.grid, self._weights_table, file_name="hidden-neurons", button_name="neurons_menu"
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(_joined(self.loss_card, self.accuracy_card), 9)
        column.addWidget(self.grid_card, 3)
        self._network: Network | None = None
        self._described: NetworkSettings | None = None
        self._unit = "neuron"
        self._captions: list[str] = []
        self._parameters: FloatArray | None = None

    def show_loss(self, snapshot: DigitsSnapshot) -> None:
        """Draw the loss."""
        if snapshot.settings.network != self._described:
            self._describe(snapshot.settings.network)
        curve = snapshot.curve
        with self.loss_plot.together():
            self.loss_plot.set_training(
                curve.steps, smoothed(curve.mean), curve.minimum, curve.maximum
            )
            ends = [epoch.step for epoch in snapshot.epochs]
            self.loss_plot.set_test(ends, [epoch.test_loss for epoch in snapshot.epochs])

    def show_accuracy(self, snapshot: DigitsSnapshot) -> None:
        """Draw the accuracy, up to the step that the loss has reached."""
        epochs = snapshot.epochs
        with self.accuracy_plot.together():
            self.accuracy_plot.set_last_step(snapshot.iteration)
            self.accuracy_plot.set_running(*snapshot.running)
            self.accuracy_plot.set_test(
                [epoch.step for epoch in epochs], [epoch.test_accuracy for epoch in epochs]
            )
        self._write_accuracy(snapshot)

    def show_weights(self, parameters: FloatArray) -> None:
        """Draw what the first neurons look for with θ, shape ``(size,)``."""
        assert self._network is not None
        self._parameters = parameters
        self.grid.set_tiles(self._network.first_pictures(parameters), self._captions)

    def leave(self, curve: LossCurve | None, step: int = 0) -> None:
        """Keep a loss from `step` on in sight, as a way that was left; None forgets it.

        Without one, both plots follow the run again, wherever one had looked before.
        """
        legend = self.loss_plot.legend()
        if curve is None:
            self.loss_plot.set_left([], [])
            for plot in (self.loss_plot, self.accuracy_plot):
                plot.reset_range()
        else:
            later = curve.steps >= step
            self.loss_plot.set_left(curve.steps[later], smoothed(curve.mean)[later])
            legend.insert(0, ("left", "muted", "line"))
        self.loss_card.set_legend(legend)

    def set_seen(self, step: int | None) -> None:
        """Mark the step that the rest of the lab shows; None is the newest."""
        for plot in (self.loss_plot, self.accuracy_plot):
            plot.set_mark(step)

    def _describe(self, described: NetworkSettings) -> None:
        self._described = described
        self._network = described.build()
        self.loss_card.set_note(f"{LOSSES[described.loss].formula}, averaged")
        first = self._network.first_weighted
        self._unit = first.unit_word
        self._captions = [f"{self._unit} {number}" for number in range(1, first.units + 1)]
        if first is self._network.layers[-1]:
            which = f"{count_word(first.units)} output neurons"
        else:
            which = "filters" if self._unit == "filter" else "first hidden neurons"
        self.grid_card.set_title(f"What the {which} look for")

    def _write_accuracy(self, snapshot: DigitsSnapshot) -> None:
        text, note = accuracy_texts(
            snapshot.accuracy, snapshot.settings.data.dataset, step=snapshot.iteration
        )
        self.accuracy_card.set_value(text, "test", name="test_accuracy_label")
        self.accuracy_card.set_note(note)
        self.accuracy_plot.setToolTip(parts_text(snapshot.epochs[-1]) if snapshot.epochs else "")

    def _weights_table(self) -> tuple[list[str], list[list[float]]]:
        if self._parameters is None or self._network is None:
            return ["neuron", "bias"], []
        first = self._network.matrices(self._parameters)[0]
        headers = [self._unit, *(f"pixel {n}" for n in range(first.shape[1] - 1)), "bias"]
        return headers, [[n, *row] for n, row in enumerate(first.tolist())]
