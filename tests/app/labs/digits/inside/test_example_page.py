"""The page of one example: its loss adds up, and its errors and wishes are backpropagation's."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from gdstudio.app.labs.digits.inside.example.example_page import ExamplePage
from gdstudio.data.catalogue import load_test_images
from gdstudio.engine.inspect.evaluation import Evaluator, Reader
from gdstudio.engine.inspect.trace import trace_example
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.experiment.digits.canvas_example import Origin
from gdstudio.experiment.digits.network_moment import Moment
from gdstudio.number_text import number_text

DATASET = "pen-digits"
LEFT = Qt.MouseButton.LeftButton


def some_network(text="20, 20", loss="squared-error", activation="sigmoid", seed=1):
    """Return the settings of a network and a θ that answers one thing or another."""
    settings = NetworkSettings(network=text, loss=loss, activation=activation)
    network = settings.build()
    rng = np.random.default_rng(seed)
    return settings, network.initial_parameters(rng) + rng.normal(0, 0.2, network.size).astype("f")


def moment_of(settings, parameters, *, picture=None, wanted=None, running=False):
    return Moment(
        settings=settings,
        network=settings.build(),
        parameters=parameters,
        unedited=parameters,
        picture=picture,
        wanted=wanted,
        dataset=DATASET,
        source="this network at step 5",
        step=5,
        is_now=True,
        running=running,
    )


def picture(number=0):
    return load_test_images(DATASET)[0].images[number].reshape(28, 28)


class Hand:
    """A hand on the page; finds things by their names."""

    def __init__(self, qtbot):
        self._qtbot = qtbot
        self.page = ExamplePage(lambda *_, **__: pytest.fail("nothing to ask"))
        qtbot.addWidget(self.page)
        self.page.resize(560, 1000)
        self.page.show()

    def widget(self, name):
        found = self.page.findChild(QWidget, name)
        assert found is not None, f"there is no {name}"
        return found

    def text(self, name):
        return self.page.findChild(QLabel, name).text()

    def click(self, name):
        QTest.mouseClick(self.widget(name), LEFT)

    def wait(self, reached):
        self._qtbot.waitUntil(lambda: bool(reached()), timeout=20_000)

    def wait_for_cost(self, cost):
        self.wait(lambda: self.text("example_cost_label") == number_text(cost))


@pytest.fixture
def hand(qtbot):
    made = Hand(qtbot)
    yield made
    made.page.close_page()


def test_without_a_digit_it_says_what_will_appear(hand):
    hand.page.show_moment(moment_of(*some_network()))
    assert "Draw a digit" in hand.text("example_empty_label")
    assert not hand.widget("example_table").isVisible()
    assert not hand.widget("wanted_3_button").isVisible()


def test_ten_squares_half_their_sum_and_the_average_beside_it(hand):
    settings, theta = some_network()
    hand.page.show_moment(moment_of(settings, theta, picture=picture(), wanted=8))
    reader = Reader(settings.build())
    reader.load(theta)
    outputs = reader.read(picture()).astype(float)
    squares = (np.eye(10)[8] - outputs) ** 2
    hand.wait_for_cost(squares.sum() / 2)
    table = hand.widget("example_table")
    assert table.row_count() == 10
    np.testing.assert_allclose(table.table()[1], np.column_stack(
        [np.arange(10), outputs, np.eye(10)[8], np.eye(10)[8] - outputs, squares]
    ), atol=1e-6)  # fmt: skip
    test, _ = load_test_images(DATASET)
    average = Evaluator(settings.build(), test.images, test.labels).evaluate(theta).loss
    hand.wait(lambda: hand.text("average_cost_label") == number_text(average))
    assert hand.text("average_note_label") == f"over {len(test):,} test images"
    times = squares.sum() / 2 / average
    expected = f"Its loss is {number_text(times, 2)} times the average."
    if times < 1:
        expected = f"The average is {number_text(1 / times, 2)} times that."
    assert hand.text("cost_comparison_label") == expected


def test_with_softmax_the_cost_is_minus_the_logarithm_of_the_wanted_output(hand):
    settings, theta = some_network(loss="cross-entropy")
    hand.page.show_moment(moment_of(settings, theta, picture=picture(), wanted=2))
    reader = Reader(settings.build())
    reader.load(theta)
    outputs = reader.read(picture())
    hand.wait_for_cost(-np.log(float(outputs[2])))
    assert f"−ln {number_text(float(outputs[2]))}" in hand.text("example_sum_label")
    _, rows = hand.widget("example_table").table()
    powers = np.array(rows)[:, 2]
    np.testing.assert_allclose(powers / powers.sum(), outputs, rtol=1e-4)


@pytest.mark.parametrize("loss", ["squared-error", "cross-entropy"])
def test_of_a_drawing_it_asks_and_explains_nothing_before_it_is_told(hand, loss, qtbot):
    settings, theta = some_network(loss=loss)
    hand.page.show_moment(moment_of(settings, theta, picture=picture(3)))
    assert hand.text("wanted_label") == "Which digit did you draw?"
    assert "only who drew it knows" in hand.text("example_empty_label")
    assert not [d for d in range(10) if hand.widget(f"wanted_{d}_button").isChecked()]
    assert not hand.widget("example_table").isVisible()
    assert not hand.widget("error_bars").isVisible()
    with qtbot.waitSignal(hand.page.class_said) as said:
        hand.click("wanted_6_button")
    assert said.args == [6]
    hand.page.show_moment(moment_of(settings, theta, picture=picture(3), wanted=6))
    inputs = picture(3).reshape(-1).astype("f") / 255
    hand.wait_for_cost(trace_example(settings.build(), theta, inputs, 6).loss)
    assert hand.widget("wanted_6_button").isChecked()
    # With the drawing goes what was said of it.
    hand.page.show_moment(moment_of(settings, theta))
    assert not hand.widget("wanted_6_button").isVisible()
    hand.page.show_moment(moment_of(settings, theta, picture=picture(4)))
    assert not hand.widget("example_table").isVisible()


def test_of_a_picture_file_it_asks_too_and_a_test_image_has_its_label(hand):
    settings, theta = some_network()
    moment = moment_of(settings, theta, picture=picture(3))
    hand.page.show_moment(replace(moment, origin=Origin.FILE))
    assert hand.text("wanted_label") == "Which digit is it?"
    assert hand.widget("wanted_3_button").isVisible()
    hand.page.show_moment(replace(moment, origin=Origin.TEST_IMAGE, wanted=5))
    inputs = picture(3).reshape(-1).astype("f") / 255
    hand.wait_for_cost(trace_example(settings.build(), theta, inputs, 5).loss)
    assert not hand.widget("wanted_3_button").isVisible()


def test_the_errors_go_back_layer_by_layer_and_become_wishes(hand):
    settings, theta = some_network("12, 15")
    inputs = picture().reshape(-1).astype("f") / 255
    trace = trace_example(settings.build(), theta, inputs, 8)
    hand.page.show_moment(moment_of(settings, theta, picture=picture(), wanted=8))
    hand.wait_for_cost(trace.loss)
    assert not hand.widget("backpropagation_up_button").isEnabled()
    for one, name in ((2, "output"), (1, "neuron"), (0, "neuron")):
        layer = trace.layers[one]
        place = int(np.abs(layer.error).argmax())
        bars = hand.widget("error_bars")
        assert bars.current() == place
        shown = place if one == 2 else place + 1
        assert f"error of {name} {shown}" in hand.text("error_formula_label")
        result = number_text(float(layer.error[place]), 3, sign=True)
        assert f"<b>{result}</b>" in hand.text("error_formula_label")
        wishes = -layer.error[place] * np.append(layer.inputs, 1)
        _, rows = hand.widget("wishes_table").table()
        strongest = np.sort(np.abs(wishes))[::-1][:8]
        np.testing.assert_allclose(np.abs([row[2] for row in rows]), strongest, rtol=1e-5)
        for _, entered, wish in rows:
            assert wish == pytest.approx(-layer.error[place] * entered, rel=1e-5)
        if one:
            hand.click("backpropagation_down_button")
    assert not hand.widget("backpropagation_down_button").isEnabled()
    assert hand.text("backpropagation_step_label") == "step 3 of 3"


def test_a_neuron_that_is_clicked_is_written_out_until_it_is_clicked_again(hand):
    settings, theta = some_network("12")
    inputs = picture().reshape(-1).astype("f") / 255
    trace = trace_example(settings.build(), theta, inputs, 8)
    hand.page.show_moment(moment_of(settings, theta, picture=picture(), wanted=8))
    hand.wait_for_cost(trace.loss)
    hand.click("backpropagation_down_button")
    bars = hand.widget("error_bars")
    largest = int(np.abs(trace.layers[0].error).argmax())
    other = 3 if largest != 3 else 4
    at = QPoint(int(bars.width() * (other + 0.5) / 12), bars.height() // 2)
    QTest.mouseClick(bars, LEFT, pos=at)
    assert bars.current() == other
    assert f"neuron {other + 1} of layer 1" in hand.text("error_formula_label")
    QTest.mouseClick(bars, LEFT, pos=at)
    assert bars.current() == largest
    QTest.keyClick(bars, Qt.Key.Key_Home)
    assert bars.current() == 0


@pytest.mark.parametrize("text", ["conv 4x5x5 stride 2, pool 2, dropout 0.3, 12", "pool 2, 2000"])
def test_every_kind_of_network_can_be_followed_to_its_first_weights(hand, text):
    settings, theta = some_network(text, activation="relu", loss="cross-entropy")
    inputs = picture().reshape(-1).astype("f") / 255
    trace = trace_example(settings.build(), theta, inputs, 8)
    hand.page.show_moment(moment_of(settings, theta, picture=picture(), wanted=8))
    hand.wait_for_cost(trace.loss)
    while hand.widget("backpropagation_down_button").isEnabled():
        hand.click("backpropagation_down_button")
        assert hand.text("error_formula_label")
        assert hand.widget("wishes_table").row_count() == 8
    # And back to a network of another shape, from the outputs on.
    hand.page.show_moment(moment_of(*some_network(), picture=picture(), wanted=8))
    hand.wait(lambda: hand.text("backpropagation_step_label") == "step 1 of 3")


def test_while_training_the_last_moment_counts(hand):
    settings, _ = some_network()
    thetas = [some_network(seed=seed)[1] for seed in range(12)]
    for theta in thetas:
        hand.page.show_moment(moment_of(settings, theta, picture=picture(), wanted=8, running=True))
    hand.page.show_moment(moment_of(settings, thetas[-1], picture=picture(), wanted=8))
    inputs = picture().reshape(-1).astype("f") / 255
    hand.wait_for_cost(trace_example(settings.build(), thetas[-1], inputs, 8).loss)
    test, _ = load_test_images(DATASET)
    average = Evaluator(settings.build(), test.images, test.labels).evaluate(thetas[-1]).loss
    hand.wait(lambda: hand.text("average_cost_label") == number_text(average))


def test_it_closes_in_the_midst_of_an_average(qtbot):
    hand = Hand(qtbot)
    hand.page.show_moment(moment_of(*some_network("300, 100"), picture=picture(), wanted=8))
    hand.page.close_page()
