"""The gradient page: the order, names and shares are the gradient's, and nudges tell the truth."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QWidget

from gdstudio.app.labs.digits.inside.gradient.gradient_page import GradientPage
from gdstudio.data.catalogue import load_images, load_test_images
from gdstudio.engine.inspect.averages import average_gradient
from gdstudio.engine.inspect.trace import trace_example
from gdstudio.engine.jobs import finish
from gdstudio.engine.network.network import Network, NetworkSettings
from gdstudio.engine.network.parameter_names import parameter_name
from gdstudio.experiment.digits.network_moment import Moment
from gdstudio.number_text import number_text, parse_number

DATASET = "pen-digits"
LEFT = Qt.MouseButton.LeftButton


def some_network(text="20, 20", seed=1):
    """Return the settings of a network and a θ that answers one thing or another."""
    settings = NetworkSettings(network=text)
    network = settings.build()
    rng = np.random.default_rng(seed)
    return settings, network.initial_parameters(rng) + rng.normal(0, 0.2, network.size).astype("f")


def picture():
    return load_test_images(DATASET)[0].images[0].reshape(28, 28)


def moment_of(settings, parameters, *, drawn=True, wanted=8, running=False):
    return Moment(
        settings=settings,
        network=settings.build(),
        parameters=parameters,
        unedited=parameters,
        picture=picture() if drawn else None,
        wanted=wanted if drawn else None,
        dataset=DATASET,
        source="this network at step 5",
        step=5,
        is_now=True,
        running=running,
    )


def exact_trace(settings, theta):
    """Return the trace in float64, apart from the page's own arithmetic."""
    network = settings.build(dtype=np.float64)
    return trace_example(network, theta.astype(np.float64), picture().astype(float) / 255, 8)


class Hand:
    """A hand on the page; finds things by their names."""

    def __init__(self, qtbot):
        self._qtbot = qtbot
        self.page = GradientPage(lambda *_, **__: pytest.fail("nothing to ask"))
        qtbot.addWidget(self.page)
        self.page.resize(560, 960)
        self.page.show()

    def widget(self, name, kind=QWidget):
        found = self.page.findChild(kind, name)
        assert found is not None, f"there is no {name}"
        return found

    def text(self, name):
        return self.widget(name, QLabel).text()

    def click(self, name):
        QTest.mouseClick(self.widget(name), LEFT)

    def wait(self, reached):
        self._qtbot.waitUntil(lambda: bool(reached()), timeout=20_000)

    def wait_rows(self, rows=100):
        self.wait(lambda: self.widget("gradient_table").row_count() == rows)

    def wait_nudge(self):
        self.wait(lambda: self.text("nudge_ratio_label") != "–")

    def set_nudge(self, text):
        """Type Δw and wait until its effect is shown."""
        before = self.text("nudge_sum_label")
        edit = self.widget("nudge_edit", QLineEdit)
        edit.selectAll()
        QTest.keyClicks(edit, text)
        QTest.keyClick(edit, Qt.Key.Key_Return)
        self.wait(lambda: self.text("nudge_sum_label") != before)


@pytest.fixture
def hand(qtbot):
    made = Hand(qtbot)
    yield made
    made.page.close_page()


def test_the_wishes_stand_in_their_order_with_names_and_shares(hand):
    settings, theta = some_network()
    hand.page.show_moment(moment_of(settings, theta))
    hand.wait_rows()
    gradient = exact_trace(settings, theta).gradient
    order = np.argsort(-np.abs(gradient), kind="stable")
    network = settings.build()
    _, rows = hand.widget("gradient_table").table()
    assert [row[0] for row in rows] == [parameter_name(network, index) for index in order[:100]]
    np.testing.assert_allclose([row[1] for row in rows], -gradient[order[:100]], rtol=1e-9)
    shares = gradient[order] ** 2 / (gradient @ gradient)
    np.testing.assert_allclose([row[2] for row in rows], 100 * shares[:100], rtol=1e-9)
    half = int(np.searchsorted(np.cumsum(shares), 0.5)) + 1
    assert f"The {half} strongest of 16,330" in hand.text("gradient_spread_label")
    silent = np.count_nonzero(gradient == 0)
    assert f"{silent:,} have none" in hand.text("gradient_spread_label")
    # The plot has them all in little: the largest, every layer, rising ranks.
    assert hand.widget("gradient_plot").heights().max() > 0
    assert hand.text("nudge_name_label") == rows[0][0]


def test_a_nudge_is_what_the_cost_does_and_small_ones_are_predicted(hand):
    settings, theta = some_network()
    hand.page.show_moment(moment_of(settings, theta))
    hand.wait_rows()
    trace = exact_trace(settings, theta)
    index = int(np.abs(trace.gradient).argmax())
    hand.wait_nudge()
    assert parse_number(hand.text("nudge_ratio_label")) == pytest.approx(1, abs=0.01)
    way = -np.sign(trace.gradient[index])
    for text, sign in (("0.5", way), ("3", way)):
        hand.set_nudge(text)
        moved = theta.astype(np.float64)
        moved[index] += sign * float(text)
        change = exact_trace(settings, moved).loss - trace.loss
        predicted = trace.gradient[index] * sign * float(text)
        assert hand.text("nudge_change_label") == number_text(change, sign=True)
        assert hand.text("nudge_predicted_label") == number_text(predicted, sign=True)
        assert parse_number(hand.text("nudge_ratio_label").replace("−", "-")) == pytest.approx(
            change / predicted, abs=1e-4
        )
    before = hand.text("nudge_predicted_label")
    hand.click("nudge_against_button")
    hand.wait(lambda: hand.text("nudge_predicted_label") == f"+{before[1:]}")


