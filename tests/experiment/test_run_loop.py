"""The loop that serves a run: obedient, never piling up, and out of reach of exceptions."""

import math
import weakref
from collections import deque
from dataclasses import dataclass

import pytest

from gdstudio.engine.descent import Diverged
from gdstudio.errors import BadInput
from gdstudio.experiment import run_loop
from gdstudio.experiment.experiment import Question
from gdstudio.experiment.run_loop import RunLoop
from gdstudio.experiment.run_update import State

# A start that no snapshot can be taken of.
UNSEEN = 99


class Counting:
    """An experiment that counts its steps; some of them can be told to fail."""

    def __init__(self, *, end=math.inf, trouble=None):
        self.count, self.end, self.trouble, self.target = 0, end, trouble or {}, end
        self.live = None
        self.measured, self.is_estimated = [], False
        self.ending = "It is over."

    @property
    def finished(self):
        return self.count >= self.target

    def extend(self):
        self.target += self.end

    def advance(self, *, steps=math.inf, seconds=math.inf):
        done = 0
        while done < min(steps, 10) and not self.finished:
            if self.count in self.trouble:
                raise self.trouble.pop(self.count)
            self.count += 1
            done += 1
        return done

    def measure_whole(self):
        if "measure" in self.trouble:
            raise self.trouble.pop("measure")
        is_new, self.is_estimated = self.is_estimated, False
        if is_new:
            self.measured.append(self.count)
        return is_new

    summary = "a few steps"
    went_wrong = False

    def restarted(self, start=0):
        if isinstance(start, Exception):
            raise start
        return self._at(start)

    def _at(self, count):
        other = Counting(end=self.end)
        other.count = count
        if count == UNSEEN:
            other.trouble = {"snapshot": ArithmeticError("not to be seen")}
        return other

    def set_live(self, settings):
        if isinstance(settings, Exception):
            raise settings
        self.live = settings

    def opened(self, count):
        return self._at(count)

    def resumed(self, state):
        return self._at(state)

    def state(self):
        return self.count

    def branch(self, iteration):
        if iteration < 0:
            raise LookupError("no moment is kept yet")
        self.count = iteration

    def snapshot(self):
        if "snapshot" in self.trouble:
            raise self.trouble.pop("snapshot")
        return self.count

    def explain(self, divergence):
        return f"Exploded at {divergence.iteration}."

    def remedy(self):
        return 0.5


@dataclass(frozen=True)
class Double(Question[Counting, int]):
    """Asks for twice this number and the steps made."""

    number: int

    def answer(self, run):
        return 2 * self.number + run.count


@dataclass(frozen=True)
class Nonsense(Question[Counting, int]):
    """A question that fails."""

    def answer(self, run):
        return run.nonsense


class Script:
    """A channel that plays a window: commands in order, one each time the loop looks.

    A command is the name of one, alone or with its arguments.

    A number stands for so many looks without a command. At the end the window is gone.
    """

    def __init__(self, *commands, acknowledge=True):
        self.commands = deque(commands)
        self.updates = []
        self.timeouts = []
        self._acknowledge = acknowledge
        self._given = False

    def poll(self, timeout):
        self.timeouts.append(timeout)
        if self._given:
            self._given = False
            return False
        if self.commands and isinstance(self.commands[0], int) and timeout < run_loop.FOREVER:
            self.commands[0] -= 1
            if self.commands[0] <= 0:
                self.commands.popleft()
            return False
        return True

    def recv(self):
        while self.commands and isinstance(self.commands[0], int):
            self.commands.popleft()
        if not self.commands:
            raise EOFError
        command = self.commands.popleft()
        self._given = command != "acknowledge"
        name, *arguments = command if isinstance(command, tuple) else (command,)
        return getattr(RunLoop, f"on_{name}"), *arguments

    def send(self, update):
        self.updates.append(update)
        if self._acknowledge:
            self.commands.appendleft("acknowledge")


def serve(experiment, *commands, **options):
    channel = Script(*commands, **options)
    RunLoop(lambda: experiment, channel).serve()
    return channel.updates


def states(updates):
    return [update.state for update in updates]


def test_it_tells_its_first_state_and_ends_with_the_window():
    (first,) = serve(Counting())
    assert (first.state, first.snapshot, first.generation) == (State.PAUSED, 0, 0)


