"""A house, point or neuron that is to be pointed at: how that is asked, and how it is typed."""

import re

from gdstudio.experiment.vocabulary import shown
from gdstudio.lesson.lesson import Find
from gdstudio.number_text import parse_number

# With the mouse and with the keys.
_WAYS = {
    "house": "Click the house that is meant, or type its number: its row in the table.",
    "point": "Right-click the point that is meant, press P there, or type its number.",
    "neuron": "Click the neuron that is meant, or type its number, counted from the top.",
}
# What is pointed at says its name so, too: “neuron 3 of layer 1”.
_NAMED = re.compile(
    r"(?:layer (?P<before>\d{1,9}),? )?(?:(?P<kind>house|point|neuron|filter) )?(?P<number>\d{1,9})"
    r"(?:,? (?:(?:of|in) )?layer (?P<after>\d{1,9}))?"
)
_KINDS = {"filter": "neuron"}


def pointing_text(check: Find) -> str:
    """Return how the one that is meant is pointed at."""
    where = f"neuron of layer {check.layer}" if check.layer else "neuron"
    return _WAYS[check.kind].replace("neuron", where)


def number_label(check: Find) -> str:
    """Return what is asked for: ``Number of the neuron in layer 1``."""
    return f"Number of the {check.kind}{_where(check)}"


def box_label(check: Find) -> str:
    """Return what is to be typed, in the few words that a box has room for."""
    return f"Number{_where(check)}" if check.layer else number_label(check)


def typed(check: Find, text: str) -> tuple[int, int | None]:
    """Return the number that was typed, and the layer where one was.

    It may be called as the window calls it: ``3``, ``house 3``, ``neuron 3 of layer 1``.

    Raises:
        ValueError: with a sentence, if it is not the number of anything.
    """
    said = " ".join(text.casefold().split()).rstrip(".")
    if found := _NAMED.fullmatch(said):
        kind, layers = found["kind"], [found[name] for name in ("before", "after") if found[name]]
        is_named_so = kind is None or _KINDS.get(kind, kind) == check.kind
        if is_named_so and len(layers) <= (check.kind == "neuron"):
            return int(found["number"]), int(layers[0]) if layers else None
    try:
        number = parse_number(text)
        if number == round(number):
            return round(number), None
    except (ValueError, OverflowError):
        pass
    if not said:
        raise ValueError(f"Type the {number_label(check).lower()}, such as 3.")
    what = f"{check.kind}{_where(check)}"
    raise ValueError(f"“{shown(text)}” is not the number of a {what}; type one such as 3.")


def _where(check: Find) -> str:
    return f" in layer {check.layer}" if check.layer else ""
