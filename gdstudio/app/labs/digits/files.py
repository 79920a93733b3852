"""Files of the Digits lab: networks that are opened and saved, pictures that are read."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from gdstudio.app.labs.digits.network_buttons import NetworkButtons, ask_for_picture
from gdstudio.app.running.background import Background
from gdstudio.data.catalogue import image_set, is_known
from gdstudio.data.files import shown_name
from gdstudio.data.remarks import Reading
from gdstudio.errors import BadInput
from gdstudio.experiment.digits.doubts import nothing_found
from gdstudio.experiment.digits.examiner import with_measure
from gdstudio.experiment.digits.settings import DigitsSettings
from gdstudio.storage.network_file import NetworkFile, load_network, save_network


class DigitsFiles(QObject):
    """Opens and saves in the background.

    Attributes:
        buttons: Presets, Open and Save.

    Signals:
        opened(object, object): a network was read: its `DigitsSettings` and its θ.
        picture_opened(object, object): a picture was read: its path, and its `Reading`.
        saved(str): a file of this name was written.
        not_saved(str): it could not be written, and why.
        problem(str): a file cannot be read, and why.
    """

    opened = Signal(object, object)
    picture_opened = Signal(object, object)
    saved = Signal(str)
    not_saved = Signal(str)
    problem = Signal(str)

    def __init__(
        self,
        background: Background,
        settings: Callable[[], DigitsSettings],
        network: Callable[[], NetworkFile | None],
    ) -> None:
        """Serve one lab; it tells the `settings` it shows, and the `network` to be saved."""
        super().__init__(background)
        self._background = background
        self._settings = settings
        self._network = network
        self.buttons = NetworkButtons()
        self.buttons.open_chosen.connect(self.open_network)
        self.buttons.save_chosen.connect(self.save_network)

    @Slot(object)
    def open_network(self, path: Path) -> None:
        """Read a saved network."""
        self._background.submit(
            lambda: load_network(path),
            self.take,
            self.problem.emit,
            key="network",
            saying=f"Opening {shown_name(path)}…",
        )

    @Slot(object)
    def save_network(self, path: Path) -> None:
        """Write the network as it is now."""
        kept = self._network()
        if kept is None:
            return
        self._background.submit(
            lambda: save_network(path, with_measure(kept)),
            lambda _: self.saved.emit(shown_name(path)),
            self.not_saved.emit,
            must_finish=True,
            saying=f"Saving {shown_name(path)}…",
        )

    @Slot()
    def ask_for_picture(self) -> None:
        """Let the user choose a picture, and read it."""
        path = ask_for_picture(self.buttons)
        if path is not None:
            self.open_picture(path)

    def open_picture(self, path: Path) -> None:
        """Read a picture of a digit."""
        from gdstudio.data.images import read_picture

        self._background.submit(
            lambda: read_picture(path),
            lambda reading: self._take_picture(path, reading),
            self.problem.emit,
            key="picture",
            saying=f"Opening {shown_name(path)}…",
        )

    def _take_picture(self, path: Path, reading: Reading) -> None:
        if reading.picture.any():
            self.picture_opened.emit(path, reading)
        else:
            self.problem.emit(
                f"There is no digit in {shown_name(path)}. {nothing_found(reading.noticed)}".strip()
            )

    def take(self, kept: NetworkFile) -> None:
        """Hand over a network that was read."""
        self.opened.emit(self._settings_for(kept), kept.parameters)

    def _settings_for(self, kept: NetworkFile) -> DigitsSettings:
        """Return the settings that go on as the network was trained, as far as that is known."""
        here = self._settings()
        training = dict(kept.training)
        # A file does not say which folders are read.
        if not is_known(str(training.get("dataset"))):
            training["dataset"] = here.data.dataset
        images = image_set(training["dataset"]).training_count
        size = training.get("training_size", 0)
        if isinstance(size, int) and size > images:
            training["training_size"] = 0  # once any number above meant all there are
        try:
            kept_training = DigitsSettings.from_mapping(here.as_dict() | training)
        except BadInput:
            kept_training = here
        chosen = replace(kept_training, network=kept.settings)
        if "learning_rate" not in kept.training:
            rate = chosen.suitable_rate()
            chosen = replace(chosen, optimizer=replace(chosen.optimizer, learning_rate=rate))
        return chosen
