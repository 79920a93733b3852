"""Drawing in the Digits lab: what the network receives, what it answers, and the loss of that."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from gdstudio.data.strokes.inking import to_image
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.experiment.digits.answer import Answerer
from gdstudio.number_text import class_text, number_text, percent_text
from gdstudio.storage.network_file import load_shipped_reader


def draw(digits, x=60):
    digits.drag("drawing_canvas", (x, 40), (x, 120), (x + 1, 200))


def outputs(digits):
    _, rows = digits.widget("prediction_bars").table()
    return [row[1] for row in rows]


def test_an_untrained_network_answers_something(digits):
    assert digits.text("predicted_digit_label") == "–"
    assert outputs(digits) == []
    draw(digits)
    answer = digits.text("predicted_digit_label")
    assert answer in set("0123456789")
    assert int(answer) == int(np.argmax(outputs(digits)))
    assert digits.text("confidence_label") == f"{max(outputs(digits)):.2f}"


def test_the_answer_follows_the_pen(digits):
    canvas = digits.widget("drawing_canvas")
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(60, 40))
    seen = [outputs(digits)]
    for y in (80, 120, 160):
        QTest.mouseMove(canvas, QPoint(60 + y // 4, y))
        seen.append(outputs(digits))
        received = digits.widget("network_input_view").image()
        np.testing.assert_array_equal(received, to_image(canvas.strokes()))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(100, 160))
    assert len({tuple(each) for each in seen}) == 4


def test_the_answer_changes_while_it_learns(digits):
    draw(digits)
    before = outputs(digits)
    digits.click("run_button")
    digits.wait(lambda: digits.snapshot.iteration > 1000)
    digits.wait(lambda: outputs(digits) != before)
    digits.click("run_button")


def test_undo_and_clear(digits):
    draw(digits, 60)
    one = outputs(digits)
    draw(digits, 120)
    assert outputs(digits) != one
    digits.click("undo_button")
    assert outputs(digits) == one
    digits.click("undo_button")
    assert digits.text("predicted_digit_label") == "–"
    digits.click("undo_button")  # there is nothing to undo
    draw(digits)
    digits.click("clear_button")
    assert digits.widget("drawing_canvas").is_empty()
    assert digits.text("predicted_digit_label") == "–"
    assert digits.text("confidence_label") == ""
    assert digits.widget("network_input_view").image() is None


def test_show_me_one_tells_the_right_answer_and_its_cost(digits):
    digits.wait(lambda: not digits.lab.background.is_busy)
    draw(digits)
    digits.click("show_one_button")
    bars = digits.widget("prediction_bars")
    headers, rows = bars.table()
    assert headers == ["digit", "output", "wanted", "squared difference"]
    wanted = [row[2] for row in rows]
    assert sorted(wanted) == [0] * 9 + [1]
    for _, output, want, square in rows:
        assert square == pytest.approx((want - output) ** 2)
    assert bars.loss() == pytest.approx(sum(row[3] for row in rows) / 2)
    assert "½" in bars.loss_text()
    assert digits.widget("drawing_canvas").shown_image() is not None
    assert digits.widget("drawing_canvas").strokes() == []
    captions = [label for label in digits.sentences() if label.startswith("Test image")]
    assert captions
    told = class_text(str(wanted.index(1)))
    assert all(caption.endswith(f": {told}") for caption in captions)
    # Loss follows the training; drawing takes the picture away, and its right answer with it.
    cost = bars.loss()
    digits.click("step_button")
    digits.wait_step(1)
    assert bars.loss() != cost
    draw(digits)
    assert bars.loss() is None
    assert digits.widget("drawing_canvas").shown_image() is None
    assert not [label for label in digits.sentences() if label.startswith("Test image")]


def test_undo_and_clear_take_a_test_image_away(digits):
    digits.wait(lambda: not digits.lab.background.is_busy)
    for button in ("undo_button", "clear_button"):
        digits.click("show_one_button")
        assert digits.text("predicted_digit_label") != "–"
        digits.click(button)
        assert digits.text("predicted_digit_label") == "–"
        assert digits.widget("prediction_bars").loss() is None


def test_with_cross_entropy_its_own_cost_is_said(quick_digits):
    digits = quick_digits
    digits.choose("loss_combo", "cross-entropy")
    digits.wait_generation()
    digits.wait(lambda: not digits.lab.background.is_busy)
    digits.click("show_one_button")
    _, rows = digits.widget("prediction_bars").table()
    output = next(row[1] for row in rows if row[2] == 1)
    assert sum(row[1] for row in rows) == pytest.approx(1)
    cost = digits.widget("prediction_bars").loss_text()
    own = f"−ln {number_text(output)} = {number_text(-np.log(output), 3)}"
    assert cost == f"loss of this example = {own}"


def test_delete_and_ctrl_z_work_on_the_paper(digits):
    draw(digits, 60)
    draw(digits, 120)
    canvas = digits.widget("drawing_canvas")
    QTest.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(canvas.strokes()) == 1
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert digits.text("predicted_digit_label") == "–"


SEVEN = ((60, 50), (130, 45), (180, 52), (150, 120), (120, 210))


def test_from_the_start_the_labs_own_network_answers(digits):
    digits.drag("drawing_canvas", *SEVEN)
    picture = digits.lab.reading.picture
    own = Answerer(digits.snapshot.settings.network)
    own.load(digits.snapshot.parameters)
    np.testing.assert_array_equal(outputs(digits), own.answer(picture).outputs)
    assert "reader says" not in " ".join(digits.sentences())
    for key in ("step", "network", "example"):
        digits.click(f"{key}_page_tab")
    assert digits.lab.inside._moment().source == "this network at step 0"


def test_the_apps_reader_answers_beside_and_is_called_another_network(digits):
    switch = digits.widget("network_source_button")
    assert not switch.isChecked()
    assert not digits.widget("reader_answer_label").isVisible()
    digits.drag("drawing_canvas", *SEVEN)
    own = outputs(digits)
    digits.click("network_source_button")
    reader = Answerer.of_file(load_shipped_reader())
    said = reader.answer(digits.lab.reading.picture)
    line = f"The app’s own reader says 7, {percent_text(said.confidence, 0)}."
    digits.wait(lambda: digits.text("reader_answer_label") == line)
    assert outputs(digits) == own, "the lab's own network goes on answering"
    digits.click("clear_button")
    assert "another network" in digits.text("reader_answer_label")
    digits.click("network_source_button")
    assert not digits.widget("reader_answer_label").isVisible()


def test_the_apps_reader_can_be_made_the_network_of_the_lab(digits):
    digits.drag("drawing_canvas", *SEVEN)
    digits.click("network_source_button")
    digits.wait(lambda: "says 7" in digits.text("reader_answer_label"))
    digits.click("open_reader_button")
    digits.wait_generation()
    kept = load_shipped_reader()
    digits.wait(lambda: digits.snapshot.settings.network == kept.settings)
    assert digits.snapshot.parameters.tobytes() == kept.parameters.tobytes()
    assert digits.widget("network_edit").text() == kept.settings.network
    assert digits.text("predicted_digit_label") == "7"
    assert not digits.widget("reader_answer_label").isVisible()


def test_what_was_drawn_is_asked_once_and_remembered_until_the_drawing_changes(digits):
    digits.drag("drawing_canvas", *SEVEN)
    bars = digits.widget("prediction_bars")
    digits.click("example_page_tab")
    assert digits.widget("wanted_label").isVisible()
    assert bars.loss() is None
    assert digits.text("example_cost_label") == ""
    digits.click("wanted_7_button")
    digits.wait(lambda: digits.text("example_cost_label") == number_text(bars.loss()))
    digits.click("gradient_page_tab")
    page = digits.lab.inside.tabs.page("gradient")
    digits.wait(lambda: page.findChild(QWidget, "wanted_7_button").isChecked())
    digits.wait(lambda: "strongest" in digits.text("gradient_spread_label"))
    digits.click("step_button")
    digits.wait_step(1)
    assert bars.loss() is not None, "another step is no other drawing"
    digits.drag("drawing_canvas", (50, 150), (200, 150))
    assert bars.loss() is None
    digits.wait(lambda: not page.findChild(QWidget, "wanted_7_button").isChecked())
    digits.click("show_one_button")
    digits.wait(lambda: bars.loss() is not None)
    # Its label is known.
    digits.wait(lambda: not page.findChild(QWidget, "wanted_7_button").isVisible())


def test_an_output_that_is_all_but_0_has_its_cost_all_the_same(quick_digits):
    digits = quick_digits
    settings = digits.lab.settings()
    loud = replace(settings, network=NetworkSettings(network="5", loss="cross-entropy"))
    parameters = loud.network.build().initial_parameters(np.random.default_rng(0)) * 2000
    digits.lab.runner.load(loud, parameters)
    digits.wait_generation()
    digits.drag("drawing_canvas", *SEVEN)
    worst = int(np.argmin(digits.lab.reading.network.answer.sums))
    digits.lab.reading.say_class(worst)
    sums = digits.lab.reading.network.answer.sums.astype(float)
    cost = sums.max() - sums[worst]
    assert cost > 200
    text = digits.widget("prediction_bars").loss_text()
    assert text.endswith(f"= {number_text(cost, 3)}")
    assert "−ln(" in text
    assert "∞" not in text


def test_each_new_drawing_is_told_once_with_its_digit(digits):
    told, pens = [], set()
    canvas = digits.widget("drawing_canvas")
    digits.lab.drawn.connect(told.append)
    digits.lab.drawn.connect(lambda _: pens.add(canvas.pen))
    draw(digits)
    assert len(told) == 1
    assert pens == {""}  # while the pen is down, more is to come
    assert str(told[-1]) == digits.text("predicted_digit_label")
    count = len(told)
    digits.click("step_button")
    digits.wait(lambda: digits.snapshot.iteration == 1)
    digits.click("show_one_button")
    digits.wait(lambda: digits.text("predicted_digit_label") != "–")
    assert len(told) == count  # no drawing of the user's
    digits.click("clear_button")
    draw(digits, 100)
    assert len(told) > count
