"""Plays a lesson without a window: every setup applies, every goal can be met."""

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gdstudio.engine.descent import Diverged
from gdstudio.engine.network.layer import WeightedLayer
from gdstudio.engine.network.network import Network
from gdstudio.errors import BadInput
from gdstudio.experiment.digits.experiment import DigitsExperiment
from gdstudio.experiment.digits.settings import DigitsSettings
from gdstudio.experiment.experiment import Experiment
from gdstudio.experiment.functions.fog import FogWalk
from gdstudio.experiment.functions.surface_choices import (
    SurfaceChoices,
    fog_walk,
    surface_terrain,
)
from gdstudio.experiment.points.experiment import PointsExperiment
from gdstudio.experiment.readings import Readings, readings
from gdstudio.experiment.scenario import VOCABULARIES, Scenario
from gdstudio.lesson.condition import Condition
from gdstudio.lesson.filled_text import FilledText
from gdstudio.lesson.lesson import (
    ChoiceQuestion,
    Find,
    Goal,
    Lesson,
    NumberQuestion,
    Problem,
    Step,
)
from gdstudio.lesson.reader import read_lesson
from gdstudio.lesson.solution import (
    Command,
    GiveChoice,
    GiveNumber,
    GoDownhill,
    MakeSteps,
    OpenReader,
    Reset,
    SetValue,
)
from gdstudio.number_text import plain_text
from gdstudio.storage.network_file import load_shipped_reader

# A line of `solve` may take so long; whoever does it in the window waits longer.
SECONDS = 60.0


@dataclass(frozen=True)
class Report:
    """What checking a lesson has found.

    Attributes:
        problems: what is wrong, in the order of the lines.
        steps: how many steps the lesson has.
        checks: how many of them end with a check.
        answers: how many answers were computed from readings.
        words: of each step, its line and how many words there are to read.
        lit: how many controls are lit in the step where they are most.
    """

    problems: tuple[Problem, ...] = ()
    steps: int = 0
    checks: int = 0
    answers: int = 0
    words: tuple[tuple[int, int], ...] = ()
    lit: int = 0


def check_lesson(path: str | Path) -> Report:
    """Return what is wrong with the lesson in a file; one that can be read is played, too."""
    lesson, problems = read_lesson(path, decodes=True)
    return Report(tuple(problems)) if lesson is None else play(lesson)


def play(lesson: Lesson) -> Report:
    """Play a lesson from its first step to its last."""
    player = _Player()
    for step in lesson.steps:
        player.play(step)
    return Report(
        tuple(sorted(set(player.problems))),
        len(lesson.steps),
        sum(step.check is not None for step in lesson.steps),
        player.answers,
        tuple((step.line, step.words) for step in lesson.steps),
        max(len(step.lit) for step in lesson.steps),
    )


@dataclass(frozen=True)
class Played:
    """A step that was played.

    Attributes:
        step: the step.
        lab: the key of the lab in view; empty before a step has set one up.
        before: the readings of the run when the step began.
        after: the readings once it was done as its `solve` says.
    """

    step: Step
    lab: str
    before: Readings
    after: Readings


def walk(lesson: Lesson, *, seconds: float = SECONDS) -> Iterator[Played]:
    """Yield the steps of a lesson as they are played, from the first to the last.

    No line of `solve` may take longer than `seconds`.

    Raises:
        BadInput: where one cannot be played, with its line.
    """
    player = _Player(seconds)
    for step in lesson.steps:
        played = player.play(step)
        if player.problems:
            first = player.problems[0]
            raise BadInput(f"Line {first.line} of the lesson: {first.sentence}")
        yield played


@dataclass(frozen=True)
class Start:
    """How the run stands when a step begins that goes on from the steps before it.

    Attributes:
        scenario: what the lab is set to.
        steps: how many steps have been made since.
        is_whole: whether that is all; False where the way to it takes too long to go it again.
    """

    scenario: Scenario
    steps: int = 0
    is_whole: bool = True


def start_of(lesson: Lesson, index: int, *, seconds: float = 5.0) -> Start | None:
    """Return how a step begins for who has not come from the step before; None without a lab.

    What the steps before it asked for is done as their `solve` says; none of its lines may take
    longer than `seconds`.
    """
    set_up = [
        place
        for place, step in enumerate(lesson.steps[: index + 1])
        if step.setup is not None and step.setup.scenario is not None
    ]
    if not set_up:
        return None
    first = lesson.steps[set_up[-1]].setup
    assert first is not None
    assert first.scenario is not None
    goals = [
        step.check for step in lesson.steps[set_up[-1] : index] if isinstance(step.check, Goal)
    ]
    if not goals:
        return Start(first.scenario)
    player = _Player(seconds)
    try:
        player.follow(first.scenario, goals)
    except BadInput:
        return Start(first.scenario, is_whole=False)
    return player.start()


def start_in_file(path: Path, index: int, *, seconds: float) -> Start | None:
    """Return the same for the lesson in a file: a child process can be asked so."""
    lesson, _ = read_lesson(path)
    return None if lesson is None else start_of(lesson, index, seconds=seconds)


