"""Activations and their slopes are PyTorch's; so is the gradient of a network with them."""

import numpy as np
import pytest

from gdstudio.engine.network.activations import ACTIVATIONS
from gdstudio.engine.network.network import NetworkSettings

torch = pytest.importorskip("torch")

THEIRS = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky-relu": lambda z: torch.nn.functional.leaky_relu(z, 0.01),
    "gelu": lambda z: torch.nn.functional.gelu(z, approximate="tanh"),
    "identity": lambda z: z,
}


@pytest.mark.parametrize("key", list(ACTIVATIONS))
def test_values_and_slopes(key):
    z = np.linspace(-30, 30, 6001)
    theirs = torch.from_numpy(z.copy()).requires_grad_()
    out = THEIRS[key](theirs)
    out.sum().backward()
    np.testing.assert_allclose(ACTIVATIONS[key].value(z), out.detach().numpy(), atol=1e-12)
    np.testing.assert_allclose(ACTIVATIONS[key].slope(z), theirs.grad.numpy(), atol=1e-12)


@pytest.mark.parametrize("key", list(ACTIVATIONS))
def test_the_gradient_of_a_convolutional_network(key):
    network = NetworkSettings(
        network="conv 3x5x5 stride 2, 8", activation=key, loss="cross-entropy"
    ).build(dtype=np.float64)
    rng = np.random.default_rng(5)
    parameters = network.initial_parameters(rng)
    pictures, labels = rng.random((6, 28, 28)), rng.integers(10, size=6)
    inputs = np.ones((785, 6))
    inputs[:-1] = pictures.reshape(6, -1).T
    gradient = np.empty_like(parameters)
    cost = network.prepare(parameters, gradient, 6).loss_and_gradient(inputs, np.eye(10)[:, labels])

    parts = [
        (torch.tensor(layer.weights(part)), torch.tensor(layer.biases(part)))
        for _, layer, part in network.weighted(parameters)
    ]
    for part in parts:
        for tensor in part:
            tensor.requires_grad_()
    maps = torch.nn.functional.conv2d(torch.tensor(pictures)[:, None], *parts[0], stride=2)
    # A picture's numbers are ordered by row, column, channel.
    hidden = THEIRS[key](maps).permute(0, 2, 3, 1).flatten(1)
    hidden = THEIRS[key](torch.nn.functional.linear(hidden, *parts[1]))
    loss = torch.nn.functional.cross_entropy(
        torch.nn.functional.linear(hidden, *parts[2]), torch.tensor(labels)
    )
    loss.backward()
    assert cost == pytest.approx(loss.item())
    for (_, layer, part), (weights, biases) in zip(network.weighted(gradient), parts, strict=True):
        np.testing.assert_allclose(layer.weights(part), weights.grad.numpy(), atol=1e-12)
        np.testing.assert_allclose(layer.biases(part), biases.grad.numpy(), atol=1e-12)


def test_gelu_is_near_the_exact_one():
    """The tanh form, which Hendrycks and Gimpel give beside the exact one, is that near to it."""
    z = np.linspace(-8, 8, 4001)
    exact = torch.nn.functional.gelu(torch.from_numpy(z)).numpy()
    assert 1e-5 < np.abs(ACTIVATIONS["gelu"].value(z) - exact).max() < 5e-4


def test_squared_error_behind_a_pooled_picture():
    network = NetworkSettings(
        network="conv 2x5x5, pool 2, 6", activation="tanh", loss="squared-error"
    ).build(dtype=np.float64)
    rng = np.random.default_rng(6)
    parameters = network.initial_parameters(rng)
    pictures, wanted = rng.random((4, 28, 28)), np.eye(10)[:, rng.integers(10, size=4)]
    inputs = np.ones((785, 4))
    inputs[:-1] = pictures.reshape(4, -1).T
    gradient = np.empty_like(parameters)
    cost = network.prepare(parameters, gradient, 4).loss_and_gradient(inputs, wanted)

    parts = [
        (
            torch.tensor(layer.weights(part), requires_grad=True),
            torch.tensor(layer.biases(part), requires_grad=True),
        )
        for _, layer, part in network.weighted(parameters)
    ]
    maps = torch.tanh(torch.nn.functional.conv2d(torch.tensor(pictures)[:, None], *parts[0]))
    hidden = torch.nn.functional.max_pool2d(maps, 2).permute(0, 2, 3, 1).flatten(1)
    hidden = torch.tanh(torch.nn.functional.linear(hidden, *parts[1]))
    outputs = torch.sigmoid(torch.nn.functional.linear(hidden, *parts[2]))
    # Half the sum of the squares of each example, averaged over them.
    loss = torch.nn.functional.mse_loss(outputs, torch.tensor(wanted.T), reduction="sum") / 2 / 4
    loss.backward()
    assert cost == pytest.approx(loss.item())
    for (_, layer, part), (weights, biases) in zip(network.weighted(gradient), parts, strict=True):
        np.testing.assert_allclose(layer.weights(part), weights.grad.numpy(), atol=1e-12)
        np.testing.assert_allclose(layer.biases(part), biases.grad.numpy(), atol=1e-12)
