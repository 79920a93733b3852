"""The Points lab, driven as a person drives it: paint, point, drag, run, look back."""

import math
import threading

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QDoubleSpinBox, QLabel, QSlider, QWidget
from whole_window import wait

from gdstudio.app.labs.points import contest
from gdstudio.app.labs.points.lab import PointsLab
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.pictures.network_diagram import DiagramSpot
from gdstudio.experiment.points.experiment import DescentEnd
from gdstudio.experiment.run_update import State
from gdstudio.experiment.scenario import Scenario

LEFT = Qt.MouseButton.LeftButton
WAIT = 60_000
# Weights that one can calculate with: a hidden layer of two neurons, then the output.
BY_HAND = "points?dataset=own&own_points=A 1 -1, B -1 1&network=2&test_share=0"
WEIGHTS = "&weights=0.5,-1,0.25,1,1,-0.5,2,-1,0.5"


class Hand:
    """A hand on the lab."""

    def __init__(self, lab, qtbot):
        self.lab, self._qtbot = lab, qtbot

    def wait(self, reached):
        self._qtbot.waitUntil(lambda: bool(reached()), timeout=WAIT)

    def settle(self):
        self.wait(
            lambda: (
                self.lab.runner.is_up_to_date
                and not self.lab.runner.is_running
                and not self.lab.background.is_busy
            )
        )

    @property
    def snapshot(self):
        return self.lab.runner.latest.snapshot

    @property
    def plane(self):
        return self.widget("point_plane")

    def widget(self, name, kind=QWidget):
        found = self.lab.findChild(kind, name)
        assert found is not None, name
        return found

    def text(self, name):
        return self.widget(name, QLabel).text()

    def press(self, name):
        QTest.mouseClick(self.widget(name, QAbstractButton), LEFT)

    def choose(self, name, key):
        combo = self.widget(name, QComboBox)
        combo.setCurrentIndex(combo.findData(key))

    def said(self):
        """Return what all labels in sight say."""
        return [one.text() for one in self.lab.findChildren(QLabel) if one.isVisible()]

    def step(self, count):
        target = self.snapshot.iteration + count
        self.lab.runner.step(count)
        self.wait(lambda: self.snapshot.iteration == target)
        self.settle()

    def set_up(self, code):
        self.lab.apply(Scenario.parse(code))
        self.settle()

    def drag(self, widget, begin, *ways):
        QTest.mousePress(widget, LEFT, pos=begin)
        for way in ways:
            QTest.mouseMove(widget, way)
        QTest.mouseRelease(widget, LEFT, pos=ways[-1])

    def at(self, x, y):
        return self.plane.pixel(x, y).toPoint()

    def texts(self, name="weights_view"):
        """Return all that is written on a diagram, column by column."""
        diagram = self.widget(name)
        return [(layer.captions, layer.texts) for layer in diagram._layers]


@pytest.fixture(scope="module")
def shared(qapp, keep_running):
    """Return one lab for all tests: to make it takes longer than most of them."""
    lab = PointsLab(in_process=False)
    current_theme().style(lab)
    current_theme().prepare(lab)
    lab.setProperty("shared", True)
    lab.resize(1280, 800)
    lab.show()
    lab.start()
    wait(lambda: lab.page.plane._picture is not None)  # all threads that there will be are there
    with keep_running(lab):
        yield lab
    lab.close_runner()
    lab.close()
    lab.deleteLater()


@pytest.fixture
def hand(shared, qtbot):
    """Return a hand on the lab as it opens."""
    hand = Hand(shared, qtbot)
    hand.wait(lambda: shared.runner.latest and shared.runner.latest.snapshot)
    shared.runner.pause()
    fit = hand.widget("fit_button", QAbstractButton)
    if fit.isChecked():
        hand.press("fit_button")
    hand.choose("class_combo", 0)
    for name in ("numbers_page_tab", "forward_page_tab", "plane_page_tab"):
        hand.press(name)
    hand.lab.take_back("paint", "hand")
    hand.set_up("points")
    hand.lab.messages.take_back_all()
    hand.lab._follow(0)
    return hand


# Painting.


