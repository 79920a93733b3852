"""Backpropagation gives the gradient that central differences give, whatever the network."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gdstudio.engine.network.activations import ACTIVATIONS
from gdstudio.engine.network.dense import Dense
from gdstudio.engine.network.losses import LOSSES
from gdstudio.engine.network.network import Network, NetworkSettings

NUDGE = 1e-6
# No weighted sum may be so near to ReLU's kink that a nudge carries it across.
KINK = 1e-3

TEXTBOOK = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: np.where(z > 0, z, 0),
    "leaky-relu": lambda z: np.where(z > 0, z, 0.01 * z),
    # The form of Hendrycks and Gimpel (2016), as PyTorch writes it.
    "gelu": lambda z: 0.5 * z * (1 + np.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3))),
    "identity": lambda z: z,
}


@st.composite
def shapes(draw):
    """Sizes from input to output, depth 0 to 3; a batch size; a seed."""
    inputs = draw(st.integers(1, 6))
    hidden = draw(st.lists(st.integers(1, 5), max_size=3))
    classes = draw(st.integers(2, 4))
    return (inputs, *hidden, classes), draw(st.integers(1, 5)), draw(st.integers(0, 10_000))


def build(sizes, activation, loss, dtype=np.float64):
    kinds = [activation] * (len(sizes) - 2) + ["identity"]
    layers = tuple(
        Dense(inputs, outputs, ACTIVATIONS[kind])
        for inputs, outputs, kind in zip(sizes, sizes[1:], kinds, strict=False)
    )
    return Network(layers, LOSSES[loss], dtype=dtype)


def random_case(network, batch, seed):
    """θ, inputs with their row of ones, and one-hot answers."""
    rng = np.random.default_rng(seed)
    parameters = rng.normal(size=network.size)
    inputs = np.ones((network.inputs + 1, batch))
    inputs[:-1] = rng.uniform(0, 1, (network.inputs, batch))
    wanted = np.eye(network.classes)[:, rng.integers(network.classes, size=batch)]
    return parameters, inputs, wanted


def textbook_sums(network, parameters, inputs, activation):
    """Return the weighted sums z of every layer, by the formula a = f(W x + b)."""
    sums = []
    outputs = inputs[:-1]
    for matrix in network.matrices(parameters):
        sums.append(matrix[:, :-1] @ outputs + matrix[:, -1:])
        outputs = TEXTBOOK[activation](sums[-1])
    return sums


def textbook_cost(z, wanted, loss):
    if loss == "squared-error":
        return 0.5 * np.sum((wanted - TEXTBOOK["sigmoid"](z)) ** 2) / z.shape[1]
    exponentials = np.exp(z)
    softmax = exponentials / exponentials.sum(axis=0)
    return -np.sum(np.log(softmax[wanted == 1])) / z.shape[1]


@pytest.mark.parametrize("loss", list(LOSSES))
@pytest.mark.parametrize("activation", list(ACTIVATIONS))
@settings(derandomize=True, deadline=None, max_examples=60)
@given(case=shapes())
def test_cost_and_gradient_are_the_textbooks(activation, loss, case):
    sizes, batch, seed = case
    network = build(sizes, activation, loss)
    parameters, inputs, wanted = random_case(network, batch, seed)
    sums = textbook_sums(network, parameters, inputs, activation)
    if activation in ("relu", "leaky-relu"):
        assume(min((np.abs(z).min() for z in sums[:-1]), default=1) > KINK)

    gradient = np.full(network.size, np.nan)
    at_work = network.prepare(parameters, gradient, batch)
    cost = at_work.loss_and_gradient(inputs, wanted)
    expected = textbook_cost(sums[-1], wanted, loss)
    assert cost == pytest.approx(expected, rel=1e-9, abs=1e-12)

    slopes = np.empty(network.size)
    for index in range(network.size):
        # A pass follows θ as it changes in place, so the same one serves for every nudge.
        start = parameters[index]
        parameters[index] = start + NUDGE
        above = at_work.average_loss(inputs, wanted)
        parameters[index] = start - NUDGE
        below = at_work.average_loss(inputs, wanted)
        parameters[index] = start
        slopes[index] = (above - below) / (2 * NUDGE)
    np.testing.assert_allclose(gradient, slopes, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("times", [1, 3000])
@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_the_slope_belongs_to_the_activation(activation, times):
    """For few numbers and for many, which may be computed in another way."""
    kind = ACTIVATIONS[activation]
    z = np.repeat([-40.0, -3.0, -0.5, 0.25, 2.0, 40.0], times)
    outputs, room = z.copy(), np.empty_like(z)
    kind.apply(outputs, room)
    np.testing.assert_allclose(outputs, TEXTBOOK[activation](z), rtol=1e-12, atol=1e-15)
    slope = np.full_like(z, 3.0)
    kind.multiply_by_slope(outputs, slope, room)
    nudged = TEXTBOOK[activation](z + NUDGE) - TEXTBOOK[activation](z - NUDGE)
    np.testing.assert_allclose(slope, 3.0 * nudged / (2 * NUDGE), atol=1e-8)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [600, 20_000])
@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_what_is_shown_is_what_training_computes(activation, size, dtype):
    """`value` and `slope` are what pages and plots show, the others what training uses."""
    kind = ACTIVATIONS[activation]
    z = np.random.default_rng(1).normal(0, 4, size).astype(dtype)
    z[:3] = 0, 1e30, -1e30
    values, slopes = kind.value(z), kind.slope(z)
    assert values.dtype == slopes.dtype == dtype
    outputs, room, delta = z.copy(), np.empty_like(z), np.ones_like(z)
    kind.apply(outputs, room)
    kind.multiply_by_slope(outputs, delta, room)
    np.testing.assert_array_equal(outputs, values)
    np.testing.assert_array_equal(delta, slopes)
    alone = z.copy()
    kind.apply(alone)
    np.testing.assert_array_equal(alone, values)
    assert np.isfinite(slopes).all()
    assert values.min() >= kind.low - 1e-6
    assert values.max() <= kind.high


def test_gelu_is_nearly_z_times_the_normal_distribution():
    z = np.linspace(-6, 6, 1201)
    exact = np.array([x * 0.5 * (1 + math.erf(x / math.sqrt(2))) for x in z])
    assert np.abs(ACTIVATIONS["gelu"].value(z) - exact).max() < 5e-4


def literal_sigmoid(z):
    return np.tanh(z * np.float32(0.5)) * np.float32(0.5) + np.float32(0.5)


@pytest.mark.parametrize("batch", [7, 500])
@pytest.mark.parametrize(
    ("activation", "value", "slope"),
    [
        ("sigmoid", literal_sigmoid, lambda a: (1 - a) * a),
        ("relu", lambda z: np.maximum(z, 0), lambda a: np.sign(a)),
    ],
)
def test_steps_are_to_the_last_bit_those_of_the_equations(activation, value, slope, batch):
    """From one seed the same θ as ever: no activation may change how these two are computed."""
    network = NetworkSettings(network="20, 20", activation=activation).build()
    rng = np.random.default_rng(3)
    parameters = network.initial_parameters(rng)
    expected = [matrix.copy() for matrix in network.matrices(parameters)]
    inputs = np.ones((785, batch), np.float32)
    inputs[:-1] = rng.random((784, batch))
    wanted = np.eye(10, dtype=np.float32)[:, rng.integers(10, size=batch)].copy()
    gradient = np.empty_like(parameters)
    at_work = network.prepare(parameters, gradient, batch)
    ones = np.ones((1, batch), np.float32)
    for _ in range(3):
        at_work.loss_and_gradient(inputs, wanted)
        parameters -= np.float32(0.5) * gradient
        entered = [inputs]
        for matrix in expected[:-1]:
            entered.append(np.concatenate([value(np.dot(matrix, entered[-1])), ones]))
        outputs = literal_sigmoid(np.dot(expected[-1], entered[-1]))
        delta = (outputs - wanted) * ((1 - outputs) * outputs) * np.float32(1 / batch)
        for number in (2, 1, 0):
            step = np.dot(delta, entered[number].T)
            if number:
                delta = np.dot(expected[number][:, :-1].T, delta) * slope(entered[number][:-1])
            expected[number] -= np.float32(0.5) * step
        for found, matrix in zip(network.matrices(parameters), expected, strict=True):
            np.testing.assert_array_equal(found, matrix)


def test_float32_training_sees_the_same_gradient():
    network = NetworkSettings(loss="cross-entropy", activation="tanh").build()
    precise = NetworkSettings(loss="cross-entropy", activation="tanh").build(dtype=np.float64)
    parameters, inputs, wanted = random_case(network, 32, 5)
    parameters /= 30
    gradient = np.empty(network.size, np.float32)
    expected = np.empty(network.size)
    cost = network.prepare(parameters.astype(np.float32), gradient, 32).loss_and_gradient(
        inputs.astype(np.float32), wanted.astype(np.float32)
    )
    assert cost == pytest.approx(
        precise.prepare(parameters, expected, 32).loss_and_gradient(inputs, wanted), rel=1e-5
    )
    np.testing.assert_allclose(gradient, expected, rtol=1e-3, atol=1e-6)


def test_one_image_in_a_batch_weighs_its_share():
    """The gradient of a batch is the mean of its images' gradients."""
    network = build((4, 3, 3), "sigmoid", "squared-error")
    parameters, inputs, wanted = random_case(network, 5, 1)
    together = np.empty(network.size)
    network.prepare(parameters, together, 5).loss_and_gradient(inputs, wanted)
    alone = np.empty((5, network.size))
    for row in range(5):
        network.prepare(parameters, alone[row], 1).loss_and_gradient(
            inputs[:, row : row + 1], wanted[:, row : row + 1]
        )
    np.testing.assert_allclose(together, alone.mean(axis=0), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(
    ("key", "z", "value", "slope"),
    [
        # u = √(2/π) · (1 + 0.044715) = 0.79788 · 1.044715 = 0.83356, tanh u = 0.68238: ½ · 1.68238;
        # u′ = 0.79788 · (1 + 3 · 0.044715) = 0.90492: 0.84119 + ½ · (1 − 0.46565) · 0.90492.
        ("gelu", 1.0, 0.84119, 1.08296),
        ("gelu", 0.0, 0.0, 0.5),
        ("leaky-relu", -2.0, -0.02, 0.01),
        ("leaky-relu", 3.0, 3.0, 1.0),
    ],
)
def test_values_and_slopes_by_hand(key, z, value, slope):
    kind = ACTIVATIONS[key]
    assert float(kind.value(np.array(z))) == pytest.approx(value, abs=1e-5)
    assert float(kind.slope(np.array(z))) == pytest.approx(slope, abs=1e-5)
