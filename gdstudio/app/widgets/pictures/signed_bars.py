"""Signed numbers as bars on one line, blue up and orange down; one of them is chosen."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.painting import painted
from gdstudio.number_text import count_text, number_text, short_text

_NARROWEST = 4.0
_WIDEST = 48.0


class SignedBars(QWidget):
    """A bar for each number; where there are too many for its width, for the largest of them.

    A click or the arrow keys choose one.

    Signals:
        chosen(int): the index of the number that the user chose.
    """

    chosen = Signal(int)

    def __init__(self, *, name: str, accessible: str, empty_text: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._empty_text = empty_text
        self._values: NDArray[np.float64] = np.empty(0)
        self._label: Callable[[int], str] = str
        self._largest = 0.0
        self._name: Callable[[int], str] = str
        self._current: int | None = None
        self._shown: NDArray[np.intp] = np.empty(0, np.intp)
        self._laid_out = -1
        current_theme().changed.connect(self._on_theme)

    def set_values(
        self,
        values: ArrayLike,
        *,
        label: Callable[[int], str],
        name: Callable[[int], str],
        current: int | None,
    ) -> None:
        """Show numbers (n,); `label` is written below one of them, `name` tells it in full."""
        self._values = np.asarray(values, dtype=float)
        self._label, self._name, self._current = label, name, current
        self._largest = float(np.abs(self._values).max(initial=0.0))
        self._laid_out = -1
        self.setAccessibleDescription("" if current is None else self.value_text(current))
        self.update()

    def current(self) -> int | None:
        """Return the index of the one that is chosen."""
        return self._current

    def shown(self) -> NDArray[np.intp]:
        """Return the indices of the numbers that have a bar, in their own order."""
        if self._laid_out != self.width():
            self._laid_out = self.width()
            room = int(self.width() // _NARROWEST)
            sizes = np.abs(np.nan_to_num(self._values))
            if len(sizes) <= room:
                self._shown = np.arange(len(sizes))
            else:
                self._shown = np.sort(np.argpartition(-sizes, room)[:room])
        return self._shown

    def value_text(self, index: int) -> str:
        """Return what is told of one number."""
        return f"{self._name(index)}: {number_text(float(self._values[index]), sign=True)}"

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return room for bars of comfortable height, with a line for labels and one for notes."""
        return QSize(280, current_theme().px(128))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return room for some bars."""
        return QSize(160, current_theme().px(128))

    @painted
    def paintEvent(  # noqa: N802 - Qt's name
        self, event: QPaintEvent, painter: QPainter
    ) -> None:
        """Paint the bars, their line, the labels where they fit, and the ends of the scale."""
        theme = current_theme()
        palette = theme.palette
        painter.setFont(theme.font("small"))
        line = theme.px(18)
        if not len(self._values):
            painter.setPen(palette.qcolor("muted"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), flags, self._empty_text)
            return
        shown = self.shown()
        values = np.nan_to_num(self._values[shown])
        left, width = self._columns()
        top, bottom = float(line), float(self.height() - line)
        highest, lowest = max(values.max(), 0.0), min(values.min(), 0.0)
        extent = (highest - lowest) or 1.0
        zero = top + (bottom - top) * (highest / extent if highest or lowest else 0.5)
        gap = min(width * 0.2, 4.0)
        painter.setPen(Qt.PenStyle.NoPen)
        for place, (index, value) in enumerate(zip(shown, values, strict=True)):
            start = left + place * width
            if index == self._current:
                painter.fillRect(
                    QRectF(start, line, width, self.height() - line), palette.qcolor("selection")
                )
            end = zero - value / extent * (bottom - top)
            bar = QRectF(start + gap / 2, min(zero, end), width - gap, max(abs(zero - end), 1.0))
            painter.fillRect(bar, palette.qcolor("positive" if value > 0 else "negative"))
        painter.setPen(palette.qcolor("border"))
        painter.drawLine(0, round(zero), self.width(), round(zero))
        self._paint_labels(painter, left, width, bottom, line)
        self._paint_note(painter, line)
        if self.hasFocus():
            painter.setPen(palette.qcolor("positive"))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint_labels(
        self, painter: QPainter, left: float, width: float, top: float, line: float
    ) -> None:
        """Write every label, or every second, fifth, tenth, … where they are too close."""
        theme = current_theme()
        shown = self.shown()
        metrics = QFontMetrics(theme.font("small", "bold"))
        widest = max(
            (metrics.horizontalAdvance(self._label(int(i))) for i in shown[-3:]), default=1
        )
        steps = (1, 2, 5, 10, 20, 50, 100, 200, 500)
        every = next((n for n in steps if n * width > widest + 6), 1000)
        chosen = None
        for place, index in enumerate(shown):
            if index == self._current:
                chosen = place
            elif every == 1 or (len(shown) == len(self._values) and (place + 1) % every == 0):
                self._paint_label(painter, left + (place + 0.5) * width, top, line, int(index))
        if chosen is not None:
            middle = left + (chosen + 0.5) * width
            box = QRectF(middle - widest / 2 - 4, top, widest + 8, line)
            if every > 1:  # it may stand where another's label reaches
                painter.fillRect(box, theme.palette.qcolor("selection"))
            self._paint_label(painter, middle, top, line, int(shown[chosen]))

    def _paint_label(
        self, painter: QPainter, middle: float, top: float, line: float, index: int
    ) -> None:
        theme = current_theme()
        chosen = index == self._current
        painter.setFont(theme.font("small", "bold" if chosen else "regular"))
        painter.setPen(theme.palette.qcolor("text" if chosen else "muted"))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip
        painter.drawText(QRectF(middle - 20, top, 40, line), flags, self._label(index))

    def _paint_note(self, painter: QPainter, line: float) -> None:
        """Say how large the largest bar is, and how many numbers have none."""
        theme = current_theme()
        painter.setFont(theme.font("small"))
        painter.setPen(theme.palette.qcolor("muted"))
        parts = [f"largest {short_text(self._largest, 2)}"]
        if len(self.shown()) < len(self._values):
            shown, whole = count_text(len(self.shown())), count_text(len(self._values))
            parts.append(f"the {shown} largest of {whole}")
        box = QRectF(0, 0, self.width() - 2, line - 4)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box, right, " · ".join(parts))

    def _columns(self) -> tuple[float, float]:
        """Return where the first bar's column starts, and how wide each is."""
        count = max(len(self.shown()), 1)
        width = min(self.width() / count, current_theme().px(_WIDEST))
        return (self.width() - width * count) / 2, width

    def _index_at(self, x: float) -> int | None:
        left, width = self._columns()
        place = int((x - left) // width)
        return int(self.shown()[place]) if 0 <= place < len(self.shown()) else None

    @Slot()
    def _on_theme(self) -> None:
        self._laid_out = -1
        self.updateGeometry()
        self.update()

    # Qt's own.

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Choose the number under the mouse."""
        index = self._index_at(event.position().x())
        if index is not None:
            self.chosen.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Choose the neighbour by the arrows, the first or last by Home and End."""
        shown = self.shown()
        keys = Qt.Key
        if not len(shown) or event.key() not in (
            keys.Key_Left,
            keys.Key_Right,
            keys.Key_Home,
            keys.Key_End,
        ):
            super().keyPressEvent(event)
            return
        place = 0
        if self._current is not None:
            place = int(np.searchsorted(shown, self._current))
        place = {
            keys.Key_Left: place - 1,
            keys.Key_Right: place + 1,
            keys.Key_Home: 0,
            keys.Key_End: len(shown) - 1,
        }[Qt.Key(event.key())]
        self.chosen.emit(int(shown[min(max(place, 0), len(shown) - 1)]))

    def event(self, event: QEvent) -> bool:
        """Tell the number under the mouse."""
        if isinstance(event, QHelpEvent) and len(self._values):
            index = self._index_at(event.pos().x())
            if index is not None:
                QToolTip.showText(event.globalPos(), self.value_text(index), self)
                return True
        return super().event(event)
