"""Presets: the good ones can be built, and the bad ones go wrong as they say."""

from dataclasses import replace

import numpy as np
import pytest

from gdstudio.engine.descent import Diverged
from gdstudio.errors import BadInput
from gdstudio.experiment.digits.experiment import DigitsExperiment
from gdstudio.experiment.digits.settings import DigitsSettings
from gdstudio.experiment.presets import PRESETS, find_preset


def experiment_of(key, dataset):
    """Return the run of a preset on a few digits."""
    settings = find_preset(key).settings()
    return DigitsExperiment(
        replace(settings, data=replace(settings.data, dataset=dataset.key)), dataset
    )


def test_the_storys_preset_is_what_the_app_opens_with():
    assert PRESETS["story"].settings() == DigitsSettings()


@pytest.mark.parametrize("key", PRESETS)
def test_every_preset_makes_a_step_and_says_why(key, some_digits):
    experiment = experiment_of(key, some_digits)
    assert experiment.advance(steps=1) == 1
    assert PRESETS[key].why.endswith(".")
    assert PRESETS[key].watch.endswith(".")


def test_with_zero_weights_all_neurons_of_a_layer_stay_alike(some_digits):
    experiment = experiment_of("all-zero", some_digits)
    experiment.advance(steps=50)
    for matrix in experiment.network.matrices(experiment.descent.parameters)[:-1]:
        assert np.ptp(matrix, axis=0).max() < 1e-6
    random = experiment_of("story", some_digits)
    random.advance(steps=50)
    first = random.network.matrices(random.descent.parameters)[0]
    assert np.ptp(first, axis=0).max() > 0.1


def test_a_rate_too_high_explodes(some_digits):
    experiment = experiment_of("rate-too-high", some_digits)
    with pytest.raises(Diverged):
        experiment.advance(steps=30)


def test_a_rate_too_low_hardly_moves(some_digits):
    slow, story = (experiment_of(key, some_digits) for key in ("rate-too-low", "story"))
    before = slow.evaluate().loss
    for experiment in (slow, story):
        experiment.advance(steps=480)
    assert before - slow.evaluate().loss < 0.6 * (before - story.evaluate().loss)


def test_saturated_sigmoids_are_all_near_0_or_1_and_do_not_learn(some_digits):
    saturated = experiment_of("saturated", some_digits)
    images = some_digits.test.images / 255
    first = saturated.network.matrices(saturated.descent.parameters)[0]
    outputs = 1 / (1 + np.exp(-np.clip(images @ first[:, :-1].T, -50, 50)))
    assert np.mean(np.minimum(outputs, 1 - outputs) < 0.05) > 0.7
    saturated.advance()
    assert saturated.evaluate().accuracy < 0.3


def trained(key, seed, steps):
    """Return the run of a preset on all of MNIST, as the window has it, after some steps."""
    settings = find_preset(key).settings()
    chosen = replace(settings, training=replace(settings.training, seed=seed))
    experiment = DigitsExperiment(chosen)
    experiment.advance(steps=steps)
    return experiment


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_bad_ones_do_what_they_say_at_their_real_size(seed):
    """Within an epoch of 6,000 steps: more steps than these only sharpen what is seen."""
    story = trained("story", seed, 2000).evaluate()
    assert story.accuracy > 0.8
    alike = trained("all-zero", seed, 2000)
    for matrix in alike.network.matrices(alike.descent.parameters)[:-1]:
        assert np.ptp(matrix, axis=0).max() < 1e-5
    assert alike.evaluate().accuracy < 0.2
    saturated = trained("saturated", seed, 0)
    before = saturated.evaluate().loss
    saturated.advance(steps=2000)
    after = saturated.evaluate()
    assert before > 1.5
    assert after.loss < 0.7 * before, "it does fall"
    assert after.accuracy < 0.5
    slow = trained("rate-too-low", seed, 2000).evaluate()
    assert slow.loss > 0.44
    assert slow.accuracy < 0.3
    with pytest.raises(Diverged):
        trained("rate-too-high", seed, 10)


def test_an_unknown_preset_is_refused_with_those_there_are():
    with pytest.raises(BadInput, match="tweaks"):
        find_preset("magic")
