"""A network over the plane in training: repeatable, kept, edited by hand, and honest in the end."""

import numpy as np
import pytest

from gdstudio.engine.descent import Diverged
from gdstudio.engine.jobs import finish
from gdstudio.errors import BadInput
from gdstudio.experiment.points.experiment import PointsExperiment, descent_reaches
from gdstudio.experiment.points.questions import MomentAt, PathSoFar, SetParameters
from gdstudio.experiment.points.settings import PointsSettings
from gdstudio.number_text import plain_text


def run_of(steps=0, **values):
    experiment = PointsExperiment(
        PointsSettings.from_choices({"points": 60, "steps": 100, **values})
    )
    experiment.advance(steps=steps)
    return experiment


@pytest.mark.parametrize("batch_size", [0, 7])
def test_the_same_seed_gives_the_same_numbers(batch_size):
    one, same, other = (
        run_of(40, batch_size=batch_size, network="3, dropout 0.2", seed=seed) for seed in (1, 1, 2)
    )
    assert np.array_equal(one.descent.parameters, same.descent.parameters)
    assert not np.array_equal(one.descent.parameters, other.descent.parameters)


def test_the_parameter_count_is_a_sum():
    assert run_of().problem.parameter_sum == "2·3 + 3 + 3·1 + 1 = 13"
    assert run_of(dataset="line", features="x", network="").problem.parameter_sum == "1·1 + 1 = 2"


@pytest.mark.parametrize(
    ("values", "model"),
    [
        ({"network": ""}, "logistic regression"),
        ({"network": "none", "dataset": "three"}, "softmax regression"),
        ({"network": "", "dataset": "line"}, "linear regression"),
        ({"network": "", "loss": "squared-error"}, "single neuron"),
        ({"network": "2"}, "network"),
    ],
)
def test_a_network_without_hidden_layer_is_called_what_it_is(values, model):
    assert run_of(**values).problem.settings.model == model


def test_a_number_to_predict_has_the_squared_error_whatever_was_chosen():
    run = run_of(dataset="line", loss="cross-entropy", features="x, y")
    assert run.settings.network.loss == "squared-error"
    run.advance()
    weight, _, bias = run.descent.parameters
    assert (weight, bias) == pytest.approx((0.8, 0.5), abs=0.15)
    assert np.isnan(run.snapshot().test.accuracy)


def test_a_run_ends_after_its_steps_and_goes_on_for_as_many():
    run = run_of()
    run.advance()
    assert run.descent.iteration == 100
    assert run.finished
    assert "100 steps" in run.ending
    run.extend()
    run.advance()
    assert run.descent.iteration == 200


def test_a_run_goes_on_from_where_it_was_kept_bit_for_bit():
    values = {"batch_size": 7, "optimizer": "adam", "network": "3, dropout 0.2"}
    run = run_of(33, **values)
    kept = run.state()
    run.advance(steps=30)
    other = run_of(5, **values).resumed(kept)
    other.advance(steps=30)
    assert np.array_equal(run.descent.parameters, other.descent.parameters)
    assert np.array_equal(run.history.curve().mean, other.history.curve().mean)


def test_one_can_go_back_to_an_earlier_step_and_walk_the_same_way_again():
    run = run_of(batch_size=7)
    places = []
    for _ in range(20):
        places.append(run.descent.parameters.copy())
        run.advance(steps=1)
    end = run.descent.parameters.copy()
    assert np.array_equal(MomentAt(12).answer(run).parameters, places[12])
    run.branch(12)
    assert run.descent.iteration == 12
    assert np.array_equal(run.descent.parameters, places[12])
    run.advance(steps=8)
    assert np.array_equal(run.descent.parameters, end)
    steps, path = PathSoFar().answer(run)
    assert steps[0] == 0
    assert steps[-1] == 20
    assert np.array_equal(path[-1], end)


