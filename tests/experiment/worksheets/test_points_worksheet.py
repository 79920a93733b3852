"""The worksheet of a network by hand: its key is what the network itself computes."""

import math
import re

import numpy as np
import pytest

from gdstudio.engine.network.activations import ACTIVATIONS
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS
from gdstudio.errors import BadInput
from gdstudio.experiment.points.experiment import PointsExperiment
from gdstudio.experiment.points.settings import PointsSettings
from gdstudio.experiment.worksheets.points import points_worksheet
from gdstudio.number_text import MINUS

EXAMPLE = {
    "dataset": "own",
    "own_points": "A 1 -1, B 1 0.5, A -1 1",
    "test_share": 0,
    "network": "2",
    "activation": "sigmoid",
    "weights": "0.5, -1, 0.25, 1, 0.5, -0.5, 1, -2, 0.5",
    "learning_rate": 0.5,
}


def run_of(**values):
    return PointsExperiment(PointsSettings.from_choices({"points": 30, **values}))


def numbers_in(text):
    return [float(n.replace(MINUS, "-")) for n in re.findall(rf"[{MINUS}]?\d+\.\d+", text)]


def test_the_example_of_the_book_is_worked_out_number_by_number():
    key = points_worksheet(run_of(**EXAMPLE).snapshot(), point=1).text(key=True)
    for line in (
        "Follow one point through the network 2-2-1",
        "Point: x = 1, y = 0.5; right answer: B",
        "θ₁\tx → neuron 1 of layer 1\t0.5000",
        "neuron 1 of layer 1: z = 0.5000 · 1.0000 + (−1.0000) · 0.5000 + 0.2500 = 0.2500",
        "neuron 1 of layer 1: output = σ(z) = 0.5622",
        "output B: z = 1.0000 · 0.5622 + (−2.0000) · 0.6792 + 0.5000 = −0.2962",
        "output B: output = σ(z) = 0.4265",
        "output B: δ = output − wanted = −0.5735",
        "neuron 2 of layer 1: σ′(z) = output · (1 − output) = 0.2179",
        "neuron 2 of layer 1: δ = ((−2.0000) · (−0.5735)) · σ′(z) = 0.2499",
        "θ₈\tneuron 2 of layer 1 → output B\t−2.0000\t−0.3895\t0.1948\t−1.8052",
        "Did it become smaller? Yes.",
        "With nothing rounded: C = 0.852163 at first and 0.523534 at the end.",
    ):
        assert line in key
    assert f"C = {-math.log(0.4265):.4f}" in key


def test_the_sheet_has_blanks_where_the_key_has_answers():
    sheet = points_worksheet(run_of(**EXAMPLE).snapshot(), point=1)
    assert sheet.text(key=False).count("____") == len(sheet.answers())
    assert "With nothing rounded" not in sheet.text(key=False)
    assert "output B: output = σ(z) = ____" in sheet.text(key=False)


@pytest.mark.parametrize(
    "values",
    [
        *({"activation": key, "network": "2, 2"} for key in ACTIVATIONS),
        *({"optimizer": key} for key in OPTIMIZERS),
        {"dataset": "three", "network": "2"},
        {"dataset": "three", "loss": "squared-error", "network": "2"},
        {"dataset": "line", "network": "2"},
        {"dataset": "line"},
        {"dataset": "blobs"},
        {"loss": "squared-error", "network": "", "features": "x2, xy"},
        {"network": "2, dropout 0.5", "l2": 0.1},
    ],
    ids=str,
)
@pytest.mark.parametrize("steps", [1, 3])
def test_rounded_numbers_lead_where_the_network_goes(values, steps):
    sheet = points_worksheet(run_of(**values).snapshot(), steps=steps)
    key = sheet.text(key=True)
    costs = [float(n) for n in re.findall(r"(?:^|new )C = ([0-9.]+)$", key, re.M)]
    exact = numbers_in(sheet.check)
    assert costs[0] == pytest.approx(exact[0], abs=5e-3)
    assert costs[-1] == pytest.approx(exact[1], abs=2e-2)
    assert len(costs) == steps + 1


def test_the_names_of_models_without_hidden_layers_are_told():
    assert (
        "through linear regression, find" in points_worksheet(run_of(dataset="line").snapshot()).aim
    )
    single = run_of(network="", loss="squared-error")
    assert "through a single neuron, find" in points_worksheet(single.snapshot()).aim


def test_an_output_that_rounds_to_0_is_refused_and_a_sum_far_out():
    run = run_of(**EXAMPLE | {"weights": "0, 0, 0, 0, 0, 0, 0, 0, -20"})
    with pytest.raises(BadInput, match="so near to 0 or 1"):
        points_worksheet(run.snapshot(), point=1)
    run = run_of(dataset="three", network="")
    run.set_parameters({2: 1e5})
    with pytest.raises(BadInput):
        points_worksheet(run.snapshot())


def test_too_many_numbers_and_exploded_ones_are_refused():
    with pytest.raises(BadInput, match="105 weights and biases, too many"):
        points_worksheet(run_of(network="8, 8").snapshot())
    run = run_of()
    run.descent.parameters[0] = np.inf
    with pytest.raises(BadInput, match="no finite numbers"):
        points_worksheet(run.snapshot())
