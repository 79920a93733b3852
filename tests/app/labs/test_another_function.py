"""A curve or a surface that is entered in its list is everywhere, as the developer's page has it.

Those here are ones that nobody ships. The tests walk with them wherever functions are.
"""

import pytest

from gdstudio.engine.functions.curves import CURVES, Curve
from gdstudio.engine.functions.surfaces import SURFACES, Surface
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.experiment.readings import readings
from gdstudio.experiment.run_update import State
from gdstudio.experiment.scenario import Scenario
from gdstudio.experiment.worksheets.function import function_worksheet

CURVE = Curve(
    key="dummy",
    label="Nobody’s curve",
    text="(x - 1)**2",
    view=(-3.0, 5.0),
    start=3.0,
    other_start=-1.0,
    learning_rate=0.1,
    minima=(1.0,),
    notice="It has its valley at 1.",
)
SURFACE = Surface(
    key="dummy",
    label="Nobody’s surface",
    text="(x - 1)**2 + y**2",
    x_view=(-3.0, 3.0),
    y_view=(-3.0, 3.0),
    start=(3.0, 2.0),
    learning_rate=0.1,
    minima=((1.0, 0.0),),
    notice="It has its valley beside the middle.",
)


@pytest.fixture(autouse=True)
def entered(monkeypatch):
    """Enter both, for the time of a test."""
    monkeypatch.setitem(CURVES, "dummy", CURVE)
    monkeypatch.setitem(SURFACES, "dummy", SURFACE)


@pytest.mark.parametrize(("lab", "function"), [("slope", CURVE), ("surface", SURFACE)])
def test_the_window_walks_on_it(lab, function, request):
    driver = request.getfixturevalue(lab)
    driver.choose("function_combo", "dummy")
    driver.wait_generation()
    assert driver.widget("function_combo").currentText() == function.label
    assert any(function.notice in sentence for sentence in driver.sentences())
    assert driver.lab.scenario().code == f"{lab}?function=dummy"
    slider = driver.widget("speed_slider")
    slider.setValue(slider.maximum())
    driver.click("run_button")
    driver.wait_state(State.FINISHED)
    assert readings(driver.snapshot)["x"] == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("lab", ["slope", "surface"])
def test_a_setup_code_names_it(lab):
    run = Scenario.parse(f"{lab}?function=Dummy&learning_rate=0.25").prepare()()
    run.advance(steps=1)
    # From 3 by −0.25 · 2 · (3 − 1).
    assert readings(run.snapshot())["x"] == pytest.approx(2.0)


@pytest.mark.parametrize("function", [CURVE, SURFACE])
def test_a_worksheet_works_it_out(function):
    start = function.start if isinstance(function, Surface) else (function.start,)
    rule = OptimizerSettings(learning_rate=0.25)
    sheet = function_worksheet(function.objective, start, rule, steps=1)
    assert "new x = 3.000 + (−1.000) = 2.000" in sheet.text(key=True)
