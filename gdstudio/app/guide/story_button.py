"""The way to the guide on the rail, with the parts of the story that are done."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.controls.buttons import RailButton

_TOOLTIP = "The guide leads step by step, and goes on where it was left (Ctrl+G)."
# At the usual size of text: of the dots, and of what is below them.
_ACROSS, _APART, _BELOW = 4, 8, 6


class StoryButton(RailButton):
    """Opens and closes the guide; below its word stands a dot for each chapter, full where done.

    Attributes:
        done: of each chapter of the story, whether it was gone to its end.
    """

    def __init__(self) -> None:
        super().__init__("Story", "story", name="story_tab", tooltip=_TOOLTIP)
        self.done: tuple[bool, ...] = ()

    def show_done(self, done: Sequence[bool]) -> None:
        """Show which chapters are done; before the first one is, nothing is shown."""
        if tuple(done) == self.done:
            return
        self.done = tuple(done)
        count = sum(self.done)
        said = f" Done: {count} of {len(self.done)} chapters." if count else ""
        self.setToolTip(f"{_TOOLTIP}{said}")
        self.setAccessibleDescription(f"{_TOOLTIP}{said}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the dots over what Qt paints of a button."""
        super().paintEvent(event)
        if any(self.done):
            with QPainter(self) as painter:
                self._paint_dots(painter)

    def _paint_dots(self, painter: QPainter) -> None:
        theme = current_theme()
        across, apart = theme.px(_ACROSS), theme.px(_APART)
        color = QColor(theme.palette.positive)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = (self.width() - apart * (len(self.done) - 1)) / 2
        for place, is_done in enumerate(self.done):
            painter.setPen(QPen(color if is_done else QColor(theme.palette.muted), 1))
            painter.setBrush(color if is_done else QColor(0, 0, 0, 0))
            middle = QPointF(left + place * apart, self.height() - theme.px(_BELOW))
            painter.drawEllipse(middle, across / 2, across / 2)
