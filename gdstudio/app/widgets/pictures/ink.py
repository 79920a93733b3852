"""Ink as one sees it: round, smooth and of one width."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from gdstudio.app.theme import current_theme


def draw_stroke(painter: QPainter, points: Sequence[tuple[float, float]], width: float) -> None:
    """Draw through `points` with a round pen `width` pixels wide; one point is a dot."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ink = current_theme().palette.qcolor("ink")
    if len(points) == 1:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawEllipse(QPointF(*points[0]), width / 2, width / 2)
        return
    solid, round_cap = Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap
    painter.setPen(QPen(ink, width, solid, round_cap, Qt.PenJoinStyle.RoundJoin))
    painter.drawPolyline([QPointF(x, y) for x, y in points])
