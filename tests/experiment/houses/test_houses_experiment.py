"""Fitting the line, as the window and the command line run it."""

import math
import re
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from gdstudio.data.catalogue import load_houses
from gdstudio.data.dataset import Table
from gdstudio.engine.descent import Diverged
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS, OptimizerSettings
from gdstudio.engine.regression import MIN_MAX, RAW, STANDARDISED, ScaleSettings
from gdstudio.errors import BadInput
from gdstudio.experiment.houses.experiment import HousesExperiment
from gdstudio.experiment.houses.problem import (
    HousesProblem,
    HousesSettings,
    LineSettings,
    round_down,
)
from gdstudio.experiment.walks import PATH_ROWS
from gdstudio.number_text import parse_number, plain_text

# Those whose steps grow with the slope, so that they can explode.
PLAIN = [key for key, rule in OPTIMIZERS.items() if not rule.adapts]
STORY = HousesSettings("size_sqft", "price_usd")
AMES = HousesSettings("living_area_sqft", "price_usd")


def table_of(x, y):
    columns = {"x": np.array(x, float), "y": np.array(y, float)}
    return Table(
        name="own",
        columns=("x", "y"),
        values=MappingProxyType(columns),
        units=MappingProxyType({}),
    )


OWN = HousesSettings("x", "y")


def ten_houses(**changes):
    return HousesExperiment(load_houses("ten-houses"), replace(STORY, **changes))


def rate(learning_rate, optimizer="sgd"):
    return OptimizerSettings(optimizer=optimizer, learning_rate=learning_rate)


def explode(experiment):
    with pytest.raises(Diverged) as caught:
        experiment.advance(steps=100_000)
    return caught.value


def test_the_default_settings_are_the_story():
    experiment = ten_houses()
    before = experiment.snapshot()
    assert before.sse == pytest.approx(0.6773, abs=5e-5)
    np.testing.assert_allclose(before.gradient, [3.3002, 1.5453], atol=5e-5)
    np.testing.assert_allclose(before.next_step, -0.01 * before.gradient)
    assert experiment.advance(steps=1) == 1
    after = experiment.snapshot()
    assert after.sse == pytest.approx(0.5527, abs=5e-5)
    np.testing.assert_allclose(after.parameters, [0.41700, 0.73455], atol=5e-6)
    np.testing.assert_array_equal(after.parameters, before.parameters + before.next_step)
    assert (before.iteration, after.iteration) == (0, 1)
    np.testing.assert_array_equal(after.path, [before.parameters, after.parameters])
    np.testing.assert_allclose(after.curve.mean, [before.sse])


@pytest.mark.parametrize("optimizer", PLAIN)
@pytest.mark.parametrize(("key", "settings"), [("ten-houses", STORY), ("ames-houses", AMES)])
def test_the_suggested_rate_arrives_and_says_so(key, settings, optimizer):
    table = load_houses(key)
    problem = HousesProblem.of(table, settings)
    suggested = problem.suggested_rate(OptimizerSettings(optimizer=optimizer))
    assert suggested <= problem.stable_rate(OptimizerSettings(optimizer=optimizer)) / 2
    experiment = HousesExperiment(
        table, replace(settings, optimizer=rate(suggested, optimizer=optimizer))
    )
    experiment.advance(steps=20_000)
    assert experiment.finished
    np.testing.assert_allclose(
        experiment.descent.parameters, problem.objective.least_squares(), rtol=1e-9
    )
    assert f"Arrived after {experiment.descent.iteration:,} steps" in experiment.ending
    assert experiment.advance(steps=10) == 0
    experiment.extend()
    assert experiment.advance(steps=10) == 10


@pytest.mark.parametrize("optimizer", [key for key in OPTIMIZERS if key not in PLAIN])
@pytest.mark.parametrize("key", ["ten-houses", "ames-houses"])
def test_where_no_rate_is_known_to_be_stable_the_suggested_one_gets_near(key, optimizer):
    table = load_houses(key)
    settings = STORY if key == "ten-houses" else AMES
    chosen = OptimizerSettings(optimizer=optimizer, weight_decay=0)
    problem = HousesProblem.of(table, settings)
    assert problem.stable_rate(chosen) is None
    chosen = replace(chosen, learning_rate=problem.suggested_rate(chosen))
    experiment = HousesExperiment(table, replace(settings, optimizer=chosen))
    experiment.advance(steps=4000)
    best = problem.objective.least_squares()
    np.testing.assert_allclose(experiment.descent.parameters, best, atol=0.02)


def test_weight_decay_shrinks_the_slope_and_leaves_the_intercept_alone():
    chosen = OptimizerSettings(optimizer="adamw", learning_rate=0.01, weight_decay=0.5)
    experiment = ten_houses(optimizer=chosen)
    plain = ten_houses(optimizer=replace(chosen, weight_decay=0))
    difference = experiment.snapshot().next_step - plain.snapshot().next_step
    np.testing.assert_allclose(difference, [0, -0.01 * 0.5 * 0.75], atol=1e-15)


