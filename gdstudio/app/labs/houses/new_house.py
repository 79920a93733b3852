"""The price of a new house, by the line as it is now."""

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout

from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.controls.field_row import FieldRow
from gdstudio.app.widgets.controls.number_box import NumberBox
from gdstudio.app.widgets.labels import text_label
from gdstudio.experiment.houses.problem import LARGEST
from gdstudio.experiment.houses.step_table import repeatable_price
from gdstudio.hand_numbers import text
from gdstudio.number_text import number_text

# Of numbers with a power of ten: more than the price has, so that it can be repeated.
_FIGURES = 6


class NewHouse(Card):
    """A size to choose, and the price that the line predicts for it.

    Signals:
        size_changed(float): the user chose another size.
    """

    size_changed = Signal(float)

    def __init__(self) -> None:
        super().__init__("A new house")
        self._box = NumberBox(largest=LARGEST)
        self._box.setObjectName("house_size_spin")
        self._box.setAccessibleName("Size of the new house")
        self._box.setToolTip("The size of a house that is for sale; the line says its price.")
        self._box.valueChanged.connect(self.size_changed)
        row = FieldRow("Size", self._box)
        self._box.refused.connect(row.set_problem)
        self.add(row)
        self._price = text_label("–", "large", name="predicted_price_label")
        self._price.setAccessibleName("Predicted price")
        self._equation = text_label("", "small", name="equation_label", wrap=True)
        prices = QHBoxLayout()
        self.body.addLayout(prices)
        prices.setSpacing(8)
        prices.addWidget(self._price)
        prices.addWidget(self._equation, 1)

    def size_chosen(self) -> float:
        """Return the size, in original units."""
        return self._box.value()

    def choose_size(self, size: float, step: float, unit: str) -> None:
        """Show another size, its unit and how far an arrow goes, without a signal."""
        with QSignalBlocker(self._box):
            short = {"square feet": "sq ft", "square metres": "m²"}.get(unit, unit)
            self._box.setSuffix(f" {short}" if short else "")
            self._box.setSingleStep(step)
            self._box.setValue(size)

    def show_price(
        self, intercept: float, slope: float, *, money: bool, decimals: int | None
    ) -> float:
        """Show the price and the equation for a line in original units; return the price.

        What the equation shows gives the price that is shown, to its `decimals`; without them,
        numbers are written with powers of ten.
        """
        size = self.size_chosen()
        price = intercept + slope * size
        sign = "−" if slope < 0 else "+"
        shown = None if decimals is None else repeatable_price(intercept, slope, size, decimals)
        if shown is None:
            first, second = number_text(intercept, _FIGURES), number_text(abs(slope), _FIGURES)
            whole = number_text(price)
        else:
            first, second, whole = text(shown[0]), text(abs(shown[1])), text(shown[2])
        if money:
            first, whole = _in_dollars(first), _in_dollars(whole)
        self._price.setText(whole)
        self._equation.setText(f"{first} {sign} {second} · {self._box.textFromValue(size)}")
        return price


def _in_dollars(amount: str) -> str:
    return f"−${amount[1:]}" if amount.startswith("−") else f"${amount}"
