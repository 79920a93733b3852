"""The window as a whole: the rail, keys, text size, theme, About, and that everyone can use it."""

import struct

import pytest
from cut_texts import cut_texts, inside
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMessageBox,
    QWidget,
)
from whole_window import labs_in_threads, rest, wait

from gdstudio.app import log_file
from gdstudio.app.application import create_main_window
from gdstudio.app.labs.digits.lab import DigitsLab
from gdstudio.app.main_window import LABS
from gdstudio.app.motion import MOTION
from gdstudio.app.palette import DARK, PALETTES
from gdstudio.app.preferences import Preferences
from gdstudio.app.theme import current_theme

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier
WAIT = 60_000  # who fails waits, nobody else


@pytest.fixture
def window_of(qtbot, monkeypatch):
    """Return a function that opens a window with some labs, or all; nothing trains in it."""
    monkeypatch.setattr(DigitsLab, "start", lambda lab: lab.setFocus())
    opened = []

    def make(preferences, *keys):
        with labs_in_threads(*keys):
            window = create_main_window(preferences)
        window.resize(1280, 720)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow, timeout=WAIT)
        opened.append(window)
        return window

    yield make
    for window in opened:
        window.close()
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(scope="module")
def begun(qapp, keep_running):
    """Return a window in which every lab but Digits has begun, for tests that leave it so."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DigitsLab, "start", lambda lab: lab.setFocus())
        with labs_in_threads():
            window = create_main_window()
        window.setProperty("shared", True)
        window.show()
        window.activateWindow()
        wait(window.isActiveWindow)
        for lab in window.labs.values():
            window.show_lab(lab.key)
            wait(lambda lab=lab: lab.runner.latest is not None or isinstance(lab, DigitsLab))
        with keep_running(window):
            yield window
        window.close()
        window.deleteLater()


@pytest.fixture
def window(begun):
    """Return that window, with the House prices in sight."""
    begun.resize(1280, 720)
    begun.show_lab("houses")
    begun.activateWindow()
    wait(begun.isActiveWindow)
    return begun


@pytest.fixture(params=[lab.key for lab in LABS])
def key(request, window):
    """Return the name of each lab, once it is shown."""
    window.show_lab(request.param)
    rest()
    return request.param


def controls(parent):
    return inside(parent, QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox, QAbstractSlider)


# Windows of their own first: each change of the theme also styles the one that others share.


def test_it_remembers_lab_theme_and_text_size(window_of, tmp_path):
    path = tmp_path / "preferences.json"
    window = window_of(Preferences(path=path), "slope", "digits")
    QTest.mouseClick(window.findChild(QWidget, "digits_tab"), LEFT)
    window.set_theme("dark")
    QTest.keyClick(window, Qt.Key.Key_Plus, CONTROL)
    scale = current_theme().scale
    window.close()
    current_theme().set_dark(False)
    current_theme().zoom_reset()
    again = window_of(Preferences.load(path), "slope", "digits")
    assert again.current_lab.key == "digits"
    assert current_theme().scale == scale > 1
    assert current_theme().palette is DARK


def test_high_contrast_is_chosen_in_the_menu_and_remembered(window_of, tmp_path):
    path = tmp_path / "preferences.json"
    window = window_of(Preferences(path=path), "slope")
    window.findChild(QAction, "dark_contrast_theme_action").trigger()
    assert current_theme().palette is PALETTES["dark-contrast"]
    window.close()
    current_theme().set_dark(False)
    again = window_of(Preferences.load(path), "slope")
    assert current_theme().palette is PALETTES["dark-contrast"]
    assert again.findChild(QAction, "dark_contrast_theme_action").isChecked()


def test_less_motion_is_chosen_in_the_menu_and_remembered(window_of, tmp_path):
    path = tmp_path / "preferences.json"
    window = window_of(Preferences(path=path), "slope")
    assert not MOTION.is_less
    window.findChild(QAction, "less_motion_action").trigger()
    assert MOTION.is_less
    window.close()
    assert (
        not window_of(Preferences(), "slope").findChild(QAction, "less_motion_action").isChecked()
    )
    assert not MOTION.is_less
    again = window_of(Preferences.load(path), "slope")
    assert again.findChild(QAction, "less_motion_action").isChecked()
    assert MOTION.is_less
    again.findChild(QAction, "less_motion_action").trigger()
    assert not MOTION.is_less


def test_it_remembers_where_it_was_and_nothing_that_cannot_be(window_of, tmp_path, caplog):
    path = tmp_path / "preferences.json"
    window = window_of(Preferences(path=path), "slope")
    window.resize(1111, 666)
    window.close()
    good = Preferences.load(path).geometry
    # At its end stands the rectangle of the window, which Qt believes even where it is none.
    far = good[:-16] + struct.pack(">iiii", 3_000_000, 2, 1001, 701)
    for geometry, is_said in ((far, True), (b"\xff" * len(good), True), (good[:30], False)):
        caplog.clear()
        window.restore_place(geometry)
        assert window.screen().availableGeometry().intersects(window.frameGeometry())
        assert is_said == ("last place could not be used" in caplog.text)
    window.resize(950, 600)
    window.restore_place(good)
    # The screen of these tests is 800 pixels wide, and the window no wider than it must be.
    assert window.height() == 666


def test_a_lab_that_is_no_more_is_forgotten(window_of):
    assert window_of(Preferences(lab="chess"), "slope", "houses").current_lab.key == LABS[0].key


def test_a_lab_begins_when_it_is_first_seen(window_of, qtbot):
    window = window_of(Preferences(lab="digits"), "houses", "digits")
    runner = window.labs["houses"].runner
    assert runner._worker is None
    QTest.mouseClick(window.findChild(QWidget, "houses_tab"), LEFT)
    qtbot.waitUntil(lambda: runner.latest is not None, timeout=WAIT)


def test_the_rail_has_the_labs_that_exist_and_shows_them(window):
    rail = window.findChild(QWidget, "lab_rail")
    tabs = [tab for tab in rail.findChildren(QAbstractButton) if tab.isCheckable()]
    assert tabs.pop().objectName() == "story_tab"
    assert [tab.objectName() for tab in tabs] == [f"{lab.key}_tab" for lab in LABS]
    assert window.labs.keys() == {lab.key for lab in LABS}
    for tab in tabs:
        QTest.mouseClick(tab, LEFT)
        key = tab.objectName().removesuffix("_tab")
        assert window.findChild(QWidget, f"{key}_lab").isVisible()
        assert [other.isChecked() for other in tabs] == [other is tab for other in tabs]
        assert sum(lab.isVisible() for lab in window.labs.values()) == 1


def test_every_lab_has_its_own_named_bar_before_it_is_seen(window):
    for lab in window.labs.values():
        for name in (
            "run_button", "step_button", "reset_button", "new_start_button", "speed_slider",
            "step_label", "loss_label", "learning_rate_slider", "learning_rate_edit",
            "optimizer_combo", "loss_plot", "status_label",
        ):  # fmt: skip
            assert len(lab.findChildren(QWidget, name)) == 1, f"{name} in {lab.key}"


def test_ctrl_plus_and_minus_scale_all_text(window):
    run = window.labs["houses"].findChild(QWidget, "run_button")
    usual = run.fontMetrics().height()
    QTest.keyClick(window, Qt.Key.Key_Plus, CONTROL)
    QTest.keyClick(window, Qt.Key.Key_Equal, CONTROL)
    assert current_theme().scale > 1.1
    assert run.fontMetrics().height() > usual
    larger = current_theme().scale
    QTest.keyClick(window, Qt.Key.Key_Minus, CONTROL)
    assert 1 < current_theme().scale < larger
    current_theme().set_scale(2.5)
    QTest.keyClick(window, Qt.Key.Key_Plus, CONTROL)
    assert current_theme().scale == 2.5, "there is an end"
    QTest.keyClick(window, Qt.Key.Key_0, CONTROL)
    assert current_theme().scale == 1
    assert run.fontMetrics().height() == usual


def test_keys_work_in_the_lab_that_was_just_shown(window, qtbot):
    QTest.mouseClick(window.findChild(QWidget, "houses_tab"), LEFT)
    lab = window.labs["houses"]
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: lab.runner.latest.snapshot.iteration == 1)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: lab.runner.is_running)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not lab.runner.is_running)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_R)
    qtbot.waitUntil(lambda: lab.runner.latest.snapshot.iteration == 0)


def test_arrow_keys_go_along_the_rail(window):
    first, second = (f"{lab.key}_tab" for lab in LABS[:2])
    tab = window.findChild(QWidget, first)
    tab.setFocus()
    QTest.keyClick(tab, Qt.Key.Key_Down)
    assert window.findChild(QWidget, second).hasFocus()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert window.current_lab.key == LABS[1].key


def test_letters_that_are_typed_are_no_commands(window):
    lab = window.labs["houses"]
    edit, generation = lab.findChild(QLineEdit, "intercept_edit"), lab.runner._generation
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, "r. ")
    assert edit.text() == "r. "
    assert lab.runner._generation == generation
    assert not lab.runner.is_running


def test_light_and_dark(window):
    def background():
        return window.grab().toImage().pixelColor(4, 400).name().upper()

    seen = []
    for key in ("light", "dark", "light"):
        window.set_theme(key)
        QApplication.processEvents()
        seen.append(background())
        assert seen[-1] in (
            current_theme().palette.background.upper(),
            current_theme().palette.panel.upper(),
        )
    assert seen[0] == seen[2] != seen[1]


def test_about_tells_where_the_log_is(window):
    window.show_about()
    box = window.findChild(QMessageBox, "about_box")
    assert str(log_file.where_sentence()) in box.text()
    assert "0." in box.text()
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert not box.isVisible()


def test_every_control_has_a_name_and_a_tooltip(window, key):
    nameless = []
    for control in controls(window):
        if not control.accessibleName() or not control.toolTip():
            nameless.append((type(control).__name__, control.objectName()))
    assert nameless == []


def test_tab_reaches_every_control(window, key):
    wanted = {
        control
        for control in controls(window)
        if control.isEnabled()
        and control.focusPolicy() & Qt.FocusPolicy.TabFocus
        # Of the rail, Tab reaches the tab that is chosen; arrow keys do the rest.
        and not control.objectName().endswith("_tab")
    }
    unreachable = [
        control.objectName()
        for control in controls(window)
        if not control.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(control, QAbstractButton)
    ]
    assert unreachable == []
    reached, widget = set(), window.nextInFocusChain()
    while widget not in reached:
        reached.add(widget)
        widget = widget.nextInFocusChain()
    assert wanted <= reached
    # The keys really get out of every control, tables and plots too.
    window.activateWindow()
    first = next(iter(wanted))
    first.setFocus()
    visited = set()
    for _ in range(3 * len(wanted) + 60):
        visited.add(QApplication.focusWidget())
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    missed = {control.objectName() for control in wanted - visited}
    assert missed == set()


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_no_text_is_cut_off(window, key, size):
    window.resize(*size)
    for _ in range(3):
        QApplication.processEvents()
    cut = [text for text in cut_texts(window) if text[0] in ("label", "lines", "button")]
    assert cut == []


def test_controls_do_not_overlap(window, key):
    for _ in range(3):
        QApplication.processEvents()
    boxes = []
    for widget in [*controls(window), *inside(window, QLabel)]:
        seen = widget.visibleRegion().boundingRect()  # a column may be scrolled
        if not seen.isEmpty():
            place = seen.translated(widget.mapTo(window, QPoint(0, 0)))
            boxes.append((widget.objectName() or widget.text(), place))
    overlapping = [
        (name, other)
        for i, (name, box) in enumerate(boxes)
        for other, other_box in boxes[i + 1 :]
        if box.intersects(other_box) and not box.contains(other_box) and not other_box.contains(box)
    ]
    assert overlapping == []
