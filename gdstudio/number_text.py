"""How numbers are written everywhere in the window: few figures, a true minus, thousands apart."""

import math
from decimal import Decimal

_MINUS = "\N{MINUS SIGN}"
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number_text(value: float | None, figures: int = 4, *, sign: bool = False) -> str:
    """Return `value` with `figures` significant figures, such as ``0.4170`` or ``−1.2 × 10⁻⁷``.

    Numbers with more digits before the point than `figures` keep them all: ``16,330``.
    `sign` writes a plus before positive numbers. None and NaN are an en dash.
    """
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else f"{_MINUS}∞"
    prefix = "+" if sign and value > 0 else ""
    if value == 0:
        return "0"
    exponent = Decimal(f"{abs(value):.{figures - 1}e}").adjusted()
    if exponent < -4 or exponent >= 9:
        digits = f"{value:.{figures - 1}e}".split("e")[0]
        if "." in digits:
            digits = digits.rstrip("0").rstrip(".")
        power = str(exponent).translate(_SUPERSCRIPTS)
        text = f"{digits} × 10{power}"
    else:
        text = f"{value:,.{max(0, figures - 1 - exponent)}f}"
    return prefix + text.replace("-", _MINUS)


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
    """Return `value` with `figures` significant figures in little room: ``46.9k``, ``1.2e−7``."""
    if value is None or not math.isfinite(value) or value == 0:
        return number_text(value, figures, sign=sign)
    exponent = Decimal(f"{abs(value):.{figures - 1}e}").adjusted()
    if exponent < -3 or exponent >= 9:
        digits, power = f"{value:.{figures - 1}e}".split("e")
        if "." in digits:
            digits = digits.rstrip("0").rstrip(".")
        text = f"{digits}e{int(power)}"
    else:
        thousands = max(exponent // 3, 0) if exponent >= 4 else 0
        decimals = max(0, figures - 1 - exponent + 3 * thousands)
        text = in_thousands(value, thousands, decimals)
    return ("+" if sign and value > 0 else "") + text.replace("-", _MINUS)


def in_thousands(value: float, thousands: int, decimals: int) -> str:
    """Return `value` in ones, thousands or millions (`thousands` 0, 1, 2): ``12.5``, ``46.9k``."""
    text = f"{value / 1000**thousands:,.{decimals}f}"
    if not text.strip("-0.,"):
        text = text.lstrip("-")  # 0 has no sign
    return f"{text}{('', 'k', 'M')[thousands]}".replace("-", _MINUS)


def plain_text(value: float, figures: int = 6) -> str:
    """Return `value` as one would type it into a box: ``0.01``, ``2.5e-07``."""
    return f"{value:.{figures}g}"


def count_text(count: int) -> str:
    """Return a whole number with its thousands apart: ``60,000``."""
    return f"{count:,}".replace("-", _MINUS)


def digit_text(digit: int) -> str:
    """Return a digit with its article: ``a 3``, ``an 8``."""
    return f"{'an' if digit == 8 else 'a'} {digit}"


def money_text(dollars: float | None) -> str:
    """Return whole dollars: ``$337,120``, ``−$1,200``."""
    if dollars is None or math.isnan(dollars):
        return "–"
    if not abs(dollars) < 1e15:
        return "$∞" if dollars > 0 else f"{_MINUS}$∞"
    return f"{_MINUS if round(dollars) < 0 else ''}${abs(round(dollars)):,}"


def percent_text(fraction: float | None, decimals: int = 1) -> str:
    """Return a fraction as a percentage: ``94.3 %``."""
    if fraction is None or math.isnan(fraction):
        return "–"
    return f"{100 * fraction:.{decimals}f} %".replace("-", _MINUS)


def axis_text(value: float, spacing: float) -> str:
    """Return a tick's label, its neighbours `spacing` away: ``5,000``, ``200k``, ``0.1``."""
    if abs(value) < spacing * 1e-6:
        return "0"
    if abs(value) >= 1e9:
        return number_text(value, 2)
    if spacing >= 50_000 and abs(value) < 1e6:
        return f"{value / 1000:,.0f}k".replace("-", _MINUS)
    if abs(value) >= 1e6 and spacing >= 10_000:
        decimals = max(0, 6 - math.floor(math.log10(spacing) + 1e-9))
        return f"{value / 1e6:,.{decimals}f}M".replace("-", _MINUS)
    if abs(value) < 1e-4:
        return number_text(value, 3)
    decimals = max(0, -math.floor(math.log10(spacing) + 1e-9))
    return f"{value:,.{decimals}f}".replace("-", _MINUS)


def axis_money_text(value: float, spacing: float) -> str:
    """Return the label of a tick on an axis of dollars: ``$200k``."""
    text = axis_text(value, spacing)
    return f"{_MINUS}${text[1:]}" if text.startswith(_MINUS) else f"${text}"


def count_word(count: int) -> str:
    """Return a small whole number as a word: ``ten``; from 13 on in figures."""
    words = "no one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905
    return words[count] if 0 <= count < len(words) else count_text(count)
