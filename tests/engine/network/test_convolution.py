"""Convolution, pool and dropout do what their formulas say, and know their own gradients."""

from unittest import mock

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gdstudio.engine.network import convolution
from gdstudio.engine.network.activations import ACTIVATIONS
from gdstudio.engine.network.convolution import Convolution
from gdstudio.engine.network.dense import Dense
from gdstudio.engine.network.dropout import Dropout
from gdstudio.engine.network.losses import LOSSES
from gdstudio.engine.network.network import Network, NetworkSettings
from gdstudio.engine.network.pooling import MaximumPool

NUDGE = 1e-6
# No sum may be so near to ReLU's kink, and no rival so near to a maximum, that a nudge decides.
KINK = 1e-4


@st.composite
def picture_layers(draw, activation):
    """One to three layers on a small picture: convolutions, pools, dropout."""
    shape = (draw(st.integers(2, 7)), draw(st.integers(2, 7)), draw(st.integers(1, 2)))
    layers = []
    for kind in draw(st.lists(st.sampled_from(["conv", "conv", "pool", "dropout"]), max_size=3)):
        if kind == "conv":
            rows, columns = (draw(st.integers(1, min(side, 4))) for side in shape[:2])
            stride = draw(st.integers(1, 3))
            filters = draw(st.integers(1, 3))
            layers.append(Convolution(shape, filters, rows, columns, stride, activation))
        elif kind == "pool":
            assume(min(shape[:2]) > 1)
            layers.append(MaximumPool(shape, draw(st.integers(2, min(*shape[:2], 3)))))
        else:
            layers.append(Dropout(shape, draw(st.sampled_from([0.2, 0.5]))))
        shape = layers[-1].output_shape
    if draw(st.booleans()):
        layers.append(Dense(int(np.prod(shape)), draw(st.integers(1, 3)), activation))
        shape = layers[-1].output_shape
    return (*layers, Dense(int(np.prod(shape)), 3, ACTIVATIONS["identity"]))


@st.composite
def networks(draw):
    activation = draw(st.sampled_from([key for key in ACTIVATIONS if key != "identity"]))
    layers = draw(picture_layers(ACTIVATIONS[activation]))
    loss = draw(st.sampled_from(list(LOSSES)))
    return Network(layers, LOSSES[loss], dtype=np.float64)


def convolved(layer, weights, biases, image):
    """Follow the formula, place by place: image (rows, columns, channels, batch)."""
    sums = np.empty((*layer.output_shape, image.shape[-1]))
    for y in range(sums.shape[0]):
        for x in range(sums.shape[1]):
            top, left = y * layer.stride, x * layer.stride
            seen = image[top : top + layer.rows, left : left + layer.columns]
            sums[y, x] = np.einsum("fcij,ijcb->fb", weights, seen) + biases[:, None]
    return sums


def pooled(layer, image):
    """Return the largest of every square, and by how much it is the largest."""
    rows, columns, _ = layer.output_shape
    side = layer.side
    squares = image[: rows * side, : columns * side]
    squares = squares.reshape(rows, side, columns, side, *image.shape[2:]).swapaxes(1, 2)
    ordered = np.sort(squares.reshape(rows, columns, side * side, *image.shape[2:]), axis=2)
    return ordered[:, :, -1], (ordered[:, :, -1] - ordered[:, :, -2]).min()


def textbook_sums(network, parameters, inputs, masks):
    """Return the last sums (classes, batch), and the distance to the nearest kink."""
    outputs = inputs
    distance = np.inf
    parts = network.split(parameters)
    for layer, part, mask in zip(network.layers, parts, masks, strict=True):
        if isinstance(layer, Dropout):
            outputs = outputs * mask
            continue
        if isinstance(layer, MaximumPool):
            outputs, margin = pooled(layer, outputs.reshape(*layer.image, -1))
            distance = min(distance, margin)
        elif isinstance(layer, Convolution):
            image = outputs.reshape(*layer.image, -1)
            outputs = convolved(layer, layer.weights(part), layer.biases(part), image)
        else:
            outputs = layer.weights(part) @ outputs + layer.biases(part)[:, None]
        if getattr(layer, "activation", None) in (ACTIVATIONS["relu"], ACTIVATIONS["leaky-relu"]):
            distance = min(distance, np.abs(outputs).min())
        if hasattr(layer, "activation"):
            layer.activation.apply(outputs)
        outputs = outputs.reshape(-1, inputs.shape[1])
    return outputs, distance


