"""Why was my 7 misread? What speaks for the answer, what against it, and a lesson.

The dialog looks at one picture and one network as they were when it was asked; drawing goes on
beside it.
"""

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from gdstudio.app.labs.digits.class_choice import ClassChoice
from gdstudio.app.labs.digits.edits_bar import edits_text
from gdstudio.app.labs.digits.explain.misreading_cards import (
    EvidenceCard,
    MeasuresCard,
    NeighboursCard,
    PicturesCard,
)
from gdstudio.app.labs.digits.explain.teaching_panel import Keep, TeachingCard
from gdstudio.app.running.background import Background
from gdstudio.app.running.latest_work import LatestWork
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.labels import text_label
from gdstudio.app.widgets.scroll_area import ScrollArea
from gdstudio.engine.inspect.attribution import Evidence, find_evidence
from gdstudio.engine.inspect.edits import apply_edits
from gdstudio.engine.jobs import Work
from gdstudio.engine.network.activations import ACTIVATIONS
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.digits.misreading import Examination, Question, examine
from gdstudio.number_text import count_text, fixed_text, percent_text

_SIZE = QSize(960, 672)
_EDGE = 48


class MisreadingDialog(QDialog):
    """Explains one answer, and teaches another; it stays open while the lab is used.

    Signals:
        class_said(object, int): the user says which digit the picture of this question is.
        problem(str): the training images cannot be read.
    """

    class_said = Signal(object, int)
    problem = Signal(str)

    def __init__(self, keep: Keep, parent: QWidget) -> None:
        """Make the dialog; `keep` gives the lab's network θ, or returns why that cannot be."""
        super().__init__(parent)
        self.setObjectName("misreading_dialog")
        self.setWindowTitle("Why this answer?")
        # The training images take their time, and what the pixels say shall not wait for them.
        self._background, self._slow = Background(self), Background(self)
        self._evidences = LatestWork(self._background, self.problem.emit)
        self._examinations = LatestWork(self._slow, self.problem.emit)
        self._question: Question | None = None
        self._heading = text_label("", "heading", name="misreading_heading")
        self.choice = ClassChoice()
        self.choice.chosen.connect(self._on_class)
        self._pictures = PicturesCard()
        self._measures = MeasuresCard()
        self._neighbours = NeighboursCard()
        self._evidence = EvidenceCard()
        self.teaching = TeachingCard(keep)
        self.teaching.taught.connect(self._ask_evidence)
        self._fill()
        current_theme().changed.connect(self._fit_screen)
        self._fit_screen()

    @property
    def is_busy(self) -> bool:
        """Whether anything that is to be shown is still being found."""
        works = (self._evidences, self._examinations, self.teaching)
        return any(work.is_busy for work in works)

    def ask(self, question: Question, dataset: str, *, teach: bool = False) -> None:
        """Open with a question, against the training images of `dataset`.

        With `teach` the keyboard goes to the digits at once.
        """
        self._question = question
        self._heading.setText(heading_text(question))
        self._pictures.show_question(question)
        self.choice.set_classes(question.settings.classes)
        self._neighbours.set_classes(question.settings.classes)
        self._measures.show_measures(None)
        self._neighbours.show_neighbours(None)
        self._evidence.clear()
        self.choice.ask(question.origin, question.wanted)
        self.teaching.begin(question, dataset)
        self._ask_evidence()

        def work() -> Work[Examination]:
            yield 0.0
            return examine(question.picture, dataset)

        self._examinations.ask(work, partial(self._take_examination, question))
        self.show()
        self.activateWindow()
        if teach and self.choice.isVisible():
            self.choice.focus_choice()

    def take_class(self, label: int) -> None:
        """Take in which digit the picture is, as its author said elsewhere."""
        if self._question is not None and label != self.choice.label():
            self.choice.ask(self._question.origin, label)
            self._show_class(label)

    def give_up(self) -> None:
        """Tell what runs in the background to end soon; nobody waits for it here."""
        self.teaching.give_up()
        self._background.stop()
        self._slow.stop()

    def close_background(self) -> None:
        """Stop what runs in the background."""
        self.give_up()
        for background in (self.teaching.background, self._background, self._slow):
            background.close()

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
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 16, 8, 16)
        outer.setSpacing(8)
        top = QHBoxLayout()
        outer.addLayout(top)
        top.addWidget(self._heading, 1)
        top.addWidget(close)
        outer.addWidget(scroll, 1)

    def _take_examination(self, question: Question, found: Examination | None) -> None:
        if found is None or question is not self._question:
            return  # another one was asked meanwhile
        self._measures.show_measures(found.measures)
        source = f"the {count_text(found.count)} training images of {found.title}"
        given = question.answer.index
        self._neighbours.show_neighbours(found.neighbours, source=source, given=given)

    @Slot(int)
    def _on_class(self, label: int) -> None:
        self._show_class(label)
        if self._question is not None:
            self.class_said.emit(self._question, label)

    def _show_class(self, label: int) -> None:
        self.teaching.set_class(label)
        self._ask_evidence()

    @Slot()
    def _ask_evidence(self) -> None:
        """Find the evidence as the network of the lesson sees it now."""
        question = self._question
        if question is None:
            return
        given = question.answer.index
        said = self.choice.label()
        # Against the right answer where it is known to be another, and else the runner-up.
        runner_up = int(question.answer.outputs.argsort()[-2])
        other = runner_up if said is None or said == given else said
        work = partial(_evidence_of, question, self.teaching.edited, given, other)
        self._evidences.ask(
            work, partial(self._show_evidence, question, is_runner_up=other != said)
        )

    def _show_evidence(
        self, question: Question, evidence: Evidence | None, *, is_runner_up: bool
    ) -> None:
        if evidence is not None and question is self._question:
            curved = _is_curved(question.settings)
            self._evidence.show_evidence(
                evidence,
                curved=curved,
                is_runner_up=is_runner_up,
                image=question.settings.image,
                classes=question.settings.classes,
            )

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


def heading_text(question: Question) -> str:
    """Return who answers what, and how sure it is."""
    answer = question.answer
    edited = f", with {edits_text(len(question.edits))}," if question.edits else ""
    if answer.sure is None:
        sureness = f"output {fixed_text(answer.confidence, 2)}"
    elif answer.sure:
        sureness = percent_text(answer.confidence, 0)
    else:
        sureness = f"not sure, {percent_text(answer.confidence, 0)}"
    return f"This network{edited} answers {answer.label or answer.index} ({sureness})"


def _evidence_of(
    question: Question, edited: FloatArray | None, given: int, wanted: int
) -> Work[Evidence]:
    """Find what speaks for `given` against `wanted`; without `edited` as the network answered."""
    yield 0.0
    network = question.settings.build()
    if edited is None:
        edited = question.learned
        if question.edits:
            edited = apply_edits(network, edited, question.edits)
    return find_evidence(network, edited, question.picture, given, wanted)


def _is_curved(settings: NetworkSettings) -> bool:
    """Return whether activations that are not straight stand between the pixels and the sums z."""
    network = settings.build()
    hidden = network.first_weighted is not network.layers[-1]
    return hidden and not ACTIVATIONS[settings.activation].is_piecewise_linear
