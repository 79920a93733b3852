"""The Surface lab: two slopes in words, a race, a walk in the fog, functions of one's own."""

import multiprocessing

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from gdstudio.app.widgets.plots.opengl_support import NO_OPENGL
from gdstudio.app.widgets.tables.race_table import RATE
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS
from gdstudio.experiment.functions.surface import SurfaceExperiment
from gdstudio.experiment.run_update import State
from gdstudio.experiment.walks import WalkState
from gdstudio.number_text import parse_number

LEFT = Qt.MouseButton.LeftButton


def click_map(lab, x, y):
    plot = lab.widget("contour_plot")
    place = plot.mapFromScene(plot.getViewBox().mapViewToScene(QPointF(x, y)))
    QTest.mouseClick(plot.viewport(), LEFT, pos=place)


def wait_for_map(lab):
    lab.wait(lambda: lab.widget("contour_plot")._surface is not None)


def racers(lab):
    return {row.key: row for row in lab.widget("race_table").rows()}


def notice(lab):
    return lab.lab.notice.text


def test_it_opens_on_the_gradient_that_is_three_and_one(surface):
    assert surface.text("gradient_label") == "x matters 3.0 times as much as y here."
    assert "∂f/∂x: 3.000; ∂f/∂y: 1.000" in surface.widget("gradient_bars").accessibleDescription()
    assert (surface.text("start_x_edit"), surface.text("start_y_edit")) == ("1.0", "1.0")
    assert surface.text("slopes_label") == "∂f/∂x = 3·x\n∂f/∂y = y"
    assert surface.step_rows() == [
        ["x", "1.0000", "+3.000", "−0.3000", "0.7000"],
        ["y", "1.0000", "+1.000", "−0.1000", "0.9000"],
    ]
    surface.click("step_button")
    surface.wait_step(1)
    assert surface.snapshot.walks[0].point.tolist() == [0.7, 0.9]
    assert surface.text("loss_label") == "loss 1.14"


def test_other_gradients_have_their_sentences(surface):
    for x, y, sentence in (
        ("1", "3", "x and y matter equally here."),
        ("1", "6", "y matters 2.0 times as much as x here."),
        ("1", "0", "Only x matters here: along y it is next to level."),
        ("0", "0", "The gradient is 0 here: it is level, and slope does not say where to go."),
    ):
        surface.type("start_x_edit", x)
        surface.type("start_y_edit", y)
        surface.wait(lambda s=sentence: surface.text("gradient_label") == s)


def test_a_click_on_the_map_is_the_next_start(surface):
    wait_for_map(surface)
    click_map(surface, -1.0, 0.5)
    surface.wait_generation()
    start = surface.snapshot.walks[0].point
    assert start == pytest.approx([-1.0, 0.5], abs=0.02)
    assert parse_number(surface.text("start_x_edit")) == start[0]
    surface.click("run_button")
    surface.wait(lambda: surface.snapshot.iteration > 2)
    surface.click("reset_button")
    surface.wait_generation()
    assert surface.snapshot.walks[0].point.tolist() == start.tolist()


def test_new_starts_are_the_seeds_own(surface):
    surface.choose("function_combo", "himmelblau")
    places = []
    for _ in range(2):
        surface.click("new_start_button")
        surface.wait_generation()
        places.append(surface.snapshot.walks[0].point.tolist())
    assert places[0] != places[1]
    assert surface.text("seed_label") == "seed 2"


def test_a_function_of_ones_own_is_taken_when_it_can_be_used(surface):
    surface.type("function_edit", "x^2 + y +", enter=True)
    assert len(surface.problems()) == 1
    assert surface.text("slopes_label").startswith("∂f/∂x = 3·x"), "the one before stays"
    surface.type("function_edit", "x^2 + abs(y)")
    surface.wait(lambda: surface.text("slopes_label") == "∂f/∂x = 2·x\n∂f/∂y = sign(y)")
    assert surface.problems() == []
    assert surface.widget("function_combo").currentData() == "own"
    surface.wait_generation()
    assert surface.snapshot.walks[0].point.tolist() == [3.0, 2.0]
    assert surface.snapshot.walks[0].gradient.tolist() == [6.0, 1.0]


