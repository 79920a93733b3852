"""Averages over many examples are those of the examples one by one, and can be stopped."""

import numpy as np
import pytest

from gdstudio.engine.inspect.averages import average_gradient, average_loss
from gdstudio.engine.inspect.trace import trace_example
from gdstudio.engine.jobs import finish
from gdstudio.engine.network.network import NetworkSettings


@pytest.mark.parametrize("loss", ["squared-error", "cross-entropy"])
@pytest.mark.parametrize("text", ["20", "conv 4x5x5 stride 2, pool 2, dropout 0.5, 12"])
def test_they_are_the_mean_of_single_examples(text, loss):
    network = NetworkSettings(network=text, loss=loss).build(dtype=np.float64)
    rng = np.random.default_rng(0)
    theta = network.initial_parameters(rng)
    count = 503  # more than one part, the last one smaller
    images = rng.integers(0, 256, (count, 784), dtype=np.uint8)
    labels = rng.integers(0, 10, count).astype(np.uint8)
    traces = [
        trace_example(network, theta, image / 255, int(label))
        for image, label in zip(images, labels, strict=True)
    ]
    cost = finish(average_loss(network, theta, images, labels))
    gradient = finish(average_gradient(network, theta, images, labels))
    assert cost == pytest.approx(np.mean([trace.loss for trace in traces]))
    np.testing.assert_allclose(
        gradient, np.mean([trace.gradient for trace in traces], axis=0), atol=1e-13
    )


def test_they_tell_how_far_they_are_and_stop_when_asked():
    network = NetworkSettings().build()
    theta = network.initial_parameters(np.random.default_rng(0))
    images, labels = np.zeros((2000, 784), np.uint8), np.zeros(2000, np.uint8)
    shares = []
    assert finish(average_loss(network, theta, images, labels), progress=shares.append) > 0
    assert shares == sorted(shares)
    assert len(shares) > 2
    assert shares[-1] == 1
    work = average_gradient(network, theta, images, labels)
    assert finish(work, stopped=lambda: True) is None
