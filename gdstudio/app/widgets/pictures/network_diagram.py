"""A small network as a diagram: each neuron a plane, each connection as wide as its weight."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QLineF, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.colors import mixed
from gdstudio.app.widgets.painting import painted
from gdstudio.app.widgets.pictures.pixel_image import draw_part
from gdstudio.app.widgets.pictures.plane_colors import colored_image
from gdstudio.number_text import number_text

Floats = NDArray[np.floating]

_LARGEST, _SMALLEST, _GAP = 64.0, 12.0, 8.0
# An output is larger: it is what all the others are for.
_OUTPUT = 1.25
_LINE = 14
_NAME_ROOM = 30
# The room between two columns, beside their tiles.
_LEAST_WAY = 1.1
_THINNEST, _THICKEST = 0.8, 6.0
# Weights up to this one are drawn by the same measure, so that dragging one leaves the others.
_WEIGHT_SCALE = 3.0
_REACH = 6.0
_DRAG, _FINE = 0.02, 0.1
_KEY_STEP = 0.1
_PALE = 0.3
_SHADES = 8
# How many widths of connections are told apart: all of one width are drawn at once.
_LEVELS = 24
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


class NetworkDiagram(QWidget):
    """The diagram. A connection is dragged up or down to change its weight, a neuron for its bias.

    With the focus the arrow keys walk neurons and connections, + and − change what is chosen.

    Signals:
        pointed(object): the `DiagramSpot` under the mouse or at the keys; None where there is none.
        chosen(object): a `DiagramSpot` was clicked, or Enter pressed at it.
        changed(object, float): the user gave the weight or bias of a `DiagramSpot` a new value.
        released(): the change is done.
    """

    pointed = Signal(object)
    chosen = Signal(object)
    changed = Signal(object, float)
    released = Signal()

    def __init__(self, *, name: str, empty_text: str = "", most_tile: float = _LARGEST) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName("The network, neuron by neuron")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        # What lies below need not be painted first.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._empty_text = empty_text
        self._most_tile = most_tile
        self._layers: tuple[DiagramLayer, ...] = ()
        self._classes = 0
        self._lit: int | None = None
        self._text_name, self._is_written = "", True
        self._spot: DiagramSpot | None = None
        self._marked: DiagramSpot | None = None
        self._press: tuple[QPointF, DiagramSpot, float] | None = None
        self._is_dragging = False
        self._shade_table: dict[float, dict[tuple[str, int], QColor]] = {}
        self._way_table: dict[int, list[QLineF]] = {}
        self._tiles: list[list[QRectF]] | None = None
        self._text_places: dict[tuple[int, int, int], QPointF] | None = None
        current_theme().changed.connect(self._restyle)

    def show_network(
        self,
        layers: Sequence[DiagramLayer],
        *,
        classes: int = 0,
        lit: int | None = None,
        text_name: str = "",
        is_written: bool = True,
    ) -> None:
        """Show the columns, the inputs first.

        Args:
            layers: the columns.
            classes: how many classes the pictures of the last column tell apart; 0 where they are
                signed, as all the others are.
            lit: the column that is spoken of; the others are pale. None is all.
            text_name: what the texts on connections are, where these are not the weights.
            is_written: whether captions and texts stand in the picture; else they are said of the
                one that is pointed at.
        """
        shape = self._shape()
        self._layers, self._classes, self._lit = tuple(layers), classes, lit
        self._text_name, self._is_written = text_name, is_written
        if shape != self._shape():
            self._tiles = None
            self._spot = self._marked = self._press = None
        self.update()

    def set_marked(self, spot: DiagramSpot | None) -> None:
        """Frame a neuron that is shown elsewhere."""
        self._marked = spot
        self.update()

    @property
    def spot(self) -> DiagramSpot | None:
        """What is pointed at."""
        return self._spot

    def value(self, spot: DiagramSpot) -> float:
        """Return the weight or the bias at `spot`; NaN for an input."""
        layer = self._layers[spot.layer]
        if layer.weights is None or layer.biases is None:
            return math.nan
        return float(
            layer.biases[spot.unit]
            if spot.source is None
            else layer.weights[spot.unit, spot.source]
        )

    def describe(self, spot: DiagramSpot) -> str:
        """Return what is said of a neuron or a connection."""
        layer = self._layers[spot.layer]
        name = layer.names[spot.unit]
        if spot.source is not None:
            source = self._layers[spot.layer - 1].names[spot.source]
            said = f"Weight from {source} to {name}: {number_text(self.value(spot))}"
            if self._text_name and layer.texts:
                said += f", {self._text_name} {layer.texts[spot.unit][spot.source]}"
            return said
        bias = self.value(spot)
        said = name if math.isnan(bias) else f"{name}, bias {number_text(bias)}"
        if not self._is_written and layer.captions:
            said = "; ".join((said, *layer.captions[spot.unit]))
        return said

    def position(self, spot: DiagramSpot) -> QPointF:
        """Return the middle of a neuron or of a connection, in the widget's pixels."""
        if spot.source is None:
            return self._arranged()[spot.layer][spot.unit].center()
        return self._way(spot).center()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a comfortable size."""
        return QSize(current_theme().px(300), current_theme().px(240))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the room that the rows need at least."""
        rows = max((len(layer.names) for layer in self._layers), default=3)
        lines = self._caption_lines()
        each = _SMALLEST + _GAP / 2 + lines * current_theme().px(_LINE)
        least = max(current_theme().px(140), math.ceil(rows * each))
        return QSize(current_theme().px(160), least)

    # Where everything stands.

    def _shape(self) -> object:
        return (
            [len(layer.names) for layer in self._layers],
            self._caption_lines(),
            bool(self._layers) and max(map(len, self._layers[0].names)),
        )

    def _caption_lines(self) -> int:
        if not self._is_written:
            return 0
        lines = [len(caption) for layer in self._layers for caption in layer.captions]
        return max(lines, default=0)

    def _arranged(self) -> list[list[QRectF]]:
        if self._tiles is None:
            self._tiles, self._text_places = self._arrange(), None
            self._way_table.clear()
        return self._tiles

    def _arrange(self) -> list[list[QRectF]]:
        theme = current_theme()
        rows = max(len(layer.names) for layer in self._layers)
        columns = len(self._layers)
        caption = self._caption_lines() * theme.px(_LINE)
        name_room = theme.px(_NAME_ROOM)
        width, height = self.width() - name_room - 8.0, self.height() - 6.0
        side = min(
            height / rows - caption - _GAP,
            width / (columns + (columns - 1) * _LEAST_WAY + _OUTPUT - 1),
            self._most_tile * theme.scale,
        )
        side = max(side, _SMALLEST)
        last = side * _OUTPUT
        half_texts = theme.px(44) if caption else 0
        left = name_room + max(half_texts - name_room - side / 2, 0)
        right = self.width() - 4.0 - max(half_texts - last / 2, 0) - last / 2
        first = left + side / 2
        tiles = []
        for number, layer in enumerate(self._layers):
            own = last if number == columns - 1 else side
            x = first + (right - first) * number / max(columns - 1, 1)
            count = len(layer.names)
            pitch = min(height / count, (own + caption + _GAP) * 1.6)
            top = self.height() / 2 - pitch * count / 2
            size = min(own, max(pitch - caption - _GAP / 2, _SMALLEST))
            tiles.append(
                [
                    QRectF(
                        x - size / 2, top + pitch * (unit + 0.5) - (size + caption) / 2, size, size
                    )
                    for unit in range(count)
                ]
            )
        return tiles

    def _way(self, spot: DiagramSpot) -> QLineF:
        tiles = self._arranged()
        assert spot.source is not None
        source, target = tiles[spot.layer - 1][spot.source], tiles[spot.layer][spot.unit]
        return QLineF(
            QPointF(source.right(), source.center().y()),
            QPointF(target.left(), target.center().y()),
        )

    def _spot_at(self, at: QPointF) -> DiagramSpot | None:
        """Return the neuron at a pixel, or else the nearest connection."""
        if not self._layers:
            return None
        tiles = self._arranged()
        for layer, column in enumerate(tiles):
            for unit, tile in enumerate(column):
                if tile.adjusted(-2, -2, 2, 2).contains(at):
                    return DiagramSpot(layer, unit)
        nearest, least = None, _REACH * current_theme().scale
        for number, (before, into) in enumerate(pairwise(self._layers), start=1):
            for unit in range(len(into.names)):
                for source in range(len(before.names)):
                    spot = DiagramSpot(number, unit, source)
                    far = _distance(self._way(spot), at)
                    if far < least:
                        nearest, least = spot, far
        return nearest

    # The paint.

    @Slot()
    def _restyle(self) -> None:
        self._tiles = None
        self._shade_table.clear()
        self.updateGeometry()
        self.update()

    @painted
    def paintEvent(  # noqa: N802 - Qt's name
        self, event: QPaintEvent, painter: QPainter
    ) -> None:
        """Paint the connections, the tiles on their ends, and what is written on them."""
        theme = current_theme()
        painter.fillRect(self.rect(), theme.palette.qcolor("panel"))
        if not self._layers:
            painter.setFont(theme.font("normal"))
            painter.setPen(theme.palette.qcolor("muted"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), flags, self._empty_text)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number in range(1, len(self._layers)):
            self._paint_ways(painter, number, 1.0 if self._lit in (None, number) else _PALE)
        for number in range(1, len(self._layers)):
            painter.setOpacity(1.0 if self._lit in (None, number) else _PALE)
            self._paint_texts(painter, number)
        for number in range(len(self._layers)):
            # What goes into the lit column stands in the one before.
            lit = self._lit is None or number in (self._lit, self._lit - 1)
            painter.setOpacity(1.0 if lit else 0.5)
            self._paint_tiles(painter, number)
        painter.setOpacity(1.0)
        if self._spot is not None:
            self._paint_spot(painter, self._spot)

    def _paint_ways(self, painter: QPainter, number: int, light: float) -> None:
        weights = self._layers[number].weights
        assert weights is not None
        weights = np.nan_to_num(np.asarray(weights, np.float64))
        scale = max(_WEIGHT_SCALE, float(np.abs(weights).max(initial=0.0)))
        thickest = min(_THICKEST, self._arranged()[number][0].height() / 5)
        shades = self._shades(light)
        levels = np.rint(np.abs(weights).ravel() / scale * _LEVELS).astype(np.intp)
        signs = np.where(weights.ravel() >= 0, "positive", "negative").tolist()
        alike: dict[tuple[int, str], list[QLineF]] = {}
        for level, sign, way in zip(levels.tolist(), signs, self._ways(number), strict=True):
            alike.setdefault((level, sign), []).append(way)
        # The strongest on top.
        for level, sign in sorted(alike):
            share = level / _LEVELS
            color = shades[sign, round(min(share * 3, 1.0) * _SHADES)]
            pen = QPen(color, _THINNEST + (thickest - _THINNEST) * share)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)  # the ends lie below tiles, or touch them
            painter.setPen(pen)
            painter.drawLines(alike[level, sign])

    def _shades(self, light: float) -> dict[tuple[str, int], QColor]:
        """Return the colours of connections, from the weakest to the strongest."""
        if light not in self._shade_table:
            palette = current_theme().palette
            # Mixed with the ground beforehand: transparent lines take Qt five times as long.
            ground = palette.qcolor("panel")
            self._shade_table[light] = {
                (sign, shade): mixed(
                    ground, palette.qcolor(sign), light * (0.35 + 0.65 * shade / _SHADES)
                )
                for sign in ("positive", "negative")
                for shade in range(_SHADES + 1)
            }
        return self._shade_table[light]

    def _ways(self, number: int) -> list[QLineF]:
        """Return the connections into a column, unit by unit."""
        tiles = self._arranged()
        if number not in self._way_table:
            units, sources = len(tiles[number]), len(tiles[number - 1])
            self._way_table[number] = [
                self._way(DiagramSpot(number, unit, source))
                for unit in range(units)
                for source in range(sources)
            ]
        return self._way_table[number]

    def _paint_texts(self, painter: QPainter, number: int) -> None:
        layer = self._layers[number]
        if not layer.texts or not self._is_written:
            return
        painter.setFont(current_theme().font("small"))
        metrics = QFontMetricsF(painter.font())
        for unit, row in enumerate(layer.texts):
            for source, text in enumerate(row):
                self._write(painter, metrics, self._places()[number, unit, source], text)

    def _places(self) -> dict[tuple[int, int, int], QPointF]:
        """Return where the number of each connection stands: as far as can be, on no other."""
        if self._text_places is None:
            theme = current_theme()
            wide, high = theme.px(_TEXT_WIDTH), theme.px(_LINE)
            caption = self._caption_lines() * high
            taken = [tile.adjusted(-2, -2, 2, 2 + caption) for tile in chain(*self._arranged())]
            found: dict[tuple[int, int, int], QPointF] = {}
            for number in range(1, len(self._layers)):
                sources = len(self._layers[number - 1].names)
                for index, way in enumerate(self._ways(number)):
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
            self._text_places = found
        return self._text_places

    def _write(
        self, painter: QPainter, metrics: QFontMetricsF, at: QPointF, text: str, color: str = "text"
    ) -> None:
        """Write a number in the middle of `at`, on a ground of its own."""
        palette = current_theme().palette
        wide, high = metrics.horizontalAdvance(text) + 6, metrics.height()
        box = QRectF(at.x() - wide / 2, at.y() - high / 2, wide, high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.qcolor("panel", 0.88))
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(palette.qcolor(color))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_tiles(self, painter: QPainter, number: int) -> None:
        theme = current_theme()
        palette = theme.palette
        layer, tiles = self._layers[number], self._arranged()[number]
        classes = self._classes if number == len(self._layers) - 1 else 0
        rows, columns = layer.pictures.shape[1:]
        # All below each other: one image for the column.
        strip = colored_image(layer.pictures.reshape(-1, columns), classes)
        painter.setFont(theme.font("small"))
        metrics = QFontMetrics(painter.font())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for unit, tile in enumerate(tiles):
            draw_part(painter, tile, strip, QRect(0, unit * rows, columns, rows))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(palette.qcolor("border"), 1))
            painter.drawRect(tile)
            if DiagramSpot(number, unit) == self._marked:
                painter.setPen(QPen(palette.qcolor("text"), 2))
                painter.drawRoundedRect(tile.adjusted(-2, -2, 2, 2), 3, 3)
            painter.setPen(palette.qcolor("muted"))
            if not number:
                room = QRectF(0, tile.top(), max(tile.left() - 3, 1), tile.height())
                flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                name = layer.names[unit]
                name = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(room.width()))
                painter.drawText(room, flags, name)
            if self._is_written and unit < len(layer.captions):
                self._paint_caption(painter, metrics, tile, layer.captions[unit])

    def _paint_caption(
        self, painter: QPainter, metrics: QFontMetrics, tile: QRectF, lines: Sequence[str]
    ) -> None:
        palette = current_theme().palette
        high = current_theme().px(_LINE)
        for number, text in enumerate(lines):
            wide = metrics.horizontalAdvance(text) + 4
            left = min(max(tile.center().x() - wide / 2, 0.0), self.width() - wide)
            box = QRectF(left, tile.bottom() + 1 + number * high, wide, high)
            painter.fillRect(box, palette.qcolor("panel", 0.8))
            painter.setPen(palette.qcolor("text"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_spot(self, painter: QPainter, spot: DiagramSpot) -> None:
        theme = current_theme()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.palette.qcolor("text"), 2))
        if spot.source is None:
            tile = self._arranged()[spot.layer][spot.unit]
            painter.drawRoundedRect(tile.adjusted(-1, -1, 1, 1), 3, 3)
        else:
            painter.drawLine(self._way(spot))
        painter.setFont(theme.font("small", "medium"))
        metrics = QFontMetricsF(painter.font())
        text = metrics.elidedText(
            self.describe(spot), Qt.TextElideMode.ElideRight, self.width() - 16
        )
        wide, high = metrics.horizontalAdvance(text) + 12, metrics.height() + 4
        at = self.position(spot)
        left = min(max(at.x() - wide / 2, 2.0), self.width() - wide - 2)
        if spot.source is None:
            tile = self._arranged()[spot.layer][spot.unit]
            top = tile.top() - high - 4
            top = tile.bottom() + 4 if top < 0 else top
        else:
            top = at.y() - high - 8 if at.y() > self.height() / 2 else at.y() + 8
        box = QRectF(left, min(max(top, 0.0), self.height() - high), wide, high)
        painter.setPen(theme.palette.qcolor("border"))
        painter.setBrush(theme.palette.qcolor("panel"))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(theme.palette.qcolor("text"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    # The hand.

    def _move_to(self, spot: DiagramSpot | None) -> None:
        if spot == self._spot:
            return
        self._spot = spot
        self.setAccessibleDescription("" if spot is None else self.describe(spot))
        self.pointed.emit(spot)
        self.update()

    def _change(self, spot: DiagramSpot, value: float) -> None:
        self.changed.emit(spot, value)
        self.setAccessibleDescription(self.describe(spot))
        self.update()

    def _is_changeable(self, spot: DiagramSpot) -> bool:
        return not math.isnan(self.value(spot))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Take hold of a connection or a neuron."""
        spot = self._spot_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and spot is not None:
            self._press = (event.position(), spot, self.value(spot))
            self._is_dragging = False
            self._move_to(spot)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Drag what is held, or point at something."""
        if self._press is None:
            spot = self._spot_at(event.position())
            held = spot is not None and self._is_changeable(spot)
            shape = Qt.CursorShape.SizeVerCursor if held else Qt.CursorShape.ArrowCursor
            if self.cursor().shape() != shape:
                self.setCursor(shape)
            self._move_to(spot)
            return
        begun, spot, value = self._press
        up = begun.y() - event.position().y()
        if abs(up) > 3:
            self._is_dragging = True
        if self._is_dragging and not math.isnan(value):
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            # Rounded, so that what one finds by hand can be written down.
            change = up * _DRAG * (_FINE if fine else 1.0)
            self._change(spot, round(value + change, 3 if fine else 2))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Let go; what was not dragged was clicked."""
        if event.button() != Qt.MouseButton.LeftButton or self._press is None:
            return
        _, spot, value = self._press
        dragged, self._press, self._is_dragging = self._is_dragging, None, False
        if not dragged:
            self.chosen.emit(spot)
        elif not math.isnan(value):
            self.released.emit()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Point at nothing."""
        super().leaveEvent(event)
        if self._press is None:
            self._move_to(None)

    def focusOutEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Point at nothing."""
        super().focusOutEvent(event)  # type: ignore[arg-type]
        if self._press is None:
            self._move_to(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Walk the neurons and connections, change one, choose one."""
        key = Qt.Key(event.key())
        ways = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }
        signs = {
            Qt.Key.Key_Plus: 1,
            Qt.Key.Key_Equal: 1,
            Qt.Key.Key_PageUp: 1,
            Qt.Key.Key_Minus: -1,
            Qt.Key.Key_PageDown: -1,
        }
        spot = self._spot
        if not self._layers:
            super().keyPressEvent(event)
        elif key in ways:
            self._move_to(DiagramSpot(0, 0) if spot is None else self._next(spot, *ways[key]))
        elif key in signs and spot is not None and self._is_changeable(spot):
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            step = _KEY_STEP * (_FINE if fine else 1.0)
            self._change(spot, round(self.value(spot) + signs[key] * step, 3 if fine else 2))
            self.released.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and spot is not None:
            self.chosen.emit(spot)
        else:
            super().keyPressEvent(event)

    def _next(self, spot: DiagramSpot, across: int, down: int) -> DiagramSpot:
        """Return the neighbour: between two columns of neurons stand the connections."""
        units = len(self._layers[spot.layer].names)
        if spot.source is None:
            if down:
                return DiagramSpot(spot.layer, min(max(spot.unit + down, 0), units - 1))
            if across < 0:
                return DiagramSpot(spot.layer, spot.unit, 0) if spot.layer else spot
            is_last = spot.layer == len(self._layers) - 1
            return spot if is_last else DiagramSpot(spot.layer + 1, 0, spot.unit)
        if across:
            return (
                DiagramSpot(spot.layer, spot.unit)
                if across > 0
                else DiagramSpot(spot.layer - 1, spot.source)
            )
        sources = len(self._layers[spot.layer - 1].names)
        number = min(max(spot.unit * sources + spot.source + down, 0), units * sources - 1)
        return DiagramSpot(spot.layer, *divmod(number, sources))

    def resizeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Arrange everything anew."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._tiles = None


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
