"""A table of the user's own: from a CSV file to columns of numbers.

Programs and people write tables in many ways. What can be read is read; how a number was read that
could be another, and what had to be left out, the table says.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from types import MappingProxyType

import numpy as np

from gdstudio.data.dataset import NumberReading, Numbers, Table
from gdstudio.data.tables.file_text import text_lines
from gdstudio.data.tables.label_column import LabelColumn
from gdstudio.data.tables.layout import (
    Beginning,
    Layout,
    are_row_names,
    beginning_of,
    layout_of,
    refuse_other_formats,
    tidy_lines,
    total_in,
    unique_names,
)
from gdstudio.data.tables.notes import QUOTE_LENGTH, one_line
from gdstudio.data.tables.number_column import (
    MARKS,
    NumberColumn,
    Surroundings,
    form_of,
)
from gdstudio.data.tables.numbers import Unread, understand
from gdstudio.errors import BadInput

_CELLS_PER_BLOCK = 100_000
_COLUMN_LIMIT = 1_000
_CELL_LIMIT = 40_000_000
_SAMPLE_ROWS, _FEWEST_SAMPLE_ROWS, _SAMPLE_CELLS = 1_000, 30, 20_000


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
            refuse_other_formats(start, quoted)
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
            raise BadInput(f"{self._quoted} has {found}; at least two rows are needed.")
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
            return unique_names([""] * width), None
        if len(header) == width - 1 > 0 and are_row_names(body):
            # R writes no name above those of the rows.
            return unique_names(["row", *header]), header
        return unique_names(header), header

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
        assert not isinstance(one, Unread)  # an open one is a number, whichever its mark
        value, other = (
            one.value(mark, is_money=form.is_money) for mark in (form.mark, MARKS[form.mark == "."])
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
