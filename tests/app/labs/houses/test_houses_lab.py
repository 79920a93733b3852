"""The House prices lab: the story's numbers wherever they stand, the line in hand, the price."""

import json
import re

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from gdstudio.cli.main import run
from gdstudio.experiment.run_update import State
from gdstudio.number_text import parse_number

LEFT = Qt.MouseButton.LeftButton


def fit(capsys, *arguments):
    code = run(["fit", *arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def place(plot, x, y):
    """Return where a point of a plot is on its widget."""
    return plot.mapFromScene(plot.getViewBox().mapViewToScene(QPointF(x, y)))


def cells(lab):
    """Return what the labels of the step card say."""
    return [label.text() for label in lab.widget("step_card").findChildren(QLabel)]


def written_out(lab):
    return re.sub("<.*?>", "", next(text for text in cells(lab) if text.startswith("new a")))


def test_it_opens_on_the_start_of_the_story(houses):
    assert houses.widget("dataset_combo").currentText() == "Ten houses"
    assert houses.text("intercept_edit") == "0.45"
    assert houses.text("slope_edit") == "0.75"
    assert houses.text("learning_rate_edit") == "0.01"
    assert houses.widget("scale_combo").currentData() == "min-max"
    assert houses.text("loss_label") == "SSE 0.677"
    assert houses.text("sse_label") == "0.6773"


def test_the_first_step_of_the_story_in_every_number(houses):
    table = houses.widget("step_table")
    headers, rows = table.table()
    assert headers == ["X", "Y", "Ypred", "error", "∂SSE/∂a", "∂SSE/∂b"]
    assert len(rows) == 10
    for x, y, predicted, error, slope_a, slope_b in rows:
        assert predicted == pytest.approx(0.45 + 0.75 * x)
        assert error == pytest.approx(y - predicted)
        assert slope_a == pytest.approx(-error)
        assert slope_b == pytest.approx(-error * x)
    assert sum(row[4] for row in rows) == pytest.approx(3.300, abs=5e-4)
    assert sum(row[5] for row in rows) == pytest.approx(1.545, abs=5e-4)
    assert sum(row[3] ** 2 for row in rows) / 2 == pytest.approx(0.6773, abs=5e-5)
    assert "new a = 0.4500 − 0.01 · 3.300 = 0.4170" in written_out(houses)
    assert "new b = 0.7500 − 0.01 · 1.545 = 0.7345" in written_out(houses)
    assert houses.step_rows() == [
        ["a", "0.45000", "+3.300", "−0.03300", "0.41700"],
        ["b", "0.75000", "+1.545", "−0.01545", "0.73455"],
    ]
    assert "step = −η · slope" in cells(houses)
    houses.click("step_button")
    houses.wait_step(1)
    assert houses.text("sse_label") == "0.5527"
    assert houses.text("loss_label") == "SSE 0.553"
    a, b = houses.snapshot.parameters
    assert (a, b) == (pytest.approx(0.41700, abs=1e-5), pytest.approx(0.73455, abs=1e-5))
    assert "new a = 0.4170 − 0.01 · " in written_out(houses)
    assert houses.text("intercept_edit") == "0.45", "the start stays what it was"


def test_momentum_writes_its_own_rule(houses):
    houses.choose("optimizer_combo", "momentum")
    houses.wait_generation()
    houses.click("step_button")
    houses.wait_step(1)
    a = houses.snapshot.parameters[0]
    new_a = float(written_out(houses).split("new b")[0].split("= ")[-1].replace("−", "-"))
    houses.click("step_button")
    houses.wait_step(2)
    assert houses.snapshot.parameters[0] == pytest.approx(new_a, abs=1e-4)
    assert houses.snapshot.parameters[0] != a
    assert "step = −η · slope" not in cells(houses)


def test_it_arrives_at_least_squares_and_shows_that_goal_on_demand(houses):
    houses.widget("speed_slider").setValue(houses.widget("speed_slider").maximum())
    houses.type("learning_rate_edit", "0.1")
    houses.click("run_button")
    houses.wait_state(State.FINISHED)
    assert "Arrived" in houses.text("status_label")
    assert houses.snapshot.parameters.tolist() == pytest.approx([0.14210, 0.70146], abs=1e-4)
    assert houses.widget("house_plot").line() == pytest.approx(
        houses.snapshot.problem.scaling.line_in_original_units(*houses.snapshot.parameters)
    )
    before = houses.widget("contour_plot").grab().toImage()
    houses.click("least_squares_button")
    assert houses.widget("least_squares_button").isChecked()
    assert houses.widget("contour_plot").grab().toImage() != before


def test_the_line_dragged_by_its_middle_is_the_new_start(houses):
    plot = houses.widget("house_plot")
    houses.click("step_button")
    houses.wait_step(1)
    a, b = plot.line()
    x = float(houses.snapshot.problem.x.mean())
    height = np.ptp(houses.snapshot.problem.y) / 4
    viewport = plot.viewport()
    QTest.mousePress(viewport, LEFT, pos=place(plot, x, a + b * x))
    QTest.mouseMove(viewport, place(plot, x, a + b * x - height / 2))
    QTest.mouseMove(viewport, place(plot, x, a + b * x - height))
    QTest.mouseRelease(viewport, LEFT, pos=place(plot, x, a + b * x - height))
    houses.wait_generation()
    houses.wait_step(0)
    slope, intercept = (
        parse_number(houses.text(f"{name}_edit")) for name in ("slope", "intercept")
    )
    assert houses.snapshot.parameters.tolist() == [intercept, slope]
    dragged = plot.line()
    assert dragged[1] == pytest.approx(b, rel=1e-3)
    assert dragged[0] == pytest.approx(a - height, abs=height / 10)
    houses.click("step_button")
    houses.wait_step(1)
    houses.reset()
    assert houses.snapshot.parameters.tolist() == [intercept, slope], "Reset goes back there"


def test_a_click_on_the_landscape_is_the_new_start(houses):
    plot = houses.widget("contour_plot")
    QTest.mouseClick(plot.viewport(), LEFT, pos=place(plot, 0.3, 0.6))
    houses.wait_generation()
    assert houses.snapshot.parameters.tolist() == pytest.approx([0.3, 0.6], abs=0.03)
    assert houses.text("intercept_edit") == f"{houses.snapshot.parameters[0]:g}"


def test_the_start_can_be_typed_and_nonsense_is_refused(houses):
    houses.type("intercept_edit", "−0.2")
    houses.type("slope_edit", "1.5")
    houses.wait_generation()
    assert houses.snapshot.parameters.tolist() == [-0.2, 1.5]
    for text in ("", "steep", "inf", "1e200"):
        houses.type("slope_edit", text)
        assert len(houses.problems()) == 1
        generation = houses.lab.runner._generation
        for button in ("run_button", "reset_button", "new_start_button", "step_button"):
            houses.click(button)
        for prompt in ("crawl", "diverge", "raw", "other_start"):
            houses.click(f"prompt_{prompt}")
        assert houses.lab.runner._generation == generation
        assert not houses.lab.runner.is_running
    houses.type("slope_edit", "1.5")
    assert houses.snapshot.parameters.tolist() == [-0.2, 1.5]
    assert houses.snapshot.iteration == 0


def test_price_and_equation_are_those_of_the_command_line(houses, capsys):
    houses.type("house_size_spin", "2000")
    houses.click("step_button")
    houses.wait_step(1)
    story = ("ten-houses", "--start", "0.45", "0.75", "--learning-rate", "0.01", "--steps", "1")
    code, result = fit(capsys, *story, "--predict", "2000")
    assert code == 0
    assert houses.text("predicted_price_label") == f"${result['prediction']:,.0f}"
    assert houses.snapshot.parameters.tolist() == [
        result["steps"][1]["intercept"],
        result["steps"][1]["slope"],
    ]
    assert "2,000" in houses.text("equation_label")
    houses.type("house_size_spin", "1500")
    line = result["equation"]
    assert houses.text("predicted_price_label") == (
        f"${line['intercept'] + 1500 * line['slope']:,.0f}"
    )


def test_the_largest_stable_rate_is_told_and_parts_the_rates(houses, capsys):
    assert houses.text("stable_rate_label") == ""
    houses.click("stable_rate_button")
    stable = parse_number(houses.text("stable_rate_label"))
    _, result = fit(capsys, "ten-houses", "--steps", "0")
    assert stable == pytest.approx(result["stable_learning_rate"], rel=1e-3)
    assert (
        fit(capsys, "ten-houses", "--learning-rate", f"{stable * 0.98}", "--steps", "3000")[0] == 0
    )
    assert (
        fit(capsys, "ten-houses", "--learning-rate", f"{stable * 1.02}", "--steps", "3000")[0] == 1
    )


def test_divergence_is_said_and_the_remedy_mends_it(houses):
    houses.widget("speed_slider").setValue(houses.widget("speed_slider").maximum())
    houses.type("learning_rate_edit", "5")
    houses.click("run_button")
    houses.wait_state(State.DIVERGED)
    assert "The steps grew: the learning rate 5 is too large" in houses.lab.notice.text
    assert np.isfinite(houses.snapshot.parameters).all()
    made = houses.snapshot.iteration
    said = f"Diverged at step {made:,}; you see the place before it."
    houses.wait(lambda: houses.text("status_label") == said)
    assert houses.text("step_label") == f"step {made - 1:,}"
    houses.click("remedy_button")
    houses.wait_generation()
    assert houses.lab.notice.isHidden()
    assert houses.snapshot.parameters.tolist() == [0.45, 0.75]
    rate = parse_number(houses.text("learning_rate_edit"))
    assert rate == houses.snapshot.settings.optimizer.learning_rate
    houses.click("run_button")
    houses.wait_state(State.FINISHED)


def test_the_rate_is_live_while_it_runs(houses):
    houses.click("run_button")
    houses.wait_state(State.RUNNING)
    houses.type("learning_rate_edit", "0.02")
    houses.wait(lambda: houses.snapshot.settings.optimizer.learning_rate == 0.02)
    assert houses.state is State.RUNNING
    assert "new a" in written_out(houses)
    assert " 0.02 · " in written_out(houses)
    QTest.keyClick(houses.lab, Qt.Key.Key_Space)
    houses.wait_state(State.PAUSED)


def test_new_starts_are_other_lines_that_the_seed_tells(houses):
    houses.click("new_start_button")
    houses.wait_generation()
    assert houses.text("seed_label") == "seed 1"
    first = houses.snapshot.parameters.tolist()
    assert first != [0.45, 0.75]
    assert [houses.text("intercept_edit"), houses.text("slope_edit")] == [f"{n:g}" for n in first]
    houses.click("new_start_button")
    houses.wait_generation()
    assert houses.snapshot.parameters.tolist() != first
    houses.click("prompt_story")
    houses.wait_generation()
    assert houses.text("seed_label") == "seed 0"
    assert houses.snapshot.parameters.tolist() == [0.45, 0.75]
    assert houses.text("step_label") == "step 0"


def test_real_houses_bring_their_rate_their_columns_and_their_units(houses):
    houses.choose("dataset_combo", "ames-houses")
    houses.wait_generation()
    assert len(houses.snapshot.problem.x) == 2930
    assert houses.widget("step_table").row_count() == 2930
    rate = houses.snapshot.settings.optimizer.learning_rate
    assert rate < 0.00065, "which diverges"
    assert parse_number(houses.text("learning_rate_edit")) == rate
    columns = houses.widget("column_combo")
    other = next(
        columns.itemData(i)
        for i in range(columns.count())
        if columns.itemData(i) not in (columns.currentData(), "price_usd")
    )
    houses.choose("column_combo", other)
    houses.wait_generation()
    assert houses.snapshot.settings.input_column == other
    houses.widget("speed_slider").setValue(houses.widget("speed_slider").maximum())
    houses.click("run_button")
    houses.wait(lambda: houses.snapshot.iteration > 20)
    houses.click("prompt_story")
    houses.wait_generation()
    assert houses.snapshot.problem.x.tolist() != []
    assert len(houses.snapshot.problem.x) == 10
    assert houses.text("learning_rate_edit") == "0.01"
    assert houses.state is State.PAUSED


def test_a_column_cannot_predict_itself(houses):
    target = houses.widget("target_combo").currentData()
    houses.choose("column_combo", target)
    houses.wait_generation()
    assert houses.widget("target_combo").currentData() != target
    assert houses.snapshot.settings.input_column == target
    assert houses.lab.notice.isHidden()


def test_raw_dollars(houses, capsys):
    houses.choose("scale_combo", "raw")
    houses.wait_generation()
    _, rows = houses.widget("step_table").table()
    assert rows[0][:2] == [houses.snapshot.problem.x[0], houses.snapshot.problem.y[0]]
    assert rows[0][0] > 100
    rate = parse_number(houses.text("learning_rate_edit"))
    assert 0 < rate < 1e-6
    houses.type("house_size_spin", "2000")
    houses.click("step_button")
    houses.wait_step(1)
    start = [houses.text("intercept_edit"), houses.text("slope_edit")]
    _, result = fit(
        capsys, "ten-houses", "--scale", "raw", "--start", *start,
        "--learning-rate", houses.text("learning_rate_edit"), "--steps", "1", "--predict", "2000",
    )  # fmt: skip
    assert houses.text("predicted_price_label") == f"${result['prediction']:,.0f}"
    houses.choose("scale_combo", "min-max")
    houses.wait_generation()
    assert houses.text("learning_rate_edit") == "0.01"
    assert houses.snapshot.parameters.tolist() == [0.45, 0.75]


@pytest.mark.parametrize("prompt", ["diverge", "crawl", "other_start", "raw", "ames"])
def test_prompts_do_their_setting_and_run(houses, prompt):
    houses.click(f"prompt_{prompt}")
    houses.wait_generation()
    houses.wait(lambda: houses.snapshot.iteration > 0)
    assert houses.state is State.RUNNING
    if prompt == "diverge":
        houses.widget("speed_slider").setValue(houses.widget("speed_slider").maximum())
        houses.wait_state(State.DIVERGED)
