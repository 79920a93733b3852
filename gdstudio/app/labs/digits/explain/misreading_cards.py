"""What there is to see of a misread picture: pictures, measures, relatives, evidence."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.labels import set_role, text_label
from gdstudio.app.widgets.pictures.pixel_view import PixelView
from gdstudio.app.widgets.pictures.strokes_view import StrokesView
from gdstudio.data.dataset import DIGIT_IMAGE, DIGITS
from gdstudio.engine.inspect.attribution import Evidence
from gdstudio.experiment.digits.misreading import NEIGHBOURS, Measure, Neighbour, Question
from gdstudio.number_text import class_text, count_text, fixed_text, number_text
from gdstudio.visible_text import shortened

_PICTURE, _PAPER = 112, 152
_TILE = 58
_EVIDENCE = 168
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
LOADING = "Looking through the training images…"


class PicturesCard(Card):
    """What was drawn beside what the network received."""

    def __init__(self) -> None:
        super().__init__("Drawn and received", name="pictures_card")
        self._drawn = StrokesView(name="drawn_view")
        self._received = PixelView(name="received_view")
        self._received.setAccessibleName("What the network received")
        self._drawn_side, _ = _captioned(self._drawn, "What you drew")
        received, self._received_caption = _captioned(self._received, "")
        row = QHBoxLayout()
        self.body.addLayout(row)
        row.setSpacing(16)
        row.addWidget(self._drawn_side)
        row.addWidget(received)
        row.addStretch(1)
        self.body.addStretch(1)
        current_theme().changed.connect(self._resize)
        self._resize()

    def show_question(self, question: Question) -> None:
        """Show its drawing, if it has one, and its picture."""
        self._drawn_side.setVisible(bool(question.strokes))
        self._drawn.set_strokes(question.strokes, question.paper)
        self._received.set_image(question.picture)
        self._received_caption.setText("What it received: {} × {}".format(*question.picture.shape))

    @Slot()
    def _resize(self) -> None:
        px = current_theme().px
        self._drawn.setFixedSize(px(_PAPER), px(_PICTURE))
        self._received.setFixedSize(px(_PICTURE), px(_PICTURE))


class MeasuresCard(Card):
    """Place, size and stroke width, each beside the range of most training images."""

    def __init__(self) -> None:
        super().__init__(
            "Place, size and stroke", note="against the training images", name="measures_card"
        )
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(3, 1)
        self._rows: list[tuple[QLabel, QLabel, QLabel, QLabel]] = []
        self._verdict = text_label(LOADING, "small", name="measures_verdict_label", wrap=True)
        self.body.addLayout(self._grid)
        self.body.addWidget(self._verdict)
        self.body.addStretch(1)

    def show_measures(self, measures: Sequence[Measure] | None) -> None:
        """Show the measures; None while they are being taken."""
        if measures is None:
            self._verdict.setText(LOADING)
            for row in self._rows:
                for label in row:
                    label.setText("")
            return
        while len(self._rows) < len(measures):
            self._add_row()
        for row, measure in zip(self._rows, measures, strict=True):
            places = 0 if measure.whole else 1
            value, low, high = (
                fixed_text(one, places) for one in (measure.value, measure.low, measure.high)
            )
            texts = (
                measure.label,
                f"{value} px",
                f"90 % have {low} to {high}",
                measure.mark,
            )
            for label, text in zip(row, texts, strict=True):
                label.setText(text)
            set_role(row[1], "value")
        outside = [measure.label for measure in measures if measure.mark]
        self._verdict.setText(
            "Outside the usual range: few training images are like that."
            if outside
            else "Nothing unusual: place, size and stroke are as in most training images."
        )

    def _add_row(self) -> None:
        number = len(self._rows)
        row = (
            text_label("", "muted"),
            text_label("", "value", name=f"measure_{number + 1}_label"),
            text_label("", "small"),
            text_label("", "problem", name=f"measure_{number + 1}_mark"),
        )
        row[1].setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for column, label in enumerate(row):
            self._grid.addWidget(label, number, column)
        self._rows.append(row)


class NeighboursCard(Card):
    """The training images that resemble a picture most, with their labels."""

    def __init__(self) -> None:
        super().__init__(
            "Most alike among the training images",
            note="least squared difference, pixel by pixel",
            name="neighbours_card",
        )
        self._summary = text_label(LOADING, "small", name="neighbours_label", wrap=True)
        row = QHBoxLayout()
        self.body.addLayout(row)
        row.setSpacing(8)
        self._classes = DIGITS
        self._views: list[PixelView] = []
        self._captions: list[QLabel] = []
        for number in range(1, NEIGHBOURS + 1):
            view = PixelView(name=f"neighbour_{number}_view")
            tile, caption = _captioned(view, "")
            caption.setObjectName(f"neighbour_{number}_label")
            caption.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            set_role(caption, "title")
            self._views.append(view)
            self._captions.append(caption)
            row.addWidget(tile)
        row.addSpacing(8)
        row.addWidget(self._summary, 1)
        current_theme().changed.connect(self._resize)
        self._resize()

    def set_classes(self, classes: tuple[str, ...]) -> None:
        """Name the images after these classes from now on."""
        self._classes = classes

    def show_neighbours(
        self, neighbours: Sequence[Neighbour] | None, *, source: str = "", given: int = 0
    ) -> None:
        """Show those of `source` beside the answer given; None while they are looked for."""
        if neighbours is None:
            for view, caption in zip(self._views, self._captions, strict=True):
                view.set_image(None)
                caption.setText("")
            self._summary.setText(LOADING)
            return
        for view, caption, one in zip(self._views, self._captions, neighbours, strict=True):
            view.set_image(one.image)
            about = (
                f"Training image {count_text(one.index)}: {class_text(self._classes[one.label])}; "
                f"Σ (difference)² = {number_text(one.distance, 3)}"
            )
            view.setAccessibleName(about)
            view.setToolTip(about)
            caption.setText(shortened(self._classes[one.label], 8))
        same = sum(one.label == given for one in neighbours)
        self._summary.setText(
            f"{same} of these {len(neighbours)} {'is' if same == 1 else 'are'} labelled "
            f"{self._classes[given]}, "
            f"as the network answered. Looked for among {source}."
        )

    @Slot()
    def _resize(self) -> None:
        side = current_theme().px(_TILE)
        for view in self._views:
            view.setFixedSize(side, side)


class EvidenceCard(Card):
    """The pixels that spoke for the answer, in blue, and against it, in orange."""

    def __init__(self) -> None:
        super().__init__("The evidence, pixel by pixel", name="evidence_card")
        self._view = PixelView(name="evidence_view", signed=True)
        self._sentence = text_label("", name="evidence_label", wrap=True)
        self._sums = text_label("", "small", name="evidence_sums_label", wrap=True)
        row = QHBoxLayout()
        self.body.addLayout(row)
        row.setSpacing(16)
        row.addWidget(self._view, 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        row.addLayout(texts, 1)
        texts.setSpacing(8)
        texts.addWidget(self._sentence)
        texts.addWidget(self._sums)
        texts.addStretch(1)
        self.body.addStretch(1)
        current_theme().changed.connect(self._resize)
        self._resize()

    def clear(self) -> None:
        """Show none, while it is being found."""
        self._view.set_image(None)
        self._sentence.setText("")
        self._sums.setText("")

    def show_evidence(
        self,
        evidence: Evidence,
        *,
        curved: bool,
        is_runner_up: bool,
        image: tuple[int, int] = DIGIT_IMAGE,
        classes: tuple[str, ...] = DIGITS,
    ) -> None:
        """Show the shares of the pixels.

        `curved` where activations bend on the way; `is_runner_up` where it is set against the
        second of the outputs, and not against the right answer. `image` is the shape of the
        picture, `classes` the names of the outputs.
        """
        given, wanted = classes[evidence.given], classes[evidence.wanted]
        self._view.set_image(evidence.shares.reshape(image))
        self._view.setAccessibleName(f"Pixels for {given} and for {wanted}")
        self._sentence.setText(
            f"Blue pixels speak for {given}, orange ones for {wanted}"
            f"{', the runner-up' if is_runner_up else ''}: how bright a pixel is, times how much "
            f"it moves z of {given} against z of {wanted}."
        )
        names = (
            f"z{name.translate(_SUBSCRIPTS)}" if name.isdecimal() else f"z of {name}"
            for name in (given, wanted)
        )
        rest = "the biases and the bends of the activations" if curved else "the biases"
        self._sums.setText(
            f"{' − '.join(names)} = {number_text(evidence.difference, 3, sign=True)}: the pixels "
            f"give {number_text(evidence.total, 3, sign=True)} of it, {rest} "
            f"{number_text(evidence.rest, 3, sign=True)}."
        )

    @Slot()
    def _resize(self) -> None:
        side = current_theme().px(_EVIDENCE)
        self._view.setFixedSize(side, side)


def _captioned(view: QWidget, text: str) -> tuple[QWidget, QLabel]:
    """Return a picture with a caption below it, and the caption."""
    both = QWidget()
    column = QVBoxLayout(both)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    caption = text_label(text, "small")
    column.addWidget(view, 0, Qt.AlignmentFlag.AlignLeft)
    column.addWidget(caption)
    return both, caption
