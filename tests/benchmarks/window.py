"""How the window behaves while a network trains: run by hand, on a display or offscreen.

    python tests/benchmarks/window.py [--seconds 30] [--worker process|thread] [--json]

For each batch size it trains in the real window and reports
- the lateness of a precise 16 ms timer in the window's thread (p50, p95, p99, maximum),
- the frames that the loss and accuracy plots really painted per second,
- the share of the headless training speed that is kept, headless and windowed runs alternating,
- the time from a pen move on the canvas to the new prediction.
"""

import argparse
import json
import platform
import statistics
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from gdstudio.app import main_window
from gdstudio.app.application import create_main_window, settle_memory
from gdstudio.app.labs.digits import DigitsLab
from gdstudio.app.run_loop import State
from gdstudio.engine.training import TrainingSettings
from gdstudio.experiment.digits import DigitsSettings

TIMER_MILLISECONDS = 16
ENDLESS = 10_000


def headless_rate(batch_size: int, seconds: float) -> float:
    """Return training images per second of wall time, in a process of its own."""
    code = (
        "import sys, time\n"
        "from tests.benchmarks.window import settings_for\n"
        "from gdstudio.experiment.digits import DigitsExperiment\n"
        f"experiment = DigitsExperiment(settings_for({batch_size}))\n"
        "experiment.advance(seconds=1.0)\n"
        f"begun, steps = time.perf_counter(), experiment.advance(seconds={seconds})\n"
        f"print(steps * {batch_size} / (time.perf_counter() - begun))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


def settings_for(batch_size: int) -> DigitsSettings:
    """Return the story's network with another batch size, trained for ever."""
    return replace(
        DigitsSettings(), training=TrainingSettings(batch_size=batch_size, epochs=ENDLESS)
    )


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

    def stop(self) -> None:
        self._timer.stop()


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


def measure(batch_size: int, seconds: float, *, in_process: bool) -> dict[str, float]:
    """Return the figures of one windowed run."""
    main_window.LABS = tuple(
        (lambda: DigitsLab(in_process=in_process)) if kind is DigitsLab else kind
        for kind in main_window.LABS
    )
    for made in main_window.LABS:
        if not isinstance(made, type):
            made.key, made.tab_text, made.summary = "digits", "Digits", ""
    window = create_main_window()
    window.resize(1280, 800)
    window.show()
    settle_memory()
    window.show_lab("digits")
    lab = window.labs["digits"]
    lab.panel.set_settings(settings_for(batch_size))
    lab.reset()
    lab.runner.run()
    for _ in range(200):
        if lab.runner.latest is not None and lab.runner.latest.state is State.RUNNING:
            break
        process_events(0.05)
    else:
        raise SystemExit("The training did not start within ten seconds.")
    process_events(1.0)
    plots = (lab.progress.loss_plot.viewport(), lab.progress.accuracy_plot.viewport())
    painted = PaintCounter(*plots)
    lateness = Lateness()
    seen: set[int] = set()
    lab.runner.updated.connect(lambda update: seen.add(update.snapshot.iteration))
    first, begun = lab.runner.latest.snapshot.iteration, time.perf_counter()
    process_events(seconds)
    steps = lab.runner.latest.snapshot.iteration - first
    wall = time.perf_counter() - begun
    lateness.stop()
    pen = draw(lab.reading.canvas, 150)
    window.close()
    late = np.array(lateness.late)
    return {
        "late_p50": float(np.percentile(late, 50)),
        "late_p95": float(np.percentile(late, 95)),
        "late_p99": float(np.percentile(late, 99)),
        "late_max": float(late.max()),
        "loss_frames": painted.counts[plots[0]] / wall,
        "accuracy_frames": painted.counts[plots[1]] / wall,
        "distinct_updates": len(seen) / wall,
        "images_per_second": steps * batch_size / wall,
        "pen_p50": float(np.percentile(pen, 50)),
        "pen_max": max(pen),
    }


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--worker", choices=("process", "thread"), default="process")
    parser.add_argument("--batch-sizes", type=int, nargs="+", default=[10, 32])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    results = []
    for batch_size in options.batch_sizes:
        before = headless_rate(batch_size, options.seconds / 3)
        found = measure(batch_size, options.seconds, in_process=options.worker == "process")
        headless = statistics.mean([before, headless_rate(batch_size, options.seconds / 3)])
        found |= {
            "batch_size": batch_size,
            "headless": headless,
            "speed_kept": found["images_per_second"] / headless,
        }
        results.append(found)
        if not options.json:
            print(
                f"batch {batch_size}, {options.worker}: timer late p50 {found['late_p50']:.2f}, "
                f"p95 {found['late_p95']:.2f}, p99 {found['late_p99']:.2f}, "
                f"max {found['late_max']:.1f} ms; painted {found['loss_frames']:.1f} loss and "
                f"{found['accuracy_frames']:.1f} accuracy frames/s from "
                f"{found['distinct_updates']:.1f} updates/s; "
                f"{found['images_per_second']:,.0f} of {headless:,.0f} images/s headless = "
                f"{found['speed_kept']:.0%} kept; pen to prediction p50 {found['pen_p50']:.1f}, "
                f"max {found['pen_max']:.1f} ms"
            )
    if options.json:
        print(json.dumps({"python": platform.python_version(), "results": results}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
