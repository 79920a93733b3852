"""One more activation is one class in the catalogue: window, command line, pages, files have it."""

import json

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from gdstudio.app.widgets.pictures.network_picture import Spot
from gdstudio.app.widgets.plots.function_sketch import FunctionSketch
from gdstudio.cli.main import run
from gdstudio.engine.network.activations import ACTIVATIONS, Activation, Identity
from gdstudio.experiment.digits.experiment import DigitsExperiment
from gdstudio.experiment.digits.settings import DigitsSettings
from gdstudio.settings import Choice
from gdstudio.storage.network_file import load_network


class Softsign(Activation):
    """z / (1 + |z|), which the app does not have."""

    key = "softsign"
    label = "Softsign"
    curve = "softsign"
    formula = "softsign(z) = z / (1 + |z|)"
    slope_formula = "softsign′(z) = 1 / (1 + |z|)²"
    output_text = "z / (1 + |z|)"
    slope_text = "softsign′(z)"
    notice = "Like tanh, but it nears its ends slowly."
    low = -1.0
    high = 1.0

    def value(self, sums):
        return sums / (1 + np.abs(sums))

    def slope(self, sums):
        return (1 + np.abs(sums)) ** -2


@pytest.fixture(
    params=[Softsign(), ACTIVATIONS["gelu"], ACTIVATIONS["leaky-relu"]], ids=lambda k: k.key
)
def kind(request, monkeypatch):
    """Return an activation that is in the catalogue for the length of a test."""
    monkeypatch.setitem(ACTIVATIONS, request.param.key, request.param)
    return request.param


@pytest.mark.parametrize("network", ["8", "conv 3x5x5 stride 3, pool 2, 8"])
def test_the_command_line_trains_keeps_and_evaluates_it(kind, network, tmp_path, capsys):
    path = tmp_path / "kept.safetensors"
    images = ["--dataset", "pen-digits", "--training-size", "1500", "--batch-size", "10"]
    chosen = ["--network", network, "--activation", kind.key, "--loss", "cross-entropy"]
    assert run(["train", *images, *chosen, "--epochs", "3", "--save", str(path), "--json"]) == 0
    trained = json.loads(capsys.readouterr().out)
    assert trained["settings"]["activation"] == kind.key
    assert trained["test_accuracy"] > 0.4, "it learns"
    assert load_network(path).settings.activation == kind.key
    assert run(["evaluate", str(path), "--dataset", "pen-digits", "--json"]) == 0
    evaluated = json.loads(capsys.readouterr().out)
    assert evaluated["test_accuracy"] == trained["test_accuracy"]


def test_the_time_machine_goes_on_from_an_earlier_step_as_before(kind):
    values = {"dataset": "pen-digits", "training_size": 200, "network": "6, 5", "epochs": 1}
    experiment = DigitsExperiment(
        DigitsSettings.from_mapping(values | {"activation": kind.key, "learning_rate": 0.5})
    )
    experiment.advance()
    first = experiment.snapshot().parameters
    experiment.branch(7)
    assert experiment.snapshot().iteration == 7
    experiment.advance()
    np.testing.assert_array_equal(experiment.snapshot().parameters, first)


