"""Scrolling without surprises: the room of the scroll bar is kept, whether there is one or not.

If the bar came and went, it would narrow what scrolls, which may then be higher, or lower, and
need the bar no more: a layout that answers itself, at some heights of the window for ever.
"""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QScrollArea, QScrollBar, QWidget

# The pixels above and below what is scrolled to.
_MARGIN = 8


class _GutterBar(QScrollBar):
    """A scroll bar that is not seen while there is nothing to scroll."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        if self.minimum() < self.maximum():
            super().paintEvent(event)


def keep_gutter(area: QAbstractScrollArea) -> None:
    """Keep the room of the vertical scroll bar of `area` always: its content has one width."""
    area.setVerticalScrollBar(_GutterBar(Qt.Orientation.Vertical))
    area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)


def scroll_to(widget: QWidget, within: QWidget) -> None:
    """Scroll whatever holds `widget`, up to `within`, so that it can be seen."""
    parent = widget.parentWidget()
    while parent is not None and parent is not within:
        if isinstance(parent, QScrollArea):
            # Not by ensureWidgetVisible: for a plot Qt would take the place of a cursor in it.
            port, bar = parent.viewport(), parent.verticalScrollBar()
            top = widget.mapTo(port, QPoint()).y() - _MARGIN
            below = top + widget.height() + 2 * _MARGIN - port.height()
            # Of what is higher than the room for it the top is seen.
            if top < 0:
                bar.setValue(bar.value() + top)
            elif below > 0:
                bar.setValue(bar.value() + min(top, below))
        parent = parent.parentWidget()


class ScrollArea(QScrollArea):
    """A quiet frame whose content scrolls up and down where it is too high."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setWidget(content)
        keep_gutter(self)
