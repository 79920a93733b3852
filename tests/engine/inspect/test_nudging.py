"""What a nudge does to the loss is what the gradient predicted: small ones to one per cent."""

import numpy as np
import pytest

from gdstudio.data.catalogue import load_images
from gdstudio.engine.inspect.nudging import prepare_nudger
from gdstudio.engine.inspect.trace import trace_example
from gdstudio.engine.jobs import finish
from gdstudio.experiment.digits.experiment import DigitsExperiment
from gdstudio.experiment.digits.settings import DigitsSettings

# Small enough for the curvature, ½ C″ Δw², to be below 1 % of g · Δw even where g is small beside
# it; large enough for ΔC to stand a million times above the rounding of float64.
SMALL = 1e-4


@pytest.fixture(scope="module")
def trained():
    """Return a trained 784-20-20-10 and its θ."""
    experiment = DigitsExperiment(DigitsSettings.from_mapping({"epochs": 1}))
    experiment.advance()
    assert experiment.network.shape == "784-20-20-10"
    return experiment.network, experiment.descent.parameters.copy()


def worst_of(nudger, every=1):
    sizes = np.abs(nudger.gradient)
    worthy = np.flatnonzero(sizes >= sizes.max() / 100)
    worthy = worthy[np.argsort(-sizes[worthy])][::every]
    ratios = [finish(nudger.nudge(index, SMALL)).ratio for index in worthy]
    return np.abs(np.array(ratios) - 1).max(), len(worthy)


# Number 8 is a 5 that is easily misread; the others are read with ease.
@pytest.mark.parametrize("image", [0, 8, 100])
def test_for_one_example_every_component_of_weight_is_predicted_to_one_per_cent(trained, image):
    network, theta = trained
    test = load_images("mnist").test
    one = slice(image, image + 1)
    nudger = finish(prepare_nudger(network, theta, test.images[one], test.labels[one]))
    worst, count = worst_of(nudger)
    assert count > 1000
    assert worst < 0.01


def test_for_the_average_over_many_examples_too(trained):
    network, theta = trained
    training = load_images("mnist").training
    some = slice(0, 500)
    nudger = finish(prepare_nudger(network, theta, training.images[some], training.labels[some]))
    worst, _ = worst_of(nudger, every=40)
    assert worst < 0.01


def test_a_nudge_is_the_cost_after_less_the_cost_before_and_changes_nothing(trained):
    network, theta = trained
    test = load_images("mnist").test
    before = theta.copy()
    nudger = finish(prepare_nudger(network, theta, test.images[:1], test.labels[:1]))
    index = network.size - 5
    nudge = finish(nudger.nudge(index, 0.5))
    image = test.images[0].astype(np.float64) / 255
    moved = theta.astype(np.float64)
    moved[index] += 0.5
    exact = type(network)(network.layers, network.loss, dtype=np.float64)
    costs = [
        trace_example(exact, vector, image, int(test.labels[0])).loss
        for vector in (theta.astype(np.float64), moved)
    ]
    assert nudge.change == pytest.approx(costs[1] - costs[0], rel=1e-9)
    assert nudge.predicted == pytest.approx(nudger.gradient[index] * 0.5)
    # A large nudge is not predicted so well.
    assert abs(nudge.ratio - 1) > 0.01
    np.testing.assert_array_equal(theta, before)
    assert finish(nudger.nudge(index, 0.5)) == nudge
