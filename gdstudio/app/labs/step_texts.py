"""The next step in words: the update with its numbers, and what the slopes say."""

from collections.abc import Sequence

from gdstudio.app.number_format import number_text, plain_text
from gdstudio.app.widgets.step_card import StepRow
from gdstudio.engine.optimizers import OPTIMIZERS, OptimizerSettings
from gdstudio.engine.step_terms import step_terms

# A slope below this is flat, whatever the function.
FLAT = 1e-9
# Where one slope is so many times the other, the other does not count.
_ALL_BUT_ALONE = 1e4
_WAYS = {True: "up", False: "down"}
# One number is seen on a curve, where “down” would be taken for downhill.
_WAYS_ON_A_CURVE = {True: "right", False: "left"}
_SIGNS = {True: "negative", False: "positive"}  # of the slope, by whether it says up


def written_out(
    row: StepRow, settings: OptimizerSettings, *, learning_rate: float | None = None
) -> str:
    """Return the update with its numbers as the optimizer's rule has them; <b>…</b> is the result.

    Such as ``new a = 0.4500 − 0.01 · 3.300 = <b>0.4170</b>``, with momentum ``0.4500 + 0.9 ·
    (−0.03300) − 0.01 · 3.300``. `learning_rate` is that of the step where a schedule has it other
    than the settings.
    """
    terms = step_terms(
        row.value, row.slope, row.step, settings, rate=learning_rate, is_weight=row.is_weight
    )
    rate = plain_text(terms.rate, 4)
    update = number_text(row.value)
    if terms.momentum:
        update += f" + {plain_text(terms.momentum)} · {_factor(terms.speed)}"
    if terms.divisor is None:
        update += f" − {rate} · {_factor(terms.factor)}"
    else:
        update += f" − {rate} · {_factor(row.slope)} / {number_text(terms.divisor)}"
    if terms.decay:
        update += f" − {rate} · {plain_text(terms.decay)} · {_factor(row.value)}"
    return f"new {row.name} = {update} = <b>{number_text(row.new_value)}</b>"


def rule_text(settings: OptimizerSettings) -> str:
    """Return the rule of the chosen optimizer, as the step card captions it."""
    return OPTIMIZERS[settings.optimizer].rule


def sentence_for(
    rows: Sequence[StepRow], settings: OptimizerSettings, *, flat: str = "it is flat here"
) -> str:
    """Say what the slopes of one number, or of two, mean; `flat` is said where both are 0."""
    if not rows:
        return ""
    if max(abs(row.slope) for row in rows) < FLAT:
        text = f"{'The slope is' if len(rows) == 1 else 'Both slopes are'} practically 0: {flat}."
        carried = [row for row in rows if abs(row.step) >= FLAT]
        if carried and "momentum" in settings.uses and not OPTIMIZERS[settings.optimizer].adapts:
            moving = " and ".join(row.name for row in carried)
            text += f" The speed still carries {moving} on."
        return text
    text = _direction(rows)
    against = [row for row in rows if row.slope * row.step > 0]
    if against:
        text += f" {_why_against(against, settings)}"
    note = division_note(settings)
    if note:
        return f"{text} {note}"
    return f"{text} {_comparison(rows[0], rows[1])}" if len(rows) == 2 else text


def division_note(settings: OptimizerSettings) -> str:
    """Say what the rule divides by what, where it does; then the steeper slope does not rule."""
    if not OPTIMIZERS[settings.optimizer].adapts:
        return ""
    if "momentum" in settings.uses:
        return (
            "What η multiplies is the mean slope divided by its usual size: a steeper slope alone "
            "makes no longer step."
        )
    return "Each slope is divided by its own usual size, so the steeper does not rule."


def _direction(rows: Sequence[StepRow]) -> str:
    """Say which way the slopes point; where each step follows its slope, that it goes there."""
    follows = all(row.slope * row.step <= 0 for row in rows)
    goes = "goes" if follows else "should go"
    first = rows[0]
    up = first.slope < 0
    if len(rows) == 1:
        return f"The slope is {_SIGNS[up]}, so {first.name} {goes} {_WAYS_ON_A_CURVE[up]}."
    second = rows[1]
    if up == (second.slope < 0):
        go = "go" if follows else "should go"
        return f"Both slopes are {_SIGNS[up]}, so both numbers {go} {_WAYS[up]}."
    return (
        f"The slope along {first.name} is {_SIGNS[up]}, so {first.name} {goes} {_WAYS[up]}; "
        f"along {second.name} it is the other way round."
    )


def _why_against(rows: Sequence[StepRow], settings: OptimizerSettings) -> str:
    """Say why a step does not go where the slope points."""
    names = _WAYS if len(rows) > 1 else _WAYS_ON_A_CURVE
    ways = " and ".join(f"{row.name} {names[row.step > 0]}" for row in rows)
    if "weight_decay" in settings.uses:
        return f"But earlier slopes and the decay take {ways}."
    if OPTIMIZERS[settings.optimizer].adapts:
        return f"But the mean of the slopes so far takes {ways}."
    return f"But the speed still carries {ways}."


def _comparison(first: StepRow, second: StepRow) -> str:
    """Say which of two numbers matters more."""
    if abs(second.slope) > abs(first.slope):
        first, second = second, first
    if second.slope == 0 or abs(first.slope / second.slope) > _ALL_BUT_ALONE:
        return f"Only {first.name} matters here."
    ratio = number_text(abs(first.slope / second.slope), 2)
    return (
        f"The slope along {first.name} is {ratio} times that along {second.name}: here, "
        f"{first.name} matters more."
    )


def _factor(number: float) -> str:
    text = number_text(number)
    return f"({text})" if number < 0 else text
