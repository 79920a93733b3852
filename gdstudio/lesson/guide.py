"""A person's way through a lesson: which step, what it says now, what was answered.

It knows no window: whoever shows it hands it the readings of the run and what the person does.
"""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from gdstudio.experiment.readings import Readings
from gdstudio.experiment.scenario import Scenario
from gdstudio.experiment.vocabulary import shown
from gdstudio.lesson.condition import Condition
from gdstudio.lesson.filled_text import FilledText
from gdstudio.lesson.lesson import (
    Check,
    ChoiceQuestion,
    Draw,
    Find,
    Goal,
    Lesson,
    NumberQuestion,
    Open,
    Step,
)
from gdstudio.lesson.pointing import box_label, pointing_text, typed
from gdstudio.number_text import class_text, parse_number

# In seconds; whoever is away for longer has done something else meanwhile.
LONGEST_VISIT = 3600.0
RIGHT, DONE, NOT_YET = "Right.", "Done.", "Not yet."
_NOT_BEGUN = "The run is still being set up; answer in a moment."
_NO_ANSWER = "The run has no answer to this; begin the step again."


@dataclass(frozen=True)
class Verdict:
    """What is said to an answer.

    Attributes:
        is_right: whether it was right; None where it was no answer at all.
        sentence: what is said.
    """

    is_right: bool | None
    sentence: str


@dataclass
class Answered:
    """What a person has done about the check of a step.

    Attributes:
        tries: how many answers were given.
        last: the last one, as it was given.
        is_right: whether the step is done.
        seconds: how long it took, with all tries.
    """

    tries: int = 0
    last: str = ""
    is_right: bool = False
    seconds: float = 0.0


