"""The guide in the whole window: a shipped chapter is played, by mouse and by keys."""

import json
import os
import shutil

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QImage, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)
from whole_window import guided_window, labs_in_threads, rest, wait

from gdstudio.app.application import create_main_window
from gdstudio.app.guide.story_button import StoryButton
from gdstudio.app.labs.digits.lab import DigitsLab
from gdstudio.app.preferences import Preferences
from gdstudio.app.running.runner import Runner
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.plots.scatter_line_plot import ScatterLinePlot
from gdstudio.lesson.condition import Condition
from gdstudio.lesson.hand_in import load_hand_in, picture_of
from gdstudio.lesson.lesson import ChoiceQuestion, Goal, NumberQuestion
from gdstudio.lesson.solution import MakeSteps, SetValue
from gdstudio.resource_files import resource_path
from gdstudio.runs.twins import TwinChoice

LEFT = Qt.MouseButton.LeftButton
CHAPTER = "02-one-number"
MINE = """+++
title = "My own lesson"
minutes = 3
language = "en"
+++

# First

```step
setup = "slope?function=x^2&start=2&learning_rate=0.1"
lit = ["curve_plot", "step_button"]
```

The slope is {= slope : 1}. [More](https://example.org/a) and [bad](https://example.org/b).

---

# Second

Press *Step*.

```check
goal = "step >= 1"
solve = ["step 1"]
hint = "The button below."
```
"""


@pytest.fixture(scope="module")
def window(qapp, keep_running, tmp_path_factory):
    kept = tmp_path_factory.mktemp("kept") / "lessons.json"
    labs = ("surface", "houses", "slope")  # all threads that single tests would begin
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DigitsLab, "start", lambda lab: lab.setFocus())
        with guided_window(kept, (1440, 900), labs) as window, keep_running(window):
            yield window


@pytest.fixture
def guide(window):
    """Return the guide with the chapter on one number, at its first step."""
    window.resize(1440, 900)
    window.activateWindow()
    wait(window.isActiveWindow)
    guide = window.guide
    guide.open()
    wait(lambda: not guide.background.is_busy and guide.guide is not None)
    guide.progress.places.clear()
    guide.lessons.choose(CHAPTER)
    settle(guide)
    yield guide
    guide.panel.show_everything(False)
    window.resize(1440, 900)


def settle(guide):
    """Wait until the step has begun and nothing is under way."""
    wait(lambda: guide.guide.has_begun and not guide.background.is_busy)


def find(window, kind, name):
    found = window.findChild(kind, name)
    assert found is not None, name
    return found


def click(window, name):
    QTest.mouseClick(find(window, QAbstractButton, name), LEFT)


def text(window, name):
    return find(window, QLabel, name).text()


def heading(window):
    return text(window, "guide_heading_label")


def do(guide, check):
    """Do in the lab what a goal asks for."""
    lab = guide._lab
    for command in check.solve:
        if isinstance(command, SetValue):
            assert command.name == "learning_rate"
            edit = lab.findChild(QLineEdit, "learning_rate_edit")
            edit.setText(str(command.value))
            QTest.keyClick(edit, Qt.Key.Key_Return)
            wait(lambda: not lab.background.is_busy)
        else:
            assert isinstance(command, MakeSteps)
            if command.until is None:
                lab.runner.step(command.count)
            else:
                lab.bar.set_speed(None)
                lab.runner.set_speed(None)
                lab.runner.run()
    wait(lambda: guide.guide.is_done)
    lab.runner.pause()
    wait(lambda: not lab.runner.is_running)


def right_number(guide):
    return guide.check.answer.value(guide._start)


def right_choice(guide):
    for place, choice in enumerate(guide.check.choices):
        right = choice.right
        if right.holds(guide._start) if isinstance(right, Condition) else right:
            return place
    raise AssertionError("no choice is right")


