"""The Neurons page: what each neuron looks for, and what it finds in this ink."""

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from gdstudio.app.labs.digits.inside.neurons_view import (
    NeuronsView,
    explanation,
    is_quick_view,
    layer_text,
    locator,
    look_at_neurons,
    neuron_sentences,
    tiles_at_once,
    units_of,
    weighted_numbers,
)
from gdstudio.app.labs.digits.inside.page import InsidePage
from gdstudio.app.labs.digits.inside.tiles_card import TilesCard
from gdstudio.app.running.latest_work import Ask, LatestWork
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.controls.field_row import FieldRow
from gdstudio.app.widgets.labels import text_label
from gdstudio.app.widgets.legend import LegendEntry
from gdstudio.app.widgets.pictures.pixel_view import EnlargedPair
from gdstudio.app.widgets.pictures.tile_gallery import TileGallery
from gdstudio.engine.jobs import Work
from gdstudio.experiment.digits.network_moment import Moment
from gdstudio.number_text import count_text

_NO_INK = "Draw a digit, or press “Show me one”: here stands what each makes of that ink."
_LEGEND: list[LegendEntry] = [("excites", "positive", "line"), ("inhibits", "negative", "line")]


class NeuronsPage(InsidePage):
    """Tiles of what a layer's units look for and of what they find, and one of them enlarged."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask)
        self._moment: Moment | None = None
        self._view: NeuronsView | None = None
        self._unit = 0
        self._latest = LatestWork(self.background, self._on_failed)
        self.column.addWidget(self._weights_card())
        self.column.addWidget(self._seen_card())
        self.column.addWidget(self._enlarged_card())
        self.column.addStretch(1)

    def _weights_card(self) -> Card:
        self._choice = LayerChoice()
        self._choice.changed.connect(self._on_choice)
        self._weights = TileGallery(
            name="neuron_weights_grid",
            accessible="What each neuron looks for",
            empty_text="Here stand the weights of every neuron.",
        )
        self._weights.tile_chosen.connect(self._on_tile)
        self._weights.tile_pressed.connect(self._on_pressed)
        self._card = card = TilesCard("What they look for", self._weights, name="neurons_card")
        card.set_legend(_LEGEND)
        self._explanation = text_label("", "small", name="neurons_explanation_label", wrap=True)
        card.add(self._choice)
        card.add(self._weights)
        card.add(self._explanation)
        card.set_exports(
            self._weights, None, file_name="neurons", button_name="neurons_export_button"
        )
        return card

    def _seen_card(self) -> Card:
        self._seen = TileGallery(
            name="neuron_ink_grid",
            accessible="What each neuron finds in this ink",
            empty_text=_NO_INK,
        )
        self._seen_box = card = TilesCard("Weights × this ink", self._seen, name="neurons_ink_card")
        self._seen.tile_chosen.connect(self._on_tile)
        self._seen.tile_pressed.connect(self._on_pressed)
        card.add(self._seen)
        card.set_exports(
            self._seen, None, file_name="neurons-ink", button_name="neurons_ink_export_button"
        )
        return card

    def _enlarged_card(self) -> Card:
        self._enlarged = card = Card("One of them", name="enlarged_neuron_card")
        self._pair = EnlargedPair(
            ("enlarged_weights_view", "What this neuron looks for"),
            ("enlarged_ink_view", "What this neuron finds in this ink"),
            empty_text="Nothing is drawn.",
        )
        card.add(self._pair)
        self._extremes = text_label("", "small", name="enlarged_weights_label", wrap=True)
        self._says = text_label("", name="enlarged_sum_label", wrap=True)
        card.add(self._says)
        card.add(self._extremes)
        return card

    def show_moment(self, moment: Moment) -> None:
        """Show this moment; the pictures of a very large network follow a little later."""
        before, self._moment = self._moment, moment
        network = moment.network
        if before is None or before.settings != moment.settings:
            self._latest.drop()
            self._view = None
            self._unit = 0
            numbers = weighted_numbers(network)
            self._choice.offer([(number, layer_text(network, number)) for number in numbers])
        self._card.set_note(moment.source)
        number = self._choice.number
        if number is None:
            return
        self._choice.show_range(units_of(network, number), tiles_at_once(network, number))
        first = self._choice.first
        if is_quick_view(network, number):
            self._latest.drop()
            self._take_view(look_at_neurons(moment, number, first))
            return

        def work() -> Work[NeuronsView]:
            yield 0.0
            return look_at_neurons(moment, number, first)

        if self._view is None:
            self._explanation.setText("This network is large: its pictures take a moment…")
        self._latest.ask(work, self._take_view)

    def _take_view(self, view: NeuronsView | None) -> None:
        if view is None:
            return
        self._view = view
        pictures = view.pictures
        self._explanation.setText(explanation(view))
        is_filters = pictures.kind == "filters"
        self._weights.show_tiles(
            pictures.weights, view.names, word="weight", locate=locator(pictures.mosaic)
        )
        self._seen.show_tiles(
            pictures.seen,
            view.names,
            word="response" if is_filters else "weight × input",
            locate=locator(pictures.seen_mosaic),
        )
        self._seen_box.set_title("What they make of this ink" if is_filters else self._ink_title())
        self._show_enlarged()

    def _ink_title(self) -> str:
        assert self._view is not None
        is_ink = self._view.pictures.mosaic.channels == 1
        return "Weights × this ink" if is_ink else "Weights × what the filters make of this ink"

    def _show_enlarged(self) -> None:
        view = self._view
        if view is None:
            return
        pictures = view.pictures
        tile = min(max(self._unit - pictures.first, 0), len(view.names) - 1)
        for gallery in (self._weights, self._seen):
            gallery.choose(tile)
        name = view.names[tile]
        self._enlarged.set_title(name[0].upper() + name[1:])
        self._pair.views[0].set_image(pictures.weights[tile])
        self._pair.views[1].set_image(None if pictures.seen is None else pictures.seen[tile])
        is_filters = pictures.kind == "filters"
        self._pair.captions[0].setText(
            "its linear part" if pictures.kind == "combination" else "weights"
        )
        self._pair.captions[1].setText("its map" if is_filters else "× what is there")
        extremes, says = neuron_sentences(view, tile)
        self._extremes.setText(extremes)
        self._says.setText(says)
        self._says.setVisible(bool(says))

    @Slot()
    def _on_choice(self) -> None:
        self._unit = self._choice.first
        if self._moment is not None:
            self.show_moment(self._moment)

    @Slot(int)
    def _on_tile(self, tile: int) -> None:
        if self._view is not None:
            self._unit = self._view.pictures.first + tile
            self._show_enlarged()

    @Slot(int)
    def _on_pressed(self, tile: int) -> None:
        if self._view is not None:
            pictures = self._view.pictures
            self.neuron_chosen.emit(pictures.first + tile + 1, pictures.number)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._explanation.setText(sentence)


class LayerChoice(QWidget):
    """Which layer, and which of its units where there are too many to show.

    Signals:
        changed(): another layer, or other units, are to be shown.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.first = 0
        self._total = self._at_once = 0
        self._combo = QComboBox()
        self._combo.setObjectName("neurons_layer_combo")
        self._combo.setToolTip("The layer whose neurons or filters are shown.")
        self._combo.setAccessibleName("Layer")
        self._combo.currentIndexChanged.connect(self._on_layer)
        self._range = text_label("", "muted", name="neurons_range_label")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(FieldRow("Layer", self._combo), 1)
        self._previous = IconButton(
            "◀", kind="quiet", name="neurons_previous_button",
            tooltip="Show the ones before these.", accessible="Previous",
        )  # fmt: skip
        self._next = IconButton(
            "▶", kind="quiet", name="neurons_next_button",
            tooltip="Show the ones after these.", accessible="Next",
        )  # fmt: skip
        self._previous.clicked.connect(self._go_back)
        self._next.clicked.connect(self._go_on)
        for widget in (self._previous, self._range, self._next):
            row.addWidget(widget)

    @property
    def number(self) -> int | None:
        """The layer's number, None while there are none."""
        number: int | None = self._combo.currentData()
        return number

    def offer(self, layers: list[tuple[int, str]]) -> None:
        """Offer `layers` (number, text), the first chosen."""
        with QSignalBlocker(self._combo):
            self._combo.clear()
            for number, text in layers:
                self._combo.addItem(text, number)
        self.first = 0

    def show_range(self, total: int, at_once: int) -> None:
        """Say which of `total` units are shown; the buttons appear where that is not all."""
        self._total, self._at_once = total, at_once
        last = min(self.first + at_once, total)
        self._range.setText(f"{count_text(self.first + 1)}–{count_text(last)}")
        for widget in (self._previous, self._range, self._next):
            widget.setVisible(total > at_once)
        self._previous.setEnabled(self.first > 0)
        self._next.setEnabled(last < total)

    @Slot()
    def _on_layer(self) -> None:
        self.first = 0
        self.changed.emit()

    @Slot()
    def _go_back(self) -> None:
        self.first = max(self.first - self._at_once, 0)
        self.changed.emit()

    @Slot()
    def _go_on(self) -> None:
        if self.first + self._at_once < self._total:
            self.first += self._at_once
            self.changed.emit()
