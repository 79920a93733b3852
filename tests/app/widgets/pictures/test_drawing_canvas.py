"""Drawing with mouse, pen and finger: what was drawn is what one gets."""

import numpy as np
import pytest
from pen_strokes import draw_with_pen
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.pictures.drawing_canvas import DrawingCanvas

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def canvas(qtbot):
    window = QWidget()
    canvas = DrawingCanvas()
    canvas.setParent(window)
    canvas.resize(280, 280)
    window.resize(400, 400)
    qtbot.addWidget(window)
    window.show()
    yield canvas
    window.close()


def drag(canvas, *points):
    QTest.mousePress(canvas, LEFT, pos=QPoint(*points[0]))
    for point in points[1:]:
        QTest.mouseMove(canvas, QPoint(*point))
    QTest.mouseRelease(canvas, LEFT, pos=QPoint(*points[-1]))


def ink_at(canvas, x, y) -> bool:
    color = canvas.grab().toImage().pixelColor(x, y)
    return color.name().upper() == current_theme().palette.ink.upper()


def test_a_stroke_is_where_the_mouse_went(canvas):
    told = []
    canvas.strokes_changed.connect(lambda: told.append(len(canvas.strokes()[-1])))
    drag(canvas, (50, 60), (100, 60), (150, 90))
    (stroke,) = canvas.strokes()
    assert stroke.tolist() == [[50, 60], [100, 60], [150, 90]]
    assert told == [1, 2, 3], "told at every move"
    assert ink_at(canvas, 75, 60)
    assert not ink_at(canvas, 75, 150)


def test_a_click_is_a_dot(canvas):
    drag(canvas, (140, 140))
    assert [s.tolist() for s in canvas.strokes()] == [[[140, 140]]]
    assert ink_at(canvas, 140, 140)
    assert ink_at(canvas, 146, 140)
    assert not ink_at(canvas, 170, 140)


def test_the_right_button_does_not_draw(canvas):
    QTest.mouseClick(canvas, Qt.MouseButton.RightButton, pos=QPoint(10, 10))
    QTest.mouseMove(canvas, QPoint(100, 100))
    assert canvas.is_empty()


def test_undo_and_delete(canvas):
    drag(canvas, (50, 60), (100, 60))
    drag(canvas, (50, 160), (100, 160))
    QTest.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(canvas.strokes()) == 1
    assert ink_at(canvas, 75, 60)
    assert not ink_at(canvas, 75, 160)
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert canvas.is_empty()
    assert not ink_at(canvas, 75, 60)
    QTest.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert canvas.is_empty()


def test_points_beyond_the_paper_are_on_its_edge(canvas):
    drag(canvas, (50, 60), (50, 390))
    assert canvas.strokes()[0].max() <= 280


def test_a_finger_draws_and_a_second_one_does_not(canvas):
    device = QTest.createTouchDevice()
    QTest.touchEvent(canvas, device).press(1, QPoint(50, 60), canvas).commit()
    QTest.touchEvent(canvas, device).move(1, QPoint(90, 60), canvas).press(
        2, QPoint(200, 200), canvas
    ).commit()
    QTest.touchEvent(canvas, device).move(1, QPoint(120, 60), canvas).move(
        2, QPoint(220, 200), canvas
    ).commit()
    QTest.touchEvent(canvas, device).release(1, QPoint(120, 60), canvas).release(
        2, QPoint(220, 200), canvas
    ).commit()
    assert [s.tolist() for s in canvas.strokes()] == [[[50, 60], [90, 60], [120, 60]]]
    drag(canvas, (10, 10), (20, 20))
    assert len(canvas.strokes()) == 2, "the mouse draws again"


def test_a_pen_draws_between_pixels(canvas):
    draw_with_pen(canvas, (50.25, 40.5), (60.75, 40.5))
    assert [s.tolist() for s in canvas.strokes()] == [[[50.25, 40.5], [60.75, 40.5]]]


def test_resizing_keeps_the_drawing(canvas):
    drag(canvas, (140, 70), (140, 210))
    canvas.resize(140, 140)
    assert canvas.strokes()[0].tolist() == [[70, 35], [70, 105]]
    assert ink_at(canvas, 70, 70)


