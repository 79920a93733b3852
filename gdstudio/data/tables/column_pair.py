"""Two columns of a table as x and y: the rows that have both, if a line can be found for them."""

import numpy as np

from gdstudio.data.dataset import NumberReading, Numbers, Table
from gdstudio.data.tables.notes import column_notes
from gdstudio.errors import BadInput

# Its square, and sums of squares, are still finite.
_LARGEST, _SMALLEST_SPREAD = 1e150, 1e-302


def choose_columns(
    table: Table, input: str, target: str
) -> tuple[Numbers, Numbers, tuple[str, ...]]:
    """Return the rows of two columns in which both have a value.

    Args:
        table: where they are.
        input: the column X that is predicted from.
        target: the column Y that is predicted.

    Returns:
        ``(x, y, notes)``: two ``(rows,)`` ``float64`` arrays, and sentences about what was left
        out.

    Raises:
        BadInput: if a column does not exist, both are the same, one has an infinite or
            astronomically large value or the same value in every row, or fewer than two rows
            are left.
    """
    for column in (input, target):
        if column not in table.values:
            raise BadInput(
                f"There is no column “{column}”; choose one of {', '.join(table.columns)}."
            )
    if input == target:
        raise BadInput(f"“{input}” cannot predict itself; choose two different columns.")
    x, y = table.values[input], table.values[target]
    complete = ~(np.isnan(x) | np.isnan(y))
    kept = int(complete.sum())
    if kept < 2:
        raise BadInput(
            f"Fewer than two rows have both “{input}” and “{target}”; choose other columns."
        )
    notes: list[str] = []
    if kept < len(x):
        have, are = ("has", "is") if len(x) - kept == 1 else ("have", "are")
        notes.append(
            f"{len(x) - kept:,} of {len(x):,} rows {have} no {input} or no {target} and {are} left"
            " out."
        )
        x, y = x[complete], y[complete]
    for column in (input, target):
        notes += column_notes(column, table.readings.get(column, NumberReading()))
    for column, values in ((input, x), (target, y)):
        low, high = float(values.min()), float(values.max())
        if max(abs(low), abs(high)) > _LARGEST:
            raise BadInput(f"“{column}” has a value too large to compute with; correct it.")
        if 0 < high - low < _SMALLEST_SPREAD:
            raise BadInput(f"The values of “{column}” are too small to compute with; correct them.")
        if low == high:
            raise BadInput(
                f"“{column}” has the same value in every row, so there is no line to find;"
                " choose another column."
            )
    return x, y, tuple(notes)
