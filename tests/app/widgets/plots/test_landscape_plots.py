"""Landscapes from above and in 3-D, the marks on them, and the table of a race."""

import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit

from gdstudio.app.palette import DARK, LIGHT
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.pictures.slope_bars import SlopeBars
from gdstudio.app.widgets.plots.contour_plot import ContourPlot
from gdstudio.app.widgets.plots.loss_bands import loss_picture, relief_of
from gdstudio.app.widgets.plots.opengl_support import NO_OPENGL
from gdstudio.app.widgets.plots.surface_mesh import path_segments, surface_mesh
from gdstudio.app.widgets.plots.surface_view import SurfaceView
from gdstudio.app.widgets.plots.walk_path import WalkPath, thinned
from gdstudio.app.widgets.tables.race_table import NAME, RATE, STATE, RaceRow, RaceTable

LEFT = Qt.MouseButton.LeftButton
AXIS = np.linspace(-2, 2, 41)
BOWL = AXIS[None] ** 2 + AXIS[:, None] ** 2


@pytest.fixture
def contour(qtbot):
    plot = ContourPlot(x_label="x", y_label="y", equal_scales=True)
    qtbot.addWidget(plot)
    plot.resize(600, 300)
    plot.show()
    plot.set_surface(AXIS, AXIS, BOWL)
    return plot


def place(plot, x, y) -> QPoint:
    return plot.mapFromScene(plot.getViewBox().mapViewToScene(QPointF(x, y)))


def color_at(plot, x, y):
    return plot.grab().toImage().pixelColor(place(plot, x, y)).name().upper()


def colors_near(plot, at, reach=3):
    """Return the colours of the pixels around a point of the widget."""
    image = plot.grab().toImage()
    span = range(-reach, reach + 1)
    return {image.pixelColor(at.x() + dx, at.y() + dy).name().upper() for dx in span for dy in span}


def walk(*points, label="a", color="negative"):
    xs, ys = np.array(points, dtype=float).T
    return WalkPath(label, xs, ys, xs**2 + ys**2, color)


def test_a_unit_is_as_long_across_as_up(contour):
    zero, right, up = (place(contour, *at) for at in ((0, 0), (1, 0), (0, 1)))
    assert right.x() - zero.x() == pytest.approx(zero.y() - up.y(), abs=1)
    (x0, x1), (y0, y1) = contour.visible_range()
    assert x0 < -2
    assert x1 > 2
    assert (y0, y1) == pytest.approx((-2, 2))


def test_each_walk_has_its_colour_and_all_are_saved(contour):
    contour.set_paths([walk((1, 1), (0, 0)), walk((-1, 1), (-1, -1), label="b", color="walker_3")])
    assert LIGHT.negative in colors_near(contour, place(contour, 0.5, 0.5))
    assert LIGHT.walker_3 in colors_near(contour, place(contour, -1, 0))
    headers, rows = contour.path_table()
    assert headers == ["walk", "point", "x", "y"]
    assert rows == [["a", 0, 1, 1], ["a", 1, 0, 0], ["b", 0, -1, 1], ["b", 1, -1, -1]]
    current_theme().set_dark(True)
    assert DARK.walker_3 in colors_near(contour, place(contour, -1, 0))


def test_the_arrows_point_up_and_down_the_gradient(contour):
    contour.set_paths([walk((1, 0.5))])
    contour.set_gradient(1, 0.5, 0.0, 2.0, usual=2.0)
    start, twenty = place(contour, 1, 0.5), QPoint(0, 20)
    assert LIGHT.positive in colors_near(contour, start - twenty)
    assert LIGHT.negative in colors_near(contour, start + twenty)
    contour.set_gradient(1, 0.5, math.nan, 2.0, usual=2.0)
    assert LIGHT.positive not in colors_near(contour, start - twenty)


def test_the_fog_hides_the_landscape_and_its_valleys(contour):
    contour.set_paths([walk((1, 1))])
    contour.set_goal(0, 0)
    shown = color_at(contour, 0.0, 0.0), color_at(contour, -1.0, 1.0)
    contour.set_fog(0.5)
    hidden = color_at(contour, 0.0, 0.0), color_at(contour, -1.0, 1.0)
    assert shown[0] != shown[1]
    assert hidden == (LIGHT.background, LIGHT.background)
    contour.set_fog(None)
    assert (color_at(contour, 0.0, 0.0), color_at(contour, -1.0, 1.0)) == shown


def test_where_the_cost_is_undefined_there_is_a_hole(contour):
    values = np.where(AXIS[None] > 0, BOWL, np.nan)
    contour.set_surface(AXIS, AXIS, values)
    assert color_at(contour, -1, 0) == LIGHT.panel
    assert color_at(contour, 1, 0) != LIGHT.panel


def test_poles_constants_and_nothing_at_all_have_sane_bands():
    with np.errstate(all="ignore"):
        pole = 1 / (AXIS[None] ** 2 + AXIS[:, None] ** 2)
    assert len(np.unique(loss_picture(AXIS, AXIS, pole).bands)) > 5
    assert len(np.unique(loss_picture(AXIS, AXIS, np.full((41, 41), 3.0)).bands)) == 1
    huge = np.full((41, 41), 1e300) * AXIS[None]
    assert loss_picture(AXIS, AXIS, huge).holes is None
    nothing = loss_picture(AXIS, AXIS, np.full((41, 41), np.nan))
    assert nothing.holes is not None
    assert nothing.holes.all()


def test_in_a_narrow_valley_half_the_map_is_below_half_the_height():
    banana = (1 - AXIS[None]) ** 2 + 100 * (AXIS[:, None] - AXIS[None] ** 2) ** 2
    heights = relief_of(banana).heights(banana)
    assert np.median(heights) == pytest.approx(0.5, abs=0.02)


