"""The Digits lab's settings: counted while typed, judged where they stand, live or after Reset."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QWidget

from gdstudio.app.widgets.pictures.pixel_view import PixelView
from gdstudio.engine.network.initializers import FIRST_WEIGHTS, FirstWeights
from gdstudio.experiment.presets import PRESETS
from gdstudio.experiment.run_update import State
from gdstudio.experiment.scenario import Scenario
from gdstudio.number_text import parse_number


def test_it_opens_on_the_network_of_the_story(digits):
    assert digits.widget("dataset_combo").currentText() == "MNIST"
    assert digits.text("network_edit") == "20, 20"
    assert digits.widget("activation_combo").currentData() == "sigmoid"
    assert digits.widget("loss_combo").currentData() == "squared-error"
    assert digits.text("learning_rate_edit") == "1"
    assert digits.widget("batch_size_combo").currentText() == "10"
    assert digits.text("parameter_count_label") == "16,330"
    assert digits.text("step_label") == "step 0"
    assert digits.text("loss_label") == "loss –"
    assert len(digits.snapshot.parameters) == 16_330


def test_weights_and_biases_are_counted_while_one_types(digits):
    edit = digits.widget("network_edit")
    edit.setFocus()
    edit.selectAll()
    counted = []
    for key in "20, 20":
        QTest.keyClicks(edit, key)
        counted.append((edit.text(), digits.text("parameter_count_label")))
    one, two = (784 + 1) * 2 + (2 + 1) * 10, (784 + 1) * 20 + 21 * 10
    assert counted[0] == ("2", f"{one:,}")
    assert counted[1] == ("20", f"{two:,}")
    assert counted[4] == ("20, 2", f"{785 * 20 + 21 * 2 + 3 * 10:,}")
    assert counted[5] == ("20, 20", "16,330")
    written = digits.text("parameter_sum_label")
    assert " ".join(written.split()) == "784·20 + 20 + 20·20 + 20 + 20·10 + 10"
    count = digits.widget("parameter_count_label")
    assert count.accessibleName() == "16,330 weights and biases"
    QTest.keyClicks(edit, ", x")
    assert (count.text(), digits.text("parameter_sum_label")) == ("–", "")
    assert count.accessibleName() == "No network", "the number before is not told any more"


def test_a_network_that_cannot_be_is_refused_under_its_box_and_nothing_is_lost(quick_digits):
    digits = quick_digits
    digits.click("step_button")
    digits.wait_step(1)
    before = digits.latest
    for text in ("0", "-3", "20,,20", "1e9", "abc", "9" * 30, ", ".join(["5000"] * 4)):
        digits.type("network_edit", text, enter=False)
        (sentence,) = digits.problems()
        assert sentence.endswith(".")
        QTest.keyClick(digits.widget("network_edit"), Qt.Key.Key_Return)
        for button in ("run_button", "reset_button", "new_start_button", "step_button"):
            digits.click(button)
            assert digits.problems() == [sentence]
    # An answer to something harmless comes after the answer to anything that was asked before.
    digits.type("learning_rate_edit", "0.5")
    digits.wait(lambda: digits.snapshot.settings.optimizer.learning_rate == 0.5)
    assert digits.state is State.PAUSED
    assert digits.latest.generation == before.generation
    assert digits.text("step_label") == "step 1"
    assert digits.snapshot.settings.training.seed == 0
    assert digits.snapshot.parameters.tobytes() == before.snapshot.parameters.tobytes()
    digits.type("network_edit", "7")
    assert digits.problems() == []
    digits.reset()
    assert digits.snapshot.settings.network.network == "7"


def test_numbers_that_cannot_be_are_refused_under_their_box(quick_digits):
    digits = quick_digits
    in_force = digits.lab.settings()
    for name, text in (
        ("learning_rate_edit", "0"),
        ("learning_rate_edit", "-1"),
        ("learning_rate_edit", "fast"),
        ("learning_rate_edit", "nan"),
        ("batch_size_combo", "0"),
        ("batch_size_combo", "2.5"),
        ("training_size_edit", "99"),
        ("training_size_edit", "1e9"),
        ("training_size_edit", "65,000"),
    ):
        good = digits.line_edit(name).text()
        digits.type(name, text)
        (sentence,) = digits.problems()
        written = text.replace("-", "−")
        assert f"“{written}”" in sentence
        digits.click("run_button")
        assert digits.lab.settings() == in_force
        assert digits.state is State.PAUSED
        digits.type(name, good)
        assert digits.problems() == []


def test_rate_and_batch_size_apply_while_it_runs(digits):
    digits.click("run_button")
    digits.wait_state(State.RUNNING)
    generation = digits.latest.generation
    digits.type("learning_rate_edit", "0.25")
    digits.type("batch_size_combo", "50")
    digits.wait(lambda: digits.snapshot.settings.optimizer.learning_rate == 0.25)
    digits.wait(lambda: digits.snapshot.settings.training.batch_size == 50)
    assert digits.state is State.RUNNING
    assert digits.latest.generation == generation
    digits.click("run_button")
    digits.wait_state(State.PAUSED)


def test_the_slider_of_the_rate_is_live_too(quick_digits):
    slider = quick_digits.widget("learning_rate_slider")
    QTest.keyClick(slider, Qt.Key.Key_Home)
    rate = parse_number(quick_digits.text("learning_rate_edit"))
    assert rate < 1
    quick_digits.wait(lambda: quick_digits.snapshot.settings.optimizer.learning_rate == rate)


def test_momentum_is_shown_with_its_optimizer_and_is_live(quick_digits):
    digits = quick_digits
    assert not digits.widget("momentum_slider").isVisible()
    digits.choose("optimizer_combo", "momentum")
    assert digits.widget("momentum_slider").isVisible()
    digits.reset()
    digits.click("step_button")
    digits.wait_step(1)
    digits.type("momentum_edit", "0.5")
    digits.wait(lambda: digits.snapshot.settings.optimizer.momentum == 0.5)
    assert digits.text("step_label") == "step 1", "applied without a new start"


def test_the_rest_waits_for_reset_once_something_was_learned(quick_digits):
    digits = quick_digits
    digits.click("step_button")
    digits.wait_step(1)
    before = digits.snapshot
    digits.type("network_edit", "5")
    digits.choose("activation_combo", "relu")
    assert "after Reset" in digits.text("status_label")
    digits.click("step_button")
    digits.wait_step(2)
    assert digits.snapshot.settings.network == before.settings.network
    digits.reset()
    assert digits.snapshot.settings.network.network == "5"
    assert digits.snapshot.settings.network.activation == "relu"
    assert len(digits.snapshot.parameters) == 785 * 5 + 6 * 10


def test_the_rest_applies_at_once_before_the_first_step(digits):
    digits.type("network_edit", "3")
    digits.wait_generation()
    assert len(digits.snapshot.parameters) == 785 * 3 + 4 * 10


def test_another_data_set_brings_its_size_and_its_rate(digits):
    digits.choose("dataset_combo", "pen-digits")
    digits.wait_generation()
    assert digits.text("training_size_edit") == "5,996"
    assert digits.snapshot.settings.data.dataset == "pen-digits"
    digits.choose("loss_combo", "cross-entropy")
    rate = parse_number(digits.text("learning_rate_edit"))
    assert rate < 1, "squared error's rate does not suit cross-entropy"
    digits.wait(lambda: digits.snapshot.settings.optimizer.learning_rate == rate)
    digits.choose("dataset_combo", "mnist")
    digits.wait_generation()
    assert digits.text("training_size_edit") == "60,000", "all of one are all of another"


def test_as_many_images_can_be_chosen_as_the_data_set_has(digits):
    slider = digits.widget("training_size_slider")
    for dataset, most in (("mnist-and-pen-digits", "65,996"), ("pen-digits", "5,996")):
        digits.choose("dataset_combo", dataset)
        assert digits.text("training_size_edit") == most
        assert slider.value() == slider.maximum()
        digits.type("training_size_edit", "66,000")
        (sentence,) = digits.problems()
        assert sentence.startswith(f"Training images must be a whole number from 100 to {most}")
        assert f"from 100 to {most} images" in digits.widget("training_size_edit").toolTip()
        digits.type("training_size_edit", most)
        assert digits.problems() == []
    digits.type("training_size_edit", "500")
    digits.choose("dataset_combo", "mnist")
    assert digits.text("training_size_edit") == "500", "a number of one's own stays"
    digits.lab.panel.set_settings(PRESETS["handwriting"].settings())
    assert digits.text("training_size_edit") == "65,996"
    digits.lab.panel.set_settings(PRESETS["story"].settings())
    assert digits.text("training_size_edit") == "60,000"
    assert digits.lab.settings().data.images_used == 60_000


def test_a_rate_of_ones_own_is_kept_when_the_loss_changes(digits):
    digits.type("learning_rate_edit", "0.37")
    digits.choose("loss_combo", "cross-entropy")
    assert digits.text("learning_rate_edit") == "0.37"


def test_tooltips_say_which_settings_wait(digits):
    for name in ("network_edit", "optimizer_combo", "epochs_spin", "seed_spin", "loss_combo"):
        assert "after Reset" in digits.widget(name).toolTip()
    for name in ("learning_rate_slider", "momentum_slider", "batch_size_combo"):
        assert "after Reset" not in digits.widget(name).toolTip()


def test_the_card_of_the_data_tells_what_they_are_and_offers_a_rate(digits, qtbot):
    digits.type("learning_rate_edit", "0.01")
    digits.wait(lambda: not digits.lab.background.is_busy)
    digits.click("dataset_card_button")
    dialog = digits.window.findChild(QDialog, "dataset_card_dialog")
    said = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "MNIST" in said
    assert "CC BY-SA" in said
    assert "60,000" in said
    assert len(dialog.findChildren(PixelView)) == 20
    QTest.mouseClick(dialog.findChild(QWidget, "use_rate_button"), Qt.MouseButton.LeftButton)
    assert digits.text("learning_rate_edit") == "1"
    digits.wait(lambda: digits.snapshot.settings.optimizer.learning_rate == 1)


def test_prompts_do_their_setting(quick_digits):
    digits = quick_digits
    digits.click("prompt_one_image")
    digits.wait_state(State.FINISHED)
    assert digits.snapshot.settings.training.batch_size == 1
    assert digits.snapshot.iteration == 100
    start = digits.snapshot.settings.training.seed
    digits.click("prompt_other_weights")
    digits.wait(lambda: digits.snapshot.settings.training.seed == start + 1)
    digits.wait_state(State.FINISHED)
    digits.click("prompt_story")
    digits.wait_generation()
    assert digits.text("step_label") == "step 0"
    assert digits.widget("batch_size_combo").currentText() == "10"
    assert np.isnan(digits.snapshot.loss)


def test_another_way_to_start_is_a_line_in_the_list(monkeypatch, request):
    monkeypatch.setitem(FIRST_WEIGHTS, "tiny", FirstWeights("tiny", "Tiny", 0.125, "tiny"))
    digits = request.getfixturevalue("quick_digits")
    random = digits.snapshot.parameters.copy()
    digits.click("more_network_button")
    digits.choose("initial_weights_combo", "tiny")
    assert "times 0.125" in " ".join(digits.sentences())
    digits.reset()
    np.testing.assert_allclose(digits.snapshot.parameters, random / 8, rtol=1e-6)
    code = digits.lab.scenario().code
    assert "initial_weights=tiny" in code
    assert Scenario.parse(code).prepare()().settings == digits.snapshot.settings
