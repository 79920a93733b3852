"""Points and the line that is fitted to them, the line to be taken in hand."""

from collections.abc import Callable, Iterable

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QPointF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QGraphicsItem

from gdstudio.app.motion import Glide
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.legend import LegendEntry
from gdstudio.app.widgets.plots.edge_note import EdgeNote
from gdstudio.app.widgets.plots.line_grip import CURSORS, KEYS, grip_at, nudged, turned
from gdstudio.app.widgets.plots.themed_plot import ThemedPlot
from gdstudio.number_text import axis_text, number_text

Floats = NDArray[np.float64]
_OVERHANG = 0.04  # the line goes this share of the points' width beyond them
_MOST_ABOVE, _MOST_ASIDE = 0.4, 0.5  # shares of the points' extent that others may claim
_FARTHEST = 10.0  # errors are drawn to this many times the points' height
_MARGIN_X, _MARGIN_Y = 0.06, 0.08
_NEAR = 14  # pixels; what is pointed at may be so far away
_STILL = 3  # pixels; a hand that clicks moves so little
_MANY = 400  # from here on points are small and residuals plain


class ScatterLinePlot(ThemedPlot):
    """Points, the line y = intercept + slope · x, and the errors between them.

    Dragged in its middle the line moves up and down; dragged near an end it turns about the
    other end. With the keyboard, up and down move it, left and right turn it.

    Signals:
        line_dragged(float, float): intercept and slope that the user's hand gave the line.
        drag_finished(): the hand let go.
        point_clicked(int): a point was clicked, by its place among those that were set.
    """

    line_dragged = Signal(float, float)
    drag_finished = Signal()
    point_clicked = Signal(int)

    def __init__(
        self,
        *,
        name: str = "house_plot",
        x_label: str = "",
        y_label: str = "",
        empty_text: str = "Choose data: each house appears here as a point.",
        x_format: Callable[[float], str] = number_text,
        y_format: Callable[[float], str] = number_text,
        x_text: Callable[[float, float], str] = axis_text,
        y_text: Callable[[float, float], str] = axis_text,
        labels: tuple[str, str, str] = ("actual price", "predicted", "error"),
    ) -> None:
        super().__init__(
            name=name,
            x_label=x_label,
            y_label=y_label,
            empty_text=empty_text,
            x_text=x_text,
            y_text=y_text,
        )
        self._x = np.empty(0)
        self._y = np.empty(0)
        self._places = np.empty(0, dtype=np.intp)  # of the points shown, among those that were set
        self._line: tuple[float, float] | None = None
        # Where the line moves from, and how much of the way is made.
        self._before: tuple[float, float] | None = None
        self._share = 1.0
        self._glide = Glide(self._move, self)
        self._goal: tuple[float, float] | None = None
        self._other: tuple[float, float] | None = None
        self._other_before: tuple[float, float] | None = None
        self._other_looks = ("", "muted")
        self._new: tuple[float, float] | None = None
        self._show_residuals = True
        self._points_changed = False
        self._x_format, self._y_format, self._labels = x_format, y_format, labels
        self._grip = ""  # what the hand holds: "left", "right", "middle", or nothing
        self._grip_at = QPointF()
        self._pressed_at: QPointF | None = None
        self._residual_item = pg.PlotCurveItem(connect="pairs")
        self._point_item = pg.ScatterPlotItem(pen=None)
        self._goal_item = pg.PlotCurveItem(antialias=True)
        self._other_item = pg.PlotCurveItem(antialias=True)
        self._line_item = pg.PlotCurveItem(antialias=True)
        self._new_item = pg.ScatterPlotItem(size=13, symbol="d")
        fits = (self._goal_item, self._other_item, self._line_item)
        for item in (self._residual_item, self._point_item, *fits, self._new_item):
            self.addItem(item, ignoreBounds=True)
        self.setAccessibleName("Points and line")
        self._keys = "Up and down move the line, left and right turn it."
        self.setAccessibleDescription(self._keys)
        self.setToolTip(
            "Drag the line: its middle moves it, its ends turn it. "
            "Then the wheel zooms, A shows everything."
        )
        self._beyond = EdgeNote(self)
        self._view.sigRangeChanged.connect(self._say_where_line_is)
        self._restyle()
        self._refresh()

    def set_points(self, x: ArrayLike, y: ArrayLike) -> None:
        """Show points (both (n,)) in the units of the axes; at most some 5,000 stay quick."""
        x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        finite = np.isfinite(x) & np.isfinite(y)
        self._x, self._y = x[finite], y[finite]
        self._places = np.flatnonzero(finite)
        self._points_changed = True
        self._is_automatic = True
        self._restyle_items()
        self._refresh()

    def set_line(self, intercept: float, slope: float, *, glides: bool = False) -> None:
        """Show the line y = `intercept` + `slope` · x, unless the user's hand holds it.

        It moves there if it `glides`.
        """
        if not self._grip and (intercept, slope) != self._line:
            self._glide.stop()
            self._other_before = None
            self._before, self._line = self._line, (float(intercept), float(slope))
            if glides and self._before is not None and self.isVisible():
                self._glide.begin()
            else:
                self._refresh()

    def _move(self, share: float) -> None:
        """Draw the lines when a share of their way is made."""
        self._share = share
        self._refresh()

    def _seen(
        self, before: tuple[float, float] | None, line: tuple[float, float] | None
    ) -> tuple[float, float] | None:
        """Return `line` as it is drawn now: on its way from `before`, or in its place."""
        if line is None or before is None or not self._glide.is_under_way:
            return line
        (a, b), (c, d) = before, line
        return a + self._share * (c - a), b + self._share * (d - b)

    def line(self) -> tuple[float, float] | None:
        """Return (intercept, slope) of the line shown."""
        return self._line

    def set_goal(self, intercept: float | None, slope: float | None = None) -> None:
        """Show the best line, dashed, or take it away with None."""
        self._goal = None if intercept is None or slope is None else (intercept, slope)
        self._refresh()

    def set_other_line(
        self,
        line: tuple[float, float] | None,
        label: str = "",
        color: str = "muted",
        *,
        glides: bool = False,
    ) -> bool:
        """Show another line, (intercept, slope), beside it, thinner; None takes it away.

        Where it `glides`, it goes along with the line that is about to move to its place.

        Returns:
            Whether it is called or coloured otherwise than before.
        """
        looks = (label, color)
        changed = looks != self._other_looks or (line is None) != (self._other is None)
        if line != self._other:
            leaves = glides and self._glide.is_under_way and self._share == 0.0
            self._other_before = self._other if leaves else None
        self._other, self._other_looks = line, looks
        if changed:
            self._restyle_items()
        self._refresh()
        return changed

    def set_new_house(self, x: float | None, y: float | None = None) -> None:
        """Mark a prediction, or take the mark away with None."""
        self._new = None if x is None or y is None else (float(x), float(y))
        self._refresh()

    def set_residuals_visible(self, visible: bool) -> None:
        """Show the errors, or not."""
        self._show_residuals = visible
        self._refresh()

    def set_formats(
        self,
        *,
        x_format: Callable[[float], str],
        y_format: Callable[[float], str],
        x_text: Callable[[float, float], str] = axis_text,
        y_text: Callable[[float, float], str] = axis_text,
    ) -> None:
        """Write values (`…_format`) and ticks (`…_text`) otherwise, after a change of units."""
        self._x_format, self._y_format = x_format, y_format
        self._bottom.tick_text, self._left.tick_text = x_text, y_text
        self._restyle()

    def legend(self) -> list[LegendEntry]:
        """Return what the colours mean, for `Card.set_legend`."""
        actual, predicted, error = self._labels
        line: LegendEntry = (predicted, "predicted", "line")
        label, color = self._other_looks
        other: list[LegendEntry] = [] if self._other is None else [(label, color, "line")]
        return [(actual, "actual", "dot"), line, *other, (error, "error", "dash")]

    def table(self) -> tuple[list[str], list[list[float]]]:
        """Return headers and a row for each point, for a CSV."""
        actual, predicted, error = self._labels
        headers = [self._x_label or "x", actual]
        columns = [self._x, self._y]
        if self._line is not None:
            headers += [predicted, error]
            on_line = self._line[0] + self._line[1] * self._x
            columns += [on_line, self._y - on_line]
        return headers, np.column_stack(columns).tolist()

    def _draw(self) -> None:
        if self._points_changed:
            few = len(self._x) <= _MANY
            self._point_item.setData(self._x, self._y, size=9 if few else 4)
            # The line moves thirty times a second, many points hardly ever: keep their picture.
            cache = QGraphicsItem.CacheMode
            self._point_item.setCacheMode(cache.NoCache if few else cache.DeviceCoordinateCache)
            self._points_changed = False
        seen = self._seen(self._before, self._line)
        self._line_item.setData(*self._ends(seen))
        self._goal_item.setData(*self._ends(self._goal))
        self._other_item.setData(*self._ends(self._seen(self._other_before, self._other)))
        line = seen if self._show_residuals else None
        self._residual_item.setData(*errors_of(line, self._x, self._y))
        new = ([], []) if self._new is None else ([self._new[0]], [self._new[1]])
        self._new_item.setData(*new)

    def _restyle_items(self) -> None:
        palette, line = current_theme().palette, current_theme().line
        few = len(self._x) <= _MANY
        dash = Qt.PenStyle.CustomDashLine
        # A width between two whole numbers would be either of them, by where the pixels fall.
        error = pg.mkPen(palette.qcolor("error", 1.0 if few else 0.25), width=line(2 if few else 1))
        if few:
            error.setStyle(dash)
            error.setDashPattern([3, 2])
            error.setCapStyle(Qt.PenCapStyle.FlatCap)
        self._residual_item.setPen(error)
        self._point_item.setBrush(palette.qcolor("actual", 1.0 if few else 0.6))
        self._line_item.setPen(pg.mkPen(palette.predicted, width=line(2.5)))
        other = palette.qcolor(self._other_looks[1])
        self._other_item.setPen(pg.mkPen(other, width=line(1.5)))
        goal = pg.mkPen(palette.muted, width=line(1.5))
        goal.setStyle(dash)
        goal.setDashPattern([5, 3])
        self._goal_item.setPen(goal)
        self._new_item.setPen(pg.mkPen(palette.panel, width=1))
        self._new_item.setBrush(palette.qcolor("predicted"))

    def _automatic_range(self) -> tuple[float, float, float, float] | None:
        if not len(self._x):
            return None
        heights = [float(y) for y in self._ends(self._line)[1]]
        return range_around(self._x, self._y, heights, self._new)

    def _follow(self) -> None:
        super()._follow()
        self._say_where_line_is()

    @Slot()
    def _say_where_line_is(self) -> None:
        ends = self._ends(self._line)
        where = beyond(ends, self.visible_range()[1]) if len(ends[0]) else ""
        within = self.mapFromScene(self._view.sceneBoundingRect()).boundingRect()
        self._beyond.tell("the line", where, within)

    def _read_out(self, x: float, y: float) -> tuple[float | None, str]:
        nearest = None if self._grip else self._nearest(x, y)
        if nearest is None:
            return None, ""
        px, py = float(self._x[nearest]), float(self._y[nearest])
        actual, predicted, error = self._labels
        text = f"{self._x_format(px)} · {actual} {self._y_format(py)}"
        if self._line is not None:
            on_line = self._line[0] + self._line[1] * px
            text += (
                f" · {predicted} {self._y_format(on_line)} · {error} {self._y_format(py - on_line)}"
            )
        return None, text

    def _nearest(self, x: float, y: float) -> int | None:
        """Return the point that is shown at a place, in units of the axes; None where none is."""
        if not len(self._x):
            return None
        (x0, x1), (y0, y1) = self.visible_range()
        distance = np.hypot(
            (self._x - x) / (x1 - x0) * self._view.width(),
            (self._y - y) / (y1 - y0) * self._view.height(),
        )
        nearest = int(distance.argmin())
        return None if distance[nearest] > _NEAR else nearest

    def _ends(self, line: tuple[float, float] | None) -> tuple[Floats, Floats]:
        if line is None or not len(self._x):
            return np.empty(0), np.empty(0)
        return line_ends(line, self._x)

    # The hand on the line.

    def _grip_for(self, at: QPointF) -> str:
        xs, ys = self._ends(self._line)
        if not len(xs):
            return ""
        ends = [
            self.mapFromScene(self._view.mapViewToScene(QPointF(x, y)))
            for x, y in zip(xs, ys, strict=True)
        ]
        return grip_at((ends[0].x(), ends[0].y()), (ends[1].x(), ends[1].y()), (at.x(), at.y()))

    def _to_view(self, at: QPointF) -> QPointF:
        return QPointF(self._view.mapSceneToView(self.mapToScene(at.toPoint())))

    def _drag_to(self, at: QPointF) -> None:
        assert self._line is not None
        xs, ys = self._ends(self._line)
        point = self._to_view(at)
        if self._grip == "middle":
            moved = point.y() - self._to_view(self._grip_at).y()
            intercept, slope = self._line[0] + moved, self._line[1]
        else:
            intercept, slope = turned(self._grip, xs, ys, (point.x(), point.y()))
        self._grip_at = at
        self._give(float(intercept), float(slope))

    def _give(self, intercept: float, slope: float) -> None:
        self._glide.finish()  # what the hand moves is where it puts it
        self._line = (intercept, slope)
        self._refresh()
        self.line_dragged.emit(intercept, slope)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Take the line in hand if it is under the mouse, else move about."""
        self._glide.finish()  # what is taken in hand is where it is seen
        self._end_hover()
        is_left = event.button() == Qt.MouseButton.LeftButton
        self._pressed_at = event.position() if is_left else None
        grip = self._grip_for(event.position())
        if event.button() == Qt.MouseButton.LeftButton and grip:
            self._grip, self._grip_at = grip, event.position()
            self._leave_automatic()  # the ground must not move under a hand
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            event.accept()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Move the line with the hand that holds it."""
        if self._grip:
            self._drag_to(event.position())
            return
        super().mouseMoveEvent(event)
        grip = self._grip_for(event.position())
        self.viewport().setCursor(CURSORS["end" if grip in ("left", "right") else grip])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Let the line go; who has not moved has clicked what is there."""
        if self._grip and event.button() == Qt.MouseButton.LeftButton:
            self._grip = ""
            self.drag_finished.emit()
        else:
            super().mouseReleaseEvent(event)
        pressed, self._pressed_at = self._pressed_at, None
        if pressed is None or (event.position() - pressed).manhattanLength() > _STILL:
            return
        at = self._to_view(event.position())
        nearest = self._nearest(at.x(), at.y())
        if nearest is not None:
            self.point_clicked.emit(int(self._places[nearest]))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Move and turn the line with the arrow keys."""
        if event.key() not in KEYS or self._line is None or not len(self._x):
            super().keyPressEvent(event)
            return
        direction = KEYS[event.key()]
        intercept, slope = nudged(self._line, direction, self._x, self._y)
        self._give(intercept, slope)
        self.drag_finished.emit()


