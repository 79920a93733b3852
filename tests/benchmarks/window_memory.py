"""Whether memory stays flat while a network trains in the window for long: run by hand, on Linux.

    python tests/benchmarks/window_memory.py [--minutes 15]

The window trains the story's network without end and is used all the while: a digit is drawn and
cleared, test images are shown, the mouse hovers over the plots, pages inside the network and labs
are changed. Every minute the resident memory of the window and of its training process is printed.
"""

import argparse
import sys
import time

from PySide6.QtWidgets import QApplication
from window import endless
from window_session import child, draw, hover, process_events, resident, training


def main() -> int:
    """Train, use the window, and print the memory every minute."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=15.0)
    options = parser.parse_args()
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    with training(endless("story")) as (window, lab):
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
            hover(lab.progress.loss_plot.viewport())
            for key in ("network", "gradient", "mistakes", "training"):
                lab.inside.tabs.strip.choose(key)
                process_events(1.0)
            for key in window.labs:
                window.show_lab(key)
                process_events(1.0)
            window.show_lab("digits")
    return 0


if __name__ == "__main__":
    sys.exit(main())
