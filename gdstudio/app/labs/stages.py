"""Shows the parts of an update one after the other, so that no turn of the window takes long."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Slot

# All parts are through before the next frame.
STAGE_MILLISECONDS = 9


class Stages(QObject):
    """A row of parts to draw; of a part that waits only the newest version is drawn."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._parts: list[Callable[[], None]] = []
        self._waiting: list[int] = []
        self._timer = QTimer(self)
        self._timer.setInterval(STAGE_MILLISECONDS)
        self._timer.timeout.connect(self._show_next)

    def show_in_turn(self, parts: Sequence[Callable[[], None]]) -> None:
        """Draw one part now and the others soon; those that waited already come first."""
        self._parts = list(parts)
        self._waiting += [i for i in range(len(parts)) if i not in self._waiting]
        self._show_next()
        self._timer.start()

    def show_now(self, parts: Sequence[Callable[[], None]]) -> None:
        """Draw all parts at once; what waited is out of date."""
        self.stop()
        for part in parts:
            part()

    def stop(self) -> None:
        """Draw nothing any more."""
        self._waiting = []
        self._timer.stop()

    @Slot()
    def _show_next(self) -> None:
        if self._waiting:
            self._parts[self._waiting.pop(0)]()
        if not self._waiting:
            self._timer.stop()
