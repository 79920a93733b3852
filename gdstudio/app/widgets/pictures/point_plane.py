"""The plane: what a network answers everywhere, its boundary, and points that people can paint."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.painting import painted
from gdstudio.app.widgets.pictures.pen_widget import PenWidget
from gdstudio.app.widgets.pictures.plane_colors import colored_image
from gdstudio.app.widgets.pictures.plane_painter import (
    LineBuffer,
    PlaneView,
    Scales,
    paint_axes,
    paint_field,
    paint_pill,
)
from gdstudio.app.widgets.pictures.plane_picture import PlanePicture, Range
from gdstudio.app.widgets.pictures.point_marks import PlanePoints, mark_radius, paint_points
from gdstudio.number_text import number_text

_RING = 2.0
# While the pen is dragged, points are this far apart, in pixels.
_SPACING, _ERASER = 16.0, 14.0
# An arrow key moves the cursor by this share of the plane, with Shift by a tenth of it.
_KEY_STEP = 0.05
_KEYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class PointPlane(PenWidget):
    """A part of the plane; a unit is as long across as up.

    With the focus the arrow keys move a cursor (with Shift in small steps), Enter does what a click
    does there, Delete erases, Ctrl+Z undoes.

    Signals:
        dabbed(float, float): a point of the plane was clicked, or dragged over.
        erased(float, float): the same, where points are to be taken away.
        lifted(): the pen that dabbed or erased has been lifted.
        picked(float, float): a place was chosen, with the right button or the key P.
        pointed(float, float): the mouse or the cursor is there.
        left(): neither is there any more.
        undo_wanted(): Ctrl+Z was pressed.
        view_changed(): another part of the plane is in sight.
    """

    dabbed = Signal(float, float)
    erased = Signal(float, float)
    lifted = Signal()
    picked = Signal(float, float)
    pointed = Signal(float, float)
    left = Signal()
    undo_wanted = Signal()
    view_changed = Signal()

    def __init__(self, *, name: str = "point_plane", empty_text: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName("The plane")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        # What lies below need not be painted first.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._empty_text = empty_text
        self._home: Range = (-1.0, 1.0, -1.0, 1.0)
        self._labels = ("x", "y")
        self._scales: Scales = ((0.0, 1.0), (0.0, 1.0))
        self._picture: PlanePicture | None = None
        self._image: QImage | None = None
        self._buffer = LineBuffer()
        self._points = PlanePoints()
        self._layer: QPixmap | None = None
        self._erasing = False
        self._last_dab: QPointF | None = None
        self._cursor: tuple[float, float] | None = None
        self._hovered: tuple[float, float] | None = None
        self._chosen: tuple[float, float] | None = None
        self._caption = ""
        self._read_out: Callable[[float, float], str] | None = None
        self._said = ""
        current_theme().changed.connect(self._restyle)

    def set_home(
        self,
        home: Range,
        labels: tuple[str, str] = ("x", "y"),
        scales: Scales = ((0.0, 1.0), (0.0, 1.0)),
    ) -> None:
        """Show (x from, x to, y from, y to), and as much around it as there is room for.

        `scales` has for each axis the (offset, unit) by which its numbers are written: as offset +
        unit · number.
        """
        if (labels, scales) != (self._labels, self._scales):
            self._labels, self._scales, self._layer = labels, scales, None
        if home != self._home:
            self._home = home
            self._layer = None
            self.view_changed.emit()
        self.update()

    def set_picture(self, picture: PlanePicture | None) -> None:
        """Show what is answered everywhere; None shows points alone."""
        self._picture, self._image = picture, None
        self.update()

    def set_points(self, points: PlanePoints) -> None:
        """Show `points`; of very many some."""
        self._points = points.some()
        self._layer = None
        self.update()

    def set_chosen(self, place: tuple[float, float] | None) -> None:
        """Ring a place whose numbers are shown elsewhere."""
        if place != self._chosen:
            self._chosen = place
            self.update()

    def set_erasing(self, on: bool) -> None:
        """Let clicks and drags take points away, or add some."""
        self._erasing = on

    def set_empty_text(self, text: str) -> None:
        """Say in the middle how points come here, while there are none."""
        self._empty_text = text
        self.update()

    def set_caption(self, text: str) -> None:
        """Say in the upper left corner what is shown, where it is not the network's answer."""
        if text != self._caption:
            self._caption = text
            self.update()

    def set_read_out(self, read_out: Callable[[float, float], str]) -> None:
        """Say where to get the sentence of numbers about a place."""
        self._read_out = read_out

    @property
    def view(self) -> PlaneView:
        """Which part of the plane is in sight, and where."""
        return PlaneView(self._home, self.width(), self.height())

    def visible_range(self) -> Range:
        """Return (x from, x to, y from, y to) of all that is in sight."""
        return self.view.range

    def grid_size(self, most: int) -> tuple[int, int]:
        """Return how many columns and rows a field has, of a pixel each but of at most `most`."""
        ratio = self.devicePixelRatioF()
        width, height = self.width() * ratio, self.height() * ratio
        share = min(1.0, most / max(width, height, 1.0))
        return max(int(width * share), 2), max(int(height * share), 2)

    def eraser_reach(self) -> float:
        """Return how far from the pen points are erased, in units of the plane."""
        return _ERASER * current_theme().scale * self.view.unit

    def pixel(self, x: float, y: float) -> QPointF:
        """Return where a point of the plane is in the widget."""
        return self.view.pixel(x, y)

    def place(self, at: QPointF) -> tuple[float, float]:
        """Return the point of the plane at a pixel of the widget."""
        return self.view.place(at)

    def refresh_read_out(self) -> None:
        """Say anew what is to be said of the place that is pointed at."""
        where = self._hovered or (self._cursor if self.hasFocus() else None)
        said = "" if where is None or self._read_out is None else self._read_out(*where)
        if said != self._said:
            self._said = said
            self.update()

    def said(self) -> str:
        """Return what is said of the place that is pointed at."""
        return self._said

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a comfortable square."""
        return QSize(360, 360)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return what can still be pointed at."""
        side = current_theme().px(180)
        return QSize(side, side)

    # The pen.

    def begin_stroke(self, at: QPointF) -> None:
        """Dab here."""
        self._last_dab = None
        self.extend_stroke(at)

    def extend_stroke(self, at: QPointF) -> None:
        """Dab where the pen is, and on the way there, at even distances."""
        if not self.rect().contains(at.toPoint()):
            return
        last = self._last_dab
        if last is None:
            self._dab(at)
            return
        way = QLineF(last, at)
        spacing = (_ERASER if self._erasing else _SPACING) * current_theme().scale
        for number in range(1, int(way.length() / spacing) + 1):
            self._dab(way.pointAt(number * spacing / way.length()))

    def _dab(self, at: QPointF) -> None:
        self._last_dab = at
        (self.erased if self._erasing else self.dabbed).emit(*self.place(at))

    def end_stroke(self) -> None:
        """Say that the hand has let go."""
        self._last_dab = None
        self.lifted.emit()

    def _point_at(self, at: QPointF) -> None:
        self._hovered = self.place(at)
        self.refresh_read_out()
        self.pointed.emit(*self._hovered)

    # The paint.

    @Slot()
    def _restyle(self) -> None:
        self._image = self._layer = None
        self.update()

    @painted
    def paintEvent(  # noqa: N802 - Qt's name
        self, event: QPaintEvent, painter: QPainter
    ) -> None:
        """Paint the field, the boundary, the axes, the points, and what is said."""
        theme, view = current_theme(), self.view
        painter.fillRect(self.rect(), theme.palette.qcolor("panel"))
        if self._picture is not None:
            if self._image is None:
                self._image = colored_image(self._picture.numbers, self._picture.classes)
            paint_field(painter, view, self._picture, self._image, self._buffer)
        if self._layer is None:
            self._layer = self._points_layer()
        painter.drawPixmap(0, 0, self._layer)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_marks(painter)
        self._paint_texts(painter)
        focus = self.hasFocus()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.palette.qcolor("positive" if focus else "border"), 1 + focus))
        inset = (1 + focus) / 2
        painter.drawRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset))

    def _points_layer(self) -> QPixmap:
        """Return the axes and the points, which are painted once for many fields."""
        ratio = self.devicePixelRatioF()
        layer = QPixmap(self.size() * ratio)
        layer.setDevicePixelRatio(ratio)
        layer.fill(Qt.GlobalColor.transparent)
        if layer.isNull():
            return layer
        with QPainter(layer) as painter:
            paint_axes(painter, self.view, self._labels, self._scales)
            if len(self._points):
                where = self.view.pixels(np.stack([self._points.x, self._points.y], axis=1))
                paint_points(painter, self._points, where[:, 0], where[:, 1])
        return layer

    def _paint_marks(self, painter: QPainter) -> None:
        """Ring the chosen place, and cross the keyboard's cursor."""
        palette = current_theme().palette
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._chosen is not None:
            radius = mark_radius(len(self._points)) + 4
            for color, width in (("panel", _RING + 2), ("text", _RING)):
                painter.setPen(QPen(palette.qcolor(color), width))
                painter.drawEllipse(self.pixel(*self._chosen), radius, radius)
        if self._cursor is not None and self.hasFocus() and self._hovered is None:
            at = self.pixel(*self._cursor)
            for color, width in (("panel", 4.0), ("text", 1.6)):
                painter.setPen(QPen(palette.qcolor(color), width))
                for across, up in ((9, 0), (0, 9)):
                    painter.drawLine(
                        QLineF(at.x() - across, at.y() - up, at.x() + across, at.y() + up)
                    )
        if self._erasing and self._hovered is not None:
            painter.setPen(QPen(palette.qcolor("text"), 1.2))
            radius = _ERASER * current_theme().scale
            painter.drawEllipse(self.pixel(*self._hovered), radius, radius)

    def _paint_texts(self, painter: QPainter) -> None:
        theme = current_theme()
        painter.setFont(theme.font("small", "medium"))
        if self._said:
            paint_pill(painter, self.view, self._said, top=False)
        if self._caption:
            paint_pill(painter, self.view, self._caption, top=True)
        if self._picture is None and not len(self._points) and self._empty_text:
            painter.setFont(theme.font("normal"))
            painter.setPen(theme.palette.qcolor("muted"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(24, 24, -24, -24), flags, self._empty_text)

    # Qt's own.

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Paint with the left button, choose a place with the right one."""
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.RightButton:
            self.picked.emit(*self.place(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Paint, and say what is under the pointer."""
        super().mouseMoveEvent(event)
        self._point_at(event.position())
        if self._erasing:
            self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Say no more of the place."""
        super().leaveEvent(event)
        self._hovered = None
        self.refresh_read_out()
        self.left.emit()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Move the cursor, and do there what the mouse does."""
        key = Qt.Key(event.key())
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo_wanted.emit()
        elif key in _KEYS:
            self._move_cursor(*_KEYS[key], small=shift)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            (self.erased if self._erasing else self.dabbed).emit(*self._cursor_place())
            self.lifted.emit()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.erased.emit(*self._cursor_place())
            self.lifted.emit()
        elif key == Qt.Key.Key_P:
            self.picked.emit(*self._cursor_place())
        else:
            super().keyPressEvent(event)

    def _cursor_place(self) -> tuple[float, float]:
        if self._cursor is None:
            x0, x1, y0, y1 = self.visible_range()
            self._cursor = ((x0 + x1) / 2, (y0 + y1) / 2)
        return self._cursor

    def _move_cursor(self, across: int, up: int, *, small: bool) -> None:
        x, y = self._cursor_place()
        x0, x1, y0, y1 = self.visible_range()
        step = _KEY_STEP * min(x1 - x0, y1 - y0) * (0.1 if small else 1.0)
        self._cursor = (min(max(x + across * step, x0), x1), min(max(y + up * step, y0), y1))
        self._hovered = None
        self.refresh_read_out()
        where = f"{self._labels[0]} {number_text(self._cursor[0])}, "
        where += f"{self._labels[1]} {number_text(self._cursor[1])}"
        self.setAccessibleDescription(self._said or where)
        self.pointed.emit(*self._cursor)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show the frame."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Hide the frame and the cursor."""
        super().focusOutEvent(event)
        self.refresh_read_out()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """See more or less of the plane."""
        super().resizeEvent(event)
        self._layer = None
        self.view_changed.emit()
