"""Losses where one output tells two classes apart, or is a number: exact, however far the sums."""

import math

import numpy as np
import pytest

from gdstudio.engine.network.losses import BINARY_CROSS_ENTROPY, LINEAR_SQUARED_ERROR, LOSSES


@pytest.mark.parametrize("loss", [BINARY_CROSS_ENTROPY, LINEAR_SQUARED_ERROR])
def test_the_cost_of_a_batch_is_the_mean_of_its_examples(loss):
    rng = np.random.default_rng(0)
    sums = rng.normal(0, 3, (1, 20))
    wanted = (rng.random((1, 20)) > 0.5).astype(float)
    step = loss.prepare(1, 20, np.dtype(np.float64))
    cost = step.average_loss(sums, wanted)
    costs = loss.example_losses(step.outputs, sums, wanted)
    assert cost == pytest.approx(costs.mean())
    for place in (0, 7):
        outputs, answer = step.outputs[:, place], wanted[:, place]
        assert loss.hand_loss(outputs, answer) == pytest.approx(costs[place])
        assert loss.sum_errors(outputs, answer) == pytest.approx(20 * step.delta[:, place])
        table = loss.loss_table(outputs, sums[:, place], answer, costs[place])
        assert table.total == pytest.approx(
            costs[place] * (1 if loss.key != "squared-error" else 2)
        )


def test_a_sum_far_out_costs_what_it_should_and_never_too_much_for_a_number():
    step = BINARY_CROSS_ENTROPY.prepare(1, 4, np.dtype(np.float64))
    sums = np.array([[800.0, -800.0, 800.0, -800.0]])
    assert step.average_loss(sums, np.array([[1.0, 0.0, 1.0, 0.0]])) == 0
    assert step.average_loss(sums, np.array([[0.0, 1.0, 0.0, 1.0]])) == pytest.approx(800)
    assert np.isfinite(step.delta).all()


def test_each_loss_has_its_form_for_one_output_and_for_numbers():
    assert LOSSES["cross-entropy"].for_one_output is BINARY_CROSS_ENTROPY
    assert LOSSES["squared-error"].for_one_output is LOSSES["squared-error"]
    assert LOSSES["squared-error"].for_numbers is LINEAR_SQUARED_ERROR
    assert LOSSES["cross-entropy"].for_numbers is None
    assert BINARY_CROSS_ENTROPY.guess_loss(1) == pytest.approx(math.log(2))


@pytest.mark.parametrize("loss", LOSSES.values(), ids=list(LOSSES))
def test_what_is_worked_out_by_hand_is_what_training_does(loss):
    step = loss.prepare(3, 1, np.dtype(np.float64))
    sums, wanted = np.array([[0.3], [-1.2], [0.8]]), np.array([[0.0], [1.0], [0.0]])
    cost = step.average_loss(sums.copy(), wanted)
    assert loss.hand_loss(step.outputs[:, 0], wanted[:, 0]) == pytest.approx(cost)
    errors = loss.sum_errors(step.outputs[:, 0], wanted[:, 0])
    assert errors == pytest.approx(step.delta[:, 0])
