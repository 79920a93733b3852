"""A wave that runs through the layers of a picture: how many it has reached, frame by frame."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot

_FRAME_MILLISECONDS = 33
_LAYER_MILLISECONDS, _LONGEST_MILLISECONDS = 380, 1700
# It stays for a moment at the last layer.
_REST = 0.5


class Wave(QObject):
    """Runs once from 0 to the number of layers.

    Attributes:
        phase: how many layers it has reached, None while there is no wave.

    Signals:
        moved(): the phase is another.
    """

    moved = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.phase: float | None = None
        self._layers = 1
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME_MILLISECONDS)
        self._timer.timeout.connect(self._advance)

    def start(self, layers: int) -> None:
        """Run through `layers`; a wave that is on its way goes on."""
        if self.phase is None:
            self._layers = max(layers, 1)
            self.phase = 0.0
            self._timer.start()
            self.moved.emit()

    def stop(self) -> None:
        """Be gone."""
        self._timer.stop()
        if self.phase is not None:
            self.phase = None
            self.moved.emit()

    @Slot()
    def _advance(self) -> None:
        assert self.phase is not None
        duration = min(_LAYER_MILLISECONDS * self._layers, _LONGEST_MILLISECONDS)
        self.phase += self._layers * _FRAME_MILLISECONDS / duration
        if self.phase > self._layers + _REST:
            self.stop()
        else:
            self.moved.emit()
