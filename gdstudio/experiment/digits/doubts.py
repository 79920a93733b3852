"""Why an answer is in doubt, and what was done to find the digit: the sentences for it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdstudio.data.dataset import DIGITS
from gdstudio.data.remarks import DOUBTFUL, Noticed, Remark
from gdstudio.number_text import percent_text

# Shares below this are not worth a name.
_LEAST_SHARE = 0.02

_NOTES = {
    Remark.FRAME: ("The frame around it was left out.", ""),
    Remark.RULING: ("A straight line was left out.", "{count} straight lines were left out."),
    Remark.MARKS: (
        "A small mark beside it was left out.",
        "{count} small marks beside it were left out.",
    ),
    Remark.TWO_WAYS: (
        "Each of its strokes has two points, read as [x, y]; if it is QuickDraw’s [[xs], [ys]], "
        "write it as {{“drawing”: …}}.",
        "",
    ),
}
_REASONS = {
    Remark.SEVERAL: "There are several digits here ({count} pieces of ink side by side): show one "
    "at a time.",
    Remark.ROWS: "There are several signs here ({count} pieces of ink, one above the other): show "
    "one digit at a time.",
    Remark.SCRIBBLE: "This looks like a scribble: the pen went a longer way than any digit takes.",
    Remark.DOT: "This is nearly a dot: draw or show a whole digit.",
    Remark.LINES: "There are straight lines here and nothing else: show a digit.",
    Remark.EDGE: "The ink touches the edge of the picture: some of the digit may be missing.",
    Remark.TINY: "It is drawn very small: draw it larger.",
    Remark.WIDE: "The ink is much wider than it is high: if these are digits that touch, show one "
    "at a time.",
}
_NOTHING = {
    Remark.NOTHING: "Nothing in it stands out from the paper: write darker, or take the picture "
    "nearer.",
    Remark.LINES: _REASONS[Remark.LINES],
}


@dataclass(frozen=True, eq=False)
class Doubt:
    """What the network itself has to say of its doubt.

    Attributes:
        shares: ``(classes,)`` how likely each class is by its calibration; they sum to 1.
        strong: whether enough speaks for any digit at all.
    """

    shares: npt.NDArray[np.floating]
    strong: bool


def is_doubtful(noticed: Sequence[Noticed]) -> bool:
    """Return whether an answer is in doubt by what was noticed, whatever the network says."""
    return any(one.remark in DOUBTFUL for one in noticed)


def notes(noticed: Sequence[Noticed]) -> list[str]:
    """Return what was done to find the digit, a sentence each."""
    said = []
    for one in noticed:
        if one.remark in _NOTES:
            single, plural = _NOTES[one.remark]
            said.append(
                (single if one.count == 1 or not plural else plural).format(count=one.count)
            )
    return said


def reason(noticed: Sequence[Noticed], doubt: Doubt | None, classes: Sequence[str] = DIGITS) -> str:
    """Return why an answer is in doubt: what was noticed first, then what the network says.

    Args:
        noticed: about the picture or drawing.
        doubt: the network's own; None where it has no measure of it.
        classes: the names of its classes.
    """
    found = {one.remark: one for one in noticed}
    for remark, sentence in _REASONS.items():
        if remark in found:
            return sentence.format(count=found[remark].count)
    return "" if doubt is None else _candidates(doubt, classes)


def _candidates(doubt: Doubt, classes: Sequence[str]) -> str:
    """Return the sentence that names the two nearest classes."""
    first, second = (int(index) for index in np.argsort(-doubt.shares)[:2])
    named = [f"{classes[first]} ({percent_text(doubt.shares[first], 0)})"]
    if doubt.shares[second] >= _LEAST_SHARE:
        named.append(f"{classes[second]} ({percent_text(doubt.shares[second], 0)})")
    if doubt.strong:
        return f"It may be {' or '.join(named)}."
    verb = "is" if len(named) == 1 else "are"
    what = "a digit" if tuple(classes) == DIGITS else "any of the classes"
    return f"It hardly looks like {what}; nearest {verb} {' and '.join(named)}."


def nothing_found(noticed: Sequence[Noticed]) -> str:
    """Return why there is nothing to read, or an empty text where nothing was drawn."""
    return next((_NOTHING[one.remark] for one in noticed if one.remark in _NOTHING), "")
