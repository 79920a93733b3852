"""What is said about a gradient: how it is shared out, and how two of them agree."""

from gdstudio.engine.inspect.nudging import Nudge
from gdstudio.number_text import count_text, number_text, percent_text


def spread_text(*, size: int, half: int, silent: int) -> str:
    """Return how few components make up half of the gradient, and how many are zero."""
    if silent == size:
        return f"All {count_text(size)} components are 0: nothing is wished. A wish is −∂C/∂w."
    text = f"The {count_text(half)} strongest of {count_text(size)} make up half of it"
    if half == 1:
        text = f"The strongest alone of {count_text(size)} makes up half of it"
    if silent:
        verb = "has" if silent == 1 else "have"
        text += (
            f"; {count_text(silent)} {verb} none: nothing comes in there, or no error comes down"
        )
    return f"{text}. A wish is −∂C/∂w; shares are of Σ wish²."


def agreement_text(cosine: float | None, examples: int) -> str:
    """Return how far one example wishes what the average of many does."""
    if cosine is None:
        return ""
    if cosine > 0.9:
        how = "wishes nearly the same as"
    elif cosine > 0.3:
        how = "wishes partly the same as"
    elif cosine > -0.3:
        how = "has little to do with"
    elif cosine > -0.9:
        how = "wishes partly against"
    else:
        how = "wishes nearly the opposite of"
    return (
        f"This example {how} the average of {count_text(examples)}: the cosine of the angle "
        f"between the two is {number_text(cosine, 2, sign=True)}."
    )


def direction_text(component: float) -> str:
    """Return which way a component wishes to go, and how much: ``up (+0.12)``."""
    if component == 0:
        return "not at all"
    return f"{'up' if component > 0 else 'down'} ({number_text(component, 3, sign=True)})"


def both_directions_text(example: float | None, average: float | None, examples: int) -> str:
    """Return what one example and the average wish for the same component."""
    parts = []
    if example is not None:
        parts.append(f"this example wishes it {direction_text(example)}")
    if average is not None:
        parts.append(f"the average of {count_text(examples)} {direction_text(average)}")
    if not parts:
        return ""
    text = ", ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def nudge_text(nudge: Nudge) -> str:
    """Return how well the gradient predicted a nudge, in a sentence."""
    ratio = nudge.ratio
    if nudge.amount == 0:
        return "So small a nudge is nothing beside a number as large as w: take a larger one."
    if nudge.is_lost:
        return "Smaller than the rounding of C itself: only a larger nudge can tell."
    if ratio is None:
        return "The slope is 0 here: to the first order a nudge changes nothing."
    off = abs(ratio - 1)
    if off < 0.01:
        return f"Predicted to within {percent_text(max(off, 1e-6), 4 if off < 1e-4 else 2)}."
    if off < 0.2:
        return f"Off by {percent_text(off)}: the loss curves a little on the way."
    if ratio < 0:
        return "So far that the loss goes the other way: this nudge is too large for the slope."
    return "So far that the loss has curved away: the slope holds only for small nudges."
