"""How the window behaves while a network trains: run by hand, on a display or offscreen.

    python tests/benchmarks/window.py [--seconds 30] [--presets story tweaks …] [--pages]
                                      [--worker process|thread] [--guide] [--kept N] [--session]
                                      [--points] [--json]

For each preset it trains in the real window and reports
- the lateness of a precise 16 ms timer in the window's thread (p50, p95, p99, maximum): while one
  watches, while one draws, while one hovers over the plots, and with --pages while one looks
  inside the network, page by page;
- the frames that the loss and accuracy plots really painted per second;
- the share of the headless training speed that is kept, headless and windowed runs alternating;
- the time from a pen move on the canvas to the new prediction.
With --kept N, N runs are kept, in sight behind the live one; with --session the session is
written by itself meanwhile: compare the speed with that of a run without.
With --guide the story is open beside the lab, at a step with a goal that each update is asked for.
With --points it does so for the Points lab in place of the presets: the lateness while one watches
each of its pages and while one moves over the plane, and the frames that the plane was painted.
At last it reports how long the window takes to appear, and the memory at its peak, beside a bare
window with one plot.
"""

import argparse
import json
import platform
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtWidgets import QApplication
from window_session import Lateness, PaintCounter, draw, hover, learning, process_events, training

from gdstudio.app.labs.digits.inside.tabs import PAGES
from gdstudio.experiment.presets import PRESETS, find_preset

ENDLESS = 10_000
# All but the one that stops by itself.
LASTING = [key for key in PRESETS if key != "rate-too-high"]
# A small network, and the largest one that the shipped points suit.
POINTS = ("points?dataset=circle", "points?dataset=spirals", "points?dataset=four&network=8,8,8,8")
HEADLESS = """
import sys, time
sys.path.insert(0, {folder!r})
from window import endless
from gdstudio.experiment.digits.experiment import DigitsExperiment
experiment = DigitsExperiment(endless({preset!r}))
experiment.advance(seconds=1.0)
begun, steps = time.perf_counter(), experiment.advance(seconds={seconds})
print(steps * {batch} / (time.perf_counter() - begun))
"""
BARE = """
import pyqtgraph
from PySide6.QtWidgets import QApplication
application = QApplication([])
window = pyqtgraph.PlotWidget()
window.show()
application.processEvents()
"""
WINDOW = """
from PySide6.QtWidgets import QApplication
from gdstudio.app.application import create_main_window
application = QApplication([])
window = create_main_window()
window.show()
application.processEvents()
"""
END = """
import os, sys
status = open("/proc/self/status").read()
print(int(status.split("VmHWM:")[1].split()[0]) / 1024, flush=True)
os._exit(0)
"""


def endless(preset: str):
    """Return the settings of a preset, trained for ever."""
    settings = find_preset(preset).settings()
    return replace(settings, training=replace(settings.training, epochs=ENDLESS))


def headless_rate(preset: str, seconds: float) -> float:
    """Return training images per second of wall time, in a process of its own."""
    batch = endless(preset).training.batch_size
    folder = str(Path(__file__).parent)
    code = HEADLESS.format(folder=folder, preset=preset, seconds=seconds, batch=batch)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


def timed(act, seconds: float) -> dict[str, float]:
    """Do `act` again and again for so long; return the timer's lateness meanwhile."""
    lateness, until = Lateness(), time.perf_counter() + seconds
    while time.perf_counter() < until:
        act()
    return lateness.stop()


def measure(
    preset: str, seconds: float, *, in_process: bool, pages: bool, **window: Any
) -> dict[str, object]:
    """Return the figures of one windowed run; `window` says what else is open and kept in it."""
    settings = endless(preset)
    with training(settings, in_process=in_process, **window) as (_, lab):
        plots = (lab.progress.loss_plot.viewport(), lab.progress.accuracy_plot.viewport())
        painted = PaintCounter(*plots)
        first, begun = lab.runner.latest.snapshot.iteration, time.perf_counter()
        watching = timed(lambda: process_events(0.5), seconds)
        steps = lab.runner.latest.snapshot.iteration - first
        wall = time.perf_counter() - begun
        frames = [painted.counts[plot] / wall for plot in plots]
        pen: list[float] = []
        drawing = timed(lambda: pen.extend(draw(lab.reading.canvas, 150)), seconds / 3)
        hovering = timed(lambda: hover(plots[0]), seconds / 3)
        found = {"watching": watching, "drawing": drawing, "hovering": hovering}
        for key, *_ in PAGES if pages else ():
            lab.inside.tabs.strip.choose(key)
            process_events(1.0)
            found[f"{key} page"] = timed(lambda: process_events(0.5), seconds / 3)
    return {
        "preset": preset,
        "late": found,
        "loss_frames": frames[0],
        "accuracy_frames": frames[1],
        "images_per_second": steps * settings.training.batch_size / wall,
        "pen_p50": float(np.percentile(pen, 50)),
        "pen_max": max(pen),
    }


