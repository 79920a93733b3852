"""The card of “Predict first”: a question before the step, the answer with its numbers after it."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.labels import set_role, text_label

_OFF = "Say where the next step goes before you see it."


class PredictCard(Card):
    """Left or right, near or far: two pairs of buttons, a step, what came of it, and a score.

    Attributes:
        toggle: the button that turns it on.

    Signals:
        toggled(bool): it was turned on or off.
        step_clicked(bool, bool): make the step; the prediction is (right, far).
    """

    toggled = Signal(bool)
    step_clicked = Signal(bool, bool)

    def __init__(self) -> None:
        super().__init__("Predict first", name="predict_card")
        self.toggle = IconButton(
            "Ask me",
            kind="quiet",
            name="predict_button",
            tooltip="Hide the next step, and say which way and how far it goes before you see it.",
        )
        self.toggle.setCheckable(True)
        self.toggle.toggled.connect(self._on_toggled)
        self.add_header_widget(self.toggle)
        self._off = text_label(_OFF, "muted", wrap=True)
        self.add(self._off)
        self._asking = QWidget()
        rows = QVBoxLayout(self._asking)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        self._question = text_label("", wrap=True, name="predict_question_label")
        rows.addWidget(self._question)
        grid = QGridLayout()
        rows.addLayout(grid)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        self._ways = self._pair(
            grid, 0, ("predict_left_button", "← Left"), ("predict_right_button", "Right →")
        )
        self._lengths = self._pair(
            grid, 1, ("predict_near_button", "Near"), ("predict_far_button", "Far")
        )
        last = QHBoxLayout()
        rows.addLayout(last)
        last.setSpacing(8)
        self._step = IconButton(
            "Step and see",
            icon="step",
            name="predict_step_button",
            tooltip="Make the step, and compare it with what you said.",
        )
        self._step.clicked.connect(self._on_step)
        last.addWidget(self._step)
        last.addStretch(1)
        self._score = text_label("", "value", name="predict_score_label")
        last.addWidget(self._score)
        self._answer = text_label("", "muted", wrap=True, name="predict_answer_label")
        rows.addWidget(self._answer)
        self.add(self._asking)
        self._may_ask = False
        self._asked = ("", 0)
        self._on_toggled(False)

    @property
    def is_on(self) -> bool:
        """Whether the user wants to predict."""
        return self.toggle.isChecked()

    def ask(self, question: str, number: int = 0) -> None:
        """Ask `question`; one of another `number` forgets what was chosen.

        Nothing can be said to an empty question.
        """
        self._may_ask = bool(question)
        if (question, number) != self._asked:
            self._asked = (question, number)
            self._question.setText(question)
            for group in (self._ways, self._lengths):
                group.setExclusive(False)
                for button in group.buttons():
                    button.setChecked(False)
                group.setExclusive(True)
        self._question.setVisible(bool(question))
        self._enable()

    def tell(self, answer: str, *, good: bool) -> None:
        """Say what came of the last prediction; an empty text says nothing."""
        self._answer.setText(answer)
        self._answer.setVisible(bool(answer))
        set_role(self._answer, "good" if good else "muted")

    def set_score(self, right: int, asked: int) -> None:
        """Show how many of the answers were right."""
        self._score.setText(f"{right} of {asked} right" if asked else "")

    def _pair(self, grid: QGridLayout, row: int, *buttons: tuple[str, str]) -> QButtonGroup:
        group = QButtonGroup(self)
        group.setExclusive(True)
        tooltips = {
            "← Left": "The step makes x smaller.",
            "Right →": "The step makes x larger.",
            "Near": "The step is not longer than the length in the question.",
            "Far": "The step is longer than the length in the question.",
        }
        for column, (name, text) in enumerate(buttons):
            button = IconButton(
                text,
                name=name,
                tooltip=tooltips[text],
                accessible=text.strip("←→ "),
            )
            button.setCheckable(True)
            group.addButton(button, column)
            grid.addWidget(button, row, column)
        group.idToggled.connect(self._enable)
        return group

    @Slot()
    def _enable(self) -> None:
        for group in (self._ways, self._lengths):
            for button in group.buttons():
                button.setEnabled(self._may_ask)
        chosen = self._ways.checkedId() >= 0 and self._lengths.checkedId() >= 0
        self._step.setEnabled(self._may_ask and chosen)

    @Slot()
    def _on_step(self) -> None:
        self.step_clicked.emit(self._ways.checkedId() == 1, self._lengths.checkedId() == 1)

    @Slot(bool)
    def _on_toggled(self, on: bool) -> None:
        self._off.setVisible(not on)
        self._asking.setVisible(on)
        self._answer.setVisible(on and bool(self._answer.text()))
        self.toggled.emit(on)
