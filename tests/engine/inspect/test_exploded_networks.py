"""A network whose numbers have exploded is looked at like any other, and nothing is raised."""

import numpy as np
import pytest

from gdstudio.engine.inspect.attribution import find_evidence
from gdstudio.engine.inspect.averages import average_gradient, average_loss
from gdstudio.engine.inspect.contributions import strongest_connections
from gdstudio.engine.inspect.error_terms import error_terms
from gdstudio.engine.inspect.gradient_ranking import agreement, rank_gradient
from gdstudio.engine.inspect.neuron_pictures import neuron_pictures
from gdstudio.engine.inspect.nudging import prepare_nudger
from gdstudio.engine.inspect.trace import trace_example, weighted_terms
from gdstudio.engine.network.convolution import Convolution
from gdstudio.engine.network.network import NetworkSettings

NETWORKS = ["6, 5", "conv 2x5x5 stride 4, 5", "conv 2x5x5, pool 2, dropout 0.3, 5"]
SIZES = [1e12, 3e38, np.inf, np.nan]


def done(work):
    """Return what a job that goes on in portions comes to."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


@pytest.mark.parametrize("activation", ["sigmoid", "relu", "gelu"])
@pytest.mark.parametrize("loss", ["squared-error", "cross-entropy"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("text", NETWORKS)
def test_everything_that_is_read_off_it_can_be_read(text, size, loss, activation):
    network = NetworkSettings(network=text, activation=activation, loss=loss).build()
    rng = np.random.default_rng(3)
    theta = (size * rng.choice([-1.0, -0.5, 0.5, 1.0], network.size)).astype(np.float32)
    image = rng.integers(0, 256, network.inputs, dtype=np.uint8)
    inputs = image.astype(np.float32) / 255
    trace = trace_example(network, theta, inputs, wanted=3)
    for number, layer, _ in network.weighted(theta):
        strongest = strongest_connections(trace, number, 20)
        assert len(strongest.sources) == len(strongest.contributions) <= 20
        place = (0, 0) if isinstance(layer, Convolution) else None
        assert weighted_terms(trace, number, 0, place) is not None
        assert neuron_pictures(network, theta, number, slice(0, 2), trace) is not None
    for number in range(1, len(trace.layers) + 1):
        error_terms(trace, number, 0)
    assert find_evidence(network, theta, image, 1, 2).given == 1
    ranking = rank_gradient(network, trace.gradient)
    assert len(ranking.order) == network.size
    agreement(trace.gradient, trace.gradient)
    images, labels = image[None].repeat(3, axis=0), np.array([1, 2, 3], np.uint8)
    assert isinstance(done(average_loss(network, theta, images, labels)), float)
    assert done(average_gradient(network, theta, images, labels)).shape == theta.shape
    nudger = done(prepare_nudger(network, theta, images, labels))
    assert done(nudger.nudge(0, 0.001)).index == 0
