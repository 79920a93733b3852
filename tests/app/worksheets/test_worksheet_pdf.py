"""A worksheet as a PDF: pages for the class, then the key on pages of its own."""

import re
import zlib

import numpy as np
import pytest
from PySide6.QtCore import QBuffer
from PySide6.QtGui import QPdfWriter, QTextDocument

from gdstudio.app.worksheets import pdf as worksheet_pdf
from gdstudio.app.worksheets.html import sheet_html
from gdstudio.app.worksheets.pdf import paged_document, pdf_bytes, save_worksheet
from gdstudio.engine.functions.expression import Expression
from gdstudio.engine.functions.objective import FunctionObjective
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS, OptimizerSettings
from gdstudio.errors import BadInput
from gdstudio.experiment.digits.next_step import rank_next_step
from gdstudio.experiment.worksheets.digits import digits_worksheet
from gdstudio.experiment.worksheets.function import function_worksheet
from gdstudio.experiment.worksheets.worksheet import Grid, Task, Worksheet
from gdstudio.hand_numbers import Blank

pytestmark = pytest.mark.usefixtures("qapp")


def bowl(steps=1):
    objective = FunctionObjective(Expression.parse("x**2"))
    return function_worksheet(objective, [3.0], OptimizerSettings(learning_rate=0.1), steps=steps)


def pages(pdf):
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def paper(pdf):
    width, height = re.search(rb"/MediaBox \[[\d.]+ [\d.]+ ([\d.]+) ([\d.]+)\]", pdf).groups()
    return round(float(width)), round(float(height))


def said(html):
    document = QTextDocument()
    document.setHtml(html)
    return document.toPlainText()


def test_the_sheet_has_blanks_and_the_key_has_answers():
    sheet, key = (said(sheet_html(bowl(), key=key)) for key in (False, True))
    assert "Name ____" in sheet
    assert "answer key" in key
    assert "new x = 3.000 + (−0.600) = 2.400" in key
    assert "2.400" not in sheet
    assert re.search(r"new x = 3\.000 \+ _+ = _+", sheet)
    assert "With nothing rounded: x = 2.40000, f = 5.76000." in key


def test_the_key_has_pages_of_its_own_on_either_paper():
    both = pdf_bytes(bowl())
    assert both.startswith(b"%PDF")
    assert pages(both) == 2
    assert paper(both) == (595, 842)
    sheet = pdf_bytes(bowl(), paper="letter", with_key=False)
    assert pages(sheet) == 1
    assert paper(sheet) == (612, 792)


def test_it_is_written_in_the_bundled_typeface():
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pdf_bytes(bowl()), re.DOTALL)
    assert streams
    assert all(len(zlib.decompressobj().decompress(s)) for s in streams if s[:1] == b"x")
    assert b"Inter" in pdf_bytes(bowl())


def test_a_task_that_a_page_can_hold_is_not_cut():
    rows = tuple((str(n), Blank("1.000")) for n in range(20))
    task = Task("Fill in", "All of it.", Grid(("", "x"), rows))
    sheet = Worksheet("Long", "Much to do.", (("Given", "nothing"),), (task,) * 4, "Round.")
    # Two such tables are more than a page: each has its own, the first below the givens.
    assert pages(pdf_bytes(sheet, with_key=False)) == 4


@pytest.mark.parametrize("key", [False, True])
def test_no_paragraph_is_lost_where_tasks_move_to_another_page(key):
    rows = tuple((str(n), Blank("1.000")) for n in range(9))
    lines = tuple((f"line {n} = ", Blank("2.000")) for n in range(9))
    tasks = tuple(
        Task(f"Task {n}", "All of it.", Grid(("", "x"), rows) if n % 2 else None, lines)
        for n in range(9)
    )
    sheet = Worksheet("Long", "Much to do.", (("Given", "nothing"),), tasks, "Round.")
    writer = QPdfWriter(QBuffer())
    document = paged_document(sheet, writer, key=key)
    layout, height = document.documentLayout(), document.pageSize().height()
    block, below = document.begin(), {}
    while block.isValid():
        if block.text().strip():
            assert block.layout().lineCount() > 0, block.text()
            if block.text().startswith(("Task", "line")):
                box = layout.blockBoundingRect(block)
                assert box.height() > 0
                below.setdefault(len(below), (box.top(), box.bottom()))
        block = block.next()
    assert len(below) == 9 * 10
    assert [top for top, _ in below.values()] == sorted(top for top, _ in below.values())
    # A task is a heading and nine lines, and all ten are on one page.
    for n in range(9):
        tops = [below[10 * n + i][0] for i in range(10)]
        assert int(tops[0] / height) == int(tops[-1] / height)


def test_what_cannot_be_written_is_a_sentence_and_the_old_file_stays(tmp_path, monkeypatch):
    path = tmp_path / "sheet.pdf"
    save_worksheet(bowl(), path)
    before = path.read_bytes()
    assert pages(before) == 2
    with pytest.raises(BadInput, match="could not be saved"):
        save_worksheet(bowl(), tmp_path / "no" / "such" / "folder.pdf")
    monkeypatch.setattr(worksheet_pdf, "pdf_bytes", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        save_worksheet(bowl(), path)
    assert path.read_bytes() == before


def network_sheet(key):
    rng = np.random.default_rng(0)
    settings = OptimizerSettings(optimizer=key, learning_rate=0.02, weight_decay=0.3)
    theta = rng.normal(size=300).astype(np.float32)
    optimizer = settings.build(300, theta.dtype)
    for _ in range(4):
        gradient = rng.normal(size=300).astype(np.float32)
        optimizer.step(theta, gradient, settings.learning_rate)
    step = optimizer.next_step(theta, gradient, settings.learning_rate)
    ranked = rank_next_step(None, theta, gradient, step, iteration=4, loss=0.5)
    return digits_worksheet(
        ranked, settings, "neuron {0} of layer 1 → neuron {0} of layer 2".format
    )


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("key", OPTIMIZERS)
def test_no_word_of_a_table_is_broken(key, paper):
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(300)
    writer.setPageSize(worksheet_pdf.PAPERS[paper][1])
    for with_answers in (False, True):
        document = paged_document(network_sheet(key), writer, key=with_answers)
        broken, block = [], document.begin()
        while block.isValid():
            layout = block.layout()
            for number in range(layout.lineCount() - 1):
                line = layout.lineAt(number)
                end = block.text()[line.textStart() + line.textLength() - 1]
                if end not in " \u2028":
                    broken.append(block.text())
            block = block.next()
        assert broken == []
