"""Networks with convolutions, pools and dropout in a whole run: learning, repeating, reading."""

from dataclasses import replace

import numpy as np
import pytest

from gdstudio.engine.inspect.evaluation import Reader
from gdstudio.errors import BadInput
from gdstudio.experiment.digits.experiment import DigitsExperiment, DigitsSettings
from gdstudio.storage.network_file import load_network, save_network

PICTURES = "conv 6x5x5 stride 2, pool 2, dropout 0.1, 24, dropout 0.1"


def experiment_of(data, **values):
    chosen = {
        "network": PICTURES,
        "activation": "relu",
        "loss": "cross-entropy",
        "learning_rate": 0.2,
        "batch_size": 32,
        "epochs": 2,
    }
    return DigitsExperiment(DigitsSettings.from_mapping(chosen | values), data)


def trained(experiment, **bounds):
    while not experiment.finished:
        experiment.advance(**bounds)
    return experiment.descent.parameters.tobytes()


def test_it_learns_and_reads_alike_in_bulk_alone_and_from_a_file(some_digits, tmp_path):
    experiment = experiment_of(some_digits, epochs=12)
    trained(experiment)
    evaluation = experiment.evaluate()
    assert evaluation.accuracy > 0.75
    path = tmp_path / "pictures.safetensors"
    save_network(path, experiment.network_file())
    kept = load_network(path)
    assert kept.settings == experiment.settings.network
    reader = Reader(kept.settings.build())
    reader.load(kept.parameters)
    answers = [int(reader.read(image).argmax()) for image in some_digits.test.images]
    assert np.mean(answers == evaluation.answers) > 0.99


def test_what_is_dropped_comes_from_the_seed_alone(some_digits):
    experiment = experiment_of(some_digits)
    first = trained(experiment)
    assert trained(experiment_of(some_digits), steps=5) == first
    experiment = experiment.restarted()
    assert trained(experiment) == first
    assert trained(experiment_of(some_digits, seed=1)) != first
    # The order of the examples and the first weights are the seed's, with dropout or without.
    without = experiment_of(some_digits, network=PICTURES.replace(", dropout 0.1", ""))
    start = experiment_of(some_digits).descent.parameters
    np.testing.assert_array_equal(without.descent.parameters, start)
    assert trained(without) != first


def test_looking_in_between_draws_nothing(some_digits):
    first = trained(experiment_of(some_digits))
    watched = experiment_of(some_digits)
    while not watched.finished:
        watched.advance(steps=4)
        watched.evaluate()
        watched.descent.objective.value(watched.descent.parameters)
    assert watched.descent.parameters.tobytes() == first


def test_a_batch_without_room_is_refused_and_the_run_goes_on_as_it_was(some_digits):
    experiment = experiment_of(some_digits)
    experiment.advance(steps=3)
    before = experiment.settings
    large = replace(
        before,
        network=replace(before.network, network="conv 32x5x5, conv 64x5x5"),
        training=replace(before.training, batch_size=10_000),
    )
    with pytest.raises(BadInput, match="GB of memory"):
        experiment.restarted(large)
    assert experiment.settings == before
    assert experiment.descent.iteration == 3
    experiment.advance(steps=1)
    assert experiment.descent.iteration == 4


def test_the_batch_size_can_change_while_it_runs(some_digits):
    experiment = experiment_of(some_digits, network="conv 4x5x5 stride 3, 12", epochs=9)
    experiment.advance(steps=2)
    for size in (7, 600):
        training = replace(experiment.settings.training, batch_size=size)
        experiment.set_live(replace(experiment.settings, training=training))
        experiment.advance(steps=3)
    assert experiment.descent.iteration == 8
    assert np.isfinite(experiment.descent.parameters).all()
