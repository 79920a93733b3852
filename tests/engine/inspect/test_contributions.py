"""The strongest connections are those that a plain loop over all weights finds."""

import numpy as np
import pytest

from gdstudio.engine.inspect.contributions import strongest_connections, strongest_places
from gdstudio.engine.inspect.trace import trace_example, weighted_terms
from gdstudio.engine.network.network import NetworkSettings


def traced(text, activation="sigmoid"):
    network = NetworkSettings(network=text, activation=activation).build(dtype=np.float64)
    rng = np.random.default_rng(1)
    theta = network.initial_parameters(rng)
    return network, theta, trace_example(network, theta, rng.random(784))


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("count", [1, 25, 100])
def test_between_neurons_they_are_weight_times_activation(number, count):
    network, theta, trace = traced("300, 20")
    one = trace.layers[number - 1]
    every = network.matrices(theta)[number - 1][:, :-1] * one.inputs
    order = np.argsort(-np.abs(every), axis=None)[:count]
    found = strongest_connections(trace, number, count)
    assert found.contributions == pytest.approx(every.reshape(-1)[order])
    assert every[found.targets, found.sources] == pytest.approx(found.contributions)


def test_no_more_than_there_are():
    _, _, trace = traced("3")
    assert len(strongest_connections(trace, 2, 1000)) == 30
    assert len(strongest_connections(trace, 2, 0)) == 0
    assert set(strongest_connections(trace, 2, 1000, unit=4).targets) == {4}


def test_into_a_filter_they_are_the_terms_at_its_strongest_place():
    _, _, trace = traced("conv 4x5x5 stride 2, conv 3x3x3", "relu")
    first, second = trace.layers[:2]
    for filter_number, place in enumerate(strongest_places(first)):
        picture = first.activations.reshape(first.layer.output_shape)[..., filter_number]
        assert picture[tuple(place)] == picture.max()
        terms = weighted_terms(trace, 1, filter_number, tuple(place))
        found = strongest_connections(trace, 1, 25, unit=filter_number)
        assert sorted(found.contributions) == pytest.approx(sorted(terms.products))
        assert set(found.sources) == set(terms.sources)
    for filter_number, place in enumerate(strongest_places(second)):
        terms = weighted_terms(trace, 2, filter_number, tuple(place))
        found = strongest_connections(trace, 2, 100, unit=filter_number)
        # From each of the four filters below, over the nine pixels of the kernel.
        by_channel = [terms.products[channel::4].sum() for channel in range(4)]
        assert found.contributions == pytest.approx(np.array(by_channel)[found.sources])
        assert found.contributions.sum() + terms.bias == pytest.approx(terms.sum)


def test_from_a_filter_they_are_summed_over_its_map():
    network, theta, trace = traced("conv 4x5x5, pool 2, dropout 0.5, 6", "relu")
    weights = network.matrices(theta)[1][:, :-1]
    every = (weights * trace.layers[3].inputs).reshape(6, 144, 4).sum(axis=1)
    found = strongest_connections(trace, 4, 24)
    assert every[found.targets, found.sources] == pytest.approx(found.contributions)
    assert len(found) == 24


def test_a_pool_of_pixels_has_pixels_below():
    _, _, trace = traced("pool 2, 20")
    found = strongest_connections(trace, 2, 10)
    terms = weighted_terms(trace, 2, int(found.targets[0]))
    assert terms.products[found.sources[0]] == pytest.approx(found.contributions[0])
