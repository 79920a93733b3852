"""The numbers of one point, forwards and back, are those that one gets by hand."""

import math

import numpy as np
import pytest

from gdstudio.experiment.points.calculation import calculate, nearest_point
from gdstudio.experiment.points.experiment import PointsExperiment
from gdstudio.experiment.points.settings import PointsSettings

# Two neurons with σ and one output: w11, w12, b1, w21, w22, b2, v1, v2, c.
WEIGHTS = "0.5, -1, 0.25, 1, 0.5, -0.5, 1, -2, 0.5"
POINTS = "A 1 -1, B 1 0.5, A -1 1"


def sigma(z):
    return 1 / (1 + math.exp(-z))


@pytest.fixture
def experiment():
    return PointsExperiment(
        PointsSettings.from_choices(
            {
                "dataset": "own",
                "own_points": POINTS,
                "test_share": 0,
                "network": "2",
                "activation": "sigmoid",
                "weights": WEIGHTS,
                "learning_rate": 0.5,
            }
        )
    )


def test_forward_and_backward_of_one_point_worked_out_by_hand(experiment):
    """The point B at (1, ½), step by step as on paper."""
    # Forwards: z₁ = ½·1 − 1·½ + ¼ = ¼, z₂ = 1·1 + ½·½ − ½ = ¾.
    a1, a2 = sigma(0.25), sigma(0.75)
    assert (a1, a2) == pytest.approx((0.562177, 0.679179), abs=5e-7)
    # z = 1·a₁ − 2·a₂ + ½ = −0.296181, a = 0.426491; B is wanted, so 1.
    z = a1 - 2 * a2 + 0.5
    a = sigma(z)
    assert (z, a) == pytest.approx((-0.296181, 0.426491), abs=5e-7)
    # C = −ln a = 0.852163.
    cost = -math.log(a)
    assert cost == pytest.approx(0.852163, abs=5e-7)
    # Backwards: δ = a − 1, δ₁ = 1·δ·a₁(1 − a₁), δ₂ = −2·δ·a₂(1 − a₂).
    delta = a - 1
    delta1, delta2 = delta * a1 * (1 - a1), -2 * delta * a2 * (1 - a2)
    assert (delta, delta1, delta2) == pytest.approx((-0.573509, -0.141160, 0.249929), abs=5e-7)

    seen = experiment.snapshot()
    numbers = calculate(
        seen.problem,
        seen.parameters,
        (1.0, 0.5),
        1,
        gradient=seen.gradient,
        next_step=seen.next_step,
    )
    (first, second), (output,) = numbers.layers
    assert [n.sum for n in (first, second, output)] == pytest.approx([0.25, 0.75, z])
    assert [n.activation for n in (first, second, output)] == pytest.approx([a1, a2, a])
    assert [n.error for n in (first, second, output)] == pytest.approx([delta1, delta2, delta])
    assert output.slope == pytest.approx(a * (1 - a))
    assert first.products == pytest.approx([0.5, -0.5])
    assert first.point_slopes == pytest.approx([delta1 * 1, delta1 * 0.5, delta1])
    assert second.point_slopes == pytest.approx([delta2 * 1, delta2 * 0.5, delta2])
    assert output.point_slopes == pytest.approx([delta * a1, delta * a2, delta])
    assert numbers.loss == pytest.approx(cost)
    assert numbers.answer == 0
    assert [n.name for n in numbers.neurons] == [
        "neuron 1 of layer 1",
        "neuron 2 of layer 1",
        "output B",
    ]
    assert first.sources == ("x", "y")
    assert output.sources == ("neuron 1 of layer 1", "neuron 2 of layer 1")


def test_the_step_follows_the_slopes_of_all_points(experiment):
    seen = experiment.snapshot()
    problem = seen.problem
    alone = [
        calculate(problem, seen.parameters, tuple(place), answer).neurons
        for place, answer in zip(
            problem.points.training_places, problem.points.training_answers, strict=True
        )
    ]
    mean = np.mean([np.concatenate([n.point_slopes for n in neurons]) for neurons in alone], axis=0)
    assert seen.gradient == pytest.approx(mean)
    numbers = calculate(
        problem, seen.parameters, (1.0, 0.5), gradient=seen.gradient, next_step=seen.next_step
    )
    for neuron in numbers.neurons:
        assert neuron.steps == pytest.approx(-0.5 * neuron.slopes)
        assert neuron.error is None
        part = slice(neuron.first, neuron.bias_index + 1)
        assert neuron.slopes == pytest.approx(mean[part])
        assert [*neuron.weights, neuron.bias] == pytest.approx(seen.parameters[part].tolist())


def test_a_network_with_softmax_dropout_and_features_is_worked_out_too():
    experiment = PointsExperiment(
        PointsSettings.from_choices(
            {"dataset": "three", "network": "3, dropout 0.5", "features": "x, xy", "points": 30}
        )
    )
    numbers = calculate(experiment.problem, experiment.descent.parameters, (0.5, -2.0), 2)
    assert numbers.features == (("x", 0.5), ("xy", -1.0))
    assert [len(layer) for layer in numbers.layers] == [3, 3]
    assert sum(numbers.outputs) == pytest.approx(1)
    assert numbers.wanted.tolist() == [0, 0, 1]
    errors = [neuron.error for neuron in numbers.layers[-1]]
    assert errors == pytest.approx((numbers.outputs - numbers.wanted).tolist())
    assert math.isnan(numbers.layers[-1][0].slope)


def test_the_nearest_point_is_found(experiment):
    found = nearest_point(experiment.problem, (0.9, 0.45))
    assert experiment.problem.points.places[found.index].tolist() == [1, 0.5]
    assert found.distance == pytest.approx(math.hypot(0.1, 0.05))
