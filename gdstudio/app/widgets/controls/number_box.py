"""A box for any number, with arrows: 3.5, 1e5, 12,000,000,000,000 or 0.05."""

import math

from PySide6.QtCore import Signal
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QWidget

from gdstudio.data.numbers import Written, understand
from gdstudio.number_text import plain_text

# Qt rounds what it is given to its decimals; these are all that a number can have.
_ALL_DECIMALS = 323
_FIGURES = 12
_LARGEST_PLAIN, _SMALLEST_PLAIN = 1e15, 1e-6


class NumberBox(QDoubleSpinBox):
    """Takes a number as people write it, and writes it with as many figures as it has.

    What is no number is not entered: the last number stays.

    Signals:
        refused(str): a sentence on what was typed and is no number; empty when it is mended.
    """

    refused = Signal(str)

    def __init__(self, *, largest: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDecimals(_ALL_DECIMALS)
        self.setRange(-largest, largest)
        # A number is taken as a whole: 1 is not meant by who is about to type 1e5.
        self.setKeyboardTracking(False)
        self.valueChanged.connect(lambda _value: self.refused.emit(""))

    def textFromValue(self, value: float) -> str:  # noqa: N802 - Qt's name
        """Return a number with its thousands apart."""
        size = abs(value)
        if size and not _SMALLEST_PLAIN <= size < _LARGEST_PLAIN:
            return plain_text(value, _FIGURES).replace("-", "\N{MINUS SIGN}", value < 0)
        figures = _FIGURES if size < 1e9 else 15
        text = f"{value:.{figures}g}"
        if "e" in text:
            text = f"{value:.0f}"
        whole, point, decimals = text.lstrip("-").partition(".")
        sign = "\N{MINUS SIGN}" if value < 0 else ""
        return f"{sign}{int(whole):,}{point}{decimals}"

    def valueFromText(self, text: str) -> float:  # noqa: N802 - Qt's name
        """Return the number that `text` stands for; the one in force if it is none."""
        number = self._number_in(text)
        return self.value() if number is None else number

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Let anything be typed, and take what is a number."""
        is_number = self._number_in(text) is not None
        state = QValidator.State.Acceptable if is_number else QValidator.State.Intermediate
        return state, text, position

    def fixup(self, text: str) -> str:
        """Say that what was typed is no number."""
        shown = self._bare(text)
        shown = shown if len(shown) <= 30 else f"{shown[:29]}…"
        reach = plain_text(self.maximum())
        self.refused.emit(
            f"“{shown}” is no number from −{reach} to {reach}; type one such as 3.5 or 2,000."
            if shown
            else "Type a number such as 3.5 or 2,000."
        )
        return text

    def stepBy(self, steps: int) -> None:  # noqa: N802 - Qt's name
        """Go up or down by whole steps, without the last bits that sums leave."""
        self.setValue(float(f"{self.value() + steps * self.singleStep():.{_FIGURES}g}"))
        self.selectAll()

    def _bare(self, text: str) -> str:
        return text.strip().removesuffix(self.suffix().strip()).strip()

    def _number_in(self, text: str) -> float | None:
        one = understand(self._bare(text))
        if not isinstance(one, Written) or one.unknown or one.doubtful:
            return None
        number = one.value(one.proves or ".")
        within = math.isfinite(number) and self.minimum() <= number <= self.maximum()
        return number if within else None
