"""One more loss is one class in the catalogue: window, command line, pages and files have it."""

import json

import numpy as np
import pytest

from gdstudio.app.widgets.tables.number_table import NumberTable
from gdstudio.cli.main import run
from gdstudio.engine.network.activations import ACTIVATIONS
from gdstudio.engine.network.loss import Loss, LossColumn, LossPass, LossTable
from gdstudio.engine.network.losses import LOSSES
from gdstudio.number_text import number_text
from gdstudio.storage.network_file import load_network

SIGMOID = ACTIVATIONS["sigmoid"]


class AbsoluteErrorPass(LossPass):
    """At work on one batch size."""

    def respond(self, sums):
        self.outputs[...] = SIGMOID.value(sums)
        return self.outputs

    def average_loss(self, sums, wanted):
        gaps = self.respond(sums) - wanted
        self.delta[...] = np.sign(gaps) * SIGMOID.slope(sums) * self._share
        return float(np.abs(gaps).sum()) / self._batch_size


class AbsoluteError(Loss):
    """Σ |wanted − output| over sigmoid outputs: which the app does not have."""

    key = "absolute-error"
    label = "Absolute error"
    formula = "Σ |wanted − output|"
    output_label = "sigmoid"
    output_text = SIGMOID.output_text
    output_activation = SIGMOID
    error_form = "sign({output} − {wanted})"
    suitable_rate = 0.25
    teaching_rate = 0.03
    pass_type = AbsoluteErrorPass

    def guess_loss(self, classes):
        return 2 - 2 / classes

    def output_errors(self, outputs, wanted):
        return np.sign(outputs - wanted)

    def example_losses(self, outputs, sums, wanted):
        return np.abs(wanted - outputs.astype(np.float64)).sum(axis=0)

    def loss_table(self, outputs, sums, wanted, cost):
        gaps = np.abs(wanted - outputs)
        columns = (LossColumn("output", outputs, "0 to 1."), LossColumn("gap", gaps, "≥ 0."))
        return LossTable(columns, "gap", float(gaps.sum()), f"Σ = {number_text(cost)}")


@pytest.fixture
def kind(monkeypatch):
    """Return a loss that is in the catalogue for the length of a test."""
    kind = AbsoluteError()
    monkeypatch.setitem(LOSSES, kind.key, kind)
    return kind


def test_the_command_line_trains_keeps_and_evaluates_it(kind, tmp_path, capsys):
    path = tmp_path / "kept.safetensors"
    images = ["--dataset", "pen-digits", "--training-size", "1500", "--network", "20"]
    assert (
        run(
            [
                "train",
                *images,
                "--loss",
                "absolute-error",
                "--epochs",
                "3",
                "--save",
                str(path),
                "--json",
            ]
        )
        == 0
    )
    trained = json.loads(capsys.readouterr().out)
    assert trained["settings"]["loss"] == "absolute-error"
    assert trained["settings"]["learning_rate"] == 0.25, "the rate that suits it"
    losses = [epoch["test_loss"] for epoch in trained["epochs"]]
    assert losses == sorted(losses, reverse=True), "it learns"
    assert load_network(path).settings.loss == "absolute-error"
    assert run(["evaluate", str(path), "--dataset", "pen-digits", "--json"]) == 0
    evaluated = json.loads(capsys.readouterr().out)
    assert evaluated["test_accuracy"] == trained["test_accuracy"]


def test_the_window_has_it_everywhere(kind, quick_digits):
    digits = quick_digits
    digits.choose("loss_combo", "absolute-error")
    assert digits.text("learning_rate_edit") == "0.25", "the rate that suits it"
    digits.reset()
    assert kind.formula in " ".join(digits.sentences())
    digits.lab.runner.step(10)
    digits.wait_step(10)
    digits.click("show_one_button")
    digits.wait(lambda: digits.widget("prediction_bars").loss_text())
    assert "½" not in digits.widget("prediction_bars").loss_text()

    digits.click("example_page_tab")
    page = digits.lab.inside.tabs.page("example")
    digits.wait(lambda: digits.text("example_cost_label"))
    table = page.findChild(NumberTable, "example_table")
    headers = table.table()[0]
    assert headers[1:] == ["output", "gap"]
    assert digits.text("example_sum_label") == f"Σ = {digits.text('example_cost_label')}"
    said = digits.text("error_formula_label")
    assert "sign(output − wanted)" in said
    assert f"with {SIGMOID.slope_text} = {SIGMOID.slope_by_output} = " in said

    digits.click("network_page_tab")
    page = digits.lab.inside.tabs.page("network")
    digits.wait(lambda: page.view is not None)
    assert page.view.layers[-1].notes == ("sigmoid",)
