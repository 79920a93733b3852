"""The left column of the Digits lab: data, network, descent."""

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gdstudio.app.labs.dataset_card import DatasetCardButton
from gdstudio.app.labs.digits.augmentation_preview import AugmentationButton
from gdstudio.app.labs.digits.descent_card import DescentCard
from gdstudio.app.labs.digits.image_set_control import ImageSetControl
from gdstudio.app.labs.digits.neuron_options import NeuronOptions
from gdstudio.app.labs.parameter_count import ParameterCount
from gdstudio.app.labs.settings_form import SettingsForm
from gdstudio.app.widgets.card import Card
from gdstudio.data.catalogue import has_pen_strokes, image_set
from gdstudio.data.dataset import ImageEntry
from gdstudio.data.settings import ImageDataSettings
from gdstudio.engine.network.architecture import canonical_network, fitting_network
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.errors import BadInput
from gdstudio.experiment.digits.settings import GROUPS, DigitsSettings
from gdstudio.settings import Text, WholeNumber

_SUM_TOOLTIP = (
    "Per layer: the weights, and one bias for each neuron or filter. A dense layer has inputs · "
    "neurons weights, a convolution rows · columns · channels · filters."
)
LATER = "applies after Reset"


class DigitsSetup(QWidget):
    """Edits a `DigitsSettings` and says when it changed.

    Signals:
        live_changed(): a setting that applies at the next step.
        waiting_changed(): a setting that applies after Reset.
        own_images_wanted(bool): the user wants images of his own: an IDX file (True), or those of
            a folder.
        own_symbols_wanted(): the user wants to draw symbols of his own.
    """

    live_changed = Signal()
    waiting_changed = Signal()
    own_images_wanted = Signal(bool)
    own_symbols_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        # What has no control keeps the value that a preset gave it.
        self._base: dict[str, Any] = DigitsSettings().as_dict()
        self.form = SettingsForm(*GROUPS, parent=self)
        self.form.changed.connect(self._on_changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._data_card())
        column.addWidget(self._network_card())
        self._descent = DescentCard(self.form)
        column.addWidget(self._descent)
        place = self._network_box.body.indexOf(self._neuron.first_weights) + 1
        for row in self._neuron.add_missing():
            self._network_box.body.insertWidget(place, row)
        self._available = self._entry.training_count
        self.form.slider("training_size").set_maximum(self._available)
        self._suggested_rate = self._suggestion()
        self._show_all()

    def settings(self) -> DigitsSettings:
        """Return the settings that the controls show."""
        chosen = self.form.values()
        if chosen["training_size"] >= self._entry.training_count:
            chosen["training_size"] = min(chosen["training_size"], self._entry.training_count)
            if self._entry.training_count < self._least_size:
                chosen["training_size"] = 0  # all there are
        return DigitsSettings.from_mapping(self._base | chosen)

    @property
    def _entry(self) -> ImageEntry:
        """What the catalogue says of the data set that is chosen."""
        return image_set(self.form["dataset"].value())

    @property
    def _least_size(self) -> int:
        """The fewest training images that one can choose."""
        setting = self.form["training_size"].setting
        assert isinstance(setting, WholeNumber)
        return setting.minimum

    @Slot(str)
    def choose_own_images(self, key: str) -> None:
        """Choose images of the user's own, which were read, as if they were picked in the list."""
        self.offer(key)
        self._dataset.choose(key)

    def offer(self, key: str) -> None:
        """Have a data set in the list, under its title."""
        self._dataset.offer(key, image_set(key).card.title)

    def show_rate_in_force(self, rate: float) -> None:
        """Say which learning rate the run has now, where that is not the one that is chosen."""
        self._descent.show_rate_in_force(rate)

    def mark_waiting(self, waiting: bool) -> None:
        """Say whether settings are shown that the run does not obey before Reset."""
        self._network_box.set_note("changed: press Reset" if waiting else LATER)

    def set_settings(self, settings: DigitsSettings) -> None:
        """Show other settings, without a signal."""
        self.set_values(settings.as_dict())

    def set_values(self, values: dict[str, Any]) -> None:
        """Show some other values by the names of their settings, without a signal."""
        dataset = values.get("dataset", self.form["dataset"].value())
        self.offer(dataset)
        available = max(image_set(dataset).training_count, self._least_size)
        if "training_size" in values:  # 0 is all there are, of which there may be fewer by now
            size = min(values["training_size"] or available, available)
            values = values | {"training_size": size}
        if available > self._available:
            self.form.slider("training_size").set_maximum(available)
        self._base |= values
        network = self.form["network"]
        if "network" in values and isinstance(network.setting, Text):
            # Whether it fits is judged once the data set is there.
            network.setting = replace(network.setting, canonical=canonical_network)
        self.form.set_values(values)
        self._suggested_rate = self._suggestion()
        self._show_all()

    def _data_card(self) -> Card:
        box = Card("Data")
        self.about = about = DatasetCardButton(lambda: self._entry.card)
        about.rate_chosen.connect(self._use_rate)
        about.set_rate(self._suggestion)
        self.augmentation = AugmentationButton(self.form)
        box.add_header_widget(self.augmentation)
        box.add_header_widget(about)
        self._dataset = ImageSetControl(
            ImageDataSettings.declared()["dataset"], name="dataset_combo"
        )
        self._dataset.own_images_wanted.connect(self.own_images_wanted)
        self._dataset.own_symbols_wanted.connect(self.own_symbols_wanted)
        box.add(self.form.add("dataset", self._dataset))
        box.add(
            self.form.control(
                "training_size", object_name="training_size_slider", kind="slider", label="Images"
            )
        )
        for name in ("pen_repeats", "scribbles", "stroke_variation"):
            box.add(self.form.control(name, object_name=f"{name}_spin"))
        return box

    def _network_card(self) -> Card:
        self._network_box = box = Card("Network", note=LATER)
        network = self.form.control("network", object_name="network_edit")
        # Counted while it is typed, also where another program types it.
        self.form.box("network").textChanged.connect(self._show_size)
        box.add(network)
        box.add(self.form.control("activation", object_name="activation_combo"))
        self._neuron = neuron = NeuronOptions(self.form)
        box.add_header_widget(neuron.button)
        for row in (neuron.curve, neuron.first_weights):
            box.add(row)
        for name in ("loss", "optimizer"):
            box.add(self.form.control(name, object_name=f"{name}_combo"))
        pair = QHBoxLayout()
        box.body.addLayout(pair)
        pair.setSpacing(8)
        for name in ("epochs", "seed"):
            control = self.form.control(name, object_name=f"{name}_spin")
            control.keep_label_narrow()
            pair.addWidget(control, 1)
        self._count = ParameterCount(_SUM_TOOLTIP)
        box.add(self._count)
        return box

    def _show_all(self) -> None:
        """Show what follows from the settings."""
        self._show_available()
        self._show_size()
        self._descent.show_values()
        self._neuron.show_values()
        self.augmentation.show_values()

    def _show_available(self) -> None:
        """Keep the number of images within what the data set has; all of one are all of another.

        The hidden layers have to fit its images: where they do not, they are the usual ones.
        """
        entry = self._entry
        network = self.form["network"]
        assert isinstance(network.setting, Text)
        fitting = partial(fitting_network, image=entry.image, classes=len(entry.classes))
        network.setting = replace(network.setting, canonical=fitting)
        try:
            network.setting.check(network.value())
        except BadInput:
            network.set_value(network.setting.default)
        drawn = has_pen_strokes(entry)
        self.form["pen_repeats"].setVisible(bool(entry.joins) and drawn)
        scribbled = entry.has_digits and (drawn or self.form["scribbles"].value() > 0)
        self.form["scribbles"].setVisible(scribbled)
        self.form["stroke_variation"].setVisible(drawn or scribbled)
        # Of very few images all are learned from.
        self.form["training_size"].setVisible(entry.training_count > self._least_size)
        before = self._available
        self._available = max(entry.training_count, self._least_size)
        images = self.form.slider("training_size")
        is_all = images.value() >= min(before, self._available)
        images.set_maximum(self._available)
        if is_all:
            images.set_value(self._available)

    @Slot(str)
    def _on_changed(self, name: str) -> None:
        if name == "dataset":
            self._show_available()
            self._show_size()
        if name in ("loss", "dataset", "optimizer"):
            self._follow_suggestion()
        if name == "optimizer":
            self._descent.show_constants()
        if self.form[name].setting.live:
            self.live_changed.emit()
        else:
            self.waiting_changed.emit()

    def _suggestion(self) -> float:
        return self.settings().suitable_rate()

    def _follow_suggestion(self) -> None:
        """Keep to the rate that suits the other settings, unless the user chose another.

        It waits for Reset with them: the run that is under way would be at odds with it.
        """
        before, self._suggested_rate = self._suggested_rate, self._suggestion()
        if self.form["learning_rate"].value() == before:
            self.form["learning_rate"].set_value(self._suggested_rate)

    @Slot(float)
    def _use_rate(self, rate: float) -> None:
        self.form["learning_rate"].set_value(rate)
        self.live_changed.emit()

    @Slot()
    def _show_size(self) -> None:
        text = self.form.box("network").text()
        try:
            entry = self._entry
            network = NetworkSettings(
                network=text, image=entry.image, classes=entry.classes
            ).build()
        except BadInput:
            self._count.show_none()
            return
        shapes, parts = network.shapes, network.parameter_sum
        self._count.show_size(
            network.size,
            f"{shapes}\n{parts}" if network.sees_pictures else parts,
            more=f"The shape after each layer: {shapes}.",
        )
