"""The line can be taken in hand; a start can be chosen on the loss surface."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.plots.contour_plot import ContourPlot
from gdstudio.app.widgets.plots.loss_bands import loss_picture
from gdstudio.app.widgets.plots.scatter_line_plot import ScatterLinePlot

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def plot(qtbot):
    plot = ScatterLinePlot(x_label="size", y_label="price")
    qtbot.addWidget(plot)
    plot.resize(600, 400)
    plot.show()
    plot.set_points([0, 1, 2, 3, 4], [1, 2, 2, 4, 5])
    plot.set_line(1.0, 1.0)
    return plot


def place(plot, x, y) -> QPoint:
    """Return where a point of the plot is on the widget."""
    return plot.mapFromScene(plot.getViewBox().mapViewToScene(QPointF(x, y)))


def drag(plot, start, end):
    viewport = plot.viewport()
    QTest.mousePress(viewport, LEFT, pos=place(plot, *start))
    target = place(plot, *end)
    QTest.mouseMove(viewport, target)
    QTest.mouseRelease(viewport, LEFT, pos=target)


def test_the_middle_of_the_line_moves_it(plot, qtbot):
    told = []
    plot.line_dragged.connect(lambda a, b: told.append((a, b)))
    with qtbot.waitSignal(plot.drag_finished, timeout=100):
        drag(plot, (2, 3), (2, 2))
    assert told[-1][0] == pytest.approx(0.0, abs=0.05)
    assert told[-1][1] == pytest.approx(1.0)
    assert plot.line() == told[-1]


def test_an_end_of_the_line_turns_it_about_the_other(plot):
    left_before = plot.line()[0] + plot.line()[1] * -0.16
    drag(plot, (3.9, 4.9), (3.9, 2.9))
    intercept, slope = plot.line()
    assert intercept + slope * 3.9 == pytest.approx(2.9, abs=0.06)
    assert intercept + slope * -0.16 == pytest.approx(left_before)


def test_a_drag_beside_the_line_moves_the_ground(plot):
    before = plot.visible_range()
    drag(plot, (3, 1.5), (2, 1.5))
    assert plot.line() == (1.0, 1.0)
    assert plot.visible_range() != before
    QTest.keyClick(plot, Qt.Key.Key_A)
    assert plot.visible_range()[0] == pytest.approx(before[0])


def test_a_line_in_hand_is_not_taken_away_by_the_descent(plot):
    QTest.mousePress(plot.viewport(), LEFT, pos=place(plot, 2, 3))
    plot.set_line(0.0, 0.0)
    assert plot.line() == (1.0, 1.0)
    QTest.mouseRelease(plot.viewport(), LEFT, pos=place(plot, 2, 3))
    plot.set_line(0.0, 0.5)
    assert plot.line() == (0.0, 0.5)


def test_the_keyboard_moves_and_turns_the_line(plot):
    told = []
    plot.line_dragged.connect(lambda a, b: told.append((a, b)))
    QTest.keyClick(plot, Qt.Key.Key_Up)
    assert told[-1] == (pytest.approx(1.04), 1.0)
    QTest.keyClick(plot, Qt.Key.Key_Left)
    intercept, slope = told[-1]
    assert slope < 1.0
    assert intercept + 2 * slope == pytest.approx(3.04), "turned about the middle"


def test_points_line_and_errors_are_in_the_table(plot):
    headers, rows = plot.table()
    assert headers == ["size", "actual price", "predicted", "error"]
    assert rows[2] == [2, 2, 3, -1]


def test_everything_stays_in_view(plot):
    plot.set_new_house(5.0, 6.0)
    (x0, x1), (y0, y1) = plot.visible_range()
    assert x0 < 0
    assert x1 > 5
    assert y0 < 1
    assert y1 > 6
    plot.set_line(1e9, 1e9)
    assert plot.visible_range()[1][1] < 20, "a line that flies away does not shrink the points"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ((1.0, 1.0), ""),
        ((8.0, 0.5), "the line is above ↑"),
        ((90.0, -1.0), "the line is far above ↑"),
        ((-4.0, 0.5), "the line is below ↓"),
        ((-1e300, 0.0), "the line is far below ↓"),
        ((20.0, -10.0), ""),
    ],
)
def test_a_line_that_left_the_picture_is_said_to_be_beyond_its_edge(plot, line, said):
    plot.set_line(*line)
    shown = [w for w in plot.findChildren(QLabel) if w.isVisible() and "the line" in w.text()]
    assert [w.text() for w in shown] == ([said] if said else [])
    if said:
        middle = plot.height() / 2
        assert (shown[0].y() < middle) == said.endswith("↑")
        assert plot.rect().contains(shown[0].geometry())


def test_errors_are_equally_wide_dashes_also_where_two_lie_on_each_other(plot):
    plot.set_points([0, 1.1, 2.37, 3.01, 3.01, 4.44], [1.0, 6.0, 6.0, 3.5, 6.0, 6.0])
    plot.set_line(1.0, 0.0)
    image = plot.viewport().grab().toImage()
    amber = current_theme().palette.error
    ink = np.array(
        [
            [image.pixelColor(x, y).name().upper() == amber for x in range(image.width())]
            for y in range(image.height())
        ]
    )
    columns = np.flatnonzero(ink.any(axis=0))
    groups = np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1)
    assert [len(group) for group in groups] == [2, 2, 2, 2]
    for group in groups:
        rows = np.flatnonzero(ink[:, group[0]])
        assert 0.35 < len(rows) / np.ptp(rows) < 0.65, "dashed, not solid"


def test_points_that_are_not_finite_are_left_out(plot):
    plot.set_points([0, np.nan, 2], [1, 1, np.inf])
    assert plot.table()[1] == [[0, 1, 1, 0]]


def test_a_click_on_a_point_tells_which_one_and_a_drag_does_not(plot):
    plot.set_points([0, np.nan, 2, 3, 4], [1, 2, 2, 1, 5])
    plot.set_line(0.0, 1.0)
    told = []
    plot.point_clicked.connect(told.append)
    QTest.mouseClick(plot.viewport(), LEFT, pos=place(plot, 3, 1))
    QTest.mouseClick(plot.viewport(), LEFT, pos=place(plot, 2, 2))  # on the line, too
    QTest.mouseClick(plot.viewport(), LEFT, pos=place(plot, 1, 4))  # nothing is there
    QTest.mouseClick(plot.viewport(), Qt.MouseButton.RightButton, pos=place(plot, 3, 1))
    drag(plot, (2.0, 2.0), (2.0, 2.6))
    assert told == [3, 2]


def test_what_is_read_out_goes_while_the_line_is_dragged(plot, qtbot):
    at = place(plot, 1.0, 2.0)

    def read_out():
        labels = [w for w in plot.findChildren(QLabel) if w.property("role") == "readout"]
        return [w for w in labels if w.isVisible()]

    QTest.mouseMove(plot.viewport(), at + QPoint(3, 0))
    QTest.mouseMove(plot.viewport(), at)
    qtbot.waitUntil(lambda: bool(read_out()), timeout=30_000)
    QTest.mousePress(plot.viewport(), LEFT, pos=at)
    assert not read_out()
    QTest.mouseRelease(plot.viewport(), LEFT, pos=at)


def test_long_names_of_axes_leave_the_ticks_their_room(plot):
    def letters_at_left():
        image = plot.grab().toImage()
        panel = image.pixel(300, image.height() - 2)
        rows = range(image.height() - 24, image.height() - 2)
        return sum(image.pixel(x, y) != panel for x in range(40, 220) for y in rows)

    short = letters_at_left()
    plot.set_labels("a very long name of a column " * 20, "another very long name " * 20)
    QApplication.processEvents()
    for label in plot.findChildren(QLabel):
        assert label.geometry().right() <= plot.width()
    assert abs(letters_at_left() - short) < 0.2 * short


@pytest.fixture
def contour(qtbot):
    plot = ContourPlot(x_label="a", y_label="b")
    qtbot.addWidget(plot)
    plot.resize(400, 300)
    plot.show()
    axis = np.linspace(-1, 1, 41)
    plot.set_surface(axis, axis * 2, axis[None] ** 2 + axis[:, None] ** 2)
    return plot


def test_a_click_chooses_a_start(contour, qtbot):
    with qtbot.waitSignal(contour.clicked, timeout=100) as signal:
        QTest.mouseClick(contour.viewport(), LEFT, pos=place(contour, 0.5, -1.0))
    assert signal.args == [pytest.approx(0.5, abs=0.02), pytest.approx(-1.0, abs=0.02)]


def test_a_drag_chooses_nothing(contour):
    told = []
    contour.clicked.connect(lambda *point: told.append(point))
    drag(contour, (0.5, 0.5), (-0.5, 0.5))
    assert told == []


def test_the_surface_is_in_view_and_the_path_can_be_saved(contour):
    assert contour.visible_range() == (pytest.approx((-1, 1)), pytest.approx((-2, 2)))
    contour.set_path([0.9, 0.5, np.nan], [0.8, 0.4, 1.0])
    contour.set_goal(0, 0)
    assert contour.path_table() == (["point", "a", "b"], [[0, 0.9, 0.8], [1, 0.5, 0.4]])
    contour.clear()
    assert contour.path_table()[1] == []


def test_bands_rise_with_the_cost():
    axis = np.linspace(-1, 1, 21)
    picture = loss_picture(axis, axis, axis[None] ** 2 + 0 * axis[:, None])
    bands, (left, _, width, _) = picture.bands, picture.place
    middle = bands[len(bands) // 2].astype(int)
    assert middle[len(middle) // 2] == 0
    assert middle[0] == middle[-1] == 255
    assert (np.diff(middle[len(middle) // 2 :]) >= 0).all()
    assert len(np.unique(bands)) == 14
    assert left + width / 2 == pytest.approx(0)
    assert picture.holes is None


def test_a_cost_that_is_not_finite_counts_as_highest():
    axis = np.linspace(0, 1, 3)
    values = np.array([[0, 0, 0], [0, 0, 0], [1, 1, np.inf]], dtype=float)
    assert loss_picture(axis, axis, values).bands[-1, -1] == 255
