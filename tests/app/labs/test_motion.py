"""After a single step drawings move to their place; what is said is there at once."""

import numpy as np
import pytest
from lab_hand import LabHand
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from gdstudio.app.labs.houses.lab import HousesLab
from gdstudio.app.labs.slope.lab import SlopeLab
from gdstudio.app.labs.surface.lab import SurfaceLab
from gdstudio.app.labs.surface.progress import SurfaceProgress
from gdstudio.app.motion import MOTION, Glide
from gdstudio.app.widgets.plots.contour_plot import ContourPlot
from gdstudio.app.widgets.plots.walk_path import WalkPath
from gdstudio.engine.functions.surfaces import SURFACES
from gdstudio.errors import BadInput
from gdstudio.experiment.functions.terrain import Terrain
from gdstudio.runs.twins import TwinChoice

SLOPE = "slope?function=x^2&start=2&learning_rate=0.8"
HOUSES = "houses?learning_rate=0.05&intercept=0.45&slope=0.75"
# The gradient is (2x, y).
SURFACE = "surface?function=x^2+y^2/2&start_x=3&start_y=1&learning_rate=0.8"
ELSEWHERE = WalkPath("elsewhere", np.zeros(1), np.zeros(1))


@pytest.fixture
def _watched(monkeypatch):
    monkeypatch.setattr(MOTION, "is_watched", True)


@pytest.fixture
def slope(qtbot):
    yield from working_on(SlopeLab, SLOPE, qtbot)


@pytest.fixture
def houses(qtbot):
    yield from working_on(HousesLab, HOUSES, qtbot)


@pytest.fixture
def surface(qtbot):
    for hand in working_on(SurfaceLab, SURFACE, qtbot):
        hand.wait(lambda hand=hand: hand.lab.is_settled() and not hand.lab.background.is_busy)
        yield hand


def working_on(kind, code, qtbot):
    """Yield a hand on a lab that is set up."""
    hand = LabHand(kind, qtbot)
    hand.begin(code)
    yield hand
    hand.close()


def hold(hand, milliseconds, *, plot="plot"):
    """Hold the motion that a step has begun in a plot at a moment of it."""
    glide = getattr(hand.lab.progress, plot)._glide
    assert glide.is_under_way
    glide.pause()
    glide.setCurrentTime(milliseconds)
    return glide


def drawn(slope):
    """Return where the walk is drawn, and from where to where the tangent goes."""
    item = slope.lab.progress.plot._items[0]
    (x,), (y,) = item._now.getData()
    return (x, y), np.column_stack(item._tangent.getData())


def give_twin(hand, learning_rate):
    """Give a run a twin with another learning rate."""
    hand.lab.twins.begin(TwinChoice("learning_rate", learning_rate))
    hand.wait(lambda: hand.latest.twin)
    hand.settle()


def press(plot):
    """Lay a hand on a plot."""
    at, left = QPointF(5, 5), Qt.MouseButton.LeftButton
    plot.mousePressEvent(
        QMouseEvent(QEvent.Type.MouseButtonPress, at, at, left, left, Qt.KeyboardModifier(0))
    )


def seen_from_above(plot, place=0):
    """Return where a walk on a map is drawn, and the points of its last piece and of the others."""
    item = plot._walks[place]
    (x,), (y,) = item._now.getData()
    ahead, line = (
        np.column_stack(one.getData()).tolist() if one.isVisible() else []
        for one in (item._line_ahead, item._line)
    )
    return (x, y), ahead, line


def arrows(plot):
    """Return where both arrows of a map stand, the angle of each, and how many pixels it has."""
    both = plot._arrows._uphill, plot._arrows._downhill
    assert all(arrow.isVisible() for arrow in both)
    return [
        (arrow.pos().toTuple(), -arrow.rotation(), arrow.path().boundingRect().right())
        for arrow in both
    ]


def longest_arrow(plot):
    """Return how many pixels the longest arrow in a map has: a share of its shorter side."""
    return 0.24 * min(plot.getViewBox().width(), plot.getViewBox().height())


def step(hand):
    before = hand.snapshot.iteration
    hand.lab.step()
    hand.wait(lambda: hand.snapshot.iteration == before + 1)


def test_each_moment_of_a_motion_is_drawn_once(qtbot):
    parent, drawn = QWidget(), []
    qtbot.addWidget(parent)
    glide = Glide(drawn.append, parent)
    glide.begin()
    glide.pause()
    glide.setCurrentTime(125)
    assert drawn == [0, pytest.approx(0.5)]
    drawn.clear()
    for _ in range(2):  # on the way, and where it is at its beginning
        glide.begin()
        glide.pause()
    assert drawn == [0, 0]
    glide.finish()
    assert drawn == [0, 0, 1]


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
    press(slope.lab.progress.plot)
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
def test_a_twin_moves_with_its_run_on_the_curve(slope):
    give_twin(slope, 0.4)
    step(slope)
    hold(slope, 125)
    assert drawn(slope)[0] == pytest.approx((0.4, 2.72))
    # Halfway from (2, 4) to (0.4, 0.16).
    (x,), (y,) = slope.lab.progress.plot._items[1]._now.getData()
    assert (x, y) == pytest.approx((1.2, 2.08))
    slope.lab.progress.plot._glide.finish()
    (x,), (y,) = slope.lab.progress.plot._items[1]._now.getData()
    assert (x, y) == pytest.approx((0.4, 0.16))