def test_a_function_without_values_is_refused_and_one_with_holes_is_drawn(surface):
    surface.type("function_edit", "sqrt(-1 - x^2)")
    surface.wait(lambda: surface.problems())
    assert "no value anywhere" in surface.problems()[0]
    assert surface.text("slopes_label").startswith("∂f/∂x = 3·x")
    surface.click("run_button")
    assert "no value anywhere" in surface.problems()[0], "it is still in the box"
    surface.type("function_edit", "log(x) + y^2")
    surface.wait(lambda: "1/x" in surface.text("slopes_label"))
    surface.type("start_x_edit", "-1")
    assert "start elsewhere" in surface.text("start_problem")
    surface.type("start_x_edit", "2")
    surface.wait_generation()
    assert surface.snapshot.walks[0].point.tolist() == [2.0, 2.0]
    wait_for_map(surface)
    surface.wait(lambda: np.isnan(surface.widget("contour_plot")._surface[2]).any())


def test_a_walk_that_diverges_is_named_and_mended(surface):
    surface.widget("speed_slider").setValue(surface.widget("speed_slider").maximum())
    surface.click("prompt_diverge")
    surface.wait_state(State.DIVERGED)
    assert (
        notice(surface) == "The steps grew: the learning rate 1.1 is too large. 0.9 is a good one."
    )
    made = surface.snapshot.iteration
    said = f"Diverged at step {made:,}; you see the place before it."
    surface.wait(lambda: surface.text("status_label") == said)
    assert surface.text("step_label") == f"step {made - 1:,}"
    surface.click("remedy_button")
    surface.wait_generation()
    assert surface.text("learning_rate_edit") == "0.9"
    surface.type("learning_rate_edit", "0.03")
    for start in ("0.5", "0.6"):
        surface.type("start_x_edit", start)
        surface.wait_generation()
        surface.wait(lambda: not surface.lab._rates._latest.is_busy)
        assert surface.text("learning_rate_edit") == "0.03", "it is one's own now"


def test_the_loss_of_the_start_is_drawn_before_the_first_step(surface):
    surface.wait(lambda: surface.snapshot is not None)
    steps, losses = surface.snapshot.walks[0].path.steps, surface.snapshot.walks[0].path.values
    assert (steps.tolist(), losses.tolist()) == ([0], [2.0])
    plot = surface.widget("loss_plot")
    assert [row[:2] for row in plot.series_table()[1]] == [["0", 2.0]]


def test_a_race_of_all_from_the_same_start(surface):
    surface.click("prompt_race")
    surface.wait(lambda: surface.snapshot.iteration >= 3)
    surface.click("run_button")
    surface.wait_state(State.PAUSED)
    walks = surface.snapshot.walks
    assert len(walks) == len(OPTIMIZERS)
    assert len({walk.iteration for walk in walks}) == 1
    assert all(walk.path.points[0].tolist() == [-1.2, 1.0] for walk in walks)
    rows = racers(surface)
    for walk in walks:
        assert rows[walk.key].steps == walk.iteration
        assert rows[walk.key].distance == pytest.approx(np.hypot(*(walk.point - 1)))


def test_the_map_stays_larger_than_the_race_below_it(surface):
    surface.click("race_button")
    surface.wait(lambda: surface.widget("race_card").isVisible())
    surface.lab.resize(1180, 720)
    surface.wait(
        lambda: surface.widget("landscape_card").height() > surface.widget("race_card").height()
    )


def test_racers_have_settings_of_their_own_and_leave(surface):
    surface.click("race_button")
    surface.wait_generation()
    surface.wait(lambda: len(surface.snapshot.walks) == 4)
    table = surface.widget("race_table")
    model = table.view.model()
    row = list(racers(surface)).index("adam")
    model.setData(model.index(row, RATE), "0.5")
    surface.click("step_button")
    surface.wait_step(1)
    adam = next(walk for walk in surface.snapshot.walks if walk.key == "adam")
    assert adam.settings.learning_rate == 0.5
    assert racers(surface)["adam"].rate == 0.5
    assert surface.snapshot.walks[0].settings.learning_rate == 0.1
    model.setData(model.index(row, RATE), "fast")
    assert "must be a number" in surface.text("race_table_problem")
    assert racers(surface)["adam"].rate == 0.5
    table.chosen_changed.emit("adam", False)
    surface.wait_generation()
    surface.wait(lambda: len(surface.snapshot.walks) == 3)
    assert not racers(surface)["adam"].chosen


