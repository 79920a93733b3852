"""A table of the user's own: from a CSV file to columns of numbers, and from two columns to x, y.

Programs and people write tables in many ways. What can be read is read; how a number was read that
could be another, and what had to be left out, the table says.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from types import MappingProxyType

import numpy as np

from gdstudio.data.dataset import NumberReading, Numbers, Table
from gdstudio.data.label_column import LabelColumn
from gdstudio.data.number_column import (
    MARKS,
    NumberColumn,
    Surroundings,
    form_of,
)
from gdstudio.data.numbers import understand
from gdstudio.data.table_layout import (
    Beginning,
    Layout,
    beginning_of,
    layout_of,
    tidy_lines,
    total_in,
)
from gdstudio.data.table_notes import QUOTE_LENGTH, column_notes, one_line
from gdstudio.data.table_text import text_lines
from gdstudio.errors import BadInput

_CELLS_PER_BLOCK = 100_000
_COLUMN_LIMIT = 1_000
_CELL_LIMIT = 40_000_000
_SAMPLE_ROWS, _FEWEST_SAMPLE_ROWS, _SAMPLE_CELLS = 1_000, 30, 20_000
# Its square, and sums of squares, are still finite.
_LARGEST, _SMALLEST_SPREAD = 1e150, 1e-302


def read_table(
    path: str | Path,
    *,
    name: str | None = None,
    decimal_mark: str | Mapping[str, str] = "",
    with_labels: bool = False,
    should_stop: Callable[[], bool] = lambda: False,
) -> Table:
    """Return the columns of numbers in the CSV file `path`.

    A column is one of numbers if at least half of the cells that are filled are numbers; the other
    cells are NaN. The header is found above the first row of data; without one, columns are called
    ``column 1`` and so on.

    Args:
        path: the file, in any usual encoding and with any usual separator.
        name: the table's name; otherwise the file's name.
        decimal_mark: "." or "," for the columns whose cells leave it open, or this by the names of
            columns; otherwise the likelier one is taken, and `Table.readings` says so.
        with_labels: whether columns of few different texts are kept, too.
        should_stop: asked some ten times a second; where it says so, reading is given up.

    Raises:
        BadInput: if the file cannot be read or is no text, or has fewer than two rows, fewer than
            two columns of numbers, or more than 40 million cells, or reading was given up.
    """
    path = Path(path)
    quoted = f"“{one_line(path.name)}”"
    reading = _Reading(path, quoted, decimal_mark, {}, should_stop, with_labels)
    mistaken = reading.mistaken()
    if mistaken:
        # Only cells far below showed what marks the decimals: once more, with what is known now.
        reading = _Reading(path, quoted, decimal_mark, mistaken, should_stop, with_labels)
    return reading.table(name or path.name)


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


class _Reading:
    """One passage through a file: columns that grow block by block, and what did not fit."""

    def __init__(
        self,
        path: Path,
        quoted: str,
        wanted: str | Mapping[str, str],
        known: Mapping[int, str],
        should_stop: Callable[[], bool],
        with_labels: bool,
    ) -> None:
        self._quoted = quoted
        self.rows = self.short_rows = self.long_rows = self.totals = 0
        self._long_row: list[str] = []
        self._total = ""
        lines = text_lines(path)
        try:
            tidy, separator, comments = tidy_lines(lines)
            start = list(islice(tidy, _SAMPLE_ROWS))
            _refuse_other_formats(start, quoted)
            layout = layout_of(start, separator)
            rows = self._filled_rows(layout, chain(start, tidy))
            sample = list(islice(rows, _SAMPLE_ROWS))
            if not sample:
                raise BadInput(f"{quoted} is empty; choose a CSV file with rows of numbers.")
            beginning = beginning_of(sample, list(layout.rows(comments)))
            self._titles = beginning.titles
            body = sample[beginning.rows :]
            self.names, self._header = self._named(beginning, body, sample)
            self._units = beginning.units
            self.columns = self._columns(layout, body, wanted, known)
            self._blocks: list[list[Numbers]] = [[] for _ in self.columns]
            cells = list(zip(*self._fitted(body), strict=True)) if with_labels else []
            self.short_rows = self.long_rows = 0
            self._labels = {
                index: LabelColumn() for index, some in enumerate(cells) if LabelColumn.may_be(some)
            }
            unread = chain(body, rows)
            size = max(_CELLS_PER_BLOCK // len(self.names), 1)
            while block := list(islice(unread, size)):
                self._add(block)
                if should_stop():
                    raise BadInput(f"Reading {quoted} was given up; open it again.")
                if self.rows * len(self.names) > _CELL_LIMIT:
                    raise BadInput(
                        f"{quoted} has more than {_CELL_LIMIT:,} cells; choose fewer rows or"
                        " columns."
                    )
        finally:
            lines.close()

    def mistaken(self) -> dict[int, str]:
        """Return the columns that are read with the wrong mark, as later cells show, and theirs."""
        return {
            index: "," if column.form.mark == "." else "."
            for index, column in enumerate(self.columns)
            if column.against > column.supports
        }

    def table(self, name: str) -> Table:
        """Return the columns of numbers."""
        if self.rows < 2:
            if self.long_rows:
                raise BadInput(self._too_long())
            found = "only one row of data" if self.rows else "a header but no rows"
            raise BadInput(f"{self._quoted} has {found}; a line needs at least two rows.")
        numeric = [
            index
            for index, column in enumerate(self.columns)
            if column.numbers > 1 and 2 * column.numbers >= column.filled
        ]
        if len(numeric) < 2:
            raise BadInput(self._too_few(numeric))
        columns = tuple(self.names[index] for index in numeric)
        readings = {self.names[index]: _told(self.columns[index]) for index in numeric}
        labels = {
            self.names[index]: column.labels
            for index, column in self._labels.items()
            if index not in numeric and column.are_labels
        }
        return Table(
            name=name,
            columns=columns,
            values=MappingProxyType({self.names[i]: self._values(i) for i in numeric}),
            units=MappingProxyType(
                {
                    self.names[i]: unit.name
                    for i in numeric
                    if (unit := self.columns[i].form.unit) is not None and unit.name
                }
            ),
            notes=self._notes(numeric),
            readings=MappingProxyType(readings),
            labels=MappingProxyType(labels),
        )

    def _filled_rows(self, layout: Layout, lines: Iterator[str]) -> Iterator[list[str]]:
        """Yield the rows that have any content."""
        try:
            for row in layout.rows(lines):
                if len(row) > _COLUMN_LIMIT:
                    raise BadInput(
                        f"{self._quoted} has more than {_COLUMN_LIMIT:,} columns; choose fewer."
                    )
                if (row and row[0][:1] > " ") or any(cell.strip() for cell in row):
                    yield row
        except csv.Error:
            raise BadInput(
                f"{self._quoted} is not a table in CSV form; choose another file."
            ) from None

    def _named(
        self, beginning: Beginning, body: list[list[str]], sample: list[list[str]]
    ) -> tuple[list[str], list[str] | None]:
        """Return the names of the columns, and the header as it is written."""
        width = max(Counter(map(len, body or sample)).items(), key=lambda entry: entry[::-1])[0]
        header = beginning.names
        if header is None:
            return _unique([""] * width), None
        if len(header) == width - 1 > 0 and _are_row_names(body):
            # R writes no name above those of the rows.
            return _unique(["row", *header]), header
        return _unique(header), header

    def _columns(
        self,
        layout: Layout,
        body: list[list[str]],
        wanted: str | Mapping[str, str],
        known: Mapping[int, str],
    ) -> list[NumberColumn]:
        # Of very wide tables fewer rows are looked at: a thousand columns need not take long.
        looked_at = body[: max(_SAMPLE_CELLS // len(self.names), _FEWEST_SAMPLE_ROWS)]
        cells = [
            [row[index] for row in looked_at if index < len(row)]
            for index in range(len(self.names))
        ]
        full_names = [
            f"{name} {self._units[index]}" if index < len(self._units) else name
            for index, name in enumerate(self.names)
        ]
        # First what each column proves by itself: it may help where another leaves it open.
        alone = [
            form_of(name, some, Surroundings(layout.separator))
            for name, some in zip(full_names, cells, strict=True)
        ]
        columns = []
        for index, form in enumerate(alone):
            others = frozenset(
                other.mark
                for place, other in enumerate(alone)
                if place != index and other.is_proven and not other.is_list
            )
            name = self.names[index]
            mark = wanted if isinstance(wanted, str) else wanted.get(name, "")
            if index in known:
                form = replace(form, mark=known[index], is_proven=True)
            elif not form.is_proven:
                around = Surroundings(layout.separator, others)
                form = form_of(full_names[index], cells[index], around, mark)
            columns.append(NumberColumn(form))
        return columns

    def _add(self, block: list[list[str]]) -> None:
        block = self._without_totals(block)
        if any(len(row) != len(self.names) for row in block):
            block = self._fitted(block)
        if not block:
            return
        self.rows += len(block)
        for index, cells in enumerate(zip(*block, strict=True)):
            self._blocks[index].append(self.columns[index].read(cells))
            if index in self._labels:
                self._labels[index].read(cells)

    def _without_totals(self, block: list[list[str]]) -> list[list[str]]:
        """Leave out rows that sum others up, and the header where it comes again."""
        kept, header = [], self._header or ["\0"]
        for row in block:
            first = row[0]
            if first[:1].isdigit():
                kept.append(row)
            elif total := total_in(row):
                self.totals += 1
                self._total = self._total or total
            elif first.strip() != header[0] or [cell.strip() for cell in row] != header:
                kept.append(row)
        return kept

    def _fitted(self, block: list[list[str]]) -> list[list[str]]:
        fitted, width = [], len(self.names)
        for row in block:
            if len(row) < width:
                self.short_rows += 1
                row = row + [""] * (width - len(row))
            elif any(cell.strip() for cell in row[width:]):
                # Its cells stand under the wrong names, as after an unquoted “1,234”.
                self.long_rows += 1
                self._long_row = self._long_row or row
                continue
            fitted.append(row[:width])
        return fitted

    def _values(self, index: int) -> Numbers:
        """Return a column's values and give up the memory of its blocks."""
        values = np.concatenate(self._blocks[index])
        self._blocks[index] = []
        values.flags.writeable = False
        return values

    def _too_long(self) -> str:
        row = one_line(",".join(self._long_row), 40)
        return (
            f"The rows of {self._quoted} have more cells than its header, such as “{row}”; put"
            " numbers that have commas in quotation marks, or part the cells by semicolons."
        )

    def _too_few(self, numeric: list[int]) -> str:
        """Say why there are no two columns of numbers, by a cell that was not understood."""
        others = [
            (name, column)
            for index, (name, column) in enumerate(zip(self.names, self.columns, strict=True))
            if index not in numeric and column.example and any(map(str.isdigit, column.example))
        ]
        found = (
            f"only one column of numbers (“{self.names[numeric[0]]}”)"
            if numeric
            else ("no column of numbers" if others else "no numbers")
        )
        why = ""
        if others:
            # What is nearest to numbers explains it best.
            name, column = max(others, key=lambda other: other[1].numbers)
            why = f" (in “{name}”, “{one_line(column.example, QUOTE_LENGTH)}” {column.why})"
        return f"{self._quoted} has {found}{why}; two columns of numbers are needed."

    def _notes(self, numeric: list[int]) -> tuple[str, ...]:
        notes = []
        others = [
            name
            for index, name in enumerate(self.names)
            if index not in numeric
            and self.columns[index].filled
            and not (index in self._labels and self._labels[index].are_labels)
        ]
        if others:
            shown = ", ".join(others[:5]) + (", …" if len(others) > 5 else "")
            notes.append(f"Columns that are not numbers are left out: {shown}.")
        if self.long_rows:
            notes.append(f"Rows with too many cells are left out: {self.long_rows:,}.")
        if self.short_rows:
            notes.append(f"Rows with too few cells: {self.short_rows:,}; the others are missing.")
        if self.totals:
            word = one_line(self._total, QUOTE_LENGTH)
            notes.append(f"Rows that sum up others are left out: {self.totals:,} (“{word}”).")
        if self._titles:
            notes.append(f"Lines above the header are left out: {self._titles:,}.")
        return tuple(notes)


