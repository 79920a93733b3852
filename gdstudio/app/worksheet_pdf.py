"""A worksheet as a PDF: the sheet with its blanks, then the key on pages of its own."""

import html
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import (
    QAbstractEventDispatcher,
    QBuffer,
    QEventLoop,
    QIODevice,
    QMarginsF,
    QRectF,
    QSizeF,
    Qt,
)
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QFont,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)

from gdstudio.app.palette import LIGHT
from gdstudio.app.theme import FAMILY
from gdstudio.app.widgets.export import write_whole
from gdstudio.experiment.worksheet import Blank, Grid, Line, Piece, Task, Worksheet

PAPERS = {"a4": ("A4", QPageSize.PageSizeId.A4), "letter": ("Letter", QPageSize.PageSizeId.Letter)}

_DOTS_PER_INCH = 300
_MARGIN_MILLIMETRES = 16.0
_POINTS, _SMALL_POINTS = 10.0, 8.0
_FOOT_POINTS = 22.0
_INK, _FAINT, _GRID, _KEY = LIGHT.text, LIGHT.muted, "#B8C0CB", LIGHT.positive
_TASK_LEVEL = 2
_NAME_LINE = "Name " + "_" * 34 + "&nbsp;&nbsp;&nbsp;&nbsp; Date " + "_" * 16
# A hand writes wider than print.
_WIDTH_OF_BLANK = 1.7


def save_worksheet(
    worksheet: Worksheet, path: str | Path, *, paper: str = "a4", with_key: bool = True
) -> None:
    """Write the PDF, whole or not at all; `paper` is a key of `PAPERS`. It needs no window.

    Raises:
        BadInput: when the file cannot be written; an old file survives.
    """
    write_whole(path, pdf_bytes(worksheet, paper=paper, with_key=with_key))


def pdf_bytes(worksheet: Worksheet, *, paper: str = "a4", with_key: bool = True) -> bytes:
    """Return the PDF: the sheet, and the key if that is wanted."""
    # WORKAROUND: text is laid out with timers, which a thread of Python has nobody to serve; an
    # event loop brings that somebody (QEventLoop's constructor makes the event dispatcher).
    loop = QEventLoop() if QAbstractEventDispatcher.instance() is None else None
    try:
        return _written(worksheet, paper=paper, with_key=with_key)
    finally:
        del loop


def _written(worksheet: Worksheet, *, paper: str, with_key: bool) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_DOTS_PER_INCH)
    writer.setTitle(worksheet.title)
    writer.setCreator("Gradient Descent Studio")
    margins = QMarginsF(*[_MARGIN_MILLIMETRES] * 4)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(PAPERS[paper][1]),
            QPageLayout.Orientation.Portrait,
            margins,
            QPageLayout.Unit.Millimeter,
        )
    )
    parts = [sheet_html(worksheet, key=key) for key in ((False, True) if with_key else (False,))]
    documents = [_document(part, writer) for part in parts]
    total = sum(document.pageCount() for document in documents)
    painter = QPainter(writer)
    try:
        number = 0
        for document in documents:
            for page in range(document.pageCount()):
                if number:
                    writer.newPage()
                number += 1
                _paint_page(painter, document, page)
                _paint_foot(painter, writer, f"{worksheet.title}  ·  page {number} of {total}")
    finally:
        # A painter that outlives its device takes the app with it.
        painter.end()
    return bytes(buffer.data().data())


def sheet_html(worksheet: Worksheet, *, key: bool) -> str:
    """Return the sheet as rich text, with the answers for the `key`."""
    title = html.escape(worksheet.title)
    parts = [
        f"<h1>{title}{': answer key' if key else ''}</h1>",
        "" if key else f'<p class="name">{_NAME_LINE}</p>',
        f"<p>{html.escape(worksheet.aim)}</p>",
        _givens(worksheet.givens),
        f'<p class="note">{html.escape(worksheet.note)}</p>',
        *(_task(task, key=key) for task in worksheet.tasks),
    ]
    if key and worksheet.check:
        parts.append(f'<p class="note">{html.escape(worksheet.check)}</p>')
    return f"<html><body>{''.join(parts)}</body></html>"


_STYLE = f"""
body {{ color: {_INK}; }}
h1 {{ font-size: 17pt; font-weight: 600; margin: 0 0 8px 0; }}
h2 {{ font-size: 11.5pt; font-weight: 600; margin: 14px 0 2px 0; }}
p {{ margin: 2px 0 7px 0; }}
p.name {{ margin: 6px 0 10px 0; }}
p.line {{ margin: 3px 0 3px 0; line-height: 165%; }}
p.tight {{ margin: 2px 0 2px 0; }}
p.note {{ font-size: 9pt; color: {_FAINT}; }}
td.given {{ color: {_FAINT}; }}
"""