def test_a_click_adds_a_point_of_the_chosen_class_and_the_network_learns_from_it(hand):
    before = len(hand.snapshot.problem.points)
    hand.choose("class_combo", 1)
    QTest.mouseClick(hand.plane, LEFT, pos=hand.at(0.5, 0.25))
    hand.settle()
    points = hand.snapshot.problem.points
    assert len(points) == before + 1
    assert points.places[-1] == pytest.approx([0.5, 0.25], abs=0.02)
    assert points.answers[-1] == 1
    assert hand.widget("dataset_combo", QComboBox).currentData() == "own"
    QTest.keyClick(hand.plane, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    hand.settle()
    assert len(hand.snapshot.problem.points) == before


def test_a_drag_is_undone_as_a_whole_and_the_eraser_takes_points_away(hand):
    before = len(hand.snapshot.problem.points)
    begin = hand.at(-2, 2.5)
    hand.drag(hand.plane, begin, begin + QPoint(60, 0), begin + QPoint(120, 0))
    hand.settle()
    assert len(hand.snapshot.problem.points) >= before + 6
    hand.press("undo_points_button")
    hand.settle()
    assert len(hand.snapshot.problem.points) == before
    hand.choose("class_combo", "eraser")
    hand.drag(hand.plane, hand.at(-1, 0), hand.at(0, 0), hand.at(1, 0))
    hand.settle()
    left = hand.snapshot.problem.points
    assert len(left) < before - 5
    assert (np.abs(left.places[:, 1][np.abs(left.places[:, 0]) < 0.9]) > 0.1).all()


def test_a_run_waits_while_one_paints_and_begins_anew_once(hand):
    hand.set_up("points?steps=1000000")
    starts = []
    hand.lab.runner.updated.connect(lambda update: starts.append(update.run))
    hand.press("run_button")
    hand.wait(lambda: hand.lab.runner.is_running and hand.snapshot.iteration > 5)
    first, before = hand.lab.runner.latest.run, len(hand.snapshot.problem.points)
    for x in (0.5, 0.7, 0.9):
        QTest.mouseClick(hand.plane, LEFT, pos=hand.at(x, 2.5))
        hand.wait(lambda: not hand.lab.runner.is_running)
        assert "waits" in hand.text("status_label")
    hand.wait(lambda: hand.lab.runner.is_running and hand.lab.runner.latest.run != first)
    assert len(hand.snapshot.problem.points) == before + 3
    assert len(set(starts)) == 2, "it began anew once"
    # A click that changes nothing: the run goes on where it was.
    hand.wait(lambda: hand.snapshot.iteration > 5)
    run, iteration = hand.lab.runner.latest.run, hand.snapshot.iteration
    hand.choose("class_combo", "eraser")
    QTest.mouseClick(hand.plane, LEFT, pos=hand.at(-2.9, -2.9))
    hand.wait(lambda: not hand.lab.runner.is_running)
    hand.wait(lambda: hand.lab.runner.is_running)
    assert hand.lab.runner.latest.run == run
    assert hand.snapshot.iteration >= iteration
    # Who presses a button has painted: a step is made with the new points, and no more than that.
    hand.choose("class_combo", 1)
    QTest.mouseClick(hand.plane, LEFT, pos=hand.at(0.2, 2.5))
    hand.wait(lambda: not hand.lab.runner.is_running)
    hand.press("step_button")
    hand.wait(lambda: hand.snapshot.iteration == 1)
    hand.settle()
    assert hand.snapshot.iteration == 1
    assert len(hand.snapshot.problem.points) == before + 4


def test_an_empty_plane_says_what_is_missing_and_nothing_is_lost(hand):
    run = hand.snapshot.parameters.copy()
    hand.press("clear_points_button")
    assert "no points yet" in hand.lab.notice.text
    seen = hand.plane.grab().toImage()
    hand.plane.set_chosen(None)
    assert seen == hand.plane.grab().toImage(), "no ring stays where a point was followed"
    hand.press("run_button")
    hand.settle()
    assert hand.snapshot.iteration == 0
    hand.choose("class_combo", 0)
    QTest.mouseClick(hand.plane, LEFT, pos=hand.at(-1, 0))
    assert "of one class, A" in hand.lab.notice.text
    assert (hand.snapshot.parameters == run).all(), "the run stays until there is another"
    hand.choose("class_combo", 2)
    QTest.mouseClick(hand.plane, LEFT, pos=hand.at(1, 0))
    hand.settle()
    assert hand.lab.notice.text == ""
    assert hand.snapshot.problem.points.classes == ("A", "C")
    hand.step(3)
    for _ in range(3):
        hand.press("undo_points_button")
        hand.lab.background.is_busy  # noqa: B018 - each deed is undone by itself
    hand.settle()
    assert len(hand.snapshot.problem.points) == 300


def test_points_with_a_number_are_painted_erased_and_undone(hand):
    number = hand.widget("painted_number_spin", QDoubleSpinBox)
    assert not number.isVisible()
    hand.choose("dataset_combo", "line")
    hand.settle()
    before = hand.snapshot.problem.points
    assert number.isVisible()
    number.setValue(-1.5)
    QTest.mouseClick(hand.plane, LEFT, pos=hand.at(0.5, 0.25))
    hand.settle()
    points = hand.snapshot.problem.points
    assert hand.widget("dataset_combo", QComboBox).currentData() == "own-numbers"
    assert len(points) == len(before) + 1
    assert points.is_regression
    assert points.places[-1] == pytest.approx([0.5, 0.25], abs=0.02)
    assert points.answers[-1] == -1.5
    assert points.answers[:-1] == pytest.approx(before.answers, abs=0.005)
    number.setValue(2)
    begin = hand.at(-2, 2.5)
    hand.drag(hand.plane, begin, begin + QPoint(60, 0), begin + QPoint(120, 0))
    hand.settle()
    assert hand.snapshot.problem.points.answers[-6:].tolist() == [2] * 6
    code = hand.lab.scenario()
    hand.press("undo_points_button")
    hand.press("undo_points_button")
    hand.settle()
    assert len(hand.snapshot.problem.points) == len(before)
    hand.choose("class_combo", "eraser")
    hand.drag(hand.plane, hand.at(-1, 0), hand.at(0, 0), hand.at(1, 0))
    hand.settle()
    assert len(hand.snapshot.problem.points) < len(before) - 2
    # The scenario holds them with their numbers.
    hand.lab.apply(code)
    hand.settle()
    assert hand.snapshot.problem.points.answers[-6:].tolist() == [2] * 6
    loss = hand.snapshot.loss
    hand.step(20)
    assert hand.snapshot.loss < loss


def test_an_empty_plane_is_filled_with_numbers(hand):
    hand.set_up("points?dataset=own-numbers&own_points=1 1 1, 2 -1 0, 3 0 -1&test_share=0")
    hand.press("clear_points_button")
    assert "two different numbers" in hand.lab.notice.text
    number = hand.widget("painted_number_spin", QDoubleSpinBox)
    number.setValue(0.5)
    QTest.mouseClick(hand.plane, LEFT, pos=hand.at(-1, 0))
    assert "only one point" in hand.lab.notice.text
    QTest.mouseClick(hand.plane, LEFT, pos=hand.at(1, 0))
    assert "the same at every point" in hand.lab.notice.text
    box = number.lineEdit()
    box.selectAll()
    QTest.keyClicks(box, "1e9")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert "“1e9” is no number from −100 to 100" in hand.lab.notice.text
    assert number.value() == 0.5
    box.selectAll()
    QTest.keyClicks(box, "-0,75")
    QTest.keyClick(box, Qt.Key.Key_Return)
    QTest.mouseClick(hand.plane, LEFT, pos=hand.at(0, 1))
    hand.settle()
    assert hand.lab.notice.text == ""
    assert hand.snapshot.problem.points.answers.tolist() == [0.5, 0.5, -0.75]
    assert hand.lab.scenario().code.endswith("own_points=0.5 -1 0,0.5 1 0,-0.75 0 1")


def test_classes_become_numbers_and_back(hand):
    hand.set_up("points?dataset=own&own_points=A 1 -1, C -1 1, D 0 0&test_share=0")
    hand.choose("dataset_combo", "own-numbers")
    hand.settle()
    assert hand.snapshot.problem.points.answers.tolist() == [-1, 0, 1]
    assert "A −1, C 0, D 1" in hand.lab.notice.text
    assert hand.widget("loss_combo", QComboBox).currentData() == "squared-error"
    hand.choose("dataset_combo", "own")
    hand.settle()
    assert hand.snapshot.problem.points.classes == ("A", "B", "C")
    assert not hand.widget("painted_number_spin").isVisible()
    hand.choose("dataset_combo", "line")
    hand.settle()
    hand.choose("dataset_combo", "own")
    hand.settle()
    assert "more different numbers" in hand.lab.notice.text
    assert hand.widget("dataset_combo", QComboBox).currentData() == "line"


# Looking.


def test_under_the_pointer_are_the_numbers_that_the_network_answers_there(hand):
    hand.step(20)
    QTest.mouseMove(hand.plane, hand.at(1, -1))
    x, y = hand.plane.place(hand.at(1, -1).toPointF())
    answer = hand.snapshot.problem.outputs(hand.snapshot.parameters, np.array([[x, y]]))[0, 0]
    assert f"B {100 * answer:.1f} %" in hand.plane.said()


def test_pointing_at_a_neuron_shows_it_large_in_the_plane(hand):
    hand.step(20)
    tiles = hand.widget("neuron_tiles")
    usual = hand.plane.grab().toImage()
    QTest.mouseMove(tiles, tiles.position(DiagramSpot(1, 1)).toPoint())
    hand.settle()
    assert "neuron 2 of layer 1" in hand.plane._caption
    place = (40, 60)
    assert hand.plane.grab().toImage() != usual
    QTest.mouseMove(tiles, QPoint(1, 1))
    hand.settle()
    again = hand.plane.grab().toImage()
    assert again.pixelColor(*place) == usual.pixelColor(*place)


def test_a_neuron_that_is_pointed_at_may_go(hand):
    tiles = hand.widget("neuron_tiles")
    QTest.mouseMove(tiles, tiles.position(DiagramSpot(1, 2)).toPoint())
    hand.settle()
    hand.set_up("points?network=1")
    assert hand.lab.notice.text == ""
    assert hand.plane._caption == ""
    assert len(tiles._layers[1].names) == 1


def test_the_numbers_on_the_network_are_those_that_one_works_out_by_hand(hand):
    hand.set_up(BY_HAND + WEIGHTS)
    hand.press("numbers_page_tab")
    hand.settle()
    # Point 1 is (1, −1), of class A: 0 is wanted.
    z1, z2 = 0.5 * 1 + -1 * -1 + 0.25, 1 * 1 + 1 * -1 - 0.5
    a1, a2 = math.tanh(z1), math.tanh(z2)
    z = 2 * a1 - 1 * a2 + 0.5
    a = 1 / (1 + math.exp(-z))
    inputs, hidden, output = hand.texts()
    assert inputs[0] == (("1.00",), ("−1.00",))
    assert hidden[1] == (("0.50", "−1.00"), ("1.00", "1.00"))
    assert hidden[0] == (
        ("b 0.25", f"{z1:.2f} → {a1:.2f}"),
        ("b −0.50", f"−{-z2:.2f} → −{-a2:.2f}"),
    )
    assert output == ((("b 0.50", f"{z:.2f} → {a:.2f}"),), (("2.00", "−1.00"),))
    assert f"{-math.log(1 - a):.3f}" in hand.text("pass_label")
    hand.press("backward_page_tab")
    _, hidden, output = hand.texts()
    error = a  # output − wanted
    assert output[0] == ((f"error +{error:.2f}",),)
    assert output[1] == ((f"+{error * a1:.2f}", f"−{-error * a2:.2f}"),)
    e1, e2 = error * 2 * (1 - a1**2), error * -1 * (1 - a2**2)
    assert hidden[0][1] == (f"error −{-e2:.2f}",)
    assert hidden[1][1] == (f"−{-e2 * 1:.2f}", f"+{e2 * -1:.2f}")
    assert e1 > 0


def test_a_pass_is_made_layer_by_layer_forwards_and_back(hand):
    hand.set_up(BY_HAND + WEIGHTS)
    hand.press("numbers_page_tab")
    diagram = hand.widget("weights_view")
    assert diagram._lit is None
    said = []
    for lit in (1, 2, 2, 1, None):
        hand.press("pass_next_button")
        assert diagram._lit == lit
        said.append(hand.text("pass_label"))
    assert len(set(said)) == 5
    assert "tanh of it is" in said[0]
    assert "output − wanted" in said[2]
    assert not hand.widget("pass_next_button").isEnabled()
    hand.press("pass_back_button")
    assert hand.text("pass_label") == said[3]


def test_many_weights_are_not_written_but_told_where_one_points(hand):
    hand.set_up("points?dataset=circle&network=8,8")
    hand.press("numbers_page_tab")
    hand.settle()
    assert "too many to be written" in hand.text("pass_label")
    diagram = hand.widget("weights_view")

    def told(*spot):
        QTest.mouseMove(diagram, diagram.position(DiagramSpot(*spot)).toPoint())
        return diagram.accessibleDescription()

    said = []
    for page in ("forward", "backward", "step"):
        hand.press(f"{page}_page_tab")
        said.append((told(1, 7), told(1, 7, 0), told(0, 1)))
    forward, backward, step = said
    assert forward[0].startswith("neuron 8 of layer 1, bias")
    assert "; sum → activation " in forward[0]
    assert forward[2].startswith("y; value ")
    assert "; error " in backward[0]
    assert "; step of b " in step[0]
    assert forward[1].startswith("Weight from x to neuron 8 of layer 1: ")
    assert backward[1].startswith(f"{forward[1]}, slope ")
    assert step[1].startswith(f"{forward[1]}, step ")
    # The keys tell as much: from the input along the connections, to the eighth.
    diagram.setFocus()
    QTest.mouseMove(diagram, QPoint(1, 1))
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, *[Qt.Key.Key_Down] * 14):
        QTest.keyClick(diagram, key)
    assert diagram.accessibleDescription() == step[1]


