"""Teach it: steps on one picture, the answer as it flips, and what that costs elsewhere."""

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout

from gdstudio.app.background import Background
from gdstudio.app.number_format import count_text, percent_text
from gdstudio.app.widgets.buttons import IconButton
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.labels import text_label
from gdstudio.app.widgets.parameter_slider import ParameterSlider
from gdstudio.data.catalogue import load_digit_test_set
from gdstudio.engine.objective import FloatArray
from gdstudio.errors import BadInput
from gdstudio.experiment.answer import Answer
from gdstudio.experiment.misreading import Question
from gdstudio.experiment.teaching import LEARNING_RATE, Lesson, Price, count_wrong, usual_rate

STEPS = (1, 5, 20)
_SLIDER_SPAN = 100.0


class TeachingCard(Card):
    """Teaches the network of a question, in a copy; Keep hands the copy over.

    Signals:
        taught(): the network of the lesson is another one now.
        kept(object, object): the question, and the parameters that its network shall have now.
    """

    taught = Signal()
    kept = Signal(object, object)

    def __init__(self, background: Background) -> None:
        super().__init__("Teach it", name="teaching_card")
        self._background = background
        self._question: Question | None = None
        self._lesson: Lesson | None = None
        self._first: Answer | None = None  # what it answered before the lesson
        self._dataset = ""
        self._digit = 0
        self._wrong_before: int | None = None
        self._is_kept = False  # the lesson's parameters as they are now were handed over
        self._was_kept = False  # some of them were
        self._round = 0  # counts lessons and steps, so that late results are known as such

        self._about = text_label("", "muted", name="teaching_about_label", wrap=True)
        self._rate = ParameterSlider(
            LEARNING_RATE,
            slider_name="teaching_rate_slider",
            edit_name="teaching_rate_edit",
            label="Learning rate η",
        )
        steps = QHBoxLayout()
        steps.setSpacing(8)
        for count in STEPS:
            button = IconButton(
                f"{count} step{'s' if count > 1 else ''}",
                name=f"teach_{count}_button",
                tooltip=f"Move every weight {count} time{'s' if count > 1 else ''} downhill on the "
                "cost of this one picture.",
            )
            button.clicked.connect(lambda _=False, count=count: self._teach(count))
            steps.addWidget(button)
        steps.addStretch(1)
        self._undo_button = IconButton(
            "Undo",
            icon="undo",
            name="undo_teaching_button",
            tooltip="Give every weight the value it had before the lesson.",
        )
        self._keep_button = IconButton("Keep", name="keep_teaching_button")
        self._undo_button.clicked.connect(self._undo)
        self._keep_button.clicked.connect(self._keep)
        self._result = text_label("", "title", name="teaching_result_label", wrap=True)
        self._price = text_label("", "normal", name="teaching_price_label", wrap=True)
        steps.addWidget(self._undo_button)
        steps.addWidget(self._keep_button)
        self.add(self._about)
        self.add(self._rate)
        self.body.addLayout(steps)
        self.add(self._result)
        self.add(self._price)
        self.body.addStretch(1)

    @property
    def parameters(self) -> FloatArray:
        """The lesson's parameters as they are now, a copy."""
        assert self._lesson is not None
        return self._lesson.parameters

    def begin(self, question: Question, dataset: str) -> None:
        """Begin a lesson; its price is taken on the test images of `dataset`."""
        self._round += 1
        same_loss = self._question and self._question.settings.loss == question.settings.loss
        self._question = question
        self._dataset = dataset
        self._lesson = Lesson(question.settings, question.parameters, question.calibration)
        self._first = self._lesson.answer(question.picture)
        self._wrong_before = None
        self._is_kept = self._was_kept = False
        rate = usual_rate(question.settings)
        self._rate.set_slider_range(rate / _SLIDER_SPAN, rate * _SLIDER_SPAN)
        if not same_loss:
            self._rate.set_value(rate)
        self._keep_button.setToolTip(
            "Let the app’s reader answer with these weights until the app closes."
            if question.shipped
            else "Give these weights to the lab’s network, in place of what it has learned since "
            "this window was opened; its run starts again from them."
        )
        self._result.setText("")
        self._price.setText("")
        self._offer()

    def set_digit(self, digit: int) -> None:
        """Teach this digit from now on."""
        self._digit = digit
        self._about.setText(
            f"Steps downhill on this one picture, until it is read as {_article(digit)} {digit}. "
            "All other digits use the same weights: what does it cost them?"
        )

    def _teach(self, steps: int) -> None:
        if self._lesson is None or self._question is None or not self._rate.commit():
            return
        picture = self._question.picture
        try:
            after = self._lesson.teach(
                picture, self._digit, steps=steps, learning_rate=self._rate.value()
            )
        except BadInput as problem:
            self._result.setText(str(problem))
            return
        assert after is not None
        self._is_kept = False
        self._tell_answer(after)
        self._ask_price()
        self._offer()
        self.taught.emit()

    @Slot()
    def _undo(self) -> None:
        if self._lesson is None or self._question is None:
            return
        self._round += 1
        self._lesson.undo()
        if self._was_kept:
            self._is_kept = self._was_kept = False
            self.kept.emit(self._question, self._lesson.original)
        self._result.setText("Undone: every weight is as it was.")
        self._price.setText("")
        self._offer()
        self.taught.emit()

    @Slot()
    def _keep(self) -> None:
        if self._lesson is None or self._question is None:
            return
        self._is_kept = self._was_kept = True
        self._result.setText(
            "Kept until the app closes: the reader’s own file stays as it is."
            if self._question.shipped
            else "Kept: the lab’s network has these weights now."
        )
        self.kept.emit(self._question, self._lesson.parameters)
        self._offer()

    def _tell_answer(self, after: Answer) -> None:
        assert self._lesson is not None
        before = self._first
        assert before is not None
        digit = self._digit
        count = self._lesson.steps
        steps = f"after {count_text(count)} step{'s' if count > 1 else ''}"
        reads = (
            f"It reads your {digit} now, {steps}."
            if after.digit == digit
            else f"It still answers {after.digit}, {steps}."
        )
        outputs = f"{before.outputs[digit]:.2f} → {after.outputs[digit]:.2f}"
        self._result.setText(f"{reads} Its output for {digit}: {outputs}.")

    def _ask_price(self) -> None:
        """Count the misread test images in the background."""
        assert self._lesson is not None
        self._round += 1
        asked = self._round
        self._price.setText("Reading the test images, for the price…")
        lesson, known = self._lesson, self._wrong_before
        job = _price_job(
            lesson,
            self._dataset,
            known,
            lambda: self._background.closing.is_set() or self._round != asked,
        )
        self._background.submit(
            job,
            lambda price: self._take_price(asked, price),
            lambda problem: self._price.setText(problem) if self._round == asked else None,
        )

    def _take_price(self, asked: int, price: Price) -> None:
        if asked != self._round:
            return
        self._wrong_before = price.wrong_before
        self._price.setText(price_text(price))

    def _offer(self) -> None:
        """Offer what can be done now."""
        taught = self._lesson is not None and self._lesson.steps > 0
        self._undo_button.setEnabled(taught)
        self._keep_button.setEnabled(taught and not self._is_kept)


