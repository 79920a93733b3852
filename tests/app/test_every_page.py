"""Every lab and every page: layouts at rest, no text cut off, a wheel that scrolls.

All of it in one window, which is opened once.
"""

import gc
import re
from pathlib import Path

import pytest
from cut_texts import cut_texts
from layout_passes import LayoutPasses
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QGraphicsView,
    QScrollArea,
    QScrollBar,
    QSlider,
    QWidget,
    QWidgetItem,
)
from shiboken6 import isValid
from whole_window import STATES, rest, wait

from gdstudio.app.guide.veil import Veil
from gdstudio.app.labs.messages import Remedy
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.flow_layout import FlowLayout
from gdstudio.app.widgets.plots.themed_plot import ThemedPlot
from gdstudio.lesson.control_names import ALL_LABS, control_names

# So low that every column and every page scrolls.
LOW = (1280, 560)
# So much of a column's empty edge may be out of sight.
MARGIN = 4


@pytest.fixture(scope="module", autouse=True)
def scale(request, qapp):
    """Show texts as large as a test asks for; those of one size follow each other."""
    current_theme().set_scale(getattr(request, "param", 1.0))
    return current_theme().scale


@pytest.fixture(scope="module", autouse=True)
def _usual_look(qapp):
    """Be as usual when all is done: to style a whole window anew for each test takes too long."""
    yield
    current_theme().set_scale(1.0)


@pytest.fixture(scope="module", autouse=True)
def items_of_others():
    """Return what is left of the layouts of windows before this one: their widgets may be gone."""
    gc.collect()
    return _items()


def _items():
    return [one for one in gc.get_objects() if type(one) is QWidgetItem and isValid(one)]


@pytest.fixture
def passes(qapp):
    counter = LayoutPasses()
    yield counter
    counter.close()


# A column whose scroll bar came and went trembled at a few heights only, one in a hundred.
@pytest.mark.parametrize(
    ("state", "scale", "width", "heights"),
    [
        ("slope", 1.75, 1364, range(700, 760, 2)),
        ("slope, two starts", 1.5, 1280, range(640, 800, 8)),
        ("surface", 1.25, 1280, range(640, 800, 8)),
        ("surface, race", 1.0, 1150, range(600, 800, 8)),
        ("surface, fog", 1.0, 1280, range(600, 800, 8)),
        ("houses", 1.25, 1280, range(700, 800, 5)),
        ("houses", 1.5, 1920, range(800, 860, 4)),
        ("houses, raw numbers", 1.0, 1280, range(620, 700, 4)),
        ("houses, a notice", 1.75, 1280, range(640, 800, 8)),
        ("points", 1.0, 1280, range(640, 800, 8)),
        ("points, numbers", 1.25, 1280, range(640, 800, 8)),
        ("digits, training", 1.0, 1150, range(700, 720, 1)),
        ("digits, step", 1.0, 1280, range(640, 800, 8)),
        ("digits, network", 1.0, 1280, range(640, 800, 8)),
        ("digits, a neuron", 1.25, 1280, range(640, 800, 8)),
        ("digits, neurons", 1.0, 1280, range(900, 924, 2)),
        ("digits, example", 1.0, 1280, range(640, 800, 8)),
        ("digits, gradient", 1.0, 1280, range(640, 800, 8)),
        ("digits, mistakes", 1.0, 1280, range(640, 800, 8)),
        ("digits, landscape", 1.0, 1280, range(640, 800, 8)),
    ],
    indirect=["scale"],
)
def test_no_layout_answers_itself(whole, passes, state, scale, width, heights):
    whole.show(state)
    endless = {}
    for height in (*heights, *reversed(heights)):
        if too_often := passes.resize(whole.window, width, height):
            endless[height] = too_often
    assert endless == {}


@pytest.mark.parametrize("scale", [1.0, 1.75], indirect=True)
@pytest.mark.parametrize("state", STATES)
def test_no_text_is_cut_off(whole, state, scale):
    whole.show(state)
    cut = {}
    for size in ((1440, 900), (1280, 720), (1920, 1080)):
        whole.window.resize(*size)
        rest()
        if texts := cut_texts(whole.window):
            cut[size] = texts
    assert cut == {}


@pytest.mark.parametrize("scale", [1.0, 1.75], indirect=True)
@pytest.mark.parametrize("key", ["slope", "surface", "houses", "points", "digits"])
def test_columns_are_no_wider_than_their_room_also_with_kept_runs(whole, key, scale):
    whole.show("digits, training" if key == "digits" else key)
    lab = whole.window.findChild(QWidget, f"{key}_lab")
    wide = {}
    try:
        for kept in (0, 12):
            lab.setup_buttons.show_kept(kept)
            for size in ((1280, 720), (1366, 768), (1440, 900)):
                whole.window.resize(*size)
                rest()
                for area in lab.findChildren(QScrollArea):
                    room = area.viewport().width() + MARGIN
                    content = area.widget()
                    if area.isVisible() and content is not None and content.width() > room:
                        wide[kept, size, content.objectName()] = content.width() - room
    finally:
        lab.setup_buttons.show_kept(0)
    assert wide == {}


