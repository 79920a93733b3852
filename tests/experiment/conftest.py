"""A small piece of the real MNIST, so that training is quick."""

import pytest

from gdstudio.data.catalogue import MNIST, load_images
from gdstudio.data.dataset import ImageDataset, ImageSet
from gdstudio.experiment.digits.experiment import DigitsExperiment, DigitsSettings


@pytest.fixture(scope="session")
def some_digits():
    """Return 600 images to train with and 300 to test with, in two parts."""
    whole = load_images(MNIST)
    return ImageDataset(
        key=MNIST,
        training=ImageSet(whole.training.images[:600], whole.training.labels[:600]),
        test=ImageSet(whole.test.images[:300], whole.test.labels[:300]),
        test_parts={"first": slice(0, 100), "second": slice(100, 300)},
    )


def make_settings(**values):
    """Return the settings of a quick run: 600 images in batches of 32, 19 steps an epoch."""
    chosen = {"network": "12", "batch_size": 32, "epochs": 2}
    return DigitsSettings.from_mapping(chosen | values)


@pytest.fixture
def settings_of():
    """Return a function that makes such settings, with others in their place where given."""
    return make_settings


@pytest.fixture
def experiment_of(some_digits):
    """Return a function that makes an experiment on the few digits."""

    def make(**values):
        return DigitsExperiment(make_settings(**values), some_digits)

    return make
