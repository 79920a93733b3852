"""Drawing in the Digits lab: what the network receives, what it answers, and what that costs."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from gdstudio.app.number_format import number_text
from gdstudio.data.strokes import to_image


@pytest.fixture
def digits(digits):
    """Return the lab with its own network answering, as after any Reset, Step or Run."""
    digits.reset()
    return digits


@pytest.fixture
def quick_digits(quick_digits):
    quick_digits.reset()
    return quick_digits


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
    assert bars.cost() == pytest.approx(sum(row[3] for row in rows) / 2)
    assert "½" in bars.cost_text()
    assert digits.widget("drawing_canvas").shown_image() is not None
    assert digits.widget("drawing_canvas").strokes() == []
    captions = [label for label in digits.sentences() if label.startswith("Test image")]
    assert captions
    assert all(caption.endswith(f": a {wanted.index(1)}") for caption in captions)
    # Cost follows the training; drawing takes the picture away, and its right answer with it.
    cost = bars.cost()
    digits.click("step_button")
    digits.wait_step(1)
    assert bars.cost() != cost
    draw(digits)
    assert bars.cost() is None
    assert digits.widget("drawing_canvas").shown_image() is None
    assert not [label for label in digits.sentences() if label.startswith("Test image")]


def test_undo_and_clear_take_a_test_image_away(digits):
    digits.wait(lambda: not digits.lab.background.is_busy)
    for button in ("undo_button", "clear_button"):
        digits.click("show_one_button")
        assert digits.text("predicted_digit_label") != "–"
        digits.click(button)
        assert digits.text("predicted_digit_label") == "–"
        assert digits.widget("prediction_bars").cost() is None


def test_with_cross_entropy_its_own_cost_is_said(quick_digits):
    digits = quick_digits
    digits.choose("loss_combo", "cross-entropy")
    digits.wait_generation()
    digits.wait(lambda: not digits.lab.background.is_busy)
    digits.click("show_one_button")
    _, rows = digits.widget("prediction_bars").table()
    output = next(row[1] for row in rows if row[2] == 1)
    assert sum(row[1] for row in rows) == pytest.approx(1)
    cost = digits.widget("prediction_bars").cost_text()
    assert cost == f"cost of this example = −ln {output:.3g} = {number_text(-np.log(output), 3)}"


def test_delete_and_ctrl_z_work_on_the_paper(digits):
    draw(digits, 60)
    draw(digits, 120)
    canvas = digits.widget("drawing_canvas")
    QTest.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(canvas.strokes()) == 1
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert digits.text("predicted_digit_label") == "–"
