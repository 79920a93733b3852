"""How numbers are written, and read again, everywhere: few figures, a true minus, thousands apart.

A number below 0.0001, or of ten digits or more, is written with a power of ten: ``1.2 × 10⁻⁷``,
``10⁻⁶``. Nothing is written as −0 or +0. What is written can be typed back: `parse_number`.
"""

import math
import re

MINUS = "\N{MINUS SIGN}"
_RAISED = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
_SUPERSCRIPTS = str.maketrans("-0123456789", _RAISED)
_LOWERED = str.maketrans(_RAISED + "⁺", "-0123456789+")
# Powers of ten between which a number is written out.
_SMALLEST_PLAIN, _LARGEST_PLAIN = -4, 9
_GROUPED = re.compile(r"([+-]?[0-9]{1,3}(?:,[0-9]{3})+)(\.[0-9]*)?(?![0-9,])")
_POWER_OF_TEN = re.compile(
    rf"(?P<sign>[+-]?)(?:(?P<digits>[0-9.,]+) ?[×·*x] ?)?10(?:(?P<raised>[⁺{_RAISED}]+)"
    r"|(?:\^|\*\*)(?P<typed>[+-]?[0-9]+))"
)


def number_text(value: float | None, figures: int = 4, *, sign: bool = False) -> str:
    """Return `value` with `figures` significant figures, such as ``0.4170`` or ``−1.2 × 10⁻⁷``.

    Numbers with more digits before the point than `figures` keep them all: ``16,330``.
    `sign` writes a plus before positive numbers. None and NaN are an en dash.
    """
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    if value == 0:
        return "0"
    digits, exponent = _scientific(value, figures)
    if _SMALLEST_PLAIN <= exponent < _LARGEST_PLAIN:
        return fixed_text(value, max(0, figures - 1 - exponent), sign=sign)
    return _signed(power_text(digits, exponent), value, sign=sign)


def texts_apart(first: float, second: float, figures: int, most: int = 9) -> tuple[str, str]:
    """Return both numbers with at least `figures` figures, and enough that they read differently.

    Where they are the same to `most` figures, they read the same.
    """
    for count in range(figures, most + 1):
        texts = number_text(first, count), number_text(second, count)
        if texts[0] != texts[1]:
            return texts
    return number_text(first, figures), number_text(second, figures)


