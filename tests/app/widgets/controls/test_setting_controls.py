"""Controls made from declarations: they give valid values, and say what is wrong with others."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.controls.setting_controls import make_control
from gdstudio.errors import BadInput
from gdstudio.settings import Choice, Number, Text, WholeNumber


def canonical(text: str) -> str:
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdigit() and int(part) > 0 for part in parts):
        raise BadInput("Hidden layers are whole numbers such as 20, 20.")
    return ", ".join(parts)


RATE = Number(
    label="Learning rate",
    explanation="How far each step goes.",
    default=1.0,
    minimum=1e-6,
    maximum=100.0,
    logarithmic=True,
    slider_minimum=0.001,
    slider_maximum=10.0,
    live=True,
)
LAYERS = Text(
    label="Hidden layers", explanation="The shape.", default="20, 20", canonical=canonical
)
BATCH = WholeNumber(
    label="Batch size",
    explanation="Images per step.",
    default=10,
    minimum=1,
    maximum=60_000,
    suggestions=(1, 10, 32),
)
EPOCHS = WholeNumber(label="Epochs", explanation="Rounds.", default=8, minimum=1, maximum=1000)
KIND = Choice(
    label="Activation", explanation="The bend.", default="a", options={"a": "Sigmoid", "b": "ReLU"}
)


def make(qtbot, setting, **options):
    control = make_control(setting, **options)
    qtbot.addWidget(control)
    control.resize(300, 80)
    control.show()
    told = []
    control.value_changed.connect(told.append)
    return control, told


def problem(control) -> str:
    return " ".join(
        w.text()
        for w in control.findChildren(QLabel)
        if w.isVisible() and w.property("role") == "problem"
    )


def retype(edit, text):
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, text)
    QTest.keyClick(edit, Qt.Key.Key_Return)


def test_a_slider_is_logarithmic_and_writes_its_number(qtbot):
    control, told = make(qtbot, RATE, name="learning_rate_slider")
    slider = control.findChild(QSlider, "learning_rate_slider")
    edit = control.findChild(QLineEdit, "learning_rate_edit")
    assert edit.text() == "1"
    assert slider.accessibleName() == "Learning rate"
    assert "How far each step goes." in slider.toolTip()
    slider.setValue(slider.maximum() // 2)
    assert told == [pytest.approx(0.1)]
    assert edit.text() == "0.1"
    QTest.keyClick(slider, Qt.Key.Key_Home)
    assert control.value() == 0.001


def test_the_box_takes_any_exact_number(qtbot):
    control, told = make(qtbot, RATE, name="learning_rate_slider")
    edit = control.findChild(QLineEdit, "learning_rate_edit")
    retype(edit, "55.25")
    assert told == [55.25]
    slider = control.findChild(QSlider, "learning_rate_slider")
    assert slider.value() == slider.maximum(), "beyond the slider: it stands at its end"
    assert control.value() == 55.25


@pytest.mark.parametrize("typed", ["0.0", "nonsense(", "0.25"])
def test_a_number_that_is_found_meanwhile_leaves_what_one_is_typing(qtbot, typed):
    control, _told = make(qtbot, RATE, name="learning_rate_slider")
    box = control.findChild(QLineEdit, "learning_rate_edit")
    slider = control.findChild(QSlider, "learning_rate_slider")
    before = slider.value()
    box.selectAll()
    QTest.keyClicks(box, typed)
    control.offer_value(0.05)
    assert box.text() == typed
    assert control.value() == 0.05
    assert slider.value() < before
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert control.value() == (0.25 if typed == "0.25" else 0.05)
    assert bool(problem(control)) == (typed != "0.25")


def test_a_number_that_is_found_is_shown_where_nobody_types(qtbot):
    control, told = make(qtbot, RATE, name="learning_rate_slider")
    control.offer_value(0.05)
    assert control.findChild(QLineEdit, "learning_rate_edit").text() == "0.05"
    assert (control.value(), told) == (0.05, [])


@pytest.mark.parametrize("text", ["abc", "-1", "", "nan", "1e9"])
def test_a_wrong_number_is_answered_with_a_sentence(qtbot, text):
    control, told = make(qtbot, RATE, name="learning_rate_slider")
    edit = control.findChild(QLineEdit, "learning_rate_edit")
    if text:
        retype(edit, text)
    else:
        edit.clear()
        QTest.keyClick(edit, Qt.Key.Key_Return)
    assert "Learning rate must be a number" in problem(control)
    assert told == []
    assert control.value() == 1.0
    retype(edit, "0.5")
    assert problem(control) == ""
    assert told == [0.5]


def test_a_slider_for_whole_numbers(qtbot):
    size = WholeNumber(
        label="Images", explanation="How many.", default=60_000, minimum=100, maximum=60_000,
        logarithmic=True,
    )  # fmt: skip
    control, told = make(qtbot, size, name="training_size_slider", kind="slider")
    QTest.keyClick(control.findChild(QSlider, "training_size_slider"), Qt.Key.Key_Home)
    assert told == [100]
    assert isinstance(told[0], int)
    control.set_value(12_345)
    assert control.findChild(QLineEdit, "training_size_edit").text() == "12,345"
    assert told == [100]


def test_text_is_judged_while_typed_and_taken_when_done(qtbot):
    control, told = make(qtbot, LAYERS, name="network_edit")
    edit = control.findChild(QLineEdit, "network_edit")
    edit.selectAll()
    QTest.keyClicks(edit, "30,")
    assert "whole numbers" in problem(control)
    assert told == []
    QTest.keyClicks(edit, "10")
    assert problem(control) == ""
    assert told == []
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert told == ["30, 10"]
    assert edit.text() == "30, 10"
    assert "Applies after Reset" in edit.toolTip()


def test_a_choice(qtbot):
    control, told = make(qtbot, KIND, name="activation_combo")
    combo = control.findChild(QComboBox, "activation_combo")
    QTest.keyClick(combo, Qt.Key.Key_Down)
    assert told == ["b"]
    assert control.value() == "b"


class CountingPanel(QWidget):
    """A parent that counts the keys that reach it, as a lab does."""

    def __init__(self):
        super().__init__()
        self.keys = []

    def keyPressEvent(self, event):  # noqa: N802 - Qt's name
        self.keys.append(Qt.Key(event.key()))


@pytest.fixture
def closed_combo(qtbot):
    panel = CountingPanel()
    qtbot.addWidget(panel)
    letters = {"r": "ReLU", "s": "Sigmoid", "t": "Tanh"}
    setting = Choice(label="Activation", explanation="The bend.", default="s", options=letters)
    control = make_control(setting, name="activation_combo")
    QVBoxLayout(panel).addWidget(control)
    panel.show()
    combo = control.findChild(QComboBox)
    combo.setFocus()
    return panel, combo


def test_letters_and_space_at_a_closed_list_go_to_the_lab(closed_combo):
    panel, combo = closed_combo
    keys = [Qt.Key.Key_R, Qt.Key.Key_Space, Qt.Key.Key_Period, Qt.Key.Key_T]
    for key in keys:
        QTest.keyClick(combo, key)
    assert panel.keys == keys
    assert combo.currentText() == "Sigmoid"
    assert not combo.view().isVisible()
    QTest.keyClick(combo, Qt.Key.Key_Down)
    assert combo.currentText() == "Tanh"
    assert panel.keys == keys


# What Qt's platform without a display says when a list opens.
@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
@pytest.mark.parametrize(
    ("key", "modifier"),
    [
        (Qt.Key.Key_F4, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier),
    ],
)
def test_an_open_list_is_searched_by_letters_and_gives_the_focus_back(closed_combo, key, modifier):
    panel, combo = closed_combo
    QTest.keyClick(combo, key, modifier)
    assert combo.view().isVisible()
    QTest.keyClick(combo.view(), Qt.Key.Key_R)
    QTest.keyClick(combo.view(), Qt.Key.Key_Return)
    assert combo.currentText() == "ReLU"
    assert not combo.view().isVisible()
    assert combo.hasFocus()
    assert panel.keys in ([], [Qt.Key.Key_Alt])


def test_a_suggested_whole_number_can_be_typed(qtbot):
    control, told = make(qtbot, BATCH, name="batch_size_combo")
    combo = control.findChild(QComboBox, "batch_size_combo")
    assert combo.currentText() == "10"
    retype(combo.lineEdit(), "64")
    assert told == [64]
    retype(combo.lineEdit(), "0")
    assert "Batch size must be a whole number" in problem(control)
    assert control.value() == 64
    combo.setCurrentIndex(2)
    assert told == [64, 32]
    assert problem(control) == ""


# What Qt's platform without a display says when a list opens.
@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_a_word_stands_for_0_where_there_is_one(qtbot):
    control, told = make(qtbot, replace(BATCH, zero="all", default=0), name="batch_combo")
    combo = control.findChild(QComboBox, "batch_combo")
    offered = [combo.itemText(index) for index in range(combo.count())]
    assert (combo.currentText(), offered) == ("all", ["all", "1", "10", "32"])
    retype(combo.lineEdit(), "7")
    assert told == [7]
    combo.showPopup()
    QTest.keyClick(combo.view(), Qt.Key.Key_Home)
    QTest.keyClick(combo.view(), Qt.Key.Key_Return)
    assert (control.value(), combo.currentText(), told) == (0, "all", [7, 0])
    control.set_value(1000)
    assert combo.currentText() == "1,000"


def test_a_spin_box(qtbot):
    control, told = make(qtbot, EPOCHS, name="epochs_spin")
    spin = control.findChild(QSpinBox, "epochs_spin")
    QTest.keyClick(spin, Qt.Key.Key_Up)
    assert told == [9]
    control.set_value(3)
    assert spin.value() == 3
    assert told == [9]


@pytest.mark.parametrize("scale", [0.7, 1.0, 2.0])
@pytest.mark.parametrize("width", [118, 122, 300])
def test_five_digits_of_a_spin_box_can_be_read(qtbot, scale, width):
    current_theme().set_scale(scale)
    setting = WholeNumber(
        label="Epochs", explanation="Rounds.", default=88_888, minimum=1, maximum=100_000
    )
    control, _ = make(qtbot, setting, name="epochs_spin")
    control.resize(round(width * scale), 120)
    edit = control.findChild(QSpinBox, "epochs_spin").lineEdit()
    room = edit.width() - edit.textMargins().left()
    assert room >= edit.fontMetrics().horizontalAdvance("88,888")


def test_a_label_goes_above_its_control_only_where_both_do_not_fit(qtbot):
    control, _ = make(qtbot, KIND, name="activation_combo")
    combo = control.findChild(QComboBox, "activation_combo")
    label = next(w for w in control.findChildren(QLabel) if w.text() == "Activation")
    tops = []
    for width in (300, 150, 300):
        control.resize(width, 100)
        QApplication.processEvents()
        tops.append(combo.y() - label.y() > label.height() // 2)
        assert label.width() >= label.fontMetrics().horizontalAdvance("Activation")
        assert combo.width() >= 100
    assert tops == [False, True, False]


def test_a_label_shrinks_again_with_the_text(qtbot):
    control, _ = make(qtbot, KIND, name="activation_combo")
    combo = control.findChild(QComboBox, "activation_combo")
    QApplication.processEvents()
    usual = combo.width()
    for scale in (2.0, 0.7, 1.0):
        current_theme().set_scale(scale)
        QApplication.processEvents()
    assert combo.width() == usual


@pytest.mark.parametrize("scale", [0.7, 1.0, 2.0])
def test_neither_numbers_nor_handles_are_cut_at_any_size_of_text(qtbot, scale):
    current_theme().set_scale(scale)
    size = WholeNumber(
        label="Images", explanation="How many.", default=60_000, minimum=100, maximum=60_000
    )
    control, _ = make(qtbot, size, name="training_size_slider", kind="slider")
    edit = control.findChild(QLineEdit, "training_size_edit")
    padding = 2 * (6 + 1)
    assert edit.width() - padding >= edit.fontMetrics().horizontalAdvance("60,000")
    assert control.findChild(QSlider).height() >= 16, "the handle with its edge"
