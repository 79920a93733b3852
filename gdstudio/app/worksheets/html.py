"""A worksheet as rich text: titles, tables to fill in, lines with blanks, or all the answers."""

import html
import re
from collections.abc import Collection, Sequence

from gdstudio.app.palette import LIGHT
from gdstudio.experiment.worksheets.worksheet import Grid, Task, Worksheet
from gdstudio.hand_numbers import Blank, Line, Piece
from gdstudio.lesson.markup import to_html
from gdstudio.lesson.worksheet import LessonPaper

# The heading of a task, by HTML's count.
TASK_LEVEL = 2
FAINT = LIGHT.muted

_INK, _GRID, _KEY = LIGHT.text, "#B8C0CB", LIGHT.positive
_NAME_LINE = "Name " + "_" * 34 + "&nbsp;&nbsp;&nbsp;&nbsp; Date " + "_" * 16
# A hand writes wider than print.
_WIDTH_OF_BLANK = 1.7
# How many letters of a table have room beside each other, and how many of a name at least.
_LETTERS_ACROSS, _FEWEST_OF_NAME = 96, 20


STYLE = f"""
body {{ color: {_INK}; }}
h1 {{ font-size: 17pt; font-weight: 600; margin: 0 0 8px 0; }}
h2 {{ font-size: 11.5pt; font-weight: 600; margin: 14px 0 2px 0; }}
p {{ margin: 2px 0 7px 0; }}
p.name {{ margin: 6px 0 10px 0; }}
p.line {{ margin: 3px 0 3px 0; line-height: 165%; }}
p.tight {{ margin: 2px 0 2px 0; }}
p.asked {{ margin: 2px 0 4px 0; color: {_KEY}; }}
p.note {{ font-size: 9pt; color: {FAINT}; }}
td.given {{ color: {FAINT}; }}
"""


def sheet_html(worksheet: Worksheet, *, key: bool, breaks: Collection[int] = ()) -> str:
    """Return the sheet as rich text, with the answers for the `key`.

    The tasks numbered in `breaks`, from 0, begin on a new page.
    """
    title = html.escape(worksheet.title)
    parts = [
        f"<h1>{title}{': answer key' if key else ''}</h1>",
        "" if key else f'<p class="name">{_NAME_LINE}</p>',
        f"<p>{html.escape(worksheet.aim)}</p>",
        _givens(worksheet.givens),
        f'<p class="note">{html.escape(worksheet.note)}</p>',
        *(
            _task(task, key=key, breaks=number in breaks)
            for number, task in enumerate(worksheet.tasks)
        ),
    ]
    if key and worksheet.check:
        parts.append(f'<p class="note">{html.escape(worksheet.check)}</p>')
    return f"<html><body>{''.join(parts)}</body></html>"


def notes_html(paper: LessonPaper, *, breaks: Collection[int] = ()) -> str:
    """Return what the teacher is told of a lesson as rich text, with all answers.

    The steps numbered in `breaks`, from 0, begin on a new page.
    """
    parts = [
        f"<h1>{html.escape(paper.sheet.title)}: notes for the teacher</h1>",
        f"<p>{html.escape(paper.about)}</p>",
    ]
    for number, note in enumerate(paper.notes):
        style = ' style="page-break-before: always;"' if number in breaks else ""
        parts.append(f"<h{TASK_LEVEL}{style}>{html.escape(note.heading)}</h{TASK_LEVEL}>")
        parts += [f'<p class="asked">{html.escape(answer)}</p>' for answer in note.answers]
        parts.append(to_html(note.markdown, lambda _: None))
    return f"<html><body>{''.join(parts)}</body></html>"


def _givens(givens: Sequence[tuple[str, str]]) -> str:
    rows = "".join(
        f'<tr><td class="given">{html.escape(name)}&nbsp;&nbsp;&nbsp;</td>'
        f"<td>{html.escape(text)}</td></tr>"
        for name, text in givens
    )
    return f'<table cellspacing="0" cellpadding="1" style="margin-bottom: 6px;">{rows}</table>'


