"""Ten buttons, one of them pressed: which digit it is."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from gdstudio.app.widgets.buttons import IconButton
from gdstudio.app.widgets.labels import text_label


class DigitChoice(QWidget):
    """A question and the ten digits; the arrow keys go from one to the next.

    Signals:
        chosen(int): the user chose a digit.
    """

    chosen = Signal(int)

    def __init__(self, question: str, *, name: str) -> None:
        """Make the buttons ``<name>_0_button`` to ``<name>_9_button``."""
        super().__init__()
        self.setObjectName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(text_label(question, "title"))
        row.addSpacing(8)
        self._group = QButtonGroup(self)
        self._buttons = []
        for digit in range(10):
            button = IconButton(
                str(digit),
                kind="quiet",
                name=f"{name}_{digit}_button",
                tooltip=f"It is a {digit}." if digit != 8 else "It is an 8.",
                accessible=f"{question} {digit}",
            )
            button.setCheckable(True)
            self._group.addButton(button, digit)
            self._buttons.append(button)
            row.addWidget(button)
        row.addStretch(1)
        self._group.idClicked.connect(self.chosen)

    def digit(self) -> int:
        """Return the chosen digit; −1 before any was."""
        return self._group.checkedId()

    def set_digit(self, digit: int) -> None:
        """Show another choice without a signal."""
        self._buttons[digit].setChecked(True)

    def focus_choice(self) -> None:
        """Give the keyboard to the chosen digit."""
        self._buttons[max(self.digit(), 0)].setFocus()
