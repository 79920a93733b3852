"""What the picture of a network is made of: layers of values, and connections between them."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.floating]
Indices = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class PictureLayer:
    """One layer as it is shown.

    Attributes:
        title, notes: what stands below it, a line each.
        kind: what its units are called: ``neurons``, ``filters``, ``outputs``.
        values: what each unit says, ``(units,)``, or of filters ``(units, rows, columns)``.
        scale: the value that is drawn at full strength.
        places: (row, column) of each filter's strongest response, ``(units, 2)``.
        names: what the units stand for; empty where they have no names of their own.
        off, edited: units that are switched off, or otherwise edited.
    """

    title: str
    notes: tuple[str, ...]
    kind: str
    values: Numbers
    scale: float
    places: Indices | None = None
    names: tuple[str, ...] = ()
    off: frozenset[int] = field(default_factory=frozenset)
    edited: frozenset[int] = field(default_factory=frozenset)

    @property
    def units(self) -> int:
        """How many neurons or filters there are."""
        return len(self.values)

    @property
    def maps(self) -> bool:
        """Whether each says a whole map."""
        return self.values.ndim == 3


@dataclass(frozen=True, eq=False)
class Wires:
    """Connections into one layer of the picture.

    Attributes:
        into: the layer's place among those shown, from 0.
        sources: units of the layer before, ``(n,)``; for the first layer points of the image,
            ``(n, 2)``: across and down, 0 to 1.
        targets: units of the layer, ``(n,)``.
        strengths: signed, ``(n,)``.
    """

    into: int
    sources: Indices | Numbers
    targets: Indices
    strengths: Numbers