def turn(widget, notches):
    """Turn the wheel over the middle of what is seen of `widget`; down where negative."""
    window = widget.window()
    place = widget.mapTo(window, widget.visibleRegion().boundingRect().center())
    assert window.childAt(place) in (widget, *widget.findChildren(QWidget)), widget.objectName()
    QTest.wheelEvent(window.windowHandle(), QPointF(place), QPoint(0, 120 * notches))


def with_values(lab):
    """Return the controls, plots and other widgets in sight that a wheel could change."""
    found = []
    for widget in lab.findChildren(QWidget):
        is_control = isinstance(widget, QSlider | QComboBox | QAbstractSpinBox | QGraphicsView)
        own = [kind for kind in type(widget).__mro__ if not kind.__module__.startswith("PySide6")]
        has_wheel = any("wheelEvent" in vars(kind) for kind in own)
        scrolls = isinstance(widget, QScrollBar | QScrollArea | QAbstractItemView)
        if (is_control or has_wheel) and not scrolls and widget.isVisible():
            found.append(widget)
    return found


def value_of(widget):
    if isinstance(widget, QComboBox):
        return widget.currentIndex(), widget.currentText()
    if isinstance(widget, QAbstractSpinBox):
        return widget.text()
    if isinstance(widget, ThemedPlot):
        return widget.visible_range()
    if isinstance(widget, QSlider):
        return widget.value()
    return None


def areas_around(widget):
    """Return the scroll areas that `widget` is in and that have something to scroll."""
    areas, around = [], widget.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea) and around.verticalScrollBar().maximum():
            areas.append(around)
        around = around.parentWidget()
    return areas


def bring_into_sight(widget):
    for area in areas_around(widget)[::-1]:
        area.ensureWidgetVisible(widget)


@pytest.mark.parametrize("state", STATES)
def test_the_wheel_scrolls_and_changes_nothing_that_has_no_focus(whole, state):
    whole.window.resize(*LOW)
    whole.show(state)
    lab = whole.window.current_lab
    lab.setFocus()
    assert lab.hasFocus()
    changed, unscrolled, seen = [], [], 0
    for widget in with_values(lab):
        bars = [area.verticalScrollBar() for area in areas_around(widget)]
        for notches in (-1, 1):
            bring_into_sight(widget)
            before, places = value_of(widget), [bar.value() for bar in bars]
            turn(widget, notches)
            seen += 1
            if value_of(widget) != before or QApplication.focusWidget() is not lab:
                changed.append(widget.objectName())
            room = [bar.value() < bar.maximum() if notches < 0 else bar.value() > 0 for bar in bars]
            if places == [bar.value() for bar in bars] and any(room):
                unscrolled.append(widget.objectName())
    assert seen >= 6
    assert changed == []
    assert unscrolled == []


@pytest.mark.parametrize("state", ["slope", "houses", "digits, training"])
def test_the_wheel_changes_what_has_the_focus(whole, state):
    whole.window.resize(*LOW)
    whole.show(state)
    lab = whole.window.current_lab
    kinds = set()
    for widget in with_values(lab):
        if widget.objectName() in ("learning_rate_slider", "speed_slider", "loss_plot"):
            bring_into_sight(widget)
            before = value_of(widget)
            widget.setFocus()
            for notches in (1, 1, -1, -1, -1):
                turn(widget, notches)
                kinds |= {type(widget)} if value_of(widget) != before else set()
    lab.setFocus()
    assert len(kinds) == 2


@pytest.mark.parametrize("state", STATES)
def test_whatever_takes_the_focus_has_a_name(whole, state):
    whole.show(state)
    nameless = []
    for widget in whole.window.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
            accessible = QAccessible.queryAccessibleInterface(widget)
            if not accessible.text(QAccessible.Text.Name):
                nameless.append((widget, widget.parentWidget().objectName()))
    assert nameless == []


def test_lessons_are_checked_against_the_names_that_the_window_has(whole):
    listed = control_names()
    assert set(listed) == {ALL_LABS, *whole.window.labs}
    for key, lab in whole.window.labs.items():
        there = {
            one.objectName()
            for one in lab.findChildren(QWidget)
            if one.window() is whole.window and re.match(r"(?!qt_)[a-z]", one.objectName())
        }
        names = {*listed[ALL_LABS], *listed[key]}
        file = "resources/texts/control_names.toml"
        assert there <= names, f"write into {file}, for {key}: {sorted(there - names)}"
        assert names <= there, f"take out of {file}, for {key}: {sorted(names - there)}"