def _givens(givens: Sequence[tuple[str, str]]) -> str:
    rows = "".join(
        f'<tr><td class="given">{html.escape(name)}&nbsp;&nbsp;&nbsp;</td>'
        f"<td>{html.escape(text)}</td></tr>"
        for name, text in givens
    )
    return f'<table cellspacing="0" cellpadding="1" style="margin-bottom: 6px;">{rows}</table>'


def _task(task: Task, *, key: bool) -> str:
    parts = [
        f"<h2>{html.escape(task.heading)}</h2>",
        f"<p>{html.escape(task.instruction)}</p>",
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
            f"{_cell(cell, key=key)}</td>"
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
        # Words are narrower than figures, and a long name may wrap too.
        room = 0.8 * letters + 2 if named and column == 1 else 1.1 * letters + 2.5
        lengths.append(max(room, 0.5 * len(title) + 3 if title else 0))
    return [round(100 * length / sum(lengths)) for length in lengths]


def _bare(piece: Piece) -> str:
    return piece if isinstance(piece, str) else piece.answer


def _cell(cell: Piece, *, key: bool) -> str:
    if isinstance(cell, str):
        return html.escape(cell)
    return _answer(cell) if key else "&nbsp;"


def _line(line: Line, *, key: bool) -> str:
    text = "".join(_piece(piece, key=key) for piece in line)
    return f'<p class="{"tight" if key else "line"}">{text}</p>'


def _piece(piece: Piece, *, key: bool) -> str:
    if isinstance(piece, str):
        return html.escape(piece).replace("  ", "&nbsp; ")
    if key:
        return _answer(piece)
    return "_" * max(round(len(piece.answer) * _WIDTH_OF_BLANK), 6)


def _answer(blank: Blank) -> str:
    return f'<span style="color: {_KEY}; font-weight: 600;">{html.escape(blank.answer)}</span>'


def _document(text: str, writer: QPdfWriter) -> QTextDocument:
    document = QTextDocument()
    document.setDocumentMargin(0)
    document.setDefaultFont(_font(_POINTS))
    document.setDefaultStyleSheet(_STYLE)
    # Points and pixels of the text become those of the paper.
    document.documentLayout().setPaintDevice(writer)
    foot = _FOOT_POINTS * writer.resolution() / 72
    document.setPageSize(QSizeF(writer.width(), writer.height() - foot))
    document.setHtml(text)
    _keep_together(document)
    return document


def _keep_together(document: QTextDocument) -> None:
    """Let a task that the end of a page would cut begin on the next, if a page can hold it."""
    layout, height = document.documentLayout(), document.pageSize().height()
    block = document.begin()
    headings = []
    while block.isValid():
        if block.blockFormat().headingLevel() == _TASK_LEVEL:
            headings.append(block)
        block = block.next()
    for number, heading in enumerate(headings):
        top = layout.blockBoundingRect(heading).top()
        if number + 1 < len(headings):
            below = layout.blockBoundingRect(headings[number + 1]).top()
        else:
            below = layout.blockBoundingRect(document.lastBlock()).bottom()
        if int(top / height) != int((below - 1) / height) and below - top < height:
            broken = heading.blockFormat()
            broken.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
            QTextCursor(heading).setBlockFormat(broken)


def _paint_page(painter: QPainter, document: QTextDocument, page: int) -> None:
    size = document.pageSize()
    context = QAbstractTextDocumentLayout.PaintContext()
    context.clip = QRectF(0, page * size.height(), size.width(), size.height())
    # On paper text is dark, whatever the window's theme.
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Text, _INK)
    context.palette = palette
    painter.save()
    painter.translate(0, -page * size.height())
    painter.setClipRect(context.clip)
    document.documentLayout().draw(painter, context)
    painter.restore()


def _paint_foot(painter: QPainter, writer: QPdfWriter, text: str) -> None:
    painter.setFont(_font(_SMALL_POINTS))
    painter.setPen(_FAINT)
    box = QRectF(0, 0, writer.width(), writer.height())
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom,
                     "Gradient Descent Studio")  # fmt: skip
    painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, text)


def _font(points: float) -> QFont:
    font = QFont(FAMILY)
    font.setPointSizeF(points)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font
