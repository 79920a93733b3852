"""An error while something is painted is told, and takes nothing else with it."""

import pytest
from PySide6.QtWidgets import QWidget

from gdstudio.app.widgets.painting import painted


class Faulty(QWidget):
    """A widget whose painting always fails."""

    @painted
    def paintEvent(self, event, painter):  # noqa: N802
        painter.drawLine(0, 0, 9, 9)
        raise ValueError("in the middle of it")


def test_an_error_while_painting_ends_the_painter(qtbot):
    """Otherwise Qt warns of an active painter, and the app crashes when the device goes."""
    widget = Faulty()
    qtbot.addWidget(widget)
    for _ in range(3):
        with pytest.raises(ValueError, match="in the middle"):
            widget.grab()
