"""A learning rate is promised only after it has been walked with, from that very start."""

import inspect

import numpy as np
import pytest

from gdstudio.engine.functions.curves import CURVES
from gdstudio.engine.functions.expression import Expression
from gdstudio.engine.functions.objective import FunctionObjective
from gdstudio.engine.functions.surfaces import SURFACES
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS, OptimizerSettings
from gdstudio.experiment.functions.downhill import Outlook, falls_for_ever, way_down
from gdstudio.experiment.functions.rate_search import (
    LARGEST,
    SMALLEST,
    STEPS,
    RateCache,
    RateSearch,
    typed_rate,
)
from gdstudio.experiment.functions.slope_problem import SlopeProblem
from gdstudio.experiment.functions.terrain import Terrain
from gdstudio.experiment.functions.walk import FunctionWalk
from gdstudio.experiment.walks import WalkState


def objective_of(text, size=1):
    return FunctionObjective(Expression.parse(text, ("x", "y")[:size]))


def searched(ground, start, rule="sgd", **wanted):
    """Search for a rate on a terrain or a curve, as the labs do."""
    settings = OptimizerSettings(rule)
    guess = (
        ground.suitable_rate(rule) if isinstance(ground, Terrain)
        else ground.suggested_rate(settings)
    )  # fmt: skip
    search = RateSearch(
        ground.objective, [start], settings,
        **{"guess": guess, "trusted": True, "scale": ground.scale, "reach": ground.width} | wanted,
    )  # fmt: skip
    return search.work()


def walked(ground, start, rule, rate, steps):
    settings = OptimizerSettings(rule, rate)
    walk = FunctionWalk(ground.objective, start, settings, scale=ground.scale, reach=ground.width)
    for _ in range(steps):
        if walk.is_over:
            break
        walk.advance()
    return walk


def as_typed(rate):
    return float(f"{rate:.1g}") == rate


@pytest.mark.parametrize("surface", SURFACES.values(), ids=lambda one: one.key)
def test_from_random_starts_no_walk_with_its_rate_diverges(surface):
    ground = Terrain.of_surface(surface)
    rng = np.random.default_rng(1)
    for rule in OPTIMIZERS:
        for _ in range(3 if rule in ("sgd", "momentum") else 1):
            start = ground.random_start(rng)
            found = searched(ground, start, rule)
            assert found.works, (start, rule)
            assert as_typed(found.learning_rate)
            walk = walked(ground, start, rule, found.learning_rate, 2 * STEPS)
            assert walk.state is not WalkState.DIVERGED, (start, rule, found)
            if found.arrives is not None:
                assert walk.is_over
                assert walk.iteration == found.arrives
            cost = ground.objective.value(walk.descent.parameters)
            assert cost <= ground.objective.value(np.array(start)) + 1e-6 * ground.scale


@pytest.mark.parametrize("curve", CURVES.values(), ids=lambda one: one.key)
def test_from_random_starts_on_curves_neither(curve):
    problem = SlopeProblem.of(curve)
    rng = np.random.default_rng(2)
    for rule in OPTIMIZERS:
        start = (round(float(rng.uniform(*problem.view)), 2),)
        found = searched(problem, start, rule)
        assert found.works, (start, rule)
        walk = walked(problem, start, rule, found.learning_rate, 2 * STEPS)
        assert walk.state is not WalkState.DIVERGED, (start, rule, found)


def test_steep_corners_of_beale_get_a_rate_of_their_own():
    ground = Terrain.of_surface(SURFACES["beale"])
    flat, steep = searched(ground, (1.0, 1.0)), searched(ground, (-4.0, 3.0))
    assert flat.learning_rate == ground.learning_rate
    assert steep.learning_rate < ground.learning_rate / 10
    assert walked(ground, (-4.0, 3.0), "sgd", 0.01, 100).state is WalkState.DIVERGED


