"""A trace keeps the numbers of one example: by hand, by central differences, and as they add up."""

import numpy as np
import pytest

from gdstudio.engine.inspect.trace import trace_example, weighted_terms
from gdstudio.engine.network.activations import ACTIVATIONS
from gdstudio.engine.network.convolution import Convolution
from gdstudio.engine.network.dense import Dense
from gdstudio.engine.network.losses import LOSSES
from gdstudio.engine.network.network import Network, NetworkSettings

NUDGE = 1e-6
NETWORKS = [
    ("", "sigmoid"),
    ("20, 20", "sigmoid"),
    ("20, 20", "gelu"),
    ("conv 4x5x5 stride 2, 20", "leaky-relu"),
    ("30, dropout 0.5, 20", "tanh"),
    ("conv 4x5x5 stride 2, conv 6x3x3, 20", "tanh"),
    ("pool 2, conv 4x5x5, pool 2, dropout 0.3, 20", "sigmoid"),
]


def make(text, activation, loss, dtype=np.float64):
    network = NetworkSettings(network=text, activation=activation, loss=loss).build(dtype=dtype)
    rng = np.random.default_rng(3)
    parameters = network.initial_parameters(rng)
    parameters += rng.normal(0, 0.05, parameters.size).astype(dtype)
    return network, parameters, rng.random(network.inputs).astype(dtype)


def test_a_tiny_network_gives_the_numbers_of_a_calculation_by_hand():
    # x = (1, 2) → one sigmoid neuron → two sigmoid outputs; wanted (1, 0).
    network = Network(
        (Dense(2, 1, ACTIVATIONS["sigmoid"]), Dense(1, 2, ACTIVATIONS["identity"])),
        LOSSES["squared-error"],
        dtype=np.float64,
    )
    # z = 0.5·1 − 0.5·2 + 0.5 = 0, a = ½, a′ = ¼; both outputs have z = 0 too.
    theta = np.array([0.5, -0.5, 0.5, 2.0, -1.0, -4.0, 2.0])
    trace = trace_example(network, theta, np.array([1.0, 2.0]), 0)
    hidden, last = trace.layers
    assert trace.loss == pytest.approx(0.25)
    np.testing.assert_allclose(trace.outputs, [0.5, 0.5])
    np.testing.assert_allclose(hidden.sums, [0])
    np.testing.assert_allclose(hidden.slopes, [0.25])
    np.testing.assert_allclose(last.activation_error, [-0.5, 0.5])
    np.testing.assert_allclose(last.error, [-0.125, 0.125])
    # Σ w · error = 2 · (−⅛) + (−4) · ⅛ = −¾, times ¼.
    np.testing.assert_allclose(hidden.activation_error, [-0.75])
    np.testing.assert_allclose(hidden.error, [-0.1875])
    np.testing.assert_allclose(
        trace.gradient, [-0.1875, -0.375, -0.1875, -0.0625, -0.125, 0.0625, 0.125]
    )
    terms = weighted_terms(trace, 1, 0)
    np.testing.assert_allclose(terms.products, [0.5, -1.0])
    assert (terms.bias, terms.sum) == (0.5, 0)


@pytest.mark.parametrize("loss", ["squared-error", "cross-entropy"])
@pytest.mark.parametrize(("text", "activation"), NETWORKS)
def test_errors_and_gradient_are_those_of_central_differences(text, activation, loss):
    network, theta, image = make(text, activation, loss)
    trace = trace_example(network, theta, image, 4)

    def cost(parameters):
        return trace_example(network, parameters, image, 4).loss

    rng = np.random.default_rng(5)
    for index in rng.choice(network.size, 30, replace=False):
        step = np.zeros(network.size)
        step[index] = NUDGE
        slope = (cost(theta + step) - cost(theta - step)) / (2 * NUDGE)
        assert trace.gradient[index] == pytest.approx(slope, abs=1e-8)
    # A bias moves its unit's sums alone: its slope is the sum of their errors, over all places.
    for one, (_, layer, part) in zip(trace.weighted, network.weighted(trace.gradient), strict=True):
        by_unit = one.error.reshape(-1, layer.units).sum(axis=0)
        np.testing.assert_allclose(by_unit, layer.biases(part), atol=1e-12)
        np.testing.assert_allclose(one.gradient, part)


@pytest.mark.parametrize(("text", "activation"), NETWORKS)
def test_the_layers_hand_on_to_each_other_and_the_terms_add_up(text, activation):
    network, theta, image = make(text, activation, "squared-error", np.float32)
    trace = trace_example(network, theta, image, 4)
    assert [one.number for one in trace.layers] == list(range(1, len(network.layers) + 1))
    for below, above in zip(trace.layers, trace.layers[1:], strict=False):
        np.testing.assert_array_equal(below.activations, above.inputs)
    for one in trace.weighted:
        layer = one.layer
        place = (1, 2) if isinstance(layer, Convolution) else None
        unit = layer.units - 1
        which = np.arange(len(one.sums)).reshape(layer.output_shape)[(*(place or ()), unit)]
        terms = weighted_terms(trace, one.number, unit, place)
        assert terms.products.sum() + terms.bias == pytest.approx(one.sums[which], abs=1e-5)
        assert terms.sum == one.sums[which]
        if one is not trace.layers[-1]:
            expected = one.sums.copy()
            layer.activation.apply(expected)
            np.testing.assert_allclose(one.activations, expected, atol=1e-6)
        np.testing.assert_allclose(one.error, one.activation_error * one.slopes, atol=1e-7)


def test_it_answers_as_the_network_does_and_without_an_answer_there_is_no_way_back():
    network, theta, image = make("pool 2, 20", "relu", "cross-entropy")
    step = network.prepare(theta, None, 1)
    outputs = step.forward(np.append(image, 1.0)[:, None])[:, 0]
    trace = trace_example(network, theta, image)
    np.testing.assert_array_equal(trace.outputs, outputs)
    assert (trace.loss, trace.wanted, trace.gradient) == (None, None, None)
    assert all(one.error is None and one.activation_error is None for one in trace.layers)
    assert trace.layers[0].sums is None
    with pytest.raises(ValueError, match="no weights"):
        weighted_terms(trace, 1, 0)
    with pytest.raises(ValueError, match="read-only"):
        trace.outputs[0] = 0


def test_the_cost_of_softmax_is_minus_the_logarithm_and_any_answer_may_be_wanted():
    network, theta, image = make("20", "sigmoid", "cross-entropy")
    trace = trace_example(network, theta, image, 7)
    assert trace.loss == pytest.approx(-np.log(trace.outputs[7]))
    np.testing.assert_allclose(trace.layers[-1].error, trace.outputs - trace.wanted)
    assert trace.layers[-1].slopes is None
    assert trace.layers[-1].activation_error[7] == pytest.approx(-1 / trace.outputs[7])
    same = trace_example(network, theta, image, np.eye(10)[7])
    np.testing.assert_array_equal(same.gradient, trace.gradient)
