"""The step that comes next, for the whole network: value, slope, step, new value."""

import functools
import html
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdstudio.app.labs.digits.inside.page import InsidePage
from gdstudio.app.labs.step_texts import written_out
from gdstudio.app.running.latest_work import Ask, LatestQuestion
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.controls.buttons import worksheet_button
from gdstudio.app.widgets.labels import text_label
from gdstudio.app.widgets.pictures.share_bar import ShareBar
from gdstudio.app.widgets.tables.columns import Column
from gdstudio.app.widgets.tables.component_list import ComponentList
from gdstudio.app.widgets.tables.step_card import StepRow
from gdstudio.engine.network.network import Network, NetworkSettings
from gdstudio.engine.network.parameter_names import parameter_name
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.engine.optimizers.regularization import RegularizationSettings
from gdstudio.errors import BadInput
from gdstudio.experiment.digits.moment import PredictedStep
from gdstudio.experiment.digits.network_moment import Moment
from gdstudio.experiment.digits.next_step import NextStep
from gdstudio.experiment.digits.questions import StepAfter
from gdstudio.experiment.worksheets.digits import digits_worksheet
from gdstudio.experiment.worksheets.worksheet import Worksheet
from gdstudio.number_text import count_text, number_text, percent_text, plain_text

_EMPTY = "The step that comes next appears here; press Step or Run."
_CAPTION_TIP = (
    "A number’s share is its slope² of the sum of all slopes². With gradient descent it is also "
    "its share of the fall in loss that this step promises: η · Σ slope²."
)


class DigitsStepCard(Card):
    """Shows a `NextStep`: the rule, the largest components by name, shares, one written out.

    Signals:
        worksheet_clicked(): the user wants a worksheet of this step.
    """

    worksheet_clicked = Signal()

    def __init__(self) -> None:
        super().__init__("Next step", name="step_card")
        self._rule = text_label("", "muted", name="step_rule_label")
        self.add_header_widget(self._rule)
        self._worksheet = worksheet_button()
        self._worksheet.clicked.connect(self.worksheet_clicked)
        self.add_header_widget(self._worksheet)
        self._step: NextStep | None = None
        self._names: Callable[[int], str] = str
        self._optimizer = OptimizerSettings()
        self._caption = text_label("", "muted", name="step_caption_label", wrap=True)
        self._caption.setToolTip(_CAPTION_TIP)
        self._layers = ShareBar(name="layer_shares", accessible="Share of each layer")
        self._layers.setToolTip("How much of Σ slope² each layer has.")
        self.list = ComponentList(name="step_list", accessible="The largest components of the step")
        self._written = text_label("", "muted", name="step_written_label", wrap=True)
        self._written.setTextFormat(Qt.TextFormat.RichText)
        self._written.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._sentence = text_label("", "muted", name="step_sentence_label", wrap=True)
        self._empty = text_label(_EMPTY, "muted", wrap=True)
        self._shown = QWidget()
        column = QVBoxLayout(self._shown)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._caption)
        column.addWidget(self._layers)
        column.addWidget(self.list, 1)
        column.addWidget(self._written)
        column.addWidget(self._sentence)
        self.add(self._shown, 1)
        self.add(self._empty)
        self.set_exports(self.list, self.table, file_name="next-step", button_name="step_card_menu")
        self.list.chosen.connect(self._write_out)
        self.clear()

    def show_next_step(
        self,
        next_step: NextStep,
        optimizer: OptimizerSettings,
        names: Callable[[int], str],
        *,
        regularization: RegularizationSettings | None = None,
    ) -> None:
        """Show a step under the rule of `optimizer`; `names` returns the name of a component.

        `regularization` is what was done to the slopes before the optimizer saw them.
        """
        self._step, self._optimizer, self._names = next_step, optimizer, names
        self._shown.show()
        self._empty.hide()
        self._rule.setText(optimizer.kind.rule)
        self._caption.setText(_caption(next_step))
        self._layers.setVisible(len(next_step.by_layer) > 1)
        self._layers.set_parts(next_step.by_layer)
        with np.errstate(all="ignore"):
            order = next_step.order.tolist()
            shares = [_share_text(share) for share in next_step.shares.tolist()]
            muted = ["muted"] * len(shares)
            self.list.set_rows(
                [names(index) for index in order],
                [
                    Column("value", next_step.values, figures=4, each=True),
                    Column("slope", next_step.slopes, figures=4, each=True, signed=True),
                    Column("step", next_step.steps, figures=4, each=True, signed=True),
                    Column("new value", next_step.new_values, figures=4, each=True),
                    Column("share", next_step.shares, texts=shares, colors=muted),
                ],
                keys=order,
                strong="new value",
            )
        self._write_out()
        own = next_step.learning_rate
        rate = optimizer.learning_rate if own is None else own
        told = (_sentence(next_step, rate, regularization), optimizer.kind.division_note)
        self._sentence.setText(" ".join(filter(None, told)))
        self.setAccessibleDescription(self._caption.text())

    def clear(self, text: str = _EMPTY) -> None:
        """Show no step, and say `text` instead."""
        self._step = None
        self.list.set_rows([], [], keys=[])
        self._rule.setText("")
        self._empty.setText(text)
        self._empty.show()
        self._shown.hide()

    def next_step(self) -> NextStep | None:
        """Return the step that is shown."""
        return self._step

    def offer_worksheet(self) -> None:
        """Show the button that asks for a worksheet."""
        self._worksheet.show()

    def capture_worksheet(self) -> Callable[..., Worksheet]:
        """Return what makes a worksheet of the step that is shown; it has one step.

        Raises:
            BadInput: if none is shown.
        """
        step, optimizer, names = self._step, self._optimizer, self._names
        if step is None:
            raise BadInput("There is no step to work out yet; press Step or Run.")

        def make(*, steps: int = 1) -> Worksheet:
            # The slopes of a second step come from images: nobody works those out by hand.
            return digits_worksheet(step, optimizer, names)

        return make

    def row(self, number: int) -> StepRow:
        """Return the component of a row of the list, in the form of every step card."""
        step = self._step
        assert step is not None
        return StepRow(
            self._names(int(step.order[number])),
            float(step.values[number]),
            float(step.slopes[number]),
            float(step.steps[number]),
            float(step.new_values[number]),
            is_weight=bool(step.is_weight[number]),
        )

    def table(self) -> tuple[list[str], list[list[str | float]]]:
        """Return headers and a row for each component that is listed, for a CSV."""
        headers = ["rank", "component", "name", "value", "slope", "step", "new value", "share"]
        step = self._step
        if step is None:
            return headers, []
        columns = (step.values, step.slopes, step.steps, step.new_values, step.shares)
        return headers, [
            [rank, index, self._names(index), *numbers]
            for rank, (index, *numbers) in enumerate(
                zip(step.order.tolist(), *(c.tolist() for c in columns), strict=True), start=1
            )
        ]

    @Slot()
    def _write_out(self) -> None:
        """Write out the step of the component that was chosen, or of the first."""
        step = self._step
        if step is None or not len(step.order):
            self._written.setText("")
            return
        number = self.list.current_row() or 0
        row = self.row(number)
        written = written_out(row, self._optimizer, learning_rate=step.learning_rate)
        update = written.removeprefix(f"new {row.name} = ")
        self._written.setText(f"{number + 1}. {html.escape(row.name)}<br>new value = {update}")


