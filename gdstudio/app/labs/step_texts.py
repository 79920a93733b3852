"""The next step in words: the update with its numbers, and what the slopes say."""

import math
from collections.abc import Sequence

from gdstudio.app.widgets.tables.step_card import StepRow
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.hand_numbers import sum_texts
from gdstudio.number_text import number_text, plain_text

# Slopes below this share of a usual one are practically 0.
FLAT = 1e-9
# Where one slope is this many times the other, the other does not count.
_ALL_BUT_ALONE = 1e4
# Words by the sign of a number.
_SIGNS = {1: "positive", -1: "negative"}
_WAYS = {1: "up", -1: "down"}
# One number is seen on a curve, where “down” would be taken for downhill.
_WAYS_ON_A_CURVE = {1: "right", -1: "left"}


def written_out(
    row: StepRow, settings: OptimizerSettings, *, learning_rate: float | None = None
) -> str:
    """Return the update with its numbers as the optimizer's rule has them; <b>…</b> is the result.

    Such as ``new a = 0.4500 − 0.01 · 3.300 = <b>0.4170</b>``, with momentum ``0.4500 + 0.9 ·
    (−0.03300) − 0.01 · 3.300``. `learning_rate` is that of the step where a schedule has it other
    than the settings.
    """
    terms = settings.terms_of(
        row.value, row.slope, row.step, rate=learning_rate, is_weight=row.is_weight
    )
    # As on a worksheet, the result is that of the numbers written before it.
    update, _, result = sum_texts([(row.value, row.step)])[0]
    if "×" in update:
        update, result = number_text(row.value), number_text(row.new_value)
    for product in terms.products:
        factors = [] if product.rate is None else [plain_text(product.rate, 4)]
        if product.constant is not None:
            factors.append(plain_text(product.constant))
        factors.append(_factor(product.quantity))
        update += f" {'−' if product.term.sign < 0 else '+'} {' · '.join(factors)}"
        if product.divisor is not None:
            update += f" / {number_text(product.divisor)}"
    return f"new {row.name} = {update} = <b>{result}</b>"


def sentence_for(
    rows: Sequence[StepRow],
    settings: OptimizerSettings,
    *,
    flat: str = "it is flat here",
    usual: float = 0.0,
) -> str:
    """Say what the slopes of one number, or of two, mean, and where the step goes.

    `flat` is said where no slope is left. `usual` is a slope that is nothing unusual: what is
    practically 0 is so beside it; without it only 0 itself is.
    """
    if not rows:
        return ""
    if not all(math.isfinite(row.slope) and math.isfinite(row.step) for row in rows):
        return "There is no step here: the slope is not defined, or too large for a number."
    if max(abs(row.slope) for row in rows) <= FLAT * usual:
        text = f"{'The slope is' if len(rows) == 1 else 'Both slopes are'} practically 0: {flat}."
        carried = [row for row in rows if abs(row.step) > FLAT * abs(row.value)]
        if not carried or not settings.kind.moves_without_slope():
            return text
        return f"{text} {_carried_on(carried, settings, len(rows))}"
    text = _direction(rows)
    against = [row for row in rows if _is_against(row)]
    if against:
        text += f" But {_taken(against, settings, len(rows))}."
    level = [row for row in rows if row.slope == 0 and row.step != 0]
    if level:
        text += f" {_carried_on(level, settings, len(rows))}"
    lost = [row.name for row in rows if row.slope != 0 and _is_lost(row)]
    if lost:
        text += f" The step is too small beside {' and '.join(lost)} to be seen."
    note = settings.kind.division_note
    if note:
        return f"{text} {note}"
    return f"{text} {_comparison(rows[0], rows[1])}" if len(rows) == 2 else text


def drivers(row: StepRow, settings: OptimizerSettings) -> tuple[str, bool]:
    """Return what moves a number elsewhere than against its slope, and whether that is plural.

    It follows from the terms of the step: momentum has a speed, Adam a mean of slopes, and AdamW a
    decay besides, of which only what pushes that way is named.
    """
    terms = settings.terms_of(row.value, row.slope, row.step, rate=None, is_weight=row.is_weight)
    # What is lost in rounding is still what the rule goes by.
    usual = [term.mover for term in settings.kind.terms if term.mover]
    named = terms.movers(row.step) or usual[:1] or ["the step"]
    return " and ".join(named), len(named) > 1


def _direction(rows: Sequence[StepRow]) -> str:
    """Say which way the slopes point; where each step follows its slope, that it goes there."""
    first = rows[0]
    follows = not any(_is_against(row) or _is_lost(row) for row in rows)
    names = _WAYS_ON_A_CURVE if len(rows) == 1 else _WAYS
    up = _sign(-first.slope)
    if len(rows) == 1:
        goes = "goes" if follows else "should go"
        return f"The slope is {_SIGNS[-up]}, so {first.name} {goes} {names[up]}."
    second = rows[1]
    other = _sign(-second.slope)
    if up == other:
        go = "go" if follows else "should go"
        return f"Both slopes are {_SIGNS[-up]}, so both numbers {go} {names[up]}."
    goes = "goes" if follows else "should go"
    if up and other:
        return (
            f"The slope along {first.name} is {_SIGNS[-up]}, so {first.name} {goes} {names[up]}; "
            f"along {second.name} it is the other way round."
        )
    steep, level = (first, second) if up else (second, first)
    way = up or other
    stays = "" if level.step else f", so {level.name} stays"
    return (
        f"The slope along {steep.name} is {_SIGNS[-way]}, so {steep.name} {goes} {names[way]}; "
        f"along {level.name} it is 0{stays}."
    )


def _is_against(row: StepRow) -> bool:
    """Return whether a step goes where it climbs."""
    return _sign(row.slope) * _sign(row.step) > 0


def _is_lost(row: StepRow) -> bool:
    """Return whether a step is lost in the rounding of the value."""
    return row.new_value == row.value


def _carried_on(rows: Sequence[StepRow], settings: OptimizerSettings, count: int) -> str:
    """Say what still moves these of `count` numbers, whose slopes are none."""
    text = _taken(rows, settings, count)
    return f"{text[0].upper()}{text[1:]}."


def _taken(rows: Sequence[StepRow], settings: OptimizerSettings, count: int) -> str:
    """Return what takes each number where: “the speed still carries x right”."""
    names = _WAYS if count > 1 else _WAYS_ON_A_CURVE
    parts: dict[tuple[str, bool], list[str]] = {}
    for row in rows:
        parts.setdefault(drivers(row, settings), []).append(f"{row.name} {names[_sign(row.step)]}")
    return ", and ".join(
        f"{what} still {'carry' if plural else 'carries'} {' and '.join(ways)}"
        for (what, plural), ways in parts.items()
    )


def _comparison(first: StepRow, second: StepRow) -> str:
    """Say which of two numbers matters more."""
    if abs(second.slope) > abs(first.slope):
        first, second = second, first
    if second.slope == 0:
        return f"Only {first.name} matters here."
    ratio = abs(first.slope / second.slope)
    if ratio == 1:
        return "Both matter equally here."
    if ratio > _ALL_BUT_ALONE:
        return f"Here {first.name} matters over 10,000 times as much as {second.name}."
    shown = number_text(ratio, 2)
    if shown == number_text(1.0, 2):
        return "Both matter about equally here."
    return (
        f"The slope along {first.name} is {shown} times that along {second.name}: here, "
        f"{first.name} matters more."
    )


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


def _factor(number: float) -> str:
    text = number_text(number)
    return f"({text})" if number < 0 else text