def test_without_an_answer_nothing_more_is_sent_however_far_it_runs():
    experiment = Counting()
    updates = serve(experiment, "run", 500, "stop", acknowledge=False)
    assert len(updates) == 1
    assert experiment.count > 1000


def test_the_next_update_is_the_newest_state():
    experiment = Counting()
    updates = serve(experiment, "run", 50, "acknowledge", 1, "stop", acknowledge=False)
    assert len(updates) == 2
    assert updates[-1].snapshot >= 500


def test_step_makes_exactly_so_many_steps_and_pauses():
    updates = serve(Counting(), "step", ("step", 3), "run", 2, "step")
    assert updates[1].snapshot == 1
    assert updates[2].snapshot == 4
    assert states(updates)[-1] is State.PAUSED
    assert updates[-1].snapshot == updates[-2].snapshot + 1


@pytest.mark.parametrize("commands", [("run", 3, "pause"), (("step", 4),)])
def test_where_it_rests_what_was_estimated_is_measured_once_the_window_knows(commands):
    experiment = Counting()
    experiment.is_estimated = True
    updates = serve(experiment, *commands, 2)
    assert experiment.measured == [experiment.count]
    # It is told that the run has paused, and then what was measured.
    assert states(updates)[-2:] == [State.PAUSED, State.PAUSED]
    assert updates[-1].snapshot == updates[-2].snapshot == experiment.count


def test_on_the_way_nothing_is_measured_and_where_that_fails_the_run_stays():
    experiment = Counting()
    experiment.is_estimated = True
    serve(experiment, "run", 5)
    assert experiment.measured == []
    updates = serve(Counting(trouble={"measure": MemoryError()}), ("step", 3), 2, "step")
    assert State.FAILED not in states(updates)
    assert updates[-1].snapshot == 4


def test_it_ends_says_so_and_runs_on():
    updates = serve(Counting(end=25), "run", 10, "run", 10)
    finished = [update for update in updates if update.state is State.FINISHED]
    assert [update.snapshot for update in finished] == [25, 50]
    assert {update.message for update in finished} == {"It is over."}


def test_reset_and_load_count_generations():
    updates = serve(Counting(), ("reset", 1), ("reset", 2, 7), ("load", 3, 9))
    assert [(u.generation, u.snapshot) for u in updates] == [(0, 0), (1, 0), (2, 7), (3, 9)]


def test_live_settings_reach_a_running_run():
    experiment = Counting()
    updates = serve(experiment, "run", 2, ("live", "faster"), 2, "pause")
    assert experiment.live == "faster"
    assert State.PAUSED not in states(updates)[1:-1]


def test_divergence_is_explained_with_a_remedy_and_only_reset_ends_it():
    experiment = Counting(trouble={5: Diverged(5, math.inf)})
    updates = serve(experiment, "run", 3, "run", "step", ("reset", 1))
    diverged = [update for update in updates if update.state is State.DIVERGED]
    assert {(u.message, u.remedy, u.snapshot) for u in diverged} == {("Exploded at 5.", 0.5, 5)}
    last = updates[-1]
    assert (last.state, last.message, last.snapshot) == (State.PAUSED, "", 0)
    assert math.isnan(last.remedy)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (BadInput("That will not do."), "That will not do."),
        (MemoryError(), "not enough memory"),
        (ZeroDivisionError("secret"), "ZeroDivisionError"),
    ],
)
def test_an_exception_becomes_a_sentence_and_what_was_learned_stays(error, said):
    updates = serve(Counting(trouble={7: error}), ("step", 7), "run", 2, ("reset", 1), "step")
    (failed,) = [update for update in updates if update.state is State.FAILED]
    assert said in failed.message
    assert failed.message.endswith(".")
    assert failed.snapshot == 7
    assert updates[-1].state is State.PAUSED
    assert updates[-1].snapshot == 1, "after Reset it goes on"


def test_an_exception_while_looking_becomes_a_sentence_too():
    updates = serve(Counting(trouble={"snapshot": ValueError()}), "step")
    assert updates[0].state is State.FAILED
    assert "ValueError" in updates[0].message
    assert updates[0].snapshot is None
    assert updates[-1].snapshot == 1