def test_the_controls_that_the_page_on_lessons_names_are_there(whole):
    page = (Path(__file__).parents[2] / "docs/lesson.md").read_text(encoding="utf-8")
    _, table = page.split("## Names of controls")
    rows = re.findall(r"^\| (?:`(\w+)`|all of them) \|(.+)$", table, re.MULTILINE)
    assert {lab for lab, _ in rows} == {"", *whole.window.labs}
    for lab, names in rows:
        for key in [lab] if lab else whole.window.labs:
            for name in re.findall(r"`(\w+)`", names):
                assert whole.lab(key).findChild(QWidget, name) is not None, (key, name)


@pytest.mark.parametrize(
    ("state", "name"),
    [
        ("digits, gradient", "loss_plot"),
        ("digits, training", "gradient_plot"),
        ("points, landscape", "point_plane"),
        ("points, numbers", "point_plane"),
    ],
)
def test_what_a_step_is_about_is_shown_whatever_page_is_open(whole, state, name):
    whole.show(state)
    lab = whole.lab(state.partition(",")[0])
    wanted = lab.findChild(QWidget, name)
    assert not wanted.isVisible()
    veil = Veil()
    veil.light(lab, (name,), hides=False)
    wait(lambda: wanted.isVisible() and bool(veil.lit))
    veil.lift()
    # Where a step is about a tab, the user opens the page.
    whole.show(state)
    veil.light(lab, (name, "training_page_tab", "numbers_page_tab"), hides=False)
    wait(lambda: bool(veil.lit))
    assert not wanted.isVisible()
    veil.lift()


@pytest.mark.parametrize("scale", [1.75], indirect=True)
@pytest.mark.parametrize(
    ("state", "name"),
    [("digits, landscape", "landscape_plot"), ("points, landscape", "weights_contour_plot")],
)
def test_a_landscape_is_brought_into_sight_whole(whole, state, name, scale):
    current_theme().set_scale(scale)  # a window that was made just now is as usual
    whole.show(state)
    whole.window.resize(1280, 720)
    rest()
    lab = whole.window.current_lab
    plot = lab.findChild(QWidget, name)
    lab.bring_into_sight(plot)
    rest()
    assert plot.visibleRegion().boundingRect() == plot.rect()


@pytest.mark.parametrize(
    ("size", "canvas"),
    [((1280, 720), 250), ((1366, 768), 300), ((1440, 900), 360), ((1920, 1080), 480)],
)
def test_the_canvas_of_digits_is_a_square_that_grows_with_the_window(whole, size, canvas):
    whole.show("digits, training")
    whole.window.resize(*size)
    rest()
    drawing, bars = (
        whole.window.findChild(QWidget, name) for name in ("drawing_canvas", "prediction_bars")
    )
    assert drawing.height() >= canvas
    assert abs(drawing.width() - drawing.height()) <= 1
    # The outputs are in sight below it.
    assert bars.mapTo(whole.window, QPoint()).y() > drawing.mapTo(whole.window, QPoint()).y() + (
        drawing.height()
    )
    assert bars.visibleRegion().boundingRect().height() == bars.height() >= 60


@pytest.mark.parametrize("key", ["slope", "surface", "houses", "points", "digits"])
def test_a_problem_is_told_without_scrolling_the_whole_lab(whole, key):
    whole.window.resize(1280, 690)
    whole.show({"digits": "digits, training", "houses": "houses"}.get(key, key))
    lab = whole.lab(key)
    remedy = Remedy("Use 0.1 and reset", "Set the learning rate.", lambda: None)
    sentence = "Something is wrong with this, and that is told in two lines: here is all the rest"
    lab.say_problem(f"{sentence} of it, which says what to do.", about="a test", remedy=remedy)
    rest()
    outer = lab.columns.findChild(QScrollArea)
    try:
        assert lab.notice.isVisible()
        assert outer.verticalScrollBar().maximum() == 0
    finally:
        lab.take_back("a test")


def test_python_holds_no_item_that_qt_deletes(whole, items_of_others):
    for state in STATES:
        whole.show(state)
    flows = whole.window.findChildren(FlowLayout)
    made_here = {id(flow.itemAt(i)) for flow in flows for i in range(flow.count())}
    gc.collect()
    others = set(map(id, items_of_others))
    held = [one for one in _items() if id(one) not in others]
    inside = [one for one in held if whole.window.isAncestorOf(one.widget())]
    assert len(inside) >= len(made_here) > 0
    # Python would take it for the widget that comes to lie at its address.
    assert [one.widget().objectName() for one in inside if id(one) not in made_here] == []