@pytest.mark.parametrize(
    ("text", "start", "why"),
    [
        ("log(x)", (2.0,), "leads to x = 0, where the function falls without bound"),
        ("sqrt(x)", (2.0,), "leads to x = 0, where the function ends"),
        ("x**1.5", (2.0,), "leads to x = 0, where the function ends"),
        ("sqrt(x) + y**2", (3.0, 2.0), "leads to x = 0, y = 0, where the function ends"),
        ("acos(x) + y**2", (0.5, 0.5), "where the function ends"),
        ("tan(x)", (1.0,), "leads to x = −1.571, where the function falls without bound"),
        ("-1/(x**2 + y**2)", (3.0, 2.0), "falls without bound"),
        ("-x", (1.0,), "downhill leads on for ever"),
        ("-x**2", (1.0,), "downhill leads on for ever"),
        ("x**3", (-1.0,), "downhill leads on for ever"),
        ("x**2 - y**2", (3.0, 2.0), "downhill leads on for ever"),
        ("x*y", (3.0, 2.0), "downhill leads on for ever"),
    ],
)
def test_where_no_rate_works_it_is_said_why(text, start, why):
    search = RateSearch(
        objective_of(text, len(start)), [start], OptimizerSettings(), guess=0.1, scale=1, reach=8
    )
    found = search.work()
    assert not found.works
    assert why in found.why_not
    assert found.promise == found.why_not
    assert SMALLEST <= found.learning_rate <= LARGEST


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("1e-12*x**2", (2.0,)), ("1e12*x**2", (2.0,)), ("(x/1000)**2", (900.0,)),
        ("x**10", (2.0,)), ("x**100", (1.5,)), ("exp(x**2)", (2.0,)), ("x*log(x)", (1.5,)),
        ("x**3 - 10000*x**2", (2.0,)), ("abs(x)", (2.0,)), ("sqrt(abs(x))", (2.0,)),
        ("1 - exp(-10*(x**2 + y**2))", (0.5, 0.5)), ("x**2 + 10000*y**2", (3.0, 2.0)),
        ("(1 - x)**2 + 100*(y - x**2)**2", (3.0, 2.0)), ("exp(-x) + y**2", (3.0, 2.0)),
        ("abs(x) + 3*abs(y)", (3.0, 2.0)), ("x**3 + y**2", (3.0, 2.0)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("rule", ["sgd", "momentum"])
def test_rates_of_typed_functions_go_well_whatever_was_guessed(text, start, rule):
    objective = objective_of(text, len(start))
    settings = OptimizerSettings(rule)
    scale = abs(objective.value(np.array(start)))
    for guess in (0.1, 1e5):
        search = RateSearch(objective, [start], settings, guess=guess, scale=scale, reach=8)
        found = search.work()
        assert found.works, found
        assert as_typed(found.learning_rate)
        settings = OptimizerSettings(rule, found.learning_rate)
        walk = FunctionWalk(objective, start, settings, scale=scale, reach=8)
        for _ in range(STEPS):
            walk.advance()
        assert walk.state is not WalkState.DIVERGED
        assert objective.value(walk.descent.parameters) < objective.value(np.array(start))


def test_a_slow_guess_is_bettered_and_a_good_one_kept():
    objective = objective_of("x**2")
    for guess, expected in ((1e-9, {0.001, 0.002, 0.005, 0.01}), (0.1, {0.1}), (0.37, {0.37})):
        search = RateSearch(objective, [(3.0,)], OptimizerSettings(), guess=guess, scale=9, reach=8)
        assert search.work().learning_rate in expected


def test_one_rate_suits_all_starts_and_what_is_smaller_can_be_asked_for():
    objective = objective_of("x**4")
    rule = OptimizerSettings()
    both = RateSearch(objective, [(0.1,), (30.0,)], rule, guess=0.1, scale=1, reach=8).work()
    assert both.works
    assert both.learning_rate <= 0.001
    less = RateSearch(
        objective, [(0.1,), (30.0,)], rule, guess=0.1, below=1e-5, scale=1, reach=8
    ).work()
    assert less.works
    assert less.learning_rate < 1e-5


def test_a_search_can_be_done_in_portions():
    search = RateSearch(
        objective_of("x**2"), [(3.0,)], OptimizerSettings(), guess=1e-9, scale=9, reach=8
    )
    portions = 0
    while search.work(0.0) is None:
        portions += 1
    assert portions > 10
    assert search.found.works


GIVEN = {
    "objective": objective_of("x**2"),
    "starts": [(3.0,)],
    "settings": OptimizerSettings("momentum", 0.1),
    "guess": 0.1,
    "trusted": False,
    "below": 1.0,
    "scale": 9.0,
    "reach": 8.0,
    "steps": 50,
}
OTHERS = {
    "objective": objective_of("x**2 + 1"),
    "starts": [(3.0,), (4.0,)],
    "settings": OptimizerSettings("momentum", 0.1, momentum=0.5),
    "guess": 0.2,
    "trusted": True,
    "below": 2.0,
    "scale": 8.0,
    "reach": 9.0,
    "steps": 60,
}


@pytest.mark.parametrize("name", list(inspect.signature(RateSearch).parameters))
def test_only_the_same_search_is_recalled(name):
    cache, made = RateCache(), RateSearch(**GIVEN)
    cache.keep(made)
    assert cache.recall(RateSearch(**GIVEN)).found is None, "it was not at its end"
    made.work()
    cache.keep(made)
    assert cache.recall(RateSearch(**GIVEN)).work(0.0) is made.found
    assert cache.recall(RateSearch(**GIVEN | {name: OTHERS[name]})).found is None


def test_the_rate_that_a_rule_had_before_does_not_matter():
    cache, made = RateCache(), RateSearch(**GIVEN)
    made.work()
    cache.keep(made)
    slower = GIVEN | {"settings": OptimizerSettings("momentum", 1e-3)}
    assert cache.recall(RateSearch(**slower)).found is made.found
    assert RateSearch(**slower).work() == made.found


def test_only_the_latest_searches_are_kept():
    def search_from(x):
        return RateSearch(**GIVEN | {"starts": [(x,)], "steps": 2})

    cache, starts = RateCache(), [1 + number / 300 for number in range(300)]
    for search in map(search_from, starts):
        search.work()
        cache.keep(search)
    kept = [cache.recall(search_from(x)).found is not None for x in starts]
    assert kept == sorted(kept)
    assert 20 <= sum(kept) < 300


def test_rates_are_those_one_would_type():
    assert [typed_rate(n) for n in (0.0019531, 0.037, 7.0, 3e-40, 1e60)] == [
        0.002, 0.05, 5.0, SMALLEST, LARGEST
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "start", "outlook", "near"),
    [
        ("x**2", (3.0,), Outlook.REST, (0.0,)),
        ("x**3", (2.0,), Outlook.REST, (0.0,)),
        ("x**3 - 10000*x**2", (2.0,), Outlook.REST, (6666.6667,)),
        ("abs(x)", (1.0,), Outlook.REST, (0.0,)),
        ("log(abs(x))", (2.4,), Outlook.POLE, (0.0,)),
        ("x**(1/3)", (2.0,), Outlook.EDGE, (0.0,)),
        ("sqrt(x)", (2.0,), Outlook.EDGE, (0.0,)),
        ("1/x", (-2.0,), Outlook.POLE, (0.0,)),
        ("1/x", (2.0,), Outlook.OPEN, None),
        ("exp(-x)", (1.0,), Outlook.OPEN, None),
        ("-log(x)", (1.0,), Outlook.FOREVER, None),
        ("exp(x)*cos(y)", (0.0, 2.0), Outlook.FOREVER, None),
    ],
)
def test_where_downhill_leads(text, start, outlook, near):
    way = way_down(objective_of(text, len(start)), start, reach=8.0)
    if outlook is Outlook.FOREVER and text.startswith("exp"):
        assert way.outlook in (Outlook.FOREVER, Outlook.OPEN)
        return
    assert way.outlook is outlook
    if near is not None:
        assert way.point == pytest.approx(near, abs=1e-3)


@pytest.mark.parametrize(
    ("text", "x", "way", "ever"),
    [
        ("-x", 1.0, 1.0, True), ("-x**2", 1.0, 1.0, True), ("x**3", -1.0, -1.0, True),
        ("x**3 - 10000*x**2", 100.0, 1.0, False), ("x**3 - 10000*x**2", -1.0, -1.0, True),
        ("-log(x)", 1.0, 1.0, True), ("1/x", 1.0, 1.0, False), ("exp(-x)", 1.0, 1.0, False),
        ("-exp(x)", 1.0, 1.0, True), ("x**4 - 1e30*x**2", 1.0, 1.0, False),
        ("-x + 0.5*sin(x)", 1.0, 1.0, True), ("log(x)", 1.0, -1.0, False),
    ],
)  # fmt: skip
def test_what_falls_for_ever(text, x, way, ever):
    assert falls_for_ever(objective_of(text), (x,), (way,), reach=8.0) is ever
