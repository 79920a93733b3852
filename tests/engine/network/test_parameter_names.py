"""Every number of θ has a name that tells where it sits."""

import numpy as np
import pytest

from gdstudio.engine.network.network import NetworkSettings
from gdstudio.engine.network.parameter_names import (
    layer_name,
    layer_name_of,
    parameter_name,
    parameter_names,
)


def network_of(text):
    return NetworkSettings(network=text).build()


def marked(network, mark):
    """Return the index of the one component that `mark` sets through the layers' own views."""
    parameters = np.zeros(network.size, network.dtype)
    mark([(layer, part) for _, layer, part in network.weighted(parameters)])
    (index,) = np.flatnonzero(parameters)
    return int(index)


def set_weight(number, *place):
    def mark(layers):
        layer, part = layers[number]
        layer.weights(part)[place] = 1

    return mark


def set_bias(number, unit):
    def mark(layers):
        layer, part = layers[number]
        layer.biases(part)[unit] = 1

    return mark


@pytest.mark.parametrize(
    ("text", "mark", "name"),
    [
        ("20, 20", set_weight(0, 2, 11 * 28 + 6), "pixel row 12, column 7 → neuron 3 of layer 1"),
        ("20, 20", set_weight(1, 0, 19), "neuron 20 of layer 1 → neuron 1 of layer 2"),
        ("20, 20", set_weight(2, 7, 2), "neuron 3 of layer 2 → output 7"),
        ("20, 20", set_bias(1, 3), "bias of neuron 4 in layer 2"),
        ("20, 20", set_bias(2, 0), "bias of output 0"),
        ("", set_weight(0, 9, 783), "pixel row 28, column 28 → output 9"),
        ("dropout 0.2, 20", set_weight(0, 0, 28), "pixel row 2, column 1 → neuron 1 of layer 2"),
        ("20, dropout 0.2", set_weight(1, 4, 5), "neuron 6 of layer 1 → output 4"),
        ("conv 8x5x5", set_weight(0, 2, 0, 1, 3), "row 2, column 4 of filter 3 in layer 1"),
        ("conv 8x5x5", set_bias(0, 2), "bias of filter 3 in layer 1"),
        (
            "conv 8x5x5, conv 4x3x3",
            set_weight(1, 3, 6, 0, 2),
            "row 1, column 3 of filter 4 in layer 2, on filter 7 before",
        ),
        (
            # 8 filters leave 12 × 12 places, the pool 6 × 6.
            "conv 8x5x5 stride 2, pool 2, 30",
            set_weight(1, 29, (4 * 6 + 1) * 8 + 7),
            "filter 8, row 5, column 2 of layer 2 → neuron 30 of layer 3",
        ),
        ("pool 2, 5", set_weight(0, 0, 14), "row 2, column 1 of layer 1 → neuron 1 of layer 2"),
    ],
)
def test_the_name_tells_where_a_number_sits(text, mark, name):
    network = network_of(text)
    assert parameter_name(network, marked(network, mark)) == name


def test_all_names_of_a_network_are_different():
    network = network_of("conv 4x3x3 stride 2, pool 2, conv 3x2x2, dropout 0.5, 6")
    names = parameter_names(network, range(network.size))
    assert len(set(names)) == network.size
    assert [layer_name(network, number) for number in (1, 6)] == ["layer 1", "outputs"]
    assert [layer_name_of(network, index) for index in (0, network.size - 1)] == [
        "layer 1",
        "outputs",
    ]


def test_what_is_no_component_has_no_name():
    network = network_of("20")
    for index in (-1, network.size):
        with pytest.raises(IndexError):
            parameter_name(network, index)
