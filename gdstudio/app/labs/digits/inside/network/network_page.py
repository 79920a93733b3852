"""The Network page: the network as a picture, each neuron's sum, and edits of what one finds."""

import time
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QScrollArea

from gdstudio.app.labs.digits.inside.network.edit_controller import EditController
from gdstudio.app.labs.digits.inside.network.edit_controls import Editable
from gdstudio.app.labs.digits.inside.network.network_view import (
    NetworkView,
    is_quick,
    look,
    wires_of,
)
from gdstudio.app.labs.digits.inside.network.neuron_card import NeuronCard
from gdstudio.app.labs.digits.inside.network.neuron_sum import (
    brief_of,
    editable_of,
    sum_of,
    title_of,
)
from gdstudio.app.labs.digits.inside.page import InsidePage
from gdstudio.app.running.latest_work import Ask, LatestWork
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.controls.parameter_slider import ParameterSlider
from gdstudio.app.widgets.labels import ElidedLabel
from gdstudio.app.widgets.pictures.network_picture import NetworkPicture, Spot
from gdstudio.engine.inspect.contributions import strongest_connections
from gdstudio.engine.inspect.edits import Edit
from gdstudio.engine.jobs import Work
from gdstudio.experiment.digits.network_moment import Moment
from gdstudio.settings import WholeNumber

CONNECTIONS = WholeNumber(
    label="Connections",
    explanation="How many connections into each layer are drawn, the strongest: weight × input.",
    default=40,
    minimum=0,
    maximum=120,
)
_EMPTY = (
    "Draw a digit, or press “Show me one”: here the network lights up, from the ink at the left "
    "to the ten answers at the right."
)
_LIT = "Lit by activation; the lines are the strongest of weight × input."
# A picture that changes again so soon is being drawn: a wave would only flicker.
_DRAWING_SECONDS = 0.8


