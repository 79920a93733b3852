"""What is noticed about drawn strokes: several digits, a dot, a scribble, a tiny drawing."""

import numpy as np
import pytest

from gdstudio.data.catalogue import pen_strokes
from gdstudio.data.remarks import Remark
from gdstudio.data.strokes.drawings import read_drawing
from gdstudio.data.strokes.inking import to_image

ONE = np.array([[0.0, 0.0], [2.0, 50.0], [3.0, 100.0]])
ZERO = np.array([[30 + 30 * np.cos(a), 50 + 50 * np.sin(a)] for a in np.linspace(0, 6.3, 40)])


def moved(stroke, right, down):
    return stroke + np.array([right, down])


def noticed(strokes, **options):
    return {one.remark: one.count for one in read_drawing(strokes, **options).noticed}


def test_the_picture_is_that_of_the_canvas():
    np.testing.assert_array_equal(read_drawing([ZERO]).picture, to_image([ZERO]))
    assert not read_drawing([]).picture.any()


def test_digits_side_by_side_are_counted():
    assert noticed([ONE, moved(ZERO, 40, 0)]) == {Remark.SEVERAL: 2}
    assert noticed([ONE, moved(ZERO, 40, 0), moved(ZERO, 140, 5), moved(ONE, 230, 0)]) == {
        Remark.SEVERAL: 4
    }
    assert noticed([ZERO, moved(ZERO, 0, 150)]) == {Remark.ROWS: 2}


def test_parts_of_one_digit_are_one():
    seven = [np.array([[0, 0], [60, 0], [25, 100]]), np.array([[10, 50], [50, 50]])]
    five = [
        np.array([[50, 10], [10, 10], [10, 45], [50, 60], [45, 95], [5, 100]]),
        [[14, 0], [60, 2]],
    ]
    four = [np.array([[20, 0], [0, 60], [60, 60]]), np.array([[50, 20], [48, 100]])]
    for digit in (seven, five, four):
        assert noticed(digit) == {}


def test_of_what_people_wrote_hardly_any_is_called_several():
    drawn = pen_strokes()[::12]
    doubted = sum(bool(noticed(strokes)) for strokes in drawn)
    assert doubted <= 0.006 * len(drawn)


def test_a_dot_and_a_tiny_drawing():
    assert noticed([[[5, 5]]]) == {Remark.DOT: 1}
    assert noticed([ONE / 20], paper=(300, 232)) == {Remark.TINY: 1}
    assert noticed([ONE], paper=(300, 232)) == {}
    assert noticed([ONE / 20]) == {}, "the size of the paper is not known"


def test_a_scribble():
    rng = np.random.default_rng(0)
    assert noticed([rng.uniform(0, 100, (40, 2))]) == {Remark.SCRIBBLE: 1}


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_sizes_at_the_ends_of_what_numbers_can_be(scale):
    assert noticed([ONE * scale, (moved(ZERO, 40, 0)) * scale]) == {Remark.SEVERAL: 2}