def test_the_right_button_chooses_the_point_that_is_followed(hand):
    places = hand.snapshot.problem.points.places
    x, y = places[7].tolist()
    pointed = []
    hand.lab.pointed.connect(lambda *one: pointed.append(one))
    QTest.mouseClick(hand.plane, Qt.MouseButton.RightButton, pos=hand.at(x, y))
    assert pointed == [("point", 8, 0)]
    hand.press("numbers_page_tab")
    hand.settle()
    assert "oint 8, class" in hand.text("point_label")
    hand.press("next_point_button")
    assert "oint 9, class" in hand.text("point_label")


def test_a_neuron_that_is_clicked_is_told_by_its_number(hand):
    tiles = hand.widget("neuron_tiles")
    pointed = []
    hand.lab.pointed.connect(lambda *one: pointed.append(one))
    for spot in (DiagramSpot(1, 2), DiagramSpot(2, 0), DiagramSpot(0, 1)):
        at = tiles.position(spot).toPoint()
        QTest.mouseClick(tiles, Qt.MouseButton.LeftButton, pos=at)
    assert pointed == [("neuron", 3, 1), ("neuron", 1, 2)]  # an input is none


# By hand.


def test_dragging_a_connection_changes_the_weight_of_the_run_and_is_one_move(hand):
    tiles = hand.widget("neuron_tiles")
    before = hand.snapshot.parameters.copy()
    field = hand.plane.grab().toImage()
    begin = tiles.position(DiagramSpot(2, 0, 1)).toPoint()
    hand.drag(tiles, begin, begin - QPoint(0, 20), begin - QPoint(0, 60), begin - QPoint(0, 100))
    hand.wait(lambda: abs(hand.snapshot.parameters[10] - before[10] - 2.0) < 0.011)
    hand.settle()
    assert (np.delete(hand.snapshot.parameters, 10) == np.delete(before, 10)).all()
    assert hand.snapshot.moves == 1
    assert hand.plane.grab().toImage() != field, "the plane follows"
    tiles.setFocus()
    hand.wait(tiles.hasFocus)
    QTest.mouseMove(tiles, tiles.position(DiagramSpot(1, 0)).toPoint())
    QTest.keyClick(tiles, Qt.Key.Key_Plus)
    hand.wait(lambda: hand.snapshot.moves == 2)
    assert hand.snapshot.parameters[2] == pytest.approx(before[2] + 0.1, abs=0.006)


