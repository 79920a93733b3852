"""A descent can be looked ahead of, and gone back to, without a trace."""

import numpy as np
import pytest

from gdstudio.engine.descent import Descent
from gdstudio.engine.network.example_stream import ExampleStream
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.engine.network.training import TrainingObjective
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS, OptimizerSettings

RATE = 0.01


def make_descent(optimizer: str) -> Descent:
    """Return a descent of a small network with dropout over 50 examples in batches of 8."""
    rng = np.random.default_rng(3)
    images = rng.integers(0, 256, (50, 784), dtype=np.uint8)
    labels = rng.integers(0, 10, 50, dtype=np.uint8)
    network = NetworkSettings(network="6, dropout 0.4", loss="cross-entropy").build()
    stream = ExampleStream(images, labels, np.random.SeedSequence(1), classes=10, batch_size=8)
    objective = TrainingObjective(network, stream, dropout=np.random.SeedSequence(2))
    settings = OptimizerSettings(optimizer=optimizer)
    return Descent(
        objective,
        settings.build(network.size, network.dtype),
        network.initial_parameters(np.random.default_rng(0)),
    )


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("steps", [0, 3, 7, 9])
def test_a_descent_goes_on_from_a_kept_state_as_it_did(optimizer, steps):
    # 7 steps are an epoch: one state lies at its very end.
    descent = make_descent(optimizer)
    for _ in range(steps):
        descent.step(RATE)
    state = descent.state()
    first = [descent.step(RATE) for _ in range(12)]
    there = descent.parameters.copy()
    descent.restore(state)
    assert [descent.step(RATE) for _ in range(12)] == first
    np.testing.assert_array_equal(descent.parameters, there)
    assert descent.iteration == steps + 12


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_next_step_is_the_one_that_is_made(optimizer):
    descent, undisturbed = make_descent(optimizer), make_descent(optimizer)
    for _ in range(16):
        loss, gradient, step = descent.next_step(RATE)
        before = descent.parameters.copy()
        assert descent.step(RATE) == loss == undisturbed.step(RATE)
        np.testing.assert_array_equal(descent.gradient, gradient)
        np.testing.assert_array_equal(descent.parameters, before + step)
        np.testing.assert_array_equal(descent.parameters, undisturbed.parameters)
