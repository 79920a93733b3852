"""Garbage is collected in the window's thread only.

WORKAROUND: Python collects cycles in whichever thread happens to make the next object. Where such
a cycle holds a widget or an item of a plot, Qt's part of it is then destroyed in that thread,
while the window may be painting, and the program crashes (see pyqtgraph's
`util/garbage_collector.py`). So automatic collection is off, and the window collects when it has
time.
"""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

_MILLISECONDS = 200
# One round in this number looks at what has lived through a round, or through two.
_SECOND, _THIRD = 10, 100


class GarbageCollector(QObject):
    """Collects what Python would collect, some times a second, in the thread it lives in."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_MILLISECONDS)
        self._timer.timeout.connect(self._collect)
        self._round = 0
        gc.disable()
        self._timer.start()

    @Slot()
    def _collect(self) -> None:
        """Collect if as much is new as Python would wait for."""
        if gc.get_count()[0] > gc.get_threshold()[0]:
            self._round += 1
            is_third, is_second = self._round % _THIRD == 0, self._round % _SECOND == 0
            gc.collect(2 if is_third else 1 if is_second else 0)
        self._timer.start()


def collect_here(application: QObject) -> None:
    """Collect garbage in the thread of `application` from now on, as long as it lives."""
    if application.findChild(GarbageCollector) is None:
        GarbageCollector(application)
