"""The grammar of networks, their parameter count and their initial weights."""

import math
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdstudio.engine.network.activations import ACTIVATIONS
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.errors import BadInput


@pytest.mark.parametrize(
    ("text", "sizes", "canonical"),
    [
        ("20, 20", (20, 20), "20, 20"),
        ("20,20", (20, 20), "20, 20"),
        ("  300 ,100,  10 ", (300, 100, 10), "300, 100, 10"),
        ("007", (7,), "7"),
        ("", (), ""),
        ("   ", (), ""),
        ("5000", (5000,), "5000"),
    ],
)
def test_the_grammar_has_one_normal_form(text, sizes, canonical):
    layers = NetworkSettings(network=text).build().layers
    assert tuple(layer.outputs for layer in layers[:-1]) == sizes
    chosen = NetworkSettings(network=text)
    assert chosen.network == canonical
    assert chosen == NetworkSettings(network=canonical)


@pytest.mark.parametrize(
    ("text", "layer"),
    [
        ("0", 1),
        ("-3", 1),
        ("--3", 1),
        ("+-3", 1),
        ("-", 1),
        ("20,,20", 2),
        ("20,", 2),
        (",20", 1),
        ("1e9", 1),
        ("1000000000", 1),
        ("5001", 1),
        ("20, abc", 2),
        ("20;20", 1),
        ("20 20", 1),
        ("2.5", 1),
        ("0x14", 1),
        ("1_000", 1),
        ("20, ٢٠", 2),
        ("²", 1),
        ("20, 20, " + "9" * 6000, 3),
        ("-" + "9" * 6000, 1),
        ("20\x00", 1),
        ("conv 8x5", 1),
    ],
)
def test_a_bad_layer_is_named_in_one_sentence(text, layer):
    with pytest.raises(BadInput) as caught:
        NetworkSettings(network=text)
    sentence = str(caught.value)
    assert sentence.startswith(f"Hidden layer {layer} ")
    assert sentence.endswith(".")
    assert len(sentence) < 200
    assert "\n" not in sentence


def test_too_many_layers_and_too_large_networks_are_refused():
    with pytest.raises(BadInput, match="at most 12 hidden layers, not 13"):
        NetworkSettings(network=", ".join(["20"] * 13))
    with pytest.raises(BadInput, match="weights"):
        NetworkSettings(network=", ".join(["5000"] * 12))


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.text(max_size=30) | st.text("0123456789,+- e.", max_size=12))
def test_any_text_is_a_network_or_a_sentence(text):
    with suppress(BadInput):
        chosen = NetworkSettings(network=text)
        assert NetworkSettings(network=chosen.network) == chosen


def test_the_storys_network_has_16330_parameters():
    network = NetworkSettings(network="20, 20").build()
    assert network.size == 16_330
    assert network.shape == "784-20-20-10"
    assert network.parameter_sum == "784·20 + 20  +  20·20 + 20  +  20·10 + 10"
    terms = network.parameter_sum.replace("·", "*")
    assert eval(terms) == network.size


def test_without_hidden_layers_pixels_meet_digits():
    network = NetworkSettings(network="").build()
    assert network.shape == "784-10"
    assert network.size == 7850
    assert network.parameter_sum == "784·10 + 10"


def test_the_layers_are_views_of_one_vector():
    network = NetworkSettings(network="5").build()
    parameters = np.zeros(network.size, np.float32)
    for number, matrix in enumerate(network.matrices(parameters), start=1):
        matrix[:] = number
    assert parameters.tolist() == [1.0] * (785 * 5) + [2.0] * (6 * 10)


@pytest.mark.parametrize(
    ("activation", "variance"),
    [
        ("sigmoid", 2 / 1100),
        ("tanh", 2 / 1100),
        ("identity", 2 / 1100),
        ("relu", 2 / 800),
        ("leaky-relu", 2 / 800 / (1 + 0.01**2)),
        ("gelu", 2 / 800),
    ],
)
def test_initial_weights_are_as_large_as_xavier_and_he_say(activation, variance):
    initializer = ACTIVATIONS[activation].initializer
    weights = initializer.draw(np.random.default_rng(0), 800, 300)
    assert weights.shape == (300, 800)
    # The mean of 240,000 draws lies within five of its own standard deviations of 0.
    assert abs(weights.mean()) < 5 * math.sqrt(variance / weights.size)
    assert weights.var() == pytest.approx(variance, rel=0.02)
    if initializer.label == "Xavier":
        assert np.abs(weights).max() <= math.sqrt(3 * variance)


@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_a_start_has_zero_biases_and_comes_from_its_generator(activation):
    network = NetworkSettings(activation=activation).build()
    parameters = network.initial_parameters(np.random.default_rng(7))
    assert parameters.dtype == np.float32
    for matrix in network.matrices(parameters):
        assert not matrix[:, -1].any()
        assert matrix[:, :-1].all()
    again = network.initial_parameters(np.random.default_rng(7))
    np.testing.assert_array_equal(parameters, again)
    assert (parameters != network.initial_parameters(np.random.default_rng(8))).any()