class Guide:
    """Goes through one lesson, one step at a time.

    Attributes:
        lesson: the lesson.
        index: the place of the step, counted from 0.
        answered: by the place of a step, what was done about its check.
    """

    def __init__(
        self,
        lesson: Lesson,
        index: int = 0,
        answered: Mapping[int, Answered] | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin at a step; `answered` is what was done before, by the places of the steps."""
        self.lesson = lesson
        self.index = min(max(index, 0), len(lesson.steps) - 1)
        count = len(lesson.steps)
        self.answered = {
            place: replace(one) for place, one in (answered or {}).items() if place < count
        }
        self._clock = clock
        self._starts: dict[int, Readings] = {}
        self._begin_visit()

    def _begin_visit(self) -> None:
        self._start: Readings = {}
        self._has_begun = self._is_met = False
        self._since = self._clock()

    @property
    def step(self) -> Step:
        """The step in view."""
        return self.lesson.steps[self.index]

    @property
    def check(self) -> Check | None:
        """What it asks for, if anything."""
        return self.step.check

    @property
    def is_first(self) -> bool:
        """Whether there is none before it."""
        return self.index == 0

    @property
    def is_last(self) -> bool:
        """Whether there is none after it."""
        return self.index == len(self.lesson.steps) - 1

    @property
    def has_begun(self) -> bool:
        """Whether the run is known as it is at the beginning of the step."""
        return self._has_begun

    @property
    def awaits_goal(self) -> bool:
        """Whether the run is to be looked at: it may meet the goal of the step."""
        return isinstance(self.check, Goal) and not self._is_met

    @property
    def is_done(self) -> bool:
        """Whether its check was met in this visit; a step without a check is done once read."""
        return self.check is None or self._is_met

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left to do: the last step is reached, and done."""
        return self.is_last and (self.is_done or self.was_done)

    @property
    def was_done(self) -> bool:
        """Whether its check was met, in this visit or before."""
        return self.index in self.answered and self.answered[self.index].is_right

    @property
    def done(self) -> list[int]:
        """The places of the steps whose checks were met."""
        return sorted(place for place, one in self.answered.items() if one.is_right)

    @property
    def lab(self) -> str:
        """The lab of the step by its key; empty before a step has set one up."""
        for step in reversed(self.lesson.steps[: self.index + 1]):
            if step.setup is not None and step.setup.scenario is not None:
                return step.setup.scenario.lab
        return ""

    @property
    def part(self) -> int:
        """The place of the step that has set the lab up; −1 before there is one."""
        places = [
            place
            for place, step in enumerate(self.lesson.steps[: self.index + 1])
            if _scenario(step) is not None
        ]
        return max(places, default=-1)

    @property
    def sets_up(self) -> bool:
        """Whether the step begins with a setup of its own."""
        return _scenario(self.step) is not None

    @property
    def lit(self) -> tuple[str, ...]:
        """The names of the controls that the step is about."""
        return self.step.setup.lit if self.step.setup is not None else ()

    @property
    def page(self) -> str:
        """The page of the lab that the step opens; empty where it opens none."""
        return self.step.setup.page if self.step.setup is not None else ""

    def go(self, index: int) -> bool:
        """Go to a step.

        Returns:
            Whether the run is to be set up for it: it has a setup of its own, or the way to it was
            not gone step by step.
        """
        # Only a goal leaves the run elsewhere than the step before it.
        was_gone, before = self.is_done or not isinstance(self.check, Goal), self.index
        self.index = min(max(index, 0), len(self.lesson.steps) - 1)
        self._begin_visit()
        return self.sets_up or not (was_gone and self.index == before + 1)

    def revisit(self) -> bool:
        """Begin a step as it began before, with its numbers of then; return whether it has."""
        if self.index not in self._starts:
            return False
        self.begin(self._starts[self.index])
        return True

    def again(self) -> None:
        """Begin the step again."""
        self._begin_visit()

    def take_lesson(self, lesson: Lesson) -> bool:
        """Go on in a lesson that was edited, at the same step; return whether it begins anew."""
        before = self.step
        self.index = find_step(lesson, self.index, before.heading)
        self.lesson = lesson
        count = len(lesson.steps)
        self.answered = {place: one for place, one in self.answered.items() if place < count}
        self._starts = {self.index: self._start} if self._has_begun else {}
        is_new = self.sets_up and _scenario(before) != _scenario(self.step)
        if is_new or self.step.check != before.check:
            self._is_met = False
        if is_new:
            self._begin_visit()
        return is_new

    def begin(self, readings: Readings) -> None:
        """Take in how the run stands at the beginning of the step."""
        self._start, self._has_begun = readings, True
        self._starts[self.index] = readings

    @property
    def lacks_numbers(self) -> bool:
        """Whether a number that the step speaks of was not known when it began."""
        texts = [self.step.text, self.check.hint if self.check else None]
        if isinstance(self.check, NumberQuestion | ChoiceQuestion):
            texts.append(self.check.question)
        return not all(text.is_known(self._start) for text in texts if text is not None)

    # What the step says.

    def fill(self, text: FilledText) -> str:
        """Return a text with its numbers as they were when the step began."""
        return text.fill_known(self._start)

    @property
    def text(self) -> str:
        """What the step says, in Markdown."""
        return self.fill(self.step.text)

    @property
    def question(self) -> str:
        """What it asks, or what is to be done where that is no question."""
        check = self.check
        if isinstance(check, NumberQuestion | ChoiceQuestion):
            return self.fill(check.question)
        if isinstance(check, Draw):
            if check.digit is None:
                return "Draw it on the canvas."
            digit = class_text(str(check.digit))
            return f"Draw {digit} that the network reads as {digit}."
        if isinstance(check, Open):
            return f"Open a {check.kind}."
        if isinstance(check, Find):
            return pointing_text(check)
        return ""

    @property
    def answer_label(self) -> str:
        """What is to be typed, in the few words that a box has room for; empty where nothing is."""
        check = self.check
        if isinstance(check, Find):
            return box_label(check)
        return "A number" if isinstance(check, NumberQuestion) else ""

    @property
    def hint(self) -> str:
        """The hint of the check, if it has one."""
        check = self.check
        return "" if check is None or check.hint is None else self.fill(check.hint)

    # What the person does.

    def answer_number(self, text: str) -> Verdict:
        """Take a number as the answer, as it was typed."""
        check = self.check
        if isinstance(check, Find):
            return self._answer_found(check, text)
        try:
            number = parse_number(text)
        except ValueError:
            if not text.strip():
                return Verdict(None, "Type a number, such as 0.417.")
            return Verdict(None, f"“{shown(text)}” is not a number; type one such as 0.417.")
        if not self._has_begun:
            return Verdict(None, _NOT_BEGUN)
        if not isinstance(check, NumberQuestion):
            return Verdict(None, "")
        value = check.answer.value(self._start)
        if not math.isfinite(value):
            return Verdict(None, _NO_ANSWER)
        right = f"Right: {check.text(value)}."
        return self._judge(check.is_right(number, value), text, right, self._wrong())

    def answer_choice(self, place: int) -> Verdict:
        """Take the choice at `place`, counted from 0, as the answer."""
        check = self.check
        if not isinstance(check, ChoiceQuestion) or not 0 <= place < len(check.choices):
            return Verdict(None, "Choose one of the answers.")
        if not self._has_begun:
            return Verdict(None, _NOT_BEGUN)
        choice = check.choices[place]
        is_right = choice.right
        if isinstance(is_right, Condition):
            is_right = is_right.holds(self._start)
        reason = self._wrong() if choice.reason is None else self.fill(choice.reason)
        return self._judge(is_right, choice.text, RIGHT, f"{reason}")

    def see(self, readings: Readings) -> bool:
        """Look at how the run stands now; return whether that has met the goal of the step."""
        check = self.check
        if self._is_met or not self._has_begun or not isinstance(check, Goal):
            return False
        if not check.condition.holds(readings):
            return False
        self._judge(True, "", DONE, "")
        return True

    def see_drawn(self, digit: int) -> Verdict | None:
        """Look at how the network reads what was drawn; None where nothing is to be said."""
        check = self.check
        if not isinstance(check, Draw):
            return None
        is_right = check.digit is None or check.digit == digit
        said = f"The network reads {class_text(str(digit))}."
        if self._is_met:  # it stays done, and what is said is of the drawing as it is now
            if check.digit is None:
                self.answered[self.index].last = str(digit)
            return Verdict(is_right or None, said)
        if is_right:
            return self._judge(True, str(digit), said, "")
        return Verdict(False, f"{said} {self.hint}".rstrip())

    def see_opened(self, kind: str) -> Verdict | None:
        """Take in that a file was opened; None where nothing is to be said."""
        check = self.check
        if self._is_met or not isinstance(check, Open) or check.kind != kind:
            return None
        return self._judge(True, kind, DONE, "")

    def point(self, kind: str, number: int, layer: int = 0) -> Verdict | None:
        """Take in what was pointed at; None where nothing is to be said.

        `layer` is the number of a neuron's layer.
        """
        check = self.check
        if self._is_met or not isinstance(check, Find) or check.kind != kind:
            return None
        return self._judge_found(check, number, layer, str(number))

    def _answer_found(self, check: Find, text: str) -> Verdict:
        """Take what was typed as the number of what is to be found, and perhaps its layer."""
        try:
            number, layer = typed(check, text)
        except ValueError as refused:
            return Verdict(None, str(refused))
        return self._judge_found(check, number, check.layer if layer is None else layer, text)

    def _judge_found(self, check: Find, number: int, layer: int, given: str) -> Verdict:
        if not self._has_begun:
            return Verdict(None, _NOT_BEGUN)
        if check.layer and layer != check.layer:
            elsewhere = f"That one is in layer {layer}; look in layer {check.layer}."
            return self._judge(False, given, RIGHT, elsewhere)
        value = check.answer.value(self._start)
        if not math.isfinite(value):
            return Verdict(None, _NO_ANSWER)
        return self._judge(number == value, given, RIGHT, self._wrong())

    def _wrong(self) -> str:
        return f"{NOT_YET} {self.hint}".rstrip()

    def _judge(self, is_right: bool, given: str, right: str, wrong: str) -> Verdict:
        answered = self.answered.setdefault(self.index, Answered())
        now = self._clock()
        answered.seconds += min(max(now - self._since, 0.0), LONGEST_VISIT)
        self._since = now
        answered.tries += 1
        answered.last = given
        answered.is_right |= is_right
        self._is_met |= is_right
        return Verdict(is_right, right if is_right else wrong)


def _scenario(step: Step) -> Scenario | None:
    return None if step.setup is None else step.setup.scenario


def find_step(lesson: Lesson, index: int, heading: str) -> int:
    """Return where a step is that was at `index` when the lesson was another version."""
    steps = lesson.steps
    if 0 <= index < len(steps) and steps[index].heading == heading:
        return index
    places = [place for place, step in enumerate(steps) if step.heading == heading]
    nearest = min(places, key=lambda place: abs(place - index), default=index)
    return min(max(nearest, 0), len(steps) - 1)
