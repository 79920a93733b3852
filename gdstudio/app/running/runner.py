"""The runner: how a lab's descent advances without the window ever waiting for it.

One thread per lab owns the run. It advances the experiment itself, or lets a child process do so;
either way the newest update lies in one slot, which one timer reads.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVarTuple

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from gdstudio.app.running.workers import DEAD, Kept, MakeExperiment, ProcessWorker, ThreadWorker
from gdstudio.experiment.experiment import AnswerT, Question
from gdstudio.experiment.run_loop import RunLoop
from gdstudio.experiment.run_update import BothAnswers, State, TwinState, Update

Arguments = TypeVarTuple("Arguments")

log = logging.getLogger(__name__)

# A little more often than 30 times a second, so that no beat falls below it.
FRAME_MILLISECONDS = 31


class Runner(QObject):
    """Runs one experiment for one lab.

    Signals:
        updated(Update): at most 32 times a second, in the window's thread, when there is news.
    """

    updated = Signal(object)

    def __init__(
        self,
        make_experiment: MakeExperiment,
        *,
        in_process: bool,
        parent: QObject | None = None,
    ) -> None:
        """Prepare a run.

        Args:
            make_experiment: builds the experiment where it runs; can be pickled if `in_process`.
            in_process: whether a child process trains, rather than a thread of this one.
            parent: the owner.
        """
        super().__init__(parent)
        self._make_experiment = make_experiment
        self._in_process = in_process
        self._worker: ThreadWorker | ProcessWorker | None = None
        self._generation = 0
        self._latest: Update | None = None
        self._kept: Kept | None = None
        self._live: Any = None
        self._has_died = False
        self._speed: float | None = None
        self._tickets = 0
        self._waiting: dict[int, Callable[[Any], None]] = {}
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME_MILLISECONDS)
        self._timer.timeout.connect(self._take)

    @property
    def is_in_process(self) -> bool:
        """Whether the run is too much work, or data, for this process."""
        return self._in_process

    @property
    def latest(self) -> Update | None:
        """The newest update that was taken."""
        return self._latest

    @property
    def generation(self) -> int:
        """The number of the newest start that was asked for."""
        return self._generation

    @property
    def is_up_to_date(self) -> bool:
        """Whether what was last heard of is the newest start, and none is on its way."""
        return self._latest is not None and self._latest.generation == self._generation

    @property
    def kept(self) -> Any:
        """What the run that is shown can go on from, as it was some seconds ago, or None.

        After `close` of a long run it is as the run ended.
        """
        return self._known[1]

    @property
    def kept_twin(self) -> TwinState | None:
        """The same of its twin, where it has one."""
        return self._known[2]

    @property
    def _known(self) -> Kept:
        known = (None if self._worker is None else self._worker.kept, self._kept)
        run = -1 if self._latest is None else self._latest.run
        kept = (one for one in known if one is not None and one[0] == run)
        return next(kept, (run, None, None))

    @property
    def is_running(self) -> bool:
        """Whether the run was going on when last heard of."""
        return self._latest is not None and self._latest.state is State.RUNNING

    def start(self) -> None:
        """Build the experiment in the background and report its first state."""
        if self._worker is None:
            kind = ProcessWorker if self._in_process else ThreadWorker
            self._worker = kind(self._make_experiment)
            self._worker.start()
            self._timer.start()
            self._send(RunLoop.on_speed, self._speed)

    def look_every(self, milliseconds: int) -> None:
        """Look for news every `milliseconds`; where nobody watches, each beat is waited for."""
        self._timer.setInterval(milliseconds)

    def run(self) -> None:
        """Run as fast as the speed allows; after the end, for as long again."""
        self._revive()
        self._send(RunLoop.on_run)

    def pause(self) -> None:
        """Stop within a slice, a few milliseconds."""
        self._send(RunLoop.on_pause)

    def step(self, count: int = 1) -> None:
        """Make `count` steps and pause."""
        self._revive()
        self._send(RunLoop.on_step, count)

    def reset(self, *arguments: Any) -> None:
        """Return to the start; `arguments` go to the experiment's `restarted`."""
        self._begin(RunLoop.on_reset, *arguments)

    def reset_with_twin(
        self, arguments: tuple[Any, ...], choice: Any, twin_arguments: tuple[Any, ...]
    ) -> None:
        """Return to the start, and have another run start there, stepped together with this one.

        Every update has it as its `twin`, by this `choice`, a value that can be pickled.
        """
        self._begin(RunLoop.on_reset_with_twin, arguments, choice, twin_arguments)

    def take_twin(self) -> None:
        """Go on with the run beside this one in its place."""
        self._begin(RunLoop.on_take_twin)

    def end_twin(self) -> None:
        """Go on without the run beside this one."""
        self._send(RunLoop.on_end_twin)

    def load(self, *arguments: Any) -> None:
        """Begin with something that was opened; `arguments` go to the experiment's `opened`."""
        self._begin(RunLoop.on_load, *arguments)

    def resume(self, state: Any, twin: TwinState | None = None) -> None:
        """Go on from what was `kept` of a run, this one or another, and of its `twin`."""
        self._begin(RunLoop.on_resume, state, twin)
        self._kept = (self._generation, state, twin)

    def undo(self) -> None:
        """Bring the run back that was there before this one; that can be undone, too."""
        self._begin(RunLoop.on_undo)

    def bring_back(self) -> None:
        """Bring the newest long run back that gave way to another."""
        self._begin(RunLoop.on_bring_back)

    def branch(self, iteration: int) -> None:
        """Go on from where the run was after `iteration` steps, or the last moment kept before."""
        live = self._live
        self._begin(RunLoop.on_branch, iteration)
        self._live = live

    def _begin(
        self,
        command: Callable[[RunLoop, int, *Arguments], None],
        *arguments: *Arguments,
    ) -> None:
        """Give a command that begins another run, or goes on from another moment."""
        if self._has_died:
            self._restart_worker()
        self._live = None
        generation = self._generation + 1
        self._send(command, generation, *arguments)
        # Only what was sent is waited for.
        self._generation = generation

    def _revive(self) -> None:
        """Where the child has died, go on in another one from what was kept."""
        if self._has_died and self.kept is not None:
            kept, twin, live = self.kept, self.kept_twin, self._live
            self.resume(kept, twin)
            if live is not None:
                self.set_live(live)

    def ask(self, question: Question[Any, AnswerT], then: Callable[[AnswerT | None], None]) -> None:
        """Put a question to the experiment; `then` gets the answer, None where there is none.

        It does not disturb the run. Nothing comes once the runner is closed.
        """
        self._ask(question, then, with_twin=False)

    def ask_both(
        self, question: Question[Any, Any], then: Callable[[BothAnswers | None], None]
    ) -> None:
        """Put a question to the experiment and, at the same step, to the one beside it."""
        self._ask(question, then, with_twin=True)

    def _ask(
        self,
        question: Question[Any, Any],
        then: Callable[[Any], None],
        *,
        with_twin: bool,
    ) -> None:
        self._tickets += 1
        self._waiting[self._tickets] = then
        self._send(RunLoop.on_ask, self._tickets, question, with_twin)

    def set_live(self, settings: Any, twin_settings: Any = None) -> None:
        """Apply changed live settings at the next step, `twin_settings` to the run beside it."""
        self._live = settings
        self._send(RunLoop.on_live, settings, twin_settings)

    def set_speed(self, steps_per_second: float | None) -> None:
        """Set the speed; None is as fast as it goes."""
        self._speed = steps_per_second
        if self._worker is not None:
            self._send(RunLoop.on_speed, steps_per_second)

    def stop(self) -> None:
        """Tell the run to end; `close` waits for it."""
        self._timer.stop()
        if self._worker is not None:
            self._worker.stop()

    def close(self) -> None:
        """Stop and join thread and process, within a second."""
        self._timer.stop()
        if self._worker is not None:
            self._worker.close()
            self._kept = self._worker.kept or self._kept
            last, latest = self._worker.take(), self._latest
            if last is not None and latest is not None and last.run == latest.run:
                # The last words of a long run; what was seen of it stays.
                seen, twin = last.snapshot or latest.snapshot, last.twin or latest.twin
                self._latest = replace(last, snapshot=seen, twin=twin)
            self._worker = None

    def _restart_worker(self) -> None:
        self.close()
        self._has_died = False
        self.start()

    def _send(
        self,
        command: Callable[[RunLoop, *Arguments], None],
        *arguments: *Arguments,
    ) -> None:
        if self._worker is None:
            self.start()
        assert self._worker is not None
        self._worker.send((command, *arguments))

    def _take(self) -> None:
        if self._worker is None:
            return
        update = self._worker.take()
        if update is None:
            return
        self._send(RunLoop.on_acknowledge)
        for fault in update.faults:
            log.error("A fault in the run:\n%s", fault)
        if update.generation == DEAD:
            self._tell_death()
            return
        # What is from before the last reset is not shown.
        if update.generation >= self._generation:
            self._latest = update
            self.updated.emit(update)
        # Afterwards, so that nobody takes an answer of a new run for one of the run before.
        for ticket, answer in update.answers:
            then = self._waiting.pop(ticket, None)
            if then is not None:
                then(answer)

    def _tell_death(self) -> None:
        """Say that the child has died, and what can be done; what was last heard of stays."""
        self._has_died = True
        kept = self.kept
        message = "The training process has ended unexpectedly, perhaps for lack of memory; "
        if kept is None:
            message += "press Reset to start it again."
        elif kept.iteration:
            message += (
                f"Run goes on from step {kept.iteration:,}, the last moment that was kept, and "
                "Reset begins anew."
            )
        else:
            message += "Run or Reset begins again at the start."
        before = self._latest or Update(self._generation, State.FAILED)
        self._latest = replace(
            before,
            generation=self._generation,
            state=State.FAILED,
            message=message,
            former="",
            answers=(),
        )
        self.updated.emit(self._latest)
        # Whoever asked the process that has died may ask again.
        waiting, self._waiting = self._waiting, {}
        for then in waiting.values():
            then(None)
