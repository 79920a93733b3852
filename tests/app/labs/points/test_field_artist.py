"""The field of a network becomes a picture: its answer, or what one neuron makes of every place."""

import multiprocessing
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from gdstudio.app.labs.points.field_artist import FieldArtist, points_in_sight
from gdstudio.app.labs.points.field_painter import DrawnField, FieldPainter, FieldRequest
from gdstudio.app.running.background import Background
from gdstudio.experiment.points.problem import PointsProblem
from gdstudio.experiment.points.settings import PointsSettings

PLACE = (-3.0, 3.0, -3.0, 3.0)


def problem_of(**choices):
    settings = PointsSettings.from_choices(choices)
    return PointsProblem.of(settings.data, settings.network)


def request_for(problem, parameters, dots=120, **rest):
    parameters = np.array(parameters, float)
    return FieldRequest.of(problem, parameters, place=PLACE, columns=dots, rows=dots, **rest)


def drawn(problem, parameters, chosen=None):
    return FieldPainter().draw(request_for(problem, parameters, chosen=chosen))


class Studio:
    """An artist, and what it has drawn."""

    def __init__(self, qtbot, *, in_process):
        self.background, self.drawn = Background(), []
        self.artist = FieldArtist(
            self.background,
            lambda request, field: self.drawn.append((request, field)),
            pytest.fail,
            in_process=in_process,
        )
        self._qtbot = qtbot

    def draw(self, request):
        self.artist.draw(request)
        self._qtbot.waitUntil(lambda: not self.background.is_busy, timeout=60_000)
        return self.drawn[-1][1]


@pytest.fixture
def studio(qtbot):
    made = []

    def make(*, in_process):
        made.append(Studio(qtbot, in_process=in_process))
        return made[-1]

    yield make
    for one in made:
        one.background.close()


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


def test_what_moves_is_drawn_by_a_process_and_looks_as_it_does_when_it_stands_alone(studio):
    request = request_for(problem_of(dataset="circle", network="3"), np.linspace(-2, 2, 13))
    alone = studio(in_process=False).draw(request)
    other = studio(in_process=True)
    other.draw(request)
    assert not multiprocessing.active_children(), "one picture is not worth a process"
    moving = replace(request, is_moving=True)
    other.draw(moving)
    (child,) = multiprocessing.active_children()
    found = other.draw(moving)
    assert (found.picture.numbers == alone.picture.numbers).all()
    assert (found.picture.boundary == alone.picture.boundary).all()
    assert all((a == b).all() for a, b in zip(found.tiles, alone.tiles, strict=True))
    child.kill()
    child.join()
    again = other.draw(moving)
    assert (again.picture.numbers == alone.picture.numbers).all()


def test_fields_become_coarser_until_they_are_in_time_and_finer_when_they_can(studio):
    one = studio(in_process=False)
    request = request_for(problem_of(dataset="circle", network="3"), np.zeros(13), is_moving=True)
    field = one.draw(replace(request, is_moving=False))  # how long it takes here does not matter
    finest = one.artist.live_dots

    def took(seconds):
        dots = one.artist.live_dots
        picture = replace(field.picture, numbers=np.zeros((dots, dots), np.uint8))
        one.artist._take(request, DrawnField(field.parameters, picture, field.tiles, seconds))

    for _ in range(20):
        took(5e-7 * one.artist.live_dots**2)  # 80 ms at 400 dots
    assert 160 <= one.artist.live_dots <= 200
    coarse = one.artist.live_dots
    for _ in range(5):
        took(5e-7 * one.artist.live_dots**2)
    assert one.artist.live_dots == coarse, "it stays at what was found"
    for _ in range(20):
        took(2e-8 * one.artist.live_dots**2)
    assert one.artist.live_dots == finest


def test_a_process_that_draws_fields_needs_no_window():
    code = "import sys, gdstudio.app.labs.points.field_painter; print('PySide6' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
