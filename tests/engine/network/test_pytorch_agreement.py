"""Optimizers, with L2, clipping and schedules, walk as PyTorch's do, step by step."""

import numpy as np
import pytest

from gdstudio.engine.descent import Descent
from gdstudio.engine.objective import Objective
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.engine.optimizers.regularization import RegularizationSettings, Regularizer
from gdstudio.engine.optimizers.schedules import ScheduleSettings

torch = pytest.importorskip("torch")

SIZE, STEPS = 12, 200
WEIGHTS = np.array([1.0] * 9 + [0.0] * 3)
RATE, MOMENTUM, DECAY = 0.03, 0.85, 0.1
THEIRS = {
    "sgd": lambda groups: torch.optim.SGD(groups, lr=RATE),
    "momentum": lambda groups: torch.optim.SGD(groups, lr=RATE, momentum=MOMENTUM),
    "nesterov": lambda groups: torch.optim.SGD(groups, lr=RATE, momentum=MOMENTUM, nesterov=True),
    "adagrad": lambda groups: torch.optim.Adagrad(groups, lr=RATE),
    "rmsprop": lambda groups: torch.optim.RMSprop(groups, lr=RATE),
    "adam": lambda groups: torch.optim.Adam(groups, lr=RATE, betas=(MOMENTUM, 0.999)),
    "adamw": lambda groups: torch.optim.AdamW(groups, lr=RATE, betas=(MOMENTUM, 0.999)),
    "adadelta": lambda groups: torch.optim.Adadelta(groups, lr=RATE),
    "adamax": lambda groups: torch.optim.Adamax(groups, lr=RATE, betas=(MOMENTUM, 0.999)),
}


class Noisy(Objective):
    """½ (θ − t)ᵀ A (θ − t) with a random push in every step, as mini-batches have."""

    size = SIZE

    def __init__(self, dtype=np.float64):
        self.dtype = np.dtype(dtype)
        rng = np.random.default_rng(7)
        factor = rng.normal(size=(SIZE, SIZE)) / 3
        self.matrix = (factor @ factor.T + np.diag(np.geomspace(0.01, 3, SIZE))).astype(dtype)
        self.target = rng.normal(size=SIZE).astype(dtype)
        self.pushes = iter(rng.normal(size=(STEPS, SIZE)).astype(dtype))

    def value(self, parameters):
        error = parameters - self.target
        return 0.5 * float(error @ self.matrix @ error)

    def value_and_gradient(self, parameters, gradient):
        np.matmul(self.matrix, parameters - self.target, out=gradient)
        gradient += next(self.pushes)
        return self.value(parameters)


def our_walk(key, *, dtype=np.float64, schedule=None, **regularization):
    objective = Noisy(dtype)
    settings = OptimizerSettings(
        optimizer=key, learning_rate=RATE, momentum=MOMENTUM, weight_decay=DECAY
    )
    weights = WEIGHTS.astype(dtype)
    descent = Descent(
        objective,
        settings.build(SIZE, objective.dtype, weights=weights),
        np.linspace(-1, 1, SIZE),
    )
    chosen = RegularizationSettings(**regularization)
    descent.regularizer = Regularizer(chosen, weights=lambda: weights)
    walk = []
    for step in range(STEPS):
        # PyTorch's schedulers count whole steps; ours look at the middle of each.
        factor = 1.0 if schedule is None else schedule.factor(step / STEPS)
        descent.step(RATE * factor)
        walk.append(descent.parameters.copy())
    return np.array(walk)


def their_walk(key, *, dtype=np.float64, l2=0.0, clip_norm=0.0, schedule=None):
    objective = Noisy(dtype)
    matrix, target = torch.from_numpy(objective.matrix), torch.from_numpy(objective.target)
    start = torch.from_numpy(np.linspace(-1, 1, SIZE).astype(dtype))
    weights, biases = start[:9].clone().requires_grad_(), start[9:].clone().requires_grad_()
    decay = DECAY if key == "adamw" else l2
    optimizer = THEIRS[key](
        [{"params": [weights], "weight_decay": decay}, {"params": [biases], "weight_decay": 0.0}]
    )
    scheduler = schedule(optimizer) if schedule is not None else None
    walk = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        error = torch.cat([weights, biases]) - target
        push = torch.from_numpy(next(objective.pushes))
        (0.5 * error @ matrix @ error + push @ (error + target)).backward()
        if clip_norm:
            torch.nn.utils.clip_grad_norm_([weights, biases], clip_norm)
        optimizer.step()
        if scheduler is not None:
            scheduler.step()
        walk.append(torch.cat([weights, biases]).detach().numpy().copy())
    return np.array(walk)


@pytest.mark.parametrize("key", list(THEIRS))
def test_the_walk_is_pytorchs(key):
    np.testing.assert_allclose(our_walk(key), their_walk(key), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("key", list(THEIRS))
def test_the_walk_is_pytorchs_in_single_precision(key):
    ours, theirs = (walk(key, dtype=np.float32) for walk in (our_walk, their_walk))
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=2e-5)


@pytest.mark.parametrize("key", [key for key in THEIRS if key != "adamw"])
def test_l2_of_the_weights_is_pytorchs_weight_decay(key):
    np.testing.assert_allclose(
        our_walk(key, l2=0.05), their_walk(key, l2=0.05), rtol=1e-9, atol=1e-9
    )


@pytest.mark.parametrize("key", list(THEIRS))
def test_clipping_is_pytorchs_but_for_its_millionth(key):
    ours, theirs = (walk(key, clip_norm=1.5) for walk in (our_walk, their_walk))
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)
    assert np.abs(ours - our_walk(key)).max() > 1e-4


def test_a_cosine_is_pytorchs():
    theirs = their_walk(
        "adam", schedule=lambda one: torch.optim.lr_scheduler.CosineAnnealingLR(one, T_max=STEPS)
    )
    ours = our_walk("adam", schedule=ScheduleSettings(schedule="cosine"))
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)
