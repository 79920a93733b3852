"""The mistakes page: what it says of a network is true, for the newest one, and can be clicked."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QWidget

from gdstudio.app.labs.digits.inside.mistakes_page import MistakesPage, summary_text
from gdstudio.app.widgets.pictures.image_tiles import ImageTiles
from gdstudio.app.widgets.tables.confusion_grid import ConfusionGrid
from gdstudio.data.catalogue import load_test_images
from gdstudio.engine.inspect.evaluation import Evaluator
from gdstudio.experiment.digits.mistakes import Review
from gdstudio.experiment.digits.network_moment import Moment
from gdstudio.storage.network_file import load_shipped_reader

LEFT = Qt.MouseButton.LeftButton
DATASET = "pen-digits"


class Hand:
    """A hand on the page, showing it a network that is somewhat disturbed."""

    def __init__(self, qtbot):
        self._qtbot = qtbot
        reader = load_shipped_reader()
        self.settings, self.trained = reader.settings, reader.parameters
        self.network = self.settings.build()
        self.test, _ = load_test_images(DATASET)
        self.page = MistakesPage(lambda *_, **__: pytest.fail("nothing to ask"))
        qtbot.addWidget(self.page)
        self.page.resize(560, 800)
        self.page.show()

    def parameters(self, seed=0):
        rng = np.random.default_rng(seed)
        noise = rng.standard_normal(self.network.size).astype(np.float32)
        return self.trained + 0.07 * noise

    def show(self, parameters, *, step=7, running=False, dataset=DATASET):
        self.page.show_moment(
            Moment(
                settings=self.settings,
                network=self.network,
                parameters=parameters,
                unedited=parameters,
                picture=None,
                wanted=None,
                dataset=dataset,
                source=f"this network at step {step}",
                step=step,
                is_now=True,
                running=running,
            )
        )

    def wait(self, reached=lambda: True):
        self._qtbot.waitUntil(
            lambda: not self.page.background.is_busy and reached(), timeout=20_000
        )

    def evaluation(self, parameters):
        return Evaluator(self.network, self.test.images, self.test.labels).evaluate(parameters)

    def widget(self, name, kind=QWidget):
        found = self.page.findChild(kind, name)
        assert found is not None, name
        return found

    @property
    def grid(self):
        return self.widget("confusion_grid", ConfusionGrid)

    @property
    def tiles(self):
        return self.widget("mistake_tiles", ImageTiles)

    def text(self, name):
        return self.widget(name, QLabel).text()

    def title(self):
        return self.widget("mistakes_card").accessibleName()


@pytest.fixture
def hand(qtbot):
    hand = Hand(qtbot)
    yield hand
    hand.page.close_page()


@pytest.fixture
def shown(hand):
    """Return the page with one network's mistakes, and that network's evaluation."""
    parameters = hand.parameters()
    hand.show(parameters)
    hand.wait(lambda: hand.grid.counts() is not None)
    return hand, hand.evaluation(parameters)


def test_counts_and_accuracies_are_those_of_the_test_set(shown):
    hand, evaluation = shown
    expected = evaluation.confusion(hand.test.labels)
    np.testing.assert_array_equal(hand.grid.counts(), expected)
    assert hand.text("mistakes_accuracy_label") == f"{100 * evaluation.accuracy:.1f} %"
    wrong = int((evaluation.answers != hand.test.labels).sum())
    assert wrong > 24
    assert hand.text("mistakes_summary_label").startswith(
        f"This network at step 7 reads {len(hand.test) - wrong:,} of 1,498 test images"
    )
    assert hand.text("mistakes_range_label") == f"1–24 of {wrong}"
    headers, rows = hand.grid.table()
    assert headers[-1] == "right"
    assert rows[3][-1] == pytest.approx(expected[3, 3] / expected[3].sum())
    actual, answered = np.argwhere(expected > 0)[1]
    count, whole = expected[actual, answered], expected[actual].sum()
    assert hand.grid.value_text(actual, answered).startswith(f"{count} of {whole} {actual}s")


def test_a_cell_shows_its_images_and_a_tile_goes_to_the_canvas(shown, qtbot):
    hand, evaluation = shown
    counts = hand.grid.counts()
    off = counts - np.diag(np.diag(counts))
    actual, answered = (int(place) for place in np.unravel_index(off.argmax(), off.shape))
    QTest.mouseClick(hand.grid, LEFT, pos=hand.grid.cell_rect(actual, answered).center())
    assert hand.grid.chosen == (actual, answered)
    assert hand.title() == f"{actual} taken for {answered}"
    assert hand.tiles.count() == min(off.max(), 24)
    with qtbot.waitSignal(hand.page.image_chosen) as chosen:
        QTest.mouseClick(hand.tiles, LEFT, pos=hand.tiles.tile_center(0).toPoint())
    picture, caption, digit = chosen.args
    index = int(caption.removeprefix("Test image ").split(":")[0].replace(",", ""))
    assert picture.shape == (28, 28)
    np.testing.assert_array_equal(picture.reshape(-1), hand.test.images[index])
    assert digit == actual == hand.test.labels[index]
    assert evaluation.answers[index] == answered
    QTest.mouseClick(hand.widget("all_mistakes_button"), LEFT)
    assert hand.title() == "The worst mistakes"
    assert hand.grid.chosen is None


def test_the_order_and_the_pages_of_the_mistakes(shown):
    hand, evaluation = shown
    by_cost = hand.tiles.tile_text(0)
    combo = hand.widget("mistakes_order_combo", QComboBox)
    combo.setCurrentIndex(combo.findData("sureness"))
    step = hand.network.prepare(hand.parameters(), None, len(hand.test))
    inputs = np.ones((785, len(hand.test)), np.float32)
    inputs[:-1] = hand.test.images.T / np.float32(255)
    surest = np.where(
        evaluation.answers != hand.test.labels, step.forward(inputs).max(axis=0), 0
    ).argmax()
    assert hand.tiles.tile_text(0).startswith(f"Test image {surest:,}:")
    combo.setCurrentIndex(combo.findData("loss"))
    assert hand.tiles.tile_text(0) == by_cost
    assert not hand.widget("mistakes_previous_button").isEnabled()
    QTest.mouseClick(hand.widget("mistakes_next_button"), LEFT)
    assert hand.text("mistakes_range_label").startswith("25–")
    assert hand.tiles.tile_text(0) != by_cost
    QTest.mouseClick(hand.widget("mistakes_previous_button"), LEFT)
    assert hand.tiles.tile_text(0) == by_cost


def test_keys_reach_every_cell_and_tile(shown, qtbot):
    hand, _ = shown
    hand.grid.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Return):
        QTest.keyClick(hand.grid, key)
    assert hand.grid.chosen == (1, 2)
    QTest.keyClick(hand.grid, Qt.Key.Key_Left)
    QTest.keyClick(hand.grid, Qt.Key.Key_Return)
    assert hand.title() == "1 read right"
    QTest.keyClick(hand.tiles, Qt.Key.Key_Right)
    with qtbot.waitSignal(hand.page.image_chosen) as chosen:
        QTest.keyClick(hand.tiles, Qt.Key.Key_Return)
    assert chosen.args[2] == 1
    assert hand.tiles.accessibleDescription() == hand.tiles.tile_text(1)


def test_while_it_trains_the_newest_network_counts(hand):
    first, second, third = (hand.parameters(seed) for seed in range(3))
    hand.show(first, step=1, running=True)
    hand.show(second, step=2, running=True)
    hand.show(third, step=3, running=True)
    hand.wait(lambda: "step 3 " in hand.text("mistakes_summary_label"))
    expected = hand.evaluation(third).confusion(hand.test.labels)
    np.testing.assert_array_equal(hand.grid.counts(), expected)
    assert hand.page._found.moment.parameters is third


def test_a_copy_of_what_was_asked_is_not_asked_again(shown):
    hand, _ = shown
    review = hand.page._found.review
    hand.show(hand.parameters(), step=8)
    hand.wait(lambda: "step 8 " in hand.text("mistakes_summary_label"))
    assert hand.page._found.review is review


def test_a_network_that_exploded_has_no_matrix(hand):
    parameters = np.full(hand.network.size, 3e38, np.float32)
    parameters[::3] *= -1
    hand.show(parameters)
    hand.wait(lambda: bool(hand.text("mistakes_summary_label")))
    assert hand.text("mistakes_summary_label") == (
        "This network at step 7 has no answer to any of the test images of Pen digits: its numbers "
        "have exploded."
    )
    assert hand.text("mistakes_accuracy_label") == "–"
    assert hand.grid.counts() is None


def test_a_name_that_goes_on_after_a_comma_ends_with_one(hand):
    moment = Moment(
        settings=hand.settings,
        network=hand.network,
        parameters=hand.trained,
        unedited=hand.trained,
        picture=None,
        wanted=None,
        dataset=DATASET,
        source="this network at step 500, with 2 edits",
        step=500,
        is_now=True,
        running=False,
    )
    zeros = np.zeros(4, np.uint8)
    found = Review(zeros, zeros, np.ones(4), np.zeros(4))
    said = summary_text(found, moment)
    assert said.startswith("This network at step 500, with 2 edits, reads 4 of 4 test images")
    said = summary_text(found, replace(moment, source="this network at step 18,000"))
    assert said.startswith("This network at step 18,000 reads 4 of 4 test images")


def test_nothing_is_said_of_images_that_were_not_read(shown):
    hand, _ = shown
    hand.show(hand.parameters(), dataset="mnist")
    assert hand.grid.counts() is None
    assert hand.text("mistakes_accuracy_label") == "–"
    assert hand.tiles.count() == 0
    assert not hand.widget("mistakes_next_button").isEnabled()
    hand.wait(lambda: hand.grid.counts() is not None)
    assert hand.grid.counts().sum() == 10_000
    assert "test images of MNIST" in hand.text("mistakes_summary_label")
