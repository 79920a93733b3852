"""The right column of the House prices lab: every number of the step that comes next."""

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from gdstudio.app.number_format import count_text, money_text, number_text, plain_text
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.labels import text_label
from gdstudio.app.widgets.number_table import Column, NumberTable
from gdstudio.app.widgets.setting_controls import FieldRow
from gdstudio.app.widgets.step_card import StepCard, StepRow
from gdstudio.engine.optimizers import OPTIMIZERS, Momentum
from gdstudio.experiment.houses import HousesSnapshot

ROWS_SHOWN = 10_000


class HousesNumbers(QWidget):
    """The step table, the step written out, and the price of a new house."""

    def __init__(self) -> None:
        super().__init__()
        self.table = NumberTable(name="step_table")
        self.table_card = Card("This step, house by house")
        self.table_card.set_exports(
            self.table, self.table.table, file_name="step-table", button_name="step_table_menu"
        )
        self.table_card.add(self.table, 1)
        self.step_card = StepCard("Next step")
        self.price_card = Card("A new house")
        self.size_spin = QSpinBox()
        self.size_spin.setObjectName("house_size_spin")
        self.size_spin.setAccessibleName("Size of the new house")
        self.size_spin.setToolTip("The size of a house that is for sale; the line says its price.")
        self.size_spin.setRange(-1_000_000_000, 1_000_000_000)
        self.size_spin.setGroupSeparatorShown(True)
        self.price_card.add(FieldRow("Size", self.size_spin))
        self.price_label = text_label("–", "large", name="predicted_price_label")
        self.price_label.setAccessibleName("Predicted price")
        self.equation_label = text_label("", "small", name="equation_label", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.price_label)
        row.addWidget(self.equation_label, 1)
        self.price_card.body.addLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.table_card, 1)
        column.addWidget(self.step_card)
        column.addWidget(self.price_card)
        current_theme().changed.connect(self._resize)
        self._resize()

    def show_snapshot(self, snapshot: HousesSnapshot) -> None:
        """Show the numbers of this moment."""
        self._show_table(snapshot)
        self._show_step(snapshot)

    def show_price(
        self, price: float, intercept: float, slope: float, size: float, *, money: bool
    ) -> None:
        """Show the price of the new house and the equation in original units."""
        write = money_text if money else number_text
        self.price_label.setText(write(price))
        sign = "−" if slope < 0 else "+"
        self.equation_label.setText(
            f"{write(intercept)} {sign} {number_text(abs(slope))} · {count_text(int(size))}"
        )

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
        written = []
        for row in rows:
            slope = f"{plain_text(optimizer.learning_rate)} · {_factor(row.slope)}"
            tail = f"{number_text(row.value)} − {slope}"
            if rule is Momentum:
                carried = row.step + optimizer.learning_rate * row.slope
                tail = f"{number_text(row.value)} + {_factor(carried)} − {slope}"
            written.append(f"new {row.name} = {tail} = <b>{number_text(row.new_value)}</b>")
        self.step_card.set_written_out(written)
        self.step_card.set_sentence(_sentence(*(row.slope for row in rows)))

    def _resize(self) -> None:
        self.table.setMinimumHeight(current_theme().px(150))


def _factor(number: float) -> str:
    text = number_text(number)
    return f"({text})" if number < 0 else text


def _sentence(slope_a: float, slope_b: float) -> str:
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