def test_whoever_beats_descent_is_told_with_the_moves_it_took(hand):
    # Descent has a single step: one good move is better.
    hand.set_up("points?dataset=blobs&network=none&steps=1&learning_rate=0.001&weights=0.1,0.1,0")
    hand.press("fit_button")
    hand.settle()
    won = []
    hand.lab.contest.won.connect(won.append)
    hand.wait(lambda: "Descent reaches" in hand.text("fit_label"))
    assert "after 0 moves" in hand.text("fit_label")
    assert "in 1 step." in hand.text("fit_label")
    tiles = hand.widget("neuron_tiles")
    begin = tiles.position(DiagramSpot(1, 0, 0)).toPoint()
    hand.drag(tiles, begin, begin - QPoint(0, 20), begin - QPoint(0, 40))
    hand.wait(lambda: "You have beaten it!" in hand.text("fit_label"))
    assert "after 1 move:" in hand.text("fit_label")
    tiles.setFocus()
    QTest.mouseMove(tiles, tiles.position(DiagramSpot(1, 0, 0)).toPoint())
    QTest.keyClick(tiles, Qt.Key.Key_Plus)
    hand.wait(lambda: "after 2 moves:" in hand.text("fit_label"))
    assert won == ["You have beaten descent with 1 move."], "said once"
    hand.step(1)
    assert "press Reset" in hand.text("fit_label")
    hand.press("fit_button")
    assert not hand.widget("fit_label").isVisible()


