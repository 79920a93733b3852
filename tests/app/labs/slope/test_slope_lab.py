"""The Slope lab, driven by the names of its controls: walk, type, drag, predict, diverge."""

import threading

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from gdstudio.experiment.functions.slope_problem import SlopeProblem
from gdstudio.experiment.run_update import State
from gdstudio.number_text import parse_number


def walk(slope, index=0):
    return slope.snapshot.walks[index]


def function_of(slope):
    return slope.snapshot.problem.objective.expression.text


def at(slope, x, y):
    """Return where a point of the curve is, in pixels of the plot's viewport."""
    place = slope.lab.progress.plot.screen_place(x, y)
    return QPoint(round(place.x()), round(place.y()))


def drag(slope, start, end):
    port = slope.lab.progress.plot.viewport()
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(port, left, pos=start)
    for share in (0.3, 0.6, 1.0):
        QTest.mouseMove(port, start + (end - start) * share)
    QTest.mouseRelease(port, left, pos=end)


def test_a_step_in_numbers(slope):
    assert slope.text("slopes_label") == "f′(x) = x"
    slope.click("step_button")
    slope.wait_step(1)
    # From 3: slope 3, step −0.2 · 3.
    assert walk(slope).x == 3 - 0.2 * 3
    table = slope.widget("step_table")
    rows = [[table.cell_text(row, column) for column in range(5)] for row in range(2)]
    assert rows == [
        ["1", "2.400", "2.880", "+2.40", "0.480"],
        ["0", "3.000", "4.500", "+3.00", "0.600"],
    ]
    assert slope.text("event_label") == (
        "The slope flattened from +3.00 to +2.40, so the next step is shorter: 0.480 after 0.600."
    )
    assert "new x = 2.400 − 0.2 · 2.400 = <b>1.920</b>" in slope.sentences()
    slope.click("run_button")
    slope.widget("speed_slider").setValue(slope.widget("speed_slider").maximum())
    slope.wait_state(State.FINISHED)
    assert "bottom of a valley" in slope.text("event_label")
    assert abs(walk(slope).x) < 1e-9


def test_overshoot_and_divergence_are_named_and_mended(slope):
    slope.type("learning_rate_edit", "1.8")
    slope.click("step_button")
    slope.wait_step(1)
    assert slope.text("event_label") == (
        "The step jumped over the valley: the slope changed its sign, from +3.00 to −2.40."
    )
    slope.type("learning_rate_edit", "2.5")
    slope.click("step_button")
    slope.wait_step(2)
    assert "a smaller learning rate would help" in slope.text("event_label")
    slope.click("run_button")
    slope.widget("speed_slider").setValue(slope.widget("speed_slider").maximum())
    slope.wait_state(State.DIVERGED)
    assert "the learning rate 2.5 is too large. 0.2 is a good one." in slope.text("notice_label")
    assert "no next step" in " ".join(slope.sentences())
    shown = slope.widget("step_table")
    assert slope.text("step_label") == f"step {shown.cell_text(0, 0)}"
    assert slope.text("loss_label").endswith(shown.cell_text(0, 2)), "of one and the same place"
    slope.click("remedy_button")
    slope.wait_step(0)
    assert slope.text("learning_rate_edit") == "0.2"
    assert walk(slope).x == 3


def test_a_rate_that_is_typed_after_a_remedy_stays_from_another_start_too(slope):
    slope.type("learning_rate_edit", "5")
    slope.click("run_button")
    slope.wait_state(State.DIVERGED)
    slope.click("remedy_button")
    slope.wait_step(0)
    slope.type("learning_rate_edit", "0.3")
    for start in ("2", "1"):
        slope.type("start_edit", start)
        slope.wait(lambda start=start: walk(slope).x == float(start))
        slope.wait_generation()
        assert slope.text("learning_rate_edit") == "0.3"
    assert not slope.snapshot.settings.rate_is_free


def test_a_function_of_ones_own_with_its_slope(slope):
    slope.type("function_edit", "x^4 - 3x2 + x")
    assert slope.problems() == ["“x2” can be x*2 or x^2; write the one you mean."]
    assert function_of(slope) == "x**2/2", "the function before stays"
    slope.click("step_button")
    assert walk(slope).iteration == 0, "nothing runs while the box is wrong"
    slope.type("function_edit", "x^4 − 3x² + х")  # the last letter is Cyrillic
    slope.wait(lambda: function_of(slope) == "x**4 - 3*x**2 + x")
    assert slope.problems() == []
    assert slope.text("function_edit") == "x⁴ − 3·x² + x"
    assert slope.text("slopes_label") == "f′(x) = 4·x³ − 6·x + 1"
    assert slope.widget("function_combo").currentText() == "Your own"
    slope.click("run_button")
    slope.widget("speed_slider").setValue(slope.widget("speed_slider").maximum())
    slope.wait_state(State.FINISHED)
    assert walk(slope).x == pytest.approx(1.1309011226)


