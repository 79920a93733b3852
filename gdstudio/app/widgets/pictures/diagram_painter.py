"""How the diagram of a small network is painted: connections, tiles, what is written on them."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QLineF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QFontMetricsF, QImage, QPainter, QPen

from gdstudio.app.palette import Palette
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.colors import mixed
from gdstudio.app.widgets.pictures.diagram_layout import (
    LINE,
    DiagramLayer,
    DiagramLayout,
    DiagramSpot,
)
from gdstudio.app.widgets.pictures.pixel_image import draw_part
from gdstudio.app.widgets.pictures.plane_colors import colored_image

_THINNEST, _THICKEST = 0.8, 6.0
# Weights up to this one are drawn by the same measure, so that dragging one leaves the others.
_WEIGHT_SCALE = 3.0
_PALE = 0.3
_SHADES = 8
# How many widths of connections are told apart: all of one width are drawn at once.
_LEVELS = 24


def paint_diagram(
    painter: QPainter,
    layout: DiagramLayout,
    layers: Sequence[DiagramLayer],
    *,
    width: int,
    classes: int,
    lit: int | None,
    marked: DiagramSpot | None,
    is_written: bool,
) -> None:
    """Paint the connections, the tiles on their ends, and what is written on them.

    Args:
        painter: paints it.
        layout: says where everything stands.
        layers: the columns, the inputs first.
        width: the pixels from side to side.
        classes: how many classes the pictures of the last column tell apart; 0 where they are
            signed, as all the others are.
        lit: the column that is spoken of; the others are pale. None is all.
        marked: the neuron that is framed.
        is_written: whether captions and texts stand in the picture.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    into = range(1, len(layers))
    for number in into:
        light = 1.0 if lit in (None, number) else _PALE
        _paint_ways(painter, layout, layers[number], number, light)
    for number in into:
        painter.setOpacity(1.0 if lit in (None, number) else _PALE)
        if is_written:
            _paint_texts(painter, layout, layers[number], number)
    painter.setFont(current_theme().font("small"))
    for number, layer in enumerate(layers):
        # What goes into the lit column stands in the one before.
        painter.setOpacity(1.0 if lit is None or number in (lit, lit - 1) else 0.5)
        # All below each other: one image for the column.
        pictures = layer.pictures.reshape(-1, layer.pictures.shape[2])
        strip = colored_image(pictures, classes if number == len(layers) - 1 else 0)
        tiles = layout.tiles[number]
        _paint_tiles(painter, tiles, strip)
        for unit, tile in enumerate(tiles):
            if DiagramSpot(number, unit) == marked:
                painter.setPen(QPen(current_theme().palette.qcolor("text"), 2))
                painter.drawRoundedRect(tile.adjusted(-2, -2, 2, 2), 3, 3)
            if not number:
                _paint_name(painter, tile, layer.names[unit])
            if is_written and unit < len(layer.captions):
                _paint_caption(painter, tile, layer.captions[unit], width)
    painter.setOpacity(1.0)


