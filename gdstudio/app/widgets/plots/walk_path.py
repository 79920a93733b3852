"""A walk over a landscape as plots receive it: arrays, and how it looks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_NOTHING = np.empty(0)


@dataclass(frozen=True, eq=False)
class WalkPath:
    """One walk.

    Attributes:
        label: its name, for legends and files.
        xs, ys: where it went, both (n,); the last point is where it is now.
        heights: the loss there, (n,); not every plot needs it.
        color: its colour's name in the palette.
        marker: the shape of its mark: o (disc), s (square), t1 (triangle), d (diamond),
            p (pentagon), star, h (hexagon).
    """

    label: str
    xs: Floats
    ys: Floats
    heights: Floats = field(default_factory=lambda: _NOTHING)
    color: str = "negative"
    marker: str = "o"

    def is_same_as(self, other: "WalkPath") -> bool:
        """Return whether it looks the same."""
        return (self.label, self.color, self.marker) == (
            other.label,
            other.color,
            other.marker,
        ) and all(
            np.array_equal(mine, theirs)
            for mine, theirs in (
                (self.xs, other.xs),
                (self.ys, other.ys),
                (self.heights, other.heights),
            )
        )

    def follows(self, before: "WalkPath") -> bool:
        """Return whether this is what `before` becomes by one more point."""
        return (
            self.label == before.label
            and len(before.xs) > 0
            and np.array_equal(self.xs[:-1], before.xs)
            and np.array_equal(self.ys[:-1], before.ys)
        )

    def on_the_way(self, share: float) -> tuple[float, float]:
        """Return the place where a share of its last step is made, straight ahead."""
        (old_x, x), (old_y, y) = self.xs[-2:].tolist(), self.ys[-2:].tolist()
        return between(old_x, x, share), between(old_y, y, share)

    def finite(self) -> "WalkPath":
        """Return the walk without the points that are nowhere."""
        known = np.isfinite(self.xs) & np.isfinite(self.ys)
        if known.all():
            return self
        heights = self.heights[known] if len(self.heights) == len(known) else self.heights
        return replace(self, xs=self.xs[known], ys=self.ys[known], heights=heights)


def between(old: float, new: float, share: float) -> float:
    """Return what is a share of the way from `old` to `new`, however far apart they are."""
    return (1.0 - share) * old + share * new


def renewed(old: Sequence[WalkPath], new: Iterable[WalkPath]) -> tuple[list[WalkPath], bool]:
    """Return `new` without points that are nowhere, and whether any of it looks other than `old`.

    What has not changed stays the same object, so that nobody draws it again.
    """
    paths = [path.finite() for path in new]
    kept = [
        before if before.is_same_as(path) else path
        for before, path in zip(old, paths, strict=False)
    ]
    kept += paths[len(kept) :]
    changed = len(kept) != len(old) or any(a is not b for a, b in zip(kept, old, strict=True))
    return kept, changed


def thinned(xs: Floats, ys: Floats, pixel: tuple[float, float], most: int) -> NDArray[np.intp]:
    """Return the indices of the points worth drawing, first and last among them.

    Points within the same square of two `pixel` sizes (in units of x, y) as the one before are
    left out; of the rest at most `most` are kept.
    """
    if not len(xs):
        return np.empty(0, dtype=np.intp)
    with np.errstate(all="ignore"):
        column, row = np.floor(xs / (2 * pixel[0])), np.floor(ys / (2 * pixel[1]))
    moved = (np.diff(column) != 0) | (np.diff(row) != 0)
    kept = np.concatenate([[0], np.flatnonzero(moved) + 1])
    if len(kept) > most:
        kept = kept[:: -(-len(kept) // most)]
    return kept if kept[-1] == len(xs) - 1 else np.append(kept, len(xs) - 1)
