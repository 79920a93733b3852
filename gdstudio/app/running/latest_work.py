"""Only the newest counts: work in the background of which older requests are forgotten."""

import threading
import time
from collections.abc import Callable
from typing import Any

from gdstudio.app.running.background import Background
from gdstudio.engine.jobs import Work, finish

Request = tuple[Callable[[], Work[Any]], Callable[[Any], None]]

# After so much gentle work without a pause the thread lets the window have its turn.
_BREATH_EVERY, _BREATH = 0.004, 0.0005


class LatestWork:
    """Does one work at a time; of those that are asked for meanwhile, only the last is done next.

    So what is asked for more often than it can be done is done as often as it can.

    Attributes:
        share: how much is done of what is under way, 0 to 1.
    """

    def __init__(
        self, background: Background, failed: Callable[[str], None], *, gentle: bool = False
    ) -> None:
        """Work in the thread of `background`; `failed` gets a sentence where that was in vain.

        `gentle` work takes many seconds in many parts, and pauses between them for the window.
        """
        self._background = background
        self._failed = failed
        self._gentle = gentle
        self.share = 0.0
        self._begun = 0.0
        self._stop: threading.Event | None = None
        self._next: Request | None = None

    @property
    def is_busy(self) -> bool:
        """Whether something is being done."""
        return self._stop is not None

    @property
    def seconds(self) -> float:
        """How long what is under way has taken since its first part was done."""
        return time.perf_counter() - self._begun if self._begun else 0.0

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
        self.share = self._begun = 0.0

        def note(share: float) -> None:
            if self._stop is stop:
                self.share = share
                self._begun = self._begun or time.perf_counter()

        def work() -> Any:
            return finish(make(), stopped=self._stopped_by(stop), progress=note)

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

    def _stopped_by(self, stop: threading.Event) -> Callable[[], bool]:
        """Return what the work asks between its parts: whether it is to end."""
        closing = self._background.closing
        if not self._gentle:
            return lambda: stop.is_set() or closing.is_set()
        paused = time.perf_counter()

        def is_over() -> bool:
            nonlocal paused
            if not closing.is_set() and time.perf_counter() - paused > _BREATH_EVERY:
                stop.wait(_BREATH)
                paused = time.perf_counter()
            return stop.is_set() or closing.is_set()

        return is_over
