"""The time machine in the real window: back to an earlier moment, and on from there."""

import numpy as np
import pytest

from gdstudio.experiment.run_update import State


@pytest.fixture
def long_digits(quick_digits):
    """Return the Digits lab on a hundred images and ten epochs of ten steps."""
    quick_digits.type("epochs_spin", "10")
    quick_digits.wait_generation()
    return quick_digits


def answering(digits):
    return np.array(digits.lab.reading.answerer.parameters)


def make_steps(digits, count):
    digits.lab.runner.step(count)
    digits.wait_step(count)


def test_everything_shows_the_moment_and_returns_to_now(long_digits):
    digits = long_digits
    start = digits.snapshot.parameters
    make_steps(digits, 20)
    now = digits.snapshot.parameters
    slider = digits.widget("time_slider")
    assert slider.maximum() == 21
    slider.setValue(0)
    digits.wait(lambda: (answering(digits) == start).all())
    assert digits.text("time_label") == "step 0"
    slider.setValue(slider.maximum())
    digits.wait(lambda: (answering(digits) == now).all())
    assert digits.text("time_label") == "now"


def test_a_drag_arrives_at_the_last_moment_it_passed(long_digits):
    digits = long_digits
    make_steps(digits, 20)
    slider = digits.widget("time_slider")
    for place in (15, 9, 4, 7):
        slider.setValue(place)
    digits.wait(lambda: digits.lab.inside.visited_step == 7)
    assert digits.text("time_label") == "step 7"


def test_a_run_goes_on_from_an_earlier_moment(long_digits):
    digits = long_digits
    make_steps(digits, 20)
    there = digits.snapshot.parameters
    digits.widget("time_slider").setValue(5)
    digits.wait(lambda: digits.lab.inside.visited_step == 5)
    digits.click("branch_button")
    digits.wait_step(5)
    assert digits.state is State.PAUSED
    assert digits.text("time_label") == "now"
    digits.lab.runner.step(15)
    digits.wait_step(20)
    assert digits.snapshot.parameters.tobytes() == there.tobytes()


def test_training_goes_on_while_one_looks_back(long_digits):
    digits = long_digits
    make_steps(digits, 20)
    digits.widget("time_slider").setValue(3)
    digits.wait(lambda: digits.lab.inside.visited_step == 3)
    seen = answering(digits)
    digits.click("run_button")
    digits.wait(lambda: digits.snapshot.iteration > 60)
    digits.click("run_button")
    digits.wait(lambda: digits.state is not State.RUNNING)
    np.testing.assert_array_equal(answering(digits), seen)
    assert digits.text("time_label") == "step 3"
    digits.click("time_now_button")
    digits.wait(lambda: (answering(digits) == digits.snapshot.parameters).all())


def test_a_reset_returns_to_now(long_digits):
    digits = long_digits
    make_steps(digits, 20)
    digits.widget("time_slider").setValue(3)
    digits.wait(lambda: digits.lab.inside.visited_step == 3)
    digits.reset()
    assert digits.text("time_label") == "now"
    assert digits.lab.inside.visited_step is None
    np.testing.assert_array_equal(answering(digits), digits.snapshot.parameters)


def test_a_look_back_after_reset_waits_for_the_new_network(long_digits, qtbot):
    digits = long_digits
    make_steps(digits, 20)
    digits.type("network_edit", "12, 12")
    with qtbot.captureExceptions() as raised:
        digits.click("reset_button")
        digits.widget("time_slider").setValue(7)
        digits.wait_generation()
        digits.wait(lambda: len(answering(digits)) == len(digits.snapshot.parameters))
        assert digits.text("time_label") == "now"
    assert not raised


def test_in_a_narrow_column_the_buttons_go_below_the_slider(long_digits):
    digits = long_digits
    make_steps(digits, 20)
    strip, slider = digits.lab.inside.strip, digits.widget("time_slider")
    slider.setValue(3)
    needed = strip.minimumSizeHint()
    beside = digits.widget("branch_button")
    digits.wait(lambda: abs(beside.geometry().center().y() - slider.geometry().center().y()) < 8)
    digits.lab.window().resize(1080, 720)  # three columns, nearly as narrow as can be
    digits.wait(lambda: beside.geometry().top() >= slider.geometry().bottom())
    assert strip.minimumSizeHint().width() == needed.width() <= strip.width()
    assert beside.isVisible()
    assert strip.rect().contains(beside.geometry())
