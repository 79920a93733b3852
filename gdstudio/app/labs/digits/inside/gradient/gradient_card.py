"""The whole gradient in one plot, and what is chosen about it."""

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QComboBox, QSizePolicy, QWidget

from gdstudio.app.labs.digits.class_choice import ClassChoice
from gdstudio.app.labs.digits.inside.gradient.texts import spread_text
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.controls.control_manners import ControlManners
from gdstudio.app.widgets.flow_layout import FlowLayout
from gdstudio.app.widgets.labels import text_label
from gdstudio.app.widgets.legend import LegendEntry
from gdstudio.app.widgets.plots.gradient_plot import GradientPlot, layer_color
from gdstudio.experiment.digits.gradient_view import GradientView
from gdstudio.experiment.digits.network_moment import Moment
from gdstudio.number_text import count_text, percent_text

EXAMPLE, AVERAGE = "example", "average"
UNSAID = "unsaid"  # an example of which nobody has said what it is
EXAMPLES = (100, 1000, 10_000)
_USUAL_EXAMPLES = 1000
_SCALES = {"root": "root", "linear": "linear", "logarithmic": "log"}
_PLOT_HEIGHT = 210
_EMPTY = {
    EXAMPLE: "Draw a digit, or press “Show me one”: all that it wishes the weights to do "
    "appears here.",
    UNSAID: "Say above which digit you drew: all that it wishes the weights to do appears here.",
    AVERAGE: "Averaging over the training images…",
}


