"""A lesson makes the network read the picture, can be undone, and its price is the true one."""

import numpy as np
import pytest

from gdstudio.data.catalogue import load_digit_test_set
from gdstudio.data.strokes import to_image
from gdstudio.engine.evaluation import Evaluator
from gdstudio.engine.network import NetworkSettings
from gdstudio.errors import BadInput
from gdstudio.experiment.teaching import Lesson, count_wrong, usual_rate
from gdstudio.storage.shipped_reader import load_shipped_reader

SEVEN = to_image([np.array([(0, 0), (60, 5), (30, 100)], float)])
NETWORKS = [
    NetworkSettings(),
    NetworkSettings(network="conv 4x5x5 stride 2, 20", activation="relu", loss="cross-entropy"),
    NetworkSettings(network="30, dropout 0.5", activation="relu", loss="cross-entropy"),
]


def fresh(settings):
    return Lesson(settings, settings.build().initial_parameters(np.random.default_rng(1)))


@pytest.mark.parametrize("settings", NETWORKS)
@pytest.mark.parametrize("digit", [0, 3])
def test_taught_long_enough_it_answers_what_was_wanted(settings, digit):
    lesson = fresh(settings)
    first = lesson.answer(SEVEN).outputs[digit]
    once = lesson.teach(SEVEN, digit, learning_rate=usual_rate(settings)).outputs[digit]
    assert once > first
    for _ in range(10):
        answer = lesson.teach(SEVEN, digit, steps=20, learning_rate=10 * usual_rate(settings))
    assert answer.digit == digit
    assert answer.outputs[digit] > 0.6
    assert lesson.steps == 201


def test_one_step_is_minus_the_rate_times_the_gradient():
    settings = NETWORKS[0]
    lesson = fresh(settings)
    network = settings.build()
    gradient = np.empty_like(lesson.original)
    inputs = np.append(SEVEN.reshape(-1) / np.float32(255), np.float32(1))[:, None]
    wanted = np.eye(10, dtype=np.float32)[:, 7:8]
    network.prepare(lesson.original, gradient, 1).cost_and_gradient(inputs, wanted)
    lesson.teach(SEVEN, 7, learning_rate=0.5)
    expected = lesson.original - np.float32(0.5) * gradient
    np.testing.assert_allclose(lesson.parameters, expected, rtol=1e-6, atol=1e-7)


def test_undo_returns_bit_for_bit_and_the_source_was_never_touched():
    settings = NETWORKS[0]
    parameters = settings.build().initial_parameters(np.random.default_rng(1))
    kept = parameters.copy()
    lesson = Lesson(settings, parameters)
    lesson.teach(SEVEN, 2, steps=5, learning_rate=1.0)
    assert not np.array_equal(lesson.parameters, kept)
    np.testing.assert_array_equal(parameters, kept)
    lesson.undo()
    assert lesson.parameters.tobytes() == kept.tobytes()
    assert lesson.steps == 0


def test_steps_that_explode_are_refused_and_change_nothing():
    lesson = fresh(NETWORKS[1])
    before = lesson.parameters
    with pytest.raises(BadInput, match="too large here"):
        lesson.teach(SEVEN, 3, steps=20, learning_rate=1e30)
    np.testing.assert_array_equal(lesson.parameters, before)
    assert lesson.steps == 0


def test_the_misread_are_those_of_the_evaluator():
    test, _ = load_digit_test_set("pen-digits")
    kept = load_shipped_reader()
    settings = NETWORKS[0]
    lesson = fresh(settings)
    lesson.teach(SEVEN, 7, steps=5, learning_rate=1.0)
    for network, parameters in (
        (settings, lesson.original),
        (settings, lesson.parameters),
        (kept.settings, kept.parameters),
    ):
        whole = Evaluator(network.build(), test.images, test.labels).evaluate(parameters)
        wrong = count_wrong(network, parameters, test)
        assert 1 - wrong / len(test) == pytest.approx(whole.accuracy, abs=1e-12)