def test_a_race_in_which_all_diverge_says_so_and_is_mended_for_all(surface):
    surface.click("race_button")
    for key in ("rmsprop", "adam"):
        surface.widget("race_table").chosen_changed.emit(key, False)
    surface.widget("speed_slider").setValue(surface.widget("speed_slider").maximum())
    surface.type("learning_rate_edit", "9")
    surface.widget("race_table").rate_typed.emit("momentum", "50")
    surface.click("run_button")
    surface.wait_state(State.DIVERGED)
    assert notice(surface).startswith("All 2 walks diverged.")
    assert {row.state for row in racers(surface).values() if row.chosen} == {"diverged"}
    surface.click("remedy_button")
    surface.wait_generation()
    assert surface.text("learning_rate_edit") == "0.1"
    assert racers(surface)["momentum"].rate == 0.03


def test_each_optimizer_keeps_its_own_rate(surface):
    surface.type("learning_rate_edit", "0.2")
    surface.choose("optimizer_combo", "adam")
    surface.wait_generation()
    assert surface.text("learning_rate_edit") == "0.08"
    assert surface.snapshot.walks[0].key == "adam"
    surface.choose("optimizer_combo", "sgd")
    surface.wait_generation()
    assert surface.text("learning_rate_edit") == "0.2"


def test_in_the_fog_one_walks_by_the_slope_and_then_sees_the_map(surface):
    wait_for_map(surface)
    surface.click("fog_button")
    plot = surface.widget("contour_plot")
    assert not plot._image.isVisible()
    assert not surface.widget("run_button").isEnabled()
    assert not surface.widget("step_card").isVisible()
    surface.widget("fog_length_slider").setValue(100)  # the reach: 0.8
    QTest.keyClick(surface.lab, Qt.Key.Key_Left)
    assert surface.text("step_label") == "step 1"
    assert surface.text("gradient_label") == "y matters 1.7 times as much as x here."
    click_map(surface, 0.2, -2.0)
    surface.click("fog_back_button")
    surface.click("fog_down_button")
    assert surface.text("fog_cost_label") == "loss 0.08000"
    assert surface.text("fog_label").startswith("2 steps made, 1 taken back.")
    read = surface.lab.readings(surface.snapshot)
    assert (read["fog.step"], read["fog.probes"], read["step"]) == (2, 3, 0)
    assert read["fog.loss"] == pytest.approx(0.08)
    QTest.keyClick(surface.lab, Qt.Key.Key_Space)
    assert surface.snapshot.iteration == 0, "descent does not walk yet"
    surface.click("lift_fog_button")
    surface.wait(lambda: notice(surface))
    # Descent: x = 0.7², y = 0.9² after two steps.
    assert notice(surface) == (
        "You made 2 steps and came to a loss of 0.08000. Gradient descent came to 0.6882 in 2 "
        "steps: you are lower."
    )
    assert plot._image.isVisible()
    assert surface.widget("run_button").isEnabled()
    assert plot.path_table()[1][0][0] == "you"
    surface.reset()
    surface.wait(lambda: plot.path_table()[0] == ["point", "x", "y"])


def test_in_the_fog_the_arrows_step_wherever_the_focus_is(surface):
    surface.click("fog_button")
    assert surface.widget("contour_plot").hasFocus()
    steps = 0
    for name in ("contour_plot", "fog_button", "fog_up_button", "fog_downhill_button",
                 "lift_fog_button", "reset_button"):  # fmt: skip
        surface.widget(name).setFocus()
        QTest.keyClick(surface.widget(name), Qt.Key.Key_Right)
        steps += 1
        assert surface.text("step_label") == f"step {steps}", name
    x = parse_number(surface.text("start_x_edit"))
    reach = 0.2 * 4
    assert surface.lab.fog.state().walk.place[0] == pytest.approx(x + steps * reach / 2)
    # Text is written with them, and sliders are moved.
    for name in ("start_x_edit", "fog_length_slider"):
        surface.widget(name).setFocus()
        QTest.keyClick(surface.widget(name), Qt.Key.Key_Left)
        assert surface.text("step_label") == f"step {steps}", name
    surface.click("lift_fog_button")
    surface.wait(lambda: surface.snapshot.iteration > 0)
    before = surface.snapshot.iteration
    QTest.keyClick(surface.widget("contour_plot"), Qt.Key.Key_Right)
    assert surface.snapshot.iteration == before


