"""The price of a new house, by the line as it is now."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSpinBox

from gdstudio.app.number_format import count_text, money_text, number_text
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.field_row import FieldRow
from gdstudio.app.widgets.labels import text_label

LARGEST = 1_000_000_000


class NewHouse(Card):
    """A size to choose, and the price that the line predicts for it.

    Signals:
        size_changed(int): the user chose another size.
    """

    size_changed = Signal(int)

    def __init__(self) -> None:
        super().__init__("A new house")
        self._spin = QSpinBox()
        self._spin.setObjectName("house_size_spin")
        self._spin.setAccessibleName("Size of the new house")
        self._spin.setToolTip("The size of a house that is for sale; the line says its price.")
        self._spin.setRange(-LARGEST, LARGEST)
        self._spin.setSingleStep(50)
        self._spin.setGroupSeparatorShown(True)
        self._spin.valueChanged.connect(self.size_changed)
        self.add(FieldRow("Size", self._spin))
        self._price = text_label("–", "large", name="predicted_price_label")
        self._price.setAccessibleName("Predicted price")
        self._equation = text_label("", "small", name="equation_label", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._price)
        row.addWidget(self._equation, 1)
        self.body.addLayout(row)

    def size_chosen(self) -> int:
        """Return the size, in original units."""
        return self._spin.value()

    def choose_size(self, size: int, unit: str) -> None:
        """Show another size and its unit, without a signal."""
        blocked = self._spin.blockSignals(True)
        short = {"square feet": "sq ft"}.get(unit, unit)
        self._spin.setSuffix(f" {short}" if short else "")
        self._spin.setValue(size)
        self._spin.blockSignals(blocked)

    def show_price(self, intercept: float, slope: float, *, money: bool) -> float:
        """Show the price and the equation for a line in original units; return the price."""
        size = self.size_chosen()
        price = intercept + slope * size
        write = money_text if money else number_text
        self._price.setText(write(price))
        sign = "−" if slope < 0 else "+"
        self._equation.setText(
            f"{write(intercept)} {sign} {number_text(abs(slope))} · {count_text(size)}"
        )
        return price
