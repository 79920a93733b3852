"""From the step card to a PDF on the disk, as a teacher does it."""

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QFileDialog, QWidget

from gdstudio.app.labs.slope.lab import SlopeLab
from gdstudio.app.labs.surface.lab import SurfaceLab

LEFT = Qt.MouseButton.LeftButton


def pages(path):
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", path.read_bytes()))


@pytest.fixture
def asked(monkeypatch):
    """Answer the file dialog with a path that a test puts into this list; note what it suggests."""
    answers = []
    suggestions = []

    def answer(parent, title, suggested, kinds):
        suggestions.append(suggested)
        return str(answers[0]) if answers else "", kinds

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    return answers, suggestions


def open_dialog(driver):
    driver.click("worksheet_button")
    dialog = driver.window.findChild(QDialog, "worksheet_dialog")
    assert dialog is not None
    return dialog


def press(dialog, name):
    QTest.mouseClick(dialog.findChild(QWidget, name), LEFT)


def test_a_worksheet_of_two_steps_with_its_key(houses, asked, tmp_path):
    answers, suggestions = asked
    answers.append(tmp_path / "sheet")
    dialog = open_dialog(houses)
    combo = dialog.findChild(QComboBox, "worksheet_steps_combo")
    assert [combo.itemText(i) for i in range(combo.count())] == ["1 step", "2 steps", "3 steps"]
    combo.setCurrentIndex(1)
    dialog.findChild(QComboBox, "worksheet_paper_combo").setCurrentIndex(0)
    assert dialog.findChild(QCheckBox, "worksheet_key_check").isChecked()
    press(dialog, "worksheet_save_button")
    assert suggestions[0].endswith("worksheet-houses.pdf")
    houses.wait(lambda: houses.text("status_label") == "Saved sheet.pdf.")
    assert pages(tmp_path / "sheet.pdf") == 5


def test_without_the_key_it_is_shorter(houses, asked, tmp_path):
    asked[0].append(tmp_path / "sheet.pdf")
    dialog = open_dialog(houses)
    dialog.findChild(QCheckBox, "worksheet_key_check").setChecked(False)
    press(dialog, "worksheet_save_button")
    houses.wait(lambda: houses.text("status_label") == "Saved sheet.pdf.")
    assert pages(tmp_path / "sheet.pdf") == 2


def test_thinking_better_of_it_writes_nothing(houses, asked, tmp_path):
    _, suggestions = asked
    press(open_dialog(houses), "worksheet_cancel_button")
    assert not suggestions
    press(open_dialog(houses), "worksheet_save_button")
    assert len(suggestions) == 1
    assert not houses.lab.background.is_busy
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_told(houses, asked, tmp_path):
    asked[0].append(tmp_path / "missing" / "sheet.pdf")
    press(open_dialog(houses), "worksheet_save_button")
    houses.wait(lambda: "could not be saved" in houses.text("status_label"))
    assert houses.lab.notice.isVisible()


def test_a_network_has_a_sheet_of_its_one_step(digits, asked, tmp_path):
    asked[0].append(tmp_path / "network.pdf")
    digits.click("step_page_tab")
    card = digits.lab.inside.tabs.page("step").card
    digits.wait(lambda: card.next_step() is not None)
    dialog = open_dialog(digits)
    assert not dialog.findChild(QComboBox, "worksheet_steps_combo").isVisible()
    press(dialog, "worksheet_save_button")
    digits.wait(lambda: digits.text("status_label") == "Saved network.pdf.")
    assert pages(tmp_path / "network.pdf") == 2


@pytest.fixture(params=[SlopeLab, SurfaceLab])
def lab(request, qtbot):
    """Return a lab by itself, its start shown."""
    lab = request.param()
    qtbot.addWidget(lab)
    lab.show()
    lab.start()
    qtbot.waitUntil(lambda: lab.runner.latest is not None)
    yield lab
    lab.close_runner()


def test_a_function_has_a_sheet_with_its_formulas(lab, qtbot, asked, tmp_path):
    path = tmp_path / "function.pdf"
    asked[0].append(path)
    QTest.mouseClick(lab.findChild(QWidget, "worksheet_button"), LEFT)
    press(lab.window().findChild(QDialog, "worksheet_dialog"), "worksheet_save_button")
    qtbot.waitUntil(path.exists)
    qtbot.waitUntil(lambda: not lab.background.is_busy)
    assert pages(path) == 2
