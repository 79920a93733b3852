"""A column of texts that say which class each row is of: few different ones, again and again."""

import re
from collections.abc import Sequence

# More different texts are names of rows, not of classes.
MOST_LABELS = 20


class LabelColumn:
    """Reads a column of texts block by block, for as long as they may be classes.

    Attributes:
        are_labels: whether at most `MOST_LABELS` different texts were met so far.
    """

    def __init__(self) -> None:
        self.are_labels = True
        self._names: dict[str, str] = {}
        self._labels: list[str] = []

    @staticmethod
    def may_be(cells: Sequence[str]) -> bool:
        """Return whether the first cells of a column look like names of classes."""
        different = {cell.strip() for cell in cells} - {""}
        words = [cell for cell in different if re.search(r"[^\W\d_]", cell)]
        return 0 < len(different) <= MOST_LABELS and 2 * len(words) > len(different)

    def read(self, cells: Sequence[str]) -> None:
        """Take the next cells; an empty one is of no class."""
        if not self.are_labels:
            return
        for cell in cells:
            name = self._names.get(cell)
            if name is None:
                name = self._names[cell] = " ".join(cell.split())
            self._labels.append(name)
        if len({name for name in self._names.values() if name}) > MOST_LABELS:
            self.are_labels = False
            self._names, self._labels = {}, []

    @property
    def labels(self) -> tuple[str, ...]:
        """The texts, one for each row; empty where a cell is."""
        return tuple(self._labels)
