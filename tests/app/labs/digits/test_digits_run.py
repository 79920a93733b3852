"""The Digits lab's run: pause, step, reset, new start, the end, divergence, a dead child."""

import multiprocessing
import re

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gdstudio.experiment.digits.experiment import DigitsExperiment
from gdstudio.experiment.run_update import State
from gdstudio.number_text import parse_number


def test_run_pause_step_reset(digits):
    start = digits.snapshot.parameters
    digits.click("run_button")
    digits.wait(lambda: digits.snapshot.iteration > 100)
    assert digits.text("run_button") == "Pause"
    digits.click("run_button")
    digits.wait_state(State.PAUSED)
    assert digits.text("run_button") == "Run"
    paused_at = digits.snapshot.iteration
    learned = digits.snapshot.parameters
    assert (learned != start).any()
    digits.click("step_button")
    digits.wait_step(paused_at + 1)
    assert digits.snapshot.iteration == paused_at + 1
    assert (digits.snapshot.parameters != learned).any()
    digits.reset()
    assert digits.snapshot.parameters.tobytes() == start.tobytes()
    assert digits.text("loss_label") == "loss –"
    assert digits.text("test_accuracy_label") == "–"


def test_where_a_run_rests_within_an_epoch_the_accuracy_is_that_of_all_test_images(quick_digits):
    digits = quick_digits
    digits.lab.runner.step(4)
    digits.wait_step(4)
    digits.wait(lambda: digits.text("test_accuracy_label")[0].isdigit())
    assert not digits.snapshot.epochs
    measured = digits.snapshot.accuracy
    assert (measured.images, measured.step) == (10_000, 4)


def test_step_while_running_pauses(digits):
    digits.click("run_button")
    digits.wait_state(State.RUNNING)
    digits.click("step_button")
    digits.wait_state(State.PAUSED)
    assert digits.text("run_button") == "Run"


def test_keys_run_step_and_reset(digits):
    lab = digits.lab
    QTest.keyClick(lab, Qt.Key.Key_Period)
    digits.wait_step(1)
    QTest.keyClick(lab, Qt.Key.Key_Space)
    digits.wait_state(State.RUNNING)
    QTest.keyClick(lab, Qt.Key.Key_Space)
    digits.wait_state(State.PAUSED)
    QTest.keyClick(lab, Qt.Key.Key_R)
    digits.wait_step(0)


def test_a_new_start_is_the_next_seed_and_other_weights(quick_digits):
    digits = quick_digits
    first = digits.snapshot.parameters
    digits.click("new_start_button")
    digits.wait_generation()
    assert digits.text("seed_label") == "seed 1"
    assert digits.widget("seed_spin").value() == 1
    assert (digits.snapshot.parameters != first).any()
    digits.type("seed_spin", "0")
    digits.wait_generation()
    assert digits.snapshot.parameters.tobytes() == first.tobytes()


def test_it_stops_at_the_chosen_epoch_and_trains_on(quick_digits):
    digits = quick_digits
    digits.click("run_button")
    digits.wait_state(State.FINISHED)
    assert digits.text("step_label") == "step 10"
    assert digits.text("run_button") == "Run"
    assert "epoch is done" in digits.text("status_label")
    assert digits.text("test_accuracy_label").endswith("%")
    assert not digits.text("test_accuracy_label").startswith("≈")
    first = digits.snapshot.parameters
    digits.click("run_button")
    digits.wait_step(20)
    digits.wait_state(State.FINISHED)
    assert len(digits.snapshot.epochs) == 2
    assert (digits.snapshot.parameters != first).any()
    digits.click("step_button")
    digits.wait_step(21)
    digits.reset()
    digits.click("run_button")
    digits.wait_state(State.FINISHED)
    assert digits.text("step_label") == "step 10", "after Reset the chosen end holds again"
    assert digits.snapshot.parameters.tobytes() == first.tobytes(), "same seed, same result"


def test_the_plots_show_what_was_learned(quick_digits):
    digits = quick_digits
    digits.click("run_button")
    digits.wait_state(State.FINISHED)
    headers, rows = digits.widget("loss_plot").series_table()
    training = [row[1] for row in rows if row[1] is not None]
    assert len(training) == 10
    assert digits.snapshot.curve.mean.tolist() == pytest.approx(training)
    assert any("test" in header for header in headers)
    assert digits.widget("hidden_neurons_view").count() == 20


def test_speed_is_steps_a_second(quick_digits):
    digits = quick_digits
    digits.widget("speed_slider").setValue(0)
    digits.click("run_button")
    digits.wait_step(1)
    digits.widget("speed_slider").setValue(digits.widget("speed_slider").maximum())
    digits.wait_state(State.FINISHED)


