"""A network answers at once, a very large one a little later, and only the newest counts."""

import numpy as np
import pytest

from gdstudio.app.labs.digits.asked_network import AskedNetwork
from gdstudio.engine.inspect.edits import SwitchOff
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.experiment.digits.answer import Answerer

SMALL, LARGE = NetworkSettings(network="20"), NetworkSettings(network="1500, 1000")


def parameters_of(settings, seed=0):
    parameters = settings.build().initial_parameters(np.random.default_rng(seed))
    parameters.flags.writeable = False
    return parameters


def picture(seed=0):
    return np.random.default_rng(seed).integers(0, 256, (28, 28)).astype(np.uint8)


def expected(settings, parameters, drawn, edits=()):
    answerer = Answerer(settings)
    answerer.load(parameters)
    answerer.edit(edits)
    return answerer.answer(drawn).outputs


@pytest.fixture
def asked(qtbot):
    made = AskedNetwork()
    yield made
    made.close()


def settled(asked, qtbot):
    qtbot.waitUntil(lambda: not asked.is_busy, timeout=60_000)


@pytest.mark.parametrize("settings", [SMALL, LARGE])
def test_it_answers_the_newest_picture_with_the_newest_network_and_edits(asked, qtbot, settings):
    for seed in range(4):
        asked.ask(picture(seed))
        parameters = parameters_of(settings, seed)
        asked.set_network(settings, parameters, f"step {seed}")
        asked.edit((SwitchOff(1, seed),))
    settled(asked, qtbot)
    assert asked.seen == "step 3"
    np.testing.assert_array_equal(asked.picture, picture(3))
    outputs = expected(settings, parameters, picture(3), (SwitchOff(1, 3),))
    np.testing.assert_array_equal(asked.answer.outputs, outputs)
    assert asked.answerer.learned is parameters
    asked.ask(None)
    settled(asked, qtbot)
    assert asked.answer is None


def test_a_small_network_answers_at_once(asked):
    asked.set_network(SMALL, parameters_of(SMALL), None)
    asked.ask(picture())
    assert not asked.is_busy
    np.testing.assert_array_equal(
        asked.answer.outputs, expected(SMALL, parameters_of(SMALL), picture())
    )


def test_what_is_told_of_a_large_network_is_of_one_moment(asked, qtbot):
    first, second = (parameters_of(LARGE, seed) for seed in (1, 2))
    asked.ask(picture())
    asked.set_network(LARGE, first, "first")
    settled(asked, qtbot)
    pairs = []
    asked.answered.connect(lambda: pairs.append((asked.seen, asked.answerer.learned)))
    asked.set_network(LARGE, second, "second")
    assert asked.seen == "first"
    assert asked.answerer.learned is first
    settled(asked, qtbot)
    assert pairs
    assert all((seen == "first") == (learned is first) for seen, learned in pairs)
    assert asked.seen == "second"


def test_no_network_stands_under_the_settings_of_another(asked, qtbot):
    asked.ask(picture())
    asked.set_network(SMALL, parameters_of(SMALL), "small")
    asked.set_network(LARGE, parameters_of(LARGE), "large")
    assert asked.answerer is None
    assert asked.answer is None
    settled(asked, qtbot)
    assert asked.answerer.settings == LARGE
    asked.set_network(LARGE, parameters_of(LARGE, 1), "more")
    asked.set_network(SMALL, parameters_of(SMALL), "small again")
    assert asked.answerer.settings == SMALL
    qtbot.waitUntil(lambda: not asked._background.is_busy, timeout=60_000)
    assert asked.seen == "small again", "what a large one still said came too late"


def test_it_can_close_in_the_midst(qtbot):
    asked = AskedNetwork()
    asked.ask(picture())
    asked.set_network(LARGE, parameters_of(LARGE), "large")
    asked.close()
