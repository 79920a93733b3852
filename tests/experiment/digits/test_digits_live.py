"""Training on digits under settings that change on the way, and where it explodes."""

import math
from dataclasses import replace
from unittest import mock

import numpy as np
import pytest

from gdstudio.engine.descent import Diverged
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS
from gdstudio.experiment.digits.run_file import run_from_file, run_to_file
from gdstudio.experiment.digits.vocabulary import DIGITS
from gdstudio.experiment.readings import readings
from gdstudio.lesson.condition import Condition


def test_a_live_learning_rate_and_batch_size_apply_at_the_next_step(experiment_of, settings_of):
    experiment = experiment_of(learning_rate=1)
    experiment.advance(steps=3)
    before = experiment.descent.parameters.copy()
    experiment.set_live(settings_of(learning_rate=0.25, batch_size=8))
    np.testing.assert_array_equal(experiment.descent.parameters, before)
    experiment.advance(steps=1)
    assert experiment.stream.inputs.shape[1] == 8
    np.testing.assert_allclose(
        experiment.descent.parameters,
        before - np.float32(0.25) * experiment.descent.gradient,
        rtol=1e-6,
        atol=1e-7,
    )
    # 3 · 32 + 8 images are gone; the rest of the epoch is 496 images, 62 steps of 8.
    assert experiment.advance(steps=62) == 62
    assert len(experiment.snapshot().epochs) == 1


def rates_of(experiment, steps):
    """Return the learning rate of each of the next steps."""
    descent, rates = experiment.descent, []

    def step(rate, make=descent.step):
        rates.append(rate)
        return make(rate)

    with mock.patch.object(descent, "step", step):
        experiment.advance(steps=steps)
    return np.array(rates)


def test_a_schedule_takes_the_rate_of_the_middle_of_every_step(experiment_of):
    experiment = experiment_of(schedule="cosine", learning_rate=2, epochs=2, batch_size=60)
    middles = (np.arange(20) + 0.5) / 20
    np.testing.assert_allclose(rates_of(experiment, 10), 1 + np.cos(np.pi * middles[:10]))
    np.testing.assert_allclose(rates_of(experiment, 10), 1 + np.cos(np.pi * middles[10:]))
    assert experiment.finished


@pytest.mark.parametrize(
    "chosen",
    [
        {"schedule": "cosine"},
        {"schedule": "step", "warmup": 0.2},
        {"warmup": 0.5, "batch_size": 128},
        {"schedule": "cosine", "warmup": 0.1, "epochs": 1, "batch_size": 600},
    ],
)
def test_the_rate_that_is_told_is_that_of_the_next_step(experiment_of, chosen):
    experiment = experiment_of(learning_rate=2, **chosen)
    # Beyond the end, where a step begins as many epochs more, and at every batch, the last too.
    for _ in range(2 * experiment.stream.batches_per_epoch * experiment.settings.training.epochs):
        if experiment.finished:
            told = experiment.snapshot().learning_rate
            experiment.extend()
        else:
            told = experiment.snapshot().learning_rate
        predicted = experiment.next_step().step
        (taken,) = rates_of(experiment, 1)
        assert told == pytest.approx(taken, rel=1e-12)
        assert predicted.learning_rate == pytest.approx(taken, rel=1e-12)


def test_after_the_end_the_next_step_is_that_of_a_run_that_goes_on(experiment_of):
    experiment = experiment_of(schedule="cosine", learning_rate=2)
    experiment.advance()
    assert experiment.finished
    predicted = experiment.next_step().step
    assert predicted.learning_rate > 1.9, "it is not over: the schedule begins anew"
    assert np.abs(predicted.steps).max() > 0
    experiment.extend()
    (taken,) = rates_of(experiment, 1)
    assert predicted.learning_rate == pytest.approx(taken)
    # An earlier moment is told as if one went on from there.
    again = experiment.next_step(19).step
    experiment.branch(19)
    assert rates_of(experiment, 1)[0] == pytest.approx(again.learning_rate)


def test_images_a_second_are_counted_from_where_the_run_went_on(experiment_of, monkeypatch):
    clock = iter(np.arange(0.0, 1e6, 0.5))
    experiment = experiment_of(epochs=4)
    experiment.advance(steps=40)
    experiment.branch(5)
    assert np.isnan(experiment.snapshot().samples_per_second)
    monkeypatch.setattr("gdstudio.experiment.experiment.time.perf_counter", lambda: next(clock))
    experiment.advance(steps=4)
    seconds = experiment.training_seconds
    assert experiment.snapshot().samples_per_second == pytest.approx(4 * 32 / seconds)


