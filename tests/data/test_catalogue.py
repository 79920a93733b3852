"""The shipped data sets: what they hold, how they are split, and that all have their cards."""

import numpy as np
import pytest

from gdstudio.data.catalogue import IMAGE_SETS, card, load_houses, load_images, load_test_images
from gdstudio.data.idx import read_idx
from gdstudio.data.settings import HousesDataSettings, ImageDataSettings
from gdstudio.data.tables.default_columns import default_columns
from gdstudio.errors import BadInput
from gdstudio.resource_files import resource_path

DIGITS = tuple(ImageDataSettings.declared()["dataset"].options)
HOUSES = tuple(HousesDataSettings.declared()["dataset"].options)


@pytest.mark.parametrize(
    ("key", "training", "test"),
    [
        ("mnist", 60_000, 10_000),
        ("pen-digits", 5_996, 1_498),
        ("mnist-and-pen-digits", 65_996, 11_498),
    ],
)
def test_digits(key, training, test):
    dataset = load_images(key)
    assert (len(dataset.training), len(dataset.test)) == (training, test)
    for part in (dataset.training, dataset.test):
        assert part.images.shape == (len(part), 784)
        assert part.images.dtype == part.labels.dtype == np.uint8
        assert part.images.flags.c_contiguous
        assert not part.images.flags.writeable
        assert not part.labels.flags.writeable
        assert set(np.unique(part.labels)) == set(range(10))
    assert load_test_images(key)[0] is dataset.test
    for size in (training, test):
        assert f"{size:,}" in card(key).size


def test_joined_test_set_names_its_parts():
    joined = load_images("mnist-and-pen-digits")
    assert tuple(joined.test_parts) == ("mnist", "pen-digits")
    for key, part in joined.test_parts.items():
        alone = load_images(key).test
        np.testing.assert_array_equal(joined.test.images[part], alone.images)
        np.testing.assert_array_equal(joined.test.labels[part], alone.labels)


def test_pen_digits_are_split_by_writer():
    images, writers = (
        read_idx(resource_path("datasets", f"pen-digits-{name}-ubyte.gz"))
        for name in ("images-idx3", "writers-idx1")
    )
    last_six = np.isin(writers, (25, 26, 27, 28, 29, 30))
    dataset = load_images("pen-digits")
    np.testing.assert_array_equal(dataset.test.images, images[last_six].reshape(-1, 784))
    np.testing.assert_array_equal(dataset.training.images, images[~last_six].reshape(-1, 784))


def test_houses():
    ten = load_houses("ten-houses")
    assert default_columns(ten) == ("size_sqft", "price_usd")
    np.testing.assert_array_equal(ten.values["price_usd"][:2], (199_000, 245_000))
    assert ten.units == {"size_sqft": "square feet", "price_usd": "dollars"}
    ames = load_houses("ames-houses")
    assert len(ames) == 2_930
    assert default_columns(ames) == ("living_area_sqft", "price_usd")
    assert not any(np.isnan(values).any() for values in ames.values.values())
    assert ten.notes == ames.notes == ()


def test_every_data_set_has_its_card():
    for key in DIGITS + HOUSES:
        assert card(key).key == key
        assert card(key).licence
    assert card("ten-houses").learning_rates == {"min-max": 0.01}


def test_unknown_names_are_refused():
    for load in (load_images, load_test_images, load_houses, card):
        with pytest.raises(BadInput, match="no data set “letters”"):
            load("letters")
    with pytest.raises(BadInput, match="Training images"):
        ImageDataSettings(training_size=99)


@pytest.mark.parametrize("key", list(IMAGE_SETS))
def test_the_number_of_training_images_is_known_without_reading_them(key):
    dataset = load_images(key)
    assert len(dataset.training) == IMAGE_SETS[key].training_count
    assert len(dataset.test) == IMAGE_SETS[key].test_count
    parts = dataset.training_parts.values()
    assert sum(part.stop - part.start for part in parts) == len(dataset.training)


def test_threads_that_ask_at_once_get_the_same_data():
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        sets = list(pool.map(lambda _: load_test_images("pen-digits")[0], range(8)))
    assert all(one is sets[0] for one in sets)
