"""A small picture, every pixel to be seen: what the network receives."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QEvent, QRect, QSize, Qt, Slot
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QToolTip, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.labels import text_label
from gdstudio.app.widgets.painting import painted
from gdstudio.app.widgets.pictures.pixel_image import gray_image, signed_image
from gdstudio.number_text import fixed_text, number_text


class PixelView(QWidget):
    """A picture shown without smoothing; hovering tells the value of a pixel.

    `signed` shows numbers in blue (positive) and orange (negative) instead of ink.
    """

    def __init__(self, *, name: str = "", signed: bool = False, empty_text: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName("What the network receives" if not signed else "Signed picture")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(56, 56)
        self._signed = signed
        self._empty_text = empty_text
        self._values: NDArray[Any] | None = None
        current_theme().changed.connect(self._on_theme)

    def set_image(self, image: ArrayLike | None) -> None:
        """Show (rows, columns): uint8 with ink high, or signed numbers; None shows nothing."""
        if image is None:
            self._values = None
        else:
            self._values = np.array(image, dtype=float if self._signed else np.uint8)
        self.update()

    def image(self) -> NDArray[Any] | None:
        """Return what is shown."""
        return self._values

    def value_text(self, row: int, column: int) -> str:
        """Return what is told of a pixel."""
        if self._values is None:
            return ""
        value = self._values[row, column].item()
        where = f"row {row}, column {column}: "
        if self._signed:
            return where + number_text(value)
        return where + f"{value} of 255 = {fixed_text(value / 255, 3)}"

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return three screen pixels for one."""
        return QSize(84, 84)

    @painted
    def paintEvent(  # noqa: N802 - Qt's name
        self, event: QPaintEvent, painter: QPainter
    ) -> None:
        """Paint the pixels and a thin frame."""
        palette = current_theme().palette
        box = self._box()
        painter.fillRect(box, palette.qcolor("panel" if self._signed else "paper"))
        if self._values is not None:
            if self._signed:
                scale = float(np.abs(self._values).max())
                picture = signed_image(self._values, palette.diverging, scale)
            else:
                picture = gray_image(self._values, palette.inks)
            painter.drawImage(box, picture)
        elif self._empty_text:
            painter.setFont(current_theme().font("small"))
            painter.setPen(palette.qcolor("muted"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(box.adjusted(4, 4, -4, -4), flags, self._empty_text)
        painter.setPen(palette.qcolor("line"))
        painter.drawRect(box.adjusted(0, 0, -1, -1))

    def event(self, event: QEvent) -> bool:
        """Tell the value of the pixel under the mouse in place of a tooltip."""
        if isinstance(event, QHelpEvent) and self._values is not None:
            box = self._box()
            rows, columns = self._values.shape
            row = (event.pos().y() - box.top()) * rows // max(box.height(), 1)
            column = (event.pos().x() - box.left()) * columns // max(box.width(), 1)
            if 0 <= row < rows and 0 <= column < columns:
                QToolTip.showText(event.globalPos(), self.value_text(row, column), self)
                return True
        return super().event(event)

    def _box(self) -> QRect:
        side = min(self.width(), self.height())
        rows, columns = (1, 1) if self._values is None else self._values.shape
        longer = max(rows, columns)
        box = QRect(0, 0, side * columns // longer, side * rows // longer)
        box.moveCenter(self.rect().center())
        return box

    @Slot()
    def _on_theme(self) -> None:
        self.update()


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
