"""Which layer is shown, and which of its neurons where there are more than fit."""

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.controls.field_row import FieldRow
from gdstudio.app.widgets.labels import text_label
from gdstudio.number_text import count_text


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
