"""How one curve of a plot is drawn: its line or band, and dots where a line would not be seen."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt

from gdstudio.app.theme import current_theme

Floats = NDArray[np.float64]
Style = Literal["line", "dash", "dots", "dash-dots", "band"]
# Dashes along a noisy line are slow to paint, and cannot be told apart anyway.
_MOST_DASHED_COLUMNS = 150
_MOST_IN_ONE_PATH = 200
_DOT_SIZES = {"dash-dots": 5.0, "dots": 6.0}


@dataclass(frozen=True, kw_only=True)
class Series:
    """How one curve looks.

    Attributes:
        key: what `LinePlot.set_series` calls it.
        label: what the reader calls it; series without one are not in the legend.
        color: a colour of the palette.
        style: a line, dashes, dots, dashes with dots, or the band between two curves.
        width: of the line, in pixels.
        alpha: opacity.
    """

    key: str
    label: str
    color: str
    style: Style = "line"
    width: float = 2.0
    alpha: float = 1.0


class SeriesItem:
    """The items of one series in a plot.

    A single point, which makes no line, is a dot.
    """

    def __init__(self, series: Series, plot: pg.PlotWidget) -> None:
        self._series = series
        self._is_band = series.style == "band"
        self._curve = pg.PlotCurveItem(
            antialias=not self._is_band, fillLevel="enclosed" if self._is_band else None
        )
        self._dots = pg.ScatterPlotItem(size=_DOT_SIZES.get(series.style, 6.0), pen=None)
        plot.addItem(self._curve, ignoreBounds=True)
        plot.addItem(self._dots, ignoreBounds=True)

    def restyle(self) -> None:
        """Take the colours of the theme."""
        one = self._series
        color = current_theme().palette.qcolor(one.color, one.alpha)
        pen = pg.mkPen(color, width=current_theme().line(one.width))
        if one.style in ("dash", "dash-dots"):
            pen.setStyle(Qt.PenStyle.CustomDashLine)
            pen.setDashPattern([3, 2])
        if self._is_band:
            self._curve.setPen(None)
            self._curve.setBrush(color)
        else:
            self._curve.setPen(pen)
        self._dots.setBrush(color)

    def draw(self, data: tuple[Floats, ...] | None, columns: int) -> None:
        """Draw `data` (x, y) or (x, low, high) on `columns` pixels; None draws nothing."""
        if data is None:
            self._curve.setData([], [])
            self._dots.setData([], [])
        elif self._is_band:
            x, low, high = decimate_band(data[0], data[1], data[2], columns)
            self._curve.setData(np.concatenate([x, x[::-1]]), np.concatenate([high, low[::-1]]))
        else:
            self._draw_line(data[0], data[1], columns)

    def _draw_line(self, x: Floats, y: Floats, columns: int) -> None:
        style = self._series.style
        if style in ("dash", "dash-dots"):
            columns = min(columns, _MOST_DASHED_COLUMNS)
        x, y = decimate(x, y, columns)
        dotted = len(x) == 1 or style in _DOT_SIZES
        self._dots.setData(*((x, y) if dotted else ([], [])))
        if style == "line":
            # One path of many wide antialiased pieces takes a hundred times as long as pieces by
            # themselves, but looks better at the joints of a few.
            self._curve.setSegmentedLineMode("on" if len(x) > _MOST_IN_ONE_PATH else "off")
        lined = len(x) > 1 and style != "dots"
        self._curve.setData(*((x, y) if lined else ([], [])))


def decimate(x: Floats, y: Floats, columns: int) -> tuple[Floats, Floats]:
    """Return at most about two points for each of `columns`, keeping every peak and the ends.

    Args:
        x: positions in rising order, shape (n,).
        y: finite values, shape (n,).
        columns: how many pixels wide the picture is.
    """
    n = len(x)
    if n <= 2 * columns or columns < 1:
        return x, y
    size = -(-n // columns)
    whole = n // size * size
    blocks = y[:whole].reshape(-1, size)
    starts = np.arange(0, whole, size)
    kept = np.concatenate(
        [
            starts + blocks.argmin(axis=1),
            starts + blocks.argmax(axis=1),
            [0, n - 1],
            [whole + y[whole:].argmax(), whole + y[whole:].argmin()] if whole < n else [],
        ]
    )
    kept = np.unique(kept.astype(np.intp))
    return x[kept], y[kept]


def decimate_band(
    x: Floats, low: Floats, high: Floats, columns: int
) -> tuple[Floats, Floats, Floats]:
    """Return at most about one (x, low, high) for each of `columns`, widest extent kept."""
    n = len(x)
    if n <= columns or columns < 1:
        return x, low, high
    starts = np.arange(0, n, -(-n // columns))
    return x[starts], np.minimum.reduceat(low, starts), np.maximum.reduceat(high, starts)
