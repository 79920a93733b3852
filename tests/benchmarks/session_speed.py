"""How long a session takes until it is seen again: run by hand, offscreen or on a display.

    python tests/benchmarks/session_speed.py [--network "300, 100"] [--steps 2000]

It trains a network, saves the session, and opens it in a window that is there already, as often as
asked: the time until the first picture of the lab with the curve of the run, and until the network
itself is there and can go on.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtWidgets import QApplication
from window_session import awaited, process_events

from gdstudio.app.application import create_main_window
from gdstudio.experiment.scenario import Scenario


def opened(path: Path) -> tuple[float, float]:
    """Return the seconds until the curve is seen, and until the run is there, in a new window."""
    window = create_main_window()
    window.resize(1280, 800)
    window.show()
    process_events(1.0)
    lab = window.labs["digits"]
    begun = time.perf_counter()
    window.sessions.open(path)
    plot = lab.progress.loss_plot
    while not (plot.isVisible() and plot.kept_lines()):
        QApplication.processEvents()
    window.grab()
    seen = time.perf_counter() - begun
    awaited(
        lambda: (
            (latest := lab.runner.latest) is not None
            and latest.snapshot is not None
            and latest.snapshot.iteration > 0
        ),
        "The run of the session did not come",
    )
    there = time.perf_counter() - begun
    window.close()
    return seen, there


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--network", default="300,100")
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kept.gdstudio"
        window = create_main_window()
        window.resize(1280, 800)
        window.show()
        window.show_lab("digits")
        lab = window.labs["digits"]
        process_events(3.0)
        lab.apply(Scenario.parse(f"digits?network={options.network.replace(' ', '')}"))
        lab.runner.step(options.steps)
        awaited(lambda: lab.has_made(options.steps), "The training did not come that far")
        window.sessions.save(path)
        awaited(path.exists, "The session was not saved")
        process_events(1.0)
        window.close()
        size = path.stat().st_size / 2**20
        times = [opened(path) for _ in range(options.times)]
    seen, there = (statistics.median(one) for one in zip(*times, strict=True))
    print(
        f"{options.network} after {options.steps:,} steps, {size:.1f} MiB: the curve is seen after "
        f"{seen:.2f} s, the run can go on after {there:.2f} s (medians of {options.times})."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
