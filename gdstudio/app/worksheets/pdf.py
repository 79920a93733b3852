"""A worksheet as a PDF: the sheet with its blanks, then the key on pages of its own."""

import functools
from collections.abc import Collection, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Protocol

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
    QGuiApplication,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QTextDocument,
)

from gdstudio.app.palette import LIGHT
from gdstudio.app.theme import FAMILY, load_typeface
from gdstudio.app.widgets.export import write_whole
from gdstudio.app.worksheets.html import FAINT, STYLE, TASK_LEVEL, notes_html, sheet_html
from gdstudio.experiment.worksheets.worksheet import Worksheet
from gdstudio.lesson.worksheet import LessonPaper, check_has_notes

PAPERS = {"a4": ("A4", QPageSize.PageSizeId.A4), "letter": ("Letter", QPageSize.PageSizeId.Letter)}


class _Maker(Protocol):
    """Returns rich text in which the tasks numbered in `breaks`, from 0, begin on a new page."""

    def __call__(self, *, breaks: Collection[int] = ()) -> str: ...


_DOTS_PER_INCH = 300
_MARGIN_MILLIMETRES = 16.0
_POINTS, _SMALL_POINTS = 10.0, 8.0
_FOOT_POINTS = 22.0


def save_worksheet(
    worksheet: Worksheet, path: str | Path, *, paper: str = "a4", with_key: bool = True
) -> None:
    """Write the PDF, whole or not at all; `paper` is a key of `PAPERS`. It needs no window.

    Raises:
        BadInput: when the file cannot be written; an old file survives.
    """
    write_whole(path, pdf_bytes(worksheet, paper=paper, with_key=with_key))


def print_lesson(
    printed: LessonPaper,
    sheet: Path,
    notes: Path | None = None,
    *,
    paper: str = "a4",
    with_key: bool = True,
) -> None:
    """Write the worksheet of a lesson as a PDF, and what its teacher is told as another.

    It needs no window, and no application: without one it makes one.

    Raises:
        BadInput: when a file cannot be written, or there are no notes; an old file survives.
    """
    if notes is not None:
        check_has_notes(printed)
    application = QGuiApplication.instance() or QGuiApplication(["gdstudio"])
    load_typeface()
    save_worksheet(printed.sheet, sheet, paper=paper, with_key=with_key)
    if notes is not None:
        write_whole(notes, notes_bytes(printed, paper=paper))
    del application


def notes_bytes(printed: LessonPaper, *, paper: str = "a4") -> bytes:
    """Return the PDF of what the teacher is told of a lesson."""
    title = f"{printed.sheet.title}: notes for the teacher"
    return _pdf(title, [functools.partial(notes_html, printed)], paper)


def pdf_bytes(worksheet: Worksheet, *, paper: str = "a4", with_key: bool = True) -> bytes:
    """Return the PDF: the sheet, and the key if that is wanted."""
    parts = (False, True) if with_key else (False,)
    makers = [functools.partial(sheet_html, worksheet, key=key) for key in parts]
    return _pdf(worksheet.title, makers, paper)


def _pdf(title: str, parts: Sequence[_Maker], paper: str) -> bytes:
    """Return a PDF of `parts`, each of which begins on a page of its own."""
    # WORKAROUND: text is laid out with timers, which a thread of Python has nobody to serve; an
    # event loop brings that somebody (QEventLoop's constructor makes the event dispatcher).
    loop = QEventLoop() if QAbstractEventDispatcher.instance() is None else None
    try:
        return _written(title, parts, paper)
    finally:
        del loop


def _written(title: str, parts: Sequence[_Maker], paper: str) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_DOTS_PER_INCH)
    writer.setTitle(title)
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
    documents = [_paged(part, writer) for part in parts]
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
                _paint_foot(painter, writer, f"{title}  ·  page {number} of {total}")
    finally:
        # A painter that outlives its device takes the app with it.
        painter.end()
    return bytes(buffer.data().data())


def paged_document(worksheet: Worksheet, writer: QPdfWriter, *, key: bool) -> QTextDocument:
    """Return the sheet or its key, laid out in pages that cut no task that a page can hold."""
    return _paged(functools.partial(sheet_html, worksheet, key=key), writer)


def _paged(make: _Maker, writer: QPdfWriter) -> QTextDocument:
    foot = _FOOT_POINTS * writer.resolution() / 72
    size = QSizeF(writer.width(), writer.height() - foot)
    trial = _laid_out(make(), writer, QSizeF(size.width(), -1))
    breaks = _breaks(_task_heights(trial), size.height())
    return _laid_out(make(breaks=breaks), writer, size)


def _laid_out(text: str, writer: QPdfWriter, size: QSizeF) -> QTextDocument:
    """Return a document of pages of `size` in the paper's pixels; of one page if it has no height.

    It is not changed any more: the layout of a changed document was seen to lose paragraphs.
    """
    document = QTextDocument()
    document.setDocumentMargin(0)
    document.setDefaultFont(_font(_POINTS))
    document.setDefaultStyleSheet(STYLE)
    # Points and pixels of the text become those of the paper.
    document.documentLayout().setPaintDevice(writer)
    document.setPageSize(size)
    document.setHtml(text)
    document.documentLayout().documentSize()  # lays all of it out
    return document


def _task_heights(document: QTextDocument) -> list[float]:
    """Return the height of what comes before the first task, and of each task."""
    layout = document.documentLayout()
    tops = [0.0]
    block = document.begin()
    while block.isValid():
        if block.blockFormat().headingLevel() == TASK_LEVEL:
            tops.append(layout.blockBoundingRect(block).top())
        block = block.next()
    tops.append(layout.documentSize().height())
    return [below - top for top, below in pairwise(tops)]


def _breaks(heights: Sequence[float], page: float) -> set[int]:
    """Return the tasks, from 0, that begin on a new page, so that none is cut that a page holds."""
    before, *tasks = heights
    breaks = set()
    used = before % page
    for number, height in enumerate(tasks):
        if used + height > page and height <= page:
            breaks.add(number)
            used = 0.0
        used = (used + height) % page
    return breaks


def _paint_page(painter: QPainter, document: QTextDocument, page: int) -> None:
    size = document.pageSize()
    context = QAbstractTextDocumentLayout.PaintContext()
    context.clip = QRectF(0, page * size.height(), size.width(), size.height())
    # On paper text is dark, whatever the window's theme.
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Text, LIGHT.text)
    context.palette = palette
    painter.save()
    painter.translate(0, -page * size.height())
    painter.setClipRect(context.clip)
    document.documentLayout().draw(painter, context)
    painter.restore()


def _paint_foot(painter: QPainter, writer: QPdfWriter, text: str) -> None:
    painter.setFont(_font(_SMALL_POINTS))
    painter.setPen(FAINT)
    box = QRectF(0, 0, writer.width(), writer.height())
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom,
                     "Gradient Descent Studio")  # fmt: skip
    painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, text)


def _font(points: float) -> QFont:
    font = QFont(FAMILY)
    font.setPointSizeF(points)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font
