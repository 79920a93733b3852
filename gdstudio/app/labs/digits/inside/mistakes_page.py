"""The mistakes page: which digits are taken for which, how much of each is right, the worst."""

import time
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QTimer, Slot

from gdstudio.app.labs.digits.inside.mistakes_card import MistakesCard
from gdstudio.app.labs.digits.inside.page import InsidePage
from gdstudio.app.running.latest_work import Ask, LatestWork
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.labels import text_label
from gdstudio.app.widgets.tables.confusion_grid import ConfusionGrid
from gdstudio.data.catalogue import card, load_test_images
from gdstudio.data.dataset import ImageSet
from gdstudio.engine.jobs import Work
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


def _look_through(moment: Moment, known: _Found | None) -> Work[_Found]:
    """Ask a network all test images, unless it is another copy of what was asked already."""
    if known is not None and np.array_equal(known.moment.parameters, moment.parameters):
        return _Found(moment, known.review, known.examples)
    examples, _ = load_test_images(moment.dataset)
    found = yield from review(moment.network, moment.parameters, examples)
    return _Found(moment, found, examples)


class MistakesPage(InsidePage):
    """Asks the network all test images, again and again while it trains, and shows its mistakes."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask)
        self._newest: Moment | None = None
        self._classes: tuple[str, ...] = ()
        self._work = LatestWork(self.background, self._end)
        self._asked: Moment | None = None
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
        if not self._work.is_busy:
            self._card.set_note(self._note())
        self.images.set_images(settings.image, settings.classes)
        looked_at = None if self._found is None else self._found.moment
        for known in (self._asked if self._work.is_busy else None, looked_at):
            if known is not None and not _is_of_same_kind(known, moment):
                self._forget()
                break
        self._begin()

    def close_page(self) -> None:
        """Stop what runs in the background."""
        self._due.stop()
        self._timer.stop()
        self._work.drop()
        super().close_page()

    def _forget(self) -> None:
        """Take away what was said of another kind of network, or on other images."""
        self._work.drop()
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
        if moment is None or self._work.is_busy or self._is_known(moment):
            return
        gap = _TRAINING_GAP if moment.running else _RESTING_GAP
        wait = self._begun + gap - time.perf_counter()
        if wait > 0:
            self._due.start(round(1000 * wait) + 1)
            return
        self._begun = time.perf_counter()
        self._asked, known = moment, self._found
        self._timer.start()
        self._work.ask(lambda: _look_through(moment, known), self._take)

    def _is_known(self, moment: Moment) -> bool:
        found = self._found
        return found is not None and found.moment.parameters is moment.parameters

    def _take(self, found: _Found | None) -> None:
        self._end("")
        if found is not None:
            known, self._found = self._found, found
            if known is None or found.review is not known.review:
                answered = found.review.is_answered
                self.grid.set_table(found.review.confusion if answered else None)
                self.images.show_review(found.review if answered else None, found.examples)
            self._tell(found)
        self._begin()

    def _end(self, problem: str) -> None:
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
        if self._work.is_busy:
            # In the header, where a line that comes and goes moves nothing.
            self._card.set_note(f"reading the test images: {percent_text(self._work.share, 0)}")

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
