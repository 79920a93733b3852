"""A run as a program in the window: shown, copied, saved, and lit while a step is made."""

import subprocess
import sys
from contextlib import ExitStack

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QFileDialog, QLabel, QMessageBox, QPlainTextEdit, QWidget
from whole_window import in_thread, wait

from gdstudio.app.labs.digits.lab import DigitsLab
from gdstudio.app.labs.houses.lab import HousesLab
from gdstudio.app.labs.points.lab import PointsLab
from gdstudio.app.labs.slope.lab import SlopeLab
from gdstudio.app.labs.surface.lab import SurfaceLab
from gdstudio.experiment.scenario import Scenario

LEFT = Qt.MouseButton.LeftButton
LABS = {
    "slope": (SlopeLab, "slope?learning_rate=0.1"),
    "surface": (SurfaceLab, "surface?function=beale&learning_rate=0.001"),
    "houses": (HousesLab, "houses?learning_rate=0.02"),
    "points": (PointsLab, "points?dataset=moons&network=4&batch_size=20"),
    "digits": (DigitsLab, "digits?dataset=pen-digits&training_size=200&network=6&epochs=9"),
}


class Hand:
    """A lab that computes in a thread, its program's dialog, and a hand on both."""

    def __init__(self, key):
        kind, code = LABS[key]
        self.lab = in_thread(kind)()
        self.lab.resize(1200, 760)
        self.lab.show()
        self.lab.start()
        self.wait(lambda: self.lab.runner.latest is not None)
        self.lab.apply(Scenario.parse(code))
        self.wait(lambda: self.lab.runner.is_up_to_date)

    def wait(self, reached):
        wait(reached)

    def find(self, kind, name):
        found = self.lab.findChild(kind, name)
        assert found is not None, f"there is no {name}"
        return found

    def press(self, name):
        QTest.mouseClick(self.find(QWidget, name), LEFT)

    @property
    def text(self):
        return self.find(QPlainTextEdit, "export_code_text").toPlainText()

    def step(self, count):
        made = self.lab.runner.latest.snapshot.iteration + count
        for _ in range(count):
            self.lab.step()
        self.wait(lambda: self.lab.runner.latest.snapshot.iteration >= made)

    def close(self):
        self.lab.close_runner()
        self.lab.close()
        self.lab.deleteLater()  # one that is left takes part in each change of the look

    def begin_anew(self):
        dialog = self.lab.findChild(QWidget, "export_code_dialog")
        if dialog is not None:
            combo = self.find(QComboBox, "export_target_combo")
            combo.setCurrentIndex(combo.findData("numpy"))
            dialog.close()
        self.press("reset_button")
        self.wait(lambda: self.lab.runner.is_up_to_date)
        self.wait(lambda: self.lab.runner.latest.snapshot.iteration == 0)


@pytest.fixture(scope="module")
def hands(qapp, keep_running):
    """Return the labs that the tests share, by their keys; each is made when one asks for it."""
    hands = {}
    with ExitStack() as kept:

        def hand(key):
            if key not in hands:
                hands[key] = Hand(key)
                kept.enter_context(keep_running(hands[key].lab))
            return hands[key]

        yield hand
    for one in hands.values():
        one.close()


@pytest.fixture
def points():
    """Return a lab in which no line was lit before."""
    hand = Hand("points")
    yield hand
    hand.close()


@pytest.fixture
def hand_on(hands):
    """Return a function that returns a lab at the start of its run, its dialog closed."""

    def make(key):
        hand = hands(key)
        hand.begin_anew()
        return hand

    return make


@pytest.mark.parametrize("key", LABS)
def test_every_lab_shows_its_run_as_a_program(key, hand_on):
    hand = hand_on(key)
    hand.step(3)
    hand.press("export_code_button")
    hand.wait(lambda: "STEPS = 3\n" in hand.text)
    for part in ("def cost(" if key != "houses" else "def sse(", "def step("):
        assert part in hand.text
    assert hand.find(QPlainTextEdit, "export_code_text").isReadOnly()
    QGuiApplication.clipboard().setText("")
    hand.press("export_copy_button")
    assert QGuiApplication.clipboard().text() == hand.text


