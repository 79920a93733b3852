"""How the picture of a network is painted: connections, neurons, maps, outputs, in one pass."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gdstudio.app.palette import Palette
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.pictures.layers import Numbers, PictureLayer, Wires
from gdstudio.app.widgets.pictures.network_layout import Column, Layout
from gdstudio.app.widgets.pictures.pixel_image import (
    colored_image,
    draw_part,
    gray_image,
    signed_indices,
)
from gdstudio.number_text import count_text, fixed_text

_THINNEST, _THICKEST = 0.7, 3.4
_PALEST, _SHADES = 0.25, 8
_LINE = 16
# Where connections begin in the image, the ink is still to be seen.
_VEIL = 0.6

# The room for the name of a class that is no digit.
_NAME = 40
_NAME_LINE = 14


def paint_network(
    painter: QPainter,
    layout: Layout,
    image: NDArray[np.uint8],
    layers: Sequence[PictureLayer],
    wires: Sequence[Wires],
    *,
    answer: int | None,
    wanted: int | None,
    phase: float | None,
    room: QRectF,
) -> None:
    """Paint everything; `phase` is how many layers the wave has reached, None without a wave."""
    palette = current_theme().palette
    ink = gray_image(image, palette.inks)
    painter.drawImage(layout.image, ink)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for one in wires:
        _paint_wires(painter, layout, one, 1.0 if phase is None else _reached(phase, one.into))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.setOpacity(_VEIL)
    painter.drawImage(layout.image, ink)
    painter.setOpacity(1.0)
    painter.setPen(palette.qcolor("border"))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(layout.image)
    top = room.bottom() - caption_lines(layers) * current_theme().px(_LINE) - 4
    _paint_caption(
        painter, layout.image, layout.image, "input", (f"{image.shape[0]} × {image.shape[1]}",), top
    )
    for number, (layer, column) in enumerate(zip(layers, layout.columns, strict=True)):
        # The wave arrives, and the neurons light up.
        light = 1.0 if phase is None else min(max((phase - number - 0.8) / 0.2, 0.0), 1.0)
        if layer.maps:
            _paint_maps(painter, column, layer, light)
        elif column.is_round:
            _paint_circles(painter, column, layer, light)
        else:
            _paint_squares(painter, column, layer, light)
        notes = layer.notes
        if column.shown < layer.units:
            notes = (f"{column.shown} of {count_text(layer.units)} {layer.kind}", *notes[1:])
        span = _span(layout, number, room)
        _paint_caption(painter, column.frame, span, layer.title, notes, top)
    if layers:
        _paint_digits(
            painter,
            layout.columns[-1],
            layers[-1],
            answer if phase is None or phase >= len(layers) else None,
            wanted,
            light=phase is None or phase >= len(layers),
        )


def caption_lines(layers: Sequence[PictureLayer]) -> int:
    """Return how many lines stand below the highest caption."""
    return 1 + max((len(layer.notes) for layer in layers), default=1)


def _reached(phase: float, into: int) -> float:
    """Return how far along its connections the wave has come, 0 to 1."""
    return min(max((phase - into) / 0.8, 0.0), 1.0)


def _paint_wires(painter: QPainter, layout: Layout, wires: Wires, share: float) -> None:
    if share <= 0 or not len(wires.strengths):
        return
    column = layout.columns[wires.into]
    seen = wires.targets < column.shown
    if wires.into:
        before = layout.columns[wires.into - 1]
        seen &= wires.sources < before.shown
        starts = before.points(wires.sources[seen].astype(np.intp), 1)
    else:
        corner = np.array([layout.image.left(), layout.image.top()])
        starts = corner + wires.sources[seen] * [layout.image.width(), layout.image.height()]
    ends = column.points(wires.targets[seen], -1)
    ends = starts + share * (ends - starts)
    strengths = wires.strengths[seen]
    sizes = _sizes(strengths)
    if not sizes.any():
        return
    palette = current_theme().palette
    # Where layers stand close together, thick lines would be all one sees.
    thickest = min(_THICKEST, max(float(ends[:, 0].max() - starts[:, 0].min()) / 18, 1.0))
    # Mixed with the ground beforehand: transparent lines take Qt five times as long.
    colors = [
        [_mixed(palette, hue, _PALEST + (1 - _PALEST) * n / _SHADES) for n in range(_SHADES + 1)]
        for hue in ("positive", "negative")
    ]
    # The weakest first: the strongest lie on top.
    for index in np.argsort(sizes):
        size = float(sizes[index])
        color = colors[0 if strengths[index] > 0 else 1][round(size * _SHADES)]
        painter.setPen(QPen(color, _THINNEST + (thickest - _THINNEST) * size))
        painter.drawLine(QLineF(QPointF(*starts[index]), QPointF(*ends[index])))


def _sizes(strengths: Numbers) -> Numbers:
    """Return how strong each is beside the strongest, 0 to 1; inf is 1, and NaN is 0."""
    sizes = np.nan_to_num(np.abs(strengths.astype(np.float64)))
    largest = float(sizes.max(initial=0.0))
    return sizes / largest if largest > 0 else sizes


def _mixed(palette: Palette, hue: str, share: float) -> QColor:
    """Return a colour on the panel, `share` of it."""
    front, back = _rgb(palette, hue), _rgb(palette, "panel")
    return QColor(*(round(b + share * (f - b)) for f, b in zip(front, back, strict=True)))


def _rgb(palette: Palette, name: str) -> tuple[int, int, int]:
    color = palette.qcolor(name)
    return color.red(), color.green(), color.blue()


def _colors(layer: PictureLayer, values: Numbers, light: float) -> NDArray[np.uint8]:
    return current_theme().palette.diverging[signed_indices(values * light, layer.scale)]


def _paint_circles(painter: QPainter, column: Column, layer: PictureLayer, light: float) -> None:
    palette = current_theme().palette
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colors = _colors(layer, layer.values[: column.shown], light).tolist()
    edge = QPen(palette.qcolor("border"), 1)
    for unit, rgb in enumerate(colors):
        box = column.box(unit)
        painter.setPen(edge)
        painter.setBrush(QColor(*rgb))
        painter.drawEllipse(box)
        _paint_marks(painter, box, layer, unit, palette)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def _paint_squares(painter: QPainter, column: Column, layer: PictureLayer, light: float) -> None:
    """Paint many neurons as the pixels of one image, the last column filled with nothing."""
    palette = current_theme().palette
    pixels = np.empty((column.across * column.down, 3), np.uint8)
    pixels[column.shown :] = _rgb(palette, "background")
    pixels[: column.shown] = _colors(layer, layer.values[: column.shown], light)
    grid = pixels.reshape(column.across, column.down, 3).transpose(1, 0, 2)
    painter.drawImage(column.frame, colored_image(grid))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(palette.qcolor("border"))
    painter.drawRect(column.frame)
    for unit in sorted(layer.off | layer.edited):
        if unit < column.shown:
            _paint_marks(painter, column.box(unit), layer, unit, palette)


def _paint_maps(painter: QPainter, column: Column, layer: PictureLayer, light: float) -> None:
    palette = current_theme().palette
    maps = layer.values[: column.shown]
    rows, columns = maps.shape[1:]
    strip = colored_image(_colors(layer, maps.reshape(-1, columns), light))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for unit in range(column.shown):
        box = column.box(unit)
        draw_part(painter, box, strip, QRect(0, unit * rows, columns, rows))
        painter.setPen(palette.qcolor("border"))
        painter.drawRect(box)
        if layer.places is not None and column.side >= 24 and light >= 1:
            row, across = layer.places[unit]
            place = QPointF(
                box.left() + (across + 0.5) / columns * box.width(),
                box.top() + (row + 0.5) / rows * box.height(),
            )
            painter.setPen(QPen(palette.qcolor("text"), 1))
            painter.drawEllipse(place, 3, 3)
        _paint_marks(painter, box, layer, unit, palette)


def _paint_marks(
    painter: QPainter, box: QRectF, layer: PictureLayer, unit: int, palette: Palette
) -> None:
    """Cross out what is switched off, and ring what is otherwise edited."""
    if unit in layer.off:
        painter.setPen(QPen(palette.qcolor("predicted"), 2))
        painter.drawLine(box.topLeft(), box.bottomRight())
        painter.drawLine(box.topRight(), box.bottomLeft())
    elif unit in layer.edited:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(palette.qcolor("error"), 2))
        outline = box.adjusted(-1, -1, 1, 1)
        if layer.maps:
            painter.drawRect(outline)
        else:
            painter.drawEllipse(outline)


def _paint_digits(
    painter: QPainter,
    column: Column,
    layer: PictureLayer,
    answer: int | None,
    wanted: int | None,
    *,
    light: bool,
) -> None:
    """Write beside each output its digit and value; mark the answer and what was wanted."""
    theme = current_theme()
    palette = theme.palette
    middle = Qt.AlignmentFlag.AlignVCenter
    named: list[float] = []
    # Where not all names fit below each other, those of the largest outputs have a place.
    order = sorted(
        range(column.shown),
        key=lambda one: (one not in (answer, wanted), -float(layer.values[one])),
    )
    for digit in order:
        box = column.box(digit)
        if any(abs(box.center().y() - other) < theme.px(_NAME_LINE) for other in named):
            continue
        named.append(box.center().y())
        name = layer.names[digit] if layer.names else str(digit)
        wide = theme.px(14 if len(name) == 1 else _NAME)
        line = QRectF(box.right() + 5, box.center().y() - theme.px(10), wide, theme.px(20))
        chosen = digit == answer
        if chosen:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.qcolor("selection"))
            ground = QRectF(line.left() - 2, line.top(), wide + theme.px(42), line.height())
            painter.drawRoundedRect(ground, 4, 4)
        painter.setFont(theme.font("normal", "bold" if chosen or digit == wanted else "regular"))
        color = "test" if digit == wanted else "positive" if chosen else "muted"
        painter.setPen(palette.qcolor(color))
        painter.drawText(
            line,
            middle | Qt.AlignmentFlag.AlignHCenter,
            painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(wide)),
        )
        value = QRectF(line.right() + 3, line.top(), theme.px(38), line.height())
        painter.setFont(theme.font("small", "bold" if chosen else "regular"))
        painter.setPen(palette.qcolor("text" if chosen else "muted"))
        if light:
            painter.drawText(value, middle, fixed_text(float(layer.values[digit]), 2))
        if digit == wanted:
            painter.setPen(QPen(palette.qcolor("test"), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawRoundedRect(line.adjusted(-1, 0, 1, 0), 4, 4)


def _span(layout: Layout, number: int, room: QRectF) -> QRectF:
    """Return the room below a layer up to half way to its neighbours."""
    frame = layout.columns[number].frame
    before = layout.columns[number - 1].frame if number else layout.image
    left = (before.right() + frame.left()) / 2
    right = room.right()
    if number + 1 < len(layout.columns):
        right = (frame.right() + layout.columns[number + 1].left) / 2
    return QRectF(left, frame.top(), right - left, frame.height())


def _paint_caption(
    painter: QPainter,
    frame: QRectF,
    span: QRectF,
    title: str,
    notes: Sequence[str],
    top: float,
) -> None:
    """Write some lines below a layer, as wide as there is room to its neighbours."""
    theme = current_theme()
    half = min(frame.center().x() - span.left(), span.right() - frame.center().x())
    width = max(2 * half, frame.width())
    for line, text in enumerate((title, *notes)):
        painter.setFont(theme.font("small", "medium" if line == 0 else "regular"))
        painter.setPen(theme.palette.qcolor("text" if line == 0 else "muted"))
        box = QRectF(
            frame.center().x() - width / 2, top + line * theme.px(_LINE), width, theme.px(_LINE)
        )
        metrics = painter.fontMetrics()
        if metrics.horizontalAdvance(text) > width:
            # In little room the figure says most: “layer 3” is 3, “30 neurons” are 30.
            text = next((word for word in text.split() if word[0].isdigit()), text)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(width))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)
