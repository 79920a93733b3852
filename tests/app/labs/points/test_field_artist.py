"""The field of a network becomes a picture: its answer, or what one neuron makes of every place."""

import numpy as np
import pytest

from gdstudio.app.labs.points.field_artist import FieldPainter, Wish, points_in_sight
from gdstudio.experiment.points.problem import PointsProblem
from gdstudio.experiment.points.settings import PointsSettings

PLACE = (-3.0, 3.0, -3.0, 3.0)


def problem_of(**choices):
    settings = PointsSettings.from_choices(choices)
    return PointsProblem.of(settings.data, settings.network)


def drawn(problem, parameters, chosen=None, dots=120):
    wish = Wish(problem, np.array(parameters, float), PLACE, dots, dots, chosen)
    return FieldPainter().draw(wish)


def test_the_boundary_is_where_the_network_is_unsure():
    # σ(2x − 1): the line x = ½.
    found = drawn(problem_of(dataset="blobs", network=""), [2, 0, -1])
    lines = found.picture.boundary
    assert len(lines) > 20
    assert lines[:, [0, 2]] == pytest.approx(0.5, abs=0.01)
    assert found.picture.numbers[60, 119] > 200
    assert found.picture.numbers[60, 0] < 50
    assert [tile.shape[0] for tile in found.tiles] == [2, 1]


def test_a_neuron_is_shown_by_what_it_passes_on_beside_what_it_passes_on_at_0():
    parameters = [1, 0, 0, 0, 1, 0, 1, 1, 0]
    for activation, has_line in (("tanh", True), ("sigmoid", True), ("relu", False)):
        problem = problem_of(dataset="blobs", network="2", activation=activation)
        found = drawn(problem, parameters, chosen=(0, 1))
        # The second neuron sees y alone; the highest y is first.
        assert found.picture.numbers[0].min() > 240
        assert (found.picture.numbers[-1].max() < 20) == has_line
        assert bool(len(found.picture.boundary)) == has_line


def test_each_class_has_its_part_and_numbers_have_shades():
    four = drawn(problem_of(dataset="four", network=""), np.random.default_rng(0).normal(size=12))
    assert four.picture.classes == 4
    assert four.tiles[-1].shape[0] == 4
    line = problem_of(dataset="line", network="", features="x")
    found = drawn(line, [1, 0])
    assert found.picture.classes == 0
    assert not len(found.picture.boundary)
    assert (np.diff(found.picture.numbers[5].astype(int)) >= 0).all()
    points = points_in_sight(line)
    assert points.classes is None
    assert np.abs(points.shades).max() == pytest.approx(1.0)


def test_a_network_that_has_exploded_is_still_drawn():
    found = drawn(problem_of(dataset="circle", network="3"), np.full(13, np.nan))
    assert found.picture.numbers.shape == (120, 120)
    assert not len(found.picture.boundary)
