"""Walks on a landscape: they are the engine's own, race in step, and end each by itself."""

import math
import pickle
from dataclasses import replace

import numpy as np
import pytest

from gdstudio.engine.descent import Descent, Diverged
from gdstudio.engine.functions.surfaces import SURFACES
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS, OptimizerSettings
from gdstudio.errors import BadInput
from gdstudio.experiment.functions.fog import FogWalk, compare
from gdstudio.experiment.functions.surface import StartSettings, SurfaceExperiment, SurfaceSettings
from gdstudio.experiment.functions.terrain import Terrain
from gdstudio.experiment.walks import WalkState


def terrain(key):
    return Terrain.of_surface(SURFACES[key])


def race(key, *rules, start=None):
    """Return the experiment in which these rules walk on a well-known function."""
    ground = terrain(key)
    first, *rest = rules
    return SurfaceExperiment(
        SurfaceSettings(ground, StartSettings(*(start or ground.start)), first, tuple(rest))
    )


def by_key(experiment):
    return {walk.key: walk for walk in experiment.snapshot().walks}


@pytest.mark.parametrize("key", ["rosenbrock", "beale", "three-to-one"])
def test_all_walks_are_the_descents_of_the_engine_bit_for_bit(key):
    ground = terrain(key)
    rules = [OptimizerSettings(rule, ground.suitable_rate(rule)) for rule in OPTIMIZERS]
    experiment = race(key, *rules)
    experiment.advance(steps=50)
    for rule in rules:
        descent = Descent(
            ground.objective, rule.build(2, np.dtype(np.float64)), np.array(ground.start)
        )
        path = [descent.parameters.copy()]
        for _ in range(50):
            descent.step(rule.learning_rate)
            path.append(descent.parameters.copy())
        walk = by_key(experiment)[rule.optimizer]
        assert walk.iteration == 50
        np.testing.assert_array_equal(walk.path.points, np.array(path))
        np.testing.assert_array_equal(walk.point, path[-1])


def test_the_gradient_of_the_example_is_three_and_one():
    (first,) = race("three-to-one", OptimizerSettings("sgd", 0.1)).snapshot().walks
    assert first.gradient.tolist() == [3.0, 1.0]
    np.testing.assert_allclose(first.next_step, [-0.3, -0.1], rtol=1e-15)
    assert first.value == 2.0
    assert first.distance == math.sqrt(2)


def test_one_that_diverges_stops_and_the_others_go_on():
    # The bowl curves by 1: plain descent is stable below a rate of 2.
    wild, calm = OptimizerSettings("sgd", 2.5), OptimizerSettings("momentum", 0.05)
    experiment = race("bowl", wild, calm)
    experiment.advance(steps=2000)
    walks = by_key(experiment)
    assert walks["sgd"].state is WalkState.DIVERGED
    assert walks["sgd"].iteration < 50
    assert np.isfinite(walks["sgd"].point).all()
    assert walks["momentum"].state is WalkState.ARRIVED
    assert walks["momentum"].distance < 1e-6
    assert experiment.finished
    assert "Momentum arrived first" in experiment.ending
    assert "one diverged" in experiment.ending


def test_where_all_diverge_the_race_ends_with_a_sentence_and_a_remedy():
    experiment = race("bowl", OptimizerSettings("sgd", 2.5), OptimizerSettings("momentum", 50.0))
    with pytest.raises(Diverged) as caught:
        experiment.advance(steps=2000)
    sentence = experiment.explain(caught.value)
    assert sentence.startswith("All 2 walks diverged.")
    assert "2.5 is too large" in sentence
    assert experiment.remedy() == 0.2
    assert all(w.state is WalkState.DIVERGED for w in by_key(experiment).values())
    experiment = experiment.restarted()
    assert by_key(experiment)["sgd"].state is WalkState.WALKING
    assert experiment.snapshot().iteration == 0


def test_a_rate_changed_on_the_way_is_that_of_one_walk_alone():
    rules = [OptimizerSettings("sgd", 0.01), OptimizerSettings("momentum", 0.001)]
    changed, untouched = race("bowl", *rules), race("bowl", *rules)
    for experiment in (changed, untouched):
        experiment.advance(steps=5)
    changed.set_live(replace(changed.settings, optimizer=OptimizerSettings("sgd", 0.3)))
    for experiment in (changed, untouched):
        experiment.advance(steps=5)
    before, after = by_key(untouched), by_key(changed)
    assert after["sgd"].value < before["sgd"].value
    np.testing.assert_array_equal(after["momentum"].point, before["momentum"].point)


