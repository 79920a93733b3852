"""A slider over the kept moments of a run: back to an earlier one, and forward to now."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from gdstudio.app.number_format import count_text
from gdstudio.app.widgets.buttons import IconButton
from gdstudio.app.widgets.labels import text_label

Steps = npt.NDArray[np.int64]


class TimeStrip(QWidget):
    """Its right end is now, and stays now while the run goes on.

    Signals:
        visited(int): the user wants to see the moment after so many steps.
        returned(): the user wants to see now again.
        branch_clicked(): the user wants to go on from the moment that is seen.
    """

    visited = Signal(int)
    returned = Signal()
    branch_clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._steps: Steps = np.zeros(0, np.int64)
        self._shown: int | None = None
        tooltip = "Go back in time: everything shows the network as it was then."
        title = text_label("Time", "small")
        title.setToolTip(tooltip)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setObjectName("time_slider")
        self._slider.setAccessibleName("Time machine")
        self._slider.setAccessibleDescription(tooltip)
        self._slider.setToolTip(tooltip)
        self._slider.setMinimumWidth(64)
        self._slider.valueChanged.connect(self._on_moved)
        self._label = text_label("now", "small", name="time_label")
        self._now = IconButton(
            "Now",
            kind="quiet",
            name="time_now_button",
            tooltip="Return to the network as it is now.",
        )
        self._now.clicked.connect(self.return_to_now)
        self._branch = IconButton(
            "Continue from here",
            kind="quiet",
            name="branch_button",
            tooltip="Train on from this moment; the later steps are given up. Optimizer, random "
            "numbers and the place in the epoch come along.",
        )
        self._branch.clicked.connect(self.branch_clicked)
        for button in (self._now, self._branch):
            # What comes and goes must not move the rest.
            policy = button.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            button.setSizePolicy(policy)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(8)
        row.addWidget(title)
        row.addWidget(self._slider, 1)
        row.addWidget(self._label)
        row.addWidget(self._now)
        row.addWidget(self._branch)
        self._show()

    @property
    def shown(self) -> int | None:
        """After how many steps the moment is that is seen; None for now."""
        return self._shown

    def set_steps(self, steps: Steps) -> None:
        """Offer the moments kept after so many steps, rising, shape ``(n,)``."""
        if np.array_equal(steps, self._steps):
            return
        self._steps = steps
        self._show()

    @Slot()
    def return_to_now(self) -> None:
        """See now again."""
        if self._shown is not None:
            self._shown = None
            self._show()
            self.returned.emit()

    def _show(self) -> None:
        """Put the handle where the moment is among those that are kept."""
        kept = len(self._steps)
        self._slider.blockSignals(True)
        # One place more than there are moments: now.
        self._slider.setRange(0, kept)
        place = kept if self._shown is None else int(np.searchsorted(self._steps, self._shown))
        self._slider.setValue(place)
        self._slider.blockSignals(False)
        self._slider.setEnabled(kept > 1)
        past = self._shown is not None
        text = f"step {count_text(self._shown)}" if self._shown is not None else "now"
        self._label.setText(text)
        self._slider.setAccessibleDescription(text)
        self._now.setVisible(past)
        self._branch.setVisible(past)

    @Slot(int)
    def _on_moved(self, place: int) -> None:
        if place >= len(self._steps):
            self.return_to_now()
            return
        self._shown = int(self._steps[place])
        self._show()
        self.visited.emit(self._shown)
