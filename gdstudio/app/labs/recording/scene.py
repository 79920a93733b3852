"""What of a lab is recorded: some of its pictures side by side, and what stands around them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QFontMetrics, QImage, QRegion, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.labels import text_label
from gdstudio.app.widgets.legend import Legend, LegendEntry
from gdstudio.app.widgets.plots.themed_plot import ThemedPlot

_MARGIN, _SPACING, _BETWEEN = 14, 6, 16
# The setup code takes at most this many lines.
_CODE_LINES = 2
_ANY_SIDE = 16_777_215
_EQUAL = (1,) * 9


@dataclass(frozen=True)
class Scene:
    """Pictures of a lab that are recorded side by side.

    Attributes:
        title: what they show.
        widgets: the pictures, from left to right, or what makes them when they are recorded.
        legend: what their colours mean.
        shares: how wide each is beside the others; all are as wide where nothing is said.
        come_into_sight: called when they are, for what is computed only where it is seen.
        at_the_end: called where the run ends, which is then recorded from its start: for what can
            be computed only there; None where there is no such thing.
    """

    title: str
    widgets: tuple[QWidget, ...] | Callable[[], tuple[QWidget, ...]]
    legend: Sequence[LegendEntry] = ()
    shares: tuple[int, ...] = ()
    come_into_sight: Callable[[], None] = lambda: None
    at_the_end: Callable[[], None] | None = None


class SceneFrame(QWidget):
    """A scene with its title above, and below it where the run is and the setup code.

    It takes the pictures from where they are: the lab that they are from is there for nothing else.
    """

    def __init__(self, scene: Scene, code: str, size: QSize, parent: QWidget) -> None:
        super().__init__(parent)
        theme = current_theme()
        self._come_into_sight = scene.come_into_sight
        self.setProperty("kind", "card")
        self.setFixedSize(size)
        column = QVBoxLayout(self)
        margin = theme.px(_MARGIN)
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(theme.px(_SPACING))
        head = QHBoxLayout()
        column.addLayout(head)
        title = text_label(scene.title, "title")
        head.addWidget(title, 1)
        if scene.legend:
            legend = Legend()
            legend.set_entries(scene.legend)
            head.addWidget(legend)
        row = QHBoxLayout()
        column.addLayout(row, 1)
        row.setSpacing(theme.px(_BETWEEN))
        widgets = scene.widgets() if callable(scene.widgets) else scene.widgets
        for widget, share in zip(widgets, scene.shares or _EQUAL, strict=False):
            row.addWidget(widget, share)
            widget.setMinimumSize(0, 0)
            widget.setMaximumSize(_ANY_SIDE, _ANY_SIDE)
            widget.show()
            if isinstance(widget, ThemedPlot):
                widget.set_empty_text("")  # nobody can press Run here
        self._told = text_label("", "muted")
        self._code = text_label("", "small")
        for label in (title, self._told, self._code):
            label.setSizePolicy(label.sizePolicy().horizontalPolicy(), QSizePolicy.Policy.Maximum)
        self._code.setAlignment(Qt.AlignmentFlag.AlignRight)
        theme.style(self)
        theme.prepare(self)
        metrics = QFontMetrics(theme.font("small"))
        room = size.width() - 2 * margin
        beside = metrics.horizontalAdvance(code) <= room // 2
        foot = QHBoxLayout() if beside else QVBoxLayout()
        column.addLayout(foot)
        foot.addWidget(self._told, 1)
        foot.addWidget(self._code)
        self._code.setText(code if beside else lines_of(code, metrics, room, _CODE_LINES))

    def tell(self, text: str) -> None:
        """Say where the run is."""
        self._told.setText(text)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Let be computed what is seen from now on."""
        super().showEvent(event)
        self._come_into_sight()

    def make_room(self) -> None:
        """Let plots take the room that their ticks need now: each picture is painted once."""
        for plot in self.findChildren(ThemedPlot):
            plot.make_room_for_ticks()

    def picture(self) -> NDArray[np.uint8]:
        """Return what is seen, ``(height, width, 3)``, colours from 0 to 255."""
        image = QImage(self.size(), QImage.Format.Format_RGB32)
        image.fill(current_theme().palette.qcolor("panel"))
        everything, children = QRegion(), QWidget.RenderFlag.DrawChildren
        self.setUpdatesEnabled(True)
        self.render(image, QPoint(), everything, children)
        self.setUpdatesEnabled(False)
        colors = image.convertToFormat(QImage.Format.Format_RGB888)
        rows = np.frombuffer(colors.constBits(), np.uint8).reshape(colors.height(), -1)
        return rows[:, : 3 * colors.width()].reshape(colors.height(), colors.width(), 3).copy()


def lines_of(code: str, metrics: QFontMetrics, room: int, most: int) -> str:
    """Return a setup code in lines that fit, broken before an “&”; what is too much ends in “…”."""
    lines = [""]
    for number, part in enumerate(code.split("&")):
        piece = f"&{part}" if number else part
        if lines[-1] and metrics.horizontalAdvance(lines[-1] + piece) > room:
            lines.append("")
        lines[-1] += piece
    if len(lines) > most:
        lines = [*lines[: most - 1], "".join(lines[most - 1 :])]
    elide = Qt.TextElideMode.ElideRight
    return "\n".join(metrics.elidedText(line, elide, room) for line in lines)
