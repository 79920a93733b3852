"""A box for any number, with arrows: 3.5, 1e5, 12,000,000,000,000 or 0.05."""

import math

from PySide6.QtCore import Signal
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QWidget

from gdstudio.data.tables.numbers import Written, understand
from gdstudio.number_text import parse_number, plain_text, round_to_figures

# Qt rounds what it is given to its decimals; these are all that a number can have.
_ALL_DECIMALS = 323
_FIGURES = 12
# Digits before the point that are written out.
_LONGEST = 15


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
        figures = _FIGURES if not 1e9 <= size < 10.0**_LONGEST else _LONGEST
        return plain_text(value, figures, longest=_LONGEST)

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
        self.setValue(round_to_figures(self.value() + steps * self.singleStep(), _FIGURES))
        self.selectAll()

    def _bare(self, text: str) -> str:
        return text.strip().removesuffix(self.suffix().strip()).strip()

    def _number_in(self, text: str) -> float | None:
        one = understand(self._bare(text))
        if isinstance(one, Written) and not one.unknown and not one.doubtful:
            number = one.value(one.proves or ".")
        else:
            try:
                number = parse_number(self._bare(text))
            except ValueError:
                return None
        within = math.isfinite(number) and self.minimum() <= number <= self.maximum()
        return number if within else None
