"""What all our plots share: colours of the theme, quiet furniture, one way to move about.

Drag moves, the wheel zooms what has the focus, a double click or A shows everything again.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Slot
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.controls.control_manners import takes_wheel
from gdstudio.app.widgets.labels import text_label
from gdstudio.app.widgets.plots.axis import PlotAxis
from gdstudio.app.widgets.plots.kept_lines import KeptLine, KeptLines
from gdstudio.number_text import axis_text

_HOVER_INTERVAL_MS = 30
_LEAST_WIDTH, _LEAST_HEIGHT = 120, 64


class ThemedPlot(pg.PlotWidget):  # type: ignore[misc]
    """A plot in our look, with an empty-state text and a read-out that follows the mouse.

    Subclasses implement `_automatic_range`, `_read_out`, `_restyle_items` and `_draw`.
    """

    # Kept runs lie below what is live, and above what it lies on.
    _KEPT_HEIGHT = -5.0

    def __init__(
        self,
        *,
        name: str,
        x_label: str,
        y_label: str,
        empty_text: str,
        x_text: Callable[[float, float], str] = axis_text,
        y_text: Callable[[float, float], str] = axis_text,
    ) -> None:
        self._bottom = PlotAxis("bottom", name=x_label, tick_text=x_text)
        self._left = PlotAxis("left", tick_text=y_text)
        super().__init__(axisItems={"bottom": self._bottom, "left": self._left}, enableMenu=False)
        # PlotWidget hangs PlotItem's `clear` on itself, over that of our subclasses.
        self.__dict__.pop("clear", None)
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # Otherwise a screen reader finds a second thing without a name that takes the focus.
        self.viewport().setFocusProxy(None)
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(_LEAST_WIDTH, _LEAST_HEIGHT)
        # The room decides, not the wish of the scene: a plot is as high as its card lets it be.
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._x_label, self._y_label = x_label, y_label
        # What keys do here, in a sentence.
        self._keys = ""
        self._is_automatic = True
        self._stale = False
        self._held = False

        plot = self.getPlotItem()
        plot.hideButtons()
        for side in ("top", "right"):
            # Nobody sees them, but their empty labels would be written anew with every range.
            plot.getAxis(side).enableAutoSIPrefix(False)
        self._view = plot.getViewBox()
        self._view.setMenuEnabled(False)
        self._view.setDefaultPadding(0.0)
        self._view.disableAutoRange()
        self._view.sigRangeChangedManually.connect(self._leave_automatic)
        self._left.setGrid(255)
        # Grid lines belong to the axis: data goes over them.
        self._left.setZValue(-1000)

        self._kept = KeptLines(self, height=self._KEPT_HEIGHT)
        self._pinned: tuple[KeptLine, ...] = ()
        self._twin: KeptLine | None = None
        self._empty = text_label(empty_text, "muted", wrap=True)
        self._empty.setParent(self)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._y_name = text_label(y_label, "small")
        self._y_name.setParent(self)
        self._y_name.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._readout = QLabel("", self)
        self._readout.setTextFormat(Qt.TextFormat.PlainText)
        self._readout.setProperty("role", "readout")
        self._readout.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._readout.hide()
        self._crosshair = pg.InfiniteLine(angle=90, movable=False)
        self._crosshair.hide()
        self._view.addItem(self._crosshair, ignoreBounds=True)
        self._hover_at: QPointF | None = None
        self._hover_timer = QTimer(self)
        self._hover_timer.setSingleShot(True)
        self._hover_timer.setInterval(_HOVER_INTERVAL_MS)
        self._hover_timer.timeout.connect(self._show_readout)
        current_theme().changed.connect(self._restyle)

    def set_labels(self, x_label: str, y_label: str) -> None:
        """Name the axes anew."""
        self._x_label, self._y_label = x_label, y_label
        self._bottom.set_end_name(x_label)
        self._restyle()

    def set_empty_text(self, text: str) -> None:
        """Say something else while there is nothing to see; the empty string says nothing."""
        self._empty.setText(text)

    def set_kept(self, lines: Sequence[KeptLine]) -> None:
        """Show kept runs as thin named lines behind the live one."""
        self._pinned = tuple(lines)
        self._set_lines()

    def kept_lines(self) -> tuple[KeptLine, ...]:
        """Return the kept runs that are shown."""
        return tuple(line for line in self._kept.lines if line is not self._twin)

    def set_twin(self, line: KeptLine | None) -> None:
        """Show the twin of the live run as such a line, too; None shows none."""
        if line is not None or self._twin is not None:
            self._twin = line
            self._set_lines()

    def twin_line(self) -> KeptLine | None:
        """Return the twin that is shown."""
        return self._twin

    def _set_lines(self) -> None:
        self._kept.set_lines([*self._pinned, *filter(None, [self._twin])])
        self._refresh()

    def tell(self, text: str) -> None:
        """Say in words what is seen here, to who does not see it."""
        self.setAccessibleDescription(" ".join(filter(None, (text and f"{text}.", self._keys))))

    @Slot()
    def reset_range(self) -> None:
        """Show everything again, and go on doing so as it grows."""
        self._is_automatic = True
        self._follow()

    def visible_range(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return ((x from, x to), (y from, y to)) of what is shown, in units of the data."""
        (x0, x1), (y0, y1) = self._view.viewRange()
        return (x0, x1), (y0, y1)

    def make_room_for_ticks(self) -> None:
        """Let the ticks at the left be whole when it is painted next, not only after that."""
        self._left.make_room()

    # What subclasses say.

    def _automatic_range(self) -> tuple[float, float, float, float] | None:
        """Return (x from, x to, y from, y to) that shows everything, None if nothing is."""
        raise NotImplementedError

    def _read_out(self, x: float, y: float) -> tuple[float | None, str]:
        """Return where the upright hair goes (None: nowhere) and what to say at a point."""
        raise NotImplementedError

    def _restyle_items(self) -> None:
        """Give the items the colours of the theme."""
        raise NotImplementedError

    def _draw(self) -> None:
        """Bring the items up to date with the data."""
        raise NotImplementedError

    # What they share.

    @contextmanager
    def together(self) -> Iterator[None]:
        """Draw what is set within as one change."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
            if self._stale:
                self._refresh()

    def _refresh(self) -> None:
        """Draw now if anyone can see it, else when it is next shown."""
        if self._held:
            self._stale = True
        elif self.isVisible():
            self._stale = False
            self._draw()
            self._draw_kept()
            self._follow()
        else:
            self._stale = True

    def _draw_kept(self) -> None:
        """Draw the kept runs, where they are others than before."""
        self._kept.draw(self._columns())

    def _columns(self) -> int:
        return max(int(self._view.width()), 50)

    def _follow(self) -> None:
        bounds = self._automatic_range()
        self._empty.setVisible(bounds is None and bool(self._empty.text()))
        for axis in (self._bottom, self._left):
            axis.setOpacity(0.0 if bounds is None else 1.0)
        self._y_name.setVisible(bounds is not None)
        if bounds is not None and self._is_automatic:
            x0, x1, y0, y1 = bounds
            if not np.isfinite(bounds).all():
                return
            if x1 <= x0:
                x0, x1 = x0 - 0.5, x0 + 0.5
            if y1 <= y0:
                margin = abs(y0) * 0.1 or 0.5
                y0, y1 = y0 - margin, y0 + margin
            shown = self._view.viewRange()
            if shown != [[x0, x1], [y0, y1]]:
                self._view.setRange(xRange=(x0, x1), yRange=(y0, y1), padding=0, update=True)
                # pyqtgraph would do this in the middle of painting, and then paint again.
                self._view.updateMatrix()

    @Slot()
    def _leave_automatic(self) -> None:
        self._is_automatic = False

    @Slot()
    def _restyle(self) -> None:
        theme = current_theme()
        palette = theme.palette
        self.setBackground(palette.panel)
        font = theme.font("small")
        clear = pg.mkPen(None)
        for axis in (self._bottom, self._left):
            axis.setTickFont(font)
            axis.setPen(clear)
            axis.setTextPen(palette.muted)
            axis.setTickPen(pg.mkPen(palette.grid))
        line = theme.px(16)
        self.setMinimumHeight(max(theme.px(_LEAST_HEIGHT), _LEAST_HEIGHT))
        self._bottom.setHeight(line + 8)
        # The topmost tick, such as 100 %, stands out by half a line.
        top = line + 6 if self._y_label else line // 2 + 1
        self.getPlotItem().layout.setContentsMargins(4, top, 8, 2)
        self._crosshair.setPen(pg.mkPen(palette.border, width=1))
        self._restyle_items()
        self._kept.restyle()
        self._place_texts()

    def _place_texts(self) -> None:
        margin = min(48, self.width() // 8)
        self._empty.setGeometry(self.rect().adjusted(margin, 8, -margin, -24))
        metrics, room = self._y_name.fontMetrics(), self.width() - 16
        self._y_name.setText(metrics.elidedText(self._y_label, Qt.TextElideMode.ElideRight, room))
        self._y_name.adjustSize()
        self._y_name.move(4, 2)

    @Slot()
    def _show_readout(self) -> None:
        if self._hover_at is None:
            return
        scene = self.mapToScene(self._hover_at.toPoint())
        inside = self._view.sceneBoundingRect().contains(scene)
        point = self._view.mapSceneToView(scene)
        hair, text = self._read_out(point.x(), point.y()) if inside else (None, "")
        self._crosshair.setVisible(hair is not None)
        if hair is not None:
            self._crosshair.setPos(hair)
        self._readout.setVisible(bool(text))
        if text:
            self._readout.setText(text)
            self._readout.adjustSize()
            at = self._hover_at
            left = min(at.x() + 14, self.width() - self._readout.width() - 4)
            above = at.y() - self._readout.height() - 10
            self._readout.move(int(max(left, 2)), int(above if above > 2 else at.y() + 18))

    def _end_hover(self) -> None:
        self._hover_at = None
        self._readout.hide()
        self._crosshair.hide()

    # Qt's own.

    def drawForeground(  # noqa: N802 - Qt's name
        self, painter: QPainter, rect: QRectF
    ) -> None:
        """Write the names of the kept runs over all lines."""
        super().drawForeground(painter, rect)
        # PlotWidget's own constructor may paint before ours has made them.
        if hasattr(self, "_kept") and self._kept.lines:
            view = self._view
            self._kept.paint_names(painter, view.mapViewToScene, view.sceneBoundingRect())

    def close(self) -> bool:
        """Close the widget as Qt does.

        pyqtgraph would take the plot apart, and then fail at every later call.
        """
        return QWidget.close(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Keep the event: what is below the plot has nothing to do with it."""
        self._end_hover()
        super().mousePressEvent(event)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Keep the event: what is below the plot has nothing to do with it."""
        super().mouseReleaseEvent(event)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Read out the values at the mouse, a while later if the last time was just now."""
        super().mouseMoveEvent(event)
        if event.buttons():
            self._end_hover()  # what is dragged would run away from its box
            return
        self._hover_at = event.position()
        if not self._hover_timer.isActive():
            self._hover_timer.start()

    def leaveEvent(self, event: object) -> None:  # noqa: N802
        """Take the read-out away."""
        super().leaveEvent(event)
        self._end_hover()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Return to the automatic range."""
        super().mouseDoubleClickEvent(event)
        event.accept()
        self.reset_range()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Return to the automatic range on A; leave every other key to the window."""
        if event.key() == Qt.Key.Key_A and not event.modifiers():
            self.reset_range()
        else:
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom where the plot has the focus; otherwise the page scrolls."""
        if takes_wheel(self, event):
            super().wheelEvent(event)
            if self._hover_at is not None:
                self._hover_timer.start()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the texts in place."""
        super().resizeEvent(event)
        # PlotWidget's own constructor resizes before ours has made the texts.
        if hasattr(self, "_readout"):
            self._place_texts()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Draw what changed while nobody looked."""
        super().showEvent(event)
        if self._stale:
            self._refresh()