def test_an_experiment_that_cannot_be_made_is_tried_again_at_reset():
    attempts = []

    def make():
        attempts.append(len(attempts))
        if len(attempts) == 1:
            raise BadInput("The data are missing.")
        return Counting()

    channel = Script("run", "step", ("live", 1), ("reset", 1), "step")
    RunLoop(make, channel).serve()
    assert channel.updates[0].state is State.FAILED
    assert channel.updates[0].message == "The data are missing."
    assert channel.updates[0].snapshot is None
    assert channel.updates[-1].snapshot == 1


REFUSALS = [
    (BadInput("No such start."), "No such start."),
    (MemoryError(), "not enough memory"),
    (ZeroDivisionError("secret"), "ZeroDivisionError"),
]


@pytest.mark.parametrize(("error", "said"), REFUSALS)
def test_a_refused_reset_leaves_the_run_as_it_was(error, said):
    updates = serve(Counting(), ("step", 4), ("reset", 1, error), "step", ("reset", 2, 7))
    refused = updates[2]
    assert said in refused.refused
    assert (refused.generation, refused.run, refused.snapshot) == (1, 0, 4)
    assert (refused.state, refused.message) == (State.PAUSED, "")
    assert bool(refused.faults) == ("ZeroDivisionError" in said), "a fault is for the log"
    assert (updates[3].refused, updates[3].snapshot) == ("", 5)
    assert (updates[4].run, updates[4].snapshot) == (2, 7)


def test_a_run_goes_on_where_a_reset_was_refused():
    updates = serve(Counting(), "run", 2, ("reset", 1, BadInput("No.")), 3, "pause")
    refused = next(index for index, update in enumerate(updates) if update.refused)
    assert updates[refused].state is State.RUNNING
    counts = [update.snapshot for update in updates]
    assert counts == sorted(counts)
    assert counts[-1] > counts[refused]


def test_a_run_that_cannot_be_looked_at_takes_nobodys_place():
    updates = serve(Counting(), ("step", 4), ("reset", 1, UNSEEN), "step")
    assert "ArithmeticError" in updates[2].refused
    assert [update.snapshot for update in updates] == [0, 4, 4, 5]


@pytest.mark.parametrize("command", [("live", BadInput("Too many.")), ("branch", 1, -1)])
def test_other_commands_that_are_refused_change_nothing_either(command):
    updates = serve(Counting(), ("step", 4), command, "step")
    assert updates[2].refused
    assert (updates[2].state, updates[2].snapshot) == (State.PAUSED, 4)
    assert (updates[3].refused, updates[3].snapshot) == ("", 5)


def test_memory_is_made_where_there_is_none_for_a_new_run():
    alive = weakref.WeakSet()

    class Large(Counting):
        def __init__(self):
            super().__init__()
            alive.add(self)

        def restarted(self, start=0):
            if len(alive) > 1:
                raise MemoryError
            other = Large()
            other.count = start
            return other

    channel = Script(("step", 2), ("reset", 1, 5), ("reset", 2, 6), "undo_2", "step")
    channel.commands[3] = ("undo", 3)
    RunLoop(Large, channel).serve()
    assert [update.snapshot for update in channel.updates] == [0, 2, 5, 6, 5, 6]


def test_the_run_before_can_be_had_back_and_so_can_the_one_after():
    diverging = Counting(trouble={6: Diverged(6, math.inf)})
    updates = serve(diverging, ("step", 8), ("reset", 1, 50), "step", ("undo", 2), ("undo", 3))
    assert [update.snapshot for update in updates] == [0, 6, 50, 51, 6, 51]
    assert [update.run for update in updates] == [0, 0, 1, 1, 0, 1]
    back = updates[4]
    assert (back.state, back.message, back.remedy) == (State.DIVERGED, "Exploded at 6.", 0.5)


def test_undoing_without_a_run_before_is_refused():
    updates = serve(Counting(), ("step", 2), ("undo", 1))
    assert updates[-1].refused
    assert updates[-1].snapshot == 2


def test_only_a_long_run_is_offered_back(monkeypatch):
    updates = serve(Counting(), ("step", 2), ("reset", 1))
    assert {update.former for update in updates} == {""}
    monkeypatch.setattr("gdstudio.experiment.run.LONG_SECONDS", 0.0)
    updates = serve(Counting(), "run", 3, ("reset", 1), "step")
    assert updates[-1].former == "a few steps"