def test_every_earlier_step_can_be_gone_back_to_whatever_was_changed_on_the_way():
    run = run_of(batch_size=7, network="3, dropout 0.2", optimizer="adam")
    places, moves = [], []
    for iteration in range(700):
        if iteration == 333:
            values = run.settings.as_dict() | {"learning_rate": 0.001, "batch_size": 11, "l1": 0.01}
            run.set_live(PointsSettings.from_mapping(values))
        if iteration == 511:
            run.set_parameters({2: 0.25})
            run.set_parameters({4: 1.5})
            run.set_parameters({2: 0.5}, is_move=False)
        places.append(run.descent.parameters.copy())
        moves.append(run.moves)
        if run.finished:
            run.extend()
        run.advance(steps=1)
    end = run.state()
    for iteration in (699, 612, 601, 333, 332, 77, 0):
        seen = run.visit(iteration)
        assert seen.iteration == iteration
        assert np.array_equal(seen.parameters, places[iteration])
    assert np.array_equal(run.descent.parameters, end.moment.descent.parameters)
    assert run.settings == end.settings
    run.branch(601)
    assert run.descent.iteration == 601
    assert run.moves == moves[601] == 2
    assert len(run.history) == 601
    run.advance(steps=99)
    assert np.array_equal(run.descent.parameters, end.moment.descent.parameters)
    run.branch(599)
    assert np.array_equal(run.descent.parameters, places[599])


def test_the_step_that_comes_next_is_the_step_that_is_made():
    run = run_of(5, batch_size=7, l1=0.01, l2=0.02, optimizer="momentum")
    seen = run.snapshot()
    run.advance(steps=1)
    assert run.descent.parameters == pytest.approx(seen.parameters + seen.next_step, rel=1e-12)
    assert run.descent.loss == pytest.approx(seen.next_loss)


def test_reset_returns_to_the_same_start_and_new_settings_take_effect():
    run = run_of(50)
    again = run.restarted()
    assert np.array_equal(again.descent.parameters, run.descent.start)
    other = run.restarted(run.settings.next_start())
    assert not np.array_equal(other.descent.parameters, run.descent.start)
    assert np.array_equal(other.problem.points.places, run.problem.points.places)


def test_a_weight_set_by_hand_counts_as_a_move_and_can_be_gone_back_to():
    run = run_of(10)
    assert SetParameters({0: 0.5, 12: -1.0}).answer(run) == ""
    assert SetParameters({0: 0.75}, is_move=False).answer(run) == ""
    seen = run.snapshot()
    assert seen.parameters[0] == 0.75
    assert seen.parameters[12] == -1.0
    assert seen.moves == 1
    run.advance(steps=5)
    run.branch(10)
    assert run.descent.parameters[0] == 0.75
    assert run.moves == 1
    assert run.restarted().moves == 0


@pytest.mark.parametrize("changes", [{13: 0.0}, {0: float("nan")}, {0: 1e7}])
def test_an_impossible_weight_is_refused_and_nothing_changes(changes):
    run = run_of(3)
    before = run.descent.parameters.copy()
    assert SetParameters(changes).answer(run)
    assert np.array_equal(run.descent.parameters, before)
    assert run.moves == 0


def test_descent_is_what_a_hand_has_to_beat():
    settings = run_of().settings
    reached = finish(descent_reaches(settings))
    run = run_of(100)
    assert reached.loss == pytest.approx(run.snapshot().loss, rel=1e-12)
    assert (reached.steps, reached.exploded) == (100, False)


def test_descent_that_explodes_is_beaten_by_who_stays_where_it_last_was():
    run = run_of(dataset="line", network="", learning_rate=100.0)
    reached = finish(descent_reaches(run.settings))
    with pytest.raises(Diverged) as divergence:
        run.advance(steps=100)
    assert reached.exploded
    assert reached.steps == divergence.value.iteration < run.settings.training.steps
    assert reached.loss == run.problem.loss(run.descent.parameters)


@pytest.mark.parametrize("network", ["", "3", "8, 8"])
def test_a_number_in_a_file_of_ones_own_is_learned_with_the_rate_that_suits(tmp_path, network):
    path = tmp_path / "own.csv"
    rng = np.random.default_rng(2)
    rows = [(x, 2 * x + 0.1 * y, 1000 + 300 * x - 2 * y) for x, y in rng.normal(size=(80, 2))]
    text = "\n".join(",".join(map(repr, map(float, row))) for row in rows)
    path.write_text(f"a,b,price\n{text}\n", encoding="utf-8")
    run = run_of(dataset=str(path), network=network)
    run.extend()
    before = run.snapshot().loss
    for _ in range(10):
        run.extend()
        run.advance()
    assert run.snapshot().loss < 0.05 * before