def line_ends(line: tuple[float, float], xs: Floats) -> tuple[Floats, Floats]:
    """Return x and y (both (2,)) of the ends of `line` (intercept, slope) over points at `xs`."""
    ends = np.array([xs.min(), xs.max()])
    overhang = _OVERHANG * (ends[1] - ends[0])
    ends += [-overhang, overhang]
    return ends, line[0] + line[1] * ends


def errors_of(line: tuple[float, float] | None, xs: Floats, ys: Floats) -> tuple[Floats, Floats]:
    """Return x and y (both (2n,)) of the upright pieces from `line` to each of n points.

    Each begins at the line, so that the dashes of two errors at one x lie on each other.
    Without a line there are none.
    """
    if line is None:
        return np.empty(0), np.empty(0)
    on_line = line[0] + line[1] * xs
    # Dashes towards a line that flew away would be painted for ever.
    reach = _FARTHEST * max(
        float(np.ptp(ys) if len(ys) else 0.0), float(np.abs(ys).max(initial=0.0))
    )
    on_line = np.clip(on_line, -reach, reach)
    return np.repeat(xs, 2), np.column_stack([on_line, ys]).ravel()


def beyond(ends: tuple[Floats, Floats], shown: tuple[float, float]) -> str:
    """Return where a line between `ends` is, if not between the heights `shown`; else nothing."""
    low, high = shown
    lowest, highest = float(ends[1].min()), float(ends[1].max())
    far = high - low
    if lowest > high:
        return "far above" if lowest > high + far else "above"
    if highest < low:
        return "far below" if highest < low - far else "below"
    return ""


