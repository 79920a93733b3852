"""The history of losses stays small and tells the truth about every bucket."""

import math

import numpy as np
import pytest

from gdstudio.engine.history import RECENT, LossHistory


def filled(losses, **options):
    history = LossHistory(**options)
    for loss in losses:
        history.append(loss)
    return history


@pytest.mark.parametrize("length", [1, 255, 256, 257, 1024, 1025, 5000, 100_003])
def test_every_bucket_is_what_brute_force_says(length):
    losses = np.random.default_rng(length).normal(size=length)
    history = filled(losses.tolist())
    curve = history.curve()
    assert len(history) == length
    assert len(curve.steps) <= 1025
    assert curve.steps[-1] == length
    ends = curve.steps.astype(int)
    # All buckets but the last are equally wide, and together they are all steps.
    assert len(set(np.diff(ends[:-1], prepend=0).tolist())) <= 1
    buckets = np.split(losses, ends[:-1])
    assert [len(bucket) for bucket in buckets if not len(bucket)] == []
    np.testing.assert_array_equal(curve.minimum, [bucket.min() for bucket in buckets])
    np.testing.assert_array_equal(curve.maximum, [bucket.max() for bucket in buckets])
    np.testing.assert_allclose(curve.mean, [bucket.mean() for bucket in buckets], atol=1e-12)


def test_looking_does_not_change_what_is_seen():
    """Reading the curve after every step gives what reading it once at the end gives."""
    losses = np.random.default_rng(0).normal(size=700).tolist()
    watched = LossHistory(capacity=64)
    for loss in losses:
        watched.append(loss)
        watched.curve()
    unwatched = filled(losses, capacity=64)
    for name in ("steps", "minimum", "mean", "maximum"):
        np.testing.assert_allclose(
            getattr(watched.curve(), name), getattr(unwatched.curve(), name), rtol=1e-12
        )


def test_a_curve_is_a_copy():
    history = filled([1.0] * 300)
    curve = history.curve()
    for _ in range(5000):
        history.append(9.0)
    np.testing.assert_array_equal(curve.maximum, 1.0)


@pytest.mark.parametrize("length", [1, RECENT - 1, RECENT, RECENT + 1, 300, 5000])
def test_recent_is_the_mean_of_the_last_losses(length):
    losses = np.random.default_rng(length).normal(size=length)
    assert filled(losses.tolist()).recent() == pytest.approx(losses[-RECENT:].mean(), rel=1e-9)


def test_nothing_is_recent_before_the_first_step():
    history = LossHistory()
    assert math.isnan(history.recent())
    assert len(history.curve().steps) == 0
    history.append(2.0)
    assert history.recent() == 2.0
    history.clear()
    assert math.isnan(history.recent())
    assert len(history) == 0
