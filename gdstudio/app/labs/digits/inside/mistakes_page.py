"""The mistakes page: which digits are taken for which, how much of each is right, the worst."""

import threading
import time
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QTimer, Signal, Slot

from gdstudio.app.labs.digits.inside.mistakes_card import MistakesCard
from gdstudio.app.labs.digits.inside.page import Ask, InsidePage
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.labels import text_label
from gdstudio.app.widgets.tables.confusion_grid import ConfusionGrid
from gdstudio.data.catalogue import card, load_test_images
from gdstudio.data.dataset import ImageSet
from gdstudio.engine.jobs import finish
from gdstudio.experiment.digits.mistakes import Review, review
from gdstudio.experiment.digits.network_moment import Moment
from gdstudio.number_text import count_text, percent_text

# From one look at the test images to the next, in seconds: while training, and while it rests.
_TRAINING_GAP, _RESTING_GAP = 1.0, 0.2
_LOOK_MILLISECONDS = 250
_NOTE = "rows: the digit, columns: the answer"


@dataclass(frozen=True, eq=False)
class _Found:
    """What one network answered.

    Attributes:
        moment: the network.
        review: its answers.
        examples: the images that it was asked.
    """

    moment: Moment
    review: Review
    examples: ImageSet


class _Job:
    """One look at the test images, in another thread.

    Attributes:
        moment: the network that is asked.
        share: how much is done, 0 to 1.
        cancelled: set where nobody waits for it any more.
    """

    def __init__(self, moment: Moment, known: _Found | None, closing: threading.Event) -> None:
        self.moment = moment
        self._known = known
        self.share = 0.0
        self.cancelled = threading.Event()
        self._closing = closing

    def __call__(self) -> _Found | None:
        """Ask the network; None where it was stopped."""
        moment, known = self.moment, self._known
        if known is not None and np.array_equal(known.moment.parameters, moment.parameters):
            # Another copy of what was asked already.
            return _Found(moment, known.review, known.examples)
        examples, _ = load_test_images(moment.dataset)
        work = review(moment.network, moment.parameters, examples)
        found = finish(work, stopped=self._is_stopped, progress=self._note)
        return None if found is None else _Found(moment, found, examples)

    def _note(self, share: float) -> None:
        self.share = share

    def _is_stopped(self) -> bool:
        return self.cancelled.is_set() or self._closing.is_set()


