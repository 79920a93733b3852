"""The names by which a lab is set up, and by which its run can be asked: one declaration each."""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from gdstudio.engine.functions.expression import Expression
from gdstudio.errors import BadInput
from gdstudio.experiment.experiment import Experiment
from gdstudio.experiment.readings import Readable, Reading, Readings, readings, told
from gdstudio.settings import Choice, Setting, Text, WholeNumber
from gdstudio.visible_text import shortened, visible

_SHOWN = 60
_WORD = re.compile(r"[^\W\d_][\w -]+")


@dataclass(frozen=True, kw_only=True)
class YesNo(Setting):
    """Whether something is so."""

    default: Any = False

    def parse(self, text: str) -> bool:
        """Return what ``yes`` or ``no`` stands for."""
        return self.check({"yes": True, "no": False}.get(text.strip().casefold(), text))

    def check(self, value: Any) -> bool:
        """Return `value`, if it is True or False."""
        if value is not True and value is not False:
            raise self._refuse("must be yes or no", value)
        return value


@dataclass(frozen=True, kw_only=True)
class Several(Setting):
    """Some of a few named options, by their keys, in the order of the options."""

    options: tuple[str, ...]
    default: Any = ()

    def parse(self, text: str) -> tuple[str, ...]:
        """Return the options that `text` names, with commas between them; ``all`` is all."""
        keys = [key.strip().casefold().replace("_", "-") for key in text.split(",")]
        return self.options if keys == ["all"] else self.check(keys)

    def check(self, value: Any) -> tuple[str, ...]:
        """Return the keys in the order of the options, each once."""
        unknown = [key for key in value if key not in self.options]
        if unknown:
            some = f"must be “all” or some of {', '.join(self.options)}"
            raise self._refuse(some, unknown[0])
        return tuple(key for key in self.options if key in value)


@dataclass(frozen=True, kw_only=True)
class DataChoice(Choice):
    """A data set by its key, or data of a person's own, which no setup code can name.

    Attributes:
        is_own: whether a value is data of one's own.
        why_no_code: returns the sentence that says so of them.
        declared: the choice that knows what else can be typed, such as the place of a file.
    """

    is_own: Callable[[Any], bool]
    why_no_code: Callable[[Any], str]
    declared: Setting

    @classmethod
    def of(cls, choice: Setting, **more: Any) -> "DataChoice":
        """Return `choice` with data of one's own beside its options."""
        assert isinstance(choice, Choice)
        names = ("label", "explanation", "default", "options")
        return cls(**{name: getattr(choice, name) for name in names}, declared=choice, **more)

    def parse_place(self, text: str) -> Any:
        """Return the key that `text` is, or the data of one's own that are there; reads them.

        Raises:
            BadInput: if it is neither, or they cannot be used.
        """
        return self.check(self.declared.parse(text))

    def parse(self, text: str) -> str:
        """Return the key that `text` is."""
        return super().check(text)

    def check(self, value: Any) -> Any:
        """Return the key, or the data of one's own as they are."""
        return value if self.is_own(value) else super().check(value)


@dataclass(frozen=True, kw_only=True)
class Function(Text):
    """A well-known function by its key, or one that a person typed."""


