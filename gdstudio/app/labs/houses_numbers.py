"""The right column of the House prices lab: every number of the step that comes next."""

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdstudio.app.number_format import count_text, number_text, plain_text
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.number_model import Column
from gdstudio.app.widgets.number_table import NumberTable
from gdstudio.app.widgets.step_card import StepCard, StepRow
from gdstudio.engine.optimizers import OPTIMIZERS, OptimizerSettings
from gdstudio.experiment.houses import HousesSnapshot

ROWS_SHOWN = 10_000


class HousesNumbers(QWidget):
    """The step table, and the step written out."""

    def __init__(self) -> None:
        super().__init__()
        self.table = NumberTable(name="step_table")
        self.table_card = Card("This step, house by house")
        self.table_card.set_exports(
            self.table, self.table.table, file_name="step-table", button_name="step_table_menu"
        )
        self.table_card.add(self.table, 1)
        self.step_card = StepCard("Next step")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.table_card)
        column.addWidget(self.step_card)
        column.addStretch(1)
        current_theme().changed.connect(self._resize)
        self._resize()

    def show_snapshot(self, snapshot: HousesSnapshot) -> None:
        """Show the numbers of this moment."""
        self._show_table(snapshot)
        self._show_step(snapshot)

    def _show_table(self, snapshot: HousesSnapshot) -> None:
        objective = snapshot.problem.objective
        count = len(objective.x)
        rows = slice(min(count, ROWS_SHOWN))
        each = objective.per_house(snapshot.parameters, rows)
        slope_a, slope_b = snapshot.gradient.tolist()
        self.table_card.set_note(
            f"first {count_text(ROWS_SHOWN)} of {count_text(count)}; Σ is over all"
            if count > ROWS_SHOWN
            else ""
        )
        self.table.set_columns(
            [
                Column("X", objective.x[rows], tooltip="The size, in the numbers descent sees."),
                Column("Y", objective.y[rows], tooltip="The price, in the numbers descent sees."),
                Column("Ypred", each.predicted, tooltip="a + b · X"),
                Column("error", each.error, signed=True, tooltip="Y − Ypred"),
                Column("∂SSE/∂a", each.slope_a, signed=True, tooltip="−(Y − Ypred)"),
                Column("∂SSE/∂b", each.slope_b, signed=True, tooltip="−(Y − Ypred) · X"),
            ],
            {"∂SSE/∂a": slope_a, "∂SSE/∂b": slope_b},
        )

    def _show_step(self, snapshot: HousesSnapshot) -> None:
        optimizer = snapshot.settings.optimizer
        rule = OPTIMIZERS[optimizer.optimizer]
        self.step_card.set_rule(rule.rule)
        values = snapshot.parameters
        with np.errstate(all="ignore"):
            new = values + snapshot.next_step
        rows = [
            StepRow(name, *map(float, numbers))
            for name, *numbers in zip(
                ("a", "b"), values, snapshot.gradient, snapshot.next_step, new, strict=True
            )
        ]
        self.step_card.set_steps(rows)
        written = [_written_out(row, optimizer) for row in rows]
        self.step_card.set_written_out(written)
        slopes = (row.slope for row in rows)
        self.step_card.set_sentence(_sentence(*slopes, adapts=rule.adapts))

    def _resize(self) -> None:
        # As tall as ten houses, their heading and their sums; less where the window is low.
        self.table.setMinimumHeight(current_theme().px(150))


def _written_out(row: StepRow, optimizer: OptimizerSettings) -> str:
    """Return the update with its numbers: new value = value − rate · slope, as the rule has it."""
    rule, rate = OPTIMIZERS[optimizer.optimizer], optimizer.learning_rate
    start, factor = number_text(row.value), row.slope
    if rule.adapts:
        # What is left of the slope once it is divided by its usual size.
        factor = -row.step / rate
    elif "momentum" in rule.uses:
        start = f"{start} + {_factor(row.step + rate * row.slope)}"
    update = f"{start} − {plain_text(rate)} · {_factor(factor)}"
    return f"new {row.name} = {update} = <b>{number_text(row.new_value)}</b>"


def _factor(number: float) -> str:
    text = number_text(number)
    return f"({text})" if number < 0 else text


def _sentence(slope_a: float, slope_b: float, *, adapts: bool) -> str:
    """Say what the two slopes mean, in the learner's words."""
    if max(abs(slope_a), abs(slope_b)) < 1e-9:
        return "Both slopes are practically 0: this is the bottom."
    up_a, up_b = slope_a < 0, slope_b < 0
    if up_a == up_b:
        sign, way = ("negative", "up") if up_a else ("positive", "down")
        where = f"Both slopes are {sign}, so both numbers go {way}."
    else:
        where = (
            f"The slope along a is {'negative' if up_a else 'positive'}, so a goes "
            f"{'up' if up_a else 'down'}; along b it is the other way round."
        )
    if adapts:
        return f"{where} Each slope is divided by its own usual size, so the steeper does not rule."
    larger, smaller, name, other = (
        (abs(slope_a), abs(slope_b), "a", "b")
        if abs(slope_a) >= abs(slope_b)
        else (abs(slope_b), abs(slope_a), "b", "a")
    )
    if smaller == 0 or larger / smaller > 1e4:
        return f"{where} Only {name} matters here."
    return (
        f"{where} The slope along {name} is {number_text(larger / smaller, 2)} times that along "
        f"{other}: here, {name} matters more."
    )
