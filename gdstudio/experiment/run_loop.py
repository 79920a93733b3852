"""The loop that advances an experiment and obeys the window: the same in a thread or a process.

Commands come in as tuples, a method of `RunLoop` and its arguments; updates go out one at a time,
and only when the window has taken the one before. So nothing can pile up, however fast the descent
goes.
"""

import math
import time
import traceback
from collections.abc import Callable
from typing import Any

from gdstudio.engine.descent import Diverged
from gdstudio.errors import BadInput, fault_sentence
from gdstudio.experiment.experiment import Experiment, Question
from gdstudio.experiment.run import FormerRuns, Run
from gdstudio.experiment.run_update import (
    BothAnswers,
    Channel,
    State,
    TwinState,
    TwinUpdate,
    Update,
)
from gdstudio.experiment.twin import Twin

FOREVER = 3600.0
# What a run can go on from is sent at most this often, and at least that often; where it is large
# it takes no more than a hundredth of the time.
KEEP_SECONDS, MOST_KEEP_SECONDS, KEEP_SHARE = 1.0, 10.0, 0.01
# A run that is not long can be had back only until the next one has been running for this long.
SHORT_SECONDS = 1.0


class RunLoop:
    """Serves one experiment until it is told to stop.

    A command that begins another run builds it beside the one there is, and takes its place only
    once it stands and can be looked at; so a command that fails, in whatever way, changes nothing.
    The run that gave way can be had back, and so can long ones before it.

    Args:
        make_experiment: builds the experiment; called in the loop's own thread or process.
        channel: the line to the window.
        slice_seconds: how long to compute before looking at the line again.
        breath_seconds: how long to leave the interpreter to others after each slice.
        keeps: whether the window is sent now and then what a run can go on from.
    """

    def __init__(
        self,
        make_experiment: Callable[[], Experiment],
        channel: Channel,
        *,
        slice_seconds: float = 0.005,
        breath_seconds: float = 0.0,
        keeps: bool = False,
    ) -> None:
        self._make_experiment = make_experiment
        self._channel = channel
        self._slice = slice_seconds
        self._breath = breath_seconds
        self._keeps = keeps
        self._run: Run | None = None
        self._former = FormerRuns()
        self._trouble = ""
        self._refused = ""
        self._answers: list[tuple[int, Any]] = []
        self._generation = 0
        self._changed = True
        self._may_send = True
        self._stopped = False
        # Whether the run has come to rest, and nobody has looked yet what is to be measured there.
        self._rests = False
        self._rate: float | None = None
        self._due = 0.0
        self._keep_due = 0.0
        self._is_kept = True
        self._faults: list[str] = []

    def serve(self) -> None:
        """Obey and advance until ``stop`` comes or the window is gone."""
        try:
            self._load_experiment()
            while not self._stopped:
                self._publish()
                self._obey()
                if self._is_running and not self._stopped:
                    self._guard(self._advance)
                elif self._is_to_measure and not self._stopped:
                    self._measure()
            self._say_last()
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return

    @property
    def _is_running(self) -> bool:
        return self._run is not None and self._run.state is State.RUNNING

    def _load_experiment(self) -> None:
        try:
            self._run = Run(self._make_experiment(), self._generation)
            self._trouble = ""
        except Exception as error:
            self._trouble = self._sentence(error)
        self._note_change()

    def _guard(self, act: Callable[..., None], *arguments: Any) -> None:
        """Do something that may fail; a failure becomes a sentence and ends the run."""
        run, begun = self._run, time.perf_counter()
        assert run is not None
        try:
            act(*arguments)
        except Diverged as divergence:
            experiment = run.experiment
            run.enter(State.DIVERGED, experiment.explain(divergence), experiment.remedy())
        except Exception as error:
            # The last line of defence: what was learned so far stays, and the window says so.
            run.enter(State.FAILED, self._sentence(error, "The run stopped", " Press Reset."))
        run.computed += time.perf_counter() - begun
        self._note_change()

    def _obey(self) -> None:
        """Carry out all commands that have come; wait for one where there is nothing to do."""
        timeout = 0.0
        if self._is_to_measure:
            pass
        elif not self._is_running:
            timeout = FOREVER if self._is_kept or not self._keeps else self._keep_seconds
        elif self._rate is not None:
            timeout = max(self._due - time.perf_counter(), 0.0)
        elif self._breath:
            timeout = self._breath
        while not self._stopped and self._channel.poll(timeout):
            command, *arguments = self._channel.recv()
            command(self, *arguments)
            timeout = 0.0
        if self._keeps and not self._is_kept and not self._keep_seconds:
            self._changed = True

    @property
    def _is_to_measure(self) -> bool:
        """Whether the run rests, the window knows of it, and nothing was measured there yet."""
        is_paused = self._run is not None and self._run.state is State.PAUSED
        return self._rests and is_paused and not self._changed

    def _measure(self) -> None:
        """Measure what was estimated on the way; where that fails, the estimates stay."""
        self._rests = False
        assert self._run is not None
        try:
            is_new = self._run.measure_whole()
        except Exception as error:
            self._sentence(error)
            return
        if is_new:
            self._note_change()

    @property
    def _keep_seconds(self) -> float:
        """How long until the state of the run is to be kept."""
        return max(self._keep_due - time.perf_counter(), 0.0)

    def _publish(self) -> None:
        if not (self._changed and self._may_send):
            return
        snapshot = twin = None
        if self._run is not None:
            try:
                snapshot = self._run.experiment.snapshot()
                twin = self._run.twin.update() if self._run.twin is not None else None
            except Exception as error:
                self._run.enter(State.FAILED, self._sentence(error, "The run stopped"))
        self._may_send = False
        self._changed = False
        due = self._keeps and not self._is_kept and not self._keep_seconds
        kept = self._kept_states() if due else (None, None)
        self._channel.send(self._update(snapshot, kept, twin))
        self._refused = ""

    def _update(
        self, snapshot: Any, kept: tuple[Any, TwinState | None], twin: TwinUpdate | None = None
    ) -> Update:
        run = self._run
        answers, self._answers = tuple(self._answers), []
        faults, self._faults = tuple(self._faults), []
        if run is None:
            state = State.FAILED if self._trouble else State.LOADING
            return Update(self._generation, state, self._trouble, answers=answers, faults=faults)
        return Update(
            generation=self._generation,
            state=run.state,
            message=run.message,
            remedy=run.remedy,
            snapshot=snapshot,
            answers=answers,
            run=run.generation,
            refused=self._refused,
            summary=run.experiment.summary,
            former=self._former.offered,
            lost=self._former.lost,
            kept=kept[0],
            kept_twin=kept[1],
            is_long=run.is_long,
            faults=faults,
            twin=twin,
        )

    def _kept_states(self) -> tuple[Any, TwinState | None]:
        """Return what the run and its twin can go on from; None where there is none."""
        begun, self._is_kept = time.perf_counter(), True
        state, twin = None, None
        if self._run is not None:
            try:
                state = self._run.experiment.state()
                twin = None if self._run.twin is None else self._run.twin.kept()
            except Exception as error:
                self._sentence(error)
        now = time.perf_counter()
        wait = max(KEEP_SECONDS, (now - begun) / KEEP_SHARE)
        self._keep_due = now + min(wait, MOST_KEEP_SECONDS)
        return state, twin

    def _say_last(self) -> None:
        """Hand over a long run that ends with the window, so that it can be kept."""
        if self._run is not None and self._run.is_long:
            self._channel.send(self._update(None, self._kept_states()))

    def _advance(self) -> None:
        run = self._run
        assert run is not None
        now = time.perf_counter()
        if self._rate is None:
            run.advance(seconds=self._slice)
        else:
            if now < self._due:
                return
            # A run that fell behind does not race to catch up.
            self._due = max(self._due, now - 2 * self._slice)
            steps = max(int((now - self._due) * self._rate), 0) + 1
            done = run.advance(steps=steps, seconds=self._slice)
            self._due += done / self._rate
        self._note_change()
        if run.is_at_end:
            run.finish()
        if run.running_seconds > SHORT_SECONDS:
            self._former.drop_short()

    def _note_change(self, generation: int | None = None) -> None:
        """Note that there is something to tell and to keep, through the command `generation`."""
        if generation is not None:
            self._generation = generation
        self._changed, self._is_kept = True, False

    def on_acknowledge(self) -> None:
        """Note that the window has taken the last update."""
        self._may_send = True

    def on_run(self) -> None:
        """Run on; a finished run is extended."""
        if self._go_on(State.RUNNING):
            self._due = time.perf_counter()

    def on_pause(self) -> None:
        """Stop after the current slice."""
        if self._is_running:
            self._go_on(State.PAUSED)

    def on_step(self, count: int = 1) -> None:
        """Make a few steps and pause."""
        if self._go_on(State.PAUSED):
            self._guard(self._step, count)

    def _go_on(self, state: State) -> bool:
        """Let the run enter `state`, if it can go on."""
        run = self._run
        if run is None or run.state is State.DIVERGED:
            return False
        if run.is_at_end:
            run.extend()
        run.enter(state)
        self._changed = self._rests = True
        return True

    def _step(self, count: int) -> None:
        assert self._run is not None
        self._run.advance(steps=count)
        if self._run.is_at_end:
            self._run.finish()

    def on_reset(self, generation: int, *arguments: Any) -> None:
        """Return to the start, under new settings if given."""
        self._begin(generation, lambda run: run.restarted(*arguments))

    def on_reset_with_twin(
        self,
        generation: int,
        arguments: tuple[Any, ...],
        choice: Any,
        twin_arguments: tuple[Any, ...],
    ) -> None:
        """Return to the start, and have another run start there, stepped together with this one.

        `choice` is what the window knows it by, `twin_arguments` what it is set to.
        """
        self._begin(generation, lambda run: run.restarted(*arguments), (choice, twin_arguments))

    def on_end_twin(self) -> None:
        """Go on without the run beside this one."""
        run = self._run
        if run is None or run.twin is None:
            return
        twin, run.twin = run.twin, None
        run.experiment.take_threads()
        self._note_change()
        if twin.divergence is not None:
            self._guard(self._raise, twin.divergence)
        elif run.is_at_end and run.state is not State.FAILED:
            run.finish()

    def on_take_twin(self, generation: int) -> None:
        """Go on with the run beside this one in its place; this one can be had back."""
        self._note_change(generation)
        run = self._run
        twin = None if run is None else run.twin
        if run is None or twin is None:
            self._refused = "There is no twin any more."
            return
        fresh = Run(twin.experiment, generation, computed=twin.experiment.training_seconds)
        self.on_end_twin()
        self._former.add(run)
        fresh.seconds = run.seconds
        remedy = fresh.experiment.remedy() if twin.state is State.DIVERGED else math.nan
        fresh.enter(twin.state, twin.message, remedy)
        self._run = fresh
        fresh.experiment.take_threads()
        self._refused = ""

    def on_load(self, generation: int, *arguments: Any) -> None:
        """Begin with something that was opened, such as a network."""
        self._begin(generation, lambda run: run.opened(*arguments))

    def on_resume(self, generation: int, state: Any, twin: TwinState | None = None) -> None:
        """Go on from what was kept of a run, and of its twin; alone where that one cannot go on."""
        if not self._begin(generation, lambda run: run.resumed(state)) or self._run is None:
            return
        # What it took to come so far would be lost with it.
        self._run.computed = state.training_seconds
        if twin is not None:
            try:
                beside = Twin.resumed(twin, self._run.experiment)
                beside.update()  # what cannot be looked at does not stand
                self._run.twin = beside
            except Exception as error:
                self._sentence(error)
            self._run.experiment.take_threads()

    def _begin(
        self,
        generation: int,
        build: Callable[[Experiment], Experiment],
        beside: tuple[Any, tuple[Any, ...]] | None = None,
    ) -> bool:
        """Put another run in the place of the one there is, whole or not at all.

        `beside` is the choice and the settings of one that is to start with it.
        """
        self._note_change(generation)
        if self._run is None:
            self._load_experiment()
        if self._run is None:
            return False
        try:
            fresh = self._built(build)
            twin = None if beside is None else self._twin_of(fresh, *beside)
        except Exception as error:
            if beside is not None:
                self._run.experiment.take_threads()
            self._refused = self._sentence(error)
            return False
        self._former.add(self._run)
        self._run = Run(fresh, generation, twin=twin)
        self._refused = ""
        return True

    def _built(self, build: Callable[[Experiment], Experiment]) -> Experiment:
        assert self._run is not None
        try:
            fresh = build(self._run.experiment)
            fresh.snapshot()  # what cannot be looked at does not stand
        except MemoryError:
            if not self._former.clear():
                raise
            fresh = build(self._run.experiment)
            fresh.snapshot()
        return fresh

    def _twin_of(self, fresh: Experiment, choice: Any, arguments: tuple[Any, ...]) -> Twin:
        twin = Twin(choice, fresh.restarted(*arguments))
        twin.update()  # what cannot be looked at does not stand
        fresh.take_threads()
        return twin

    def on_undo(self, generation: int) -> None:
        """Bring the run back that gave way to this one, which can be had back in turn."""
        self._bring_back(generation, self._former.swap)

    def on_bring_back(self, generation: int) -> None:
        """Bring the newest long run back that gave way; asked again, the ones before it in turn."""
        self._bring_back(generation, self._former.bring_back)

    def _bring_back(self, generation: int, take: Callable[[Run], Run | None]) -> None:
        self._note_change(generation)
        back = None if self._run is None else take(self._run)
        if back is None:
            self._refused = "There is no run that could be brought back."
            return
        self._run, self._refused = back, ""

    def on_branch(self, generation: int, iteration: int) -> None:
        """Go on from an earlier moment of the run."""
        self._note_change(generation)
        run = self._run
        if run is not None and self._obeyed(run.experiment.branch, iteration):
            run.enter(State.PAUSED)
            self._rests = True
            if run.twin is not None:
                self._obeyed(run.twin.branch, run.experiment, iteration)

    def on_ask(self, ticket: int, question: Question[Any, Any], with_twin: bool = False) -> None:
        """Let the experiment answer, or both `with_twin`; a question never ends a run."""
        answer = None
        try:
            run = self._run
            assert run is not None, "there is no run yet"
            answer = question.answer(run.experiment)
            if with_twin and run.twin is None:
                answer = BothAnswers(answer)
            elif with_twin and run.twin is not None:
                beside = question.answer(run.twin.experiment)
                answer = BothAnswers(answer, run.twin.standing, beside)
        except Exception as error:
            self._sentence(error)
        self._answers.append((ticket, answer))
        self._changed = True

    def on_live(self, settings: Any, twin_settings: Any = None) -> None:
        """Obey changed live settings from the next step on, and the twin its own."""
        if self._run is not None and self._obeyed(self._run.experiment.set_live, settings):
            twin = self._run.twin
            if twin is not None and twin_settings is not None:
                self._obeyed(twin.experiment.set_live, twin_settings)

    @staticmethod
    def _raise(error: Exception) -> None:
        raise error

    def _obeyed(self, act: Callable[..., None], *arguments: Any) -> bool:
        """Do what changes nothing where it fails; then the window hears why."""
        self._note_change()
        try:
            act(*arguments)
        except Exception as error:
            self._refused = self._sentence(error)
            return False
        return True

    def on_speed(self, rate: float | None) -> None:
        """Make `rate` steps a second; None is as fast as it goes."""
        self._rate = rate
        self._due = time.perf_counter()

    def on_stop(self) -> None:
        """End the loop."""
        self._stopped = True

    def _sentence(self, error: Exception, what: str = "That did not work", after: str = "") -> str:
        """Return what to say of a failure; a fault of the app is kept for the log."""
        if isinstance(error, BadInput):
            return str(error)
        if isinstance(error, MemoryError):
            return "There is not enough memory for this; choose a smaller network or batch."
        self._faults.append("".join(traceback.format_exception(error)))
        return fault_sentence(error, what) + after
