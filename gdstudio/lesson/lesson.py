"""What a lesson is made of: steps, their setups and checks, each with the line where it stands."""

import math
from dataclasses import dataclass

from gdstudio.experiment.scenario import Scenario
from gdstudio.lesson.condition import Amount, Condition
from gdstudio.lesson.filled_text import FilledText
from gdstudio.lesson.solution import Command
from gdstudio.number_text import number_text, plain_text


@dataclass(frozen=True, order=True)
class Problem:
    """Something that is wrong with a lesson.

    Attributes:
        line: where, counted from 1; 0 where it is about the file as a whole.
        sentence: what it is, and what to do.
    """

    line: int
    sentence: str


@dataclass(frozen=True)
class Setup:
    """What a step begins with.

    Attributes:
        line: where it stands.
        scenario: what the lab is set to; None leaves the run as the step before left it.
        lit: the names of the controls and cards that the step is about.
        page: the page of the lab that is opened, such as ``network``; empty for the one in sight.
    """

    line: int
    scenario: Scenario | None = None
    lit: tuple[str, ...] = ()
    page: str = ""


@dataclass(frozen=True)
class Check:
    """What a step asks for.

    Attributes:
        line: where it stands.
        hint: what is said after a wrong answer, if anything.
        solve: a way to do it.
    """

    line: int
    hint: FilledText | None
    solve: tuple[Command, ...]


@dataclass(frozen=True)
class Goal(Check):
    """A condition that is met by doing."""

    condition: Condition


@dataclass(frozen=True)
class NumberQuestion(Check):
    """A number to be predicted; it is right within the tolerance."""

    question: FilledText
    answer: Amount
    tolerance: float

    def is_right(self, number: float, value: float) -> bool:
        """Return whether `number` is near enough to the computed `value`."""
        return abs(number - value) <= self.tolerance

    def text(self, value: float) -> str:
        """Return the computed `value` as an answer is written."""
        # What was computed in fractions may miss a whole number by the last digit.
        if math.isclose(value, round(value), rel_tol=1e-12):
            return plain_text(round(value))
        return number_text(value)


@dataclass(frozen=True)
class Choice:
    """One of several answers.

    Attributes:
        text: the answer.
        right: when it is the right one.
        reason: what is said to who chooses it and is wrong.
    """

    text: str
    right: Condition | bool
    reason: FilledText | None


@dataclass(frozen=True)
class ChoiceQuestion(Check):
    """One of several answers to be predicted."""

    question: FilledText
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Draw(Check):
    """A digit to be drawn that the network reads as such; None for any."""

    digit: int | None


@dataclass(frozen=True)
class Open(Check):
    """A file of some kind to be opened."""

    kind: str


@dataclass(frozen=True)
class Find(Check):
    """A house, point or neuron to be pointed at, by its number.

    Attributes:
        layer: the number of the layer of a neuron, the inputs not counted; 0 is any.
    """

    kind: str
    answer: Amount
    layer: int = 0


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes:
        line: where its heading stands.
        heading: what it is called.
        text: its text, Markdown without HTML.
        setup: what it begins with.
        check: what it asks for, if anything.
        notes: what is said to the teacher alone, Markdown without HTML, if anything.
    """

    line: int
    heading: str
    text: FilledText
    setup: Setup | None = None
    check: Check | None = None
    notes: FilledText | None = None

    @property
    def words(self) -> int:
        """How many words there are to read: those of text, question and choices."""
        check, words = self.check, self.text.words
        if isinstance(check, NumberQuestion | ChoiceQuestion):
            words += check.question.words
        if isinstance(check, ChoiceQuestion):
            words += sum(FilledText(choice.text).words for choice in check.choices)
        return words

    @property
    def lit(self) -> tuple[str, ...]:
        """The names of the controls that are lit."""
        return () if self.setup is None else self.setup.lit


@dataclass(frozen=True)
class Lesson:
    """A lesson.

    Attributes:
        title: what it is called.
        minutes: how long it takes, about.
        language: the code of its language, such as ``en``.
        needs: what one should have done before, such as titles of other lessons.
        steps: its steps in their order.
    """

    title: str
    minutes: int
    language: str
    needs: tuple[str, ...]
    steps: tuple[Step, ...]
