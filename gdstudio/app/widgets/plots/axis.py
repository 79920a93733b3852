"""An axis as we draw it: few round ticks, plain numbers, its name at its end."""

import math
from collections.abc import Callable
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPicture

from gdstudio.number_text import axis_text, number_text

_STEPS = (1.0, 2.0, 5.0, 10.0)
_DENSER = 0.75  # rather some more ticks than half as many
_FEWEST_TICKS = 3


def round_spacing(extent: float, ticks: float) -> float:
    """Return the roundest spacing (1, 2 or 5 times a power of ten) for about `ticks` ticks."""
    rough = extent / max(ticks, 1.0)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step for step in _STEPS if step * power >= rough * _DENSER) * power


def _ends(low: float, high: float, spacing: float) -> tuple[int, int]:
    """Return the first and the last multiple of `spacing` from `low` to `high`."""
    # pyqtgraph would leave out a tick at the very end, such as 100 %, by rounding.
    return math.ceil(low / spacing - 1e-9), math.floor(high / spacing + 1e-9)


def tick_count(low: float, high: float, spacing: float) -> int:
    """Return how many multiples of `spacing` there are from `low` to `high`."""
    first, last = _ends(low, high, spacing)
    return last - first + 1


def _finer(spacing: float) -> list[float]:
    """Return the two next finer round spacings."""
    power = 10.0 ** math.floor(math.log10(spacing) + 1e-9)
    finer = {1: (0.5, 0.2), 2: (1.0, 0.5), 5: (2.0, 1.0)}[round(spacing / power)]
    return [step * power for step in finer]


# How much of an axis its name may take.
_MOST_OF_AXIS = 0.6


class PlotAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis of a plot.

    `tick_text(value, spacing)` writes a tick. On a logarithmic axis values are decimal logarithms.
    A bottom axis writes its name in the row of its ticks, at the right, to save a row.
    """

    def __init__(
        self,
        orientation: str,
        *,
        name: str = "",
        tick_text: Callable[[float, float], str] = axis_text,
    ) -> None:
        super().__init__(orientation)
        # Otherwise pyqtgraph writes its empty label anew at every change of range: two paintings.
        self.enableAutoSIPrefix(False)
        self.tick_text = tick_text
        self.whole_numbers = False
        self._end_name = name if orientation == "bottom" else ""
        # Labels may stand out over the ends by this many pixels, so that 0 and 100 % are written.
        self.setStyle(hideOverlappingLabels=24)
        self.setStyle(tickLength=0, maxTickLevel=0, maxTextLevel=0, tickTextOffset=6)

    def set_end_name(self, name: str) -> None:
        """Write another name at the end of the axis."""
        self._end_name = name
        self.picture = None
        self.update()

    def tickSpacing(  # noqa: N802 - pyqtgraph's name
        self,
        low: float,
        high: float,
        size: float,
    ) -> list[tuple[float, float]]:
        """Return one level of round ticks, about one in 75 pixels across and in 33 down.

        Where that leaves fewer than three, the ticks are as close as their texts allow.
        """
        room = self._line_height() * (5.0 if self.orientation == "bottom" else 2.2)
        spacing = round_spacing(high - low, size / room)
        # A text that would touch the name of the axis is not written.
        last = high - (high - low) * self._room_of_name() / size
        for finer in _finer(spacing):
            if tick_count(low, last, spacing) >= _FEWEST_TICKS:
                break
            gap = finer / (high - low) * size
            if gap < self._room_of_text(low, high, finer):
                break
            spacing = finer
        # Long texts, such as 1.5 × 10⁻³⁰⁰, need more room than most.
        for _ in _STEPS:
            if spacing / (high - low) * size >= self._room_of_text(low, high, spacing):
                break
            spacing = round_spacing(spacing * 1.5, 1.0)
        return [(max(spacing, 1.0) if self.whole_numbers else spacing, 0.0)]

    def tickValues(  # noqa: N802 - pyqtgraph's name
        self,
        low: float,
        high: float,
        size: float,
    ) -> list[tuple[float, list[float]]]:
        """Return the ticks; on a logarithmic axis decades, or 1, 2, 5 where few decades show."""
        if not self.logMode:
            spacing = self.tickSpacing(low, high, size)[0][0]
            first, last = _ends(low, high, spacing)
            return [(spacing, [index * spacing for index in range(first, last + 1)])]
        first, last = math.floor(low), math.ceil(high)
        every = max(1, math.ceil((last - first) * self._line_height() * 2 / max(size, 1.0)))
        digits = (1, 2, 5) if high - low <= 2 else (1,)
        ticks = [d + math.log10(m) for d in range(first, last + 1, every) for m in digits]
        return [(1.0, [t for t in ticks if low <= t <= high])]

    def tickStrings(  # noqa: N802 - pyqtgraph's name
        self, values: list[float], scale: float, spacing: float
    ) -> list[str]:
        """Return what is written at the ticks."""
        if self.logMode:
            return [number_text(10.0**value, 1) for value in values]
        return [self.tick_text(value, spacing) for value in values]

    def generateDrawSpecs(self, p: Any) -> Any:  # noqa: N802 - pyqtgraph's name
        """Put the name at the end of the row of ticks, in place of a tick that it would touch."""
        specs = super().generateDrawSpecs(p)
        if specs is None or not self._end_name:
            return specs
        axis, ticks, texts = specs
        bounds = self.mapRectFromParent(self.geometry())
        # The ticks need some of the axis, too.
        most = round(bounds.width() * _MOST_OF_AXIS)
        name = p.fontMetrics().elidedText(self._end_name, Qt.TextElideMode.ElideRight, most)
        room = p.boundingRect(QRectF(), 0, name)
        top = texts[0][0].top() if texts else bounds.top() + 6
        height = texts[0][0].height() if texts else room.height()
        box = QRectF(bounds.right() - room.width() - 2, top, room.width() + 2, height)
        clear = box.left() - 8
        texts = [spec for spec in texts if spec[0].right() < clear]
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
        texts.append((box, flags | Qt.TextFlag.TextDontClip, name))
        return axis, ticks, texts

    def boundingRect(self) -> QRectF:  # noqa: N802 - pyqtgraph's name
        """Give the labels at both ends room: with a grid, pyqtgraph allows them none."""
        return QRectF(super().boundingRect()).adjusted(-24, -12, 4, 12)

    def make_room(self) -> None:
        """Take the room that its texts need now; pyqtgraph does so only while it paints them."""
        picture = QPicture()
        with QPainter(picture) as painter:
            painter.setFont(self.style["tickFont"] or QFont())
            self.generateDrawSpecs(painter)

    def _room_of_name(self) -> float:
        if not self._end_name:
            return 0.0
        metrics = QFontMetricsF(self.style["tickFont"] or QFont())
        most: float = self.width() * _MOST_OF_AXIS
        name = min(metrics.horizontalAdvance(self._end_name), most)
        return name + self._line_height()

    def _room_of_text(self, low: float, high: float, spacing: float) -> float:
        """Return the pixels along the axis that a tick needs, so that its text is by itself."""
        if self.orientation != "bottom":
            return self._line_height() * 0.95
        metrics = QFontMetricsF(self.style["tickFont"] or QFont())
        texts = [self.tick_text(round(end / spacing) * spacing, spacing) for end in (low, high)]
        return max(metrics.horizontalAdvance(text) for text in texts) + 0.6 * self._line_height()

    def _line_height(self) -> float:
        """Return the height of a line of tick text in pixels."""
        font = self.style["tickFont"]
        return 15.0 if font is None else font.pixelSize() * 1.25
