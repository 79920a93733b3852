"""The app's own reader beside the network of the lab: another network, and marked as such."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.labels import text_label


class ReaderLine(QWidget):
    """A switch, and below it, while it is on, what the app's reader says of the same picture.

    Signals:
        toggled(bool): the user wants to hear the reader, too, or no more.
        open_clicked(): the user wants the reader as the network of this lab.
    """

    toggled = Signal(bool)
    open_clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._switch = IconButton(
            "Compare with the app’s reader",
            kind="quiet",
            name="network_source_button",
            tooltip="Show what another network says of the same picture: the one that comes with "
            "the app, already trained.",
        )
        self._switch.setCheckable(True)
        self._switch.toggled.connect(self._on_toggled)
        self._says = text_label("", "muted", name="reader_answer_label", wrap=True)
        self._open = IconButton(
            "Open it here",
            kind="quiet",
            name="open_reader_button",
            tooltip="Make the app’s reader the network of this lab: look inside it, teach it, "
            "train it further.",
        )
        self._open.clicked.connect(self.open_clicked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._switch)
        buttons.addStretch(1)
        buttons.addWidget(self._open)
        column.addLayout(buttons)
        column.addWidget(self._says)
        self._show(on=False)

    @property
    def is_on(self) -> bool:
        """Whether the reader is to be heard."""
        return self._switch.isChecked()

    def switch_off(self) -> None:
        """Hear the reader no more."""
        self._switch.setChecked(False)

    def say(self, sentence: str, tooltip: str = "") -> None:
        """Show what the reader says."""
        self._says.setText(sentence)
        self._says.setToolTip(tooltip)

    @Slot(bool)
    def _on_toggled(self, on: bool) -> None:
        self._show(on=on)
        self.toggled.emit(on)

    def _show(self, *, on: bool) -> None:
        self._open.setVisible(on)
        self._says.setVisible(on)
