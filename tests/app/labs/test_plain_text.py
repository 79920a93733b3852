"""Names and headings from files are plain text wherever they are shown: nothing is obeyed."""

import sys
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QLabel,
    QMessageBox,
    QTextEdit,
    QWidget,
)

from gdstudio.app import log_file
from gdstudio.app.widgets.export import ask_and_save_picture, save_picture
from gdstudio.app.widgets.labels import literal_text, text_label
from gdstudio.app.widgets.picture import Caption
from gdstudio.app.worksheets.html import sheet_html
from gdstudio.data.files import shown_name
from gdstudio.experiment.worksheets.houses import houses_worksheet

EVIL = "<img src='beacon.png'><b>x&lt;"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")


def obeyed(window):
    """Return the texts that Qt would take for HTML although they hold some from outside."""
    found = []
    for widget in [window, *window.findChildren(QWidget)]:
        texts = [literal for literal in (widget.toolTip(),) if GuiQt.mightBeRichText(literal)]
        if isinstance(widget, QLabel) and (
            widget.textFormat() == Qt.TextFormat.RichText
            or (
                widget.textFormat() == Qt.TextFormat.AutoText
                and GuiQt.mightBeRichText(widget.text())
            )
        ):
            texts.append(widget.text())
        if isinstance(widget, QTextEdit):
            texts.append(widget.toHtml())
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            texts += tooltips_of(widget.model())
        found += [(widget, text) for text in texts if "<img" in text or "<b>x" in text]
    return found


def tooltips_of(model):
    role = Qt.ItemDataRole.ToolTipRole
    columns, rows = range(model.columnCount()), range(min(model.rowCount(), 20))
    found = [model.headerData(column, Qt.Orientation.Horizontal, role) for column in columns]
    found += [model.data(model.index(row, column), role) for row in rows for column in columns]
    return [text for text in found if text and GuiQt.mightBeRichText(text)]


def test_text_that_looks_like_html_is_shown_as_it_is(qtbot):
    label = text_label(EVIL)
    qtbot.addWidget(label)
    assert label.textFormat() == Qt.TextFormat.PlainText
    for text in (EVIL, "<b>", "a < b", "1 &lt; 2", "plain"):
        rich = QLabel(literal_text(text))
        qtbot.addWidget(rich)
        shown = QTextEdit()
        qtbot.addWidget(shown)
        if GuiQt.mightBeRichText(rich.text()):
            shown.setHtml(rich.text())
            assert shown.toPlainText() == text
        else:
            assert rich.text() == text


def test_names_are_shortened_and_on_one_line(tmp_path):
    assert shown_name(tmp_path / "a\nb\x1b\u202e.png") == r"a\nb\x1b\u202e.png"
    assert len(shown_name(tmp_path / ("n" * 250))) <= 80


def test_headings_and_names_of_a_table(houses, monkeypatch, tmp_path):
    path = tmp_path / f"{EVIL}.csv"
    rows = "".join(f"{x},{x * x + 7}\n" for x in range(1, 30))
    path.write_text(f'"{EVIL} size","{EVIL} price"\n{rows}', encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: (str(path), ""))
    houses.click("open_csv_button")
    houses.wait(lambda: not houses.lab.background.is_busy)
    houses.wait_generation()
    assert houses.widget("column_combo").currentText().startswith("<img")
    houses.click("step_button")
    houses.wait_step(1)
    plot = houses.widget("house_plot")
    QTest.mouseMove(plot, plot.rect().center())
    assert obeyed(houses.window) == []


def test_names_of_pictures_and_networks(quick_digits, monkeypatch, tmp_path):
    digits = quick_digits
    picture = tmp_path / f"{EVIL}.png"
    Image.fromarray(np.pad(np.zeros((30, 6), np.uint8), 10, constant_values=255)).save(picture)
    digits.lab.files.open_picture(picture)
    digits.wait(lambda: any("<img" in text for text in digits.sentences()))
    assert obeyed(digits.window) == []
    blank = tmp_path / f"{EVIL} blank.png"
    Image.new("L", (30, 30), 255).save(blank)
    for bad in (blank, tmp_path / f"{EVIL} none.png"):
        digits.lab.notice.hide()
        digits.lab.files.open_picture(bad)
        digits.wait(lambda: "<img" in digits.lab.notice.text)
        assert obeyed(digits.window) == []
    digits.lab.files.save_network(tmp_path / f"{EVIL}.safetensors")
    digits.wait(lambda: "<img" in digits.text("status_label"))
    assert obeyed(digits.window) == []


def test_a_message_box_that_names_a_place(houses, monkeypatch, tmp_path):
    said = []
    monkeypatch.setattr(QMessageBox, "warning", lambda *arguments: said.append(arguments[-1]))
    folder = tmp_path / f"{EVIL}.png"
    folder.mkdir()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(folder), ""))
    ask_and_save_picture(houses.widget("house_plot"), "picture")
    (sentence,) = said
    assert "could not be saved" in sentence
    assert "<img" not in sentence


def test_a_worksheet_of_a_table(houses, monkeypatch, tmp_path):
    path = tmp_path / "evil.csv"
    path.write_text(f'"{EVIL} size","{EVIL} price"\n1,2\n2,3\n3,5\n', encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: (str(path), ""))
    houses.click("open_csv_button")
    houses.wait(lambda: not houses.lab.background.is_busy)
    houses.wait_generation()
    sheet = houses_worksheet(houses.snapshot, steps=2)
    for key in (False, True):
        html = sheet_html(sheet, key=key)
        assert "<img" not in html


def test_the_caption_of_a_saved_picture(qtbot, tmp_path):
    widget = text_label("shown")
    qtbot.addWidget(widget)
    path = tmp_path / "picture.svg"
    save_picture(widget, path, Caption(title=EVIL))
    content = path.read_text(encoding="utf-8")
    ElementTree.fromstring(content)
    assert "<img" not in content


def test_about_names_a_log_with_any_path(houses, monkeypatch):
    monkeypatch.setattr(log_file, "where_sentence", lambda: f"The log is kept in /{EVIL}.")
    houses.window.show_about()
    box = houses.window.findChild(QMessageBox, "about_box")
    assert "<img" not in box.text()
    box.close()
