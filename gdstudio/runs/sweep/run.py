"""One run of a sweep, made where nobody looks at it: in another process, or on another machine."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gdstudio.engine.descent import Diverged
from gdstudio.engine.network.training import one_blas_thread
from gdstudio.errors import BadInput
from gdstudio.experiment.digits.experiment import DigitsExperiment
from gdstudio.experiment.experiment import Experiment
from gdstudio.experiment.readings import readings
from gdstudio.experiment.scenario import VOCABULARIES, Scenario
from gdstudio.experiment.walks import WalksExperiment, WalkState
from gdstudio.runs.kept_run import KeptRun, RunMoment
from gdstudio.storage.network_file import NetworkFile

# At most this number of points of its curve is kept of a run.
_CURVE_POINTS = 200


@dataclass(frozen=True)
class Task:
    """What a worker is told of a run; it can be pickled.

    Attributes:
        lab: the key of the lab.
        values: all that it is set to, by name.
        steps: after how many steps it ends, where its settings do not say so.
        keep: whether the network is to come back, where there is one that a file can hold.
        whole: whether the whole run is to come back, as it can be kept and gone on from.
    """

    lab: str
    values: Mapping[str, Any]
    steps: int
    keep: bool = False
    whole: bool = False


@dataclass(frozen=True)
class RunResult:
    """What became of a run; but for `seconds` the same wherever it was computed.

    Attributes:
        readings: its numbers at the end, by name; after a divergence, at the last good place.
        diverged: whether its loss exploded.
        arrived: whether it came to rest before it had to end.
        failed: whether it could not be made.
        message: what is to be said of its end; why it failed.
        curve: steps ``(n,)`` and the mean loss there ``(n,)``, as tuples.
        seconds: how long it took.
        network: the network it has come to, if that was asked for.
        kept: the whole run, if that was asked for.
    """

    readings: Mapping[str, float] = field(default_factory=dict)
    diverged: bool = False
    arrived: bool = False
    failed: bool = False
    message: str = ""
    curve: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())
    seconds: float = 0.0
    network: NetworkFile | None = None
    kept: KeptRun | None = None

    @classmethod
    def failure(cls, sentence: str) -> "RunResult":
        """Return the result of a run that could not be made; `sentence` says why."""
        return cls(failed=True, message=sentence)

    @property
    def first_loss(self) -> float:
        """The loss at the start; NaN where no step was made."""
        return self.curve[1][0] if self.curve[1] else math.nan


@dataclass(frozen=True)
class Measured:
    """How long runs like one take, by a look at its first steps.

    Attributes:
        seconds: for one run.
        known: whether it could be measured.
        loading: how much longer the first run of a process takes, which loads the data.
        inside: how long measuring has taken, with that.
    """

    seconds: float = 0.0
    known: bool = True
    loading: float = 0.0
    inside: float = 0.0


def compute_run(task: Task) -> RunResult:
    """Make a whole run, and return what became of it; what is wrong with it is a result, too."""
    return _guarded(task, _compute)


def measure_run(task: Task, seconds: float) -> Measured:
    """Return how long a run takes, from what its beginning takes; that lasts about `seconds`."""
    measured, entered, loading = Measured(known=False), time.perf_counter(), 0.0

    def look(task: Task) -> RunResult:
        nonlocal measured, loading
        _begin(task)  # what only the first run of a process has to load
        begun = time.perf_counter()
        run = _begin(task)
        ready = time.perf_counter()
        loading = max((begun - entered) - (ready - begun), 0.0)
        planned = run.planned_steps
        steps = planned if math.isfinite(planned) else task.steps
        try:
            # The first steps make buffers and fill caches.
            before = run.advance(steps=steps // 2, seconds=seconds / 2)
            warm = time.perf_counter()
            done = run.advance(steps=steps - before, seconds=seconds)
        except Diverged:
            measured = Measured(time.perf_counter() - begun)  # that was all of it
            return RunResult()
        now = time.perf_counter()
        is_whole = run.finished or before + done >= steps or not done
        took = now - ready if is_whole else (now - warm) / done * steps
        measured = Measured(ready - begun + took)
        return RunResult()

    _guarded(task, look)
    return replace(measured, loading=loading, inside=time.perf_counter() - entered)


def _guarded(task: Task, make: Callable[[Task], RunResult]) -> RunResult:
    try:
        with one_blas_thread(), np.errstate(all="ignore"):
            return make(task)
    except BadInput as refused:
        return RunResult.failure(str(refused))
    except MemoryError:
        return RunResult.failure(
            "There is not enough memory for this run; choose a smaller network or batch, or fewer "
            "workers."
        )


def _begin(task: Task) -> Experiment:
    return VOCABULARIES[task.lab].prepare(dict(task.values))()


def _compute(task: Task) -> RunResult:
    begun = time.perf_counter()
    run = _begin(task)
    ends_by_itself = math.isfinite(run.planned_steps)
    exploded_at: int | None = None
    try:
        run.advance(steps=math.inf if ends_by_itself else task.steps)
    except Diverged as divergence:
        exploded_at = divergence.iteration
    diverged = exploded_at is not None or run.exploded
    if exploded_at is not None:
        message = f"Diverged at step {exploded_at:,}."
    else:
        message = run.ending if run.finished and (run.went_wrong or not ends_by_itself) else ""
    vocabulary, moment = VOCABULARIES[task.lab], RunMoment.of(run)
    known = {
        name: float(value) if isinstance(value, float) else value
        for name, value in readings(moment.snapshot).items()
        if name in vocabulary.readings and not vocabulary.readings[name].is_of_the_machine
    }
    return RunResult(
        readings=known,
        diverged=diverged,
        arrived=_has_arrived(run),
        message=message,
        curve=_curve(run),
        seconds=time.perf_counter() - begun,
        network=_network(run) if task.keep else None,
        kept=_kept(task, moment, diverged=diverged) if task.whole else None,
    )


def _kept(task: Task, moment: RunMoment, *, diverged: bool) -> KeptRun:
    # Data of one's own have been read by now, so that a scenario can have them.
    return KeptRun.of(Scenario.of(task.lab, task.values), moment, diverged=diverged)


def _has_arrived(run: Experiment) -> bool:
    return isinstance(run, WalksExperiment) and all(
        walk.state is WalkState.ARRIVED for walk in run.walks
    )


def _curve(run: Experiment) -> tuple[tuple[float, ...], tuple[float, ...]]:
    curve = run.history.curve()
    count = len(curve.steps)
    chosen = np.unique(np.linspace(0, count - 1, min(count, _CURVE_POINTS)).round().astype(int))
    return tuple(curve.steps[chosen].tolist()), tuple(curve.mean[chosen].tolist())


def _network(run: Experiment) -> NetworkFile | None:
    return run.network_file() if isinstance(run, DigitsExperiment) else None