def test_live_settings_apply_at_the_next_step():
    run = run_of(3)
    changed = PointsSettings.from_mapping(
        run.settings.as_dict() | {"learning_rate": 0.001, "batch_size": 5, "l1": 0.1, "steps": 7}
    )
    run.set_live(changed)
    run.advance(steps=1)
    seen = run.snapshot()
    assert seen.learning_rate == 0.001
    assert seen.settings.regularization.l1 == 0.1
    assert seen.settings.training.steps == 100
    assert run.descent.objective.stream.inputs.shape[1] == 5


def test_a_learning_rate_far_too_large_is_said_and_a_better_one_offered():
    run = run_of(dataset="line", network="", learning_rate=100)
    with pytest.raises(Diverged) as divergence:
        run.advance()
    assert "the learning rate 100 is too large" in run.explain(divergence.value)
    better = run_of(dataset="line", network="", learning_rate=run.remedy())
    better.advance()
    assert np.isfinite(run.descent.parameters).all()


def test_given_weights_are_the_start():
    run = run_of(20)
    given = ", ".join(map(repr, run.descent.parameters.tolist()))
    other = run_of(weights=given)
    assert np.array_equal(other.descent.parameters, run.descent.parameters)
    with pytest.raises(BadInput, match=r"3 starting weights were given.*13"):
        run_of(weights="1, 2, 3")


def test_settings_are_named_once_and_choices_say_what_differs():
    settings = PointsSettings.from_choices({"dataset": "xor", "network": "2"})
    assert PointsSettings.from_mapping(settings.as_dict()) == settings
    assert settings.choices() == {"dataset": "xor", "network": "2"}
    assert PointsSettings.from_choices(settings.choices()) == settings


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"network": "9"}, "at most 8"),
        ({"network": "2, 2, 2, 2, 2"}, "at most 4 hidden layers"),
        ({"network": "conv 8x5x5"}, "points are none"),
        ({"network": "dropout 0.2"}, "Dropout stands behind"),
        ({"features": "x, z"}, "“z” is none"),
        ({"features": ""}, "at least one feature"),
        ({"weights": "1, two"}, "“two” is no weight"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_one_sentence(values, sentence):
    with pytest.raises(BadInput) as refused:
        PointsSettings.from_choices(values)
    assert sentence in str(refused.value)


HOPELESS = {"dataset": "spirals", "optimizer": "adam", "learning_rate": 100, "network": "8"}


@pytest.mark.parametrize(
    ("values", "went_wrong"),
    [
        ({}, False),
        ({"learning_rate": 0.001}, False),
        (HOPELESS, True),
        ({**HOPELESS, "dataset": "four"}, True),
        ({**HOPELESS, "dataset": "three", "loss": "squared-error"}, True),
        ({**HOPELESS, "dataset": "line", "learning_rate": 300}, True),
    ],
)
def test_a_run_whose_loss_ends_far_above_that_of_a_guess_says_so(values, went_wrong):
    run = run_of(**values)
    assert not run.went_wrong
    run.advance()
    loss = run.snapshot().loss
    guess = run.problem.guess_loss
    assert run.went_wrong == went_wrong == (loss > 2 * guess)
    assert ("far above that of a guess" in run.ending) == went_wrong
    assert (f"{plain_text(loss, 3)}," in run.ending) == went_wrong
    if went_wrong:
        assert 0 < run.remedy() < run.learning_rate


def test_a_run_that_began_far_above_a_guess_and_stays_there_has_not_gone_wrong():
    plateau = {"dataset": "blobs", "network": "2", "activation": "sigmoid", "optimizer": "sgd"}
    weights = "-6,-6,0,-5,-6,0,10,9,-9"
    run = run_of(**plateau, loss="squared-error", learning_rate=0.3, weights=weights)
    run.advance()
    assert run.snapshot().loss > 2 * run.problem.guess_loss
    assert not run.went_wrong, "a smaller rate would be no remedy"
    assert "100 steps are done" in run.ending


@pytest.mark.parametrize(
    ("values", "guess"),
    [
        ({"dataset": "circle"}, np.log(2)),
        ({"dataset": "three"}, np.log(3)),
        ({"dataset": "circle", "loss": "squared-error"}, 1 / 8),
    ],
)
def test_a_guess_takes_all_classes_for_equally_likely(values, guess):
    assert run_of(**values).problem.guess_loss == pytest.approx(guess)


def test_a_guess_of_a_number_is_its_mean():
    problem = run_of(dataset="line").problem
    assert problem.guess_loss == pytest.approx(np.mean(problem.wanted**2) / 2)
