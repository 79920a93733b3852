"""A slider over the kept moments of a run: back to an earlier one, and forward to now."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.controls.control_manners import ControlManners
from gdstudio.app.widgets.labels import text_label
from gdstudio.number_text import count_text

Steps = npt.NDArray[np.int64]

_GAP = 8
# Narrower than this, moments are hard to hit.
_LEAST_SLIDER, _EASY_SLIDER = 64, 120


class TimeStrip(QWidget):
    """Its right end is now, and stays now while the run goes on.

    Signals:
        visited(int): the user wants to see the moment after this number of steps.
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
        self._title = title = text_label("Time", "small")
        title.setToolTip(tooltip)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setObjectName("time_slider")
        self._slider.setAccessibleName("Time machine")
        self._slider.setAccessibleDescription(tooltip)
        self._slider.setToolTip(tooltip)
        self._slider.setMinimumWidth(_LEAST_SLIDER)
        ControlManners(self._slider)
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
        self._buttons = (self._now, self._branch)
        column = QVBoxLayout(self)
        column.setContentsMargins(_GAP, 0, _GAP, 0)
        column.setSpacing(0)
        self._row = QHBoxLayout()
        column.addLayout(self._row)
        self._row.setSpacing(_GAP)
        self._row.addWidget(title)
        self._row.addWidget(self._slider, 1)
        self._row.addWidget(self._label)
        self._below = QHBoxLayout()
        column.addLayout(self._below)
        self._below.setSpacing(_GAP)
        self._below.addStretch(1)
        self._is_narrow: bool | None = None
        current_theme().changed.connect(self._arrange)
        self._arrange()
        self._show()

    @property
    def shown(self) -> int | None:
        """After how many steps the moment is that is seen; None for now."""
        return self._shown

    def set_steps(self, steps: Steps) -> None:
        """Offer the moments kept; `steps` are their numbers of steps, rising, shape ``(n,)``."""
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

    @Slot()
    def _arrange(self) -> None:
        """Put the buttons below the slider where they have no room beside it."""
        widths = [button.sizeHint().width() + _GAP for button in self._buttons]
        easy = current_theme().px(_EASY_SLIDER) - _LEAST_SLIDER
        is_narrow = self.width() < self._row_width() + easy + sum(widths)
        if is_narrow == self._is_narrow:
            return
        self._is_narrow = is_narrow
        for button in self._buttons:
            # What comes and goes beside the slider must not move it.
            policy = button.sizePolicy()
            policy.setRetainSizeWhenHidden(not is_narrow)
            button.setSizePolicy(policy)
            (self._below if is_narrow else self._row).addWidget(button)

    def _row_width(self) -> int:
        """Return what the slider, its name and its label need at least."""
        texts = (self._title, self._label)
        return 4 * _GAP + _LEAST_SLIDER + sum(text.sizeHint().width() for text in texts)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the width that is needed with the buttons below."""
        buttons = 2 * _GAP + sum(button.sizeHint().width() + _GAP for button in self._buttons)
        height = super().minimumSizeHint().height()
        return QSize(max(self._row_width(), buttons), height)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Give the buttons their place anew."""
        super().resizeEvent(event)
        self._arrange()

    def _show(self) -> None:
        """Put the handle where the moment is among those that are kept."""
        kept = len(self._steps)
        with QSignalBlocker(self._slider):
            # One place more than there are moments: now.
            self._slider.setRange(0, kept)
            place = kept if self._shown is None else int(np.searchsorted(self._steps, self._shown))
            self._slider.setValue(place)
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