def test_settings_can_go_to_another_process():
    ground = Terrain.of_text("x^2 + abs(y) + 1/x")
    settings = SurfaceSettings(ground, optimizer=OptimizerSettings("momentum", 0.03))
    twin = pickle.loads(pickle.dumps(settings))
    assert twin.terrain.minima == settings.terrain.minima
    one, other = SurfaceExperiment(settings), SurfaceExperiment(twin)
    for experiment in (one, other):
        experiment.advance(steps=20)
    np.testing.assert_array_equal(one.snapshot().walks[0].point, other.descent.parameters)


def test_valleys_of_a_persons_own_function_are_found():
    ground = Terrain.of_text("x^4 - 3*x^2 + x + y^2")
    roots = np.sort(np.roots([4.0, 0.0, -6.0, 1.0]).real)
    assert [x for x, _ in ground.minima] == pytest.approx([roots[0], roots[2]], abs=1e-6)
    assert [y for _, y in ground.minima] == pytest.approx([0.0, 0.0], abs=1e-6)
    assert not ground.minima_are_known
    assert ground.distance(np.array([roots[2], 2.0])) == pytest.approx(2.0, abs=1e-6)
    kink = Terrain.of_text("abs(x - 1) + abs(y + 2)").minima
    assert kink == (pytest.approx((1.0, -2.0), abs=1e-8),)


@pytest.mark.parametrize("text", ["x + y", "x^2 - y^2", "log(x*y)", "5", "1/(x^2 + y^2)"])
def test_what_falls_for_ever_or_is_level_has_no_valley(text):
    ground = Terrain.of_text(text)
    assert ground.minima == ()
    assert math.isnan(ground.distance(np.array([1.0, 1.0])))
    assert ground.trouble_at(*ground.start) == ""


def test_suggested_rates_bring_a_persons_own_function_down():
    for text in ("x^2 + 30*y^2", "x^4 + y^4", "sin(x) + cos(y)", "abs(x) + abs(y)"):
        ground = Terrain.of_text(text)
        for rule in OPTIMIZERS:
            settings = OptimizerSettings(rule, ground.suitable_rate(rule))
            experiment = SurfaceExperiment(
                SurfaceSettings(ground, StartSettings(*ground.start), settings)
            )
            start = experiment.snapshot().walks[0].value
            experiment.advance(steps=300)
            assert experiment.snapshot().walks[0].value < start, (text, rule)


def test_a_function_without_any_value_is_refused():
    with pytest.raises(BadInput, match="no value anywhere"):
        Terrain.of_text("sqrt(-1 - x^2 - y^2)")
    hole = Terrain.of_text("log(x) + y^2")
    assert "start elsewhere" in hole.trouble_at(-1.0, 0.0)
    for seed in range(5):
        assert not hole.trouble_at(*hole.random_start(np.random.default_rng(seed)))


def test_where_it_is_level_slope_leads_nowhere():
    fog = FogWalk(terrain("three-to-one"), (0.0, 0.0))
    assert fog.go_downhill(1.0) == "It is level here: slope does not say where downhill is."
    assert fog.steps == fog.probes == 0


def test_in_the_fog_a_step_has_a_reach_and_needs_ground():
    ground = Terrain.of_text("log(x) + y^2")
    fog = FogWalk(ground, (1.0, 1.0))
    assert fog.slope() == (1.0, 2.0)
    assert fog.reach == 2.0
    assert fog.go(30.0, 40.0) == ""
    assert fog.place == pytest.approx((2.2, 2.6))
    assert fog.loss == pytest.approx(math.log(2.2) + 2.6**2)
    fog.go(-2.0, 0.0)
    assert "no ground" in fog.go(-2.0, 0.0)
    steps = fog.steps
    fog.back()
    assert fog.steps == steps - 1


