"""Many small signed pictures side by side: what the first hidden neurons look for."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QHelpEvent, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.painting import painted
from gdstudio.app.widgets.pictures.pixel_image import draw_part, signed_image
from gdstudio.number_text import number_text

_SIDE = 28
_GAP = 6
_SMALLEST, _LARGEST = 26, 72
_MOST = 60


class PixelGrid(QWidget):
    """Tiles of signed numbers, blue positive and orange negative, on one common scale.

    Shows as many of the first 60 as fit, as large as they fit, and says how many more there are.
    """

    def __init__(self, *, name: str = "", empty_text: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName("Weights of the first hidden neurons")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 40)
        self._empty_text = empty_text
        self._tiles: NDArray[np.floating] | None = None
        self._captions: list[str] = []
        self._strip: QImage | None = None  # all tiles, one below the other
        current_theme().changed.connect(self._on_theme)

    def set_tiles(self, tiles: ArrayLike | None, captions: list[str] | None = None) -> None:
        """Show (n, rows, columns) signed numbers, or (n, 784) for 28×28; None shows nothing.

        `captions` name the tiles when hovered; without, they are neurons 1, 2, 3, ….
        """
        if tiles is None:
            self._tiles = None
        else:
            pictures = np.asarray(tiles, dtype=np.float32)
            self._tiles = pictures.reshape(-1, _SIDE, _SIDE) if pictures.ndim == 2 else pictures
        self._captions = captions or []
        self._strip = None
        self.update()

    def count(self) -> int:
        """Return how many tiles there are, shown or not."""
        return 0 if self._tiles is None else len(self._tiles)

    def shown_count(self) -> int:
        """Return how many tiles are shown at the present size."""
        return min(self.count(), len(self._boxes()))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return two rows of ten."""
        return QSize(10 * 56, 2 * 56 + _GAP)

    @painted
    def paintEvent(  # noqa: N802 - Qt's name
        self, event: QPaintEvent, painter: QPainter
    ) -> None:
        """Paint the tiles that fit."""
        theme = current_theme()
        painter.setFont(theme.font("small"))
        if self._tiles is None or not len(self._tiles):
            painter.setPen(theme.palette.qcolor("muted"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), flags, self._empty_text)
            return
        if self._strip is None:
            self._strip = self._make_strip(self._tiles[:_MOST])
        boxes = self._boxes()
        painter.setPen(theme.palette.qcolor("line"))
        rows, columns = self._tiles.shape[1:]
        for index, box in enumerate(boxes):
            draw_part(painter, QRectF(box), self._strip, QRect(0, index * rows, columns, rows))
            painter.drawRect(box.adjusted(0, 0, -1, -1))
        missing = len(self._tiles) - len(boxes)
        if missing > 0:
            painter.setPen(theme.palette.qcolor("muted"))
            painter.drawText(
                self.rect(),
                Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft,
                f"and {missing:,} more",
            )

    def event(self, event: QEvent) -> bool:
        """Tell the neuron and the weight under the mouse."""
        if isinstance(event, QHelpEvent) and self._tiles is not None:
            for index, box in enumerate(self._boxes()):
                if box.contains(event.pos()):
                    rows, columns = self._tiles.shape[1:]
                    row = (event.pos().y() - box.top()) * rows // box.height()
                    column = (event.pos().x() - box.left()) * columns // box.width()
                    text = self.value_text(index, row, column)
                    QToolTip.showText(event.globalPos(), text, self)
                    return True
        return super().event(event)

    def value_text(self, index: int, row: int, column: int) -> str:
        """Return what is told of one number of one tile."""
        if self._tiles is None:
            return ""
        name = self._captions[index] if index < len(self._captions) else f"neuron {index + 1}"
        value = number_text(float(self._tiles[index, row, column]), sign=True)
        return f"{name}, row {row}, column {column}: weight {value}"

    def _make_strip(self, tiles: NDArray[np.floating]) -> QImage:
        # The few largest weights must not pale all others.
        sizes = np.abs(tiles)
        scale = float(np.quantile(sizes, 0.99)) if sizes.size else 0.0
        return signed_image(
            tiles.reshape(-1, tiles.shape[2]), current_theme().palette.diverging, scale
        )

    def _boxes(self) -> list[QRect]:
        """Return where the tiles go, as large as possible."""
        n = min(self.count(), _MOST)
        if not n:
            return []
        best, columns = 0, 1
        for candidate in range(1, n + 1):
            rows = math.ceil(n / candidate)
            side = min(
                (self.width() - (candidate - 1) * _GAP) // candidate,
                (self.height() - (rows - 1) * _GAP) // rows,
            )
            if side > best:
                best, columns = side, candidate
        largest = current_theme().px(_LARGEST)
        if best < _SMALLEST or n < self.count():
            # Not all fit: keep a line for the number of those left out.
            below = current_theme().px(18)
            side = max(min(best, largest), _SMALLEST)
            columns = max(1, (self.width() + _GAP) // (side + _GAP))
            rows = max(1, (self.height() - below + _GAP) // (side + _GAP))
            n = min(n, columns * rows)
        else:
            side = min(best, largest)
        height, width = self._tiles.shape[1:] if self._tiles is not None else (1, 1)
        longer = max(height, width)
        return [
            QRect(
                index % columns * (side + _GAP),
                index // columns * (side + _GAP),
                max(side * width // longer, 1),
                max(side * height // longer, 1),
            )
            for index in range(n)
        ]

    @Slot()
    def _on_theme(self) -> None:
        self._strip = None
        self.update()
