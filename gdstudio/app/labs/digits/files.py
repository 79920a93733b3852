"""Files of the Digits lab: networks opened and saved, pictures and images read."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from gdstudio.app.labs.digits.network_buttons import NetworkButtons, ask_for_picture
from gdstudio.app.running.background import Background
from gdstudio.app.running.latest_work import LatestWork
from gdstudio.data.catalogue import (
    MNIST,
    image_set,
    is_known,
    known_own_images,
    load_test_images,
    refresh,
)
from gdstudio.data.dataset import ImageSet
from gdstudio.data.files import shown_name
from gdstudio.data.remarks import Reading
from gdstudio.errors import BadInput
from gdstudio.experiment.digits.answer import read_picture_for
from gdstudio.experiment.digits.doubts import nothing_found
from gdstudio.experiment.digits.examiner import with_measure
from gdstudio.experiment.digits.settings import DigitsSettings
from gdstudio.storage.network_file import (
    NetworkFile,
    load_network,
    load_shipped_reader,
    save_network,
)
from gdstudio.visible_text import shortened

IDX_FILES = "IDX images, symbols (*idx3-ubyte *idx3-ubyte.gz *.idx *.gz *.json);;All files (*)"


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
        own_images_read(str): images of the user's own were read; their place.
        reader_read(object): the network that comes with the app was read, a `NetworkFile`.
    """

    opened = Signal(object, object)
    picture_opened = Signal(object, object)
    saved = Signal(str)
    not_saved = Signal(str)
    problem = Signal(str)
    own_images_read = Signal(str)
    reader_read = Signal(object)

    def __init__(
        self,
        background: Background,
        settings: Callable[[], DigitsSettings],
        network: Callable[[], NetworkFile | None],
    ) -> None:
        """Serve one lab; it tells the `settings` it shows, and the `network` to be saved."""
        super().__init__(background)
        self._background = background
        self._networks = LatestWork(background, self.problem.emit)
        self._own_images = LatestWork(background, self.problem.emit)
        self._pictures = LatestWork(background, self.problem.emit)
        self._settings = settings
        self._network = network
        self._reader: NetworkFile | None = None
        self.buttons = NetworkButtons()
        self.buttons.open_chosen.connect(self.open_network)
        self.buttons.save_chosen.connect(self.save_network)

    @Slot(object)
    def open_network(self, path: Path) -> None:
        """Read a saved network."""
        self._networks.replace(
            lambda: load_network(path),
            self.take,
            saying=f"Opening {shown_name(path)}…",
        )

    @Slot()
    def read_reader(self) -> None:
        """Read the network that comes with the app."""
        self._background.submit(load_shipped_reader, self._take_reader, self.problem.emit)

    def _take_reader(self, kept: NetworkFile) -> None:
        self._reader = kept
        self.reader_read.emit(kept)

    @Slot()
    def open_reader(self) -> None:
        """Hand over the network that comes with the app, once it is read, as any that is opened."""
        if self._reader is not None:
            # Its scribbles and strokes take seconds to prepare, and one wants to look at it now.
            training = self._reader.training | {"scribbles": 0, "stroke_variation": 0.0}
            self.take(replace(self._reader, training=training))

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

    @Slot(bool)
    def ask_for_own_images(self, is_file: bool) -> None:
        """Let the user choose a folder of pictures or an IDX file, and read it."""
        window = self.buttons.window()
        if is_file:
            name, _ = QFileDialog.getOpenFileName(
                window, "Open images and their labels", "", IDX_FILES
            )
        else:
            name = QFileDialog.getExistingDirectory(
                window, "Choose a folder with a subfolder of pictures for each class"
            )
        if name:
            self.open_images(Path(name))

    def open_images(self, path: Path) -> None:
        """Read images of the user's own, all of them or none."""

        def read() -> str:
            key = str(path.absolute())
            refresh(key)
            return image_set(key).card.key

        self._own_images.replace(
            read,
            self.own_images_read.emit,
            saying=f"Reading {shown_name(path)}…",
        )

    def open_picture(self, path: Path) -> None:
        """Read a picture of a digit, or of what else the network tells apart."""
        settings = self._settings().network
        self._pictures.replace(
            lambda: read_picture_for(settings, path),
            lambda reading: self._take_picture(path, reading),
            saying=f"Opening {shown_name(path)}…",
        )

    def _take_picture(self, path: Path, reading: Reading) -> None:
        if reading.picture.any():
            self.picture_opened.emit(path, reading)
        else:
            what = "digit" if self._settings().network.has_digits else "ink"
            why = nothing_found(reading.noticed)
            self.problem.emit(f"There is no {what} in {shown_name(path)}. {why}".strip())

    def take(self, kept: NetworkFile) -> None:
        """Hand over a network that was read, if the images that it is for are known."""
        try:
            settings = self._settings_for(kept)
        except BadInput as problem:
            self.problem.emit(str(problem))
        else:
            self.opened.emit(settings, kept.parameters)

    def _settings_for(self, kept: NetworkFile) -> DigitsSettings:
        """Return the settings that go on as the network was trained, as far as that is known."""
        here = self._settings()
        training = dict(kept.training)
        # A file does not say which folders are read.
        if not is_known(str(training.get("dataset"))):
            training["dataset"] = here.data.dataset
        training["dataset"] = _fitting_images(kept, training["dataset"])
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


def _fitting_images(kept: NetworkFile, wanted: str) -> str:
    """Return a data set that is known and has the images that a network is for.

    Raises:
        BadInput: if there is none.
    """
    network = kept.settings
    for key in (wanted, *known_own_images(), MNIST):
        entry = image_set(key)
        if (entry.image, entry.classes) == (network.image, network.classes):
            return key
    rows, columns = network.image
    raise BadInput(
        f"This network reads images of {rows} × {columns} pixels as one of "
        f"{shortened(', '.join(network.classes), 100)}; choose the images that it learned from in "
        "the list of data sets first, then open it again."
    )


class ImageLoader(QObject):
    """Keeps the test images of each data set that was wanted.

    Signals:
        problem(str): they could not be read.
    """

    problem = Signal(str)

    def __init__(self, background: Background) -> None:
        super().__init__(background)
        self._background = background
        self._found: dict[str, ImageSet | None] = {}  # None while they are being read

    def want(self, dataset: str) -> ImageSet | None:
        """Return the test images of `dataset`; None before they are read, which begins now."""
        if dataset not in self._found:
            self._found[dataset] = None
            self._background.submit(
                lambda: load_test_images(dataset)[0],
                lambda images: self._found.update({dataset: images}),
                lambda sentence: self._miss(dataset, sentence),
            )
        return self._found[dataset]

    def forget(self, dataset: str) -> None:
        """Read the test images of `dataset` anew when they are wanted again."""
        self._found.pop(dataset, None)

    def _miss(self, dataset: str, sentence: str) -> None:
        self._found.pop(dataset, None)  # so that they are looked for again
        self.problem.emit(sentence)