@pytest.mark.usefixtures("_watched")
def test_a_twin_moves_with_its_run_among_the_houses(houses):
    give_twin(houses, 0.01)
    plot = houses.lab.progress.plot
    (begin,) = {plot.line(), plot._other}
    step(houses)
    hold(houses, 125)
    for item, end in ((plot._line_item, plot.line()), (plot._other_item, plot._other)):
        xs, heights = item.getData()
        middle = (np.array(begin) + end) / 2
        assert heights == pytest.approx(middle[0] + middle[1] * xs)
    assert plot.line() != plot._other
    plot._glide.finish()
    xs, heights = plot._other_item.getData()
    assert heights == pytest.approx(plot._other[0] + plot._other[1] * xs)
    hold(houses, 125, plot="contour")
    twin = houses.latest.twin.snapshot.parameters
    middle = (np.array([0.45, 0.75]) + twin) / 2
    assert seen_from_above(houses.lab.progress.contour, 1)[0] == pytest.approx(middle)


@pytest.mark.usefixtures("_watched")
def test_a_line_that_a_key_moves_is_where_the_key_puts_it(houses):
    plot = houses.lab.progress.plot
    step(houses)
    hold(houses, 100)
    QTest.keyClick(plot, Qt.Key.Key_Up)
    xs, heights = plot._line_item.getData()
    assert heights == pytest.approx(plot.line()[0] + plot.line()[1] * xs)


@pytest.mark.usefixtures("_watched")
def test_a_run_and_several_steps_do_not_move(slope):
    slope.step(3)
    assert not slope.lab.progress.plot._glide.is_under_way
    slope.begin("slope?function=x^2&start=2&learning_rate=0.8&speed=5")
    slope.click("run_button")
    slope.wait(lambda: slope.snapshot.iteration > 0)
    assert not slope.lab.progress.plot._glide.is_under_way
    slope.lab.runner.pause()


@pytest.mark.usefixtures("_watched")
def test_what_is_shown_again_is_not_new(slope):
    step(slope)
    table = slope.find("step_table")
    table._fade.finish()

    def refused():
        raise BadInput("That cannot be.")

    assert not slope.lab.switch(refused)
    assert "That cannot be." in slope.lab.notice.text
    assert table._cell.newness == 0


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
        monkeypatch.setattr(MOTION, "system_asks", lambda: True)
    step(slope)
    assert drawn(slope)[0] == pytest.approx((-1.2, 1.44))


@pytest.mark.usefixtures("_watched")
def test_a_step_moves_the_walk_seen_from_above_with_its_arrows(surface):
    plot = surface.lab.progress.contour
    (_, _, before), _ = arrows(plot)
    step(surface)
    hold(surface, 125, plot="contour")
    # Halfway from (3, 1) to (−1.8, 0.2), where the gradient is (1.2, 0.6).
    now, ahead, line = seen_from_above(plot)
    assert now == pytest.approx((0.6, 0.6))
    assert ahead == [[3, 1], pytest.approx([0.6, 0.6])]
    assert line == []
    (at, way, length), (other, downhill, _) = arrows(plot)
    assert at == other == pytest.approx((0.6, 0.6))
    assert way == pytest.approx(np.degrees(np.arctan2(0.6, 1.2)))
    assert downhill == pytest.approx(way - 180)
    steep, usual = np.hypot(1.2, 0.6), surface.lab.panel.terrain.steepness
    assert length == pytest.approx(longest_arrow(plot) * steep / (steep + usual))
    assert length < before
    # What is said is there at once.
    assert plot.path_table()[1] == [[0, 3, 1], [1, pytest.approx(-1.8), pytest.approx(0.2)]]
    assert "x −1.8" in plot.accessibleDescription()
    assert surface.find("step_card_table").cell_text(0, 1) == "−1.8000"
    plot.set_surface(*plot._surface)  # as when the view has grown with the step
    plot._glide.resume()
    surface.wait(lambda: not plot._glide.is_under_way)
    now, ahead, line = seen_from_above(plot)
    assert now == pytest.approx((-1.8, 0.2))
    assert (ahead, line) == ([], [[3, 1], pytest.approx([-1.8, 0.2])])
    (at, way, _), _ = arrows(plot)
    assert at == pytest.approx((-1.8, 0.2))
    assert way == pytest.approx(np.degrees(np.arctan2(0.2, -3.6)))


@pytest.mark.usefixtures("_watched")
def test_a_race_and_a_twin_move_together(surface):
    surface.begin(f"{SURFACE}&race=sgd,adam&adam.learning_rate=0.8")
    step(surface)
    hold(surface, 125, plot="contour")
    plot = surface.lab.progress.contour
    assert seen_from_above(plot)[0] == pytest.approx((0.6, 0.6))
    assert seen_from_above(plot, 1)[0] == pytest.approx((2.6, 0.6))  # Adam goes 0.8 each way
    surface.begin(SURFACE)
    give_twin(surface, 0.4)
    step(surface)
    hold(surface, 125, plot="contour")
    assert seen_from_above(plot)[0] == pytest.approx((0.6, 0.6))
    assert seen_from_above(plot, 1)[0] == pytest.approx((1.8, 0.8))


