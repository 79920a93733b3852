"""The landscape is the network's real loss, point by point, and the path is where it says."""

import numpy as np
import pytest

from gdstudio.engine.inspect.evaluation import Evaluator
from gdstudio.engine.inspect.landscape import LandscapeSettings, landscape
from gdstudio.engine.inspect.plane import principal_plane, random_direction, shadow
from gdstudio.engine.jobs import finish
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.errors import BadInput

NETWORKS = [
    {"network": "20, 20"},
    {"network": "conv 3x5x5 stride 2, 12", "activation": "relu", "loss": "cross-entropy"},
    {"network": "conv 2x3x3, pool 2, conv 3x3x3 stride 2, dropout 0.5, 8", "activation": "tanh"},
    {"network": "pool 2, dropout 0.2, 8", "activation": "relu", "loss": "cross-entropy"},
    {"network": "9, 8", "activation": "gelu", "loss": "cross-entropy"},
]


@pytest.fixture(scope="module")
def examples():
    rng = np.random.default_rng(5)
    images = rng.integers(0, 256, (90, 784), np.uint8)
    return images, rng.integers(0, 10, 90).astype(np.uint8)


def walk(network, steps=6, seed=0):
    """Return θ and a crooked path that ends there."""
    rng = np.random.default_rng(seed)
    start = network.initial_parameters(rng)
    moves = 0.02 * rng.standard_normal((steps, network.size)).astype(np.float32)
    path = start + np.concatenate([np.zeros((1, network.size)), np.cumsum(moves, axis=0)])
    path = path.astype(np.float32)
    return path[-1], path


def made(network, examples, parameters, path, **settings):
    images, labels = examples
    chosen = LandscapeSettings(**({"points": "21", "images": 90} | settings))
    return finish(landscape(network, parameters, path, images, labels, chosen))


@pytest.mark.parametrize("settings", NETWORKS, ids=lambda one: one["network"])
@pytest.mark.parametrize("directions", ["principal", "random"])
def test_every_height_is_the_networks_own_cost_there(settings, directions, examples):
    network = NetworkSettings(**settings).build()
    parameters, path = walk(network)
    found = made(network, examples, parameters, path, directions=directions, extent="2")
    evaluator = Evaluator(network, *examples)
    assert found.centre_loss == pytest.approx(evaluator.evaluate(parameters).loss, rel=1e-5)
    assert found.losses.shape == (21, 21)
    assert found.images == 90
    for row, column in ((0, 0), (3, 17), (20, 9), (10, 10)):
        there = found.plane.point(found.alphas[column], found.betas[row]).astype(np.float32)
        expected = evaluator.evaluate(there).loss
        assert found.losses[row, column] == pytest.approx(expected, rel=2e-4), (row, column)


def test_a_straight_path_lies_wholly_in_the_plane(examples):
    network = NetworkSettings(network="5").build()
    end, _ = walk(network)
    way = np.ones(network.size, np.float32)
    path = end + np.linspace(-0.5, 0, 5, dtype=np.float32)[:, None] * way
    found = made(network, examples, end, path)
    assert found.share == pytest.approx(1, abs=1e-6)
    # α is a distance in θ, and the walk goes from left to right.
    length = 0.5 * np.sqrt(network.size)
    np.testing.assert_allclose(found.path.coordinates[:, 0], np.linspace(-length, 0, 5), atol=1e-3)
    np.testing.assert_allclose(found.path.coordinates[:, 1], 0, atol=1e-3)
    assert np.vdot(found.plane.first, found.plane.second) == pytest.approx(0, abs=1e-5)
    assert np.linalg.norm(found.plane.second) == pytest.approx(1, abs=1e-5)


