"""Which columns of a table a lab opens it with."""

import numpy as np

from gdstudio.data.dataset import Numbers, Table

_INPUT_WORDS = ("size", "area", "sqft", "sqm", "square", "m2", "space", "flaeche", "fläche")
_TARGET_WORDS = ("price", "cost", "value", "preis", "usd", "eur")


def default_columns(table: Table) -> tuple[str, str]:
    """Return the columns ``(input, target)`` that a lab opens `table` with.

    The target is the first column that sounds like a price, otherwise the last one; the input is
    the first other one that sounds like a size, otherwise the first other one. A column that is the
    same in every row is taken only where there is no other.
    """
    columns = tuple(c for c in table.columns if not _is_constant(table.values[c]))
    if len(columns) < 2:
        columns = tuple(table.columns)
    target = _sounding_like(_TARGET_WORDS, columns) or columns[-1]
    others = tuple(column for column in columns if column != target)
    return _sounding_like(_INPUT_WORDS, others) or others[0], target


def _sounding_like(words: tuple[str, ...], columns: tuple[str, ...]) -> str | None:
    return next((c for c in columns if any(word in c.lower() for word in words)), None)


def _is_constant(values: Numbers) -> bool:
    known = values[np.isfinite(values)]
    return not len(known) or bool((known == known[0]).all())
