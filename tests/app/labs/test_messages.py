"""What a lab says stands as long as its weight demands, whatever the run does meanwhile."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from gdstudio.app.labs import messages as messages_module
from gdstudio.app.labs.messages import Messages, Remedy
from gdstudio.app.widgets.controls.notice import Notice
from gdstudio.app.widgets.controls.transport_bar import TransportBar

LEFT = Qt.MouseButton.LeftButton


class Desk:
    """A bar, a strip, and what decides on them."""

    def __init__(self, qtbot):
        self.widget = QWidget()
        qtbot.addWidget(self.widget)
        self.bar, self.notice = TransportBar(), Notice()
        self.messages = Messages(self.bar, self.notice, self.widget)
        column = QVBoxLayout(self.widget)
        column.addWidget(self.notice)
        column.addWidget(self.bar)
        self.widget.show()

    @property
    def line(self):
        return self.bar.findChild(QLabel, "status_label").text()

    @property
    def strip(self):
        return self.notice.text

    def press(self, name):
        QTest.mouseClick(self.widget.findChild(QPushButton, name), LEFT)


@pytest.fixture
def desk(qtbot):
    desk = Desk(qtbot)
    yield desk
    desk.messages.close()


def test_a_result_stands_while_the_run_goes_on(desk, qtbot):
    desk.messages.say_result("Saved x.")
    for state in ("Running.", "Epoch 1 of 8.", "Paused."):
        desk.messages.say_state(state)
        qtbot.wait(5)
        assert desk.line == "Saved x."


@pytest.mark.parametrize("act", ["mouse", "key"])
def test_a_result_goes_when_the_user_acts(desk, qtbot, act):
    desk.messages.say_state("Paused.")
    desk.messages.say_result("Saved x.")
    qtbot.wait(5)  # the act that led to it is over
    if act == "mouse":
        desk.press("step_button")
    else:
        QTest.keyClick(desk.bar, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: desk.line == "Paused.")


def test_the_act_that_led_to_a_result_does_not_end_it(desk, qtbot):
    desk.messages.say_state("Paused.")
    desk.bar.step_clicked.connect(lambda: desk.messages.say_result("Applies after Reset.", "info"))
    desk.press("step_button")
    qtbot.wait(20)
    assert desk.line == "Applies after Reset."


def test_a_result_goes_after_its_time(desk, qtbot, monkeypatch):
    monkeypatch.setattr(messages_module, "RESULT_SECONDS", 0.03)
    desk.messages.say_result("Saved x.")
    desk.messages.say_state("Running.")
    assert desk.line == "Saved x."
    qtbot.waitUntil(lambda: desk.line == "Running.")


def test_work_stands_above_the_state_until_it_is_over(desk):
    desk.messages.say_work("Reading x.csv…")
    desk.messages.say_state("Paused.")
    assert desk.line == "Reading x.csv…"
    desk.messages.say_work("")
    assert desk.line == "Paused."


def test_a_problem_stands_until_it_is_mended_or_dismissed(desk, qtbot):
    desk.messages.say_problem("x could not be saved.", about="saving")
    assert (desk.line, desk.strip) == ("x could not be saved.", "x could not be saved.")
    qtbot.wait(5)
    desk.press("run_button")
    desk.messages.say_state("Running.")
    qtbot.waitUntil(lambda: desk.line == "Running.")
    assert desk.strip == "x could not be saved."
    desk.messages.take_back("reading")
    assert desk.strip == "x could not be saved."
    desk.messages.take_back("saving")
    assert desk.strip == ""
    desk.messages.say_problem("y could not be saved.", about="saving")
    desk.messages.say_problem("z could not be saved.", about="saving")
    desk.press("notice_close_button")
    assert desk.strip == "", "one thing has one problem"


def test_a_mended_problem_leaves_the_line_at_once(desk):
    desk.messages.say_state("Paused.")
    desk.messages.say_problem("x could not be saved.", about="saving")
    desk.messages.take_back("saving")
    assert desk.line == "Paused."


def test_of_several_problems_none_is_lost(desk):
    desk.messages.say_problem("x could not be saved.", about="saving")
    desk.messages.say_problem("y has no numbers.", about="reading")
    desk.messages.say_note("Preset: watch the loss.")
    assert desk.strip == "y has no numbers.", "a note does not hide a problem"
    assert desk.messages.problems == ("x could not be saved.", "y has no numbers.")
    desk.press("notice_close_button")
    assert desk.strip == "x could not be saved."
    desk.press("notice_close_button")
    assert desk.strip == "Preset: watch the loss."
    desk.press("notice_close_button")
    assert desk.strip == ""


def test_a_note_takes_the_place_of_the_note_before(desk):
    desk.messages.say_note("Opened a network.", about="network")
    desk.messages.say_note("Preset: watch the loss.", about="preset")
    assert desk.strip == "Preset: watch the loss."
    desk.messages.take_back_all(but=("saving",))
    assert desk.strip == ""


def test_a_remedy_acts_and_the_problem_stands_until_that_helped(desk):
    acted = []
    remedy = Remedy("Use 0.1", "Set it to 0.1.", lambda: acted.append(1))
    desk.messages.say_problem("It diverged.", about="run", remedy=remedy)
    desk.press("remedy_button")
    assert acted == [1]
    assert desk.strip == "It diverged."
    desk.messages.say_problem("x could not be saved.", about="saving")
    assert not desk.widget.findChild(QPushButton, "remedy_button").isVisible()