@pytest.mark.parametrize("scale", [MIN_MAX, STANDARDISED, RAW])
def test_a_crawl_has_not_arrived(scale):
    """However small the steps are, the line is where it was: far from the best."""
    experiment = ten_houses(optimizer=rate(1e-14), scale=ScaleSettings(scale))
    experiment.advance(steps=1000)
    assert not experiment.finished


def test_a_start_on_the_best_line_has_arrived_at_once():
    x = np.arange(10.0)
    experiment = HousesExperiment(
        table_of(x, 3 * x + 2), replace(OWN, scale=ScaleSettings(RAW), line=LineSettings(2, 3))
    )
    assert experiment.snapshot().sse == pytest.approx(0, abs=1e-20)
    experiment.set_live(replace(experiment.settings, optimizer=rate(0.001)))
    assert experiment.advance(steps=1000) < 100
    assert experiment.finished
    np.testing.assert_allclose(experiment.descent.parameters, [2, 3], atol=1e-9)


def test_an_explosion_from_the_best_line_grows_until_it_can_be_seen():
    """A start that costs next to nothing must not make every later loss look like an explosion."""
    x = np.arange(10.0)
    table = table_of(x, 3 * x + 2)
    chosen = replace(OWN, scale=ScaleSettings(RAW), line=LineSettings(2 + 1e-9, 3))
    stable = HousesProblem.of(table, chosen).stable_rate(chosen.optimizer)
    experiment = HousesExperiment(table, replace(chosen, optimizer=rate(1.5 * stable)))
    explode(experiment)
    assert abs(experiment.descent.parameters - [2, 3]).max() > 10


def test_data_on_a_line_are_fitted_exactly():
    x = np.arange(10.0)
    experiment = HousesExperiment(table_of(x, 3 * x + 2), replace(OWN, optimizer=rate(0.1)))
    experiment.advance(steps=20_000)
    assert experiment.finished
    scaling = experiment.problem.scaling
    line = scaling.line_in_original_units(*experiment.descent.parameters)
    np.testing.assert_allclose(line, (2, 3), rtol=1e-8)


def test_the_path_stays_short_and_keeps_both_ends():
    experiment = ten_houses(optimizer=rate(1e-7))
    experiment.advance(steps=25_000)
    snapshot = experiment.snapshot()
    assert PATH_ROWS / 2 <= len(snapshot.path) <= PATH_ROWS + 1
    np.testing.assert_array_equal(snapshot.path[0], [0.45, 0.75])
    np.testing.assert_array_equal(snapshot.path[-1], snapshot.parameters)
    # It walks steadily, so what was thinned out is thinned out evenly.
    steps = np.diff(snapshot.path[:-1, 0])
    assert steps.min() / steps.max() == pytest.approx(1, abs=0.3)


@pytest.mark.parametrize("optimizer", PLAIN)
@pytest.mark.parametrize("scale", [MIN_MAX, STANDARDISED, RAW])
def test_too_large_a_rate_is_explained_and_the_remedy_works(scale, optimizer):
    table = load_houses("ames-houses")
    chosen = replace(AMES, scale=ScaleSettings(scale))
    stable = HousesProblem.of(table, chosen).stable_rate(rate(1, optimizer))
    experiment = HousesExperiment(table, replace(chosen, optimizer=rate(3 * stable, optimizer)))
    divergence = explode(experiment)
    snapshot = experiment.snapshot()
    for array in (snapshot.parameters, snapshot.gradient, snapshot.next_step, snapshot.path):
        assert np.isfinite(array).all()
    assert math.isfinite(snapshot.sse)
    sentence = experiment.explain(divergence)
    assert f"the learning rate {plain_text(3 * stable)} is too large" in sentence
    above = parse_number(re.search(r"anything above (.+) diverges", sentence)[1])
    assert stable <= above < 1.02 * stable
    assert plain_text(experiment.remedy()) in sentence
    # Without Reset the walk goes on from the last good line, downhill.
    before = experiment.snapshot().sse
    experiment.set_live(
        replace(experiment.settings, optimizer=rate(experiment.remedy(), optimizer))
    )
    experiment.advance(steps=1000)
    assert experiment.snapshot().sse < before
    assert experiment.snapshot().settings.optimizer.learning_rate == experiment.remedy()


def test_ames_bears_0_00064_but_not_0_00066():
    table = load_houses("ames-houses")
    fine = HousesExperiment(table, replace(AMES, optimizer=rate(0.00064)))
    fine.advance(steps=5000)
    assert fine.finished
    explode(HousesExperiment(table, replace(AMES, optimizer=rate(0.00066))))


