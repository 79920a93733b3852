"""A small piece of the real MNIST, so that training is quick."""

import pytest

from gdstudio.data.catalogue import MNIST, load_digits
from gdstudio.data.dataset import DigitDataset, ImageSet


@pytest.fixture(scope="session")
def some_digits():
    """Return 600 images to train with and 300 to test with, in two parts."""
    whole = load_digits(MNIST)
    return DigitDataset(
        key=MNIST,
        training=ImageSet(whole.training.images[:600], whole.training.labels[:600]),
        test=ImageSet(whole.test.images[:300], whole.test.labels[:300]),
        test_parts={"first": slice(0, 100), "second": slice(100, 300)},
    )
