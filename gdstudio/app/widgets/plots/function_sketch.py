"""A small picture of functions of one number: curves, two axes with their ends, a legend."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.legend import LegendEntry, legend_size, paint_legend
from gdstudio.app.widgets.painting import painted
from gdstudio.number_text import short_text

Floats = NDArray[np.float64]
_HEIGHT = 116  # with one row of legend, at the usual size of text
_GAP = 4
_SPARE = 0.03


@dataclass(frozen=True, eq=False)
class Sketched:
    """One curve.

    Attributes:
        label: its name in the legend.
        color: of the palette.
        values: y, shape ``(n,)``.
        dashed: whether it is drawn dashed.
    """

    label: str
    color: str
    values: ArrayLike
    dashed: bool = False


class FunctionSketch(QWidget):
    """Curves over one axis; nothing to set and nothing to point at.

    Args:
        name: the object name.
        x_label: the name of the level axis.
        lowest, highest: what lies beyond is cut off at the edge.
    """

    def __init__(self, *, name: str, x_label: str, lowest: float, highest: float) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._x_label, self._lowest, self._highest = x_label, lowest, highest
        self._x: Floats = np.empty(0)
        self._curves: tuple[Sketched, ...] = ()
        current_theme().changed.connect(self._restyle)

    def show_curves(self, x: Floats, curves: Sequence[Sketched]) -> None:
        """Show `curves` over `x`, shape ``(n,)``, rising from below 0 to above."""
        self._x, self._curves = x, tuple(curves)
        self.update()

    def curves(self) -> tuple[Sketched, ...]:
        """Return what is shown."""
        return self._curves

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a small room."""
        return QSize(200, current_theme().px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the same height, and room for the legend in rows."""
        return QSize(120, current_theme().px(_HEIGHT))

    @painted
    def paintEvent(  # noqa: N802 - Qt's name
        self, event: QPaintEvent, painter: QPainter
    ) -> None:
        """Paint the legend, the axes with 0 and the ends, and the curves."""
        if not self._curves:
            return
        theme = current_theme()
        painter.setFont(theme.font("small"))
        metrics = painter.fontMetrics()
        entries: list[LegendEntry] = [
            (one.label, one.color, "dash" if one.dashed else "line") for one in self._curves
        ]
        legend = legend_size(entries, metrics, self.width())
        paint_legend(painter, entries, QRectF(0, 0, self.width(), legend.height()))
        low, high = self._y_ends()
        ticks = [tick for tick in (-1.0, 0.0, 1.0, 2.0) if low <= tick <= high]
        margin = max(metrics.horizontalAdvance(short_text(tick, 1)) for tick in ticks) + _GAP
        box = QRectF(
            margin,
            legend.height() + _GAP + metrics.height() / 2,
            self.width() - margin,
            self.height() - legend.height() - _GAP - 1.5 * metrics.height() - _GAP,
        )
        frame = _Frame(box, (float(self._x[0]), float(self._x[-1])), (low, high))
        self._paint_axes(painter, frame, ticks)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(box.adjusted(0, -1, 0, 1))
        for one in self._curves:
            pen = QPen(theme.palette.qcolor(one.color), 2.0)
            if one.dashed:
                pen.setDashPattern([3, 2])
            painter.setPen(pen)
            points = zip(self._x.tolist(), np.asarray(one.values).tolist(), strict=True)
            painter.drawPolyline(QPolygonF([frame.place(x, y) for x, y in points]))

    def _y_ends(self) -> tuple[float, float]:
        every = np.concatenate([np.asarray(one.values) for one in self._curves])
        # A little more, so that a limit that is never reached has its tick.
        low = max(min(float(every.min()), 0.0) - _SPARE, self._lowest)
        high = min(max(float(every.max()), 1.0) + _SPARE, self._highest)
        return low, high

    def _paint_axes(self, painter: QPainter, frame: "_Frame", ticks: list[float]) -> None:
        palette, metrics = current_theme().palette, painter.fontMetrics()
        line, box = metrics.height(), frame.box
        middle = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for tick in ticks:
            y = round(frame.place(0, tick).y()) + 0.5
            painter.setPen(palette.qcolor("border" if tick == 0 else "grid"))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            painter.setPen(palette.qcolor("muted"))
            place = QRectF(0, y - line / 2, box.left() - _GAP, line)
            painter.drawText(place, middle | Qt.TextFlag.TextDontClip, short_text(tick, 1))
        zero = round(frame.place(0, 0).x()) + 0.5
        painter.setPen(palette.qcolor("border"))
        painter.drawLine(QPointF(zero, box.top()), QPointF(zero, box.bottom()))
        painter.setPen(palette.qcolor("muted"))
        below = QRectF(box.left(), box.bottom() + _GAP, box.width(), line)
        first, last = (short_text(end, 1) for end in frame.x_ends)
        top = Qt.AlignmentFlag.AlignTop
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | top, first)
        painter.drawText(below, Qt.AlignmentFlag.AlignRight | top, f"{self._x_label} = {last}")
        around = QRectF(zero - line, below.top(), 2 * line, line)
        painter.drawText(around, Qt.AlignmentFlag.AlignHCenter | top, "0")

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()


@dataclass(frozen=True)
class _Frame:
    """Where numbers lie in a box of pixels."""

    box: QRectF
    x_ends: tuple[float, float]
    y_ends: tuple[float, float]

    def place(self, x: float, y: float) -> QPointF:
        """Return the pixel of a point."""
        box, (left, right), (low, high) = self.box, self.x_ends, self.y_ends
        return QPointF(
            box.left() + (x - left) / (right - left) * box.width(),
            box.bottom() - (y - low) / (high - low) * box.height(),
        )
