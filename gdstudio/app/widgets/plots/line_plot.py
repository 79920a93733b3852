"""Curves over one axis, such as the loss over the steps: made once, then fed with arrays."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.legend import LegendEntry, Mark
from gdstudio.app.widgets.plots.series_item import Floats, Series, SeriesItem
from gdstudio.app.widgets.plots.themed_plot import ThemedPlot
from gdstudio.number_text import axis_text, count_text, number_text

_SMALLEST_ON_LOG_AXIS = 1e-12
# How a style of line is marked in the legend.
_MARKS: dict[str, Mark] = {
    "line": "line",
    "dash": "dash",
    "dots": "dot",
    "dash-dots": "dash",
    "band": "band",
}


class LinePlot(ThemedPlot):
    """A plot of a few series.

    Drag moves, the wheel zooms, a double click or A shows everything again, L makes the upright
    axis logarithmic and back. Without data it says `empty_text`.

    Args:
        series: the curves, the first painted lowest.
        name: the object name.
        x_label, y_label: names of the axes.
        empty_text: what will appear here, and what to press.
        y_format: writes a value of the upright axis in the read-out.
        y_text: writes a tick of the upright axis.
        y_from_zero: whether the automatic range starts at zero when all values are positive.
        y_limits: fixed ends of the automatic range, None for those that follow the data.
    """

    def __init__(
        self,
        series: Sequence[Series],
        *,
        name: str,
        x_label: str = "step",
        y_label: str = "",
        empty_text: str = "",
        y_format: Callable[[float], str] = number_text,
        y_text: Callable[[float, float], str] = axis_text,
        y_from_zero: bool = True,
        y_limits: tuple[float | None, float | None] = (None, None),
        log_y: bool = False,
    ) -> None:
        super().__init__(
            name=name, x_label=x_label, y_label=y_label, empty_text=empty_text, y_text=y_text
        )
        self._series = {one.key: one for one in series}
        self._data: dict[str, tuple[Floats, ...]] = {}
        self._changed: set[str] = set()
        self._y_format = y_format
        self._y_from_zero = y_from_zero
        self._y_limits = y_limits
        self._log = False
        self._x_end = -math.inf
        self._items = {one.key: SeriesItem(one, self) for one in series}
        self._mark = pg.InfiniteLine(angle=90, movable=False)
        self._mark.hide()
        self.addItem(self._mark, ignoreBounds=True)
        self._bottom.whole_numbers = x_label in ("step", "epoch")
        self.setAccessibleName(y_label or name.replace("_", " "))
        self.setToolTip("Drag to move, wheel to zoom; A shows everything, L is logarithmic.")
        self._restyle()
        self.set_log_y(log_y)
        self._refresh()

    def set_series(self, key: str, x: ArrayLike, y: ArrayLike) -> None:
        """Show `y` over `x` (both (n,), x rising) as the series `key`; gaps are NaN."""
        self._store(key, x, y)

    def set_band(self, key: str, x: ArrayLike, low: ArrayLike, high: ArrayLike) -> None:
        """Fill between `low` and `high` over `x` (all (n,)) as the series `key`."""
        self._store(key, x, low, high)

    def set_x_end(self, x: float) -> None:
        """Let the automatic range reach at least to `x`."""
        if x != self._x_end:
            self._x_end = x
            self._refresh()

    def set_mark(self, x: float | None) -> None:
        """Mark a place on the axis with an upright line; None takes it away."""
        self._mark.setVisible(x is not None)
        if x is not None:
            self._mark.setPos(x)

    def clear(self) -> None:
        """Show no data, and return to the automatic range."""
        self._changed |= set(self._data)
        self._data.clear()
        self._is_automatic = True
        self._refresh()

    def set_log_y(self, log: bool) -> None:
        """Make the upright axis logarithmic, or linear."""
        if log != self._log:
            self._log = log
            self._left.setLogMode(x=False, y=log)
            self._changed |= set(self._data)
            self._is_automatic = True
            self._refresh()

    def is_log_y(self) -> bool:
        """Return whether the upright axis is logarithmic."""
        return self._log

    def legend(self) -> list[LegendEntry]:
        """Return what the colours mean, for `Card.set_legend`."""
        return [
            (one.label, one.color, _MARKS[one.style]) for one in self._series.values() if one.label
        ]

    def series_table(self) -> tuple[list[str], list[list[Any]]]:
        """Return headers and rows of all that is shown, one row for each position, for a CSV."""
        headers, columns = [self._x_label], []
        xs = [data[0] for data in self._data.values()] + [line.x for line in self._kept.lines]
        positions = np.unique(np.concatenate(xs)) if xs else np.empty(0)

        def add(name: str, x: Floats, value: Floats) -> None:
            column: list[Any] = [""] * len(positions)
            for row, number in zip(np.searchsorted(positions, x), value, strict=True):
                column[row] = float(number)
            headers.append(name)
            columns.append(column)

        # In the order in which the curves are declared, whichever came first.
        for key in (key for key in self._series if key in self._data):
            x, *values = self._data[key]
            label = self._series[key].label or key
            names = [label] if len(values) == 1 else [f"{label} lowest", f"{label} highest"]
            for name, value in zip(names, values, strict=True):
                add(name, x, value)
        for line in self._kept.lines:
            add(line.label, line.x, line.y)
        rows = [[f"{x:.15g}", *cells] for x, *cells in zip(positions, *columns, strict=True)]
        return headers, rows

    def _store(self, key: str, *arrays: ArrayLike) -> None:
        new = tuple(np.asarray(array, dtype=float) for array in arrays)
        finite = np.isfinite(new[0])
        for array in new[1:]:
            finite &= np.isfinite(array)
        if not finite.all():
            new = tuple(array[finite] for array in new)
        old = self._data.get(key)
        if old is not None and all(map(np.array_equal, old, new)):
            return
        if not len(new[0]):
            if old is None:
                return
            del self._data[key]
        else:
            self._data[key] = new
        self._changed.add(key)
        self._refresh()

    def _restyle_items(self) -> None:
        for item in self._items.values():
            item.restyle()
        self._mark.setPen(pg.mkPen(current_theme().palette.text, width=1))

    def _draw(self) -> None:
        for key in self._changed:
            data = self._data.get(key)
            if data is not None and self._log:
                data = (data[0], *map(_log, data[1:]))
            self._items[key].draw(data, self._columns())
        self._changed.clear()

    def _draw_kept(self) -> None:
        self._kept.draw(self._columns(), _log if self._log else _as_is)

    def _automatic_range(self) -> tuple[float, float, float, float] | None:
        lines: list[tuple[Floats, ...]] = [d for d in self._data.values() if len(d) == 2]
        every: list[tuple[Floats, ...]] = list(lines or self._data.values())
        every += self._kept.ranged()
        if not every:
            return None
        x0, x1 = min(d[0][0] for d in every), max(d[0][-1] for d in every)
        if self._bottom.whole_numbers:
            x0 = min(x0, 0.0)
        x1 = max(x1, self._x_end)
        low, high = min(d[1].min() for d in every), max(d[-1].max() for d in every)
        if self._log:
            low, high = _log(np.array([low, high]))
            return x0, x1, low - 0.1, high + 0.1
        if self._y_from_zero and low >= 0:
            low = 0.0
        margin = 0.05 * (high - low)
        fixed_low, fixed_high = self._y_limits
        bottom = fixed_low if fixed_low is not None else low - (margin if low else 0.0)
        top = fixed_high if fixed_high is not None else high + margin
        return x0, x1, bottom, top

    def _read_out(self, x: float, y: float) -> tuple[float | None, str]:
        if not self._data:
            return None, ""
        nearest = [d[0][_nearest(d[0], x)] for d in self._data.values()]
        at = min(nearest, key=lambda value: abs(value - x))
        where = count_text(round(at)) if at == round(at) else number_text(at)
        parts = [f"{self._x_label} {where}"]
        for key, (xs, *values) in self._data.items():
            index = _nearest(xs, at)
            texts = [self._y_format(float(value[index])) for value in values]
            label = self._series[key].label
            if label:
                parts.append(f"{label} {' to '.join(texts)}")
        text = " · ".join(parts)
        self.setAccessibleDescription(text)
        return at, text

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Make the axis logarithmic or linear on L; A shows everything."""
        if event.key() == Qt.Key.Key_L and not event.modifiers():
            self.set_log_y(not self._log)
        else:
            super().keyPressEvent(event)


def _nearest(xs: Floats, x: float) -> int:
    right = int(np.searchsorted(xs, x))
    if right == 0 or right == len(xs):
        return min(right, len(xs) - 1)
    return right if xs[right] - x < x - xs[right - 1] else right - 1


def _as_is(values: Floats) -> Floats:
    return values


def _log(values: Floats) -> Floats:
    return np.log10(np.maximum(values, _SMALLEST_ON_LOG_AXIS))
