"""A window under measurement: it is opened, trained in, drawn on and hovered over, and timed."""

import os
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from gdstudio.app import main_window
from gdstudio.app.application import create_main_window, settle_memory
from gdstudio.app.labs.digits.lab import DigitsLab
from gdstudio.experiment.run_update import State
from gdstudio.experiment.scenario import Scenario

TIMER_MILLISECONDS = 16
LEARNING = "07-learning"


class PaintCounter(QObject):
    """Counts what widgets really paint."""

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__()
        self.counts = dict.fromkeys(widgets, 0)
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint:
            self.counts[watched] += 1
        return False


class Lateness:
    """Notes by how many milliseconds a precise timer is late."""

    def __init__(self) -> None:
        self.late: list[float] = []
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._last = time.perf_counter()
        self._timer.start(TIMER_MILLISECONDS)

    def _tick(self) -> None:
        now = time.perf_counter()
        self.late.append(max((now - self._last) * 1000 - TIMER_MILLISECONDS, 0.0))
        self._last = now

    def stop(self) -> dict[str, float]:
        """Stop, and return the percentiles."""
        self._timer.stop()
        late = np.array(self.late)
        return {
            "late_p50": float(np.percentile(late, 50)),
            "late_p95": float(np.percentile(late, 95)),
            "late_p99": float(np.percentile(late, 99)),
            "late_max": float(late.max()),
        }


def process_events(seconds: float) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()


def draw(canvas: QWidget, moves: int) -> list[float]:
    """Draw a stroke with mouse events; return the milliseconds from each move to its answer."""
    times = []

    def send(kind: QEvent.Type, point: QPointF, buttons: Qt.MouseButton) -> None:
        event = QMouseEvent(
            kind,
            point,
            canvas.mapToGlobal(point),
            Qt.MouseButton.LeftButton,
            buttons,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(canvas, event)

    centre = QPointF(QPoint(canvas.width() // 2, canvas.height() // 2))
    send(QEvent.Type.MouseButtonPress, centre, Qt.MouseButton.LeftButton)
    for step in range(moves):
        angle = step * 0.12
        point = centre + QPointF(80 * np.sin(angle), 60 * np.sin(2 * angle))
        begun = time.perf_counter()
        send(QEvent.Type.MouseMove, point, Qt.MouseButton.LeftButton)
        times.append((time.perf_counter() - begun) * 1000)
        process_events(0.01)
    send(QEvent.Type.MouseButtonRelease, centre, Qt.MouseButton.NoButton)
    return times


def hover(plot: QWidget) -> None:
    """Move the mouse over a plot, as one does who reads values."""
    for x in range(40, plot.width(), 12):
        QTest.mouseMove(plot, QPoint(x, plot.height() // 2))
        process_events(0.02)


def resident(process: int | str) -> float:
    """Return the resident memory of a process, in MiB (on Linux)."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def child() -> int:
    """Return the process that trains, the child with the most memory."""
    children = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    found = [int(number) for file in children for number in file.read_text().split()]
    return max(found, key=resident)


@contextmanager
def training(settings, *, in_process=True, guide=False, kept=0, session=False):
    """Open the window, train with `settings` in its Digits lab, and yield window and lab.

    With `guide` the story is open beside it, at the step that runs the training; `kept` runs of
    some hundred steps lie behind the live one; with `session` the session is written by itself.
    """
    kinds = main_window.LABS
    if not in_process:

        class ThreadedDigits(DigitsLab):
            def __init__(self):
                super().__init__(in_process=False)

        main_window.LABS = tuple(ThreadedDigits if k is DigitsLab else k for k in kinds)
    try:
        window = create_main_window()
    finally:
        main_window.LABS = kinds
    try:
        lab = _shown(window, "digits")
        if guide:
            _lead(window.guide)
        with tempfile.TemporaryDirectory() as folder:
            if session:
                window.keep_session_in(Path(folder))
            lab.panel.set_settings(settings)
            lab.reset()
            for number in range(kept):
                _keep(lab, number)
            _run(lab)
            yield window, lab
            window.close()
    finally:
        window.close()


@contextmanager
def learning(code):
    """Open the window, set the Points lab up as a setup code says, run, and yield the lab."""
    window = create_main_window()
    try:
        lab = _shown(window, "points")
        process_events(3.0)  # until its process is there
        lab.apply(Scenario.parse(code))
        _run(lab)
        yield lab
    finally:
        window.close()


def _shown(window, key):
    window.resize(1280, 800)
    window.show()
    settle_memory()
    window.show_lab(key)
    return window.labs[key]


def _lead(guide):
    """Open the story where the network is trained, with a goal that is looked at in each update."""
    guide.open()
    awaited(lambda: guide.guide is not None and guide.guide.has_begun, "The guide did not open")
    guide.lessons.choose(LEARNING)
    while not (guide.guide.has_begun and guide.guide.awaits_goal):
        process_events(0.2)
        if guide.guide.has_begun and not guide.guide.awaits_goal:
            guide.next()


def awaited(reached, problem):
    """Let the window live until `reached` says so; within half a minute."""
    for _ in range(600):
        if reached():
            return
        process_events(0.05)
    raise SystemExit(f"{problem} within half a minute.")


def _keep(lab, number):
    """Let a run make some hundred steps, keep it, and begin another."""
    lab.runner.step(300)
    awaited(lambda: lab.has_made(300), "The run to be kept did not come that far")
    lab.kept_runs.keep()
    awaited(lambda: len(lab.kept_runs.runs) > number, "The run was not kept")
    lab.new_start()
    awaited(lambda: lab.runner.is_up_to_date and not lab.has_made(1), "There is no new start")


def _run(lab):
    """Run, and wait until it runs."""
    lab.run_on()

    def is_running():
        latest = lab.runner.latest
        return latest is not None and latest.state is State.RUNNING and latest.snapshot.iteration

    awaited(is_running, "The training did not start")
    process_events(1.0)
