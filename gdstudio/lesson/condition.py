"""Amounts and conditions over the readings of a run: ``step >= 3 and slope < 0.1``.

The arithmetic is the grammar of typed functions, with readings in place of x and y; around it come
comparisons, ``and``, ``or``, ``not`` and brackets. Nothing else can be said, so that nothing in a
lesson can run code.
"""

import difflib
import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from gdstudio.engine.functions.expression import Expression
from gdstudio.engine.functions.tokens import ARITIES
from gdstudio.engine.functions.tree import CONSTANTS
from gdstudio.errors import BadInput
from gdstudio.experiment.readings import Readings
from gdstudio.experiment.vocabulary import Vocabulary, shown

LONGEST = 400
DEEPEST = 20
_EXAMPLE = "step >= 3"
_WORD = re.compile(
    r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[^\W\d]\w*(?:\.\w+)*)"
)
_SIGN = re.compile(r"<=|>=|==|!=|[<>=≤≥≠]")
_JOINT = re.compile(r"\b(?:and|or|not)\b")
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    "≤": operator.le,
    ">=": operator.ge,
    "≥": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "≠": operator.ne,
}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_STAND_IN = re.compile(r"\bq([a-z])\b")


@dataclass(frozen=True)
class Amount:
    """An expression over readings, such as ``intercept - learning_rate * gradient.intercept``.

    Attributes:
        text: as it was written.
        names: the readings that it asks for, in the order in which they first stand there.
    """

    text: str
    names: tuple[str, ...]
    _expression: Expression

    @classmethod
    def parse(cls, text: str, vocabulary: Vocabulary) -> Self:
        """Return the amount that `text` says, over the readings of a lab.

        Raises:
            BadInput: where it cannot be read, or the lab has no such reading.
        """
        _check_length(text)
        if not text.strip():
            raise BadInput("There is nothing here; write a reading or an expression, such as step.")
        names: list[str] = []

        def stand_in(found: re.Match[str]) -> str:
            name = found["name"]
            if name is None or (name in ARITIES or name in CONSTANTS):
                return found[0]
            _check_reading(name, vocabulary)
            if name not in names:
                names.append(name)
            if len(names) > len(_LETTERS):
                raise BadInput(f"At most {len(_LETTERS)} readings can stand in one expression.")
            return f"q{_LETTERS[names.index(name)]}"

        # The grammar of functions has no dots in names: letters stand for readings.
        plain = _WORD.sub(stand_in, text)
        variables = tuple(f"q{letter}" for letter in _LETTERS[: max(len(names), 1)])
        try:
            expression = Expression.parse(plain, variables)
        except BadInput as error:
            called = [*names, "step"]
            sentence = _STAND_IN.sub(
                lambda found: called[min(_LETTERS.index(found[1]), len(called) - 1)], str(error)
            )
            raise BadInput(sentence) from None
        return cls(text.strip(), tuple(names), expression)

    def value(self, readings: Readings) -> float:
        """Return what it comes to; NaN where a reading is not known yet, or it has no value."""
        if any(name not in readings for name in self.names):
            return math.nan
        return self._expression.at(*([readings[name] for name in self.names] or [0.0]))


class Condition:
    """Something that is so or not at a moment of a run.

    Attributes:
        text: as it was written.
        names: the readings that it asks for, each once.
    """

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        """Read `text`, over the readings of a lab.

        Raises:
            BadInput: where it cannot be read, or the lab has no such reading.
        """
        _check_length(text)
        if text.count("(") != text.count(")"):
            raise BadInput("The brackets of this condition do not match; close each of them.")
        self.text = " ".join(text.split())
        found: dict[str, None] = {}
        self._holds = _either(text, vocabulary, found, 0)
        self.names = tuple(found)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Condition) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Condition({self.text!r})"

    def holds(self, readings: Readings) -> bool:
        """Return whether it is so; what depends on a reading that is not known yet is not."""
        return self._holds(readings) is True


# True, False, or None where it is not known.
_Test = Callable[[Readings], bool | None]


