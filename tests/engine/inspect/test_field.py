"""The field is what the network answers at each place, and each neuron's share in it."""

import numpy as np
import pytest

from gdstudio.engine.inspect.field import Field
from gdstudio.engine.network.plane_network import PlaneNetworkSettings


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"network": "", "features": "x2, sin-y"},
        {"network": "8, dropout 0.3, 4", "classes": ("A", "B", "C")},
        {"network": "2", "classes": (), "target": "t", "loss": "squared-error"},
    ],
)
def test_every_place_has_the_answer_of_the_network(values):
    settings = PlaneNetworkSettings(**values)
    network = settings.build()
    parameters = network.initial_parameters(np.random.default_rng(1))
    field = Field(settings, (-3.0, 3.0), (-2.0, 4.0), rows=37, columns=50, stride=4)
    seen = field.compute(parameters, chosen=(0, 0))
    places = np.array([(x, y) for y in field.ys for x in field.xs])
    inputs = settings.inputs(places)
    step = network.prepare(parameters, None, len(places))
    outputs = step.forward(inputs)
    assert seen.outputs.dtype == np.float32
    assert seen.outputs.reshape(len(outputs), -1) == pytest.approx(outputs, abs=1e-5)
    hidden = [step.layers[n - 1].activations for n, _, _ in network.weighted(parameters)][:-1]
    assert len(seen.neurons) == len(hidden)
    for small, whole in zip(seen.neurons, hidden, strict=True):
        expected = whole.reshape(-1, 37, 50)[:, ::4, ::4]
        assert small == pytest.approx(expected, abs=1e-5)
    first = hidden[0][0] if hidden else outputs[0]
    assert seen.chosen.ravel() == pytest.approx(first, abs=1e-5)


def test_the_lowest_row_is_the_lowest_y_and_the_buffers_are_used_again():
    settings = PlaneNetworkSettings(network="", features="y")
    field = Field(settings, (-1.0, 1.0), (-1.0, 1.0), rows=4, columns=3)
    rising = field.compute(np.array([1.0, 0.0]))
    assert (np.diff(rising.outputs[0, :, 0]) > 0).all()
    assert rising.neurons == ()
    assert rising.chosen is None
    falling = field.compute(np.array([-1.0, 0.0]))
    assert falling.outputs is rising.outputs
    assert (np.diff(falling.outputs[0, :, 0]) < 0).all()


def test_weights_that_have_exploded_are_looked_at_like_any():
    field = Field(PlaneNetworkSettings(), (-1, 1), (-1, 1), rows=4, columns=4, stride=2)
    seen = field.compute(np.full(13, 1e300))
    assert seen.outputs.shape == (1, 4, 4)
