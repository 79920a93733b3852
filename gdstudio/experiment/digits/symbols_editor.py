"""The user's symbols while they are being drawn: which class is chosen, and what can be undone."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy.typing as npt

from gdstudio.data.own_symbols import Symbol, SymbolSet
from gdstudio.errors import BadInput

_KEPT_CHANGES = 200


@dataclass(frozen=True)
class _State:
    symbols: SymbolSet
    chosen: int


class SymbolsEditor:
    """Changes a set of symbols step by step; each change is whole, or raises `BadInput`.

    Attributes:
        symbols: the set as it is now.
        chosen: the class that is drawn, from 0; −1 where there is none.
    """

    def __init__(self) -> None:
        self.symbols = SymbolSet()
        self.chosen = -1
        self._past: list[_State] = []

    @property
    def symbol(self) -> Symbol | None:
        """The class that is chosen."""
        return self.symbols.symbols[self.chosen] if self.chosen >= 0 else None

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._past)

    def begin(self, symbols: SymbolSet) -> None:
        """Begin with a set, as it was kept; nothing can be undone yet."""
        self.symbols, self._past = symbols, []
        self.chosen = min(max(self.chosen, 0), len(symbols.symbols) - 1)

    def choose(self, index: int) -> None:
        """Choose the class to be drawn."""
        self.chosen = index

    def add_class(self, name: str) -> None:
        """Add a class, and choose it."""
        self._change(self.symbols.with_class(name), len(self.symbols.symbols))

    def rename(self, name: str) -> None:
        """Give the chosen class another name."""
        if self.symbol is not None:
            self._change(self.symbols.renamed(self.chosen, name), self.chosen)

    def remove_class(self) -> None:
        """Remove the chosen class with its drawings."""
        if self.symbol is not None:
            left = self.symbols.without_class(self.chosen)
            self._change(left, min(self.chosen, len(left.symbols) - 1))

    def add_drawing(self, strokes: Sequence[npt.ArrayLike]) -> None:
        """Add a drawing to the chosen class."""
        if self.symbol is None:
            raise BadInput("There is no class yet; type the name of one, such as ♥, A or star.")
        self._change(self.symbols.with_drawing(self.chosen, strokes), self.chosen)

    def delete_drawing(self, number: int) -> None:
        """Delete a drawing of the chosen class."""
        self._change(self.symbols.without_drawing(self.chosen, number), self.chosen)

    def join(self, other: SymbolSet) -> None:
        """Add the classes and drawings of another set."""
        joined = self.symbols.joined(other)
        self._change(joined, min(max(self.chosen, 0), len(joined.symbols) - 1))

    def undo(self) -> None:
        """Take the last change back."""
        if self._past:
            before = self._past.pop()
            self.symbols, self.chosen = before.symbols, before.chosen

    def _change(self, symbols: SymbolSet, chosen: int) -> None:
        if symbols == self.symbols:
            return
        self._past.append(_State(self.symbols, self.chosen))
        del self._past[:-_KEPT_CHANGES]
        self.symbols, self.chosen = symbols, chosen
