"""The card with the drawing: the canvas, what the network receives of it, answer and outputs."""

from typing import NamedTuple

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gdstudio.app.labs.digits.edits_bar import EditsBar
from gdstudio.app.labs.digits.outputs_card import OutputsCard
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
# At the usual size of text: how high the head of the card is, in two rows and in one; how wide the
# card is inside where it has one; and how high all is that stands below the canvas.
_HEADS, _WIDE, _BELOW_CANVAS = (58, 42), 300, 338
# Below this the canvas does not shrink; beside the answer it may be as small as the other.
_LOWEST_CANVAS, _LOWEST_BESIDE = 232, 150
# How wide the answer is beside the canvas: this share of the card, within these bounds.
_ANSWER_SHARE, _ANSWER = 0.4, (200, 280)
# A caption that is narrower than this stands below what it is about, in this many lines.
_NARROW, _LINES = 260, 3
_HIGHEST_BARS = 280
_GAP = 16
_ANY = 16_777_215


class Arrangement(NamedTuple):
    """How the parts of the card stand.

    Attributes:
        is_beside: whether the answer stands beside the canvas, and not below it.
        side: how wide and high the canvas is, in pixels.
    """

    is_beside: bool
    side: int


def arranged(width: int, height: int, scale: float) -> Arrangement:
    """Return the arrangement with the largest canvas that leaves the answer in sight.

    The card is `width` pixels wide inside, at most `height` high, and its text of this scale.
    """
    low, high = _ANSWER
    answer = max(low * scale, min(high * scale, _ANSWER_SHARE * width))
    head = _HEADS[width >= _WIDE * scale]
    beside = min(width - _GAP - answer, height - head * scale)
    below = min(width, height - (head + _BELOW_CANVAS) * scale)
    if beside >= max(below, _LOWEST_BESIDE * scale):
        return Arrangement(is_beside=True, side=int(beside))
    return Arrangement(is_beside=False, side=int(min(max(below, _LOWEST_CANVAS * scale), width)))


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
    """A square canvas with its buttons, and beside or below it the answer.

    That is the 28 × 28 pixels with a caption, the digit, and the outputs.

    Attributes:
        canvas: where one draws.
        input_view: what the network receives.
        answer_label: the class that it answers, such as a digit.
        outputs: how bright each output is.
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
        self._place = _SquarePlace(self.canvas)
        self._told = QWidget()
        self._parts = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self.body.addLayout(self._parts, 1)
        self._parts.addWidget(self._place)
        self._parts.addWidget(self._told)
        told = self._told_column = QVBoxLayout(self._told)
        told.setContentsMargins(0, 0, 0, 0)
        told.setSpacing(8)
        below = QHBoxLayout()
        told.addLayout(below)
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
        self._caption_place = QVBoxLayout()
        below.addLayout(self._caption_place, 1)
        self._caption_place.addWidget(self._caption, 0, Qt.AlignmentFlag.AlignVCenter)
        answer = QVBoxLayout()
        below.addLayout(answer)
        answer.setSpacing(0)
        answer.addWidget(self.answer_label)
        answer.addWidget(self._confidence)
        self.edits = EditsBar(name="canvas_edits_bar")
        self.reader = ReaderLine()
        self.outputs = OutputsCard()
        told.addWidget(self.edits)
        told.addWidget(self.reader)
        told.addWidget(self.outputs, 1)
        self._room = 0
        current_theme().changed.connect(self._arrange_parts)
        self._arrange_parts()

    def set_classes(self, classes: tuple[str, ...]) -> None:
        """Say that such things are drawn here: digits, or something of these classes."""
        self.outputs.set_classes(classes)
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
        """Make the canvas as large as a column allows that is `height` pixels high.

        It follows from the size of the column alone, never from what else is in it.
        """
        self._room = height
        self._arrange_parts()

    def set_enlarged(self, on: bool) -> None:
        """Let the canvas grow with the window, or have its usual size."""
        super().set_enlarged(on)
        self._arrange_parts()

    def enlarged_size_hint(self) -> QSize:
        """Return room for the canvas, and beside it for an answer that is read well."""
        margins = self.width() - self.inner_width()
        width = current_theme().px(_LOWEST_CANVAS + _ANSWER[1]) + _GAP + margins
        return QSize(width, self.minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fit the canvas to the width."""
        super().resizeEvent(event)
        self._arrange_parts()

    @Slot()
    def _arrange_parts(self) -> None:
        theme = current_theme()
        inner = self.inner_width()
        room = self.height() if self.is_enlarged else self._room
        is_beside, side = arranged(inner, room, theme.scale)
        direction = QBoxLayout.Direction
        self._parts.setDirection(direction.LeftToRight if is_beside else direction.TopToBottom)
        self._parts.setSpacing(_GAP if is_beside else 8)
        place = self._place
        # Enlarged it takes what there is, else the column says how high it is.
        low = min(side, theme.px(_LOWEST_BESIDE if is_beside else _LOWEST_CANVAS))
        place.setMinimumSize(low, low if self.is_enlarged else side)
        fixed = not (is_beside or self.is_enlarged)
        place.setMaximumSize(side if is_beside else _ANY, side if fixed else _ANY)
        rest = max(inner - _GAP - side, 1)
        grows = int(self.is_enlarged)
        self._parts.setStretch(0, side if is_beside else grows)
        self._parts.setStretch(1, rest if is_beside else 1 - grows)
        # Beside the canvas the card is as high as that, and the bars fill what is left.
        fixed = is_beside and not self.is_enlarged
        policy = QSizePolicy.Policy
        self.setSizePolicy(policy.Preferred, policy.Fixed if fixed else policy.Preferred)
        self.outputs.bars.setMaximumHeight(_ANY if is_beside else _HIGHEST_BARS)
        self._place_caption(below=is_beside and rest < theme.px(_NARROW))
        self.input_view.setFixedSize(theme.px(72), theme.px(72))
        self.answer_label.setMinimumWidth(theme.px(56))

    def _place_caption(self, *, below: bool) -> None:
        """Put the caption below the pixels, or beside them."""
        told, caption = self._told_column, self._caption
        # It has as many lines for whatever it says: nothing below it moves.
        lines = _LINES * caption.fontMetrics().lineSpacing()
        caption.setMinimumHeight(lines if below else 0)
        if below == (told.indexOf(caption) >= 0):
            return
        if below:
            self._caption_place.removeWidget(caption)
            told.insertWidget(1, caption)
        else:
            told.removeWidget(caption)
            self._caption_place.addWidget(caption, 0, Qt.AlignmentFlag.AlignVCenter)


class _SquarePlace(QWidget):
    """Holds one widget as the largest square that fits, at the top, in the middle across."""

    def __init__(self, held: QWidget) -> None:
        super().__init__()
        self._held = held
        held.setParent(self)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        side = min(self.width(), self.height())
        self._held.setGeometry((self.width() - side) // 2, 0, side, side)
