"""A number as people and spreadsheets write it: 1,234.5 or 1.234,5 m² or ca. $250k or (12).

A cell by itself may leave open whether its mark parts thousands or decimals. Then both readings are
kept, and the column decides.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import NamedTuple

from gdstudio.data.tables.number_words import (
    AREAS,
    BEFORE,
    BEHIND,
    CURRENCIES,
    DOUBTFUL,
    LONGEST_PHRASE,
    MIL_IS_A_MILLION,
    MISSING,
    MULTIPLIERS,
    PER,
    PER_MONTH,
    PER_WEEK,
    UNITS,
    Unit,
    words_of,
)

# No number has more characters, and nothing longer is looked at.
LONGEST = 400
_REWRITTEN = str.maketrans(
    dict.fromkeys("−‒–—﹣－", "-")
    | dict.fromkeys("\t\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}", " ")
    | dict.fromkeys("\N{FIGURE SPACE}\N{HAIR SPACE}\N{IDEOGRAPHIC SPACE}", " ")
    | dict.fromkeys("’‘ʼ′´`＇", "'")
    | dict.fromkeys(
        "\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NO-BREAK SPACE}\u200e\u200f\N{REPLACEMENT CHARACTER}", ""
    )
    | {
        "٫": ".",
        "٬": ",",
        "٪": "%",
        "，": ",",
        "．": ".",
        "（": "(",
        "）": ")",
        "￥": "¥",
        "＄": "$",
    }
    | {"￡": "£", "￦": "₩", "＋": "+", "％": "%"}
)
_FRACTIONS = {"½": "5", "¼": "25", "¾": "75"}
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")
# The figures of a number, with all marks and spaces in them.
CORE = re.compile(r"[.,]?\d(?:[\d.,' _]*\d)?[.,]?")
_EXPONENT = re.compile(r"[eE]([+-]?\d{1,4})(?!\w)")
_NO_CENTS = re.compile(r" ?-{1,3}(?![\w-])")
_ENDS_WITH_MINUS = re.compile(r"-(?![\w-])")
_SQUARED = re.compile(r"(?<=[mt])[ ^]+(?=[23](?!\w))")
_STRAY_DIGIT = re.compile(r"(?<![^\W\d_])[\d²³¹⁰-⁹]|\d\d")
_SPACED = re.compile(r"[1-9]\d{0,2}(?:([ '_])\d{3})(?:\1\d{3})*(?:[.,]\d*)?")
_PLAIN = {mark: re.compile(rf"\d+{mark}?\d*|{mark}\d+") for mark in (r"\.", ",")}
_GROUPED = {
    (group, mark): re.compile(
        rf"[1-9]\d{{0,2}}(?:{group}\d{{3}})+(?:{mark}\d*)?"
        rf"|[1-9]\d?(?:{group}\d\d)+{group}\d{{3}}(?:{mark}\d*)?"
    )
    for group, mark in ((",", r"\."), (r"\.", ","))
}
_KNOWN_BEFORE = CURRENCIES.keys() | MULTIPLIERS.keys() | BEFORE
# A currency of some country: R 1 850 000, UF 5.400.
_CODE = re.compile(r"[A-Z]{1,3}\.?")
_INFINITE = re.compile(r"[+-]?inf(?:inity)?", re.I)
_DATE = re.compile(
    r"\d{1,4}([-./])\d{1,2}\1(?:\d{1,4})?(?:[ T]\d.*)?|\d{1,2}:\d\d(?::\d\d)?|0\d\.(?:19|20)\d\d"
)
_RANGE = re.compile(
    r"\d\D{0,12}(?:-|\bto\b|\bbis\b|\ba\b|à|\btill\b|\btot\b|\btil\b|\bdo\b|~)\D{0,12}\d"
)
_LIST = re.compile(r"[^\d]*\d+(?:\.\d+)?(?:[,;/|] ?\d+(?:\.\d+)?)+[^\d]*")


class Unread(NamedTuple):
    """A cell without a number: why, to be said after its text; nothing where it is empty."""

    why: str


@dataclass(frozen=True, slots=True)
class Written:
    """A number as it is written.

    Attributes:
        point: its figures where a point marks the decimals; empty if it cannot be read so.
        comma: its figures where a comma does.
        negative: whether it is below 0.
        power: the power of ten that multiplies it: 3 for 450k.
        doubtful: a word behind it that multiplies sums of money only, such as m.
        unit: what it counts, if that is said.
        unknown: words behind it that are no known unit.
        before: a short word before it that is no known currency.
    """

    point: str
    comma: str
    negative: bool
    power: int
    doubtful: str
    unit: Unit | None
    unknown: str
    before: str = ""

    @property
    def is_open(self) -> bool:
        """Whether both readings are possible, and differ."""
        return bool(self.point and self.comma) and self.point != self.comma

    @property
    def proves(self) -> str:
        """The mark of decimals without which it cannot be read, or nothing."""
        if self.point and self.comma:
            return ""
        return "." if self.point else ","

    def value(self, mark: str, *, is_money: bool = False) -> float:
        """Return the number if `mark` marks the decimals; NaN if it cannot be read so."""
        figures = self.comma if mark == "," else self.point
        if not figures:
            return float("nan")
        power = self.power
        if self.doubtful and (is_money or (self.unit is not None and self.unit.kind == "money")):
            power += self._doubtful_power
        number = float(f"{figures}e{power}" if power else figures)
        return -number if self.negative else number

    def unit_for(self, *, is_money: bool) -> Unit | None:
        """Return its unit, in a column of sums of money or in another."""
        if self.unit is None and self.doubtful and not is_money and DOUBTFUL[self.doubtful][1]:
            return Unit(DOUBTFUL[self.doubtful][1], "other")
        return self.unit

    @property
    def _doubtful_power(self) -> int:
        if self.doubtful == "mil" and self.unit is not None and self.unit.name in MIL_IS_A_MILLION:
            return 6
        return len(f"{DOUBTFUL[self.doubtful][0]:.0f}") - 1


def rewritten(text: str) -> str:
    """Return `text` with the digits, signs and spaces that ASCII has."""
    if text.isascii():
        return text
    text = text.translate(_REWRITTEN)
    if _OTHER_DIGIT.search(text):
        text = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    return text


def understand(cell: str) -> Written | Unread:
    """Return the number in `cell`, or why there is none."""
    if len(cell) > LONGEST:
        return Unread("is longer than any number")
    text = cell.strip()
    text = rewritten(text).strip()
    if text.lower() in MISSING:
        return Unread("")
    # Spreadsheets mark texts so: '169 or ="169".
    text = text.removeprefix('="').removeprefix("'")
    negative = False
    if text.startswith("(") and text.endswith(")"):
        text, negative = text[1:-1].strip(), True
    fraction = ""
    if not text.isascii():
        text, fraction = _without_fraction(text)
    found = CORE.search(text)
    if found is None:
        infinite = _INFINITE.fullmatch(text)
        return _infinite(text) if infinite else Unread("has no number in it")
    before, core, behind = text[: found.start()], found[0], text[found.end() :]
    signs = [c for c in before if c in "+-"]
    prefix = _before("".join(c for c in before if c not in "+-"))
    if prefix is None or len(signs) > 1:
        return Unread(_reason(text) or "begins with words")
    negative ^= "-" in signs
    unit, power, unknown_before = prefix
    exponent = _EXPONENT.match(behind)
    if exponent:
        power += int(exponent[1])
        behind = behind[exponent.end() :]
    if core[-1] in ".," or behind.startswith(":-"):
        no_cents = _NO_CENTS.match(behind.removeprefix(":"))
        if no_cents:
            behind = behind.removeprefix(":")[no_cents.end() :]
            core = core.rstrip(".,")
    elif _ENDS_WITH_MINUS.match(behind) and not signs:
        negative, behind = not negative, behind[1:]
    behind = _SQUARED.sub("", behind).rstrip('"')
    if _STRAY_DIGIT.search(behind) or _DATE.fullmatch(text):
        return Unread(_reason(text) or "has several numbers in it")
    readings = _readings(core, scientific=exponent is not None)
    if readings is None:
        return Unread(_reason(text) or "has its marks where none can be")
    point, comma = readings
    if fraction:
        if not point.isdigit():
            return Unread("has its marks where none can be")
        point = comma = f"{point}.{fraction}"
    more, doubtful, unit, unknown = _behind(behind, unit)
    return Written(point, comma, negative, power + more, doubtful, unit, unknown, unknown_before)


def _without_fraction(text: str) -> tuple[str, str]:
    """Return `text` without ½, ¼ or ¾, and its decimals: 3½ is 3 and 5."""
    for sign, decimals in _FRACTIONS.items():
        if text.count(sign) == 1:
            before, behind = text.split(sign)
            before = before.rstrip()
            return (before if before[-1:].isdigit() else f"{before}0") + behind, decimals
    return text, ""


def _infinite(text: str) -> Written:
    return Written("inf", "inf", text.startswith("-"), 0, "", None, "")


def _readings(core: str, *, scientific: bool) -> tuple[str, str] | None:
    """Return the figures, if a point and if a comma marks the decimals."""
    if " " in core or "'" in core or "_" in core:
        if not _SPACED.fullmatch(core):
            return None
        core = core.replace(" ", "").replace("'", "").replace("_", "")
        # Thousands are marked already.
        scientific = True
    if core.isdigit():
        return core, core
    point = _reading(core, ",", ".", plain=scientific)
    comma = _reading(core, ".", ",", plain=scientific)
    return (point, comma) if point or comma else None


def _reading(core: str, group: str, mark: str, *, plain: bool) -> str:
    escaped_group, escaped_mark = (re.escape(sign) for sign in (group, mark))
    if _PLAIN[escaped_mark].fullmatch(core):
        return core.replace(mark, ".")
    if not plain and _GROUPED[escaped_group, escaped_mark].fullmatch(core):
        return core.replace(group, "").replace(mark, ".")
    return ""


def _before(text: str) -> tuple[Unit | None, int, str] | None:
    """Return the currency, the power of ten and a short unknown word before a number.

    None if other words stand there.
    """
    unit, power = None, 0
    words = words_of(text) if text.strip() else []
    if words[:1] == ["rs"] and text.endswith("rs"):
        return None  # rs7412 is a place in a genome
    if len(words) == 1 and words[0] not in _KNOWN_BEFORE and _CODE.fullmatch(text.strip()):
        return None, 0, words[0]
    at = 0
    while at < len(words):
        for length in range(min(LONGEST_PHRASE, len(words) - at), 0, -1):
            phrase = " ".join(words[at : at + length])
            is_last = at + length == len(words)
            if phrase in CURRENCIES:
                unit = CURRENCIES[phrase]
            elif phrase in MULTIPLIERS and MULTIPLIERS[phrase][1] is not None:
                factor, unit = MULTIPLIERS[phrase]
                power = _power(factor)
            elif phrase not in BEFORE or (is_last and text[-1].isalpha()):
                continue  # ab5 is a name
            at += length
            break
        else:
            return None
    return unit, power, ""


def _behind(text: str, unit: Unit | None) -> tuple[int, str, Unit | None, str]:
    """Return the power of ten, a doubtful word, the unit and unknown words behind a number."""
    words = words_of(text) if text.strip() else []
    power, doubtful, at = 0, "", 0
    if words and words[0] == "m" and text.lstrip().startswith("M"):
        power, at = 6, 1
    while at < len(words):
        for length in range(min(LONGEST_PHRASE, len(words) - at), 0, -1):
            phrase = " ".join(words[at : at + length])
            if at == 0 and phrase in MULTIPLIERS:
                factor, currency = MULTIPLIERS[phrase]
                power, unit = _power(factor), currency or unit
            elif at == 0 and phrase in DOUBTFUL:
                doubtful = phrase
            elif phrase in PER_MONTH or phrase in PER_WEEK:
                period = "month" if phrase in PER_MONTH else "week"
                unit = unit and Unit(f"{unit.name} per {period}", unit.kind)
            elif phrase in UNITS and (unit is None or unit.kind == UNITS[phrase].kind == "money"):
                unit = UNITS[phrase]
            elif length > 1 and words[at] in PER and " ".join(words[at + 1 : at + length]) in AREAS:
                area = AREAS[" ".join(words[at + 1 : at + length])].name.removesuffix("s")
                unit = Unit(f"{unit.name if unit else ''} per {area}".strip(), "rate")
            elif phrase not in BEHIND:
                continue
            at += length
            break
        else:
            return power, doubtful, unit, " ".join(words[at:])
    return power, doubtful, unit, ""


def _power(factor: float) -> int:
    return len(f"{factor:.0f}") - 1


def _reason(text: str) -> str:
    """Say what a text with several numbers is."""
    if _DATE.fullmatch(text):
        return "is a date or a time"
    if _RANGE.search(text):
        return "is a range"
    if _LIST.fullmatch(text):
        return "is a list"
    return ""
