"""Where everything stands in the diagram of a small network, and what is at a pixel of it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize

from gdstudio.app.theme import current_theme

Floats = NDArray[np.floating]

# One line of small text.
LINE = 14
_SMALLEST, _GAP = 12.0, 8.0
# An output is larger: it is what all the others are for.
_OUTPUT = 1.25
_NAME_ROOM = 30
# The room between two columns, beside their tiles.
_LEAST_WAY = 1.1
_REACH = 6.0
# Where on a connection its number may stand, as shares of the way, the best first; and how much
# room a number takes.
_SHARES = (0.5, 0.42, 0.58, 0.34, 0.66, 0.27, 0.73, 0.8, 0.2, 0.86, 0.14)
_TEXT_WIDTH = 36


@dataclass(frozen=True)
class DiagramSpot:
    """A neuron, or a connection into it.

    Attributes:
        layer: the column, from 0: the inputs.
        unit: which neuron of it, from 0.
        source: where the connection comes from in the column before; None for the neuron itself.
    """

    layer: int
    unit: int
    source: int | None = None


@dataclass(frozen=True, eq=False)
class DiagramLayer:
    """One column of the diagram.

    Attributes:
        names: what each unit is called.
        pictures: what each answers everywhere, colour numbers ``(units, rows, columns)``, the
            highest y first.
        weights: shape ``(units, sources)``; None for the inputs.
        biases: shape ``(units,)``; None for the inputs.
        captions: for each unit the lines below it; empty for none.
        texts: for each unit what is written on each of its connections; empty for nothing.
    """

    names: tuple[str, ...]
    pictures: NDArray[np.uint8]
    weights: Floats | None = None
    biases: Floats | None = None
    captions: tuple[tuple[str, ...], ...] = ()
    texts: tuple[tuple[str, ...], ...] = ()


def caption_lines(layers: Sequence[DiagramLayer]) -> int:
    """Return how many lines are to stand below each neuron."""
    return max((len(caption) for layer in layers for caption in layer.captions), default=0)


def least_height(layers: Sequence[DiagramLayer], lines: int) -> int:
    """Return the pixels that the rows of a diagram need, with `lines` below each neuron."""
    rows = max((len(layer.names) for layer in layers), default=3)
    each = _SMALLEST + _GAP / 2 + lines * current_theme().px(LINE)
    return math.ceil(rows * each)


class DiagramLayout:
    """The tiles of the neurons and the connections between them, within one size.

    Attributes:
        tiles: the tile of each neuron, column by column.
    """

    def __init__(
        self, layers: Sequence[DiagramLayer], size: QSize, most_tile: float, *, lines: int
    ) -> None:
        """Arrange at least one layer.

        Args:
            layers: the columns.
            size: the pixels there are.
            most_tile: how wide a tile is at most, at the usual size of text.
            lines: how many lines stand below each neuron.
        """
        self._sizes = [len(layer.names) for layer in layers]
        self._caption = lines * current_theme().px(LINE)
        self.tiles = self._arranged(size, most_tile)
        self._way_table: dict[int, list[QLineF]] = {}
        self._places: dict[tuple[int, int, int], QPointF] | None = None

    def position(self, spot: DiagramSpot) -> QPointF:
        """Return the middle of a neuron or of a connection."""
        if spot.source is None:
            return self.tiles[spot.layer][spot.unit].center()
        return self.way(spot).center()

    def way(self, spot: DiagramSpot) -> QLineF:
        """Return a connection, from tile to tile."""
        assert spot.source is not None
        source, target = self.tiles[spot.layer - 1][spot.source], self.tiles[spot.layer][spot.unit]
        return QLineF(
            QPointF(source.right(), source.center().y()),
            QPointF(target.left(), target.center().y()),
        )

    def ways(self, number: int) -> list[QLineF]:
        """Return the connections into a column, unit by unit."""
        if number not in self._way_table:
            units, sources = self._sizes[number], self._sizes[number - 1]
            self._way_table[number] = [
                self.way(DiagramSpot(number, unit, source))
                for unit in range(units)
                for source in range(sources)
            ]
        return self._way_table[number]

    def spot_at(self, at: QPointF) -> DiagramSpot | None:
        """Return the neuron at a pixel, or else the nearest connection."""
        for layer, column in enumerate(self.tiles):
            for unit, tile in enumerate(column):
                if tile.adjusted(-2, -2, 2, 2).contains(at):
                    return DiagramSpot(layer, unit)
        nearest, least = None, _REACH * current_theme().scale
        for number, (before, into) in enumerate(pairwise(self._sizes), start=1):
            for unit in range(into):
                for source in range(before):
                    spot = DiagramSpot(number, unit, source)
                    far = _distance(self.way(spot), at)
                    if far < least:
                        nearest, least = spot, far
        return nearest

    def neighbour(self, spot: DiagramSpot, across: int, down: int) -> DiagramSpot:
        """Return the spot beside one: between two columns of neurons stand the connections."""
        units = self._sizes[spot.layer]
        if spot.source is None:
            if down:
                return DiagramSpot(spot.layer, min(max(spot.unit + down, 0), units - 1))
            if across < 0:
                return DiagramSpot(spot.layer, spot.unit, 0) if spot.layer else spot
            is_last = spot.layer == len(self._sizes) - 1
            return spot if is_last else DiagramSpot(spot.layer + 1, 0, spot.unit)
        if across:
            return (
                DiagramSpot(spot.layer, spot.unit)
                if across > 0
                else DiagramSpot(spot.layer - 1, spot.source)
            )
        sources = self._sizes[spot.layer - 1]
        number = min(max(spot.unit * sources + spot.source + down, 0), units * sources - 1)
        return DiagramSpot(spot.layer, *divmod(number, sources))

    def text_places(self) -> dict[tuple[int, int, int], QPointF]:
        """Return where the number of each connection stands: as far as can be, on no other."""
        if self._places is None:
            theme = current_theme()
            wide, high = theme.px(_TEXT_WIDTH), theme.px(LINE)
            taken = [tile.adjusted(-2, -2, 2, 2 + self._caption) for tile in chain(*self.tiles)]
            found: dict[tuple[int, int, int], QPointF] = {}
            for number in range(1, len(self._sizes)):
                sources = self._sizes[number - 1]
                for index, way in enumerate(self.ways(number)):
                    box, least = QRectF(0, 0, wide, high), math.inf
                    for share in _SHARES:
                        tried = QRectF(box)
                        tried.moveCenter(way.pointAt(share))
                        cost = sum(_overlap(tried, other) for other in taken)
                        if cost < least:
                            best, least = tried, cost
                        if not cost:
                            break
                    taken.append(best)
                    found[number, *divmod(index, sources)] = best.center()
            self._places = found
        return self._places

    def _arranged(self, size: QSize, most_tile: float) -> list[list[QRectF]]:
        theme = current_theme()
        columns, rows, caption = len(self._sizes), max(self._sizes), self._caption
        name_room = theme.px(_NAME_ROOM)
        width, height = size.width() - name_room - 8.0, size.height() - 6.0
        side = min(
            height / rows - caption - _GAP,
            width / (columns + (columns - 1) * _LEAST_WAY + _OUTPUT - 1),
            most_tile * theme.scale,
        )
        side = max(side, _SMALLEST)
        last = side * _OUTPUT
        half_texts = theme.px(44) if caption else 0
        left = name_room + max(half_texts - name_room - side / 2, 0)
        right = size.width() - 4.0 - max(half_texts - last / 2, 0) - last / 2
        first = left + side / 2
        tiles = []
        for number, count in enumerate(self._sizes):
            own = last if number == columns - 1 else side
            x = first + (right - first) * number / max(columns - 1, 1)
            pitch = min(height / count, (own + caption + _GAP) * 1.6)
            top = size.height() / 2 - pitch * count / 2
            edge = min(own, max(pitch - caption - _GAP / 2, _SMALLEST))
            tiles.append(
                [
                    QRectF(
                        x - edge / 2, top + pitch * (unit + 0.5) - (edge + caption) / 2, edge, edge
                    )
                    for unit in range(count)
                ]
            )
        return tiles


def _overlap(one: QRectF, other: QRectF) -> float:
    """Return how many pixels two boxes share."""
    both = one.intersected(other)
    return max(both.width(), 0.0) * max(both.height(), 0.0)


def _distance(line: QLineF, point: QPointF) -> float:
    """Return how far a point is from a line between two ends."""
    along = QPointF(line.dx(), line.dy())
    length = QPointF.dotProduct(along, along)
    share = QPointF.dotProduct(point - line.p1(), along) / length if length else 0.0
    # The very ends belong to the neurons.
    nearest = line.pointAt(min(max(share, 0.05), 0.95))
    return math.hypot(point.x() - nearest.x(), point.y() - nearest.y())
