"""What is said of a misread picture is true: its measures, its relatives, the evidence."""

import numpy as np
import pytest

from gdstudio.data.catalogue import load_images
from gdstudio.data.dataset import ImageSet
from gdstudio.data.strokes.inking import PEN_WIDTH, centre_of_mass, to_image
from gdstudio.experiment.digits.misreading import Measure, examine, measure, nearest

SEVEN = [np.array([(0, 0), (60, 5), (30, 100)], float)]


@pytest.mark.parametrize(
    "strokes",
    [
        SEVEN,
        [np.array([(0, 0), (0, 100)])],
        [np.array([(0, 0), (100, 100)])],
        [np.array([(0, 0), (100, 100)]), np.array([(0, 100), (100, 0)])],
        [np.array([(5, 5)])],
    ],
)
def test_the_pens_own_width_is_measured(strokes):
    picture = to_image(strokes)
    values = measure(picture[np.newaxis])[0]
    assert values[4] == pytest.approx(PEN_WIDTH, abs=0.15)
    np.testing.assert_allclose(values[:2], centre_of_mass(picture))


def test_width_and_height_are_those_of_the_inked_box():
    picture = np.zeros((28, 28), np.uint8)
    picture[3:15, 10:14] = 255
    assert measure(picture[np.newaxis])[0, :4].tolist() == [11.5, 8.5, 4, 12]


def test_faint_and_full_pictures_have_measures_too():
    pictures = np.full((2, 28, 28), 255, np.uint8)
    pictures[0] = 0
    pictures[0, 4, 5] = 1
    assert np.isfinite(measure(pictures)).all()
    assert measure(pictures)[:, 2:4].tolist() == [[1, 1], [28, 28]]


def test_a_measure_is_marked_outside_the_range_only():
    def mark(value, *, whole=False):
        return Measure("Stroke width", value, 1.8, 4.5, whole, "thinner", "thicker").mark

    assert [mark(value) for value in (1.8, 3.0, 4.5)] == ["", "", ""]
    assert [mark(value) for value in (1.6, 4.7)] == ["thinner", "thicker"]
    assert mark(1.75) == ""  # nobody could see that
    assert mark(5, whole=True) == ""  # a pixel more may be the raster's
    assert mark(6, whole=True) == "thicker"


@pytest.mark.parametrize("dataset", ["mnist", "pen-digits"])
def test_a_usual_seven_stands_out_in_nothing(dataset):
    for turned in (0, 5, 10):
        strokes = [SEVEN[0] + [turned, 0] * np.array([[0], [1], [0]])]
        found = examine(to_image(strokes), dataset)
        assert not [one.mark for one in found.measures if one.mark]


def test_nearest_are_those_of_the_textbook_nearest_first():
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (5000, 784)).astype(np.uint8)
    labels = rng.integers(0, 10, 5000).astype(np.uint8)
    picture = rng.integers(0, 256, (28, 28)).astype(np.uint8)
    images[4100] = picture.reshape(-1)
    squares = np.square(images / 255 - picture.reshape(-1) / 255).sum(axis=1)
    order = np.argsort(squares, kind="stable")[:8]
    found = nearest(picture, ImageSet(images, labels))
    assert [one.index for one in found] == order.tolist()
    assert found[0].index == 4100
    assert found[0].distance == 0
    for one in found:
        assert one.label == labels[one.index]
        assert one.distance == pytest.approx(squares[one.index])
        np.testing.assert_array_equal(one.image.reshape(-1), images[one.index])


def test_a_drawn_seven_against_the_training_images():
    picture = to_image(SEVEN)
    found = examine(picture, "pen-digits")
    assert found.count == len(load_images("pen-digits").training)
    assert len(found.neighbours) == 8
    assert {one.label for one in found.neighbours} <= {7, 9, 1}
    values = {one.label: one for one in found.measures}
    stroke = values["Stroke width"]
    assert stroke.value == pytest.approx(PEN_WIDTH, abs=0.1)
    assert not stroke.mark
    moved = examine(np.roll(picture, 5, axis=1), "pen-digits")
    marks = {one.label: one.mark for one in moved.measures if one.mark}
    assert marks == {"Centre, from the left": "further right than most"}