def test_another_library_is_chosen_and_what_it_lacks_is_said(hand_on):
    hand = hand_on("slope")
    hand.press("export_code_button")
    hand.wait(lambda: "import numpy as np" in hand.text)
    combo = hand.find(QComboBox, "export_target_combo")
    combo.setCurrentIndex(combo.findData("torch"))
    hand.wait(lambda: "import torch" in hand.text)
    combo.setCurrentIndex(combo.findData("keras"))
    said = hand.find(QLabel, "export_code_label")
    hand.wait(lambda: "export this walk to numpy or torch" in said.text())
    assert hand.text == ""
    assert not hand.find(QWidget, "export_save_button").isEnabled()
    combo.setCurrentIndex(combo.findData("numpy"))
    hand.wait(lambda: "import numpy as np" in hand.text)
    assert hand.find(QWidget, "export_save_button").isEnabled()


def test_the_saved_program_prints_the_loss_of_the_window(hand_on, tmp_path, monkeypatch):
    hand = hand_on("houses")
    hand.step(4)
    hand.press("export_code_button")
    hand.wait(lambda: "STEPS = 4\n" in hand.text)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    hand.press("export_save_button")
    hand.wait(lambda: hand.find(QLabel, "status_label").text() == "Saved houses.py.")
    ended = subprocess.run(
        [sys.executable, tmp_path / "houses.py"], capture_output=True, text=True, timeout=300
    )
    assert f"loss: {hand.lab.runner.latest.snapshot.sse}\n" in ended.stdout


def test_a_file_that_is_there_is_replaced_only_when_the_user_says_so(
    hand_on, tmp_path, monkeypatch
):
    hand = hand_on("slope")
    hand.press("export_code_button")
    hand.wait(lambda: "import numpy as np" in hand.text)
    mine = tmp_path / "slope.py"
    mine.write_text("# my own\n")
    asked = []
    answers = [QMessageBox.StandardButton.No, QMessageBox.StandardButton.Yes]

    def ask(parent, title, text, *others):
        asked.append(text)
        return answers.pop(0)

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    monkeypatch.setattr(QMessageBox, "question", ask)
    hand.press("export_save_button")
    assert mine.read_text() == "# my own\n"
    hand.press("export_save_button")
    hand.wait(lambda: "def cost(theta)" in mine.read_text())
    assert len(asked) == 2
    assert "slope.py is in this folder already" in asked[0]


def test_the_lines_of_each_part_are_lit_as_a_step_is_made(points):
    hand = points
    hand.press("export_code_button")
    hand.wait(lambda: "import numpy as np" in hand.text)
    shown = hand.find(QPlainTextEdit, "export_code_text")
    lit = []

    def look():
        lines = [one.cursor.block().text() for one in shown.extraSelections()]
        if lines and lines not in lit:
            lit.append(lines)
        return len(lit) >= 4 and not lines

    hand.lab.step()
    hand.wait(look)
    for lines, beginning in zip(
        lit, ("def forward(", "def cost(", "def backward(", "def step("), strict=True
    ):
        assert any(line.startswith(beginning) for line in lines)
    # Then it is the program of the run with that step.
    hand.wait(lambda: "STEPS = 1\n" in hand.text)


def test_where_one_reads_stays_in_sight_when_the_program_is_written_anew(hand_on):
    hand = hand_on("houses")
    hand.step(1)
    hand.press("export_code_button")
    hand.wait(lambda: "STEPS = 1\n" in hand.text)
    bar = hand.find(QPlainTextEdit, "export_code_text").verticalScrollBar()
    hand.find(QWidget, "export_code_dialog").resize(600, 400)
    hand.wait(lambda: bar.maximum() > 20)
    hand.press("reset_button")
    hand.wait(lambda: "STEPS = 100\n" in hand.text)
    assert bar.maximum() > 20
