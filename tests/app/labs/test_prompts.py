"""Try prompts: each is a scenario that keeps its promise, and its code sets up the same again."""

import contextlib
import math

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication

from gdstudio.app.labs.digits.prompts import PROMPTS as DIGITS
from gdstudio.app.labs.houses.prompts import PROMPTS as HOUSES
from gdstudio.app.labs.points.prompts import PROMPTS as POINTS
from gdstudio.app.labs.slope.prompts import PROMPTS as SLOPE
from gdstudio.app.labs.surface.prompts import PROMPTS as SURFACE
from gdstudio.engine.descent import Diverged
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS
from gdstudio.experiment.digits.settings import DigitsSettings
from gdstudio.experiment.readings import readings
from gdstudio.experiment.run_update import State
from gdstudio.experiment.scenario import Scenario
from tests.app.labs.conftest import LabDriver

PROMPTS = {
    "slope": SLOPE,
    "surface": SURFACE,
    "houses": HOUSES,
    "points": POINTS,
    "digits": DIGITS,
}
EVERY = [(lab, prompt.key) for lab, prompts in PROMPTS.items() for prompt in prompts]
# A run of Digits that a test can wait for; what is tried begins there.
FEW_DIGITS = "digits?dataset=pen-digits&training_size=300&epochs=3"


def prompt_of(lab, key):
    return next(one for one in PROMPTS[lab] if one.key == key)


def scenario_of(lab, key, now=None):
    """Return what a prompt sets a lab to that stands as it opens, or as the code `now` says."""
    return prompt_of(lab, key).scenario_from(Scenario.parse(now or lab), {})


def run_of(lab, key, steps=0, now=None):
    """Return the run of a prompt after some steps, or up to its divergence."""
    run = scenario_of(lab, key, now).prepare()()
    with contextlib.suppress(Diverged):
        run.advance(steps=steps)
    return run


def path_of(run, walk=0):
    return run.snapshot().walks[walk].path


# What each promises: (lab, key) to a check.


def steps_shrink():
    moves = np.abs(np.diff(path_of(run_of("slope", "bowl", 20)).points[:, 0]))
    assert (np.diff(moves) < 0).all()


def a_prediction_is_asked():
    assert scenario_of("slope", "predict").view["predict"] is True


def each_step_jumps_over_the_valley():
    xs = path_of(run_of("slope", "overshoot", 20)).points[:, 0]
    assert (xs[1:] * xs[:-1] < 0).all()


def each_step_lands_higher(lab):
    values = path_of(run_of(lab, "diverge", math.inf)).values
    assert len(values) > 10
    assert (np.diff(values) > 0).all()


def two_starts_end_apart():
    first, second = run_of("slope", "two_starts", math.inf).snapshot().walks
    assert abs(first.x - second.x) > 1


def the_ground_is_nearly_flat_for_long():
    run = run_of("slope", "plateau", math.inf)
    path = path_of(run)
    slopes = np.abs(path.slopes[:, 0])
    assert slopes[0] < 0.02 * slopes.max()
    assert path.steps[np.argmax(slopes)] > 100
    assert abs(path.points[-1, 0] - path.points[0, 0]) > 1


def its_slope_is_worked_out():
    objective = run_of("slope", "own").snapshot().problem.objective
    assert objective.slopes[0].pretty == "4·x³ − 6·x + 1"


def the_gradient_is_3_1():
    assert run_of("surface", "three_to_one").snapshot().walks[0].gradient.tolist() == [3, 1]


def it_goes_from_wall_to_wall():
    for optimizer, does in (("sgd", True), ("momentum", False)):
        run = scenario_of("surface", "zigzag").changed({"optimizer": optimizer}).prepare()()
        run.advance(steps=8)
        across = path_of(run).points[:, 1]
        assert bool((across[1:] * across[:-1] < 0).all()) is does


def starts_lead_to_several_valleys():
    ends = set()
    for seed in range(6):
        run = scenario_of("surface", "valleys").changed({"seed": seed}).prepare()()
        run.advance()
        ends.add(tuple(np.round(run.snapshot().walks[0].point, 1)))
    assert len(ends) > 2


