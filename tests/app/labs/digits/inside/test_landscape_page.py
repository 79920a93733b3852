"""The landscape page: computed when asked, in the background, kept, and true."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QWidget

from gdstudio.app.labs.digits.inside.landscape.landscape_page import LandscapePage
from gdstudio.data.catalogue import load_images
from gdstudio.engine.inspect.evaluation import Evaluator
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.experiment.digits.network_moment import Moment
from gdstudio.experiment.digits.questions import PathSoFar

DATASET = "pen-digits"


class Run:
    """A walk downhill as a run would tell of it, and the page that asks."""

    def __init__(self, qtbot, text="8"):
        self._qtbot = qtbot
        self.settings = NetworkSettings(network=text)
        self.network = self.settings.build()
        start = self.network.initial_parameters(np.random.default_rng(0))
        rng = np.random.default_rng(1)
        moves = 0.02 * rng.standard_normal((9, start.size)).astype(np.float32)
        self.path = np.concatenate([start[np.newaxis], start + np.cumsum(moves, axis=0)])
        self.steps = np.arange(0, 100, 10)
        self.asked, self.late = [], None
        self.answer = (self.steps, self.path)
        self.page = LandscapePage(self.ask)
        qtbot.addWidget(self.page)
        self.page.resize(560, 760)
        self.page.show()

    def ask(self, question, then):
        self.asked.append(question)
        if self.late is None:
            then(self.answer)
        else:  # the answer waits there
            self.late.append(lambda answer=self.answer: then(answer))

    def show(self, place, *, step=None, parameters=None, is_now=True):
        parameters = self.path[place] if parameters is None else parameters
        step = int(self.steps[place]) if step is None else step
        self.page.show_moment(
            Moment(
                settings=self.settings,
                network=self.network,
                parameters=parameters,
                unedited=parameters,
                picture=None,
                wanted=None,
                dataset=DATASET,
                source=f"this network at step {step:,}",
                step=step,
                is_now=is_now,
                running=False,
            )
        )
        self.wait()

    def widget(self, name, kind=QWidget):
        return self.page.findChild(kind, name)

    def text(self, name):
        return self.widget(name, QLabel).text()

    def choose(self, name, key):
        combo = self.widget(name, QComboBox)
        combo.setCurrentIndex(combo.findData(key))

    def click(self, name):
        QTest.mouseClick(self.widget(name), Qt.MouseButton.LeftButton)

    def wait(self):
        self._qtbot.waitUntil(lambda: not self.page.background.is_busy, timeout=10_000)

    def compute(self):
        self.choose("landscape_points_combo", "21")
        self.widget("landscape_images_combo", QComboBox).lineEdit().setText("200")
        self.click("landscape_button")
        self.wait()

    @property
    def found(self):
        return self.page._found.landscape


@pytest.fixture
def run(qtbot):
    run = Run(qtbot)
    yield run
    run.page.close_page()


def walked(run):
    """Return the points of the walk on the plot."""
    _, rows = run.page.plot.path_table()
    return np.array(rows, float)[:, -2:]


def test_a_landscape_is_the_cost_of_the_training_images(run):
    run.show(-1)
    run.compute()
    assert run.asked == [PathSoFar()]
    training = load_images(DATASET).training
    chosen = np.linspace(0, len(training) - 1, 200).round().astype(int)
    expected = Evaluator(run.network, training.images[chosen], training.labels[chosen])
    assert run.found.centre_loss == pytest.approx(expected.evaluate(run.path[-1]).loss, rel=1e-5)
    assert f"{run.found.centre_loss:.3g}" in run.text("landscape_height_label")
    assert f"{100 * run.found.share:.1f} %" in run.text("landscape_share_label")
    assert "step 90, on 200 training images at 21 × 21" in run.text("landscape_made_label")
    points = walked(run)
    assert points[-1].tolist() == [0, 0], "the mark is where the network is"
    np.testing.assert_allclose(points[:10], run.found.path.coordinates)
    headers, rows = run.page._table()
    assert headers == ["alpha", "beta", "loss"]
    assert len(rows) == 441


def test_without_an_answer_there_is_a_map_without_a_path(run):
    run.answer = None
    run.show(-1)
    run.compute()
    assert run.text("landscape_status_label").startswith("There is no path yet")
    run.choose("landscape_directions_combo", "random")
    run.compute()
    run.show(-2)
    assert walked(run)[-1].any(), "where the network is now"


def test_no_more_images_are_taken_than_the_data_set_has(run):
    run.show(-1)
    combo = run.widget("landscape_images_combo", QComboBox)
    assert [combo.itemText(row) for row in range(combo.count())] == ["100", "1,000"]
    combo.lineEdit().setText("6,000")
    run.click("landscape_button")
    said = [label.text() for label in run.page.findChildren(QLabel) if label.isVisible()]
    assert any("from 10 to 5,996" in text for text in said)
    assert run.asked == []


def test_the_map_stays_and_the_walk_goes_on(run):
    run.show(5)
    run.compute()
    computed = run.found
    assert len(computed.path.coordinates) == 6, "only the path up to there"
    run.show(7)
    assert run.found is computed
    assert "step 70" in run.text("landscape_now_label")
    plane = computed.plane
    alpha = float(np.dot(run.path[7] - run.path[5], plane.first))
    assert walked(run)[-1, 0] == pytest.approx(alpha, rel=1e-3)
    assert len(walked(run)) == 9, "with step 60, which was not shown, and the mark"
    run.show(2, is_now=False)  # looked back at
    assert len(walked(run)) == 4, "three points passed, and the mark"
    run.show(5)
    assert run.text("landscape_now_label") == ""
    assert walked(run)[-1].tolist() == [0, 0]
    again = run.path[5].copy()
    run.show(5, parameters=again)
    assert run.text("landscape_now_label") == "", "a copy is the same network"


def test_a_walk_that_goes_back_is_another_walk(run):
    run.show(-1)
    run.compute()
    run.steps, run.path = run.steps[:2], np.stack([run.path[0], run.path[1] + 0.001])
    run.show(1)
    assert len(walked(run)) == 3
    alpha = float(np.dot(run.path[1] - run.found.plane.centre, run.found.plane.first))
    assert walked(run)[1, 0] == pytest.approx(alpha, rel=1e-3), "as it is walked this time"


def test_what_is_told_late_of_the_walk_before_is_not_drawn(run):
    run.show(5)
    run.compute()
    run.late = []
    run.show(9)
    (of_the_walk_before,), run.late = run.late, None
    run.path = run.path[[0, 4, 3, 2, 1]]
    run.answer = (run.steps[:1], run.path[:1])
    run.show(0)
    of_the_walk_before()
    run.wait()
    run.answer = (run.steps[:5], run.path[:5])
    run.show(4)
    plane = run.found.plane
    alphas = (run.path[:5] - plane.centre) @ plane.first
    assert walked(run)[:-1, 0] == pytest.approx(alphas, rel=1e-3)


def test_another_walk_is_not_drawn_on_this_map(run):
    run.show(-1)
    run.compute()
    elsewhere = run.network.initial_parameters(np.random.default_rng(9))
    run.show(0, step=91, parameters=elsewhere)
    assert "far from this slice" in run.text("landscape_now_label")
    assert walked(run)[-1].tolist() == [0, 0]


def test_random_directions_have_a_seed_and_need_no_path(run):
    run.steps, run.path = run.steps[:1], run.path[:1]
    run.show(0)
    run.compute()
    assert "choose random directions" in run.text("landscape_status_label")
    assert not run.widget("landscape_seed_spin").isEnabled()
    run.choose("landscape_directions_combo", "random")
    assert run.widget("landscape_seed_spin").isEnabled()
    run.compute()
    first = run.found
    assert "length" in run.text("landscape_share_label")
    run.widget("landscape_seed_spin").setValue(1)
    run.compute()
    assert not np.allclose(run.found.losses, first.losses)
    assert run.found.centre_loss == pytest.approx(first.centre_loss)


def test_computing_can_be_cancelled_and_what_is_shown_stays(run, qtbot):
    run.show(-1)
    run.compute()
    shown = run.found
    run.choose("landscape_points_combo", "61")
    run.widget("landscape_images_combo", QComboBox).lineEdit().setText("5,996")
    run.click("landscape_button")
    qtbot.waitUntil(lambda: run.widget("landscape_progress").value() > 0, timeout=10_000)
    assert run.widget("landscape_cancel_button").isEnabled()
    assert "done" in run.text("landscape_status_label")
    run.click("landscape_cancel_button")
    assert run.text("landscape_status_label") == "Cancelled."
    run.wait()
    assert run.found is shown
    assert run.widget("landscape_button").isEnabled()


def test_closing_stops_the_computation(qtbot):
    run = Run(qtbot, "500, 500")
    run.show(-1)
    run.choose("landscape_points_combo", "61")
    run.click("landscape_button")
    assert run.page.background.is_busy
    run.page.close_page()
    assert run.page._found is None
