"""A curve with walks on it: where they are, how steep it is there, and the step that causes."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent

from gdstudio.app.motion import Glide
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.legend import LegendEntry
from gdstudio.app.widgets.plots.curve_walk import Curve, CurveWalk, CurveWalkItem
from gdstudio.app.widgets.plots.edge_note import EdgeNote
from gdstudio.app.widgets.plots.series_item import Floats
from gdstudio.app.widgets.plots.themed_plot import ThemedPlot
from gdstudio.number_text import number_text, round_to_figures, short_text

_CLICK_PIXELS = 4
_REACH_PIXELS = 14.0
_MOST_WALKS = 3
_NUDGE = 0.01  # a key moves the start by this share of the view
# A view grows by these shares of its usual size after a walk that leaves it, up to a limit.
_GROWTH, _FARTHEST = 0.5, 3.0
# A start on the edge would be half out of sight: it gets this share of the view beside it.
_EDGE = 0.03


class CurvePlot(ThemedPlot):
    """A function of x, its walks with tangent and next step.

    A click chooses a start; the start of a walk, or the walk itself, can be dragged along. Dragged
    elsewhere the plot moves. With the keyboard, left and right move the first start.

    Signals:
        start_chosen(int, float): the user gave the walk of this number another start.
    """

    start_chosen = Signal(int, float)

    def __init__(self, *, name: str = "curve_plot") -> None:
        super().__init__(
            name=name,
            x_label="x",
            y_label="f(x)",
            empty_text="Choose a function: its curve appears here.",
        )
        self._curve: Curve | None = None
        self._slope: Curve | None = None
        self._home: tuple[float, float, float, float] | None = None
        self._walks: list[CurveWalk] = []
        # The walks that move, as they were, by their place among all.
        self._before: dict[int, CurveWalk] = {}
        self._share = 1.0
        self._glide = Glide(self._move, self)
        self._grip: int | None = None
        self._press: QPointF | None = None
        self._followed = True
        self._curve_item = pg.PlotCurveItem(antialias=True, connect="finite")
        self._curve_item.setZValue(1)
        # One wide antialiased path of a curve that wiggles takes three times as long as its pieces.
        self._curve_item.setSegmentedLineMode("on")
        self._drawn: tuple[Curve, float, float, float, float, int] | None = None
        self._valleys = pg.ScatterPlotItem(size=9, symbol="t1")
        self._valleys.setZValue(2)
        self._minima: Floats = np.empty(0)
        for item in (self._curve_item, self._valleys):
            self.addItem(item, ignoreBounds=True)
        self._items = [CurveWalkItem(self, below=index) for index in range(_MOST_WALKS)]
        self._beyond = EdgeNote(self)
        # Drawing anew from within pyqtgraph's own change of range would nest.
        self._redraw = QTimer(self)
        self._redraw.setSingleShot(True)
        self._redraw.setInterval(0)
        self._redraw.timeout.connect(self._refresh)
        self._view.sigRangeChanged.connect(self._redraw.start)
        self.setAccessibleName("Curve and walks")
        self._keys = "Left and right move the start."
        self.setAccessibleDescription(self._keys)
        self.setToolTip(
            "Click to start there, or drag the start along; then the wheel zooms, A shows all."
        )
        self._restyle()
        self._refresh()

    def set_curve(
        self,
        curve: Curve,
        slope: Curve,
        *,
        view: tuple[float, float],
        heights: tuple[float, float],
        minima: Sequence[float] = (),
    ) -> None:
        """Show `curve` (and read its `slope` out), from arrays of x (n,) to values (n,).

        `view` and `heights` are the x and the values that are shown at first; NaN is a gap.
        """
        self._curve, self._slope = curve, slope
        self._home = (*view, *heights)
        self._minima = np.asarray(minima, float)
        self._walks = []
        self._before = {}
        self._glide.finish()
        self._is_automatic = True
        self._refresh()

    def set_walks(self, walks: Sequence[CurveWalk], *, glides: bool = False) -> None:
        """Show walks, the first on top; one that made a step moves to its place if it `glides`."""
        walks, shown = list(walks[:_MOST_WALKS]), self._walks
        pairs = list(enumerate(zip(walks, shown, strict=False)))
        begun = {i: old for i, (new, old) in pairs if glides and new.follows(old)}
        kept = {
            i: self._before[i]
            for i, (new, old) in pairs
            if i in self._before and new.ends_like(old)
        }
        if begun and self._share == 0.0:
            # Others that have not yet left, such as the walk beside whose twin this is.
            begun |= kept
        self._walks, self._before = walks, begun or kept
        if begun and self.isVisible():
            self._glide.begin()
            return
        if not kept:
            self._glide.stop()
        self._refresh()

    def _move(self, share: float) -> None:
        """Draw the walks that move when a share of their way is made."""
        self._share = share
        if share >= 1.0:
            self._before = {}
        self._refresh()

    def _seen(self, place: int) -> CurveWalk | None:
        """Return a walk as it is drawn now, on its way or in its place; None if there is none."""
        if place >= len(self._walks):
            return None
        walk, before = self._walks[place], self._before.get(place)
        if before is None or self._curve is None or self._slope is None:
            return walk
        if not self._glide.is_under_way:
            return walk
        return walk.on_the_way(before, self._share, self._curve, self._slope)

    def legend(self) -> list[LegendEntry]:
        """Return what the colours mean, for `Card.set_legend`."""
        entries: list[LegendEntry] = [("f(x)", "positive", "line"), ("tangent", "text", "line")]
        several = len(self._walks) > 1
        for walk in self._walks:
            entries.append((walk.label if several else "step", walk.color, "dot"))
        if len(self._minima) and not several:
            entries.append(("valley", "muted", "dot"))
        return entries

    def table(self) -> tuple[list[str], list[list[object]]]:
        """Return headers and the points of the walks, for a CSV."""
        rows: list[list[object]] = [
            [walk.label, x, y]
            for walk in self._walks
            for x, y in zip(walk.xs.tolist(), walk.ys.tolist(), strict=True)
        ]
        return ["walk", "x", "f(x)"], rows

    def screen_place(self, x: float, y: float) -> QPointF:
        """Return where a point of the plot is, in the widget's own pixels."""
        return QPointF(self.mapFromScene(self._view.mapViewToScene(QPointF(x, y))))

    # What the plot draws.

    def _draw(self) -> None:
        if self._curve is None:
            return
        self._draw_curve(self._curve)
        pixel = self._pixel()
        shorter = min(self._view.width(), self._view.height())
        for index, item in enumerate(self._items):
            item.draw(self._seen(index), pixel, shorter)

    def _draw_curve(self, curve: Curve) -> None:
        """Draw the curve where it or the view is another: walks move often, it hardly ever."""
        (x0, x1), (y0, y1) = self.visible_range()
        drawn = (curve, x0, x1, y0, y1, self._columns())
        if drawn != self._drawn:
            self._drawn = drawn
            self._curve_item.setData(*_drawable(*drawn))
            self._valleys.setData(self._minima, curve(self._minima))

    def _follow(self) -> None:
        super()._follow()
        self._say_where_walk_is()

    def _say_where_walk_is(self) -> None:
        """Say at the edge where the first walk is that has left the view."""
        (x0, x1), (y0, y1) = self.visible_range()
        where = what = ""
        for walk in self._walks:
            if not len(walk.xs):
                continue
            x, y = float(walk.xs[-1]), float(walk.ys[-1])
            if np.isnan(y) or (x0 <= x <= x1 and y0 <= y <= y1):
                continue
            what = f"{walk.label} at x = {short_text(x, 3)}, f(x) = {short_text(y, 3)}"
            if y0 <= y <= y1:
                where = "to the left" if x < x0 else "to the right"
            else:
                where = "below" if y < y0 else "above"
            break
        within = self.mapFromScene(self._view.sceneBoundingRect()).boundingRect()
        self._beyond.tell(what, where, within)

    def _restyle_items(self) -> None:
        palette, line = current_theme().palette, current_theme().line
        self._curve_item.setPen(pg.mkPen(palette.positive, width=line(2)))
        self._valleys.setPen(pg.mkPen(None))
        self._valleys.setBrush(pg.mkBrush(palette.qcolor("muted", 0.6)))
        self._refresh()

    def _automatic_range(self) -> tuple[float, float, float, float] | None:
        if self._home is None:
            return None
        x0, x1, y0, y1 = self._home
        xs = np.concatenate([walk.xs[-30:] for walk in self._walks] or [np.empty(0)])
        ys = np.concatenate([walk.ys[-30:] for walk in self._walks] or [np.empty(0)])
        starts = np.array([(walk.xs[0], walk.ys[0]) for walk in self._walks if len(walk.xs)])
        x_starts, y_starts = starts.reshape(-1, 2).T
        return (
            *_widened(*_grown(x0, x1, xs), x_starts),
            *_widened(*_grown(y0, y1, ys), y_starts),
        )

    def _read_out(self, x: float, y: float) -> tuple[float | None, str]:
        if self._curve is None or self._slope is None or self._grip is not None:
            return None, ""
        at = np.array([x])
        value, slope = float(self._curve(at)[0]), float(self._slope(at)[0])
        text = (
            f"x {number_text(x, 3)} · f(x) {number_text(value, 3)} · "
            f"slope {number_text(slope, 3, sign=True)}"
        )
        return x, text

    def _pixel(self) -> tuple[float, float]:
        """Return how large a pixel is in units of both axes."""
        (x0, x1), (y0, y1) = self.visible_range()
        width, height = max(self._view.width(), 1.0), max(self._view.height(), 1.0)
        return max((x1 - x0) / width, 1e-300), max((y1 - y0) / height, 1e-300)

    # The hand on the start.

    def _grip_for(self, at: QPointF) -> int | None:
        """Return the walk whose start, or present place, is under the mouse."""
        for index, walk in enumerate(self._walks):
            if not len(walk.xs) or not walk.held:
                continue
            for end in (-1, 0):
                place = self.screen_place(float(walk.xs[end]), float(walk.ys[end]))
                if (place - at).manhattanLength() <= _REACH_PIXELS:
                    return index
        return None

    def _x_at(self, at: QPointF) -> float:
        """Return the x below the mouse, with as many figures as the screen can tell apart."""
        x = float(self._view.mapSceneToView(self.mapToScene(at.toPoint())).x())
        decimals = max(0, int(np.ceil(-np.log10(self._pixel()[0]))))
        return round(x, min(decimals, 15))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Take a start in hand if one is under the mouse; otherwise move about, or click."""
        self._glide.finish()  # what is taken in hand is where it is seen
        self._press = None
        if event.button() == Qt.MouseButton.LeftButton and self._curve is not None:
            self._press = event.position()
            self._grip = self._grip_for(event.position())
        self._end_hover()
        if self._grip is None:
            super().mousePressEvent(event)
        else:
            self._followed = self._is_automatic
            self._leave_automatic()  # the ground must not move under a hand
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Move the start with the hand that holds it."""
        if self._grip is not None:
            if not self._is_click(event):
                self._press = None
                self.start_chosen.emit(self._grip, self._x_at(event.position()))
            return
        super().mouseMoveEvent(event)
        held = self._grip_for(event.position()) is not None
        shape = Qt.CursorShape.SizeHorCursor if held else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Let the start go; after a click, start there."""
        grip, self._grip = self._grip, None
        if grip is None:
            super().mouseReleaseEvent(event)
        else:
            self._is_automatic = self._followed
        clicked = self._is_click(event)
        self._press = None
        if clicked:
            within = self._view.sceneBoundingRect().contains(
                self.mapToScene(event.position().toPoint())
            )
            if within:
                self.start_chosen.emit(grip or 0, self._x_at(event.position()))

    def _is_click(self, event: QMouseEvent) -> bool:
        """Return whether the mouse has hardly moved since it was pressed."""
        moved = None if self._press is None else (event.position() - self._press).manhattanLength()
        return moved is not None and moved <= _CLICK_PIXELS

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Move the first start with left and right."""
        ways = {Qt.Key.Key_Left: -1.0, Qt.Key.Key_Right: 1.0}
        if event.key() not in ways or not self._walks or not len(self._walks[0].xs):
            super().keyPressEvent(event)
            return
        (x0, x1), _ = self.visible_range()
        moved = float(self._walks[0].xs[0]) + ways[Qt.Key(event.key())] * _NUDGE * (x1 - x0)
        self.start_chosen.emit(0, round_to_figures(moved, 4))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Draw for the new size: tangent and arrow are as long in pixels."""
        super().resizeEvent(event)
        # PlotWidget's own constructor resizes before ours has made what follows.
        if hasattr(self, "_redraw"):
            self._redraw.start()


def _drawable(
    curve: Curve, x0: float, x1: float, y0: float, y1: float, columns: int
) -> tuple[Floats, Floats]:
    """Return the points of a curve within a view; NaN where it is undefined or jumps to a pole."""
    x = np.linspace(x0, x1, columns)
    height = max(y1 - y0, 1e-300)
    with np.errstate(all="ignore"):
        y = np.clip(curve(x), y0 - 4 * height, y1 + 4 * height)
        leaps = np.abs(np.diff(y)) > 5 * height
    y = y.copy()
    y[1:][leaps] = np.nan
    return x, y


def _grown(low: float, high: float, values: Floats) -> tuple[float, float]:
    """Return a range that reaches after `values`, in whole strides and not too far."""
    values = values[np.isfinite(values)]
    size = high - low
    if not len(values):
        return low, high
    stride = _GROWTH * size
    more = np.ceil((float(values.max()) - high) / stride) if values.max() > high else 0.0
    less = np.ceil((low - float(values.min())) / stride) if values.min() < low else 0.0
    most = _FARTHEST / _GROWTH
    return low - stride * min(less, most), high + stride * min(more, most)


def _widened(low: float, high: float, starts: Floats) -> tuple[float, float]:
    """Return a range in which no start within it lies on its edge."""
    room = _EDGE * (high - low)
    within = starts[(low <= starts) & (starts <= high)]
    if not len(within):
        return low, high
    return (
        low - room if within.min() < low + room / 2 else low,
        high + room if within.max() > high - room / 2 else high,
    )
