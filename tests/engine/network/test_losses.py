"""What a loss charges, in figures small enough to reckon by hand."""

import math

import numpy as np
import pytest

from gdstudio.engine.network.losses import LOSSES


def costs_of(key, sums, wanted, dtype=np.float64):
    """Return the loss and the pass that computed it; one column per example."""
    sums, wanted = np.array(sums, dtype), np.array(wanted, dtype)
    at_work = LOSSES[key].prepare(*sums.shape, sums.dtype)
    return at_work.average_loss(sums, wanted), at_work


def test_squared_error_is_half_the_sum_averaged_over_examples():
    # Outputs 0.5 and 0.75: sigmoid of 0 and of ln 3.
    cost, at_work = costs_of(
        "squared-error", [[0.0, math.log(3)], [math.log(3), 0.0]], [[1, 1], [0, 0]]
    )
    np.testing.assert_allclose(at_work.outputs, [[0.5, 0.75], [0.75, 0.5]])
    first = 0.5 * (0.5**2 + 0.75**2)
    second = 0.5 * (0.25**2 + 0.5**2)
    assert cost == pytest.approx((first + second) / 2)
    # δ = (a − y) a (1 − a), shared among two examples.
    np.testing.assert_allclose(
        at_work.delta,
        [[-0.5 * 0.25 / 2, -0.25 * 0.1875 / 2], [0.75 * 0.1875 / 2, 0.5 * 0.25 / 2]],
    )


def test_cross_entropy_is_minus_the_log_of_the_wanted_output():
    cost, at_work = costs_of("cross-entropy", [[math.log(2)], [0.0], [0.0]], [[1], [0], [0]])
    np.testing.assert_allclose(at_work.outputs, [[0.5], [0.25], [0.25]])
    assert cost == pytest.approx(math.log(2))
    np.testing.assert_allclose(at_work.delta, [[-0.5], [0.25], [0.25]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("key", list(LOSSES))
def test_huge_sums_stay_finite(key, dtype):
    cost, at_work = costs_of(
        key, [[1e4, -1e4, 0], [-1e4, -1e4, 1e4], [0, -1e4, 1e4]], np.eye(3)[:, [1, 0, 2]], dtype
    )
    assert math.isfinite(cost)
    assert np.isfinite(at_work.outputs).all()
    assert np.isfinite(at_work.delta).all()


def test_a_hopelessly_wrong_answer_costs_what_it_should():
    """Where the softmax underflows to 0, its logarithm must not become −∞."""
    cost, _ = costs_of("cross-entropy", [[1e4], [-1e4]], [[0], [1]], np.float32)
    assert cost == pytest.approx(2e4)


def test_softmax_sums_to_one_and_does_not_care_for_a_common_shift():
    rng = np.random.default_rng(2)
    sums = rng.normal(0, 5, (10, 64))
    at_work = LOSSES["cross-entropy"].prepare(10, 64, sums.dtype)
    outputs = at_work.respond(sums).copy()
    np.testing.assert_allclose(outputs.sum(axis=0), 1.0, rtol=1e-12)
    assert (outputs > 0).all()
    np.testing.assert_allclose(at_work.respond(sums + 1000.0), outputs, rtol=1e-9)


@pytest.mark.parametrize("key", LOSSES)
@pytest.mark.parametrize("classes", [2, 10])
def test_a_guess_costs_what_equal_outputs_cost(key, classes):
    loss = LOSSES[key]
    share = 1 / classes
    # With softmax equal sums give equal outputs; a sigmoid gives 1/n at −ln(n − 1).
    sums = np.full((classes, 1), 0.0 if key == "cross-entropy" else -np.log(classes - 1.0))
    outputs = np.full((classes, 1), share)
    wanted = np.eye(classes)[:, :1]
    assert loss.guess_loss(classes) == pytest.approx(
        loss.example_losses(outputs, sums, wanted)[0], rel=1e-12
    )


def test_a_guess_among_ten_costs_what_the_books_say():
    assert LOSSES["squared-error"].guess_loss(10) == pytest.approx(0.45)
    assert LOSSES["cross-entropy"].guess_loss(10) == pytest.approx(2.302585)
