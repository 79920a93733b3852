"""Work that is too slow for the window's thread: files to read, files to write."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, QTimer

from gdstudio.errors import BadInput

log = logging.getLogger(__name__)

_LOOK_MILLISECONDS = 15


class Background(QObject):
    """One thread for slow jobs; the results come back in the window's thread.

    A timer looks for finished jobs while there are any, so no signal crosses threads.

    Attributes:
        closing: set when the window closes; a long job looks at it and gives up.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.closing = threading.Event()
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="gdstudio-files")
        self._optional: set[Future[Any]] = set()
        self._jobs: list[tuple[Future[Any], Callable[[Any], None], Callable[[str], None]]] = []
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MILLISECONDS)
        self._timer.timeout.connect(self._look)

    @property
    def is_busy(self) -> bool:
        """Whether any job is still to be reported."""
        return bool(self._jobs)

    def submit(
        self,
        job: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[str], None],
        *,
        must_finish: bool = False,
    ) -> None:
        """Do `job` elsewhere; then call `done` with its result, or `failed` with a sentence.

        A job that must finish, such as saving what the user made, is done even while closing.
        """
        future = self._executor.submit(job)
        self._jobs.append((future, done, failed))
        if not must_finish:
            self._optional.add(future)
        self._timer.start()

    def close(self) -> None:
        """Drop what has not begun and need not be, and wait for the rest."""
        self.closing.set()
        self._timer.stop()
        self._jobs.clear()
        for future in self._optional:
            future.cancel()
        self._executor.shutdown(wait=True)

    def _look(self) -> None:
        finished = [job for job in self._jobs if job[0].done()]
        self._jobs = [job for job in self._jobs if job not in finished]
        self._optional -= {future for future, _, _ in finished}
        if not self._jobs:
            self._timer.stop()
        for future, done, failed in finished:
            error = future.exception()
            if error is None:
                done(future.result())
            elif isinstance(error, BadInput):
                failed(str(error))
            else:
                log.error("A job in the background failed", exc_info=error)
                failed(
                    f"That did not work because of a fault in the app ({type(error).__name__}); "
                    "the log file, named in About, tells more."
                )
