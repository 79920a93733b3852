"""What a walk on a curve has just done, in words: it crept, it jumped over, it climbed."""

from gdstudio.app.number_format import number_text
from gdstudio.engine.optimizers import OPTIMIZERS, OptimizerSettings
from gdstudio.experiment.slope import WalkMoment
from gdstudio.experiment.walk import WalkState

BEFORE_THE_FIRST = "The line that touches the curve shows the slope; the arrow is the step."
BEFORE_A_PREDICTION = "The line that touches the curve shows the slope. Where will the step go?"
# Changes smaller than this share are none.
_SAME = 1e-6


def event_text(moment: WalkMoment, optimizer: OptimizerSettings, *, reveal: bool = True) -> str:
    """Say what the last step of a walk has done, or how it ended; `reveal` what comes next, too."""
    if moment.sentence:
        return moment.sentence
    if not moment.iteration:
        return BEFORE_THE_FIRST if reveal else BEFORE_A_PREDICTION
    trail = moment.trail
    if len(trail.steps) < 2 or trail.steps[-1] - trail.steps[-2] != 1:
        return ""  # of a long walk not every step is kept
    before, after = trail.slopes[-2:, 0].tolist()
    move = float(trail.moves[-2, 0])
    low, high = trail.values[-2:].tolist()
    slopes = f"from {_signed(before)} to {_signed(after)}"
    climbed = high > low + _SAME * max(abs(low), abs(high))
    if before * after < 0:
        return _crossing(slopes, over_valley=before * move < 0, climbed=climbed)
    if climbed:
        values = f"from {number_text(low, 3)} to {number_text(high, 3)}"
        if before * move > 0:
            return f"Its speed carries x uphill: the value rose {values}."
        return f"The step went too far: the value rose {values}."
    return _steepness(moment, optimizer, before, after, move, reveal=reveal)


def _crossing(slopes: str, *, over_valley: bool, climbed: bool) -> str:
    if not over_valley:
        return f"Its speed carried x over a hilltop: the slope changed its sign, {slopes}."
    text = f"The step jumped over the valley: the slope changed its sign, {slopes}."
    if climbed:
        text += " It landed higher than it was: a smaller learning rate would help."
    return text


def _steepness(
    moment: WalkMoment,
    optimizer: OptimizerSettings,
    before: float,
    after: float,
    move: float,
    *,
    reveal: bool,
) -> str:
    """Say how the slope has changed, and what that does to the step."""
    steps = (abs(move), abs(moment.next_step))
    if _signed(after) == _signed(before):
        text = f"The slope is as steep as before, {_signed(after)}"
    elif abs(after) < abs(before):
        text = f"The slope flattened {_slopes(before, after)}"
    else:
        text = f"It is steeper here: the slope went {_slopes(before, after)}"
    if not reveal:
        return f"{text}."
    follows = not OPTIMIZERS[optimizer.optimizer].adapts and "momentum" not in optimizer.uses
    joint = ", so the" if follows else "; the"
    if number_text(steps[1], 3) == number_text(steps[0], 3):
        return f"{text}{joint} next step is as long as the last, {number_text(steps[1], 3)}."
    change = "shorter" if steps[1] < steps[0] else "longer"
    return (
        f"{text}{joint} next step is {change}: {number_text(steps[1], 3)} after "
        f"{number_text(steps[0], 3)}."
    )


def _slopes(before: float, after: float) -> str:
    return f"from {_signed(before)} to {_signed(after)}"


def _signed(slope: float) -> str:
    return number_text(slope, 3, sign=True)


def comparison_text(first: WalkMoment, second: WalkMoment, width: float) -> str:
    """Say where two walks ended, once both have arrived; `width` is that of the view."""
    if {first.state, second.state} != {WalkState.ARRIVED}:
        return ""
    places = [
        f"x = {_place(walk.x)} (value {number_text(walk.value, 3)})" for walk in (first, second)
    ]
    if abs(first.x - second.x) < 1e-3 * width:
        return f"Both starts end at the same place, {places[0]}."
    text = f"Two starts, two ends: {places[0]} and {places[1]}."
    if abs(first.value - second.value) <= _SAME * max(abs(first.value), abs(second.value)):
        return f"{text} Both are equally low."
    lower = "first" if first.value < second.value else "second"
    return f"{text} The {lower} lies lower, and the other walk cannot know it."


def _place(x: float) -> str:
    return number_text(round(x, 6), 3)