def paint_spot(
    painter: QPainter, layout: DiagramLayout, spot: DiagramSpot, text: str, size: QSize
) -> None:
    """Frame what is pointed at, and write `text` beside it, within `size`."""
    theme = current_theme()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.palette.qcolor("text"), 2))
    painter.setFont(theme.font("small", "medium"))
    metrics = QFontMetricsF(painter.font())
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, size.width() - 16)
    wide, high = metrics.horizontalAdvance(text) + 12, metrics.height() + 4
    at = layout.position(spot)
    left = min(max(at.x() - wide / 2, 2.0), size.width() - wide - 2)
    if spot.source is None:
        tile = layout.tiles[spot.layer][spot.unit]
        painter.drawRoundedRect(tile.adjusted(-1, -1, 1, 1), 3, 3)
        top = tile.top() - high - 4
        top = tile.bottom() + 4 if top < 0 else top
    else:
        painter.drawLine(layout.way(spot))
        top = at.y() - high - 8 if at.y() > size.height() / 2 else at.y() + 8
    box = QRectF(left, min(max(top, 0.0), size.height() - high), wide, high)
    painter.setPen(theme.palette.qcolor("border"))
    painter.setBrush(theme.palette.qcolor("panel"))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(theme.palette.qcolor("text"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _paint_ways(
    painter: QPainter, layout: DiagramLayout, layer: DiagramLayer, number: int, light: float
) -> None:
    assert layer.weights is not None
    weights = np.nan_to_num(np.asarray(layer.weights, np.float64))
    scale = max(_WEIGHT_SCALE, float(np.abs(weights).max(initial=0.0)))
    thickest = min(_THICKEST, layout.tiles[number][0].height() / 5)
    pens = _pens(current_theme().palette, light, thickest)
    levels = np.rint(np.abs(weights).ravel() / scale * _LEVELS).astype(np.intp)
    # The strongest on top; of a level, those of negative weights first.
    kinds = (2 * levels + (weights.ravel() >= 0)).tolist()
    alike: dict[int, list[QLineF]] = {kind: [] for kind in sorted(set(kinds))}
    for kind, way in zip(kinds, layout.ways(number), strict=True):
        alike[kind].append(way)
    for kind, ways in alike.items():
        painter.setPen(pens[kind])
        painter.drawLines(ways)


@lru_cache(maxsize=16)
def _pens(palette: Palette, light: float, thickest: float) -> list[QPen]:
    """Return the pens of connections, from the weakest to the strongest: negative, positive."""
    # Mixed with the ground beforehand: transparent lines take Qt five times as long.
    ground, pens = palette.qcolor("panel"), []
    for level in range(_LEVELS + 1):
        share = level / _LEVELS
        shade = round(min(share * 3, 1.0) * _SHADES) / _SHADES
        for sign in ("negative", "positive"):
            color = mixed(ground, palette.qcolor(sign), light * (0.35 + 0.65 * shade))
            pen = QPen(color, _THINNEST + (thickest - _THINNEST) * share)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)  # the ends lie below tiles, or touch them
            pens.append(pen)
    return pens


def _paint_texts(
    painter: QPainter, layout: DiagramLayout, layer: DiagramLayer, number: int
) -> None:
    """Write the number of each connection, on a ground of its own."""
    if not layer.texts:
        return
    palette = current_theme().palette
    painter.setFont(current_theme().font("small"))
    metrics = QFontMetricsF(painter.font())
    for unit, row in enumerate(layer.texts):
        for source, text in enumerate(row):
            at = layout.text_places()[number, unit, source]
            wide, high = metrics.horizontalAdvance(text) + 6, metrics.height()
            box = QRectF(at.x() - wide / 2, at.y() - high / 2, wide, high)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.qcolor("panel", 0.88))
            painter.drawRoundedRect(box, 3, 3)
            painter.setPen(palette.qcolor("text"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _paint_tiles(painter: QPainter, tiles: Sequence[QRectF], strip: QImage) -> None:
    """Paint the pictures of a column, which stand below each other in `strip`, and their frames."""
    rows, width = strip.height() // len(tiles), strip.width()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    for unit, tile in enumerate(tiles):
        draw_part(painter, tile, strip, QRect(0, unit * rows, width, rows))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(current_theme().palette.qcolor("border"), 1))
    painter.drawRects(tiles)


def _paint_name(painter: QPainter, tile: QRectF, name: str) -> None:
    room = QRectF(0, tile.top(), max(tile.left() - 3, 1), tile.height())
    metrics = QFontMetrics(painter.font())
    name = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(room.width()))
    painter.setPen(current_theme().palette.qcolor("muted"))
    side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(room, side, name)


def _paint_caption(painter: QPainter, tile: QRectF, lines: Sequence[str], width: int) -> None:
    palette = current_theme().palette
    metrics = QFontMetrics(painter.font())
    high = current_theme().px(LINE)
    for number, text in enumerate(lines):
        wide = metrics.horizontalAdvance(text) + 4
        left = min(max(tile.center().x() - wide / 2, 0.0), width - wide)
        box = QRectF(left, tile.bottom() + 1 + number * high, wide, high)
        painter.fillRect(box, palette.qcolor("panel", 0.8))
        painter.setPen(palette.qcolor("text"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
