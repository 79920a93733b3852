"""How a setting is declared: default, range, scale, unit and a one-sentence explanation.

A setting is declared once, beside the code that obeys it, as a field of a frozen dataclass that
derives from `Settings`. The command line's options, the window's controls with their tooltips,
validation with its sentences and the saved files are all made from that declaration.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Protocol, Self

from gdstudio.errors import BadInput
from gdstudio.number_text import MINUS, count_text, machine_text, plain_text

# 60,000 with its thousands apart; 1,5 is another country's one and a half.
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+")
_WITH_COMMA = re.compile(r"([+-]?[0-9]*),([0-9]+(?:[eE][+-]?[0-9]+)?)")


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What every setting says of itself.

    Attributes:
        label: its name in the window, such as ``Learning rate``.
        explanation: one plain sentence; the tooltip and the command line's help.
        default: the value before anyone chose.
        live: whether a change applies at the next step (otherwise after Reset).
    """

    label: str
    explanation: str
    default: Any
    live: bool = False

    def check(self, value: Any) -> Any:
        """Return `value` in its canonical form, or raise `BadInput` with a sentence."""
        raise NotImplementedError

    def parse(self, text: str) -> Any:
        """Return the value that `text` (typed by a person) stands for, or raise `BadInput`."""
        # The window writes a true minus, and what it shows can be pasted.
        return self.check(text.strip().replace(MINUS, "-"))

    def _refuse(self, requirement: str, value: object) -> BadInput:
        shown = str(value)
        shown = shown if len(shown) <= 40 else shown[:39] + "…"
        shown = MINUS + shown[1:] if shown.startswith("-") else shown
        return BadInput(f"{self._name} {requirement}, and “{shown}” is not.")

    @property
    def _name(self) -> str:
        """The label, in quotes where it is no name by itself, such as “a starts at”."""
        return self.label if self.label[:1].isupper() else f"“{self.label}”"


@dataclass(frozen=True, kw_only=True)
class Number(Setting):
    """A real number in [minimum, maximum].

    `slider_minimum` and `slider_maximum` bound the slider; the box beside it takes the full range.
    """

    minimum: float
    maximum: float
    logarithmic: bool = False
    unit: str = ""
    slider_minimum: float | None = None
    slider_maximum: float | None = None

    def check(self, value: Any) -> float:
        """Return `value` as a float within the range."""
        requirement = (
            f"must be a number from {plain_text(self.minimum)} to {plain_text(self.maximum)}"
        )
        try:
            number = float(_as_programs_write(value) if isinstance(value, str) else value)
        except (TypeError, ValueError, OverflowError):
            meant = self._meant_by_comma(value)
            if meant:
                write = f"{requirement}: write {' or '.join(meant)} instead of “{value}”."
                raise BadInput(f"{self._name} {write}") from None
            raise self._refuse(requirement, value) from None
        if not math.isfinite(number) or not self.minimum <= number <= self.maximum:
            raise self._refuse(requirement, value)
        return number

    def _meant_by_comma(self, value: object) -> list[str]:
        """Return what a number with a comma may stand for: a decimal point, or thousands."""
        text = str(value).strip()
        found = _WITH_COMMA.fullmatch(text)
        readings = [f"{found[1] or '0'}.{found[2]}"] if found else []
        if _GROUPED.fullmatch(text) and not text.lstrip("+-").startswith("0"):
            readings.append(text.replace(",", ""))
        allowed = [r for r in readings if self.minimum <= float(r) <= self.maximum]
        return [reading.replace("-", MINUS) for reading in allowed]