def it_is_level_at_first_and_falls_in_the_end():
    walk = run_of("surface", "saddle", 200).snapshot().walks[0]
    slopes = np.abs(walk.path.slopes).max(axis=1)
    saddle = np.argmin(slopes[:50])
    assert slopes[saddle] < 0.1 * slopes[0]
    assert slopes[saddle:].max() > 3 * slopes[saddle]
    assert walk.path.values[-1] < walk.path.values[saddle] - 0.4


def all_race_from_one_start():
    walks = run_of("surface", "race").snapshot().walks
    assert {walk.key for walk in walks} == set(OPTIMIZERS)
    assert {tuple(walk.point) for walk in walks} == {tuple(walks[0].point)}


def a_person_walks():
    assert scenario_of("surface", "fog").view["fog"] is True


def one_of_two_valleys_is_deeper():
    depths = []
    for x in (-1, 2):
        run = scenario_of("surface", "own").changed({"start_x": x}).prepare()()
        run.advance()
        depths.append(run.snapshot().walks[0].value)
    assert depths[0] < depths[1] - 1


def the_line_is_the_storys():
    found = readings(run_of("houses", "story").snapshot())
    told = [found[name] for name in ("houses", "intercept", "slope", "learning_rate")]
    assert told == [10, 0.45, 0.75, 0.01]


def the_rate_is_a_tenth_above_the_stable_one_and_sse_grows():
    for now in ("houses", "houses?dataset=ames-houses", "houses?optimizer=adam&scale=raw"):
        run = run_of("houses", "diverge", 8, now)
        found = readings(run.snapshot())
        ratio = found["learning_rate"] / found["stable_learning_rate"]
        assert ratio == pytest.approx(1.1, abs=0.06)
        assert (np.diff(run.history.curve().mean)[1:] > 0).all()


def tiny_steps_arrive_late():
    run, usual = run_of("houses", "crawl"), Scenario("houses").prepare()()
    assert run.learning_rate == usual.learning_rate / 100
    usual.advance(steps=300)
    run.advance(steps=300)
    assert run.descent.loss > 1.05 * usual.descent.loss
    run.advance(steps=29_700)
    assert run.descent.loss == pytest.approx(usual.descent.loss, rel=1e-3)


def another_start_ends_at_the_same_line():
    run = run_of("houses", "other_start")
    assert run.snapshot().parameters.tolist() != [0.45, 0.75]
    run.advance(steps=50_000)
    assert run.snapshot().parameters == pytest.approx(run.problem.objective.least_squares())


def the_intercept_hardly_moves():
    run = run_of("houses", "raw")
    start, goal = run.snapshot().parameters[0], run.problem.objective.least_squares()[0]
    run.advance(steps=5000)
    assert abs(run.snapshot().parameters[0] - start) < 0.01 * abs(goal - start)


def there_are_2930_houses():
    assert readings(run_of("houses", "ames").snapshot())["houses"] == 2930


def no_line_parts_exclusive_or():
    now = run_of("points", "line", 2000).snapshot()
    assert not now.settings.network.hidden
    assert now.loss == pytest.approx(math.log(2), abs=0.01), "unsure everywhere"
    assert now.test.accuracy < 0.75


def two_neurons_part_exclusive_or():
    now = run_of("points", "two_neurons", 2000).snapshot()
    assert now.settings.network.hidden == (2,)
    assert now.test.accuracy >= 0.95


def many_neurons_learn_the_noise():
    run = run_of("points", "noise", 100)
    early = run.snapshot()
    run.advance(steps=900)
    now = run.snapshot()
    assert now.training.accuracy == 1.0
    assert now.test.accuracy < 0.9
    assert now.loss < early.loss / 10
    assert now.test.loss > 2 * early.test.loss


def a_dead_neuron_stays_as_it_was():
    run = run_of("points", "dead")
    first = run.snapshot()
    assert not first.gradient[:3].any()
    run.advance(steps=500)
    now = run.snapshot()
    assert now.parameters[:3].tolist() == [1, 0.5, -9]
    assert (now.parameters[3:9] != first.parameters[3:9]).all(), "the others learn"


def nothing_moves_on_the_plateau_until_a_hand_comes():
    run = run_of("points", "plateau")
    first = run.snapshot()
    run.advance(steps=1000)
    now = run.snapshot()
    assert now.training.accuracy < 0.05
    assert now.loss > 0.99 * first.loss
    assert np.abs(now.gradient).max() < 1e-3
    run.set_parameters({6: 0.5, 7: 0.5, 8: 0.0})
    run.extend()
    run.advance(steps=2000)
    assert run.snapshot().test.accuracy > 0.95


