"""Runs that are kept: their names, the table, and that they go on bit for bit."""

import math
import pickle

import numpy as np
import pytest

from gdstudio.engine.descent import Diverged
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS
from gdstudio.errors import BadInput
from gdstudio.experiment.scenario import Scenario
from gdstudio.runs.kept_run import AskMoment, KeptRun, RunMoment
from gdstudio.runs.kept_runs import MOST_IN_SIGHT, MOST_KEPT, KeptRuns, order

# A rate for each rule, so that none has to be found first.
RATES = "".join(f"&{key}.learning_rate=0.001" for key in OPTIMIZERS)
CODES = (
    "slope?function=two-valleys&start=2",
    "slope?function=x^4-3*x^2%2Bx&start=2&optimizer=adam",
    f"surface?function=beale&start_x=3&start_y=-2&race=all{RATES}",
    "houses?optimizer=momentum",
    "points?dataset=spirals&network=4,4&batch_size=10",
    "digits?dataset=pen-digits&training_size=300&network=8&optimizer=adam&epochs=1",
)


def kept(code, steps=20):
    scenario = Scenario.parse(code)
    run = scenario.prepare()()
    diverged = False
    try:
        run.advance(steps=steps)
    except Diverged:
        diverged = True
    return KeptRun.of(scenario, RunMoment.of(run), diverged=diverged)


def slopes(*codes, steps=20):
    runs = KeptRuns()
    for code in codes:
        runs = runs.with_run(kept(f"slope?{code}", steps))
    return runs


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.partition("&")[0])
def test_goes_on_as_the_run_would_have(code):
    scenario = Scenario.parse(code)
    run = scenario.prepare()()
    run.advance(steps=20)
    # As it comes out of another process.
    moment = pickle.loads(pickle.dumps(AskMoment().answer(run)))
    one = pickle.loads(pickle.dumps(KeptRun.of(scenario, moment)))
    run.advance(steps=30)
    again = scenario.prepare()().resumed(one.state)
    assert again.descent.iteration == one.readings["step"] == 20
    again.advance(steps=30)
    np.testing.assert_array_equal(again.descent.parameters, run.descent.parameters)
    np.testing.assert_array_equal(again.history.curve().mean, run.history.curve().mean)


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.partition("&")[0])
def test_has_curve_readings_and_seed(code):
    one = kept(code)
    steps, losses = one.curves["loss"]
    assert len(steps) == len(losses) >= 2
    assert (np.diff(steps) > 0).all()
    assert one.readings["step"] == 20
    assert one.final_loss == pytest.approx(one.readings["loss"])
    assert one.seed == 0
    assert one.seconds > 0
    assert not one.scenario.view
    assert (one.trail is None) == (one.scenario.lab in ("slope", "points", "digits"))


def test_named_by_what_differs():
    runs = slopes("learning_rate=0.1", "learning_rate=0.5")
    assert runs.names() == ["rate 0.1", "rate 0.5"]
    runs = runs.with_run(kept("slope?learning_rate=0.5&optimizer=momentum"))
    assert [name.split(" · ") for name in runs.names()] == [
        ["Gradient descent", "rate 0.1"],
        ["Gradient descent", "rate 0.5"],
        ["Momentum", "rate 0.5"],
    ]


def test_names_of_networks_and_seeds():
    runs = KeptRuns()
    for code in ("network=4,4&activation=relu&seed=2", "network=none&activation=tanh", "seed=3"):
        runs = runs.with_run(kept(f"points?{code}", 3))
    first, second, third = runs.names()
    assert first == "4, 4 · ReLU · seed 2"
    assert second.startswith("no hidden layers · ")
    assert third.endswith("seed 3")


def test_one_run_alone_and_twins_have_names():
    assert slopes("learning_rate=0.25").names() == ["rate 0.25"]
    runs = slopes("learning_rate=0.25").with_run(kept("slope?learning_rate=0.25", steps=5))
    assert runs.names() == ["rate 0.25 · 20 steps", "rate 0.25 · 5 steps"]
    assert slopes("learning_rate=0.25", "learning_rate=0.25").names()[1].endswith("run 2")