@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
def test_reset_repeats_and_slicing_does_not_matter(optimizer):
    experiment = ten_houses(optimizer=rate(0.01, optimizer))
    experiment.advance(steps=137)
    first = experiment.snapshot()
    experiment = experiment.restarted()
    assert experiment.snapshot().iteration == 0
    assert len(experiment.snapshot().curve.steps) == 0
    np.testing.assert_array_equal(experiment.snapshot().path, [[0.45, 0.75]])
    for _ in range(137):
        experiment.advance(steps=1)
    again = experiment.snapshot()
    np.testing.assert_array_equal(first.parameters, again.parameters)
    np.testing.assert_array_equal(first.path, again.path)
    np.testing.assert_array_equal(first.curve.mean, again.curve.mean)


def test_a_live_rate_applies_to_the_next_step_and_the_rest_waits_for_reset():
    experiment = ten_houses()
    experiment.advance(steps=1)
    before = experiment.snapshot()
    wished = replace(STORY, optimizer=rate(0.02), line=LineSettings(0, 0), scale=ScaleSettings(RAW))
    experiment.set_live(wished)
    experiment.advance(steps=1)
    after = experiment.snapshot()
    np.testing.assert_allclose(after.parameters, before.parameters - 0.02 * before.gradient)
    assert after.settings == replace(STORY, optimizer=rate(0.02))
    experiment = experiment.restarted(wished)
    assert experiment.snapshot().settings == wished
    np.testing.assert_array_equal(experiment.descent.parameters, [0, 0])
    assert experiment.problem.objective.y.max() > 1000


def test_a_snapshot_does_not_move_and_cannot_be_changed():
    experiment = ten_houses()
    snapshot = experiment.snapshot()
    kept = snapshot.parameters.copy()
    experiment.advance(steps=10)
    np.testing.assert_array_equal(snapshot.parameters, kept)
    with pytest.raises(ValueError, match="read-only"):
        snapshot.parameters[0] = 1


def test_columns_that_cannot_be_used_leave_the_run_as_it_is():
    experiment = ten_houses()
    experiment.advance(steps=3)
    before = experiment.snapshot()
    with pytest.raises(BadInput, match="rooms"):
        experiment.restarted(replace(STORY, input_column="rooms"))
    with pytest.raises(BadInput):
        experiment.restarted(OWN, table_of([], []))
    after = experiment.snapshot()
    assert after.settings == before.settings
    assert after.problem is before.problem
    np.testing.assert_array_equal(after.parameters, before.parameters)


def test_a_million_houses_with_large_numbers_have_a_rate_that_can_be_chosen():
    rng = np.random.default_rng(0)
    x = rng.uniform(1e4, 1e6, 200_000)
    table = table_of(x, 5000 * x + rng.normal(size=x.size))
    chosen = replace(OWN, scale=ScaleSettings(RAW))
    suggested = HousesProblem.of(table, chosen).suggested_rate(chosen.optimizer)
    experiment = HousesExperiment(table, replace(chosen, optimizer=rate(suggested)))
    before = experiment.snapshot().sse
    experiment.advance(steps=50)
    assert experiment.snapshot().sse < before / 100


@pytest.mark.parametrize(
    ("number", "rounded"), [(0.0817, 0.08), (9.99e-7, 9e-7), (1.0, 1.0), (250.0, 200.0)]
)
def test_round_down_keeps_one_figure(number, rounded):
    assert round_down(number) == rounded


def test_an_explosion_names_the_rate_it_happened_at_not_one_typed_since():
    twin = ten_houses(optimizer=rate(1.0))
    last = explode(twin).iteration
    experiment = ten_houses(optimizer=rate(1.0))
    experiment.advance(steps=last)
    # What is typed now has made no step yet.
    experiment.set_live(replace(experiment.settings, optimizer=rate(0.01)))
    sentence = experiment.explain(explode(experiment))
    assert "The steps grew: the learning rate 1 is too large." in sentence
    assert experiment.settings.optimizer.learning_rate == 0.01


@pytest.mark.parametrize("optimizer", [key for key, rule in OPTIMIZERS.items() if rule.adapts])
def test_where_no_bound_is_known_the_remedy_has_been_walked_with(optimizer):
    experiment = ten_houses(optimizer=rate(1e6, optimizer))
    sentence = experiment.explain(explode(experiment))
    remedy = experiment.remedy()
    assert sentence == (
        "The steps grew: the learning rate 1,000,000 is too large. "
        f"{plain_text(remedy)} is a good one."
    )
    again = ten_houses(optimizer=rate(remedy, optimizer))
    again.advance(steps=1000)
    assert again.snapshot().sse < experiment.history.curve().minimum[0]


def test_a_line_that_decay_holds_back_does_not_claim_that_its_slopes_are_0():
    rule = OptimizerSettings("adamw", 0.01, 0.9, 10.0)
    experiment = ten_houses(optimizer=rule)
    experiment.advance(steps=20_000)
    slopes = np.abs(experiment.snapshot().gradient)
    if experiment.finished:
        assert ("the slopes are practically 0" in experiment.ending) == bool(slopes.max() < 1e-6)
    plain = ten_houses(optimizer=rate(0.1))
    plain.advance(steps=100_000)
    assert plain.finished
    assert "the slopes are practically 0" in plain.ending
