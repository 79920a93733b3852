"""What neurons look for: their own weights, products of matrices, and mosaics."""

import numpy as np
import pytest

from gdstudio.engine.inspect.neuron_pictures import (
    Mosaic,
    dense_chain,
    neuron_pictures,
    picture_pixels,
)
from gdstudio.engine.inspect.trace import trace_example
from gdstudio.engine.network.network import NetworkSettings

ALL = slice(None)


def made(text, activation="identity"):
    network = NetworkSettings(network=text, activation=activation).build(dtype=np.float64)
    rng = np.random.default_rng(5)
    theta = network.initial_parameters(rng)
    return network, theta, trace_example(network, theta, rng.random(784))


def test_the_first_layer_has_its_weights_and_its_sums():
    network, theta, trace = made("7")
    found = neuron_pictures(network, theta, 1, ALL, trace)
    assert found.kind == "weights"
    assert found.weights == pytest.approx(network.first_pictures(theta))
    # The biases are 0 yet, so z is what the weights make of this ink.
    assert found.seen.sum(axis=(1, 2)) == pytest.approx(trace.layers[0].sums)


@pytest.mark.parametrize("text", ["7, 6", "7, dropout 0.5, 6", "conv 3x5x5, pool 2, 7, 6"])
def test_deeper_layers_combine_what_the_first_look_for(text):
    network, theta, trace = made(text)
    number = trace.weighted[-1].number
    found = neuron_pictures(network, theta, number, slice(2, 9), trace)
    assert (found.kind, found.first, len(found.weights)) == ("combination", 2, 7)
    # Layers without activation and bias are linear: then nothing is left out.
    assert found.seen.sum(axis=(1, 2)) == pytest.approx(trace.layers[-1].sums[2:9])


def test_filters_have_kernels_and_maps():
    network, theta, trace = made("conv 5x3x4, conv 6x2x2 stride 2")
    first = neuron_pictures(network, theta, 1, ALL, trace)
    assert first.kind == "filters"
    assert first.weights == pytest.approx(network.first_pictures(theta))
    assert first.seen.shape == (5, 26, 25)
    second = neuron_pictures(network, theta, 2, slice(4, 6), trace)
    # Five kernels of 2×2, three side by side, with a line between: 5 rows of 8.
    assert second.weights.shape == (2, 5, 8)
    weights = network.weighted(theta)[1][1].weights(network.weighted(theta)[1][2])
    part, row, column = second.mosaic.locate(3, 4)
    assert (part, row, column) == (4, 0, 1)
    assert second.weights[1, 3, 4] == weights[5, 4, 0, 1]
    assert second.mosaic.locate(2, 0) is None
    assert second.seen[0] == pytest.approx(
        trace.layers[1].activations.reshape(*network.layers[1].output_shape)[..., 4]
    )


def test_without_an_input_nothing_is_seen():
    network, theta, _ = made("conv 5x3x3, 10")
    assert neuron_pictures(network, theta, 1, ALL).seen is None
    assert neuron_pictures(network, theta, 2, ALL).seen is None
    assert dense_chain(network, 3) == [2, 3]


def test_a_mosaic_has_no_more_parts_than_one_can_tell_apart():
    mosaic = Mosaic(2, 2, 100)
    assert (mosaic.parts, mosaic.across, mosaic.shape) == (64, 8, (23, 23))
    assert mosaic.lay(np.ones((1, 2, 2, 100))).sum() == 64 * 4
    assert picture_pixels(made("100, 20")[0], 2) == 784