def test_what_descent_reaches_under_other_settings_is_not_told(hand, monkeypatch):
    released, told = threading.Event(), []

    def reaches(settings):
        steps = settings.training.steps
        while steps == 5000 and not released.is_set():
            yield 0.0
        return DescentEnd(loss=float(steps), steps=steps, exploded=False)

    monkeypatch.setattr(contest, "descent_reaches", reaches)
    hand.set_up("points?dataset=blobs&network=none&steps=5000")
    hand.press("fit_button")
    hand.wait(lambda: "trying" in hand.text("fit_label"))
    monkeypatch.setattr(hand.widget("fit_label", QLabel), "setText", told.append)
    hand.lab.apply(Scenario.parse("points?dataset=blobs&network=none&steps=200"))
    hand.wait(lambda: hand.snapshot.settings.training.steps == 200)
    released.set()
    hand.wait(lambda: any("reaches 200 in 200 steps" in text for text in told))
    assert not any("reaches 5,000" in text for text in told)


def test_nobody_tries_by_hand_while_what_is_typed_cannot_be_used(hand):
    hand.widget("network_edit").setText("9")
    hand.press("fit_button")
    assert not hand.widget("fit_button", QAbstractButton).isChecked()
    assert not hand.widget("fit_label").isVisible()
    assert "at most 8" in hand.lab.notice.text


