"""The images of a cell of the confusion matrix, or of all mistakes: the worst first."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.controls.setting_controls import ChoiceControl
from gdstudio.app.widgets.labels import text_label
from gdstudio.app.widgets.pictures.image_tiles import ImageTiles
from gdstudio.data.dataset import DIGIT_IMAGE, DIGITS, ImageSet
from gdstudio.experiment.digits.mistakes import LOSS, SURENESS, Review
from gdstudio.number_text import class_text, count_text, number_text
from gdstudio.settings import Choice

TILES = 24
_ORDER_WIDTH = 210
_ORDER = Choice(
    label="First",
    explanation="Which images come first: those of highest loss, or those the network was surest "
    "of.",
    default=LOSS,
    options={LOSS: "highest loss", SURENESS: "surest answer"},
    live=True,
)


class MistakesCard(Card):
    """Tiles of misread images, or of those of one cell, a page at a time.

    Signals:
        image_chosen(object, str, int): a tile was clicked: picture, caption, class.
        all_clicked(): all mistakes are wanted, not those of one cell.
    """

    image_chosen = Signal(object, str, int)
    all_clicked = Signal()

    def __init__(self) -> None:
        super().__init__("The worst mistakes", name="mistakes_card")
        self._review: Review | None = None
        self._examples: ImageSet | None = None
        self._image, self._classes = DIGIT_IMAGE, DIGITS
        self._cell: tuple[int, int] | None = None
        self._first = 0
        self._shown: list[int] = []
        self._all = IconButton(
            "All mistakes",
            kind="quiet",
            name="all_mistakes_button",
            tooltip="Show the worst of all mistakes again, not those of one cell.",
        )
        self._all.clicked.connect(self.all_clicked)
        self.add_header_widget(self._all)
        self._order = ChoiceControl(_ORDER, name="mistakes_order_combo")
        self._order.keep_label_narrow()
        self._order.value_changed.connect(self._start_over)
        self._range = text_label("", "small", name="mistakes_range_label")
        self._previous = IconButton(
            "‹",
            kind="quiet",
            name="mistakes_previous_button",
            tooltip="Show the images before these.",
            accessible="Previous images",
        )
        self._next = IconButton(
            "›",
            kind="quiet",
            name="mistakes_next_button",
            tooltip="Show the images after these.",
            accessible="Next images",
        )
        self._previous.clicked.connect(self._page_back)
        self._next.clicked.connect(self._page_on)
        row = QHBoxLayout()
        self.body.addLayout(row)
        row.setSpacing(8)
        row.addWidget(self._order, 1)
        row.addStretch(0)
        row.addWidget(self._range)
        row.addWidget(self._previous)
        row.addWidget(self._next)
        self.tiles = ImageTiles(
            name="mistake_tiles", empty_text="Images that the network misreads appear here."
        )
        self.tiles.setAccessibleName("Images")
        self.tiles.clicked.connect(self._on_tile)
        self.add(self.tiles)
        current_theme().changed.connect(self._resize)
        self._resize()
        self._fill()

    def set_images(self, image: tuple[int, int], classes: tuple[str, ...]) -> None:
        """Expect images of that shape and of these classes from now on."""
        self._image, self._classes = image, classes

    def show_review(self, review: Review | None, examples: ImageSet | None) -> None:
        """Show images of `examples` as `review` says how they were read; None shows none."""
        self._review, self._examples = review, examples
        self._fill()

    def show_cell(self, cell: tuple[int, int] | None) -> None:
        """Show the images of one cell (actual, answered); None shows all mistakes."""
        self._cell = cell
        self._start_over()

    @Slot()
    def _start_over(self) -> None:
        self._first = 0
        self._fill()

    @Slot()
    def _page_back(self) -> None:
        self._first = max(self._first - TILES, 0)
        self._fill()

    @Slot()
    def _page_on(self) -> None:
        self._first += TILES
        self._fill()

    def _fill(self) -> None:
        cell, review = self._cell, self._review
        self._all.setVisible(cell is not None)
        self.set_title(_title(cell, self._classes))
        if review is None or self._examples is None:
            self._shown, count = [], 0
        else:
            by = self._order.value()
            indices = review.mistakes(by=by) if cell is None else review.cell(*cell, by=by)
            count = len(indices)
            # There may be fewer now than when one turned to this page.
            self._first = min(self._first, max(count - 1, 0) // TILES * TILES)
            self._shown = indices[self._first : self._first + TILES].tolist()
            self.tiles.set_empty_text("None.")
        end = self._first + len(self._shown)
        self._range.setText(
            f"{self._first + 1}–{end} of {count_text(count)}" if self._shown else ""
        )
        self._previous.setEnabled(self._first > 0)
        self._next.setEnabled(end < count)
        self._show_tiles()

    def _show_tiles(self) -> None:
        review, examples = self._review, self._examples
        if review is None or examples is None:
            self.tiles.set_tiles([], [], [])
            return
        images, captions, tooltips = [], [], []
        for index in self._shown:
            actual, answer = (
                self._classes[int(one[index])] for one in (review.labels, review.answers)
            )
            images.append(examples.images[index].reshape(self._image))
            captions.append(
                (f"{actual} → {answer}", f"#{count_text(index)}")
                if len(actual) + len(answer) <= 4
                else (actual, f"→ {answer}")
            )
            tooltips.append(
                f"Test image {count_text(index)}: {class_text(actual)}, answered {answer} with an "
                f"output of {number_text(float(review.sureness[index]), 3)}; its loss is "
                f"{number_text(float(review.losses[index]), 3)}. Click to look at it."
            )
        self.tiles.set_tiles(images, captions, tooltips)

    @Slot()
    def _resize(self) -> None:
        self._order.setMaximumWidth(current_theme().px(_ORDER_WIDTH))

    @Slot(int)
    def _on_tile(self, place: int) -> None:
        if self._examples is None:
            return
        index = self._shown[place]
        label = int(self._examples.labels[index])
        caption = f"Test image {count_text(index)}: {class_text(self._classes[label])}"
        picture = self._examples.images[index].reshape(self._image)
        self.image_chosen.emit(picture, caption, label)


def _title(cell: tuple[int, int] | None, classes: tuple[str, ...]) -> str:
    if cell is None:
        return "The worst mistakes"
    actual, answered = (classes[one] for one in cell)
    return f"{actual} read right" if actual == answered else f"{actual} taken for {answered}"