def test_a_rate_that_is_left_to_the_app_is_named_by_what_it_is():
    runs = slopes("", "learning_rate=0.01")
    assert runs.names()[1] == "rate 0.01"
    assert runs.names()[0].startswith("rate 0.")


def test_renaming_and_taking_the_name_back():
    runs = slopes("learning_rate=0.1", "learning_rate=0.5").renamed(1, "  the\tgood\none ")
    assert runs.names() == ["rate 0.1", "the good one"]
    assert runs.renamed(1, " ").names()[1] == "rate 0.5"
    assert len(runs.renamed(0, "x" * 500).names()[0]) < 100


def test_at_most_a_dozen_in_sight():
    one = kept("slope?", 2)
    runs = KeptRuns()
    for _ in range(MOST_IN_SIGHT + 1):
        runs = runs.with_run(one)
    assert len(runs.in_sight) == MOST_IN_SIGHT
    assert runs.runs[0].is_hidden
    with pytest.raises(BadInput, match="hide another"):
        runs.shown(0, in_sight=True)
    runs = runs.shown(3, in_sight=False).shown(0, in_sight=True)
    assert [run.is_hidden for run in runs.runs[:4]] == [False, False, False, True]
    with pytest.raises(BadInput, match="delete"):
        KeptRuns((one,) * MOST_KEPT).with_run(one)


def test_the_table_has_what_differs_first():
    runs = slopes("learning_rate=0.1", "learning_rate=0.5&start=1")
    columns = runs.columns(0.5)
    assert [column.key for column in columns] == [
        "learning_rate", "start", "step", "steps_to_loss", "loss", "seconds",
    ]  # fmt: skip
    assert columns[0].values == (0.1, 0.5)
    assert columns[0].texts == ("0.1", "0.5")
    headers, rows = runs.table(0.5)
    assert headers[:4] == ["run", "learning_rate", "start", "step"]
    assert headers[4] == "steps to loss 0.5"
    assert rows[0][:2] == ["rate 0.1 · start at x 3", 0.1]


def test_steps_to_a_loss():
    one = kept("slope?learning_rate=0.1&start=3")
    steps, losses = one.curves["loss"]
    assert one.steps_to(losses[7]) == steps[7]
    assert math.isnan(one.steps_to(losses.min() - 1))
    assert one.steps_to(math.inf) == steps[0]


def test_the_usual_goal_is_reached_by_all_that_did_not_diverge():
    runs = slopes("learning_rate=0.1", "learning_rate=0.01", "learning_rate=5", steps=50)
    assert [run.diverged for run in runs.runs] == [False, False, True]
    goal = runs.usual_goal()
    assert [math.isnan(run.steps_to(goal)) for run in runs.runs[:2]] == [False, False]
    assert runs.columns(goal)[3].texts[2] == "diverged"
    assert math.isnan(KeptRuns().usual_goal())
    assert KeptRuns().columns(math.nan) == []


def test_sorted_with_what_is_not_known_last():
    runs = slopes("learning_rate=0.5", "learning_rate=0.01", "learning_rate=0.1", steps=10)
    best = min(run.curves["loss"][1].min() for run in runs.runs)
    rate, _, reached, *_ = runs.columns(best)
    names = runs.names()
    assert order(rate, names, descending=False) == [1, 2, 0]
    assert order(rate, names, descending=True) == [0, 2, 1]
    assert order(reached, names, descending=True)[0] == 0
    assert order(None, names, descending=False) == [1, 2, 0]


def test_deleted():
    runs = slopes("learning_rate=0.5", "learning_rate=0.01", "learning_rate=0.1", steps=2)
    assert runs.without([0, 2]).runs == (runs.runs[1],)


def test_ways_are_drawn_together_only_on_the_same_ground():
    one, same, other = (
        kept(f"slope?{code}", 2)
        for code in ("learning_rate=0.5", "learning_rate=0.1&start=1", "function=two-valleys")
    )
    assert one.ground() == same.ground() != other.ground()
