"""Points and the line that is fitted to them, the line to be taken in hand."""

from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QPointF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QGraphicsItem

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.legend import LegendEntry
from gdstudio.app.widgets.plots.edge_note import EdgeNote
from gdstudio.app.widgets.plots.line_grip import CURSORS, KEYS, grip_at, nudged, turned
from gdstudio.app.widgets.plots.scatter_range import beyond, errors_of, line_ends, range_around
from gdstudio.app.widgets.plots.themed_plot import ThemedPlot
from gdstudio.number_text import axis_text, number_text

Floats = NDArray[np.float64]

_MANY = 400  # from here on points are small and residuals plain


class ScatterLinePlot(ThemedPlot):
    """Points, the line y = intercept + slope · x, and the errors between them.

    Dragged in its middle the line moves up and down; dragged near an end it turns about the
    other end. With the keyboard, up and down move it, left and right turn it.

    Signals:
        line_dragged(float, float): intercept and slope that the user's hand gave the line.
        drag_finished(): the hand let go.
    """

    line_dragged = Signal(float, float)
    drag_finished = Signal()

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
        self._line: tuple[float, float] | None = None
        self._goal: tuple[float, float] | None = None
        self._new: tuple[float, float] | None = None
        self._show_residuals = True
        self._points_changed = False
        self._x_format, self._y_format, self._labels = x_format, y_format, labels
        self._grip = ""  # what the hand holds: "left", "right", "middle", or nothing
        self._grip_at = QPointF()
        self._residual_item = pg.PlotCurveItem(connect="pairs")
        self._point_item = pg.ScatterPlotItem(pen=None)
        self._goal_item = pg.PlotCurveItem(antialias=True)
        self._line_item = pg.PlotCurveItem(antialias=True)
        self._new_item = pg.ScatterPlotItem(size=13, symbol="d")
        fits = (self._goal_item, self._line_item)
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
        self._points_changed = True
        self._is_automatic = True
        self._restyle_items()
        self._refresh()

    def set_line(self, intercept: float, slope: float) -> None:
        """Show the line y = `intercept` + `slope` · x, unless the user's hand holds it."""
        if not self._grip and (intercept, slope) != self._line:
            self._line = (float(intercept), float(slope))
            self._refresh()

    def line(self) -> tuple[float, float] | None:
        """Return (intercept, slope) of the line shown."""
        return self._line

    def set_goal(self, intercept: float | None, slope: float | None = None) -> None:
        """Show the best line, dashed, or take it away with None."""
        self._goal = None if intercept is None or slope is None else (intercept, slope)
        self._refresh()

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
        return [(actual, "actual", "dot"), line, (error, "error", "dash")]

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
        self._line_item.setData(*self._ends(self._line))
        self._goal_item.setData(*self._ends(self._goal))
        line = self._line if self._show_residuals else None
        self._residual_item.setData(*errors_of(line, self._x, self._y))
        new = ([], []) if self._new is None else ([self._new[0]], [self._new[1]])
        self._new_item.setData(*new)

    def _restyle_items(self) -> None:
        palette = current_theme().palette
        few = len(self._x) <= _MANY
        dash = Qt.PenStyle.CustomDashLine
        # A width between two whole numbers would be either of them, by where the pixels fall.
        error = pg.mkPen(palette.qcolor("error", 1.0 if few else 0.25), width=2 if few else 1)
        if few:
            error.setStyle(dash)
            error.setDashPattern([3, 2])
            error.setCapStyle(Qt.PenCapStyle.FlatCap)
        self._residual_item.setPen(error)
        self._point_item.setBrush(palette.qcolor("actual", 1.0 if few else 0.6))
        self._line_item.setPen(pg.mkPen(palette.predicted, width=2.5))
        goal = pg.mkPen(palette.muted, width=1.5)
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
        if not len(self._x) or self._grip:
            return None, ""
        (x0, x1), (y0, y1) = self.visible_range()
        distance = np.hypot(
            (self._x - x) / (x1 - x0) * self._view.width(),
            (self._y - y) / (y1 - y0) * self._view.height(),
        )
        nearest = int(distance.argmin())
        if distance[nearest] > 14:
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
        self._line = (intercept, slope)
        self._refresh()
        self.line_dragged.emit(intercept, slope)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Take the line in hand if it is under the mouse, else move about."""
        self._end_hover()
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
        """Let the line go."""
        if self._grip and event.button() == Qt.MouseButton.LeftButton:
            self._grip = ""
            self.drag_finished.emit()
        else:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Move and turn the line with the arrow keys."""
        if event.key() not in KEYS or self._line is None or not len(self._x):
            super().keyPressEvent(event)
            return
        direction = KEYS[event.key()]
        intercept, slope = nudged(self._line, direction, self._x, self._y)
        self._give(intercept, slope)
        self.drag_finished.emit()