def test_an_accuracy_tells_on_how_many_images_it_was_measured(experiment_of, monkeypatch):
    monkeypatch.setattr("gdstudio.experiment.digits.examiner.ESTIMATE_IMAGES", 100)
    experiment = experiment_of()
    assert experiment.snapshot().accuracy is None
    experiment.advance(steps=3)
    estimate = experiment.snapshot().accuracy
    assert (estimate.images, estimate.all_images, estimate.is_exact) == (100, 300, False)
    experiment.advance(steps=16)
    exact = experiment.snapshot().accuracy
    assert (exact.images, exact.value) == (300, experiment.epochs[-1].test_accuracy)
    assert exact.is_exact
    opened = experiment.opened(experiment.settings, experiment.descent.parameters.copy())
    assert opened.snapshot().accuracy == replace(exact, step=0)


def test_a_goal_over_the_accuracy_is_met_by_all_test_images_alone(experiment_of, monkeypatch):
    monkeypatch.setattr("gdstudio.experiment.digits.examiner.ESTIMATE_IMAGES", 100)
    goal = Condition("test_accuracy > 0", DIGITS)
    experiment = experiment_of()
    experiment.advance(steps=3)
    found = readings(experiment.snapshot())
    assert found["estimated_accuracy"] == experiment.snapshot().accuracy.value > 0
    assert not goal.holds(found), "that is an estimate"
    assert "estimated test accuracy" in DIGITS.tell(experiment.snapshot())
    assert experiment.measure_whole()
    found = readings(experiment.snapshot())
    whole = experiment.evaluate().accuracy
    assert found["test_accuracy"] == whole
    assert "estimated_accuracy" not in found
    assert goal.holds(found)
    assert experiment.snapshot().accuracy.is_exact
    assert not experiment.measure_whole(), "it is known"
    # What comes after it is an estimate again, and the other one stays what it was.
    experiment.advance(steps=2)
    found = readings(experiment.snapshot())
    assert found["test_accuracy"] == whole
    assert "estimated_accuracy" in found
    assert ", test accuracy" not in DIGITS.tell(experiment.snapshot())
    again = run_from_file(run_to_file(experiment.state(), ""))
    assert again.moment.log.whole == experiment.snapshot().whole


def test_measuring_all_test_images_changes_nothing_of_the_run(experiment_of, monkeypatch):
    monkeypatch.setattr("gdstudio.experiment.digits.examiner.ESTIMATE_IMAGES", 100)
    one, other = experiment_of(), experiment_of()
    for experiment in (one, other):
        experiment.advance(steps=3)
    assert one.measure_whole()
    for experiment in (one, other):
        experiment.advance(steps=20)
    a, b = one.snapshot(), other.snapshot()
    assert a.parameters.tobytes() == b.parameters.tobytes()
    np.testing.assert_array_equal(a.running, b.running)
    assert a.accuracy == b.accuracy


def test_a_live_rate_scales_the_schedule_and_another_batch_size_keeps_its_place(
    experiment_of, settings_of
):
    experiment = experiment_of(schedule="cosine", warmup=0.5, learning_rate=1, batch_size=60)
    np.testing.assert_allclose(rates_of(experiment, 5), (np.arange(5) + 0.5) / 10)
    live = {"schedule": "cosine", "warmup": 0.5, "learning_rate": 3}
    experiment.set_live(settings_of(**live, batch_size=100))
    # Half of the first of two epochs is done; the warm-up lasts to its end.
    middles = (300 + np.array([50, 150, 250])) / 1200
    np.testing.assert_allclose(rates_of(experiment, 3), 3 * middles / 0.5)
    experiment.set_live(settings_of(learning_rate=3, batch_size=100))
    assert (rates_of(experiment, 6) == 3).all()


def test_a_run_that_is_extended_goes_through_the_schedule_anew(experiment_of):
    experiment = experiment_of(schedule="step", learning_rate=1, epochs=1, batch_size=75)
    first = rates_of(experiment, 8)
    np.testing.assert_allclose(first, [1, 1, 1, 1, 0.1, 0.1, 0.01, 0.01])
    experiment.extend()
    assert experiment.snapshot().learning_rate == 1
    np.testing.assert_allclose(rates_of(experiment, 8), first)
    experiment = experiment.restarted()
    np.testing.assert_allclose(rates_of(experiment, 8), first)


@pytest.mark.parametrize("network", ["12", "conv 4x5x5 stride 3, 6"])
def test_live_l2_shrinks_weights_and_not_biases(experiment_of, network, settings_of):
    experiment, same = experiment_of(network=network), experiment_of(network=network)
    for one in (experiment, same):
        one.advance(steps=3)
    before = same.descent.parameters.copy()
    experiment.set_live(settings_of(l2=0.5, learning_rate=1))
    for one in (experiment, same):
        one.advance(steps=1)
    difference = experiment.descent.parameters - same.descent.parameters
    matrices = zip(*map(experiment.network.matrices, (difference, before)), strict=True)
    for changed, weights in matrices:
        np.testing.assert_allclose(changed[:, :-1], -0.5 * weights[:, :-1], atol=1e-6)
        assert (changed[:, -1] == 0).all()
    assert experiment.descent.loss == same.descent.loss
    experiment.set_live(settings_of(l2=0, learning_rate=1))
    assert experiment.descent.regularizer is None