def test_the_window_has_it_everywhere(kind, quick_digits, tmp_path, monkeypatch):
    digits = quick_digits
    sketch = digits.lab.findChild(FunctionSketch, "activation_plot")
    assert not sketch.isVisible(), "nothing more than is needed, until one asks for it"

    # Where it is chosen, it is shown.
    digits.choose("activation_combo", kind.key)
    assert digits.widget("activation_combo").currentText() == kind.label
    assert sketch.isVisible()
    value, slope = sketch.curves()
    assert (value.label, slope.label) == (kind.output_text, kind.slope_text)
    z = np.linspace(-5, 5, len(value.values))
    np.testing.assert_allclose(value.values, kind.value(z))
    np.testing.assert_allclose(slope.values, kind.slope(z))
    assert kind.formula in sketch.toolTip()
    assert kind.slope_formula in sketch.accessibleDescription()
    assert digits.text("activation_notice_label") == kind.notice
    rule = f"{kind.initializer.label}: {kind.initializer.formula}"
    assert rule in digits.sentences(), "and the first weights that suit it"

    # It trains, and every page inside shows it.
    digits.reset()
    assert digits.snapshot.settings.network.activation == kind.key
    digits.lab.runner.step(10)
    digits.wait_step(10)
    digits.click("show_one_button")
    digits.click("network_page_tab")
    page = digits.lab.inside.tabs.page("network")
    digits.wait(lambda: page.view is not None)
    assert page.view.moment.settings.activation == kind.key
    picture = digits.widget("network_picture")
    QTest.mouseClick(picture, Qt.MouseButton.LeftButton, pos=picture.position(Spot(0, 3)).toPoint())
    shown = digits.widget("neuron_sum_view").sum()
    assert shown.formula == kind.output_text
    assert shown.activation == pytest.approx(float(kind.value(np.array(shown.total))), rel=1e-4)

    digits.click("example_page_tab")
    digits.wait(lambda: digits.widget("backpropagation_down_button").isEnabled())
    digits.click("backpropagation_down_button")
    digits.wait(lambda: kind.slope_text in digits.text("error_formula_label"))

    for key in ("neurons", "gradient", "step"):
        digits.click(f"{key}_page_tab")
        inside = digits.lab.inside.tabs.page(key)
        digits.wait(inside.isVisible)

    digits.click("why_button")
    digits.wait(lambda: not digits.lab.misreading.dialog.is_busy)
    said = digits.text("evidence_sums_label")
    assert ("the bends of the activations" in said) != kind.is_piecewise_linear
    digits.lab.misreading.dialog.close()

    # What is saved is opened with it.
    path = tmp_path / "kept.safetensors"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(path), ""))
    digits.click("save_button")
    digits.wait(path.exists)
    assert load_network(path).settings.activation == kind.key
    digits.choose("activation_combo", "sigmoid")
    digits.reset()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: (str(path), ""))
    digits.click("open_button")
    digits.wait(lambda: digits.widget("activation_combo").currentData() == kind.key)
    assert digits.text("activation_notice_label") == kind.notice


def test_each_kind_says_of_itself_what_is_shown():
    for key, kind in ACTIVATIONS.items():
        assert key == kind.key
        texts = (kind.label, kind.curve, kind.formula, kind.slope_formula, kind.output_text,
                 kind.slope_text, kind.notice)  # fmt: skip
        assert all(texts), key
        assert kind.notice.endswith(".")
        # What is called straight is: halfway between two points on one side of 0.
        z = np.array([-4.0, -3.0, -2.0, 2.0, 3.0, 4.0])
        low, middle, high = kind.value(z).reshape(2, 3).T
        assert np.allclose(middle, (low + high) / 2, atol=1e-12) == kind.is_piecewise_linear
    assert np.isinf(Identity().most)


def test_what_can_be_chosen_follows_the_catalogue(kind):
    declared = DigitsSettings().network.declared()["activation"]
    assert isinstance(declared, Choice)
    assert list(declared.options) == list(ACTIVATIONS)
    assert declared.parse(kind.key) == kind.key


def test_every_setting_that_is_declared_has_a_control(quick_digits):
    assert set(quick_digits.lab.panel.form.values()) == set(DigitsSettings().as_dict())


def test_first_weights_are_chosen_in_the_window_and_stay_in_sight(quick_digits):
    digits = quick_digits
    combo = digits.widget("initial_weights_combo")
    assert not combo.isVisible()
    digits.click("more_network_button")
    assert combo.isVisible()
    digits.choose("initial_weights_combo", "zero")
    digits.reset()
    assert not digits.snapshot.parameters.any()
    digits.click("more_network_button")
    assert not combo.isVisible()
    # What a preset sets is shown.
    digits.lab.panel.set_values({"initial_weights": "huge"})
    assert combo.isVisible()
    assert combo.currentData() == "huge"
