"""The card with the drawing: the canvas, what the network receives of it, and the answer."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gdstudio.app.labs.digits.edits_bar import EditsBar
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.labels import set_role, text_label
from gdstudio.app.widgets.pictures.drawing_canvas import DrawingCanvas
from gdstudio.app.widgets.pictures.pixel_view import PixelView
from gdstudio.data.dataset import DIGITS
from gdstudio.visible_text import shortened

DRAWN = "What the network receives: 28 × 28 pixels, centred by its mass"
BRIGHTEST = "The brightest output, from 0 to 1."
# What else is to be in sight with the canvas: its card, and the outputs below.
_BESIDE_CANVAS, _LOWEST_CANVAS = 400, 232
_ANY_HEIGHT = 16_777_215


class ReaderLine(QWidget):
    """A switch, and below it, while it is on, what the app's reader says of the same picture.

    Signals:
        toggled(bool): the user wants to hear the reader, too, or no more.
        open_clicked(): the user wants the reader as the network of this lab.
    """

    toggled = Signal(bool)
    open_clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._switch = IconButton(
            "Compare with the app’s reader",
            kind="quiet",
            name="network_source_button",
            tooltip="Show what another network says of the same picture: the one that comes with "
            "the app, already trained.",
        )
        self._switch.setCheckable(True)
        self._switch.toggled.connect(self._on_toggled)
        self._says = text_label("", "muted", name="reader_answer_label", wrap=True)
        self._open = IconButton(
            "Open it here",
            kind="quiet",
            name="open_reader_button",
            tooltip="Make the app’s reader the network of this lab: look inside it, teach it, "
            "train it further.",
        )
        self._open.clicked.connect(self.open_clicked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        buttons = QHBoxLayout()
        column.addLayout(buttons)
        buttons.setSpacing(8)
        buttons.addWidget(self._switch)
        buttons.addStretch(1)
        buttons.addWidget(self._open)
        column.addWidget(self._says)
        self._show(on=False)

    @property
    def is_on(self) -> bool:
        """Whether the reader is to be heard."""
        return self._switch.isChecked()

    def switch_off(self) -> None:
        """Hear the reader no more."""
        self._switch.setChecked(False)

    def say(self, sentence: str, tooltip: str = "") -> None:
        """Show what the reader says."""
        self._says.setText(sentence)
        self._says.setToolTip(tooltip)

    @Slot(bool)
    def _on_toggled(self, on: bool) -> None:
        self._show(on=on)
        self.toggled.emit(on)

    def _show(self, *, on: bool) -> None:
        self._open.setVisible(on)
        self._says.setVisible(on)


def drawn_text(image: tuple[int, int]) -> str:
    """Return what stands beside a drawing as the network receives it."""
    return DRAWN.replace("28 × 28", f"{image[0]} × {image[1]}")


class DrawingCard(Card):
    """A canvas with its buttons; below it the 28 × 28 pixels, a caption and the digit.

    Attributes:
        canvas: where one draws.
        input_view: what the network receives.
        answer_label: the class that it answers, such as a digit.
        edits: says that the network is edited, and takes the edits back.
        reader: what the app's own reader says of the same picture, where it is asked.

    Signals:
        undo_clicked(), clear_clicked(): for the drawing.
        show_one_clicked(): the user wants a test image.
        open_picture_clicked(): the user wants a picture from a file.
    """

    undo_clicked = Signal()
    clear_clicked = Signal()
    show_one_clicked = Signal()
    open_picture_clicked = Signal()

    def __init__(self) -> None:
        super().__init__("Draw a digit", name="drawing_card")
        self.canvas = DrawingCanvas()
        for text, icon, name, accessible, tooltip, act in (
            ("", "undo", "undo", "Undo", "Take the last stroke back (Ctrl+Z).", self.undo_clicked),
            ("", "clear", "clear", "Clear", "Wipe the drawing away (Delete).", self.clear_clicked),
            (
                "Show me one",
                "",
                "show_one",
                "",
                "Put a test image here, with its right answer and its loss.",
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
            self.add_header_widget(button)
        self.add(self.canvas)
        below = QHBoxLayout()
        self.body.addLayout(below)
        below.setSpacing(16)
        self.input_view = PixelView(name="network_input_view")
        self.input_view.setAccessibleName("What the network receives")
        self._caption = text_label(DRAWN, "small", wrap=True, name="input_caption_label")
        self.answer_label = text_label("–", "huge", name="predicted_digit_label")
        self.answer_label.setAccessibleName("The network's answer")
        self.answer_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._confidence = text_label("", "muted", name="confidence_label")
        self._confidence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._confidence.setToolTip(BRIGHTEST)
        below.addWidget(self.input_view)
        middle = QVBoxLayout()
        below.addLayout(middle, 1)
        middle.setSpacing(4)
        middle.addStretch(1)
        middle.addWidget(self._caption)
        middle.addStretch(1)
        answer = QVBoxLayout()
        below.addLayout(answer)
        answer.setSpacing(0)
        answer.addWidget(self.answer_label)
        answer.addWidget(self._confidence)
        self.edits = EditsBar(name="canvas_edits_bar")
        self.reader = ReaderLine()
        self.add(self.edits)
        self.add(self.reader)
        self._room = 0
        current_theme().changed.connect(self._resize)
        self._resize()

    def set_classes(self, classes: tuple[str, ...]) -> None:
        """Say that such things are drawn here: digits, or something of these classes."""
        has_digits = classes == DIGITS
        self.set_title("Draw a digit" if has_digits else "Draw one")
        self.canvas.set_invitation(
            "Draw a digit here" if has_digits else f"Draw here: {shortened(', '.join(classes), 32)}"
        )

    def set_caption(self, text: str) -> None:
        """Say what the picture is that the network receives."""
        self._caption.setText(text)

    def show_answer(self, digit: str, confidence: str = "", tooltip: str = BRIGHTEST) -> None:
        """Show the digit, and how sure the network is of it."""
        # A long name takes the size of other figures.
        set_role(self.answer_label, "huge" if len(digit) <= 2 else "large")
        self.answer_label.setText(digit)
        self._confidence.setText(confidence)
        self._confidence.setToolTip(tooltip)

    @Slot(int)
    def fit(self, height: int) -> None:
        """Make the canvas as large as a column allows that is `height` pixels high, up to a square.

        It follows from the size of the column alone, never from what else is in it.
        """
        self._room = height
        self._resize()

    def set_enlarged(self, on: bool) -> None:
        """Let the canvas grow with the window, or have its usual size."""
        super().set_enlarged(on)
        self._resize()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fit the canvas to the width."""
        super().resizeEvent(event)
        self._resize()

    @Slot()
    def _resize(self) -> None:
        theme = current_theme()
        lowest = theme.px(_LOWEST_CANVAS)
        room = min(self._room - theme.px(_BESIDE_CANVAS), self.inner_width())
        self.canvas.setFixedHeight(max(room, lowest))
        if self.is_enlarged:  # it takes what is left over
            self.canvas.setMinimumHeight(lowest)
            self.canvas.setMaximumHeight(_ANY_HEIGHT)
        self.body.setStretchFactor(self.canvas, 1 if self.is_enlarged else 0)
        self.input_view.setFixedSize(theme.px(72), theme.px(72))
        self.answer_label.setMinimumWidth(theme.px(56))
