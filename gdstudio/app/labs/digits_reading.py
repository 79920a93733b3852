"""The right column of the Digits lab: draw a digit, and see what the network answers."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gdstudio.app.labs.answer_texts import cross_entropy_text, source_texts, sureness_text
from gdstudio.app.labs.explain_buttons import ExplainButtons
from gdstudio.app.number_format import count_text, percent_text
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.buttons import IconButton
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.drawing_canvas import DrawingCanvas
from gdstudio.app.widgets.labels import text_label
from gdstudio.app.widgets.pixel_view import PixelView
from gdstudio.app.widgets.prediction_bars import PredictionBars
from gdstudio.data.dataset import ImageSet
from gdstudio.data.strokes import to_image
from gdstudio.engine.network import NetworkSettings
from gdstudio.engine.objective import FloatArray
from gdstudio.errors import BadInput
from gdstudio.experiment.answer import Answerer
from gdstudio.experiment.misreading import Question
from gdstudio.storage.network_file import NetworkFile

Picture = npt.NDArray[np.uint8]
DRAWN = "What the network receives: 28 × 28 pixels, centred by its mass"


class DigitsReading(QWidget):
    """A drawing, or a picture in its place, and the network's ten outputs for it.

    Signals:
        show_one_clicked(): the user wants a test image.
        open_picture_clicked(): the user wants a picture from a file.
        explain_clicked(bool): the user wants to know why, or (True) to teach the right answer.
        problem(str): a drawing cannot be used.
    """

    show_one_clicked = Signal()
    open_picture_clicked = Signal()
    explain_clicked = Signal(bool)
    problem = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._own: Answerer | None = None
        self._shipped: Answerer | None = None
        self._asks_shipped = True
        self._image: Picture | None = None
        self._wanted: int | None = None
        self._picture_caption = ""
        self._rng = np.random.default_rng()

        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._drawing_card())
        column.addWidget(self._outputs_card())
        column.addStretch(1)
        current_theme().changed.connect(self._resize)
        self._resize()

    def _drawing_card(self) -> Card:
        box = Card("Draw a digit", name="drawing_card")
        self.canvas = DrawingCanvas()
        self.canvas.strokes_changed.connect(self._on_strokes)
        self.canvas.image_dismissed.connect(self._forget_image)
        for text, icon, name, accessible, tooltip, act in (
            ("", "undo", "undo", "Undo", "Take the last stroke back (Ctrl+Z).", self.undo),
            ("", "clear", "clear", "Clear", "Wipe the drawing away (Delete).", self.clear),
            (
                "Show me one",
                "",
                "show_one",
                "",
                "Put a test image here, with its right answer and its cost.",
                self.show_one_clicked,
            ),
            (
                "",
                "open",
                "open_picture",
                "Open picture",
                "Read a digit from a picture file.",
                self.open_picture_clicked,
            ),
        ):
            button = IconButton(
                text,
                icon=icon,
                kind="quiet",
                name=f"{name}_button",
                tooltip=tooltip,
                accessible=accessible,
            )
            button.clicked.connect(act)
            box.add_header_widget(button)
        box.add(self.canvas)
        below = QHBoxLayout()
        below.setSpacing(16)
        self.input_view = PixelView(name="network_input_view")
        self.input_view.setAccessibleName("What the network receives")
        self._caption = text_label(DRAWN, "small", wrap=True)
        self.digit_label = text_label("–", "huge", name="predicted_digit_label")
        self.digit_label.setAccessibleName("The network's answer")
        self.digit_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._confidence = text_label("", "muted", name="confidence_label")
        self._confidence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._confidence.setToolTip("The brightest output, from 0 to 1.")
        answer = QVBoxLayout()
        answer.setSpacing(0)
        answer.addWidget(self.digit_label)
        answer.addWidget(self._confidence)
        below.addWidget(self.input_view)
        middle = QVBoxLayout()
        middle.setSpacing(4)
        middle.addStretch(1)
        middle.addWidget(self._caption)
        self.source_button = IconButton(kind="quiet", icon="shuffle", name="network_source_button")
        self.source_button.clicked.connect(self._change_source)
        self.source_button.hide()
        middle.addStretch(1)
        below.addLayout(middle, 1)
        below.addLayout(answer)
        box.body.addLayout(below)
        box.body.addWidget(self.source_button, 0, Qt.AlignmentFlag.AlignLeft)
        return box

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
        """Take over the network that trains; `parameters` are copied."""
        if self._own is None or described != self._own.settings:
            self._own = Answerer(described)
        self._own.load(parameters)
        if self._answerer is self._own:
            self._answer()

    def set_shipped(self, kept: NetworkFile) -> None:
        """Take over the reader that comes with the app; it answers until another is asked."""
        self._shipped = Answerer.of_file(kept)
        self._tell_source()
        self._answer()

    def question(self) -> Question | None:
        """Return what is shown and the network that answers it; None where nothing is drawn."""
        answerer = self._answerer
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

    def teach_shipped(self, parameters: FloatArray) -> None:
        """Give the app's reader other parameters until the app closes."""
        if self._shipped is not None:
            self._shipped.load(parameters)
            self._answer()

    def ask_own(self) -> None:
        """Let the network that trains answer from now on."""
        if self._asks_shipped:
            self._asks_shipped = False
            self._tell_source()
            self._answer()

    @property
    def _answerer(self) -> Answerer | None:
        """Who answers: the shipped reader, or the network that trains."""
        if self._asks_shipped and self._shipped is not None:
            return self._shipped
        return self._own

    @Slot()
    def _change_source(self) -> None:
        self._asks_shipped = not self._asks_shipped
        self._tell_source()
        self._answer()

    def _tell_source(self) -> None:
        """Say who answers, and offer the other."""
        shipped = self._answerer is self._shipped is not None
        self.source_button.setVisible(self._shipped is not None)
        text, tooltip = source_texts(shipped)
        self.source_button.setText(text)
        self.source_button.setAccessibleName(text)
        self.source_button.setToolTip(tooltip)

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
        self._caption.setText(caption)
        self._answer()

    def show_file(self, path: Path, image: Picture) -> None:
        """Put a picture that was read from a file in place of the drawing."""
        self.show_picture(image, f"{path.name}, as the network receives it")

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
        self._caption.setText(DRAWN)
        try:
            self._image = to_image(strokes) if strokes else None
        except BadInput as error:
            self.problem.emit(str(error))
            return
        self._answer()

    def _answer(self) -> None:
        image, answerer = self._image, self._answerer
        self.input_view.set_image(image)
        answer = None if image is None or answerer is None else answerer.answer(image)
        self._explain.setEnabled(answer is not None)
        if answer is None or answerer is None:
            self.bars.set_outputs(None)
            self.digit_label.setText("–")
            self._confidence.setText("")
            return
        cost = "" if self._wanted is None else cross_entropy_text(answerer, answer, self._wanted)
        self.bars.set_outputs(answer.outputs, self._wanted, cost_text=cost or None)
        self.digit_label.setText(str(answer.digit))
        if answer.sure is None:
            self._confidence.setText(f"{answer.confidence:.2f}")
            self._confidence.setToolTip("The brightest output, from 0 to 1.")
        else:
            self._confidence.setText(
                percent_text(answer.confidence, 0) if answer.sure else "not sure"
            )
            self._confidence.setToolTip(sureness_text(answerer))

    @Slot()
    def _resize(self) -> None:
        theme = current_theme()
        self.canvas.setFixedHeight(theme.px(232))
        self.input_view.setFixedSize(theme.px(72), theme.px(72))
        self.digit_label.setMinimumWidth(theme.px(56))
