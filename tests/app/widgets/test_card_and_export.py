"""Cards offer to save what they show; files appear whole or not at all."""

import csv
import os

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QLabel, QMessageBox, QPushButton

from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.export import save_picture, save_table
from gdstudio.errors import BadInput


@pytest.fixture
def label(qtbot):
    label = QLabel("The loss")
    label.resize(120, 40)
    qtbot.addWidget(label)
    return label


def test_a_png_is_twice_as_fine_as_the_screen(label, tmp_path):
    save_picture(label, tmp_path / "loss.png")
    image = QImage(str(tmp_path / "loss.png"))
    assert (image.width(), image.height()) == (240, 80)


def test_an_svg_keeps_text_as_text(label, tmp_path):
    save_picture(label, tmp_path / "loss.svg")
    svg = (tmp_path / "loss.svg").read_text()
    assert "<svg" in svg
    assert ">The loss<" in svg.replace("\n", "")


def test_a_table_is_saved_with_all_figures(tmp_path):
    save_table(["step", "loss"], [[0, 0.6773400000001], [1, ""]], tmp_path / "loss.csv")
    with open(tmp_path / "loss.csv", encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [["step", "loss"], ["0", "0.6773400000001"], ["1", ""]]


def test_an_unknown_ending_is_refused(label, tmp_path):
    with pytest.raises(BadInput, match=r"\.png or \.svg"):
        save_picture(label, tmp_path / "loss.txt")
    assert not list(tmp_path.iterdir())


def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "loss.csv"
    path.write_text("old")

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BadInput, match="No space left on device"):
        save_table(["a"], [[1]], path)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["loss.csv"]


def test_the_menu_saves_where_the_user_says(qtbot, label, tmp_path, monkeypatch):
    card = Card("Loss")
    qtbot.addWidget(card)
    card.add(label)
    card.set_exports(label, lambda: (["a"], [[1]]), file_name="loss", button_name="loss_menu")
    button = card.findChild(QPushButton, "loss_menu")
    assert button.accessibleName() == "Save Loss"
    picture, data = button.menu().actions()
    monkeypatch.setattr(
        QFileDialog,
        "getSaveFileName",
        lambda *_: (str(tmp_path / "chosen"), "SVG picture (*.svg)"),
    )
    picture.trigger()
    assert (tmp_path / "chosen.svg").exists()
    said = []
    monkeypatch.setattr(QMessageBox, "warning", lambda *args: said.append(args[-1]))
    monkeypatch.setattr(
        QFileDialog,
        "getSaveFileName",
        lambda *_: (str(tmp_path / "nowhere" / "x.csv"), "Table (*.csv)"),
    )
    data.trigger()
    assert len(said) == 1
    assert "x.csv" in said[0]


def test_a_card_shows_value_and_note(qtbot):
    card = Card("Accuracy", note="on 10,000 test images")
    qtbot.addWidget(card)
    card.set_value("94.3 %", "test", name="test_accuracy_label")
    card.set_value("95.0 %", "test")
    assert card.findChild(QLabel, "test_accuracy_label").text() == "95.0 %"
    card.resize(160, 80)
    card.show()
    note = next(w for w in card.findChildren(QLabel) if w.text() == "on 10,000 test images")
    assert note.toolTip() == "on 10,000 test images", "what is cut short is in the tooltip"
    assert note.alignment() & Qt.AlignmentFlag.AlignVCenter