def test_a_chapter_is_played_from_its_first_step_to_its_last(window, guide):
    count = len(guide.guide.lesson.steps)
    assert text(window, "guide_step_label") == f"Step 1 of {count}"
    for place in range(count):
        step = guide.guide.step
        assert guide.guide.index == place
        assert heading(window) == step.heading
        assert "…" not in text(window, "guide_text").replace("…", "", step.text.source.count("…"))
        next_button = find(window, QPushButton, "guide_next_button")
        if isinstance(step.check, NumberQuestion):
            edit = find(window, QLineEdit, "guide_answer_edit")
            assert edit.hasFocus()
            edit.setText(f"{right_number(guide.guide) + 100:.6f}")
            QTest.keyClick(edit, Qt.Key.Key_Return)
            assert text(window, "guide_hint_label").startswith("Not yet.")
            assert next_button.text() in ("Skip", "Next lesson")
            edit.setText(f"{right_number(guide.guide):.6f}")
            click(window, "guide_check_button")
            assert text(window, "guide_hint_label").startswith("Right: ")
        elif isinstance(step.check, ChoiceQuestion):
            click(window, f"guide_choice_{right_choice(guide.guide)}")
            click(window, "guide_check_button")
            assert text(window, "guide_hint_label") == "Right."
        elif isinstance(step.check, Goal):
            assert not guide.guide.is_done
            do(guide, step.check)
            assert text(window, "guide_hint_label") == "Done."
        if place < count - 1:
            assert next_button.text() == "Next"
            QTest.mouseClick(next_button, LEFT)
            settle(guide)
    combo = find(window, QComboBox, "lesson_combo")
    assert combo.currentText().startswith("✓ One number")
    assert guide.progress.places[CHAPTER].is_finished
    story = find(window, StoryButton, "story_tab")
    assert story.done == (False, True, *[False] * 6)
    assert "Done: 1 of 8 chapters." in story.accessibleDescription()
    click(window, "guide_next_button")
    settle(guide)
    assert guide.progress.lesson != CHAPTER


def test_a_wrong_choice_gets_its_reason_and_another_try(window, guide):
    guide._enter(sets_up=guide.guide.go(1), focus=True)
    settle(guide)
    assert find(window, QWidget, "guide_choice_0").hasFocus()
    click(window, "guide_choice_1")
    QTest.keyClick(find(window, QWidget, "guide_choice_1"), Qt.Key.Key_Return)
    assert text(window, "guide_hint_label").startswith("The slope is 4.000, above 0")
    click(window, "guide_choice_0")
    click(window, "guide_check_button")
    assert text(window, "guide_hint_label") == "Right."


def test_what_is_said_to_an_answer_is_in_sight_in_a_low_window(window, guide):
    window.resize(1280, 620)
    guide._enter(sets_up=guide.guide.go(4), focus=True)
    settle(guide)
    click(window, "guide_choice_2")
    click(window, "guide_check_button")
    rest()
    said = find(window, QLabel, "guide_hint_label")
    assert not said.visibleRegion().isEmpty()
    assert said.visibleRegion().boundingRect().height() > said.fontMetrics().height() / 2


def test_the_words_of_a_step_are_explained_when_they_are_asked_for(window, guide):
    guide._enter(sets_up=guide.guide.go(1), focus=True)
    settle(guide)
    words = find(window, QLabel, "guide_words_label")
    assert not words.isVisible()
    click(window, "guide_words_button")
    assert words.isVisible()
    assert "slope: " in words.text()
    guide.next()
    settle(guide)
    assert not words.isVisible()


def test_a_term_in_the_text_leads_to_its_entry_by_keys_and_by_mouse(window, guide):
    place = next(
        place
        for place, step in enumerate(guide.guide.lesson.steps)
        if "learning rate" in step.text.source
    )
    guide._go(place)
    settle(guide)
    story, words = find(window, QLabel, "guide_text"), find(window, QLabel, "guide_words_label")
    assert not words.isVisible()
    find(window, QWidget, "open_lesson_button").setFocus()
    for _ in range(20):
        if story.hasFocus():
            break
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert story.hasFocus()
    said = []
    for _ in range(8):  # from link to link
        if story.hasFocus():
            QTest.keyClick(story, Qt.Key.Key_Return)
            said.append(words.text())
            QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert any(one.startswith("learning rate: ") and "\n" not in one for one in said)
    assert guide.guide.index == place
    # With the mouse: once shows it, once more takes it away.
    words_button = find(window, QAbstractButton, "guide_words_button")
    words_button.setChecked(True)
    assert words.text().count("\n") == len(guide.panel._terms) - 1
    story.linkActivated.emit("term:learning%20rate")
    assert not words_button.isChecked()
    assert words.text().startswith("learning rate: ")
    assert words.isVisible()
    story.linkActivated.emit("term:learning%20rate")
    assert not words.isVisible()
    story.linkActivated.emit("term:learning%20rate")
    guide.next()
    settle(guide)
    assert not words.isVisible()