def test_descent_that_explodes_is_told_to_who_is_to_beat_it(hand):
    hand.set_up("points?dataset=line&network=none&learning_rate=100&steps=500")
    hand.press("fit_button")
    hand.wait(lambda: "Descent explodes at step" in hand.text("fit_label"))
    assert "reaches" not in hand.text("fit_label")
    assert "beaten" not in hand.text("fit_label"), "nobody has, without a move"


# The run.


def test_a_network_is_counted_while_it_is_typed_and_a_bad_one_gets_a_sentence(hand):
    edit = hand.widget("network_edit")
    edit.setText("4, 2")
    assert hand.text("parameter_count_label") == "25"
    assert hand.text("parameter_sum_label") == "2·4 + 4 + 4·2 + 2 + 2·1 + 1 = 25"
    edit.setText("")
    assert "weights and biases: logistic regression" in hand.said()
    edit.setText("9")
    assert "weights and biases: logistic regression" not in hand.said()
    hand.press("run_button")
    assert "at most 8" in hand.lab.notice.text
    assert not hand.lab.runner.is_running
    edit.setText("")
    edit.editingFinished.emit()
    hand.settle()
    assert hand.snapshot.settings.network.hidden == ()
    assert "logistic regression" in " ".join(
        label.text() for label in hand.lab.findChildren(QLabel) if label.isVisible()
    )
    hand.press("feature_x2_button")
    hand.settle()
    assert hand.snapshot.problem.network.input_names == ("x", "y", "x²")
    assert len(hand.widget("neuron_tiles")._layers[0].names) == 3


@pytest.mark.parametrize("key", ["four", "iris", "line", "spirals"])
def test_all_kinds_of_points_are_shown_and_learned(hand, key):
    hand.choose("dataset_combo", key)
    hand.settle()
    first = hand.snapshot.loss
    hand.step(30)
    assert hand.snapshot.loss < first
    assert hand.plane._picture is not None
    for page in ("numbers", "landscape", "plane"):
        hand.press(f"{page}_page_tab")
        hand.settle()
        hand.lab.grab()
    assert hand.lab.notice.text == ""
    if key == "iris":
        hand.choose("x_column_combo", "sepal width (cm)")
        hand.settle()
        assert hand.snapshot.problem.points.axes[0] == "sepal width (cm)"


