"""Training on digits, as the window and the command line run it."""

import math
from dataclasses import replace

import numpy as np
import pytest

from gdstudio.engine.descent import Diverged
from gdstudio.engine.optimizers import OPTIMIZERS
from gdstudio.errors import BadInput
from gdstudio.experiment.digits import DigitsExperiment, DigitsSettings
from gdstudio.storage.network_file import load_network, save_network

# 600 images in batches of 32: 18 whole ones and one of 24.
STEPS_PER_EPOCH = 19


def settings_of(**values):
    chosen = {"network": "12", "batch_size": 32, "epochs": 2, "training_size": 60_000}
    return DigitsSettings.from_mapping(chosen | values)


@pytest.fixture
def experiment_of(some_digits):
    """Return a function that makes an experiment on the few digits."""

    def make(**values):
        return DigitsExperiment(settings_of(**values), some_digits)

    return make


def slices(experiment, **bounds):
    """Advance slice by slice to the end; return θ and the loss of every step."""
    while not experiment.finished:
        experiment.advance(**bounds)
    return experiment.descent.parameters.copy(), experiment.history.curve().mean


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adamw"])
def test_the_result_does_not_depend_on_the_slices(experiment_of, optimizer):
    chosen = {"optimizer": optimizer, "learning_rate": 0.5, "schedule": "cosine", "l2": 0.01}
    parameters, losses = slices(experiment_of(**chosen))
    assert len(losses) == 2 * STEPS_PER_EPOCH
    for bounds in ({"steps": 1}, {"steps": 7}, {"seconds": 0.0}, {"seconds": 0.002}):
        again, losses_again = slices(experiment_of(**chosen), **bounds)
        assert again.tobytes() == parameters.tobytes()
        np.testing.assert_array_equal(losses_again, losses)


def test_looking_does_not_change_the_result(experiment_of):
    parameters, _ = slices(experiment_of())
    watched = experiment_of()
    while watched.advance(steps=3):
        watched.snapshot()
        watched.evaluate()
    assert watched.descent.parameters.tobytes() == parameters.tobytes()


def test_reset_returns_to_the_same_start_and_the_same_way(experiment_of):
    experiment = experiment_of(optimizer="momentum", learning_rate=0.1)
    start = experiment.snapshot().parameters
    parameters, losses = slices(experiment)
    experiment.advance(steps=5)
    experiment.reset()
    reset = experiment.snapshot()
    np.testing.assert_array_equal(reset.parameters, start)
    assert (reset.iteration, reset.epoch, reset.epochs) == (0, 0, ())
    assert math.isnan(reset.loss)
    assert math.isnan(reset.samples_per_second)
    again, losses_again = slices(experiment)
    assert again.tobytes() == parameters.tobytes()
    np.testing.assert_array_equal(losses_again, losses)


def test_a_new_start_is_another_start_and_another_order(experiment_of, some_digits):
    first = experiment_of(seed=5)
    assert first.settings.next_start() == settings_of(seed=6)
    second = DigitsExperiment(first.settings.next_start(), some_digits)
    assert (first.descent.parameters != second.descent.parameters).any()
    first.advance(steps=1)
    second.advance(steps=1)
    assert (first.stream.inputs != second.stream.inputs).any()
    last = settings_of(seed=2**31 - 1)
    assert last.next_start().training.seed == 0


def test_more_images_do_not_change_the_weights_of_a_seed(experiment_of):
    """Each kind of random number has its own stream."""
    few, all_of_them = experiment_of(training_size=100), experiment_of()
    assert len(few.stream) == 100
    assert len(all_of_them.stream) == 600
    np.testing.assert_array_equal(few.descent.parameters, all_of_them.descent.parameters)
    assert few.stream.batches_per_epoch == 4


