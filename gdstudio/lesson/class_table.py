"""What a class has handed in, as one table: a row for each file, the doubtful ones named."""

import base64
import csv
import html
import io
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gdstudio.data.files import shown_name
from gdstudio.errors import BadInput
from gdstudio.lesson.hand_in import HandIn, load_hand_in, picture_of
from gdstudio.number_text import count_text, fixed_text

MOST_FILES = 2_000
# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_STYLE = """
body { font: 15px/1.4 system-ui, sans-serif; margin: 2em; color: #1B2430; background: #FFFFFF; }
table { border-collapse: collapse; } th, td { border: 1px solid #E2E5EA; padding: 4px 8px; }
th { text-align: left; background: #F6F7F9; } td.number { text-align: right; }
td.wrong, p.warning, td.warning { color: #B45000; }
"""


@dataclass
class Row:
    """One file.

    Attributes:
        file: its name.
        hand_in: what was in it; None where it cannot be read.
        warnings: what is doubtful about it.
        picture: what was in view, as a PNG whose bounds are checked; empty without one.
    """

    file: str
    hand_in: HandIn | None = None
    warnings: list[str] = field(default_factory=list)
    picture: bytes = b""

    @property
    def name(self) -> str:
        """The nickname, or the name of the file."""
        return self.file if self.hand_in is None else self.hand_in.name


def collect(folder: Path) -> list[Row]:
    """Return a row for each file in `folder` that ends in .json, in the order of the names.

    Raises:
        BadInput: where there is no such folder, or nothing in it.
    """
    if not os.path.isdir(folder):
        raise BadInput(f"“{shown_name(folder)}” is no folder; name the one with the files.")
    try:
        paths = sorted(
            Path(entry.path)
            for entry in os.scandir(folder)
            if entry.name.casefold().endswith(".json")
        )
    except OSError as error:
        raise BadInput(f"“{shown_name(folder)}” cannot be read ({error.strerror}).") from None
    if not paths:
        raise BadInput(f"There is no file that was handed in (.json) in “{shown_name(folder)}”.")
    if len(paths) > MOST_FILES:
        raise BadInput(f"There are more than {MOST_FILES:,} files; collect one class at a time.")
    rows = []
    for path in paths:
        row = Row(shown_name(path))
        try:
            row.hand_in, is_unchanged = load_hand_in(path)
        except BadInput as error:
            row.warnings.append(str(error))
        else:
            if not is_unchanged:
                row.warnings.append("It was edited after it was handed in.")
            try:
                row.picture = picture_of(row.hand_in)
            except BadInput as error:
                row.warnings.append(str(error))
        rows.append(row)
    _compare(rows)
    return sorted(rows, key=lambda row: (row.name.casefold(), row.file))


def _compare(rows: Sequence[Row]) -> None:
    """Name what differs from the rest of the class, and what is there twice."""
    known = [(row, row.hand_in) for row in rows if row.hand_in is not None]
    lessons = Counter(one.key for _, one in known)
    usual = max(lessons, key=lambda key: lessons[key], default="")
    versions = Counter(one.lesson_version for _, one in known if one.key == usual)
    newest = max(versions, key=lambda version: versions[version], default="")
    seen: dict[object, str] = {}
    for row, one in known:
        if one.key != usual:
            row.warnings.append(f"It is of another lesson, “{one.lesson}”.")
        elif one.lesson_version != newest:
            row.warnings.append("It is of another version of the lesson.")
        if not one.answers:
            continue
        # Nobody needs the same tenths of seconds for everything.
        work = (one.key, one.answers)
        if work in seen:
            row.warnings.append(f"It has the same answers and times as {seen[work]}.")
        seen.setdefault(work, row.file)


def _steps(rows: Sequence[Row]) -> list[tuple[str, int, str]]:
    """Return the lesson, number and heading of each step that somebody has answered."""
    found = {
        (one.key, answer.step): answer.heading
        for row in rows
        if (one := row.hand_in) is not None
        for answer in one.answers
    }
    return [(key, step, heading) for (key, step), heading in sorted(found.items())]


HEADERS = ("Name", "File", "Lesson", "Done", "Of", "Tries", "Minutes", "Remarks")


def table_cells(row: Row) -> list[str]:
    """Return what stands in the row of a file, below `HEADERS`."""
    one = row.hand_in
    remarks = " ".join(row.warnings)
    if one is None:
        return [row.name, row.file, "", "", "", "", "", remarks]
    tries = sum(answer.tries for answer in one.answers)
    minutes = fixed_text(sum(answer.seconds for answer in one.answers) / 60, 1)
    done, checks = str(one.steps_done), str(one.checks)
    return [one.name, row.file, one.lesson, done, checks, str(tries), minutes, remarks]


def _answers(row: Row, steps: Sequence[tuple[str, int, str]]) -> list[tuple[str, bool]]:
    """Return by step what was answered, with the number of tries, and whether it was right."""
    one = row.hand_in
    given = {} if one is None else {(one.key, answer.step): answer for answer in one.answers}
    cells = []
    for key, step, _ in steps:
        answer = given.get((key, step))
        if answer is None:
            cells.append(("", True))
            continue
        text = answer.answer or ("done" if answer.right else "")
        tries = f" ({answer.tries} tries)" if answer.tries > 1 else ""
        cells.append((f"{text}{tries}", answer.right))
    return cells


def summary(rows: Sequence[Row]) -> str:
    """Return how many files there are, and how many of them are doubtful."""
    doubtful = sum(bool(row.warnings) for row in rows)
    if len(rows) == 1:
        return f"1 file, and {'it' if doubtful else 'nothing'} is doubtful."
    return f"{count_text(len(rows))} files, {count_text(doubtful)} of them doubtful."


def to_csv(rows: Sequence[Row]) -> str:
    """Return the table for a spreadsheet; nothing in it is taken for a formula."""
    steps = _steps(rows)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([*HEADERS, *(_safe(f"{step} {heading}") for _, step, heading in steps)])
    for row in rows:
        marked = [f"{text}{'' if right else ' ✗'}" for text, right in _answers(row, steps)]
        writer.writerow([_safe(cell) for cell in (*table_cells(row), *marked)])
    return stream.getvalue()


def to_page(rows: Sequence[Row]) -> str:
    """Return the table as a page to look at."""
    steps = _steps(rows)
    heads = [*HEADERS, "Picture", *(f"{step} {heading}" for _, step, heading in steps)]
    lines = ["<tr>", *(f"<th>{html.escape(head)}</th>" for head in heads), "</tr>"]
    for row in rows:
        lines.append("<tr>")
        for place, cell in enumerate(table_cells(row)):
            kind = "number" if 3 <= place <= 6 else "warning" if place == 7 else ""
            lines.append(f'<td class="{kind}">{html.escape(cell)}</td>')
        lines.append(f"<td>{_image(row)}</td>")
        for text, right in _answers(row, steps):
            lines.append(f'<td class="{"" if right else "wrong"}">{html.escape(text)}</td>')
        lines.append("</tr>")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Handed in</title>'
        f"<style>{_STYLE}</style></head><body><h1>Handed in</h1><p>{summary(rows)}</p>"
        f"<table>{''.join(lines)}</table></body></html>\n"
    )


def _image(row: Row) -> str:
    """Return the picture of a file for the page, which stands alone."""
    if not row.picture:
        return ""
    data = base64.b64encode(row.picture).decode()
    shown = html.escape(f"What {row.name} had in view")
    return f'<img alt="{shown}" width="160" src="data:image/png;base64,{data}">'


def _safe(text: str) -> str:
    is_number = text.replace(".", "", 1).removeprefix("-").isdecimal()
    return f"'{text}" if text.startswith(_FORMULA) and not is_number else text