def test_divergence_is_said_and_the_remedy_mends_it(quick_digits):
    digits = quick_digits
    digits.click("prompt_diverge")
    digits.wait_state(State.DIVERGED)
    notice = digits.lab.notice
    rate = parse_number(digits.text("learning_rate_edit"))
    assert re.search(r"learning rate [0-9,]+ is too large", notice.text)
    assert digits.text("status_label") == "Diverged."
    assert digits.text("run_button") == "Run"
    assert np.isfinite(digits.snapshot.parameters).all(), "the last good parameters are kept"
    digits.click("remedy_button")
    digits.wait_generation()
    mended = parse_number(digits.text("learning_rate_edit"))
    assert mended <= rate / 10
    assert notice.isHidden()
    assert digits.state is State.PAUSED
    assert digits.snapshot.settings.optimizer.learning_rate == mended
    digits.click("run_button")
    digits.wait_state(State.RUNNING)
    digits.click("run_button")
    digits.wait_state(State.PAUSED)


def test_a_run_that_comes_to_nothing_says_so_and_offers_a_remedy(quick_digits):
    digits = quick_digits
    digits.choose("activation_combo", "relu")
    digits.choose("loss_combo", "cross-entropy")
    digits.type("learning_rate_edit", "100")
    digits.wait(lambda: digits.snapshot.settings.optimizer.learning_rate == 100)
    digits.reset()
    digits.click("run_button")
    digits.wait_state(State.FINISHED)
    assert digits.text("status_label") == "Done, but worse than a guess."
    said = digits.lab.notice.text
    assert "far above that of a guess, 2.3: it exploded at step" in said
    assert "the learning rate 100 is too large" in said
    digits.click("remedy_button")
    digits.wait_generation()
    assert digits.lab.notice.isHidden()
    assert digits.snapshot.settings.optimizer.learning_rate <= 10


def test_after_divergence_run_begins_again_and_another_prompt_runs(quick_digits):
    digits = quick_digits
    digits.click("prompt_diverge")
    digits.wait_state(State.DIVERGED)
    generation = digits.latest.generation
    digits.type("learning_rate_edit", "0.1")
    digits.click("run_button")
    digits.wait(lambda: digits.latest.generation > generation)
    digits.wait_state(State.RUNNING)
    assert digits.lab.notice.isHidden()
    digits.click("run_button")
    digits.wait_state(State.PAUSED)

    digits.click("prompt_diverge")
    digits.wait_state(State.DIVERGED)
    generation = digits.latest.generation
    digits.click("prompt_one_image")
    digits.wait(lambda: digits.latest.generation > generation)


def test_a_prompt_does_not_run_over_what_is_wrong(quick_digits):
    digits = quick_digits
    digits.type("network_edit", "20,,20", enter=False)
    digits.click("prompt_other_weights")
    digits.click("prompt_slowly")
    digits.type("network_edit", "20, 20", enter=True)
    digits.type("learning_rate_edit", "0.5")
    digits.wait(lambda: digits.snapshot.settings.optimizer.learning_rate == 0.5)
    assert digits.text("step_label") == "step 0"


def test_a_killed_training_process_is_said_and_reset_restarts_it(process_digits, tmp_path):
    digits = process_digits
    start = digits.snapshot.parameters
    digits.click("run_button")
    digits.wait(lambda: digits.snapshot.iteration > 50)
    (child,) = multiprocessing.active_children()
    child.kill()
    digits.wait_state(State.FAILED)
    assert "ended unexpectedly" in digits.lab.notice.text
    assert "Reset" in digits.lab.notice.text
    assert digits.text("run_button") == "Run"
    path = tmp_path / "kept.safetensors"
    digits.lab.save_network(path)
    digits.wait(path.exists)  # what was learned so far stays
    digits.reset()
    assert digits.snapshot.parameters.tobytes() == start.tobytes()
    assert digits.lab.notice.isHidden()
    digits.click("step_button")
    digits.wait_step(1)


def test_a_killed_training_goes_on_from_the_last_kept_moment_bit_for_bit(process_digits):
    digits, runner = process_digits, process_digits.lab.runner
    digits.type("learning_rate_edit", "0.7")
    digits.click("run_button")
    digits.wait(lambda: runner.kept is not None and runner.kept.iteration > 0)
    (child,) = multiprocessing.active_children()
    child.kill()
    digits.wait_state(State.FAILED)
    step = runner.kept.iteration
    assert f"Run goes on from step {step:,}" in digits.lab.notice.text
    digits.click("step_button")
    digits.wait_step(step + 1)
    assert digits.lab.notice.isHidden()
    alone = DigitsExperiment(digits.snapshot.settings)
    alone.advance(steps=step + 1)
    assert digits.snapshot.parameters.tobytes() == alone.descent.parameters.tobytes()
    assert digits.snapshot.curve.mean.tobytes() == alone.snapshot().curve.mean.tobytes()


def test_closing_while_it_trains_leaves_nothing_behind(process_digits):
    process_digits.click("run_button")
    process_digits.wait_state(State.RUNNING)
    assert multiprocessing.active_children()
    process_digits.window.close()
    assert not multiprocessing.active_children()
    assert not process_digits.window.isVisible()
