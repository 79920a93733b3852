"""A line that says that neurons are edited, wherever edits are in force, and takes them back."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.labels import ElidedLabel
from gdstudio.number_text import count_text


class EditsBar(QWidget):
    """“2 edits · Undo”; hidden while there are none.

    Signals:
        undo_clicked(): the user takes the last edit back.
    """

    undo_clicked = Signal()

    def __init__(self, *, name: str) -> None:
        """Make a bar called `name`, with ``<name>_label`` and ``<name>_undo_button``."""
        super().__init__()
        self.setObjectName(name)
        self._label = ElidedLabel("", "value", name=f"{name}_label")
        self._undo = IconButton(
            "Undo",
            icon="undo",
            kind="quiet",
            name=f"{name}_undo_button",
            tooltip="Take the last edit back.",
            accessible="Undo the last edit",
        )
        self._undo.clicked.connect(self.undo_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._label, 1)
        row.addWidget(self._undo)
        self.hide()

    def show_edits(self, count: int, remark: str = "") -> None:
        """Say how many edits are in force; `remark` says more of it."""
        text = f"{edits_text(count)}{remark}"
        if count and text != self._label.text():
            self._label.setText(text)
        self.setVisible(count > 0)


def edits_text(count: int) -> str:
    """Return a number of edits in words: ``1 edit``, ``2 edits``."""
    return f"{count_text(count)} edit{'' if count == 1 else 's'}"
