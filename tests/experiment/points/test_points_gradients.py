"""Gradients of every network that the lab allows are central differences', and PyTorch's."""

import itertools

import numpy as np
import pytest

from gdstudio.engine.network.activations import ACTIVATIONS
from gdstudio.engine.network.losses import LOSSES
from gdstudio.experiment.points.experiment import PointsExperiment
from gdstudio.experiment.points.settings import PointsSettings

SHAPES = ["", "1", "3", "8", "2, 3", "8, 8, 8, 8", "4, 1, 5"]
FEATURES = ["x, y", "x", "xy", "x, y, x2, y2, xy, sin-x, sin-y", "x2, sin-y"]
SETS = ["circle", "three", "line"]
CASES = [
    *({"network": network, "dataset": key} for network, key in itertools.product(SHAPES, SETS)),
    *(
        {"features": features, "dataset": key}
        for features, key in itertools.product(FEATURES, SETS)
    ),
    *({"activation": key, "network": "3, 2"} for key in ACTIVATIONS),
    *({"loss": loss, "dataset": key} for loss, key in itertools.product(LOSSES, SETS)),
    *({"l1": 0.03, "network": network, "dataset": key} for network in ("", "3") for key in SETS),
    *({"l2": 0.05, "network": network, "dataset": key} for network in ("", "3") for key in SETS),
    {"l1": 0.02, "l2": 0.04, "network": "3, 2", "features": "x, y, x2, y2, xy, sin-x, sin-y"},
    {"dataset": "four", "network": "8, 8"},
]


def run_of(values):
    experiment = PointsExperiment(PointsSettings.from_choices({"points": 40, "seed": 3, **values}))
    # Biases of 0 let a sum be exactly 0, where some activations have a corner.
    biases = np.random.default_rng(5).normal(0, 0.3, experiment.problem.network.size)
    experiment.descent.parameters[:] += biases
    return experiment


def cost(experiment, parameters):
    """Return the loss with L2 and L1, by themselves: over the weights, not the biases."""
    settings = experiment.settings.regularization
    weights = np.concatenate(
        [m[:, :-1].ravel() for m in experiment.problem.network.matrices(parameters)]
    )
    penalty = 0.5 * settings.l2 * np.sum(weights**2) + settings.l1 * np.sum(np.abs(weights))
    return experiment.problem.loss(parameters) + penalty


@pytest.mark.parametrize("values", CASES, ids=str)
def test_the_gradient_is_that_of_central_differences(values):
    experiment = run_of(values)
    parameters = experiment.descent.parameters.copy()
    gradient = experiment.snapshot().gradient
    step = 1e-6
    numeric = np.empty_like(parameters)
    for index in range(len(parameters)):
        ahead, behind = parameters.copy(), parameters.copy()
        ahead[index] += step
        behind[index] -= step
        numeric[index] = (cost(experiment, ahead) - cost(experiment, behind)) / (2 * step)
    assert gradient == pytest.approx(numeric, rel=1e-5, abs=2e-9)
    assert np.abs(gradient).max() > 1e-6


@pytest.mark.parametrize("values", CASES, ids=str)
def test_the_gradient_is_that_of_pytorch(values):
    torch = pytest.importorskip("torch")
    experiment = run_of(values)
    problem, settings = experiment.problem, experiment.settings
    tensors = [
        torch.tensor(matrix.copy(), requires_grad=True)
        for matrix in problem.network.matrices(experiment.descent.parameters)
    ]
    functions = {
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": torch.relu,
        "leaky-relu": lambda z: torch.nn.functional.leaky_relu(z, 0.01),
        "gelu": lambda z: torch.nn.functional.gelu(z, approximate="tanh"),
        "identity": lambda z: z,
    }
    if settings.network.activation not in functions:
        pytest.skip("PyTorch has no such activation")
    flow = torch.tensor(problem.inputs[:-1])
    for number, matrix in enumerate(tensors):
        sums = matrix[:, :-1] @ flow + matrix[:, -1:]
        last = number == len(tensors) - 1
        flow = sums if last else functions[settings.network.activation](sums)
    wanted = torch.tensor(problem.wanted)
    functional, count = torch.nn.functional, wanted.shape[1]
    if settings.network.is_regression:
        loss = 0.5 * functional.mse_loss(flow, wanted, reduction="sum") / count
    elif settings.network.loss == "squared-error":
        loss = 0.5 * functional.mse_loss(torch.sigmoid(flow), wanted, reduction="sum") / count
    elif len(wanted) == 1:
        loss = functional.binary_cross_entropy_with_logits(flow, wanted)
    else:
        loss = functional.cross_entropy(flow.T, wanted.argmax(dim=0))
    weights = torch.cat([matrix[:, :-1].reshape(-1) for matrix in tensors])
    rules = settings.regularization
    loss = loss + 0.5 * rules.l2 * (weights**2).sum() + rules.l1 * weights.abs().sum()
    loss.backward()
    gradient = np.concatenate([matrix.grad.numpy().ravel() for matrix in tensors])
    assert experiment.snapshot().gradient == pytest.approx(gradient, rel=1e-9, abs=1e-12)
    assert cost(experiment, experiment.descent.parameters) == pytest.approx(loss.item(), rel=1e-12)


@pytest.mark.parametrize("rate", [0.2, 0.5])
def test_with_dropout_the_slopes_are_those_of_the_numbers_that_stayed(rate):
    experiment = run_of({"network": f"8, dropout {rate}", "learning_rate": 1e-3})
    seen = experiment.snapshot()
    experiment.advance(steps=1)
    objective = experiment.descent.objective
    # The loss with the numbers dropped that the step dropped: the pass remembers which these were.
    (step,) = objective._passes.values()
    parameters, numeric = experiment.descent.parameters, []
    parameters[:] = seen.parameters
    for index in range(len(parameters)):
        sides = []
        for change in (1e-6, -1e-6):
            parameters[index] = seen.parameters[index] + change
            sides.append(step.average_loss(experiment.problem.inputs, experiment.problem.wanted))
        parameters[index] = seen.parameters[index]
        numeric.append((sides[0] - sides[1]) / 2e-6)
    assert seen.gradient == pytest.approx(np.array(numeric), rel=1e-5, abs=1e-9)
