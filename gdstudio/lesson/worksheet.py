"""A lesson on paper: the worksheet with its blanks and answers, and the teacher's notes.

The lesson is played for it, so that every number and every answer is computed when it is printed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from gdstudio.errors import BadInput
from gdstudio.experiment.scenario import VOCABULARIES
from gdstudio.experiment.vocabulary import Vocabulary
from gdstudio.experiment.worksheets.worksheet import Task, Worksheet
from gdstudio.hand_numbers import Blank, Line, Repeated
from gdstudio.lesson.condition import Condition
from gdstudio.lesson.filled_text import Blank as Place
from gdstudio.lesson.filled_text import FilledText
from gdstudio.lesson.lesson import ChoiceQuestion, Draw, Find, Goal, Lesson, NumberQuestion
from gdstudio.lesson.library import open_lesson
from gdstudio.lesson.markup import to_paragraphs, to_words
from gdstudio.lesson.player import SECONDS, Played, walk
from gdstudio.lesson.pointing import number_label
from gdstudio.number_text import plain_text

_NO_BREAK = "\N{NO-BREAK SPACE}"
_OWN = "your own"
_HIDDEN = "\ue000"
_NOTE = "Round as the app does. A step without a blank is read, or done in the app alone."
_AGAIN = " A blank within a text is a number that was found before."
_CHECK = (
    "The answers were computed when this sheet was made. Where something is done in the app, the "
    "numbers are those of one way to do it; others are right, too."
)


@dataclass(frozen=True)
class Note:
    """What the teacher is told of one step.

    Attributes:
        heading: the number of the step and its heading.
        markdown: what is said, Markdown without HTML, with its numbers.
        answers: what the step asks for, with the answers.
    """

    heading: str
    markdown: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class LessonPaper:
    """All of a lesson that can be printed.

    Attributes:
        sheet: the worksheet; its answers are the key.
        about: how long the lesson takes, and what it needs.
        notes: what the teacher is told, step by step; empty where the lesson has no notes.
    """

    sheet: Worksheet
    about: str
    notes: tuple[Note, ...]


def read_paper(path: Path) -> LessonPaper:
    """Return what can be printed of the lesson in a file.

    Raises:
        BadInput: where it is no lesson, or it cannot be played.
    """
    return paper_of(open_lesson(path).lesson)


def paper_of(lesson: Lesson, *, seconds: float = SECONDS) -> LessonPaper:
    """Return what can be printed of a lesson; it is played, each way to a goal for `seconds`.

    Raises:
        BadInput: where it cannot be played, with the line.
    """
    tasks, notes, asked = [], [], _Asked()
    for number, played in enumerate(walk(lesson, seconds=seconds), 1):
        heading = f"{number}. {to_words(played.step.heading)}"
        instruction = tuple(asked.paragraphs(played.step.text, played))
        lines = _lines(played, asked)
        asked.take(played)
        tasks.append(Task(heading, instruction, lines=lines))
        if played.step.notes is not None:
            answers = tuple("".join(map(_answered, line)) for line in lines if _is_asked(line))
            notes.append(Note(heading, _filled(played.step.notes, played), answers))
    minutes = "1 minute" if lesson.minutes == 1 else f"{lesson.minutes} minutes"
    needs = f" Needed before: {', '.join(lesson.needs)}." if lesson.needs else ""
    about = f"About {minutes}.{needs}"
    sheet = Worksheet(
        lesson.title,
        "Go through the lesson in the app, and write down here what each step asks for.",
        (("Lesson", about),),
        tuple(tasks),
        _NOTE + (_AGAIN if asked.is_repeated else ""),
        _CHECK,
    )
    return LessonPaper(sheet, about, tuple(notes))


@dataclass
class _Asked:
    """What the steps so far have printed, and what they have asked for: that is not printed again.

    Attributes:
        printed: by lab, amount and text, the numbers that stand on the sheet.
        answers: the questions whose answers are computed, with these.
        reached: by lab and label, the readings that were written down when a goal was met.
        is_repeated: whether a text has had a blank in place of one of them.
    """

    printed: set[tuple[str, str, str]] = field(default_factory=set)
    answers: list[tuple[NumberQuestion, float]] = field(default_factory=list)
    reached: dict[tuple[str, str], float] = field(default_factory=dict)
    is_repeated: bool = False

    def paragraphs(self, text: FilledText, played: Played) -> Iterator[Line]:
        """Yield the paragraphs of a text, with a blank for each number that was asked for."""
        hidden: list[str] = []

        def write(place: Place) -> str:
            said = place.fill(played.before)
            known = (played.lab, place.amount.text, said)
            if known in self.printed or not self._has(place, played):
                self.printed.add(known)
                return said
            hidden.append(said)
            self.is_repeated = True
            return _HIDDEN  # what stands for it is nothing to Markdown

        numbers = iter(hidden)
        for paragraph in to_paragraphs(text.fill_by(write)):
            pieces = re.split(f"({_HIDDEN})", paragraph)
            yield tuple(
                Repeated(next(numbers)) if piece == _HIDDEN else piece for piece in pieces if piece
            )

    def _has(self, place: Place, played: Played) -> bool:
        """Return whether a number is one that was asked for, as that is rounded."""
        value, names = place.amount.value(played.before), place.amount.names
        labels = [_label(name, VOCABULARIES[played.lab]) for name in names]
        if len(names) == 1 and self.reached.get((played.lab, labels[0])) == value:
            return True
        # Numbers of which none depends on the other are equal by chance.
        return any(
            question.text(answer) == question.text(value) and {*names} & {*question.answer.names}
            for question, answer in self.answers
        )

    def take(self, played: Played) -> None:
        """Note what a step has asked for."""
        check = played.step.check
        if isinstance(check, NumberQuestion) and check.answer.names:
            self.answers.append((check, check.answer.value(played.before)))
        elif isinstance(check, Goal):
            for name in _known(check, played):
                label = _label(name, VOCABULARIES[played.lab])
                self.reached[played.lab, label] = played.after[name]


def _filled(text: FilledText, played: Played) -> str:
    return text.fill(played.before)


def _lines(played: Played, asked: _Asked) -> tuple[Line, ...]:
    """Return what a step asks for, with its blanks."""
    check = played.step.check
    if isinstance(check, NumberQuestion):
        answer = Blank(check.text(check.answer.value(played.before)))
        return ((*_question(check, played, asked), answer),)
    if isinstance(check, ChoiceQuestion):
        letters = [chr(ord("A") + place) for place in range(len(check.choices))]
        right = next(
            letter
            for letter, choice in zip(letters, check.choices, strict=True)
            if (
                choice.right.holds(played.before)
                if isinstance(choice.right, Condition)
                else choice.right
            )
        )
        # Other spaces become one when this is made a page.
        offered = f"{4 * _NO_BREAK} ".join(
            f"{letter}:{_NO_BREAK}{choice.text}"
            for letter, choice in zip(letters, check.choices, strict=True)
        )
        return ((*_question(check, played, asked), Blank(right)), (offered,))
    if isinstance(check, Find):
        number = plain_text(check.answer.value(played.before))
        return ((f"{number_label(check)}:  ", Blank(number)),)
    if isinstance(check, Draw):
        return (("The network reads:  ", Blank(_OWN if check.digit is None else str(check.digit))),)
    return (_reached(check, played),) if isinstance(check, Goal) else ()


def _question(
    check: NumberQuestion | ChoiceQuestion, played: Played, asked: _Asked
) -> tuple[str | Blank, ...]:
    pieces = [piece for line in asked.paragraphs(check.question, played) for piece in line]
    return (*pieces, "  ")


def _known(goal: Goal, played: Played) -> list[str]:
    """Return the readings that a goal is about, as far as they are written down."""
    vocabulary = VOCABULARIES[played.lab]
    known = [name for name in dict.fromkeys(goal.condition.names) if name in played.after]
    if not played.after.get("step"):  # what is done before the first step
        known = [name for name in known if name != "step"]
    if known == ["step"] and vocabulary.objective in played.after:
        known.append(vocabulary.objective)
    return known


def _reached(goal: Goal, played: Played) -> Line:
    """Return the numbers that a goal is about, as they are once it is met."""
    vocabulary, known = VOCABULARIES[played.lab], _known(goal, played)
    labels = [_label(name, vocabulary) for name in known]
    line: list[str | Blank] = []
    for name, label in zip(known, labels, strict=True):
        line += [
            f"{',  ' if line else 'Done in the app:  '}{label} = ",
            Blank(vocabulary.text(name, played.after[name])),
        ]
    return tuple(line)


def _label(name: str, vocabulary: Vocabulary) -> str:
    """Return what a reading is called; a part of another, such as ``other.slope``, with that."""
    whole, _, part = name.partition(".")
    if name in vocabulary.readings or whole not in vocabulary.readings or not part:
        return vocabulary.label(name)
    own = vocabulary.label(part) if part in vocabulary.readings else part
    return f"{whole.replace('_', ' ')} {own}"


def _is_asked(line: Line) -> bool:
    return any(isinstance(piece, Blank) for piece in line)


def _answered(piece: str | Blank) -> str:
    return piece if isinstance(piece, str) else piece.answer


def check_has_notes(paper: LessonPaper) -> None:
    """Refuse a lesson without notes for the teacher.

    Raises:
        BadInput: if it has none.
    """
    if not paper.notes:
        raise BadInput(
            f"“{paper.sheet.title}” has no notes for the teacher; write them in blocks ```notes, "
            "or print the worksheet alone."
        )
