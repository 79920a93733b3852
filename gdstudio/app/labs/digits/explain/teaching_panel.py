"""Teach it: steps on one picture, the answer as it flips, and what that costs elsewhere."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout

from gdstudio.app.labs.digits.explain.teaching_texts import (
    CANCELLED,
    KEPT,
    UNDONE,
    about_text,
    price_text,
    result_text,
    steps_text,
)
from gdstudio.app.running.background import Background
from gdstudio.app.running.latest_work import LatestWork
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.controls.parameter_slider import ParameterSlider
from gdstudio.app.widgets.labels import text_label
from gdstudio.engine.jobs import Work
from gdstudio.engine.network.losses import LOSSES
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.digits.accuracy_change import AccuracyChange, compare_accuracy
from gdstudio.experiment.digits.misreading import Question
from gdstudio.experiment.digits.teaching import LEARNING_RATE, Lesson, Taught
from gdstudio.number_text import percent_text

STEPS = (1, 5, 20)
_SLIDER_SPAN = 100.0
_LOOK_MILLISECONDS = 200

Keep = Callable[[FloatArray], str]


class TeachingCard(Card):
    """Teaches the network of a question, in a copy and in the background; Keep hands the copy over.

    Signals:
        taught(): the network of the lesson is another one now.
    """

    taught = Signal()

    def __init__(self, keep: Keep) -> None:
        """Make the card; `keep` gives the lab's network θ, or returns why that cannot be."""
        super().__init__("Teach it", name="teaching_card")
        self._keep = keep
        self.background = Background(self)
        self._steps = LatestWork(self.background, self._on_failure)
        self._prices = LatestWork(self.background, self._on_price_failure)
        self._question: Question | None = None
        self._lesson: Lesson | None = None
        self._first: Taught | None = None  # as it was before the lesson
        self._now: Taught | None = None
        self._dataset = ""
        self._label: int | None = None
        self._wrong_before: int | None = None
        self._is_kept = False  # the lesson's parameters as they are now were handed over
        self._was_kept = False  # some of them were

        self._about = text_label("", "muted", name="teaching_about_label", wrap=True)
        self._rate = ParameterSlider(
            LEARNING_RATE,
            slider_name="teaching_rate_slider",
            edit_name="teaching_rate_edit",
            label="Learning rate η",
        )
        self._result = text_label("", "title", name="teaching_result_label", wrap=True)
        self._price = text_label("", "normal", name="teaching_price_label", wrap=True)
        self.add(self._about)
        self.add(self._rate)
        self._add_buttons()
        self.add(self._result)
        self.add(self._price)
        self.body.addStretch(1)
        # Steps that are done sooner than one could read of them say nothing on the way.
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MILLISECONDS)
        self._timer.timeout.connect(self._show_progress)

    def _add_buttons(self) -> None:
        row = QHBoxLayout()
        self.body.addLayout(row)
        row.setSpacing(8)
        self._step_buttons = []
        for count in STEPS:
            button = IconButton(
                steps_text(count),
                name=f"teach_{count}_button",
                tooltip=f"Move every weight {count} time{'s' if count > 1 else ''} downhill on the "
                "loss of this one picture.",
            )
            button.clicked.connect(lambda _=False, count=count: self._teach(count))
            self._step_buttons.append(button)
            row.addWidget(button)
        self._cancel_button = IconButton(
            "Cancel",
            name="cancel_teaching_button",
            tooltip="Stop these steps; every weight stays as it was before them.",
        )
        self._undo_button = IconButton(
            "Undo",
            icon="undo",
            name="undo_teaching_button",
            tooltip="Give every weight the value it had before the lesson.",
        )
        self._keep_button = IconButton(
            "Keep",
            name="keep_teaching_button",
            tooltip="Give these weights to the lab’s network, in place of its own; its run starts "
            "again from them.",
        )
        self._cancel_button.clicked.connect(self.cancel)
        self._undo_button.clicked.connect(self._undo)
        self._keep_button.clicked.connect(self._hand_over)
        row.addWidget(self._cancel_button)
        row.addStretch(1)
        row.addWidget(self._undo_button)
        row.addWidget(self._keep_button)
        self._cancel_button.hide()

    @property
    def is_busy(self) -> bool:
        """Whether steps, or the price of those before, are under way."""
        return self._steps.is_busy or self._prices.is_busy

    @property
    def parameters(self) -> FloatArray:
        """The lesson's θ as it is now, without edits, read-only."""
        assert self._question is not None
        return self._question.learned if self._now is None else self._now.parameters

    @property
    def edited(self) -> FloatArray | None:
        """The lesson's θ as the network answers with it, edits and all; None before a step."""
        return None if self._now is None else self._now.edited

    def begin(self, question: Question, dataset: str) -> None:
        """Begin a lesson; its price is taken on the test images of `dataset`."""
        self._steps.drop()
        self._prices.drop()
        self._end_progress()
        same_loss = self._question and self._question.settings.loss == question.settings.loss
        self._question = question
        self._dataset = dataset
        self._lesson = Lesson(
            question.settings, question.picture, question.calibration, question.edits
        )
        self._first = self._now = None
        self._wrong_before = None
        self._is_kept = self._was_kept = False
        rate = LOSSES[question.settings.loss].teaching_rate
        self._rate.set_slider_range(rate / _SLIDER_SPAN, rate * _SLIDER_SPAN)
        if not same_loss:
            self._rate.set_value(rate)
        self._result.setText("")
        self._price.setText("")
        self.set_class(question.wanted)

    def set_class(self, label: int | None) -> None:
        """Teach this digit from now on; None: nobody has said which it is."""
        self._label = label
        question = self._question
        if question is not None:
            answered, edits = question.answer.index, len(question.edits)
            self._about.setText(
                about_text(label, answered, classes=question.settings.classes, edits=edits)
            )
        self._offer()

    def give_up(self) -> None:
        """Tell what is under way to end soon; nobody waits for it here."""
        self._end_progress()
        self.background.stop()

    def _teach(self, steps: int) -> None:
        question, lesson, label = self._question, self._lesson, self._label
        if lesson is None or question is None or label is None or not self._rate.commit():
            return
        rate, first, now, learned = self._rate.value(), self._first, self._now, question.learned

        def work() -> Work[tuple[Taught, Taught]]:
            yield 0.0
            start = lesson.begin(learned) if first is None else first
            after = yield from lesson.teach(now or start, label, steps=steps, learning_rate=rate)
            return start, after

        self._prices.drop()
        self._price.setText("")
        self._steps.ask(work, partial(self._take, label))
        self._timer.start()
        self._offer()

    def _take(self, label: int, found: tuple[Taught, Taught] | None) -> None:
        self._end_progress()
        if found is None or self._question is None:
            return
        self._first, self._now = found
        self._is_kept = False
        before, after = self._first.answer, self._now.answer
        assert before is not None
        assert after is not None
        self._result.setText(
            result_text(
                label,
                before,
                after,
                self._now.steps,
                self._question.origin,
                self._question.settings.classes,
            )
        )
        self._ask_price()
        self._offer()
        self.taught.emit()

    @Slot()
    def cancel(self) -> None:
        """Stop the steps under way."""
        self._steps.drop()
        self._end_progress()
        self._result.setText(CANCELLED)
        self._offer()

    @Slot()
    def _show_progress(self) -> None:
        self._cancel_button.show()
        self._result.setText(f"Teaching… {percent_text(self._steps.share, 0)}")

    def _end_progress(self) -> None:
        self._timer.stop()
        self._cancel_button.hide()

    def _on_failure(self, sentence: str) -> None:
        self._end_progress()
        self._result.setText(sentence)
        self._offer()

    @Slot()
    def _undo(self) -> None:
        question = self._question
        if question is None or self._first is None:
            return
        refused = self._keep(question.learned) if self._was_kept else ""
        if refused:
            self._result.setText(refused)
            return
        self._prices.drop()
        self._is_kept = self._was_kept = False
        self._now = self._first
        self._result.setText(UNDONE)
        self._price.setText("")
        self._offer()
        self.taught.emit()

    @Slot()
    def _hand_over(self) -> None:
        question, now = self._question, self._now
        if question is None or now is None:
            return
        refused = self._keep(now.parameters)
        if not refused:
            self._is_kept = self._was_kept = True
        self._result.setText(refused or KEPT)
        self._offer()

    def take_back_keep(self, sentence: str) -> None:
        """Say why what was handed over could not be taken."""
        self._is_kept = self._was_kept = False
        self._result.setText(f"Not kept. {sentence}")
        self._offer()

    def _ask_price(self) -> None:
        """Count the misread test images in the background."""
        lesson, first, now = self._lesson, self._first, self._now
        assert lesson is not None
        assert first is not None
        assert now is not None
        self._price.setText("Reading the test images, for the price…")
        network = lesson.settings.build()
        work = partial(
            compare_accuracy,
            network,
            first.edited,
            now.edited,
            dataset=self._dataset,
            wrong_before=self._wrong_before,
        )
        self._prices.ask(work, self._take_price)

    def _take_price(self, change: AccuracyChange | None) -> None:
        if change is not None:
            self._wrong_before = change.wrong_before
            self._price.setText(price_text(change))

    def _on_price_failure(self, sentence: str) -> None:
        self._price.setText(sentence)

    def _offer(self) -> None:
        """Offer what can be done now."""
        busy = self._steps.is_busy
        taught = self._now is not None and self._now.steps > 0 and not busy
        for button in self._step_buttons:
            button.setEnabled(self._label is not None and not busy)
        self._undo_button.setEnabled(taught)
        self._keep_button.setEnabled(taught and not self._is_kept)
