"""Scenarios: everything a lab can be set to, as one value, and its text, the setup code.

A setup code names a lab and what differs from the lab's defaults, short enough for a blackboard::

    houses?learning_rate=0.01&intercept=0.45&slope=0.75
    surface?function=beale&start_x=3&start_y=-2
    slope?function=x^4-3*x^2%2Bx&start=2
    digits?network=20,20&learning_rate=1

Names are those of the declared settings, dashes and underscores alike; values are written as people
type them. A plus sign in a function is ``%2B`` (a bare ``+`` is understood, too), a percent sign
``%25``, an ampersand ``%26``. The names of a lab stand in its `Vocabulary`.
"""

import re
import urllib.parse
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Self

from gdstudio.errors import BadInput
from gdstudio.experiment.digits.vocabulary import DIGITS
from gdstudio.experiment.experiment import Experiment
from gdstudio.experiment.functions.slope_choices import SLOPE
from gdstudio.experiment.functions.surface_choices import SURFACE
from gdstudio.experiment.houses.houses_choices import HOUSES
from gdstudio.experiment.points.vocabulary import POINTS
from gdstudio.experiment.vocabulary import (
    DataChoice,
    Function,
    Several,
    Vocabulary,
    YesNo,
    plain_name,
    shown,
)
from gdstudio.settings import Choice, Number, Setting, Text, WholeNumber

EXAMPLE = "houses?learning_rate=0.01"
# A network without hidden layers.
NOTHING = "none"
# Longer texts are no setup codes.
LONGEST = 10_000
_BROKEN_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_QUOTED = re.compile("[%&+#]")
# What is put around a code where it is quoted.
_AROUND = {"“": "”", "‘": "’", '"': '"', "'": "'", "`": "`", "<": ">", "„": "“"}

# Whatever can be set up, in the order of the story.
VOCABULARIES = {one.key: one for one in (SLOPE, SURFACE, HOUSES, POINTS, DIGITS)}


