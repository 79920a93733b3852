"""Two small pictures enlarged side by side, as large as there is room for, with captions."""

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.labels import text_label
from gdstudio.app.widgets.pictures.pixel_view import PixelView

_LARGEST, _SMALLEST = 172, 72
_GAP, _CAPTION = 16, 20


class EnlargedPair(QWidget):
    """Two signed pictures; hovering tells a pixel's number.

    Attributes:
        views: the pictures.
        captions: the words below them.
    """

    def __init__(self, *names: tuple[str, str], empty_text: str = "") -> None:
        """Make a picture for each of `names` (object name, accessible name)."""
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.views: list[PixelView] = []
        self.captions: list[QLabel] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(_GAP)
        grid.setVerticalSpacing(4)
        for column, (name, accessible) in enumerate(names):
            view = PixelView(name=name, signed=True, empty_text=empty_text)
            view.setAccessibleName(accessible)
            caption = text_label("", "small")
            grid.addWidget(view, 0, column)
            grid.addWidget(caption, 1, column)
            self.views.append(view)
            self.captions.append(caption)
        grid.setColumnStretch(len(names), 1)
        current_theme().changed.connect(self._fit)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        px = current_theme().px
        room = (self.width() - _GAP) // 2
        side = min(max(room, px(_SMALLEST)), px(_LARGEST))
        for view in self.views:
            view.setFixedSize(side, side)
        self.setFixedHeight(side + px(_CAPTION))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Let the pictures fill the width."""
        super().resizeEvent(event)
        self._fit()
