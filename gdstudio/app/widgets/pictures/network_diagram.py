"""A small network as a diagram: each neuron a plane, each connection as wide as its weight."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.painting import painted
from gdstudio.app.widgets.pictures.diagram_layout import (
    DiagramLayer,
    DiagramLayout,
    DiagramSpot,
    caption_lines,
    least_height,
)
from gdstudio.app.widgets.pictures.diagram_painter import paint_diagram, paint_spot
from gdstudio.number_text import number_text

__all__ = ["DiagramLayer", "DiagramSpot", "NetworkDiagram"]

_LARGEST = 64.0
_DRAG, _FINE = 0.02, 0.1
_KEY_STEP = 0.1


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
        self._layout: DiagramLayout | None = None
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
            self._layout = None
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
        return self._arranged().position(spot)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a comfortable size."""
        return QSize(current_theme().px(300), current_theme().px(240))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the room that the rows need at least."""
        theme = current_theme()
        return QSize(theme.px(160), max(theme.px(140), least_height(self._layers, self._lines())))

    def _shape(self) -> object:
        return (
            [len(layer.names) for layer in self._layers],
            self._lines(),
            bool(self._layers) and max(map(len, self._layers[0].names)),
        )

    def _lines(self) -> int:
        """Return how many lines stand below each neuron."""
        return caption_lines(self._layers) if self._is_written else 0

    def _arranged(self) -> DiagramLayout:
        if self._layout is None:
            self._layout = DiagramLayout(
                self._layers, self.size(), self._most_tile, lines=self._lines()
            )
        return self._layout

    def _spot_at(self, at: QPointF) -> DiagramSpot | None:
        return self._arranged().spot_at(at) if self._layers else None

    @Slot()
    def _restyle(self) -> None:
        self._layout = None
        self.updateGeometry()
        self.update()

    @painted
    def paintEvent(  # noqa: N802 - Qt's name
        self, event: QPaintEvent, painter: QPainter
    ) -> None:
        """Paint the network, and frame and describe what is pointed at."""
        theme = current_theme()
        painter.fillRect(self.rect(), theme.palette.qcolor("panel"))
        if not self._layers:
            painter.setFont(theme.font("normal"))
            painter.setPen(theme.palette.qcolor("muted"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), flags, self._empty_text)
            return
        layout, spot = self._arranged(), self._spot
        paint_diagram(
            painter,
            layout,
            self._layers,
            width=self.width(),
            classes=self._classes,
            lit=self._lit,
            marked=self._marked,
            is_written=self._is_written,
        )
        if spot is not None:
            paint_spot(painter, layout, spot, self.describe(spot), self.size())

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

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Point at nothing."""
        super().focusOutEvent(event)
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
            layout = self._arranged()
            self._move_to(layout.neighbour(spot, *ways[key]) if spot else DiagramSpot(0, 0))
        elif key in signs and spot is not None and self._is_changeable(spot):
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            step = _KEY_STEP * (_FINE if fine else 1.0)
            self._change(spot, round(self.value(spot) + signs[key] * step, 3 if fine else 2))
            self.released.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and spot is not None:
            self.chosen.emit(spot)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Arrange everything anew."""
        super().resizeEvent(event)
        self._layout = None