class NetworkPage(InsidePage):
    """Wires the picture, the neuron's card and the edits.

    Attributes:
        controller: keeps the edits.
    """

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask)
        self._moment: Moment | None = None
        self._view: NetworkView | None = None
        self._spot: Spot | None = None
        self._editable: Editable | None = None
        self._latest = LatestWork(self.background, self._on_look_failed)
        self._changed = 0.0
        self._summary = ""
        self.column.addWidget(self._picture_card(), 1)
        self._neuron = NeuronCard()
        self._neuron.unpin_clicked.connect(self.unpin)
        self.column.addWidget(self._neuron)
        self.controller = EditController(self.add_background(), self)
        self.controller.edits_changed.connect(self._on_edits)
        self._neuron.controls.edit_made.connect(self.controller.make)
        self._neuron.controls.edit_dropped.connect(self.controller.drop)
        self.controller.card.summary_changed.connect(self._on_summary)
        self.column.addWidget(self.controller.card)

    def _picture_card(self) -> Card:
        card = Card("The network at work", name="network_card")
        card.set_legend([("excites", "positive", "line"), ("inhibits", "negative", "line")])
        self._picture = NetworkPicture(name="network_picture", empty_text=_EMPTY)
        self._picture.pointed.connect(self._on_pointed)
        self._picture.walked.connect(self._on_walked)
        self._picture.pressed.connect(self._on_pressed)
        self._picture.dismissed.connect(self.unpin)
        card.add(self._picture, 1)
        self._connections = ParameterSlider(
            CONNECTIONS, slider_name="connections_slider", edit_name="connections_edit"
        )
        self._connections.value_changed.connect(self._on_connections)
        self._wave = IconButton(
            "Wave",
            icon="run",
            name="wave_button",
            tooltip="Light layer after layer, as the numbers pass through.",
        )
        self._wave.clicked.connect(self._picture.play_wave)
        row = QHBoxLayout()
        card.body.addLayout(row)
        row.setSpacing(16)
        row.addWidget(self._connections, 1)
        row.addWidget(self._wave)
        # Two lines always: nothing jumps while the mouse goes from neuron to neuron.
        self._status = ElidedLabel("", "small", name="network_status_label", lines=2)
        card.add(self._status)
        card.set_exports(
            self._picture, None, file_name="network", button_name="network_export_button"
        )
        self._card = card
        return card

    @property
    def view(self) -> NetworkView | None:
        """What is seen now, None while nothing is drawn."""
        return self._view

    def show_moment(self, moment: Moment) -> None:
        """Show this moment; what is seen of a very large network follows a little later."""
        before, self._moment = self._moment, moment
        if before is not None and before.settings != moment.settings:
            self._latest.drop()
            self._view = None
            self.unpin()
        self.controller.show_moment(moment)
        self._card.set_note(moment.source)
        if moment.picture is None:
            self._latest.drop()
            self._view = None
            self._spot, self._editable = None, None
            self._show_view()
        elif is_quick(moment.network):
            self._latest.drop()
            self._take_view(look(moment, self._connections.value(), self.controller.edits))
        else:
            self._look_in_background(moment)

    def take_edits(self, edits: tuple[Edit, ...]) -> None:
        """Take over the edits that are in force, as somebody else changed them."""
        self.controller.take(edits)

    def _look_in_background(self, moment: Moment) -> None:
        count, edits = self._connections.value(), self.controller.edits

        def work() -> Work[NetworkView]:
            yield 0.0
            return look(moment, count, edits)

        if self._view is None:
            self._status.setText("This network is large: its picture takes a moment…")
        self._latest.ask(work, self._on_looked)

    @Slot(object)
    def _on_looked(self, view: NetworkView | None) -> None:
        if view is not None:
            self._take_view(view)

    @Slot(str)
    def _on_look_failed(self, sentence: str) -> None:
        self._status.setText(sentence)

    def _take_view(self, view: NetworkView) -> None:
        before, self._view = self._view, view
        self._show_view()
        if before is not None:
            old, new = before.moment.picture, view.moment.picture
            if old is new or (old is not None and new is not None and np.array_equal(old, new)):
                return
        earlier, self._changed = self._changed, time.monotonic()
        is_drawing = self._changed - earlier < _DRAWING_SECONDS
        if not is_drawing and not view.moment.running:
            self._picture.play_wave()

    def pose(self) -> Callable[[], bool]:
        """Let the wave run through all layers."""
        is_idle = super().pose()
        return lambda: is_idle() and not self._picture.is_waving

    def _show_view(self) -> None:
        view, moment = self._view, self._moment
        if view is None:
            self._picture.show_network(None, ())
            self._status.setText("")
        else:
            assert moment is not None
            self._picture.show_network(
                view.moment.picture,
                view.layers,
                view.wires,
                answer=int(view.trace.outputs.argmax()),
                wanted=view.moment.wanted,
            )
            self.controller.card.show_answer(view.unedited, view.trace.outputs)
        self._wave.setEnabled(view is not None)
        self._show_neuron()

    def _show_neuron(self) -> None:
        view, spot = self._view, self._spot
        if view is None or spot is None:
            self._picture.show_focus(None, pinned=False)
            self._neuron.show_sum("", None)
            self._neuron.show_pinned(None, ())
            self._show_status()
            return
        number = view.trace.weighted[spot.column].number
        count = max(self._connections.value(), 1)
        connections = strongest_connections(view.trace, number, count, unit=spot.unit)
        self._picture.show_focus(
            spot,
            pinned=self._editable is not None,
            wires=wires_of(view.trace, spot.column, connections),
        )
        self._neuron.show_sum(title_of(view.trace, spot), sum_of(view.trace, spot))
        self._neuron.show_pinned(self._editable, self.controller.edits)
        self._show_status()

    def _show_status(self) -> None:
        """Say in a line what is pointed at, or else what the edits do."""
        view, spot = self._view, self._spot
        if view is None:
            return
        text = self._summary or _LIT
        if spot is not None and (self._editable is None or not self._summary):
            text = brief_of(view.trace, spot)
        self._status.setText(text)

    @Slot(object)
    def _on_pointed(self, spot: Spot | None) -> None:
        if self._editable is None and spot != self._spot:
            self._spot = spot
            self._show_neuron()

    @Slot(object)
    def _on_walked(self, spot: Spot) -> None:
        if self._editable is None:
            self._on_pointed(spot)
        else:
            self._pin(spot)

    @Slot(object)
    def _on_pressed(self, spot: Spot) -> None:
        if self._view is not None:
            layer = self._view.trace.weighted[spot.column].number
            self.neuron_chosen.emit(spot.unit + 1, layer)
        at = self._spot if self._editable is not None else None
        if at is not None and (spot.column, spot.unit) == (at.column, at.unit):
            self.unpin()
        else:
            self._pin(spot)

    def _pin(self, spot: Spot) -> None:
        if self._view is not None:
            self._spot = spot
            was_pinned = self._editable is not None
            self._editable = editable_of(self._view.trace, spot, self.controller.edits)
            self._show_neuron()
            if not was_pinned:
                # The card has its new height first.
                QTimer.singleShot(0, self, self._reveal_neuron)

    @Slot()
    def _reveal_neuron(self) -> None:
        """Scroll to the pinned neuron's controls, where the page is higher than its room."""
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if area is not None and self._editable is not None:
            area.ensureWidgetVisible(self._neuron, 0, 0)

    @Slot()
    def unpin(self) -> None:
        """Let the pinned neuron go."""
        self._spot, self._editable = None, None
        self._show_neuron()

    @Slot(object)
    def _on_connections(self, _count: int) -> None:
        if self._moment is not None:
            self.show_moment(self._moment)

    @Slot(str)
    def _on_summary(self, summary: str) -> None:
        self._summary = summary
        self._show_status()

    @Slot(tuple)
    def _on_edits(self, edits: tuple[Edit, ...]) -> None:
        self.edits_changed.emit(edits)
        self._show_neuron()
