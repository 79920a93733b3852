"""How lists and ranges of values are written: ``0.1, 0.3, 1``, ``0.01..10 log 7``, ``20, 20; 100``.

Numbers and names stand with commas or semicolons between them; texts that have commas of their own,
such as networks, with semicolons. A range is ``first..last`` and how its values are spaced:
``log 7`` (seven, each the same multiple of the one before) or ``linear 5``; whole numbers need
neither: ``1..5`` is 1, 2, 3, 4, 5.
"""

import math
import re
from collections.abc import Iterable
from typing import Any

from gdstudio.errors import BadInput
from gdstudio.experiment.scenario import NOTHING
from gdstudio.experiment.vocabulary import DataChoice, Function, Several, YesNo, shown
from gdstudio.number_text import MINUS, count_text, parse_number, plain_text, round_to_figures
from gdstudio.settings import Choice, Number, Setting, Text, WholeNumber

# More values of one setting are no list that anybody looks through.
MOST_VALUES = 1_000
LONGEST_TEXT = 10_000
# Values of a range are rounded to this number of figures, or more where they would be the same.
_FIGURES = 3
# A list that is suggested names at most this number of options.
_MOST_SUGGESTED = 6
_RANGE = re.compile(
    r"(?P<first>.+?)\s*\.\.\s*(?P<last>.+?)(?:\s+(?P<how>[^\W\d]+)\s+(?P<count>\S+))?"
)
_THOUSANDS = re.compile(r"\s*[0-9]{1,3}\s*,\s*0[0-9]{2}\s*")
_EXAMPLE = "0.01..10 log 7"


def parse_values(setting: Setting, text: str) -> tuple[Any, ...]:
    """Return the values that `text` lists, each once, in their order.

    Raises:
        BadInput: for the first one that cannot be used, or where there are none or too many.
    """
    if len(text) > LONGEST_TEXT:
        raise BadInput(
            f"The list of values of {setting.label} is longer than {count_text(LONGEST_TEXT)} "
            "characters; give fewer values, or a range."
        )
    is_number = isinstance(setting, Number | WholeNumber)
    if is_number and _THOUSANDS.fullmatch(text):
        joined, apart = re.sub(r"[\s,]", "", text), re.sub(r"\s*,\s*", "; ", text.strip())
        raise BadInput(
            f"“{shown(text.strip())}” can be one number or two; write {joined} or {apart}."
        )
    has_commas = isinstance(setting, Several | Text)
    parts = [part.strip() for part in re.split(";" if has_commas else "[,;]", text)]
    values: list[Any] = []
    for part in parts:
        if not part:
            raise BadInput(
                f"A value is missing in “{shown(text.strip())}”, the list of {setting.label}; "
                f"write values with {'semicolons' if has_commas else 'commas'} between them."
            )
        if is_number and ".." in part:
            values += _range(setting, part)
        else:
            values.append(_value(setting, part))
    return distinct(setting, values)


def suggested_text(setting: Setting, value: Any) -> str:
    """Return a list of values worth trying around `value`, as one types it."""
    if isinstance(setting, Number):
        low, high = setting.minimum, setting.maximum
        if setting.slider_minimum is not None and setting.slider_maximum is not None:
            low, high = setting.slider_minimum, setting.slider_maximum
        if setting.logarithmic:
            if value > 0:
                low, high = max(value / 10, setting.minimum), min(value * 10, setting.maximum)
            return f"{_typed(low)}..{_typed(high)} log 5"
        if high - low > 1e6:  # there is nowhere to begin
            low, high = value - 1, value + 1
        return f"{_typed(low)}..{_typed(high)} linear 5"
    if isinstance(setting, WholeNumber):
        near = [one for one in setting.suggestions if one != value]
        if near:
            return ", ".join(map(str, sorted({*near[:4], value} - {0})))
        high = min(max(2 * value, value + 3), setting.maximum)
        return f"{max(value // 2, setting.minimum)}..{high} linear 4"
    if isinstance(setting, Choice):
        return ", ".join(list(setting.options)[:_MOST_SUGGESTED])
    if isinstance(setting, Several):
        return ", ".join(value) or setting.options[0]
    if isinstance(setting, YesNo):
        return "no, yes"
    return str(value) or NOTHING