def features_do_without_neurons():
    now = run_of("points", "features", 500).snapshot()
    assert len(now.parameters) == 3
    assert now.test.accuracy > 0.98


def the_settings_are_the_storys():
    settings = run_of("digits", "story").settings
    assert settings == DigitsSettings()
    assert settings.network.build().size == 16_330


def batches_of_one_are_noisy_and_learn():
    single, usual = run_of("digits", "one_image", 900, FEW_DIGITS), Scenario.parse(FEW_DIGITS)
    before = usual.prepare()()
    assert single.settings.training.batch_size == 1
    assert single.evaluate().loss < before.evaluate().loss - 0.02
    before.advance(steps=100)
    noise = [np.std(run.history.curve().mean[50:]) for run in (single, before)]
    assert noise[0] > 1.5 * noise[1]


def other_weights_learn_too():
    first = Scenario.parse(FEW_DIGITS).prepare()()
    run = run_of("digits", "other_weights", now=FEW_DIGITS)
    assert (run.descent.parameters != first.descent.parameters).any()
    before = run.evaluate().loss
    run.advance()
    assert run.evaluate().loss < before - 0.02


def fifty_steps_are_made_a_second():
    scenario = scenario_of("digits", "slowly", FEW_DIGITS)
    assert scenario.code == f"{FEW_DIGITS}&speed=50"


def the_cost_of_digits_explodes():
    with pytest.raises(Diverged):
        scenario_of("digits", "diverge").changed({"training_size": 200}).prepare()().advance()


PROMISES = {
    ("slope", "bowl"): steps_shrink,
    ("slope", "predict"): a_prediction_is_asked,
    ("slope", "overshoot"): each_step_jumps_over_the_valley,
    ("slope", "diverge"): lambda: each_step_lands_higher("slope"),
    ("slope", "two_starts"): two_starts_end_apart,
    ("slope", "plateau"): the_ground_is_nearly_flat_for_long,
    ("slope", "own"): its_slope_is_worked_out,
    ("surface", "three_to_one"): the_gradient_is_3_1,
    ("surface", "zigzag"): it_goes_from_wall_to_wall,
    ("surface", "diverge"): lambda: each_step_lands_higher("surface"),
    ("surface", "valleys"): starts_lead_to_several_valleys,
    ("surface", "saddle"): it_is_level_at_first_and_falls_in_the_end,
    ("surface", "race"): all_race_from_one_start,
    ("surface", "fog"): a_person_walks,
    ("surface", "own"): one_of_two_valleys_is_deeper,
    ("houses", "story"): the_line_is_the_storys,
    ("houses", "diverge"): the_rate_is_a_tenth_above_the_stable_one_and_sse_grows,
    ("houses", "crawl"): tiny_steps_arrive_late,
    ("houses", "other_start"): another_start_ends_at_the_same_line,
    ("houses", "raw"): the_intercept_hardly_moves,
    ("houses", "ames"): there_are_2930_houses,
    ("points", "line"): no_line_parts_exclusive_or,
    ("points", "two_neurons"): two_neurons_part_exclusive_or,
    ("points", "noise"): many_neurons_learn_the_noise,
    ("points", "dead"): a_dead_neuron_stays_as_it_was,
    ("points", "plateau"): nothing_moves_on_the_plateau_until_a_hand_comes,
    ("points", "features"): features_do_without_neurons,
    ("digits", "story"): the_settings_are_the_storys,
    ("digits", "one_image"): batches_of_one_are_noisy_and_learn,
    ("digits", "other_weights"): other_weights_learn_too,
    ("digits", "slowly"): fifty_steps_are_made_a_second,
    ("digits", "diverge"): the_cost_of_digits_explodes,
}


@pytest.mark.parametrize(("lab", "key"), EVERY)
def test_a_prompt_keeps_its_promise(lab, key):
    PROMISES[lab, key]()


def numbers_of(snapshot):
    """Return where a run stands."""
    walks = getattr(snapshot, "walks", None)
    points = [snapshot.parameters] if walks is None else [walk.point for walk in walks]
    return [point.tolist() for point in points]


