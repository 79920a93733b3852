"""The middle column of the Slope lab: the curve with its walks, what just happened, the values."""

import math

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdstudio.app.labs.slope.texts import comparison_text, event_text
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.labels import text_label
from gdstudio.app.widgets.plots.curve_plot import CurvePlot
from gdstudio.app.widgets.plots.curve_walk import CurveWalk
from gdstudio.app.widgets.plots.kept_lines import TWIN_COLOR
from gdstudio.app.widgets.plots.line_plot import LinePlot
from gdstudio.app.widgets.plots.series_item import Series
from gdstudio.experiment.functions.slope import SlopeSnapshot, SlopeWalk
from gdstudio.experiment.functions.slope_choices import SLOPE
from gdstudio.experiment.functions.slope_problem import SlopeProblem
from gdstudio.experiment.walks import WalkState

LABELS = ("first walk", "second walk")
COLORS = ("walker_1", "walker_2")


class SlopeProgress(QWidget):
    """Shows snapshots of walks on a curve.

    Signals:
        start_chosen(int, float): the user gave the walk of this number another start.
    """

    start_chosen = Signal(int, float)

    def __init__(self) -> None:
        super().__init__()
        self._problem: SlopeProblem | None = None
        self._several: list[str] = []
        self._walks: list[CurveWalk] = []
        self._twin: CurveWalk | None = None
        self.plot = CurvePlot()
        self.plot.start_chosen.connect(self.start_chosen)
        self.curve_card = Card("The curve")
        self.curve_card.set_legend(self.plot.legend())
        self.curve_card.set_exports(
            self.plot, self.plot.table, file_name="curve", button_name="curve_plot_menu"
        )
        self.curve_card.add(self.plot, 1)
        self.event_label = text_label("", name="event_label", wrap=True)
        self.curve_card.add(self.event_label)
        self.loss_plot = LinePlot(
            [
                Series(key=key, label=label, color=color)
                for key, label, color in zip("01", LABELS, COLORS, strict=True)
            ],
            name="loss_plot",
            y_label="f(x)",
            empty_text="Press Run: f(x) at each step appears here.",
            y_from_zero=False,
        )
        self.loss_plot.setAccessibleName("f(x) over the steps")
        self.loss_card = Card("f(x), step by step")
        self.loss_card.set_value("–", "walker_1", name="value_label")
        self.loss_card.set_exports(
            self.loss_plot, self.loss_plot.series_table, file_name="values", button_name="loss_menu"
        )
        self.loss_card.add(self.loss_plot, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.curve_card, 8)
        column.addWidget(self.loss_card, 4)
        current_theme().changed.connect(self._keep_room)
        self._keep_room()

    def show_problem(self, problem: SlopeProblem) -> None:
        """Draw another curve."""
        if problem is self._problem:
            return
        self._problem = problem
        self.plot.set_curve(
            problem.objective.expression.value,
            problem.objective.slopes[0].value,
            view=problem.view,
            heights=problem.heights,
            minima=problem.minima,
        )

    def show_curve(self, snapshot: SlopeSnapshot, *, reveal: bool, glides: bool = False) -> None:
        """Draw the walks, and say what they have done; `reveal` the step that comes next.

        After a single step they move to their place if it `glides`.
        """
        self.show_problem(snapshot.problem)
        self._walks = _walks(snapshot, reveal=reveal)
        self._draw_walks(glides=glides)
        self.event_label.setText(self._events(snapshot, reveal=reveal))

    def show_twin(self, walk: SlopeWalk | None, label: str, *, glides: bool = False) -> None:
        """Draw the walk of the run's twin, too, which is called `label`; None shows none.

        After a single step it moves to its place if it `glides`.
        """
        self._twin = None if walk is None else _twin(walk, label)
        self._draw_walks(glides=glides)

    def _draw_walks(self, *, glides: bool = False) -> None:
        walks = self._walks if self._twin is None else [*self._walks, self._twin]
        with self.plot.together():
            self.plot.set_walks(walks, glides=glides)
        several = [walk.label for walk in walks]
        if several != self._several:
            self._several = several
            self.curve_card.set_legend(self.plot.legend())

    def show_values(self, snapshot: SlopeSnapshot) -> None:
        """Draw the values over the steps."""
        with self.loss_plot.together():
            for key, walk in zip("01", snapshot.walks, strict=False):
                # f(x) that exploded would press all others flat.
                self.loss_plot.set_series(key, *walk.losses())
            if len(snapshot.walks) == 1:
                self.loss_plot.set_series("1", np.empty(0), np.empty(0))
        self.loss_card.set_value(
            SLOPE.text("loss", snapshot.walks[0].seen_value), "walker_1", name="value_label"
        )

    def _events(self, snapshot: SlopeSnapshot, *, reveal: bool) -> str:
        optimizer = snapshot.settings.optimizer
        walks = snapshot.walks
        if len(walks) == 1:
            return event_text(walks[0], optimizer, reveal=reveal)
        compared = comparison_text(walks[0], walks[1], snapshot.problem.width)
        if compared:
            return compared
        if not snapshot.iteration:
            return event_text(walks[0], optimizer, reveal=reveal)
        lines = []
        for label, walk in zip(LABELS, walks, strict=True):
            said = event_text(walk, optimizer, reveal=False)
            if said:
                lines.append(f"{label.capitalize()}: {said[0].lower()}{said[1:]}")
        return "\n".join(lines)

    def _keep_room(self) -> None:
        # Sentences come and go; the curve must not jump with them.
        lines = 2.2 * self.event_label.fontMetrics().lineSpacing()
        self.event_label.setMinimumHeight(round(lines))


def _twin(walk: SlopeWalk, label: str) -> CurveWalk:
    """Return the walk of a twin: where it was and is, and no more than that."""
    path = walk.path
    return CurveWalk(label, path.points[:, 0], path.values, color=TWIN_COLOR, held=False)


def _walks(snapshot: SlopeSnapshot, *, reveal: bool) -> list[CurveWalk]:
    walks = []
    expression = snapshot.problem.objective.expression
    for label, color, walk in zip(LABELS, COLORS, snapshot.walks, strict=False):
        path = walk.path
        at_rest = walk.state is WalkState.DIVERGED
        step = walk.step
        landing = expression.at(walk.x + step) if math.isfinite(step) else math.nan
        walks.append(
            CurveWalk(
                label=label if len(snapshot.walks) > 1 else "the walk",
                xs=path.points[:, 0],
                ys=path.values,
                slope=None if at_rest else walk.slope,
                step=step if reveal and not at_rest and math.isfinite(step) else None,
                landing=landing,
                color=color,
            )
        )
    return walks
