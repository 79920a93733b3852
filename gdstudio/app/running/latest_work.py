"""Only the newest counts: work of which older requests are forgotten, here or in a run."""

import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

from gdstudio.app.running.background import Background, Job
from gdstudio.engine.jobs import Work, finish
from gdstudio.experiment.experiment import AnswerT, Question

Report = Callable[[Any], object]

# After so much gentle work without a pause the thread lets the window have its turn.
_BREATH_EVERY, _BREATH = 0.004, 0.0005


class _Latest:
    """Does one thing at a time; of those that are asked for meanwhile, only the last is done next.

    So what is asked for more often than it can be done is done as often as it can.
    """

    def __init__(self) -> None:
        self._stop: threading.Event | None = None
        self._next: Callable[[threading.Event], None] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether something is being done."""
        return self._stop is not None

    def drop(self) -> None:
        """Stop what is being done and forget what was asked for: nobody wants it any more."""
        self._next = None
        if self._stop is not None:
            self._stop.set()
            self._stop = None

    def _ask(self, begin: Callable[[threading.Event], None]) -> None:
        """Call `begin` with what tells it to stop, now or after what is being done."""
        self._next = begin
        self._begin()

    def _begin(self) -> None:
        if self._stop is None and self._next is not None:
            begin, self._next = self._next, None
            self._stop = threading.Event()
            begin(self._stop)

    def _end(self, stop: threading.Event, report: Report, result: Any) -> None:
        """Hand a result over, if it is wanted still, and do what comes next."""
        if self._stop is not stop:
            return  # dropped, and perhaps something else is on its way already
        self._stop = None
        try:
            report(result)
        finally:
            self._begin()  # unless the report itself has asked anew


class LatestWork(_Latest):
    """Works in the thread of a `Background`.

    Attributes:
        share: how much is done of what is under way, 0 to 1.
    """

    def __init__(
        self, background: Background, failed: Callable[[str], None], *, gentle: bool = False
    ) -> None:
        """Work in the thread of `background`; `failed` gets a sentence where it failed.

        `gentle` work takes many seconds in many parts, and pauses between them for the window.
        """
        super().__init__()
        self._background = background
        self._failed = failed
        self._gentle = gentle
        self._job: Job | None = None
        self.share = 0.0
        self._begun = 0.0

    @property
    def seconds(self) -> float:
        """How long what is under way has taken since its first part was done."""
        return time.perf_counter() - self._begun if self._begun else 0.0

    def ask(self, make: Callable[[], Work[Any]], done: Report) -> None:
        """Do the work that `make` returns, then call `done` with its result in this thread."""

        def begin(stop: threading.Event) -> None:
            def note(share: float) -> None:
                if self._stop is stop:
                    self.share = share
                    self._begun = self._begun or time.perf_counter()

            self.share = self._begun = 0.0
            stopped = self._stopped_by(stop)
            self._submit(stop, lambda: finish(make(), stopped=stopped, progress=note), done)

        self._ask(begin)

    def ask_in_child(
        self,
        job: Callable[[], Any],
        done: Report,
        failed: Callable[[str], None],
        *,
        seconds: float,
        child: str,
    ) -> None:
        """Do `job` in a child process, then call `done` with its result in this thread.

        Args:
            job: what can be pickled, in one part.
            done: called with its result.
            failed: gets a sentence where there is none.
            seconds: after how many it is ended.
            child: which child process (`Background.submit`).
        """
        self._ask(
            lambda stop: self._submit(stop, job, done, failed, child_seconds=seconds, child=child)
        )

    def replace(
        self,
        job: Callable[[], Any],
        done: Report,
        *,
        failed: Callable[[str], None] | None = None,
        **options: Any,
    ) -> None:
        """Do `job` at once, in place of what is being done: that is not waited for.

        Args:
            job: what is slow, in one part.
            done: called in this thread with its result.
            failed: gets a sentence in place of the one who gets them usually.
            options: `must_finish`, `saying` and so on, as `Background.submit` has them.
        """
        self.drop()
        self._ask(lambda stop: self._submit(stop, job, done, failed, **options))

    def drop(self) -> None:
        """Stop what is being done and forget what was asked for: nobody wants it any more."""
        super().drop()
        if self._job is not None:
            self._background.drop(self._job)
            self._job = None

    def _submit(
        self,
        stop: threading.Event,
        job: Callable[[], Any],
        done: Report,
        failed: Callable[[str], None] | None = None,
        **options: Any,
    ) -> None:
        self._job = self._background.submit(
            job,
            lambda result: self._end(stop, done, result),
            lambda text: self._end(stop, failed or self._failed, text),
            **options,
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


class Ask(Protocol):
    """How a run is asked for something that only it knows, such as by `Runner.ask`."""

    def __call__(
        self, question: Question[Any, AnswerT], then: Callable[[AnswerT | None], None]
    ) -> None:
        """Ask; `then` gets the answer in the window's thread, unless the window closes first."""


class LatestQuestion(_Latest):
    """Puts questions to a run."""

    def __init__(self, ask: Ask) -> None:
        super().__init__()
        self._put = ask

    def ask(self, question: Question[Any, AnswerT], then: Callable[[AnswerT | None], None]) -> None:
        """Put a question; `then` gets the answer, None where there is none."""
        self._ask(lambda stop: self._put(question, lambda answer: self._end(stop, then, answer)))
