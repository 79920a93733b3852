"""A table of the user's own: from a CSV file to columns of numbers, and from two columns to x, y.

Spreadsheets write CSV in many ways. The delimiter may be a comma, a semicolon or a tab, the
decimals may be marked by a comma, thousands may be grouped, money may carry its sign. What can be
read is read, what had to be left out is said in the table's notes.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import numpy as np

from gdstudio.data.dataset import Numbers, Table
from gdstudio.data.numbers import NumberFormat
from gdstudio.data.table_text import detect_delimiter, text_lines
from gdstudio.errors import BadInput

_T = TypeVar("_T")
_CELLS_PER_BLOCK = 100_000
_COLUMN_LIMIT = 1_000
_CELL_LIMIT = 40_000_000
_SAMPLE_ROWS = 1_000
# Its square, and sums of squares, are still finite.
_LARGEST = 1e150
_UNITS = {
    "sqft": "square feet",
    "sqm": "square metres",
    "m2": "square metres",
    "usd": "dollars",
    "eur": "euros",
    "gbp": "pounds",
}


def read_table(
    path: str | Path,
    *,
    name: str | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Table:
    """Return the columns of numbers in the CSV file `path`.

    A column is one of numbers if at least half of its rows are; its other cells are NaN. The first
    row names the columns, unless it consists of numbers.

    Args:
        path: the file, in UTF-8, UTF-16 with its mark, or Windows-1252.
        name: the table's name; otherwise the file's name.
        should_stop: asked some ten times a second; where it says so, reading is given up.

    Raises:
        BadInput: if the file cannot be read or is no text, or has fewer than two rows, fewer than
            two columns of numbers, or more than 40 million cells, or reading was given up.
    """
    path = Path(path)
    quoted = f"“{path.name}”"
    lines = text_lines(path)
    start = list(islice(lines, _SAMPLE_ROWS))
    delimiter = detect_delimiter(start)
    rows = _rows(_chained(start, lines), delimiter, quoted)
    sample = list(islice(rows, _SAMPLE_ROWS))
    if not sample:
        raise BadInput(f"{quoted} is empty; choose a CSV file with a row per house.")
    number_format = NumberFormat.detect(sample, delimiter)
    header = _header(sample, number_format)
    body = _chained(sample if header is None else sample[1:], rows)
    names = _unique(header or [""] * len(sample[0]))
    reading = _Reading(len(names), number_format)
    try:
        while block := list(islice(body, max(_CELLS_PER_BLOCK // len(names), 1))):
            reading.add(block)
            if should_stop():
                raise BadInput(f"Reading {quoted} was given up; open it again.")
            if reading.rows * len(names) > _CELL_LIMIT:
                raise BadInput(
                    f"{quoted} has more than {_CELL_LIMIT:,} cells; choose fewer rows or columns."
                )
    finally:
        lines.close()
    return _table(name or path.name, quoted, names, reading)


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
    notes: tuple[str, ...] = ()
    if kept < len(x):
        notes = (
            f"{len(x) - kept:,} of {len(x):,} rows have no {input} or no {target}"
            " and are left out.",
        )
        x, y = x[complete], y[complete]
    for column, values in ((input, x), (target, y)):
        low, high = float(values.min()), float(values.max())
        if max(abs(low), abs(high)) > _LARGEST:
            raise BadInput(f"“{column}” has a value too large to compute with; correct it.")
        if low == high:
            raise BadInput(
                f"“{column}” has the same value in every row, so there is no line to find;"
                " choose another column."
            )
    return x, y, notes


class _Reading:
    """Columns that grow block by block, and counts of what did not fit."""

    def __init__(self, width: int, number_format: NumberFormat) -> None:
        self.width = width
        self.rows = 0
        self.short_rows = 0
        self.long_rows = 0
        self.numbers = [0] * width
        self._format = number_format
        self._blocks: list[list[Numbers]] = [[] for _ in range(width)]

    def add(self, block: list[list[str]]) -> None:
        if any(len(row) != self.width for row in block):
            block = self._fitted(block)
        if not block:
            return
        self.rows += len(block)
        for index, cells in enumerate(zip(*block, strict=True)):
            values = self._format.parse(cells)
            self.numbers[index] += int(np.count_nonzero(~np.isnan(values)))
            self._blocks[index].append(values)

    def column(self, index: int) -> Numbers:
        """Return a column's values and give up the memory of its blocks."""
        values = np.concatenate(self._blocks[index])
        self._blocks[index] = []
        values.flags.writeable = False
        return values

    def _fitted(self, block: list[list[str]]) -> list[list[str]]:
        fitted = []
        for row in block:
            if len(row) < self.width:
                self.short_rows += 1
                row = row + [""] * (self.width - len(row))
            elif any(cell.strip() for cell in row[self.width :]):
                # Its cells stand under the wrong names, as after an unquoted “1,234”.
                self.long_rows += 1
                continue
            fitted.append(row[: self.width])
        return fitted


