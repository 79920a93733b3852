"""A recording is made and saved beside the window: how far it is, and what became of it."""

import threading
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gdstudio.app.labs.recording.film import LabKind
from gdstudio.app.running.background import Background, Job
from gdstudio.app.widgets.export import write_whole
from gdstudio.recording.moving_picture import format_of
from gdstudio.recording.plan import Recording, RecordingPlan
from gdstudio.storage.atomic_file import check_place

_LOOK_MILLISECONDS = 100


class RecordingWork(QObject):
    """Makes one recording at a time.

    Signals:
        came(int, int): how many of how many pictures are made.
        saved(Path, Recording): it is in its file.
        failed(str): why there is none.
    """

    came = Signal(int, int)
    saved = Signal(object, object)
    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._job: Job | None = None
        self._stop = threading.Event()
        self._slot: tuple[int, int] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MILLISECONDS)
        self._timer.timeout.connect(self._look)

    @property
    def is_busy(self) -> bool:
        """Whether a recording is being made."""
        return self._job is not None

    def start(self, kind: LabKind, plan: RecordingPlan, path: Path) -> None:
        """Make a recording, and save it; the ending of `path` says as what.

        Raises:
            BadInput: if that ending is none of ours.
        """
        format_ = format_of(path)
        self._stop = stop = threading.Event()
        closing = self._background.closing

        def tell(done: int, planned: int) -> None:
            self._slot = (done, planned)

        def job() -> Recording:
            # Qt and all of a lab are imported there; what starts it, when it is first needed.
            from gdstudio.app.labs.recording.film_process import record_beside

            check_place(path)  # before the work, not after it
            made = record_beside(
                kind, plan, format_, tell, lambda: stop.is_set() or closing.is_set()
            )
            write_whole(path, made.content)
            return made

        self._job = self._background.submit(job, lambda made: self._on_made(path, made), self._fail)
        self._timer.start()

    @Slot()
    def cancel(self) -> None:
        """Make it no longer."""
        self._stop.set()
        if self._job is not None:
            self._background.drop(self._job)
            self._end()

    def give_up(self) -> None:
        """Tell what runs to end soon; nobody waits for it here."""
        self._stop.set()
        self._timer.stop()
        self._background.stop()

    def close(self) -> None:
        """Stop what runs in the background."""
        self.give_up()
        self._background.close()

    @Slot()
    def _look(self) -> None:
        told, self._slot = self._slot, None
        if told is not None:
            self.came.emit(*told)

    def _on_made(self, path: Path, made: Recording) -> None:
        self._look()
        self._end()
        self.saved.emit(path, made)

    def _fail(self, sentence: str) -> None:
        self._end()
        self.failed.emit(sentence)

    def _end(self) -> None:
        self._job = None
        self._timer.stop()
