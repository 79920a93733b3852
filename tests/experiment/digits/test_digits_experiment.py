"""Training on digits, as the window and the command line run it."""

import math
from dataclasses import replace

import numpy as np
import pytest

from gdstudio.errors import BadInput
from gdstudio.experiment.digits.experiment import DigitsExperiment, DigitsSettings
from gdstudio.storage.network_file import load_network, save_network

# 600 images in batches of 32: 18 whole ones and one of 24.
STEPS_PER_EPOCH = 19


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
    experiment = experiment.restarted()
    reset = experiment.snapshot()
    np.testing.assert_array_equal(reset.parameters, start)
    assert (reset.iteration, reset.epoch, reset.epochs) == (0, 0, ())
    assert math.isnan(reset.loss)
    assert math.isnan(reset.samples_per_second)
    again, losses_again = slices(experiment)
    assert again.tobytes() == parameters.tobytes()
    np.testing.assert_array_equal(losses_again, losses)


def test_a_new_start_is_another_start_and_another_order(experiment_of, some_digits, settings_of):
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


def test_a_snapshot_is_a_copy_that_cannot_be_changed(experiment_of):
    experiment = experiment_of()
    snapshot = experiment.snapshot()
    kept = snapshot.parameters.copy()
    experiment.advance(steps=3)
    np.testing.assert_array_equal(snapshot.parameters, kept)
    with pytest.raises(ValueError, match="read-only"):
        snapshot.parameters[0] = 1


def test_an_opened_network_is_where_reset_returns_to(
    experiment_of, some_digits, tmp_path, settings_of
):
    trained = experiment_of(network="9", activation="tanh", epochs=1)
    trained.advance()
    path = tmp_path / "digits.safetensors"
    save_network(path, trained.network_file())
    kept = load_network(path)
    assert kept.training["test_accuracy"] == trained.epochs[-1].test_accuracy

    opened = experiment_of()
    opened = opened.opened(replace(opened.settings, network=kept.settings), kept.parameters)
    assert opened.evaluate().loss == trained.evaluate().loss
    opened.advance(steps=5)
    opened = opened.restarted(replace(opened.settings, training=settings_of(batch_size=8).training))
    np.testing.assert_array_equal(opened.descent.parameters, kept.parameters)
    opened = opened.restarted(opened.settings.next_start())
    assert (opened.descent.parameters != kept.parameters).any()


def test_data_that_cannot_be_loaded_leave_the_run_as_it_is(experiment_of, monkeypatch, settings_of):
    def missing(key):
        raise BadInput(f"{key} is missing.")

    experiment = experiment_of()
    experiment.advance(steps=5)
    before = experiment.snapshot()
    monkeypatch.setattr("gdstudio.experiment.digits.experiment.load_images", missing)
    with pytest.raises(BadInput, match="pen-digits is missing"):
        experiment.restarted(settings_of(dataset="pen-digits", network="5", seed=9))
    after = experiment.snapshot()
    assert after.settings == before.settings
    np.testing.assert_array_equal(after.parameters, before.parameters)
    experiment.advance(steps=5)
    assert experiment.snapshot().iteration == 10


def test_settings_go_to_a_mapping_and_back_and_name_what_is_wrong(settings_of):
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


def test_all_images_are_as_many_as_there_are():
    story = DigitsSettings()
    exact = replace(story, data=replace(story.data, training_size=60_000))
    fewer = replace(story, data=replace(story.data, training_size=59_999))
    faster = replace(exact, optimizer=replace(exact.optimizer, learning_rate=0.5))
    assert story.obeys(exact)
    assert story.obeys(faster)
    assert not story.obeys(fewer)
    both = DigitsSettings.from_mapping({"dataset": "mnist-and-pen-digits"})
    assert both.data.images_used == 65_996


@pytest.mark.parametrize(
    ("dataset", "title", "images"),
    [
        ("mnist", "MNIST", 60_000),
        ("pen-digits", "Pen digits", 5_996),
        ("mnist-and-pen-digits", "MNIST + pen digits", 65_996),
    ],
)
def test_no_more_images_are_taken_than_the_data_set_has(dataset, title, images):
    chosen = {"dataset": dataset, "training_size": images}
    assert DigitsSettings.from_mapping(chosen).data.images_used == images
    assert DigitsSettings.from_mapping({"dataset": dataset}).data.images_used == images
    for more in (images + 1, 65_997, 70_000):
        with pytest.raises(BadInput, match=r"^Training images must be a whole number"):
            DigitsSettings.from_mapping(chosen | {"training_size": more})
    if dataset != "mnist-and-pen-digits":
        with pytest.raises(BadInput, match=f"from 100 to {images:,} with {title}, and “65,000”"):
            DigitsSettings.from_mapping(chosen | {"training_size": 65_000})
