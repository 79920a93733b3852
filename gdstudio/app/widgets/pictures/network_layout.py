"""Where everything stands in the picture of a network: a picture, then a column for each layer.

All neurons of a layer are shown while each can have two pixels, all feature maps while each can
have ten; else as many of the first as there is room for, and the picture says of how many.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF

Points = npt.NDArray[np.float64]

_LARGEST, _LARGEST_MAP, _LARGEST_OUTPUT = 20.0, 44.0, 34.0
_SMALLEST, _SMALLEST_MAP = 2.0, 10.0
# From this number on, or smaller, neurons are squares that touch.
_MOST_ROUND, _SMALLEST_ROUND = 160, 8.0
_IMAGE_SHARE, _LARGEST_IMAGE, _SMALLEST_IMAGE = 0.22, 128.0, 48.0
_COLUMN_ROOM, _MAP_ROOM, _WIDEST = 13.0, 30.0, 170.0
_TIGHTEST = 8.5
# The least between two columns, as a share of what is left for them.
_GAP_SHARE = 0.45


@dataclass(frozen=True)
class Column:
    """The units of one layer in a grid, filled downwards, column by column.

    Attributes:
        left, top: the upper left corner of the grid.
        pitch: how far one unit is from the next.
        side: how large each is.
        down: how many there are in a column of the grid.
        shown: how many are shown, the first ones.
        is_round: whether they are circles apart from each other.
    """

    left: float
    top: float
    pitch: float
    side: float
    down: int
    shown: int
    is_round: bool

    @property
    def across(self) -> int:
        """How many columns the grid has."""
        return math.ceil(self.shown / self.down)

    @property
    def frame(self) -> QRectF:
        """The whole grid."""
        return QRectF(self.left, self.top, self.across * self.pitch, self.down * self.pitch)

    def box(self, unit: int) -> QRectF:
        """Return the square of one unit."""
        column, row = divmod(unit, self.down)
        rest = (self.pitch - self.side) / 2
        return QRectF(
            self.left + column * self.pitch + rest,
            self.top + row * self.pitch + rest,
            self.side,
            self.side,
        )

    def points(self, units: npt.NDArray[np.intp], side: int) -> Points:
        """Return where connections end: the middle of the left (−1) or right (1) edges."""
        column, row = np.divmod(units, self.down)
        x = self.left + (column + 0.5) * self.pitch + side * self.side / 2
        return np.stack([x, self.top + (row + 0.5) * self.pitch], axis=1)

    def unit_at(self, point: QPointF) -> int | None:
        """Return the unit at `point`, None where there is none."""
        column = math.floor((point.x() - self.left) / self.pitch)
        row = math.floor((point.y() - self.top) / self.pitch)
        unit = column * self.down + row
        inside = 0 <= row < self.down and column >= 0
        return unit if inside and unit < self.shown else None


@dataclass(frozen=True)
class Layout:
    """Where the picture stands, and each layer."""

    image: QRectF
    columns: tuple[Column, ...]

    def unit_at(self, point: QPointF) -> tuple[int, int] | None:
        """Return (column, unit) at `point`."""
        for number, column in enumerate(self.columns):
            unit = column.unit_at(point)
            if unit is not None:
                return number, unit
        return None

    def next_to(self, column: int, unit: int, *, down: int, across: int) -> tuple[int, int]:
        """Return (column, unit) of the next unit of a layer, or of one beside it in the next."""
        if down:
            return column, min(max(unit + down, 0), self.columns[column].shown - 1)
        there = min(max(column + across, 0), len(self.columns) - 1)
        if there == column:
            return column, unit
        target = self.columns[there]
        height = self.columns[column].box(unit).center().y()
        row = math.floor((height - target.top) / target.pitch)
        return there, min(max(row, 0), min(target.down, target.shown) - 1)


def arrange(
    room: QRectF,
    layers: Sequence[tuple[int, bool]],
    scale: float = 1.0,
    image_shape: tuple[int, int] = (1, 1),
) -> Layout:
    """Return where `layers` (units, whether they are maps) stand in `room`, the outputs last.

    `image_shape` is that of the image at the left, of which the proportions are kept.
    """
    height = room.height()
    side = max(
        min(room.width() * _IMAGE_SHARE, _LARGEST_IMAGE * scale, height), _SMALLEST_IMAGE * scale
    )
    rows, columns_of_image = image_shape
    longer = max(image_shape)
    image = QRectF(room.left(), 0, side * columns_of_image / longer, side * rows / longer)
    image.moveTop(room.center().y() - image.height() / 2)
    rest = max(room.width() - side, 1.0)
    bodies = rest * (1 - _GAP_SHARE)
    wished = [_wished(units, maps, height, scale) for units, maps in layers]
    shrink = min(1.0, bodies / sum(wished))
    grids = [
        _grid(units, maps, max(wish * shrink, _SMALLEST), height, scale, last=n == len(layers) - 1)
        for n, ((units, maps), wish) in enumerate(zip(layers, wished, strict=True))
    ]
    gap = (rest - sum(grid.frame.width() for grid in grids)) / len(grids)
    left = image.right()
    columns = []
    for grid in grids:
        left += gap
        top = room.center().y() - grid.frame.height() / 2
        columns.append(
            Column(left, top, grid.pitch, grid.side, grid.down, grid.shown, grid.is_round)
        )
        left += grid.frame.width()
    return Layout(image, tuple(columns))


def _wished(units: int, maps: bool, height: float, scale: float) -> float:
    """Return the width that a layer would like."""
    cell = (_MAP_ROOM if maps else _COLUMN_ROOM) * scale
    down = max(int(height / cell), 1)
    # Neurons would rather be small than stand in two columns.
    if units <= max(down, 0 if maps else height / _TIGHTEST):
        return min(height / units, (_LARGEST_MAP if maps else _LARGEST) * scale)
    return min(math.ceil(units / down) * cell, _WIDEST * scale)


def _grid(
    units: int, maps: bool, width: float, height: float, scale: float, *, last: bool
) -> Column:
    """Return the grid with the largest cells, at the origin."""
    largest = (_LARGEST_MAP if maps else _LARGEST_OUTPUT if last else _LARGEST) * scale
    smallest = (_SMALLEST_MAP if maps else _SMALLEST) * scale
    best, down = 0.0, units
    # The outputs have their names beside them.
    most_across = 1 if last else min(units, max(int(width / smallest), 1))
    for across in range(1, most_across + 1):
        rows = math.ceil(units / across)
        cell = min(width / across if across > 1 else max(width, largest), height / rows)
        if cell > best:
            best, down = cell, rows
    pitch, shown = min(best, largest), units
    if pitch < smallest:
        pitch = smallest
        down = max(int(height / pitch), 1)
        shown = min(units, down * max(int(width / pitch), 1))
    is_round = not maps and pitch >= _SMALLEST_ROUND and units <= _MOST_ROUND
    side = pitch
    if maps:
        side = pitch - max(1.0, pitch * 0.08)
    elif is_round:
        side = min(pitch * 0.8, 0.8 * _LARGEST * scale)
    return Column(0.0, 0.0, pitch, side, min(down, shown), shown, is_round)
