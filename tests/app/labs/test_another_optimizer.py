"""A rule that is entered in the catalogue is everywhere at once: that is all the page asks for.

The rule here is one that nobody ships. The tests walk with it wherever optimizers are.
"""

import json
from decimal import Decimal
from typing import ClassVar

import numpy as np
import pytest
from PySide6.QtWidgets import QComboBox

from gdstudio.app.labs.step_texts import written_out
from gdstudio.app.widgets.tables.step_card import StepRow
from gdstudio.cli.main import run
from gdstudio.engine.functions.expression import Expression
from gdstudio.engine.functions.objective import FunctionObjective
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS, OptimizerSettings
from gdstudio.engine.optimizers.hand_walk import HandWalk
from gdstudio.engine.optimizers.optimizer import Optimizer
from gdstudio.engine.optimizers.terms import Quantity, Term
from gdstudio.experiment.digits.experiment import DigitsExperiment, DigitsSettings
from gdstudio.experiment.digits.run_file import load_digits_run, save_digits_run
from gdstudio.experiment.run_update import State
from gdstudio.experiment.worksheets.digits import digits_worksheet
from gdstudio.experiment.worksheets.function import function_worksheet
from gdstudio.hand_numbers import Blank, factor, plain, text
from gdstudio.storage.network_file import load_network


class Dummy(Optimizer):
    """θ ← θ − η (∇C + the slope before): it goes by two slopes."""

    key = "dummy"
    label = "Two slopes"
    rule = "step = −η · slope − η · last slope"
    rows = 2
    remembers = 1
    carried = "last slope"
    terms: ClassVar = (
        Term(of=Quantity.SLOPE),
        Term(of=Quantity.CARRIED, mover="the last slope"),
    )
    why_not_straight = "it goes by the slope before, too"
    color = "walker_3"
    marker = "+"
    races_first = True

    @classmethod
    def suitable_rate(cls, plain):
        return plain / 2

    @classmethod
    def rate_on_function(cls, plain, width):
        return plain / 2

    @classmethod
    def stable_rate(cls, curvature, constants):
        return 1 / curvature

    def _advance(self, parameters, gradient, learning_rate):
        last, step = self._memory
        np.add(gradient, last, out=step)
        np.multiply(step, -learning_rate, out=step)
        np.copyto(last, gradient)
        return step

    @classmethod
    def _by_hand(cls, walk, slope):
        last, piece = walk.remembered("slope")
        step = walk.short(-walk.rate * (slope + last))
        rate = plain(walk.rate)
        walk.keep("slope", slope)
        line = (f"step of {walk.name} = −{rate} · ", Blank(factor(slope)), f" − {rate} · ", piece,
                " = ", Blank(text(step)))  # fmt: skip
        return step, [line]


@pytest.fixture(autouse=True)
def dummy(monkeypatch):
    """Enter the rule in the catalogue, for the time of a test."""
    monkeypatch.setitem(OPTIMIZERS, Dummy.key, Dummy)


def ask(capsys, *arguments):
    code = run([*arguments, "--json"])
    said = capsys.readouterr()
    return code, json.loads(said.out) if said.out else None, said.err


def digits_settings():
    small = {"dataset": "pen-digits", "network": "6", "training_size": 120, "batch_size": 7}
    chosen = {"optimizer": "dummy", "learning_rate": 0.5, "epochs": 1}
    return DigitsSettings.from_mapping(DigitsSettings().as_dict() | small | chosen)


def test_the_command_line_walks_with_it(capsys):
    code, found, _ = ask(capsys, "descend", "x^2", "--start", "2", "--steps", "2",
                         "--optimizer", "dummy", "--learning-rate", "0.1")  # fmt: skip
    assert code == 0
    # Slopes 4, then 3.2: 2 − 0.1 · 4 = 1.6, then 1.6 − 0.1 · 3.2 − 0.1 · 4 = 0.88.
    assert [step["x"] for step in found["steps"]] == pytest.approx([2.0, 1.6, 0.88])
    code, found, _ = ask(capsys, "fit", "ten-houses", "--optimizer", "dummy", "--steps", "300")
    assert code == 0
    assert found["stable_learning_rate"] > 0
    assert found["steps"][-1]["sse"] < 0.2


