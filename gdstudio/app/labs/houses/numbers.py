"""The right column of the House prices lab: every number of the step that comes next."""

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdstudio.app.labs.step_texts import sentence_for, written_out
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.labels import ElidedLabel
from gdstudio.app.widgets.tables.columns import Column
from gdstudio.app.widgets.tables.number_table import NumberTable
from gdstudio.app.widgets.tables.step_card import StepCard, StepRow
from gdstudio.engine.history import Float64Array
from gdstudio.experiment.houses.experiment import HousesSnapshot
from gdstudio.experiment.houses.problem import HousesProblem
from gdstudio.experiment.houses.step_table import TableForm, table_numbers
from gdstudio.number_text import count_text, in_thousands, number_text

ROWS_SHOWN = 10_000
_X_TOOLTIP = "The size, in the numbers descent sees."
_Y_TOOLTIP = "The price, in the numbers descent sees."


class HousesNumbers(QWidget):
    """The step table, and the step written out."""

    def __init__(self) -> None:
        super().__init__()
        self.table = NumberTable(name="step_table")
        self.table_card = Card("This step, house by house")
        self.table_card.set_exports(
            self.table, self.table.table, file_name="step-table", button_name="step_table_menu"
        )
        self._problem: HousesProblem | None = None
        self._line = ElidedLabel("", "small", name="table_line_label")
        self.table_card.add(self._line)
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

    def show_snapshot(self, snapshot: HousesSnapshot, *, flies: bool = False) -> None:
        """Show the numbers of this moment.

        With `flies`, after a single step, what were the new values fly to where they stand now.
        """
        self._show_table(snapshot)
        self._show_step(snapshot, flies=flies)

    def _show_table(self, snapshot: HousesSnapshot) -> None:
        problem = snapshot.problem
        if problem is not self._problem:
            self._problem, self._form = problem, TableForm.of(problem)
        objective, form = problem.objective, self._form
        count = len(objective.x)
        rows = slice(min(count, ROWS_SHOWN))
        each = objective.per_house(snapshot.parameters, rows)
        shown = table_numbers(problem, snapshot.parameters, form, rows)
        slope_a, slope_b = snapshot.gradient.tolist()
        self.table_card.set_note(
            f"first {count_text(ROWS_SHOWN)} of {count_text(count)}; Σ is over all"
            if count > ROWS_SHOWN
            else ""
        )
        self._line.setText(f"Ypred = {line_text(shown.a, shown.b, form)}")
        self.table.set_columns(
            [
                _column("X", objective.x[rows], shown.x, form.x, _X_TOOLTIP),
                _column("Y", objective.y[rows], shown.y, form.y, _Y_TOOLTIP),
                _column("Ypred", each.predicted, shown.predicted, form.y, "a + b · X"),
                _column("error", each.error, shown.error, form.y, "Y − Ypred", signed=True),
                _column("∂SSE/∂a", each.slope_a, shown.slope_a, form.y, "−error", signed=True),
                _column(
                    "∂SSE/∂b", each.slope_b, shown.slope_b, form.slope, "−error · X", signed=True
                ),
            ],
            {"∂SSE/∂a": slope_a, "∂SSE/∂b": slope_b},
        )

    def _show_step(self, snapshot: HousesSnapshot, *, flies: bool) -> None:
        optimizer = snapshot.settings.optimizer
        self.step_card.set_rule(optimizer.kind.rule)
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
        self.step_card.set_steps(rows, flies=flies)
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


def line_text(a: float, b: float, form: TableForm) -> str:
    """Return the right side of the line's equation: ``0.4500 + 0.7500 · X``."""
    if form.slope is None:
        return f"{number_text(a)} {'−' if b < 0 else '+'} {number_text(abs(b))} · X"
    first, second = in_thousands(a, 0, form.a), in_thousands(abs(b), 0, form.b)
    return f"{first} {'−' if b < 0 else '+'} {second} · X"


def _column(
    title: str,
    values: Float64Array,
    shown: Float64Array,
    decimals: int | None,
    tooltip: str,
    *,
    signed: bool = False,
) -> Column:
    """Return a column of as many decimals, or of numbers with powers of ten."""
    return Column(
        title,
        values,
        signed=signed,
        tooltip=tooltip,
        figures=4,
        each=decimals is None,
        decimals=decimals,
        shown=shown,
    )
