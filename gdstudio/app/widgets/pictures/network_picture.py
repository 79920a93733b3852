"""A network as a picture: what goes in, each layer lit by what it says, the strongest connections.

It is painted once into a pixmap for every new state; hovering only adds a ring.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QHelpEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.painting import painted
from gdstudio.app.widgets.pictures.layers import PictureLayer, Wires
from gdstudio.app.widgets.pictures.network_layout import Layout, arrange
from gdstudio.app.widgets.pictures.network_painter import caption_lines, paint_network
from gdstudio.number_text import fixed_text

_FRAME_MILLISECONDS = 33
_LAYER_MILLISECONDS, _LONGEST_MILLISECONDS = 380, 1700
# It stays for a moment at the last layer.
_REST = 0.5


class Wave(QObject):
    """Runs once from 0 to the number of layers.

    Attributes:
        phase: how many layers it has reached, None while there is no wave.

    Signals:
        moved(): the phase is another.
    """

    moved = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.phase: float | None = None
        self._layers = 1
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME_MILLISECONDS)
        self._timer.timeout.connect(self._advance)

    def start(self, layers: int) -> None:
        """Run through `layers`; a wave that is on its way goes on."""
        if self.phase is None:
            self._layers = max(layers, 1)
            self.phase = 0.0
            self._timer.start()
            self.moved.emit()

    def stop(self) -> None:
        """Be gone."""
        self._timer.stop()
        if self.phase is not None:
            self.phase = None
            self.moved.emit()

    @Slot()
    def _advance(self) -> None:
        assert self.phase is not None
        duration = min(_LAYER_MILLISECONDS * self._layers, _LONGEST_MILLISECONDS)
        self.phase += self._layers * _FRAME_MILLISECONDS / duration
        if self.phase > self._layers + _REST:
            self.stop()
        else:
            self.moved.emit()


_DIGIT_ROOM, _NAME_ROOM = 62, 88
_MARGIN = 6


@dataclass(frozen=True)
class Spot:
    """A neuron or filter in the picture.

    Attributes:
        column: its layer's place among those shown, from 0.
        unit: which of the layer, from 0.
        place: (row, column) of its map, for a filter; None for its strongest response.
    """

    column: int
    unit: int
    place: tuple[int, int] | None = None


class NetworkPicture(QWidget):
    """The picture; the mouse and the arrow keys walk its neurons.

    Signals:
        pointed(object): the `Spot` under the mouse, None where there is none.
        walked(object): the `Spot` that the arrow keys came to.
        pressed(object): a `Spot` was clicked, or Enter pressed at it.
        dismissed(): Esc was pressed.
    """

    pointed = Signal(object)
    walked = Signal(object)
    pressed = Signal(object)
    dismissed = Signal()

    def __init__(self, *, name: str = "", empty_text: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName("The network as a picture")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._empty_text = empty_text
        self._image: NDArray[np.uint8] | None = None
        self._layers: tuple[PictureLayer, ...] = ()
        self._wires: tuple[Wires, ...] = ()
        self._focus_wires: Wires | None = None
        self._answer: int | None = None
        self._wanted: int | None = None
        self._layout: Layout | None = None
        self._pixmap: QPixmap | None = None
        self._spot: Spot | None = None
        self._is_pinned = False
        self._wave = Wave(self)
        self._wave.moved.connect(self._repaint)
        current_theme().changed.connect(self._on_theme)

    def show_network(
        self,
        image: NDArray[np.uint8] | None,
        layers: Sequence[PictureLayer],
        wires: Sequence[Wires] = (),
        *,
        answer: int | None = None,
        wanted: int | None = None,
    ) -> None:
        """Show `image` and the `layers`, the outputs last; without an image say what to do."""
        shape = self._shape()
        self._image, self._layers, self._wires = image, tuple(layers), tuple(wires)
        self._answer, self._wanted = answer, wanted
        if shape != self._shape():
            self._layout = None
            self._spot = None
        if image is None:
            self._wave.stop()
        self._repaint()

    def _image_shape(self) -> tuple[int, int]:
        return (1, 1) if self._image is None else (self._image.shape[0], self._image.shape[1])

    def _shape(self) -> object:
        """Return all that the places of the picture's parts depend on, but for its own size."""
        layers = [(layer.units, layer.maps, layer.names) for layer in self._layers]
        return layers, self._image_shape()

    def show_focus(self, spot: Spot | None, *, pinned: bool, wires: Wires | None = None) -> None:
        """Ring a neuron, and show the connections into it in place of the others."""
        self._spot, self._is_pinned, self._focus_wires = spot, pinned, wires
        self._repaint()

    def play_wave(self) -> None:
        """Light layer after layer, once; one that is on its way goes on."""
        if self._image is not None and self.isVisible():
            self._wave.start(len(self._layers))

    @property
    def is_waving(self) -> bool:
        """Whether a wave is on its way."""
        return self._wave.phase is not None

    def position(self, spot: Spot) -> QPointF:
        """Return the middle of a neuron or filter, in the widget's pixels."""
        return self._arranged().columns[spot.column].box(spot.unit).center()

    def _arranged(self) -> Layout:
        if self._layout is None:
            px = current_theme().px
            names = self._layers[-1].names if self._layers else ()
            beside = _NAME_ROOM if any(len(name) > 1 for name in names) else _DIGIT_ROOM
            room = QRectF(
                _MARGIN,
                _MARGIN,
                max(self.width() - 2 * _MARGIN - px(beside), 100),
                max(self.height() - 2 * _MARGIN - px(16) * caption_lines(self._layers) - 4, 60),
            )
            shapes = [(layer.units, layer.maps) for layer in self._layers]
            self._layout = arrange(room, shapes, current_theme().scale, self._image_shape())
        return self._layout

    def _spot_at(self, point: QPointF) -> Spot | None:
        if self._image is None:
            return None
        layout = self._arranged()
        column, unit = layout.unit_at(point) or (-1, -1)
        if column < 0:
            return None
        layer = self._layers[column]
        if not layer.maps:
            return Spot(column, unit)
        box = layout.columns[column].box(unit)
        rows, columns = layer.values.shape[1:]
        row = math.floor((point.y() - box.top()) / box.height() * rows)
        across = math.floor((point.x() - box.left()) / box.width() * columns)
        return Spot(column, unit, (min(max(row, 0), rows - 1), min(max(across, 0), columns - 1)))

    def _walk(self, down: int, across: int) -> None:
        """Point at the next neuron, in the same layer or at the same height in the next."""
        if self._image is None or not self._layers:
            return
        if self._spot is None:
            self.walked.emit(Spot(0, 0))
            return
        at = self._spot
        there = self._arranged().next_to(at.column, at.unit, down=down, across=across)
        if there != (at.column, at.unit):
            self.walked.emit(Spot(*there))

    @Slot()
    def _repaint(self) -> None:
        self._pixmap = None
        self.update()

    @Slot()
    def _on_theme(self) -> None:
        self._layout = None
        self.updateGeometry()
        self._repaint()

    # Qt's own.

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return room for twenty small neurons below each other."""
        px = current_theme().px
        return QSize(px(440), px(290))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return room in which neurons can still be told apart."""
        px = current_theme().px
        return QSize(px(220), px(250))

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Nobody sees a wave."""
        super().hideEvent(event)
        self._wave.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Arrange anew."""
        super().resizeEvent(event)
        self._layout = None
        self._repaint()

    @painted
    def paintEvent(  # noqa: N802 - Qt's name
        self, event: QPaintEvent, painter: QPainter
    ) -> None:
        """Paint what is kept, and the ring of the neuron in focus."""
        theme = current_theme()
        if self._image is None or not self._layers:
            painter.setFont(theme.font("normal"))
            painter.setPen(theme.palette.qcolor("muted"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(32, 0, -32, 0), flags, self._empty_text)
            return
        if self._pixmap is None:
            self._pixmap = self._paint_pixmap()
        painter.drawPixmap(0, 0, self._pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._spot is not None:
            column = self._arranged().columns[self._spot.column]
            box = column.box(self._spot.unit).adjusted(-2.5, -2.5, 2.5, 2.5)
            painter.setPen(QPen(theme.palette.qcolor("text"), 2.5 if self._is_pinned else 1.5))
            if column.is_round:
                painter.drawEllipse(box)
            else:
                painter.drawRoundedRect(box, 2, 2)
        if self.hasFocus():
            painter.setPen(QPen(theme.palette.qcolor("positive"), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def _paint_pixmap(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(self.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        assert self._image is not None
        # A painter that were still at work after a fault would take the app with it.
        with QPainter(pixmap) as painter:
            paint_network(
                painter,
                self._arranged(),
                self._image,
                self._layers,
                self._wires if self._focus_wires is None else (self._focus_wires,),
                answer=self._answer,
                wanted=self._wanted,
                phase=self._wave.phase,
                room=QRectF(self.rect()),
            )
        return pixmap

    def event(self, event: QEvent) -> bool:
        """Tell the pixel or the layer under the mouse."""
        if isinstance(event, QHelpEvent) and self._image is not None:
            text = self.text_at(QPointF(event.pos()))
            if text:
                QToolTip.showText(event.globalPos(), text, self)
                return True
        return super().event(event)

    def text_at(self, point: QPointF) -> str:
        """Return what is told of a pixel of the image, or of a layer; empty elsewhere."""
        layout = self._arranged()
        if self._image is not None and layout.image.contains(point):
            rows, columns = self._image.shape
            row = int((point.y() - layout.image.top()) / layout.image.height() * rows)
            column = int((point.x() - layout.image.left()) / layout.image.width() * columns)
            value = int(self._image[min(row, rows - 1), min(column, columns - 1)])
            where = f"pixel row {row + 1}, column {column + 1}"
            return f"{where}: {value} of 255 = {fixed_text(value / 255, 3)}"
        found = layout.unit_at(point)
        layer = None if found is None else self._layers[found[0]]
        return "" if layer is None else ", ".join((layer.title, *layer.notes))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Point at the neuron under the mouse."""
        self.pointed.emit(self._spot_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Point at nothing."""
        self.pointed.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Choose the neuron under the mouse."""
        spot = self._spot_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and spot is not None:
            self.pressed.emit(spot)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Walk with the arrows, choose with Enter, let go with Esc."""
        steps = {
            Qt.Key.Key_Down: (1, 0), Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Left: (0, -1),
        }  # fmt: skip
        if event.key() in steps:
            self._walk(*steps[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._spot is not None:
            self.pressed.emit(self._spot)
        elif event.key() == Qt.Key.Key_Escape:
            self.dismissed.emit()
        else:
            super().keyPressEvent(event)