class _Player:
    """Goes through steps one after the other, as a person does.

    Attributes:
        problems: what went wrong.
        answers: how many answers were computed.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self.problems: list[Problem] = []
        self.answers = 0
        self._seconds = seconds
        self._scenario: Scenario | None = None
        self._run: Experiment | None = None
        self._fog: FogWalk | None = None

    def play(self, step: Step) -> Played:
        """Set up what the step says, fill in its text, and do what it asks for."""
        if step.setup is not None and step.setup.scenario is not None:
            self._scenario, self._run = step.setup.scenario, None
            try:
                self._begin(step.setup.scenario)
            except BadInput as error:
                self._complain(step.setup.line, str(error))
        if self._run is None or self._scenario is None:
            return Played(step, "", {}, {})
        now = self._readings()
        for text in _texts(step):
            for line, blank in text.blanks:
                try:
                    blank.fill(now)
                except BadInput as error:
                    self._complain(line, str(error))
        check = step.check
        if isinstance(check, Goal):
            self._meet(check)
        elif isinstance(check, NumberQuestion):
            self._answer(check, now)
        elif isinstance(check, ChoiceQuestion):
            self._choose(check, now)
        elif isinstance(check, Find):
            self._find(check, now)
        after = self._readings() if isinstance(check, Goal) else now
        return Played(step, self._scenario.lab, now, after)

    def follow(self, scenario: Scenario, goals: Sequence[Goal]) -> None:
        """Set a lab up, and do what `solve` says of each of `goals`.

        Raises:
            BadInput: where that does not work, or takes too long.
        """
        self._begin(scenario)
        for goal in goals:
            for command in goal.solve:
                self._do(command)

    def start(self) -> Start:
        """Return where the run stands."""
        assert self._scenario is not None
        return Start(self._scenario, round(self._readings().get("step", 0)))

    def _complain(self, line: int, sentence: str) -> None:
        self.problems.append(Problem(line, sentence))

    def _begin(self, scenario: Scenario) -> None:
        """Set the lab up, and let it find what is left to it before the first step."""
        self._scenario, self._run = scenario, scenario.prepare()()
        self._run.advance(steps=0, seconds=self._seconds)
        self._fog = _fog_of(scenario)

    def _readings(self) -> Readings:
        assert self._run is not None
        own = {} if self._fog is None else self._fog.readings()
        return {**readings(self._run.snapshot()), **own}

    def _meet(self, goal: Goal) -> None:
        if goal.condition.holds(self._readings()):
            self._complain(goal.line, "This goal is met before anything is done; ask for more.")
        for command in goal.solve:
            try:
                self._do(command)
            except BadInput as error:
                self._complain(goal.line, str(error))
                return
        now = self._readings()
        if not goal.condition.holds(now):
            self._complain(
                goal.line, f"The lines of solve do not meet this goal: {_values(goal, now)}."
            )

    def _do(self, command: Command) -> None:
        assert self._run is not None
        assert self._scenario is not None
        if isinstance(command, MakeSteps):
            # A run that diverges has ended; whether that was meant, the goal says.
            with suppress(Diverged):
                self._advance(self._run, command)
        elif isinstance(command, GoDownhill):
            if self._fog is None or not self._scenario.values.get("fog"):
                raise BadInput("There is no fog to go downhill in; write “set fog yes” before it.")
            if problem := self._fog.go_downhill(command.length):
                raise BadInput(problem)
        elif isinstance(command, Reset):
            self._begin(self._scenario)
        elif isinstance(command, OpenReader):
            assert isinstance(self._run, DigitsExperiment)
            kept = load_shipped_reader()
            # What it learned from is not needed to read, and takes seconds to prepare.
            training = {**kept.training, "scribbles": 0, "stroke_variation": 0.0, "pen_repeats": 1}
            settings = DigitsSettings.from_mapping(training)
            self._run = self._run.opened(settings, kept.parameters)
        elif isinstance(command, SetValue):
            changed = self._scenario.changed({command.name: command.value})
            vocabulary = VOCABULARIES[changed.lab]
            if command.name in vocabulary.settings and vocabulary.all[command.name].live:
                other = changed.prepare()()
                self._run.set_live(other.settings)
                self._scenario = changed
            elif command.name in vocabulary.view:
                self._scenario = changed
                # Where the fog is lifted the walk stays in sight.
                self._fog = _fog_of(changed) or self._fog
            else:
                self._begin(changed)

    def _advance(self, run: Experiment, command: MakeSteps) -> None:
        assert self._scenario is not None
        if self._scenario.values.get("fog"):
            raise BadInput(
                "In the fog only the person walks, and Step and Run wait until it is lifted; write "
                "“set fog no” before the steps, or ask for something else."
            )
        until = time.monotonic() + self._seconds
        if command.until is None:
            done = run.advance(steps=command.count, seconds=self._seconds)
            if done < command.count and not run.finished:
                raise self._too_long(done)
            run.measure_whole()  # as where a person stops
            return
        for done in range(command.count):
            if run.finished or command.until.holds(self._readings()):
                return
            if time.monotonic() > until:
                raise self._too_long(done)
            run.advance(steps=1)
        if not command.until.holds(self._readings()):
            raise BadInput(
                f"“{command.until.text}” is not so after {command.count:,} steps; allow more."
            )

    def _too_long(self, steps: int) -> BadInput:
        return BadInput(
            f"This takes longer than {plain_text(self._seconds)} seconds ({steps:,} steps were "
            "made); choose a smaller task."
        )

    def _answer(self, question: NumberQuestion, now: Readings) -> None:
        value = question.answer.value(now)
        if not math.isfinite(value):
            self._complain(
                question.line, f"The answer “{question.answer.text}” has no value at this step."
            )
            return
        self.answers += bool(question.answer.names)
        if value and question.is_right(0.0, value):
            self._complain(
                question.line,
                f"With the tolerance {plain_text(question.tolerance)} the answer 0 would do for "
                f"{plain_text(value)}, too; write a smaller one.",
            )
        for command in question.solve:
            if isinstance(command, GiveNumber) and not question.is_right(command.number, value):
                self._complain(
                    question.line,
                    f"The answer {plain_text(command.number)} of solve is not right: it is "
                    f"{plain_text(value)}.",
                )

    def _find(self, check: Find, now: Readings) -> None:
        number = check.answer.value(now)
        self.answers += 1
        if not (math.isfinite(number) and number >= 1 and number == round(number)):
            self._complain(
                check.line, f"The answer {plain_text(number)} must be a whole number, 1 or more."
            )
            return
        if sentence := self._missing(check, round(number), now):
            self._complain(check.line, sentence)

    def _missing(self, check: Find, number: int, now: Readings) -> str:
        """Return what to say where what is to be found is not there; nothing where it is."""
        run, count = self._run, 0
        if check.kind == "house":
            count = round(now["houses"])
        elif isinstance(run, PointsExperiment):
            if check.kind == "neuron":
                return _missing_neuron(run.problem.network, number, check.layer)
            count = len(run.problem.points)
        elif isinstance(run, DigitsExperiment):
            return _missing_neuron(run.network, number, check.layer)
        if number <= count:
            return ""
        return (
            f"There is no {check.kind} {number:,}: the {check.kind}s have the numbers 1 to "
            f"{count:,}."
        )

    def _choose(self, question: ChoiceQuestion, now: Readings) -> None:
        right = [
            number
            for number, choice in enumerate(question.choices, 1)
            if (choice.right.holds(now) if isinstance(choice.right, Condition) else choice.right)
        ]
        if len(right) != 1:
            which = ", ".join(map(str, right)) if right else "none"
            self._complain(question.line, f"One choice must be right; here it is {which}.")
            return
        for number, choice in enumerate(question.choices, 1):
            if number != right[0] and choice.reason is None and question.hint is None:
                self._complain(
                    question.line, f"Choice {number} is wrong here; write a reason, or a hint."
                )
        self.answers += any(isinstance(choice.right, Condition) for choice in question.choices)
        for command in question.solve:
            if isinstance(command, GiveChoice) and command.number != right[0]:
                self._complain(
                    question.line,
                    f"Choice {command.number} of solve is not the right one: it is {right[0]}.",
                )


def _missing_neuron(network: Network, number: int, layer: int) -> str:
    """Return what to say where a network has no such neuron; with layer 0 it may be in any."""
    units = {
        place: one.units
        for place, one in enumerate(network.layers, start=1)
        if isinstance(one, WeightedLayer)
    }
    if layer and layer not in units:
        *others, last = map(str, units)
        which = f"layers {', '.join(others)} and {last}" if others else f"layer {last}"
        return f"There are no neurons in layer {layer:,} of this network; they are in {which}."
    most = units[layer] if layer else max(units.values())
    if number <= most:
        return ""
    if layer:
        return (
            f"There is no neuron {number:,} in layer {layer}: its neurons have the numbers 1 to "
            f"{most:,}."
        )
    return f"There is no neuron {number:,}: no layer of this network has more than {most:,}."


def _fog_of(scenario: Scenario) -> FogWalk | None:
    """Return a person's walk at its start, where there is fog."""
    values = scenario.values
    if not values.get("fog"):
        return None
    return fog_walk(values, SurfaceChoices.from_mapping(surface_terrain(values), values))


def _texts(step: Step) -> list[FilledText]:
    """Return all that is said in a step."""
    check = step.check
    found = [step.text, step.notes, check.hint if check else None]
    if isinstance(check, NumberQuestion | ChoiceQuestion):
        found.append(check.question)
    if isinstance(check, ChoiceQuestion):
        found += [choice.reason for choice in check.choices]
    return [text for text in found if text is not None]


def _values(goal: Goal, now: Readings) -> str:
    """Return the readings that a goal asks for, in words."""
    return ", ".join(
        f"{name} = {plain_text(now[name])}" if name in now else f"{name} is not known"
        for name in goal.condition.names
    )
