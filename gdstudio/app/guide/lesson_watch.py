"""Notices when the file of the lesson in view is edited, so that its author sees it anew."""

import os
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal, Slot

# An editor that saves writes more than once.
_SETTLE_MILLISECONDS = 200


class LessonWatch(QObject):
    """Watches one file, and its folder: editors put another file in its place.

    Signals:
        edited(): the file is another than it was, and is written completely.
    """

    edited = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self._stamp: tuple[int, int] | None = None
        self._watcher = QFileSystemWatcher(self)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MILLISECONDS)
        self._settle.timeout.connect(self._look)
        self._watcher.fileChanged.connect(self._settle.start)
        self._watcher.directoryChanged.connect(self._settle.start)

    def watch(self, path: Path) -> None:
        """Watch the file at `path`, as it is now, and no other."""
        watched = [*self._watcher.files(), *self._watcher.directories()]
        if watched:
            self._watcher.removePaths(watched)
        self._path = Path(os.path.abspath(path))
        self._stamp = _stamp(self._path)
        self._watcher.addPaths([str(self._path), str(self._path.parent)])

    def stop(self) -> None:
        """Notice nothing any more."""
        self._settle.stop()
        self._path = None

    @Slot()
    def _look(self) -> None:
        if self._path is None:
            return
        stamp = _stamp(self._path)
        if stamp is not None and stamp != self._stamp:
            self.watch(self._path)
            self.edited.emit()


def _stamp(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from what it was before; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
