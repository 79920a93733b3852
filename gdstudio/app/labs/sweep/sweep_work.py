"""A sweep is computed beside the window: what it will cost, what has come so far, its end."""

import pickle
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gdstudio.app.running.background import Background, Job
from gdstudio.app.running.latest_work import LatestWork
from gdstudio.runs.sweep.charts import SweepView
from gdstudio.runs.sweep.computation import Computation
from gdstudio.runs.sweep.findings import Findings
from gdstudio.runs.sweep.processes import ThisMachine
from gdstudio.runs.sweep.run import RunResult
from gdstudio.runs.sweep.sweep import Sweep

_LOOK_MILLISECONDS = 100
# Making what is drawn takes at most this share of the time, and is done this often at most.
_SHARE, _LEAST_SECONDS = 0.1, 0.15

# Whole runs are kept as far as they fit; of others one has what they were set to.
_MOST_KEPT_BYTES = 256 * 2**20

Make = Callable[[], Sweep]


class SweepWork(QObject):
    """Computes one sweep at a time in child processes, which other programs come before.

    Signals:
        estimated(str): what a sweep will cost.
        refused(str): why there is no such sweep.
        came(SweepView): what has come so far.
        ended(str): there will be nothing more; why, where it was not finished.
    """

    estimated = Signal(str)
    refused = Signal(str)
    came = Signal(object)
    ended = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._looking, self._computing = Background(self), Background(self)
        self._estimates = LatestWork(self._looking, self.refused.emit)
        self._job: Job | None = None
        self._stop, self._unwanted = threading.Event(), threading.Event()
        self._slot: SweepView | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MILLISECONDS)
        self._timer.timeout.connect(self._look)

    @property
    def is_busy(self) -> bool:
        """Whether a sweep is being computed."""
        return self._job is not None

    def estimate(self, make: Make, workers: int) -> None:
        """Find out what the sweep will cost that `make` returns; only the newest is told."""
        closing = self._looking.closing
        stop = threading.Event()

        def job() -> str:
            place, over = ThisMachine(workers, gentle=True), _any_of(stop, closing)
            with Computation(make(), place, should_stop=over) as computation:
                return computation.estimate().sentence

        self.drop_estimate()
        self._unwanted = stop
        self._estimates.replace(job, self.estimated.emit)

    def drop_estimate(self) -> None:
        """Look no longer what a sweep would cost."""
        self._unwanted.set()
        self._estimates.drop()

    def start(self, make: Make, workers: int) -> None:
        """Compute the sweep that `make` returns, in place of any other."""
        self.drop_estimate()
        self._stop = stop = threading.Event()
        closing = self._computing.closing

        def job() -> bool:
            sweep = make()
            results: dict[int, RunResult] = {}
            due, room = 0.0, _MOST_KEPT_BYTES
            self._slot = SweepView.of(Findings(sweep, results))
            place, over = ThisMachine(workers, gentle=True), _any_of(stop, closing)
            try:
                with Computation(sweep, place, whole=True, should_stop=over) as computation:
                    for number, result in computation.results():
                        room -= _bytes_of(result)
                        results[number] = result if room > 0 else replace(result, kept=None)
                        begun = time.monotonic()
                        if begun >= due:
                            self._slot = SweepView.of(Findings(sweep, results))
                            took = time.monotonic() - begun
                            due = begun + max(took / _SHARE, _LEAST_SECONDS)
            finally:
                self._slot = SweepView.of(Findings(sweep, results))
            return len(results) == sweep.count

        self._job = self._computing.submit(job, self._on_done, self._on_failed)
        self._timer.start()

    @Slot()
    def cancel(self) -> None:
        """End the sweep; what is done stays."""
        self._stop.set()

    def give_up(self) -> None:
        """Tell all that runs to end soon; nobody waits for it here."""
        self._stop.set()
        self.drop_estimate()
        self._timer.stop()
        self._looking.stop()
        self._computing.stop()

    def close(self) -> None:
        """Stop what runs in the background."""
        self.give_up()
        self._looking.close()
        self._computing.close()

    @Slot()
    def _look(self) -> None:
        view, self._slot = self._slot, None
        if view is not None:
            self.came.emit(view)

    def _on_done(self, is_whole: bool) -> None:
        self._end("" if is_whole else "Stopped.")

    def _on_failed(self, sentence: str) -> None:
        self._end(sentence)

    def _end(self, sentence: str) -> None:
        self._job = None
        self._timer.stop()
        self._look()
        self.ended.emit(sentence)


def _any_of(*events: threading.Event) -> Callable[[], bool]:
    return lambda: any(event.is_set() for event in events)


def _bytes_of(result: RunResult) -> int:
    """Return about how much room a whole run takes."""
    return 0 if result.kept is None else len(pickle.dumps(result.kept, protocol=5))
