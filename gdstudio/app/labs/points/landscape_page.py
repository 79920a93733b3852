"""The loss over any two weights, the rest held, with the walk on it."""

import numpy as np
from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdstudio.app.running.background import Background
from gdstudio.app.running.latest_work import LatestWork
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.controls.elided_combo import ElidedCombo
from gdstudio.app.widgets.controls.field_row import FieldRow
from gdstudio.app.widgets.plots.contour_plot import ContourPlot
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.points.landscape import TwoWeights, loss_over_two
from gdstudio.experiment.points.problem import PointsProblem

_CELLS = 40


class PointsLandscapePage(QWidget):
    """A map of the loss over two numbers of θ.

    Signals:
        path_wanted(): the way walked is to be asked for, and handed to `show_path`.
        place_clicked(int, float, int, float): the user wants two numbers of θ to be these.
    """

    path_wanted = Signal()
    place_clicked = Signal(int, float, int, float)

    def __init__(self, background: Background) -> None:
        super().__init__()
        self._problem: PointsProblem | None = None
        self._parameters: FloatArray | None = None
        self._path: FloatArray | None = None
        self._work = LatestWork(background, lambda _sentence: None)
        self.card = Card("The loss over two of the weights", note="all others held")
        self._first = ElidedCombo("first_weight_combo", "The weight that is drawn across.")
        self._second = ElidedCombo("second_weight_combo", "The weight that is drawn up.")
        for label, combo in (("across", self._first), ("up", self._second)):
            combo.currentIndexChanged.connect(self._on_chosen)
            self.card.add(FieldRow(label, combo))
        self.contour = ContourPlot(name="weights_contour_plot", x_label="across", y_label="up")
        self.contour.setToolTip("Click to set both weights to that place.")
        self.contour.clicked.connect(self._on_clicked)
        self.card.set_legend(self.contour.legend())
        self.card.set_exports(
            self.contour, self.contour.path_table, file_name="walk", button_name="contour_menu"
        )
        self.card.add(self.contour, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.card)

    def show_problem(self, problem: PointsProblem) -> None:
        """Show another network: its weights can be chosen."""
        names = problem.parameter_names
        if self._problem is None or names != self._problem.parameter_names:
            for number, combo in enumerate((self._first, self._second)):
                with QSignalBlocker(combo):
                    combo.clear()
                    combo.addItems(list(names))
                    combo.setCurrentIndex(min(number, len(names) - 1))
        self._problem, self._parameters, self._path = problem, None, None
        self.contour.clear()
        self._name_axes()

    def show_parameters(self, parameters: FloatArray) -> None:
        """Show where the network is, θ of shape ``(size,)``."""
        if self._parameters is not None and np.array_equal(parameters, self._parameters):
            return  # an answer of the run brings news of it, too, which must not ask anew
        self._parameters = parameters
        if self.contour.isVisible():  # on this page, enlarged, or recorded
            self.want_path()

    def show_path(self, path: FloatArray) -> None:
        """Show the way walked, shape ``(n, size)``, and the loss around it."""
        self._path = path
        self._draw()

    @Slot()
    def want_path(self) -> None:
        """Ask for the way walked, since the map has come into sight or the network is elsewhere."""
        self.path_wanted.emit()

    def give_up(self) -> None:
        """Draw no more."""
        self._work.drop()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Show what is new since it was last seen."""
        super().showEvent(event)
        self.want_path()

    def _draw(self) -> None:
        problem, parameters, path = self._problem, self._parameters, self._path
        if problem is None or parameters is None or path is None:
            return
        if path.shape[1] != problem.network.size or len(parameters) != problem.network.size:
            return
        if not np.isfinite(parameters).all():
            return
        first, second = self._first.currentIndex(), self._second.currentIndex()
        held = parameters.copy()
        self._work.ask(
            lambda: loss_over_two(problem, held, first, second, path, cells=_CELLS),
            lambda drawn: self._take(problem, drawn),
        )

    def _take(self, problem: PointsProblem, drawn: TwoWeights | None) -> None:
        chosen = (self._first.currentIndex(), self._second.currentIndex())
        if drawn is None or problem is not self._problem or chosen != (drawn.first, drawn.second):
            return
        self.contour.set_surface(drawn.across, drawn.up, drawn.losses)
        self.contour.set_path(drawn.walk[:, 0], drawn.walk[:, 1])

    @Slot()
    def _on_chosen(self) -> None:
        # Both the same would be a line: the other one gives way.
        if self._first.currentIndex() == self._second.currentIndex():
            other = self._second if self.sender() is self._first else self._first
            with QSignalBlocker(other):
                other.setCurrentIndex((other.currentIndex() + 1) % max(other.count(), 1))
        self.contour.clear()
        self._name_axes()
        self._draw()

    def _name_axes(self) -> None:
        self.contour.set_labels(self._first.currentText(), self._second.currentText())

    @Slot(float, float)
    def _on_clicked(self, across: float, up: float) -> None:
        self.place_clicked.emit(
            self._first.currentIndex(),
            round(across, 2),
            self._second.currentIndex(),
            round(up, 2),
        )
