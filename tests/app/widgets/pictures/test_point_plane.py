"""The plane takes points by mouse, finger and keys, and says what is where."""

import numpy as np
import pytest
from pen_strokes import draw_with_pen
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.export import save_picture
from gdstudio.app.widgets.picture import Caption
from gdstudio.app.widgets.pictures.plane_picture import signed_picture
from gdstudio.app.widgets.pictures.point_marks import POINTS_DRAWN, PlanePoints
from gdstudio.app.widgets.pictures.point_plane import PointPlane

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def plane(qtbot):
    plane = PointPlane(empty_text="Click to add points.")
    plane.resize(400, 300)
    plane.set_home((-3.0, 3.0, -3.0, 3.0))
    qtbot.addWidget(plane)
    plane.show()
    return plane


def heard(signal):
    told = []
    signal.connect(lambda *what: told.append(what))
    return told


def test_a_click_adds_a_point_where_it_was(plane):
    dabs, lifts = heard(plane.dabbed), heard(plane.lifted)
    QTest.mouseClick(plane, LEFT, pos=plane.pixel(1.5, -2.0).toPoint())
    ((x, y),) = dabs
    assert (x, y) == pytest.approx((1.5, -2.0), abs=0.02)
    assert len(lifts) == 1


def test_units_are_as_long_across_as_up_at_every_size(plane):
    for size in ((400, 300), (300, 500), (250, 250)):
        plane.resize(*size)
        x0, x1, y0, y1 = plane.visible_range()
        assert (x1 - x0) / size[0] == pytest.approx((y1 - y0) / size[1])
        assert x0 <= -3 < 3 <= x1
        assert y0 <= -3 < 3 <= y1


def test_a_drag_adds_points_at_even_distances(plane):
    dabs = heard(plane.dabbed)
    QTest.mousePress(plane, LEFT, pos=QPoint(50, 100))
    for x in (60, 90, 115, 150):
        QTest.mouseMove(plane, QPoint(x, 100))
    QTest.mouseRelease(plane, LEFT, pos=QPoint(150, 100))
    xs = [plane.pixel(*dab).x() for dab in dabs]
    assert np.diff(xs) == pytest.approx(16)
    assert xs[0] == pytest.approx(50)
    assert len(xs) == 7


def test_the_eraser_takes_away_and_the_right_button_chooses(plane):
    dabs, erased, picked = heard(plane.dabbed), heard(plane.erased), heard(plane.picked)
    plane.set_erasing(True)
    QTest.mouseClick(plane, LEFT, pos=QPoint(200, 150))
    QTest.mouseClick(plane, Qt.MouseButton.RightButton, pos=QPoint(100, 150))
    assert not dabs
    assert erased == [pytest.approx((0.0, 0.0), abs=0.02)]
    assert picked == [pytest.approx((-2.0, 0.0), abs=0.02)]


def test_a_finger_paints_and_a_second_one_does_not(plane):
    dabs, lifts = heard(plane.dabbed), heard(plane.lifted)
    device = QTest.createTouchDevice()
    QTest.touchEvent(plane, device).press(1, QPoint(100, 100), plane).commit()
    QTest.touchEvent(plane, device).move(1, QPoint(140, 100), plane).press(
        2, QPoint(300, 200), plane
    ).commit()
    QTest.touchEvent(plane, device).release(1, QPoint(140, 100), plane).release(
        2, QPoint(300, 200), plane
    ).commit()
    assert len(dabs) == 3
    assert {round(plane.pixel(*dab).y()) for dab in dabs} == {100}
    assert len(lifts) == 1


def test_a_pen_paints_too(plane):
    dabs, lifts = heard(plane.dabbed), heard(plane.lifted)
    draw_with_pen(plane, (100.5, 40.5), (135.5, 40.5))
    assert [plane.pixel(*dab).x() for dab in dabs] == pytest.approx([100.5, 116.5, 132.5])
    assert len(lifts) == 1


def test_a_saved_picture_has_the_points_and_the_boundary(plane, tmp_path):
    place = plane.visible_range()
    x = np.linspace(place[0], place[1], 80)[None, :].repeat(60, axis=0)
    plane.set_picture(signed_picture(np.sign(x + 0.01), place))
    plane.set_points(PlanePoints(np.zeros(1), np.zeros(1), np.zeros(1, int), None, np.ones(1) > 0))
    for ending in ("png", "svg"):
        path = tmp_path / f"plane.{ending}"
        save_picture(plane, path, Caption(title="The plane"))
        assert path.stat().st_size > 1000


def test_all_of_it_by_keyboard(plane, qtbot):
    plane.set_read_out(lambda x, y: f"answer at {x:.1f}, {y:.1f}")
    dabs, erased, undone = heard(plane.dabbed), heard(plane.erased), heard(plane.undo_wanted)
    plane.setFocus()
    qtbot.waitUntil(plane.hasFocus)
    QTest.keyClick(plane, Qt.Key.Key_Right)
    QTest.keyClick(plane, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(plane, Qt.Key.Key_Return)
    ((x, y),) = dabs
    assert (x, y) == pytest.approx((0.3, 0.03))
    assert plane.accessibleDescription() == "answer at 0.3, 0.0"
    QTest.keyClick(plane, Qt.Key.Key_Delete)
    assert erased == [(x, y)]
    QTest.keyClick(plane, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(undone) == 1


def test_under_the_pointer_stand_the_numbers_of_that_place(plane):
    plane.set_read_out(lambda x, y: f"{x:.2f} {y:.2f}")
    QTest.mouseMove(plane, QPoint(200, 150))
    assert plane.said() == "0.00 0.00"
    plane.leaveEvent(None)
    assert plane.said() == ""


def test_the_field_is_painted_where_it_belongs_in_both_themes(plane):
    place = plane.visible_range()
    x = np.linspace(place[0], place[1], 80)[None, :].repeat(60, axis=0)
    plane.set_picture(signed_picture(np.sign(x + 0.01), place))
    for dark in (False, True):
        current_theme().set_dark(dark)
        shown = plane.grab().toImage()
        left, right = shown.pixelColor(60, 40), shown.pixelColor(340, 40)
        assert left.red() > left.blue()
        assert right.blue() > right.red()


def test_marks_differ_by_class_and_by_use_and_very_many_points_are_drawn_in_part(plane):
    shown = set()
    for classes in (0, 1, 2, 3):
        for test in (False, True):
            plane.set_points(
                PlanePoints(np.zeros(1), np.zeros(1), np.array([classes]), None, np.array([test]))
            )
            image = plane.grab().copy(190, 140, 20, 20).toImage()
            shown.add(bytes(image.constBits()))
    assert len(shown) == 8
    many = 100_000
    random = np.random.default_rng(0)
    points = PlanePoints(
        random.normal(size=many), random.normal(size=many), None, np.zeros(many), np.zeros(many) > 0
    )
    assert POINTS_DRAWN * 0.95 < len(points.some()) <= POINTS_DRAWN