def test_epochs_are_reported_and_the_run_stops_at_the_last(experiment_of):
    experiment = experiment_of(epochs=3, learning_rate=2)
    assert experiment.advance() == 3 * STEPS_PER_EPOCH
    assert experiment.finished
    assert "All 3 epochs are done" in experiment.ending
    assert experiment.advance(steps=10) == 0
    snapshot = experiment.snapshot()
    assert [report.epoch for report in snapshot.epochs] == [1, 2, 3]
    assert [report.step for report in snapshot.epochs] == [19, 38, 57]
    losses = snapshot.curve.mean.reshape(3, STEPS_PER_EPOCH)
    for report, of_epoch in zip(snapshot.epochs, losses, strict=True):
        assert report.train_loss == pytest.approx(of_epoch.mean(), rel=1e-9)
    last = snapshot.epochs[-1]
    now = experiment.evaluate()
    assert (last.test_loss, last.test_accuracy) == (now.loss, now.accuracy)
    right = now.answers == experiment.dataset.test.labels
    assert last.accuracy_by_part == {"first": right[:100].mean(), "second": right[100:].mean()}
    assert snapshot.epochs[-1].train_loss < snapshot.epochs[0].train_loss
    assert snapshot.samples_per_second > 0


def test_extend_trains_on_as_if_it_had_never_stopped(experiment_of):
    twice = experiment_of(epochs=1)
    twice.advance()
    assert "The epoch is done" in twice.ending
    twice.extend()
    twice.advance()
    assert len(twice.snapshot().epochs) == 2
    once, _ = slices(experiment_of(epochs=2))
    assert twice.descent.parameters.tobytes() == once.tobytes()


def test_accuracy_is_estimated_within_the_epoch(experiment_of):
    experiment = experiment_of(batch_size=10, epochs=1)
    experiment.advance()
    steps, accuracies = experiment.snapshot().running
    assert 10 <= len(steps) <= 20
    assert (np.diff(steps) > 0).all()
    assert steps[-1] == 60
    assert ((accuracies >= 0) & (accuracies <= 1)).all()
    assert accuracies[-1] == experiment.snapshot().epochs[0].test_accuracy


def test_a_live_learning_rate_and_batch_size_apply_at_the_next_step(experiment_of):
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
    rates = []
    for _ in range(steps):
        experiment.advance(steps=1)
        rates.append(experiment.descent.optimizer.learning_rate)
    return np.array(rates)


def test_a_schedule_takes_the_rate_of_the_middle_of_every_step(experiment_of):
    experiment = experiment_of(schedule="cosine", learning_rate=2, epochs=2, batch_size=60)
    assert experiment.snapshot().learning_rate == 2
    middles = (np.arange(20) + 0.5) / 20
    np.testing.assert_allclose(rates_of(experiment, 10), 1 + np.cos(np.pi * middles[:10]))
    assert experiment.snapshot().learning_rate == pytest.approx(1)
    np.testing.assert_allclose(rates_of(experiment, 10), 1 + np.cos(np.pi * middles[10:]))
    assert experiment.finished


def test_a_live_rate_scales_the_schedule_and_another_batch_size_keeps_its_place(experiment_of):
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
    experiment.reset()
    np.testing.assert_allclose(rates_of(experiment, 8), first)


@pytest.mark.parametrize("network", ["12", "conv 4x5x5 stride 3, 6"])
def test_live_l2_shrinks_weights_and_not_biases(experiment_of, network):
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
def test_every_optimizer_learns_at_the_rate_that_suits_it(experiment_of, optimizer):
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


def test_other_settings_wait_for_reset(experiment_of):
    experiment = experiment_of()
    wished = settings_of(
        network="5", activation="relu", optimizer="momentum", epochs=9, seed=3, learning_rate=0.5
    )
    experiment.set_live(wished)
    assert experiment.settings == settings_of(learning_rate=0.5)
    assert experiment.network.shape == "784-12-10"
    experiment.reset(wished)
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
    assert "the learning rate 1e+06 is too large" in sentence
    assert f"{experiment.remedy():g}" in sentence
    assert experiment.remedy() == experiment.settings.suitable_rate()


