"""A drawing in small, where and as large as it stood on its paper."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.painting import painted

# The pen's width as a part of the paper's shorter side.
_PEN_SHARE = 0.09


class StrokesView(QWidget):
    """Strokes on a small copy of the paper they were drawn on."""

    def __init__(self, *, name: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName("What was drawn")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._strokes: list[NDArray[np.float64]] = []
        self._paper = (1.0, 1.0)
        current_theme().changed.connect(self._on_theme)

    def set_strokes(
        self, strokes: Sequence[NDArray[np.float64]], paper: tuple[float, float]
    ) -> None:
        """Show strokes, each ``(n, 2)``, on a paper of this width and height in their unit."""
        self._strokes = list(strokes)
        self._paper = (max(paper[0], 1.0), max(paper[1], 1.0))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size of a picture beside it."""
        return QSize(120, 84)

    @painted
    def paintEvent(  # noqa: N802 - Qt's name
        self, event: QPaintEvent, painter: QPainter
    ) -> None:
        """Paint the paper, the strokes and a thin frame."""
        palette = current_theme().palette
        width, height = self._paper
        scale = min(self.width() / width, self.height() / height)
        box = QRect(0, 0, round(width * scale), round(height * scale))
        painter.fillRect(box, palette.qcolor("paper"))
        painter.setClipRect(box)
        painter.save()
        painter.translate(box.topLeft())
        for stroke in self._strokes:
            points = [(float(x), float(y)) for x, y in stroke * scale]
            if points:
                draw_stroke(painter, points, min(box.width(), box.height()) * _PEN_SHARE)
        painter.restore()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(palette.qcolor("line"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(0, 0, -1, -1))

    @Slot()
    def _on_theme(self) -> None:
        self.update()


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
