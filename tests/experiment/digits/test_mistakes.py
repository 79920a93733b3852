"""What is said of mistakes agrees with the evaluation, example by example."""

import numpy as np
import pytest

from gdstudio.data.dataset import ImageSet
from gdstudio.engine.inspect.evaluation import Evaluator
from gdstudio.engine.jobs import finish
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.experiment.digits.mistakes import Review, review

BY_HAND = Review(
    labels=np.array([4, 4, 4, 9, 9, 1], np.uint8),
    answers=np.array([9, 4, 9, 9, 4, 1], np.uint8),
    sureness=np.array([0.6, 0.9, 0.8, 0.7, 0.5, 1.0]),
    losses=np.array([0.7, 0.1, 0.6, 0.2, 0.9, 0.0]),
)


def test_confusion_and_accuracy_by_hand():
    table = np.zeros((10, 10))
    table[4, 9], table[4, 4], table[9, 9], table[9, 4], table[1, 1] = 2, 1, 1, 1, 1
    np.testing.assert_array_equal(BY_HAND.confusion, table)
    assert (BY_HAND.accuracy, BY_HAND.mistaken) == (0.5, 3)
    accuracies = BY_HAND.accuracy_by_class
    assert accuracies[[1, 4, 9]] == pytest.approx([1, 1 / 3, 1 / 2])
    assert np.isnan(accuracies[0]), "there was no 0"


def test_the_worst_come_first():
    assert BY_HAND.mistakes().tolist() == [4, 0, 2]
    assert BY_HAND.mistakes(by="sureness").tolist() == [2, 0, 4]
    assert BY_HAND.cell(4, 9).tolist() == [0, 2]
    assert BY_HAND.cell(4, 9, by="sureness").tolist() == [2, 0]
    assert BY_HAND.cell(0, 1).tolist() == []


@pytest.mark.parametrize("loss", ["squared-error", "cross-entropy"])
@pytest.mark.parametrize("text", ["12", "conv 3x5x5, pool 2, dropout 0.5, 8"])
def test_a_review_agrees_with_the_evaluation(loss, text, some_digits, monkeypatch):
    network = NetworkSettings(network=text, loss=loss).build()
    parameters = 3 * network.initial_parameters(np.random.default_rng(2))
    test = some_digits.test
    # In portions that do not divide the whole.
    monkeypatch.setattr("gdstudio.experiment.digits.mistakes._EXAMPLES", 70)
    shares = []
    found = finish(review(network, parameters, test), progress=shares.append)
    evaluation = Evaluator(network, test.images, test.labels).evaluate(parameters)
    np.testing.assert_array_equal(found.answers, evaluation.answers)
    np.testing.assert_array_equal(found.confusion, evaluation.confusion(test.labels))
    assert found.accuracy == evaluation.accuracy
    assert found.losses.mean() == pytest.approx(evaluation.loss, rel=1e-5)
    assert shares == pytest.approx([70 / 300, 140 / 300, 210 / 300, 280 / 300, 1])
    for index in (0, 299):
        one = Evaluator(network, test.images[index : index + 1], test.labels[index : index + 1])
        assert found.losses[index] == pytest.approx(one.evaluate(parameters).loss, rel=1e-4)
    assert (found.sureness > 0).all()
    assert (found.sureness <= 1).all()


def test_a_network_that_exploded_answers_nothing(some_digits):
    network = NetworkSettings(network="5", loss="cross-entropy").build()
    parameters = np.full(network.size, 3e38, np.float32)
    parameters[::2] *= -1
    found = finish(review(network, parameters, some_digits.test))
    assert not found.is_answered
    assert np.isnan(found.accuracy)


def test_without_examples_there_is_nothing_to_say():
    empty = ImageSet(np.empty((0, 784), np.uint8), np.empty(0, np.uint8))
    network = NetworkSettings(network="5").build()
    found = finish(review(network, np.zeros(network.size, np.float32), empty))
    assert np.isnan(found.accuracy)
    assert not found.confusion.any()
