"""Small pictures of digits side by side, each with two lines below; one can be clicked."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.painting import painted
from gdstudio.app.widgets.pictures.pixel_image import gray_image, within

# In pixels, at the usual size of text.
_SIDE, _LINE, _GAP = 52, 16, 8


class ImageTiles(QWidget):
    """Tiles in rows, as many to a row as fit. Arrows move the mark, Enter chooses a tile.

    Signals:
        clicked(int): a tile was chosen, counted from 0.
    """

    clicked = Signal(int)

    def __init__(self, *, name: str = "image_tiles", empty_text: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName("Images")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._pixels: list[NDArray[np.uint8]] = []
        self._images: list[QImage] = []
        self._captions: list[tuple[str, str]] = []
        self._tooltips: list[str] = []
        self._empty_text = empty_text
        self._marked = 0
        self._pressed: int | None = None
        current_theme().changed.connect(self._on_theme)

    def set_tiles(
        self,
        images: Sequence[NDArray[np.uint8]],
        captions: Sequence[tuple[str, str]],
        tooltips: Sequence[str],
    ) -> None:
        """Show images (rows, columns) of bytes; captions have a bold and a muted line each."""
        self._pixels = list(images)
        self._captions = list(captions)
        self._tooltips = list(tooltips)
        self._marked = min(self._marked, max(len(images) - 1, 0))
        self._draw()
        self._describe()
        self.updateGeometry()

    def set_empty_text(self, text: str) -> None:
        """Say something else where there are no tiles."""
        self._empty_text = text
        self.update()

    def count(self) -> int:
        """Return how many tiles there are."""
        return len(self._pixels)

    def tile_text(self, index: int) -> str:
        """Return what is told of a tile."""
        return self._tooltips[index]

    def tile_center(self, index: int) -> QPointF:
        """Return the middle of a tile's picture, in the widget's pixels."""
        return self._box(index).center()

    def _draw(self) -> None:
        inks = current_theme().palette.inks
        self._images = [gray_image(pixels, inks) for pixels in self._pixels]
        self.update()

    def _columns(self, width: int) -> int:
        px = current_theme().px
        return max((width + px(_GAP)) // px(_SIDE + _GAP), 1)

    def _box(self, index: int) -> QRectF:
        """Return where the picture of a tile goes."""
        px = current_theme().px
        columns = self._columns(self.width())
        row, column = divmod(index, columns)
        # What is left of the width widens the gaps.
        apart = (self.width() - px(_SIDE)) // max(columns - 1, 1)
        top = row * px(_SIDE + 2 * _LINE + _GAP)
        return QRectF(column * apart, top, px(_SIDE), px(_SIDE))

    @staticmethod
    def _elided(painter: QPainter, text: str) -> str:
        """Return as much of a caption as does not touch the next one."""
        room = current_theme().px(_SIDE + _GAP) - 2
        return painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)

    def _tile_at(self, point: QPointF) -> int | None:
        below = 2 * current_theme().px(_LINE)
        for index in range(self.count()):
            if self._box(index).adjusted(0, 0, 0, below).contains(point):
                return index
        return None

    def _describe(self) -> None:
        marked = self._tooltips[self._marked] if self._tooltips else self._empty_text
        self.setAccessibleDescription(marked)

    @Slot()
    def _on_theme(self) -> None:
        self._draw()
        self.updateGeometry()

    # Qt's own.

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        """Return that a narrower widget is higher."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """Return the height of as many rows as are needed."""
        px = current_theme().px
        rows = max(-(-self.count() // self._columns(width)), 1)
        return rows * px(_SIDE + 2 * _LINE + _GAP) - px(_GAP)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return room for eight tiles in a row."""
        width = 8 * current_theme().px(_SIDE + _GAP)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return room for a tile."""
        px = current_theme().px
        return QSize(3 * px(_SIDE + _GAP), px(_SIDE + 2 * _LINE))

    @painted
    def paintEvent(  # noqa: N802 - Qt's name
        self, event: QPaintEvent, painter: QPainter
    ) -> None:
        """Paint the pictures and what stands below them."""
        theme = current_theme()
        palette = theme.palette
        if not self._images:
            painter.setFont(theme.font())
            painter.setPen(palette.qcolor("muted"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), flags, self._empty_text)
            return
        line = theme.px(_LINE)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip
        for index, (image, (bold, muted)) in enumerate(
            zip(self._images, self._captions, strict=True)
        ):
            box = self._box(index)
            painter.drawImage(within(box, image), image)
            marked = self.hasFocus() and index == self._marked
            painter.setPen(
                QPen(palette.qcolor("positive"), 2) if marked else palette.qcolor("line")
            )
            painter.drawRect(box.adjusted(0, 0, -1, -1))
            below = QRectF(box.left(), box.bottom() + 1, box.width(), line)
            painter.setPen(palette.qcolor("text"))
            painter.setFont(theme.font("small", "bold"))
            painter.drawText(below, flags, self._elided(painter, bold))
            painter.setPen(palette.qcolor("muted"))
            painter.setFont(theme.font("small"))
            painter.drawText(below.translated(0, line - 1), flags, self._elided(painter, muted))

    def event(self, event: QEvent) -> bool:
        """Tell of the tile under the mouse."""
        if isinstance(event, QHelpEvent):
            index = self._tile_at(QPointF(event.pos()))
            if index is not None:
                QToolTip.showText(event.globalPos(), self._tooltips[index], self)
                return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Remember the tile."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self._tile_at(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Choose the tile, if the mouse is still on it."""
        index, self._pressed = self._pressed, None
        if index is not None and index == self._tile_at(event.position()):
            self._marked = index
            self.clicked.emit(index)
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Move the mark, or choose its tile; leave every other key to the window."""
        columns = self._columns(self.width())
        moves = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -columns,
            Qt.Key.Key_Down: columns,
        }
        key = Qt.Key(event.key())
        if self.count() and key in moves:
            place = self._marked + moves[key]
            if 0 <= place < self.count():
                self._marked = place
            self._describe()
            self.update()
        elif self.count() and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clicked.emit(self._marked)
        else:
            super().keyPressEvent(event)
