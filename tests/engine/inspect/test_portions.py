"""A network over many examples, some at a time."""

import numpy as np
import pytest

from gdstudio.engine.inspect.portions import portion_size, portions
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.engine.network.pixels import to_inputs, write_inputs


@pytest.fixture
def network():
    return NetworkSettings(network="5").build()


@pytest.mark.parametrize("size", [1, 3, 7, 20])
def test_portions_are_all_examples_in_their_order(network, size):
    rng = np.random.default_rng(3)
    images = rng.integers(0, 256, (7, network.inputs), np.uint8)
    labels = np.array([0, 1, 2, 3, 4, 250, 6], np.uint8)
    parameters = rng.normal(size=network.size).astype(network.dtype)
    whole = network.prepare(parameters, None, 7)
    inputs = np.ones((network.inputs + 1, 7), network.dtype)
    write_inputs(images.T, inputs[:-1])
    expected = whole.forward(inputs).copy()
    seen, outputs = [], []
    for portion in portions(network, parameters, images, labels, size=size):
        seen.extend(range(portion.part.start, portion.part.stop))
        outputs.append(portion.step.forward(portion.inputs).copy())
        for column, label in enumerate(labels[portion.part]):
            assert np.flatnonzero(portion.wanted[:, column]).tolist() == [label] * int(label < 10)
    assert seen == list(range(7))
    np.testing.assert_allclose(np.concatenate(outputs, axis=1), expected, rtol=1e-5)


def test_no_example_is_no_portion(network):
    none = np.empty((0, network.inputs), np.uint8)
    theta = np.zeros(network.size, network.dtype)
    assert not list(portions(network, theta, none, np.empty(0, np.uint8), size=5))


def test_a_portion_has_at_least_one_example_and_no_more_than_allowed(network):
    assert portion_size(network, most=9, multiplications=10**9, numbers=10**9) == 9
    assert portion_size(network, most=9, multiplications=1, numbers=10**9) == 1
    assert portion_size(network, most=9, multiplications=10**9, numbers=1) == 1
    work = sum(layer.multiplications for layer in network.layers)
    assert portion_size(network, most=9, multiplications=4 * work, numbers=10**9) == 4


def test_pixels_become_numbers_from_0_to_1(network):
    picture = np.array([[0, 255], [51, 102]], np.uint8)
    inputs = to_inputs(picture, network.dtype)
    assert inputs.dtype == network.dtype
    np.testing.assert_allclose(inputs, [0, 1, 0.2, 0.4], rtol=1e-6)
