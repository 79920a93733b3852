"""Marks of points: a shape and a colour for each class, filled for training, hollow for test."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.pictures.pixel_image import signed_indices
from gdstudio.app.widgets.pictures.plane_colors import class_color

# More points than this would hide the field, and take long to paint.
POINTS_DRAWN = 2000
_RADIUS, _SMALLEST = 4.2, 2.2
# With more points than this they begin to shrink.
_ROOMY = 250
_SHAPES = ("circle", "square", "triangle", "diamond", "pentagon", "cross")


@dataclass(frozen=True, eq=False)
class PlanePoints:
    """Points in the plane.

    Attributes:
        x, y: where they are, shape ``(n,)``.
        classes: which class each belongs to, shape ``(n,)``; None where they have targets.
        shades: the targets from −1 to 1, shape ``(n,)``; None where they have classes.
        is_test: whether the descent never sees it, shape ``(n,)``.
    """

    x: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    y: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    classes: NDArray[np.intp] | None = None
    shades: NDArray[np.float64] | None = None
    is_test: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, bool))

    def __len__(self) -> int:
        return len(self.x)

    def some(self) -> "PlanePoints":
        """Return as many of them as can be drawn, spread over all."""
        if len(self) <= POINTS_DRAWN:
            return self
        # Drawn with replacement: a permutation of very many takes longer than a frame.
        random = np.random.default_rng(0)
        chosen = np.unique(random.integers(len(self), size=POINTS_DRAWN))
        return PlanePoints(
            self.x[chosen],
            self.y[chosen],
            None if self.classes is None else self.classes[chosen],
            None if self.shades is None else self.shades[chosen],
            self.is_test[chosen],
        )


def shape_path(shape: str, radius: float) -> QPainterPath:
    """Return the outline of a mark around the origin; all shapes look equally large."""
    path = QPainterPath()
    if shape == "square":
        side = radius * 0.88
        path.addRect(QRectF(-side, -side, 2 * side, 2 * side))
    elif shape == "triangle":
        _add_corners(path, 3, radius * 1.3)
    elif shape == "diamond":
        _add_corners(path, 4, radius * 1.22)
    elif shape == "pentagon":
        _add_corners(path, 5, radius * 1.12)
    elif shape == "cross":
        path.setFillRule(Qt.FillRule.WindingFill)
        long, short = radius * 1.1, radius * 0.42
        path.addRect(QRectF(-long, -short, 2 * long, 2 * short))
        path.addRect(QRectF(-short, -long, 2 * short, 2 * long))
        path = path.simplified()
    else:
        path.addEllipse(QPointF(0, 0), radius, radius)
    return path


def _add_corners(path: QPainterPath, corners: int, radius: float) -> None:
    for corner in range(corners):
        turn = 2 * math.pi * corner / corners
        point = QPointF(radius * math.sin(turn), -radius * math.cos(turn))
        if corner:
            path.lineTo(point)
        else:
            path.moveTo(point)
    path.closeSubpath()


def mark_radius(count: int) -> float:
    """Return how large the marks of that number of points are."""
    shrunk = _RADIUS * math.sqrt(_ROOMY / max(count, _ROOMY))
    return math.sqrt(current_theme().scale) * max(shrunk, _SMALLEST)


def paint_points(
    painter: QPainter, points: PlanePoints, xs: NDArray[np.float64], ys: NDArray[np.float64]
) -> None:
    """Paint the marks of `points` at the pixels (`xs`, `ys`), those of training on top."""
    palette = current_theme().palette
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    radius = mark_radius(len(points))
    if points.classes is not None:
        kinds = points.classes.tolist()
        colors = {kind: palette.qcolor(class_color(kind)) for kind in set(kinds)}
    else:
        shades = np.zeros(len(points)) if points.shades is None else points.shades
        kinds = signed_indices(shades, 1.0).tolist()
        table = palette.diverging
        colors = {kind: QColor(*table[kind].tolist()) for kind in set(kinds)}
    paths = {
        kind: shape_path(
            _SHAPES[kind % len(_SHAPES)] if points.classes is not None else "circle", radius
        )
        for kind in colors
    }
    rim = QPen(palette.qcolor("panel"), 1.2)
    hollow = QBrush(palette.qcolor("panel"))
    order = np.argsort(~points.is_test, kind="stable").tolist()
    for index in order:
        kind = kinds[index]
        color = colors[kind]
        if points.is_test[index]:
            # Shades near 0 are as pale as the panel: their ring is drawn in the text's colour.
            ring = color if points.classes is not None else palette.qcolor("muted")
            painter.setPen(QPen(ring, 1.6))
            painter.setBrush(hollow if points.classes is not None else color)
        else:
            painter.setPen(rim if points.classes is not None else QPen(palette.qcolor("text"), 1))
            painter.setBrush(color)
        painter.translate(xs[index], ys[index])
        painter.drawPath(paths[kind])
        painter.translate(-xs[index], -ys[index])
    painter.setPen(Qt.PenStyle.NoPen)