def test_long_runs_that_gave_way_come_back_one_after_the_other(monkeypatch):
    monkeypatch.setattr("gdstudio.experiment.run.LONG_SECONDS", 0.0)
    lost_two = [("step", 2), ("reset", 1), ("step", 3), ("reset", 2), ("reset", 3)]
    back = [("bring_back", number) for number in (4, 5, 6)]
    updates = serve(Counting(), *lost_two, *back)
    # A start that came to nothing takes nothing away.
    assert updates[5].former == "a few steps"
    assert set(updates[5].lost) == {0, 1}
    assert [update.snapshot for update in updates[-3:]] == [3, 2, 3]
    assert not any(update.refused for update in updates)


def test_time_goes_on_for_no_run_that_has_given_way(monkeypatch):
    clock = Clock(monkeypatch)

    class Later(Script):
        def poll(self, timeout):
            clock.now += 1000 if self.updates and self.updates[-1].run == 1 else 0
            return super().poll(timeout)

    channel = Later("run", 3, ("reset", 1), ("step", 1), ("step", 1))
    RunLoop(Counting, channel).serve()
    assert channel.updates[-1].former == ""


def test_what_a_run_can_go_on_from_is_sent_now_and_then(monkeypatch):
    monkeypatch.setattr(run_loop, "MOST_KEEP_SECONDS", 0.0)
    channel = Script(("step", 3), ("reset", 1, 40), "step")
    RunLoop(Counting, channel, keeps=True).serve()
    kept = [(update.run, update.kept) for update in channel.updates if update.kept is not None]
    assert (0, 3) in kept
    assert kept[-1] == (1, 41)
    monkeypatch.setattr(run_loop, "KEEP_SECONDS", 3600.0)
    monkeypatch.setattr(run_loop, "MOST_KEEP_SECONDS", 3600.0)
    channel = Script("run", 20, "pause")
    RunLoop(Counting, channel, keeps=True).serve()
    assert len([update for update in channel.updates if update.kept is not None]) == 1


def test_paused_it_waits_instead_of_spinning():
    channel = Script("step", ("step", 2))
    RunLoop(Counting, channel).serve()
    assert min(timeout for timeout in channel.timeouts if timeout) == run_loop.FOREVER


class Clock:
    """Time that passes only while the loop waits for commands."""

    def __init__(self, monkeypatch):
        self.now = 100.0
        monkeypatch.setattr(run_loop.time, "perf_counter", lambda: self.now)


@pytest.mark.parametrize("rate", [1, 10, 250])
def test_a_chosen_speed_is_kept_to_the_step(monkeypatch, rate):
    clock = Clock(monkeypatch)
    begun = clock.now
    experiment = Counting()

    class Waiting(Script):
        def poll(self, timeout):
            if self.commands or timeout >= run_loop.FOREVER:
                return True
            if clock.now - begun >= 10:
                return True
            clock.now += max(timeout, 1e-4)
            return False

    channel = Waiting(("speed", rate), "run")
    RunLoop(lambda: experiment, channel).serve()
    assert experiment.count == pytest.approx(10 * rate, abs=2)


def test_a_run_that_fell_behind_does_not_race(monkeypatch):
    clock = Clock(monkeypatch)
    experiment = Counting()

    class Sleepy(Script):
        def poll(self, timeout):
            if self.commands or timeout >= run_loop.FOREVER:
                return True
            if experiment.count and clock.now < 200:
                clock.now += 1000  # the machine slept
                return False
            if clock.now > 200:
                return True
            clock.now += max(timeout, 1e-4)
            return False

    RunLoop(lambda: experiment, Sleepy(("speed", 100), "run")).serve()
    assert experiment.count < 10


def test_a_question_is_answered_beside_the_run_and_never_ends_it():
    updates = serve(Counting(), "run", 2, ("ask", 1, Double(4)), ("ask", 2, Nonsense()), 2, "pause")
    answers = [answer for update in updates for answer in update.answers]
    (first, doubled), second = answers
    assert first == 1
    assert doubled >= 8
    assert second == (2, None)
    assert State.FAILED not in states(updates)
    assert states(updates)[-1] is State.PAUSED


def test_a_branch_pauses_at_the_earlier_moment():
    updates = serve(Counting(), "run", 5, ("branch", 1, 7))
    assert (updates[-1].generation, updates[-1].snapshot) == (1, 7)
    assert updates[-1].state is State.PAUSED
