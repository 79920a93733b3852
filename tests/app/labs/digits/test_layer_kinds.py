"""One more kind of layer: what is written, and the layer, in one place and one line."""

import json
from dataclasses import dataclass

import numpy as np
import pytest

from gdstudio.app.labs.digits.inside.network.network_view import look
from gdstudio.cli.main import run
from gdstudio.engine.inspect.trace import trace_example
from gdstudio.engine.network.grammar import PARTS, Part, grammar_text
from gdstudio.engine.network.layer import Layer, LayerPass
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.errors import BadInput
from gdstudio.experiment.digits.network_moment import Moment
from gdstudio.storage.network_file import load_network


class SquarePass(LayerPass):
    """Squares at work on one batch size."""

    def __init__(self, layer, dtype, batch_size):
        self.outputs = np.ones((int(np.prod(layer.shape)) + 1, batch_size), dtype)
        self.delta = np.empty_like(self.outputs[:-1])

    def forward(self, inputs):
        np.square(inputs[:-1], out=self.outputs[:-1])
        return self.outputs

    def backward(self, inputs, input_delta):
        if input_delta is not None:
            np.multiply(2 * inputs[:-1], self.delta, out=input_delta)


@dataclass(frozen=True)
class Square(Layer):
    """Every number squared: which the app does not have."""

    shape: tuple[int, ...]

    note = "square"

    @property
    def input_shape(self):
        return self.shape

    @property
    def output_shape(self):
        return self.shape

    def prepare(self, parameters, gradient, batch_size, rng=None):
        return SquarePass(self, parameters.dtype, batch_size)


@dataclass(frozen=True)
class SquarePart(Part):
    """It as it is written."""

    word = "square"
    example = "square"

    @classmethod
    def read(cls, part, number):
        if part != "square":
            raise BadInput(f"Hidden layer {number}: write “square”.")
        return cls()

    def build(self, number, shape, activation):
        return Square(shape)

    def __str__(self):
        return "square"


@pytest.fixture(autouse=True)
def _square(monkeypatch):
    monkeypatch.setitem(PARTS, "square", SquarePart)


def test_it_is_read_written_and_explained():
    settings = NetworkSettings(network="conv 2x5x5 stride 3,SQUARE , pool 2, 6, square")
    assert settings.network == "conv 2x5x5 stride 3, square, pool 2, 6, square"
    assert grammar_text().endswith("dropout 0.3 and square")
    with pytest.raises(BadInput, match="Hidden layer 2: write “square”"):
        NetworkSettings(network="5, square 3")


def test_gradients_and_pages_go_through_it():
    settings = NetworkSettings(network="conv 2x5x5 stride 3, square, 6, square", activation="gelu")
    network = settings.build(dtype=np.float64)
    rng = np.random.default_rng(1)
    theta, picture = network.initial_parameters(rng), rng.integers(0, 256, (28, 28), np.uint8)
    inputs = picture.reshape(-1) / 255
    trace = trace_example(network, theta, inputs, 3)
    for index in rng.choice(network.size, 20, replace=False):
        step = np.zeros(network.size)
        step[index] = 1e-6
        costs = [trace_example(network, theta + s, inputs, 3).loss for s in (step, -step)]
        assert trace.gradient[index] == pytest.approx((costs[0] - costs[1]) / 2e-6, abs=1e-7)
    moment = Moment(
        settings=settings, network=network, parameters=theta, unedited=theta, picture=picture,
        wanted=3, dataset="mnist", source="", step=0, is_now=True, running=False,
    )  # fmt: skip
    filters, neurons, _ = look(moment, 5, ()).layers
    assert filters.notes == ("2 filters", "square")
    assert neurons.notes == ("6 neurons", "square")


def test_the_command_line_trains_and_keeps_it(tmp_path, capsys):
    path = tmp_path / "kept.safetensors"
    images = ["--dataset", "pen-digits", "--training-size", "300", "--epochs", "1"]
    assert run(["train", *images, "--network", "12, square", "--save", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["settings"]["network"] == "12, square"
    assert load_network(path).settings.network == "12, square"
