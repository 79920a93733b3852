"""Kept runs behind the live one, and its twin: thin lines, each with its name at its end."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.plots.series_item import Floats, decimate

# As many as there are runs in sight; the first walk's colour, which is the live run's, last.
TWIN_COLOR = "walker_10"
KEPT_COLORS = (
    *(f"walker_{number}" for number in range(2, 12) if number != 10),
    "walker_1",
    "muted",
    TWIN_COLOR,
)
_BEHIND = -5
# Names take at most this share of a plot's width, and of its height.
_LONGEST_SHARE, _HIGHEST_SHARE = 0.5, 0.6
_BETWEEN = " · "
# What is cut to less than this tells nothing.
_FEWEST = "Mome…"
_PADDING = 3.0


@dataclass(frozen=True, eq=False)
class KeptLine:
    """One kept run in a plot.

    Attributes:
        label: what it is called.
        color: a colour of the palette.
        x, y: its points, finite, shape ``(n,)``.
        fits: whether all of it is to be in sight; one that exploded would press the others flat.
        rises: whether x never falls, so that few points can stand for many; a way on a map does
            not, and has no name at its end, for others lie below.
    """

    label: str
    color: str
    x: Floats
    y: Floats
    fits: bool = True
    rises: bool = True


class KeptLines:
    """The kept lines of one plot; each is drawn when it changes, not with every frame."""

    def __init__(self, plot: pg.PlotWidget, *, height: float = _BEHIND) -> None:
        """Draw into `plot`, below what has a higher `height`."""
        self._plot, self._height = plot, height
        self._lines: tuple[KeptLine, ...] = ()
        self._items: list[pg.PlotCurveItem] = []
        self._drawn: tuple[object, ...] = ()
        self._lines_drawn: tuple[KeptLine, ...] = ()
        self._ends: list[tuple[float, float]] = []
        self._is_hidden = False

    @property
    def lines(self) -> tuple[KeptLine, ...]:
        """What is shown."""
        return self._lines

    def set_lines(self, lines: Sequence[KeptLine]) -> None:
        """Show other lines, the next time that they are drawn."""
        self._lines = tuple(line for line in lines if len(line.x))

    def ranged(self) -> Iterator[tuple[Floats, Floats]]:
        """Yield the points of the lines of which all is to be in sight."""
        return ((line.x, line.y) for line in self._lines if line.fits)

    def draw(self, columns: int, scaled: Callable[[Floats], Floats] = lambda y: y) -> None:
        """Draw on a picture of `columns` pixels, with y as `scaled` has it; else do nothing."""
        wanted = (self._lines, columns, scaled)
        if wanted == self._drawn:
            return
        before, self._drawn = self._drawn, wanted
        same = self._lines_drawn if before[1:] == wanted[1:] else ()
        self._lines_drawn = self._lines
        while len(self._items) < len(self._lines):
            item = pg.PlotCurveItem(antialias=True)
            item.setZValue(self._height)
            self._plot.addItem(item, ignoreBounds=True)
            self._items.append(item)
        self._ends = []
        for place, item in enumerate(self._items):
            item.setVisible(place < len(self._lines) and not self._is_hidden)
            if place >= len(self._lines):
                continue
            line = self._lines[place]
            self._ends.append((float(line.x[-1]), float(scaled(line.y[-1:])[0])))
            if place < len(same) and same[place] is line:
                continue
            x, y = line.x, scaled(line.y)
            if line.rises:
                x, y = decimate(x, y, max(columns // 2, 1))
            item.setData(x, y)
            self._restyle(line, item)

    def set_visible(self, shown: bool) -> None:
        """Show them, or keep them out of sight for now."""
        self._is_hidden = not shown
        for place, item in enumerate(self._items):
            item.setVisible(shown and place < len(self._lines))

    def restyle(self) -> None:
        """Take the colours of the theme."""
        for line, item in zip(self._lines, self._items, strict=False):
            self._restyle(line, item)

    def _restyle(self, line: KeptLine, item: pg.PlotCurveItem) -> None:
        theme = current_theme()
        item.setPen(pg.mkPen(theme.palette.qcolor(line.color), width=theme.line(1.0)))

    def paint_names(
        self, painter: QPainter, to_scene: Callable[[QPointF], QPointF], box: QRectF
    ) -> None:
        """Write the names at the ends of the lines into `box`, as far as there is room."""
        if self._is_hidden or not self._lines[0].rises or len(self._ends) != len(self._lines):
            return
        theme = current_theme()
        font = QFont(theme.font("small"))
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        ground = theme.palette.qcolor("panel", 0.8)
        for line, text, place in self._places(to_scene, box, metrics):
            painter.fillRect(place, ground)
            painter.setPen(theme.palette.qcolor(line.color))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def _places(
        self, to_scene: Callable[[QPointF], QPointF], box: QRectF, metrics: QFontMetricsF
    ) -> list[tuple[KeptLine, str, QRectF]]:
        """Return the names with their places: near the ends, and not upon each other."""
        high = metrics.height()
        ends = [to_scene(QPointF(*end)) for end in self._ends]
        order = sorted(range(len(ends)), key=lambda place: ends[place].y())
        order = order[: int(box.height() * _HIGHEST_SHARE // high)]
        tops: list[float] = []
        for place in order:
            wished = min(max(ends[place].y() - high, box.top()), box.bottom() - high)
            tops.append(max(wished, tops[-1] + high) if tops else wished)
        # What was pushed out at the bottom pushes the others up.
        lowest = box.bottom() - high
        for place in reversed(range(len(tops))):
            tops[place] = min(tops[place], lowest)
            lowest = tops[place] - high
        found = []
        names = self._short_names(metrics, box.width() * _LONGEST_SHARE)
        for place, top in zip(order, tops, strict=True):
            line = self._lines[place]
            text = names[place]
            wide = metrics.horizontalAdvance(text) + 2 * _PADDING
            right = min(max(ends[place].x(), box.left() + wide), box.right())
            found.append((line, text, QRectF(right - wide, top, wide, high)))
        return found

    def _short_names(self, metrics: QFontMetricsF, room: float) -> list[str]:
        """Return the names as far as there is room: in little, only that by which they differ."""

        def fit(texts: Iterable[str]) -> bool:
            return all(metrics.horizontalAdvance(text) <= room for text in texts)

        labels = [line.label for line in self._lines]
        if fit(labels):
            return labels
        rows = {label: label.split(_BETWEEN) for label in labels}
        most = max(map(len, rows.values()))
        # Those that are named by what differs have as many parts each; a twin is called otherwise.
        alike = {label: row for label, row in rows.items() if len(row) == most}
        told: Sequence[int] = range(most)
        if len(alike) > 1:
            told = [n for n in told if len({row[n] for row in alike.values()}) > 1] or told
        # The fewest parts, the same of all, that tell as many apart; the first ones if they can.
        for count in (len(told), *range(1, len(told))):
            for chosen in itertools.combinations(told, count):
                texts = {
                    label: _BETWEEN.join(row[n] for n in chosen) for label, row in alike.items()
                }
                if len(set(texts.values())) == len(alike) and fit(texts.values()):
                    return [texts.get(one) or self._elided(one, metrics, room) for one in labels]
        short = {label: _BETWEEN.join(row[n] for n in told) for label, row in alike.items()}
        return [self._elided(short.get(label, label), metrics, room) for label in labels]

    def _elided(self, label: str, metrics: QFontMetricsF, room: float) -> str:
        head, between, last = label.rpartition(_BETWEEN)
        left = room - metrics.horizontalAdvance(between + last)
        if head and left >= metrics.horizontalAdvance(_FEWEST):
            # The last part, often a number, tells most.
            return metrics.elidedText(head, Qt.TextElideMode.ElideRight, left) + between + last
        return metrics.elidedText(label, Qt.TextElideMode.ElideMiddle, room)
