"""What a picture shows, said by the data set or by the user; until then the answer is assumed."""

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

    def resolve(self, *, known: int | None, assumed: int | None) -> int | None:
        """Show and return which answer is wanted for what lies on the canvas now.

        What the user said counts before what is `known`, and that before what is `assumed`, the
        network's own answer; None where nothing is drawn. It was said of one picture: with
        another right answer, or with nothing drawn, it is forgotten.
        """
        if assumed is None or known != self._known:
            self._said = None
        self._known = known
        candidates = (
            (self._said, "as you say"),
            (known, "as its label says"),
            (assumed, "assumed: its own answer"),
        )
        wanted, note = next(((d, n) for d, n in candidates if d is not None), (None, ""))
        if wanted is not None and wanted == known:
            note = "as its label says"
        if self._note.text() != note:
            self._note.setText(note)
        for button in self._group.buttons():
            digit = self._group.id(button)
            if button.isChecked() != (digit == wanted):
                # An exclusive group would not let the last one go.
                self._group.setExclusive(False)
                button.setChecked(digit == wanted)
                self._group.setExclusive(True)
            button.setEnabled(assumed is not None)
        return wanted

    @Slot(int)
    def _on_clicked(self, digit: int) -> None:
        self._said = digit
        self.chosen.emit(digit)