def test_principal_directions_are_the_singular_vectors_of_the_path():
    network = NetworkSettings(network="6").build()
    end, path = walk(network, steps=9)
    plane = finish(principal_plane(network, end, path, np.random.default_rng(0)))
    distances = (path - end).astype(np.float64)
    _, values, vectors = np.linalg.svd(distances, full_matrices=False)
    for direction, expected in zip((plane.first, plane.second), vectors[:2], strict=True):
        assert abs(np.dot(direction, expected)) == pytest.approx(1, abs=1e-5)
    share = (values[:2] ** 2).sum() / (values**2).sum()
    assert finish(shadow(plane, path)).share == pytest.approx(share, abs=1e-5)


@pytest.mark.parametrize("text", ["7, 5", "conv 3x5x5, 4"])
def test_random_directions_are_as_long_as_each_filters_own_weights(text):
    network = NetworkSettings(network=text).build()
    parameters, _ = walk(network)
    direction = finish(random_direction(network, parameters, np.random.default_rng(1)))
    again = finish(random_direction(network, parameters, np.random.default_rng(1)))
    np.testing.assert_array_equal(direction, again)
    for moved, own in zip(network.matrices(direction), network.matrices(parameters), strict=True):
        np.testing.assert_allclose(
            np.linalg.norm(moved[:, :-1], axis=1), np.linalg.norm(own[:, :-1], axis=1), rtol=1e-5
        )
        assert not moved[:, -1].any(), "biases stay"


def test_shadows_are_the_nearest_points_of_the_plane(examples):
    network = NetworkSettings(network="5").build()
    end, path = walk(network)
    found = made(network, examples, end, path, directions="random")
    axes = np.stack([found.plane.first, found.plane.second], axis=1).astype(np.float64)
    distances = (path - end).astype(np.float64)
    expected, rests, *_ = np.linalg.lstsq(axes, distances.T, rcond=None)
    np.testing.assert_allclose(found.path.coordinates, expected.T, rtol=1e-5, atol=1e-9)
    np.testing.assert_allclose(found.path.beside, rests, rtol=1e-5, atol=1e-9)
    assert found.share < 0.01, "a random plane holds next to nothing of the path"


def test_without_a_path_only_random_directions_are_possible(examples):
    network = NetworkSettings(network="5").build()
    end, _ = walk(network)
    for path in (end[np.newaxis], np.empty((0, network.size), np.float32)):
        with pytest.raises(BadInput, match="no path yet"):
            made(network, examples, end, path)
        found = made(network, examples, end, path, directions="random")
        assert np.isnan(found.share)
        assert found.alphas[[0, 10, 20]] == pytest.approx([-1, 0, 1])


@pytest.mark.parametrize("number", [1e18, np.inf, np.nan])
def test_numbers_that_exploded_have_no_map(examples, number):
    network = NetworkSettings(network="5").build()
    end, path = walk(network)
    strayed = path.copy()
    strayed[1, 7] = number
    for where, way in ((strayed[1], path), (end, strayed)):
        with pytest.raises(BadInput, match="exploded"):
            made(network, examples, where, way)


def test_work_can_be_stopped_at_any_part_and_says_how_far_it_is(examples):
    network = NetworkSettings(network="5").build()
    end, path = walk(network)
    shares = []
    settings = LandscapeSettings(points="21", images=90)
    work = landscape(network, end, path, *examples, settings)
    result = finish(work, stopped=lambda: len(shares) >= 300, progress=shares.append)
    assert result is None
    assert len(shares) == 300
    assert 0 < shares[-1] < 1


def test_many_images_are_worked_on_in_turn_and_cost_the_same(examples, monkeypatch):
    network = NetworkSettings(network="conv 3x5x5, 8").build()
    end, path = walk(network)
    whole = made(network, examples, end, path)
    monkeypatch.setattr("gdstudio.engine.inspect.slice_loss._NUMBERS", 20_000)
    monkeypatch.setattr("gdstudio.engine.inspect.slice_loss._HELD_BYTES", 500_000)
    monkeypatch.setattr("gdstudio.engine.inspect.slice_loss._PARAMETERS", 1000)
    np.testing.assert_allclose(made(network, examples, end, path).losses, whole.losses, rtol=1e-6)
