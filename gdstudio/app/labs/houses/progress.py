"""The middle column of the House prices lab: the houses and the line, SSE, the walk from above."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.plots.contour_plot import ContourPlot
from gdstudio.app.widgets.plots.kept_lines import TWIN_COLOR
from gdstudio.app.widgets.plots.loss_plot import LossPlot
from gdstudio.app.widgets.plots.scatter_line_plot import ScatterLinePlot
from gdstudio.app.widgets.plots.walk_path import WalkPath
from gdstudio.engine.history import Float64Array
from gdstudio.experiment.houses.experiment import HousesSnapshot
from gdstudio.experiment.houses.houses_choices import HOUSES
from gdstudio.experiment.houses.problem import HousesProblem
from gdstudio.number_text import axis_money_text, axis_text, money_text, number_text

POINTS_DRAWN = 3000
# Errors of more houses than this would hide the houses.
ERRORS_DRAWN = 60
CELLS = 96
# How the houses and what stands below them share the height.
_SHARES = (6, 5)
IntArray = NDArray[np.intp]


class HousesProgress(QWidget):
    """Shows snapshots of a fit.

    Signals:
        line_dragged(float, float): the user moved the line: (a, b) in original units.
        start_clicked(float, float): the user chose (a, b) on the surface of SSE.
        house_clicked(int): the user clicked a house, by its number from 1 in the data.
    """

    line_dragged = Signal(float, float)
    start_clicked = Signal(float, float)
    house_clicked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._problem: HousesProblem | None = None
        self._goal_shown = False
        self._view: tuple[float, float, float, float] | None = None
        self._paths: list[WalkPath] = []
        self._twin: WalkPath | None = None
        self.plot = ScatterLinePlot(
            name="house_plot", x_label="size", y_label="price", y_format=number_text
        )
        self.plot.line_dragged.connect(self.line_dragged)
        self.plot.point_clicked.connect(self._tell_house)
        self._drawn: IntArray | None = None
        self.house_card = Card("Houses and the line")
        self.house_card.set_legend(self.plot.legend())
        self.house_card.set_exports(
            self.plot, self.plot.table, file_name="houses", button_name="house_plot_menu"
        )
        self.house_card.add(self.plot, 1)

        self.loss_plot = LossPlot(
            label="SSE", test=False, empty_text="Press Run: SSE at each step appears here."
        )
        self.loss_card = Card("SSE", note="½ Σ (Y − Ypred)²")
        self.loss_card.set_value("–", name="sse_label")
        self.loss_card.set_exports(
            self.loss_plot, self.loss_plot.series_table, file_name="sse", button_name="loss_menu"
        )
        self.loss_card.add(self.loss_plot, 1)

        self.contour = ContourPlot(
            name="contour_plot", x_label="a", y_label="b", empty_text="SSE appears here."
        )
        self.contour.setToolTip("Click to start from there.")
        self.contour.clicked.connect(self.start_clicked)
        self.contour_card = Card("The walk from above", note="SSE over a, b")
        self.contour_card.set_exports(
            self.contour, self.contour.path_table, file_name="walk", button_name="contour_menu"
        )
        self.contour_card.add(self.contour, 1)

        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.house_card, _SHARES[0])
        self._below = below = QHBoxLayout()
        column.addLayout(below, _SHARES[1])
        below.setSpacing(8)
        below.addWidget(self.loss_card, 1)
        below.addWidget(self.contour_card, 1)

    def set_labels(self, x_label: str, y_label: str, *, money: bool) -> None:
        """Name the axes, with their units."""
        self.plot.set_labels(x_label, y_label)
        self.plot.set_formats(
            x_format=number_text,
            y_format=money_text if money else number_text,
            y_text=axis_money_text if money else axis_text,
        )

    def set_new_house(self, x: float | None, y: float | None) -> None:
        """Mark the new house, in original units."""
        self.plot.set_new_house(x, y)

    def show_snapshot(self, snapshot: HousesSnapshot, *, glides: bool = False) -> None:
        """Draw what has changed.

        After a single step the line and the walk move to their place if it `glides`.
        """
        problem = snapshot.problem
        if problem is not self._problem:
            self._problem = problem
            self._show_points(problem)
            self._show_goal()
        intercept, slope = snapshot.parameters.tolist()
        line = problem.scaling.line_in_original_units(intercept, slope)
        self.plot.set_line(*line, glides=glides)
        self.loss_plot.set_training(*snapshot.curves()["loss"])
        self.loss_card.set_value(HOUSES.text("sse", snapshot.sse), name="sse_label")
        self._show_surface(problem, snapshot.path)
        self._paths = [WalkPath("path", snapshot.path[:, 0], snapshot.path[:, 1])]
        self._show_paths(glides=glides)

    def show_twin(
        self, snapshot: HousesSnapshot | None, label: str, *, glides: bool = False
    ) -> None:
        """Draw the line of the run's twin and its way, called `label`; None shows none.

        After a single step both move to their place if it `glides`.
        """
        if snapshot is None:
            self._twin = None
            self.plot.set_other_line(None)
            self.house_card.set_legend(self.plot.legend())
        else:
            x, y = snapshot.path[:, 0], snapshot.path[:, 1]
            self._twin = WalkPath("twin", x, y, color=TWIN_COLOR, marker="s")
            scaling = snapshot.problem.scaling
            line = scaling.line_in_original_units(*snapshot.parameters.tolist())
            if self.plot.set_other_line(line, label, TWIN_COLOR, glides=glides):
                self.house_card.set_legend(self.plot.legend())
        self._show_paths(glides=glides)

    def _show_paths(self, *, glides: bool = False) -> None:
        paths = [*self._paths, *filter(None, [self._twin])]
        self.contour.set_paths(paths, glides=glides)

    def _show_points(self, problem: HousesProblem) -> None:
        x, y = problem.x, problem.y
        self._drawn = None
        if len(x) > POINTS_DRAWN:
            # Drawn with replacement: a permutation of a million takes longer than a frame.
            chosen = np.unique(np.random.default_rng(0).integers(len(x), size=POINTS_DRAWN))
            x, y = x[chosen], y[chosen]
            self._drawn = chosen
            self.house_card.set_note(f"{len(x):,} of {len(problem.x):,} drawn, all used")
        else:
            self.house_card.set_note("")
        self.plot.set_points(x, y)
        self.plot.set_residuals_visible(len(x) <= ERRORS_DRAWN)
        self.plot.reset_range()

    @Slot(int)
    def _tell_house(self, place: int) -> None:
        index = place if self._drawn is None else int(self._drawn[place])
        self.house_clicked.emit(index + 1)

    def forget_view(self) -> None:
        """Choose anew what of the landscape is shown, and all of SSE."""
        self._view = None
        self.loss_plot.reset_range()

    @Slot(bool)
    def set_goal_shown(self, shown: bool) -> None:
        """Show the least-squares answer, or hide it."""
        self._goal_shown = shown
        self._show_goal()

    def _show_goal(self) -> None:
        if self._problem is None:
            return
        if self._goal_shown:
            best = self._problem.objective.least_squares()
            self.plot.set_goal(*self._problem.scaling.line_in_original_units(*best))
            self.contour.set_goal(*best)
        else:
            self.plot.set_goal(None, None)
            self.contour.set_goal(None, None)

    def _show_surface(self, problem: HousesProblem, path: Float64Array) -> None:
        """Draw the landscape so that the walk is in it; larger only when the walk leaves it."""
        low, high = path.min(axis=0), path.max(axis=0)
        if not (np.isfinite(low).all() and np.isfinite(high).all()):
            return
        view = self._view
        if view is not None and (
            view[0] <= low[0] and high[0] <= view[1] and view[2] <= low[1] and high[1] <= view[3]
        ):
            return
        best = np.array(problem.objective.least_squares())
        # Measured by what they do to SSE: dollars and dollars per square foot differ a lot.
        units = 1.0 / np.sqrt(np.diag(problem.objective.hessian()))
        reach = np.maximum(np.abs(low - best), np.abs(high - best)) / units * 1.35
        # A walk straight along one axis still gets a landscape of some width.
        reach = np.maximum(reach, max(reach.max() * 0.35, 1e-12)) * units
        self._view = (
            best[0] - reach[0],
            best[0] + reach[0],
            best[1] - reach[1],
            best[1] + reach[1],
        )
        a = np.linspace(self._view[0], self._view[1], CELLS)
        b = np.linspace(self._view[2], self._view[3], CELLS)
        self.contour.set_surface(a, b, problem.objective.surface(a[None, :], b[:, None]))

    def event(self, event: QEvent) -> bool:
        """Let the houses have all the height where both cards below them have made room."""
        if event.type() == QEvent.Type.LayoutRequest:
            share = 0 if self._below.isEmpty() else _SHARES[1]
            if self._column.stretch(1) != share:
                self._column.setStretch(1, share)
        return super().event(event)
