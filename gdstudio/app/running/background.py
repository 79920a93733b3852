"""Work that is too slow for the window's thread: files to read, files to write."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gdstudio.child_process import ChildDied, JobProcess, Stopped
from gdstudio.errors import BadInput, fault_sentence
from gdstudio.number_text import plain_text

log = logging.getLogger(__name__)

_LOOK_MILLISECONDS = 15
# What must finish may take this long while the window closes, and what only begins then this long;
# what need not finish ends by itself, or is left to the end of the process.
_KEEP_SECONDS = 0.5
_LATE_SECONDS = 0.35
_GIVE_UP_SECONDS = 0.25
# A job of this age that nobody wants any more does not keep the others waiting.
_STUCK_SECONDS = 2.0


class Job:
    """One job and those who wait for it; whoever asked for it can drop it."""

    def __init__(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[str], None],
        saying: str = "",
    ) -> None:
        self.work, self.done, self.failed = work, done, failed
        self.saying = saying
        self.dropped = False
        self.ended = threading.Event()
        self.result: Any = None
        self.error: BaseException | None = None

    def run(self) -> None:
        """Do it (in a thread of the background)."""
        if not self.dropped:
            try:
                self.result = self.work()
            except BaseException as error:
                self.error = error
        self.ended.set()

    def problem(self) -> str:
        """Return what to say of a job that failed; empty for one that worked."""
        error = self.error
        if error is None:
            return ""
        if isinstance(error, BadInput):
            return str(error)
        log.error("A job in the background failed", exc_info=error)
        if isinstance(error, MemoryError):
            return "There is not enough memory for this; choose something smaller."
        if isinstance(error, ChildDied):
            return "The process that worked on it has ended, perhaps for lack of memory."
        return fault_sentence(error)


class _Worker(threading.Thread):
    """Does jobs in their order, until it is given None.

    It is a daemon, so that a job without end does not keep the process from ending.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self.jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._now: Job | None = None
        self._since = 0.0

    @property
    def is_stuck(self) -> bool:
        """Whether it has long been doing what nobody wants any more."""
        now = self._now
        return now is not None and now.dropped and time.monotonic() > self._since + _STUCK_SECONDS

    def run(self) -> None:
        """Do the jobs (the thread's body)."""
        while (job := self.jobs.get()) is not None:
            self._since, self._now = time.monotonic(), job
            job.run()
            self._now = None


