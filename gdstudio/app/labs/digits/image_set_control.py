"""The list of data sets: those that come with the app, and images and symbols of the user's own."""

from PySide6.QtCore import QSignalBlocker, Signal, Slot

from gdstudio.app.widgets.controls.setting_controls import ChoiceControl
from gdstudio.settings import Choice, Setting

# What stands at the end of the list, and is an order rather than a data set.
FOLDER, FILE, SYMBOLS = "own images: a folder", "own images: an IDX file", "own symbols"
_ORDERS = {
    FOLDER: "Own images: a folder…",
    FILE: "Own images: an IDX file…",
    SYMBOLS: "Own symbols…",
}


class ImageSetControl(ChoiceControl):
    """A list of data sets with some orders at its end, which leave the choice as it is.

    Signals:
        own_images_wanted(bool): images of the user's own are wanted, from an IDX file (True) or a
            folder.
        own_symbols_wanted(): the user wants to draw symbols of his own.
    """

    own_images_wanted = Signal(bool)
    own_symbols_wanted = Signal()

    def __init__(self, setting: Setting, *, name: str) -> None:
        assert isinstance(setting, Choice)
        self._titles = dict(setting.options)
        super().__init__(setting, name=name)
        self._show_titles()

    def offer(self, key: str, title: str) -> None:
        """Have a data set in the list; it stands there once."""
        if self._titles.get(key) == title:
            return
        if title in self._titles.values():
            title = f"{title} ({key})"
        self._titles[key] = title
        self._show_titles()

    def choose(self, key: str) -> None:
        """Choose a data set of the list, as the user does; chosen again it counts, too."""
        if key == self.value():
            self.value_changed.emit(key)
        else:
            self._combo.setCurrentIndex(self._combo.findData(key))

    def _show_titles(self) -> None:
        with QSignalBlocker(self._combo):
            self._combo.clear()
            self._fill(self._titles | _ORDERS)
            self._combo.insertSeparator(len(self._titles))
            self._combo.setCurrentIndex(self._combo.findData(self.value()))

    @Slot()
    def _on_index(self) -> None:
        order = self._combo.currentData()
        if order in _ORDERS:
            with QSignalBlocker(self._combo):
                self._combo.setCurrentIndex(self._combo.findData(self.value()))
            if order == SYMBOLS:
                self.own_symbols_wanted.emit()
            else:
                self.own_images_wanted.emit(order == FILE)
        elif order is not None:
            super()._on_index()
