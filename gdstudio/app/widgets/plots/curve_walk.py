"""A walk on a curve as it is drawn: its trail, its start, its tangent, the step that comes next."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.plots.arrow import PlotArrow
from gdstudio.app.widgets.plots.walk_path import thinned

Floats = NDArray[np.float64]
Curve = Callable[[Floats], Floats]

# Single steps can be told apart up to here.
_MOST_DOTS = 400
_TANGENT_SHARE = 0.26  # of the shorter side, to either side of the point
_FEWEST_PIXELS = 13.0
# Below this an arrow is drawn smaller as a whole, so that it is as long as the step.
_ARROW_PIXELS = 22.0
# Of steps that are hardly seen it still shows the way.
_SHORTEST_STEP = 0.5
# A landing closer than this would be hidden below the arrow.
_LANDING_PIXELS = 26.0
_FARTHEST_PIXELS = 20_000.0


@dataclass(frozen=True, eq=False)
class CurveWalk:
    """One walk.

    Attributes:
        label: its name, for legends and files.
        xs, ys: where it has been, both (n,); the last point is where it is now.
        slope: the slope there; None shows no tangent.
        step: what comes next; None shows no arrow.
        landing: the value after that step.
        color: its colour's name in the palette.
        held: whether a hand can take its start.
        touched: the value where the tangent touches the curve; None is that of the last point.
    """

    label: str
    xs: Floats
    ys: Floats
    slope: float | None = None
    step: float | None = None
    landing: float = math.nan
    color: str = "walker_1"
    held: bool = True
    touched: float | None = None

    def ends_like(self, other: "CurveWalk") -> bool:
        """Return whether the other has come to the same place."""
        return (
            len(self.xs) == len(other.xs) > 0
            and self.xs[-1] == other.xs[-1]
            and self.ys[-1] == other.ys[-1]
        )

    def follows(self, before: "CurveWalk") -> bool:
        """Return whether this is what `before` becomes by one step."""
        return (
            len(self.xs) == len(before.xs) + 1 > 1
            and self.xs[-2] == before.xs[-1]
            and self.ys[-2] == before.ys[-1]
            and math.isfinite(self.ys[-1])
        )

    def on_the_way(self, before: "CurveWalk", share: float, curve: Curve, slope: Curve) -> Self:
        """Return how it is drawn when a share of the way from `before` is made.

        It goes straight ahead while the tangent rolls along the curve.
        """
        x, y, step = (
            float(old + share * (new - old))
            for old, new in (
                (before.xs[-1], self.xs[-1]),
                (before.ys[-1], self.ys[-1]),
                (before.step or 0.0, self.step or 0.0),
            )
        )
        with np.errstate(all="ignore"):
            touched, landing = curve(np.array([x, x + step])).tolist()
            steepness = float(slope(np.array([x]))[0])
        return replace(
            self,
            xs=np.append(self.xs[:-1], x),
            ys=np.append(self.ys[:-1], y),
            slope=None if self.slope is None else steepness,
            step=None if self.step is None else step,
            landing=landing,
            touched=touched,
        )


class CurveWalkItem:
    """The items of one walk in a plot; made once, then fed."""

    def __init__(self, plot: pg.PlotWidget, *, below: int) -> None:
        """Make the items, `below` other walks."""
        self._tangent = pg.PlotCurveItem(antialias=True)
        self._drop = pg.PlotCurveItem(antialias=True)
        self._hops = pg.PlotCurveItem(antialias=True)
        self._dots = pg.ScatterPlotItem(size=6, pen=None)
        self._start = pg.ScatterPlotItem(size=10)
        self._landing = pg.ScatterPlotItem(size=8)
        self._now = pg.ScatterPlotItem(size=13)
        self._items = (
            self._hops, self._tangent, self._drop, self._dots, self._start, self._landing,
            self._now,
        )  # fmt: skip
        self._arrow = PlotArrow()
        for height, item in enumerate((*self._items[:-1], self._arrow, self._now)):
            item.setZValue(20 - 2 * below + height / 10)
            plot.addItem(item, ignoreBounds=True)

    def draw(self, walk: CurveWalk | None, pixel: tuple[float, float], shorter: float) -> None:
        """Draw `walk` (None hides all); `pixel` is how large one is, `shorter` a side in pixels."""
        if walk is None or not len(walk.xs) or np.isnan(walk.ys[-1]):
            for item in self._items:
                item.hide()
            self._arrow.hide()
            return
        for item in self._items:
            item.show()
        self._restyle(walk)
        kept = thinned(walk.xs, walk.ys, pixel, _MOST_DOTS)
        xs, ys = walk.xs[kept], walk.ys[kept]
        self._dots.setData(xs[1:-1], ys[1:-1])
        # Lines between the steps show where it jumped over; where it crept they hide the curve.
        far = np.hypot(np.diff(xs) / pixel[0], np.diff(ys) / pixel[1]) > _FEWEST_PIXELS
        pieces = np.flatnonzero(far)
        ends = np.column_stack([pieces, pieces + 1]).ravel()
        self._hops.setData(xs[ends], ys[ends], connect="pairs")
        moved = len(walk.xs) > 1
        self._start.setData(*((xs[:1], ys[:1]) if moved else ([], [])))
        self._now.setData(xs[-1:], ys[-1:])
        x, y = float(walk.xs[-1]), float(walk.ys[-1])
        self._draw_tangent(walk, x, y, pixel, shorter)
        self._draw_step(walk, x, y, pixel)

    def _draw_tangent(
        self, walk: CurveWalk, x: float, y: float, pixel: tuple[float, float], shorter: float
    ) -> None:
        y = y if walk.touched is None else walk.touched
        if walk.slope is None or not (math.isfinite(walk.slope) and math.isfinite(y)):
            self._tangent.setData([], [])
            return
        # As long on the screen however steep it is.
        right, up = 1 / pixel[0], walk.slope / pixel[1]
        reach = _TANGENT_SHARE * shorter / math.hypot(right, up)
        self._tangent.setData(
            [x - reach, x + reach], [y - reach * walk.slope, y + reach * walk.slope]
        )

    def _draw_step(self, walk: CurveWalk, x: float, y: float, pixel: tuple[float, float]) -> None:
        step = walk.step
        length = 0.0 if step is None or not math.isfinite(step) else abs(step) / pixel[0]
        if step is None or length < _SHORTEST_STEP:
            self._arrow.hide()
            self._drop.setData([], [])
            self._landing.setData([], [])
            return
        length = min(length, _FARTHEST_PIXELS)
        self._arrow.point(x, y, math.copysign(1.0, step), 0.0, length)
        self._arrow.setScale(min(max(length, _FEWEST_PIXELS) / _ARROW_PIXELS, 1.0))
        # A landing far outside would be dashes for ever.
        near = math.isfinite(walk.landing) and abs(walk.landing - y) / pixel[1] < _FARTHEST_PIXELS
        shown = near and _LANDING_PIXELS < length < _FARTHEST_PIXELS
        self._drop.setData(*(([x + step] * 2, [y, walk.landing]) if shown else ([], [])))
        self._landing.setData(*(([x + step], [walk.landing]) if shown else ([], [])))

    def _restyle(self, walk: CurveWalk) -> None:
        palette, line = current_theme().palette, current_theme().line
        color, panel = getattr(palette, walk.color), palette.panel
        self._hops.setPen(pg.mkPen(palette.qcolor(walk.color, 0.55), width=line(1)))
        tangent = pg.mkPen(palette.text, width=line(1.5))
        self._tangent.setPen(tangent)
        drop = pg.mkPen(color, width=line(1))
        drop.setStyle(Qt.PenStyle.CustomDashLine)
        drop.setDashPattern([3, 3])
        self._drop.setPen(drop)
        self._dots.setBrush(pg.mkBrush(palette.qcolor(walk.color, 0.75)))
        for ring in (self._start, self._landing):
            ring.setPen(pg.mkPen(color, width=line(2)))
            ring.setBrush(pg.mkBrush(panel))
        self._now.setBrush(pg.mkBrush(color))
        self._now.setPen(pg.mkPen(panel, width=line(1.5)))
        self._arrow.set_colors(color, panel)