def price_text(price: Price) -> str:
    """Return what a lesson cost, in a sentence."""
    more = price.wrong_after - price.wrong_before
    before, after = price.accuracy_before, price.accuracy_after
    # A decimal more where one would hide the change.
    places = 1 if percent_text(before) != percent_text(after) or not more else 2
    change = f"{percent_text(before, places)} → {percent_text(after, places)}"
    of_all = count_text(price.count)
    if more == 0:
        return f"Test accuracy {change}: of {of_all} as many are misread as before."
    kind = "more" if more > 0 else "fewer"
    verb = "is" if abs(more) == 1 else "are"
    return f"Test accuracy {change}: {count_text(abs(more))} {kind} of {of_all} {verb} misread."


def _price_job(
    lesson: Lesson, dataset: str, wrong_before: int | None, stopped: Callable[[], bool]
) -> Callable[[], Price]:
    """Return the work of finding a lesson's price, with its parameters as they are now."""
    settings, original, parameters = lesson.settings, lesson.original, lesson.parameters

    def find() -> Price:
        test, _ = load_digit_test_set(dataset)
        before = wrong_before
        if before is None:
            before = count_wrong(settings, original, test, stopped)
        return Price(len(test), before, count_wrong(settings, parameters, test, stopped))

    return find


def _article(digit: int) -> str:
    return "an" if digit == 8 else "a"