def test_how_a_function_is_read_is_shown_while_it_is_typed(slope):
    def typing(text):
        edit = slope.widget("function_edit")
        edit.setText(text)
        edit.textEdited.emit(text)
        return slope.text("reading_label") if slope.widget("reading_label").isVisible() else ""

    assert typing("1/2х + sin²(x)") == "Read as (1/2)·x + sin(x)²"
    assert typing("x**4 - 3*x**2") == "", "what is read as it stands needs no reading"
    assert typing("x2") == "“x2” can be x*2 or x^2; write the one you mean."
    assert slope.text("slopes_label") == "f′(x) = x", "the slope of the function in force"
    assert typing("x·y") == "This is a function of x and y: walk on it in the Surface lab."
    assert function_of(slope) == "x**2/2", "nothing is taken yet"
    slope.type("function_edit", "|x - 1|/2")
    slope.wait(lambda: function_of(slope) == "abs(x - 1)/2")
    assert slope.text("function_edit") == "|x − 1| / 2"
    assert not slope.widget("reading_label").isVisible()
    slope.type("function_edit", "max(0, x)")
    slope.wait(lambda: function_of(slope) == "max(0, x)")
    assert "heaviside(u) is 1 where u is positive" in slope.text("slopes_label")


def test_a_walk_onto_a_kink_has_no_next_step(slope):
    slope.type("function_edit", "|x|")
    slope.wait(lambda: function_of(slope) == "abs(x)")
    slope.type("start_edit", "1")
    slope.wait(lambda: walk(slope).x == 1)
    slope.type("learning_rate_edit", "0.5")
    slope.click("run_button")
    slope.widget("speed_slider").setValue(slope.widget("speed_slider").maximum())
    slope.wait_state(State.FINISHED)
    assert walk(slope).x == 0
    assert "here is a kink, which has no slope" in slope.text("event_label")
    assert "no next step" in " ".join(slope.sentences())
    slope.type("start_edit", "0")
    said = "The function has a kink at x = 0, so it has no slope there; start elsewhere."
    assert slope.problems() == [said]


def test_a_function_that_takes_long_does_not_keep_the_next_one_waiting(slope, monkeypatch):
    found, gate = SlopeProblem.typed, threading.Event()

    def typed(text):
        if text == "x^3":
            gate.wait(60)
        return found(text)

    monkeypatch.setattr(SlopeProblem, "typed", typed)
    slope.type("function_edit", "x^3")
    assert slope.text("status_label") == "Looking for the valleys of this function…"
    slope.type("function_edit", "x^4 + 1")
    slope.wait(lambda: function_of(slope) == "x**4 + 1")
    gate.set()
    slope.type("function_edit", "x^2")
    slope.wait(lambda: function_of(slope) == "x**2")


def test_a_slope_of_many_lines_leaves_room_for_the_controls(slope):
    width = slope.widget("function_combo").width()
    text = "*".join(f"sin({k}*x)" for k in range(1, 20))
    slope.type("function_edit", text)
    slope.wait(lambda: function_of(slope) == text)
    assert slope.text("slopes_label").startswith("f′(x) = ")
    assert slope.text("slopes_label").endswith("…")
    assert "sin(19·x)" in slope.widget("slopes_label").toolTip().replace("\N{ZERO WIDTH SPACE}", "")
    assert slope.widget("slopes_label").height() < slope.lab.height() / 2
    assert slope.widget("function_combo").width() == width


def test_what_is_no_function_gets_its_sentence_under_the_box(slope):
    for text, said in (
        ("", "Type a function of x"),
        ("1/0", "divides by zero"),
        ("sqrt(-1)", "square root of a negative number"),
        ("z", "There is no “z” here"),
        ("__import__('os')", "write only the function itself"),
        ("sqrt(x - 20000)", "no values between −10,000 and 10,000"),
        ("(x-x-2)^x", "slope of this function is defined nowhere"),
    ):
        slope.type("function_edit", text)
        slope.wait(lambda said=said: said in " ".join(slope.problems()))
        assert len(slope.problems()) == 1
        assert function_of(slope) == "x**2/2"
    slope.choose("function_combo", "kink")
    slope.wait(lambda: function_of(slope) == "abs(x)")
    assert slope.problems() == []


