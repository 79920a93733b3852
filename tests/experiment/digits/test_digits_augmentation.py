"""Training with augmentation, as the window and the command line run it."""

from dataclasses import replace

import pytest

from gdstudio.data.augmentation import AugmentationSettings
from gdstudio.experiment.digits.experiment import DigitsExperiment, DigitsSettings

TURNED = AugmentationSettings(shift=1, rotation=10, thickness=1)


@pytest.fixture
def experiment_of(some_digits):
    """Return a function that makes an experiment on the few digits."""

    def make(augmentation, **values):
        chosen = {"network": "12", "batch_size": 32, "epochs": 2}
        settings = DigitsSettings.from_mapping(chosen | values)
        return DigitsExperiment(replace(settings, augmentation=augmentation), some_digits)

    return make


def trained(experiment):
    experiment.advance()
    return experiment.descent.parameters.tobytes()


def test_the_same_seed_gives_the_same_result_and_reset_repeats_it(experiment_of):
    experiment = experiment_of(TURNED)
    parameters = trained(experiment)
    assert trained(experiment_of(TURNED)) == parameters
    experiment = experiment.restarted()
    assert trained(experiment) == parameters
    assert trained(experiment_of(TURNED, seed=1)) != parameters
    assert trained(experiment_of(AugmentationSettings())) != parameters


def test_the_data_set_stays_as_it_was(experiment_of, some_digits):
    images, labels = some_digits.training.images.copy(), some_digits.training.labels.copy()
    trained(experiment_of(replace(TURNED, scale=20, shear=20, noise=50)))
    assert (some_digits.training.images == images).all()
    assert (some_digits.training.labels == labels).all()


def test_augmentation_changes_while_training_runs_and_is_kept(experiment_of):
    plain = trained(experiment_of(AugmentationSettings()))
    experiment = experiment_of(AugmentationSettings())
    experiment.advance(steps=3)
    experiment.set_live(replace(experiment.settings, augmentation=TURNED))
    assert experiment.snapshot().settings.augmentation == TURNED
    assert trained(experiment) != plain
    experiment = experiment.restarted()
    assert trained(experiment) == trained(experiment_of(TURNED))
    assert experiment.network_file().training["rotation"] == 10
