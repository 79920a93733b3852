"""The connected pieces of ink in a picture."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Pieces:
    """The connected pieces of a mask; pixels touch at edges and corners.

    Attributes:
        labels: ``(height, width)`` the number of the piece at each pixel, −1 for none.
        areas: ``(n,)`` pixels of each piece.
        top, bottom, left, right: ``(n,)`` its first and last rows and columns.
    """

    labels: npt.NDArray[np.int32]
    areas: npt.NDArray[np.intp]
    top: npt.NDArray[np.intp]
    bottom: npt.NDArray[np.intp]
    left: npt.NDArray[np.intp]
    right: npt.NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.areas)

    @property
    def heights(self) -> npt.NDArray[np.intp]:
        """Rows that each piece takes."""
        return self.bottom - self.top + 1

    @property
    def widths(self) -> npt.NDArray[np.intp]:
        """Columns that each piece takes."""
        return self.right - self.left + 1

    def mask(self, chosen: npt.NDArray[np.bool_]) -> Mask:
        """Return where the chosen ones, ``(n,)``, are."""
        return np.asarray(np.append(chosen, False)[self.labels], np.bool_)

    def sums(self, values: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        """Return the sum of ``(height, width)`` values over each piece, ``(n,)``."""
        sums = np.bincount(self.labels.ravel() + 1, values.ravel(), len(self) + 1)[1:]
        return sums.astype(np.float64)

    def touching(self) -> npt.NDArray[np.bool_]:
        """Return whether each piece touches the picture's edge, ``(n,)``."""
        height, width = self.labels.shape
        low = (self.top == 0) | (self.left == 0)
        return np.asarray(low | (self.bottom == height - 1) | (self.right == width - 1))


def pieces(mask: Mask) -> Pieces:
    """Return the connected pieces of a mask ``(height, width)``.

    Every row's runs of pixels are joined with the runs that they touch in the row above.
    """
    height, width = mask.shape
    padded = np.zeros((height, width + 2), np.int8)
    padded[:, 1:-1] = mask
    steps = np.diff(padded, axis=1)
    row, first = np.nonzero(steps == 1)
    end = np.nonzero(steps == -1)[1]  # one behind the last
    labels = _joined(row, first, end, width)
    names, number = np.unique(labels, return_inverse=True)
    count = len(names)
    lengths = end - first
    picture = np.full(height * width, -1, np.int32)
    offset = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    picture[np.repeat(row * width + first, lengths) + offset] = np.repeat(number, lengths)
    top, left = np.full((2, count), height + width)
    bottom, right = np.full((2, count), -1)
    np.minimum.at(top, number, row)
    np.maximum.at(bottom, number, row)
    np.minimum.at(left, number, first)
    np.maximum.at(right, number, end - 1)
    return Pieces(
        picture.reshape(height, width),
        np.bincount(number, lengths, count).astype(np.intp),
        top,
        bottom,
        left,
        right,
    )


def _joined(
    row: npt.NDArray[np.intp],
    first: npt.NDArray[np.intp],
    end: npt.NDArray[np.intp],
    width: int,
) -> npt.NDArray[np.intp]:
    """Return the same number for all runs that hang together, ``(runs,)``."""
    # Runs in the row above that reach a run: the first that does not end before it, and so on.
    above = (row - 1) * (width + 2)
    here = row * (width + 2)
    low = np.searchsorted(here + end, above + first)
    high = np.searchsorted(here + first, above + end, side="right")
    counts = np.maximum(high - low, 0)
    runs = np.repeat(np.arange(len(row)), counts)
    offset = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    others = np.repeat(low, counts) + offset
    label = np.arange(len(row))
    # Each run takes the least number among those it touches, until nothing changes.
    while True:
        least = np.minimum(label[runs], label[others])
        before = label.copy()
        np.minimum.at(label, runs, least)
        np.minimum.at(label, others, least)
        np.minimum.at(label, before, label)  # its representative learns it, too
        label = label[label]
        if (label == before).all():
            return label
