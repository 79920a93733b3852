"""What the colours of a plot mean: a stroke of each colour, then its word."""

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.painting import painted

Mark = Literal["line", "dash", "dot", "band"]
LegendEntry = tuple[str, str, Mark]

_MARK, _GAP, _BETWEEN = 16, 6, 14


def legend_size(entries: Sequence[LegendEntry], metrics: QFontMetrics, width: float) -> QSize:
    """Return the room of `entries` in rows of at most `width` pixels."""
    rows = _rows(entries, metrics, width)
    widest = max((sum(widths) + _BETWEEN * (len(widths) - 1) for widths in rows), default=0)
    return QSize(widest, len(rows) * metrics.height())


def paint_legend(painter: QPainter, entries: Sequence[LegendEntry], box: QRectF) -> None:
    """Paint `entries` into `box` in as many rows as its width needs, each at the right edge."""
    metrics = QFontMetrics(painter.font())
    entry = iter(entries)
    top = box.top()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for widths in _rows(entries, metrics, box.width()):
        left = box.right() - sum(widths) - _BETWEEN * (len(widths) - 1)
        for width in widths:
            place = QRectF(max(left, box.left()), top, min(width, box.width()), metrics.height())
            _paint_entry(painter, next(entry), place, metrics)
            left += width + _BETWEEN
        top += metrics.height()


class Legend(QWidget):
    """Marks and words in a row, or in more where there is less room: none is left out."""

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

    def entries(self) -> list[LegendEntry]:
        """Return what is shown."""
        return list(self._entries)

    def set_room(self, width: int) -> None:
        """Be as high as the rows within `width` pixels need."""
        self.setFixedHeight(legend_size(self._entries, self.fontMetrics(), width).height())

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the room of all entries in one row."""
        return legend_size(self._entries, self.fontMetrics(), 1e9)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return room for the first mark."""
        return QSize(_MARK, self.fontMetrics().height())

    @painted
    def paintEvent(  # noqa: N802 - Qt's name
        self, event: QPaintEvent, painter: QPainter
    ) -> None:
        """Paint the entries, the last one at the right edge."""
        painter.setFont(self.font())
        paint_legend(painter, self._entries, QRectF(self.rect()))

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()


def _rows(entries: Sequence[LegendEntry], metrics: QFontMetrics, width: float) -> list[list[int]]:
    """Return the widths of the entries, row by row."""
    rows: list[list[int]] = []
    left = 0.0
    for text, _, _ in entries:
        wide = _MARK + _GAP + metrics.horizontalAdvance(text) + 1
        if rows and left + wide <= width:
            rows[-1].append(wide)
        else:
            rows.append([wide])
            left = 0.0
        left += wide + _BETWEEN
    return rows


def _paint_entry(
    painter: QPainter, entry: LegendEntry, place: QRectF, metrics: QFontMetrics
) -> None:
    text, color, kind = entry
    palette = current_theme().palette
    hue = palette.qcolor(color)
    left, middle = place.left(), place.center().y()
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
    words = QRectF(place)
    words.setLeft(left + _MARK + _GAP)
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(words.width() + 1))
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip, text)
