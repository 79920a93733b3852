"""What a data set is, where it comes from, and what it looks like: the card behind a button."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.labels import text_label
from gdstudio.app.widgets.pictures.pixel_view import PixelView
from gdstudio.data.dataset import DatasetCard
from gdstudio.number_text import plain_text

Examples = npt.NDArray[np.uint8]
EXAMPLES = 20
EXAMPLES_PER_ROW = 10


class DatasetCardButton(IconButton):
    """Opens the card of the data set that is chosen.

    Signals:
        rate_chosen(float): the user wants the learning rate that suits the data.
    """

    rate_chosen = Signal(float)

    def __init__(self, describe: Callable[[], DatasetCard]) -> None:
        super().__init__(
            "About",
            icon="info",
            kind="quiet",
            name="dataset_card_button",
            tooltip="What these data are, where they come from, and some examples.",
        )
        self._describe = describe
        self._rate: Callable[[], float | None] = lambda: None
        self._examples: Callable[[], Examples | None] = lambda: None
        self.clicked.connect(self._open)

    def set_rate(self, rate: Callable[[], float]) -> None:
        """Say where to get a learning rate that suits the data and the other settings."""
        self._rate = rate

    def set_examples(self, examples: Callable[[], Examples | None]) -> None:
        """Say where to get example images, ``(n, rows, columns)``."""
        self._examples = examples

    @Slot()
    def _open(self) -> None:
        shown = self._describe()
        rate = self._rate()
        dialog = QDialog(self.window())
        dialog.setObjectName("dataset_card_dialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(shown.title)
        column = QVBoxLayout(dialog)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addWidget(text_label(shown.title, "heading"))
        column.addWidget(text_label(shown.what, wrap=True))
        examples = self._examples()
        if examples is not None:
            column.addWidget(_pictures(examples))
        for name, text in (
            ("Size", shown.size),
            ("Source", shown.source),
            ("Licence", shown.licence),
        ):
            row = QHBoxLayout()
            column.addLayout(row)
            title = text_label(name, "muted")
            title.setFixedWidth(current_theme().px(72))
            row.addWidget(title, 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(text_label(text, wrap=True), 1)
        column.addSpacing(8)
        buttons = QHBoxLayout()
        column.addLayout(buttons)
        if rate:
            use = IconButton(
                f"Use learning rate {plain_text(rate)}",
                name="use_rate_button",
                tooltip="A learning rate that suits these data with the chosen settings.",
            )
            use.clicked.connect(lambda: self.rate_chosen.emit(rate))
            use.clicked.connect(dialog.accept)
            buttons.addWidget(use)
        buttons.addStretch(1)
        close = IconButton("Close", name="close_card_button", kind="primary")
        close.clicked.connect(dialog.accept)
        buttons.addWidget(close)
        width = current_theme().px(480)
        dialog.setMinimumWidth(width)
        dialog.open()
        # Only now is it known how many lines the texts take.
        dialog.setMinimumHeight(column.totalHeightForWidth(width))


def _pictures(examples: Examples) -> QWidget:
    pictures = QWidget()
    rows = QVBoxLayout(pictures)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(4)
    side = current_theme().px(40)
    for start in range(0, min(len(examples), EXAMPLES), EXAMPLES_PER_ROW):
        row = QHBoxLayout()
        rows.addLayout(row)
        row.setSpacing(4)
        for image in examples[start : start + EXAMPLES_PER_ROW]:
            view = PixelView()
            view.setFixedSize(side, side)
            view.set_image(image)
            row.addWidget(view)
        row.addStretch(1)
    # Texts that wrap below it may ask for less height than they take: this gives none of its own.
    pictures.setFixedHeight(rows.minimumSize().height())
    return pictures
