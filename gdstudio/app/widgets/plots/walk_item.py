"""A walk as it is drawn over a landscape: a line with a rim, its steps, its start, where it is."""

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
        self._dots = pg.ScatterPlotItem(size=5, pen=None)
        self._start = pg.ScatterPlotItem(size=9)
        self._now = pg.ScatterPlotItem(size=11)
        self._items = (self._rim, self._line, self._dots, self._start, self._now)
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
    ) -> None:
        """Draw `path` (None hides all) where a pixel is so large; `beside` walks are drawn too.

        `rim` sets it off from what is below, `ring` marks its start.
        """
        # Walks that are over are drawn once: an unchanged path is the same object.
        wanted = (path, pixel, beside, rim, ring)
        if wanted == self._drawn:
            return
        self._drawn = wanted
        if path is None:
            for item in self._items:
                item.hide()
            return
        self.restyle(path, rim=rim)
        kept = thinned(path.xs, path.ys, pixel, _MOST_POINTS // max(beside, 1))
        xs, ys = path.xs[kept], path.ys[kept]
        dotted = 2 < len(path.xs) <= _MOST_DOTS
        _feed(self._line, len(xs) > 1, xs, ys)
        _feed(self._rim, rim and len(xs) > 1, xs, ys)
        _feed(self._dots, dotted, path.xs[1:-1], path.ys[1:-1])
        _feed(self._start, ring, xs[:1], ys[:1])
        _feed(self._now, True, xs[-1:], ys[-1:])

    def restyle(self, path: WalkPath, *, rim: bool, force: bool = False) -> None:
        """Take the colours of the theme for this walk."""
        looks = (path.color, path.marker, rim)
        if looks == self._looks and not force:
            return
        self._looks = looks
        palette, line = current_theme().palette, current_theme().line
        color, panel = getattr(palette, path.color), palette.panel
        self._line.setPen(pg.mkPen(color, width=line(2)))
        self._rim.setPen(pg.mkPen(palette.qcolor("panel", 0.75), width=line(4)))
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
