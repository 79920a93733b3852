"""What a walk on a curve has just done, in words: it crept, it jumped over, it climbed.

Whatever is said follows from numbers that are shown, or was looked at between two places.
"""

import math

from gdstudio.app.labs.step_texts import drivers
from gdstudio.app.widgets.tables.step_card import StepRow
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.experiment.functions.crossing import Crossing
from gdstudio.experiment.functions.slope import SlopeWalk
from gdstudio.experiment.walks import WalkState
from gdstudio.number_text import number_text, plain_text, texts_apart

BEFORE_THE_FIRST = "The line that touches the curve shows the slope; the arrow is the step."
BEFORE_A_PREDICTION = "The line that touches the curve shows the slope. Where will the step go?"
ON_LEVEL_GROUND = "The slope is 0 here, so there is no step: the curve is level at this point."
# Changes smaller than this share are none.
_SAME = 1e-6
# Steps that differ by less were made with the same learning rate.
_SAME_RATE = 1e-9


def event_text(moment: SlopeWalk, optimizer: OptimizerSettings, *, reveal: bool = True) -> str:
    """Say what the last step of a walk has done, or how it ended; `reveal` what comes next, too."""
    if moment.sentence:
        return moment.sentence
    if not moment.iteration:
        if not reveal:
            return BEFORE_A_PREDICTION
        return BEFORE_THE_FIRST if moment.step else ON_LEVEL_GROUND
    path = moment.path
    if len(path.steps) < 2 or path.steps[-1] - path.steps[-2] != 1:
        return ""  # of a long walk not every step is kept
    before, after = path.slopes[-2:, 0].tolist()
    move = float(path.moves[-2, 0])
    first, last = path.values[-2:].tolist()
    climbed = last > first + _SAME * max(abs(first), abs(last))
    if moment.crossed is not Crossing.NOTHING:
        text = f"{_crossing(moment, optimizer)}: the slope changed its sign, "
        text += f"{_slopes(before, after)}."
        if climbed and _sign(before) * _sign(move) < 0:
            values = " to ".join(texts_apart(first, last, 3))
            # Without speed the step is the shorter the smaller the rate, and begins downhill.
            advice = (
                ""
                if optimizer.kind.moves_without_slope()
                else ": a smaller learning rate would help"
            )
            text += f" It landed higher, from {values}{advice}."
        return text
    if climbed:
        values = " to ".join(texts_apart(first, last, 3))
        if _sign(before) * _sign(move) > 0:
            return f"{_mover(moment, optimizer)} carried x uphill: the value rose from {values}."
        return f"The step went too far: the value rose from {values}."
    return _steepness(moment, optimizer, before, after, move, reveal=reveal)


def _crossing(moment: SlopeWalk, optimizer: OptimizerSettings) -> str:
    """Return what the step has jumped over, without the end of the sentence."""
    if moment.crossed is Crossing.VALLEY:
        return "The step jumped over the valley"
    if moment.crossed is Crossing.HILLTOP:
        return f"{_mover(moment, optimizer)} carried x over a hilltop"
    if moment.crossed is Crossing.SEVERAL:
        return "The step jumped over more than one valley or hill"
    return "The step jumped over a break or a pole of the curve"


def _mover(moment: SlopeWalk, optimizer: OptimizerSettings) -> str:
    """Return what has carried x against its slope."""
    path = moment.path
    x, slope, move = (float(a[-2, 0]) for a in (path.points, path.slopes, path.moves))
    what, _ = drivers(StepRow("x", x, slope, move, x + move), optimizer)
    what = what.replace("the speed", "its speed")
    return what[0].upper() + what[1:]


def _steepness(
    moment: SlopeWalk,
    optimizer: OptimizerSettings,
    before: float,
    after: float,
    move: float,
    *,
    reveal: bool,
) -> str:
    """Say how the slope has changed, and what that does to the step."""
    flatter = abs(after) < abs(before)
    if _signed(after) == _signed(before):
        text = f"The slope is as steep as before, {_signed(after)}"
    elif flatter:
        text = f"The slope flattened {_slopes(before, after)}"
    else:
        text = f"It is steeper here: the slope went {_slopes(before, after)}"
    last, following = abs(move), abs(moment.step)
    if not reveal or not math.isfinite(following):
        return f"{text}."
    step, old = texts_apart(following, last, 3)
    if step == old:
        length = f"next step is as long as the last, {step}"
    else:
        change = "shorter" if following < last else "longer"
        length = f"next step is {change}: {step} after {old}"
    if not optimizer.kind.follows_slope:
        return f"{text}; the {length}."
    if _sign(before) and _sign(after) and not _same_rate(before, after, move, moment.step):
        rate = plain_text(following / abs(after), 4)
        return f"{text}; with the learning rate {rate} now, the {length}."
    # With one rate the step is as much longer or shorter as the slope is steeper or flatter.
    return f"{text}, so the {length}."


def _same_rate(before: float, after: float, move: float, following: float) -> bool:
    """Return whether two steps of plain descent were made with the same learning rate."""
    return math.isclose(move / before, following / after, rel_tol=_SAME_RATE)


def _slopes(before: float, after: float) -> str:
    """Return “from +3.00 to +2.40”, with figures enough to tell them apart."""
    for figures in range(3, 10):
        texts = number_text(before, figures, sign=True), number_text(after, figures, sign=True)
        if texts[0] != texts[1]:
            break
    return f"from {texts[0]} to {texts[1]}"


def _signed(slope: float) -> str:
    return number_text(slope, 3, sign=True)


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


def comparison_text(first: SlopeWalk, second: SlopeWalk, width: float) -> str:
    """Say where two walks ended, once both have arrived; `width` is that of the view."""
    if {first.state, second.state} != {WalkState.ARRIVED}:
        return ""
    x1, x2 = (_tidy(walk.x, width) for walk in (first, second))
    v1, v2 = first.value, second.value
    as_low = (
        abs(v1 - v2) <= _SAME * max(abs(v1), abs(v2))
        or texts_apart(v1, v2, 3)[0] == (texts_apart(v1, v2, 3)[1])
    )
    values = (number_text(v1, 3),) * 2 if as_low else texts_apart(v1, v2, 3)
    if abs(first.x - second.x) < 1e-3 * width:
        return f"Both starts end at the same place, x = {number_text(x1, 3)} (value {values[0]})."
    places = texts_apart(x1, x2, 3)
    one, other = (f"x = {x} (value {value})" for x, value in zip(places, values, strict=True))
    text = f"Two starts, two ends: {one} and {other}."
    if as_low:
        return f"{text} Both are equally low."
    lower = "first" if v1 < v2 else "second"
    return f"{text} The {lower} lies lower, and the other walk cannot know it."


def _tidy(x: float, width: float) -> float:
    """Return x without what is left of it on the way to 0."""
    return round(x, max(0, 7 - math.floor(math.log10(width)))) + 0.0
