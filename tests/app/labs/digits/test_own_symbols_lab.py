"""The way from a drawing of one's own to a network that reads the next one, in the whole window."""

import numpy as np
import pytest
from hand_drawn import drawing, drawings, symbol_file
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from gdstudio import folders
from gdstudio.experiment.run_update import State
from gdstudio.storage.network_file import load_network

LEFT = Qt.MouseButton.LeftButton
NAMES = ("△", "A")


@pytest.fixture
def path():
    """Return where the symbols are kept, and take away what a test leaves there."""
    yield folders.symbols_path()
    for left in folders.symbols_path().parent.glob("symbols*"):
        left.unlink()


def open_symbols(lab):
    combo = lab.widget("dataset_combo")
    combo.setCurrentIndex(combo.findText("Own symbols…"))
    lab.wait(lambda: lab.lab.symbols.dialog is not None and lab.lab.symbols.dialog.isVisible())
    return lambda name: lab.lab.symbols.dialog.findChild(QWidget, name)


def draw(canvas, strokes):
    for stroke in strokes:
        points = [QPoint(round(x), round(y)) for x, y in stroke]
        QTest.mousePress(canvas, LEFT, pos=points[0])
        for point in points[1:]:
            QTest.mouseMove(canvas, point)
        QTest.mouseRelease(canvas, LEFT, pos=points[-1])


def test_what_one_draws_is_learned_and_read(digits, path, tmp_path):
    widget = open_symbols(digits)
    rng = np.random.default_rng(3)
    for name in NAMES:
        widget("symbol_class_edit").setText(name)
        QTest.mouseClick(widget("symbol_class_button"), LEFT)
        for _ in range(4):
            draw(widget("symbol_canvas"), drawing(name, rng))
            QTest.mouseClick(widget("symbol_add_button"), LEFT)
    digits.type("epochs_spin", "3")
    QTest.mouseClick(widget("symbol_train_button"), LEFT)
    digits.wait(lambda: digits.snapshot.settings.network.classes == NAMES)
    assert not digits.lab.symbols.dialog.isVisible()
    assert digits.widget("dataset_combo").currentText() == "Own symbols: △, A"
    assert digits.snapshot.settings.data.dataset == str(path)
    digits.wait(lambda: digits.state is State.FINISHED)
    said = " ".join(digits.sentences())
    assert "6 drawings, and what is drawn anew from them: 2,000 images to learn from" in said
    assert "2 drawings are kept back for the test" in said
    assert "on 2 test images" in said
    # New drawings are read at once, by the names of the classes.
    answers = []
    for name in NAMES * 10:
        digits.lab.reading.canvas.clear()
        draw(digits.widget("drawing_canvas"), drawing(name, rng))
        digits.wait(lambda: digits.text("predicted_digit_label") in NAMES)
        answers.append(digits.text("predicted_digit_label") == name)
    assert np.mean(answers) >= 0.9
    assert [row[0] for row in digits.lab.reading.bars.table()[1]] == list(NAMES)
    digits.lab.save_network(tmp_path / "network.safetensors")
    digits.wait((tmp_path / "network.safetensors").exists)
    assert load_network(tmp_path / "network.safetensors").settings.classes == NAMES


def test_kept_symbols_stand_in_the_list_and_follow_what_is_drawn(digits, path):
    symbol_file(path, classes=("♥", "★"), count=3)
    digits.lab.symbols.find()
    combo = digits.widget("dataset_combo")
    digits.wait(lambda: combo.findText("Own symbols: ♥, ★") >= 0)
    assert combo.currentText() == "MNIST"
    combo.setCurrentIndex(combo.findText("Own symbols: ♥, ★"))
    digits.wait(lambda: digits.snapshot.settings.network.classes == ("♥", "★"))
    # They are strokes, but no digits.
    assert digits.widget("stroke_variation_spin").isVisible()
    assert not digits.widget("scribbles_spin").isVisible()
    widget = open_symbols(digits)
    QTest.mouseClick(widget("symbol_class_edit"), LEFT)
    widget("symbol_class_edit").setText("A")
    QTest.mouseClick(widget("symbol_class_button"), LEFT)
    for strokes in drawings("A", 2, seed=1):
        draw(widget("symbol_canvas"), strokes)
        QTest.mouseClick(widget("symbol_add_button"), LEFT)
    digits.lab.symbols.dialog.close()
    digits.wait(lambda: digits.snapshot.settings.network.classes == ("♥", "★", "A"))
    assert combo.currentText() == "Own symbols: ♥, ★, A"
    # Fewer classes than a network needs change nothing but the drawings.
    widget = open_symbols(digits)
    for _ in range(2):
        QTest.mouseClick(widget("symbol_remove_button"), LEFT)
    digits.lab.symbols.dialog.close()
    digits.wait(lambda: not digits.lab.background.is_busy)
    assert digits.snapshot.settings.network.classes == ("♥", "★", "A")
    digits.click("reset_button")
    digits.wait(lambda: any("There is one class only in" in said for said in digits.sentences()))
    assert digits.snapshot.settings.network.classes == ("♥", "★", "A")
