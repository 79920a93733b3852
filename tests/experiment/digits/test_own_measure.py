"""One's own network is measured when its training is done, when it is opened, and when saved."""

import numpy as np
import pytest

from gdstudio.engine.inspect.calibration import Calibration
from gdstudio.experiment.digits.answer import Answerer
from gdstudio.experiment.digits.examiner import with_measure


@pytest.mark.parametrize("loss", ["squared-error", "cross-entropy"])
def test_it_is_measured_when_the_training_is_done(experiment_of, loss):
    run = experiment_of(loss=loss, learning_rate=0.5 if loss == "squared-error" else 0.1)
    assert run.snapshot().calibration is None
    run.advance(steps=20)
    assert run.snapshot().calibration is None
    run.advance()
    measured = run.snapshot().calibration
    assert 0 <= measured.sure_share <= 1
    assert run.snapshot().network_file().training["calibration"] == measured.as_dict()
    assert run.network_file().training["calibration"] == measured.as_dict()
    run.extend()
    run.advance(steps=1)
    assert run.snapshot().calibration is None


def test_sure_answers_are_as_right_as_it_says(experiment_of, some_digits):
    run = experiment_of(epochs=8, learning_rate=1.0)
    run.advance()
    answerer = Answerer.of_file(run.network_file())
    test = some_digits.test
    answers = [answerer.answer(image.reshape(28, 28)) for image in test.images]
    sure = np.array([answer.sure for answer in answers])
    right = np.array([answer.index for answer in answers]) == test.labels
    known = answerer.calibration
    assert sure.mean() == pytest.approx(known.sure_share, abs=0.02)
    assert 0.1 < sure.mean() < 1.0
    assert right[sure].mean() > right.mean()
    assert all(answer.reason for answer in answers if not answer.sure)


def test_a_moment_that_one_went_back_to_is_not_taken_for_the_measured_one(experiment_of):
    run = experiment_of()
    run.advance()
    assert run.snapshot().calibration is not None
    step = run.descent.iteration
    run.branch(int(run.snapshot().kept[1]))
    assert run.snapshot().calibration is None
    run.advance(steps=step - run.descent.iteration - 1)
    assert run.snapshot().calibration is None


def test_an_opened_network_is_measured(experiment_of):
    run = experiment_of()
    run.advance(steps=5)
    opened = run.opened(run.settings, run.snapshot().parameters)
    assert isinstance(opened.snapshot().calibration, Calibration)


def test_one_that_is_saved_on_the_way_is_measured_then(experiment_of):
    run = experiment_of(dataset="mnist")
    run.advance(steps=5)
    kept = run.snapshot().network_file()
    assert "calibration" not in kept.training
    measured = with_measure(kept).training["calibration"]
    assert Calibration.from_mapping(measured) is not None
    assert "calibration" not in kept.training
    assert with_measure(with_measure(kept)) is not kept