def test_of_many_points_on_few_pixels_few_are_drawn():
    turn = np.linspace(0, 2 * np.pi, 5000)
    kept = thinned(np.cos(turn), np.sin(turn), (0.05, 0.05), 100)
    assert len(kept) <= 102
    assert kept[0] == 0
    assert kept[-1] == 4999
    assert len(thinned(np.empty(0), np.empty(0), (1, 1), 10)) == 0


def test_without_opengl_a_sentence_stands_where_the_3d_view_would(qtbot):
    view = SurfaceView()
    qtbot.addWidget(view)
    view.resize(300, 200)
    view.set_surface(AXIS, AXIS, BOWL)
    view.set_paths([walk((1, 1), (0, 0))])
    view.show()
    assert view.problem == NO_OPENGL
    assert NO_OPENGL in [label.text() for label in view.findChildren(QLabel)]


def test_the_model_has_no_ground_at_holes_and_walks_end_at_its_sides():
    values = np.where(AXIS[None] > 0, BOWL, np.nan)
    whole, half = surface_mesh(AXIS, AXIS, BOWL), surface_mesh(AXIS, AXIS, values)
    assert len(whole.faces) == 2 * 40 * 40
    assert len(half.faces) == 2 * 19 * 40
    assert np.isfinite(half.vertices).all()
    assert whole.vertices[:, :2].min() == -1
    assert whole.vertices[:, :2].max() == 1
    # The highest corner is at the top of the box, the middle at its bottom.
    assert whole.vertices[:, 2].max() == pytest.approx(0.85)
    assert whole.vertices[20 * 41 + 20, 2] == 0
    path = walk((1, 0), (2, 0), (3, 0), (1, 1), (0, 0))
    assert len(path_segments(whole.box, path)) == 2 * 2
    assert whole.colors(LIGHT.ground).shape == (41 * 41, 4)


@pytest.fixture
def race(qtbot):
    table = RaceTable()
    qtbot.addWidget(table)
    table.resize(460, 220)
    rows = [
        RaceRow("sgd", "Gradient descent", "walker_1", "o", True, True, 0.1, None, 7, 0.5, 0.25),
        RaceRow("adam", "Adam", "walker_6", "star", True, False, 0.01, 0.9, 7, 1e-12, math.nan),
        RaceRow("adagrad", "AdaGrad", "walker_4", "d", False, False, 1.0, None),
    ]
    table.set_rows(rows)
    table.show()
    return table


def cell(table, row, column):
    return table.view.model().index(row, column).data()


def type_into(table, row, column, text):
    """Edit a cell as a person does: choose it, F2, type, Enter."""
    view = table.view
    view.setCurrentIndex(view.model().index(row, column))
    QTest.keyClick(view, Qt.Key.Key_F2)
    editing = view.state() == view.State.EditingState
    if editing:
        edit = view.findChild(QLineEdit, "race_cell_edit")
        edit.selectAll()
        QTest.keyClicks(edit, text)
        QTest.keyClick(edit, Qt.Key.Key_Return)
    return editing


def test_the_race_in_numbers(race):
    assert [cell(race, 0, column) for column in range(STATE)] == [
        "Gradient descent", "0.1", "", "7", "0.500", "0.250",
    ]  # fmt: skip
    assert [cell(race, 1, column) for column in range(1, STATE)] == [
        "0.01",
        "0.9",
        "7",
        "10⁻¹²",
        "–",
    ]
    assert [cell(race, 2, column) for column in range(3, STATE)] == ["", "", ""]
    headers, rows = race.table()
    assert headers[0] == "rule"
    assert [row[0] for row in rows] == ["Gradient descent", "Adam"]
    assert rows[0][4] == 0.5


def test_a_rate_is_typed_into_the_table(race, qtbot):
    with qtbot.waitSignal(race.rate_typed, timeout=1000) as told:
        assert type_into(race, 1, RATE, "0.05")
    assert told.args == ["adam", "0.05"]
    assert not type_into(race, 0, RATE + 1, "0.5"), "plain descent has no momentum"
    race.set_problem("No.")
    assert race.findChild(QLabel, "race_table_problem").text() == "No."


def test_space_checks_a_racer_but_not_the_one_that_is_explained(race, qtbot):
    told = []
    race.chosen_changed.connect(lambda *what: told.append(what))
    for row in (0, 1, 2):
        race.view.setCurrentIndex(race.view.model().index(row, NAME))
        QTest.keyClick(race.view, Qt.Key.Key_Space)
    assert told == [("adam", False), ("adagrad", True)]


def test_bars_of_a_gradient_are_blue_up_and_orange_down(qtbot):
    bars = SlopeBars(name="gradient_bars", accessible="Gradient")
    qtbot.addWidget(bars)
    bars.set_rows([("∂f/∂x", 3.0), ("∂f/∂y", -1.0), ("∂f/∂z", math.nan)])
    bars.resize(300, bars.sizeHint().height())
    bars.show()
    image = bars.grab().toImage()
    row = bars.height() // 3

    def pixels(index, color):
        y = index * row + row // 2
        return sum(
            image.pixelColor(x, y).name().upper() == color for x in range(60, image.width() - 70)
        )

    long, short = pixels(0, LIGHT.positive), pixels(1, LIGHT.negative)
    assert long == pytest.approx(3 * short, abs=4)
    assert short > 10
    assert pixels(2, LIGHT.positive) == pixels(2, LIGHT.negative) == 0
    assert "∂f/∂x: 3.000" in bars.accessibleDescription()
