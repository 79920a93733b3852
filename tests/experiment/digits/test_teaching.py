"""A lesson makes the network read the picture, can be undone, and its price is the true one."""

import numpy as np
import pytest

from gdstudio.data.catalogue import load_test_images
from gdstudio.data.strokes.inking import to_image
from gdstudio.engine.inspect.edits import (
    ScaleWeight,
    ScaleWeights,
    ShiftBias,
    SwitchOff,
    apply_edits,
    edit_slopes,
    fitting_edits,
)
from gdstudio.engine.inspect.evaluation import Evaluator
from gdstudio.engine.inspect.trace import trace_example
from gdstudio.engine.jobs import finish
from gdstudio.engine.network.losses import LOSSES
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.errors import BadInput
from gdstudio.experiment.digits.accuracy_change import compare_accuracy
from gdstudio.experiment.digits.teaching import Lesson

SEVEN = to_image([np.array([(0, 0), (60, 5), (30, 100)], float)])
NETWORKS = [
    NetworkSettings(),
    NetworkSettings(network="conv 4x5x5 stride 2, 20", activation="relu", loss="cross-entropy"),
    NetworkSettings(network="30, dropout 0.5", activation="relu", loss="cross-entropy"),
]


EDITS = (
    ShiftBias(1, 3, 0.7),
    ScaleWeights(1, 2, -1.5),
    ScaleWeight(1, 4, 400, 0.25),
    SwitchOff(1, 5),
    SwitchOff(2, 8),
)


def fresh(settings, **options):
    """Return a lesson on a seven, and a network with random weights as it begins."""
    lesson = Lesson(settings, SEVEN, **options)
    parameters = settings.build().initial_parameters(np.random.default_rng(1))
    return lesson, lesson.begin(parameters)


def taught(lesson, start, digit, **options):
    return finish(lesson.teach(start, digit, **options))


@pytest.mark.parametrize("settings", NETWORKS)
@pytest.mark.parametrize("digit", [0, 3])
def test_taught_long_enough_it_answers_what_was_wanted(settings, digit):
    lesson, start = fresh(settings)
    rate = LOSSES[settings.loss].teaching_rate
    now = taught(lesson, start, digit, learning_rate=rate)
    assert now.answer.outputs[digit] > start.answer.outputs[digit]
    for _ in range(10):
        now = taught(lesson, now, digit, steps=20, learning_rate=10 * rate)
    assert now.answer.index == digit
    assert now.answer.outputs[digit] > 0.6
    assert now.steps == 201


def test_one_step_is_minus_the_rate_times_the_gradient():
    settings = NETWORKS[0]
    lesson, start = fresh(settings)
    expected = start.parameters - np.float32(0.5) * gradient_at(settings, start.parameters, 7)
    now = taught(lesson, start, 7, learning_rate=0.5)
    np.testing.assert_allclose(now.parameters, expected, rtol=1e-6, atol=1e-7)


def gradient_at(settings, parameters, digit):
    network = settings.build()
    gradient = np.empty_like(parameters)
    inputs = np.append(SEVEN.reshape(-1) / np.float32(255), np.float32(1))[:, None]
    wanted = np.eye(10, dtype=np.float32)[:, digit : digit + 1]
    network.prepare(parameters, gradient, 1).loss_and_gradient(inputs, wanted)
    return gradient


def test_a_lesson_changes_nothing_that_was_handed_to_it():
    settings = NETWORKS[0]
    parameters = settings.build().initial_parameters(np.random.default_rng(1))
    kept = parameters.copy()
    lesson = Lesson(settings, SEVEN)
    start = lesson.begin(parameters)
    now = taught(lesson, start, 2, steps=5, learning_rate=1.0)
    assert not np.array_equal(now.parameters, kept)
    assert parameters.tobytes() == start.parameters.tobytes() == kept.tobytes()


def test_steps_that_explode_are_refused_and_change_nothing():
    lesson, start = fresh(NETWORKS[1])
    before = start.parameters.copy()
    with pytest.raises(BadInput, match="too large here"):
        taught(lesson, start, 3, steps=20, learning_rate=1e30)
    np.testing.assert_array_equal(start.parameters, before)


def test_steps_tell_how_far_they_are_and_can_be_stopped():
    lesson, start = fresh(NETWORKS[0])
    shares = []
    work = lesson.teach(start, 3, steps=20, learning_rate=0.1)
    assert finish(work, stopped=lambda: len(shares) == 5, progress=shares.append) is None
    assert shares == pytest.approx([0.05, 0.1, 0.15, 0.2, 0.25])


@pytest.mark.parametrize("settings", NETWORKS)
def test_edits_lie_over_what_is_taught_and_never_become_part_of_it(settings):
    edits = fitting_edits(settings.build(), EDITS)
    lesson, start = fresh(settings, edits=edits)
    network = settings.build()
    now = start
    for _ in range(5):
        now = taught(
            lesson, now, 3, steps=20, learning_rate=10 * LOSSES[settings.loss].teaching_rate
        )
    np.testing.assert_array_equal(now.edited, apply_edits(network, now.parameters, edits))
    assert now.answer.index == 3, "the edited network reads it"
    # Taken away, they leave the network as it would have been without: close to what it was.
    moved = np.abs(now.parameters - start.parameters)
    off = np.abs(apply_edits(network, start.parameters, edits) - start.parameters)
    untouched = edit_slopes(network, edits) == 0
    assert untouched.any()
    assert not moved[untouched].any(), "what is switched off is not taught"
    assert off[untouched].any()


def test_a_step_below_edits_follows_the_slope_of_the_edited_cost():
    settings = NETWORKS[0]
    edits = (ScaleWeights(1, 2, -1.5), ShiftBias(2, 3, 0.7), SwitchOff(1, 5))
    lesson, start = fresh(settings, edits=edits)
    network = settings.build(dtype=np.float64)

    def cost(learned):
        edited = apply_edits(network, learned, edits)
        return trace_example(network, edited, SEVEN.reshape(-1) / 255, 7).loss

    now = taught(lesson, start, 7, learning_rate=1e-2)
    exact = start.parameters.astype(np.float64)
    inked = int(SEVEN.reshape(-1).argmax())
    for index in (2 * 785 + inked, 3 * 785 + inked, 785 * 20 + 3 * 21 + 20, 785 * 20 + 5):
        probe = exact.copy()
        probe[index] += 1e-6
        slope = (cost(probe) - cost(exact)) / 1e-6
        moved = float(now.parameters[index]) - float(start.parameters[index])
        assert moved == pytest.approx(-1e-2 * slope, rel=2e-2, abs=2e-8)


def test_the_price_is_that_of_the_evaluator():
    test, _ = load_test_images("pen-digits")
    settings = NETWORKS[0]
    lesson, start = fresh(settings)
    now = taught(lesson, start, 7, steps=5, learning_rate=1.0)
    network = settings.build()
    wrong = [
        np.count_nonzero(
            Evaluator(network, test.images, test.labels).evaluate(one.parameters).answers
            != test.labels
        )
        for one in (start, now)
    ]
    for known in (None, wrong[0]):
        work = compare_accuracy(
            network, start.edited, now.edited, dataset="pen-digits", wrong_before=known
        )
        change = finish(work)
        assert (change.images, change.wrong_before, change.wrong_after) == (len(test), *wrong)
