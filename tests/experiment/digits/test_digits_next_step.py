"""The step that comes next, looked at in the middle of a training run."""

import numpy as np
import pytest

from gdstudio.experiment.digits.experiment import DigitsExperiment, DigitsSettings


@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
@pytest.mark.parametrize("steps", [0, 5, 19, 30])
def test_what_is_predicted_comes_true_and_looking_changes_nothing(some_digits, optimizer, steps):
    chosen = {
        "network": "12, dropout 0.2",
        "loss": "cross-entropy",
        "batch_size": 32,
        "epochs": 3,
        "optimizer": optimizer,
        "learning_rate": 0.01,
        "schedule": "cosine",
        "l2": 0.001,
        "clip_norm": 0.5,
    }
    experiments = [
        DigitsExperiment(DigitsSettings.from_mapping(chosen), some_digits) for _ in range(2)
    ]
    for experiment in experiments:
        # 19 steps are an epoch: one look is taken at its very end.
        experiment.advance(steps=steps)
    watched, undisturbed = experiments
    predicted = watched.next_step().step
    assert predicted.iteration == steps
    assert predicted.size == watched.network.size
    np.testing.assert_array_equal(predicted.values, watched.descent.parameters[predicted.order])
    for experiment in experiments:
        experiment.advance(steps=1)
    assert watched.descent.loss == predicted.loss
    np.testing.assert_array_equal(watched.descent.gradient[predicted.order], predicted.slopes)
    np.testing.assert_allclose(
        watched.descent.parameters[predicted.order], predicted.new_values, rtol=1e-5, atol=1e-8
    )
    assert watched.descent.parameters.tobytes() == undisturbed.descent.parameters.tobytes()


def test_what_came_after_an_earlier_moment_is_told_without_going_back(some_digits):
    chosen = {"network": "12", "batch_size": 32, "epochs": 3}
    experiment = DigitsExperiment(DigitsSettings.from_mapping(chosen), some_digits)
    experiment.advance(steps=7)
    predicted = experiment.next_step().step
    experiment.advance(steps=18)
    there = experiment.descent.parameters.copy()
    later = experiment.next_step().step
    told = experiment.next_step(7).step
    assert (told.iteration, told.loss) == (7, predicted.loss)
    np.testing.assert_array_equal(told.steps, predicted.steps)
    np.testing.assert_array_equal(experiment.descent.parameters, there)
    assert experiment.next_step().step.loss == later.loss
