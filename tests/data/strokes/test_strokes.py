"""Drawings become pictures as MNIST's are, however large, wherever and however densely drawn."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdstudio.data.idx import read_idx
from gdstudio.data.strokes import (
    centre_of_mass,
    load_strokes,
    parse_strokes,
    read_unipen,
    to_image,
)
from gdstudio.errors import BadInput
from gdstudio.resource_files import resource_path


@pytest.fixture(scope="module")
def pen_digits():
    return read_unipen(resource_path("datasets", "pendigits-orig.tra.gz"))


@pytest.fixture(scope="module")
def drawings(pen_digits):
    return [digit.strokes for digit in pen_digits[::50]]


def largest_difference(one, other):
    return np.abs(one.astype(int) - other.astype(int)).max()


def is_cut_off(picture):
    return picture[[0, -1]].any() or picture[:, [0, -1]].any()


def test_drawings_have_the_form_of_mnist(drawings):
    whole = [picture for picture in map(to_image, drawings) if not is_cut_off(picture)]
    assert len(whole) > 140
    for picture in whole:
        assert picture.dtype == np.uint8
        assert picture.shape == (28, 28)
        assert picture.max() == 255
        np.testing.assert_allclose(centre_of_mass(picture), 14.0, atol=0.05)
        ink = picture / 255.0
        # The soft edge counts as much as it is inked.
        longer_side = max(ink.max(axis=0).sum(), ink.max(axis=1).sum())
        assert longer_side == pytest.approx(20.0, abs=0.5)


@settings(max_examples=40)
@given(
    number=st.integers(0, 149),
    scale=st.floats(1e-6, 1e6),
    shift=st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)),
)
def test_size_and_place_do_not_matter(drawings, number, scale, shift):
    strokes = drawings[number]
    moved = [(points + shift) * scale for points in strokes]
    assert largest_difference(to_image(moved), to_image(strokes)) <= 1


def test_point_density_does_not_matter(drawings):
    for strokes in drawings:
        denser = []
        for points in strokes:
            where = np.linspace(0, len(points) - 1, 5 * len(points) - 4)
            along = [np.interp(where, np.arange(len(points)), points[:, axis]) for axis in (0, 1)]
            denser.append(np.repeat(np.stack(along, axis=1), 2, axis=0))
        assert largest_difference(to_image(denser), to_image(strokes)) <= 8


def test_pen_has_a_constant_width():
    line = to_image([[(0, 0), (0, 100)]]) / 255.0
    np.testing.assert_allclose(line[8:20].sum(axis=1), 2.6, atol=0.05)


@pytest.mark.parametrize("points", [[(3, 4)], [(3, 4)] * 5, [(1e300, -1e300)]])
def test_single_point_is_a_dot(points):
    dot = to_image([points])
    assert dot.max() == 255
    assert dot.sum() / 255 == pytest.approx(np.pi * 1.3**2, abs=0.5)
    np.testing.assert_allclose(centre_of_mass(dot), 14.0, atol=0.01)


@pytest.mark.parametrize("strokes", [[], [[]], [np.empty((0, 2)), []]])
def test_nothing_drawn_is_an_empty_picture(strokes):
    picture = to_image(strokes)
    assert picture.shape == (28, 28)
    assert not picture.any()
    assert np.isnan(centre_of_mass(picture)).all()


def test_strokes_are_not_joined_and_empty_ones_do_not_count():
    two = [[(0, 0), (0, 10)], [(10, 0), (10, 10)]]
    picture = to_image(two)
    assert picture[:, 14].max() == 0
    np.testing.assert_array_equal(to_image([two[0], [], two[1]]), picture)


def test_scribbles_of_many_points_and_strokes():
    rng = np.random.default_rng(0)
    filled = to_image([rng.uniform(size=(20_000, 2))])
    assert (filled[5:23, 5:23] == 255).all()
    dots = to_image(list(rng.uniform(size=(5_000, 1, 2))))
    assert (dots[6:22, 6:22] == 255).all()
    back_and_forth = np.tile([(0.0, 0.0), (0.0, 1.0)], (2_000, 1))
    assert largest_difference(to_image([back_and_forth]), to_image([back_and_forth[:2]])) <= 16


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_points_that_are_no_numbers_are_refused(bad):
    with pytest.raises(BadInput, match="not a finite number"):
        to_image([[(0, 0), (bad, 1)]])


@pytest.mark.parametrize("stroke", [[1, 2, 3], [(1, 2, 3)], [(1, 2), (3,)], "line", [("a", "b")]])
def test_what_is_no_stroke_is_refused(stroke):
    with pytest.raises(BadInput, match="not a list of points"):
        to_image([stroke])


def test_shipped_pictures_are_what_is_drawn_now(pen_digits):
    images, labels, writers = (
        read_idx(resource_path("datasets", f"pen-digits-{name}-ubyte.gz"))
        for name in ("images-idx3", "labels-idx1", "writers-idx1")
    )
    assert len(images) == len(pen_digits) == 7_494
    assert [digit.label for digit in pen_digits] == labels.tolist()
    assert [digit.writer for digit in pen_digits] == writers.tolist()
    for number in range(0, len(images), 25):
        np.testing.assert_array_equal(to_image(pen_digits[number].strokes), images[number])


def test_unipen_is_turned_downwards(pen_digits):
    # The first digit, an 8, starts at y = 333 of 500, counted from below.
    assert pen_digits[0].label == 8
    np.testing.assert_array_equal(pen_digits[0].strokes[0][0], (267, 167))


def test_json_of_one_and_of_several_drawings(tmp_path):
    drawing = [[[0, 0], [1, 2.5]], [[3, 3]]]
    path = tmp_path / "strokes.json"
    path.write_text(json.dumps(drawing))
    (one,) = load_strokes(path)
    assert [points.tolist() for points in one] == drawing
    path.write_text(json.dumps({"drawings": [drawing, [], drawing]}))
    assert [len(strokes) for strokes in load_strokes(path)] == [2, 0, 2]


@pytest.mark.parametrize(
    "value",
    [None, 7, "x", {}, {"drawings": 3}, [1], [[1, 2]], [[[1]]], [[[1, "a"]]], [[[True, 1]]]],
)
def test_json_of_another_form_is_refused(value):
    with pytest.raises(BadInput, match="not a drawing"):
        parse_strokes(value)


def test_hostile_json_is_refused(tmp_path):
    path = tmp_path / "strokes.json"
    for content in (b"", b"[[[1, 2]", b"\xff\xfe\x00", b"[" * 100_000):
        path.write_bytes(content)
        with pytest.raises(BadInput, match="is not JSON"):
            load_strokes(path)
    for number in ("1e999", "NaN", "1" + "0" * 400):
        path.write_text(f"[[[1, {number}]]]")
        with pytest.raises(BadInput, match="finite number"):
            load_strokes(path)
    path.write_text("[[[1, " + "1" * 5_000 + "]]]")
    with pytest.raises(BadInput, match="finite number"):
        load_strokes(path)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ([[[0, 0]] * 1_000_001], "1,000,000 points"),
        ([[]] * 200_001, "200,000 strokes"),
        ({"drawings": [[]] * 10_001}, "10,000 drawings"),
        ({"drawings": [[[]] * 199_999, [[]] * 2]}, "200,000 strokes"),
    ],
)
def test_more_than_anybody_draws_is_refused(value, reason):
    with pytest.raises(BadInput, match=reason):
        parse_strokes(value)


@pytest.mark.parametrize("piece", [b"[],", b"1,", b"{},", b'"a",'])
def test_what_a_file_holds_is_counted_before_it_is_read(tmp_path, monkeypatch, piece):
    path = tmp_path / "strokes.json"
    path.write_bytes(b'{"drawings": [' + piece * 5_000_000 + b"[]]}")
    monkeypatch.setattr(json, "loads", lambda *_, **__: pytest.fail("it was read"))
    with pytest.raises(BadInput, match="has more than"):
        load_strokes(path)


@pytest.mark.parametrize("content", [b"", b"\x1f\x8bjunk", b"text", b'.SEGMENT DIGIT 0 ? "x"\n'])
def test_what_is_no_unipen_is_refused(tmp_path, content):
    path = tmp_path / "digits.tra"
    path.write_bytes(content)
    with pytest.raises(BadInput, match="not a UNIPEN file"):
        read_unipen(path)
