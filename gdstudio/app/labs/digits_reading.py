"""The right column of the Digits lab: draw a digit, and see what the network answers."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdstudio.app.labs.answer_texts import cross_entropy_text, source_texts, sureness_text
from gdstudio.app.labs.drawing_card import DRAWN, DrawingCard
from gdstudio.app.labs.explain_buttons import ExplainButtons
from gdstudio.app.number_format import count_text, percent_text
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.prediction_bars import PredictionBars
from gdstudio.data.dataset import ImageSet
from gdstudio.data.files import shown_name
from gdstudio.data.strokes import to_image
from gdstudio.engine.edits import Edit
from gdstudio.engine.network import NetworkSettings
from gdstudio.engine.objective import FloatArray
from gdstudio.errors import BadInput
from gdstudio.experiment.answer import Answerer
from gdstudio.experiment.misreading import Question
from gdstudio.storage.network_file import NetworkFile

Picture = npt.NDArray[np.uint8]


class DigitsReading(QWidget):
    """A drawing, or a picture in its place, and the network's ten outputs for it.

    Signals:
        show_one_clicked(): the user wants a test image.
        open_picture_clicked(): the user wants a picture from a file.
        explain_clicked(bool): the user wants to know why, or (True) to teach the right answer.
        problem(str): a drawing cannot be used.
        answered(): the picture, the network or its answer is another.
    """

    show_one_clicked = Signal()
    open_picture_clicked = Signal()
    explain_clicked = Signal(bool)
    problem = Signal(str)
    answered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._own: Answerer | None = None
        self._shipped: Answerer | None = None
        self._asks_shipped = True
        self._edits: tuple[Edit, ...] = ()
        self._image: Picture | None = None
        self._wanted: int | None = None
        self._picture_caption = ""
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
        self.drawing.source_clicked.connect(self._change_source)
        column.addWidget(self.drawing)
        column.addWidget(self._outputs_card())
        column.addStretch(1)

    def _outputs_card(self) -> Card:
        box = Card("The ten outputs", note="brightest = answer")
        self._explain = ExplainButtons()
        self._explain.asked.connect(self.explain_clicked)
        box.add_header_widget(self._explain)
        self.bars = PredictionBars()
        box.add(self.bars)
        box.set_exports(
            self.bars, self.bars.table, file_name="ten-outputs", button_name="outputs_menu"
        )
        return box

    def set_network(self, described: NetworkSettings, parameters: FloatArray) -> None:
        """Take over the network that trains; `parameters` are copied unless read-only."""
        if self._own is None or described != self._own.settings:
            self._own = Answerer(described)
            self._own.load(parameters)
            self._apply_edits()
        else:
            self._own.load(parameters)
        if self.answerer is self._own:
            self._answer()

    def set_shipped(self, kept: NetworkFile) -> None:
        """Take over the reader that comes with the app; it answers until another is asked."""
        self._shipped = Answerer.of_file(kept)
        self._tell_source()
        self._answer()

    def question(self) -> Question | None:
        """Return what is shown and the network that answers it; None where nothing is drawn."""
        answerer = self.answerer
        if self._image is None or answerer is None or not self._image.any():
            return None
        return Question(
            picture=self._image.copy(),
            strokes=tuple(self.canvas.strokes()),
            paper=(self.canvas.width(), self.canvas.height()),
            settings=answerer.settings,
            parameters=answerer.parameters.copy(),
            calibration=answerer.calibration,
            shipped=answerer is self._shipped,
            wanted=self._wanted,
        )

    @property
    def answerer(self) -> Answerer | None:
        """Who answers: the shipped reader, or the network that trains."""
        if self.asks_shipped:
            return self._shipped
        return self._own

    @property
    def asks_shipped(self) -> bool:
        """Whether the reader that comes with the app answers."""
        return self._asks_shipped and self._shipped is not None

    @property
    def picture(self) -> Picture | None:
        """What the network receives, ``(28, 28)``; None where nothing is drawn."""
        return self._image if self._image is not None and self._image.any() else None

    @property
    def wanted(self) -> int | None:
        """The right answer where it is known."""
        return self._wanted

    def edit(self, edits: tuple[Edit, ...]) -> None:
        """Let the network that answers do so with these edits, and no other with any."""
        self._edits = edits
        self._apply_edits()
        self._tell_source()
        self._answer()

    def _apply_edits(self) -> None:
        for answerer in (self._own, self._shipped):
            if answerer is not None:
                answerer.edit(self._edits if answerer is self.answerer else ())

    def teach_shipped(self, parameters: FloatArray) -> None:
        """Give the app's reader other parameters until the app closes."""
        if self._shipped is not None:
            self._shipped.load(parameters)
            self._answer()

    def ask_own(self) -> None:
        """Let the network that trains answer from now on."""
        if self._asks_shipped:
            self._asks_shipped = False
            self._apply_edits()
            self._tell_source()
            self._answer()

    @Slot()
    def _change_source(self) -> None:
        self._asks_shipped = not self._asks_shipped
        self._apply_edits()
        self._tell_source()
        self._answer()

    def _tell_source(self) -> None:
        """Say who answers, and offer the other."""
        texts = source_texts(self.asks_shipped, edits=len(self._edits))
        self.drawing.show_source(*texts, changeable=self._shipped is not None)

    def show_test_image(self, test: ImageSet) -> None:
        """Put a random test image in place of the drawing, with its right answer."""
        index = int(self._rng.integers(len(test)))
        label = int(test.labels[index])
        caption = f"Test image {count_text(index)}: a {label}"
        self.show_picture(test.images[index].reshape(28, 28), caption, wanted=label)

    def show_picture(self, image: Picture, caption: str, *, wanted: int | None = None) -> None:
        """Put a picture ``(28, 28)`` in place of the drawing."""
        self.canvas.clear()
        self._image = image
        self._wanted = wanted
        self.canvas.show_image(image, caption)
        self._picture_caption = caption
        self.drawing.set_caption(caption)
        self._answer()

    def show_file(self, path: Path, image: Picture) -> None:
        """Put a picture that was read from a file in place of the drawing."""
        self.show_picture(image, f"{shown_name(path)}, as the network receives it")

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
        self._image = None
        self._wanted = None
        self.canvas.hide_image()
        self.canvas.clear()
        self._on_strokes()

    @Slot()
    def _forget_image(self) -> None:
        self._image = None
        self._wanted = None

    @Slot()
    def _on_strokes(self) -> None:
        if self.canvas.shown_image() is not None:
            return
        strokes = self.canvas.strokes()
        self._wanted = None
        self.drawing.set_caption(DRAWN)
        try:
            self._image = to_image(strokes) if strokes else None
        except BadInput as error:
            self.problem.emit(str(error))
            return
        self._answer()

    def _answer(self) -> None:
        image, answerer = self._image, self.answerer
        self.drawing.input_view.set_image(image)
        answer = None if image is None or answerer is None else answerer.answer(image)
        self._explain.setEnabled(answer is not None)
        if answer is None or answerer is None:
            self.bars.set_outputs(None)
            self.drawing.show_answer("–")
        else:
            cost = (
                "" if self._wanted is None else cross_entropy_text(answerer, answer, self._wanted)
            )
            self.bars.set_outputs(answer.outputs, self._wanted, cost_text=cost or None)
            digit = str(answer.digit)
            if answer.sure is None:
                self.drawing.show_answer(digit, f"{answer.confidence:.2f}")
            else:
                sure = percent_text(answer.confidence, 0) if answer.sure else "not sure"
                self.drawing.show_answer(digit, sure, sureness_text(answerer))
        self.answered.emit()