@dataclass(frozen=True)
class Scenario:
    """Everything a lab can be set to: what differs from its defaults, by name.

    What is not named is as usual in that lab: the learning rate is one that suits the rest, the
    start is that of the function or the houses. Data of a person's own are held as they are, which
    no code can.

    Attributes:
        lab: the key of the lab.
        settings: how the descent goes.
        start: where it begins.
        view: how it is looked at.

    Raises:
        BadInput: on construction, for the first lab, name or value that cannot be used.
    """

    lab: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    start: Mapping[str, Any] = field(default_factory=dict)
    view: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        vocabulary = _vocabulary(self.lab)
        declared = vocabulary.all
        given = {**self.settings, **self.start, **self.view}
        values: dict[str, Any] = {}
        for name, value in given.items():
            if name not in declared:
                raise vocabulary.refuse(name)
            values[name] = declared[name].check(value)
        values = vocabulary.check(values)
        for part in ("settings", "start", "view"):
            kept = {
                name: values[name]
                for name, setting in getattr(vocabulary, part).items()
                if name in values
                and (name in vocabulary.depending or values[name] != setting.default)
            }
            object.__setattr__(self, part, MappingProxyType(kept))

    @classmethod
    def of(cls, lab: str, values: Mapping[str, Any]) -> Self:
        """Return the scenario of one flat mapping of names to values."""
        vocabulary = _vocabulary(lab)
        start = {name: value for name, value in values.items() if name in vocabulary.start}
        view = {name: value for name, value in values.items() if name in vocabulary.view}
        rest = {name: values[name] for name in values if name not in start and name not in view}
        return cls(lab, rest, start, view)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the scenario of a setup code.

        Raises:
            BadInput: with one sentence that says what is wrong with it, and what is possible.
        """
        if len(text) > LONGEST:
            raise BadInput(f"This text is too long for a setup code, such as {EXAMPLE}.")
        code = _bare(text)
        head, _, rest = code.partition("?")
        lab = head.strip().casefold()
        if lab not in VOCABULARIES:
            raise _no_code(head if head.strip() else code)
        vocabulary = VOCABULARIES[lab]
        known = {plain_name(name): name for name in vocabulary.all}
        values: dict[str, Any] = {}
        for part in rest.split("&") if rest.strip() else ():
            typed, value = _name_and_value(part)
            if plain_name(typed) not in known:
                raise vocabulary.refuse(typed)
            name = known[plain_name(typed)]
            if name in values:
                raise BadInput(f"“{name}” stands twice in this setup code; keep one of them.")
            values[name] = _read(vocabulary.all[name], name, value)
        return cls.of(lab, values)

    @property
    def values(self) -> dict[str, Any]:
        """All that differs from the defaults, by name, in the order of the setup code."""
        return {**self.settings, **self.start, **self.view}

    @property
    def code(self) -> str:
        """The setup code: its text, which `parse` reads.

        Raises:
            BadInput: where the data are a person's own, or more than a code can hold.
        """
        declared = _vocabulary(self.lab).all
        parts = (f"{name}={_written(declared[name], one)}" for name, one in self.values.items())
        code = "?".join(filter(None, (self.lab, "&".join(parts))))
        if len(code) > LONGEST:
            raise BadInput(
                f"A setup code of all this would be {len(code):,} characters long, and {LONGEST:,} "
                "are the most; leave some of it out, such as points that were painted."
            )
        return code

    def prepare(self) -> Callable[[], Experiment]:
        """Return what makes the run of this scenario; a typed function takes a moment.

        Raises:
            BadInput: where no run can begin so.
        """
        return _vocabulary(self.lab).prepare(self.values)

    def changed(self, values: Mapping[str, Any], *, without: Iterable[str] = ()) -> Self:
        """Return this scenario with other values, and with those `without` left to the lab."""
        kept = {name: value for name, value in self.values.items() if name not in set(without)}
        return self.of(self.lab, {**kept, **values})

    def __hash__(self) -> int:
        return hash((self.lab, *self.values))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.lab, dict(self.settings), dict(self.start), dict(self.view))


def _vocabulary(lab: str) -> Vocabulary:
    if lab not in VOCABULARIES:
        raise _no_code(lab)
    return VOCABULARIES[lab]


def _no_code(text: str) -> BadInput:
    *labs, last = VOCABULARIES
    begins = f"it begins with {', '.join(labs)} or {last}, as in {EXAMPLE}"
    if not text.strip():
        return BadInput(f"There is no setup code here; {begins}.")
    return BadInput(f"“{shown(text.strip())}” is no setup code: {begins}.")


def _bare(text: str) -> str:
    """Return a code in one line, without the quotation marks around it."""
    code = " ".join(text.split())
    is_quoted = len(code) > 1 and _AROUND.get(code[0]) == code[-1]
    return code[1:-1].strip() if is_quoted else code


def _name_and_value(part: str) -> tuple[str, str]:
    """Return both sides of the equals sign of one setting."""
    name, equals, value = part.partition("=")
    typed = shown(part.strip())
    if not part.strip():
        raise BadInput(
            "A setting is missing beside an “&” of this setup code; copy it again as a whole."
        )
    if not equals:
        raise BadInput(f"“{typed}” has no “=” in this setup code; write name=value, as {EXAMPLE}.")
    if not name.strip() or not value.strip():
        what = "name" if value.strip() else "value"
        raise BadInput(f"“{typed}” has no {what} in this setup code; write it as in {EXAMPLE}.")
    return name.strip(), value.strip()


def _read(setting: Setting, name: str, text: str) -> Any:
    """Return the value that `text` of a code stands for."""
    if isinstance(setting, Text) and not isinstance(setting, Function):
        text = "" if text.casefold() == NOTHING else text.replace("+", " ")
    try:
        if _BROKEN_PERCENT.search(text):
            raise ValueError
        typed = urllib.parse.unquote(text, errors="strict")
    except ValueError:
        raise BadInput(
            f"“{name}={shown(text)}” is damaged at a “%” (a percent sign itself is %25); copy the "
            "setup code again."
        ) from None
    if isinstance(setting, Choice):
        key = typed.strip().casefold().replace("_", "-")
        return setting.parse(key if key in setting.options else typed)
    return setting.parse(typed)


def _written(setting: Setting, value: Any) -> str:
    """Return a value as one types it in a code."""
    if isinstance(setting, DataChoice) and setting.is_own(value):
        raise BadInput(setting.why_no_code(value))
    if isinstance(setting, YesNo):
        return "yes" if value else "no"
    if isinstance(setting, Several):
        return "all" if value == setting.options else ",".join(value)
    if isinstance(setting, WholeNumber):
        return setting.zero if setting.zero and not value else str(value)
    if isinstance(setting, Number):
        short = f"{value:g}"
        text = short if float(short) == value else repr(value)
        return text.removesuffix(".0").replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")
    text = str(value)
    if isinstance(setting, Text) and not isinstance(setting, Function):
        text = re.sub(r"\s*,\s*", ",", text) or NOTHING
    return _QUOTED.sub(lambda sign: f"%{ord(sign[0]):02X}", text)
