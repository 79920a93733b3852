"""The real window, driven as a person or a program drives it: by object names, keys and mouse."""

import pytest
from lab_hand import LabHand
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QSpinBox, QWidget
from whole_window import labs_of

from gdstudio.app.application import create_main_window

LEFT = Qt.MouseButton.LeftButton
# Long enough for a million rows on a busy machine; who fails waits, nobody else.
WAIT = 60_000


class LabDriver:
    """A hand on one lab; finds controls by the names that other programs may rely on."""

    def __init__(self, window, key, qtbot):
        self.window, self.lab, self._qtbot = window, window.labs[key], qtbot
        QTest.mouseClick(self.window.findChild(QWidget, f"{key}_tab"), LEFT)
        self.wait(lambda: self.latest is not None)

    @property
    def latest(self):
        return self.lab.runner.latest

    @property
    def snapshot(self):
        return self.latest.snapshot

    @property
    def state(self):
        return self.latest.state

    def wait(self, reached):
        self._qtbot.waitUntil(lambda: bool(reached()), timeout=WAIT)

    def wait_state(self, state):
        self.wait(lambda: self.state is state)

    def wait_step(self, step):
        self.wait(lambda: self.text("step_label") == f"step {step:,}")

    def wait_generation(self):
        """Wait until what is shown is of the newest start."""
        self.wait(lambda: self.latest and self.latest.generation == self.lab.runner._generation)

    def widget(self, name):
        found = self.lab.findChild(QWidget, name)
        assert found is not None, f"there is no {name}"
        return found

    def text(self, name):
        return self.widget(name).text()

    def click(self, name):
        QTest.mouseClick(self.widget(name), LEFT)

    def type(self, name, text, *, enter=True):
        """Put the cursor in a box, replace what it says, and press Enter (or stay in it)."""
        box, edit = self.widget(name), self.line_edit(name)
        box.setFocus()
        edit.selectAll()
        if text.isascii():
            QTest.keyClicks(box if isinstance(box, QSpinBox) else edit, text)
        else:  # Qt's test keyboard has ASCII keys only
            QGuiApplication.clipboard().setText(text)
            QTest.keyClick(edit, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        if not text:
            QTest.keyClick(edit, Qt.Key.Key_Delete)
        if enter:
            QTest.keyClick(box if isinstance(box, QSpinBox) else edit, Qt.Key.Key_Return)

    def line_edit(self, name):
        box = self.widget(name)
        return box.lineEdit() if isinstance(box, QComboBox | QSpinBox) else box

    def choose(self, name, key):
        combo = self.widget(name)
        index = combo.findData(key)
        assert index >= 0, f"{name} has no {key}"
        combo.setCurrentIndex(index)

    def drag(self, name, *points):
        """Draw with the left button pressed, from point to point in the widget's own pixels."""
        target = self.widget(name)
        QTest.mousePress(target, LEFT, pos=QPoint(*points[0]))
        for point in points[1:]:
            QTest.mouseMove(target, QPoint(*point))
        QTest.mouseRelease(target, LEFT, pos=QPoint(*points[-1]))

    def sentences(self):
        """Return what all visible labels say."""
        return [label.text() for label in self.lab.findChildren(QLabel) if label.isVisible()]

    def step_rows(self):
        """Return what the rows of the step card say: name, value, slope, step, new value."""
        table = self.widget("step_card_table")
        return [
            [table.cell_text(row, cell) for cell in range(5)] for row in range(table.row_count())
        ]

    def problems(self):
        """Return the sentences that stand under boxes now."""
        return [
            label.text()
            for label in self.lab.findChildren(QLabel)
            if label.property("role") == "problem"
            and label.objectName() != "status_label"
            and label.isVisible()
        ]

    def reset(self):
        """Press Reset and wait for the new start."""
        self.click("reset_button")
        self.wait_generation()
        self.wait_step(0)


@pytest.fixture
def hand_on(qtbot):
    """Return a function that opens a lab of its own, without a window, with a `hand` on it."""

    def make(kind, hand=LabHand, **more):
        hands.append(hand(kind, qtbot, **more))
        return hands[-1]

    hands = []
    yield make
    for one in hands:
        one.close()


@pytest.fixture
def window_of(qtbot):
    """Return a function that opens a window, with these labs only; `in_process` as the user's."""

    def make(*keys, in_process=False):
        with labs_of(*keys, in_process=in_process):
            window = create_main_window()
        window.resize(1280, 720)
        window.show()
        qtbot.waitExposed(window)
        opened.append(window)
        return window

    opened = []
    yield make
    for window in opened:
        window.close()
        # At once and as a whole: its menus are top-level widgets too, but not to be deleted apart.
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def digits(window_of, qtbot):
    """Return the Digits lab as it opens, its first state shown."""
    return LabDriver(window_of("digits"), "digits", qtbot)


@pytest.fixture
def quick_digits(digits):
    """Return the Digits lab on a hundred images and one epoch of ten steps."""
    digits.type("training_size_edit", "100")
    digits.type("epochs_spin", "1")
    digits.wait_generation()
    return digits


@pytest.fixture
def process_digits(window_of, qtbot):
    """Return the Digits lab with its training process, as the user gets it."""
    return LabDriver(window_of("digits", in_process=True), "digits", qtbot)


@pytest.fixture
def houses(window_of, qtbot):
    """Return the House prices lab as it opens."""
    return LabDriver(window_of("houses"), "houses", qtbot)


@pytest.fixture
def slope(window_of, qtbot):
    """Return the Slope lab as it opens: the bowl x²/2 from 3, with a learning rate of 0.2."""
    return LabDriver(window_of("slope"), "slope", qtbot)


@pytest.fixture
def surface(window_of, qtbot):
    """Return the Surface lab as it opens."""
    return LabDriver(window_of("surface"), "surface", qtbot)


@pytest.fixture
def process_surface(window_of, qtbot):
    """Return the Surface lab with the process in which it walks, as the user gets it."""
    return LabDriver(window_of("surface", in_process=True), "surface", qtbot)
