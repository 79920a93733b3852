"""Optimizers, schedules, L2 and clipping, as one sets them in the window."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gdstudio.engine.optimizers.catalogue import OPTIMIZERS
from gdstudio.experiment.presets import PRESETS
from gdstudio.experiment.run_update import State
from gdstudio.number_text import parse_number

RARELY_USED = ("schedule_combo", "warmup_slider", "l2_slider", "clip_norm_slider")


def visible(lab, name):
    return lab.widget(name).isVisible()


@pytest.mark.parametrize("key", [key for key in OPTIMIZERS if key != "sgd"])
def test_an_optimizer_brings_its_constants_and_a_rate_that_suits_it(quick_digits, key):
    digits = quick_digits
    digits.choose("optimizer_combo", key)
    for name in ("momentum", "weight_decay"):
        assert visible(digits, f"{name}_slider") == (name in OPTIMIZERS[key].uses)
    rate = parse_number(digits.text("learning_rate_edit"))
    assert rate == OPTIMIZERS[key].suitable_rate(1.0) <= 1
    digits.wait_generation()
    digits.click("run_button")
    digits.wait_state(State.FINISHED)
    settings = digits.snapshot.settings.optimizer
    assert (settings.optimizer, settings.learning_rate) == (key, rate)
    digits.choose("optimizer_combo", "sgd")
    assert digits.text("learning_rate_edit") == "1"


def test_a_rate_of_ones_own_is_kept_when_the_optimizer_changes(digits):
    digits.type("learning_rate_edit", "0.37")
    digits.choose("optimizer_combo", "adam")
    assert digits.text("learning_rate_edit") == "0.37"


def test_the_rate_of_another_optimizer_waits_for_reset_with_it(quick_digits):
    digits = quick_digits
    digits.click("step_button")
    digits.wait_step(1)
    digits.choose("optimizer_combo", "adam")
    digits.click("step_button")
    digits.wait_step(2)
    settings = digits.snapshot.settings.optimizer
    assert (settings.optimizer, settings.learning_rate) == ("sgd", 1.0)
    assert digits.text("rate_in_force_label") == "now 1.00"
    digits.reset()
    settings = digits.snapshot.settings.optimizer
    assert (settings.optimizer, settings.learning_rate) == ("adam", 0.001)
    assert not visible(digits, "rate_in_force_label")


def test_what_is_rarely_used_is_behind_more(digits):
    assert not any(visible(digits, name) for name in RARELY_USED)
    digits.click("more_descent_button")
    assert all(visible(digits, name) for name in RARELY_USED)
    digits.choose("schedule_combo", "cosine")
    digits.click("more_descent_button")
    assert not any(visible(digits, name) for name in RARELY_USED)
    assert "1 on" in digits.text("more_descent_button"), "what is in force is not hidden quite"


def test_what_a_preset_puts_in_force_is_in_sight(digits):
    digits.lab.panel.set_settings(PRESETS["tweaks"].settings())
    assert visible(digits, "schedule_combo")
    assert digits.widget("schedule_combo").currentData() == "cosine"


def test_a_schedule_is_live_and_its_rate_is_shown(quick_digits):
    digits = quick_digits
    digits.click("more_descent_button")
    digits.click("step_button")
    digits.wait_step(1)
    assert not visible(digits, "rate_in_force_label")
    digits.choose("schedule_combo", "cosine")
    digits.wait(lambda: visible(digits, "rate_in_force_label"))
    # The second of ten steps takes the rate of its middle: ½ (1 + cos 0.15 π).
    assert digits.text("rate_in_force_label") == "now 0.946"
    digits.type("learning_rate_edit", "2")
    digits.wait(lambda: digits.text("rate_in_force_label") == "now 1.89")
    digits.choose("schedule_combo", "constant")
    digits.wait(lambda: not visible(digits, "rate_in_force_label"))
    assert digits.text("step_label") == "step 1", "applied without a new start"


def test_l2_and_clipping_are_live_and_off_at_their_left_end(quick_digits):
    digits = quick_digits
    digits.click("more_descent_button")
    digits.click("step_button")
    digits.wait_step(1)
    digits.type("l2_edit", "0.01")
    digits.type("clip_norm_edit", "5")
    digits.wait(lambda: digits.snapshot.settings.regularization.clip_norm == 5)
    assert digits.snapshot.settings.regularization.l2 == 0.01
    for name in ("l2", "clip_norm"):
        QTest.keyClick(digits.widget(f"{name}_slider"), Qt.Key.Key_Home)
        assert digits.text(f"{name}_edit") == "0"
    digits.wait(lambda: not any(digits.snapshot.settings.regularization.as_dict().values()))
    assert digits.text("step_label") == "step 1", "applied without a new start"


def test_houses_go_from_the_same_start_by_another_rule(houses):
    houses.type("intercept_edit", "0.3")
    houses.wait_generation()
    assert visible(houses, "stable_rate_button")
    houses.choose("optimizer_combo", "adam")
    houses.wait_generation()
    assert houses.text("intercept_edit") == "0.3"
    assert not visible(houses, "stable_rate_button"), "none is known"
    assert visible(houses, "momentum_slider")
    rate = parse_number(houses.text("learning_rate_edit"))
    houses.click("step_button")
    houses.wait_step(1)
    # Adam's first step is the rate, whatever the slope.
    assert houses.snapshot.parameters.tolist() == pytest.approx([0.3 - rate, 0.75 - rate])
    assert any("divided by its usual size" in text for text in houses.sentences())


def test_making_it_diverge_takes_plain_descent(houses):
    houses.widget("speed_slider").setValue(houses.widget("speed_slider").maximum())
    houses.choose("optimizer_combo", "rmsprop")
    houses.wait_generation()
    houses.click("prompt_diverge")
    houses.wait_state(State.DIVERGED)
    assert houses.widget("optimizer_combo").currentData() == "sgd"
    assert not visible(houses, "momentum_slider")
