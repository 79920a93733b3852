"""A cost over two parameters, seen from above, with the path walked on it."""

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent

from gdstudio.app.number_format import number_text
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.legend import LegendEntry
from gdstudio.app.widgets.themed_plot import ThemedPlot

Floats = NDArray[np.float64]

_BANDS = 14
_FINE = 320  # pixels of the banded picture along each side
_MOST_PATH_POINTS = 4000
_CLICK_PIXELS = 4


class ContourPlot(ThemedPlot):
    """Bands of equal cost, lowest in the strongest blue; path in orange, a ring at its start.

    Hovering tells the cost; a click chooses a point.

    Signals:
        clicked(float, float): a point was clicked, in units of the axes.
    """

    clicked = Signal(float, float)

    def __init__(
        self,
        *,
        name: str = "contour_plot",
        x_label: str = "a",
        y_label: str = "b",
        empty_text: str = "The cost of every pair of numbers appears here.",
    ) -> None:
        super().__init__(name=name, x_label=x_label, y_label=y_label, empty_text=empty_text)
        self._surface: tuple[Floats, Floats, Floats] | None = None
        self._path = np.empty((2, 0))
        self._goal: tuple[float, float] | None = None
        self._new_surface = False
        self._press: tuple[float, float] | None = None
        # The grid would be hidden below the bands.
        self._left.setGrid(False)
        self._image = pg.ImageItem(axisOrder="row-major")
        self._line = pg.PlotCurveItem(antialias=True)
        self._line.setSegmentedLineMode("on")
        self._start = pg.ScatterPlotItem(size=9)
        self._now = pg.ScatterPlotItem(size=10, pen=None)
        self._goal_mark = pg.ScatterPlotItem(size=13, symbol="x")
        for item in (self._image, self._line, self._start, self._goal_mark, self._now):
            self.addItem(item, ignoreBounds=True)
        self.setAccessibleName(f"Cost over {x_label} and {y_label}")
        self.setToolTip("Click to start there; drag to move, wheel to zoom, A shows everything.")
        self._restyle()
        self._refresh()

    def set_surface(self, x_axis: ArrayLike, y_axis: ArrayLike, values: ArrayLike) -> None:
        """Show `values` (rows are y, columns are x) over evenly spaced, rising axes."""
        x, y = np.asarray(x_axis, dtype=float), np.asarray(y_axis, dtype=float)
        self._surface = (x, y, np.asarray(values, dtype=float))
        self._new_surface = True
        self._refresh()

    def set_path(self, xs: ArrayLike, ys: ArrayLike) -> None:
        """Show the walk through `xs`, `ys` (both (n,)), the last point being where it is now."""
        path = np.array([xs, ys], dtype=float)
        path = path[:, np.isfinite(path).all(axis=0)]
        if not np.array_equal(path, self._path):
            self._path = path
            self._refresh()

    def set_goal(self, x: float | None, y: float | None = None) -> None:
        """Mark the lowest point, or take the mark away with None."""
        self._goal = None if x is None or y is None else (float(x), float(y))
        self._refresh()

    def clear(self) -> None:
        """Show nothing."""
        self._surface, self._goal, self._path = None, None, np.empty((2, 0))
        self._image.clear()
        self._is_automatic = True
        self._refresh()

    def legend(self) -> list[LegendEntry]:
        """Return what the colours mean, for `Card.set_legend`."""
        return [("low cost", "positive", "band"), ("path", "negative", "line")]

    def path_table(self) -> tuple[list[str], list[list[float]]]:
        """Return headers and the points of the path, for a CSV."""
        return ["point", self._x_label, self._y_label], [
            [index, x, y] for index, (x, y) in enumerate(self._path.T.tolist())
        ]

    def _draw(self) -> None:
        if self._surface is not None and self._new_surface:
            x, y, values = self._surface
            self._new_surface = False
            bands, rect = banded_picture(x, y, values)
            self._image.setImage(bands, autoLevels=False, levels=(0, 255))
            self._image.setRect(rect)
        xs, ys = self._path[:, :: max(1, self._path.shape[1] // _MOST_PATH_POINTS)]
        if len(xs) and xs[-1] != self._path[0, -1]:
            xs, ys = np.append(xs, self._path[0, -1]), np.append(ys, self._path[1, -1])
        self._line.setData(xs, ys)
        self._start.setData(xs[:1], ys[:1])
        self._now.setData(xs[-1:], ys[-1:])
        goal = ([], []) if self._goal is None else ([self._goal[0]], [self._goal[1]])
        self._goal_mark.setData(*goal)

    def _restyle_items(self) -> None:
        palette = current_theme().palette
        self._image.setLookupTable(palette.ramp)
        self._line.setPen(pg.mkPen(palette.negative, width=2))
        self._start.setPen(pg.mkPen(palette.negative, width=2))
        self._start.setBrush(pg.mkBrush(palette.panel))
        self._now.setBrush(pg.mkBrush(palette.negative))
        self._goal_mark.setPen(pg.mkPen(palette.text, width=1))
        self._goal_mark.setBrush(pg.mkBrush(palette.text))

    def _automatic_range(self) -> tuple[float, float, float, float] | None:
        if self._surface is None:
            return None
        x, y, _ = self._surface
        return x[0], x[-1], y[0], y[-1]

    def _read_out(self, x: float, y: float) -> tuple[float | None, str]:
        if self._surface is None:
            return None, ""
        xs, ys, values = self._surface
        text = f"{self._x_label} {number_text(x)} · {self._y_label} {number_text(y)}"
        if xs[0] <= x <= xs[-1] and ys[0] <= y <= ys[-1]:
            cost = values[np.abs(ys - y).argmin(), np.abs(xs - x).argmin()]
            text += f" · about {number_text(float(cost), 3)}"
        return None, text

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Remember where, to tell a click from a drag."""
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._press = (event.position().x(), event.position().y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Choose the point, if this was a click inside the axes."""
        super().mouseReleaseEvent(event)
        if event.button() != Qt.MouseButton.LeftButton or self._press is None:
            return
        dx = event.position().x() - self._press[0]
        dy = event.position().y() - self._press[1]
        self._press = None
        scene = self.mapToScene(event.position().toPoint())
        inside = self._view.sceneBoundingRect().contains(scene)
        if inside and abs(dx) + abs(dy) <= _CLICK_PIXELS and self._surface is not None:
            point = self._view.mapSceneToView(scene)
            self.clicked.emit(point.x(), point.y())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Return to the automatic range; the second click chooses nothing."""
        super().mouseDoubleClickEvent(event)
        self._press = None


def banded_picture(x: Floats, y: Floats, values: Floats) -> tuple[NDArray[np.uint8], QRectF]:
    """Return the bands of `values` (rows y, columns x) as (rows, columns) uint8, and their place.

    Bands are even in the square root of the height above the lowest value: those of a bowl then
    look equally wide. What is not finite counts as highest.
    """
    finite = values[np.isfinite(values)]
    low, high = (finite.min(), finite.max()) if finite.size else (0.0, 1.0)
    values = np.where(np.isfinite(values), values, high)
    # Bilinear between the given points, so that the edges of bands are smooth.
    fine_x = np.linspace(0, len(x) - 1, _FINE)
    fine_y = np.linspace(0, len(y) - 1, _FINE)
    left = np.minimum(fine_x.astype(int), len(x) - 2)
    below = np.minimum(fine_y.astype(int), len(y) - 2)
    tx, ty = fine_x - left, (fine_y - below)[:, None]
    across = values[:, left] * (1 - tx) + values[:, left + 1] * tx
    fine = across[below] * (1 - ty) + across[below + 1] * ty
    height = np.sqrt(np.clip((fine - low) / max(high - low, 1e-300), 0.0, 1.0))
    bands = np.minimum((height * _BANDS).astype(int), _BANDS - 1)
    half_x, half_y = (x[-1] - x[0]) / (_FINE - 1) / 2, (y[-1] - y[0]) / (_FINE - 1) / 2
    rect = QRectF(
        x[0] - half_x, y[0] - half_y, x[-1] - x[0] + 2 * half_x, y[-1] - y[0] + 2 * half_y
    )
    return (bands * (255 / (_BANDS - 1))).astype(np.uint8), rect
