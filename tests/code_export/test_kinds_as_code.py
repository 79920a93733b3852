"""Every kind says how it is written: its lines compute what the engine computes, bit for bit."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from gdstudio.engine.functions.known_functions import FUNCTIONS
from gdstudio.engine.network.activations import ACTIVATIONS
from gdstudio.engine.network.losses import BINARY_CROSS_ENTROPY, LINEAR_SQUARED_ERROR, LOSSES
from gdstudio.engine.network.plane_network import FEATURES
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS, OptimizerSettings
from gdstudio.engine.optimizers.schedules import SCHEDULES
from gdstudio.engine.source_code import Lacks

ALL_LOSSES = [*LOSSES.values(), LINEAR_SQUARED_ERROR, BINARY_CROSS_ENTROPY]


def functions_of(*sources):
    space = {"np": np, "math": math}
    for source in sources:
        exec(source, space)
    return space


@pytest.mark.parametrize("key", OPTIMIZERS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_lines_of_an_optimizer_make_its_steps(key, dtype):
    kind, rng = OPTIMIZERS[key], np.random.default_rng(1)
    settings = OptimizerSettings(key, learning_rate=0.03, momentum=0.8, weight_decay=0.2)
    is_weight = (np.arange(12) % 3 > 0).astype(dtype)
    optimizer = settings.build(12, np.dtype(dtype), weights=is_weight)
    theta = rng.normal(size=12).astype(dtype)
    ours = theta.copy()
    body = "\n".join(f"    {line}" for line in kind.source.numpy.splitlines())
    space = functions_of(f"def step(theta, gradient, rate):\n{body}\n")
    space |= {"MOMENTUM": 0.8, "WEIGHT_DECAY": 0.2, "IS_WEIGHT": is_weight}
    space["memory"] = SimpleNamespace(**dict.fromkeys(kind.source.memory, 0.0))
    for number in range(20):
        gradient = rng.normal(size=12).astype(dtype)
        rate = 0.03 / (1 + number % 3)
        optimizer.step(theta, gradient.copy(), rate)
        step = space["step"](ours, gradient, rate)
        assert step.dtype == dtype
        ours = ours + step
        np.testing.assert_array_equal(ours, theta)


@pytest.mark.parametrize("key", ACTIVATIONS)
def test_the_lines_of_an_activation_give_its_values_and_slopes(key):
    kind = ACTIVATIONS[key]
    z = np.random.default_rng(2).normal(scale=3, size=(7, 5)).astype(np.float32)
    outputs, slopes, delta = z.copy(), np.empty_like(z), np.ones_like(z)
    kind.apply(outputs, slopes)
    kind.multiply_by_slope(outputs, delta, slopes)
    space = functions_of(kind.source.numpy)
    name = key.replace("-", "_")
    np.testing.assert_array_equal(space[name](z), outputs)
    np.testing.assert_array_equal(space[f"{name}_slope"](z), delta)


@pytest.mark.parametrize("loss", ALL_LOSSES, ids=lambda loss: type(loss).__name__)
def test_the_lines_of_a_loss_give_its_value_and_its_error(loss):
    rng = np.random.default_rng(3)
    z, y = rng.normal(size=(4, 9)), rng.integers(0, 2, (4, 9)).astype(np.float64)
    work = loss.prepare(4, 9, np.dtype(np.float64))
    value = work.average_loss(z.copy(), y)
    space = functions_of(ACTIVATIONS["sigmoid"].source.numpy, loss.source.numpy)
    assert space["cost"](z, y) == value
    np.testing.assert_array_equal(space["outputs"](z), work.outputs)
    np.testing.assert_array_equal(space["output_error"](z, y) * (1.0 / 9), work.delta)


@pytest.mark.parametrize("key", SCHEDULES)
def test_the_line_of_a_schedule_gives_its_factor(key):
    for progress in (0.0, 0.2, 0.5, 0.6, 0.75, 0.99, 1.0):
        found = eval(SCHEDULES[key].code, {"math": math, "progress": progress})
        assert found == SCHEDULES[key].factor(progress)


@pytest.mark.parametrize("key", FEATURES)
def test_the_line_of_a_feature_gives_its_value(key):
    x, y = np.random.default_rng(4).normal(size=(2, 30))
    found = eval(FEATURES[key].code, {"np": np, "x": x, "y": y})
    np.testing.assert_array_equal(found, FEATURES[key].value(x, y))


@pytest.mark.parametrize("key", FUNCTIONS)
def test_the_line_of_a_function_gives_its_value(key):
    code = FUNCTIONS[key].code or f"math.{key}({{u}})"
    values = (1.5, 2.25) if key == "acosh" else (0.25, 0.75)
    for value in values:
        found = eval(code.format(u=value), {"math": math, "np": np})
        assert found == FUNCTIONS[key].numbers(value)


@pytest.mark.parametrize("library", ["torch", "keras", "sklearn"])
def test_every_kind_has_a_line_in_a_library_or_says_that_there_is_none(library):
    kinds = [*OPTIMIZERS.values(), *ACTIVATIONS.values(), *ALL_LOSSES]
    for kind in kinds:
        said = getattr(kind.source, library)
        if isinstance(said, Lacks):
            assert said.sentence.startswith("has no ")
            assert not said.sentence.endswith(".")
        else:
            assert said.strip()