def _either(text: str, vocabulary: Vocabulary, names: dict[str, None], depth: int) -> _Test:
    if depth > DEEPEST:
        raise BadInput("This condition has too many brackets inside each other; use fewer.")
    parts = [_all_of(part, vocabulary, names, depth) for part in _split(text, "or")]
    if len(parts) == 1:
        return parts[0]

    def holds(readings: Readings) -> bool | None:
        found = [part(readings) for part in parts]
        return True if True in found else None if None in found else False

    return holds


def _all_of(text: str, vocabulary: Vocabulary, names: dict[str, None], depth: int) -> _Test:
    parts = [_one(part, vocabulary, names, depth) for part in _split(text, "and")]
    if len(parts) == 1:
        return parts[0]

    def holds(readings: Readings) -> bool | None:
        found = [part(readings) for part in parts]
        return False if False in found else None if None in found else True

    return holds


def _one(text: str, vocabulary: Vocabulary, names: dict[str, None], depth: int) -> _Test:
    text = text.strip()
    if re.match(r"not\b", text):
        negated = _one(text[3:], vocabulary, names, depth + 1) if depth <= DEEPEST else None
        if negated is None:
            raise BadInput("There are too many “not” here; use fewer.")

        def holds(readings: Readings) -> bool | None:
            found = negated(readings)
            return None if found is None else not found

        return holds
    if not text:
        raise BadInput(f"Something is missing beside and, or or not; write it as {_EXAMPLE}.")
    is_bracket = text[0] == "(" and text[-1] == ")"
    if is_bracket and (_SIGN.search(text) or _JOINT.search(text)) and not _signs(text):
        return _either(text[1:-1], vocabulary, names, depth + 1)
    return _comparison(text, vocabulary, names)


def _comparison(text: str, vocabulary: Vocabulary, names: dict[str, None]) -> _Test:
    signs = _signs(text)
    if not signs:
        raise BadInput(
            f"“{shown(text)}” is not a condition; compare it with something, as in {_EXAMPLE}."
        )
    if any(sign[0] == "=" for sign in signs):
        raise BadInput("A single “=” compares nothing; write == for equal, or <= or >=.")
    edges = [0, *(place for sign in signs for place in sign.span()), len(text)]
    sides = [text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)]
    if not all(side.strip() for side in sides):
        raise BadInput(f"A side of “{shown(text)}” is missing; write it as {_EXAMPLE}.")
    amounts = [Amount.parse(side, vocabulary) for side in sides]
    names.update(dict.fromkeys(name for amount in amounts for name in amount.names))
    compare = [_COMPARE[sign[0]] for sign in signs]

    def holds(readings: Readings) -> bool | None:
        values = [amount.value(readings) for amount in amounts]
        if any(math.isnan(value) for value in values):
            return None
        pairs = zip(compare, values[:-1], values[1:], strict=True)
        return all(is_so(first, second) for is_so, first, second in pairs)

    return holds


def _signs(text: str) -> list[re.Match[str]]:
    """Return the comparisons that stand outside of all brackets."""
    return [found for found in _SIGN.finditer(text) if not _depth(text, found.start())]


def _split(text: str, word: str) -> list[str]:
    """Return what stands between the words `word` outside of all brackets."""
    parts, begin = [], 0
    for found in re.finditer(rf"(?<![\w.]){word}(?![\w.])", text):
        if not _depth(text, found.start()):
            parts.append(text[begin : found.start()])
            begin = found.end()
    return [*parts, text[begin:]]


def _depth(text: str, place: int) -> int:
    return text.count("(", 0, place) - text.count(")", 0, place)


def _check_length(text: str) -> None:
    if len(text) > LONGEST:
        raise BadInput(f"This has {len(text):,} characters; shorten it to {LONGEST} at most.")


def _check_reading(name: str, vocabulary: Vocabulary) -> None:
    try:
        vocabulary.reading(name)
    except KeyError:
        known = list(vocabulary.readings)
        near = difflib.get_close_matches(name, known, 1, 0.6)
        perhaps = f" (perhaps {near[0]})" if near else ""
        raise BadInput(
            f"The lab {vocabulary.title} has no reading “{shown(name)}”{perhaps}; it has "
            f"{', '.join(known[:-1])} and {known[-1]}."
        ) from None