def test_what_is_clicked_in_the_plot_or_in_the_table_is_nudged(hand):
    settings, theta = some_network()
    hand.page.show_moment(moment_of(settings, theta))
    hand.wait_rows()
    table, plot = hand.widget("gradient_table"), hand.widget("gradient_plot")
    row = table.visualRect(table.model().index(4, 0))
    QTest.mouseClick(table.viewport(), LEFT, pos=row.center())
    assert plot.selected() == 4
    assert hand.text("nudge_name_label") == table.cell_text(4, 0)
    # The first stem stands at the left edge, far from the others.
    box = plot.plotItem.vb.sceneBoundingRect()
    tip = plot.plotItem.vb.mapViewToScene(plot.plotItem.vb.viewRect().center())
    at = QPoint(int(box.left() + 0.03 * box.width()), int(tip.y()))
    QTest.mouseClick(plot.viewport(), LEFT, pos=at)
    assert plot.selected() == 0
    assert hand.text("nudge_name_label") == table.cell_text(0, 0)
    plot.setFocus()
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert hand.text("nudge_name_label") == table.cell_text(1, 0)
    # It stays chosen while the network learns, wherever it stands then.
    name = table.cell_text(1, 0)
    hand.page.show_moment(moment_of(*some_network(seed=2), running=True))
    hand.wait(lambda: table.cell_text(0, 0) != name)
    assert hand.text("nudge_name_label") == name


def test_the_average_needs_no_drawing_and_is_that_of_the_training_images(hand):
    settings, theta = some_network()
    hand.page.show_moment(moment_of(settings, theta, drawn=False))
    hand.click("gradient_average_button")
    combo = hand.widget("gradient_examples_combo", QComboBox)
    combo.setCurrentIndex(combo.findData(100))
    training = load_images(DATASET).training
    chosen = np.arange(100) * len(training) // 100
    network = settings.build()
    exact = Network(network.layers, network.loss, dtype=np.float64)
    work = average_gradient(
        exact, theta.astype(np.float64), training.images[chosen], training.labels[chosen]
    )
    strongest = np.sort(np.abs(finish(work)))[::-1][:100]
    table = hand.widget("gradient_table")

    def is_shown():
        found = np.abs([row[1] for row in table.table()[1]])
        return len(found) == 100 and np.allclose(found, strongest, rtol=1e-9)

    hand.wait(is_shown)
    hand.wait(lambda: hand.text("nudge_ratio_label") != "–")
    assert parse_number(hand.text("nudge_ratio_label")) == pytest.approx(1, abs=0.01)


def test_the_average_is_over_at_most_as_many_images_as_there_are(hand):
    settings, theta = some_network()
    hand.page.show_moment(moment_of(settings, theta, drawn=False))
    combo = hand.widget("gradient_examples_combo", QComboBox)
    assert [combo.itemText(row) for row in range(combo.count())] == ["100", "1,000", "5,996"]
    combo.setCurrentIndex(2)
    hand.page.show_moment(replace(moment_of(settings, theta, drawn=False), dataset="mnist"))
    assert [combo.itemText(row) for row in range(combo.count())] == ["100", "1,000", "10,000"]


def test_one_example_is_compared_with_the_average(hand):
    settings, theta = some_network()
    hand.page.show_moment(moment_of(settings, theta))
    hand.wait(lambda: "cosine" in hand.text("gradient_agreement_label"))
    assert "the average of 1,000" in hand.text("gradient_agreement_label")
    assert "This example wishes it" in hand.text("nudge_wishes_label")
    assert "the average of 1,000" in hand.text("nudge_wishes_label")


def test_the_scale_bends_heights_and_keeps_signs_and_order(hand):
    settings, theta = some_network()
    hand.page.show_moment(moment_of(settings, theta))
    hand.wait_rows()
    plot, combo = hand.widget("gradient_plot"), hand.widget("gradient_scale_combo", QComboBox)
    heights = {}
    for key in ("linear", "root", "logarithmic"):
        combo.setCurrentIndex(combo.findData(key))
        heights[key] = plot.heights()
    np.testing.assert_allclose(heights["root"] ** 2, np.abs(heights["linear"]))
    for bent in (heights["root"], heights["logarithmic"]):
        assert (np.diff(np.abs(bent)) <= 1e-12).all()
        assert (bent * heights["linear"] >= 0).all()


def test_networks_change_while_an_average_is_on_its_way_and_it_can_close(qtbot):
    hand = Hand(qtbot)
    for text in ("200, 100", "conv 4x5x5 stride 2, 20", "20"):
        hand.page.show_moment(moment_of(*some_network(text)))
    hand.wait_rows()
    size = 784 * 20 + 20 + 200 + 10
    hand.wait(lambda: f"of {size:,}" in hand.text("gradient_spread_label"))
    hand.page.show_moment(moment_of(*some_network("300, 100")))
    hand.page.close_page()


def test_without_a_digit_it_says_what_will_appear(hand):
    hand.page.show_moment(moment_of(*some_network(), drawn=False))
    said = [label.text() for label in hand.page.findChildren(QLabel) if label.isVisible()]
    assert any("Draw a digit" in text for text in said)
    assert not hand.widget("nudge_slider").isEnabled()
