"""What a picture shows, as its label or the user says; until then the answer is assumed."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QWidget

from gdstudio.app.widgets.buttons import IconButton
from gdstudio.app.widgets.flow_layout import FlowLayout
from gdstudio.app.widgets.labels import text_label

_DIGITS = 10


class WantedRow(QWidget):
    """“It is a” and ten small buttons, ``wanted_0_button`` to ``wanted_9_button``.

    Signals:
        chosen(int): the digit that the user says it is.
    """

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._said: int | None = None
        self._known: int | None = None
        flow = FlowLayout(self, gap=4)
        flow.addWidget(text_label("It is a", "muted"))
        self._group = QButtonGroup(self)
        for digit in range(_DIGITS):
            button = IconButton(
                str(digit),
                kind="quiet",
                name=f"wanted_{digit}_button",
                tooltip=f"Say that this is a {digit}: the cost is reckoned for that answer.",
                accessible=f"It is a {digit}",
            )
            button.setCheckable(True)
            self._group.addButton(button, digit)
            flow.addWidget(button)
        self._group.idClicked.connect(self._on_clicked)
        self._note = text_label("", "small", name="wanted_label")
        flow.addWidget(self._note)

    def wanted(self, *, known: int | None, drawn: bool) -> int | None:
        """Return the right answer as the user says it, else as it is `known`, else None.

        What was said is about one picture: with another known answer, or with nothing drawn, it
        is forgotten.
        """
        if not drawn or known != self._known:
            self._said = None
        self._known = known
        return known if self._said is None else self._said

    def show_wanted(self, wanted: int | None) -> None:
        """Mark the answer that counts, and tell where it is from; None where nothing is drawn."""
        note = "assumed: its own answer"
        if wanted is None:
            note = ""
        elif wanted == self._known:
            note = "as its label says"
        elif wanted == self._said:
            note = "as you say"
        if self._note.text() != note:
            self._note.setText(note)
        # An exclusive group would not let the last one go.
        self._group.setExclusive(False)
        for button in self._group.buttons():
            button.setChecked(self._group.id(button) == wanted)
            button.setEnabled(wanted is not None)
        self._group.setExclusive(True)

    @Slot(int)
    def _on_clicked(self, digit: int) -> None:
        self._said = digit
        self.chosen.emit(digit)
