"""Which digit or other class it is: only who drew it knows, so who needs the answer asks."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QWidget

from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.flow_layout import FlowLayout
from gdstudio.app.widgets.labels import set_role, text_label
from gdstudio.experiment.digits.canvas_example import Origin
from gdstudio.number_text import class_text

_DIGITS = tuple("0123456789")


class ClassChoice(QWidget):
    """A question and a small button for each class, ``wanted_0_button``, ``wanted_1_button``, ….

    It is hidden where nothing is drawn, and for a test image, whose label is known.

    Signals:
        chosen(int): the number of the class that the user says it is.
    """

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("wanted")
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._flow = flow = FlowLayout(self, gap=4)
        self._question = text_label("", "value", name="wanted_label")
        flow.addWidget(self._question)
        self._group = QButtonGroup(self)
        self._classes: tuple[str, ...] = ()
        self.set_classes(_DIGITS)
        self._group.idClicked.connect(self.chosen)
        self.hide()

    def set_classes(self, classes: tuple[str, ...]) -> None:
        """Offer these classes from now on."""
        if classes == self._classes:
            return
        self._classes = classes
        for button in self._group.buttons():
            self._group.removeButton(button)
            self._flow.removeWidget(button)
            button.hide()
            button.setObjectName("")  # another one may get the name before this is gone
            button.deleteLater()
        for label, name in enumerate(classes):
            made = IconButton(
                name.replace("&", "&&"),
                kind="quiet",
                name=f"wanted_{label}_button",
                tooltip=f"Say that it is {class_text(name)}; that holds until the picture changes.",
                accessible=f"It is {class_text(name)}",
            )
            made.setCheckable(True)
            self._group.addButton(made, label)
            self._flow.addWidget(made)

    def ask(self, origin: Origin | None, label: int | None) -> None:
        """Ask of which class a picture of this `origin` is, or show the `label` that was said.

        None as the origin: nothing is drawn.
        """
        question = "" if origin is None else origin.question
        if self._classes != _DIGITS:
            question = question.replace("digit", "class").replace("did you draw", "is your drawing")
        self.setVisible(bool(question))
        if self._question.text() != question:
            self._question.setText(question)
        set_role(self._question, "value" if label is None else "muted")
        # An exclusive group would not let the last one go.
        self._group.setExclusive(False)
        for button in self._group.buttons():
            button.setChecked(self._group.id(button) == label)
        self._group.setExclusive(True)

    def label(self) -> int | None:
        """Return the number of the class that was said; None where none was."""
        label = self._group.checkedId()
        return label if label >= 0 else None

    def focus_choice(self) -> None:
        """Give the keyboard to the chosen digit, or the first."""
        self._group.button(max(self._group.checkedId(), 0)).setFocus()
