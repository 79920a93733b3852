"""The evidence over the pixels is the slope that central differences give, and it adds up."""

import numpy as np
import pytest

from gdstudio.engine.inspect.attribution import find_evidence, input_slope
from gdstudio.engine.network.activations import ACTIVATIONS
from gdstudio.engine.network.network import NetworkSettings

NUDGE = 1e-6
NETWORKS = [
    ("", "sigmoid"),
    ("20, 20", "sigmoid"),
    ("30, dropout 0.5, 20", "relu"),
    ("conv 4x5x5 stride 2, conv 6x3x3, 20", "tanh"),
    ("conv 4x5x5, pool 2, dropout 0.3, conv 6x3x3 stride 2, 20", "relu"),
    ("pool 2, 20", "relu"),
    ("pool 2, 20", "leaky-relu"),
    ("conv 4x5x5 stride 2, 20", "gelu"),
]


def reader(text, activation, loss="cross-entropy", dtype=np.float64):
    network = NetworkSettings(network=text, activation=activation, loss=loss).build(dtype=dtype)
    rng = np.random.default_rng(3)
    parameters = network.initial_parameters(rng)
    # Biases are zero at the start, and then there would be no rest to tell.
    parameters += rng.normal(0, 0.05, parameters.size).astype(dtype)
    return network, parameters


def sums(network, parameters, inputs):
    """Return the last weighted sums as the network that answers has them."""
    step = network.prepare(parameters, None, 1)
    step.forward(np.append(inputs, 1.0)[:, None].astype(network.dtype))
    return step.sums[:, 0].copy()


@pytest.mark.parametrize("loss", ["squared-error", "cross-entropy"])
@pytest.mark.parametrize(("text", "activation"), NETWORKS)
def test_the_slope_is_that_of_central_differences(text, activation, loss):
    network, parameters = reader(text, activation, loss)
    rng = np.random.default_rng(4)
    inputs = rng.uniform(0.1, 1, network.inputs)
    direction = rng.normal(size=10)
    found, slope = input_slope(network, parameters, inputs, direction)
    np.testing.assert_allclose(found, sums(network, parameters, inputs), rtol=1e-12)
    for pixel in rng.choice(network.inputs, 40, replace=False):
        more, less = inputs.copy(), inputs.copy()
        more[pixel] += NUDGE
        less[pixel] -= NUDGE
        rise = direction @ (sums(network, parameters, more) - sums(network, parameters, less))
        assert slope[pixel] == pytest.approx(rise / (2 * NUDGE), rel=1e-5, abs=1e-8)


@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_of_straight_pieces_only_the_biases_are_left_over(activation):
    network, parameters = reader("conv 4x5x5, pool 2, 20", activation)
    image = np.random.default_rng(5).integers(0, 256, (28, 28)).astype(np.uint8)
    found = find_evidence(network, parameters, image, 4, 7)
    z = sums(network, parameters, image.reshape(-1) / 255)
    assert found.difference == pytest.approx(z[4] - z[7], rel=1e-12)
    assert abs(found.rest) > 1e-3
    for _, layer, part in network.weighted(parameters):
        layer.biases(part)[:] = 0
    without = find_evidence(network, parameters, image, 4, 7)
    is_left = abs(without.rest) > 1e-9 * abs(without.difference)
    # What is said of the rest, “the bends of the activations”, goes by this.
    assert is_left != ACTIVATIONS[activation].is_piecewise_linear


def test_paper_is_no_evidence_and_asking_changes_nothing():
    network, parameters = reader("20", "sigmoid", dtype=np.float32)
    kept = parameters.copy()
    image = np.zeros((28, 28), np.uint8)
    image[10:14, 5] = 200
    found = find_evidence(network, parameters, image, 1, 2)
    assert np.flatnonzero(found.shares).tolist() == [28 * row + 5 for row in range(10, 14)]
    np.testing.assert_array_equal(parameters, kept)
    other = find_evidence(network, parameters, image, 2, 1)
    np.testing.assert_array_equal(other.shares, -found.shares)
