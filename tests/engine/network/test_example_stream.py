"""Mini-batches: every example once an epoch, in an order that the seed decides."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdstudio.engine.descent import Descent
from gdstudio.engine.network.example_stream import ExampleStream
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.engine.network.training import TrainingObjective, blas_threads
from gdstudio.engine.optimizers.catalogue import OptimizerSettings

CLASSES = 10


def stream_of(count, batch_size, *, seed=0):
    """Images of three pixels that spell the image's number, so that it can be told from them."""
    numbers = np.arange(count)
    images = np.stack([numbers // 256, numbers % 256, np.full(count, 255)], axis=1)
    return ExampleStream(
        images.astype(np.uint8),
        (numbers * 7 % CLASSES).astype(np.uint8),
        np.random.SeedSequence(seed),
        classes=CLASSES,
        batch_size=batch_size,
    )


def take(stream):
    """Return the numbers of the next batch's images, checked against their wanted answers."""
    stream.advance()
    high, low, full, ones = stream.inputs * 255
    np.testing.assert_allclose(full, 255, rtol=1e-6)
    np.testing.assert_array_equal(ones, 255)
    numbers = np.rint(high * 256 + low).astype(int)
    expected = np.zeros((CLASSES, len(numbers)))
    expected[numbers * 7 % CLASSES, np.arange(len(numbers))] = 1
    np.testing.assert_array_equal(stream.wanted, expected)
    return numbers.tolist()


def take_epoch(stream):
    batches = [take(stream)]
    while stream.position < len(stream):
        batches.append(take(stream))
    return batches


@settings(derandomize=True, deadline=None, max_examples=40)
@given(count=st.integers(1, 1500), batch_size=st.integers(1, 700))
def test_an_epoch_shows_every_example_once(count, batch_size):
    stream = stream_of(count, batch_size)
    orders = []
    for epoch in (1, 2):
        batches = take_epoch(stream)
        assert stream.epoch == epoch
        assert len(batches) == stream.batches_per_epoch
        assert all(len(batch) == batch_size for batch in batches[:-1])
        assert len(batches[-1]) == (count % batch_size or min(batch_size, count))
        orders.append([number for batch in batches for number in batch])
        assert sorted(orders[-1]) == list(range(count))
    if count > 20:
        assert orders[0] != orders[1]
        assert orders[0] != sorted(orders[0])


@settings(derandomize=True, deadline=None, max_examples=40)
@given(
    count=st.integers(1, 1500),
    sizes=st.lists(st.integers(1, 600), min_size=1, max_size=12),
    seed=st.integers(0, 100),
)
def test_changing_the_batch_size_loses_and_repeats_nothing(count, sizes, seed):
    """Nor does it change the order: only how it is cut into batches."""
    stream = stream_of(count, 10, seed=seed)
    seen = []
    for size in [10, *sizes]:
        stream.batch_size = size
        batch = take(stream)
        assert len(batch) == min(size, count - len(seen))
        seen += batch
        if stream.position == count:
            break
    while stream.position < count:
        seen += take(stream)
    whole = stream_of(count, count, seed=seed)
    assert seen == take(whole)


def test_the_seed_decides_the_order():
    def orders(seed):
        stream = stream_of(300, 32, seed=seed)
        return take_epoch(stream) + take_epoch(stream)

    assert orders(3) == orders(3)
    assert orders(3) != orders(4)


def test_restart_repeats_the_same_order():
    stream = stream_of(300, 32)
    first = take_epoch(stream) + take_epoch(stream)
    take(stream)
    stream.restart()
    assert take_epoch(stream) + take_epoch(stream) == first
    assert stream.epoch == 2


def training(batch_size=32, count=200):
    """Return a descent of the story's network over random pictures."""
    rng = np.random.default_rng(0)
    network = NetworkSettings().build()
    stream = ExampleStream(
        rng.integers(0, 256, (count, network.inputs), dtype=np.uint8),
        rng.integers(0, CLASSES, count, dtype=np.uint8),
        np.random.SeedSequence(0),
        classes=CLASSES,
        batch_size=batch_size,
    )
    objective = TrainingObjective(network, stream)
    optimizer = OptimizerSettings(optimizer="momentum").build(network.size, network.dtype)
    start = network.initial_parameters(np.random.default_rng(1))
    return Descent(objective, optimizer, start), network


def test_the_smaller_last_batch_is_averaged_over_its_own_size():
    descent, network = training(batch_size=32, count=40)
    descent.step(0.1)
    before = descent.parameters.copy()
    loss = descent.step(0.1)
    stream = descent.objective.stream
    assert stream.inputs.shape == (network.inputs + 1, 8)
    outputs = network.prepare(before, None, 8).forward(stream.inputs)
    assert loss == pytest.approx(0.5 * np.sum((outputs - stream.wanted) ** 2) / 8, rel=1e-5)


def test_many_changes_of_batch_size_keep_the_gradient_right():
    descent, network = training()
    for batch_size in (1, 3, 7, 10, 32, 64, 3, 1):
        descent.objective.stream.batch_size = batch_size
        before = descent.parameters.copy()
        descent.step(0.1)
        stream = descent.objective.stream
        expected = np.empty_like(before)
        network.prepare(before, expected, stream.inputs.shape[1]).loss_and_gradient(
            stream.inputs, stream.wanted
        )
        np.testing.assert_array_equal(descent.gradient, expected)


def test_the_gradient_goes_where_it_is_wanted():
    """The buffers of one θ do not answer for another."""
    descent, network = training()
    descent.step(0.1)
    first, second = np.empty(network.size, np.float32), np.empty(network.size, np.float32)
    cost = descent.objective.value_and_gradient(descent.parameters, first)
    again = descent.objective.value_and_gradient(descent.parameters.copy(), second)
    assert cost == again == descent.objective.value(descent.parameters)
    np.testing.assert_array_equal(first, second)
    changed = descent.parameters * np.float32(0.5)
    assert descent.objective.value_and_gradient(changed, second) != cost
    assert (first != second).any()


def test_a_step_allocates_next_to_nothing():
    """Forwards, backwards and the update work in arrays that are there already."""
    descent, _ = training()
    for _ in range(10):
        descent.step(0.1)
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for _ in range(10):
            descent.objective.value_and_gradient(descent.parameters, descent.gradient)
            descent.optimizer.step(descent.parameters, descent.gradient, 0.1)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # The activations of one layer for one batch would be 2,560 bytes, θ 65,320.
    assert peak - before < 2000


def test_a_small_network_trains_on_one_thread():
    assert blas_threads(16_330, 10) == 1
    assert blas_threads(16_330, 128) == 1
    assert blas_threads(1_000_000, 1_000) >= 1


def test_examples_of_no_class_want_every_output_alike():
    images = np.arange(6, dtype=np.uint8)[:, None] * np.ones((1, 4), np.uint8)
    labels = np.array([0, 2, 255, 1, 255, 2], np.uint8)
    stream = ExampleStream(
        images, labels, np.random.SeedSequence(0), classes=3, batch_size=4, dtype=np.float64
    )
    seen = {}
    for _ in range(2):
        stream.advance()
        for pixels, wanted in zip(stream.inputs.T, stream.wanted.T, strict=True):
            seen[round(pixels[0] * 255)] = wanted.copy()
    for index, label in enumerate(labels):
        expected = np.full(3, 1 / 3) if label == 255 else np.eye(3)[label]
        assert np.array_equal(seen[index], expected)
