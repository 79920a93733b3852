"""The largest components of a step, and what they come to."""

import numpy as np
import pytest

from gdstudio.engine.network.network import NetworkSettings
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.experiment.digits.next_step import rank_next_step


def test_the_steepest_come_first_with_their_shares():
    gradient = np.array([0.0, 3.0, -4.0, 1.0])
    step = OptimizerSettings().build(4, gradient.dtype).next_step(np.ones(4), gradient, 0.5)
    ranked = rank_next_step(None, np.ones(4), gradient, step, iteration=7, loss=2.5, count=2)
    assert ranked.order.tolist() == [2, 1]
    assert ranked.slopes.tolist() == [-4.0, 3.0]
    assert ranked.steps.tolist() == [2.0, -1.5]
    assert ranked.new_values.tolist() == [3.0, -0.5]
    assert ranked.shares.tolist() == pytest.approx([16 / 26, 9 / 26])
    assert (ranked.slope_norm, ranked.step_norm) == (
        pytest.approx(26**0.5),
        pytest.approx(0.5 * 26**0.5),
    )
    assert (ranked.iteration, ranked.loss, ranked.size, ranked.by_layer) == (7, 2.5, 4, ())


def test_of_a_network_with_the_shares_of_its_layers():
    network = NetworkSettings(network="20, 20").build()
    rng = np.random.default_rng(0)
    parameters, gradient, step = (
        rng.normal(size=network.size).astype(np.float32) for _ in range(3)
    )
    ranked = rank_next_step(network, parameters, gradient, step, iteration=0, loss=1.0)
    assert len(ranked.order) == 200
    assert np.abs(gradient)[ranked.order].tolist() == np.sort(np.abs(gradient))[:-201:-1].tolist()
    assert ranked.values.tolist() == parameters[ranked.order].tolist()
    assert dict(ranked.by_layer) == {
        "layer 1": pytest.approx(
            np.sum(gradient[:15700].astype(float) ** 2) / ranked.slope_norm**2
        ),
        "layer 2": pytest.approx(
            np.sum(gradient[15700:16120].astype(float) ** 2) / ranked.slope_norm**2
        ),
        "outputs": pytest.approx(
            np.sum(gradient[16120:].astype(float) ** 2) / ranked.slope_norm**2
        ),
    }
    biases = np.zeros(network.size, bool)
    for matrix in network.matrices(biases):
        matrix[:, -1] = True
    assert ranked.is_weight.tolist() == (~biases[ranked.order]).tolist()
    assert not ranked.is_weight.all()
    assert sum(share for _, share in ranked.by_layer) == pytest.approx(1)


def test_where_nothing_is_steep_nothing_has_a_share():
    flat = rank_next_step(None, *np.zeros((3, 5)), iteration=0, loss=0.0)
    assert flat.order.tolist() == [0, 1, 2, 3, 4]
    assert flat.shares.tolist() == [0.0] * 5
