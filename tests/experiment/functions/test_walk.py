"""One walk on a function: its path by hand, and every way in which it can end."""

import numpy as np
import pytest

from gdstudio.engine.functions.expression import Expression
from gdstudio.engine.functions.objective import FunctionObjective
from gdstudio.engine.functions.surfaces import SURFACES
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS, OptimizerSettings
from gdstudio.experiment.functions.walk import FunctionWalk
from gdstudio.experiment.walks import PATH_ROWS, WalkState


def walk_on(text, start, rate, *, optimizer="sgd", steps=5000):
    variables = ("x", "y")[: len(start)]
    objective = FunctionObjective(Expression.parse(text, variables))
    walk = FunctionWalk(
        objective, start, OptimizerSettings(optimizer=optimizer, learning_rate=rate)
    )
    for _ in range(steps):
        if walk.is_over:
            break
        walk.advance()
    return walk


def test_the_path_is_what_one_calculates_by_hand():
    path = walk_on("x**2", (3.0,), 0.25, steps=2).path()
    # The slope is 2x, so every step goes half the way: 3, 1.5, 0.75.
    assert path.steps.tolist() == [0, 1, 2]
    assert path.points[:, 0].tolist() == [3, 1.5, 0.75]
    assert path.values.tolist() == [9, 2.25, 0.5625]
    assert path.slopes[:, 0].tolist() == [6, 3, 1.5]
    assert path.moves[:, 0].tolist() == [-1.5, -0.75, -0.375]


def test_a_walk_is_the_descent_of_the_optimizer_itself():
    for key in OPTIMIZERS:
        settings = OptimizerSettings(optimizer=key, learning_rate=0.002)
        objective = SURFACES["himmelblau"].objective
        walk = FunctionWalk(objective, (1.0, -2.0), settings)
        place, gradient = np.array([1.0, -2.0]), np.empty(2)
        rule = settings.build(2, np.dtype(np.float64))
        for _ in range(30):
            walk.advance()
            objective.value_and_gradient(place, gradient)
            rule.step(place, gradient, settings.learning_rate)
        assert walk.descent.parameters.tolist() == place.tolist()


@pytest.mark.parametrize(
    ("text", "start", "rate", "state", "said"),
    [
        ("x**4 - 3*x**2 + x", (2.0,), 0.01, WalkState.ARRIVED, "x = 1.131: the slope is practic"),
        ("x**4 - 3*x**2 + x", (-2.0,), 0.01, WalkState.ARRIVED, "bottom of a valley"),
        ("1 - x**2", (0.0,), 0.1, WalkState.ARRIVED, "hilltop"),
        ("x**2 - y**2", (1.0, 0.0), 0.1, WalkState.ARRIVED, "saddle"),
        ("5 + 0*x", (1.0,), 0.1, WalkState.ARRIVED, "flat"),
        ("abs(x)", (1.0,), 0.4, WalkState.STUCK, "to and fro between"),
        ("x**2", (1.0,), 1e-25, WalkState.STUCK, "too small"),
        ("x**2", (1.0,), 1.1, WalkState.DIVERGED, "The steps grew: the learning rate 1.1"),
        ("x**2", (0.0,), 1.1, WalkState.ARRIVED, "bottom of a valley"),
        ("-x**2", (1.0,), 0.5, WalkState.DIVERGED, "falls for ever"),
        ("x - log(x)", (0.5,), 0.3, WalkState.ARRIVED, "x = 1: "),
        ("x*log(x)", (1.5,), 2.0, WalkState.DIVERGED, "logarithm of a negative number at x = −1.3"),
        ("exp(x**2)", (2.0,), 1e3, WalkState.DIVERGED, "The steps grew"),
        ("1/x", (0.0,), 0.1, WalkState.DIVERGED, "divides by zero at x = 0; start elsewhere."),
    ],
)
def test_every_end_has_its_sentence(text, start, rate, state, said):
    walk = walk_on(text, start, rate, steps=20_000)
    assert walk.state is state
    assert said in walk.sentence
    assert np.isfinite(walk.descent.parameters).all()
    assert np.isfinite(walk.path().points).all()


def test_the_cost_may_grow_a_million_times_before_it_counts_as_diverged():
    walk = walk_on("x**2", (2.0,), 1.5)  # each step lands at −2x: four times the loss
    assert walk.state is WalkState.DIVERGED
    assert walk.grew
    # 4¹⁰ is the first power of 4 above a million; the place before it is kept.
    assert walk.stray == (2048.0,)
    assert walk.descent.parameters.tolist() == [-1024.0]


def test_a_long_path_is_thinned_and_reaches_from_start_to_here():
    walk = walk_on("x", (0.0,), 0.5, steps=3 * PATH_ROWS)
    path = walk.path()
    assert len(path.steps) <= PATH_ROWS + 2
    assert (path.steps[0], path.steps[-1]) == (0, 3 * PATH_ROWS)
    np.testing.assert_array_equal(path.points[:, 0], -0.5 * path.steps)
    assert (np.diff(path.steps) > 0).all()


def test_a_walk_at_rest_goes_on_with_another_rate():
    walk = walk_on("abs(x)", (1.0,), 0.4)
    assert walk.state is WalkState.STUCK
    walk.configure(OptimizerSettings(learning_rate=0.01))
    assert walk.state is WalkState.WALKING
    before = walk.iteration
    walk.advance()
    assert walk.iteration == before + 1


def test_a_walk_that_lands_on_a_kink_stays_there_for_there_is_no_slope():
    walk = walk_on("abs(x) + x/4", (1.0,), 0.4)
    assert (walk.state, walk.iteration) == (WalkState.ARRIVED, 2)
    assert walk.descent.parameters.tolist() == [0]
    assert walk.sentence == (
        "Arrived after 2 steps at x = 0: here is a kink, which has no slope, and this is the "
        "bottom of a valley."
    )
    value, slopes, step = walk.next_step()
    assert value == 0
    assert np.isnan([*slopes, *step]).all()
    walk.go_on()
    walk.advance()
    assert (walk.state, walk.iteration) == (WalkState.ARRIVED, 2)
    assert walk.path().values.tolist() == [1.25, 0.625, 0]
    side = walk_on("max(x, 2*x)", (1.0,), 0.5)
    assert side.iteration == 1
    assert side.sentence.endswith("but this is no minimum: it falls on to the left.")