@dataclass(frozen=True, kw_only=True)
class WholeNumber(Setting):
    """A whole number in [minimum, maximum]; `suggestions` fill a combo box.

    Where `zero` is a word, such as ``all``, 0 is allowed beside that range and stands for it.
    """

    minimum: int
    maximum: int
    logarithmic: bool = False
    unit: str = ""
    suggestions: tuple[int, ...] = ()
    zero: str = ""

    def parse(self, text: str) -> int:
        """Return the number that `text` stands for; the word for 0 is one, too."""
        return 0 if self.zero and text.strip() == self.zero else int(super().parse(text))

    def text(self, value: int) -> str:
        """Return how a value is shown: with commas, 0 as the word for it."""
        return self.zero if self.zero and value == 0 else count_text(value)

    def check(self, value: Any) -> int:
        """Return `value` as an int within the range."""
        requirement = (
            f"must be a whole number from {count_text(self.minimum)} to {count_text(self.maximum)}"
        )
        if self.zero:
            requirement += f" or “{self.zero}”"
        try:
            number = float(machine_text(value) if isinstance(value, str) else value)
        except (TypeError, ValueError, OverflowError):
            raise self._refuse(requirement, value) from None
        if not math.isfinite(number) or number != int(number):
            raise self._refuse(requirement, value)
        is_word = bool(self.zero) and number == 0
        if not is_word and not self.minimum <= number <= self.maximum:
            raise self._refuse(requirement, value)
        return int(number)


class _Labelled(Protocol):
    @property
    def label(self) -> str: ...


class Labels(Mapping[str, str]):
    """The options of a `Choice` among a catalogue's kinds: their labels, by their keys.

    It follows the catalogue: a kind that is added to it can be chosen everywhere.
    """

    def __init__(self, catalogue: Mapping[str, _Labelled]):
        self._catalogue = catalogue

    def __getitem__(self, key: str) -> str:
        return self._catalogue[key].label

    def __iter__(self) -> Iterator[str]:
        return iter(self._catalogue)

    def __len__(self) -> int:
        return len(self._catalogue)


@dataclass(frozen=True, kw_only=True)
class Choice(Setting):
    """One of a few named options: keys for programs, labels for people."""

    options: Mapping[str, str]

    def check(self, value: Any) -> str:
        """Return the key of the option."""
        key = str(value)
        if key not in self.options:
            raise self._refuse(f"must be one of {', '.join(self.options)}", value)
        return key


@dataclass(frozen=True, kw_only=True)
class Text(Setting):
    """A text with a grammar: `canonical` returns its normal form or raises `BadInput`."""

    canonical: Callable[[str], str]
    example: str = ""

    def check(self, value: Any) -> str:
        """Return the text in its normal form."""
        return self.canonical(str(value))


def _as_programs_write(text: str) -> str:
    """Return what a person typed as `float` takes it; a comma without a point may be a point."""
    return machine_text(text) if "." in text or "," not in text else text


def declare(setting: Setting) -> Any:
    """Return the dataclass field that `setting` declares."""
    return field(default=setting.default, metadata={"setting": setting})


@dataclass(frozen=True)
class Settings:
    """The base of every group of settings: a frozen dataclass whose fields are declared.

    Raises:
        BadInput: on construction, for the first field whose value cannot be used.
    """

    def __post_init__(self) -> None:
        for name, setting in self.declared().items():
            object.__setattr__(self, name, setting.check(getattr(self, name)))

    @classmethod
    def declared(cls) -> dict[str, Setting]:
        """Return the declaration of each field, by its name."""
        return {f.name: f.metadata["setting"] for f in fields(cls) if "setting" in f.metadata}

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Self:
        """Return the group with what `values` says of it; other keys are other groups'."""
        return cls(**{name: values[name] for name in cls.declared() if name in values})

    def with_live(self, other: Self) -> Self:
        """Return this group with those values of `other` that apply at the next step."""
        live = {name for name, setting in self.declared().items() if setting.live}
        return replace(self, **{name: getattr(other, name) for name in live})

    def as_dict(self) -> dict[str, Any]:
        """Return the values by name, ready for JSON."""
        return {name: getattr(self, name) for name in self.declared()}