def measure_points(code: str, seconds: float) -> dict[str, object]:
    """Return the figures of the Points lab, set up as a setup code says and run without an end."""
    found = {}
    with learning(f"{code}&steps=1000000") as lab:
        plane = lab.page.plane
        painted = PaintCounter(plane)
        first, begun = lab.runner.latest.snapshot.iteration, time.perf_counter()
        found["watching"] = timed(lambda: process_events(0.5), seconds)
        wall = time.perf_counter() - begun
        frames = painted.counts[plane] / wall
        steps = (lab.runner.latest.snapshot.iteration - first) / wall
        found["moving"] = timed(lambda: hover(plane), seconds / 3)
        for key in ("numbers", "landscape"):
            lab.pages.strip.choose(key)
            process_events(1.0)
            found[f"{key} page"] = timed(lambda: process_events(0.5), seconds / 3)
    return {"code": code, "late": found, "plane_frames": frames, "steps_per_second": steps}


def start(code: str, times: int = 5) -> tuple[float, float]:
    """Return the seconds (median) and the peak MiB of a fresh process with a window."""
    seconds, memory = [], 0.0
    for _ in range(times):
        begun = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", code + END], capture_output=True, text=True, check=True
        )
        seconds.append(time.perf_counter() - begun)
        memory = max(memory, float(done.stdout))
    return statistics.median(seconds), memory


def report(found: dict) -> None:
    """Print the figures of one preset."""
    print(
        f"{found['preset']}: {found['images_per_second']:,.0f} of {found['headless']:,.0f} images/s"
        f" headless = {found['speed_kept']:.0%} kept; painted {found['loss_frames']:.1f} loss and "
        f"{found['accuracy_frames']:.1f} accuracy frames/s; pen to prediction p50 "
        f"{found['pen_p50']:.1f}, max {found['pen_max']:.1f} ms"
    )
    report_late(found["late"])


def report_points(found: dict) -> None:
    """Print the figures of one setup code of the Points lab."""
    print(
        f"{found['code']}: {found['steps_per_second']:,.0f} steps/s; painted "
        f"{found['plane_frames']:.1f} planes/s"
    )
    report_late(found["late"])


def report_late(found: dict) -> None:
    """Print how late the timer was."""
    for name, late in found.items():
        print(
            f"    {name:15} timer late p50 {late['late_p50']:5.2f}, p95 {late['late_p95']:5.2f}, "
            f"p99 {late['late_p99']:5.2f}, max {late['late_max']:5.1f} ms",
            flush=True,
        )


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--worker", choices=("process", "thread"), default="process")
    parser.add_argument("--presets", choices=LASTING, nargs="+", default=LASTING)
    parser.add_argument("--pages", action="store_true", help="look inside the network, too")
    parser.add_argument("--guide", action="store_true", help="with the story open beside the lab")
    parser.add_argument(
        "--kept", type=int, default=0, help="with this number of kept runs in sight"
    )
    parser.add_argument("--session", action="store_true", help="write the session by itself")
    parser.add_argument("--points", action="store_true", help="the Points lab, not the presets")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    results = []
    for code in POINTS if options.points else ():
        results.append(measure_points(code, options.seconds))
        if not options.json:
            report_points(results[-1])
    for preset in () if options.points else options.presets:
        before = headless_rate(preset, options.seconds / 3)
        found = measure(
            preset,
            options.seconds,
            in_process=options.worker == "process",
            pages=options.pages,
            guide=options.guide,
            kept=options.kept,
            session=options.session,
        )
        headless = statistics.mean([before, headless_rate(preset, options.seconds / 3)])
        found["headless"] = headless
        found["speed_kept"] = found["images_per_second"] / headless
        results.append(found)
        if not options.json:
            report(found)
    (bare, bare_memory), (own, own_memory) = start(BARE), start(WINDOW)
    peak = int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
    if options.json:
        print(
            json.dumps(
                {
                    "python": platform.python_version(),
                    "results": results,
                    "start_seconds": own,
                    "bare_start_seconds": bare,
                    "start_mebibytes": own_memory,
                    "bare_start_mebibytes": bare_memory,
                    "peak_mebibytes": peak,
                }
            )
        )
    else:
        print(
            f"The window appears after {own:.2f} s with {own_memory:.0f} MiB; a bare one with one "
            f"plot after {bare:.2f} s with {bare_memory:.0f} MiB. All of the above took "
            f"{peak:.0f} MiB at the peak, beside the process that trains."
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