class _Lane:
    """Jobs that are done one after the other, by a worker who comes with the first one."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._worker: _Worker | None = None

    def add(self, job: Job) -> None:
        """Do `job` after those that wait."""
        if self._worker is None:
            self._worker = _Worker(self._name)
            self._worker.start()
        self._worker.jobs.put(job)
        self.relieve()

    def relieve(self) -> None:
        """Give what waits behind a job that nobody wants any more a worker of its own."""
        before = self._worker
        if before is not None and before.is_stuck and not before.jobs.empty():
            self._worker = _Worker(self._name)
            _hand_over(before, self._worker)
            self._worker.start()

    def stop(self) -> None:
        """Begin to end: the worker ends after the jobs that wait, dropped ones not done."""
        if self._worker is not None:
            self._worker.jobs.put(None)

    def join(self, seconds: float) -> bool:
        """Wait for the end; return whether it came."""
        if self._worker is None:
            return True
        self._worker.join(max(seconds, 0.0))
        return not self._worker.is_alive()


def _hand_over(stuck: _Worker, other: _Worker) -> None:
    """Let `other` do what waits behind a job without end; `stuck` ends with that job."""
    while True:
        try:
            other.jobs.put(stuck.jobs.get_nowait())
        except queue.Empty:
            break
    stuck.jobs.put(None)


class _Child:
    """A child process, and the thread that waits for its jobs; it starts with the first of them."""

    def __init__(self, name: str) -> None:
        self.process = JobProcess(name=f"gdstudio-{name}")
        self.lane = _Lane(f"gdstudio-waiting-{name}")


class Background(QObject):
    """Threads for slow jobs; the results come back in the window's thread.

    A timer looks for finished jobs while there are any, so no signal crosses threads. Saving has a
    thread of its own, so that nothing stands in its way.

    Attributes:
        closing: set when the window closes; a long job looks at it and gives up.
        lost: after `close`, a sentence for each job that had to finish and did not.

    Signals:
        working(str): what is being worked on now, in the words of the newest job that has some;
            empty when none is left.
    """

    working = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.closing = threading.Event()
        self.lost: list[str] = []
        self._work = _Lane("gdstudio-files")
        self._keep = _Lane("gdstudio-saving")
        self._children: dict[str, _Child] = {}
        self._jobs: list[Job] = []
        self._kept: list[Job] = []
        self._said = ""
        self._stopped_at = self._keep_until = 0.0
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
        saying: str = "",
        child_seconds: float | None = None,
        child: str = "job",
        too_long: str = "",
    ) -> Job | None:
        """Do `job` elsewhere; then call `done` with its result, or `failed` with a sentence.

        Args:
            job: what is slow.
            done: called in the window's thread with the result.
            failed: called there instead where it did not work; neither is called for a job that
                is dropped, or when the window closes.
            must_finish: whether it is done even while closing, such as saving what the user made;
                what does not finish is then told (`lost`).
            saying: what the status line says meanwhile.
            child_seconds: do it in a child process that is ended after this number of seconds, or
                when the job is dropped or the window closes; `job` must be something that can be
                pickled then, such as a partial of a function of a module.
            child: which child process: each does its jobs one after the other, beside the others.
            too_long: what `failed` gets when the time is over.

        Returns:
            The job, which can be dropped; None where nothing is begun any more.
        """
        if self.closing.is_set() and not must_finish:
            return None
        new = Job(job, done, failed, saying)
        if must_finish:
            self._kept.append(new)
            lane = self._keep
        elif child_seconds is None:
            lane = self._work
        else:
            asked = self._children.setdefault(child, _Child(child))
            lane = asked.lane
            new.work = lambda: self._in_child(asked.process, new, job, child_seconds, too_long)
        lane.add(new)
        if self.closing.is_set():
            self._keep_until = max(self._keep_until, time.monotonic() + _LATE_SECONDS)
        else:
            self._jobs.append(new)
            self._timer.start()
            self._say()
        return new

    def drop(self, job: Job) -> None:
        """Forget a job: nobody wants its result any more."""
        job.dropped = True
        self._jobs = [one for one in self._jobs if one is not job]
        self._say()

    def _stoppable(self) -> list[_Lane]:
        """Return the threads whose jobs need not finish."""
        return [self._work, *(child.lane for child in self._children.values())]

    def _in_child(
        self,
        child: JobProcess,
        asked: Job,
        job: Callable[[], Any],
        seconds: float,
        too_long: str,
    ) -> Any:
        def is_over() -> bool:
            return asked.dropped or self.closing.is_set()

        try:
            return child.run(job, seconds=seconds, should_stop=is_over)
        except TimeoutError:
            sentence = (
                too_long or f"That took longer than {plain_text(seconds)} seconds and was given up."
            )
            raise BadInput(sentence) from None

    def stop(self) -> None:
        """Begin to close: what has not begun and need not be done is dropped, nothing is told."""
        if self.closing.is_set():
            return
        self._stopped_at = time.monotonic()
        self._keep_until = self._stopped_at + _KEEP_SECONDS
        self.closing.set()
        self._timer.stop()
        for job in self._jobs:
            job.dropped = job not in self._kept
        self._jobs.clear()
        for lane in self._stoppable():
            lane.stop()

    def close(self) -> None:
        """End within a second: what must finish has half of one, what need not is ended or left."""
        self.stop()
        for child in self._children.values():
            child.process.close()
        self._keep.stop()
        # What was told to end at the same time has that time together.
        self._keep.join(self._keep_until - time.monotonic())
        for lane in self._stoppable():
            if not lane.join(self._stopped_at + _GIVE_UP_SECONDS - time.monotonic()):
                log.warning("A job in the background did not end in time; it is left behind")
        for job in self._kept:
            if not job.ended.is_set():
                what = job.saying.rstrip("….") or "Saving"
                self.lost.append(
                    f"{what} was not finished when the window closed; check the file before you "
                    "rely on it."
                )
            elif problem := job.problem():
                self.lost.append(problem)
        self._kept.clear()

    @Slot()
    def _look(self) -> None:
        self._work.relieve()
        for job in [job for job in self._jobs if job.ended.is_set()]:
            if job not in self._jobs:
                continue  # another one's report has dropped it
            # One by one: where a report fails, the others are looked at in the next turn.
            self._jobs.remove(job)
            if job in self._kept:
                self._kept.remove(job)
            self._say()
            if isinstance(job.error, Stopped):
                continue
            if problem := job.problem():
                job.failed(problem)
            else:
                job.done(job.result)
        if not self._jobs:
            self._timer.stop()

    def _say(self) -> None:
        said = next((job.saying for job in reversed(self._jobs) if job.saying), "")
        if said != self._said:
            self._said = said
            self.working.emit(said)
