"""How a network's answers are counted, and read one by one."""

import numpy as np
import pytest

from gdstudio.engine.inspect.evaluation import Evaluator, Reader
from gdstudio.engine.network.network import NetworkSettings


@pytest.fixture
def case():
    """Return a random network and 2,345 random pictures: two whole blocks and a rest."""
    rng = np.random.default_rng(0)
    network = NetworkSettings(network="8", loss="cross-entropy").build()
    parameters = network.initial_parameters(rng)
    images = rng.integers(0, 256, (2345, 784), dtype=np.uint8)
    return network, parameters, images, rng.integers(0, 10, 2345, dtype=np.uint8)


def outputs_of(network, parameters, images):
    inputs = np.ones((785, len(images)), np.float32)
    inputs[:-1] = images.T / np.float32(255)
    return network.prepare(parameters, None, len(images)).forward(inputs).copy()


@pytest.mark.parametrize("count", [1, 999, 1000, 1001, 2345])
def test_loss_and_accuracy_are_over_all_examples(case, count):
    network, parameters, images, labels = case
    images, labels = images[:count], labels[:count]
    found = Evaluator(network, images, labels).evaluate(parameters)
    outputs = outputs_of(network, parameters, images)
    np.testing.assert_array_equal(found.answers, outputs.argmax(axis=0))
    assert found.accuracy == pytest.approx(np.mean(outputs.argmax(axis=0) == labels))
    assert found.loss == pytest.approx(
        -np.mean(np.log(outputs[labels, np.arange(count)])), rel=1e-4
    )


def test_the_confusion_table_counts_actual_against_answered(case):
    network, parameters, images, labels = case
    found = Evaluator(network, images, labels).evaluate(parameters)
    table = found.confusion(labels)
    assert table.shape == (10, 10)
    assert table.sum() == len(labels)
    assert np.trace(table) == round(found.accuracy * len(labels))
    assert table[3, 7] == np.count_nonzero((labels == 3) & (found.answers == 7))


def test_a_reader_answers_from_its_own_copy_of_the_parameters(case):
    network, parameters, images, _ = case
    reader = Reader(network)
    reader.load(parameters)
    expected = outputs_of(network, parameters, images[:2])
    parameters[:] = 0  # Training goes on elsewhere.
    first = reader.read(images[0])
    second = reader.read(images[1].reshape(28, 28))
    np.testing.assert_allclose(first, expected[:, 0], rtol=1e-4)
    np.testing.assert_allclose(second, expected[:, 1], rtol=1e-4)


def test_a_reader_does_not_copy_what_nobody_can_change(case):
    network, parameters, images, _ = case
    parameters.flags.writeable = False
    reader = Reader(network)
    reader.load(parameters)
    assert reader.parameters is parameters
    expected = outputs_of(network, parameters, images[:1])
    np.testing.assert_allclose(reader.read(images[0]), expected[:, 0], rtol=1e-4)
    with pytest.raises(ValueError, match="shape"):
        reader.load(parameters[:-1])
