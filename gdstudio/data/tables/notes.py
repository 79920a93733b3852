"""What is said of how a table was read: names and cells of the user's, and what became of them."""

from gdstudio.data.dataset import NumberReading, Table
from gdstudio.number_text import plain_text
from gdstudio.visible_text import UNSEEN

NAME_LENGTH, QUOTE_LENGTH = 60, 30


def how_read(table: Table, column: str) -> str:
    """Return a sentence on how the numbers of a column were read, where they could be others."""
    reading = table.readings.get(column)
    if reading is None or reading.is_proven:
        return ""
    mark = {".": "point", ",": "comma"}[_sign_in(reading)]
    role = "marks decimals" if _sign_in(reading) == reading.decimal_mark else "parts thousands"
    return (
        f"In “{column}” the {mark} {role}: “{reading.example}” is read as "
        f"{plain_number(reading.value)}, not as {plain_number(reading.other_value)}."
    )


def plain_number(value: float) -> str:
    """Return a number with its thousands apart and all its decimals: ``169,000``, ``1.774``."""
    return plain_text(value, 12)


def one_line(text: str, length: int = NAME_LENGTH) -> str:
    """Return a text of the user's on one line, without signs that are not to be seen."""
    shown = " ".join(UNSEEN.sub(" ", text[: 4 * length]).split())
    return shown if len(shown) <= length else f"{shown[: length - 1]}…"


def column_notes(name: str, reading: NumberReading) -> list[str]:
    """Return sentences about the cells of a column that are not as they stand in the file."""
    notes = []
    if reading.left_out:
        cells = "1 cell" if reading.left_out == 1 else f"{reading.left_out:,} cells"
        notes.append(
            f"{cells} of “{name}” could not be used: “{reading.left_out_example}” {reading.why}."
        )
    if reading.converted:
        cells, are = (
            ("1 cell", "is") if reading.converted == 1 else (f"{reading.converted:,} cells", "are")
        )
        notes.append(f"{cells} of “{name}” {are} converted from another unit of area.")
    return notes


def _sign_in(reading: NumberReading) -> str:
    return "." if "." in reading.example else ","
