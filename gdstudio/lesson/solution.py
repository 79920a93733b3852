"""The lines of ``solve``: a way through a step that can be gone without a window.

::

    step 3
    run until slope < 0.1 at most 2000
    set learning_rate 0.1
    downhill 1.5
    reset
    open reader
    answer 0.417
    choose 2
"""

import re
from dataclasses import dataclass
from typing import Any

from gdstudio.errors import BadInput
from gdstudio.experiment.vocabulary import Vocabulary, plain_name, shown
from gdstudio.lesson.condition import Condition
from gdstudio.number_text import parse_number

MOST_STEPS = 100_000
_UNTIL = re.compile(r"run\s+until\s+(.+?)\s+at\s+most\s+(\S+)", re.DOTALL)
_FORMS = (
    "step 3, run until slope < 0.1 at most 2000, set learning_rate 0.1, downhill 1.5, reset, "
    "open reader, answer 0.417 or choose 2"
)


@dataclass(frozen=True)
class MakeSteps:
    """Steps are made, at most `count`, until a condition holds if one is named."""

    count: int
    until: Condition | None = None


@dataclass(frozen=True)
class SetValue:
    """A setting of the lab gets a value."""

    name: str
    value: Any


@dataclass(frozen=True)
class GoDownhill:
    """In the fog the person makes a step of this length straight downhill."""

    length: float


@dataclass(frozen=True)
class Reset:
    """The run goes back to its start."""


@dataclass(frozen=True)
class OpenReader:
    """The network that comes with the app becomes that of the lab Digits."""


@dataclass(frozen=True)
class GiveNumber:
    """A number is the answer."""

    number: float


@dataclass(frozen=True)
class GiveChoice:
    """The choice with this number, counted from 1, is the answer."""

    number: int


Command = MakeSteps | SetValue | GoDownhill | Reset | OpenReader | GiveNumber | GiveChoice


def parse_command(text: str, vocabulary: Vocabulary) -> Command:
    """Return what a line of ``solve`` says.

    Raises:
        BadInput: where it says nothing that can be done in that lab.
    """
    words = text.split()
    if found := _UNTIL.fullmatch(text.strip()):
        return MakeSteps(_count(found[2]), Condition(found[1], vocabulary))
    if words == ["reset"]:
        return Reset()
    if words == ["open", "reader"]:
        if vocabulary.key != "digits":
            raise BadInput("The reader can be opened in the lab Digits only; set that up.")
        return OpenReader()
    if len(words) == 2 and words[0] == "step":
        return MakeSteps(_count(words[1]))
    if len(words) == 2 and words[0] == "downhill":
        if "fog" not in vocabulary.all:
            raise BadInput("There is fog in the lab Surface only; set that up.")
        length = _number(words[1], "downhill 1.5")
        if not length > 0:
            raise BadInput(f"“{shown(words[1])}” is no length of a step; write downhill 1.5.")
        return GoDownhill(length)
    if len(words) == 2 and words[0] == "choose":
        return GiveChoice(_count(words[1]))
    if len(words) == 2 and words[0] == "answer":
        return GiveNumber(_number(words[1], "answer 0.417"))
    if len(words) >= 3 and words[0] == "set":
        known = {plain_name(name): name for name in vocabulary.all}
        name = known.get(plain_name(words[1]))
        if name is None:
            raise vocabulary.refuse(words[1])
        return SetValue(name, vocabulary.all[name].parse(" ".join(words[2:])))
    raise BadInput(f"“{shown(text)}” is no way to solve a step; write {_FORMS}.")


def _number(text: str, example: str) -> float:
    try:
        return parse_number(text)
    except ValueError:
        raise BadInput(f"“{shown(text)}” is not a number; write {example}.") from None


def _count(text: str) -> int:
    plain = text.replace(",", "")
    is_whole = plain.isascii() and plain.isdecimal() and len(plain) <= len(str(MOST_STEPS))
    if not is_whole or not 1 <= int(plain) <= MOST_STEPS:
        raise BadInput(f"“{shown(text)}” must be a whole number between 1 and {MOST_STEPS:,} here.")
    return int(plain)
