"""Texts with numbers of the run in them: ``the SSE is {= sse : 3}``.

Between ``{=`` and ``}`` stands a reading or an expression over readings. After a colon may follow
how many decimals are written, or more where these would say something else: what the reader has
changed meanwhile may need them. Without, a reading is written as it is everywhere, and other
amounts with four figures.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from gdstudio.errors import BadInput
from gdstudio.experiment.readings import Readings
from gdstudio.experiment.vocabulary import Vocabulary
from gdstudio.lesson.condition import Amount
from gdstudio.lesson.formula_text import FORMULA
from gdstudio.number_text import fixed_text, number_text

BLANK = re.compile(r"\{=([^{}\n]*)\}")
UNCLOSED = "A “{=” is not closed in its line; write {= step}."
UNKNOWN = "…"
_DECIMALS = re.compile(r"(.*):\s*([0-9]+)\s*")
_MOST_DECIMALS = 9
# A number is said as this share of itself from what it is, or better.
_ROUNDING = 0.005


@dataclass(frozen=True)
class Blank:
    """A place in a text where a number is written.

    Attributes:
        amount: what is written there.
        decimals: the fewest decimals that are written; more are where the number, rounded to
            these, would be off by over half a percent. None writes it as it is usual.
        vocabulary: how readings are written.
    """

    amount: Amount
    decimals: int | None
    vocabulary: Vocabulary

    @classmethod
    def parse(cls, inside: str, vocabulary: Vocabulary) -> Self:
        """Return what stands between ``{=`` and ``}``.

        Raises:
            BadInput: where it cannot be read.
        """
        found = _DECIMALS.fullmatch(inside)
        text, decimals = (found[1], int(found[2][:9])) if found else (inside, None)
        if decimals is not None and decimals > _MOST_DECIMALS:
            raise BadInput(f"{_MOST_DECIMALS} decimals are the most; write {{={text}: 3}}.")
        return cls(Amount.parse(text, vocabulary), decimals, vocabulary)

    def fill(self, readings: Readings) -> str:
        """Return the number as it is written.

        Raises:
            BadInput: where there is none at this moment.
        """
        value = self.amount.value(readings)
        if not math.isfinite(value):
            raise BadInput(
                f"“{self.amount.text}” has no value here; ask for it where the run knows it."
            )
        return self.text(value)

    def text(self, value: float) -> str:
        """Return a number as it is written here."""
        if self.decimals is not None:
            for decimals in range(self.decimals, _MOST_DECIMALS + 1):
                if abs(round(value, decimals) - value) <= _ROUNDING * abs(value):
                    return fixed_text(value, decimals)
            return number_text(value)
        if self.amount.names == (self.amount.text,):
            return self.vocabulary.text(self.amount.text, value)
        return number_text(value)


@dataclass(frozen=True)
class FilledText:
    """A text and its blanks, in their order, each with its line."""

    source: str
    blanks: tuple[tuple[int, Blank], ...] = ()

    @classmethod
    def parse(cls, text: str, line: int, vocabulary: Vocabulary) -> Self:
        """Return a text that stands at `line`, such as a hint.

        Raises:
            BadInput: where one of its blanks cannot be read.
        """
        found = list(BLANK.finditer(text))
        if text.count("{=") != len(found):
            raise BadInput(UNCLOSED)
        return cls(text, tuple((line, Blank.parse(one[1], vocabulary)) for one in found))

    def fill(self, readings: Readings) -> str:
        """Return the text with the numbers of a moment.

        Raises:
            BadInput: where one of them is not known.
        """
        return self.fill_by(lambda blank: blank.fill(readings))

    def fill_by(self, write: Callable[[Blank], str]) -> str:
        """Return the text with what `write` returns for each blank, from the first to the last."""
        blanks = iter(self.blanks)
        return BLANK.sub(lambda _: write(next(blanks)[1]), self.source)

    def fill_known(self, readings: Readings) -> str:
        """Return the text with the numbers of a moment, and … where one is not known."""

        def write(blank: Blank) -> str:
            try:
                return blank.fill(readings)
            except BadInput:
                return UNKNOWN

        return self.fill_by(write)

    def is_known(self, readings: Readings) -> bool:
        """Return whether all its numbers are known at a moment."""
        return all(math.isfinite(blank.amount.value(readings)) for _, blank in self.blanks)

    @property
    def words(self) -> int:
        """How many words it has; a blank counts as one, and so does a formula."""
        text = FORMULA.sub("0", BLANK.sub("0", self.source))
        return len(re.findall(r"\w[\w’'.,-]*", text))
