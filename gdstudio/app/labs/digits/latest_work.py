"""Only the newest matters: work in the background of which older requests are forgotten."""

import threading
from collections.abc import Callable
from typing import Any

from gdstudio.app.running.background import Background
from gdstudio.engine.jobs import Work, finish

Request = tuple[Callable[[], Work[Any]], Callable[[Any], None]]


class LatestWork:
    """Does one work at a time; of those that are asked for meanwhile, only the last is done next.

    So what is asked for more often than it can be done is done as often as it can.

    Attributes:
        share: how much is done of what is under way, 0 to 1.
    """

    def __init__(self, background: Background, failed: Callable[[str], None]) -> None:
        """Work in the thread of `background`; `failed` gets a sentence where that was in vain."""
        self._background = background
        self._failed = failed
        self.share = 0.0
        self._stop: threading.Event | None = None
        self._next: Request | None = None

    @property
    def is_busy(self) -> bool:
        """Whether something is being done."""
        return self._stop is not None

    def ask(self, make: Callable[[], Work[Any]], done: Callable[[Any], None]) -> None:
        """Do the work that `make` returns, then call `done` with its result in this thread."""
        self._next = (make, done)
        if self._stop is None:
            self._begin()

    def drop(self) -> None:
        """Stop what is being done and forget what was asked for: nobody wants it any more."""
        self._next = None
        if self._stop is not None:
            self._stop.set()
            self._stop = None

    def _begin(self) -> None:
        if self._next is None:
            return
        (make, done), self._next = self._next, None
        stop = self._stop = threading.Event()
        closing = self._background.closing
        self.share = 0.0

        def note(share: float) -> None:
            if self._stop is stop:
                self.share = share

        def work() -> Any:
            return finish(make(), stopped=lambda: stop.is_set() or closing.is_set(), progress=note)

        def end(report: Callable[[Any], None], result: Any) -> None:
            if self._stop is not stop:
                return  # dropped, and perhaps something else is on its way already
            self._stop = None
            report(result)
            # The report itself may have asked anew.
            if self._stop is None:
                self._begin()

        self._background.submit(
            work, lambda result: end(done, result), lambda text: end(self._failed, text)
        )
