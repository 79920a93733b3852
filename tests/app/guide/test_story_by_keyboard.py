"""The story, the lessons for a class and the challenge are played to their ends by keys alone.

Every control is reached with Tab and used with Space, Enter, arrows or typing, as by somebody who
has no mouse. Three things are made shorter: where a lesson asks for minutes of learning the run is
begun and paused by keys, and the readings that it would have had are put in, also those of the
app's reader; files are not chosen in the system's own dialog; and what an untrained network reads
is not waited for.
"""

import functools

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel
from whole_window import guided_window, rest, wait

from gdstudio.app.labs.lab import Lab
from gdstudio.app.running.background import Background
from gdstudio.experiment.readings import readings
from gdstudio.lesson.condition import Condition
from gdstudio.lesson.lesson import ChoiceQuestion, Draw, Goal, NumberQuestion, Open
from gdstudio.lesson.solution import GoDownhill, OpenReader, SetValue
from gdstudio.resource_files import resource_path

LESSONS = sorted(path.stem for path in resource_path("lessons").rglob("*.md"))
KEYS = Qt.Key
# By which control a value of a scenario is set.
CONTROLS = {
    "learning_rate": "learning_rate_edit",
    "intercept": "intercept_edit",
    "slope": "slope_edit",
    "epochs": "epochs_spin",
    "network": "network_edit",
    "batch_size": "batch_size_combo",
}
# The strokes of a digit on a paper of 28 by 28 squares, as ways to go from its middle.
THREE = ((-6, -9), "down", (12, 0), (-6, 7), (6, 5), (0, 4), (-4, 3), (-8, 0), "up")
MOST_TABS = 250


@pytest.fixture(scope="module")
def window(qapp, keep_running, tmp_path_factory):
    kept = tmp_path_factory.mktemp("kept") / "lessons.json"
    labs = ("surface", "houses", "points", "digits", "slope")
    with guided_window(kept, (1366, 768), labs) as window, keep_running(window):
        pages = window.labs["digits"].inside.tabs
        for key in ("step", "network", "neurons", "example", "gradient", "mistakes"):
            pages.page(key)  # with the threads that it works in
        for background in window.labs["digits"].findChildren(Background):
            background.submit(int, int, str)
            wait(lambda background=background: not background.is_busy)
        window.setUpdatesEnabled(False)  # nobody looks: painting would take half of the time
        yield window


