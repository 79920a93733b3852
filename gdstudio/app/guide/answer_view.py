"""What a step asks for: a number to type, answers to choose from, or something to do in the lab."""

from typing import Literal

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.labels import set_role, text_label
from gdstudio.lesson.check_block import MOST_CHOICES

_LONGEST_ANSWER = 200
Kind = Literal["nothing", "number", "choices", "doing"]


class _ChoiceRow(QWidget):
    """One answer: its text flows over lines, and a click on it chooses it."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self.button = QRadioButton()
        self.button.setObjectName(f"guide_choice_{place}")
        self._text = text_label("", wrap=True)
        self._text.installEventFilter(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)

    def show_text(self, text: str) -> None:
        """Say what the answer is."""
        self._text.setText(text)
        self.button.setAccessibleName(text)
        self.button.setToolTip("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Choose the answer whose text is clicked."""
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            self.button.setFocus()
            self.button.click()
            return True
        return False


class AnswerView(QWidget):
    """The question of a step, what answers it, and what is said to the answer.

    Signals:
        number_given(str): a number was typed and is to be checked.
        choice_given(int): the answer at this place was chosen and is to be checked; −1 for none.
        hint_wanted(): the user asks for a hint.
    """

    number_given = Signal(str)
    choice_given = Signal(int)
    hint_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._kind: Kind = "nothing"
        self._question = text_label("", "title", name="guide_question_label", wrap=True)
        self._edit = QLineEdit()
        self._edit.setObjectName("guide_answer_edit")
        self._edit.setMaxLength(_LONGEST_ANSWER)
        self._edit.returnPressed.connect(self._check)
        self._group = QButtonGroup(self)
        self._rows = [_ChoiceRow(place) for place in range(MOST_CHOICES)]
        self._button = IconButton(
            "Check", name="guide_check_button", tooltip="Say whether this answer is right."
        )
        self._button.clicked.connect(self._check)
        self._hint_button = IconButton(
            "Hint", kind="quiet", name="guide_hint_button", tooltip="Give a hint."
        )
        self._hint_button.clicked.connect(self.hint_wanted)
        self._said = text_label("", name="guide_hint_label", wrap=True)
        self._said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._question)
        for place, row in enumerate(self._rows):
            self._group.addButton(row.button, place)
            column.addWidget(row)
        buttons = QHBoxLayout()
        column.addLayout(buttons)
        buttons.setSpacing(8)
        buttons.addWidget(self._edit, 1)
        buttons.addWidget(self._button)
        buttons.addWidget(self._hint_button)
        buttons.addStretch(0)
        column.addWidget(self._said)
        self.show_nothing()

    # What is asked.

    def show_nothing(self) -> None:
        """Ask for nothing."""
        self._show("nothing", "")

    def show_number(self, question: str, label: str) -> None:
        """Ask for a number; `label` says in a few words what is to be typed."""
        self._edit.clear()
        self._edit.setPlaceholderText(label)
        self._show("number", question)
        self._edit.setAccessibleName(question or "Your answer")

    def show_choices(self, question: str, choices: list[str]) -> None:
        """Ask for one of several answers."""
        self._group.setExclusive(False)
        for row in self._rows:
            row.button.setChecked(False)
        self._group.setExclusive(True)
        for row, text in zip(self._rows, choices, strict=False):
            row.show_text(text)
        self._show("choices", question, len(choices))

    def show_doing(self, what: str, *, has_hint: bool) -> None:
        """Ask for something that is done in the lab."""
        self._show("doing", what)
        self._hint_button.setVisible(has_hint)

    def set_question(self, question: str) -> None:
        """Write the question anew, its numbers being known now."""
        self._question.setText(question)
        self._question.setVisible(bool(question))

    def _show(self, kind: Kind, question: str, choices: int = 0) -> None:
        self._kind = kind
        self.set_question(question)
        for place, row in enumerate(self._rows):
            row.setVisible(place < choices)
        self._edit.setVisible(kind == "number")
        self._button.setVisible(kind in ("number", "choices"))
        self._hint_button.hide()
        self.set_done(False)
        self.say("", None)

    # What is answered.

    def say(self, sentence: str, is_right: bool | None) -> None:
        """Say something to the answer."""
        self._said.setText(sentence)
        self._said.setVisible(bool(sentence))
        set_role(self._said, "normal" if not is_right else "value")

    def set_done(self, done: bool) -> None:
        """Take no more answers, or take them again."""
        self._edit.setReadOnly(done)
        self._button.setEnabled(not done)
        self._hint_button.setEnabled(not done)

    @property
    def said(self) -> QWidget:
        """Where it is said whether an answer was right."""
        return self._said

    def first_control(self) -> QWidget | None:
        """Return where the answer is given; None where it is given in the lab."""
        if self._kind == "number":
            return self._edit
        return self._rows[0].button if self._kind == "choices" else None

    @Slot()
    def _check(self) -> None:
        if not self._button.isEnabled():
            return
        if self._kind == "number":
            self._edit.selectAll()
            self.number_given.emit(self._edit.text())
        elif self._kind == "choices":
            self.choice_given.emit(self._group.checkedId())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Check the chosen answer on Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._kind == "choices":
            self._check()
        else:
            super().keyPressEvent(event)
