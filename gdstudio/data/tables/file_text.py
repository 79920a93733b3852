"""The text of a table's file: its lines, whatever program and country wrote it.

Encodings of one byte a letter cannot be told by rule, only by what makes sense. Libraries that
guess them need more text than a table has beside its numbers (charset-normalizer 3.5 and chardet
7.7 read £ as Ł or ฃ, and Fläche as Flไche): so we look at the few letters there are.
"""

import codecs
import io
import re
from collections.abc import Generator
from itertools import islice, pairwise
from pathlib import Path

from gdstudio.data.files import open_file, unreadable
from gdstudio.data.tables.column_names import roles_of
from gdstudio.data.tables.number_words import MULTIPLIERS, UNITS, words_of
from gdstudio.errors import BadInput

_SIZE_LIMIT = 500_000_000
_PIECE = 1 << 20
# No row of numbers is that long; without a limit, a file without line ends would be one line.
_LINE_LIMIT = 1 << 17
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The likeliest first: the others must make more sense.
_OLD_ENCODINGS = ("cp1252", "cp1250", "cp1251", "mac_roman", "cp850", "cp932", "gb18030", "euc_kr")
_OTHER_FORMATS = (
    (
        (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"),
        "is a spreadsheet or an archive; save the table as CSV first.",
    ),
    ((b"%PDF",), "is a PDF; choose a CSV file."),
    ((b"\x1f\x8b", b"BZh", b"\xfd7zXZ"), "is compressed; unpack it first."),
    ((b"SQLite format 3", b"PAR1", b"\x89HDF"), "is a database; save the table as CSV first."),
)  # fmt: skip
_LINES_LOOKED_AT, _LETTERS_LOOKED_AT = 200, 10_000
_LONGEST_WORD = 60
_WORD = re.compile(r"[^\W\d_]+")
_SIGNS = frozenset("°·–½„“”\N{NO-BREAK SPACE}")
_KNOWN = UNITS.keys() | MULTIPLIERS.keys()


def text_lines(path: Path) -> Generator[str]:
    """Yield the lines of a text file, in Unicode or in an older encoding that makes sense of it.

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
        except (OSError, UnicodeError) as error:
            raise unreadable(path, error) from None


def _encoding(path: Path) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with open_file(path, size_limit=_SIZE_LIMIT) as file:
        try:
            piece = file.read(_PIECE)
            for beginnings, sentence in _OTHER_FORMATS:
                if piece.startswith(beginnings):
                    raise BadInput(f"“{path.name}” {sentence}")
            for mark, encoding in _MARKS:
                if piece.startswith(mark):
                    return encoding
            wide = _unmarked_utf16(piece)
            if wide:
                return wide
            strange = b""
            while piece:
                if b"\0" in piece:
                    raise BadInput(f"“{path.name}” is not a text file; choose a CSV file.")
                if not strange:
                    try:
                        decoder.decode(piece)
                    except UnicodeDecodeError:
                        strange = piece
                piece = file.read(_PIECE)
        except OSError as error:
            raise unreadable(path, error) from None
    return old_encoding(strange) if strange else "utf-8-sig"


def _unmarked_utf16(start: bytes) -> str:
    """Return the encoding of a text whose letters have two bytes each, or nothing."""
    sample = start[: 2 * (min(len(start), 2000) // 2)]
    half = len(sample) // 2
    if half < 4:
        return ""
    for encoding, high, low in (
        ("utf-16-le", sample[1::2], sample[::2]),
        ("utf-16-be", sample[::2], sample[1::2]),
    ):
        if high.count(0) > 0.8 * half and low.count(0) == 0:
            return encoding
    return ""


def old_encoding(data: bytes) -> str:
    """Return the encoding that makes most sense of bytes that are no UTF-8."""
    lines = (line for line in data.splitlines() if not line.isascii())
    sample = b"\n".join(islice(lines, _LINES_LOOKED_AT))[:_LETTERS_LOOKED_AT]
    unicode = sample.decode("utf-8", errors="replace")
    broken = unicode.count("\N{REPLACEMENT CHARACTER}")
    if sum(not c.isascii() for c in unicode) > 5 * broken:
        return "utf-8-sig"  # with a few damaged letters
    scores = {}
    for encoding in _OLD_ENCODINGS:
        try:
            scores[encoding] = _sense(sample.decode(encoding))
        except UnicodeDecodeError:
            scores[encoding] = _sense(sample.decode(encoding, errors="replace")) - 50
    return max(_OLD_ENCODINGS, key=lambda encoding: scores[encoding])


def _sense(text: str) -> int:
    """Return how much sense the letters beyond ASCII make: known words do, loose signs do not."""
    score = 0
    for word in set(_WORD.findall(text)):
        strange = [c for c in word if not c.isascii()]
        if not strange:
            continue
        if len(word) > _LONGEST_WORD:
            score -= 5
            continue
        if not _KNOWN.isdisjoint(words_of(word)) or roles_of(word):
            score += 5
        kinds = {_alphabet(c) for c in word}
        score += 1 if len(kinds - {"plain"}) == 1 else -3
        # fLäche, or a Latin word of accents alone, or Gyõr.
        score -= 3 * sum(a.islower() and b.isupper() for a, b in pairwise(word))
        score -= 2 * len(re.findall("õ(?!e)", word))
        if "latin" in kinds and len(strange) > 2 and len(strange) == len(word):
            score -= 5
        if kinds & {"cyrillic", "asian"} and "plain" in kinds:
            score -= 5
    for before, sign, behind in zip(f" {text}", text, f"{text[1:]} ", strict=False):
        if not sign.isascii() and not sign.isalpha():
            score += 1 if _is_in_place(before, sign, behind) else -3
    return score


def _is_in_place(before: str, sign: str, behind: str) -> bool:
    """Return whether a sign stands where people put it: ² behind m, £ not before a letter."""
    if sign in "²³":
        return before in "mMtT"
    if sign in "€£¥":
        return not behind.isalpha()
    if sign in "’‘":
        return before.isalnum() or behind.isalnum()
    return sign in _SIGNS and not (before.isalpha() and behind.isalpha())


def _alphabet(letter: str) -> str:
    if letter.isascii():
        return "plain"
    code = ord(letter)
    if code < 0x250:
        return "latin"
    if 0x400 <= code < 0x530:
        return "cyrillic"
    return "asian" if code >= 0x3000 else "other"
