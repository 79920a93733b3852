"""The right column of the Slope lab: a prediction, the next step, and all steps in a table."""

import math

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdstudio.app.labs.slope.predict_card import PredictCard
from gdstudio.app.labs.step_texts import sentence_for, written_out
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.tables.columns import Column
from gdstudio.app.widgets.tables.number_flight import NumberFlight, NumberWay
from gdstudio.app.widgets.tables.number_table import Cell, NumberTable
from gdstudio.app.widgets.tables.step_card import StepCard, StepRow
from gdstudio.experiment.functions.slope import SlopeSnapshot, SlopeWalk
from gdstudio.experiment.walks import WalkState

_NOTES = {False: "the last first", True: "the first walk, the last first"}
_HIDDEN = "First say where it goes; then the numbers appear here."
_X_COLUMN = 1  # of the table
_LOST = "There is no next step from here: press Reset, or choose another start."


class SlopeNumbers(QWidget):
    """The prediction, the step card, and the step table."""

    def __init__(self) -> None:
        super().__init__()
        self._several = False
        self.predict_card = PredictCard()
        self.step_card = StepCard("Next step")
        self.table = NumberTable(name="step_table")
        self.table_card = Card("Step by step", note=_NOTES[False])
        self.table_card.set_exports(
            self.table, self.table.table, file_name="steps", button_name="step_table_menu"
        )
        self.table_card.add_scrolling(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.predict_card)
        column.addWidget(self.step_card)
        column.addWidget(self.table_card, 1)
        self._flight = NumberFlight(self)
        current_theme().changed.connect(self._resize)
        self._resize()

    def show_snapshot(self, snapshot: SlopeSnapshot, *, reveal: bool, flies: bool = False) -> None:
        """Show the numbers of this moment; `reveal` those of the step that comes next.

        With `flies`, after a single step, what was the new value flies into the tables.
        """
        self._flight.land()
        starts = self.step_card.new_values(self) if flies else {}
        self._show_step(snapshot, reveal=reveal, flies=flies)
        several = len(snapshot.walks) > 1
        if several != self._several:
            self._several = several
            self.table_card.set_note(_NOTES[several])
        first = snapshot.walks[0]
        self._show_table(first, reveal=reveal)
        if flies:
            self.table.mark_new(row=0)
            start = starts.get(_names(snapshot)[0])
            if start is not None and start.is_now(first.x):
                self._flight.fly([NumberWay(start.box, Cell(self.table, 0, _X_COLUMN))])

    def _show_step(self, snapshot: SlopeSnapshot, *, reveal: bool, flies: bool) -> None:
        optimizer = snapshot.settings.optimizer
        self.step_card.set_rule(optimizer.kind.rule)
        if not reveal:
            self.step_card.clear(_HIDDEN)
            return
        walks = [
            walk
            for walk in snapshot.walks
            if walk.state is not WalkState.DIVERGED and math.isfinite(walk.slope)
        ]
        if not walks:
            self.step_card.clear(_LOST)
            return
        names = _names(snapshot)
        rows = [
            StepRow(
                names[snapshot.walks.index(walk)],
                walk.x, walk.slope, walk.step, walk.x + walk.step,
            )
            for walk in walks
        ]  # fmt: skip
        self.step_card.set_steps(rows, flies=flies)
        self.step_card.set_written_out([written_out(row, optimizer) for row in rows])
        sentence = sentence_for(rows[:1], optimizer, usual=walks[0].path.steepest)
        self.step_card.set_sentence(sentence if len(snapshot.walks) == 1 else "")

    def _show_table(self, walk: SlopeWalk, *, reveal: bool) -> None:
        path = walk.path
        moves = np.abs(path.moves[::-1, 0])
        if not reveal and len(moves):
            moves[0] = np.nan
        self.table.set_columns(
            [
                Column("step", path.steps[::-1], figures=1, tooltip="How many steps were made."),
                Column("x", path.points[::-1, 0], figures=4, tooltip="Where the walk was."),
                Column("f(x)", path.values[::-1], figures=4, tooltip="How high the curve is."),
                Column(
                    "slope",
                    path.slopes[::-1, 0],
                    signed=True,
                    tooltip="How steep it is: f′(x).",
                    each=True,
                ),
                Column(
                    "length",
                    moves,
                    tooltip="How far the step from there goes; – is not known.",
                    each=True,
                ),
            ]
        )

    def _resize(self) -> None:
        self.table.setMinimumHeight(current_theme().px(150))


def _names(snapshot: SlopeSnapshot) -> tuple[str, ...]:
    """Return what the number of each walk is called."""
    return ("x",) if len(snapshot.walks) == 1 else ("x₁", "x₂")