@pytest.mark.parametrize("key", PROMPTS)
def test_a_prompt_is_applied_as_its_code_is_and_runs_if_it_says_so(window_of, qtbot, key):
    driver = LabDriver(window_of(key), key, qtbot)
    now = FEW_DIGITS if key == "digits" else key
    for prompt in PROMPTS[key]:
        driver.window.set_up(Scenario.parse(now))
        driver.wait_generation()
        driver.click(f"prompt_{prompt.key}")
        wanted = prompt.scenario_from(Scenario.parse(now), {})
        driver.wait(lambda wanted=wanted: driver.lab.scenario() == wanted)
        driver.wait_generation()
        if prompt.runs:
            driver.wait(lambda: driver.snapshot.iteration > 0)
        driver.click("copy_setup_button")
        code = QGuiApplication.clipboard().text()
        assert Scenario.parse(code) == wanted, "what `gdstudio open` is given"
        driver.reset()
        assert numbers_of(driver.snapshot) == numbers_of(wanted.prepare()().snapshot())


@pytest.mark.parametrize(("key", "prompt"), [("slope", "own"), ("houses", "raw")])
def test_the_code_of_a_prompt_sets_up_a_fresh_window(window_of, qtbot, key, prompt):
    driver = LabDriver(window_of(key), key, qtbot)
    driver.click(f"prompt_{prompt}")
    driver.wait(lambda: driver.lab.scenario() == scenario_of(key, prompt))
    driver.click("copy_setup_button")
    fresh = LabDriver(window_of(key), key, qtbot)
    fresh.window.set_up(Scenario.parse(QGuiApplication.clipboard().text()))
    fresh.wait(lambda: fresh.lab.scenario() == driver.lab.scenario())
    fresh.wait_generation()
    driver.reset()
    assert fresh.state is not State.RUNNING
    assert numbers_of(fresh.snapshot) == numbers_of(driver.snapshot)


def test_a_function_of_ones_own_can_be_typed_at_once(slope):
    slope.click("prompt_own")
    edit = slope.widget("function_edit")
    slope.wait(lambda: edit.hasFocus() and edit.selectedText())
    assert "f′(x) = 4·x³ − 6·x + 1" in slope.sentences()
    slope.type("function_edit", "x^2")
    slope.wait(lambda: "f′(x) = 2·x" in slope.sentences())


def test_prompts_change_what_is_in_view(houses, tmp_path):
    """A table of one's own, a column, another rule: a change leaves all else as it is."""
    path = tmp_path / "flats.csv"
    path.write_text("size,rooms,price\n50,2,100\n60,2,130\n70,3,150\n", encoding="utf-8")
    houses.lab.open_table(path)
    houses.wait(lambda: houses.widget("dataset_combo").currentText() == "flats.csv")
    houses.wait_generation()
    houses.choose("column_combo", "rooms")
    houses.wait_generation()
    for key in ("other_start", "raw", "crawl", "diverge"):
        before = houses.lab.scenario().values
        houses.click(f"prompt_{key}")
        houses.wait_generation()
        houses.wait(lambda: houses.snapshot.iteration > 0)
        now = houses.lab.scenario().values
        changed = {name for name in {*before, *now} if before.get(name) != now.get(name)}
        assert changed <= {
            "other_start": {"seed", "intercept", "slope"},
            "raw": {"scale", "learning_rate", "intercept", "slope"},
        }.get(key, {"learning_rate"})
        assert houses.snapshot.settings.input_column == "rooms"
    assert houses.widget("dataset_combo").currentText() == "flats.csv"


def test_a_prompt_that_cannot_be_done_leaves_all_as_it_was(houses, tmp_path):
    path = tmp_path / "far.csv"
    path.write_text("size,price\n1e90,1\n2e90,2\n3e90,3\n", encoding="utf-8")
    houses.lab.open_table(path)
    houses.wait(lambda: houses.widget("dataset_combo").currentText() == "far.csv")
    houses.wait_generation()
    before = houses.lab.scenario()
    houses.click("prompt_raw")
    houses.wait(
        lambda: "choose another scale. Everything stays as it was." in houses.lab.notice.text
    )
    assert houses.lab.scenario() == before
    assert houses.state is not State.RUNNING
