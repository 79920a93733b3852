"""How a text is laid out as a table: what separates its cells, and where its header and rows are.

A separator is judged by what comes out: rows of one width, with columns of numbers in them (the
idea of G. van den Burg, A. Nazábal and C. Sutton, “Wrangling messy CSV files by detecting row and
type patterns”, 2019). Their library knows neither lines drawn under a header nor 69 m², and takes
0.4 s to import.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from gdstudio.data.tables.notes import one_line
from gdstudio.data.tables.number_words import PER, UNITS, plain_word, words_of
from gdstudio.data.tables.numbers import Written, understand
from gdstudio.errors import BadInput

# The likeliest first. WIDE is a tab or several spaces, SPACE any.
TAB, SEMICOLON, PIPE, COMMA, WIDE, SPACE = "\t", ";", "|", ",", "wide", " "
_SEPARATORS = (TAB, SEMICOLON, PIPE, COMMA, WIDE, SPACE)
_SAMPLE_LINES = 200
# A table of a thousand columns is judged by few of its rows.
_MOST_CELLS, _FEWEST_ROWS, _MOST_COLUMNS = 1_000, 10, 100
# The share of the lines for which a separator must do so.
_FEWEST = 0.5
_RULE = re.compile(r"[\s|+:=_*─━═┼╪│|-]*")
_SEPARATOR_LINE = re.compile(r"\s*[\"']?sep=(.)[\"']?[\s;,]*", re.I)
# In front of the table; below it, where #12 is an address and #A7 a number, only with a space.
_FIRST_COMMENT = re.compile(r"\s*(?:#(?!\s*[,;\t|]|\d)|//)")
_COMMENT = re.compile(r"\s*(?:#+(?:\s(?!\s*[,;\t|])|$)|//)")
_WIDE = re.compile(r"\t+ *| {2,}\t*")
_BARS = str.maketrans("│┃║｜", "||||")
_LONGEST_TOTAL = 30
_TOTAL_WORDS = (
    "total totals subtotal sum summe gesamt gesamtsumme insgesamt zwischensumme somme suma "
    "razem łącznie totale somma totaal som summa soma celkem součet összesen yhteensä "
    "average avg mean median mediana durchschnitt mittelwert schnitt moyenne media média "
    "promedio średnia gemiddelde medel medelvärde gjennomsnitt gennemsnit průměr ø итого "
    "всего сумма среднее 合計 合计 小計 平均"
)
_TOTALS = {plain_word(word) for word in _TOTAL_WORDS.split()} | {"grand total", "total general"}


@dataclass(frozen=True)
class Layout:
    """What separates the cells of a line.

    Attributes:
        separator: a tab, a semicolon, a bar, a comma, a space or WIDE.
        quote: the quotation mark around cells.
        has_outer_bars: whether bars stand at both ends of a line, as in Markdown.
    """

    separator: str = COMMA
    quote: str = '"'
    has_outer_bars: bool = False

    def rows(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """Yield the cells of each line (or of some, where a quoted cell has line ends).

        Raises:
            csv.Error: if a cell is longer than cells can be.
        """
        if self.separator == WIDE:
            for line in lines:
                yield [cell.strip().strip(self.quote) for cell in _WIDE.split(line.strip())]
            return
        if self.separator == SPACE:
            lines = (" ".join(line.split()) for line in lines)
        elif self.separator == PIPE:
            lines = (self._without_bars(line) for line in lines)
        yield from csv.reader(
            lines, delimiter=self.separator, quotechar=self.quote, skipinitialspace=True
        )

    def _without_bars(self, line: str) -> str:
        line = line.translate(_BARS)
        if self.has_outer_bars:
            line = line.strip().removeprefix("|").removesuffix("|")
        return line


@dataclass(frozen=True)
class Beginning:
    """What stands before the first row of data.

    Attributes:
        names: the names of the columns; None if there is no header.
        units: the units in a line of their own below the names.
        rows: how many rows come before the data.
        titles: how many of these are neither names nor units.
    """

    names: list[str] | None
    units: list[str]
    rows: int
    titles: int


def tidy_lines(lines: Iterable[str]) -> tuple[Iterator[str], str, list[str]]:
    """Return lines without what only people or spreadsheets read.

    Returns:
        ``(lines, separator, comments)``: the lines without comments and drawn lines, the separator
        that a first line such as ``sep=;`` names, and the comments before the first other line.
    """
    comments: list[str] = []
    separator = ""
    rest = iter(lines)
    for line in rest:
        named = _SEPARATOR_LINE.fullmatch(line)
        if named and not separator and not comments:
            separator = named[1]
        elif _FIRST_COMMENT.match(line):
            comments.append(line.strip().lstrip("#/").strip())
        elif not line.isspace() and not _is_rule(line):
            rest = chain([line], rest)
            break
    return _tidied(rest), separator, comments


def layout_of(lines: Sequence[str], separator: str = "") -> Layout:
    """Return the layout that makes the best table of `lines`."""
    filled = [line for line in islice(lines, _SAMPLE_LINES) if line.strip()]
    quote = _quote_of(filled)
    barred = sum(line.lstrip().translate(_BARS).startswith("|") for line in filled)
    candidates = [
        Layout(one, quote, one == PIPE and 2 * barred > len(filled))
        for one in ((separator,) if separator in _SEPARATORS and separator else _SEPARATORS)
    ]
    # In the order of likelihood: the first of equals is taken.
    best = max(candidates, key=lambda layout: _worth(layout, filled))
    return best if separator or _worth(best, filled) > 0 else Layout(COMMA, quote)


def beginning_of(rows: Sequence[Sequence[str]], comments: Sequence[Sequence[str]]) -> Beginning:
    """Return what stands before the data in the first `rows`, of which none is empty.

    `comments` are the cells of comments before the rows: the last may have the names.
    """
    width = _usual_width(rows)
    numeric = _numeric_columns(rows, width)
    first = next((i for i, row in enumerate(rows) if _is_data(row, numeric, width)), None)
    if first is None:
        # No numbers at all: the first row has the names, if any has.
        return Beginning([cell.strip() for cell in rows[0]], [], 1, 0)
    if first == 0:
        if _are_years(rows, numeric):
            return Beginning([cell.strip() for cell in rows[0]], [], 1, 0)
        named = [cell.strip() for cell in comments[-1]] if comments else []
        if len(named) == width > 1 and not any(_is_number(cell) for cell in named):
            return Beginning(named, [], 0, 0)
        return Beginning(None, [], 0, 0)
    before = [(i, row) for i, row in enumerate(rows[:first]) if _filled(row) > 1 or width == 1]
    if not before:
        return Beginning(None, [], first, first)
    units: list[str] = []
    if len(before) > 1 and _are_units(before[-1][1]):
        units = [cell.strip() for cell in before.pop()[1]]
    widest = max(_filled(row) for _, row in before)
    _, names = next(
        (i, row)
        for i, row in reversed(before)
        if _filled(row) >= min(widest, width) or _filled(row) > width // 2
    )
    return Beginning([cell.strip() for cell in names], units, first, first - 1 - bool(units))


def total_in(row: Sequence[str]) -> str:
    """Return the word that makes `row` a sum or a mean of others, or nothing.

    It is the first cell that is filled.
    """
    for cell in row:
        word = cell.strip()
        if word:
            is_short = len(word) <= _LONGEST_TOTAL
            return word if is_short and plain_word(word.rstrip(":. ")) in _TOTALS else ""
    return ""


def _tidied(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        # Most lines are told by their first letter.
        if line[:1].isalnum() or not (line.isspace() or _is_rule(line) or _COMMENT.match(line)):
            yield line


def _is_rule(line: str) -> bool:
    """Return whether a line is drawn, such as |---|---| or =====."""
    if line[:1].isalnum() or line[:1] in "\"'":
        return False
    return _RULE.fullmatch(line.rstrip()) is not None and sum(map(line.count, "-=─━═_")) > 2


def _quote_of(lines: Sequence[str]) -> str:
    single = sum(
        line.lstrip("| ").startswith("'") or ",'" in line or ";'" in line for line in lines
    )
    double = sum('"' in line for line in lines)
    return "'" if 2 * single > len(lines) and single > double else '"'


def _worth(layout: Layout, lines: Sequence[str]) -> float:
    try:
        rows = [row for row in layout.rows(lines) if any(cell.strip() for cell in row)]
    except csv.Error:
        return -1.0
    if not rows:
        return 0.0
    width = _usual_width(rows)
    if width < 2:
        return 0.0
    share = sum(_fits(row, width) for row in rows) / len(rows)
    if share < _FEWEST:
        return 0.1 * share
    numeric = len(_numeric_columns(rows, width))
    return share**2 * (0.2 + min(numeric, 2))


def _fits(row: Sequence[str], width: int) -> bool:
    return len(row) == width or (len(row) > width and not any(cell.strip() for cell in row[width:]))


def _usual_width(rows: Sequence[Sequence[str]]) -> int:
    """Return how many cells most rows have."""
    counts = Counter(len(row) for row in rows if len(row) > 1)
    if not counts:
        return 1
    most = max(counts.values())
    return max(width for width, times in counts.items() if times == most)


def _numeric_columns(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """Return the columns that are of numbers in the lower part, where no headers are."""
    body = rows[-max(1, int(0.6 * len(rows))) :][: max(_MOST_CELLS // width, _FEWEST_ROWS)]
    numeric = []
    for column in range(min(width, _MOST_COLUMNS)):
        cells = [row[column] for row in body if column < len(row) and row[column].strip()]
        if cells and 2 * sum(map(_is_number, cells)) >= len(cells):
            numeric.append(column)
    return numeric


def _is_number(cell: str) -> bool:
    one = understand(cell)
    return (
        isinstance(one, Written) and not one.before and (not one.unknown or len(one.unknown) < 12)
    )


def _is_missing(cell: str) -> bool:
    one = understand(cell)
    return not isinstance(one, Written) and not one.why


def _is_data(row: Sequence[str], numeric: Sequence[int], width: int) -> bool:
    if len(row) < width and _filled(row) < 2:
        return False
    cells = [row[column] for column in numeric if column < len(row)]
    numbers = sum(map(_is_number, cells))
    words = sum(not _is_number(cell) and not _is_missing(cell) for cell in cells)
    return numbers > 0 and numbers >= words


def _are_years(rows: Sequence[Sequence[str]], numeric: Sequence[int]) -> bool:
    """Return whether the first row has years for names, above numbers that are none."""
    if len(rows) < 2 or len(numeric) < 2 or len(numeric) == len(rows[0]):
        return False
    if numeric[-1] >= len(rows[0]):  # it is shorter than the others
        return False
    first = [rows[0][column].strip() for column in numeric]
    if not all(re.fullmatch(r"(?:19|20)\d\d", cell) for cell in first):
        return False
    if [*first] != sorted(set(first)) and [*first] != sorted(set(first), reverse=True):
        return False
    below = [row[column] for row in rows[1:] for column in numeric if column < len(row)]
    return sum(
        re.fullmatch(r"(?:19|20)\d\d", cell.strip()) is not None for cell in below
    ) < 0.5 * len(below)


def _are_units(row: Sequence[str]) -> bool:
    cells = [cell for cell in row if cell.strip()]
    return bool(cells) and all(_is_unit(cell) for cell in cells)


def _is_unit(cell: str) -> bool:
    words = [word for word in words_of(cell) if word not in PER]
    return bool(words) and (" ".join(words) in UNITS or all(word in UNITS for word in words))


def _filled(row: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def refuse_other_formats(lines: Sequence[str], quoted: str) -> None:
    """Say what a text is that is no table."""
    text = "".join(lines[:5]).lstrip()
    if text.startswith(("{", "[{", "[[", "[\n")):
        raise BadInput(f"{quoted} is JSON; save the table as CSV first.")
    if re.match(r"<(?:!doctype|html|\?xml|table|body)\b", text, re.I):
        raise BadInput(f"{quoted} is a web page or XML; save the table as CSV first.")


def are_row_names(body: Sequence[Sequence[str]]) -> bool:
    """Return whether the first cells count the rows, or name each otherwise."""
    first = [row[0].strip() for row in body if row]
    if len(set(first)) < len(first):
        return False
    return first[:3] in (["1", "2", "3"][: len(first)], ["0", "1", "2"][: len(first)]) or not any(
        cell[:1].isdigit() for cell in first
    )


def unique_names(header: Sequence[str]) -> list[str]:
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