@settings(derandomize=True, deadline=None, max_examples=150)
@given(
    network=networks(),
    batch=st.integers(1, 4),
    seed=st.integers(0, 10_000),
    examples_apart=st.booleans(),
    chunk=st.sampled_from([1, 100, 1 << 18]),
)
def test_cost_and_gradient_are_the_textbooks(network, batch, seed, examples_apart, chunk):
    rng = np.random.default_rng(seed)
    parameters = rng.normal(size=network.size)
    # As training hands batches in, or as layers do.
    inputs = np.ones((network.inputs + 1, batch), order="F" if examples_apart else "C")
    inputs[:-1] = rng.uniform(0, 1, (network.inputs, batch))
    wanted = np.eye(network.classes)[:, rng.integers(network.classes, size=batch)]
    gradient = np.full(network.size, np.nan)
    with mock.patch.object(convolution, "CHUNK", chunk):
        at_work = network.prepare(parameters, gradient, batch, np.random.default_rng(seed))
    cost = at_work.loss_and_gradient(inputs, wanted)
    gradient_again = gradient.copy()

    masks = [getattr(layer, "mask", None) for layer in at_work.layers]
    sums, distance = textbook_sums(network, parameters, inputs[:-1], masks)
    np.testing.assert_allclose(at_work.layers[-1].activations, sums, rtol=1e-10, atol=1e-12)
    assume(distance > KINK)
    assert cost == pytest.approx(at_work.average_loss(inputs, wanted), rel=1e-12)

    chosen = rng.permutation(network.size)[:40]
    slopes = np.empty(len(chosen))
    for place, index in enumerate(chosen):
        start = parameters[index]
        parameters[index] = start + NUDGE
        above = at_work.average_loss(inputs, wanted)
        parameters[index] = start - NUDGE
        below = at_work.average_loss(inputs, wanted)
        parameters[index] = start
        slopes[place] = (above - below) / (2 * NUDGE)
    np.testing.assert_allclose(gradient_again[chosen], slopes, rtol=1e-5, atol=1e-7)


def test_a_filter_finds_its_pattern():
    """A filter that looks for a corner answers where the corner is, and only there."""
    layer = Convolution((5, 5, 1), 1, 2, 2, 1, ACTIVATIONS["relu"])
    parameters = np.zeros(layer.size)
    layer.weights(parameters)[0, 0] = [[1, 1], [1, -1]]
    layer.biases(parameters)[:] = -2
    image = np.zeros((5, 5))
    image[2, 1:3] = 1
    image[3, 1] = 1
    inputs = np.append(image, 1)[:, None]
    answer = layer.prepare(parameters, None, 1).forward(inputs)[:-1].reshape(4, 4)
    assert np.argwhere(answer).tolist() == [[2, 1]]


def test_a_pool_keeps_the_largest_and_hands_its_error_back():
    layer = MaximumPool((3, 4, 1), 2)
    image = np.array([[1.0, 9, 2, 2], [3, 4, 2, 2], [7, 7, 7, 7]])
    at_work = layer.prepare(np.empty(0), np.empty(0), 1)
    inputs = np.append(image, 1)[:, None]
    assert at_work.forward(inputs)[:, 0].tolist() == [9, 2, 1]
    at_work.delta[:, 0] = [5, 6]
    errors = np.full((12, 1), np.nan)
    at_work.backward(inputs, errors)
    # Among equals the first has it; what lies in no square has none.
    assert errors.reshape(3, 4).tolist() == [[0, 5, 6, 0], [0, 0, 0, 0], [0, 0, 0, 0]]


def test_the_mask_comes_from_its_generator_and_keeps_the_mean():
    layer = Dropout((20, 30, 2), 0.3)
    first, second = (
        layer.prepare(np.empty(0, np.float32), np.empty(0, np.float32), 50, rng)
        for rng in (np.random.default_rng(4), np.random.default_rng(4))
    )
    inputs = np.ones((1201, 50), np.float32)
    assert first.forward(inputs).all()
    masks = []
    for _ in range(2):
        first.draw()
        second.draw()
        np.testing.assert_array_equal(first.mask, second.mask)
        masks.append(first.mask.copy())
    assert (masks[0] != masks[1]).any()
    assert np.unique(masks[0]).tolist() == [0, np.float32(1 / 0.7)]
    # 60,000 draws: the mean lies within five of its standard deviations.
    outputs = first.forward(inputs)
    assert outputs[:-1].mean() == pytest.approx(1, abs=5 * np.sqrt(0.3 / 0.7 / 60_000))
    assert outputs[-1].tolist() == [1] * 50


def test_nothing_is_dropped_when_the_network_answers():
    rng = np.random.default_rng(0)
    with_dropout = NetworkSettings(network="dropout 0.5, conv 2x9x9 stride 4, dropout 0.5, 9")
    without = NetworkSettings(network="conv 2x9x9 stride 4, 9")
    parameters = without.build().initial_parameters(rng)
    inputs = np.ones((785, 6), np.float32)
    inputs[:-1] = rng.uniform(0, 1, (784, 6))
    answers = [
        chosen.build().prepare(parameters, None, 6).forward(inputs).copy()
        for chosen in (with_dropout, without)
    ]
    np.testing.assert_array_equal(*answers)


def test_a_step_on_pictures_asks_for_no_memory():
    import tracemalloc

    network = NetworkSettings(
        network="conv 4x5x5 stride 2, pool 2, dropout 0.2, conv 6x3x3, 12", activation="relu"
    ).build()
    rng = np.random.default_rng(0)
    parameters = network.initial_parameters(rng)
    gradient = np.empty_like(parameters)
    batch = np.ones((64, 785), np.float32)
    batch[:, :-1] = rng.uniform(0, 1, (64, 784))
    wanted = np.eye(10, dtype=np.float32)[:, rng.integers(10, size=64)]
    step = network.prepare(parameters, gradient, 64, rng)
    step.loss_and_gradient(batch.T, wanted)
    tracemalloc.start()
    step.loss_and_gradient(batch.T, wanted)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # NumPy's own buffers for casting and for sums across axes, of a fixed size.
    assert most < 150_000