def range_around(
    xs: Floats, ys: Floats, heights: Iterable[float], extra: tuple[float, float] | None
) -> tuple[float, float, float, float]:
    """Return (x from, x to, y from, y to) that shows the points, `heights` and an `extra` point.

    Heights and the extra point are wanted in view, but must not shrink the points to nothing:
    where they are far away, they stay outside.
    """
    x_all, y_all = [float(xs.min()), float(xs.max())], [float(ys.min()), float(ys.max())]
    wide, high = x_all[1] - x_all[0], y_all[1] - y_all[0]
    lowest, highest = y_all[0] - _MOST_ABOVE * high, y_all[1] + _MOST_ABOVE * high
    left, right = x_all[0] - _MOST_ASIDE * wide, x_all[1] + _MOST_ASIDE * wide
    if extra is not None:
        x_all.append(min(max(extra[0], left), right))
        heights = [*heights, extra[1]]
    y_all += [min(max(height, lowest), highest) for height in heights]
    x0, x1, y0, y1 = min(x_all), max(x_all), min(y_all), max(y_all)
    margin_x, margin_y = _MARGIN_X * (x1 - x0), _MARGIN_Y * (y1 - y0)
    return x0 - margin_x, x1 + margin_x, y0 - margin_y, y1 + margin_y
