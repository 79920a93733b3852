"""The kinds of columns that a table has: numbers, texts, and numbers as bars."""

from collections.abc import Sequence
from dataclasses import dataclass

from numpy.typing import ArrayLike
from PySide6.QtGui import QPixmap


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        title: its header.
        values: numbers, shape (n,); None where a cell stays empty.
        signed: whether positive is blue with a plus, negative orange.
        tooltip: what the header explains.
        figures: how many significant figures the largest value shows; the others of the column
            have as many decimals as that one.
        each: whether every value has its `figures`, however small it is beside the others.
        decimals: how many decimals all values have, however little room there is; without it,
            they follow from `figures`.
        shown: what is shown in place of `values`, such as numbers rounded so that rows add up.
        texts: what the cells say, in place of all of these.
        colors: the palette's names for the colours of the cells, where not by their sign.
        editable: which cells can be typed into.
        prefixes: a sign before each number, such as ×.
        strong: which cells stand out.
    """

    title: str
    values: ArrayLike | Sequence[float | None]
    signed: bool = False
    tooltip: str = ""
    figures: int = 3
    each: bool = False
    decimals: int | None = None
    shown: ArrayLike | None = None
    texts: Sequence[str] = ()
    colors: Sequence[str] = ()
    editable: Sequence[bool] = ()
    prefixes: Sequence[str] = ()
    strong: Sequence[bool] = ()


@dataclass(frozen=True)
class TextColumn:
    """A column of texts, such as names.

    Attributes:
        title: its header.
        values: the texts.
        tooltip: what the header explains.
        colors: the palette's names for the colours of the cells.
        tooltips: what explains each cell, where not its own text.
        marks: a picture before each text.
        checks: which are checked; with none of them nothing can be.
        fixed: which checks cannot be changed.
        editable: whether the texts can be typed into.
        strong: which cells stand out.
        whole: whether its texts are never cut, as short names are.
    """

    title: str
    values: Sequence[str]
    tooltip: str = ""
    colors: Sequence[str] = ()
    tooltips: Sequence[str] = ()
    marks: Sequence[QPixmap] = ()
    checks: Sequence[bool] = ()
    fixed: Sequence[bool] = ()
    editable: bool = False
    strong: Sequence[bool] = ()
    whole: bool = False


@dataclass(frozen=True)
class BarColumn:
    """A column of bars, from its middle to the right for what is positive, else to the left.

    Attributes:
        title: its header.
        values: numbers, shape (n,); None where a cell stays empty.
        tooltip: what the header explains.
    """

    title: str
    values: Sequence[float | None]
    tooltip: str = ""


AnyColumn = Column | TextColumn | BarColumn
