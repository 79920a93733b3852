"""Examples of a few numbers each: all in order, or batches that the seed decides."""

import numpy as np
import pytest

from gdstudio.engine.network.vector_stream import VectorStream


def stream_of(batch_size, seed=1, count=10):
    inputs = np.vstack([np.arange(count, dtype=float), np.ones(count)])
    return VectorStream(inputs, inputs[:1] * 2, np.random.SeedSequence(seed), batch_size=batch_size)


@pytest.mark.parametrize("batch_size", [0, 10, 99])
def test_all_at_once_stay_in_their_order(batch_size):
    stream = stream_of(batch_size)
    for epoch in (1, 2):
        stream.advance()
        assert stream.inputs[0].tolist() == list(range(10))
        assert stream.epoch == epoch


def test_an_epoch_has_every_example_once_with_its_answer_and_another_order_each_time():
    stream = stream_of(4)
    orders = []
    for _ in range(2):
        taken = []
        for size in (4, 4, 2):
            stream.advance()
            assert stream.inputs.shape[1] == size
            assert (stream.wanted == 2 * stream.inputs[:1]).all()
            taken += stream.inputs[0].tolist()
        assert sorted(taken) == list(range(10))
        orders.append(taken)
    assert orders[0] != orders[1]
    stream.restart()
    stream.advance()
    assert stream.inputs[0].tolist() == orders[0][:4]


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 4])
def test_it_goes_on_from_where_it_was_and_tells_what_comes(steps):
    stream = stream_of(4)
    for _ in range(steps):
        stream.advance()
    kept = stream.state()
    seen = []
    for _ in range(7):
        coming = stream.peek()[0].copy()
        stream.advance()
        assert np.array_equal(coming, stream.inputs)
        seen.append(stream.inputs.copy())
    other = stream_of(4, seed=1)
    other.restore(kept)
    for expected in seen:
        other.advance()
        assert np.array_equal(other.inputs, expected)


def test_the_batch_size_can_change_on_the_way():
    stream = stream_of(4)
    stream.advance()
    first = set(stream.inputs[0].tolist())
    stream.batch_size = 0
    kept = stream.state()
    coming = stream.peek()[0].copy()
    stream.advance()
    assert first | set(stream.inputs[0].tolist()) == set(range(10))
    assert np.array_equal(coming, stream.inputs)
    stream.advance()
    assert stream.inputs[0].tolist() == list(range(10))
    other = stream_of(0)
    other.restore(kept)
    other.advance()
    assert np.array_equal(other.inputs, coming)