def test_the_keys_of_a_clicker_turn_the_steps_wherever_the_focus_is(window, guide):
    for name in ("curve_plot", "function_combo", "learning_rate_slider"):
        target = find(window.labs["slope"], QWidget, name)
        target.setFocus()
        QTest.keyClick(target, Qt.Key.Key_PageDown)
        assert guide.guide.index == 1, name
        settle(guide)
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_PageUp)
        assert guide.guide.index == 0
        settle(guide)
    click(window, "guide_close_button")
    QTest.keyClick(window, Qt.Key.Key_PageDown)
    assert guide.guide.index == 0
    guide.open()


def test_what_the_step_is_about_is_lit_and_everything_can_be_shown(window, guide):
    veil = find(window, QWidget, "guide_veil")
    wait(lambda: veil.isVisible() and len(veil.lit) == 1)
    lab = window.labs["slope"]
    plot = find(lab, QWidget, "curve_plot")
    middle = plot.mapTo(lab, plot.rect().center())
    assert veil.lit[0].contains(middle)
    assert not veil.mask().contains(middle)
    assert veil.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    # What steps back can still be used.
    function = find(lab, QWidget, "function_combo")
    assert lab.childAt(function.mapTo(lab, function.rect().center())) is not veil
    click(window, "guide_everything_button")
    assert not veil.isVisible()
    guide.next()
    settle(guide)
    rest()
    assert not veil.isVisible()
    click(window, "guide_everything_button")
    wait(veil.isVisible)
    window.show_lab("houses")
    assert not veil.isVisible()
    assert text_of(window, "guide_lab_button") == "Show Slope"
    click(window, "guide_lab_button")
    assert window.current_lab is lab


def test_what_is_set_up_makes_room_for_the_picture_unless_the_step_is_about_it(window, guide):
    window.resize(1366, 768)
    lab = window.labs["slope"]
    plot, function, table = (
        find(lab, QWidget, name) for name in ("curve_plot", "function_combo", "step_table")
    )
    # Neither column beside it holds anything that the step is about.
    wait(lambda: not function.isVisible() and not table.isVisible() and plot.width() > 800)
    areas = {
        one.objectName(): one.visibleRegion().boundingRect().size()
        for one in lab.findChildren(QWidget)
        if one.isVisible() and one.objectName() in ("curve_plot", "loss_plot", "step_table")
    }
    assert max(areas, key=lambda name: areas[name].width() * areas[name].height()) == "curve_plot"
    # A box that cannot be read is shown wherever it stands.
    edit = find(lab, QLineEdit, "learning_rate_edit")
    edit.setText("much")
    assert not lab.commit()
    assert edit.isVisible()
    edit.setText("0.1")
    guide.again()
    settle(guide)
    wait(lambda: not function.isVisible())
    loss = find(lab, QWidget, "loss_plot")
    assert not loss.isVisible()  # it stands beside what the step is about
    click(window, "guide_everything_button")
    assert function.isVisible()
    assert loss.isVisible()
    click(window, "guide_everything_button")
    wait(lambda: not function.isVisible())
    guide._enter(sets_up=guide.guide.go(2), focus=True)  # about the table
    settle(guide)
    wait(lambda: table.isVisible() and not function.isVisible())
    guide._enter(sets_up=guide.guide.go(8), focus=True)  # about the learning rate
    settle(guide)
    wait(lambda: edit.isVisible() and not table.isVisible())
    click(window, "guide_close_button")
    assert function.isVisible()
    assert table.isVisible()
    assert loss.isVisible()
    assert lab.chips.isVisible()


def text_of(window, name):
    return find(window, QAbstractButton, name).text()