@pytest.mark.usefixtures("_watched")
def test_the_walk_from_above_moves_with_the_line(houses):
    step(houses)
    hold(houses, 125)
    hold(houses, 125, plot="contour")
    plot = houses.lab.progress.contour
    start, end = np.array([0.45, 0.75]), houses.snapshot.parameters
    assert seen_from_above(plot)[0] == pytest.approx((start + end) / 2)
    assert plot.path_table()[1][-1] == [1, *end.tolist()]


@pytest.mark.usefixtures("_watched")
def test_the_next_step_and_reset_end_a_motion_on_the_map(surface):
    plot = surface.lab.progress.contour
    step(surface)
    hold(surface, 100, plot="contour")
    step(surface)
    hold(surface, 0, plot="contour")
    assert seen_from_above(plot)[0] == pytest.approx((-1.8, 0.2))  # from its true place
    assert arrows(plot)[0][0] == pytest.approx((-1.8, 0.2))
    surface.click("reset_button")
    surface.wait(lambda: surface.snapshot.iteration == 0)
    assert seen_from_above(plot)[0] == pytest.approx((3, 1))
    assert arrows(plot)[0][0] == pytest.approx((3, 1))


@pytest.mark.usefixtures("_watched")
@pytest.mark.parametrize(
    "interrupt",
    [
        lambda progress: press(progress.contour),
        lambda progress: progress.set_terrain(Terrain.of_surface(SURFACES["himmelblau"])),
        SurfaceProgress.forget_grid,
        lambda progress: progress.contour.set_fog(1.0),
        lambda progress: progress.contour.set_paths([*progress.contour._paths, ELSEWHERE]),
    ],
    ids=["a hand", "another landscape", "no landscape", "fog", "another walk"],
)
def test_what_comes_between_ends_a_motion_on_the_map_in_its_place(surface, interrupt):
    plot = surface.lab.progress.contour
    step(surface)
    glide = hold(surface, 100, plot="contour")
    interrupt(surface.lab.progress)
    assert not glide.is_under_way
    now, ahead, line = seen_from_above(plot)
    assert now == pytest.approx((-1.8, 0.2))
    assert (ahead, line) == ([], [[3, 1], pytest.approx([-1.8, 0.2])])
    assert arrows(plot)[0][0] == pytest.approx((-1.8, 0.2))


@pytest.mark.usefixtures("_watched")
def test_a_map_that_is_cleared_stays_empty(surface):
    plot = surface.lab.progress.contour
    step(surface)
    glide = hold(surface, 100, plot="contour")
    plot.clear()
    assert not glide.is_under_way
    assert not any(item.isVisible() for item in plot._walks[0]._items)


@pytest.mark.usefixtures("_watched")
def test_a_run_and_several_steps_do_not_move_on_the_map(surface):
    plot = surface.lab.progress.contour
    surface.step(3)
    assert not plot._glide.is_under_way
    surface.begin(f"{SURFACE}&speed=5")
    surface.click("run_button")
    surface.wait(lambda: surface.snapshot.iteration > 0)
    assert not plot._glide.is_under_way
    surface.lab.runner.pause()


@pytest.mark.parametrize(
    ("after", "moves"),
    [
        (WalkPath("path", np.arange(4.0), np.arange(4.0)), True),
        (WalkPath("path", np.arange(5.0), np.arange(5.0)), False),
        (WalkPath("path", np.array([0.0, 1.0, 3.0, 3.0]), np.arange(4.0)), False),
        (WalkPath("path", np.arange(4.0), np.array([1.0, 1.0, 2.0, 3.0])), False),
        (WalkPath("another", np.arange(4.0), np.arange(4.0)), False),
    ],
    ids=["a step", "two steps", "other x", "other y", "another walk"],
)
def test_only_a_walk_with_one_more_point_moves(qtbot, after, moves):
    plot = ContourPlot()
    qtbot.addWidget(plot)
    plot.show()
    plot.set_paths([WalkPath("path", np.arange(3.0), np.arange(3.0))])
    plot.set_paths([after], glides=True)
    assert plot._glide.is_under_way == moves
    assert seen_from_above(plot)[0] == ((2, 2) if moves else (after.xs[-1], after.ys[-1]))


@pytest.mark.parametrize("who", ["a program", "less motion"])
def test_nothing_moves_on_the_map_where_nobody_wants_it(surface, monkeypatch, who):
    if who == "less motion":
        monkeypatch.setattr(MOTION, "is_watched", True)
        monkeypatch.setattr(MOTION, "is_less", True)
    step(surface)
    plot = surface.lab.progress.contour
    assert seen_from_above(plot)[0] == pytest.approx((-1.8, 0.2))
    assert arrows(plot)[0][0] == pytest.approx((-1.8, 0.2))
