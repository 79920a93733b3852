"""After a single step drawings move to their place; what is said is there at once."""

import numpy as np
import pytest
from lab_hand import LabHand
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from gdstudio.app.labs.houses.lab import HousesLab
from gdstudio.app.labs.slope.lab import SlopeLab
from gdstudio.app.motion import MOTION

SLOPE = "slope?function=x^2&start=2&learning_rate=0.8"
HOUSES = "houses?learning_rate=0.05&intercept=0.45&slope=0.75"


@pytest.fixture
def _watched(monkeypatch):
    monkeypatch.setattr(MOTION, "is_watched", True)


@pytest.fixture
def slope(qtbot):
    yield from working_on(SlopeLab, SLOPE, qtbot)


@pytest.fixture
def houses(qtbot):
    yield from working_on(HousesLab, HOUSES, qtbot)


def working_on(kind, code, qtbot):
    """Yield a hand on a lab that is set up."""
    hand = LabHand(kind, qtbot)
    hand.begin(code)
    yield hand
    hand.close()


def hold(hand, milliseconds):
    """Hold the motion that a step has begun at a moment of it."""
    glide = hand.lab.progress.plot._glide
    assert glide.is_under_way
    glide.pause()
    glide.setCurrentTime(milliseconds)
    return glide


def drawn(slope):
    """Return where the walk is drawn, and from where to where the tangent goes."""
    item = slope.lab.progress.plot._items[0]
    (x,), (y,) = item._now.getData()
    return (x, y), np.column_stack(item._tangent.getData())


def step(hand):
    before = hand.snapshot.iteration
    hand.lab.step()
    hand.wait(lambda: hand.snapshot.iteration == before + 1)


@pytest.mark.usefixtures("_watched")
def test_a_step_moves_the_walk_while_its_numbers_are_there_at_once(slope):
    slope.lab.activateWindow()
    step(slope)
    hold(slope, 125)
    (x, y), tangent = drawn(slope)
    # Halfway from (2, 4) to (−1.2, 1.44) on a straight line; the tangent touches the curve there.
    assert (x, y) == pytest.approx((0.4, 2.72))
    assert tangent.mean(axis=0) == pytest.approx((0.4, 0.16))
    assert np.diff(tangent[:, 1]) / np.diff(tangent[:, 0]) == pytest.approx(0.8)
    table = slope.find("step_table")
    assert table.cell_text(0, 1) == "−1.200"
    assert slope.text("value_label") == "1.440"
    assert table._cell.newness > 0
    assert slope.lab.numbers.step_card._numbers._cell.newness > 0
    slope.lab.progress.plot._glide.resume()
    slope.wait(lambda: not slope.lab.progress.plot._glide.is_under_way)
    assert drawn(slope)[0] == pytest.approx((-1.2, 1.44))
    slope.wait(lambda: table._cell.newness == 0)


@pytest.mark.usefixtures("_watched")
def test_the_next_step_reset_and_a_hand_end_a_motion_in_its_place(slope):
    step(slope)
    hold(slope, 100)
    step(slope)
    hold(slope, 0)
    assert drawn(slope)[0] == pytest.approx((-1.2, 1.44))  # from its true place
    slope.click("reset_button")
    slope.wait(lambda: slope.snapshot.iteration == 0)
    assert drawn(slope)[0] == pytest.approx((2, 4))
    step(slope)
    hold(slope, 100)
    plot, at = slope.lab.progress.plot, QPointF(5, 5)
    left = Qt.MouseButton.LeftButton
    plot.mousePressEvent(
        QMouseEvent(QEvent.Type.MouseButtonPress, at, at, left, left, Qt.KeyboardModifier(0))
    )
    assert drawn(slope)[0] == pytest.approx((-1.2, 1.44))


@pytest.mark.usefixtures("_watched")
def test_a_step_moves_the_line_and_its_errors(houses):
    plot = houses.lab.progress.plot
    first = plot.line()
    step(houses)
    hold(houses, 125)
    _, heights = plot._line_item.getData()
    middle = (np.array(first) + plot.line()) / 2
    xs, _ = plot._line_item.getData()
    assert heights == pytest.approx(middle[0] + middle[1] * xs)
    errors = np.asarray(plot._residual_item.getData()[1]).reshape(-1, 2)
    on_line = middle[0] + middle[1] * plot._x
    assert np.abs(errors - on_line[:, None]).min(axis=1) == pytest.approx(0, abs=1e-6)
    assert houses.text("sse_label") == f"{houses.snapshot.sse:.4f}"
    plot._glide.finish()
    assert plot._line_item.getData()[1] == pytest.approx(plot.line()[0] + plot.line()[1] * xs)


@pytest.mark.usefixtures("_watched")
def test_a_run_and_several_steps_do_not_move(slope):
    slope.step(3)
    assert not slope.lab.progress.plot._glide.is_under_way
    slope.begin("slope?function=x^2&start=2&learning_rate=0.8&speed=5")
    slope.click("run_button")
    slope.wait(lambda: slope.snapshot.iteration > 0)
    assert not slope.lab.progress.plot._glide.is_under_way
    slope.lab.runner.pause()


def test_nothing_moves_where_a_program_looks(slope):
    step(slope)
    assert drawn(slope)[0] == pytest.approx((-1.2, 1.44))
    assert slope.find("step_table")._cell.newness == 0


@pytest.mark.usefixtures("_watched")
@pytest.mark.parametrize("who", ["the user", "the system"])
def test_nothing_moves_for_who_asks_for_less_motion(slope, monkeypatch, who):
    if who == "the user":
        monkeypatch.setattr(MOTION, "is_less", True)
    else:
        monkeypatch.setattr(type(QApplication.style()), "styleHint", lambda *_: 0)
    step(slope)
    assert drawn(slope)[0] == pytest.approx((-1.2, 1.44))
