"""A thin bar that is divided as a whole is, and the same in words."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.labels import text_label
from gdstudio.app.widgets.painting import painted
from gdstudio.number_text import percent_text

_HEIGHT = 6
_GAP = 2.0
# From the strongest part to the next: parts have names below, so few shades are enough.
_SHADES = (1.0, 0.62, 0.36)


class ShareBar(QWidget):
    """Parts of a whole, side by side, with their names and percentages below."""

    def __init__(self, *, name: str, accessible: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self._bar = _Bar()
        self._text = text_label("", "small", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._bar)
        layout.addWidget(self._text)
        current_theme().changed.connect(self._bar.update)

    def set_parts(self, parts: Sequence[tuple[str, float]]) -> None:
        """Show parts as (name, share), shares from 0 to 1 in the order given."""
        self._bar.shares = [share for _, share in parts]
        self._bar.update()
        text = "  ·  ".join(f"{name} {percent_text(share)}" for name, share in parts)
        if text != self._text.text():
            self._text.setText(text)
            self.setAccessibleDescription(text)


class _Bar(QWidget):
    """The parts as boxes."""

    def __init__(self) -> None:
        super().__init__()
        self.shares: list[float] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(80, current_theme().px(_HEIGHT))

    @painted
    def paintEvent(  # noqa: N802 - Qt's name
        self, event: QPaintEvent, painter: QPainter
    ) -> None:
        palette = current_theme().palette
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = sum(share for share in self.shares if share > 0)
        if not 0 < whole < float("inf"):
            painter.fillRect(self.rect(), palette.qcolor("grid"))
            return
        left, room = 0.0, float(self.width())
        for number, share in enumerate(self.shares):
            width = room * max(share, 0.0) / whole
            box = QRectF(left, 0, max(width - _GAP, min(width, 1.0)), self.height())
            shade = _SHADES[number % len(_SHADES)]
            painter.fillRect(box, palette.qcolor("muted", shade))
            left += width