class MistakesPage(InsidePage):
    """Asks the network all test images, again and again while it trains, and shows its mistakes.

    Signals:
        image_chosen(object, str, int): an image is to be looked at: picture, caption,
            digit.
    """

    image_chosen = Signal(object, str, int)

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask)
        self._newest: Moment | None = None
        self._classes: tuple[str, ...] = ()
        self._job: _Job | None = None
        self._found: _Found | None = None
        self._begun = float("-inf")
        self.grid = ConfusionGrid()
        self.grid.cell_clicked.connect(self._choose_cell)
        self._card = Card(
            "Confusion matrix",
            note=_NOTE,
            name="confusion_card",
        )
        self._card.set_value("–", "test", name="mistakes_accuracy_label")
        self._card.set_exports(
            self.grid, self.grid.table, file_name="confusion", button_name="confusion_menu"
        )
        self._summary = text_label("", "normal", name="mistakes_summary_label", wrap=True)
        self._problem = text_label("", "problem", name="mistakes_problem_label", wrap=True)
        self._card.add(self.grid)
        self._card.add(self._summary)
        self._card.add(self._problem)
        self.images = MistakesCard()
        self.images.image_chosen.connect(self.image_chosen)
        self.images.all_clicked.connect(self._show_all)
        self.column.addWidget(self._card)
        self.column.addWidget(self.images)
        self.column.addStretch(1)
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.timeout.connect(self._begin)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MILLISECONDS)
        self._timer.timeout.connect(self._look)
        self._problem.hide()

    def show_moment(self, moment: Moment) -> None:
        """Ask this network soon, unless it was asked already."""
        self._newest = moment
        settings = moment.settings
        if settings.classes != self._classes:
            self._classes = settings.classes
            self.images.show_cell(None)
            self.grid.set_chosen(None)
        self.grid.set_classes(settings.classes)
        if self._job is None:
            self._card.set_note(self._note())
        self.images.set_images(settings.image, settings.classes)
        for known in (self._job, self._found):
            if known is not None and not _is_of_same_kind(known.moment, moment):
                self._forget()
                break
        self._begin()

    def close_page(self) -> None:
        """Stop what runs in the background."""
        self._due.stop()
        self._timer.stop()
        if self._job is not None:
            self._job.cancelled.set()
        super().close_page()

    def _forget(self) -> None:
        """Take away what was said of another kind of network, or on other images."""
        if self._job is not None:
            self._job.cancelled.set()
        self._end("")
        self._found = None
        self._begun = float("-inf")
        self.grid.set_table(None)
        self._card.set_value("–", "test")
        self._summary.setText("")
        self.images.show_review(None, None)

    @Slot()
    def _begin(self) -> None:
        """Ask the newest network, if it is time to and no other is being asked."""
        moment = self._newest
        if moment is None or self._job is not None or self._is_known(moment):
            return
        gap = _TRAINING_GAP if moment.running else _RESTING_GAP
        wait = self._begun + gap - time.perf_counter()
        if wait > 0:
            self._due.start(round(1000 * wait) + 1)
            return
        self._begun = time.perf_counter()
        job = self._job = _Job(moment, self._found, self.background.closing)
        self._timer.start()
        self.background.submit(
            job, lambda found: self._take(job, found), lambda sentence: self._fail(job, sentence)
        )

    def _is_known(self, moment: Moment) -> bool:
        found = self._found
        return found is not None and found.moment.parameters is moment.parameters

    def _take(self, job: _Job, found: _Found | None) -> None:
        if job is not self._job:
            return
        self._end("")
        if found is not None:
            known, self._found = self._found, found
            if known is None or found.review is not known.review:
                answered = found.review.is_answered
                self.grid.set_table(found.review.confusion if answered else None)
                self.images.show_review(found.review if answered else None, found.examples)
            self._tell(found)
        self._begin()

    def _fail(self, job: _Job, sentence: str) -> None:
        if job is self._job:
            self._end(sentence)

    def _end(self, problem: str) -> None:
        self._job = None
        self._timer.stop()
        self._card.set_note(self._note())
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))

    def _note(self) -> str:
        newest = self._newest
        has_digits = newest is None or newest.settings.has_digits
        return _NOTE if has_digits else _NOTE.replace("digit", "class")

    def _tell(self, found: _Found) -> None:
        self._card.set_value(percent_text(found.review.accuracy), "test")
        self._summary.setText(summary_text(found.review, found.moment))

    @Slot()
    def _look(self) -> None:
        job = self._job
        if job is not None:
            # In the header, where a line that comes and goes moves nothing.
            self._card.set_note(f"reading the test images: {percent_text(job.share, 0)}")

    @Slot(int, int)
    def _choose_cell(self, actual: int, answered: int) -> None:
        cell = (actual, answered)
        self.grid.set_chosen(cell)
        self.images.show_cell(cell)

    @Slot()
    def _show_all(self) -> None:
        self.grid.set_chosen(None)
        self.images.show_cell(None)


def summary_text(found: Review, moment: Moment) -> str:
    """Return who reads how many of which images right."""
    who = moment.source[:1].upper() + moment.source[1:]
    # What is added to its name with a comma ends with one.
    who += "," if ", " in who else ""
    images = f"test images of {card(moment.dataset).title}"
    if not found.is_answered:
        return f"{who} has no answer to any of the {images}: its numbers have exploded."
    right = len(found) - found.mistaken
    return (
        f"{who} reads {count_text(right)} of {count_text(len(found))} {images} right, "
        f"{count_text(found.mistaken)} wrong. Click a cell to see its images."
    )


def _is_of_same_kind(one: Moment, other: Moment) -> bool:
    """Return whether what is said of one network may stay while the other is asked."""
    return one.settings == other.settings and one.dataset == other.dataset
