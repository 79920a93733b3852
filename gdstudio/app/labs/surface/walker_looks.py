"""How the walk of each optimizer looks: a colour and a mark, the same in every picture."""

from typing import NamedTuple

from gdstudio.engine.optimizers.catalogue import OPTIMIZERS


class Look(NamedTuple):
    """A colour's name in the palette, and the shape of a mark (see `WalkPath`)."""

    color: str
    marker: str


_MARKERS = ("o", "s", "t1", "d", "p", "star", "h")
LOOKS = {
    key: Look(f"walker_{number}", marker)
    for number, (key, marker) in enumerate(zip(OPTIMIZERS, _MARKERS, strict=True), start=1)
}
# The walk of the person who looks.
YOURS = Look("text", "o")
