"""A walk as it is drawn over a landscape: a line with a rim, its steps, its start, where it is."""

import numpy as np
import pyqtgraph as pg

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.plots.walk_path import Floats, WalkPath, thinned

# Wide antialiased lines are slow: of many walks each is drawn with fewer points.
_MOST_POINTS = 4000
# Single steps can be told apart up to here.
_MOST_DOTS = 60


class WalkItem:
    """The items of one walk in a plot; made once, then fed."""

    def __init__(self, plot: pg.PlotWidget, *, below: int) -> None:
        """Make the items, `below` other walks."""
        self._rim = pg.PlotCurveItem(antialias=True)
        self._line = pg.PlotCurveItem(antialias=True)
        for curve in (self._rim, self._line):
            curve.setSegmentedLineMode("on")
        # The piece of the last step, where it is still on its way.
        self._rim_ahead = pg.PlotCurveItem(antialias=True)
        self._line_ahead = pg.PlotCurveItem(antialias=True)
        self._dots = pg.ScatterPlotItem(size=5, pen=None)
        self._start = pg.ScatterPlotItem(size=9)
        self._now = pg.ScatterPlotItem(size=11)
        self._items = (
            self._rim, self._rim_ahead, self._line, self._line_ahead, self._dots, self._start,
            self._now,
        )  # fmt: skip
        for height, item in enumerate(self._items):
            item.setZValue(20 - below + height / 10)
            plot.addItem(item, ignoreBounds=True)
        self._looks: tuple[str, str, bool] | None = None
        self._drawn: tuple[object, ...] = ()

    def draw(
        self,
        path: WalkPath | None,
        pixel: tuple[float, float],
        *,
        beside: int,
        rim: bool,
        ring: bool,
        end: tuple[float, float] | None = None,
    ) -> None:
        """Draw `path` (None hides all) where a pixel is so large; `beside` walks are drawn too.

        `rim` sets it off from what is below, `ring` marks its start. While its last step is on its
        way, `end` is how far that has come; None is its place.
        """
        # Walks that are over are drawn once: an unchanged path is the same object.
        wanted = (path, pixel, beside, rim, ring, end is None)
        if wanted != self._drawn:
            self._drawn = wanted
            self._draw_whole(*wanted)
        if path is not None and end is not None:
            # Of a walk that moves only this is drawn with every frame.
            xs, ys = np.append(path.xs[-2:-1], end[0]), np.append(path.ys[-2:-1], end[1])
            _feed(self._line_ahead, True, xs, ys)
            _feed(self._rim_ahead, rim, xs, ys)
            _feed(self._now, True, xs[-1:], ys[-1:])

    def _draw_whole(
        self,
        path: WalkPath | None,
        pixel: tuple[float, float],
        beside: int,
        rim: bool,
        ring: bool,
        arrived: bool,
    ) -> None:
        """Draw all of it, as far as it is in its place."""
        if path is None:
            for item in self._items:
                item.hide()
            return
        self.restyle(path, rim=rim)
        there = slice(None) if arrived else slice(-1)
        xs, ys = path.xs[there], path.ys[there]
        kept = thinned(xs, ys, pixel, _MOST_POINTS // max(beside, 1))
        xs, ys = xs[kept], ys[kept]
        dotted = 2 < len(path.xs) <= _MOST_DOTS
        _feed(self._line, len(xs) > 1, xs, ys)
        _feed(self._rim, rim and len(xs) > 1, xs, ys)
        _feed(self._dots, dotted, path.xs[1:-1], path.ys[1:-1])
        _feed(self._start, ring, xs[:1], ys[:1])
        _feed(self._now, True, xs[-1:], ys[-1:])
        for item in (self._line_ahead, self._rim_ahead):
            item.setVisible(not arrived)

    def restyle(self, path: WalkPath, *, rim: bool, force: bool = False) -> None:
        """Take the colours of the theme for this walk."""
        looks = (path.color, path.marker, rim)
        if looks == self._looks and not force:
            return
        self._looks = looks
        palette, line = current_theme().palette, current_theme().line
        color, panel = getattr(palette, path.color), palette.panel
        for item in (self._line, self._line_ahead):
            item.setPen(pg.mkPen(color, width=line(2)))
        for item in (self._rim, self._rim_ahead):
            item.setPen(pg.mkPen(palette.qcolor("panel", 0.75), width=line(4)))
        self._dots.setBrush(pg.mkBrush(color))
        self._start.setPen(pg.mkPen(color, width=line(2)))
        self._start.setBrush(pg.mkBrush(panel))
        self._now.setSymbol(path.marker)
        self._now.setBrush(pg.mkBrush(color))
        self._now.setPen(pg.mkPen(panel, width=line(1.5)) if rim else pg.mkPen(None))


def _feed(item: pg.GraphicsObject, shown: bool, xs: Floats, ys: Floats) -> None:
    """Show these points, or nothing: a hidden item costs nothing."""
    item.setVisible(shown)
    if shown:
        item.setData(xs, ys)