def function_setting(
    options: Mapping[str, object], variables: tuple[str, ...], default: str
) -> Function:
    """Return the declaration of a function of `variables`."""

    def canonical(text: str) -> str:
        key = text.strip().casefold().replace("_", "-").replace(" ", "-")
        if key in options:
            return key
        try:
            typed = Expression.parse(text, variables)
        except BadInput:
            if not _WORD.fullmatch(text.strip()):
                raise
            raise BadInput(
                f"There is no function “{shown(text)}”; choose one of {', '.join(options)}, or "
                "write one, such as x^2."
            ) from None
        short = typed.text.replace("**", "^").replace(" ", "")
        # Without spaces max(1, 2) would be max(1,2), which may be a decimal comma.
        try:
            return short if Expression.parse(short, variables) == typed else typed.text
        except BadInput:
            return typed.text

    return Function(
        label="Function",
        explanation=f"What is walked on: one of {', '.join(options)}, or a function of "
        f"{' and '.join(variables)}.",
        default=default,
        canonical=canonical,
        example="x^4 - 3*x^2 + x",
    )


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """What there is to know of a lab without its window: its names, and what makes its run.

    The names stand in the order in which a setup code has them.

    Attributes:
        key: its name for programs, with which a setup code begins.
        title: what the lab is called.
        settings: how the descent goes.
        start: where it begins.
        view: how it is looked at.
        readings: what its run can be asked for; ``gradient`` stands for ``gradient.x``, too.
        objective: the reading that descent makes smaller, as the bar has it.
        told: the readings that are told of a moment, in this order.
        depending: names whose default depends on the others, such as the learning rate.
        ground: names of the settings that say what is walked on: only ways on the same ground can
            be drawn in one picture.
        aside: names of the settings that change nothing of the first run, but what goes beside it.
        check: whether all values go together; raises `BadInput`, and returns their normal form.
        ends: the setting that says when a run ends; empty where it goes on until it comes to rest.
        judged_by: the readings by which runs are compared, the first that all of them know; empty
            for `objective`.
        prepare: everything else that can be said against them, such as a start without ground; it
            may take a moment. Returns what makes the run.
    """

    key: str
    title: str
    settings: Mapping[str, Setting]
    start: Mapping[str, Setting]
    view: Mapping[str, Setting]
    readings: Mapping[str, Reading]
    prepare: Callable[[dict[str, Any]], Callable[[], Experiment]]
    objective: str = "loss"
    told: tuple[str, ...] = ("step", "loss")
    ends: str = ""
    judged_by: tuple[str, ...] = ()
    depending: frozenset[str] = frozenset()
    ground: frozenset[str] = frozenset()
    aside: frozenset[str] = frozenset()
    check: Callable[[dict[str, Any]], dict[str, Any]] = dict

    @property
    def all(self) -> dict[str, Setting]:
        """The declarations of all names."""
        return {**self.settings, **self.start, **self.view}

    def reading(self, name: str) -> Reading:
        """Return the declaration of a reading; one of ``adam.value`` is that of ``value``.

        Raises:
            KeyError: if the lab has no such reading.
        """
        if name in self.readings:
            return self.readings[name]
        first, _, rest = name.partition(".")
        if first in self.readings:
            # What the lab has itself is written as its own: a number of steps has no decimals.
            whole = self.readings[first]
            return replace(whole.parts.get(rest) or self.readings.get(rest, whole), label=rest)
        return replace(self.readings[rest], label=f"{first} {self.label(rest)}")

    def label(self, name: str) -> str:
        """Return what people call a reading."""
        return self.reading(name).label or name

    def text(self, name: str, value: float | None) -> str:
        """Return the value of a reading as it is written everywhere."""
        return self.reading(name).text(value)

    def tell(self, snapshot: Readable) -> str:
        """Return the moment of `snapshot` in words, as a screen reader says it."""
        known = {**readings(snapshot), **told(snapshot)}
        return ", ".join(
            f"{self.label(name)} {self.text(name, known[name])}"
            for name in self.newest(self.told, known)
        )

    def newest(self, names: Iterable[str], known: Readings) -> list[str]:
        """Return those of `names` that are `known`; in place of one its newer estimate."""
        estimates = {one.estimates: name for name, one in self.readings.items() if one.estimates}
        wanted = [estimates[name] if estimates.get(name) in known else name for name in names]
        return [name for name in wanted if name in known]

    def refuse(self, name: str) -> BadInput:
        """Return what to say of a name that the lab does not have."""
        known = list(self.all)
        near = difflib.get_close_matches(name, known, 1, 0.6)
        perhaps = f" (perhaps {near[0]})" if near else ""
        plain = [one for one in known if "." not in one]
        return BadInput(
            f"The lab {self.title} has no “{shown(name)}”{perhaps}; it has {', '.join(plain[:-1])}"
            f" and {plain[-1]}."
        )


SEED = WholeNumber(
    label="Seed",
    explanation="The number that the start is drawn from; 0 is the start that is usual here.",
    default=0,
    minimum=0,
    maximum=2**31 - 1,
)


def speed_setting(usual: int) -> WholeNumber:
    """Return the declaration of the speed, which is `usual` at first; 0 is as fast as it goes."""
    return WholeNumber(
        label="Speed",
        explanation="How many steps are made a second; max is as fast as it goes.",
        default=usual,
        minimum=1,
        maximum=1_000_000,
        zero="max",
    )


def shown(text: object) -> str:
    """Return what somebody wrote as it can be said in a sentence."""
    return shortened(visible(str(text)), _SHOWN)


def plain_name(name: str) -> str:
    """Return a name without what makes no difference."""
    return name.strip().casefold().replace("-", "_")
