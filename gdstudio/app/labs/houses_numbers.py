"""The right column of the House prices lab: every number of the step that comes next."""

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdstudio.app.labs.step_texts import rule_text, sentence_for, written_out
from gdstudio.app.number_format import count_text
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.number_model import Column
from gdstudio.app.widgets.number_table import NumberTable
from gdstudio.app.widgets.step_card import StepCard, StepRow
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
        self.table_card.add_scrolling(self.table)
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
        self.step_card.set_rule(rule_text(optimizer))
        values = snapshot.parameters
        with np.errstate(all="ignore"):
            new = values + snapshot.next_step
        columns = (values, snapshot.gradient, snapshot.next_step, new)
        rows = [
            # The intercept is a bias: AdamW does not shrink it.
            StepRow(name, value, slope, step, new_value, is_weight=name == "b")
            for name, value, slope, step, new_value in zip(
                "ab", *(column.tolist() for column in columns), strict=True
            )
        ]
        self.step_card.set_steps(rows)
        self.step_card.set_written_out([written_out(row, optimizer) for row in rows])
        self.step_card.set_sentence(
            sentence_for(rows, optimizer, flat="this is the bottom", usual=_usual(snapshot))
        )

    def _resize(self) -> None:
        # As tall as ten houses, their heading and their sums; less where the window is low.
        self.table.setMinimumHeight(current_theme().px(150))


def _usual(snapshot: HousesSnapshot) -> float:
    """Return a slope that is nothing unusual: what the sums would be if nothing cancelled."""
    objective = snapshot.problem.objective
    with np.errstate(all="ignore"):
        each = objective.per_house(snapshot.parameters, slice(ROWS_SHOWN))
        sums = np.abs(each.slope_a).sum(), np.abs(each.slope_b).sum()
    usual = float(min(sums))
    return usual if np.isfinite(usual) else 0.0
