"""Presets, Open and Save: what is done with a whole network, in the heading of the Digits lab."""

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QWidget

from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.experiment.presets import PRESETS

NETWORK_FILES = "Network (*.safetensors)"
PICTURE_FILES = "Picture (*.png *.jpg *.jpeg *.bmp *.gif *.tif *.tiff *.webp)"
_OR_ALL = ";;All files (*)"


class NetworkButtons(QWidget):
    """Three quiet buttons.

    Signals:
        preset_chosen(str): the user wants the settings of this preset.
        open_chosen(Path): the user wants to open this network.
        save_chosen(Path): the user wants the network kept there.
    """

    preset_chosen = Signal(str)
    open_chosen = Signal(object)
    save_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._presets = IconButton(
            "Presets",
            kind="quiet",
            name="presets_button",
            tooltip="Settings worth trying, good ones and bad ones, with the reason.",
        )
        menu = QMenu(self._presets)
        menu.setToolTipsVisible(True)
        for good in (True, False):
            menu.addSection("They learn well" if good else "They teach what goes wrong")
            for preset in (one for one in PRESETS.values() if one.good is good):
                action = menu.addAction(preset.title)
                action.setObjectName(f"preset_{preset.key}")
                action.setToolTip(preset.why)
                action.setData(preset.key)
        menu.triggered.connect(self._on_preset)
        self._presets.setMenu(menu)
        opening = IconButton(
            "Open",
            kind="quiet",
            name="open_button",
            tooltip="Open a network that was saved.",
        )
        saving = IconButton(
            "Save",
            kind="quiet",
            name="save_button",
            tooltip="Save the network as it is now, to a file.",
        )
        opening.clicked.connect(self._ask_and_open)
        saving.clicked.connect(self._ask_and_save)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for button in (self._presets, opening, saving):
            row.addWidget(button)

    @Slot(object)
    def _on_preset(self, action: QAction) -> None:
        self.preset_chosen.emit(action.data())

    @Slot()
    def _ask_and_save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self.window(), "Save network", "digits.safetensors", NETWORK_FILES
        )
        if name:
            path = Path(name)
            self.save_chosen.emit(path if path.suffix else path.with_suffix(".safetensors"))

    @Slot()
    def _ask_and_open(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self.window(), "Open network", "", NETWORK_FILES + _OR_ALL
        )
        if name:
            self.open_chosen.emit(Path(name))


def ask_for_picture(parent: QWidget) -> Path | None:
    """Ask for a picture file; None if the user thought better of it."""
    name, _ = QFileDialog.getOpenFileName(
        parent.window(), "Open picture", "", PICTURE_FILES + _OR_ALL
    )
    return Path(name) if name else None
