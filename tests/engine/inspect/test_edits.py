"""An edited network answers as one would reckon by hand, and the edits can be taken back."""

import numpy as np
import pytest

from gdstudio.engine.inspect.edits import (
    ScaleWeight,
    ScaleWeights,
    ShiftBias,
    SwitchOff,
    apply_edits,
    fitting_edits,
    with_edit,
)
from gdstudio.engine.inspect.trace import trace_example
from gdstudio.engine.network.activations import ACTIVATIONS
from gdstudio.engine.network.dense import Dense
from gdstudio.engine.network.losses import LOSSES
from gdstudio.engine.network.network import Network, NetworkSettings
from gdstudio.errors import BadInput

RELU, IDENTITY = ACTIVATIONS["relu"], ACTIVATIONS["identity"]
# Two inputs, two ReLU neurons, two outputs: unit by unit, the weights and then the bias.
TINY = Network(
    (Dense(2, 2, RELU), Dense(2, 2, IDENTITY)), LOSSES["squared-error"], dtype=np.float64
)
THETA = np.array([1.0, 2.0, 0.5, 3.0, -1.0, 0.0, 1.0, 1.0, 0.0, 2.0, -1.0, 0.25])
INPUT = np.array([1.0, 2.0])


def sums(edits):
    """Return the last weighted sums of the tiny network with `edits`."""
    return trace_example(TINY, apply_edits(TINY, THETA, edits), INPUT).layers[-1].sums.tolist()


def test_the_tiny_network_as_computed_by_hand():
    # Neurons: 1·1 + 2·2 + 0.5 = 5.5, and 3·1 − 1·2 = 1. Outputs: 6.5, and 11 − 1 + 0.25.
    assert sums(()) == [6.5, 10.25]


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (ShiftBias(1, 0, -2.0), [4.5, 6.25]),  # 3.5 and 1
        (ShiftBias(1, 1, -3.0), [5.5, 11.25]),  # 5.5 and max(0, −2)
        (ScaleWeight(1, 0, 1, 0.5), [4.5, 6.25]),  # 1 + 1·2 + 0.5
        (ScaleWeight(2, 1, 1, -2.0), [6.5, 13.25]),  # −1 becomes 2
        (ScaleWeights(1, 0, 2.0), [11.5, 20.25]),  # 10.5 and 1: the bias stays 0.5
        (ScaleWeights(2, 0, 3.0, source=0), [17.5, 10.25]),
        (SwitchOff(1, 0), [1.0, -0.75]),
        (SwitchOff(1, 1), [5.5, 11.25]),
    ],
)
def test_each_edit_does_what_it_says(edit, expected):
    assert sums((edit,)) == pytest.approx(expected)


def test_edits_add_up_and_the_parameters_stay():
    before = THETA.copy()
    edits = (SwitchOff(2, 1), ShiftBias(2, 1, 50.0), ShiftBias(1, 0, 1.0))
    edited = apply_edits(TINY, THETA, edits)
    trace = trace_example(TINY, edited, INPUT)
    assert trace.layers[-1].sums[0] == 7.5
    assert trace.outputs[1] < 1e-20, "an output that is off is 0, whatever its bias"
    assert np.array_equal(THETA, before)
    assert not edited.flags.writeable
    assert np.array_equal(apply_edits(TINY, THETA, ()), before)


def test_one_target_has_one_edit():
    first = with_edit((), ShiftBias(1, 0, 1.0))
    second = with_edit(first, SwitchOff(1, 1))
    third = with_edit(second, ShiftBias(1, 0, 2.0))
    assert third == (SwitchOff(1, 1), ShiftBias(1, 0, 2.0))
    assert with_edit(third, ShiftBias(1, 0, 0.0)) == (SwitchOff(1, 1),)


@pytest.mark.parametrize("text", ["conv 4x5x5, pool 2, dropout 0.3, 12", "conv 4x3x3, conv 5x3x3"])
def test_a_filter_that_is_off_counts_as_if_its_map_were_black(text):
    network = NetworkSettings(network=text, activation="relu").build(dtype=np.float64)
    rng = np.random.default_rng(0)
    theta = network.initial_parameters(rng) + 0.01
    picture = rng.random(784)
    edited = trace_example(network, apply_edits(network, theta, [SwitchOff(1, 2)]), picture)
    # The same by another way: a filter whose weights and bias are 0 says 0 everywhere.
    black = theta.copy()
    network.matrices(black)[0][2] = 0
    expected = trace_example(network, black, picture)
    assert edited.outputs == pytest.approx(expected.outputs, abs=1e-12)
    assert not np.allclose(edited.outputs, trace_example(network, theta, picture).outputs)


def test_all_weights_between_two_filters():
    network = NetworkSettings(network="conv 3x3x3, conv 2x3x3").build(dtype=np.float64)
    theta = network.initial_parameters(np.random.default_rng(0))
    edited = apply_edits(network, theta, [ScaleWeights(2, 1, 0.0, source=2)])
    (_, layer, part), (_, _, before) = network.weighted(edited)[1], network.weighted(theta)[1]
    weights = layer.weights(part)  # (filters, channels, rows, columns)
    assert not weights[1, 2].any()
    assert np.count_nonzero(weights != layer.weights(before)) == 9


def test_what_a_network_does_not_have_is_refused():
    strange = (
        ShiftBias(3, 0, 1.0), ShiftBias(1, 2, 1.0), ScaleWeight(1, 0, 2, 0.0),
        ScaleWeights(1, 0, 0.0, source=0), SwitchOff(0, 0),
    )  # fmt: skip
    for edit in strange:
        with pytest.raises(BadInput, match="undo all edits"):
            apply_edits(TINY, THETA, [edit])
    assert fitting_edits(TINY, (*strange, ShiftBias(1, 1, 1.0))) == (ShiftBias(1, 1, 1.0),)