def test_a_network_learns_by_it_and_its_file_says_so(capsys, tmp_path):
    path = tmp_path / "digits.safetensors"
    code, found, _ = ask(capsys, "train", "--dataset", "pen-digits", "--training-size", "100",
                         "--network", "5", "--epochs", "1", "--optimizer", "dummy",
                         "--save", str(path))  # fmt: skip
    assert code == 0
    assert found["settings"]["optimizer"] == "dummy"
    assert load_network(path).training["optimizer"] == "dummy"


def test_a_run_that_was_kept_goes_on_with_it(tmp_path):
    one = DigitsExperiment(digits_settings())
    one.advance(steps=5)
    save_digits_run(tmp_path / "run", one.state(), "5 steps")
    state, _ = load_digits_run(tmp_path / "run")
    other = one.resumed(state)
    for experiment in (one, other):
        experiment.advance(steps=5)
    np.testing.assert_array_equal(one.descent.parameters, other.descent.parameters)


def test_a_worksheet_works_it_out_by_hand():
    objective = FunctionObjective(Expression.parse("x^2"))
    settings = OptimizerSettings(optimizer="dummy", learning_rate=0.1)
    sheet = function_worksheet(objective, [2.0], settings, steps=2)
    shown = sheet.text(key=True)
    assert "Two slopes: step = −η · slope − η · last slope" in shown
    assert "new x = 1.600 + (−0.720) = 0.880" in shown
    assert "With nothing rounded: x = 0.880000" in shown


def test_the_step_card_and_the_sheet_of_a_network_write_its_terms():
    settings = OptimizerSettings(optimizer="dummy", learning_rate=0.1)
    # The last slope was 4, for −0.1 · 3.2 − 0.1 · 4 = −0.72.
    row = StepRow("x", 1.6, 3.2, -0.72, 0.88)
    assert written_out(row, settings) == (
        "new x = 1.600 − 0.1 · 3.200 − 0.1 · 4.000 = <b>0.880</b>"
    )
    experiment = DigitsExperiment(digits_settings())
    experiment.advance(steps=2)
    step = experiment.next_step().step
    shown = digits_worksheet(step, experiment.settings.optimizer, "w{}".format).text(key=True)
    assert "last slope\tstep = −η · slope − η · last slope" in shown


def test_it_races_with_a_look_of_its_own(surface):
    combo = surface.widget("optimizer_combo")
    assert combo.findText("Two slopes") >= 0
    surface.choose("optimizer_combo", "dummy")
    surface.click("race_button")
    surface.wait_generation()
    surface.wait(lambda: len(surface.snapshot.walks) > 1)
    surface.click("step_button")
    surface.wait_step(1)
    rows = {row.key: row for row in surface.widget("race_table").rows()}
    assert (rows["dummy"].label, rows["dummy"].chosen, rows["dummy"].steps) == (
        "Two slopes",
        True,
        1,
    )
    assert rows["dummy"].marker == "+"
    assert surface.snapshot.walks[0].settings.optimizer == "dummy"
    assert any("last slope" in sentence for sentence in surface.sentences())


@pytest.mark.parametrize("lab", ["slope", "houses", "quick_digits"])
def test_a_lab_walks_with_it(lab, request):
    driver = request.getfixturevalue(lab)
    assert driver.lab.findChild(QComboBox, "optimizer_combo").findData("dummy") >= 0
    driver.choose("optimizer_combo", "dummy")
    driver.wait_generation()
    slider = driver.widget("speed_slider")
    slider.setValue(slider.maximum())
    driver.click("run_button")
    driver.wait_state(State.FINISHED)
    assert driver.snapshot.settings.optimizer.optimizer == "dummy"


def test_by_hand_and_by_the_engine_it_is_the_same_walk():
    settings = OptimizerSettings(optimizer="dummy", learning_rate=0.1)
    optimizer = settings.build(1, np.dtype(np.float64))
    theta, walk = np.array([1.7]), HandWalk("x", Decimal("1.7"), settings, decimals=15)
    for _ in range(5):
        slope = 0.6 * theta
        settings.kind.step_by_hand(walk, Decimal(float(slope[0])))
        optimizer.step(theta, slope, 0.1)
        assert float(walk.value) == pytest.approx(theta[0], abs=1e-9)