def test_a_canvas_that_is_resized_out_of_sight_keeps_the_drawing(canvas):
    drag(canvas, (140, 70), (140, 210))
    canvas.hide()
    canvas.resize(600, 140)
    canvas.resize(140, 140)
    canvas.show()
    assert canvas.strokes()[0].tolist() == [[70, 35], [70, 105]]


def test_what_was_drawn_at_the_edge_of_a_wide_paper_stays_on_a_narrow_one(canvas):
    canvas.resize(560, 280)
    canvas.set_strokes([[(500, 40), (540, 240)], [(10, 20), (10, 60)]])
    canvas.resize(140, 280)
    points = np.concatenate(canvas.strokes())
    assert points.min() >= 0
    assert points[:, 0].max() <= 140
    assert points[:, 1].max() <= 280
    # Its form is the same.
    first, second = canvas.strokes()
    across, down = first[1] - first[0]
    assert down / across == pytest.approx(200 / 40)
    assert first[0][0] - second[0][0] == pytest.approx(across * 490 / 40)


def test_a_picture_gives_way_to_the_pen(canvas):
    image = np.zeros((28, 28), np.uint8)
    image[10:18, 10:18] = 255
    drag(canvas, (50, 60), (100, 60))
    canvas.show_image(image, "test image 7")
    assert canvas.strokes() == []
    assert not canvas.is_empty()
    assert ink_at(canvas, 140, 130)
    dismissed = []
    canvas.image_dismissed.connect(lambda: dismissed.append(True))
    drag(canvas, (50, 260), (60, 260))
    assert dismissed == [True]
    assert canvas.shown_image() is None
    assert len(canvas.strokes()) == 1
    assert not ink_at(canvas, 140, 130)


def test_strokes_of_other_units_are_fitted(canvas):
    canvas.set_strokes([[[0, 0], [1, 2]], [[0.5, 1]]], fit=True)
    points = np.concatenate(canvas.strokes())
    extent = np.ptp(points, axis=0)
    assert extent[1] == pytest.approx(0.7 * 280)
    assert extent[1] == pytest.approx(2 * extent[0])
    assert (points.min(axis=0) + extent / 2).tolist() == pytest.approx([140, 140])


def test_the_paper_follows_the_theme(canvas):
    drag(canvas, (50, 60), (100, 60))
    current_theme().set_dark(True)
    assert ink_at(canvas, 75, 60)
    paper = canvas.grab().toImage().pixelColor(200, 200).name().upper()
    assert paper == current_theme().palette.paper


def test_keys_draw_too(canvas):
    canvas.window().activateWindow()
    canvas.setFocus()
    keys = Qt.Key
    QTest.keyClick(canvas, keys.Key_Return)  # nothing lies there yet
    assert canvas.strokes() == []
    QTest.keyClick(canvas, keys.Key_Left)  # the pen comes to the middle
    for _ in range(7):
        QTest.keyClick(canvas, keys.Key_Up)
    QTest.keyClick(canvas, keys.Key_Return)
    for _ in range(14):
        QTest.keyClick(canvas, keys.Key_Down)
    QTest.keyClick(canvas, keys.Key_Return)
    for key in (keys.Key_Right, keys.Key_Right, keys.Key_Return, keys.Key_Return):
        QTest.keyClick(canvas, key)
    line, dot = canvas.strokes()
    assert line[0].tolist() == pytest.approx([140, 70])
    assert line[-1].tolist() == pytest.approx([140, 210])
    assert dot.ravel().tolist() == pytest.approx([160, 210])
    for _ in range(40):
        QTest.keyClick(canvas, keys.Key_Right)
    QTest.keyClick(canvas, keys.Key_Return)
    assert canvas.strokes()[-1].ravel().tolist() == pytest.approx([280, 210])  # no further
    canvas.clearFocus()
    assert canvas.pen == ""
    QTest.keyClick(canvas, keys.Key_Delete)
    assert canvas.is_empty()
