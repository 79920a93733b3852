"""The terms of a hidden neuron's error add up to what backpropagation hands it."""

import numpy as np
import pytest

from gdstudio.engine.inspect.error_terms import error_terms
from gdstudio.engine.inspect.trace import trace_example
from gdstudio.engine.network.network import NetworkSettings


def trace_of(text, wanted=3, loss="squared-error"):
    network = NetworkSettings(network=text, activation="tanh", loss=loss).build(dtype=np.float64)
    rng = np.random.default_rng(2)
    theta = network.initial_parameters(rng)
    return trace_example(network, theta, rng.random(784), wanted)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("20, 12", 1),
        ("20, 12", 2),
        ("20, dropout 0.5", 1),
        ("conv 3x5x5 stride 2, conv 4x3x3, 12", 1),
        ("conv 3x5x5, conv 4x3x3 stride 2, 12", 1),
        ("conv 3x5x5, conv 4x3x3 stride 2, 12", 2),
    ],
)
def test_the_terms_add_up(text, number):
    trace = trace_of(text)
    one = trace.layers[number - 1]
    for place in np.random.default_rng(0).choice(len(one.activations), 12, replace=False):
        terms = error_terms(trace, number, int(place))
        assert terms.products.sum() == pytest.approx(one.activation_error[place], abs=1e-12)
        above = trace.layers[terms.number - 1]
        np.testing.assert_array_equal(terms.errors, above.error[terms.sources])


def test_outputs_have_theirs_from_the_cost_and_below_a_pool_there_is_no_sum():
    trace = trace_of("conv 3x5x5, pool 2, 12")
    assert error_terms(trace, len(trace.layers), 0) is None
    assert error_terms(trace, 1, 0) is None
    with pytest.raises(ValueError, match="wanted"):
        error_terms(trace_of("20", wanted=None), 1, 0)
