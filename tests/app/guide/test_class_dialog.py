"""What a class has handed in, as a table in the window."""

import csv

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QTableWidget, QWidget

from gdstudio.app.guide import class_dialog
from gdstudio.app.guide.class_dialog import ask_and_show_class
from gdstudio.app.guide.handing_in import small_png
from gdstudio.app.running.background import Background
from gdstudio.lesson.guide import Guide
from gdstudio.lesson.hand_in import LARGEST_PICTURE, hand_in_of, save_hand_in, with_picture
from gdstudio.lesson.library import shipped_lessons

WAIT = 60_000


@pytest.fixture
def parent(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def background(qapp):
    owner = QObject()
    background = Background(owner)
    yield background
    background.stop()
    background.close()


def show(folder, background, parent, monkeypatch):
    monkeypatch.setattr(
        class_dialog.QFileDialog, "getExistingDirectory", lambda *_: str(folder) if folder else ""
    )
    return ask_and_show_class(background, parent)


def text(dialog):
    return dialog.findChild(QLabel, "class_label").text()


def picture():
    image = QImage(300, 200, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    return small_png(image)


@pytest.fixture
def folder(tmp_path):
    lesson = shipped_lessons()[1]
    for name in ("Ada", "Bo"):
        guide = Guide(lesson.lesson)
        guide.begin({})
        handed = with_picture(hand_in_of(name, lesson, guide, None), picture())
        save_hand_in(tmp_path / f"{name}.json", handed)
    edited = (tmp_path / "Bo.json").read_text("utf-8").replace('"Bo"', '"Bob"')
    (tmp_path / "Bo.json").write_text(edited, "utf-8")
    (tmp_path / "cut.json").write_text('{"name": ', "utf-8")
    return tmp_path


def test_a_class_is_a_table_with_the_doubtful_named_and_is_saved(
    folder, background, parent, qtbot, monkeypatch, tmp_path
):
    dialog = show(folder, background, parent, monkeypatch)
    qtbot.waitUntil(lambda: "doubtful" in text(dialog), timeout=WAIT)
    assert text(dialog) == "3 files, 2 of them doubtful."
    table = dialog.findChild(QTableWidget, "class_table")
    rows = [
        [table.item(row, column).text() for column in range(table.columnCount())]
        for row in range(table.rowCount())
    ]
    remarks = {row[0]: row[-1] for row in rows}
    assert remarks["Ada"] == ""
    assert remarks["Bob"]
    assert remarks["cut.json"]
    place = tmp_path / "out" / "class.csv"
    place.parent.mkdir()
    monkeypatch.setattr(class_dialog.QFileDialog, "getSaveFileName", lambda *_: (str(place), ""))
    save = dialog.findChild(QAbstractButton, "class_save_button")
    QTest.mouseClick(save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: text(dialog).startswith("Saved class.csv."), timeout=WAIT)
    written = list(csv.reader(place.read_text(encoding="utf-8-sig").splitlines()))
    assert [row[0] for row in written[1:]] == [row[0] for row in rows]


def test_the_pictures_stand_beside_the_names_and_open_by_keys(
    folder, background, parent, qtbot, monkeypatch
):
    dialog = show(folder, background, parent, monkeypatch)
    qtbot.waitUntil(lambda: "doubtful" in text(dialog), timeout=WAIT)
    table = dialog.findChild(QTableWidget, "class_table")
    names = [table.item(row, 0) for row in range(table.rowCount())]
    assert {name.text(): name.icon().isNull() for name in names} == {
        "Ada": False,
        "Bob": False,
        "cut.json": True,
    }
    shown = []
    for row in (2, 0):  # nothing opens where there is no picture
        table.setCurrentCell(row, 0)
        table.itemActivated.emit(table.currentItem())
        shown.append(dialog.findChild(QLabel, "class_picture"))
    assert shown[0] is None
    assert shown[1].pixmap().width() == 300
    assert shown[1].accessibleName() == "What Ada had in view"


def test_a_picture_becomes_smaller_until_it_can_be_handed_in():
    noise = np.random.default_rng(0).integers(0, 256, (900, 1600, 3), dtype=np.uint8)
    image = QImage(noise.tobytes(), 1600, 900, 4800, QImage.Format.Format_RGB888)
    content = small_png(image)
    assert 0 < len(content) <= LARGEST_PICTURE
    assert QImage.fromData(content).width() < 480
    assert small_png(QImage()) == b""


def test_a_folder_without_files_gets_a_sentence(tmp_path, background, parent, qtbot, monkeypatch):
    dialog = show(tmp_path, background, parent, monkeypatch)
    qtbot.waitUntil(lambda: not text(dialog).startswith("Reading"), timeout=WAIT)
    assert text(dialog).endswith(".")
    assert not dialog.findChild(QAbstractButton, "class_save_button").isEnabled()


def test_reading_is_given_up_when_the_table_is_closed(
    folder, background, parent, qtbot, monkeypatch
):
    dialog = show(folder, background, parent, monkeypatch)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    done = []
    background.submit(int, done.append, done.append)
    qtbot.waitUntil(lambda: bool(done), timeout=WAIT)
    assert text(dialog).startswith("Reading")


def test_nothing_happens_where_no_folder_is_named(background, parent, monkeypatch):
    assert show(None, background, parent, monkeypatch) is None
