"""How the plane is painted: the field, its boundary, the axes, and lines of text on them."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPen
from shiboken6 import wrapInstance

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.pictures.plane_picture import PlanePicture, Range
from gdstudio.number_text import axis_text

_BOUNDARY, _OVERLAP = 2.0, 0.7
_TICKS = 6
_NUMBERS_OF_A_LINE = 4
# For each axis (offset, unit): its numbers are written as offset + unit · number.
Scales = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True)
class PlaneView:
    """Which part of the plane is seen in how many pixels; a unit is as long across as up.

    Attributes:
        home: (x from, x to, y from, y to) that is in sight at least, in the middle.
        width, height: the pixels.
    """

    home: Range
    width: int
    height: int

    @property
    def unit(self) -> float:
        """How much of the plane a pixel is."""
        x0, x1, y0, y1 = self.home
        return max((x1 - x0) / max(self.width, 2), (y1 - y0) / max(self.height, 2))

    @property
    def range(self) -> Range:
        """(x from, x to, y from, y to) of all that is in sight."""
        x0, x1, y0, y1 = self.home
        width, height, unit = max(self.width, 2), max(self.height, 2), self.unit
        more_x, more_y = (unit * width - (x1 - x0)) / 2, (unit * height - (y1 - y0)) / 2
        return x0 - more_x, x1 + more_x, y0 - more_y, y1 + more_y

    def pixel(self, x: float, y: float) -> QPointF:
        """Return where a point of the plane is in the widget."""
        x0, _, _, y1 = self.range
        return QPointF((x - x0) / self.unit, (y1 - y) / self.unit)

    def place(self, at: QPointF) -> tuple[float, float]:
        """Return the point of the plane at a pixel of the widget."""
        x0, _, _, y1 = self.range
        return x0 + at.x() * self.unit, y1 - at.y() * self.unit

    def pixels(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where points ``(n, 2)`` are in the widget, of the same shape."""
        x0, _, _, y1 = self.range
        return np.stack([points[:, 0] - x0, y1 - points[:, 1]], axis=1) / self.unit


class LineBuffer:
    """Lines that NumPy writes where Qt reads them: to make some hundred takes longer than to draw.

    WORKAROUND: PySide takes lines as a list of objects alone; these stay, and their numbers change.
    """

    def __init__(self) -> None:
        self._numbers = np.empty((0, _NUMBERS_OF_A_LINE))
        self._lines: list[QLineF] = []

    def lines(self, ends: NDArray[np.float64]) -> list[QLineF]:
        """Return lines (x, y, x, y), shape ``(n, 4)``, until the next ones are asked for."""
        count = len(ends)
        if count > len(self._lines):
            self._numbers = np.empty((2 * count, _NUMBERS_OF_A_LINE))
            begin, size = self._numbers.ctypes.data, self._numbers.strides[0]
            made: list[Any] = [wrapInstance(begin + n * size, QLineF) for n in range(2 * count)]
            self._lines = made
        self._numbers[:count] = ends
        return self._lines[:count]


def paint_field(
    painter: QPainter, view: PlaneView, picture: PlanePicture, image: QImage, buffer: LineBuffer
) -> None:
    """Paint what is answered everywhere, `image`, and the boundary on it."""
    x0, x1, y0, y1 = picture.place
    rows, columns = picture.numbers.shape
    # A number stands in the middle of its pixel.
    half_x, half_y = (x1 - x0) / (columns - 1) / 2, (y1 - y0) / (rows - 1) / 2
    corners = view.pixel(x0 - half_x, y1 + half_y), view.pixel(x1 + half_x, y0 - half_y)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(QRectF(*corners), image)
    if len(picture.boundary):
        ends = view.pixels(picture.boundary.reshape(-1, 2)).reshape(-1, 2, 2)
        # Each piece reaches a little into its neighbours, or one would see where they meet.
        along = ends[:, 1] - ends[:, 0]
        along *= _OVERLAP / np.maximum(np.hypot(*along.T), 1e-9)[:, None]
        pieces = np.concatenate([ends[:, 0] - along, ends[:, 1] + along], axis=1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(current_theme().palette.qcolor("text"), _BOUNDARY)
        # Round ends take Qt six times as long, and pieces this short need none.
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawLines(buffer.lines(pieces))


def paint_axes(painter: QPainter, view: PlaneView, labels: tuple[str, str], scales: Scales) -> None:
    """Write numbers along the lower and the left edge, and the names of the axes."""
    theme = current_theme()
    x0, x1, y0, y1 = view.range
    painter.setFont(theme.font("small"))
    metrics = QFontMetrics(painter.font())
    faint, text = theme.palette.qcolor("text", 0.12), theme.palette.qcolor("text", 0.75)
    height, gap = metrics.height(), 4
    for x, label in _ticks(x0, x1, scales[0]):
        at = view.pixel(x, y0).x()
        painter.setPen(faint)
        painter.drawLine(QLineF(at, 0, at, view.height))
        wide = metrics.horizontalAdvance(label)
        name = metrics.horizontalAdvance(labels[0]) + wide
        if wide < at < view.width - name - gap:
            painter.setPen(text)
            painter.drawText(QPointF(at - wide / 2, view.height - gap), label)
    for y, label in _ticks(y0, y1, scales[1]):
        at = view.pixel(x0, y).y()
        painter.setPen(faint)
        painter.drawLine(QLineF(0, at, view.width, at))
        if 2.4 * height < at < view.height - 1.6 * height:
            painter.setPen(text)
            painter.drawText(QPointF(gap, at + metrics.ascent() / 2 - 1), label)
    painter.setFont(theme.font("small", "bold"))
    painter.setPen(text)
    metrics = QFontMetrics(painter.font())
    right, up = (
        metrics.elidedText(label, Qt.TextElideMode.ElideRight, view.width // 2) for label in labels
    )
    wide = metrics.horizontalAdvance(right)
    painter.drawText(QPointF(view.width - wide - gap, view.height - gap), right)
    painter.drawText(QPointF(gap, gap + metrics.ascent()), up)


def paint_pill(painter: QPainter, view: PlaneView, text: str, *, top: bool) -> None:
    """Write a line on a ground of its own, in the upper middle or above the lower edge."""
    palette, metrics = current_theme().palette, QFontMetrics(painter.font())
    room = view.width - 24
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
    wide, high = metrics.horizontalAdvance(text) + 16, metrics.height() + 6
    left = (view.width - wide) / 2
    box = QRectF(left, 8 if top else view.height - high - metrics.height() - 12, wide, high)
    painter.setPen(palette.qcolor("border"))
    painter.setBrush(palette.qcolor("panel", 0.92))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(palette.qcolor("text"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _ticks(low: float, high: float, scale: tuple[float, float]) -> list[tuple[float, str]]:
    """Return numbers from `low` to `high` that are round as they are written, and how they are."""
    offset, unit = scale
    first, last = offset + unit * low, offset + unit * high
    least = (last - first) / _TICKS
    power = 10.0 ** math.floor(math.log10(least))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * (1 - 1e-9))
    written = (step * n for n in range(math.ceil(first / step), math.floor(last / step) + 1))
    return [((one - offset) / unit, axis_text(one, step)) for one in written]