def test_lifting_the_fog_at_once_tells_nothing(surface):
    surface.click("fog_button")
    surface.click("fog_button")
    surface.wait_generation()
    assert notice(surface) == ""
    assert surface.widget("contour_plot")._image.isVisible()


def test_where_there_is_no_opengl_the_map_has_it_all(surface):
    wait_for_map(surface)
    surface.click("both_button")
    surface.wait(lambda: NO_OPENGL in surface.sentences())
    assert surface.widget("contour_plot").isVisible()
    surface.click("map_button")
    assert not surface.widget("surface_view").isVisible()


def test_the_view_follows_a_walk_that_leaves_it(surface):
    surface.type("start_x_edit", "5")
    surface.wait_generation()
    plot = surface.widget("contour_plot")
    surface.wait(lambda: plot.visible_range()[0][1] > 5)
    surface.wait(lambda: plot._surface is not None and plot._surface[0][-1] > 5)
    surface.click("prompt_three_to_one")
    surface.wait_generation()
    surface.wait(lambda: plot.visible_range()[0][1] < 5)


def rate(surface):
    return parse_number(surface.text("learning_rate_edit"))


def found(surface):
    return surface.snapshot.walks[0].found


def test_a_steep_start_gets_a_rate_that_was_walked_with_and_a_chosen_one_stays(surface):
    surface.choose("function_combo", "beale")
    surface.wait_generation()
    surface.wait(lambda: found(surface))
    assert rate(surface) == 0.01
    surface.type("start_x_edit", "-4")
    surface.type("start_y_edit", "3")
    surface.wait_generation()
    surface.wait(lambda: found(surface) and rate(surface) < 0.01)
    assert rate(surface) == surface.snapshot.walks[0].settings.learning_rate
    assert surface.text("rate_note") == ""
    surface.widget("speed_slider").setValue(surface.widget("speed_slider").maximum())
    surface.click("run_button")
    surface.wait(lambda: surface.snapshot.iteration > 300)
    assert surface.state is State.RUNNING
    surface.click("run_button")
    surface.type("learning_rate_edit", "0.03")
    surface.type("start_x_edit", "1")
    surface.wait_generation()
    assert rate(surface) == 0.03
    assert surface.snapshot.walks[0].settings.learning_rate == 0.03


def test_a_run_does_not_begin_before_its_rate_is_found(surface):
    surface.choose("function_combo", "beale")
    surface.type("start_x_edit", "-4")
    surface.type("start_y_edit", "3")
    surface.click("step_button")  # at once: nothing is found yet
    surface.wait_generation()
    surface.wait_step(1)
    first = surface.snapshot.walks[0]
    assert first.found is not None
    moved = first.path.points[1] - first.path.points[0]
    np.testing.assert_allclose(moved, -first.found.learning_rate * first.path.slopes[0])
    assert first.found.learning_rate < 0.01


def test_where_no_rate_is_safe_that_is_said_and_no_remedy_offered(surface):
    surface.type("function_edit", "sqrt(x) + y^2")
    surface.wait(lambda: surface.text("rate_note"))
    assert surface.text("rate_note") == (
        "No learning rate is safe here: downhill leads to x = 0, y = 0, where the function ends."
    )
    surface.widget("speed_slider").setValue(surface.widget("speed_slider").maximum())
    surface.type("learning_rate_edit", "0.2")
    assert surface.text("rate_note") == "", "it is one's own now"
    surface.click("run_button")
    surface.wait_state(State.DIVERGED)
    assert notice(surface).endswith(
        "where a step with the learning rate 0.2 led. No learning rate is safe here: downhill "
        "leads to x = 0, y = 0, where the function ends."
    )
    assert not surface.widget("remedy_button").isVisible()


def test_an_explosion_names_the_rate_that_it_happened_at(surface):
    surface.choose("function_combo", "bowl")
    surface.type("learning_rate_edit", "2.5")
    surface.widget("speed_slider").setValue(surface.widget("speed_slider").maximum())
    surface.click("run_button")
    surface.wait_state(State.DIVERGED)
    surface.type("learning_rate_edit", "0.01")
    assert "the learning rate 2.5 is too large. 0.2 is a good one." in notice(surface)
    surface.click("remedy_button")
    surface.wait_generation()
    assert rate(surface) == 0.2


