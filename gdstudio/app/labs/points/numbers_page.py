"""Every number of the network: one point on its way through it and back, and the step after."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gdstudio.app.labs.points.network_shown import MOST_WRITTEN, diagram_layers, output_spot
from gdstudio.app.labs.points.pass_texts import (
    BACKWARD,
    FORWARD,
    STEP,
    Stage,
    explain_stage,
    point_name,
    stages,
    told_captions,
    write_stage,
)
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.controls.tab_strip import TabStrip
from gdstudio.app.widgets.labels import ElidedLabel, text_label
from gdstudio.app.widgets.pictures.network_diagram import DiagramSpot, NetworkDiagram
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.points.calculation import calculate
from gdstudio.experiment.points.problem import PointsProblem
from gdstudio.number_text import count_text

_MODES = (
    (FORWARD, "Forwards", "Weights, sums and activations of one point, from the left."),
    (BACKWARD, "Backwards", "The error of each neuron and the slope of each weight."),
    (STEP, "Next step", "What the next step adds to each weight and bias."),
)
# What stands on the connections, where it is not the weights.
_TEXT_NAMES = {BACKWARD: "slope", STEP: "step"}

Tiles = tuple[NDArray[np.uint8], ...]


class NumbersPage(QWidget):
    """The network with its numbers on it.

    Signals:
        next_point_clicked(): the user wants to follow another point.
    """

    next_point_clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._problem: PointsProblem | None = None
        self._shown: tuple[FloatArray, Tiles, FloatArray | None, float] | None = None
        self._index = 0
        self._stage = Stage(FORWARD)
        self._spot = DiagramSpot(1, 0)
        self.card = Card("Every number")
        self._strip = TabStrip(name="pass_strip", accessible="Which numbers are shown")
        for key, text, tooltip in _MODES:
            self._strip.add_tab(key, text, tooltip)
        self._strip.chosen.connect(self._choose_kind)
        self._back = IconButton(
            "Back",
            kind="quiet",
            name="pass_back_button",
            tooltip="One layer back on the way of this point.",
        )
        self._back.clicked.connect(lambda: self._move(-1))
        self._next = IconButton(
            "Next layer",
            kind="quiet",
            name="pass_next_button",
            tooltip="One layer further on the way of this point: forwards, then backwards, then "
            "the step.",
        )
        self._next.clicked.connect(lambda: self._move(1))
        point = IconButton(
            "Another point",
            kind="quiet",
            name="next_point_button",
            tooltip="Follow another point; a right click on the plane chooses one, too.",
        )
        point.clicked.connect(self.next_point_clicked)
        self.card.add_header_widget(point)
        row = QHBoxLayout()
        self.card.body.addLayout(row)
        row.setSpacing(8)
        row.addWidget(self._strip, 1)
        row.addWidget(self._back)
        row.addWidget(self._next)
        self._point = ElidedLabel("", "small", name="point_label")
        self.card.add(self._point)
        self.diagram = NetworkDiagram(
            name="weights_view", empty_text="The network appears here.", most_tile=84
        )
        self.card.add(self.diagram, 1)
        self._sentence = text_label("", "normal", name="pass_label", wrap=True)
        self.card.add(self._sentence)
        self.card.set_exports(
            self.diagram, self._table, file_name="network", button_name="weights_menu"
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.card)
        current_theme().changed.connect(self._restyle)
        self._restyle()

    @property
    def index(self) -> int:
        """The point that is followed."""
        return self._index

    def show_problem(self, problem: PointsProblem) -> None:
        """Show another network, or other points."""
        same = self._problem is not None and self._problem.settings == problem.settings
        self._problem = problem
        self._index = min(self._index, len(problem.points) - 1)
        if not same:
            self._shown = None  # what is known is of another network, of as many numbers perhaps
            self._stage = Stage(self._stage.kind)
            self._spot = output_spot(problem.network)

    def follow(self, index: int) -> None:
        """Follow another point."""
        self._index = index
        self._show()

    def set_spot(self, spot: DiagramSpot) -> None:
        """Explain the numbers of this neuron, where its layer is spoken of."""
        self._spot = spot
        self.diagram.set_marked(DiagramSpot(spot.layer, spot.unit))
        self._show()

    def show_network(
        self, parameters: FloatArray, tiles: Tiles, step: FloatArray | None, learning_rate: float
    ) -> None:
        """Show the network with θ, and the step that comes next, both of shape ``(size,)``.

        Of an earlier moment the step is not known.
        """
        self._shown = (parameters, tiles, step, learning_rate)
        if self.card.isVisible():  # on this page, or enlarged
            self._show()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Show what is new since it was last seen."""
        super().showEvent(event)
        self._show()

    def _show(self) -> None:
        problem, shown = self._problem, self._shown
        if problem is None or shown is None or len(shown[0]) != problem.network.size:
            return
        parameters, tiles, step, learning_rate = shown
        x, y = problem.points.places[self._index].tolist()
        answer = float(problem.points.answers[self._index])
        numbers = calculate(problem, parameters, (x, y), answer, next_step=step)
        captions, texts = write_stage(numbers, self._stage.kind)
        too_many = problem.network.size > MOST_WRITTEN
        layers = diagram_layers(
            problem,
            parameters,
            tiles,
            captions=told_captions(captions, self._stage.kind) if too_many else captions,
            texts=texts,
        )
        self.diagram.show_network(
            layers,
            lit=self._stage.column,
            text_name=_TEXT_NAMES.get(self._stage.kind, ""),
            is_written=not too_many,
        )
        name = point_name(problem, self._index)
        self._point.setText(f"{name[:1].upper()}{name[1:]}.")
        sentence = explain_stage(numbers, self._stage, self._spot, learning_rate)
        if too_many:
            size = count_text(problem.network.size)
            sentence = (
                f"{size} numbers are too many to be written at once; point at a connection or a "
                f"neuron, or go there with the arrow keys, to read its own. {sentence}"
            )
        self._sentence.setText(sentence[:1].upper() + sentence[1:])
        place = self._place()
        self._back.setEnabled(place is not None)
        self._next.setEnabled(place is None or place < len(stages(problem)) - 1)

    def _place(self) -> int | None:
        """Return which of the stages is shown; None where all of a pass is."""
        assert self._problem is not None
        all_stages = stages(self._problem)
        return all_stages.index(self._stage) if self._stage in all_stages else None

    def _move(self, by: int) -> None:
        if self._problem is None:
            return
        all_stages, place = stages(self._problem), self._place()
        if place is None:
            first = next(n for n, one in enumerate(all_stages) if one.kind == self._stage.kind)
            place = first if by > 0 else first - 1
        else:
            place += by
        if place < 0:
            self._stage = Stage(self._stage.kind)
        elif place < len(all_stages):
            self._stage = all_stages[place]
        with QSignalBlocker(self._strip):
            self._strip.choose(self._stage.kind)
        self._show()

    @Slot(str)
    def _choose_kind(self, kind: str) -> None:
        self._stage = Stage(kind)
        self._show()

    def _table(self) -> tuple[list[str], list[list[object]]]:
        if self._problem is None or self._shown is None:
            return ["parameter", "value", "step"], []
        parameters, _, step, _ = self._shown
        rows = zip(
            self._problem.parameter_names,
            parameters.tolist(),
            np.full_like(parameters, np.nan).tolist() if step is None else step.tolist(),
            strict=True,
        )
        return ["parameter", "value", "next step"], [list(row) for row in rows]

    @Slot()
    def _restyle(self) -> None:
        # As high as the longest sentence: the diagram stays where it is.
        self._sentence.setMinimumHeight(4 * self._sentence.fontMetrics().lineSpacing())