def _typed(number: float) -> str:
    return plain_text(number, _FIGURES, grouped=False)


def distinct(setting: Setting, values: Iterable[Any]) -> tuple[Any, ...]:
    """Return `values` in their normal form, each once.

    Raises:
        BadInput: if one cannot be used, or there are too many.
    """
    found = tuple(dict.fromkeys(setting.check(value) for value in values))
    if len(found) > MOST_VALUES:
        raise _too_many(setting)
    return found


def parse_seeds(text: str, first: int) -> tuple[int, ...]:
    """Return the seeds that `text` says: a number of them from `first` on, or which ones.

    ``3`` is three seeds; ``4, 7`` and ``1..5`` are these seeds.

    Raises:
        BadInput: if it says none, or too many.
    """
    count = WholeNumber(
        label="Seeds",
        explanation="How many seeds, from that of the scenario on, or which ones.",
        default=1,
        minimum=1,
        maximum=MOST_VALUES,
    )
    if re.search(r"[,;]|\.\.", text) is None:
        return tuple((first + number) % 2**31 for number in range(count.parse(text)))
    one = WholeNumber(label="Seed", explanation="A seed.", default=0, minimum=0, maximum=2**31 - 1)
    return parse_values(one, text)


def _value(setting: Setting, text: str) -> Any:
    if isinstance(setting, Text) and not isinstance(setting, Function):
        text = "" if text.casefold() == NOTHING else text
    if isinstance(setting, DataChoice):
        return setting.parse_place(text)
    if isinstance(setting, Choice):
        key = text.casefold().replace("_", "-")
        return setting.parse(key if key in setting.options else text)
    return setting.parse(text)


def _range(setting: Setting, text: str) -> list[float]:
    """Return the values of a range."""
    found = _RANGE.fullmatch(text.replace(MINUS, "-"))
    if found is None:
        raise _no_range(text)
    first, last = (_end(setting, found[name]) for name in ("first", "last"))
    is_whole = isinstance(setting, WholeNumber)
    how, count = found["how"], found["count"]
    if how is None:
        if not is_whole:
            raise BadInput(
                f"“{shown(text)}” does not say how its values are spaced; write "
                f"“{shown(text)} linear 5” or “{shown(text)} log 5”."
            )
        if abs(last - first) >= MOST_VALUES:
            raise _too_many(setting)
        step = 1 if last >= first else -1
        return list(range(round(first), round(last) + step, step))
    number = WholeNumber(
        label=f"The number of values in “{shown(text)}”",
        explanation="How many.",
        default=2,
        minimum=2,
        maximum=MOST_VALUES,
    ).parse(count)
    if how.casefold() == "log":
        if not (first > 0 and last > 0):
            raise BadInput(
                f"“{shown(text)}” reaches 0 or below, where nothing is a multiple of the value "
                "before; take another end, or “linear”."
            )
        low, high = math.log(first), math.log(last)
        exact = [math.exp(low + (high - low) * i / (number - 1)) for i in range(number)]
    elif how.casefold() == "linear":
        exact = [first + (last - first) * i / (number - 1) for i in range(number)]
    else:
        raise _no_range(text)
    exact[0], exact[-1] = first, last
    if is_whole:
        return [round(value) for value in exact]
    return _rounded(exact)


def _end(setting: Setting, text: str) -> float:
    """Return one end of a range."""
    try:
        number = parse_number(text)
    except ValueError:
        number = math.nan
    return float(setting.check(text.strip() if math.isnan(number) else number))


def _rounded(exact: list[float]) -> list[float]:
    """Return the values with few figures, as many as keep them apart; the ends stay."""
    for figures in range(_FIGURES, 17):
        inner = [round_to_figures(value, figures) for value in exact[1:-1]]
        rounded = [exact[0], *inner, exact[-1]]
        if len(set(rounded)) == len(set(exact)):
            return rounded
    return exact


def _no_range(text: str) -> BadInput:
    return BadInput(
        f"“{shown(text)}” is no range of values; write it as {_EXAMPLE}, or as 1..5 linear 5."
    )


def _too_many(setting: Setting) -> BadInput:
    return BadInput(
        f"{setting.label} would have more than {count_text(MOST_VALUES)} values; give fewer."
    )
