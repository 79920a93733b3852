"""Curves show their data, can be moved about, and give their numbers back."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.plots.accuracy_plot import AccuracyPlot
from gdstudio.app.widgets.plots.loss_plot import LossPlot
from gdstudio.app.widgets.plots.series_item import decimate, decimate_band


@pytest.fixture
def plot(qtbot):
    plot = LossPlot()
    plot.resize(600, 300)
    qtbot.addWidget(plot)
    plot.show()
    return plot


def fill(plot):
    steps = np.arange(5000.0)
    mean = 1 / (1 + steps / 100)
    plot.set_training(steps, mean, mean * 0.5, mean * 1.5)
    plot.set_test([0, 2500, 4999], [1.1, 0.06, 0.04])


def wheel(plot):
    middle = QPointF(plot.viewport().rect().center())
    event = QWheelEvent(
        middle,
        QPointF(plot.viewport().mapToGlobal(middle.toPoint())),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(plot.viewport(), event)


def colours(plot) -> set[str]:
    image = plot.viewport().grab().toImage()  # without the blue frame of what has the focus
    return {
        image.pixelColor(x, y).name().upper()
        for x in range(0, image.width(), 2)
        for y in range(image.height())
    }


def test_an_empty_plot_says_what_to_press(plot):
    texts = [w for w in plot.findChildren(QLabel) if "Press Run" in w.text()]
    assert [w.isVisible() for w in texts] == [True]
    fill(plot)
    assert [w.isVisible() for w in texts] == [False]
    plot.clear()
    assert [w.isVisible() for w in texts] == [True]


def test_everything_is_in_view_from_zero(plot):
    fill(plot)
    (x0, x1), (y0, y1) = plot.visible_range()
    assert (x0, x1) == (0, 4999)
    assert y0 == 0
    assert 1.1 <= y1 <= 1.3


def test_curves_are_painted_in_the_colours_of_the_theme(plot):
    fill(plot)
    assert current_theme().palette.positive in colours(plot)
    current_theme().set_dark(True)
    dark = colours(plot)
    assert current_theme().palette.positive in dark
    assert "#FFFFFF" not in dark


def test_the_range_of_the_user_stays_until_a_double_click(plot, qtbot):
    fill(plot)
    automatic = plot.visible_range()
    wheel(plot)
    zoomed = plot.visible_range()
    assert zoomed != automatic
    plot.set_test([0, 2500, 4999], [1.0, 0.06, 0.05])
    assert plot.visible_range() == zoomed
    QTest.mouseDClick(plot.viewport(), Qt.MouseButton.LeftButton)
    QTest.mouseRelease(plot.viewport(), Qt.MouseButton.LeftButton)
    assert plot.visible_range()[0] == (0, 4999)
    wheel(plot)
    QTest.keyClick(plot, Qt.Key.Key_A)
    assert plot.visible_range()[0] == (0, 4999)


def test_l_makes_the_axis_logarithmic_and_back(plot):
    fill(plot)
    QTest.keyClick(plot, Qt.Key.Key_L)
    assert plot.is_log_y()
    _, (low, high) = plot.visible_range()
    assert low < np.log10(0.04) < np.log10(1.1) < high
    QTest.keyClick(plot, Qt.Key.Key_L)
    assert plot.visible_range()[1][0] == 0


def test_hovering_reads_the_values(plot, qtbot):
    fill(plot)
    QTest.mouseMove(plot.viewport(), plot.viewport().rect().center() - QPoint(5, 5))
    QTest.mouseMove(plot.viewport(), plot.viewport().rect().center())

    def told():
        text = next(w.text() for w in plot.findChildren(QLabel) if "training" in w.text())
        assert text.startswith("step 2,")
        assert "test 0.06" in text

    qtbot.waitUntil(lambda: bool([w for w in plot.findChildren(QLabel) if "training" in w.text()]))
    told()


def test_what_is_read_out_goes_while_the_plot_is_dragged(plot, qtbot):
    fill(plot)
    target, middle = plot.viewport(), plot.viewport().rect().center()

    def read_out():
        return [w for w in plot.findChildren(QLabel) if "training" in w.text() and w.isVisible()]

    QTest.mouseMove(target, middle - QPoint(5, 5))
    QTest.mouseMove(target, middle)
    qtbot.waitUntil(lambda: bool(read_out()), timeout=30_000)
    QTest.mousePress(target, Qt.MouseButton.LeftButton, pos=middle)
    assert not read_out()
    for step in range(1, 6):
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(middle + QPoint(8 * step, 0)),
            target.mapToGlobal(QPointF(middle + QPoint(8 * step, 0))),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(target, event)
    QTest.qWait(100)
    assert not read_out()
    QTest.mouseRelease(target, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(target, middle)
    QTest.mouseMove(target, middle + QPoint(3, 0))
    qtbot.waitUntil(lambda: bool(read_out()), timeout=30_000)


def test_data_given_while_hidden_is_shown_later(qtbot):
    plot = LossPlot()
    plot.resize(400, 200)
    qtbot.addWidget(plot)
    fill(plot)
    plot.show()
    assert plot.visible_range()[0] == (0, 4999)


@pytest.mark.parametrize("log", [False, True])
def test_a_single_point_is_a_dot(plot, log):
    plot.set_log_y(log)
    palette = current_theme().palette
    plot.set_training([0], [0.7], [0.6], [0.8])
    assert palette.positive in colours(plot)
    plot.set_training([0, 1], [0.7, 0.6], [0.6, 0.5], [0.8, 0.7])
    assert palette.test not in colours(plot)
    plot.set_test([1], [0.5])
    assert palette.test in colours(plot)
    plot.clear()
    assert not {palette.positive, palette.test} & colours(plot)


def test_numbers_that_are_not_finite_are_left_out(plot):
    plot.set_training([0, 1, 2], [1.0, np.nan, np.inf])
    assert plot.series_table()[1] == [["0", 1.0]]


def test_the_table_joins_the_series(plot):
    plot.set_training([0, 10], [1.0, 0.5], [0.9, 0.4], [1.2, 0.7])
    plot.set_test([10], [0.6])
    headers, rows = plot.series_table()
    assert headers[0] == "step"
    assert {"training", "test"} < set(headers)
    assert len(rows) == 2
    by_name = dict(zip(headers, rows[1], strict=True))
    assert by_name["step"] == "10"
    assert by_name["training"] == 0.5
    assert by_name["test"] == 0.6
    assert dict(zip(headers, rows[0], strict=True))["test"] == ""


def test_accuracy_ends_at_a_hundred_percent(qtbot):
    plot = AccuracyPlot()
    qtbot.addWidget(plot)
    plot.show()
    plot.set_running([0, 100], [0.1, 0.9])
    plot.set_test([100], [0.91])
    assert plot.visible_range()[1][1] == 1.0


@pytest.mark.parametrize("scale", [0.7, 1.0, 2.0])
def test_the_topmost_tick_is_not_cut(qtbot, scale):
    current_theme().set_scale(scale)
    plot = AccuracyPlot()
    qtbot.addWidget(plot)
    plot.resize(400, 200)
    plot.show()
    plot.set_test([100, 200], [0.1, 0.91])
    plot.grab()
    QApplication.processEvents()  # pyqtgraph gives an axis the room of its texts after painting
    image = plot.viewport().grab().toImage()
    panel = current_theme().palette.qcolor("panel").rgb()
    texts = range(int(plot.getAxis("left").width()) - 2)
    inked = [y for y in range(80) if any(image.pixel(x, y) != panel for x in texts)]
    assert inked[0] >= 1
    capitals = plot.fontMetrics().capHeight()
    first = next((i for i, y in enumerate(inked) if i and y != inked[i - 1] + 1), len(inked))
    assert first >= capitals * 0.85, "the whole height of 100 %"


def test_decimation_keeps_every_peak():
    x = np.arange(10_001.0)
    y = np.zeros_like(x)
    y[[17, 5003, 10_000]] = [5, -7, 9]
    few_x, few_y = decimate(x, y, 300)
    assert len(few_x) <= 2 * 300 + 4
    assert {(17, 5), (5003, -7), (10_000, 9), (0, 0)} <= set(zip(few_x, few_y, strict=True))
    assert (np.diff(few_x) > 0).all()
    band_x, low, high = decimate_band(x, y - 1, y + 1, 300)
    assert len(band_x) <= 300
    assert (low.min(), high.max()) == (-8, 10)
