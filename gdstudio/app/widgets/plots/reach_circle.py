"""How far one can step from where a walk stands: a dashed circle."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.plots.walk_path import WalkPath

_CORNERS = 90


class ReachCircle(pg.PlotCurveItem):  # type: ignore[misc]
    """A circle in units of the axes around the end of the first walk."""

    def __init__(self) -> None:
        super().__init__(antialias=True)

    def show_around(self, paths: Sequence[WalkPath], reach: float | None) -> None:
        """Stand around the end of the first of `paths`; no reach, or no walk, is no circle."""
        self.setVisible(reach is not None and bool(paths) and len(paths[0].xs) > 0)
        if reach is not None and self.isVisible():
            turn = np.linspace(0, 2 * np.pi, _CORNERS)
            x, y = paths[0].xs[-1], paths[0].ys[-1]
            self.setData(x + reach * np.cos(turn), y + reach * np.sin(turn))

    def restyle(self) -> None:
        """Take the colours of the theme."""
        border = current_theme().palette.border
        self.setPen(pg.mkPen(border, width=1, style=Qt.PenStyle.DashLine))
