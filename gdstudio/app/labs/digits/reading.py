"""The right column of the Digits lab: draw a digit, and see what the network answers."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdstudio.app.labs.digits.answer_texts import (
    EXPLODED,
    confidence_text,
    loss_text,
    reader_text,
    sureness_text,
    unmeasured_text,
)
from gdstudio.app.labs.digits.asked_network import AskedNetwork
from gdstudio.app.labs.digits.drawing_card import DrawingCard, drawn_text
from gdstudio.data.dataset import ImageSet
from gdstudio.data.files import shown_name
from gdstudio.data.remarks import Noticed, Reading
from gdstudio.data.strokes.drawings import read_drawing
from gdstudio.engine.inspect.edits import Edit
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.errors import BadInput
from gdstudio.experiment.digits.answer import Answerer
from gdstudio.experiment.digits.canvas_example import CanvasExample, Origin, Picture
from gdstudio.experiment.digits.doubts import notes
from gdstudio.experiment.digits.misreading import Question
from gdstudio.number_text import class_text, count_text
from gdstudio.storage.network_file import NetworkFile


class DigitsReading(QWidget):
    """A drawing, or a picture in its place, and the outputs of the lab's network for it.

    The reader that comes with the app is another network: it answers beside, where one asks it to.

    Attributes:
        network: the network of the lab, as it is asked.

    Signals:
        show_one_clicked(): the user wants a test image.
        open_picture_clicked(): the user wants a picture from a file.
        explain_clicked(bool): the user wants to know why, or (True) to teach the right answer.
        undo_edit_clicked(): the user takes the last edit of the network back.
        reader_wanted(): the app's reader is to answer, too, and is not loaded yet.
        open_reader_clicked(): the user wants the app's reader as the network of the lab.
        problem(str): a drawing cannot be used, or not be read.
        answered(): the picture, what is known of it, the network or its answer is another.
    """

    show_one_clicked = Signal()
    open_picture_clicked = Signal()
    explain_clicked = Signal(bool)
    undo_edit_clicked = Signal()
    reader_wanted = Signal()
    open_reader_clicked = Signal()
    problem = Signal(str)
    answered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.network = AskedNetwork(self)
        self.network.answered.connect(self._on_answer)
        self.network.failed.connect(self.problem)
        self._reader: Answerer | None = None
        self._example: CanvasExample | None = None
        self._images = NetworkSettings()
        self._caption = drawn_text(self._images.image)
        self._noticed: tuple[Noticed, ...] = ()
        self._rng = np.random.default_rng()

        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.drawing = DrawingCard()
        self.canvas = self.drawing.canvas
        self.canvas.strokes_changed.connect(self._on_strokes)
        self.canvas.image_dismissed.connect(self._forget_image)
        self.drawing.undo_clicked.connect(self.undo)
        self.drawing.clear_clicked.connect(self.clear)
        self.drawing.show_one_clicked.connect(self.show_one_clicked)
        self.drawing.open_picture_clicked.connect(self.open_picture_clicked)
        self.drawing.edits.undo_clicked.connect(self.undo_edit_clicked)
        self.drawing.reader.toggled.connect(self._on_reader_toggled)
        self.drawing.reader.open_clicked.connect(self.open_reader_clicked)
        self._explain = self.drawing.outputs.explain
        self._explain.asked.connect(self.explain_clicked)
        self.bars = self.drawing.outputs.bars
        column.addWidget(self.drawing, 1)
        column.addStretch(0)

    @property
    def answerer(self) -> Answerer | None:
        """Who answers: the network of the lab."""
        return self.network.answerer

    @property
    def example(self) -> CanvasExample | None:
        """What lies on the canvas; None where there is no ink."""
        return self._example

    @property
    def picture(self) -> Picture | None:
        """What the network receives, ``(rows, columns)``; None where nothing is drawn."""
        return None if self._example is None else self._example.picture

    @property
    def drawn_digit(self) -> int | None:
        """The digit that the user's own drawing is read as; None for a picture, or no answer."""
        asked, example = self.network, self._example
        if example is None or example.origin is not Origin.DRAWING or asked.answer is None:
            return None
        is_known = asked.picture is example.picture and asked.answer.is_answer
        label = asked.answer.label
        return int(label) if is_known and label.isascii() and label.isdecimal() else None

    def set_images(self, settings: NetworkSettings) -> None:
        """Prepare for a network with other images or classes: a drawing becomes one of its images.

        A picture that is shown in place of a drawing goes where it has another form.
        """
        before, self._images = self._images, settings
        if (before.image, before.classes) == (settings.image, settings.classes):
            return
        self.drawing.set_classes(settings.classes)
        self.drawing.reader.setVisible(settings.has_digits)
        if self.canvas.shown_image() is not None:
            self._example = None
            self.canvas.hide_image()
        self._on_strokes()

    def set_reader(self, kept: NetworkFile) -> None:
        """Take over the reader that comes with the app."""
        self._reader = Answerer.of_file(kept)
        self._ask_reader()

    def question(self) -> Question | None:
        """Return what is shown and the network that answers it; None where nothing is drawn."""
        asked, example = self.network, self._example
        answerer, answer = asked.answerer, asked.answer
        if example is None or answerer is None or answer is None:
            return None
        if asked.picture is not example.picture or not answer.is_answer:
            return None  # a large network is still about to answer, or one has exploded
        return Question(
            picture=example.picture.copy(),
            strokes=tuple(self.canvas.strokes()),
            paper=(self.canvas.width(), self.canvas.height()),
            settings=answerer.settings,
            learned=answerer.learned,
            calibration=answerer.calibration,
            answer=answer,
            edits=answerer.edits,
            origin=example.origin,
            wanted=example.label,
        )

    def edit(self, edits: tuple[Edit, ...]) -> None:
        """Let the network of the lab answer with these edits."""
        self.drawing.edits.show_edits(len(edits))
        self.network.edit(edits)

    @Slot(int)
    def say_class(self, label: int) -> None:
        """Take in which digit it is, as its author says; it holds until the picture changes."""
        if self._example is not None:
            self._example = self._example.labelled(label)
            self._answer()

    def show_test_image(self, test: ImageSet) -> None:
        """Put a random test image in place of the drawing, with its right answer."""
        index = int(self._rng.integers(len(test)))
        label = int(test.labels[index])
        images = self._images
        caption = f"Test image {count_text(index)}: {class_text(images.classes[label])}"
        self.show_picture(test.images[index].reshape(images.image), caption, label=label)

    def show_picture(
        self,
        image: Picture,
        caption: str,
        *,
        label: int | None = None,
        noticed: Sequence[Noticed] = (),
    ) -> None:
        """Put a picture in place of the drawing; a test image has a label."""
        self.canvas.clear()
        self._noticed = tuple(noticed)
        self._caption = " ".join([caption, *(() if not noticed else notes(noticed))])
        origin = Origin.FILE if label is None else Origin.TEST_IMAGE
        self._example = CanvasExample(image, origin, label) if image.any() else None
        self.canvas.show_image(image, caption)
        self._answer()

    def show_file(self, path: Path, reading: Reading) -> None:
        """Put a picture that was read from a file in place of the drawing."""
        caption = f"{shown_name(path)}, as the network receives it."
        self.show_picture(reading.picture, caption, noticed=reading.noticed)

    def refresh(self) -> None:
        """Look at the drawing again, after it was set from outside."""
        self._on_strokes()

    @Slot()
    def undo(self) -> None:
        """Take the last stroke back; a shown picture goes."""
        if self.canvas.shown_image() is not None:
            self.clear()
        else:
            self.canvas.undo()

    @Slot()
    def clear(self) -> None:
        """Empty the canvas."""
        self._example = None
        self.canvas.hide_image()
        self.canvas.clear()
        self._on_strokes()

    @Slot()
    def _forget_image(self) -> None:
        self._example = None

    @Slot()
    def _on_strokes(self) -> None:
        if self.canvas.shown_image() is not None:
            return
        strokes = self.canvas.strokes()
        self._caption, self._noticed = drawn_text(self._images.image), ()
        self._example = None
        try:
            paper = (float(self.canvas.width()), float(self.canvas.height()))
            reading = (
                read_drawing(strokes, paper=paper, image=self._images.image) if strokes else None
            )
        except BadInput as error:
            self.problem.emit(str(error))
            return
        if reading is not None and reading.picture.any():
            self._example = CanvasExample(reading.picture, Origin.DRAWING)
            self._noticed = reading.noticed
        self._answer()

    @Slot(bool)
    def _on_reader_toggled(self, on: bool) -> None:
        if on and self._reader is None:
            self.reader_wanted.emit()
        self._ask_reader()

    def _answer(self) -> None:
        self.drawing.input_view.set_image(self.picture)
        self._ask_reader()
        self.network.ask(self.picture, self._noticed)

    @Slot()
    def _on_answer(self) -> None:
        self._explain.setEnabled(self.question() is not None)
        self._show_answer()
        self.answered.emit()

    def _show_answer(self) -> None:
        asked, example = self.network, self._example
        answerer, answer = asked.answerer, asked.answer
        if example is None or answerer is None:
            self.bars.set_outputs(None)
            self.drawing.show_answer("–")
            self.drawing.set_caption(self._caption)
            return
        if answer is None or asked.picture is not example.picture:
            return  # a large network is still about to answer
        if not answer.is_answer:
            self.bars.set_outputs(None)
            self.drawing.show_answer("–", "", EXPLODED)
            self.drawing.set_caption(EXPLODED)
            return
        self.drawing.set_caption(answer.reason or self._caption)
        label = example.label
        loss = None if label is None else loss_text(answerer, answer, label)
        self.bars.set_outputs(answer.outputs, label, loss_text=loss)
        tooltip = unmeasured_text() if answer.sure is None else sureness_text(answerer)
        self.drawing.show_answer(answer.label, confidence_text(answer), tooltip)

    def _ask_reader(self) -> None:
        """Show what the app's reader says of the same picture, where it is to be heard."""
        reader = self._reader
        if reader is None or not self.drawing.reader.is_on or not self._images.has_digits:
            return
        answer = (
            None if self._example is None else reader.answer(self._example.picture, self._noticed)
        )
        self.drawing.reader.say(reader_text(answer), sureness_text(reader))
