"""A number over the values of a setting: a line for each kind of run, its spread, its points."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.legend import LegendEntry
from gdstudio.app.widgets.plots.themed_plot import ThemedPlot
from gdstudio.number_text import axis_text, percent_text, plain_text
from gdstudio.visible_text import shortened

Floats = NDArray[np.float64]
_POINT, _CHOSEN, _CROSS = 8.0, 14.0, 11.0
# A click this near to a point, in pixels, means it.
_NEAR = 18.0
_LONGEST_TICK, _LONGEST_LABEL = 14, 32
# On a logarithmic axis nothing is smaller than this share of the largest number.
_SMALLEST_SHARE = 1e-12
# This share of the height is above the numbers where some points have none.
_ROOM_ABOVE = 0.1
_BAND = 0.16
COLORS = ("positive", "walker_1", "test", "walker_4", "walker_6", "walker_8")


@dataclass(frozen=True)
class ValuePoint:
    """One point.

    Attributes:
        key: what it is known by.
        x: where it stands.
        y, low, high: its number, and how far that spreads; NaN where there is none.
        told: all of it in words.
    """

    key: int
    x: float
    y: float
    low: float
    high: float
    told: str


@dataclass(frozen=True)
class ValueLine:
    """Points that belong together, from left to right, and what they are called."""

    label: str
    points: tuple[ValuePoint, ...]


class _LineItems:
    """The items of one line, made once: spread, line, points, and points without a number."""

    def __init__(self, plot: pg.PlotWidget) -> None:
        self._band = pg.PlotCurveItem(pen=None, fillLevel="enclosed")
        self._line = pg.PlotCurveItem(antialias=True)
        self._dots = pg.ScatterPlotItem(size=_POINT, pen=None)
        self._crosses = pg.ScatterPlotItem(size=_CROSS, symbol="x")
        for item in (self._band, self._line, self._dots, self._crosses):
            plot.addItem(item, ignoreBounds=True)

    def restyle(self, name: str) -> None:
        """Take the colours of the theme; `name` is that of the line."""
        theme = current_theme()
        color = theme.palette.qcolor(name)
        self._band.setBrush(theme.palette.qcolor(name, _BAND))
        self._line.setPen(pg.mkPen(color, width=theme.line(2.0)))
        self._dots.setBrush(color)
        self._crosses.setPen(pg.mkPen(theme.palette.qcolor("negative"), width=theme.line(2.0)))

    def draw(
        self, x: Floats, low: Floats, y: Floats, high: Floats, gone: Floats, edge: float
    ) -> None:
        """Draw points at `x`, and crosses at `gone`, at the height `edge`; all have shape (n,)."""
        spreads = len(x) > 1 and bool((high > low).any())
        band = (np.concatenate([x, x[::-1]]), np.concatenate([high, low[::-1]]))
        self._band.setData(*(band if spreads else ([], [])))
        self._line.setData(x, y)
        self._dots.setData(x, y)
        self._crosses.setData(gone, np.full(len(gone), edge))


class ValuePlot(ThemedPlot):
    """Lines of points that can be chosen; a point without a number is a cross at the upper edge.

    A click chooses a point, as the arrows do; Enter or a double click opens it.

    Signals:
        chosen(int), opened(int): the key of a point.
    """

    chosen = Signal(int)
    opened = Signal(int)

    def __init__(self, *, name: str, empty_text: str) -> None:
        super().__init__(
            name=name, x_label="", y_label="", empty_text=empty_text, x_text=self._x_text
        )
        self._lines: tuple[ValueLine, ...] = ()
        self._ticks: tuple[str, ...] = ()
        self._log = self._log_y = False
        self._key: int | None = None
        self._items: list[_LineItems] = []
        self._ring = pg.ScatterPlotItem(size=_CHOSEN, brush=None)
        self.addItem(self._ring, ignoreBounds=True)
        self._ring.setZValue(10)
        self._keys = "A click or the arrows choose a point, Enter opens it as a run."
        self.setToolTip(self._keys)
        self.setAccessibleName("Number over the values of a setting")
        self._restyle()
        self._refresh()

    def set_axis(
        self, label: str, ticks: Sequence[str], *, log: bool, log_y: bool, is_share: bool
    ) -> None:
        """Name the axis; `ticks` are what 0, 1, 2 … stand for, where they are no numbers.

        `is_share` is of shares that are written as percentages.
        """
        if label != self._x_label:
            self.set_labels(label, "")
        self._ticks, self._log, self._log_y = tuple(ticks), log, log_y
        self._bottom.setLogMode(x=log, y=False)
        self._left.setLogMode(x=False, y=log_y)
        self._left.tick_text = _percent if is_share else axis_text
        self._bottom.whole_numbers = bool(ticks)

    def set_lines(self, lines: Sequence[ValueLine]) -> None:
        """Show these; what was chosen is followed by its key."""
        self._lines = tuple(lines)
        self._refresh()

    def choose(self, key: int | None) -> None:
        """Mark a point, or none, without a signal."""
        self._key = key
        self._refresh()

    def legend(self) -> list[LegendEntry]:
        """Return what the colours mean; nothing where there is one line."""
        if len(self._lines) < 2:
            return []
        return [
            (shortened(line.label, _LONGEST_LABEL), COLORS[place % len(COLORS)], "line")
            for place, line in enumerate(self._lines)
        ]

    def point_at(self, key: int) -> QPointF | None:
        """Return where a point is, in the widget's pixels."""
        for _, point, x, y in self._placed():
            if point.key == key:
                scene = self._view.mapViewToScene(QPointF(x, y))
                return QPointF(self.mapFromScene(scene))
        return None

    def _x(self, x: float) -> float:
        return math.log10(x) if self._log else x

    def _y(self, y: float) -> float:
        return math.log10(max(y, self._floor())) if self._log_y and not math.isnan(y) else y

    def _floor(self) -> float:
        """Return the smallest number that a logarithmic axis has; 0 stands there."""
        return _SMALLEST_SHARE * max(
            (one.high for line in self._lines for one in line.points if one.high > 0), default=1.0
        )

    def _x_text(self, value: float, spacing: float) -> str:
        if self._ticks:
            index = round(value)
            is_tick = abs(value - index) < 1e-6 and 0 <= index < len(self._ticks)
            return shortened(self._ticks[index], _LONGEST_TICK) if is_tick else ""
        return plain_text(value, 4)

    def _edge(self) -> float:
        """Return the height of points without a number."""
        bounds = self._automatic_range()
        if bounds is None:
            return 1.0
        return bounds[3] - _ROOM_ABOVE / 2 * (bounds[3] - bounds[2])

    def _placed(self) -> list[tuple[int, ValuePoint, float, float]]:
        """Return all points with the place of their line, and where they are drawn."""
        edge = self._edge()
        return [
            (place, point, self._x(point.x), edge if math.isnan(point.y) else self._y(point.y))
            for place, line in enumerate(self._lines)
            for point in line.points
        ]

    def _restyle_items(self) -> None:
        theme = current_theme()
        for place, items in enumerate(self._items):
            items.restyle(COLORS[place % len(COLORS)])
        self._ring.setPen(pg.mkPen(theme.palette.text, width=theme.line(2.0)))

    def _draw(self) -> None:
        while len(self._items) < len(self._lines):
            items = _LineItems(self)
            items.restyle(COLORS[len(self._items) % len(COLORS)])
            self._items.append(items)
        edge = self._edge() if self._lines else 1.0
        for place, items in enumerate(self._items):
            points = self._lines[place].points if place < len(self._lines) else ()
            known = [one for one in points if not math.isnan(one.y)]
            x = np.array([self._x(one.x) for one in known])
            low, y, high = (
                np.array([self._y(getattr(one, name)) for one in known])
                for name in ("low", "y", "high")
            )
            gone = np.array([self._x(one.x) for one in points if math.isnan(one.y)])
            items.draw(x, low, y, high, gone, edge)
        ringed = [(x, y) for _, point, x, y in self._placed() if point.key == self._key]
        self._ring.setData(*zip(*ringed[:1], strict=True)) if ringed else self._ring.clear()

    def _automatic_range(self) -> tuple[float, float, float, float] | None:
        points = [point for line in self._lines for point in line.points]
        if not points:
            return None
        xs = [self._x(point.x) for point in points]
        numbers = [self._y(end) for one in points for end in (one.y, one.low, one.high)]
        ends = [end for end in numbers if math.isfinite(end)] or [0.0, 1.0]
        low, high = min(ends), max(ends)
        margin = 0.08 * ((high - low) or abs(high) or 1.0)
        side = 0.06 * ((max(xs) - min(xs)) or 1.0)
        above = margin
        if any(math.isnan(point.y) for point in points):
            above = 2 * _ROOM_ABOVE * ((high - low) or margin)
        return min(xs) - side, max(xs) + side, low - margin, high + above

    def _nearest(self, x: float, y: float) -> ValuePoint | None:
        """Return the point nearest to a place of the data, if one is near in pixels."""
        width, height = self._view.viewPixelSize()
        best: tuple[float, ValuePoint] | None = None
        for _, point, px, py in self._placed():
            away = math.hypot((px - x) / width, (py - y) / height)
            if away <= _NEAR and (best is None or away < best[0]):
                best = away, point
        return None if best is None else best[1]

    def _read_out(self, x: float, y: float) -> tuple[float | None, str]:
        point = self._nearest(x, y)
        return (None, "") if point is None else (self._x(point.x), point.told)

    def _point_of(self, event: QMouseEvent) -> ValuePoint | None:
        at = self._view.mapSceneToView(self.mapToScene(event.position().toPoint()))
        return self._nearest(at.x(), at.y())

    def _take(self, point: ValuePoint) -> None:
        self.choose(point.key)
        self.tell(point.told)
        self.chosen.emit(point.key)

    # Qt's own.

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Choose the point that is meant."""
        super().mousePressEvent(event)
        point = self._point_of(event)
        if point is not None and event.button() == Qt.MouseButton.LeftButton:
            self._take(point)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Open the point that is meant, or return to the automatic range."""
        point = self._point_of(event)
        if point is None:
            super().mouseDoubleClickEvent(event)
        else:
            event.accept()
            self.opened.emit(point.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Choose the neighbour by the arrows, open by Enter; A shows everything."""
        points = [point for line in self._lines for point in line.points]
        step = {int(Qt.Key.Key_Left): -1, int(Qt.Key.Key_Right): 1}.get(event.key())
        if step is not None and points:
            keys = [point.key for point in points]
            at = keys.index(self._key) + step if self._key in keys else 0
            self._take(points[min(max(at, 0), len(points) - 1)])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._key is not None:
            self.opened.emit(self._key)
        else:
            super().keyPressEvent(event)


def _percent(value: float, spacing: float) -> str:
    return percent_text(value, 0 if spacing >= 0.01 else 1)
