"""All components of a long vector in the order of their size, by layer; one of them is chosen."""

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QGraphicsRectItem

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.plots.themed_plot import ThemedPlot
from gdstudio.engine.inspect.rank_outline import RankOutline
from gdstudio.number_text import count_text, number_text, short_text

Scale = Literal["linear", "root", "logarithmic"]
Floats = NDArray[np.float64]

# Told apart by colour-blind eyes; not the blue and orange of signs, but for them there are sides.
LAYER_COLORS = ("walker_3", "walker_2", "walker_5", "walker_6", "walker_7", "walker_4")
_DOTTED = 60  # how many of the largest have a dot at their tip
_DECADES = 5
_FAR = 50.0  # as many times the range the tinted sides reach, for those who zoom out
_CLICK_PIXELS = 4


def layer_color(place: int) -> str:
    """Return the palette's name for the colour of a series."""
    return LAYER_COLORS[place % len(LAYER_COLORS)]


class GradientPlot(ThemedPlot):
    """A stem for each number, up or down, over its rank on a logarithmic axis.

    A click chooses the nearest; with the keyboard, left and right choose the neighbour.

    Signals:
        chosen(int): the rank that the user chose, from 0.
    """

    chosen = Signal(int)

    def __init__(self, *, name: str, empty_text: str) -> None:
        super().__init__(
            name=name, x_label="rank", y_label="wish: up or down", empty_text=empty_text
        )
        self._outline: RankOutline | None = None
        self._series_names: Sequence[str] = ()
        self._scale: Scale = "root"
        self._selected: tuple[int, float] | None = None
        self._pressed: QPointF | None = None
        self._stems_changed = True
        self._drawn: set[int] = set()  # the series that have stems now
        self._bottom.setLogMode(x=True, y=False)
        self._sides = [QGraphicsRectItem() for _ in range(2)]
        for side in self._sides:
            side.setZValue(-2000)
            side.setPen(pg.mkPen(None))
            self.addItem(side, ignoreBounds=True)
        self._zero = pg.InfiniteLine(0, angle=0)
        self.addItem(self._zero, ignoreBounds=True)
        self._stems = [pg.PlotCurveItem(connect="pairs") for _ in LAYER_COLORS]
        self._dots = [pg.ScatterPlotItem(size=6, pen=None) for _ in LAYER_COLORS]
        self._mark = pg.PlotCurveItem(connect="pairs")
        self._mark_dot = pg.ScatterPlotItem(size=12, symbol="o")
        for item in (*self._stems, *self._dots, self._mark, self._mark_dot):
            self.addItem(item, ignoreBounds=True)
        self.setAccessibleName("All components of the negative gradient, the largest first")
        self.setToolTip(
            "Click a stem to nudge that weight; then the wheel zooms, A shows everything."
        )
        self._set_axis()
        self._restyle()
        self._refresh()

    def set_outline(self, outline: RankOutline | None, series_names: Sequence[str] = ()) -> None:
        """Show ranked numbers; None shows none. `series_names` are told under the mouse."""
        self._outline, self._series_names = outline, series_names
        self._stems_changed = True
        self._set_axis()
        self._refresh()

    def set_selected(self, rank: int | None, value: float = 0.0) -> None:
        """Mark the number of this rank (from 0), or none."""
        self._selected = None if rank is None else (rank, float(value))
        self._refresh()

    def selected(self) -> int | None:
        """Return the rank that is marked."""
        return None if self._selected is None else self._selected[0]

    def set_scale(self, scale: Scale) -> None:
        """Let height be the number itself, its root, or its logarithm, the sign kept."""
        if scale != self._scale:
            self._scale = scale
            self._is_automatic = True
            self._stems_changed = True
            self._set_axis()
            self._refresh()

    def heights(self) -> Floats:
        """Return how high each stem that is drawn stands, by falling size."""
        return np.empty(0) if self._outline is None else self._height(self._outline.values)

    def _largest(self) -> float:
        if self._outline is None or not len(self._outline.values):
            return 0.0
        return abs(float(self._outline.values[0]))

    def _floor(self) -> int:
        """Return the power of ten that stands at the line of a logarithmic axis."""
        largest = self._largest()
        return math.floor(math.log10(largest)) - _DECADES if largest > 0 else -_DECADES

    def _height(self, values: Floats) -> Floats:
        if self._scale == "root":
            return np.asarray(np.copysign(np.sqrt(np.abs(values)), values))
        if self._scale == "logarithmic":
            with np.errstate(divide="ignore"):
                above = np.maximum(np.log10(np.abs(values)) - self._floor(), 0)
            return np.asarray(np.copysign(above, values))
        return values

    def _tick_text(self, height: float, _spacing: float) -> str:
        if self._scale == "root":
            return short_text(math.copysign(height * height, height), 2)
        if self._scale == "logarithmic":
            if round(height) == 0:
                return "0"
            return short_text(math.copysign(10.0 ** (abs(height) + self._floor()), height), 1)
        return short_text(height, 2)

    def _set_axis(self) -> None:
        self._left.tick_text = self._tick_text
        self._left.whole_numbers = self._scale == "logarithmic"
        self._left.picture = None

    def _restyle_items(self) -> None:
        palette = current_theme().palette
        for side, color in zip(self._sides, ("positive", "negative"), strict=True):
            side.setBrush(pg.mkBrush(palette.qcolor(color, 0.07)))
        self._zero.setPen(pg.mkPen(palette.border, width=1))
        for place, (stems, dots) in enumerate(zip(self._stems, self._dots, strict=True)):
            hue = palette.qcolor(layer_color(place))
            stems.setPen(pg.mkPen(hue, width=1))
            dots.setBrush(hue)
        self._mark.setPen(pg.mkPen(palette.text, width=1))
        self._mark_dot.setPen(pg.mkPen(palette.text, width=2))
        self._mark_dot.setBrush(pg.mkBrush(None))

    def _draw(self) -> None:
        if self._stems_changed:
            self._stems_changed = False
            self._draw_stems()
        if self._selected is None or self._outline is None:
            self._mark.setData([], [])
            self._mark_dot.setData([], [])
        else:
            rank, value = self._selected
            at = math.log10(rank + 1)
            height = float(self._height(np.array([value]))[0])
            self._mark.setData([at, at], [0.0, height])
            self._mark_dot.setData([at], [height])

    def _draw_stems(self) -> None:
        shown = self._outline
        x = np.empty(0) if shown is None else np.log10(shown.ranks + 1.0)
        y = self.heights()
        series = np.empty(0, np.intp) if shown is None else shown.series % len(LAYER_COLORS)
        self._zero.setVisible(len(y) > 0)
        far = _FAR * float(np.abs(y).max(initial=0.0))
        self._sides[0].setRect(-_FAR, 0.0, 2 * _FAR, far)
        self._sides[1].setRect(-_FAR, -far, 2 * _FAR, far)
        present = set(np.unique(series).tolist())
        for place in present | self._drawn:
            own = series == place
            xs, ys = x[own], y[own]
            upright = np.column_stack([np.zeros_like(ys), ys]).reshape(-1)
            self._stems[place].setData(np.repeat(xs, 2), upright)
            few = xs < math.log10(_DOTTED)
            self._dots[place].setData(xs[few], ys[few])
        self._drawn = present

    def _automatic_range(self) -> tuple[float, float, float, float] | None:
        shown = self._outline
        if shown is None or not shown.count:
            return None
        heights = self.heights()
        low, high = min(heights.min(), 0.0), max(heights.max(), 0.0)
        margin = 0.06 * ((high - low) or 1.0)
        return -0.06, math.log10(shown.count) + 0.03, low - margin, high + margin

    def _read_out(self, x: float, y: float) -> tuple[float | None, str]:
        shown = self._outline
        place = self._nearest(x, y)
        if shown is None or place is None:
            return None, ""
        rank, value = int(shown.ranks[place]), float(shown.values[place])
        series = int(shown.series[place])
        name = self._series_names[series] if series < len(self._series_names) else ""
        text = f"number {count_text(rank + 1)} · {name} · {number_text(value, 3, sign=True)}"
        return math.log10(rank + 1), text

    def _nearest(self, x: float, y: float) -> int | None:
        """Return which stem is nearest to a point: first across, then along."""
        shown = self._outline
        if shown is None or not len(shown.ranks):
            return None
        width, height = self._view.viewPixelSize()
        across = (np.log10(shown.ranks + 1.0) - x) / (width or 1.0)
        heights = self.heights()
        # Inside a stem there is no distance along it.
        beyond = np.where(
            np.sign(heights) == np.sign(y), np.maximum(np.abs(y) - np.abs(heights), 0), np.abs(y)
        )
        along = beyond / (height or 1.0)
        return int(np.argmin(across * across + 0.1 * along * along))

    # Qt's own.

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Remember where, to tell a click from a drag."""
        self._pressed = event.position()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Choose the nearest stem on a click."""
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, None
        if pressed is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if (event.position() - pressed).manhattanLength() > _CLICK_PIXELS:
            return
        point = self._view.mapSceneToView(self.mapToScene(event.position().toPoint()))
        place = self._nearest(point.x(), point.y())
        if place is not None and self._outline is not None:
            self.chosen.emit(int(self._outline.ranks[place]))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Choose the neighbour in the order; A shows everything."""
        step = {int(Qt.Key.Key_Left): -1, int(Qt.Key.Key_Right): 1}.get(event.key())
        if step is None or event.modifiers() or self._outline is None:
            super().keyPressEvent(event)
            return
        rank = (-1 if self._selected is None else self._selected[0]) + step
        self.chosen.emit(min(max(rank, 0), self._outline.count - 1))
