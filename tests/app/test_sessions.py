"""A session is saved and opened, written by itself, and offered after a crash."""

import numpy as np
import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLabel, QWidget
from whole_window import labs_in_threads

from gdstudio.app.application import create_main_window
from gdstudio.experiment.scenario import Scenario
from gdstudio.runs.session import load_session

STROKES = [np.array([[10.0, 10.0], [60.0, 80.0]])]
CODE = "houses?learning_rate=0.01"


class Hand:
    """A window whose labs compute in threads, and a hand on it."""

    def __init__(self, qtbot):
        self._qtbot = qtbot
        with labs_in_threads():
            self.window = create_main_window()
        qtbot.addWidget(self.window)
        self.window.resize(1280, 720)
        self.window.show()
        qtbot.waitExposed(self.window)

    def wait(self, reached):
        self._qtbot.waitUntil(lambda: bool(reached()), timeout=60_000)

    def lab(self, key):
        self.window.show_lab(key)
        lab = self.window.labs[key]
        self.wait(lambda: lab.runner.latest and lab.runner.latest.snapshot)
        return lab

    def step(self, lab, count):
        before = lab.runner.latest.snapshot.iteration
        lab.runner.step(count)
        self.wait(lambda: lab.runner.latest.snapshot.iteration == before + count)

    def keep(self, lab):
        count = len(lab.kept_runs.runs)
        lab.findChild(QAbstractButton, "keep_run_button").click()
        self.wait(lambda: len(lab.kept_runs.runs) == count + 1)

    def trigger(self, name):
        self.window.findChild(QAction, name).trigger()

    def status(self):
        return self.window.current_lab.findChild(QLabel, "status_label").text()

    def said(self):
        """Return what stands in the strips of the lab that is seen."""
        lab = self.window.current_lab
        return " ".join(label.text() for label in lab.notice.findChildren(QLabel))

    def close(self):
        self.window.close()


@pytest.fixture
def open_hand(qtbot):
    hands = []

    def make():
        hands.append(Hand(qtbot))
        return hands[-1]

    yield make
    for hand in hands:
        hand.close()
        hand.window.deleteLater()


@pytest.fixture
def asked_for(monkeypatch, tmp_path):
    """Let the file dialogs answer with this path."""
    path = tmp_path / "mine.gdstudio"
    for name in ("getSaveFileName", "getOpenFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_, path=path: (str(path), ""))
    return path


def test_saved_and_opened_by_the_menu_and_on_as_if_nothing_had_been_between(open_hand, asked_for):
    hand = open_hand()
    slope = hand.lab("slope")
    hand.step(slope, 4)
    houses = hand.lab("houses")
    houses.apply(Scenario.parse(CODE))
    hand.wait(lambda: houses.runner.is_up_to_date)
    hand.step(houses, 7)
    hand.keep(houses)
    hand.step(houses, 5)
    with hand._qtbot.waitSignal(hand.window.sessions.saved):
        hand.trigger("save_session_action")
    assert "Saved the session" in hand.status()
    hand.close()

    other = open_hand()
    other.trigger("open_session_action")
    other.wait(lambda: other.window.current_lab.key == "houses")
    houses = other.window.current_lab
    other.wait(lambda: houses.runner.latest and houses.runner.latest.snapshot)
    other.wait(lambda: houses.runner.latest.snapshot.iteration == 12)
    assert "Opened the session" in other.status()
    assert houses.kept_runs.runs.names() == ["rate 0.01"]
    assert [line.label for line in houses.findChild(QWidget, "loss_plot").kept_lines()] == [
        "rate 0.01"
    ]
    other.step(houses, 8)
    original = Scenario.parse(CODE).prepare()()
    original.advance(steps=20)
    np.testing.assert_array_equal(
        houses.runner.latest.snapshot.parameters, original.descent.parameters
    )
    # The others are as they were once they are seen.
    slope = other.lab("slope")
    other.wait(lambda: slope.runner.latest.snapshot.iteration == 4)


def test_a_drawing_comes_back(open_hand, asked_for):
    hand = open_hand()
    digits = hand.window.labs["digits"]
    digits.show_drawing(STROKES)
    hand.lab("digits")
    with hand._qtbot.waitSignal(hand.window.sessions.saved):
        hand.trigger("save_session_action")
    digits.reading.canvas.clear()
    hand.trigger("open_session_action")
    hand.wait(lambda: digits.drawing())
    (stroke,) = digits.drawing()
    assert stroke.shape == (2, 2)
    assert (np.sign(stroke[1] - stroke[0]) == 1).all()


def test_a_file_that_is_no_session_is_one_sentence_and_changes_nothing(open_hand, asked_for):
    asked_for.write_bytes(b"nothing")
    hand = open_hand()
    slope = hand.lab("slope")
    hand.step(slope, 3)
    hand.trigger("open_session_action")
    hand.wait(lambda: "no session" in hand.said())
    assert slope.runner.latest.snapshot.iteration == 3


def test_written_by_itself_and_offered_after_a_crash(open_hand, tmp_path):
    hand = open_hand()
    hand.window.keep_session_in(tmp_path)
    sessions = hand.window.sessions
    slope = hand.lab("slope")
    hand.step(slope, 6)
    with hand._qtbot.waitSignal(sessions.saved):
        sessions._timer.timeout.emit()
    assert load_session(tmp_path / "session.gdstudio").labs["slope"].run.readings["step"] == 6
    # Nothing is written where nothing has changed.
    before = (tmp_path / "session.gdstudio").stat().st_mtime_ns
    sessions._timer.timeout.emit()
    assert not sessions.background.is_busy
    assert (tmp_path / "session.gdstudio").stat().st_mtime_ns == before

    # A second window says that it does not write.
    second = open_hand()
    second.window.keep_session_in(tmp_path)
    second.wait(lambda: "Another window" in second.said())
    second.close()
    assert (tmp_path / "session.gdstudio").exists()

    # As a crash leaves it.
    content = (tmp_path / "session.gdstudio").read_bytes()
    hand.close()
    assert not (tmp_path / "session.gdstudio").exists()
    (tmp_path / "session.gdstudio").write_bytes(content)
    third = open_hand()
    third.window.keep_session_in(tmp_path)
    third.wait(lambda: "did not end" in third.said())
    lab = third.window.current_lab
    button = next(
        one for one in lab.notice.findChildren(QAbstractButton) if one.text() == "Open it again"
    )
    button.click()
    slope = third.window.labs["slope"]
    third.wait(lambda: third.window.current_lab is slope)
    third.wait(lambda: slope.runner.latest and slope.runner.latest.snapshot)
    third.wait(lambda: slope.runner.latest.snapshot.iteration == 6)


def test_kept_runs_are_offered_again_also_after_a_proper_end(open_hand, tmp_path):
    hand = open_hand()
    hand.window.keep_session_in(tmp_path)
    slope = hand.lab("slope")
    hand.step(slope, 6)
    with hand._qtbot.waitSignal(hand.window.sessions.saved):
        hand.keep(slope)
    hand.close()
    other = open_hand()
    other.window.keep_session_in(tmp_path)
    other.wait(lambda: "kept runs of last time" in other.said())


def test_a_folder_that_cannot_be_written_is_one_sentence(open_hand, tmp_path):
    (tmp_path / "file").write_text("")
    hand = open_hand()
    hand.window.keep_session_in(tmp_path / "file" / "runs")
    hand.wait(lambda: "not written by itself" in hand.said())
