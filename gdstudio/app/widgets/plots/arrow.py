"""Arrows in a plot: as long and as thick in pixels wherever one zooms to."""

import math

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem

from gdstudio.app.theme import current_theme

_HEAD, _HALF_HEAD, _HALF_SHAFT = 11.0, 5.5, 1.6
# What stands at its foot stays in sight; and it is no head alone.
_FOOT, _SHORTEST = 8.0, 22.0


class PlotArrow(QGraphicsPathItem):
    """An arrow with a rim, from a point of the plot in a direction on the screen."""

    def __init__(self) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.hide()

    def set_colors(self, fill: str, rim: str) -> None:
        """Take these colours, as ``#RRGGBB``."""
        pen = QPen(pg.mkColor(rim), 1.5)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        self.setPen(pen)
        self.setBrush(pg.mkBrush(fill))

    def point(self, x: float, y: float, right: float, up: float, length: float) -> None:
        """Stand at (x, y) and point `length` pixels along (`right`, `up`) on the screen."""
        size = math.hypot(right, up)
        if not (size > 0 and math.isfinite(size) and math.isfinite(x) and math.isfinite(y)):
            self.hide()
            return
        self.setPath(_arrow(max(length, _SHORTEST)))
        self.setRotation(math.degrees(math.atan2(-up, right)))
        self.setPos(x, y)
        self.show()


class SlopeArrows:
    """Two arrows from one point: blue along the gradient, uphill; orange against it, downhill."""

    def __init__(self, plot: pg.PlotWidget) -> None:
        self._uphill, self._downhill = PlotArrow(), PlotArrow()
        self._arrows = (self._uphill, self._downhill)
        for arrow in self._arrows:
            arrow.setZValue(30)
            plot.addItem(arrow, ignoreBounds=True)

    def restyle(self) -> None:
        """Take the colours of the theme."""
        palette = current_theme().palette
        self._uphill.set_colors(palette.positive, palette.panel)
        self._downhill.set_colors(palette.negative, palette.panel)

    def place(self, x: float, y: float, right: float, up: float, length: float) -> None:
        """Stand at (x, y), `length` pixels long, the gradient being (`right`, `up`) on screen."""
        self._uphill.point(x, y, right, up, length)
        self._downhill.point(x, y, -right, -up, length)

    def hide(self) -> None:
        """Show nothing."""
        for arrow in self._arrows:
            arrow.hide()


def _arrow(length: float) -> QPainterPath:
    """Return an arrow from the origin to the right."""
    neck = length - _HEAD
    corners = (
        (_FOOT, -_HALF_SHAFT), (neck, -_HALF_SHAFT), (neck, -_HALF_HEAD), (length, 0),
        (neck, _HALF_HEAD), (neck, _HALF_SHAFT), (_FOOT, _HALF_SHAFT),
    )  # fmt: skip
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
    path.closeSubpath()
    return path
