"""Tiles of signed numbers of which one is chosen, with the mouse or the arrow keys."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.pictures.pixel_grid import PixelGrid
from gdstudio.number_text import number_text

# From a place of a tile, counted from 0, to its words.
Locate = Callable[[int, int], str]

_GAP = 6
# The size of tiles, where there are at most this number.
_SIDES = ((10, 58), (20, 46), (10_000, 36))
# With a room of their own they grow up to this size.
_LARGEST = 280


class TileGallery(PixelGrid):
    """A grid of tiles, one of them ringed.

    It is as high as tiles of the usual size need; with a room, which may be higher, they are as
    large as fit in it, each number a square of whole pixels.

    Signals:
        tile_chosen(int): the tile that was clicked or walked to.
        tile_pressed(int): a tile was clicked, or Enter pressed at it.
    """

    tile_chosen = Signal(int)
    tile_pressed = Signal(int)

    def __init__(self, *, name: str, accessible: str, empty_text: str = "") -> None:
        super().__init__(name=name, empty_text=empty_text)
        self.setAccessibleName(accessible)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._chosen: int | None = None
        self._word = "weight"
        self._locate: Locate = _plain_place
        self._names: list[str] = []
        self._room: int | None = None
        # How large a tile is, and how many stand in a row; None at the usual size.
        self._large: tuple[int, int] | None = None

    def set_room(self, height: int | None) -> None:
        """Let the tiles fill a room of this `height` in pixels; None gives them the usual size."""
        if height != self._room:
            self._room = height
            self._fit_height()

    def show_tiles(
        self,
        tiles: NDArray[np.floating] | None,
        names: Sequence[str],
        *,
        word: str,
        locate: Locate | None = None,
    ) -> None:
        """Show tiles with their `names`; `word` is what their numbers are."""
        self._names, self._word = list(names), word
        self._locate = locate or _plain_place
        self.set_tiles(tiles, self._names)
        self._fit_height()

    def choose(self, tile: int | None) -> None:
        """Ring a tile, or none."""
        self._chosen = tile
        if tile is not None and tile < len(self._names):
            self.setAccessibleDescription(f"Chosen: {self._names[tile]}")
        self.update()

    def chosen(self) -> int | None:
        """Return the tile that is ringed."""
        return self._chosen

    def tile_box(self, tile: int) -> QRectF:
        """Return where a tile is, in the widget's pixels."""
        return QRectF(self._boxes()[tile])

    def _fit_height(self) -> None:
        """Be as high as the tiles need at this width: large ones where there are few."""
        count = max(len(self._names), 1)
        usual = current_theme().px(next(size for most, size in _SIDES if count <= most))
        across = max(int((self.width() + _GAP) // (0.9 * usual + _GAP)), 1)
        down = math.ceil(count / across)
        # As many in each row, as large as there is room for.
        room = (self.width() + _GAP) // math.ceil(count / down) - _GAP
        side = min(room, round(1.2 * usual))
        before, self._large = self._large, self._enlarged(count, side)
        if self._large is not None:
            side, across = self._large
            down = math.ceil(count / across)
        if self._large != before:
            self.update()
        height = down * (max(side, 1) + _GAP)
        if self.minimumHeight() != height:
            self.setFixedHeight(height)

    def _enlarged(self, count: int, usual: int) -> tuple[int, int] | None:
        """Return the side of tiles that fill the room, and how many stand in a row.

        It is None where they would not be larger than `usual`.
        """
        if self._room is None or self._tiles is None or not self._names:
            return None
        numbers = max(self._tiles.shape[1:])
        best = None
        for across in range(1, count + 1):
            down = math.ceil(count / across)
            room = min((self.width() + _GAP) // across, self._room // down) - _GAP
            side = min(room, current_theme().px(_LARGEST)) // numbers * numbers
            if side > usual and (best is None or side > best[0]):
                best = side, across
        return best

    def _boxes(self) -> list[QRect]:
        if self._large is None or self._tiles is None:
            return super()._boxes()
        side, across = self._large
        height, width = self._tiles.shape[1:]
        factor = side // max(height, width)
        return [
            QRect(
                tile % across * (side + _GAP),
                tile // across * (side + _GAP),
                width * factor,
                height * factor,
            )
            for tile in range(len(self._names))
        ]

    def value_text(self, index: int, row: int, column: int) -> str:
        """Return what is told of one number of one tile."""
        if self._tiles is None or index >= len(self._names):
            return ""
        place = self._locate(row, column)
        if not place:
            return self._names[index]
        value = number_text(float(self._tiles[index, row, column]), sign=True)
        return f"{self._names[index]}, {place}: {self._word} {value}"

    # Qt's own.

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Be as high as this width needs."""
        super().resizeEvent(event)
        self._fit_height()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the tiles and the ring."""
        super().paintEvent(event)
        if self._chosen is None or self._chosen >= self.shown_count():
            return
        color = "positive" if self.hasFocus() else "text"
        with QPainter(self) as painter:
            painter.setPen(QPen(current_theme().palette.qcolor(color), 2))
            painter.drawRect(self.tile_box(self._chosen).adjusted(1, 1, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Choose the tile under the mouse."""
        for tile, box in enumerate(self._boxes()):
            if box.contains(event.position().toPoint()):
                self.tile_chosen.emit(tile)
                self.tile_pressed.emit(tile)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Walk with the arrows, point out with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._chosen is not None:
            self.tile_pressed.emit(self._chosen)
            return
        boxes = self._boxes()
        across = sum(box.top() == boxes[0].top() for box in boxes) if boxes else 1
        steps = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -across, Qt.Key.Key_Down: across,
        }  # fmt: skip
        if event.key() not in steps or not boxes:
            super().keyPressEvent(event)
            return
        tile = 0 if self._chosen is None else self._chosen + steps[Qt.Key(event.key())]
        if 0 <= tile < len(boxes):
            self.tile_chosen.emit(tile)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Show that the arrows work here."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Show that they do no longer."""
        super().focusOutEvent(event)
        self.update()


def _plain_place(row: int, column: int) -> str:
    return f"row {row + 1}, column {column + 1}"