def covered(veil):
    """Return how much of what steps back is covered, 0 to 255."""
    image = QImage(veil.size(), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    veil.render(image, QPoint(), QRegion(), QWidget.RenderFlag(0))
    return image.pixelColor(1, 1).alpha()


def test_in_high_contrast_what_steps_back_is_read_well(window, guide):
    guide._enter(sets_up=guide.guide.go(3), focus=True)
    veil = guide.lighting.veil
    wait(lambda: veil.isVisible() and bool(veil.lit))
    usual = covered(veil)
    try:
        current_theme().use("dark-contrast")
        assert 0 < covered(veil) <= usual / 2
    finally:
        current_theme().use("light")


def test_the_next_step_is_shown_once_the_question_about_it_is_answered(window, guide):
    lab = window.labs["slope"]
    table = find(lab, QWidget, "step_table")

    def length():
        return table.cell_text(0, 4)

    said = find(lab, QLabel, "event_label")
    guide._enter(sets_up=guide.guide.go(2), focus=True)
    settle(guide)
    wait(lambda: length() == "–")
    assert said.text().endswith("Where will the step go?")
    click(window, "guide_everything_button")
    assert length() == "0.400"
    click(window, "guide_everything_button")
    assert length() == "–"
    find(window, QLineEdit, "guide_answer_edit").setText("1.6")
    click(window, "guide_check_button")
    assert length() == "0.400"
    assert said.text().endswith("the arrow is the step.")
    guide._enter(sets_up=guide.guide.go(4), focus=True)
    settle(guide)
    wait(lambda: length() == "–")
    click(window, "guide_close_button")
    assert length() == "0.320"


def test_what_has_gone_wrong_is_read_while_all_else_steps_back(window, guide):
    lab = window.labs["slope"]
    veil = guide.lighting.veil
    guide._enter(sets_up=guide.guide.go(10), focus=True)
    settle(guide)
    do(guide, guide.guide.check)
    lab.runner.run()
    wait(lambda: lab.notice.isVisible())
    middle = lab.notice.mapTo(lab, lab.notice.rect().center())
    wait(lambda: veil.isVisible() and not veil.mask().contains(middle))
    assert veil.mask().contains(QPoint(1, 1))
    click(lab, "notice_close_button")
    wait(lambda: any(lit.contains(middle) for lit in veil.lit))  # what is lit has its place again


def test_the_lit_follow_the_window(window, guide):
    veil = find(window, QWidget, "guide_veil")
    lab = window.labs["slope"]
    wait(lambda: veil.isVisible() and bool(veil.lit))
    for size in ((1280, 720), (1600, 900)):
        window.resize(*size)
        plot = find(lab, QWidget, "curve_plot")
        wait(
            lambda plot=plot: (
                veil.size() == lab.size()
                and veil.lit[0].contains(plot.mapTo(lab, plot.rect().center()))
            )
        )


@pytest.mark.parametrize("scale", [1.0, 1.75])
@pytest.mark.parametrize("size", [(1280, 720), (1366, 768), (1920, 1080)])
def test_the_window_keeps_its_size_with_the_guide(window, guide, size, scale):
    current_theme().set_scale(scale)
    window.resize(*size)
    rest()
    assert (window.width(), window.height()) == size
    panel = guide.panel
    for name in ("guide_next_button", "guide_back_button", "guide_close_button", "lesson_combo"):
        part = find(panel, QWidget, name)
        assert panel.rect().contains(part.geometry().translated(part.parentWidget().pos())), name
        assert part.width() >= part.minimumSizeHint().width() - 1, name


def test_all_of_the_picture_is_in_sight_in_a_small_window_with_large_text(window, guide):
    plot = find(window.labs["slope"], QWidget, "curve_plot")
    current_theme().set_scale(1.75)
    try:
        window.resize(1280, 720)
        guide.again()
        settle(guide)
        wait(lambda: plot.visibleRegion().boundingRect().height() == plot.height() > 60)
    finally:
        current_theme().set_scale(1.0)


def test_a_step_can_be_begun_again_and_gone_back_to(window, guide):
    guide._enter(sets_up=guide.guide.go(3), focus=True)
    settle(guide)
    lab = window.labs["slope"]
    lab.runner.step(1)
    wait(lambda: guide.guide.is_done)
    click(window, "guide_again_button")
    settle(guide)
    assert not guide.guide.is_done
    assert lab.runner.latest.snapshot.iteration == 0


def test_a_step_that_sets_the_lab_up_ends_a_twin(window, guide):
    lab = window.current_lab
    assert lab.twins.begin(TwinChoice("learning_rate", 0.05))
    wait(lambda: lab.runner.latest.twin is not None)
    guide.again()
    settle(guide)
    wait(lambda: lab.runner.is_up_to_date and lab.runner.latest.twin is None)
    assert lab.twins.choice is None
    assert not find(window, QLabel, "twin_label").isVisible()


def test_a_step_in_the_middle_has_the_run_that_leads_to_it(window, guide):
    guide._enter(sets_up=guide.guide.go(4), focus=True)
    settle(guide)
    guide._enter(sets_up=guide.guide.go(13), focus=True)  # after two walks have settled
    settle(guide)
    assert heading(window) == "Not always the lowest"
    click(window, "guide_choice_1")
    click(window, "guide_check_button")
    assert text(window, "guide_hint_label") == "Right."


def test_a_costly_run_stays_when_one_reads_back(window, guide, monkeypatch):
    monkeypatch.setattr(Runner, "is_in_process", property(lambda runner: True))
    guide._enter(sets_up=guide.guide.go(4), focus=True)
    settle(guide)
    guide.next()
    settle(guide)
    lab = window.labs["slope"]
    lab.runner.step(3)
    wait(lambda: lab.runner.latest.snapshot.iteration == 3)
    guide.back()
    settle(guide)
    rest()
    assert lab.runner.latest.snapshot.iteration == 3
    assert "At x = 1.600" in find(window, QLabel, "guide_text").accessibleName()
    click(window, "guide_again_button")
    settle(guide)
    assert lab.runner.latest.snapshot.iteration == 0


def test_all_of_it_has_a_name_and_is_reached_by_keys(window, guide):
    guide._enter(sets_up=guide.guide.go(1), focus=True)
    settle(guide)
    QTest.keyClick(window, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    reached = set()
    for _ in range(30):
        reached.add(QApplication.focusWidget().objectName())
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        if not guide.panel.isAncestorOf(QApplication.focusWidget()):
            break
    for _ in range(30):
        reached.add(QApplication.focusWidget().objectName())
        QTest.keyClick(
            QApplication.focusWidget(), Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier
        )
    for name in (
        "lesson_combo",
        "open_lesson_button",
        "guide_close_button",
        "guide_everything_button",
        "guide_again_button",
        "guide_check_button",
        "guide_back_button",
        "guide_next_button",
    ):
        assert name in reached, name
    for part in guide.panel.findChildren(QWidget):
        if part.focusPolicy() != Qt.FocusPolicy.NoFocus and part.isVisible():
            assert part.accessibleName(), part


def test_story_opens_and_closes_the_guide_where_it_was(window, guide):
    guide.next()
    settle(guide)
    click(window, "story_tab")
    assert not guide.panel.isVisible()
    assert not find(window, QWidget, "guide_veil").isVisible()
    click(window, "story_tab")
    assert guide.panel.isVisible()
    assert guide.guide.index == 1
    assert find(window, QAbstractButton, "story_tab").isChecked()


def test_a_lesson_of_ones_own_is_opened_and_read_again_when_it_is_edited(
    window, guide, tmp_path, monkeypatch
):
    path = tmp_path / "mine.md"
    path.write_text(MINE, "utf-8")
    monkeypatch.setattr(
        "gdstudio.app.guide.lesson_list.QFileDialog.getOpenFileName", lambda *_: (str(path), "")
    )
    click(window, "open_lesson_button")
    wait(lambda: heading(window) == "First")
    settle(guide)
    assert "The slope is 4.0." in find(window, QLabel, "guide_text").accessibleName()
    assert find(window, QComboBox, "lesson_combo").currentText() == "My own lesson (3 min)"

    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    find(window, QLabel, "guide_text").linkActivated.emit("https://example.org/a")
    find(window, QLabel, "guide_text").linkActivated.emit("file:///etc/passwd")
    assert opened == [QUrl("https://example.org/a")]

    guide.next()
    settle(guide)
    assert heading(window) == "Second"
    click(window, "guide_hint_button")
    assert text(window, "guide_hint_label") == "The button below."
    edited = MINE.replace("Press *Step*.", "Press it twice.").replace(
        "# First", "# Zero\n\n---\n\n# First"
    )
    other = tmp_path / "other"
    other.write_text(edited, "utf-8")
    os.replace(other, path)  # as editors do
    wait(lambda: "twice" in text(window, "guide_text"))
    assert text(window, "guide_step_label") == "Step 3 of 3"

    path.write_text(edited.replace('goal = "step >= 1"', 'goal = "stop >= 1"'), "utf-8")
    wait(lambda: "mine.md, line" in text(window, "guide_problem_label"))
    assert "no reading “stop”" in text(window, "guide_problem_label")
    assert "twice" in text(window, "guide_text")
    path.write_text(edited.replace("twice", "once"), "utf-8")
    wait(lambda: "once" in text(window, "guide_text"))
    assert not find(window, QLabel, "guide_problem_label").isVisible()


def test_a_broken_lesson_leaves_what_is_open(window, guide, tmp_path):
    path = tmp_path / "broken.md"
    path.write_text('+++\ntitle = 3\nminutes = 1\nlanguage = "en"\n+++\n# One', "utf-8")
    before = heading(window)
    guide.lessons.open_file(path)
    wait(lambda: find(window, QLabel, "guide_problem_label").isVisible())
    assert text(window, "guide_problem_label").startswith("broken.md, line 2: ")
    assert heading(window) == before
    guide.lessons.open_file(tmp_path)
    wait(lambda: "folder" in text(window, "guide_problem_label"))


def test_a_formula_is_shown_and_read_out_and_a_broken_one_is_told(window, guide, tmp_path):
    path = tmp_path / "formula.md"
    told = r"Of $x^2$ at $x = {= x : 1}$, from $5 to $6: $\frac{\partial f}{\partial x}$."
    path.write_text(MINE.replace("# First", "# Of $x_1$").replace("Press *Step*.", "On."), "utf-8")
    own = path.read_text("utf-8").replace("The slope is {= slope : 1}.", told)
    path.write_text(own, "utf-8")
    guide.lessons.open_file(path)
    wait(lambda: heading(window) == "Of x₁")
    settle(guide)
    shown = find(window, QLabel, "guide_text")
    assert shown.accessibleName().startswith("Of x² at x = 2.0, from $5 to $6: ∂f/∂x.")
    assert "Of <i>x</i><sup>2</sup> at" in shown.text()

    path.write_text(own.replace("frac", "fraction"), "utf-8")
    wait(lambda: "formula.md, line 14: " in text(window, "guide_problem_label"))
    assert r"“\fraction” is no sign" in text(window, "guide_problem_label")
    assert "Of <i>x</i>" in shown.text()


def test_a_lesson_goes_on_where_it_was_left_when_the_app_opens_again(
    qtbot, window, guide, tmp_path, monkeypatch
):
    monkeypatch.setattr(DigitsLab, "start", lambda lab: lab.setFocus())
    for _ in range(5):
        guide.next()
        settle(guide)
    kept = guide.progress.path
    wait(lambda: json.loads(kept.read_text())["lessons"][CHAPTER]["step"] == 5)
    copy = tmp_path / "lessons.json"
    shutil.copy(kept, copy)
    with labs_in_threads():
        other = create_main_window(Preferences())
    other.keep_lessons_in(copy)
    other.resize(1440, 900)
    other.show()
    other.offer_guide()
    wait(lambda: other.guide.guide is not None and other.guide.guide.has_begun)
    assert heading(other) == "Down to the bottom"
    assert not find(other, QWidget, "welcome_panel").isVisible()
    other.close()


def test_the_first_start_asks_once_and_stands_in_no_ones_way(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(DigitsLab, "start", lambda lab: lab.setFocus())
    preferences = Preferences.load(tmp_path / "preferences.json")
    with labs_in_threads():
        window = create_main_window(preferences)
    window.show()
    welcome = find(window, QWidget, "welcome_panel")
    assert not welcome.isVisible()  # nobody has asked for it
    window.offer_guide()
    assert welcome.isVisible()
    assert not welcome.isModal()
    click(window, "let_me_play_button")
    assert not welcome.isVisible()
    assert not window.guide.is_open
    assert Preferences.load(tmp_path / "preferences.json").is_welcomed
    window.offer_guide()
    assert not welcome.isVisible()
    click(window, "story_tab")
    wait(lambda: window.guide.guide is not None and not window.guide.background.is_busy)
    assert window.guide.is_open
    window.close()


def test_a_damaged_progress_is_told_in_one_sentence(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(DigitsLab, "start", lambda lab: lab.setFocus())
    path = tmp_path / "lessons.json"
    path.write_text("{")
    with labs_in_threads():
        window = create_main_window(Preferences(is_welcomed=True))
    window.keep_lessons_in(path)
    window.show()
    click(window, "story_tab")
    wait(lambda: window.guide.guide is not None and window.guide.guide.has_begun)
    assert "it begins anew" in text(window, "guide_problem_label")
    assert window.guide.guide.index == 0
    window.close()


def test_what_was_answered_is_handed_in_as_one_file(window, guide, tmp_path, monkeypatch):
    guide._enter(sets_up=guide.guide.go(1), focus=True)
    settle(guide)
    click(window, "guide_choice_1")
    click(window, "guide_check_button")
    click(window, "guide_choice_0")
    click(window, "guide_check_button")
    path = tmp_path / "ada.json"
    handing_in = "gdstudio.app.guide.handing_in"
    monkeypatch.setattr(f"{handing_in}.QInputDialog.getText", lambda *_, **__: ("", True))
    monkeypatch.setattr(f"{handing_in}.QFileDialog.getSaveFileName", lambda *_: (str(path), ""))
    click(window, "hand_in_button")
    assert "nickname" in text(window, "guide_problem_label")
    assert not path.exists()
    monkeypatch.setattr(f"{handing_in}.QInputDialog.getText", lambda *_, **__: (" Ada ", True))
    click(window, "hand_in_button")
    wait(lambda: text(window, "guide_problem_label").startswith("Saved ada.json"))
    handed, is_unchanged = load_hand_in(path)
    assert is_unchanged
    assert (handed.name, handed.lesson, handed.setup[:6]) == ("Ada", "One number", "slope?")
    (answer,) = (one for one in handed.answers if one.step == 2)
    assert (answer.tries, answer.right, answer.answer) == (2, True, "To the left")
    picture = QImage.fromData(picture_of(handed))
    assert 100 < picture.width() <= 480


def test_the_lesson_in_view_is_printed_with_its_notes(window, guide, tmp_path, monkeypatch):
    submit = guide.background.submit
    monkeypatch.setattr(  # the lesson is played in a thread: no second Python is needed
        guide.background,
        "submit",
        lambda *jobs, child_seconds=None, child="", too_long="", **more: submit(*jobs, **more),
    )
    sheet, notes = tmp_path / "sheet.pdf", tmp_path / "notes"
    places = iter([str(sheet), str(notes)])
    monkeypatch.setattr(
        "gdstudio.app.guide.printing.QFileDialog.getSaveFileName", lambda *_: (next(places), "")
    )
    own = tmp_path / "mine.md"
    own.write_text(MINE.replace("Press *Step*.", "Press it.\n\n```notes\nWait.\n```"), "utf-8")
    guide.lessons.open_file(own)
    wait(lambda: heading(window) == "First")
    settle(guide)
    find(window, QAction, "print_lesson_action").trigger()
    dialog = find(window, QWidget, "worksheet_dialog")
    assert not find(dialog, QComboBox, "worksheet_steps_combo").isVisible()
    find(dialog, QAbstractButton, "worksheet_notes_check").setChecked(True)
    click(dialog, "worksheet_save_button")
    wait(lambda: text(window, "guide_problem_label") == "Saved sheet.pdf and notes.pdf.")
    assert sheet.read_bytes().startswith(b"%PDF")
    assert notes.with_suffix(".pdf").read_bytes().startswith(b"%PDF")

    # The chapters of the story have no notes; a lesson that became a broken one is told so.
    find(window, QAction, "print_lesson_action").trigger()
    own.write_text("Broken.", "utf-8")
    places = iter([str(sheet)])
    click(find(window, QWidget, "worksheet_dialog"), "worksheet_save_button")
    wait(lambda: "A lesson begins with" in text(window, "guide_problem_label"))
    guide.panel.show_problem("")
    guide.lessons.choose(CHAPTER)
    settle(guide)
    find(window, QAction, "print_lesson_action").trigger()
    dialog = find(window, QWidget, "worksheet_dialog")
    assert not find(dialog, QAbstractButton, "worksheet_notes_check").isVisible()
    click(dialog, "worksheet_cancel_button")


def test_a_house_is_pointed_at_in_the_plot_or_by_its_number(window, guide, tmp_path):
    ask = 'find = "house"\nanswer = "{}"\nhint = "The lowest one."'
    step = '# Point\n\n```step\nsetup = "houses"\n```\n\n```check\n{}\n```\n'
    own = tmp_path / "find.md"
    head = MINE[: MINE.index("# First")]
    own.write_text(
        head + "\n---\n\n".join(step.format(ask.format(number)) for number in (1, 10)), "utf-8"
    )
    guide.lessons.open_file(own)
    wait(lambda: heading(window) == "Point")
    settle(guide)
    plot = find(window.labs["houses"], ScatterLinePlot, "house_plot")

    def point_at(row):
        (x, y), view = plot.table()[1][row][:2], plot.getViewBox()
        at = plot.mapFromScene(view.mapViewToScene(QPointF(x, y)))
        QTest.mouseClick(plot.viewport(), LEFT, pos=at)

    wait(lambda: plot.isVisible() and len(plot.table()[1]) == 10)
    rest()
    point_at(5)
    assert text(window, "guide_hint_label") == "Not yet. The lowest one."
    point_at(0)
    assert text(window, "guide_hint_label") == "Right."
    assert guide.guide.is_done
    guide.next()
    settle(guide)
    edit = find(window, QLineEdit, "guide_answer_edit")
    assert edit.hasFocus()
    QTest.keyClicks(edit, "10")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert guide.guide.is_done


def test_the_box_says_in_which_layer_the_neuron_is_whose_number_is_typed(window, guide, tmp_path):
    own = tmp_path / "find.md"
    setup = 'setup = "points?network=3, 2"'
    check = 'find = "neuron"\nanswer = "2"\nlayer = 1\nhint = "The middle one."'
    head = MINE[: MINE.index("# First")]
    own.write_text(f"{head}# Point\n\n```step\n{setup}\n```\n\n```check\n{check}\n```\n", "utf-8")
    guide.lessons.open_file(own)
    wait(lambda: heading(window) == "Point")
    settle(guide)
    edit = find(window, QLineEdit, "guide_answer_edit")
    assert "layer 1" in edit.accessibleName()
    assert edit.placeholderText() == "Number in layer 1"
    shown = edit.fontMetrics().horizontalAdvance(edit.placeholderText())
    wait(lambda: edit.isVisible() and edit.width() > shown)
    for typed, said in (
        ("neuron 2 of layer 2", "That one is in layer 2; look in layer 1."),
        ("neuron 2", "Right."),
    ):
        QTest.keyClicks(edit, typed)
        QTest.keyClick(edit, Qt.Key.Key_Return)
        assert text(window, "guide_hint_label") == said


def test_full_screen_and_back(window, guide):
    for expected in (True, False):
        QTest.keyClick(window, Qt.Key.Key_F11)
        wait(lambda expected=expected: window.isFullScreen() is expected)


def test_every_shipped_lesson_is_offered(window, guide):
    combo = find(window, QComboBox, "lesson_combo")
    keys = [combo.itemData(place) for place in range(combo.count())]
    assert {path.stem for path in resource_path("lessons").rglob("*.md")} <= set(keys)


def test_a_lesson_chosen_in_the_list_has_the_keys_in_its_step(window, guide):
    combo = find(window, QComboBox, "lesson_combo")
    edit = find(window, QLineEdit, "guide_answer_edit")
    for key in ("04-a-line-through-ten-houses", CHAPTER):  # both begin with a number to give
        combo.setFocus()
        place = combo.findData(key)
        combo.setCurrentIndex(place)
        combo.activated.emit(place)  # as its list does when it closes
        wait(lambda key=key: guide.lessons.current.key == key)
        settle(guide)
        wait(edit.hasFocus)
        QTest.keyClicks(edit, "7")
        assert edit.text() == "7"


def test_a_card_becomes_larger_beside_the_guide_in_a_window_of_usual_size(guide, window):
    window.resize(1366, 768)
    guide._enter(sets_up=guide.guide.go(3), focus=True)
    settle(guide)
    lab = window.labs["slope"]
    plot = find(lab, QWidget, "curve_plot")
    wait(lambda: not lab.bar.isHidden() and plot.height() > 300)
    rest()
    usual = plot.height()
    lab.enlarged.toggle()
    rest()
    assert current_theme().magnification > 1
    assert plot.height() > 0.7 * usual  # the head and the sentence below have larger letters
    panel = guide.panel
    assert panel.mapTo(window, panel.rect().topRight()).x() <= lab.mapTo(window, QPoint()).x()
    assert plot.width() > window.width() / 2
    lab.enlarged.give_back()
    rest()
    assert plot.height() == usual


def test_esc_gives_an_enlarged_card_back_also_from_the_guide(guide, window):
    guide._enter(sets_up=guide.guide.go(3), focus=True)
    settle(guide)
    enlarged = window.labs["slope"].enlarged
    for name in ("guide_next_button", "lesson_combo", "slope_tab"):
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        wait(lambda: enlarged.card is not None)
        find(window, QWidget, name).setFocus()
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
        assert enlarged.card is None


def test_an_enlarged_card_does_not_show_what_an_open_question_hides(guide, window):
    lab = window.labs["slope"]
    while not (guide.lighting.is_answer_hidden and "step_table" in guide.guide.lit):
        guide.next()
        settle(guide)
    wait(guide.lighting.veil.isVisible)
    lit = {lab.findChild(QWidget, name) for name in guide.guide.lit}
    seen = [card for card in lab.columns.findChildren(Card) if card.isVisible()]
    about = [card for card in seen if any(one is card or card.isAncestorOf(one) for one in lit)]
    assert seen == about  # the others make room
    loss = find(lab, QWidget, "loss_plot")
    other = next(card for card in lab.columns.findChildren(Card) if card.isAncestorOf(loss))
    other.set_aside(False)  # as if it stood there
    lab.enlarge(other)
    assert lab.enlarged.card is None
    assert "question" in lab.findChild(QLabel, "status_label").text()
    wait(guide.lighting.veil.isVisible)
    lab.enlarge(about[0])
    assert about[0].is_enlarged
    wait(lambda: guide.lighting.veil.isVisible() and bool(guide.lighting.veil.lit))
    # The next step has its place again for what it lights.
    guide.next()
    settle(guide)
    assert lab.enlarged.card is None
    assert lab.columns.isVisible()