def test_a_start_where_nobody_can_walk_is_refused_with_its_reason(slope):
    slope.type("function_edit", "1/x")
    slope.wait(lambda: function_of(slope) == "1/x")
    before = walk(slope).x
    slope.type("start_edit", "0")
    assert slope.problems() == ["The function divides by zero at x = 0; start elsewhere."]
    slope.type("start_edit", "wide")
    assert "Start at x must be a number" in slope.problems()[0]
    slope.type("start_edit", "2")
    slope.wait(lambda: walk(slope).x == 2 != before)
    assert slope.problems() == []


def test_a_click_or_a_drag_on_the_curve_chooses_the_start(slope):
    port = slope.lab.progress.plot.viewport()
    QTest.mouseClick(port, Qt.MouseButton.LeftButton, pos=at(slope, -2, 6))
    slope.wait(lambda: walk(slope).x == pytest.approx(-2, abs=0.03))
    assert parse_number(slope.text("start_edit")) == walk(slope).x
    drag(slope, at(slope, walk(slope).x, walk(slope).value), at(slope, 1.5, 3))
    slope.wait(lambda: walk(slope).x == pytest.approx(1.5, abs=0.03))
    slope.click("both_button")
    slope.wait(lambda: len(slope.snapshot.walks) == 2)
    second = walk(slope, 1)
    drag(slope, at(slope, second.x, second.value), at(slope, -1, 3))
    slope.wait(lambda: walk(slope, 1).x == pytest.approx(-1, abs=0.03))
    assert walk(slope).x == pytest.approx(1.5, abs=0.03)
    before = walk(slope).x
    QTest.keyClick(slope.lab.progress.plot, Qt.Key.Key_Right)
    slope.wait(lambda: before < walk(slope).x < before + 0.2)


def test_two_starts_side_by_side(slope):
    slope.click("prompt_two_starts")
    slope.widget("speed_slider").setValue(slope.widget("speed_slider").maximum())
    slope.wait_state(State.FINISHED)
    assert slope.text("event_label").startswith(
        "Two starts, two ends: x = 1.13 (value −1.07) and x = −1.30 (value −3.51). The second lies"
    )
    assert len(slope.lab.progress.plot.table()[1]) > 100


def test_predict_first_hides_the_step_and_answers_with_the_numbers(slope):
    slope.click("predict_button")
    assert slope.text("predict_question_label").endswith("Far means farther than 0.500.")
    hidden = " ".join(slope.sentences())
    assert "First say where it goes" in hidden
    assert "new x" not in hidden
    assert slope.widget("step_table").cell_text(0, 4) == "–"
    assert not slope.widget("predict_step_button").isEnabled()
    slope.click("predict_left_button")
    slope.click("predict_near_button")
    slope.click("predict_step_button")
    slope.wait(lambda: slope.text("predict_answer_label"))
    assert slope.text("predict_answer_label") == (
        "One of two was right. The slope +3.00 is positive, so x went left: −0.2 · 3.00 = −0.600. "
        "0.600 is farther than 0.500."
    )
    assert slope.text("predict_score_label") == "1 of 2 right"
    assert slope.text("predict_question_label").endswith("farther than the last step, 0.600.")
    slope.click("predict_left_button")
    slope.click("predict_near_button")
    slope.click("predict_step_button")
    slope.wait(lambda: slope.text("predict_score_label") == "3 of 4 right")
    assert slope.text("predict_answer_label").startswith("Both right.")
    slope.click("predict_button")
    assert "new x" in " ".join(slope.sentences())


def test_another_optimizer_gets_a_rate_of_its_own_and_its_rule(slope):
    slope.choose("optimizer_combo", "momentum")
    slope.wait_generation()
    assert slope.text("learning_rate_edit") == "0.05"
    slope.click("step_button")
    slope.wait_step(1)
    assert "step = μ · last step − η · slope" in slope.sentences()
    assert slope.widget("momentum_slider").isVisible()
    slope.type("learning_rate_edit", "0.5")
    slope.choose("optimizer_combo", "adam")
    slope.wait_generation()
    assert slope.text("learning_rate_edit") == "0.5", "what was typed stays"


def test_new_start_is_another_start_of_the_next_seed_and_reset_returns_there(slope):
    slope.click("new_start_button")
    slope.wait(lambda: walk(slope).x != 3)
    start = walk(slope).x
    slope.click("step_button")
    slope.wait_step(1)
    slope.reset()
    assert walk(slope).x == start
    assert "seed 1" in " ".join(slope.sentences())