def test_one_looks_back_and_goes_on_from_there(hand):
    hand.step(30)
    later = hand.snapshot.parameters.copy()
    slider = hand.widget("time_slider", QSlider)
    slider.setValue(10)
    hand.wait(lambda: hand.lab.moments.visit is not None and hand.lab.moments.visit.iteration == 10)
    hand.settle()
    shown = hand.widget("neuron_tiles")._layers[1].weights.ravel()
    assert not np.allclose(shown, later[[0, 1, 3, 4, 6, 7]])
    for name in ("numbers_page_tab", "step_page_tab"):
        hand.press(name)
    assert "press Now" in hand.text("pass_label"), "which step came next then is not known"
    assert hand.texts()[1][1] == ((), (), ())
    hand.press("branch_button")
    hand.wait(lambda: hand.snapshot.iteration == 10)
    hand.settle()
    hand.step(20)
    assert (hand.snapshot.parameters == later).all(), "the same way again"
    assert "the step that comes next" in hand.text("pass_label")
    assert len(hand.texts()[1][1][0]) == 2


def test_the_landscape_is_settled_once_the_newest_way_is_there(hand, monkeypatch):
    hand.press("landscape_page_tab")
    hand.wait(hand.lab.is_settled)
    answer = []
    monkeypatch.setattr(hand.lab._paths, "_put", lambda _question, then: answer.append(then))
    for _ in range(2):  # the run comes further while it is asked
        hand.lab.landscape.want_path()
    answer.pop()(None)
    assert not hand.lab.is_settled()
    answer.pop()(None)
    assert hand.lab.is_settled()


@pytest.mark.parametrize("asked", ["the way walked", "an earlier moment"])
def test_what_the_run_before_answers_late_is_not_shown(hand, monkeypatch, asked):
    hand.step(5)
    hand.press("landscape_page_tab")
    hand.wait(hand.lab.is_settled)
    answers = []
    of_path = asked == "the way walked"
    work = hand.lab._paths if of_path else hand.lab.moments._visits
    put = work._put
    monkeypatch.setattr(work, "_put", lambda _question, then: answers.append(then))
    if of_path:
        hand.lab.landscape.want_path()
    else:
        hand.widget("time_slider", QSlider).setValue(2)
    monkeypatch.setattr(work, "_put", put)
    (late,) = answers
    hand.press("reset_button")
    hand.wait(lambda: not hand.snapshot.iteration)
    hand.step(5)
    hand.lab.moments._strip._shown = 2  # somebody looks back already
    late((None, np.full((9, 13), 7.0)) if of_path else object())
    assert not (hand.lab.landscape._path == 7).any()
    assert hand.lab.moments.visit is None


def test_the_landscape_has_the_walk_on_it_and_takes_one_elsewhere(hand):
    hand.step(25)
    hand.press("landscape_page_tab")
    contour = hand.widget("weights_contour_plot")
    hand.wait(hand.lab.is_settled)
    hand.settle()
    headers, rows = contour.path_table()
    assert rows[-1][-2:] == pytest.approx(hand.snapshot.parameters[:2].tolist())
    hand.choose_text = hand.widget("second_weight_combo", QComboBox)
    hand.choose_text.setCurrentIndex(12)
    hand.settle()
    hand.wait(
        lambda: (
            contour.path_table()[1]
            and contour.path_table()[1][-1][-1] == pytest.approx(hand.snapshot.parameters[12])
        )
    )
    contour.clicked.emit(1.234, -0.5)
    hand.wait(lambda: hand.snapshot.parameters[0] == 1.23)
    assert hand.snapshot.parameters[12] == -0.5
    assert hand.snapshot.moves == 1
    assert headers


def test_another_network_of_as_many_weights_is_shown(hand):
    hand.press("numbers_page_tab")
    for network, columns in (("6", 3), ("4,2", 4), ("6", 3)):  # each has 25
        hand.set_up(f"points?network={network}")
        assert hand.lab.notice.text == ""
        hand.wait(lambda columns=columns: len(hand.texts()) == columns)
        assert hand.text("parameter_count_label") == "25"


def test_a_setup_code_brings_all_of_it_back(hand):
    hand.set_up("points?dataset=moons&network=4,2&activation=relu&features=x,y,xy&seed=3&speed=50")
    hand.press("copy_setup_button")
    code = QGuiApplication.clipboard().text()
    parameters = hand.snapshot.parameters.copy()
    hand.set_up("points")
    assert len(hand.snapshot.parameters) != len(parameters)
    hand.set_up(code)
    assert (hand.snapshot.parameters == parameters).all()
    assert hand.lab.scenario().code == code


def test_a_prompt_says_what_to_notice_and_runs(hand):
    hand.lab.try_prompt("features")
    hand.wait(lambda: hand.snapshot.iteration > 5 and not hand.snapshot.settings.network.hidden)
    assert "a circle is a straight line" in hand.lab.notice.text
    hand.wait(lambda: hand.lab.runner.latest.state is State.FINISHED)
    assert "of test" in hand.text("test_accuracy_label")


