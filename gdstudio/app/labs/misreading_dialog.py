"""Why was my 7 misread? What speaks for the answer, what against it, and a lesson.

The dialog looks at one picture and one network as they were when it was asked; drawing goes on
beside it.
"""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from gdstudio.app.background import Background
from gdstudio.app.labs.digit_choice import DigitChoice
from gdstudio.app.labs.misreading_cards import (
    EvidenceCard,
    MeasuresCard,
    NeighboursCard,
    PicturesCard,
)
from gdstudio.app.labs.teaching_panel import TeachingCard
from gdstudio.app.number_format import count_text, percent_text
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.buttons import IconButton
from gdstudio.app.widgets.labels import text_label
from gdstudio.app.widgets.scroll_area import ScrollArea
from gdstudio.engine.attribution import find_evidence
from gdstudio.experiment.answer import Answer, Answerer
from gdstudio.experiment.misreading import Examination, Question, examine

_SIZE = QSize(960, 672)
_EDGE = 48
_STRAIGHT = ("relu", "identity")


class MisreadingDialog(QDialog):
    """Explains one answer, and teaches another; it stays open while the lab is used.

    Signals:
        kept(object, object): a question, and the parameters that its network shall have now.
        problem(str): the training images cannot be read.
    """

    kept = Signal(object, object)
    problem = Signal(str)

    def __init__(self, background: Background, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("misreading_dialog")
        self.setWindowTitle("Why this answer?")
        self._background = background
        self._question: Question | None = None
        self._answer: Answer | None = None
        self._heading = text_label("", "heading", name="misreading_heading")
        self.choice = DigitChoice("Which digit is it?", name="wanted")
        self.choice.chosen.connect(self._on_digit)
        self._pictures = PicturesCard()
        self._measures = MeasuresCard()
        self._neighbours = NeighboursCard()
        self._evidence = EvidenceCard()
        self.teaching = TeachingCard(background)
        self.teaching.taught.connect(self._show_evidence)
        self.teaching.kept.connect(self.kept)
        self._fill()
        current_theme().changed.connect(self._fit_screen)
        self._fit_screen()

    def ask(self, question: Question, dataset: str, *, teach: bool = False) -> None:
        """Open with a question, against the training images of `dataset`.

        With `teach` the keyboard goes to the digits at once.
        """
        answerer = Answerer(question.settings, question.calibration)
        answerer.load(question.parameters)
        answer = answerer.answer(question.picture)
        if answer is None:
            return
        self._question, self._answer = question, answer
        self._heading.setText(_heading(question, answer))
        self._pictures.show_question(question)
        self._measures.show_measures(None)
        self._neighbours.show_neighbours(None)
        order = [int(digit) for digit in answer.outputs.argsort()[::-1]]
        wanted = question.wanted
        wanted = order[1] if wanted is None or wanted == answer.digit else wanted
        self.choice.set_digit(wanted)
        self.teaching.begin(question, dataset)
        self._on_digit(wanted)
        self._background.submit(
            lambda: examine(question.picture, dataset),
            lambda found: self._take_examination(question, found),
            self.problem.emit,
        )
        self.show()
        self.activateWindow()
        if teach:
            self.choice.focus_choice()

    def _fill(self) -> None:
        content = QWidget()
        content.setProperty("kind", "scrolled")
        grid = QGridLayout(content)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setSpacing(8)
        grid.addWidget(self._pictures, 0, 0)
        grid.addWidget(self._measures, 0, 1)
        grid.addWidget(self._neighbours, 1, 0, 1, 2)
        grid.addWidget(self.choice, 2, 0, 1, 2)
        grid.addWidget(self._evidence, 3, 0)
        grid.addWidget(self.teaching, 3, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(3, 1)
        scroll = ScrollArea(content)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        close = IconButton("Close", name="close_misreading_button", kind="primary")
        close.clicked.connect(self.close)
        top = QHBoxLayout()
        top.addWidget(self._heading, 1)
        top.addWidget(close)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 16, 8, 16)
        outer.setSpacing(8)
        outer.addLayout(top)
        outer.addWidget(scroll, 1)

    def _take_examination(self, question: Question, found: Examination) -> None:
        if question is not self._question or self._answer is None:
            return  # another one was asked meanwhile
        self._measures.show_measures(found.measures)
        source = f"the {count_text(found.count)} training images of {found.title}"
        self._neighbours.show_neighbours(found.neighbours, source=source, given=self._answer.digit)

    @Slot(int)
    def _on_digit(self, digit: int) -> None:
        self.teaching.set_digit(digit)
        self._show_evidence()

    @Slot()
    def _show_evidence(self) -> None:
        """Show the evidence as the network of the lesson sees it now."""
        if self._question is None or self._answer is None:
            return
        settings, given, wanted = self._question.settings, self._answer.digit, self.choice.digit()
        if wanted == given:  # then against the runner-up
            wanted = int(self._answer.outputs.argsort()[-2])
        evidence = find_evidence(
            settings.build(), self.teaching.parameters, self._question.picture, given, wanted
        )
        curved = settings.activation not in _STRAIGHT and bool(settings.network)
        self._evidence.show_evidence(evidence, curved=curved)

    @Slot()
    def _fit_screen(self) -> None:
        """Be as large as the cards need, as far as the screen has room."""
        px = current_theme().px
        wanted = QSize(px(_SIZE.width()), px(_SIZE.height()))
        screen = self.screen().availableSize() - QSize(_EDGE, _EDGE)
        self.resize(wanted.boundedTo(screen))

    # Qt's own.

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Keep Enter, which ends typing in a box, from closing the dialog."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)


def _heading(question: Question, answer: Answer) -> str:
    who = "The app’s reader" if question.shipped else "This network"
    if answer.sure is None:
        sureness = f"output {answer.confidence:.2f}"
    elif answer.sure:
        sureness = percent_text(answer.confidence, 0)
    else:
        sureness = f"not sure, {percent_text(answer.confidence, 0)}"
    return f"{who} answers {answer.digit} ({sureness})"