def test_a_walk_in_the_fog_beside_the_descent():
    experiment = race("three-to-one", OptimizerSettings("sgd", 0.1))
    experiment.advance(steps=10)
    fog = FogWalk(terrain("three-to-one"), (1.0, 1.0))
    fog.go(-0.8, 0.0)
    fog.go(0.0, -0.5)
    # After two steps: x = 0.7², y = 0.9²; after three the loss is below that of (0.2, 0.5).
    verdict = compare(fog, experiment.snapshot().walks[0].path)
    assert (verdict.steps, verdict.descent_steps) == (2, 2)
    assert verdict.loss == pytest.approx(1.5 * 0.2**2 + 0.5 * 0.5**2)
    assert verdict.descent_loss == pytest.approx(1.5 * 0.49**2 + 0.5 * 0.81**2)
    assert verdict.steps_to_match is None


def test_a_run_whose_rates_are_still_searched_for_goes_to_another_process():
    ground = terrain("beale")
    rule = OptimizerSettings("momentum", 0.01)
    settings = SurfaceSettings(
        ground, StartSettings(*ground.start), rule, (), free_rates=frozenset({"momentum"})
    )
    run = SurfaceExperiment(settings)
    run.find_rates(seconds=0.0)
    twin = run.resumed(run.state())
    for one in (run, twin):
        one.advance(steps=5)
    assert [walk.settings for walk in twin.walks] == [walk.settings for walk in run.walks]
    here, there = (one.snapshot().walks[0].path.points for one in (run, twin))
    np.testing.assert_array_equal(there, here)


def free(ground, *keys, start=(3.0, -2.0), momentum=0.9):
    """Return settings in which these rules walk, all with a learning rate left to the app."""
    first, *others = (OptimizerSettings(key, momentum=momentum) for key in keys)
    at = StartSettings(*start)
    return SurfaceSettings(ground, at, first, tuple(others), free_rates=frozenset(keys))


def test_rates_that_were_found_are_there_at_once_after_reset_and_in_every_race():
    ground, keys = terrain("beale"), ("sgd", "momentum", "adam")
    run = SurfaceExperiment(free(ground, *keys))
    assert not run.find_rates(0.0), "one portion is all of it"
    assert run.find_rates()
    found = run.found_rates()
    for rules in (keys, keys[:1], keys[:2], keys):
        run = run.restarted(free(ground, *rules))
        assert run.find_rates(0.0)
        assert run.found_rates() == {key: found[key] for key in rules}
        rates = {walk.key: walk.settings.learning_rate for walk in run.snapshot().walks}
        assert rates == {key: found[key].learning_rate for key in rules}
    run.advance(steps=20)
    assert run.restarted().find_rates(0.0)
    # From another process it is the same one.
    assert pickle.loads(pickle.dumps(run)).restarted().find_rates(0.0)


@pytest.mark.parametrize(
    "changed",
    [{"start": (3.0, 2.0)}, {"momentum": 0.5}, {"ground": terrain("rosenbrock")}],
    ids=lambda one: next(iter(one)),
)
def test_where_something_has_changed_that_a_rate_depends_on_it_is_found_anew(changed):
    given = {"ground": terrain("beale")}
    run = SurfaceExperiment(free(given["ground"], "nesterov"))
    run.find_rates()
    given |= changed
    settings = free(given.pop("ground"), "nesterov", **given)
    other, fresh = run.restarted(settings), SurfaceExperiment(settings)
    for one in (other, fresh):
        assert not one.find_rates(0.0)
        assert one.find_rates()
    assert other.found_rates() == fresh.found_rates()
    assert other.restarted(run.settings).find_rates(0.0)


def test_a_race_goes_on_in_another_process_bit_for_bit_up_to_the_step_that_comes_next():
    ground = terrain("beale")
    here = race(
        "beale", *(OptimizerSettings(rule, ground.suitable_rate(rule)) for rule in OPTIMIZERS)
    )
    here.advance(steps=20)
    there = here.resumed(here.state())
    for one in (here, there):
        one.advance(steps=30)
    for walk, twin in zip(here.snapshot().walks, there.snapshot().walks, strict=True):
        assert walk.path.points.tobytes() == twin.path.points.tobytes()
        assert walk.next_step.tolist() == twin.next_step.tolist(), walk.key
