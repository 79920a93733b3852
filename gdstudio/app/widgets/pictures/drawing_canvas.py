"""Paper to draw a digit on, with mouse, pen, finger or keys.

What is kept is strokes, lists of points; the picture that a network receives is derived from them
elsewhere. Every move paints only its own piece.
"""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.announcement import announce
from gdstudio.app.widgets.painting import painted
from gdstudio.app.widgets.pictures.pen_widget import PenWidget
from gdstudio.app.widgets.pictures.pixel_image import gray_image, within
from gdstudio.app.widgets.pictures.strokes_view import draw_stroke

# A digit drawn over 70 % of the paper then looks as thick as 2.6 of its 20 pixels.
_PEN_SHARE = 0.7 * 2.6 / 20
_FIT_SHARE = 0.7
# An arrow key moves the pen by this share of the paper.
_KEY_SHARE = 1 / 28


class DrawingCanvas(PenWidget):
    """The paper.

    A click is a dot. With the focus the arrow keys move the pen, Enter puts it down and lifts it.
    Ctrl+Z takes the last stroke back, Delete clears. Resizing keeps the drawing.
    A picture can be shown in place of a drawing, until the user draws.

    Signals:
        strokes_changed(): at every move of the pen, undo and clear by the user.
        image_dismissed(): the user drew, cleared or undid while a picture was shown.
        pen_lifted(): a stroke is whole.
    """

    strokes_changed = Signal()
    image_dismissed = Signal()
    pen_lifted = Signal()

    _WAYS: ClassVar[dict[int, tuple[int, int]]] = {
        Qt.Key.Key_Left: (-1, 0),
        Qt.Key.Key_Right: (1, 0),
        Qt.Key.Key_Up: (0, -1),
        Qt.Key.Key_Down: (0, 1),
    }

    def __init__(self, *, name: str = "drawing_canvas") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName("Drawing canvas")
        self.setAccessibleDescription(
            "Draw a digit with mouse, pen or finger; or with keys: the arrows move the pen, Enter "
            "puts it down and lifts it. Delete clears."
        )
        self.setToolTip(
            "Draw a digit; with keys, the arrows move the pen, Enter puts it down and lifts it. "
            "Ctrl+Z takes the last stroke back, Delete clears."
        )
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(140, 140)
        self._strokes: list[list[tuple[float, float]]] = []
        # The size that the strokes belong to: that of a hidden widget may change without an event.
        self._drawn_on = QSize()
        self._image: NDArray[np.uint8] | None = None
        self._caption = ""
        self._invitation = "Draw a digit here"
        self._paper = QPixmap()
        # Where the keys have brought the pen, in shares of the paper; None while nobody uses them.
        self._key_pen: tuple[float, float] | None = None
        current_theme().changed.connect(self._repaint_all)

    def set_invitation(self, text: str) -> None:
        """Say on the empty paper what is to be drawn on it."""
        self._invitation = text
        self.update()

    def strokes(self) -> list[NDArray[np.float64]]:
        """Return the strokes, each (n, 2) as x, y in widget units, y downwards."""
        return [np.array(stroke, dtype=float) for stroke in self._strokes]

    def set_strokes(self, strokes: Sequence[ArrayLike], *, fit: bool = False) -> None:
        """Show `strokes`; with `fit` scaled and centred on the paper, whatever their units."""
        arrays = [np.asarray(stroke, dtype=float).reshape(-1, 2) for stroke in strokes]
        arrays = [array for array in arrays if len(array)]
        if fit and arrays:
            points = np.concatenate(arrays)
            low, extent = points.min(axis=0), np.ptp(points, axis=0)
            longer = extent.max()
            factor = _FIT_SHARE * self._side() / longer if longer > 0 else 0.0
            center = np.array([self.width(), self.height()]) / 2
            arrays = [(array - low - extent / 2) * factor + center for array in arrays]
        self._strokes = [[(x, y) for x, y in array.tolist()] for array in arrays]
        self._drawn_on = self.size()
        self._image = None
        self._repaint_all()

    @Slot()
    def undo(self) -> None:
        """Take the last stroke back, or the shown picture away."""
        if self._image is not None:
            self._dismiss_image()
        elif self._strokes:
            self._strokes.pop()
        else:
            return
        self.pen = ""
        self._repaint_all()
        self.strokes_changed.emit()

    @Slot()
    def clear(self) -> None:
        """Start with empty paper."""
        if self._image is not None:
            self._dismiss_image()
        self._strokes = []
        self.pen = ""
        self._repaint_all()
        self.strokes_changed.emit()

    def is_empty(self) -> bool:
        """Return whether there is neither a drawing nor a picture."""
        return not self._strokes and self._image is None

    def show_image(self, image: ArrayLike, caption: str = "") -> None:
        """Show a picture (rows, columns), ink high, in place of a drawing, a caption below it."""
        self._image = np.array(image, dtype=np.uint8)
        self._caption = caption
        self._strokes = []
        self._repaint_all()

    def shown_image(self) -> NDArray[np.uint8] | None:
        """Return the picture that is shown in place of a drawing, None if there is none."""
        return self._image

    def hide_image(self) -> None:
        """Take the picture away, if there is one."""
        self._image = None
        self._repaint_all()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a comfortable square."""
        return QSize(280, 280)

    # The pen.

    def begin_stroke(self, at: QPointF) -> None:
        """Begin a stroke; a picture that is shown goes."""
        if self.pen != "keys":
            self._key_pen = None
        if self._image is not None:
            self._dismiss_image()
            self._repaint_all()
        self._strokes.append([])
        self._drawn_on = self.size()
        self.extend_stroke(at)

    def extend_stroke(self, at: QPointF) -> None:
        """Draw on, within the paper."""
        point = (
            min(max(at.x(), 0.0), float(self.width())),
            min(max(at.y(), 0.0), float(self.height())),
        )
        stroke = self._strokes[-1]
        if stroke and stroke[-1] == point:
            return
        stroke.append(point)
        self._ink(stroke[-2:])
        self.strokes_changed.emit()

    def end_stroke(self) -> None:
        """Tell that the stroke is whole."""
        self.pen_lifted.emit()

    def _key_place(self) -> QPointF:
        across, down = self._key_pen or (0.5, 0.5)
        corner = QPointF(self.width() - self._side(), self.height() - self._side()) / 2
        return corner + QPointF(across, down) * self._side()

    def _move_key_pen(self, across: int, down: int) -> None:
        """Move the pen by a key; the first one brings it to the middle."""
        if self._key_pen is None:
            self._key_pen = (0.5, 0.5)
        else:
            x, y = self._key_pen
            x, y = x + across * _KEY_SHARE, y + down * _KEY_SHARE
            self._key_pen = (min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0))
            if self.pen == "keys":
                self.extend_stroke(self._key_place())
        self.update()

    def _turn_key_pen(self) -> None:
        """Put the pen of the keys down, or lift it."""
        if self.pen == "keys":
            self._lift()
        else:
            self._put_down(self._key_place(), "keys")
        announce(self, "Pen down." if self.pen else "Pen lifted.")
        self.update()

    def _dismiss_image(self) -> None:
        self._image = None
        self.image_dismissed.emit()

    # The paint.

    def _side(self) -> float:
        return float(min(self.width(), self.height()))

    def _ink(self, points: list[tuple[float, float]]) -> None:
        """Paint a piece of a stroke on the paper, and show that piece."""
        if self._paper.isNull():
            return
        width = self._side() * _PEN_SHARE
        with QPainter(self._paper) as painter:
            draw_stroke(painter, points, width)
        xs, ys = zip(*points, strict=True)
        piece = QRectF(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
        # The text of the empty paper goes with the first ink.
        only = len(self._strokes) == 1 and len(self._strokes[0]) == 1
        margin = width / 2 + 2
        around = piece.adjusted(-margin, -margin, margin, margin).toAlignedRect()
        self.update(self.rect() if only else around)

    @Slot()
    def _repaint_all(self) -> None:
        ratio = self.devicePixelRatioF()
        self._paper = QPixmap(self.size() * ratio)
        self._paper.setDevicePixelRatio(ratio)
        self._paper.fill(current_theme().palette.qcolor("paper"))
        if not self._paper.isNull():
            with QPainter(self._paper) as painter:
                for stroke in self._strokes:
                    draw_stroke(painter, stroke, self._side() * _PEN_SHARE)
        self.update()

    @painted
    def paintEvent(  # noqa: N802 - Qt's name
        self, event: QPaintEvent, painter: QPainter
    ) -> None:
        """Paint the paper, and what is said on it."""
        theme = current_theme()
        # Outside the rounded corners the card shows.
        painter.fillRect(event.rect(), theme.palette.qcolor("panel"))
        painter.drawPixmap(0, 0, self._paper)
        if self._image is not None:
            self._paint_image(painter)
        elif not self._strokes:
            painter.setFont(theme.font("normal"))
            painter.setPen(theme.palette.qcolor("muted"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(8, 8, -8, -8), flags, self._invitation)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        width = 2 if self.hasFocus() else 1
        painter.setPen(QPen(theme.palette.qcolor("positive" if self.hasFocus() else "line"), width))
        inset = width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 4, 4)
        if self._key_pen is not None:
            if self.pen == "keys":
                painter.setBrush(theme.palette.qcolor("positive"))
            painter.setPen(QPen(theme.palette.qcolor("positive"), 2))
            painter.drawEllipse(self._key_place(), 6, 6)

    def _paint_image(self, painter: QPainter) -> None:
        assert self._image is not None
        theme = current_theme()
        height = theme.px(24) if self._caption else 0
        side = min(self.width(), self.height() - height) - 16
        box = QRect(0, 0, side, side)
        box.moveCenter(QRect(0, 0, self.width(), self.height() - height).center())
        picture = gray_image(self._image, theme.palette.inks)
        painter.drawImage(within(QRectF(box), picture), picture)
        if self._caption:
            painter.setFont(theme.font("small"))
            painter.setPen(theme.palette.qcolor("muted"))
            below = QRect(0, self.height() - height - 4, self.width(), height)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self._caption)

    # Qt's own.

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Undo on Ctrl+Z, clear on Delete and Backspace; draw with the arrows and Enter."""
        if event.key() in self._WAYS:
            self._move_key_pen(*self._WAYS[event.key()])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._key_pen is not None:
            self._turn_key_pen()
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.undo()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.clear()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Lift the pen of the keys, and lay it aside."""
        super().focusOutEvent(event)
        if self._key_pen is not None:
            if self.pen == "keys":
                self._lift()
            self._key_pen = None
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the drawing: as large a part of the paper as before, in its middle, all of it."""
        old = self._drawn_on
        if self._strokes and not old.isEmpty() and not self.size().isEmpty():
            factor = self._side() / min(old.width(), old.height())
            paper = np.array([self.width(), self.height()], dtype=float)
            before = np.array([old.width(), old.height()]) / 2
            arrays = [(stroke - before) * factor + paper / 2 for stroke in self.strokes()]
            self._strokes = [[(x, y) for x, y in one.tolist()] for one in _on_paper(arrays, paper)]
            self._drawn_on = self.size()
        self._repaint_all()


def _on_paper(
    strokes: list[NDArray[np.float64]], paper: NDArray[np.float64]
) -> list[NDArray[np.float64]]:
    """Return `strokes` moved, and where need be made smaller, so far that all lie on `paper`."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    if np.all(low >= 0) and np.all(high <= paper):
        return strokes
    factor = min(1.0, float((paper / np.maximum(high - low, 1e-9)).min()))
    half = (high - low) / 2 * factor
    middle = np.clip((low + high) / 2, half, paper - half)
    return [(stroke - (low + high) / 2) * factor + middle for stroke in strokes]