def test_after_an_explosion_a_smaller_rate_learns_on(experiment_of):
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


def test_a_snapshot_is_a_copy_that_cannot_be_changed(experiment_of):
    experiment = experiment_of()
    snapshot = experiment.snapshot()
    kept = snapshot.parameters.copy()
    experiment.advance(steps=3)
    np.testing.assert_array_equal(snapshot.parameters, kept)
    with pytest.raises(ValueError, match="read-only"):
        snapshot.parameters[0] = 1


def test_an_opened_network_is_where_reset_returns_to(experiment_of, some_digits, tmp_path):
    trained = experiment_of(network="9", activation="tanh", epochs=1)
    trained.advance()
    path = tmp_path / "digits.safetensors"
    save_network(path, trained.network_file())
    kept = load_network(path)
    assert kept.training["test_accuracy"] == trained.epochs[-1].test_accuracy

    opened = experiment_of()
    opened.load(replace(opened.settings, network=kept.settings), kept.parameters)
    assert opened.evaluate().loss == trained.evaluate().loss
    opened.advance(steps=5)
    opened.reset(replace(opened.settings, training=settings_of(batch_size=8).training))
    np.testing.assert_array_equal(opened.descent.parameters, kept.parameters)
    opened.reset(opened.settings.next_start())
    assert (opened.descent.parameters != kept.parameters).any()


def test_data_that_cannot_be_loaded_leave_the_run_as_it_is(experiment_of, monkeypatch):
    def missing(key):
        raise BadInput(f"{key} is missing.")

    experiment = experiment_of()
    experiment.advance(steps=5)
    before = experiment.snapshot()
    monkeypatch.setattr("gdstudio.experiment.digits.load_digits", missing)
    with pytest.raises(BadInput, match="pen-digits is missing"):
        experiment.reset(settings_of(dataset="pen-digits", network="5", seed=9))
    after = experiment.snapshot()
    assert after.settings == before.settings
    np.testing.assert_array_equal(after.parameters, before.parameters)
    experiment.advance(steps=5)
    assert experiment.snapshot().iteration == 10


def test_settings_go_to_a_mapping_and_back_and_name_what_is_wrong():
    chosen = settings_of(network="7,7", seed="12", learning_rate="0.3")
    assert DigitsSettings.from_mapping(chosen.as_dict()) == chosen
    for name, value, label in (
        ("dataset", "fashion", "Data set"),
        ("training_size", 99, "Training images"),
        ("network", "0", "Hidden layer 1"),
        ("loss", "hinge", "Loss"),
        ("learning_rate", -1, "Learning rate"),
        ("batch_size", 0, "Batch size"),
        ("epochs", "many", "Epochs"),
        ("seed", -1, "Seed"),
    ):
        with pytest.raises(BadInput, match=f"^{label} "):
            settings_of(**{name: value})


def test_the_storys_network_reads_nineteen_of_twenty_digits():
    """784-20-20-10, sigmoid, squared error, learning rate 1, batch 10, 8 epochs, all of MNIST."""
    experiment = DigitsExperiment(DigitsSettings())
    assert experiment.network.size == 16_330
    untrained = experiment.evaluate()
    assert untrained.accuracy < 0.3
    experiment.advance()
    reports = experiment.epochs
    assert len(reports) == 8
    assert 0.94 <= reports[-1].test_accuracy <= 0.955
    assert reports[-1].test_loss < reports[0].test_loss < untrained.loss


def test_more_images_than_there_are_need_no_reset():
    story = DigitsSettings()
    exact = replace(story, data=replace(story.data, training_size=60_000))
    fewer = replace(story, data=replace(story.data, training_size=59_999))
    faster = replace(exact, optimizer=replace(exact.optimizer, learning_rate=0.5))
    assert story.obeys(exact)
    assert story.obeys(faster)
    assert not story.obeys(fewer)
    both = DigitsSettings.from_mapping({"dataset": "mnist-and-pen-digits"})
    assert both.data.images_used == 65_996