class GradientCard(Card):
    """One example's negative gradient, or the average's: a stem for each weight and bias.

    Signals:
        source_changed(): another of the two, or another number of examples, is to be shown.
        rank_chosen(int): the user chose the component of this rank, from 0.
    """

    source_changed = Signal()
    rank_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__("All components of −∇C", name="gradient_card")
        self.wanted_row = ClassChoice()
        self._plot = GradientPlot(name="gradient_plot", empty_text=_EMPTY[EXAMPLE])
        self._plot.chosen.connect(self.rank_chosen)
        # A card whose height depends on its width gives none to what ignores its own.
        self._plot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._spread = text_label("", "small", name="gradient_spread_label", wrap=True)
        self._agreement = text_label("", "muted", name="gradient_agreement_label", wrap=True)
        self._view: GradientView | None = None
        self._entries: list[LegendEntry] = []
        self._note_text = ""
        self._is_unsaid = False
        self.add(self._make_controls())
        self.add(self.wanted_row)
        self.add(self._plot)
        self.add(self._spread)
        self.add(self._agreement)
        self.set_exports(
            self._plot, self._table, file_name="gradient", button_name="gradient_export_button"
        )
        current_theme().changed.connect(self._resize)
        self._resize()

    def source(self) -> str:
        """Return whether one `EXAMPLE` or the `AVERAGE` is to be shown."""
        return AVERAGE if self._average_button.isChecked() else EXAMPLE

    def examples(self) -> int:
        """Return over how many examples the average is to be."""
        return int(self._examples.currentData())

    def set_available(self, images: int) -> None:
        """Offer averages over at most as many examples as the data set has."""
        counts = sorted({min(count, images) for count in EXAMPLES})
        if counts == [self._examples.itemData(row) for row in range(self._examples.count())]:
            return
        chosen = min(self.examples(), images)
        with QSignalBlocker(self._examples):
            self._examples.clear()
            for count in counts:
                self._examples.addItem(count_text(count), count)
            self._examples.setCurrentIndex(max(self._examples.findData(chosen), 0))

    def ask_class(self, moment: Moment) -> None:
        """Ask which digit is drawn, unless that is known."""
        self._is_unsaid = moment.picture is not None and moment.wanted is None
        self.wanted_row.ask(moment.drawn, moment.wanted)

    def show_view(self, view: GradientView | None) -> None:
        """Show a gradient; None while there is none."""
        self._view = view
        if view is None:
            source = self.source()
            unsaid = source == EXAMPLE and self._is_unsaid
            self._plot.set_empty_text(_EMPTY[UNSAID if unsaid else source])
            self._plot.set_outline(None)
            self._spread.setText("")
            self._note_text = ""
            self.set_note("")
            self._entries = []
            self.set_legend([])
            return
        layers = view.ranking.layers
        names = [layer.name for layer in layers]
        self._plot.set_outline(view.outline, names)
        legend: list[LegendEntry] = [
            (f"{layer.name} {percent_text(layer.share, 0)}", layer_color(place), "line")
            for place, layer in enumerate(layers)
        ]
        if legend != self._entries:
            self._entries = legend
            self.set_legend(legend)
        size = view.ranking.size
        note = f"{count_text(size)} wishes"
        if len(view.ranking.order) < size:
            note = f"the {count_text(len(view.ranking.order))} strongest of {count_text(size)}"
        if note != self._note_text:
            self._note_text = note
            self.set_note(note)
        self._spread.setText(spread_text(size=size, half=view.half, silent=view.silent))

    def show_selected(self, rank: int | None, component: float) -> None:
        """Mark the component of this rank."""
        self._plot.set_selected(rank, component)

    def show_agreement(self, text: str) -> None:
        """Say how one example and the average agree."""
        self._agreement.setText(text)
        self._agreement.setVisible(bool(text))

    def show_problem(self, sentence: str) -> None:
        """Say why there is nothing to see."""
        self.show_view(None)
        self._plot.set_empty_text(sentence)

    def _make_controls(self) -> QWidget:
        holder = QWidget()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        holder.setSizePolicy(policy)
        flow = FlowLayout(holder, gap=6)
        example_button = _choice(
            "This example", "gradient_example_button", "Show what this one picture wishes."
        )
        self._average_button = _choice(
            "Average over", "gradient_average_button", "Show what training images wish on average."
        )
        self._sources = QButtonGroup(self)
        for button in (example_button, self._average_button):
            self._sources.addButton(button)
            flow.addWidget(button)
        example_button.setChecked(True)
        self._sources.buttonClicked.connect(self._on_source)
        self._examples = _combo(
            "gradient_examples_combo", "Examples to average over",
            "How many training images the average is taken over.",
        )  # fmt: skip
        for count in EXAMPLES:
            self._examples.addItem(count_text(count), count)
        self._examples.setCurrentIndex(EXAMPLES.index(_USUAL_EXAMPLES))
        self._examples.currentIndexChanged.connect(self._on_source)
        self._scale = _combo(
            "gradient_scale_combo", "Scale of the plot",
            "Root and log keep the sign and make small wishes visible beside large ones.",
        )  # fmt: skip
        for key, text in _SCALES.items():
            self._scale.addItem(f"Scale: {text}", key)
        self._scale.currentIndexChanged.connect(self._on_scale)
        for combo in (self._examples, self._scale):
            ControlManners(combo)
            flow.addWidget(combo)
        return holder

    def _table(self) -> tuple[list[str], list[list[float | str]]]:
        """Return the strongest wishes with their names, for a CSV."""
        headers = ["rank", "component", "wish", "share"]
        if self._view is None:
            return headers, []
        view = self._view
        numbers = zip(
            view.names, view.negative_gradient.tolist(), view.shares.tolist(), strict=True
        )
        rows: list[list[float | str]] = [
            [rank, name, wish, share] for rank, (name, wish, share) in enumerate(numbers, start=1)
        ]
        return headers, rows

    @Slot()
    def _on_source(self) -> None:
        self.source_changed.emit()

    @Slot()
    def _on_scale(self) -> None:
        self._plot.set_scale(self._scale.currentData())

    @Slot()
    def _resize(self) -> None:
        self._plot.setFixedHeight(current_theme().px(_PLOT_HEIGHT))


def _choice(text: str, name: str, tooltip: str) -> IconButton:
    button = IconButton(text, kind="quiet", name=name, tooltip=tooltip)
    button.setCheckable(True)
    return button


def _combo(name: str, accessible: str, tooltip: str) -> QComboBox:
    combo = QComboBox()
    combo.setObjectName(name)
    combo.setAccessibleName(accessible)
    combo.setAccessibleDescription(tooltip)
    combo.setToolTip(tooltip)
    return combo
