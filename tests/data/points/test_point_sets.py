"""Points in the plane: the seed decides them, the split is fair, useless ones are refused."""

import numpy as np
import pytest

from gdstudio.data.points.catalogue import POINT_SETS, PointsDataSettings, load_points
from gdstudio.data.points.point_set import MOST_POINTS, check_points, split
from gdstudio.errors import BadInput

DRAWN = [key for key, source in POINT_SETS.items() if "points" in source.uses]
OWN = "A -1.2 0.5, A -1 0.7, B 1.3 -0.4, B 1 -1"


@pytest.mark.parametrize(
    "key", [key for key in POINT_SETS if "own_points" not in POINT_SETS[key].uses]
)
def test_every_set_has_places_answers_and_points_to_test_with(key):
    points = load_points(PointsDataSettings(dataset=key))
    assert points.places.shape == (len(points), 2)
    assert np.isfinite(points.places).all()
    assert 0.25 < points.is_test.mean() < 0.35
    if points.classes:
        assert set(points.answers) == set(range(len(points.classes)))
    (left, right), (low, high) = points.limits
    assert left < points.places[:, 0].min() <= points.places[:, 0].max() < right
    assert low < points.places[:, 1].min() <= points.places[:, 1].max() < high


@pytest.mark.parametrize("key", DRAWN)
def test_the_seed_decides_the_points(key):
    one, same, other = (
        load_points(PointsDataSettings(dataset=key, data_seed=seed)) for seed in (3, 3, 4)
    )
    assert np.array_equal(one.places, same.places)
    assert np.array_equal(one.is_test, same.is_test)
    assert not np.array_equal(one.places, other.places)


@pytest.mark.parametrize("key", DRAWN)
def test_noise_moves_points_and_none_leaves_them_where_they_belong(key):
    calm, noisy = (
        load_points(PointsDataSettings(dataset=key, noise=noise, points=1000))
        for noise in (0.0, 0.5)
    )
    assert np.std(noisy.places) + np.std(noisy.answers) > np.std(calm.places) + np.std(calm.answers)
    if key == "circle":
        radius = np.hypot(*calm.places.T)
        assert radius[calm.answers == 0].max() <= 0.9
        assert radius[calm.answers == 1].min() >= 1.6
    if key == "xor":
        assert np.array_equal(calm.answers == 1, (calm.places > 0).sum(axis=1) == 1)
    if key == "line":
        assert calm.answers == pytest.approx(0.5 + 0.8 * calm.places[:, 0])


def test_noise_of_minus_nothing_is_none():
    some = [load_points(PointsDataSettings(noise=noise)).places for noise in (0.0, -0.0)]
    assert np.array_equal(*some)


def test_measured_columns_are_chosen_by_name_and_scaled():
    points = load_points(
        PointsDataSettings(dataset="penguins", x_column="Body mass", y_column="flipper-length")
    )
    assert points.axes == ("body mass (g)", "flipper length (mm)")
    assert points.classes == ("Adelie", "Gentoo", "Chinstrap")
    assert points.places.mean(axis=0) == pytest.approx([0, 0], abs=1e-12)
    assert points.places.std(axis=0) == pytest.approx([1, 1])
    assert points.scales[0].original(float(points.places[0, 0])) == pytest.approx(3750)


def test_each_class_keeps_points_to_learn_from():
    rng = np.random.default_rng(0)
    answers = np.array([0.0] * 97 + [1.0, 1.0, 2.0])
    is_test = split(answers, 0.9, rng, by_class=True)
    assert set(answers[~is_test]) == {0, 1, 2}
    assert split(answers, 0.0, rng, by_class=True).sum() == 0


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"dataset": "own"}, "There are no points yet"),
        ({"dataset": "own", "own_points": "A 0 0, A 1 1"}, "All points are of one class, A"),
        ({"dataset": "own", "own_points": "A 1 1, B 1 1"}, "All points are in one place"),
        ({"dataset": "own", "own_points": "A 1"}, "“A 1” is no point"),
        ({"dataset": "own", "own_points": "E 1 2"}, "“E 1 2” is no point"),
        ({"dataset": "own", "own_points": "A nan 2"}, "“A nan 2” is too far out"),
        (
            {"dataset": "own", "own_points": "1 0 0, 2 1 1"},
            "choose “Your numbers” (own-numbers)",
        ),
        ({"dataset": "own-numbers", "own_points": OWN}, "choose “Your own points” (own)"),
        ({"dataset": "own-numbers"}, "There are no points yet; add some with two different"),
        ({"dataset": "own-numbers", "own_points": "1 0 0"}, "There is only one point"),
        ({"dataset": "own-numbers", "own_points": "1 0 0, 1 1 1"}, "the same at every point"),
        ({"dataset": "own-numbers", "own_points": "1 0 0, 2 0 0"}, "All points are in one place"),
        ({"points": 100_000}, "Number of points must be a whole number from 4 to 5,000"),
        ({"dataset": "iris", "x_column": "colour"}, "There is no column “colour”"),
        (
            {"dataset": "iris", "x_column": "sepal width", "y_column": "sepal width"},
            "cannot be both x and y",
        ),
        ({"dataset": "donut"}, "Points must be one of blobs, circle"),
    ],
)
def test_what_cannot_be_learned_from_is_refused_in_one_sentence(values, sentence):
    with pytest.raises(BadInput) as refused:
        load_points(PointsDataSettings(**values))
    assert sentence in str(refused.value)
    assert str(refused.value).count(". ") == 0


def test_painted_points_keep_their_places_and_classes():
    points = load_points(PointsDataSettings(dataset="own", own_points=OWN.replace("B", "c")))
    assert points.classes == ("A", "C")
    assert points.answers.tolist() == [0, 0, 1, 1]
    assert points.places[2].tolist() == [1.3, -0.4]


def test_painted_numbers_are_predicted_as_they_are():
    points = load_points(
        PointsDataSettings(dataset="own-numbers", own_points="0.5 -1 0, 20 1.3 -0.4, -3 0 1")
    )
    assert points.is_regression
    assert points.target == "t"
    assert points.answers.tolist() == [0.5, 20, -3]
    assert points.places[1].tolist() == [1.3, -0.4]


def test_numbers_that_are_none_are_refused():
    with pytest.raises(BadInput, match="no finite place"):
        check_points(np.array([[0, np.nan]]), np.array([0.0]), ("A", "B"))
    with pytest.raises(BadInput, match="the same at every point"):
        check_points(np.array([[0.0, 1.0], [1.0, 2.0]]), np.zeros(2), ())


def test_a_text_of_too_many_points_is_refused():
    with pytest.raises(BadInput, match="at most 5,000"):
        PointsDataSettings(dataset="own", own_points="A 0 0," * (MOST_POINTS + 1))
