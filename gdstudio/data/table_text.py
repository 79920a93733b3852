"""The text of a CSV file: its encoding and its delimiter, found out by looking."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Generator, Sequence
from pathlib import Path

from gdstudio.data.files import open_file, unreadable
from gdstudio.errors import BadInput

_SIZE_LIMIT = 2_000_000_000
_PIECE = 1 << 20
# No row of numbers is that long; without a limit, a file without line ends would be one line.
_LINE_LIMIT = 1 << 17


def text_lines(path: Path) -> Generator[str]:
    """Yield the lines of a text file in UTF-8, UTF-16 with its mark, or Windows-1252.

    Raises:
        BadInput: if the file cannot be read, is a spreadsheet or a picture or another file that
            is no text, or has an endless line.
    """
    encoding = _encoding(path)
    with open_file(path, size_limit=_SIZE_LIMIT) as file:
        text = io.TextIOWrapper(file, encoding, errors="replace", newline=None)
        try:
            while line := text.readline(_LINE_LIMIT):
                if len(line) == _LINE_LIMIT:
                    raise BadInput(f"“{path.name}” is not a table of rows; choose a CSV file.")
                yield line
        except OSError as error:
            raise unreadable(path, error) from None


def detect_delimiter(lines: Sequence[str]) -> str:
    """Return the tab, semicolon or comma that separates the cells.

    It is the first of these that splits the first row, and nearly all others into as many cells:
    a comma also occurs in numbers, the others hardly.
    """
    filled = [line for line in lines[:100] if line.strip()]
    best, best_count = ",", 1
    for delimiter in "\t;,":
        try:
            counts = [len(row) for row in csv.reader(filled, delimiter=delimiter) if row]
        except csv.Error:
            continue
        if not counts:
            continue
        count, times = Counter(counts).most_common(1)[0]
        if count > 1 and counts[0] > 1 and times >= 0.9 * len(counts):
            return delimiter
        if counts[0] > best_count:
            best, best_count = delimiter, counts[0]
    return best


def _encoding(path: Path) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")()
    encoding = "utf-8-sig"
    with open_file(path, size_limit=_SIZE_LIMIT) as file:
        try:
            piece = file.read(_PIECE)
            if piece.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                return "utf-16"
            if piece.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
                raise BadInput(
                    f"“{path.name}” is a spreadsheet or an archive; save the table as CSV first."
                )
            while piece:
                if b"\0" in piece:
                    raise BadInput(f"“{path.name}” is not a text file; choose a CSV file.")
                if encoding == "utf-8-sig":
                    try:
                        decoder.decode(piece)
                    except UnicodeDecodeError:
                        encoding = "cp1252"
                piece = file.read(_PIECE)
        except OSError as error:
            raise unreadable(path, error) from None
    return encoding
