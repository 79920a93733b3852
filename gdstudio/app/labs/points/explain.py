"""The right column of the Points lab: the network neuron by neuron, its loss, its next step."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from gdstudio.app.labs.points.network_shown import diagram_layers, output_spot, parameters_of
from gdstudio.app.labs.points.numbers_page import Tiles
from gdstudio.app.labs.step_texts import written_out
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.labels import text_label
from gdstudio.app.widgets.pictures.network_diagram import DiagramSpot, NetworkDiagram
from gdstudio.app.widgets.plots.loss_plot import LossPlot
from gdstudio.app.widgets.tables.step_card import StepCard, StepRow
from gdstudio.engine.network.parameter_names import unit_name
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.points.experiment import PointsSnapshot
from gdstudio.experiment.points.problem import PointsProblem
from gdstudio.number_text import number_text

_TILES_HEIGHT, _LOSS_HEIGHT = 164, 80
_MARKS = 24
# No tooltip: it would lie on what one drags.
_HELP = (
    "Each neuron shows what it answers everywhere. Point at one to see it large; drag a connection "
    "up or down to change its weight, a neuron for its bias. With the keyboard: arrows, then + and "
    "−."
)


class PointsExplain(QWidget):
    """The network as tiles, the loss, and the step of one neuron."""

    def __init__(self) -> None:
        super().__init__()
        self.tiles = NetworkDiagram(
            name="neuron_tiles", empty_text="The network appears here.", most_tile=60
        )
        self.tiles.setAccessibleDescription(_HELP)
        # As high as what stands below leaves it: all of the step is in sight in a small window.
        self.tiles.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.tiles_card = Card("Neuron by neuron", note="drag to change")
        self.fit_button = IconButton(
            "Fit it yourself",
            kind="quiet",
            name="fit_button",
            tooltip="Go back to the start and find the weights by hand: can you beat descent?",
        )
        self.fit_button.setCheckable(True)
        self.tiles_card.add_header_widget(self.fit_button)
        self.tiles_card.set_exports(self.tiles, None, file_name="neurons", button_name="tiles_menu")
        self.tiles_card.add(self.tiles, 1)
        self.fit_label = text_label("", "normal", name="fit_label", wrap=True)
        self.fit_label.hide()
        self.tiles_card.add(self.fit_label)
        self.loss_plot = LossPlot()
        self.loss_card = Card("Loss")
        self.loss_card.set_legend(self.loss_plot.legend())
        self.loss_card.set_exports(
            self.loss_plot, self.loss_plot.series_table, file_name="loss", button_name="loss_menu"
        )
        self.loss_card.add(self.loss_plot, 1)
        self.step_card = StepCard("Next step")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.tiles_card, 3)
        column.addWidget(self.loss_card, 2)
        column.addWidget(self.step_card)
        self._problem: PointsProblem | None = None
        self._snapshot: PointsSnapshot | None = None
        self.spot = DiagramSpot(1, 0)
        current_theme().changed.connect(self._resize)
        self._resize()

    def show_problem(self, problem: PointsProblem) -> None:
        """Show another network."""
        if self._problem is None or problem.settings != self._problem.settings:
            self.spot = output_spot(problem.network)
            self.tiles.set_marked(self.spot)
        self._problem = problem

    def choose(self, spot: DiagramSpot) -> None:
        """Show the next step of this neuron."""
        self.spot = DiagramSpot(spot.layer, spot.unit)
        self.tiles.set_marked(self.spot)
        if self._snapshot is not None:
            self.show_step(self._snapshot, self._snapshot.parameters)

    def show_network(self, problem: PointsProblem, parameters: FloatArray, tiles: Tiles) -> None:
        """Show the network with θ, shape ``(size,)``."""
        self.tiles.show_network(diagram_layers(problem, parameters, tiles))

    def show_loss(self, snapshot: PointsSnapshot) -> None:
        """Draw the loss."""
        curve = snapshot.curve
        with self.loss_plot.together():
            self.loss_plot.set_training(curve.steps, curve.mean, curve.minimum, curve.maximum)
            # More marks than this would hide the line of the training.
            tests, stride = snapshot.tests, max(len(snapshot.tests.steps) // _MARKS, 1)
            self.loss_plot.set_test(tests.steps[::-stride][::-1], tests.loss[::-stride][::-1])
        self.loss_card.set_value(number_text(snapshot.loss), name="cost_label")

    def show_step(
        self, snapshot: PointsSnapshot, parameters: FloatArray, *, flies: bool = False
    ) -> None:
        """Write the next step of the chosen neuron.

        With `flies`, after a single step, what were the new values fly to where they stand now.
        """
        self._snapshot = snapshot
        problem, optimizer = snapshot.problem, snapshot.settings.optimizer
        if self.spot.layer < 1:
            return
        which = parameters_of(problem.network, self.spot)
        number = problem.network.weighted(parameters)[self.spot.layer - 1][0]
        self.step_card.set_title(f"Next step: {unit_name(problem.network, number, self.spot.unit)}")
        self.step_card.set_rule(optimizer.kind.rule)
        sources = [*self._sources(problem), "b"]
        rows = [
            StepRow(name, value, slope, step, value + step, is_weight=name != "b")
            for name, value, slope, step in zip(
                sources,
                parameters[which].tolist(),
                snapshot.gradient[which].tolist(),
                snapshot.next_step[which].tolist(),
                strict=True,
            )
        ]
        self.step_card.set_steps(rows, flies=flies)
        self.step_card.set_written_out(
            [written_out(rows[0], optimizer, learning_rate=snapshot.learning_rate)]
        )

    def _sources(self, problem: PointsProblem) -> list[str]:
        """Return what each weight of the chosen neuron is called: by where it comes from."""
        if self.spot.layer == 1:
            return [f"w {feature.label}" for feature in problem.settings.feature_list]
        return [f"w {n + 1}" for n in range(problem.settings.hidden[self.spot.layer - 2])]

    @Slot()
    def _resize(self) -> None:
        theme = current_theme()
        self.tiles.setMinimumHeight(theme.px(_TILES_HEIGHT))
        self.loss_plot.setMinimumHeight(theme.px(_LOSS_HEIGHT))
