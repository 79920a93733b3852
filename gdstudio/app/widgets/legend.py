"""What the colours of a plot mean, in one row: a stroke of the colour, then its word."""

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdstudio.app.theme import current_theme

LegendEntry = tuple[str, str, Literal["line", "dash", "dot", "band"]]

_MARK, _GAP, _BETWEEN = 16, 6, 14


class Legend(QWidget):
    """A row of marks and words; words that have no room are left out from the right."""

    def __init__(self) -> None:
        super().__init__()
        self._entries: list[LegendEntry] = []
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        current_theme().changed.connect(self._restyle)

    def set_entries(self, entries: Sequence[LegendEntry]) -> None:
        """Show `entries`: (text, colour name of the palette, kind of mark)."""
        self._entries = list(entries)
        self.setAccessibleName("Legend: " + ", ".join(text for text, _, _ in self._entries))
        self._restyle()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the room of all entries in one row."""
        metrics = self.fontMetrics()
        words = sum(metrics.horizontalAdvance(text) for text, _, _ in self._entries)
        marks = len(self._entries) * (_MARK + _GAP + _BETWEEN)
        return QSize(words + max(0, marks - _BETWEEN) + 1, metrics.height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return room for the first mark."""
        return QSize(_MARK, self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the entries that fit, the last one at the right edge."""
        palette = current_theme().palette
        metrics = self.fontMetrics()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = max(0, self.width() - self.sizeHint().width())
        middle = self.height() / 2
        for text, color, kind in self._entries:
            width = metrics.horizontalAdvance(text)
            if left + _MARK + _GAP + width > self.width() + 1:
                break
            hue = palette.qcolor(color)
            if kind == "dot":
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(hue)
                painter.drawEllipse(QPointF(left + _MARK / 2, middle), 4, 4)
            elif kind == "band":
                painter.fillRect(QRectF(left, middle - 4, _MARK, 8), palette.qcolor(color, 0.25))
            else:
                pen = QPen(hue, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
                if kind == "dash":
                    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
                    pen.setDashPattern([1.7, 1.1])
                painter.setPen(pen)
                painter.drawLine(QPointF(left + 1, middle), QPointF(left + _MARK - 1, middle))
            painter.setPen(palette.qcolor("muted"))
            left += _MARK + _GAP
            painter.drawText(
                QRectF(left, 0, width + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, text
            )
            left += width + _BETWEEN

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
