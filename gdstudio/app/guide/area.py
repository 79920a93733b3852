"""Where the guide stands: beside the lab where there is room for both, else above it."""

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from gdstudio.app.guide.panel import GuidePanel, Welcome
from gdstudio.app.labs.columns import share_out
from gdstudio.app.theme import current_theme

# At the usual size of text.
WIDEST, NARROWEST = 360, 280
STRIP_HEIGHT = 208
# A strip is never higher than this share of the window, nor the guide wider beside a large card.
_MOST = 0.4


class GuideArea(QWidget):
    """Shares the window between the labs and the guide; what decides is its own size alone."""

    def __init__(self, labs: QWidget, panel: GuidePanel, welcome: Welcome) -> None:
        super().__init__()
        self._panel = panel
        self._is_enlarged = self._is_strip = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(welcome)
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        column.addLayout(self._both, 1)
        self._both.setContentsMargins(0, 0, 0, 0)
        self._both.setSpacing(0)
        self._both.addWidget(panel)
        self._both.addWidget(labs, 1)
        current_theme().changed.connect(self._arrange)
        self._arrange()

    def set_enlarged(self, on: bool) -> None:
        """Leave the guide where it stands while a card of the lab is large."""
        self._is_enlarged = on
        self._arrange()

    @Slot()
    def _arrange(self) -> None:
        theme = current_theme()
        scale, width = theme.scale, self.width()
        if self._is_enlarged:
            # One card needs no columns; a strip would take the height that it has become large for.
            is_strip = self._is_strip
            side = min(theme.px(NARROWEST), int(width * _MOST))
        else:
            side = min(theme.px(WIDEST), max(theme.px(NARROWEST), width - self._room()))
            is_strip = share_out(width - side, scale).setup is None
        self._is_strip = is_strip
        self._panel.arrange(is_strip=is_strip)
        direction = QBoxLayout.Direction
        if is_strip:
            self._both.setDirection(direction.TopToBottom)
            self._panel.setMinimumWidth(0)
            self._panel.setMaximumWidth(16_777_215)
            self._panel.setFixedHeight(
                min(theme.px(STRIP_HEIGHT), max(int(self.height() * _MOST), 1))
            )
        else:
            self._both.setDirection(direction.LeftToRight)
            self._panel.setMinimumHeight(0)
            self._panel.setMaximumHeight(16_777_215)
            self._panel.setFixedWidth(side)

    def _room(self) -> int:
        """Return the fewest pixels in which a lab has its three columns."""
        low, high = 0, 4000
        while low < high:
            middle = (low + high) // 2
            if share_out(middle, current_theme().scale).setup is None:
                low = middle + 1
            else:
                high = middle
        return low

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Share the room out anew."""
        super().resizeEvent(event)
        self._arrange()
