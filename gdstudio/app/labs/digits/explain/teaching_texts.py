"""What is said of a lesson: what it is about, what came of it, and what it cost elsewhere."""

from collections.abc import Sequence

from gdstudio.app.labs.digits.edits_bar import edits_text
from gdstudio.data.dataset import DIGITS
from gdstudio.experiment.digits.accuracy_change import AccuracyChange
from gdstudio.experiment.digits.answer import Answer
from gdstudio.experiment.digits.canvas_example import Origin
from gdstudio.number_text import class_text, count_text, fixed_text, percent_text

UNSAID = "Say above which digit it is: then that can be taught here."
UNDONE = "Undone: every weight is as it was."
CANCELLED = "Cancelled: every weight is as it was before these steps."
KEPT = "Kept: the lab’s network has these weights now."


def about_text(
    label: int | None, answered: int, *, classes: Sequence[str] = DIGITS, edits: int = 0
) -> str:
    """Return what a lesson is about; None where nobody has said which digit it is."""
    others = "digits" if tuple(classes) == DIGITS else "classes"
    if label is None:
        return UNSAID if others == "digits" else UNSAID.replace("digit", "class")
    if label == answered:
        goal = (
            f"which is read as {class_text(classes[label])} already: they make that output larger"
        )
    else:
        goal = f"so that it is read as {class_text(classes[label])}"
    text = (
        f"Steps downhill on this one picture, {goal}. All other {others} use the same weights: "
        "what does it cost them?"
    )
    if edits:
        text += f" It learns below your {edits_text(edits)}: what is edited is not learned."
    return text


def result_text(
    label: int,
    before: Answer,
    after: Answer,
    steps: int,
    origin: Origin,
    classes: Sequence[str] = DIGITS,
) -> str:
    """Return what the network answers after `steps` on the right answer `digit`."""
    name = classes[label]
    it = f"your {name}" if origin is Origin.DRAWING else f"this {name}"
    when = f"after {steps_text(steps)}"
    if after.index == label:
        how = ", as before" if before.index == label else " now"
        text = f"It reads {it}{how}, {when}."
    elif after.index == before.index:
        text = f"It still answers {after.label or after.index}, {when}."
    else:
        text = f"It answers {after.label or after.index} now, {when}."
    outputs = " → ".join(fixed_text(float(one.outputs[label]), 2) for one in (before, after))
    return f"{text} Its output for {name}: {outputs}."


def price_text(change: AccuracyChange) -> str:
    """Return what a lesson did to the other images, in a sentence."""
    more = change.wrong_after - change.wrong_before
    # A decimal more where one would hide the change.
    places = 1
    if more and percent_text(change.before) == percent_text(change.after):
        places = 2
    shares = f"{percent_text(change.before, places)} → {percent_text(change.after, places)}"
    of_all = count_text(change.images)
    if more == 0:
        return f"Test accuracy {shares}: of {of_all} as many are misread as before."
    kind = "more" if more > 0 else "fewer"
    verb = "is" if abs(more) == 1 else "are"
    return f"Test accuracy {shares}: {count_text(abs(more))} {kind} of {of_all} {verb} misread."


def steps_text(steps: int) -> str:
    """Return a number of steps in words: ``1 step``, ``20 steps``."""
    return f"{count_text(steps)} step{'' if steps == 1 else 's'}"