def test_every_proposal_can_be_tried(slope):
    for key in ("bowl", "predict", "overshoot", "diverge", "plateau", "own"):
        slope.click(f"prompt_{key}")
        slope.wait_generation()
        assert slope.problems() == []


def rate(slope):
    return parse_number(slope.text("learning_rate_edit"))


def test_each_start_gets_a_rate_that_was_walked_with_and_a_chosen_one_stays(slope):
    slope.choose("function_combo", "steep-wall")
    slope.wait_generation()
    slope.wait(lambda: slope.snapshot.found)
    assert rate(slope) == 0.02
    slope.type("start_edit", "4")  # high up on the wall
    slope.wait_generation()
    slope.wait(lambda: slope.snapshot.found and rate(slope) < 1e-3)
    assert rate(slope) == slope.snapshot.settings.optimizer.learning_rate
    slope.type("learning_rate_edit", "0.05")
    slope.type("start_edit", "1")
    slope.wait_generation()
    assert rate(slope) == slope.snapshot.settings.optimizer.learning_rate == 0.05
    slope.choose("function_combo", "bowl")
    slope.wait_generation()
    assert rate(slope) == 0.2, "another function, another rate"


def test_a_walk_does_not_begin_before_its_rate_is_found(slope):
    slope.choose("function_combo", "steep-wall")
    slope.type("start_edit", "4")
    slope.click("step_button")
    slope.wait_generation()
    slope.wait_step(1)
    found = slope.snapshot.found
    assert found.works
    path = walk(slope).path
    assert path.moves[0, 0] == pytest.approx(-found.learning_rate * path.slopes[0, 0])


def test_one_rate_for_both_walks(slope):
    slope.choose("function_combo", "steep-wall")
    slope.click("both_button")
    slope.type("second_start_edit", "4")
    slope.wait_generation()
    slope.wait(lambda: slope.snapshot.found and rate(slope) < 1e-3)
    slope.widget("speed_slider").setValue(slope.widget("speed_slider").maximum())
    slope.click("run_button")
    slope.wait(lambda: slope.snapshot.iteration > 300)
    assert slope.state is State.RUNNING


def test_where_no_rate_is_safe_that_is_said(slope):
    slope.type("function_edit", "ln(x)")
    slope.wait(lambda: slope.text("rate_note"))
    assert slope.text("rate_note") == (
        "No learning rate is safe here: downhill leads to x = 0, where the function falls without "
        "bound."
    )
    slope.choose("function_combo", "bowl")
    slope.wait_generation()
    assert slope.text("rate_note") == ""


def test_an_explosion_names_the_rate_that_it_happened_at(slope):
    slope.type("learning_rate_edit", "2.5")
    slope.widget("speed_slider").setValue(slope.widget("speed_slider").maximum())
    slope.click("run_button")
    slope.wait_state(State.DIVERGED)
    slope.type("learning_rate_edit", "0.01")
    assert "the learning rate 2.5 is too large. 0.2 is a good one." in slope.text("notice_label")
    slope.wait(lambda: slope.snapshot.settings.optimizer.learning_rate == 0.01)
    assert "2.5 is too large" in slope.text("event_label")


def test_what_is_no_valley_is_not_called_one(slope):
    for text, start, said in (
        ("x*abs(x)", "2", "but this is no minimum: it falls on to the left."),
        ("x**3 - 10000*x**2", "3000", "the bottom of a valley."),
        ("-x**2", "0", "but this is a hilltop"),
    ):
        slope.type("function_edit", text)
        slope.wait(lambda text=text: function_of(slope) == text)
        slope.type("start_edit", start)
        slope.wait_generation()
        slope.widget("speed_slider").setValue(slope.widget("speed_slider").maximum())
        slope.click("run_button")
        slope.wait_state(State.FINISHED)
        assert slope.text("event_label").endswith(said) or said in slope.text("event_label")


def test_values_that_one_looked_at_closely_are_seen_whole_after_reset(slope):
    slope.click("step_button")
    slope.wait_step(1)
    plot = slope.widget("loss_plot")
    plot.getViewBox().sigRangeChangedManually.emit([True, True])
    plot.getViewBox().setRange(xRange=(50, 60), yRange=(100, 200), padding=0)
    slope.reset()
    slope.click("step_button")
    slope.wait_step(1)
    slope.wait(lambda: plot.visible_range()[0][0] <= 0 <= plot.visible_range()[0][1])
