"""A hand on one lab: it looks, clicks, types and waits as a person does, by the controls' names."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QWidget
from whole_window import in_thread

from gdstudio.experiment.scenario import Scenario

# Who fails waits, nobody else.
WAIT = 120_000
LEFT = Qt.MouseButton.LeftButton


class LabHand:
    """A lab of its own that computes in a thread, its first state shown, and a hand on it.

    Attributes:
        lab: the lab.
        place: in which controls are looked for: the lab, until a dialog is worked in.
    """

    def __init__(self, kind, qtbot, *, folder=None):
        """Open the lab; it keeps its last runs in `folder` where there is one."""
        self._qtbot = qtbot
        self.lab = self.place = in_thread(kind)()
        qtbot.addWidget(self.lab)
        if folder is not None:
            self.lab.keep_runs_in(folder)
        self.lab.resize(1280, 800)
        self.lab.show()
        self.lab.start()
        self.wait(lambda: self.latest and self.latest.snapshot)

    @property
    def latest(self):
        return self.lab.runner.latest

    @property
    def snapshot(self):
        return self.latest.snapshot

    @property
    def status(self):
        return self.lab.findChild(QLabel, "status_label").text()

    def wait(self, reached):
        self._qtbot.waitUntil(lambda: bool(reached()), timeout=WAIT)

    def settle(self):
        self.wait(lambda: self.lab.runner.is_up_to_date and not self.lab.runner.is_running)

    def find(self, name, kind=QWidget):
        found = self.place.findChild(kind, name)
        assert found is not None, f"there is no {name}"
        return found

    def text(self, name):
        return self.find(name, QLabel).text()

    def click(self, name):
        button = self.find(name, QAbstractButton)
        assert button.isVisible(), name
        assert button.isEnabled(), name
        QTest.mouseClick(button, LEFT)

    def type(self, name, text):
        edit = self.find(name, QLineEdit)
        edit.setFocus()
        edit.selectAll()
        QTest.keyClicks(edit, text)

    def choose(self, name, key):
        combo = self.find(name, QComboBox)
        assert combo.findData(key) >= 0, f"{name} has no {key}"
        combo.setCurrentIndex(combo.findData(key))

    def begin(self, code):
        """Set the lab up, and wait until its run has begun."""
        generation = self.lab.runner.generation
        self.lab.apply(Scenario.parse(code))
        self.wait(lambda: self.lab.runner.generation > generation)
        self.settle()

    def step(self, count):
        before = self.snapshot.iteration
        self.lab.runner.step(count)
        self.wait(lambda: self.snapshot.iteration == before + count)

    def close(self):
        self.lab.close_runner()
