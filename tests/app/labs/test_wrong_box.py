"""Text that cannot be used never makes a button do nothing: the box is shown and named."""

from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QScrollArea,
    QWidget,
)
from whole_window import in_thread

from gdstudio.app.labs.digits.lab import DigitsLab
from gdstudio.app.labs.surface.lab import SurfaceLab
from gdstudio.app.main_window import LABS
from gdstudio.experiment.experiment import Question

WAIT = 60_000
BUTTONS = ("run_button", "step_button", "reset_button", "new_start_button")


@pytest.fixture(params=LABS, ids=lambda kind: kind.key)
def lab(request, qtbot):
    """Return a lab in a window so low that its boxes have to be scrolled to."""
    kind = request.param
    lab = in_thread(kind)()
    qtbot.addWidget(lab)
    lab.resize(1100, 420)
    lab.show()
    lab.activateWindow()
    lab.start()
    qtbot.waitUntil(lambda: bool(lab.runner.latest and lab.runner.latest.snapshot), timeout=WAIT)
    yield lab
    lab.close_runner()


def boxes(lab):
    """Return the boxes of the left column that one types a number or a text in."""
    column = lab.setup.parentWidget()
    return [
        box
        for box in column.findChildren(QLineEdit)
        if box.objectName().endswith("_edit") and not box.isReadOnly()
    ]


def setting_row(box):
    while not hasattr(box, "setting"):
        box = box.parentWidget()
    return box


def is_in_sight(box):
    """Return whether a box can be seen where it has been scrolled to."""
    shown = box
    while shown is not None and not shown.isWindow():
        if isinstance(shown, QScrollArea):
            place = box.mapTo(shown.viewport(), box.rect().center())
            if not shown.viewport().rect().contains(place):
                return False
        shown = shown.parentWidget()
    return box.isVisible()


@dataclass(frozen=True)
class Heard(Question):
    """Answered when all that was asked before has been done."""

    def answer(self, run):
        return True


def pause(lab, qtbot):
    """Pause, and wait until the news of it is there, not of a moment before Run was heard."""
    heard = []
    lab.runner.pause()
    lab.runner.ask(Heard(), heard.append)
    qtbot.waitUntil(lambda: bool(heard), timeout=WAIT)
    assert lab.runner.is_up_to_date
    assert not lab.runner.is_running


def test_a_button_that_cannot_act_shows_the_box_and_says_why(lab, qtbot):
    tried = 0
    for box in boxes(lab):
        row = setting_row(box) if box.objectName() != "function_edit" else box
        if row.isHidden():
            continue  # nothing obeys it now
        before = box.text()
        button = lab.findChild(QAbstractButton, BUTTONS[tried % len(BUTTONS)])
        box.setText("nonsense(")
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        name = box.objectName()
        assert lab.notice.text.endswith("."), name
        if hasattr(row, "setting"):
            assert row.setting.label.split()[0] in lab.notice.text, name
        qtbot.waitUntil(lambda box=box: is_in_sight(box), timeout=WAIT)
        assert box.window().focusWidget() is box, name
        assert box.hasSelectedText(), name
        assert not lab.runner.is_running, name
        box.setText(before)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert lab.notice.text == "", name
        pause(lab, qtbot)
        tried += 1
    assert tried >= 3


def test_it_stays_in_sight_while_the_layout_still_moves(lab, qtbot):
    box = lab.findChild(QLineEdit, "learning_rate_edit")
    box.setText("nonsense(")
    QTest.mouseClick(lab.findChild(QWidget, "step_button"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: is_in_sight(box), timeout=WAIT)
    late = QLabel()
    late.setFixedHeight(400)
    lab.setup.insertWidget(1, late)
    area = box
    while not isinstance(area, QScrollArea):
        area = area.parentWidget()
    before = area.verticalScrollBar().maximum()
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > before, timeout=WAIT)
    qtbot.waitUntil(lambda: is_in_sight(box), timeout=WAIT)


def test_a_box_that_nothing_obeys_any_more_stops_nothing(lab, qtbot):
    combo = lab.findChild(QComboBox, "optimizer_combo")
    combo.setCurrentIndex(combo.findData("momentum"))
    box = lab.findChild(QLineEdit, "momentum_edit")
    box.setText("nonsense")
    combo.setCurrentIndex(combo.findData("sgd"))
    qtbot.waitUntil(lambda: lab.runner.is_up_to_date, timeout=WAIT)
    QTest.mouseClick(lab.findChild(QWidget, "step_button"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: lab.runner.latest.snapshot.iteration == 1, timeout=WAIT)
    combo.setCurrentIndex(combo.findData("momentum"))
    assert box.text() != "nonsense"


@pytest.mark.parametrize("lab", [DigitsLab], indirect=True)
def test_what_is_folded_is_opened(lab, qtbot):
    column = lab.setup.parentWidget()
    for name, word in (("l2_edit", "L2"), ("shift_edit", "Shift")):
        box = next(one for one in boxes(lab) if one.objectName() == name)
        assert not box.isVisible()
        before = box.text()
        box.setText("much")
        QTest.mouseClick(lab.findChild(QWidget, "run_button"), Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda box=box: box.isVisible())
        assert word in lab.findChild(QLabel, "notice_label").text()
        box.setText(before)
    assert column.findChild(QDialog, "augmentation_dialog").isVisible()
    assert lab.commit()


@pytest.mark.parametrize("lab", [SurfaceLab], indirect=True)
def test_a_start_without_ground_is_shown_too(lab, qtbot):
    lab.panel.function_card.write("ln(x) + y^2")
    qtbot.waitUntil(lambda: lab.panel.terrain.key == "own", timeout=WAIT)
    qtbot.waitUntil(lambda: lab.runner.is_up_to_date, timeout=WAIT)
    lab.findChild(QLineEdit, "start_x_edit").setText("-1")
    QTest.mouseClick(lab.findChild(QWidget, "step_button"), Qt.MouseButton.LeftButton)
    label = lab.findChild(QLabel, "start_problem")
    assert lab.notice.text == label.text() != ""
    qtbot.waitUntil(lambda: is_in_sight(label))
