"""Which digit it is: only who drew it knows, so whoever needs the right answer asks."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QWidget

from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.flow_layout import FlowLayout
from gdstudio.app.widgets.labels import set_role, text_label
from gdstudio.experiment.digits.canvas_example import Origin
from gdstudio.number_text import digit_text

_DIGITS = 10


class DigitChoice(QWidget):
    """A question and ten small buttons, ``wanted_0_button`` to ``wanted_9_button``.

    It is hidden where nothing is drawn, and for a test image, whose label is known.

    Signals:
        chosen(int): the digit that the user says it is.
    """

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("wanted")
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        flow = FlowLayout(self, gap=4)
        self._question = text_label("", "value", name="wanted_label")
        flow.addWidget(self._question)
        self._group = QButtonGroup(self)
        for digit in range(_DIGITS):
            button = IconButton(
                str(digit),
                kind="quiet",
                name=f"wanted_{digit}_button",
                tooltip=f"Say that it is {digit_text(digit)}; that holds until the picture "
                "changes.",
                accessible=f"It is {digit_text(digit)}",
            )
            button.setCheckable(True)
            self._group.addButton(button, digit)
            flow.addWidget(button)
        self._group.idClicked.connect(self.chosen)
        self.hide()

    def ask(self, origin: Origin | None, label: int | None) -> None:
        """Ask which digit a picture of this `origin` is, or show the `label` that was said.

        None as the origin: nothing is drawn.
        """
        question = "" if origin is None else origin.question
        self.setVisible(bool(question))
        if self._question.text() != question:
            self._question.setText(question)
        set_role(self._question, "value" if label is None else "muted")
        # An exclusive group would not let the last one go.
        self._group.setExclusive(False)
        for button in self._group.buttons():
            button.setChecked(self._group.id(button) == label)
        self._group.setExclusive(True)

    def digit(self) -> int | None:
        """Return the digit that was said; None where none was."""
        digit = self._group.checkedId()
        return digit if digit >= 0 else None

    def focus_choice(self) -> None:
        """Give the keyboard to the chosen digit, or the first."""
        self._group.button(max(self._group.checkedId(), 0)).setFocus()