class StepPage(InsidePage):
    """Asks the run what its next step will do, one question at a time.

    Attributes:
        card: the step card.
    """

    shows_learned = True

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask)
        self.card = self.worksheet_card = DigitsStepCard()
        self.column.addWidget(self.card, 1)
        self._built: tuple[NetworkSettings, Network] | None = None
        self._steps = LatestQuestion(ask)
        self._newest: Moment | None = None

    def show_moment(self, moment: Moment) -> None:
        """Ask for the step that follows this moment."""
        self._newest = moment
        past = None if moment.is_now else moment.step
        self._steps.ask(StepAfter(past), self._show)

    def _show(self, predicted: PredictedStep | None) -> None:
        newest = self._newest
        if newest is None:
            return
        if predicted is not None and predicted.settings.network == newest.settings:
            if self._built is None or self._built[0] != newest.settings:
                self._built = (newest.settings, newest.settings.build())
            self.card.show_next_step(
                predicted.step,
                predicted.settings.optimizer,
                functools.partial(parameter_name, self._built[1]),
                regularization=predicted.settings.regularization,
            )


def _share_text(share: float) -> str:
    return percent_text(share, 2 if share < 0.01 else 1)


def _caption(step: NextStep) -> str:
    """Say how much of the gradient is listed."""
    count = len(step.order)
    if count == step.size:
        return f"All {count_text(count)} numbers, the steepest first, with their shares of Σ slope²"
    share = float(step.shares.sum())
    together = percent_text(share, 0)
    if share < 1 and together == percent_text(1, 0):
        together = "over 99 %"
    return (
        f"The {count_text(count)} steepest of {count_text(step.size)}; together {together} of "
        "Σ slope²"
    )


def _sentence(step: NextStep, rate: float, regularization: RegularizationSettings | None) -> str:
    """Say what the whole step is, and what was done to the slopes before it."""
    text = (
        f"The loss of this step’s images is {number_text(step.loss)} now. Over all "
        f"{count_text(step.size)} numbers the gradient is {number_text(step.slope_norm, 3)} long, "
        f"the step {number_text(step.step_norm, 3)}; η = {plain_text(rate, 4)}."
    )
    if regularization is None:
        return text
    if regularization.clip_norm:
        text += f" {_clipping(step, regularization)}"
    if regularization.l2:
        text += f" L2 added {plain_text(regularization.l2)} · value to the slope of every weight."
    return text


def _clipping(step: NextStep, regularization: RegularizationSettings) -> str:
    """Say whether the gradient was cut; with L2, which comes after it, only the rule is known."""
    longest = plain_text(regularization.clip_norm)
    if regularization.l2:
        return f"Before that, a longer gradient is cut to a length of at most {longest}."
    if step.slope_norm >= regularization.clip_norm * (1 - 1e-5):
        return f"The gradient was longer, and was cut to a length of at most {longest}."
    return f"The gradient is shorter than {longest}, so it was not cut."
