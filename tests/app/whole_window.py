"""One window with everything in it: every lab begun, every page open, something to see on each.

Tests that sweep over all pages share it, and so do the programs in `tests/benchmarks`.
"""

import functools
import inspect
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QWidget

from gdstudio.app import main_window
from gdstudio.app.application import create_main_window
from gdstudio.app.labs.digits.inside.tabs import PAGES, TRAINING
from gdstudio.app.preferences import Preferences

# Every lab, every page, and what else some labs show.
STATES = (
    *(kind.key for kind in main_window.LABS if kind.key != "digits"),
    "slope, two starts",
    "surface, race",
    "surface, fog",
    "houses, raw numbers",
    "houses, a notice",
    *(f"digits, {key}" for key in (TRAINING, *(kind.key for kind in PAGES))),
    "digits, a neuron",
    "points, numbers",
    "points, landscape",
)
SECONDS = 120  # who fails waits, nobody else


@functools.cache
def in_thread(kind):
    """Return a lab as it is, but walking in a thread: most tests need no second Python."""
    if "in_process" not in inspect.signature(kind.__init__).parameters:
        return kind

    class InThread(kind):
        def __init__(self):
            super().__init__(in_process=False)

    return InThread


def wait(reached):
    """Let the window live until `reached()`."""
    end = time.monotonic() + SECONDS
    while not reached():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        assert time.monotonic() < end, "the window did not get there"