def test_resetting_returns_to_the_same_start_and_a_new_start_to_another(hand):
    start = hand.snapshot.parameters.copy()
    hand.step(5)
    hand.press("reset_button")
    hand.settle()
    assert (hand.snapshot.parameters == start).all()
    hand.press("new_start_button")
    hand.settle()
    assert (hand.snapshot.parameters != start).any()
    assert hand.snapshot.settings.training.seed == 1


def test_a_table_of_ones_own_is_learned_from_by_the_columns_that_one_chooses(hand, tmp_path):
    path = tmp_path / "frogs.csv"
    rows = [
        f"{n % 7},{n % 5},{100 * (n % 2) + n % 9},{'green' if n % 2 else 'red'}" for n in range(40)
    ]
    path.write_text("length,age,weight,kind\n" + "\n".join(rows) + "\n", encoding="utf-8")
    hand.lab.open_table(path)
    hand.wait(lambda: hand.snapshot.problem.points.classes == ("red", "green"))
    hand.settle()
    assert hand.widget("dataset_combo", QComboBox).currentText() == "frogs.csv"
    assert hand.widget("target_column_combo", QComboBox).currentData() == "kind"
    hand.choose("y_column_combo", "weight")
    hand.settle()
    assert hand.snapshot.problem.points.axes == ("length", "weight")
    hand.step(60)
    assert hand.snapshot.training.accuracy == 1.0
    QTest.mouseMove(hand.plane, hand.at(0, 0))
    assert "weight 5" in hand.plane.said(), "in the numbers of the table"
    hand.choose("target_column_combo", "age")
    hand.settle()
    assert hand.snapshot.problem.settings.outputs == ("0", "1", "2", "3", "4")
    hand.choose("x_column_combo", "weight")
    hand.settle()
    assert "cannot be both x and y" in hand.lab.notice.text
    assert hand.widget("x_column_combo", QComboBox).currentData() == "length"
    hand.lab.try_prompt("features")
    hand.wait(lambda: hand.snapshot.iteration and hand.snapshot.settings.data.dataset == "circle")


BAD_TABLES = {
    "empty.csv": ("", "empty"),
    "one-class.csv": ("x,y,kind\n1,2,a\n2,3,a\n3,1,a\n", "one class"),
    "texts.csv": ("name,kind\nann,a\nbob,b\n", ""),
    "one-place.csv": ("x,y,kind\n1,2,a\n1,2,b\n1,2,a\n", ""),
}


@pytest.mark.parametrize("name", BAD_TABLES)
def test_a_table_that_cannot_be_used_gets_a_sentence_and_nothing_is_lost(hand, tmp_path, name):
    hand.step(3)
    before = hand.snapshot.parameters.copy()
    text, said = BAD_TABLES[name]
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    hand.lab.open_table(path)
    hand.wait(lambda: hand.lab.notice.text)
    hand.settle()
    assert said in hand.lab.notice.text
    assert hand.lab.notice.text.endswith(".")
    assert (hand.snapshot.parameters == before).all()
    assert hand.snapshot.iteration == 3
    assert hand.widget("dataset_combo", QComboBox).currentData() == "circle"


def test_the_last_step_is_taken_back(hand):
    hand.step(3)
    before = hand.snapshot.parameters.copy()
    hand.step(1)
    hand.press("step_back_button")
    hand.wait(lambda: hand.snapshot.iteration == 3)
    assert (hand.snapshot.parameters == before).all()
    for left in (2, 1, 0):
        hand.press("step_back_button")
        hand.wait(lambda left=left: hand.snapshot.iteration == left)
    hand.settle()
    assert not hand.widget("step_back_button").isEnabled()


def test_the_point_that_is_followed_can_be_printed_as_a_worksheet(hand):
    QTest.mouseClick(
        hand.plane,
        Qt.MouseButton.RightButton,
        pos=hand.at(*hand.snapshot.problem.points.places[5].tolist()),
    )
    sheet = hand.lab._capture_worksheet()(steps=1)
    x, y = hand.snapshot.problem.points.places[5]
    text = sheet.text(key=True)
    assert sheet.answers()
    assert f"{abs(x):.2f}" in text
    assert hand.widget("worksheet_button").isVisible()
    assert y