def _told(column: NumberColumn) -> NumberReading:
    """Return what is told of how a column was read."""
    form = column.form
    is_proven = form.is_proven or bool(column.supports) or not column.open_example
    value = other = 0.0
    if not is_proven:
        one = understand(column.open_example)
        value, other = (
            one.value(mark, is_money=form.is_money)  # type: ignore[union-attr]
            for mark in (form.mark, MARKS[form.mark == "."])
        )
    return NumberReading(
        decimal_mark=form.mark,
        is_proven=is_proven,
        example="" if is_proven else one_line(column.open_example, QUOTE_LENGTH),
        value=value,
        other_value=other,
        kind=form.unit.kind if form.unit is not None else "",
        left_out=column.left_out + column.against,
        left_out_example=one_line(column.example, QUOTE_LENGTH),
        why=column.why,
        converted=column.converted,
    )


def _refuse_other_formats(lines: Sequence[str], quoted: str) -> None:
    """Say what a text is that is no table."""
    text = "".join(lines[:5]).lstrip()
    if text.startswith(("{", "[{", "[[", "[\n")):
        raise BadInput(f"{quoted} is JSON; save the table as CSV first.")
    if re.match(r"<(?:!doctype|html|\?xml|table|body)\b", text, re.I):
        raise BadInput(f"{quoted} is a web page or XML; save the table as CSV first.")


def _are_row_names(body: Sequence[Sequence[str]]) -> bool:
    """Return whether the first cells count the rows, or name each otherwise."""
    first = [row[0].strip() for row in body if row]
    if len(set(first)) < len(first):
        return False
    return first[:3] in (["1", "2", "3"][: len(first)], ["0", "1", "2"][: len(first)]) or not any(
        cell[:1].isdigit() for cell in first
    )


def _unique(header: Sequence[str]) -> list[str]:
    """Return names without gaps or repetitions: ``column 3``, ``price (2)``."""
    names: list[str] = []
    seen: Counter[str] = Counter()
    for number, cell in enumerate(header, start=1):
        name = one_line(cell) or f"column {number}"
        unique = name
        while unique in seen:
            seen[name] += 1
            unique = f"{name} ({seen[name]})"
        seen[unique] += 1
        names.append(unique)
    return names