def _table(name: str, quoted: str, names: list[str], reading: _Reading) -> Table:
    if reading.rows < 2:
        if reading.long_rows:
            raise BadInput(f"The rows of {quoted} have more cells than its header; correct it.")
        found = "only one row of data" if reading.rows else "a header but no rows"
        raise BadInput(f"{quoted} has {found}; a line needs at least two rows.")
    numeric = [i for i, count in enumerate(reading.numbers) if 2 * count >= reading.rows]
    if len(numeric) < 2:
        found = f"only one column of numbers (“{names[numeric[0]]}”)" if numeric else "no numbers"
        raise BadInput(f"{quoted} has {found}; two columns of numbers are needed.")
    columns = tuple(names[i] for i in numeric)
    return Table(
        name=name,
        columns=columns,
        values=MappingProxyType({names[i]: reading.column(i) for i in numeric}),
        units=MappingProxyType({c: unit for c in columns if (unit := _unit(c))}),
        notes=_notes(names, numeric, reading),
    )


def _notes(names: list[str], numeric: list[int], reading: _Reading) -> tuple[str, ...]:
    notes = []
    others = [name for i, name in enumerate(names) if i not in set(numeric)]
    if others:
        shown = ", ".join(others[:5]) + (", …" if len(others) > 5 else "")
        notes.append(f"Columns that are not numbers are left out: {shown}.")
    if reading.long_rows:
        notes.append(f"Rows with too many cells are left out: {reading.long_rows:,}.")
    if reading.short_rows:
        notes.append(f"Rows with too few cells: {reading.short_rows:,}; the others are missing.")
    return tuple(notes)


def _rows(lines: Iterator[str], delimiter: str, quoted: str) -> Iterator[list[str]]:
    """Yield the rows that have any content."""
    try:
        for row in csv.reader(lines, delimiter=delimiter, skipinitialspace=True):
            if len(row) > _COLUMN_LIMIT:
                raise BadInput(f"{quoted} has more than {_COLUMN_LIMIT:,} columns; choose fewer.")
            if any(row) and any(cell.strip() for cell in row):
                yield row
    except csv.Error:
        raise BadInput(f"{quoted} is not a table in CSV form; choose another file.") from None


def _header(sample: Sequence[list[str]], number_format: NumberFormat) -> list[str] | None:
    """Return the first row if it names the columns."""
    filled = [cell for cell in sample[0] if cell.strip()]
    is_numbers = not np.isnan(number_format.parse(filled)).any()
    return None if is_numbers else [cell.strip() for cell in sample[0]]


def _unique(header: list[str]) -> list[str]:
    """Return names without gaps or repetitions: ``column 3``, ``price (2)``."""
    names: list[str] = []
    seen: Counter[str] = Counter()
    for number, cell in enumerate(header, start=1):
        name = re.sub(r"\s+", " ", cell)[:60] or f"column {number}"
        unique = name
        while unique in seen:
            seen[name] += 1
            unique = f"{name} ({seen[name]})"
        seen[unique] += 1
        names.append(unique)
    return names


def _unit(column: str) -> str | None:
    words = re.split(r"[^a-z0-9]+", column.lower())
    return next((_UNITS[word] for word in reversed(words) if word in _UNITS), None)


def _chained(first: Sequence[_T], rest: Iterator[_T]) -> Iterator[_T]:
    yield from first
    yield from rest
