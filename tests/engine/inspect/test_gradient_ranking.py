"""The components of −∇C in their order, with shares that add up and the layer that each is of."""

import numpy as np
import pytest

from gdstudio.engine.inspect.gradient_ranking import agreement, rank_gradient
from gdstudio.engine.network.network import NetworkSettings


def build(text="20, 20"):
    return NetworkSettings(network=text).build(dtype=np.float64)


def test_the_largest_come_first_and_equal_ones_in_the_order_of_theta():
    network = build("")
    gradient = np.zeros(network.size)
    gradient[[5, 100, 7000, 42]] = [3.0, -4.0, 3.0, -0.5]
    ranking = rank_gradient(network, gradient)
    assert ranking.order[:4].tolist() == [100, 5, 7000, 42]
    np.testing.assert_array_equal(ranking.ordered[:4], [4, -3, -3, 0.5])
    np.testing.assert_allclose(ranking.shares[:4], np.array([16, 9, 9, 0.25]) / 34.25)
    assert ranking.shares.sum() == pytest.approx(1)
    assert sorted(ranking.order) == list(range(network.size))
    assert ranking.rank_of(7000) == 2


def test_each_component_is_of_its_layer_and_the_layers_share_the_whole():
    network = build("conv 4x5x5, pool 2, dropout 0.3, 20")
    gradient = np.random.default_rng(1).normal(size=network.size)
    ranking = rank_gradient(network, gradient)
    assert [layer.number for layer in ranking.layers] == [1, 4, 5]
    assert [layer.name for layer in ranking.layers] == ["layer 1", "layer 4", "outputs"]
    assert sum(layer.share for layer in ranking.layers) == pytest.approx(1)
    places = ranking.layer_places()
    for place, layer in enumerate(ranking.layers):
        own = np.sort(ranking.order[places == place])
        np.testing.assert_array_equal(own, np.arange(layer.start, layer.start + layer.size))
        part = gradient[own]
        assert layer.share == pytest.approx(part @ part / (gradient @ gradient))


def test_of_too_many_only_the_largest_are_ordered():
    network = build()
    gradient = np.random.default_rng(2).normal(size=network.size)
    whole, some = rank_gradient(network, gradient), rank_gradient(network, gradient, most=500)
    np.testing.assert_array_equal(some.order, whole.order[:500])
    np.testing.assert_allclose(some.shares, whole.shares[:500])
    assert some.size == network.size
    assert some.rank_of(int(whole.order[600])) is None


def test_a_gradient_of_zero_has_no_shares_and_no_direction():
    network = build()
    nothing = np.zeros(network.size)
    ranking = rank_gradient(network, nothing)
    assert not ranking.shares.any()
    assert all(layer.share == 0 for layer in ranking.layers)
    assert agreement(nothing, np.ones(network.size)) is None
    assert agreement(np.array([3.0, 4.0]), np.array([4.0, 3.0])) == pytest.approx(0.96)
