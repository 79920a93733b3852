"""The components of a gradient as bars from a line in the middle: blue is uphill, orange down."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.colors import sign_color
from gdstudio.app.widgets.painting import painted
from gdstudio.number_text import number_text

_ROW, _BAR, _GAP = 28, 12, 10


class SlopeBars(QWidget):
    """A row for each component: its name, a bar, its number; the longest bar fills its half."""

    def __init__(self, *, name: str, accessible: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._rows: list[tuple[str, float]] = []
        current_theme().changed.connect(self._on_theme)

    def set_rows(self, rows: Sequence[tuple[str, float]]) -> None:
        """Show (name, value) rows; what is not finite has no bar."""
        if list(rows) == self._rows:
            return
        if len(rows) != len(self._rows):
            self.updateGeometry()
        self._rows = list(rows)
        self.setAccessibleDescription(
            "; ".join(f"{name}: {number_text(value)}" for name, value in rows)
        )
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return room for all rows."""
        theme = current_theme()
        return QSize(theme.px(200), theme.px(_ROW) * max(len(self._rows), 1))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the room of the texts with short bars."""
        return QSize(current_theme().px(160), self.sizeHint().height())

    @painted
    def paintEvent(  # noqa: N802 - Qt's name
        self, event: QPaintEvent, painter: QPainter
    ) -> None:
        """Paint the rows."""
        theme = current_theme()
        palette = theme.palette
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font("normal"))
        metrics = QFontMetrics(theme.font("normal"))
        texts = [number_text(value, sign=True) for _, value in self._rows]
        left = max((metrics.horizontalAdvance(name) for name, _ in self._rows), default=0) + _GAP
        wide = max(*map(metrics.horizontalAdvance, texts), metrics.horizontalAdvance("+0.0000"), 0)
        right = self.width() - wide - _GAP
        middle, half = (left + right) / 2, max((right - left) / 2, 1.0)
        largest = max((abs(v) for _, v in self._rows if math.isfinite(v)), default=0.0)
        row, bar = theme.px(_ROW), theme.px(_BAR)
        center = Qt.AlignmentFlag.AlignVCenter
        for index, ((name, value), text) in enumerate(zip(self._rows, texts, strict=True)):
            top = index * row
            painter.setPen(palette.qcolor("muted"))
            painter.drawText(QRectF(0, top, left, row), center, name)
            painter.setPen(palette.qcolor(sign_color(value)))
            place = QRectF(right + _GAP, top, wide, row)
            painter.drawText(place, center | Qt.AlignmentFlag.AlignRight, text)
            if math.isfinite(value) and value != 0:
                length = half * abs(value) / largest
                box = QRectF(0, top + (row - bar) / 2, length, bar)
                box.moveLeft(middle if value > 0 else middle - length)
                painter.fillRect(box, palette.qcolor(sign_color(value)))
        painter.setPen(palette.qcolor("border"))
        painter.drawLine(int(middle), 3, int(middle), len(self._rows) * row - 3)

    def _on_theme(self) -> None:
        self.updateGeometry()
        self.update()
