"""What is set rarely: rows behind “More…” in the head of a card."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.controls.buttons import IconButton


class MoreRows(QWidget):
    """Rows that are folded away until they are asked for.

    Attributes:
        button: unfolds them.
    """

    def __init__(self, card: Card, *, name: str, tooltip: str) -> None:
        """Stand at the end of `card`; the button is called ``more_{name}_button``."""
        super().__init__()
        self.button = IconButton("More…", kind="quiet", name=f"more_{name}_button", tooltip=tooltip)
        self.button.setCheckable(True)
        self.button.toggled.connect(self._show)
        self._used = 0
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(8)
        self.hide()
        card.add_header_widget(self.button)
        card.add(self)

    def add(self, row: QWidget) -> None:
        """Put a row below those that are there."""
        self._rows.addWidget(row)

    def unfold(self) -> None:
        """Come into sight."""
        self.button.setChecked(True)

    def tell_used(self, used: int) -> None:
        """Let the button say how many of the settings are in use, while they are folded away."""
        self._used = used
        self._show(self.button.isChecked())

    @Slot(bool)
    def _show(self, shown: bool) -> None:
        self.setVisible(shown)
        self.button.setText(f"More… ({self._used} on)" if self._used and not shown else "More…")
