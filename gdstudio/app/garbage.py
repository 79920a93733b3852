"""Garbage is collected in the window's thread, between two events, and nowhere else.

WORKAROUND: Python looks for cycles of objects that nobody needs whenever some thread has made
enough others. A widget in such a cycle is then taken apart just there: in a thread that is not the
window's, or while Qt holds a lock that the widget's end needs, too, as within `disconnect`; the app
crashes, or waits for ever (seen with PySide 6.11 in `QObject::disconnect`).
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, QTimer

_LOOK_MILLISECONDS = 500


class GarbageCollector(QObject):
    """Collects what is due by Python's thresholds, in the thread of its owner."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        timer = QTimer(self)
        timer.timeout.connect(collect_due)
        timer.start(_LOOK_MILLISECONDS)


@contextmanager
def not_collected() -> Iterator[None]:
    """Collect nothing within a piece of work that does not take long."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def collect_due() -> None:
    """Collect the oldest generation that is due, as Python itself would choose it."""
    counts, thresholds = gc.get_count(), gc.get_threshold()
    for generation in (2, 1, 0):
        if counts[generation] > thresholds[generation]:
            gc.collect(generation)
            return