def rest(milliseconds: int = 50):
    """Let the window live for a while, and until its layouts are at rest."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()
    for _ in range(10):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)


@contextmanager
def labs_of(*keys, in_process=True):
    """Let a window that is made now have these labs only: the others take half of its time."""
    kinds = main_window.LABS
    main_window.LABS = tuple(
        kind if in_process else in_thread(kind) for kind in kinds if not keys or kind.key in keys
    )
    try:
        yield
    finally:
        main_window.LABS = kinds


def labs_in_threads(*keys):
    """Let the labs train and walk in threads: no test of the looks needs a second Python."""
    return labs_of(*keys, in_process=False)


@contextmanager
def guided_window(kept: Path, size: tuple[int, int], labs: Sequence[str]):
    """Yield a window with the guide open, in which the threads of these labs have begun.

    The tests' housekeeping leaves it alone until its module is done.
    """
    with labs_in_threads():
        window = create_main_window(Preferences())
    window.setProperty("shared", True)
    window.keep_lessons_in(kept)
    window.resize(*size)
    window.show()
    window.activateWindow()
    wait(window.isActiveWindow)
    for key in labs:
        lab = window.labs[key]
        window.show_lab(key)
        lab.background.submit(int, int, str)
        wait(lambda lab=lab: lab.runner.latest is not None and not lab.background.is_busy)
    window.guide.open()
    wait(lambda: window.guide.guide is not None and not window.guide.background.is_busy)
    yield window
    window.setProperty("shared", False)
    window.close()
    window.deleteLater()


class WholeWindow:
    """A window, and how to get from one of its states to another."""

    def __init__(self):
        with labs_in_threads():
            self.window = create_main_window()
        # The tests' housekeeping leaves it alone until its module is done.
        self.window.setProperty("shared", True)
        self.window.resize(1280, 720)
        self.window.show()
        self.window.activateWindow()
        wait(self.window.isActiveWindow)
        special = {
            "slope": self._slope,
            "slope, two starts": self._slope_starts,
            "surface": self._surface,
            "surface, race": self._surface_race,
            "surface, fog": self._surface_fog,
            "houses": self._houses,
            "houses, raw numbers": self._houses_raw,
            "houses, a notice": self._houses_notice,
            "digits, a neuron": self._digits_neuron,
            "points": partial(self._points, "plane"),
            "points, numbers": partial(self._points, "numbers"),
            "points, landscape": partial(self._points, "landscape"),
        }
        self.states = {state: special.get(state, partial(self._any, state)) for state in STATES}
        for show in tuple(self.states.values()):
            show()

    def close(self):
        """Close it for good."""
        self.window.setProperty("shared", False)
        self.window.close()
        self.window.deleteLater()

    def show(self, state):
        """Bring a state into sight, and let it come to rest."""
        self.states[state]()
        self.window.activateWindow()
        wait(self.window.isActiveWindow)
        rest()

    def lab(self, key):
        """Show a lab, begun, and return it."""
        lab = self.window.labs[key]
        self.window.show_lab(key)
        lab.start()
        wait(lambda: lab.runner.latest is not None)
        return lab

    def click(self, lab, name):
        """Click a control by its name."""
        found = lab.findChild(QWidget, name)
        assert found is not None, name
        QTest.mouseClick(found, Qt.MouseButton.LeftButton)

    def _walk(self, lab, steps):
        """Make some steps, once."""
        if lab.is_untouched:
            lab.runner.step(steps)
            wait(lambda: lab.runner.latest.snapshot.iteration == steps)

    def _new_run(self, lab, act: Callable[[], None], *, runs: bool = False):
        """Do what begins another run; one that `runs` by itself is paused after some steps."""
        before = lab.runner.latest.generation
        act()
        wait(lambda: before < lab.runner.latest.generation == lab.runner._generation)
        if runs:
            wait(lambda: not lab.is_untouched)
            lab.runner.pause()
            wait(lambda: not lab.runner.is_running)

    def _any(self, state):
        """Show a lab that is declared, or a page of Digits."""
        key, _, page = state.partition(", ")
        if page:
            self._digits(page)
        else:
            self._walk(self.lab(key), 8)

    def _points(self, page):
        lab = self.lab("points")
        self._walk(lab, 8)
        lab.pages.strip.choose(page)
        wait(lambda: not lab.background.is_busy)

    def _slope(self):
        lab = self.lab("slope")
        self._new_run(lab, lambda: self.click(lab, "prompt_bowl"))
        self._walk(lab, 8)

    def _slope_starts(self):
        lab = self.lab("slope")
        self._new_run(lab, lambda: self.click(lab, "prompt_two_starts"), runs=True)

    def _surface(self):
        lab = self.lab("surface")
        self._new_run(lab, lambda: self.click(lab, "prompt_zigzag"), runs=True)

    def _surface_race(self):
        lab = self.lab("surface")
        self._new_run(lab, lambda: self.click(lab, "prompt_race"), runs=True)

    def _surface_fog(self):
        lab = self.lab("surface")
        self.click(lab, "prompt_fog")
        wait(lambda: lab.fog.is_on)

    def _houses(self, scale="standardised"):
        lab = self.lab("houses")
        combo = lab.findChild(QComboBox, "scale_combo")
        if combo.currentData() != scale:
            self._new_run(lab, lambda: combo.setCurrentIndex(combo.findData(scale)))
        lab.notice.hide()
        self._walk(lab, 8)

    def _houses_raw(self):
        self._houses("raw")

    def _houses_notice(self):
        self._houses()
        words = "A sentence that is long enough to take two lines, or three with large text, "
        self.window.labs["houses"].notice.tell(words * 2, remedy="Use 0.01 and reset")

    def _digits(self, page):
        lab = self.lab("digits")
        self._walk(lab, 12)
        if lab.reading.picture is None:
            canvas = lab.findChild(QWidget, "drawing_canvas")
            points = ((60, 60), (160, 60), (110, 180))
            QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(*points[0]))
            for point in points[1:]:
                QTest.mouseMove(canvas, QPoint(*point))
            QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(*points[-1]))
            wait(lambda: lab.reading.picture is not None)
        lab.inside.tabs.strip.choose(page)
        for button in lab.findChildren(QAbstractButton, "wanted_7_button"):
            # Some pages ask which digit it is before they show anything.
            if button.isVisible() and not button.isChecked():
                QTest.mouseClick(button, Qt.MouseButton.LeftButton)
                rest(300)

    def _digits_neuron(self):
        self._digits("network")
        picture = self.window.labs["digits"].findChild(QWidget, "network_picture")
        controls = self.window.labs["digits"].findChild(QWidget, "edit_bias_slider")
        if not controls.isVisible():
            for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Return):
                QTest.keyClick(picture, key)
            wait(controls.isVisible)