def test_clipping_keeps_a_far_too_large_rate_from_exploding(experiment_of):
    chosen = {"network": "20, 20", "activation": "relu", "loss": "cross-entropy"}
    experiment = experiment_of(**chosen, learning_rate=1000, clip_norm=1e-4)
    start = experiment.descent.parameters.copy()
    experiment.advance(steps=20)
    moved = np.linalg.norm(experiment.descent.parameters - start)
    assert 0 < moved <= 20 * 1000 * 1e-4
    with pytest.raises(Diverged):
        experiment_of(**chosen, learning_rate=1000 * 1000).advance(steps=100)


@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
def test_every_optimizer_learns_at_the_rate_that_suits_it(experiment_of, optimizer, settings_of):
    settings = settings_of(
        optimizer=optimizer,
        activation="relu",
        loss="cross-entropy",
        schedule="cosine",
        batch_size=10,
        epochs=8,
    )
    experiment = experiment_of(**(settings.as_dict() | {"learning_rate": settings.suitable_rate()}))
    untrained = experiment.evaluate()
    experiment.advance()
    assert experiment.evaluate().loss < untrained.loss / 2
    assert experiment.evaluate().accuracy > 0.7


def test_other_settings_wait_for_reset(experiment_of, settings_of):
    experiment = experiment_of()
    wished = settings_of(
        network="5", activation="relu", optimizer="momentum", epochs=9, seed=3, learning_rate=0.5
    )
    experiment.set_live(wished)
    assert experiment.settings == settings_of(learning_rate=0.5)
    assert experiment.network.shape == "784-12-10"
    experiment = experiment.restarted(wished)
    assert experiment.settings == wished
    assert experiment.network.shape == "784-5-10"
    assert experiment.snapshot().parameters.shape == (785 * 5 + 6 * 10,)


@pytest.mark.parametrize("activation", ["relu", "identity"])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum"])
def test_an_explosion_ends_in_a_sentence_and_finite_parameters(
    experiment_of, activation, optimizer
):
    experiment = experiment_of(
        network="20, 20",
        activation=activation,
        loss="cross-entropy",
        optimizer=optimizer,
        learning_rate=1e6,
    )
    with pytest.raises(Diverged) as caught:
        experiment.advance()
    snapshot = experiment.snapshot()
    assert np.isfinite(snapshot.parameters).all()
    assert np.isfinite(snapshot.curve.maximum).all()
    assert math.isfinite(experiment.evaluate().loss)
    sentence = experiment.explain(caught.value)
    assert "the learning rate 1,000,000 is too large" in sentence
    assert f"{experiment.remedy():g}" in sentence
    assert experiment.remedy() == experiment.settings.suitable_rate()


def test_after_an_explosion_a_smaller_rate_learns_on(experiment_of, settings_of):
    """From the last good parameters, without Reset; momentum forgets the explosion."""
    network = {"network": "20, 20", "activation": "relu", "loss": "cross-entropy"}
    experiment = experiment_of(**network, optimizer="momentum", learning_rate=0.05, epochs=20)
    experiment.advance(steps=100)
    experiment.set_live(settings_of(learning_rate=1e6))
    with pytest.raises(Diverged):
        experiment.advance()
    back = experiment.evaluate().loss
    assert back < 2.0
    experiment.set_live(settings_of(learning_rate=0.01))
    experiment.advance(steps=100)
    assert experiment.evaluate().loss < back
    assert math.isfinite(experiment.snapshot().loss)


def test_an_error_that_saturates_does_not_explode(experiment_of):
    """Sigmoid outputs bound squared error: far too large a rate gets stuck, but stays finite."""
    experiment = experiment_of(learning_rate=1e6)
    experiment.advance()
    assert experiment.finished
    assert experiment.snapshot().loss <= 5.0


def test_an_explosion_names_the_rate_it_happened_at_not_one_typed_since(experiment_of, settings_of):
    wild = {"network": "20, 20", "activation": "relu", "loss": "cross-entropy"}
    twin = experiment_of(**wild, learning_rate=1e6)
    with pytest.raises(Diverged) as caught:
        twin.advance()
    experiment = experiment_of(**wild, learning_rate=1e6)
    experiment.advance(steps=caught.value.iteration)
    experiment.set_live(settings_of(learning_rate=0.01))
    with pytest.raises(Diverged) as caught:
        experiment.advance()
    sentence = experiment.explain(caught.value)
    assert "the learning rate 1,000,000 is too large" in sentence
    assert f"such as {experiment.remedy():g}." in sentence
    assert experiment.remedy() <= experiment.settings.suitable_rate()