def press(key, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


def tab_to(name):
    """Go on with Tab until the control called `name`, or a part of it, has the focus."""
    passed = []
    for _ in range(MOST_TABS):
        one = QApplication.focusWidget()
        passed.append(one and one.objectName())
        while one is not None:
            if one.objectName() == name:
                return one
            one = one.parentWidget() if isinstance(one.parentWidget(), QComboBox) else None
        press(KEYS.Key_Tab)
    raise AssertionError(f"Tab never gets to {name}: {passed}")


class Player:
    """Somebody with a keyboard."""

    def __init__(self, window, monkeypatch):
        self.window, self.guide, self._patch = window, window.guide, monkeypatch

    @property
    def lab(self):
        return self.guide._lab

    @property
    def way(self):
        return self.guide.guide

    def said(self):
        return self.window.findChild(QLabel, "guide_hint_label").text()

    def settle(self):
        wait(lambda: self.way.has_begun and not self.guide.background.is_busy)
        wait(lambda: self.lab is None or not self.lab.background.is_busy)

    def choose(self, key):
        """Choose a lesson, and bring the keys to its first step."""
        # The list that F4 opens is a window that the offscreen platform cannot give the keys.
        self.guide.progress.places.clear()
        tab_to("lesson_combo")
        self.guide.lessons.choose(key)
        wait(lambda: self.guide.lessons.current.key == key)
        self.settle()
        press(KEYS.Key_G, Qt.KeyboardModifier.ControlModifier)

    def play(self):
        """Do what the step asks for, and go on."""
        check = self.way.check
        if isinstance(check, NumberQuestion):
            assert QApplication.focusWidget().objectName() == "guide_answer_edit"
            QTest.keyClicks(
                QApplication.focusWidget(), f"{check.answer.value(self.way._start):.6f}"
            )
            press(KEYS.Key_Return)
        elif isinstance(check, ChoiceQuestion):
            assert QApplication.focusWidget().objectName() == "guide_choice_0"
            press(KEYS.Key_Space)
            for _ in range(self.right_choice(check)):
                press(KEYS.Key_Down)
            press(KEYS.Key_Return)
        elif isinstance(check, Goal):
            self.reach(check)
        elif isinstance(check, Draw):
            self.draw(check.digit)
        elif isinstance(check, Open):
            tab_to("open_button")  # the dialog that it opens is the system's
            self.lab.opened.emit(check.kind)
        if check is not None:
            wait(lambda: self.way.is_done)
            assert self.said()

    def right_choice(self, check):
        for place, choice in enumerate(check.choices):
            right = choice.right
            if right.holds(self.way._start) if isinstance(right, Condition) else right:
                return place
        raise AssertionError("no choice is right")

    def reach(self, goal):
        """Meet a goal as its lines of `solve` say."""
        if any(isinstance(one, SetValue) and one.name == "intercept" for one in goal.solve):
            tab_to("house_plot")  # its arrows move and turn the line
            for _ in range(100):
                press(KEYS.Key_Down)
                if self.way.is_done:
                    return
                rest(30)
        is_learning = self.lab.key == "digits" and "accuracy" in goal.condition.text
        for command in goal.solve:
            if isinstance(command, SetValue):
                self.set(command.name, command.value)
            elif isinstance(command, GoDownhill):
                self.go_downhill(command.length)
            elif isinstance(command, OpenReader):
                tab_to("network_source_button")
                press(KEYS.Key_Space)
                tab_to("open_reader_button")
                wanted = []
                self.lab.reading.open_reader_clicked.connect(functools.partial(wanted.append, True))
                press(KEYS.Key_Space)
                assert wanted
                self.learn_at_once(after=0)
                self.lab.setFocus()
                press(KEYS.Key_R)
            elif is_learning:
                self.learn_at_once()
                self.run()
            elif command.until is None and command.count <= 50:
                self.lab.setFocus()  # where the guide has put it
                for _ in range(command.count):
                    before = self.steps
                    press(KEYS.Key_Period)
                    wait(lambda before=before: self.steps != before or self.has_ended)
            else:
                self.run()

    @property
    def steps(self):
        return self.lab.runner.latest.snapshot.iteration

    @property
    def has_ended(self):
        return self.lab.runner.latest.state.name in ("FINISHED", "DIVERGED")

    def run(self):
        tab_to("speed_slider")
        press(KEYS.Key_End)
        tab_to("run_button")
        press(KEYS.Key_Space)
        wait(lambda: self.way.is_done)
        if self.lab.runner.is_running:
            self.lab.setFocus()
            press(KEYS.Key_Space)
        wait(lambda: not self.lab.runner.is_running)

    def go_downhill(self, length):
        """Make a step in the fog, of a length that the slider has."""
        slider = tab_to("fog_length_slider")
        press(KEYS.Key_End)
        while self.lab.fog.card.length() > length * 1.001:
            press(KEYS.Key_Left)
        assert slider.value() > slider.minimum()
        tab_to("fog_downhill_button")
        press(KEYS.Key_Space)

    def learn_at_once(self, after=1):
        """Let a run that has made a step say that it has learned enough."""
        enough = {"test_accuracy": 0.995, "step": 24000}

        def read(snapshot):
            found = readings(snapshot)
            return found | enough if snapshot.iteration >= after else found

        self._patch.setattr(Lab, "readings", lambda _, snapshot: read(snapshot))

    def set(self, name, value):
        control = tab_to(CONTROLS[name])
        if isinstance(control, QComboBox) and not control.isEditable():
            place = control.findData(value)
            while control.currentIndex() != place:
                press(KEYS.Key_Down if control.currentIndex() < place else KEYS.Key_Up)
        else:
            press(KEYS.Key_A, Qt.KeyboardModifier.ControlModifier)
            QTest.keyClicks(QApplication.focusWidget(), str(value))
            press(KEYS.Key_Return)
        self.settle()
        runner = self.lab.runner
        wait(lambda: runner.is_up_to_date)
        if self.lab.key == "digits" and self.steps:
            self.lab.setFocus()
            press(KEYS.Key_R)  # “Applies after Reset.”
            wait(lambda: runner.is_up_to_date)

    def draw(self, digit):
        """Draw a 3 with the arrow keys, whatever the network says to it."""
        tab_to("drawing_canvas")
        press(KEYS.Key_Delete)
        press(KEYS.Key_Left)
        for way in THREE:
            if isinstance(way, str):
                press(KEYS.Key_Return)
                continue
            for count, keys in zip(
                way, ((KEYS.Key_Left, KEYS.Key_Right), (KEYS.Key_Up, KEYS.Key_Down)), strict=True
            ):
                for _ in range(abs(count)):
                    press(keys[count > 0])
        assert self.lab.reading.picture is not None
        if digit is not None:  # the network has not really learned
            wait(lambda: not self.lab.background.is_busy)
            self.lab.drawn.emit(digit)


@pytest.fixture
def player(window, monkeypatch):
    window.activateWindow()
    wait(window.isActiveWindow)
    return Player(window, monkeypatch)


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_is_played_to_its_end_by_keys_alone(player, window, lesson):
    player.choose(lesson)
    count = len(player.way.lesson.steps)
    for place in range(count):
        assert player.way.index == place
        player.play()
        if place < count - 1:
            focused = QApplication.focusWidget().objectName()
            if focused == "guide_next_button":
                press(KEYS.Key_Space)
            else:
                press(KEYS.Key_PageDown)
            player.settle()
            rest(20)
    combo = window.findChild(QComboBox, "lesson_combo")
    assert combo.currentText().startswith("✓ ")
    assert player.guide.progress.places[lesson].is_finished
