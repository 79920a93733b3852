"""The bar at the foot of every lab: run, step, go back, and how far it got."""

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QSlider, QVBoxLayout, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.controls.control_manners import ControlManners
from gdstudio.app.widgets.labels import ElidedLabel, Role, set_role, text_label
from gdstudio.number_text import count_text, fixed_text, number_text

# Steps a second at each notch of the slider; the last is "as fast as it goes".
_SPEEDS: tuple[float | None, ...] = (
    1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000, None,
)  # fmt: skip
# How many ways there are to give words up; a status of fewer letters is not worth its room.
_LEVELS, _FEWEST = 8, 24
_RUN_WIDTH = 88
# How each kind of status is written.
_ROLES: dict[str, Role] = {"info": "small", "good": "good", "problem": "problem"}


class TransportBar(QFrame):
    """Run or pause, step, reset, new start, speed; step, loss, seed and what is going on.

    Signals:
        run_clicked(): run if paused, pause if running.
        step_clicked(): do one step.
        reset_clicked(): back to the same start.
        new_start_clicked(): back to a start with the next seed.
        last_run_clicked(): back to the run that was there before.
        speed_changed(object): steps a second as a float, or None for as fast as it goes.
    """

    run_clicked = Signal()
    step_clicked = Signal()
    reset_clicked = Signal()
    new_start_clicked = Signal()
    last_run_clicked = Signal()
    speed_changed = Signal(object)

    def __init__(self, *, seed_visible: bool = True) -> None:
        super().__init__()
        self.setProperty("kind", "bar")
        self._running = False
        self._seed_visible = seed_visible
        self.run_button = IconButton(
            "Run",
            icon="run",
            kind="primary",
            name="run_button",
            tooltip="Run the descent, or pause it (Space).",
        )
        self.step_button = IconButton(
            "Step",
            icon="step",
            name="step_button",
            tooltip="Do one single step and stop (. key).",
        )
        self.reset_button = IconButton(
            "Reset",
            icon="reset",
            name="reset_button",
            tooltip="Go back to the same start: same numbers, same order (R key).",
        )
        self.new_start_button = IconButton(
            "New start",
            icon="new-start",
            name="new_start_button",
            tooltip="Go back to a different start: the next seed.",
        )
        self.last_run_button = IconButton("Last run", icon="undo", name="last_run_button")
        self.last_run_button.hide()
        self.last_run_button.clicked.connect(self.last_run_clicked)
        self.run_button.clicked.connect(self.run_clicked)
        self.step_button.clicked.connect(self.step_clicked)
        self.reset_button.clicked.connect(self.reset_clicked)
        self.new_start_button.clicked.connect(self.new_start_clicked)

        self._speed_title = text_label("Speed", "muted")
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setObjectName("speed_slider")
        self._slider.setAccessibleName("Speed")
        self._slider.setToolTip("How many steps a second; at the right end as fast as it goes.")
        self._slider.setRange(0, len(_SPEEDS) - 1)
        self._slider.setPageStep(3)
        ControlManners(self._slider)
        self._slider.setValue(len(_SPEEDS) - 1)
        self._slider.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._slider.valueChanged.connect(self._on_slider)
        self._speed_title.setBuddy(self._slider)
        self._speed_text = text_label("", "muted")
        self._status = ElidedLabel("", "small", name="status_label", lines=2)
        self._status.setAccessibleName("Status")
        self._status.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._step_label = text_label("step 0", "value", name="step_label")
        self._loss_label = text_label("loss –", "value", name="loss_label")
        self._seed_label = text_label("seed 0", "muted", name="seed_label")
        self._seed_label.setToolTip("The same seed gives the same start and the same result.")

        self._rows = rows = QVBoxLayout(self)
        rows.setContentsMargins(24, 12, 24, 12)
        rows.setSpacing(8)
        self._row = layout = QHBoxLayout()
        rows.addLayout(layout)
        layout.setSpacing(12)
        for button in (
            self.run_button,
            self.step_button,
            self.reset_button,
            self.new_start_button,
            self.last_run_button,
        ):
            layout.addWidget(button)
        layout.addSpacing(12)
        layout.addWidget(self._speed_title)
        layout.addWidget(self._slider)
        layout.addWidget(self._speed_text)
        layout.addWidget(self._status, 1)
        layout.addWidget(self._step_label)
        layout.addWidget(self._loss_label)
        layout.addWidget(self._seed_label)
        self._second_row = QHBoxLayout()
        rows.addLayout(self._second_row)
        self._second_row.setSpacing(12)
        self._level = 0
        self._is_measuring = False
        self._needs = [0] * _LEVELS  # the width that each level needs
        current_theme().changed.connect(self._restyle)
        self._on_slider()
        self._restyle()

    def set_running(self, running: bool) -> None:
        """Let the first button say Pause while running, and Run otherwise."""
        if running != self._running:
            self._running = running
            self._write_run()

    def is_running(self) -> bool:
        """Return what `set_running` was told."""
        return self._running

    def set_progress(
        self,
        step: int,
        loss: float | None,
        *,
        step_name: str = "step",
        loss_name: str = "loss",
    ) -> None:
        """Show how many steps were done and the loss, a dash if there is none yet."""
        self._step_label.setText(f"{step_name} {count_text(step)}")
        self._loss_label.setText(f"{loss_name} {number_text(loss, 3)}")
        # Room for what is coming, so that the row does not jiggle while figures change.
        for label in (self._step_label, self._loss_label):
            width = label.sizeHint().width()
            more = width - label.minimumWidth()
            if more > 0:
                label.setMinimumWidth(width)
                self._needs = [need + more for need in self._needs]
                self._arrange()

    def set_seed(self, seed: int) -> None:
        """Show the seed."""
        text = f"seed {seed}"
        if text != self._seed_label.text():
            before = self._seed_label.sizeHint().width()
            self._seed_label.setText(text)
            # All figures are of one width: most seeds take as much room as the one before.
            if self._seed_label.sizeHint().width() != before:
                self._measure()

    def offer_last_run(self, summary: str) -> None:
        """Offer the run back that was there before; `summary` says what it had come to.

        An empty text says that there is none.
        """
        self.last_run_button.setToolTip(f"Bring back the last run: {summary}.")
        self.last_run_button.setAccessibleDescription(self.last_run_button.toolTip())
        if self.last_run_button.isHidden() == bool(summary):
            self.last_run_button.setVisible(bool(summary))
            self._measure()

    def set_status(self, text: str, kind: str = "info") -> None:
        """Say what is going on; `kind` is "info", "good" or "problem"."""
        set_role(self._status, _ROLES[kind])
        self._status.setText(text)

    def speed(self) -> float | None:
        """Return the chosen speed in steps a second, None for as fast as it goes."""
        return _SPEEDS[self._slider.value()]

    def set_speed(self, speed: float | None) -> None:
        """Choose the notch nearest to `speed`, without a signal."""
        with QSignalBlocker(self._slider):
            if speed is None:
                self._slider.setValue(len(_SPEEDS) - 1)
            else:
                notches = range(len(_SPEEDS) - 1)
                self._slider.setValue(min(notches, key=lambda i: abs((_SPEEDS[i] or 0.0) - speed)))
        self._show_speed()

    def _measure(self) -> None:
        """Find out how wide each level is, and take the first that there is room for."""
        needs = []
        # What comes into sight has the layouts around it arranged, which resize the bar.
        self._is_measuring = True
        self._rows.setEnabled(False)
        for level in range(_LEVELS):
            self._apply(level)
            self._row.invalidate()
            self._rows.invalidate()
            needs.append(self._rows.minimumSize().width())
        self._rows.setEnabled(True)
        self._is_measuring = False
        # As a whole: layouts ask for the least size meanwhile.
        self._needs = needs
        self._arrange()

    def _arrange(self) -> None:
        """Show as many words as there is room for."""
        fitting = (level for level in range(_LEVELS) if self._needs[level] <= self.width())
        level = next(fitting, _LEVELS - 1)
        if level != self._level:
            self._apply(level)

    def _apply(self, level: int) -> None:
        """Show what there is on a level.

        First the title of the speed goes, then words on buttons, then the seed. Then the status
        goes into a second row, the word on the first button goes, step and loss follow into the
        second row, and at last the speed goes.
        """
        self._level = level
        self._speed_title.setVisible(level == 0)
        self._speed_text.setVisible(level < 2)
        buttons = (self.step_button, self.reset_button, self.new_start_button, self.last_run_button)
        for button in buttons:
            button.setText(button.accessibleName() if level < 2 else "")
        self._seed_label.setVisible(self._seed_visible and level < 3)
        figures = (self._step_label, self._loss_label)
        below: tuple[QWidget, ...] = ()
        if level >= 4:
            below = (self._status, *figures) if level >= 6 else (self._status,)
        self._put_below(below)
        self._write_run()
        self._slider.setVisible(level < 7)

    def _put_below(self, below: tuple[QWidget, ...]) -> None:
        """Put these into the second row, and the rest of what is told into the first."""
        told = [self._status, self._step_label, self._loss_label, self._seed_label]
        for place, widget in enumerate(told[:-1]):
            row = self._second_row if widget in below else self._row
            if row.indexOf(widget) < 0:
                # Before what comes after it, if that is in this row.
                after = [row.indexOf(other) for other in told[place + 1 :]]
                at = min((index for index in after if index >= 0), default=row.count())
                row.insertWidget(at, widget, 1 if widget is self._status else 0)
        self._status.set_lines(1 if self._status in below else 2)
        letters = _FEWEST if self._step_label not in below else _FEWEST // 3
        self._status.setMinimumWidth(self._status.fontMetrics().averageCharWidth() * letters)

    def _write_run(self) -> None:
        name = "Pause" if self._running else "Run"
        has_word = self._level < 5
        self.run_button.setText(name if has_word else "")
        # With room for either word, so that the row does not jiggle.
        self.run_button.setMinimumWidth(current_theme().px(_RUN_WIDTH) if has_word else 0)
        self.run_button.setAccessibleName(name)
        self.run_button.set_icon("pause" if self._running else "run")

    @Slot()
    def _on_slider(self) -> None:
        self._show_speed()
        self.speed_changed.emit(self.speed())

    def _show_speed(self) -> None:
        text = _speed_text(self.speed())
        self._speed_text.setText(text)
        self._slider.setAccessibleDescription(text)

    @Slot()
    def _restyle(self) -> None:
        theme = current_theme()
        widest = max(self.fontMetrics().horizontalAdvance(_speed_text(s)) for s in _SPEEDS)
        self._speed_text.setFixedWidth(widest + 4)
        self._slider.setMinimumWidth(64)
        self._slider.setMaximumWidth(theme.px(160))
        self._status.ensurePolished()
        for label in (self._step_label, self._loss_label):
            label.setMinimumWidth(label.sizeHint().width())
        self._measure()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the room of the bar with icons alone on its buttons."""
        return QSize(self._needs[-1], super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Give words up, or take them back."""
        super().resizeEvent(event)
        if not self._is_measuring:
            self._arrange()


def _speed_text(speed: float | None) -> str:
    if speed is None:
        return "as fast as it goes"
    return f"{fixed_text(speed, 0)} step{'' if speed == 1 else 's'} a second"