def test_a_function_may_be_as_flat_or_as_tiny_as_it_likes(surface):
    for text in ("1 - exp(-10*(x**2 + y**2))", "1e-12*(x**2 + y**2)", "exp(-x**2)"):
        before = surface.lab.panel.terrain
        surface.type("function_edit", text)
        surface.wait(lambda before=before: surface.lab.panel.terrain is not before)
        surface.wait_generation()
        surface.wait(lambda: found(surface))
        assert 1e-30 <= rate(surface) <= 1e6
        surface.click("step_button")
        surface.wait_step(1)


def test_racers_are_at_minima_or_only_at_rest(surface):
    surface.choose("function_combo", "rastrigin")
    surface.click("race_button")
    surface.widget("speed_slider").setValue(surface.widget("speed_slider").maximum())
    surface.click("run_button")
    surface.wait(lambda: racers(surface)["sgd"].state == "arrived")
    assert racers(surface)["sgd"].distance == pytest.approx(0, abs=1e-6), "at a minimum, not at 0"
    surface.choose("function_combo", "saddle")
    surface.type("start_y_edit", "0")
    surface.wait_generation()
    surface.wait_state(State.PAUSED)
    surface.click("run_button")
    surface.wait(lambda: racers(surface)["sgd"].state == "at rest")
    assert "saddle" in racers(surface)["sgd"].sentence


def test_arrows_of_the_same_gradient_are_as_strong_before_and_after_a_race(surface):
    plot = surface.widget("contour_plot")
    wait_for_map(surface)
    before = plot._slope
    surface.click("race_button")
    surface.wait_generation()
    surface.widget("contour_plot").resize(300, 200)
    surface.click("race_button")
    surface.wait_generation()
    assert plot._slope == before


def test_costs_that_one_looked_at_closely_are_seen_whole_after_reset(surface):
    surface.click("step_button")
    surface.wait_step(1)
    plot = surface.widget("loss_plot")
    plot.getViewBox().sigRangeChangedManually.emit([True, True])
    plot.getViewBox().setRange(xRange=(50, 60), yRange=(100, 200), padding=0)
    surface.reset()
    surface.click("step_button")
    surface.wait_step(1)
    surface.wait(lambda: plot.visible_range()[0][0] <= 0 <= plot.visible_range()[0][1])


def test_it_walks_in_a_process_of_its_own(process_surface):
    lab = process_surface
    lab.choose("function_combo", "bowl")
    lab.widget("speed_slider").setValue(lab.widget("speed_slider").maximum())
    lab.click("run_button")
    lab.wait_state(State.FINISHED)
    assert lab.snapshot.walks[0].state is WalkState.ARRIVED
    assert lab.text("status_label").startswith("Arrived after")


def test_a_walk_onto_a_kink_has_no_gradient_and_no_next_step(surface):
    surface.type("function_edit", "|x| + y^2/4")
    surface.wait(lambda: surface.text("slopes_label").startswith("∂f/∂x = sign(x)"))
    surface.wait_generation()
    surface.type("start_x_edit", "0.5")
    surface.type("learning_rate_edit", "0.5")
    surface.click("step_button")
    surface.wait_step(1)
    assert surface.snapshot.walks[0].point[0] == 0
    assert surface.text("gradient_label") == "There is no gradient here: the slope is undefined."
    assert surface.text("gradient_meaning_label") == ""
    assert "There is no slope here, and so no next step" in " ".join(surface.sentences())
    surface.type("start_x_edit", "0")
    assert "has a kink at x = 0, y = " in surface.problems()[0]


def test_a_killed_walk_goes_on_from_the_last_kept_moment(process_surface):
    lab, runner = process_surface, process_surface.lab.runner
    lab.click("step_button")
    lab.click("step_button")
    lab.wait(lambda: runner.kept is not None and runner.kept.iteration == 2)
    (child,) = multiprocessing.active_children()
    child.kill()
    lab.wait(lambda: lab.state is State.FAILED)
    assert "Run goes on from step 2" in notice(lab)
    lab.click("step_button")
    lab.wait_step(3)
    assert notice(lab) == ""
    alone = SurfaceExperiment(lab.lab.settings())
    alone.advance(steps=3)
    here = lab.snapshot.walks[0]
    assert here.path.points.tobytes() == alone.snapshot().walks[0].path.points.tobytes()
