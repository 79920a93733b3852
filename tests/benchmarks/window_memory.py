"""Whether memory stays flat while a network trains in the window for long: run by hand, on Linux.

    python tests/benchmarks/window_memory.py [--minutes 15]

The window trains the story's network without end and is used all the while: a digit is drawn and
cleared, test images are shown, the mouse hovers over the plots, the labs are changed. Every minute
the resident memory of the window and of its training process is printed.
"""

import argparse
import os
import sys
import time
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from window import draw, process_events, settings_for

from gdstudio.app.application import create_main_window, settle_memory

BATCH_SIZE = 10


def resident(process: int | str) -> float:
    """Return the resident memory of a process, in MiB."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def child() -> int:
    """Return the process that trains, the child with the most memory."""
    pid = os.getpid()
    children = Path(f"/proc/{pid}/task").glob("*/children")
    found = [int(number) for file in children for number in file.read_text().split()]
    return max(found, key=resident)


def main() -> int:
    """Train, use the window, and print the memory every minute."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=15.0)
    options = parser.parse_args()
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    window = create_main_window()
    window.resize(1280, 800)
    window.show()
    settle_memory()
    window.show_lab("digits")
    lab = window.labs["digits"]
    lab.panel.set_settings(settings_for(BATCH_SIZE))
    lab.reset()
    lab.runner.run()
    process_events(5)
    begun = time.monotonic()
    noted = -1
    while (elapsed := time.monotonic() - begun) < options.minutes * 60:
        minute = int(elapsed // 60)
        if minute != noted:
            noted = minute
            steps = lab.runner.latest.snapshot.iteration
            print(
                f"minute {minute:3d}: window {resident('self'):.1f} MiB, training "
                f"{resident(child()):.1f} MiB, step {steps:,}",
                flush=True,
            )
        draw(lab.reading.canvas, 30)
        lab.reading.clear()
        lab.show_one()
        plot = lab.progress.loss_plot.viewport()
        for x in range(40, plot.width(), 60):
            QTest.mouseMove(plot, QPoint(x, plot.height() // 2))
            process_events(0.05)
        window.show_lab("houses")
        process_events(1.0)
        window.show_lab("digits")
        process_events(1.0)
    window.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