def _task(task: Task, *, key: bool, breaks: bool) -> str:
    style = ' style="page-break-before: always;"' if breaks else ""
    parts = [
        f"<h2{style}>{html.escape(task.heading)}</h2>",
        *(f"<p>{_pieces(line, key=key)}</p>" for line in task.paragraphs),
    ]
    if task.grid is not None:
        parts.append(_grid(task.grid, key=key))
    parts += [_line(line, key=key) for line in task.lines]
    return "".join(parts)


def _grid(grid: Grid, *, key: bool) -> str:
    widths, named = _widths(grid), _is_named(grid)
    head = "".join(
        f'<th width="{width}%" align="{"left" if column == 1 and named else "right"}">'
        f"{_header(title)}</th>"
        for column, (title, width) in enumerate(zip(grid.headers, widths, strict=True))
    )
    rows = [f"<thead><tr>{head}</tr></thead>"]
    for cells in (*grid.rows, grid.sums):
        if not cells:
            continue
        texts = "".join(
            f'<td align="{"left" if column == 1 and named else "right"}" '
            f'style="white-space: {"normal" if column == 1 and named else "nowrap"};">'
            f"{_cell(cell, key=key, is_name=column == 1 and named)}</td>"
            for column, cell in enumerate(cells)
        )
        rows.append(f"<tr>{texts}</tr>")
    # Room to write in on the sheet.
    padding = 3 if key else 5
    return (
        f'<table width="100%" border="1" cellspacing="0" cellpadding="{padding}" '
        f'style="border-collapse: collapse; border-style: solid; border-color: {_GRID}; '
        f'font-size: 8.5pt;">{"".join(rows)}</table>'
    )


def _is_named(grid: Grid) -> bool:
    """Return whether the second column has names rather than numbers."""
    cell = grid.rows[0][1] if grid.rows and len(grid.headers) > 1 else ""
    return isinstance(cell, str) and cell[:1].isalpha()


def _header(title: str) -> str:
    """Return a header that breaks behind its = rather than within a product."""
    return html.escape(title).replace(" = ", " =<br/>").replace(" · ", "&nbsp;·&nbsp;")


def _widths(grid: Grid) -> list[int]:
    """Return how wide the columns are, in percent, by what stands in them; headers may wrap."""
    named = _is_named(grid)
    rows = [row for row in (*grid.rows, grid.sums) if row]
    lengths = []
    for column, title in enumerate(grid.headers):
        letters = max(len(_bare(row[column])) for row in rows)
        # Words are narrower than figures.
        room = 0.8 * letters + 2 if named and column == 1 else 1.1 * letters + 2.5
        lengths.append(max(room, *(1.05 * len(part) + 2.5 for part in _parts(title))))
    if named:
        # A long name may wrap; what a header does not break must not be broken.
        others = sum(lengths) - lengths[1]
        lengths[1] = min(lengths[1], max(_LETTERS_ACROSS - others, _FEWEST_OF_NAME))
    return [round(100 * length / sum(lengths)) for length in lengths]


def _parts(title: str) -> list[str]:
    """Return the parts of a header that stand in one line each."""
    return title.replace(" · ", "\N{NO-BREAK SPACE}·\N{NO-BREAK SPACE}").split(" ")


def _bare(piece: Piece) -> str:
    return piece if isinstance(piece, str) else piece.answer


def _cell(cell: Piece, *, key: bool, is_name: bool = False) -> str:
    if isinstance(cell, str):
        text = html.escape(cell)
        # A number stays with what it counts: “layer 2”.
        return re.sub(r" (?=[\d→])", "&nbsp;", text) if is_name else text
    return _answer(cell) if key else "&nbsp;"


def _line(line: Line, *, key: bool) -> str:
    return f'<p class="{"tight" if key else "line"}">{_pieces(line, key=key)}</p>'


def _pieces(line: Line, *, key: bool) -> str:
    return "".join(_piece(piece, key=key) for piece in line)


def _piece(piece: Piece, *, key: bool) -> str:
    if isinstance(piece, str):
        return html.escape(piece).replace("  ", "&nbsp; ")
    if key:
        return _answer(piece)
    return "_" * max(round(len(piece.answer) * _WIDTH_OF_BLANK), 6)


def _answer(blank: Blank) -> str:
    return f'<span style="color: {_KEY}; font-weight: 600;">{html.escape(blank.answer)}</span>'