def short_text(value: float | None, figures: int = 3, *, sign: bool = False) -> str:
    """Return `value` with `figures` significant figures in little room: ``46.9k``, ``1.2×10⁻⁷``."""
    if value is None or not math.isfinite(value) or value == 0:
        return number_text(value, figures, sign=sign)
    digits, exponent = _scientific(value, figures)
    if not -3 <= exponent < _LARGEST_PLAIN:
        return _signed(power_text(digits, exponent, tight=True), value, sign=sign)
    thousands = max(exponent // 3, 0) if exponent >= 4 else 0
    decimals = max(0, figures - 1 - exponent + 3 * thousands)
    return in_thousands(value, thousands, decimals, sign=sign)


def in_thousands(value: float, thousands: int, decimals: int, *, sign: bool = False) -> str:
    """Return `value` in ones, thousands or millions (`thousands` 0, 1, 2): ``12.5``, ``46.9k``."""
    text = fixed_text(value / 1000**thousands, decimals, sign=sign)
    return f"{text}{('', 'k', 'M')[thousands]}"


def fixed_text(value: float, decimals: int, *, sign: bool = False) -> str:
    """Return `value` with `decimals` decimals: ``0.50``, ``−1,234.0``; a rounded 0 has no sign.

    NaN and the infinities are written as `number_text` does.
    """
    if not math.isfinite(value):
        return number_text(value)
    text = f"{value:,.{decimals}f}"
    if not text.strip("-0.,"):
        return text.lstrip("-")
    return _signed(text.replace("-", MINUS), value, sign=sign)


def plain_text(
    value: float, figures: int = 6, *, grouped: bool = True, longest: int = _LARGEST_PLAIN
) -> str:
    """Return a number as one says it, without zeros at its end: ``0.01``, ``2.5 × 10⁻⁷``.

    Not `grouped`, it is as one types it into a box, where a comma could be a decimal point. One
    with more digits before the point than `longest` has a power of ten.
    """
    if not math.isfinite(value) or value == 0:
        return number_text(value)
    digits, exponent = _scientific(value, figures)
    if not _SMALLEST_PLAIN <= exponent < longest:
        return power_text(digits, exponent)
    text = fixed_text(value, max(0, figures - 1 - exponent))
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text if grouped else text.replace(",", "")


def power_text(digits: str, exponent: int, *, tight: bool = False) -> str:
    """Return digits times a power of ten: ``1.2 × 10⁻⁷``, and ``10⁶`` where the digits are 1.

    Zeros at the end of the decimals of `digits` are left out; `tight`, the spaces too.
    """
    digits = digits.replace("-", MINUS)
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    power = f"10{str(exponent).translate(_SUPERSCRIPTS)}"
    if digits.removeprefix(MINUS) == "1":
        return digits.removesuffix("1") + power
    return f"{digits}×{power}" if tight else f"{digits} × {power}"


def machine_text(text: str) -> str:
    """Return a number's text as programs read it: ``−1,200.5`` is ``-1200.5``.

    ``1.2 × 10⁻⁷`` is ``1.2e-7``, also typed as ``1.2·10^-7``. What is no number stays as it is,
    but for its minus.
    """
    text = text.strip().replace(MINUS, "-")
    if found := _POWER_OF_TEN.fullmatch(text):
        power = found["typed"] or found["raised"].translate(_LOWERED)
        digits = machine_text(found["digits"]) if found["digits"] else "1"
        return f"{found['sign']}{digits}e{power}"
    grouped = _GROUPED.fullmatch(text)
    return text.replace(",", "") if grouped else text


def parse_number(text: str) -> float:
    """Return the number that `text` stands for, as this module writes it or as programs do.

    Raises:
        ValueError: if it is none.
    """
    return float(machine_text(text).replace("∞", "inf"))


def round_to_figures(value: float, figures: int) -> float:
    """Return `value` rounded to `figures` significant figures."""
    return float(f"{value:.{figures}g}")


def count_text(count: int) -> str:
    """Return a whole number with its thousands apart: ``60,000``."""
    return f"{count:,}".replace("-", MINUS)


def class_text(name: str) -> str:
    """Return a class in a sentence: a digit with its article, ``an 8``; else ``“circle”``."""
    if len(name) == 1 and name.isdecimal():
        return f"{'an' if name == '8' else 'a'} {name}"
    return f"“{name}”"


def money_text(dollars: float | None) -> str:
    """Return whole dollars: ``$337,120``, ``−$1,200``."""
    if dollars is None or math.isnan(dollars):
        return "–"
    if not abs(dollars) < 1e15:
        return "$∞" if dollars > 0 else f"{MINUS}$∞"
    return f"{MINUS if round(dollars) < 0 else ''}${abs(round(dollars)):,}"


def percent_text(fraction: float | None, decimals: int = 1) -> str:
    """Return a fraction as a percentage: ``94.3 %``."""
    if fraction is None or math.isnan(fraction):
        return "–"
    return f"{fixed_text(100 * fraction, decimals)} %"


def axis_text(value: float, spacing: float) -> str:
    """Return a tick's label, its neighbours `spacing` away: ``5,000``, ``200k``, ``0.1``."""
    if abs(value) < spacing * 1e-6:
        return "0"
    if abs(value) >= 1e9:
        return number_text(value, 2)
    if spacing >= 50_000 and abs(value) < 1e6:
        return in_thousands(value, 1, 0)
    if abs(value) >= 1e6 and spacing >= 10_000:
        return in_thousands(value, 2, max(0, 6 - math.floor(math.log10(spacing) + 1e-9)))
    if abs(value) < 1e-4:
        return number_text(value, 3)
    return fixed_text(value, max(0, -math.floor(math.log10(spacing) + 1e-9)))


def axis_money_text(value: float, spacing: float) -> str:
    """Return the label of a tick on an axis of dollars: ``$200k``."""
    text = axis_text(value, spacing)
    return f"{MINUS}${text[1:]}" if text.startswith(MINUS) else f"${text}"


def count_word(count: int) -> str:
    """Return a small whole number as a word: ``ten``; from 13 on in figures."""
    words = "no one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905
    return words[count] if 0 <= count < len(words) else count_text(count)


def _scientific(value: float, figures: int) -> tuple[str, int]:
    """Return the digits, with their sign, and the power of ten of a number that is not 0."""
    digits, power = f"{value:.{figures - 1}e}".split("e")
    return digits, int(power)


def _signed(text: str, value: float, *, sign: bool) -> str:
    return f"+{text}" if sign and value > 0 else text
